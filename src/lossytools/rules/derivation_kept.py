"""Family D, over one step: what was said of earlier derivations stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import value
from lossytools.rules.bases import OLDER_UID, SOURCE_UID, source_item
from lossytools.rules.definition import pair, pair_rule
from lossytools.rules.facts import is_lossy_step
from lossytools.rules.sources import older_sources

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_CUT = "...]"
_LONG = "Denoised " * 120  # 1,080 characters with the blank at its end


def _description(image: Dataset) -> str:
    """Return Derivation Description without trailing blanks; a backslash in it is plain text."""
    found = value(image, "DerivationDescription")
    parts = found if isinstance(found, (list, tuple)) else [found or ""]
    return "\\".join(str(part) for part in parts).rstrip(" \0")


def _is_kept(old: str, new: str) -> bool:
    """Return whether the old text stands in the new one, whole or cut at its end in brackets."""
    if old.strip() in new:
        return True
    return new.endswith(_CUT) and any(
        old.strip().startswith(new[place + 1 : -len(_CUT)].strip())
        for place, character in enumerate(new[: -len(_CUT) - 1])
        if character == "["
    )


@pair_rule(
    "D09",
    "The old Derivation Description is kept",
    severity="W",
    cites="PS3.3 C.12.4.1.1",
    repair="write the new text first and the old one behind it in brackets, cut from its end only",
    holds=[
        pair(),
        pair({"DerivationDescription": "Denoised"}, DerivationDescription="JPEG 10:1 [Denoised]"),
        pair({"DerivationDescription": _LONG}, DerivationDescription=f"JPEG [{_LONG[:900]}...]"),
    ],
    breaks=[
        pair({"DerivationDescription": "Denoised"}),
        pair({"DerivationDescription": "Denoised"}, DerivationDescription=None),
    ],
)
def description_is_kept(source: Evidence, derived: Evidence) -> Said:
    """The text is the only place where earlier processing may be described at all."""
    old = _description(source.image)
    if old.strip() and is_lossy_step(source, derived) and not _is_kept(old, _description(derived.image)):
        yield "the source's Derivation Description is not part of the derived object's"


@pair_rule(
    "D17",
    "Earlier source items are kept",
    severity="W",
    cites="PS3.3 C.12.4.1.2",
    repair="append to Source Image Sequence, do not replace it",
    holds=[
        pair(),
        pair(
            {"SourceImageSequence": [source_item(OLDER_UID)]},
            SourceImageSequence=[source_item(OLDER_UID), source_item(SOURCE_UID)],
        ),
    ],
    breaks=[pair({"SourceImageSequence": [source_item(OLDER_UID)]})],
)
def earlier_sources_are_kept(source: Evidence, derived: Evidence) -> Said:
    """The items are the chain back to the first image; a replaced sequence cuts it."""
    old, new = older_sources(source.image), older_sources(derived.image)
    if is_lossy_step(source, derived) and new[: len(old)] != old:
        yield f"the source's {len(old)} source items are not the first of the derived object's {len(new)}"


RULES: tuple[Rule, ...] = (description_is_kept, earlier_sources_are_kept)
