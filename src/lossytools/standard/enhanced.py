"""Modules that decide where an object with functional groups records a derivation (PS3.3 annex A).

Keyed by IOD as `iod_policy` names it. An IOD that is in none of the sets has none of the modules, or
has them as every classic image does.
"""

from __future__ import annotations

SHARED_GROUPS = "SharedFunctionalGroupsSequence"
FRAME_GROUPS = "PerFrameFunctionalGroupsSequence"
GROUPS = (SHARED_GROUPS, FRAME_GROUPS)

WITH_GENERAL_REFERENCE = frozenset(
    {
        "VL Whole Slide Microscopy Image",
        "Enhanced US Volume",
        "Enhanced RT Image",
        "Enhanced Continuous RT Image",
        "Photoacoustic Image",
        "Confocal Microscopy Image",
        "Confocal Microscopy Tiled Pyramidal Image",
    }
)
"""IODs with functional groups and the General Reference Module; the others have no place at top level."""

WITH_SOURCE_EVIDENCE = frozenset(
    {
        "Enhanced MR Image",
        "Enhanced MR Color Image",
        "Enhanced CT Image",
        "Enhanced PET Image",
        "Enhanced XA Image",
        "Enhanced XRF Image",
        "Legacy Converted Enhanced CT Image",
        "Legacy Converted Enhanced MR Image",
        "Legacy Converted Enhanced PET Image",
    }
)
"""IODs whose image module lists the source images again: Source Image Evidence Sequence, Type 1C."""

MUST_LIST_REFERENCES = frozenset(
    {
        "VL Whole Slide Microscopy Image",
        "Intravascular Optical Coherence Tomography Image",
        "Enhanced RT Image",
        "Enhanced Continuous RT Image",
    }
)
"""IODs in which the Common Instance Reference Module is mandatory."""

ONLY_ORIGINAL = {"Enhanced PET Image": ("PETDetectorMotionDetailsSequence", "PETTableDynamicsSequence")}
"""Functional groups that an IOD has for ORIGINAL images, with no word that others may have them."""
