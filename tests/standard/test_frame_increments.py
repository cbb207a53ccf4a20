"""Which SOP Classes want a Frame Increment Pointer."""

from __future__ import annotations

import pytest

from lossytools.standard.frame_increments import (
    FRAME_TIME,
    FRAME_TIME_VECTOR,
    FUNCTIONAL_GROUPS,
    frame_increment_of,
)

TIMES = {FRAME_TIME, FRAME_TIME_VECTOR, FUNCTIONAL_GROUPS}


@pytest.mark.parametrize(
    ("sop_class", "frames", "targets"),
    [
        ("1.2.840.10008.5.1.4.1.1.3.1", 1, TIMES),
        ("1.2.840.10008.5.1.4.1.1.3", 1, TIMES),  # retired
        ("1.2.840.10008.5.1.4.1.1.6.1", 1, TIMES),
        ("1.2.840.10008.5.1.4.1.1.12.1", 2, TIMES),
        ("1.2.840.10008.5.1.4.1.1.12.2", 2, TIMES),
        ("1.2.840.10008.5.1.4.1.1.20", 1, set()),
        ("1.2.840.10008.5.1.4.1.1.7.1", 2, set()),
        ("1.2.840.10008.5.1.4.1.1.7.2", 2, set()),
        ("1.2.840.10008.5.1.4.1.1.7.3", 2, set()),
        ("1.2.840.10008.5.1.4.1.1.7.4", 2, set()),
        ("1.2.840.10008.5.1.4.1.1.77.1.1.1", 1, set()),
        ("1.2.840.10008.5.1.4.1.1.77.1.2.1", 1, set()),
        ("1.2.840.10008.5.1.4.1.1.77.1.4.1", 1, set()),
    ],
)
def test_the_pointer_is_wanted_where_the_module_says_so(
    sop_class: str, frames: int, targets: set[int]
) -> None:
    wanted = frame_increment_of(sop_class)
    assert wanted is not None
    assert (wanted.frames, wanted.targets) == (frames, targets)


@pytest.mark.parametrize(
    "sop_class",
    ["1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.481.2", ""],
)
def test_enhanced_single_frame_and_unknown_classes_are_not_judged(sop_class: str) -> None:
    assert frame_increment_of(sop_class) is None
