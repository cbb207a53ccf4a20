"""Families P and F: what the video transfer syntaxes demand of header and fragments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lossytools.evidence import Encapsulation
from lossytools.rules.attributes import has, number, text
from lossytools.rules.definition import one, rule
from lossytools.rules.facts import is_video, syntax_of
from lossytools.rules.ratios import positive
from lossytools.standard.video_limits import limits_for

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Changes, Rule, Said

_4 = "1.2.840.10008.1.2.4."
_MPEG2_MAIN_LEVEL = {_4 + "100", _4 + "100.1"}
_MAY_BE_SPLIT = {_4 + "107", _4 + "108"}
_STEREO = {_4 + "105", _4 + "105.1", _4 + "106", _4 + "106.1"}
_FLAT = {_4 + "104", _4 + "104.1"}
_TOLERANCE = 0.02  # of a rate: Frame Time is written as 33, 33.3 or 33.367 ms
_ONE_FRAGMENT = Encapsulation((), (0,), (4096,), delimited=True, frames=None)


def _video(suffix: str, **more: Any) -> Changes:
    """Return changes that make the derived object a video of a transfer syntax."""
    return {
        "meta__TransferSyntaxUID": _4 + suffix,
        "PhotometricInterpretation": "YBR_PARTIAL_420",
        "encapsulation": _ONE_FRAGMENT,
        "streams": (),
    } | more


@rule(
    "F10",
    "A video has an empty Basic Offset Table, and one fragment where it may not be split",
    severity="E",
    cites="PS3.5 8.2.5 to 8.2.11, A.4",
    repair="leave the table empty; join the fragments, or write the fragmentable transfer syntax",
    holds=[
        one(**_video("102")),
        one(**_video("102.1"), encapsulation__offsets=(0, 4104), encapsulation__lengths=(4096, 4096)),
        one(**_video("107"), encapsulation__offsets=(0, 4104), encapsulation__lengths=(4096, 4096)),
        one(),
    ],
    breaks=[
        one(**_video("102"), encapsulation__basic_offsets=(0,)),
        one(**_video("107"), encapsulation__basic_offsets=(0,)),
        one(**_video("100"), encapsulation__offsets=(0, 4104), encapsulation__lengths=(4096, 4096)),
        one(**_video("106"), encapsulation__offsets=(), encapsulation__lengths=()),
    ],
    applies_to="video",
)
def video_is_one_piece(evidence: Evidence) -> Said:
    """Frames of a video lie in one bit stream; an offset points into nothing that could be decoded."""
    items = evidence.encapsulation
    if items is None or not is_video(evidence):
        return
    if items.basic_offsets:
        yield f"a video, and {len(items.basic_offsets)} entries in the Basic Offset Table"
    fragments, uid = len(items.lengths), evidence.transfer_syntax
    if not fragments:
        yield "a video without a fragment"
    elif fragments > 1 and uid not in _MAY_BE_SPLIT and not uid.endswith(".1"):
        yield f"{fragments} fragments, the transfer syntax wants one"


def _rate(evidence: Evidence) -> tuple[float, float]:
    """Return the slowest and the fastest rate that the header may mean, (0, 0) where it gives none."""
    time, cine = (positive(text(evidence.image, name) or "0") for name in ("FrameTime", "CineRate"))
    if time is not None:
        rate = 1000 / float(time)
        return rate * (1 - _TOLERANCE), rate * (1 + _TOLERANCE)
    if cine is None or has(evidence.image, "FrameTimeVector"):
        return 0.0, 0.0
    return max(float(cine) - 1, 0.0), float(cine) + 1


@rule(
    "F16",
    "A video has a size and a rate of its transfer syntax",
    severity="E",
    cites="PS3.5 8.2.5 to 8.2.11, Tables 8-1 to 8-8",
    repair="choose a syntax of a higher level, or scale or pad the picture and all that is placed in it",
    holds=[
        one(**_video("100")),
        one(**_video("101"), Rows=1080, Columns=1920, FrameTime="33.367"),
        one(**_video("102"), Rows=1080, Columns=1920, FrameTime="33"),
        one(**_video("103"), Rows=720, Columns=1280, FrameTime=None, CineRate="60"),
        one(**_video("104"), Rows=1080, Columns=1920, FrameTime="16.683"),
        one(**_video("107"), Rows=2160, Columns=3840, FrameTime="16.667"),
        one(**_video("102"), FrameTime=None),
    ],
    breaks=[
        one(**_video("100"), Rows=600, Columns=800),
        one(**_video("100"), FrameTime="20"),
        one(**_video("101.1")),
        one(**_video("101"), Rows=1080, Columns=1920, FrameTime="20"),
        one(**_video("102"), Rows=2160, Columns=3840),
        one(**_video("102"), Rows=1080, Columns=1920, FrameTime="16.683"),
        one(**_video("103"), Rows=1080, Columns=1920, FrameTime="20"),
        one(**_video("106.1"), Rows=1080, Columns=1920, FrameTime="8.333"),
        one(**_video("108"), Rows=4320, Columns=7680),
    ],
    applies_to="video; the figures of HEVC are those FFmpeg has of its level",
)
def video_is_within_its_level(evidence: Evidence) -> Said:
    """The level in the transfer syntax is a promise to hardware decoders, which stop at it.

    A Frame Time may be rounded by 2 %, a Cine Rate by one.
    """
    rows, columns = (number(evidence.image, name) for name in ("Rows", "Columns"))
    limits, syntax, (slowest, fastest) = (
        limits_for(evidence.transfer_syntax),
        syntax_of(evidence),
        _rate(evidence),
    )
    if syntax is None or not limits or not rows or not columns:
        return
    if not any(limit.fits(rows, columns, slowest, fastest) for limit in limits):
        at = f" at about {(slowest + fastest) / 2:.4g} frames a second" if fastest else ""
        yield f"{rows} rows of {columns}{at} are outside {syntax.name}, see {limits[0].clause}"


@rule(
    "F20",
    "Stereo video says that it is stereo, and 2D video does not",
    severity="E",
    cites="PS3.5 8.2.8, 8.2.9, Table 8-8",
    repair="write Stereo Pairs Present as the bit stream has it, or another transfer syntax",
    holds=[
        one(**_video("104")),
        one(**_video("104"), StereoPairsPresent="NO"),
        one(**_video("105"), StereoPairsPresent="YES"),
        one(**_video("102"), StereoPairsPresent="YES"),
    ],
    breaks=[
        one(**_video("104.1"), StereoPairsPresent="YES"),
        one(**_video("105")),
        one(**_video("106.1"), StereoPairsPresent="NO"),
    ],
    applies_to="H.264 at level 4.2",
)
def stereo_is_declared(evidence: Evidence) -> Said:
    """A viewer that takes packed views for one picture shows two small ones."""
    found = text(evidence.image, "StereoPairsPresent")
    if evidence.transfer_syntax in _STEREO and found != "YES":
        yield f"a stereo transfer syntax, Stereo Pairs Present is {found[:16] or 'absent or empty'}"
    if evidence.transfer_syntax in _FLAT and found == "YES":
        yield "a transfer syntax of 2D video, Stereo Pairs Present is YES"


@rule(
    "P26",
    "Video has no Pixel Aspect Ratio",
    severity="E",
    cites="PS3.5 8.2.6 to 8.2.11",
    repair="remove (0028,0034); the bit stream holds the aspect ratio",
    holds=[
        one(**_video("102")),
        one(PixelAspectRatio=["4", "3"]),
        one(**_video("100"), PixelAspectRatio=["4", "3"]),
    ],
    breaks=[one(**_video(suffix), PixelAspectRatio=["4", "3"]) for suffix in ("101", "102.1", "106", "107")],
    applies_to="H.264, HEVC and MPEG2 at High Level",
)
def aspect_ratio_is_absent(evidence: Evidence) -> Said:
    """The picture would be stretched twice, by the video player and by the viewer."""
    main_level = evidence.transfer_syntax in _MPEG2_MAIN_LEVEL
    if is_video(evidence) and not main_level and has(evidence.image, "PixelAspectRatio"):
        yield "Pixel Aspect Ratio is present"


RULES: tuple[Rule, ...] = (
    video_is_one_piece,
    video_is_within_its_level,
    stereo_is_declared,
    aspect_ratio_is_absent,
)
