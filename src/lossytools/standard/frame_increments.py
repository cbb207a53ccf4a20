"""Which IODs want a Frame Increment Pointer (0028,0009), when, and to what it may point.

Only multi-frame IODs without functional groups, and of those only the ones whose text was read.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossytools.standard.iod_policy import policy_of

FRAME_TIME, FRAME_TIME_VECTOR = 0x00181063, 0x00181065
FUNCTIONAL_GROUPS = 0x52009230
"""Per-frame Functional Groups, which an extended class of any IOD may point to (PS3.3 C.7.6.6.1.2)."""

_TIMES = frozenset({FRAME_TIME, FRAME_TIME_VECTOR, FUNCTIONAL_GROUPS})


@dataclass(frozen=True, slots=True)
class FrameIncrement:
    """When the pointer is wanted beside Number of Frames: from how many frames on.

    targets: the only elements it may point to, empty where the text here leaves them open.
    """

    frames: int
    targets: frozenset[int]
    clause: str


_ULTRASOUND = FrameIncrement(1, _TIMES, "PS3.3 C.8.5.6.1.4")
_X_RAY = FrameIncrement(2, _TIMES, "PS3.3 C.8.7.1")
_CAPTURE = FrameIncrement(2, frozenset(), "PS3.3 C.8.6.3")
_VIDEO = FrameIncrement(1, frozenset(), "PS3.3 C.7.6.6")

_BY_IOD = {
    "Ultrasound Image": _ULTRASOUND,
    "Ultrasound Multi-frame Image": _ULTRASOUND,
    "X-Ray Angiographic Image": _X_RAY,
    "X-Ray Radiofluoroscopic Image": _X_RAY,
    "Nuclear Medicine Image": FrameIncrement(1, frozenset(), "PS3.3 C.8.4.8"),
    "Multi-frame Single Bit Secondary Capture Image": _CAPTURE,
    "Multi-frame Grayscale Byte Secondary Capture Image": _CAPTURE,
    "Multi-frame Grayscale Word Secondary Capture Image": _CAPTURE,
    "Multi-frame True Color Secondary Capture Image": _CAPTURE,
    "Video Endoscopic Image": _VIDEO,
    "Video Microscopic Image": _VIDEO,
    "Video Photographic Image": _VIDEO,
}


def frame_increment_of(sop_class_uid: str) -> FrameIncrement | None:
    """Return what a SOP Class wants of the pointer, None where it is not known."""
    row = policy_of(sop_class_uid)
    return _BY_IOD.get(row.iod) if row is not None else None
