"""All trials in the order of their numbers, each with what it does in words for the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reliability.agreement import compare_accounts
from reliability.contention import run_twice_at_once
from reliability.crashes import crash_everywhere
from reliability.disk_errors import inject_errors
from reliability.following import follow_references
from reliability.full_disk import fill_disk, forbid_writing
from reliability.hostile import lead_outside
from reliability.killing import kill_at_random
from reliability.large_ledger import look_at_many
from reliability.later_crashes import crash_later
from reliability.mutants import migrate_mutants
from reliability.poison import poison_some
from reliability.replacing import replace_originals
from reliability.secrecy import look_for_canaries
from reliability.untouched import leave_originals, run_again

if TYPE_CHECKING:
    from collections.abc import Callable

    from reliability.workplace import Result, Workplace


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial. does: what is done and what is expected, in words. counted: what its trials are."""

    id: str
    take: Callable[[Workplace], Result]
    counted: str
    does: str


TRIALS = (
    Trial(
        "R1",
        kill_at_random,
        "kills",
        "SIGKILL to the whole process group of `migrate run` at random moments of its duration, then"
        " resumed, as often as it takes. After every kill each file below `data` is one of an"
        " undisturbed run, byte for byte, and the ledger is whole; in the end every object has an"
        " outcome, no UID stands twice, and all bytes of the destination are those of an undisturbed"
        " run.",
    ),
    Trial(
        "R2",
        crash_everywhere,
        "crashes",
        "SIGKILL to the group before and after the first, a middle and the last call of everything that"
        " changes the disk: link, rename, unlink, rmdir and fsync, by where they take effect, and"
        " commits of the ledger. Expected as in R1.",
    ),
    Trial(
        "R2b",
        crash_later,
        "crashes",
        "The same in `verify`, `retire` and `rollback`. After the crash every original is there, whole,"
        " at its place or in quarantine; taken up again, the verb ends as an undisturbed one does.",
    ),
    Trial(
        "R2c",
        replace_originals,
        "originals",
        "Originals are replaced by other files before `retire`, also where it was killed in the midst of a"
        " move. The other files stay where they are, and the status is not 0.",
    ),
    Trial(
        "R3",
        poison_some,
        "objects",
        "Four objects among 56 make the worker crash (SIGSEGV, SIGABRT), hang, or fill its memory. The"
        " 56 are published, the four are quarantined, and the ledger says why.",
    ),
    Trial(
        "R5",
        fill_disk,
        "disks",
        "The destination is a file system with 2 to 80 % of the space needed. Status 7,"
        " no partial file; once it is larger the run completes with the bytes of an undisturbed one.",
    ),
    Trial(
        "R6",
        forbid_writing,
        "destinations",
        "The destination is mounted read-only. Status 7, and no object was worked on.",
    ),
    Trial(
        "R7",
        inject_errors,
        "faults",
        "Writing files of the destination ends with EIO or ENOSPC, and so, by `strace -e inject`, do"
        " pwrite64, fsync, fdatasync, link, rename, mkdir and ftruncate, once or from some call on. The"
        " status is not 0 or the result is right; no partial file; the ledger is whole; a later run"
        " completes with the bytes of an undisturbed one.",
    ),
    Trial(
        "R9",
        migrate_mutants,
        "objects",
        "Objects with flipped, inserted, removed and cut-off bytes. Status 0 or 1, no traceback, an"
        " outcome for every file, and every output decodes.",
    ),
    Trial(
        "R12",
        run_twice_at_once,
        "second runs",
        "A second run on a ledger while the first one works ends with status 11 within two seconds,"
        " start included; the first is not disturbed.",
    ),
    Trial(
        "R17",
        lead_outside,
        "names",
        "UIDs with `..`, `/`, NUL, a newline and 65 digits, file names with a newline, a leading dash"
        " or bytes that are no text, links, a DICOMDIR that names a file outside, and a link planted in"
        " the destination. Nothing is written but destination and ledger.",
    ),
    Trial(
        "R19",
        look_for_canaries,
        "outputs",
        "Every text attribute holds a string of its own, some objects are damaged. With `--log-paths"
        " hash` none of the strings is in stdout, stderr, ledger, report or table.",
    ),
    Trial(
        "R20",
        leave_originals,
        "files and folders",
        "Bytes, times, inode, mode, owner and links of the originals are the same after plan, run,"
        " verify and report.",
    ),
    Trial(
        "R21",
        follow_references,
        "references",
        'With `references = "follow"`, `"keep"` and `"both"`, every reference to an object of the archive'
        " leads to one in the destination, except those of a lossy copy to its own predecessor, and none"
        " to itself.",
    ),
    Trial(
        "R22",
        run_again,
        "objects",
        "A second run works on no object, writes no file, and ends with status 0.",
    ),
    Trial(
        "R25",
        compare_accounts,
        "objects",
        "Exit status, JSON lines, rows of the ledger and files on the disk agree, for a good archive"
        " and for one with damaged objects.",
    ),
    Trial(
        "R26",
        look_at_many,
        "measurements",
        "`migrate status` on a ledger of a million objects takes less than a second more than on one of"
        " fifty, and less than 300 MB.",
    ),
)
