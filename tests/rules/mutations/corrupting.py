"""What a mutation is, and the small faults that mutations are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lossytools.history import stored_values
from lossytools.rules.examples import dataset_of
from oracle.parts import true_table

if TYPE_CHECKING:
    from oracle.parts import Parts

Corruption = Callable[["Parts", "Parts"], None]
"""Puts one fault into the parts of the derived file; those of its source are for looking things up."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One small fault in a good file.

    also: the other rules that have to find it, each with the reason. base: the good file, a name of
    `made.make`. deep: the frames are decoded. source: what is different about the source, for a fault that
    not every source allows.
    """

    corrupt: Corruption
    also: Mapping[str, str] = field(default_factory=dict)
    base: str = "jpeg"
    deep: bool = False
    source: Corruption | None = None


def sets(**values: Any) -> Corruption:
    """Return the fault of elements with other values; keys and values are those of `evidence_of`."""

    def corrupt(parts: Parts, _: Parts) -> None:
        for key, value in values.items():
            in_meta, keyword = key.startswith("meta__"), key.removeprefix("meta__")
            where = parts.meta if in_meta else parts.image
            new = dataset_of({keyword: b"" if value is None else value})
            for tag in new.keys():  # noqa: SIM118  iterating would decode
                if value is not None:
                    where[tag] = new.get_item(tag)
                elif tag in where:
                    del where[tag]

    return corrupt


def absent(*keywords: str) -> Corruption:
    """Return the fault of missing elements."""
    return sets(**dict.fromkeys(keywords))


def of_source(*keywords: str) -> Corruption:
    """Return the fault of elements that were left as the source has them, there or not."""

    def corrupt(parts: Parts, source: Parts) -> None:
        for key in keywords:
            keyword = key.removeprefix("meta__")
            old, new = (source.meta, parts.meta) if keyword != key else (source.image, parts.image)
            if keyword in old:
                new[keyword] = old.get_item(keyword)
            elif keyword in new:
                del new[keyword]

    return corrupt


def values_of(parts: Parts, keyword: str) -> list[str]:
    """Return the values of a text element."""
    return list(stored_values(parts.image, keyword))


def stream(change: Callable[[bytes], bytes], *frames: int) -> Corruption:
    """Return the fault of changed code streams, all or those of some frames, from 0; tables fit them."""

    def corrupt(parts: Parts, _: Parts) -> None:
        values = parts.fragments or []
        for number in frames or range(len(values)):
            changed = change(values[number])
            values[number] = changed + b"\0" * (len(changed) % 2)
        parts.table = true_table(parts) if parts.table else ()

    return corrupt


def byte(marker: bytes, place: int, value: int) -> Callable[[bytes], bytes]:
    """Return a change of one byte of a code stream, `place` bytes behind the start of a marker."""

    def change(old: bytes) -> bytes:
        at = old.index(marker) + place
        return old[:at] + bytes((value,)) + old[at + 1 :]

    return change


def parts_with(**values: Any) -> Corruption:
    """Return the fault of other fields of Parts: "pixel_vr", "table" and so on."""

    def corrupt(parts: Parts, _: Parts) -> None:
        for name, value in values.items():
            setattr(parts, name, value)

    return corrupt


def both(*corruptions: Corruption) -> Corruption:
    """Return several faults as one."""

    def corrupt(parts: Parts, source: Parts) -> None:
        for each in corruptions:
            each(parts, source)

    return corrupt
