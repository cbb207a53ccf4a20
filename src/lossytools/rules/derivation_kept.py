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

CUT = "...]"
"""How a description ends whose older text was cut."""

_LONG = "Denoised " * 120  # 1,080 characters with the blank at its end


def description_of(image: Dataset) -> str:
    """Return Derivation Description without trailing blanks; a backslash in it is plain text."""
    found = value(image, "DerivationDescription")
    parts = found if isinstance(found, (list, tuple)) else [found or ""]
    return "\\".join(str(part) for part in parts).rstrip(" \0")


def cut_place(old: str, new: str) -> int | None:
    """Return where the bracket with the old text, cut at its end, opens in the new one; None without one."""
    if not new.endswith(CUT):
        return None
    brackets = (place for place, character in enumerate(new[: -len(CUT) - 1]) if character == "[")
    kept = (place for place in brackets if old.strip().startswith(new[place + 1 : -len(CUT)].strip()))
    return next(kept, None)


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
    old, new = description_of(source.image), description_of(derived.image)
    if not old.strip() or not is_lossy_step(source, derived):
        return
    if old.strip() not in new and cut_place(old, new) is None:
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
