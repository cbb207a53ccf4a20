"""Family L: the flag Lossy Image Compression (0028,2110) of one object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lossytools.codecs.codestream.header import StreamHeader
from lossytools.evidence import StreamFact
from lossytools.history import FLAG, METHOD, RATIO, stored_values
from lossytools.rules.attributes import has
from lossytools.rules.bases import (
    DX,
    ENDOSCOPY,
    GREY,
    JPEG_2000,
    JPEG_HEADER,
    JPEG_LS,
    NATIVE,
    NEVER_LOSSY,
)
from lossytools.rules.definition import one, rule
from lossytools.rules.facts import (
    JPEG_XL_RECOMPRESSION,
    at,
    flag_of,
    readable,
    shown,
    syntax_of,
    types_of,
)

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_CLAUSE = "PS3.3 C.7.6.1.1.5"
_SET = "set (0028,2110) to 01"
_PLAIN = StreamHeader("jpeg", "SOF3", 480, 640, 3, 8, irreversible=False, subsampling="444")
_JPEG_XL: dict[str, Any] = {
    "meta__TransferSyntaxUID": JPEG_XL_RECOMPRESSION,
    "streams": (StreamFact(1, 3, StreamHeader("jpegxl", "VarDCT", 480, 640, 3, 8, irreversible=True)),),
}


@rule(
    "L01",
    "An inherently lossy transfer syntax sets the flag",
    severity="E",
    cites=f"{_CLAUSE}; PS3.5 8.2.5",
    repair=_SET,
    holds=[one(), one(**NATIVE | NEVER_LOSSY)],
    breaks=[one(LossyImageCompression=None), one(LossyImageCompression="00")],
)
def syntax_sets_flag(evidence: Evidence) -> Said:
    """Lossy JPEG and video lose information whatever their settings.

    A viewer that trusts the flag shows such an image as if every pixel were the scanner's own.
    """
    syntax = syntax_of(evidence)
    flag = flag_of(evidence)
    if syntax is None or syntax.loss != "always" or syntax.uid == JPEG_XL_RECOMPRESSION:
        return
    if flag != "01":
        yield f"the pixel data is {syntax.name}, the flag is {shown(flag)}"


@rule(
    "L02",
    "A code stream that lost information sets the flag",
    severity="E",
    cites=f"{_CLAUSE}; PS3.5 A.4.3, A.4.4, A.4.12",
    repair=_SET,
    holds=[
        one(**JPEG_2000),
        one(**JPEG_LS | NEVER_LOSSY, stream__near=0, stream__irreversible=False),
    ],
    breaks=[
        one(**JPEG_2000 | {"LossyImageCompression": "00"}),
        one(**JPEG_LS | {"LossyImageCompression": None}),
    ],
    applies_to="images of which only the code stream tells whether they are lossy",
)
def stream_sets_flag(evidence: Evidence) -> Said:
    """JPEG 2000, HTJ2K, JPEG-LS and JPEG XL can be either; only the stream knows.

    A transfer syntax that allows both is no excuse for a missing flag.
    """
    syntax = syntax_of(evidence)
    flag = flag_of(evidence)
    if (syntax is not None and syntax.loss == "always") or flag == "01":
        return
    for fact, header in readable(evidence):
        if header.irreversible:
            yield f"{at(fact)}: {header.process} {header.family} stream lost information, flag {shown(flag)}"


@rule(
    "L03",
    "The flag is 00 or 01",
    severity="E",
    cites="PS3.3 C.7.6.1",
    repair="set (0028,2110) to 01 if the image was ever lossy, else to 00",
    holds=[one(), one(**NATIVE | NEVER_LOSSY | {"LossyImageCompression": "00"})],
    breaks=[one(LossyImageCompression="1"), one(LossyImageCompression=["01", "01"])],
)
def flag_is_enumerated(evidence: Evidence) -> Said:
    """The flag has two Enumerated Values; readers compare two characters and nothing else."""
    flag = flag_of(evidence)
    if flag not in {"", "00", "01"}:
        yield f"the flag is {shown(flag)}, neither 00 nor 01"


@rule(
    "L04",
    "A flag that must have a value is not empty",
    severity="E",
    cites="PS3.3 C.8.5.6; PS3.5 7.4",
    repair="set (0028,2110) to 01 if the image was ever lossy, else remove it or set it to 00",
    holds=[one(), one(SOPClassUID=ENDOSCOPY, LossyImageCompression="")],
    breaks=[one(LossyImageCompression=""), one(SOPClassUID=DX, LossyImageCompression="")],
    applies_to="images whose IOD gives the flag Type 1 or 1C",
)
def flag_has_value(evidence: Evidence) -> Said:
    """Empty says neither yes nor no; where the IOD gives Type 1 or 1C that is not allowed."""
    types = types_of(evidence)
    empty = has(evidence.image, FLAG) and not flag_of(evidence)
    if empty and types and types[0] in {"1", "1C"}:
        yield f"the flag is empty, and of Type {types[0]} in this IOD"


@rule(
    "L07",
    "A stated method or ratio sets the flag",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.1, C.7.6.1.1.5.2",
    repair="set (0028,2110) to 01, or remove the lists if nothing was ever lost",
    holds=[one(), one(**NATIVE | NEVER_LOSSY)],
    breaks=[one(LossyImageCompression="00"), one(**NATIVE | {"LossyImageCompression": None})],
)
def lists_set_flag(evidence: Evidence) -> Said:
    """The lists describe lossy steps, so the header contradicts itself without the flag."""
    stated = [name for name in (METHOD, RATIO) if any(stored_values(evidence.image, name))]
    flag = flag_of(evidence)
    if stated and flag != "01":
        yield f"{' and '.join(stated)} have values, the flag is {shown(flag)}"


@rule(
    "L08",
    "One lossy frame makes the whole object lossy",
    severity="E",
    cites=_CLAUSE,
    repair=_SET,
    holds=[one(streams=(StreamFact(1, 1, JPEG_HEADER), StreamFact(2, 2, _PLAIN)))],
    breaks=[
        one(
            streams=(StreamFact(1, 1, _PLAIN), StreamFact(2, 2, JPEG_HEADER)),
            LossyImageCompression="00",
        )
    ],
    applies_to="multi-frame images",
)
def one_frame_sets_flag(evidence: Evidence) -> Said:
    """The flag is of the object; there is none of a frame, so the worst frame decides."""
    lossy = [fact for fact, header in readable(evidence) if header.irreversible]
    whole = [fact for fact, header in readable(evidence) if not header.irreversible]
    if lossy and whole and flag_of(evidence) != "01":
        yield f"{at(lossy[0])} lost information, other frames did not, flag {shown(flag_of(evidence))}"


@rule(
    "L09",
    "The flag is there in every object of an IOD that requires it",
    severity="E",
    cites="PS3.3 annex A, module tables",
    repair="add (0028,2110): 01 if the image was ever lossy, else 00",
    holds=[one(), one(SOPClassUID=DX), one(**NATIVE | NEVER_LOSSY)],
    breaks=[one(**NATIVE | NEVER_LOSSY | GREY | {"SOPClassUID": DX})],
    applies_to="images whose IOD gives the flag Type 1 or 2",
)
def flag_is_present(evidence: Evidence) -> Said:
    """Where the flag is of Type 1 or 2 its absence does not mean "never lossy"."""
    types = types_of(evidence)
    required = bool(types) and types[0] in {"1", "2"}
    if required and evidence.pixel_keyword and not has(evidence.image, FLAG):
        yield f"the flag is absent, and of Type {types[0]} in this IOD"


@rule(
    "L10",
    "A recompressed JPEG inside JPEG XL keeps the flag",
    severity="E",
    cites="PS3.5 8.2.15",
    repair=_SET,
    holds=[one(**_JPEG_XL)],
    breaks=[
        one(**_JPEG_XL, LossyImageCompression=None),
        one(**_JPEG_XL, LossyImageCompression="00"),
    ],
    applies_to="JPEG XL JPEG Recompression",
)
def recompression_sets_flag(evidence: Evidence) -> Said:
    """That syntax gives the bits of the JPEG back, and a JPEG is what was lossy."""
    flag = flag_of(evidence)
    if evidence.transfer_syntax == JPEG_XL_RECOMPRESSION and flag != "01":
        yield f"the pixel data is a recompressed JPEG, the flag is {shown(flag)}"


RULES: tuple[Rule, ...] = (
    syntax_sets_flag,
    stream_sets_flag,
    flag_is_enumerated,
    flag_has_value,
    lists_set_flag,
    one_frame_sets_flag,
    flag_is_present,
    recompression_sets_flag,
)
