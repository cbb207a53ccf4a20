"""Family L, over one step: a flag that was set stays set, and the retired one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.history import RETIRED_FLAG
from lossytools.rules.attributes import has
from lossytools.rules.bases import JPEG_SOURCE, NATIVE, NEVER_LOSSY
from lossytools.rules.definition import one, pair, pair_rule, rule
from lossytools.rules.facts import coded_lossy, flag_of, had_retired_flag, shown

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said


@pair_rule(
    "L05",
    "Once lossy, always lossy",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5",
    repair="set (0028,2110) of the derived object to 01",
    holds=[pair({"LossyImageCompression": "01"}), pair({"LossyImageCompression": "01"}, **NATIVE)],
    breaks=[
        pair({"LossyImageCompression": "01"}, **NATIVE | {"LossyImageCompression": "00"}),
        pair({"LossyImageCompression": "01"}, LossyImageCompression=None),
    ],
)
def flag_is_never_reset(source: Evidence, derived: Evidence) -> Said:
    """What was lost stays lost: decompression and lossless coding bring nothing back.

    Without the flag the image passes for an original from then on.
    """
    if flag_of(source) == "01" and flag_of(derived) != "01":
        yield f"the source's flag is 01, the derived object's is {shown(flag_of(derived))}"


@pair_rule(
    "L06",
    "A source in a lossy code stream counts as lossy, whatever its flag says",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5",
    repair="set (0028,2110) of the derived object to 01",
    holds=[pair(JPEG_SOURCE, **NATIVE)],
    breaks=[
        pair(JPEG_SOURCE, **NATIVE | NEVER_LOSSY),
        pair(JPEG_SOURCE | {"LossyImageCompression": "00"}, **NATIVE | {"LossyImageCompression": "00"}),
    ],
)
def lossy_source_sets_flag(source: Evidence, derived: Evidence) -> Said:
    """Many lossy files carry no flag; decompressing one must not launder it."""
    if coded_lossy(source) and flag_of(derived) != "01":
        yield f"the source's code streams are lossy, the derived flag is {shown(flag_of(derived))}"


def _carried_over(source: Evidence, derived: Evidence) -> Said:
    """Yield a retired flag of the source that did not become the flag of the derived object."""
    if had_retired_flag(source) and flag_of(derived) != "01":
        yield f"the source's retired flag is 01, the derived flag is {shown(flag_of(derived))}"


@rule(
    "L11",
    "The retired flag (0008,2110) is not written",
    severity="W",
    cites="PS3.6 section 6",
    repair="carry a 01 over to (0028,2110) and remove (0008,2110)",
    holds=[one(), pair({"LossyImageCompressionRetired": "01"})],
    breaks=[
        one(LossyImageCompressionRetired="01"),
        pair({"LossyImageCompressionRetired": "01"}, **NATIVE | NEVER_LOSSY),
    ],
    between=_carried_over,
)
def retired_flag_is_absent(evidence: Evidence) -> Said:
    """No reader of today looks at the retired element, and two flags can disagree."""
    if has(evidence.image, RETIRED_FLAG):
        yield "the retired Lossy Image Compression (0008,2110) is present"


RULES: tuple[Rule, ...] = (flag_is_never_reset, lossy_source_sets_flag, retired_flag_is_absent)
