"""Family P: the ICC profile in the header and the one in the code streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.codecs.codestream.icc_profile import digest
from lossytools.rules.attributes import changed, items, value
from lossytools.rules.definition import one, pair, rule
from lossytools.rules.facts import at, readable

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_PROFILE = (132).to_bytes(4, "big") + bytes(range(128))
_OTHER = (132).to_bytes(4, "big") + bytes(128)
_COLOUR = ("ICCProfile", "ColorSpace")
_PATHS = "OpticalPathSequence"


def _kept(source: Evidence, derived: Evidence) -> Said:
    """Yield profiles and colour spaces that a step lost or changed, those of optical paths too."""
    for keyword in changed(source.image, derived.image, _COLOUR):
        yield f"{keyword} is not that of the source"
    old, new = (items(each.image, _PATHS) for each in (source, derived))
    for place, paths in enumerate(zip(old, new, strict=False), start=1):
        for keyword in changed(*paths, _COLOUR):
            yield f"{keyword} of optical path {place} is not that of the source"


@rule(
    "P17",
    "The ICC profiles of header and code streams are one",
    severity="E",
    cites="PS3.5 8.2.1; PS3.3 C.11.15",
    repair="take the profile of the source, or drop the APP2 segments",
    holds=[
        one(),
        one(ICCProfile=_PROFILE, stream__icc=digest(_PROFILE)),
        one(ICCProfile=_PROFILE + b"\0\0", stream__icc=digest(_PROFILE)),
        one(ICCProfile=_PROFILE),
        one(stream__icc=digest(_PROFILE)),
        pair({"ICCProfile": _PROFILE, "ColorSpace": "SRGB"}, ICCProfile=_PROFILE, ColorSpace="SRGB"),
        pair(ICCProfile=_PROFILE),
    ],
    breaks=[
        one(ICCProfile=_PROFILE, stream__icc=digest(_OTHER)),
        pair({"ICCProfile": _PROFILE}),
        pair({"ICCProfile": _PROFILE, "ColorSpace": "SRGB"}, ICCProfile=_PROFILE, ColorSpace="ADOBERGB"),
        pair({_PATHS: [{"ICCProfile": _PROFILE}]}, OpticalPathSequence=[{"ICCProfile": _OTHER}]),
    ],
    applies_to="colour images with an ICC profile",
    between=_kept,
)
def profiles_agree(evidence: Evidence) -> Said:
    """A viewer takes the profile of the one or of the other, and shows other colours.

    A profile in the code streams alone says nothing false; that of an optical path is not compared,
    as frames of several paths may share one header.
    """
    found = value(evidence.image, "ICCProfile")
    stated = digest(found) if isinstance(found, bytes) else ""
    for fact, header in readable(evidence):
        if stated and header.icc and header.icc != stated:
            yield f"{at(fact)}: the ICC profile in APP2 is not ICC Profile (0028,2000)"


RULES: tuple[Rule, ...] = (profiles_agree,)
