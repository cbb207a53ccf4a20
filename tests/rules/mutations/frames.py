"""Faults of the frames, the items they lie in, and the encoding around them."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

from mutations.corrupting import Mutation, absent, parts_with, sets

from oracle.parts import true_table

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from oracle.parts import Parts


def _split(parts: Parts, _: Parts) -> None:
    """Give the first frame two fragments."""
    first, *rest = parts.fragments or []
    half = len(first) // 4 * 2
    parts.fragments = [first[:half], first[half:], *rest]
    table = true_table(parts)
    parts.table = (table[0], *table[2:])


def _odd(parts: Parts, _: Parts) -> None:
    """Leave the pad byte out, or one too many in."""
    values = parts.fragments or []
    values[0] += b"\0"
    parts.table = true_table(parts)


def _huge(parts: Parts, _: Parts) -> None:
    """Let the last frame lie beyond 32 bits, the table written as it is cut."""
    parts.gaps = {0: 1 << 31, 1: 1 << 31}
    parts.table = tuple(offset & 0xFFFFFFFF for offset in true_table(parts))


def _shifted(parts: Parts, _: Parts) -> None:
    parts.table = (*parts.table[:2], parts.table[2] + 2)


def _one_time_less(parts: Parts, source: Parts) -> None:
    sets(FrameTimeVector=["0", "40"])(parts, source)


def _open_sequences(image: Dataset) -> None:
    """Parse the sequences of a data set, so that their items are written implicit as well."""
    for tag in image.keys():  # noqa: SIM118  iterating would decode text
        if image.get_item(tag).VR == "SQ":
            for item in image[tag].value:
                _open_sequences(item)


def _implicit(parts: Parts, _: Parts) -> None:
    _open_sequences(parts.image)
    parts.implicit = True


_fast = sets(FrameTime="10", CineRate="100")


MUTATIONS = {
    "F01": Mutation(
        sets(NumberOfFrames="4"), {"F04": "the table has three entries", "F13": "the vector has three times"}
    ),
    "F02": Mutation(_split, base="jpegxl"),
    "F03": Mutation(_odd),
    "F04": Mutation(parts_with(table=(0,))),
    "F05": Mutation(_shifted),
    "F06": Mutation(
        _huge, {"F05": "the cut offset is not where the frame lies", "M10": "the code streams grew by 4 GiB"}
    ),
    "F07": Mutation(absent("ExtendedOffsetTableLengths"), base="extended"),
    "F08": Mutation(sets(ExtendedOffsetTableLengths=pack("<3Q", 2, 2, 2)), base="extended"),
    "F09": Mutation(parts_with(pixel_vr="OW")),
    "F10": Mutation(parts_with(table=(0,)), base="video"),
    "F11": Mutation(sets(EncapsulatedPixelDataValueTotalLength=pack("<Q", 2)), base="extended"),
    "F12": Mutation(absent("FrameIncrementPointer")),
    "F13": Mutation(_one_time_less, {"F15": "the source has one more"}),
    "F14": Mutation(sets(CineRate="50"), {"F15": "it is not that of the source"}, base="jpeg2000"),
    "F15": Mutation(sets(StartTrim="2")),
    "F16": Mutation(_fast, base="video", source=_fast),
    "F17": Mutation(_implicit),
    "F18": Mutation(
        sets(NumberOfFrames="400000"),
        {"F13": "the vector has three times", "P21": "there are three frames", "U02": "the source has three"},
        base="native",
    ),
    "F20": Mutation(sets(meta__TransferSyntaxUID="1.2.840.10008.1.2.4.106"), base="video"),
}
