"""Ultrasound and secondary capture (PS3.3 annex A.6 to A.8)."""

from __future__ import annotations

from iods.building import Specimen, Values
from iods.form import Form
from iods.modules import BASE, CINE

_CLASS = "1.2.840.10008.5.1.4.1.1"
_GREY_8, _COLOUR = Form(8), Form(8, samples=3)

ULTRASOUND: Values = {
    "Modality": "US",
    "ImageType": ["ORIGINAL", "PRIMARY", "ABDOMINAL", "0001"],
    "PatientOrientation": [],
}
_CAPTURE: Values = {"Modality": "OT", "ConversionType": "WSD", "PatientOrientation": []}
_MULTI: Values = {
    **CINE,
    "PresentationLUTShape": "IDENTITY",
    "RescaleIntercept": "0",
    "RescaleSlope": "1",
    "RescaleType": "US",
}

SPECIMENS = (
    Specimen("Ultrasound Image", f"{_CLASS}.6.1", _COLOUR, (BASE, ULTRASOUND)),
    Specimen(
        "Ultrasound Multi-frame Image",
        f"{_CLASS}.3.1",
        Form(8, samples=3, frames=3),
        (BASE, CINE, ULTRASOUND),
    ),
    Specimen("Secondary Capture Image", f"{_CLASS}.7", _COLOUR, (BASE, _CAPTURE)),
    Specimen(
        "Multi-frame Grayscale Byte Secondary Capture Image",
        f"{_CLASS}.7.2",
        Form(8, frames=2),
        (BASE, _CAPTURE, _MULTI),
    ),
    Specimen(
        "Multi-frame Grayscale Word Secondary Capture Image",
        f"{_CLASS}.7.3",
        Form(12, frames=2),
        (BASE, _CAPTURE, _MULTI),
    ),
    Specimen(
        "Multi-frame True Color Secondary Capture Image",
        f"{_CLASS}.7.4",
        Form(8, samples=3, frames=2),
        (BASE, _CAPTURE, CINE),
    ),
)
