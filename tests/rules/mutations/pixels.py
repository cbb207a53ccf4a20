"""Faults of the pixel description, and of what the code streams say of themselves."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

from mutations.corrupting import Mutation, absent, both, byte, parts_with, sets, stream
from mutations.derivation import last_item

from oracle.parts import true_table

if TYPE_CHECKING:
    from oracle.parts import Parts

SOF, COD = b"\xff\xc0", b"\xff\x52"
_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0\0\0\x14ftypjp2 \0\0\0\0jp2 "


def boxed(value: bytes) -> bytes:
    """Return a code stream inside a JP2 file."""
    return _JP2 + pack(">I", 0) + b"jp2c" + value


def marked_rgb(value: bytes) -> bytes:
    """Return a JPEG stream with the marker of Adobe that says RGB."""
    return value[:2] + b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0" + value[2:]


_COUNTS = sets(HistogramSequence=[{"HistogramNumberOfBins": 2}])
_shrunk = both(
    stream(byte(SOF, 6, 32)), sets(Rows=32), last_item("SourceImageSequence", SpatialLocationsPreserved="NO")
)


def _frame_twice(parts: Parts, _: Parts) -> None:
    """Put the last frame where the first one was."""
    values = parts.fragments or []
    values[0] = values[-1]
    parts.table = true_table(parts)


MUTATIONS = {
    "P01": Mutation(
        sets(PhotometricInterpretation="YBR_FULL"), {"P02": "ultrasound in JPEG is YBR_FULL_422"}
    ),
    "P02": Mutation(sets(PhotometricInterpretation="RGB")),
    "P03": Mutation(
        sets(SamplesPerPixel=3, PlanarConfiguration=0), {"P11": "the streams have one component"}, base="grey"
    ),
    "P04": Mutation(absent("PlanarConfiguration")),
    "P05": Mutation(sets(PlanarConfiguration=1)),
    "P06": Mutation(sets(BitsAllocated=16), {"P07": "ultrasound has cells of 8 bits"}),
    "P07": Mutation(sets(HighBit=8)),
    "P08": Mutation(sets(PixelRepresentation=1), {"O04": "JPEG knows no sign"}),
    "P09": Mutation(stream(byte(SOF, 4, 7))),
    "P10": Mutation(sets(Rows=65)),
    "P11": Mutation(stream(byte(SOF, 9, 1)), base="jpeg"),
    "P12": Mutation(stream(byte(COD, 8, 0)), base="jpeg2000"),
    "P13": Mutation(
        stream(byte(COD, 13, 0)), {"P12": "with the 9-7 wavelet the transform is no YBR_RCT"}, base="lossless"
    ),
    "P14": Mutation(stream(boxed), base="jpeg2000"),
    "P15": Mutation(stream(byte(SOF, 1, 0xC1))),
    "P16": Mutation(stream(marked_rgb)),
    "P17": Mutation(absent("ICCProfile"), source=sets(ICCProfile=bytes(132))),
    "P18": Mutation(sets(RedPaletteColorLookupTableData=b"\0\0"), base="palette"),
    "P20": Mutation(
        sets(PhotometricInterpretation="YBR_RCT"), {"P02": "native ultrasound is RGB"}, base="native"
    ),
    "P21": Mutation(parts_with(pixel_length=64 * 64 * 3 * 3 + 2), base="native"),
    "P22": Mutation(sets(SmallestImagePixelValue=0, LargestImagePixelValue=9), base="grey", deep=True),
    "P23": Mutation(sets(PixelPaddingRangeLimit=4), base="grey"),
    "P24": Mutation(both(absent("Tag60003000"), sets(Tag60000100=16, Tag60000102=15)), base="radiograph"),
    "P25": Mutation(sets(IconImageSequence=[{"LossyImageCompression": "01"}])),
    "P26": Mutation(sets(PixelAspectRatio=["4", "3"]), base="video"),
    "P27": Mutation(_shrunk, {"M10": "the source had more pixels", "P28": "the region is too large now"}),
    "P28": Mutation(last_item("SequenceOfUltrasoundRegions", RegionLocationMaxX1=99)),
    "P29": Mutation(sets(UltrasoundColorDataPresent=0)),
    "P30": Mutation(sets(WindowCenter="50"), base="grey", source=sets(WindowCenter="40")),
    "P31": Mutation(_COUNTS, source=_COUNTS),
    "P32": Mutation(
        sets(PixelDataProviderURL="https://example.org/1"),
        {"O04": "what it points at is not said to be lossy"},
    ),
    "P33": Mutation(_frame_twice, base="jpegls", deep=True),
}
