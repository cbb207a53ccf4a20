"""The page of the rules, docs/rules.md: `python -m lossytools.rules.document > docs/rules.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lossytools.rules.catalogue import CATALOGUE, FAMILIES
from lossytools.rules.definition import SEVERITIES
from lossytools.rules.oracle import asked_version, summary_of, verdicts_on
from lossytools.rules.wording import example_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.rules.definition import Rule

_HEAD = """# The rules

<!-- Written by `python -m lossytools.rules.document > docs/rules.md`; edit the rules, not this page. -->

`lossytools audit` holds an object against these rules, and lossytools publishes no object that breaks
one which its source did not break. Each rule looks at one object, at a source and what was made of it,
at both, or at all objects looked at together.
An *error* contradicts the standard; a *warning* is legal and yet likely to mislead; an *information*
is something left unsaid.

The examples are changes to a good object, an ultrasound cine of three frames in baseline JPEG that was
made from a native one; they are what tests the rules.
"""
_STRANGER = """## What dciodvfy says of the same faults

dciodvfy ({version}) is silent on {silent} of {asked} examples, and on every example of {deaf} of the
{rules} rules. Each example is made a file; listed is what dciodvfy says of it and not of the good object,
nor of the same example without its fault. Of a pair it is asked about the derived object, since it compares
no two files. `python benchmarks/dciodvfy.py` measures this anew.
"""


def page() -> str:
    """Return the whole page in Markdown."""
    families = "\n".join("\n".join(_family(letter, title)) for letter, title in FAMILIES.items())
    return "\n".join((_HEAD, families, *_strangers_table()))


def _family(letter: str, title: str) -> Iterator[str]:
    """Yield the section of one family: a table, then its rules."""
    rules = [rule for rule in CATALOGUE if rule.id[0] == letter]
    yield f"## {letter}: {title}\n"
    yield "| rule | title | severity | looks at | clause |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        link = f"[{rule.id}](#{rule.id.lower()})"
        yield f"| {link} | {rule.title} | {SEVERITIES[rule.severity]} | {_scope(rule)} | {rule.cites} |"
    yield ""
    for rule in rules:
        yield from _section(rule)


def _strangers_table() -> Iterator[str]:
    """Yield the section of what dciodvfy says of every example that breaks a rule."""
    verdicts = [(rule, number, said) for rule in CATALOGUE for number, said in enumerate(verdicts_on(rule))]
    asked = [said for _, _, said in verdicts if said is not None]
    silent, deaf = asked.count(()), [rule for rule in CATALOGUE if not any(verdicts_on(rule))]
    yield _STRANGER.format(
        version=asked_version(), silent=silent, asked=len(asked), deaf=len(deaf), rules=len(CATALOGUE)
    )
    yield "| rule | broken by | dciodvfy says |"
    yield "|---|---|---|"
    for rule, number, said in verdicts:
        example = example_words(rule.breaks[number])
        words = "no file was made" if said is None else "<br>".join(said) or "silent"
        yield f"| [{rule.id}](#{rule.id.lower()}) | {_cell(example)} | {_cell(words)} |"
    yield ""


def _cell(words: str) -> str:
    """Return words that do not end the cell of a table."""
    return words.replace("|", "\\|")


def _scope(rule: Rule) -> str:
    """Return what the rule looks at."""
    scopes = [("one object", rule.check), ("a pair", rule.check_pair), ("a set", rule.check_set)]
    return " and ".join(name for name, check in scopes if check is not None)


def _section(rule: Rule) -> Iterator[str]:
    """Yield the section of one rule."""
    yield f"### {rule.id}\n"
    yield f"**{rule.title}** ({SEVERITIES[rule.severity]}; {rule.cites})\n"
    yield f"{rule.why}\n"
    yield f"* Applies to: {rule.applies_to}."
    yield f"* Broken by: {example_words(rule.breaks[0])}."
    yield f"* Repair: {rule.repair}."
    yield f"* dciodvfy: {summary_of(verdicts_on(rule))}."
    yield f"* Since: {rule.since}.\n"


if __name__ == "__main__":
    sys.stdout.write(page())
