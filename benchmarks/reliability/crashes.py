"""R2: the run, and what comes after it, dies at every step that changes the disk, before and after it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from reliability.killing import after_a_kill, after_resuming
from reliability.running import run
from reliability.workplace import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reliability.migration import Migration
    from reliability.running import Done
    from reliability.workplace import Workplace

OBJECTS = 28  # two studies of everything
SIGKILLED = -9
LAUNCHER = (sys.executable, str(Path(__file__).with_name("crashing.py")))
Crash = tuple[str, str, int]
"""A crash point, "before" or "after", and the number of the call in its process."""


def crash_everywhere(workplace: Workplace) -> Result:
    """Kill a run at each of its crash points, resume it, and compare it with an undisturbed one."""
    reference = workplace.reference(OBJECTS)
    counted = count_calls(reference.planned.afresh(workplace.folder / "counted"), workplace.folder / "calls")
    trials, missed, violations = 0, 0, []
    for crash in chosen_crashes(counted, workplace.choose(3, 1)):
        attempt = reference.planned.afresh(workplace.folder / "crashed")
        died = crashed(attempt.run_command(), crash)
        if died.status != SIGKILLED:
            missed += 1
            if died.status != reference.done.status:
                violations.append(f"{describe(crash)}: not reached, it ended with {died.told}")
            continue
        trials += 1
        faults = [*after_a_kill(attempt, reference), *after_resuming(attempt, reference)]
        violations += [f"{describe(crash)}: {fault}" for fault in faults]
    note = f"points: {', '.join(sorted(counted))}; {missed} were not reached"
    return Result("R2", "Killed at every crash point of a run", trials, violations, note)


def count_calls(migration: Migration, log: Path) -> dict[str, int]:
    """Let a run reach its crash points unharmed; return how often the busiest process reached each."""
    return count_of(migration.run_command(), log)


def count_of(command: list[str], log: Path) -> dict[str, int]:
    """Return how often the busiest process of a command reached each crash point."""
    log.write_text("", encoding="utf-8")
    run([*LAUNCHER, *command[3:]], more={"LOSSYTOOLS_CALLS": str(log)})
    calls = Counter(log.read_text(encoding="utf-8").splitlines())
    most: dict[str, int] = {}
    for line, times in calls.items():
        point = line.partition(" ")[0]
        most[point] = max(times, most.get(point, 0))
    return most


def chosen_crashes(counted: dict[str, int], each: int) -> Iterator[Crash]:
    """Yield crashes before and after `each` calls of every point: the first, the last, and some between."""
    for point, calls in sorted(counted.items()):
        numbers = {1 + (calls - 1) * step // max(each - 1, 1) for step in range(each)}
        for number in sorted(numbers):
            yield point, "before", number
            yield point, "after", number


def crashed(command: list[str], crash: Crash) -> Done:
    """Run a command with a crash in it; its status is SIGKILLED if it died of it."""
    point, when, number = crash
    return run([*LAUNCHER, *command[3:]], more={"LOSSYTOOLS_CRASH": f"{point} {when} {number}"})


def describe(crash: Crash) -> str:
    """Return a crash in words."""
    return f"{crash[1]} call {crash[2]} of {crash[0]}"
