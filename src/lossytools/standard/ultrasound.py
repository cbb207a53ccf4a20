"""What the US Image Module asks for: terms of Image Type, colour in each transfer syntax (PS3.3 C.8.5.6).

Of the colour rule, C.8.5.6.1.2, syntaxes that it does not name are not here: near-lossless JPEG-LS,
JPEG XL, 12-bit JPEG, JPIP. High-throughput JPEG 2000 is read as JPEG 2000.
"""

from __future__ import annotations

from lossytools.standard.transfer_syntaxes import BY_UID

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

GREY = ("MONOCHROME2", "PALETTE COLOR")
"""What one sample a pixel is declared as in ultrasound; MONOCHROME1 is no Defined Term there."""

_4 = "1.2.840.10008.1.2.4."
_BY_FAMILY: dict[str, tuple[str, ...]] = {
    "native": ("RGB",),
    "deflated-frame": ("RGB",),
    "rle": ("RGB", "YBR_FULL"),
    "video": ("YBR_PARTIAL_420",),
}
_BY_UID: dict[str, tuple[str, ...]] = {
    _4 + "50": ("YBR_FULL_422",),
    _4 + "57": ("RGB",),
    _4 + "70": ("RGB",),
    _4 + "80": ("RGB",),
    _4 + "90": ("YBR_RCT",),
    _4 + "91": ("YBR_ICT", "YBR_RCT"),  # which of the two, the stream says
    _4 + "201": ("YBR_RCT",),
    _4 + "202": ("YBR_RCT",),
    _4 + "203": ("YBR_ICT", "YBR_RCT"),
}


def colours_for(transfer_syntax: str) -> tuple[str, ...]:
    """Return what colour shall be declared as in ultrasound, () where the clause does not say."""
    syntax = BY_UID.get(transfer_syntax)
    if syntax is None:
        return ()
    return _BY_UID.get(transfer_syntax) or _BY_FAMILY.get(syntax.family, ())
