"""Mend the flag Lossy Image Compression, from code streams, lists and the retired flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.changes.change import Change, remove
from lossytools.history import FLAG, METHOD, RATIO, RETIRED_FLAG, stored_values
from lossytools.repairs.found import broken
from lossytools.repairs.repair import Repair
from lossytools.rules.attributes import has
from lossytools.rules.facts import coded_lossy, flag_of, had_retired_flag, syntax_of, types_of
from lossytools.rules.ratios import positive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence

_CLAUSE = "PS3.3 C.7.6.1.1.5"
_RETIRED = remove(RETIRED_FLAG, "PS3.6: (0008,2110) is retired")
_DENIED = ("L01", "L02", "L03", "L04", "L07", "L08", "L09", "L10")


def set_flag(evidence: Evidence) -> Iterator[Repair]:
    """Set the flag to 01 where something in the object shows a loss.

    A flag that is neither 00 nor 01 shows none, and neither does a ratio of 1.
    """
    shown = _evidence_of_loss(evidence)
    denied = broken(evidence, *_DENIED)
    if shown and flag_of(evidence) != "01" and (denied or had_retired_flag(evidence)):
        change = Change(FLAG, "01", f"{_CLAUSE}: the image underwent lossy compression, {shown}")
        carried = (_RETIRED,) if had_retired_flag(evidence) else ()
        yield Repair(denied or ("L11",), f"the flag is set: {shown}", (change, *carried))


def _evidence_of_loss(evidence: Evidence) -> str:
    """Return what shows that the image has lost, in words, "" where nothing does."""
    image, syntax = evidence.image, syntax_of(evidence)
    if coded_lossy(evidence):
        always = syntax is not None and syntax.loss == "always"
        return (
            f"the pixel data is {syntax.name}" if always and syntax else "the code streams lost information"
        )
    if any(stored_values(image, METHOD)):
        return "a method is stated"
    if any((positive(ratio) or 0) > 1 for ratio in stored_values(image, RATIO)):
        return "a ratio above 1 is stated"
    if had_retired_flag(evidence):
        return "the retired flag says so"
    return "the flag says so more than once" if set(stored_values(image, FLAG)) == {"01"} else ""


def admit_ignorance(evidence: Evidence) -> Iterator[Repair]:
    """Add an empty flag where the IOD gives it Type 2: present, and empty if not known."""
    if broken(evidence, "L09") and types_of(evidence)[0] == "2":
        change = Change(FLAG, "", "PS3.5 7.4.3: an attribute of Type 2 is present, empty where not known")
        yield Repair(
            ("L09",), "an empty flag is added: nothing shows whether the image was ever lossy", (change,)
        )


def retire_flag(evidence: Evidence) -> Iterator[Repair]:
    """Remove the retired flag, once the flag says all that it said."""
    if not has(evidence.image, RETIRED_FLAG):
        return
    says = set(stored_values(evidence.image, RETIRED_FLAG)) - {"", "00"}
    if not says or (says == {"01"} and flag_of(evidence) == "01"):
        yield Repair(("L11",), "the retired flag is removed: the flag says all that it said", (_RETIRED,))
