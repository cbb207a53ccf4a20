"""Family F: frames, fragments and the encoding of the data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lossytools.evidence import StreamFact
from lossytools.history import stored_values
from lossytools.rules.attributes import unsigned64
from lossytools.rules.bases import JPEG_2000, JPEG_HEADER, NATIVE, NEVER_LOSSY
from lossytools.rules.definition import Remark, one, rule
from lossytools.rules.facts import frame_count, syntax_of
from lossytools.rules.ratios import positive

if TYPE_CHECKING:
    from lossytools.evidence import Encapsulation, Evidence
    from lossytools.rules.definition import Rule, Said

_SINGLE = {"rle", "jpegxl", "deflated-frame", "native"}  # "native" encapsulated is 1.2.840.10008.1.2.1.98
_RLE = {"meta__TransferSyntaxUID": "1.2.840.10008.1.2.5", "PhotometricInterpretation": "RGB", "streams": ()}
_TWO_FRAMES = {
    "NumberOfFrames": "2",
    "encapsulation__frames": ((0, 2), (2, 3)),
    "encapsulation__basic_offsets": (0, 184338),
    "encapsulation__stream_bytes": (184321, 92160),
}
_NOTHING = StreamFact(2, 1, None, complete=False, error="no code stream we know begins with nothing")
_SHORTEST = 2


def _odd(length: int) -> dict[str, Any]:
    """Return changes that give the second fragment a length in bytes that no fragment can have."""
    offsets = (0, 92168, 92176 + length)
    return {
        "encapsulation__lengths": (92160, length, 92160),
        "encapsulation__offsets": offsets,
        "encapsulation__basic_offsets": offsets,
        "encapsulation__stream_bytes": (92159, length, 92160),
    }


def frames_apart(evidence: Evidence) -> Encapsulation | None:
    """Return the items where a standard syntax keeps the frames apart: not video, JPIP, private."""
    syntax = syntax_of(evidence)
    if syntax is None or syntax.family in {"video", "jpip"}:
        return None
    return evidence.encapsulation


@rule(
    "F01",
    "Number of Frames is the number of frames",
    severity="E",
    cites="PS3.3 C.7.6.6.1.1",
    repair="correct (0028,0008), or take the missing frames from the source",
    holds=[one(), one(**NATIVE)],
    breaks=[
        one(NumberOfFrames="4"),
        one(NumberOfFrames="0"),
        one(NumberOfFrames=None),
        one(NumberOfFrames="2", encapsulation__frames=None, encapsulation__basic_offsets=(), streams=()),
    ],
    applies_to="images; native lengths are P21",
)
def frames_are_counted(evidence: Evidence) -> Said:
    """A viewer that counts frames by the header stops early or runs off the end."""
    count = frame_count(evidence)
    if count is None or count < 1:
        yield "Number of Frames is no number above zero"
        return
    items = frames_apart(evidence)
    if items is None:
        return
    if items.frames is None:
        yield f"{len(items.lengths)} fragments cannot be shared out over {count} frames"
    elif len(items.frames) != count:
        yield f"Number of Frames {count}, found {len(items.frames)}"


@rule(
    "F02",
    "Fragments belong to one frame each",
    severity="E",
    cites="PS3.5 A.4.1 to A.4.4, A.4.12, A.4.13",
    repair="encapsulate anew, one fragment a frame",
    holds=[
        one(),
        one(**_RLE),
        one(**_TWO_FRAMES | {"encapsulation__basic_offsets": ()}),
    ],
    breaks=[
        one(encapsulation__frames=((0, 1), (0, 2), (2, 3))),
        one(encapsulation__frames=((0, 1), (1, 1), (1, 3))),
        one(**_RLE | _TWO_FRAMES),
        one(**_RLE, NumberOfFrames="2", encapsulation__frames=None),
    ],
    applies_to="encapsulated images; RLE, JPEG XL and deflated frames have exactly one fragment",
)
def fragments_belong_to_one_frame(evidence: Evidence) -> Said:
    """A frame that shares a fragment cannot be fetched, or damaged, by itself."""
    items, syntax = frames_apart(evidence), syntax_of(evidence)
    if items is None or syntax is None:
        return
    single = syntax.family in _SINGLE
    count = frame_count(evidence)
    if items.frames is None:
        if single and count is not None and len(items.lengths) != count:
            yield f"{syntax.name}: {len(items.lengths)} fragments, Number of Frames {count}"
        return
    end = 0
    for number, (first, stop) in enumerate(items.frames, start=1):
        if stop <= first:
            yield f"frame {number} has no fragment"
        elif first < end:
            yield f"frame {number} shares a fragment with an earlier one"
        elif single and stop - first != 1:
            yield f"{syntax.name}: frame {number} has {stop - first} fragments"
        end = max(end, stop)


@rule(
    "F03",
    "Fragments are of even length, 2 bytes or more",
    severity="E",
    cites="PS3.5 A.4",
    repair="pad the fragment with one byte, drop empty ones",
    holds=[one()],
    breaks=[one(**_odd(92161)), one(**_odd(0), streams=(StreamFact(1, 2, JPEG_HEADER), _NOTHING))],
    applies_to="encapsulated images",
)
def fragments_are_even(evidence: Evidence) -> Said:
    """A reader that rounds to even finds the next item one byte off."""
    lengths = evidence.encapsulation.lengths if evidence.encapsulation is not None else ()
    wrong = [place for place, length in enumerate(lengths, start=1) if length % 2 or length < _SHORTEST]
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        yield f"fragment {wrong[0]}{more}: {lengths[wrong[0] - 1]} bytes, not even or below {_SHORTEST}"


@rule(
    "F09",
    "Encapsulated pixel data is OB, of undefined length, and closed",
    severity="E",
    cites="PS3.5 A.4",
    repair="write VR OB, length FFFFFFFF and a Sequence Delimitation Item",
    holds=[one(), one(**NATIVE), one(implicit=True, pixel_vr="OW")],
    breaks=[one(pixel_vr="OW"), one(pixel_length=276_534), one(encapsulation__delimited=False)],
    applies_to="encapsulated images",
)
def encapsulation_is_formal(evidence: Evidence) -> Said:
    """A missing delimiter is also how a truncated file looks.

    Implicit VR, which is F17, writes no VR at all.
    """
    if evidence.encapsulation is None:
        return
    if evidence.pixel_vr != "OB" and evidence.image.original_encoding[0] is not True:
        yield f"encapsulated pixel data has VR {evidence.pixel_vr or 'none'}"
    if evidence.pixel_length is not None:
        yield f"encapsulated pixel data has a defined length, {evidence.pixel_length} bytes"
    if not evidence.encapsulation.delimited:
        yield "no Sequence Delimitation Item closes the fragments"


@rule(
    "F11",
    "The stated length of the code streams is their length",
    severity="E",
    cites="PS3.3 C.7.6.3",
    repair="write the sum of the code streams without pad bytes to (7FE0,0003), or remove it",
    holds=[one(), one(EncapsulatedPixelDataValueTotalLength=276_480)],
    breaks=[
        one(EncapsulatedPixelDataValueTotalLength=276_482),
        one(**JPEG_2000 | {"EncapsulatedPixelDataValueTotalLength": 1}),
    ],
    applies_to="encapsulated images with (7FE0,0003)",
)
def total_length_is_right(evidence: Evidence) -> Said:
    """A copied value is that of the source's streams."""
    items, stated = (
        evidence.encapsulation,
        unsigned64(evidence.image, "EncapsulatedPixelDataValueTotalLength"),
    )
    if items is None or not stated:
        return
    padded = sum(items.lengths)
    fits = {sum(items.stream_bytes)} if items.stream_bytes else range(padded - len(items.lengths), padded + 1)
    if stated[0] not in fits:
        yield f"(7FE0,0003) says {stated[0]} bytes, found {sum(items.stream_bytes) or padded}"


