"""The examples of the rules in words, for the page of the rules and for `explain`."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING

from lossytools.rules import bases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lossytools.evidence import StreamFact
    from lossytools.rules.definition import Changes, Example

_LONGEST = 100
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
_PLACES = {
    "meta": "file meta: ",
    "stream": "code streams: ",
    "encapsulation": "items: ",
    "member": "as a member: ",
    "record": "directory record: ",
}
_GOOD_STREAM = asdict(bases.JPEG_HEADER)


def example_words(example: Example) -> str:
    """Return what an example changes about the good objects; names and values are between backticks."""
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
    """Return one change of an example; what is long is cut."""
    place, _, name = key.rpartition("__")
    words = f"`{_PLACES.get(place, '')}{name}`"
    if value is None:
        return f"{words} absent"
    if isinstance(value, tuple) and key == "streams":
        return f"{words}: {', '.join(map(_stream, value)) or 'of no kind we know'}"
    return f"{words} = `{textwrap.shorten(_value(value), _LONGEST, placeholder=' ...')}`"


def _value(value: object) -> str:
    """Return a value as it is written in tests, items of a sequence by their attributes."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return f'"{chr(92).join(value)}"'
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return ", ".join(map(_item, value)) or "no item"
    return repr(value)


def _item(item: Mapping[str, object]) -> str:
    return f"{{{', '.join(f'{key} {_value(value)}' for key, value in item.items())}}}"


def _stream(fact: StreamFact) -> str:
    """Return which frames a fact is of, and in what their code streams are not those of the good object."""
    last = fact.frame + fact.count - 1
    frames = f"frame {last}" if fact.count == 1 else f"frames {fact.frame} to {last}"
    if fact.header is None:
        return f"{frames} unreadable"
    told = asdict(fact.header)
    kind = " ".join(str(told.pop(key)) for key in ("family", "process"))
    differs = [f", {key} {value}" for key, value in told.items() if value != _GOOD_STREAM[key]]
    return f"{frames} {kind}{''.join(differs)}{'' if fact.complete else ', cut off'}"
