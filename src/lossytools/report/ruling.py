"""A rule of the catalogue, for whoever met its id in a finding."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from lossytools.repairs import REPAIRABLE
from lossytools.rules.definition import SEVERITIES
from lossytools.rules.oracle import summary_of, verdicts_on

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from lossytools.rules.definition import Example, Rule

_WIDTH = 88
_BY_VERB = "; `lossytools repair` does it where the file proves what is right"


def rule_text(rule: Rule) -> str:
    """Return title, reason, clause, repair and examples of a rule."""
    parts = [
        f"{rule.id}  {rule.title}",
        "\n\n".join(textwrap.fill(" ".join(part.split()), _WIDTH) for part in rule.why.split("\n\n")),
        "\n".join(
            _labelled(label, words)
            for label, words in (
                ("severity", SEVERITIES[rule.severity]),
                ("applies to", rule.applies_to),
                ("clause", rule.cites),
                ("repair", rule.repair + (_BY_VERB if rule.id in REPAIRABLE else "")),
                ("dciodvfy", summary_of(verdicts_on(rule))),
            )
        ),
        _examples("holds", rule.holds),
        _examples("breaks", rule.breaks),
    ]
    return "\n\n".join(parts)


def _labelled(label: str, words: str) -> str:
    return textwrap.fill(words, _WIDTH, initial_indent=f"{label:12}", subsequent_indent=" " * 12)


def _examples(word: str, examples: tuple[Example, ...]) -> str:
    lines = [f"{word}, for a good derived image changed so:"]
    for example in examples:
        lines.append(f"  - {' beside: '.join(map(_changes, example.group or (example.derived,)))}")
        if example.source is not None:
            lines.append(f"    and its source: {_changes(example.source)}")
    return "\n".join(lines)


def _changes(changes: Mapping[str, Any]) -> str:
    """Return changes as attributes and values; None is an attribute that is absent."""
    if not changes:
        return "nothing changed"
    said = (f"{k} {'absent' if v is None else f'= {_value(v)}'}" for k, v in changes.items())
    return textwrap.shorten(", ".join(said), 2 * _WIDTH, placeholder=" ...")


def _value(value: Any) -> str:
    return "\\".join(map(str, value)) if isinstance(value, list) else repr(value)