@rule(
    "F13",
    "Frame Time Vector has a value for each frame",
    severity="E",
    cites="PS3.3 C.7.6.5.1.2",
    repair="write one time step a frame, the first of them 0",
    holds=[one(), one(FrameTime=None, FrameTimeVector=["0", "40", "40"])],
    breaks=[
        one(FrameTimeVector=["0", "40"]),
        one(**NATIVE | NEVER_LOSSY | {"FrameTimeVector": "0"}),
        one(FrameTimeVector=["40", "40", "40"]),
    ],
    applies_to="images with a Frame Time Vector",
)
def times_are_counted(evidence: Evidence) -> Said:
    """With too few times the last frames have none, and a loop runs at the wrong speed.

    A first value that is not 0, before which there is no frame, is a warning: every time is late by it.
    """
    times, count = stored_values(evidence.image, "FrameTimeVector"), frame_count(evidence)
    if times and count is not None and len(times) != count:
        yield f"Frame Time Vector has {len(times)} values, Number of Frames {count}"
    if times and positive(times[0]):
        yield Remark(f"the first value of Frame Time Vector is {times[0][:16]}, not 0", "W")


@rule(
    "F17",
    "An encapsulated object is Explicit VR Little Endian",
    severity="E",
    cites="PS3.5 A.4",
    repair="write the data set in Explicit VR Little Endian",
    holds=[one(), one(implicit=False), one(**NATIVE, implicit=True)],
    breaks=[one(implicit=True, pixel_vr="OW")],
    applies_to="encapsulated transfer syntaxes",
)
def encapsulated_is_explicit(evidence: Evidence) -> Said:
    """Every encapsulated syntax defines the data set so; a reader does not look twice."""
    syntax = syntax_of(evidence)
    implicit, little = evidence.image.original_encoding
    if syntax is None or not syntax.encapsulated:
        return
    if implicit is True or little is False:
        how = "Implicit VR" if implicit else "Big Endian"
        yield f"the data set is {how} under {syntax.name}"


RULES: tuple[Rule, ...] = (
    frames_are_counted,
    fragments_belong_to_one_frame,
    fragments_are_even,
    encapsulation_is_formal,
    total_length_is_right,
    times_are_counted,
    encapsulated_is_explicit,
)
