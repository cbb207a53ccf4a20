"""Terms of the ultrasound image, PS3.3 section C.8.5.6."""

from __future__ import annotations

IMAGE_TYPE_TERMS = frozenset(
    {
        "ABDOMINAL",
        "BREAST",
        "CHEST",
        "ENDOCAVITARY",
        "ENDORECTAL",
        "ENDOVAGINAL",
        "EPICARDIAL",
        "FETAL HEART",
        "GYNECOLOGY",
        "INTRACARDIAC",
        "INTRAOPERATIVE",
        "INTRAVASCULAR",
        "MUSCULOSKELETAL",
        "NEONATAL HEAD",
        "OBSTETRICAL",
        "OPHTHALMIC",
        "PEDIATRIC",
        "PELVIC",
        "RETROPERITONEAL",
        "SCROTAL",
        "SMALL PARTS",
        "TEE",
        "THYROID",
        "TRANSCRANIAL",
        "TTE",
        "US BIOPSY",
        "USBIOPSY",
        "VASCULAR",
    }
)
"""Defined Terms of value 3 of Image Type (C.8.5.6.1.1): which examination it was. Tools that know the
list spell the biopsy in two ways, and both pass."""
