"""Family M: a stated ratio is that of the code streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.history import METHOD, RATIO, stored_values
from lossytools.rules.attributes import number, text
from lossytools.rules.bases import (
    GREY,
)
from lossytools.rules.definition import one, pair, rule
from lossytools.rules.facts import (
    JPEG_XL_RECOMPRESSION,
    coded_lossy,
    frame_count,
    is_lossy_step,
    is_video,
    stream_method,
)

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

TOLERANCE = 0.05


def _native_bytes(evidence: Evidence) -> tuple[float, ...]:
    """Return the native lengths that a ratio may reasonably be counted from, in bytes.

    Of whole allocated bytes and of stored bits alone; YBR_FULL_422 by its own two samples too.
    """
    names = ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")
    known = [frame_count(evidence), *(number(evidence.image, name) for name in names)]
    sizes = [size for size in known if size is not None and size > 0]
    if len(sizes) < len(known):
        return ()
    frames, rows, columns, samples, allocated = sizes
    stored = number(evidence.image, "BitsStored") or allocated
    shares = (
        {samples, 2} if text(evidence.image, "PhotometricInterpretation") == "YBR_FULL_422" else {samples}
    )
    pixels = frames * rows * columns
    return tuple(pixels * share * bits / 8 for share in shares for bits in {allocated, stored})


def _differs(derived: Evidence, lengths: tuple[float, ...]) -> Said:
    """Yield the last ratio if it is 5 % away from every length over the code stream bytes."""
    streams = derived.encapsulation.stream_bytes if derived.encapsulation is not None else ()
    try:
        stated = float((stored_values(derived.image, RATIO) or ("",))[-1])
    except ValueError:
        return
    measured = sorted(length / sum(streams) for length in lengths if sum(streams))
    if measured and not any(abs(stated - ratio) <= TOLERANCE * ratio for ratio in measured):
        frames = f"{len(streams)} frame{'s'[: len(streams) != 1]}"
        yield f"the last ratio is {stated:g}, measured over {frames} it is {measured[-1]:.4g}"


def measurable(evidence: Evidence) -> bool:
    """Return whether the last stated step is the one that made the code streams at hand."""
    last = (stored_values(evidence.image, METHOD) or ("",))[-1]
    streams = evidence.encapsulation.stream_bytes if evidence.encapsulation is not None else ()
    return (
        coded_lossy(evidence)
        and evidence.transfer_syntax != JPEG_XL_RECOMPRESSION
        and last in {"", stream_method(evidence)}
        and (len(streams) == frame_count(evidence) or is_video(evidence))
    )


def _measured_from_source(source: Evidence, derived: Evidence) -> Said:
    """Yield a last ratio that is not the source's native length over the code stream bytes."""
    if is_lossy_step(source, derived) and measurable(derived):
        yield from _differs(derived, _native_bytes(source))


@rule(
    "M10",
    "The last ratio is the measured one",
    severity="W",
    cites="PS3.3 C.7.6.1.1.5.2",
    repair="divide the native length by the bytes of all code streams and write that",
    holds=[
        one(),
        pair(),
        one(LossyImageCompressionRatio="9.6"),
        one(**GREY | {"LossyImageCompressionRatio": "3.33333"}),
        one(**GREY | {"LossyImageCompressionRatio": "5"}),
    ],
    breaks=[
        one(LossyImageCompressionRatio="80"),
        one(**GREY),
        pair(LossyImageCompressionRatio="6.66667"),
    ],
    applies_to="images in lossy code streams; stated and measured may differ by 5 %",
    between=_measured_from_source,
)
def last_ratio_is_measured(evidence: Evidence) -> Said:
    """Tools write the ratio that was asked for, that of one frame, or bits over bytes.

    Alone, a colour image may count the palette indices, of 8 or 16 bits, that it was made from, and a grey
    one of 8 bits the 12 or 16 bits of its source.
    """
    if not measurable(evidence):
        return
    lengths = _native_bytes(evidence)
    samples = number(evidence.image, "SamplesPerPixel") or 1
    indices = tuple(length / samples for length in lengths) if samples > 1 else ()
    doubled = tuple(2 * length for length in indices)
    windowed = samples == 1 and number(evidence.image, "BitsStored") == 8  # noqa: PLR2004 - bits
    wider = tuple(length * bits / 8 for length in lengths for bits in (12, 16)) if windowed else ()
    yield from _differs(evidence, (*lengths, *indices, *doubled, *wider))


RULES: tuple[Rule, ...] = (last_ratio_is_measured,)
