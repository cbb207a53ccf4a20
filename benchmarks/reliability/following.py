"""R21: no reference leads nowhere, none to its own object, whether references are followed or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reliability.judging import manifest_faults, repeated_uids, undecodable
from reliability.judging_references import count_references, false_references, instance_uids
from reliability.ledger_rows import rows_of
from reliability.workplace import Result

if TYPE_CHECKING:
    from reliability.workplace import Workplace

_WAYS = ("follow", "keep", "both")


def follow_references(workplace: Workplace, ways: tuple[str, ...] = _WAYS) -> Result:
    """Migrate an archive of images and documents in each way, and look up every reference in the result."""
    trials, violations, notes = 0, [], []
    for references in ways:
        reference = workplace.reference(references=references)
        whole = reference.planned.afresh(workplace.folder / f"references-{references}")
        whole.run()
        data = whole.destination / "data"
        source_uids = instance_uids(whole.source)
        found = [*false_references(data, source_uids), *undecodable(data), *repeated_uids(data)]
        trials += count_references(data)
        violations += [f"{references}: {words}" for words in [*found, *manifest_faults(whole.destination)]]
        rows = rows_of(whole.ledger)
        if not all(row.stands for row in rows):
            violations.append(
                f"{references}: {sum(row.stands for row in rows)} of {workplace.objects} objects stand"
            )
        notes.append(f"{references}: {sum(bool(row.new_uid) for row in rows)} new instances")
    return Result("R21", "References lead somewhere", trials, violations, "; ".join(notes))
