"""R7: writing and other calls end with errors, by `faulting.py` and strace: what was written stays whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reliability.crashes import OBJECTS
from reliability.judging import differences, manifest_faults, partial_files
from reliability.ledger_rows import integrity
from reliability.running import run
from reliability.workplace import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reliability.migration import Migration
    from reliability.running import Done
    from reliability.workplace import Reference, Workplace

_FILES = "file"
_CALLS = (
    (_FILES, "EIO", (1, 2, 5, 20, 60)),
    (_FILES, "ENOSPC", (1, 5, 20, 60)),
    ("pwrite64", "EIO", (5, 50, 200)),
    ("pwrite64", "ENOSPC", (20, 100)),
    ("fsync", "EIO", (1, 5, 20)),
    ("fdatasync", "EIO", (1, 5, 20)),
    ("link,linkat", "ENOSPC", (1, 5, 20)),
    ("link,linkat", "EIO", (1, 10)),
    ("rename,renameat,renameat2", "EIO", (1, 2, 10)),
    ("rename,renameat,renameat2", "ENOSPC", (1, 5)),
    ("mkdir,mkdirat", "ENOSPC", (1, 4)),
    ("ftruncate", "EIO", (1,)),
)
"""What fails: writing files of the destination, or system calls; the error, and from which call on."""
_LAUNCHER = (sys.executable, str(Path(__file__).with_name("faulting.py")))
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """One injected error. calls: for strace, "file" for `faulting.py`. lasting: all later calls fail too."""

    calls: str
    error: str
    number: int
    lasting: bool

    @property
    def words(self) -> str:
        """The expression that strace takes."""
        return f"{self.calls}:error={self.error}:when={self.number}{'+' if self.lasting else ''}"


def inject_errors(workplace: Workplace) -> Result:
    """Run with failing system calls, and again without; compare with an undisturbed run."""
    title = "System calls that fail"
    words = why_untraceable()
    if words:
        return Result("R7", title, 0, [], f"skipped: {words}")
    reference = workplace.reference(OBJECTS)
    faults = list(every_fault())[:: workplace.choose(1, 5)]
    violations, failed = [], 0
    for fault in faults:
        attempt = reference.planned.afresh(workplace.folder / "faulty")
        done = _run_with(attempt, fault)
        failed += done.status != reference.done.status
        found = _judged(attempt, reference, done)
        violations += [f"{fault.words}: {each}" for each in found]
    return Result("R7", title, len(faults), violations, f"{failed} runs ended with an error")


def every_fault() -> Iterator[Fault]:
    """Yield all faults, each once alone and once lasting."""
    for calls, error, numbers in _CALLS:
        for number in numbers:
            yield Fault(calls, error, number, lasting=True)
            yield Fault(calls, error, number, lasting=False)


def why_untraceable() -> str:
    """Return why no process can be traced here, "" where one can."""
    strace = shutil.which("strace")
    if strace is None:
        return "there is no strace"
    done = subprocess.run([strace, "-o", "/dev/null", "true"], check=False, capture_output=True, text=True)  # noqa: S603
    return done.stderr.strip() if done.returncode else ""


def _run_with(attempt: Migration, fault: Fault) -> Done:
    if fault.calls == _FILES:
        how = "lasting" if fault.lasting else "once"
        expression = f"{fault.error} {fault.number} {how}"
        failing = replace(attempt, launcher=_LAUNCHER).run_command()
        return run(failing, limit=_SECONDS, more={"LOSSYTOOLS_FAULT": expression})
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={fault.calls}"]
    return run([*trace, "-e", f"inject={fault.words}", *attempt.run_command()], limit=_SECONDS)


def _judged(attempt: Migration, reference: Reference, done: Done) -> list[str]:
    found = partial_files(attempt.destination, reference.tree)
    if done.status < 0:
        found.append(f"hangs or dies: {done.told}")
    if done.status == reference.done.status:
        found += [f"it says it is done, but {words}" for words in differences(attempt.tree(), reference.tree)]
    whole = integrity(attempt.ledger)
    if whole != "ok":
        found.append(f"the ledger is damaged: {whole}")
    again = attempt.run()
    if again.status != reference.done.status:
        return [*found, f"run again, it ended with {again.told}"]
    later = [*differences(attempt.tree(), reference.tree), *manifest_faults(attempt.destination)]
    return [*found, *(f"run again: {words}" for words in later)]
