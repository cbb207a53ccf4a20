"""R1: the whole process group is killed at random moments, and the run taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reliability.judging import differences, manifest_faults, partial_files, repeated_uids
from reliability.ledger_rows import integrity, rows_of, unfinished
from reliability.running import start
from reliability.workplace import Result

if TYPE_CHECKING:
    from reliability.migration import Migration
    from reliability.workplace import Reference, Workplace

_SEED = 20240229


def kill_at_random(workplace: Workplace, kills: int | None = None) -> Result:
    """Kill runs with SIGKILL, resume them, and compare what they leave with an undisturbed run."""
    wanted = kills or workplace.choose(60, 6)
    reference = workplace.reference()
    moments = np.random.default_rng(_SEED)
    killed, completed, violations = 0, 0, []
    while killed < wanted:
        attempt = reference.planned.afresh(workplace.folder / f"killed-{completed}")
        while killed < wanted and _is_killed(attempt, moments.uniform(0, reference.seconds)):
            killed += 1
            violations += [f"kill {killed}: {words}" for words in after_a_kill(attempt, reference)]
        violations += [f"run {completed}: {words}" for words in after_resuming(attempt, reference)]
        completed += 1
    return Result("R1", "Killed at random moments", killed, violations, f"{completed} runs completed")


def _is_killed(attempt: Migration, seconds: float) -> bool:
    """Start or resume a run and kill it after so many seconds; False where it ended before."""
    with start(attempt.run_command()) as running:
        return not running.end_within(seconds)


def after_a_kill(attempt: Migration, reference: Reference) -> list[str]:
    """Return what is wrong with a destination in which a run was killed."""
    faults = partial_files(attempt.destination, reference.tree)
    whole = integrity(attempt.ledger)
    return faults if whole == "ok" else [*faults, f"the ledger is damaged: {whole}"]


def after_resuming(attempt: Migration, reference: Reference) -> list[str]:
    """Resume a run, and return what differs from an undisturbed one when it has ended."""
    done = attempt.run()
    if done.status != reference.done.status:
        return [f"resumed, it ended with {done.told}"]
    return [
        *differences(attempt.tree(), reference.tree),
        *unfinished(rows_of(attempt.ledger)),
        *repeated_uids(attempt.destination / "data"),
        *manifest_faults(attempt.destination),
    ]
