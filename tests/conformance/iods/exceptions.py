"""What is known of single objects: errors of dciodvfy in the source, errors it adds, elements that change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iods.enhanced_mr import MR_PULSE_SEQUENCE

if TYPE_CHECKING:
    from iods.building import Specimen


@dataclass(frozen=True)
class Known:
    """errors: of the source as dciodvfy sees it. new: those it adds after the step. why: both, in words."""

    errors: int = 0
    new: frozenset[str] = frozenset()
    why: str = ""


def _present(module: str, *attributes: str) -> frozenset[str]:
    """Return what dciodvfy says of attributes that it allows in ORIGINAL images only."""
    return frozenset(
        "Error - Attribute present when condition unsatisfied (which may not be present otherwise)"
        f" Type 1C Conditional Element=<{attribute}> Module=<{module}>"
        for attribute in attributes
    )


_UNKNOWN = Known(errors=1, why="dciodvfy does not know the SOP Class and says no more")
_PHOTOGRAPH = Known(
    new=frozenset({"Error - A value for Value 3 is required for DERIVED images - attribute <ImageType>"}),
    why="dciodvfy wants value 3 of Image Type of every DERIVED photograph and knows MONTAGE only; a lossy"
    " copy is DERIVED (PS3.3 C.7.6.1.1.5) and no montage",
)
_MR = Known(
    new=_present("MRPulseSequence", *MR_PULSE_SEQUENCE),
    why='dciodvfy allows these in ORIGINAL images only; Table C.8-87 says "may be present otherwise"',
)
_OCT = Known(
    new=_present("IntravascularOCTImage", "AcquisitionDuration"),
    why='dciodvfy allows it in ORIGINAL images only; Table C.8.27.2-1 says "may be present otherwise"',
)
_KNOWN: dict[str, Known] = {
    "Ophthalmic Photography 8 Bit Image": _PHOTOGRAPH,
    "Ophthalmic Photography 16 Bit Image": _PHOTOGRAPH,
    "Wide Field Ophthalmic Photography Stereographic Projection Image": _UNKNOWN,
    "Wide Field Ophthalmic Photography 3D Coordinates Image": _UNKNOWN,
    "Confocal Microscopy Image": _UNKNOWN,
    "Confocal Microscopy Tiled Pyramidal Image": _UNKNOWN,
    "Enhanced RT Image": _UNKNOWN,
    "Enhanced Continuous RT Image": _UNKNOWN,
    "Ophthalmic Optical Coherence Tomography En Face Image": Known(
        errors=1, why="value 3 of Image Type; which terms dciodvfy takes there was not found out"
    ),
    "Ophthalmic Tomography Image": Known(
        errors=3,
        why="the IOD asks for In-concatenation Number of every image (Table C.8.17.7-1), dciodvfy allows it"
        " in concatenations only",
    ),
    "Enhanced MR Image": _MR,
    "Enhanced MR Color Image": _MR,
    "Enhanced XA Image": Known(
        new=_present("XRayProjectionPixelCalibrationMacro", "TableHeight", "BeamAngle"),
        why='dciodvfy allows these in ORIGINAL images only; Table C.8.19.6-9 says "may be present otherwise"',
    ),
    "Intravascular Optical Coherence Tomography Image": _OCT,
    "Intravascular Optical Coherence Tomography Image (For Processing)": _OCT,
}


def known(specimen: Specimen) -> Known:
    """Return what is known of an object, by its name."""
    return _KNOWN.get(specimen.name, Known())
