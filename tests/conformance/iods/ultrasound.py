"""An ultrasound cine with every attribute of its modules, and what is expected of it after a step."""

from __future__ import annotations

from typing import Any

from iods.building import Specimen, Values
from iods.form import Form
from iods.modules import BASE
from iods.ultrasound_modules import MODULES, Attribute

_MULTI_FRAME = "1.2.840.10008.5.1.4.1.1.3.1"
_OVERLAY: Values = {
    "60000010": 64,
    "60000011": 64,
    "60000040": "G",
    "60000050": [1, 1],
    "60000100": 1,
    "60000102": 0,
    "60003000": bytes(512),
}
"""An Overlay Plane, which Overlay Subtype belongs to; bytes where all of it lies."""


def everything(samples: int) -> Specimen:
    """Return an object with every attribute of the modules, also of those that exclude one another."""
    values = {
        attribute.name: attribute.value
        for module in MODULES
        for attribute in module.attributes
        if attribute.value is not None
    }
    return Specimen(
        "Ultrasound Multi-frame Image",
        _MULTI_FRAME,
        Form(8, samples=samples, frames=3, by_plane=samples == 3),
        (BASE, {"Modality": "IVUS", "PatientOrientation": []}, _OVERLAY, values),
        f"every attribute, {samples} samples",
    )


def expected(attribute: Attribute, codec: str, before: Any) -> Any:
    """Return the value after a step with `codec`; `before` is the source's, None where it has none."""
    if not attribute.effect or before is None or before == "MONOCHROME2":
        return before
    return attribute.after[codec] if isinstance(attribute.after, dict) else attribute.after
