"""R12: two runs on one ledger at once."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from reliability.judging import differences
from reliability.ledger_rows import attempts_of
from reliability.migration import IN_USE
from reliability.running import run, start
from reliability.workplace import Result

if TYPE_CHECKING:
    from reliability.migration import Migration
    from reliability.running import Running
    from reliability.workplace import Workplace

_PATIENCE = 60.0  # seconds until the first run has begun
_AT_ONCE = 2.0  # seconds, the start of Python included


def run_twice_at_once(workplace: Workplace) -> Result:
    """Start a second run while the first works, on the same destination and on another one."""
    reference = workplace.reference()
    attempt = reference.planned.afresh(workplace.folder / "contended")
    patience = _AT_ONCE * workplace.choose(1, 5)  # a quick trial may share its machine with other tests
    with start(attempt.run_command()) as first:
        violations = [] if _has_begun(attempt, first) else ["the first run did not begin"]
        os.killpg(first.process.pid, signal.SIGSTOP)  # it holds the ledger, however quick it would be
        seconds, found = _refused(attempt, patience)
        os.killpg(first.process.pid, signal.SIGCONT)
        first.end_within(_PATIENCE + reference.seconds * 10)
        if first.process.returncode != reference.done.status:
            violations.append(f"the first run ended with {first.done().told}")
    violations += [*found, *differences(attempt.tree(), reference.tree)]
    return Result("R12", "Two runs on one ledger", 2, violations, f"refused after {seconds:.2f} s")


def _refused(attempt: Migration, patience: float) -> tuple[float, list[str]]:
    """Start second runs; return how long the slowest took, and which were not refused in time."""
    slowest, found = 0.0, []
    for second in (attempt, replace(attempt, destination=attempt.ledger.parent / "another")):
        done = run(second.run_command())
        slowest = max(slowest, done.seconds)
        if done.status != IN_USE:
            found.append(f"the second run ended with {done.told}")
        if done.seconds > patience:
            found.append(f"the second run took {done.seconds:.1f} s to say so")
    return slowest, found


def _has_begun(attempt: Migration, first: Running) -> bool:
    """Wait until a run has taken its ledger: somebody has worked on an object."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and first.process.poll() is None:
        if attempt.destination.exists() or any(attempts_of(attempt.ledger).values()):
            return True
        time.sleep(0.02)
    return False
