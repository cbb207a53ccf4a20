"""Plan a repair: each mender looks at what the repairs before it have made; nothing is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lossytools.repairs.derivation import drop_empty_sources, spell_image_type
from lossytools.repairs.flag import admit_ignorance, retire_flag, set_flag
from lossytools.repairs.identity import (
    drop_group_lengths,
    drop_leftover_mac,
    drop_signatures,
    name_instance,
    name_syntax,
)
from lossytools.repairs.items import (
    close_items,
    count_bytes,
    empty_table_of_video,
    even_fragments,
    may_be_cut,
    point_at_fragments,
    point_at_frames,
)
from lossytools.repairs.lists import complete_lists, spell_methods
from lossytools.repairs.pixels import count_samples, declare_colour, lay_by_pixel, set_high_bit
from lossytools.repairs.reasons import CUT, left
from lossytools.repairs.repair import Left, Plan, Repair, mended
from lossytools.repairs.statistics import deny_colour, drop_limit, measure_ends
from lossytools.rules import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossytools.evidence import Evidence

_MENDERS: tuple[Callable[[Evidence], Iterator[Repair]], ...] = (
    name_instance,
    name_syntax,
    drop_group_lengths,
    even_fragments,
    close_items,
    point_at_frames,
    empty_table_of_video,
    point_at_fragments,
    count_bytes,
    count_samples,
    declare_colour,
    lay_by_pixel,
    set_high_bit,
    measure_ends,
    drop_limit,
    deny_colour,
    set_flag,
    admit_ignorance,
    retire_flag,
    spell_methods,
    complete_lists,
    spell_image_type,
    drop_empty_sources,
    drop_leftover_mac,
)
"""In this order: the form of the file, the pixels' description, what was lost, how it came about."""

_REPAIRABLE = {
    "L": (1, 2, 3, 4, 7, 8, 9, 10, 11),
    "M": (1, 2, 3, 4, 5, 11, 13),
    "D": (1, 2, 15),
    "U": (3, 4, 5, 14, 17),
    "P": (1, 3, 4, 5, 7, 11, 12, 13, 15, 16, 22, 23, 29),
    "F": (3, 4, 5, 6, 7, 8, 9, 10, 11),
}
REPAIRABLE = frozenset(
    f"{family}{number:02}" for family, numbers in _REPAIRABLE.items() for number in numbers
)
"""Ids of the rules that have a repair for some of their findings."""

_FORM = frozenset("UPF")  # families of which a repair may bring nothing new to light


def plan(evidence: Evidence) -> Plan:
    """Return the certain repairs of one object, and what is left of its findings with the reason.

    Pure. A repair after which a rule finds what it did not find before is not made; only a flag that is
    set may show that the record behind it is missing. Of a file that may be truncated nothing is mended.
    """
    if may_be_cut(evidence):
        return Plan((), tuple(Left(finding, CUT) for finding in audit(evidence)), evidence)
    now = evidence
    repairs: list[Repair] = []
    for mender in _MENDERS:
        for repair in mender(now):
            now = _try(now, repair, repairs)
    if any(map(_voids, repairs)):
        for repair in drop_signatures(now):
            now = _try(now, repair, repairs)
    return Plan(tuple(repairs), tuple(map(left, audit(now))), now)


def _voids(repair: Repair) -> bool:
    """Return whether a repair touches what a digital signature may cover: not the file's header alone."""
    return bool(repair.changes or repair.items) or any(c.keyword == "TransferSyntaxUID" for c in repair.meta)


def _try(now: Evidence, repair: Repair, repairs: list[Repair]) -> Evidence:
    """Return the evidence after a repair that helps and does no harm, noted in `repairs`; else `now`."""
    after = mended(now, repair)
    before, found = ({(each.rule, each.says) for each in audit(state)} for state in (now, after))
    before_ids, found_ids = ({number for number, _ in each} for each in (before, found))
    harms = any(number[0] in _FORM for number in found_ids - before_ids)
    helps = before - found or not before_ids & set(repair.rules)
    if harms or not helps:
        return now
    mends = sorted(before_ids - found_ids) or [number for number in repair.rules if number not in found_ids]
    repairs.append(replace(repair, rules=tuple(mends)))
    return after
