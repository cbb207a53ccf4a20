"""Family F: when each frame was taken, and that a step leaves it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.tag import Tag

from lossytools.rules.attributes import changed, filled, has, tags_in, text
from lossytools.rules.bases import NATIVE, NEVER_LOSSY, SAME_UID
from lossytools.rules.definition import one, pair, pair_rule, rule
from lossytools.rules.facts import frame_count, is_video
from lossytools.rules.ratios import positive
from lossytools.rules.sources import changed_in_groups
from lossytools.standard.frame_increments import (
    FRAME_TIME,
    FRAME_TIME_VECTOR,
    FUNCTIONAL_GROUPS,
    frame_increment_of,
)

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_POINTER = "FrameIncrementPointer"
_CAPTURE = "1.2.840.10008.5.1.4.1.1.7.4"
_X_RAY = "1.2.840.10008.5.1.4.1.1.12.1"

CINE = (
    "PreferredPlaybackSequencing",
    "FrameTime",
    "FrameTimeVector",
    "StartTrim",
    "StopTrim",
    "RecommendedDisplayFrameRate",
    "CineRate",
    "FrameDelay",
    "ImageTriggerDelay",
    "EffectiveDuration",
    "ActualFrameDuration",
    "MultiplexedAudioChannelsDescriptionCodeSequence",
)
"""Cine Module (PS3.3 section C.7.6.5)."""

_RATES = {"FrameTime", "FrameTimeVector", "CineRate", "RecommendedDisplayFrameRate"}

CYCLE = (
    "RWaveTimeVector",
    "RWavePointer",
    "HeartRate",
    "LowRRValue",
    "HighRRValue",
    "IntervalsAcquired",
    "IntervalsRejected",
    "TriggerTime",
    "NominalInterval",
    "BeatRejectionFlag",
    "SkipBeats",
    "TriggerWindow",
)
"""Heart cycle and trigger (PS3.3 sections C.8.5.6, C.7.6.18)."""

VIEW = (
    "StageName",
    "StageNumber",
    "NumberOfStages",
    "StageCodeSequence",
    "ViewName",
    "ViewNumber",
    "NumberOfViewsInStage",
    "ViewCodeSequence",
    "NumberOfEventTimers",
    "EventElapsedTimes",
    "EventTimerNames",
    "EventTimerSequence",
    "AnatomicRegionSequence",
    "PrimaryAnatomicStructureSequence",
    "TransducerPositionSequence",
    "TransducerOrientationSequence",
    "Laterality",
)
"""Stage, view, anatomy (PS3.3 sections C.8.5.6, 10.5)."""

GROUP_CYCLE = ("FrameAnatomySequence", "CardiacSynchronizationSequence", "RespiratorySynchronizationSequence")
"""The same inside functional groups (PS3.3 section C.7.6.16.2)."""


def _times_given_up(source: Evidence, derived: Evidence) -> bool:
    """Return whether frames with times of their own became a video, which has one rate (PS3.5 8.2.7)."""
    gone = has(source.image, "FrameTimeVector") and not has(derived.image, "FrameTimeVector")
    return gone and is_video(derived) and filled(derived.image, FRAME_TIME)


def _pointer_kept(source: Evidence, derived: Evidence) -> Said:
    """Yield a pointer that a step took away or turned elsewhere."""
    if _times_given_up(source, derived):
        return
    for keyword in changed(source.image, derived.image, (_POINTER,)):
        yield f"{keyword} is not that of the source"


@rule(
    "F12",
    "The Frame Increment Pointer is there, and points at values",
    severity="E",
    cites="PS3.3 C.7.6.6.1.2, C.8.5.6.1.4",
    repair="write (0028,0009), in ultrasound to Frame Time or Frame Time Vector, and what it points to",
    holds=[
        one(),
        one(FrameIncrementPointer=FRAME_TIME_VECTOR, FrameTime=None, FrameTimeVector=["0", "40", "40"]),
        one(NumberOfFrames=None, FrameIncrementPointer=None, FrameTime=None),
        one(FrameIncrementPointer=FUNCTIONAL_GROUPS, PerFrameFunctionalGroupsSequence=[{}]),
        one(SOPClassUID=_CAPTURE, NumberOfFrames="1", FrameIncrementPointer=None),
        one(SOPClassUID="1.2.3", FrameIncrementPointer=None),
        pair(),
        pair({"FrameIncrementPointer": None}),
    ],
    breaks=[
        one(FrameIncrementPointer=None),
        one(FrameTime=None),
        one(FrameTime=""),
        one(FrameIncrementPointer=0x00200013, InstanceNumber="1"),
        one(SOPClassUID=_CAPTURE, FrameIncrementPointer=None),
        one(SOPClassUID=_X_RAY, FrameIncrementPointer=0x00540080, SliceVector=1),
        pair(FrameIncrementPointer=FRAME_TIME_VECTOR),
        pair(**NATIVE | NEVER_LOSSY | SAME_UID | {"FrameIncrementPointer": None}),
    ],
    applies_to="US, XA, RF, NM, multi-frame SC and video VL images; any image with the pointer",
    between=_pointer_kept,
)
def increment_is_pointed_at(evidence: Evidence) -> Said:
    """It says what tells one frame from the next; without it a loop has no speed and no order."""
    pointed, count = tags_in(evidence.image, _POINTER), frame_count(evidence)
    wanted = frame_increment_of(text(evidence.image, "SOPClassUID"))
    stated = filled(evidence.image, 0x00280008)
    if not pointed and wanted is not None and stated and count is not None and count >= wanted.frames:
        yield f"Number of Frames {count} and no Frame Increment Pointer, see {wanted.clause}"
    for tag in pointed:
        if wanted is not None and wanted.targets and tag not in wanted.targets:
            yield f"the Frame Increment Pointer names {Tag(tag)}, not Frame Time or Frame Time Vector"
        elif not filled(evidence.image, tag):
            yield f"the Frame Increment Pointer names {Tag(tag)}, which has no value"


@rule(
    "F14",
    "Frame Time and Cine Rate agree",
    severity="W",
    cites="PS3.3 C.7.6.5",
    repair="write the Cine Rate that 1000 / Frame Time gives",
    holds=[
        one(),
        one(CineRate="25"),
        one(FrameTime="33.333", CineRate="30"),
        one(FrameTime="54.241", CineRate="18"),
        one(FrameTime="16.683", CineRate="60"),
        one(FrameTime="0", CineRate="25"),
        one(RecommendedDisplayFrameRate="5"),
    ],
    breaks=[one(CineRate="30"), one(FrameTime="0.04", CineRate="25")],
    applies_to="cine loops at a constant Frame Time",
)
def rates_agree(evidence: Evidence) -> Said:
    """Some viewers play by the one and some by the other, and velocities are measured in time.

    Cine Rate is a whole number, so less than one frame a second between them is rounding. The
    Recommended Display Frame Rate may differ on purpose, as in slow motion. That a step leaves all of
    them alone is F15.
    """
    time, cine = (positive(text(evidence.image, name) or "0") for name in ("FrameTime", "CineRate"))
    if FRAME_TIME not in tags_in(evidence.image, _POINTER) or time is None or cine is None:
        return
    rate = 1000 / time
    if abs(rate - cine) >= 1 and abs(rate - cine) > rate / 20:
        yield f"Frame Time {time} ms is {rate:.4g} frames a second, Cine Rate says {cine}"


@pair_rule(
    "F15",
    "Cine, heart cycle, stage, view and anatomy are those of the source",
    severity="E",
    cites="PS3.3 C.7.6.5, C.8.5.6",
    repair="copy them from the source",
    holds=[
        pair(),
        pair({"HeartRate": "60", "FrameTime": "40.0"}, HeartRate="60"),
        pair(CineRate="25"),
    ],
    breaks=[
        pair({"FrameTime": "33.333"}),
        pair({"HeartRate": "60"}),
        pair({"StageName": "Rest"}, StageName="Peak"),
        pair({"AnatomicRegionSequence": [{"CodeValue": "1"}]}),
        pair({"TriggerTime": "5"}, **NATIVE | NEVER_LOSSY | SAME_UID),
        pair(
            {"PerFrameFunctionalGroupsSequence": [{"FrameAnatomySequence": [{"FrameLaterality": "L"}]}]},
            PerFrameFunctionalGroupsSequence=[{"FrameAnatomySequence": [{"FrameLaterality": "R"}]}],
        ),
    ],
)
def timing_is_kept(source: Evidence, derived: Evidence) -> Said:
    """Compression knows nothing of time and body: speeds, strain and follow-up rest on these.

    What the source left out may be added; what it says may not change.
    """
    kept = tuple(name for name in CINE if name not in _RATES) if _times_given_up(source, derived) else CINE
    for keyword in changed(source.image, derived.image, (*kept, *CYCLE, *VIEW)):
        yield f"{keyword} is not that of the source"
    yield from changed_in_groups(source, derived, GROUP_CYCLE)


RULES: tuple[Rule, ...] = (increment_is_pointed_at, rates_agree, timing_is_kept)
