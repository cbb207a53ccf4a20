"""A rule of the catalogue, for whoever met its id in a finding."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from lossytools.repairs import REPAIRABLE
from lossytools.rules.definition import SEVERITIES
from lossytools.rules.oracle import summary_of, verdicts_on
from lossytools.rules.wording import example_words

if TYPE_CHECKING:
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
    lines = (f"- {example_words(example).replace('`', '')}" for example in examples)
    items = (textwrap.fill(line, _WIDTH, initial_indent="  ", subsequent_indent="    ") for line in lines)
    return "\n".join((f"{word}, for a good derived image changed so:", *items))
