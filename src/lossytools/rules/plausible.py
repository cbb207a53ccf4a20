"""Family M, one object: ratios that nothing bears out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossytools.history import RATIO, stored_values
from lossytools.rules.attributes import text
from lossytools.rules.bases import NATIVE_BYTES
from lossytools.rules.definition import one, rule
from lossytools.rules.measured import last_ratio_is_measured, measurable
from lossytools.rules.ratios import positive

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said


_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_GREW = {  # ten times the native length
    "LossyImageCompressionRatio": "0.1",
    "encapsulation__stream_bytes": (NATIVE_BYTES * 10 // 3,) * 3,
}


@rule(
    "M14",
    "Ratios are plausible",
    severity="W",
    cites="PS3.3 C.7.6.1.1.5.2",
    repair="measure the ratio: native bytes over code stream bytes",
    holds=[
        one(),
        one(LossyImageCompressionRatio="1"),
        one(**_GREW),
        one(LossyImageCompressionRatio=["2000", "10"], DerivationDescription="ratio 10:1 [lossy 2000:1]"),
    ],
    breaks=[one(LossyImageCompressionRatio="0.1"), one(LossyImageCompressionRatio="2000")],
    applies_to="images with a ratio",
)
def ratios_are_plausible(evidence: Evidence) -> Said:
    """Below 1 it mostly is the fraction turned round, above 1000 bits over bytes or a slip.

    A last ratio that the code streams at hand measure is no slip: noise grows, black frames shrink. Nor is
    one that Derivation Description states as well.
    """
    described = set(_NUMBER.findall(text(evidence.image, "DerivationDescription")))
    ratios = stored_values(evidence.image, RATIO)
    if measurable(evidence) and not list(last_ratio_is_measured.look(evidence)):
        ratios = ratios[:-1]
    for place, ratio in enumerate(ratios, start=1):
        found = positive(ratio) if ratio else None
        if found is not None and not 1 <= found <= 1000 and ratio not in described:  # noqa: PLR2004 - n:1
            yield f"ratio {place} is {ratio[:16]}, outside 1 to 1000"


RULES: tuple[Rule, ...] = (ratios_are_plausible,)
