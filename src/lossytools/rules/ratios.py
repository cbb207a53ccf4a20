"""Family M, one object: the values of Lossy Image Compression Ratio (0028,2112)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lossytools.history import RATIO, stored_values
from lossytools.rules.definition import one, rule

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_DECIMAL_STRING = re.compile(r"[0-9+\-.eE ]*")
_LONGEST = 16


@rule(
    "M08",
    "Ratios are numbers above zero",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.2",
    repair="write the measured ratio, or an empty value if it is not known",
    holds=[one(), one(LossyImageCompressionRatio=["", "9.8E0"])],
    breaks=[
        one(LossyImageCompressionRatio="0"),
        one(LossyImageCompressionRatio="-5"),
        one(LossyImageCompressionRatio="10:1"),
    ],
    applies_to="images with a ratio",
)
def ratios_are_positive(evidence: Evidence) -> Said:
    """Zero, a negative number or a text says that nothing was measured."""
    for place, ratio in enumerate(stored_values(evidence.image, RATIO), start=1):
        if ratio and not positive(ratio):
            yield f"ratio {place}, {ratio[:16]!r}, is no number above zero"


def positive(ratio: str) -> Decimal | None:
    """Return the ratio, None when it is no finite number above zero."""
    try:
        found = Decimal(ratio)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None


@rule(
    "M09",
    "Ratios are Decimal Strings",
    severity="E",
    cites="PS3.5 6.2",
    repair="write at most 16 characters: digits and a point, 4 to 6 of them significant",
    holds=[one(), one(LossyImageCompressionRatio="11.4297053279095")],
    breaks=[one(LossyImageCompressionRatio="11.429705327909512"), one(LossyImageCompressionRatio="ten")],
    applies_to="images with a ratio",
)
def ratios_are_decimal_strings(evidence: Evidence) -> Said:
    """A longer value, or another character, makes strict readers refuse the object."""
    for place, ratio in enumerate(stored_values(evidence.image, RATIO), start=1):
        if len(ratio) > _LONGEST:
            yield f"ratio {place} has {len(ratio)} characters, the limit is {_LONGEST}"
        elif not _DECIMAL_STRING.fullmatch(ratio):
            yield f"ratio {place} has characters that a Decimal String does not"


RULES: tuple[Rule, ...] = (ratios_are_positive, ratios_are_decimal_strings)
