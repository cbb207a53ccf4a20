"""Family M, over one step: the lists grow by one value for a lossy step, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.history import METHOD, RATIO, read_history, stored_values
from lossytools.rules.attributes import number, text
from lossytools.rules.bases import (
    GREY,
    JPEG_2000,
    JPEG_2000_REVERSIBLE,
    JPEG_SOURCE,
    NATIVE,
    SAME_UID,
)
from lossytools.rules.definition import Remark, one, pair, pair_rule, rule
from lossytools.rules.facts import (
    JPEG_XL_RECOMPRESSION,
    coded_lossless,
    coded_lossy,
    frame_count,
    is_lossy_step,
    steps_before,
    stream_method,
    uid_changed,
)

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_TOLERANCE = 0.05
_TWO_STEPS = {
    "LossyImageCompressionMethod": ["ISO_10918_1", "ISO_15444_1"],
    "LossyImageCompressionRatio": ["19.00", "10.0000"],
}
_ONE_STEP = {
    "LossyImageCompression": "01",
    "LossyImageCompressionMethod": "ISO_10918_1",
    "LossyImageCompressionRatio": "19.00",
}


def _kept(keyword: str, before: tuple[str, ...], filled: tuple[str, ...], now: tuple[str, ...]) -> Said:
    """Yield how a list differs from the earlier values and one more.

    filled: the earlier values with what the source's code streams prove. Where that is none, a list that is
    not there loses nothing (M01 and M02 miss it), and one without places for the unknown is a warning.
    """
    known = any(filled)
    if not now and not known:
        return
    if len(now) != len(before) + 1:
        says = f"{keyword}: {len(before) + 1} steps ask for as many values, there are {len(now)}"
        yield Remark(says, "E" if known else "W")
        return
    for place, (old, proved, new) in enumerate(zip(before, filled, now, strict=False), start=1):
        if new not in {old, proved}:
            yield f"{keyword}: value {place} was {old[:16]!r} in the source and is {new[:16]!r}"


def _padded(values: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Return the values with "" for the steps that have none."""
    return values + ("",) * (count - len(values))


@pair_rule(
    "M06",
    "A lossy step keeps the earlier methods and adds its own",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.1",
    repair="write the source's methods, an empty value for an unknown one, then the new method",
    holds=[
        pair(),
        pair(_ONE_STEP, **JPEG_2000 | _TWO_STEPS),
        pair(JPEG_SOURCE, **JPEG_2000 | _TWO_STEPS | {"LossyImageCompressionRatio": ["", "10.0000"]}),
        pair(LossyImageCompressionMethod=None),
    ],
    breaks=[
        pair({"LossyImageCompression": "01"}),
        pair(_ONE_STEP, **JPEG_2000 | {"LossyImageCompressionMethod": None}),
        pair(_ONE_STEP, **JPEG_2000),
        pair(_ONE_STEP, **JPEG_2000 | {"LossyImageCompressionMethod": ["ISO_14495_1", "ISO_15444_1"]}),
        pair(JPEG_SOURCE, **JPEG_2000),
    ],
)
def methods_grow_by_one(source: Evidence, derived: Evidence) -> Said:
    """The record is of the whole life of the image; a step that rewrites it hides the others."""
    if is_lossy_step(source, derived):
        steps = steps_before(source)
        old = _padded(stored_values(source.image, METHOD), len(steps))
        proved = tuple(step.method for step in steps)
        yield from _kept(METHOD, old, proved, stored_values(derived.image, METHOD))


@pair_rule(
    "M07",
    "A lossy step keeps the earlier ratios, character for character, and adds its own",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.2",
    repair="copy the source's ratios unparsed, an empty value for an unknown one, then the new ratio",
    holds=[pair(), pair(_ONE_STEP, **JPEG_2000 | _TWO_STEPS), pair(LossyImageCompressionRatio=None)],
    breaks=[
        pair({"LossyImageCompression": "01"}),
        pair(_ONE_STEP, **JPEG_2000),
        pair(_ONE_STEP, **JPEG_2000 | _TWO_STEPS | {"LossyImageCompressionRatio": ["19", "10.0000"]}),
    ],
)
def ratios_grow_by_one(source: Evidence, derived: Evidence) -> Said:
    """A ratio that was parsed and written again, or multiplied up, is no longer what was stated."""
    if is_lossy_step(source, derived):
        old = _padded(stored_values(source.image, RATIO), len(steps_before(source)))
        yield from _kept(RATIO, old, old, stored_values(derived.image, RATIO))


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
    if measured and not any(abs(stated - ratio) <= _TOLERANCE * ratio for ratio in measured):
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
        and len(streams) == frame_count(evidence)
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


@pair_rule(
    "M12",
    "A lossless step leaves the lists alone",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.1",
    repair="write the source's lists as they are",
    holds=[
        pair(_ONE_STEP, **JPEG_2000_REVERSIBLE | SAME_UID | {"LossyImageCompressionRatio": "19.00"}),
        pair(JPEG_SOURCE, **NATIVE | SAME_UID | {"LossyImageCompressionRatio": None}),
        pair(**JPEG_2000_REVERSIBLE | {"meta__TransferSyntaxUID": "1.2.840.10008.1.2.4.91"}),
    ],
    breaks=[
        pair(**JPEG_2000_REVERSIBLE),
        pair(_ONE_STEP, **JPEG_2000_REVERSIBLE | _TWO_STEPS),
        pair(_ONE_STEP, **JPEG_2000_REVERSIBLE | {"LossyImageCompressionRatio": None}),
    ],
)
def lossless_step_adds_nothing(source: Evidence, derived: Evidence) -> Said:
    """A value is added for a loss; without one the list would count a step that never was.

    A native object of another UID may have a lossy step behind it, and a reversible JPEG 2000 stream may
    have been cut short where its transfer syntax allows loss: both are left out.
    """
    native = derived.encapsulation is None
    if not coded_lossless(derived) or (native and uid_changed(source, derived)):
        return
    before, now = steps_before(source), read_history(derived.image)
    if len(now) > len(before):
        yield f"the step is lossless, yet {len(before)} lossy steps became {len(now)}"
    for keyword in (METHOD, RATIO):
        old, new = stored_values(source.image, keyword), stored_values(derived.image, keyword)
        if any(value and value not in new for value in old):
            yield f"the step is lossless, yet values of {keyword} are gone"


RULES: tuple[Rule, ...] = (
    methods_grow_by_one,
    ratios_grow_by_one,
    last_ratio_is_measured,
    lossless_step_adds_nothing,
)
