"""Family M, over one step: the lists grow by one value for a lossy step, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.evidence import LossFacts
from lossytools.history import METHOD, RATIO, read_history, stored_values
from lossytools.rules.bases import (
    JPEG_2000,
    JPEG_2000_REVERSIBLE,
    JPEG_SOURCE,
    NATIVE,
    SAME_UID,
)
from lossytools.rules.definition import Remark, pair, pair_rule
from lossytools.rules.facts import (
    coded_lossless,
    is_lossy_step,
    steps_before,
    uid_changed,
)

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

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
        pair(**JPEG_2000_REVERSIBLE, loss=LossFacts((2, 0, 0))),
        pair(
            _ONE_STEP | {"LossyImageCompressionRatio": "7"},
            **JPEG_2000_REVERSIBLE | _TWO_STEPS,
        ),
    ],
    breaks=[
        pair(**JPEG_2000_REVERSIBLE | SAME_UID),
        pair(**JPEG_2000_REVERSIBLE, loss=LossFacts((0, 0, 0))),
        pair(_ONE_STEP, **JPEG_2000_REVERSIBLE | SAME_UID | _TWO_STEPS),
        pair(_ONE_STEP, **JPEG_2000_REVERSIBLE | {"LossyImageCompressionRatio": None}),
    ],
)
def lossless_step_adds_nothing(source: Evidence, derived: Evidence) -> Said:
    """A value is added for a loss; without one the list would count a step that never was.

    An object of another UID may have a lossy step behind it, after which it was decompressed or coded without
    loss: only decoded frames (--deep) show that there was none. A reversible JPEG 2000 stream may have been
    cut short where its transfer syntax allows loss, and is left out.
    """
    native = derived.encapsulation is None
    if not coded_lossless(derived) or (native and uid_changed(source, derived)):
        return
    before, now = steps_before(source), read_history(derived.image)
    kept = derived.loss is not None and not any(derived.loss.errors)
    if len(now) > len(before) and (kept or not uid_changed(source, derived)):
        yield f"the step is lossless, yet {len(before)} lossy steps became {len(now)}"
    for keyword in (
        () if is_lossy_step(source, derived) else (METHOD, RATIO)
    ):  # of a lossy one M06 and M07 tell
        old, new = stored_values(source.image, keyword), stored_values(derived.image, keyword)
        if any(value and value not in new for value in old):
            yield f"the step is lossless, yet values of {keyword} are gone"


RULES: tuple[Rule, ...] = (
    methods_grow_by_one,
    ratios_grow_by_one,
    lossless_step_adds_nothing,
)
