"""Which studies refer to each other, and what follows for their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.batch.bundle import held
from lossytools.batch.reasons import REASONS
from lossytools.batch.twins import add_twins

if TYPE_CHECKING:
    from lossytools.batch.ledger import Ledger
    from lossytools.batch.recipe import References

_INSIDE = "DELETE FROM links WHERE uid NOT IN (SELECT uid FROM objects WHERE uid <> '')"
_BETWEEN = (
    "SELECT DISTINCT o.study, t.study FROM links JOIN objects o ON o.id = object"
    " JOIN objects t ON t.uid = links.uid WHERE o.study <> t.study"
)
_REFERRED_TO = (
    "action = 'transcode' AND state = 'pending' AND new_uid <> '' AND uid IN"
    " (SELECT links.uid FROM links JOIN objects o ON o.id = object WHERE o.state = 'pending')"
)
_SIGNED = (
    "signed = 1 AND state = 'pending' AND id IN (SELECT object FROM links JOIN objects t ON t.uid = links.uid"
    " WHERE t.action = 'transcode' AND t.new_uid <> '' AND t.state = 'pending')"
)


def group_studies(ledger: Ledger, references: References) -> None:
    """Number the studies that have to be finished together, and hold back those that cannot be published.

    references: what becomes of them, see `Recipe`. References to what is not in the
    archive are none of its business.
    """
    with ledger.commit():
        ledger.execute(_INSIDE)
    if references == "keep":
        _copy_referred_to(ledger)
    elif references == "both":
        add_twins(ledger)
    else:
        _hold_signed(ledger)
    _number(ledger)
    _hold_studies(ledger)


def _copy_referred_to(ledger: Ledger) -> None:
    reason = "referred-to"
    why = {"reason": reason, "says": REASONS[reason]}
    with ledger.commit():
        for entry in list(ledger.entries(_REFERRED_TO)):
            ledger.move(entry, "pending", action="copy", new_uid="", objection=reason, **why)


def _hold_signed(ledger: Ledger) -> None:
    """Hold back signed objects whose references would have to change: nobody can sign them again."""
    reason = "study-signed"
    with ledger.commit():
        for entry in list(ledger.entries(_SIGNED)):
            ledger.move(entry, "skipped", reason=reason, says=REASONS[reason])


def _number(ledger: Ledger) -> None:
    """Give the objects of each group of studies the number of the group, in the order of the archive."""
    parents: dict[str, str] = {}
    for one, other in ledger.rows(_BETWEEN):
        first, second = sorted((_root(parents, one), _root(parents, other)))
        parents[second] = first
    numbers: dict[str, int] = {}
    ordered = ledger.rows("SELECT study FROM objects WHERE study <> '' GROUP BY study ORDER BY min(id)")
    bundles = [(study, numbers.setdefault(_root(parents, study), len(numbers) + 1)) for (study,) in ordered]
    with ledger.commit():
        ledger.execute("CREATE TEMP TABLE bundles (study TEXT PRIMARY KEY, number INTEGER)")
        ledger.execute_many("INSERT INTO bundles VALUES (?, ?)", bundles)
        ledger.execute(
            "UPDATE objects SET bundle = (SELECT number FROM bundles WHERE bundles.study = objects.study)"
            " WHERE study <> ''"
        )
        ledger.execute("DROP TABLE bundles")


def _root(parents: dict[str, str], study: str) -> str:
    while study in parents:
        study = parents[study]
    return study


def _hold_studies(ledger: Ledger) -> None:
    """Hold back what is known now not to be publishable; a run finds the rest."""
    spoilt = ledger.rows(
        "SELECT DISTINCT bundle FROM objects WHERE bundle > 0 AND (state = 'failed' OR state = 'skipped')"
    )
    for (number,) in list(spoilt):
        entries = {entry.id: entry for entry in ledger.entries("bundle = ?", number)}
        with ledger.commit():
            for one, reason in held(entries.values(), ledger.links_of(number)).items():
                ledger.move(entries[one], "skipped", reason=reason, says=REASONS[reason])
