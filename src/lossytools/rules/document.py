"""The page of the rules, docs/rules.md: `python -m lossytools.rules.document > docs/rules.md`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lossytools.rules import bases
from lossytools.rules.catalogue import CATALOGUE, FAMILIES
from lossytools.rules.definition import SEVERITIES
from lossytools.rules.oracle import asked_version, summary_of, verdicts_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.rules.definition import Changes, Example, Rule

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
_LONGEST = 68
_FORMS: dict[str, Changes] = {
    "lossless JPEG 2000 of what once was JPEG": bases.JPEG_2000_REVERSIBLE,
    "irreversible JPEG 2000": bases.JPEG_2000,
    "near-lossless JPEG-LS": bases.JPEG_LS,
    "JPEG without any record": bases.JPEG_SOURCE,
    "decompressed": bases.NATIVE,
    "without the lossy record": bases.NEVER_LOSSY,
    "under the source's UID": bases.SAME_UID,
    "grey": bases.GREY,
    "Enhanced MR": bases.ENHANCED_CLASS,
}


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
        words = "no file was made" if said is None else "<br>".join(said) or "silent"
        yield f"| [{rule.id}](#{rule.id.lower()}) | {_cell(_example(rule.breaks[number]))} | {_cell(words)} |"
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
    yield f"* Broken by: {_example(rule.breaks[0])}."
    yield f"* Repair: {rule.repair}."
    yield f"* dciodvfy: {summary_of(verdicts_on(rule))}."
    yield f"* Since: {rule.since}.\n"


def _example(example: Example) -> str:
    """Return an example in words."""
    if example.group:
        return " beside ".join("; ".join(_changes(each)) or "the good object" for each in example.group)
    derived = "; ".join(_changes(example.derived)) or "as it is"
    if example.source is None:
        return derived
    return f"source: {'; '.join(_changes(example.source)) or 'as it is'}; derived: {derived}"


def _changes(changes: Changes) -> Iterator[str]:
    """Yield changes in words, those that make up a known form by its name."""
    left = dict(changes)
    for name, form in _FORMS.items():
        equal = [key for key, value in form.items() if key in left and left[key] == value]
        if set(form) <= set(left) and len(equal) * 2 > len(form):
            yield name
            for key in equal:
                del left[key]
    for key, value in left.items():
        yield _change(key, value)


def _change(key: str, value: object) -> str:
    """Return one change of an example; what is long is named and not shown."""
    place, _, name = key.rpartition("__")
    words = f"{place}: {name}".removeprefix(": ")
    if value is None:
        return f"`{words}` absent"
    shown = "\\".join(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else value
    text = repr(shown) if not isinstance(shown, str) else f'"{shown}"'
    return f"`{words}` = `{text}`" if len(text) <= _LONGEST else f"other `{words}`"


if __name__ == "__main__":
    sys.stdout.write(page())
