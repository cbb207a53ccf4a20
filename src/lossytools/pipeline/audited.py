"""What an audit is asked for, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lossytools import rules

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.errors import LossyToolsError
    from lossytools.rules import Finding
    from lossytools.rules.members import Member

Kind = Literal["object", "pair", "set", "skipped"]


@dataclass(frozen=True, slots=True)
class Task:
    """One file to look at. walked: met in a folder, so that it may be no DICOM file at all.

    against: what it was made from, None for a look at the file alone. pair: nothing but what the two say
    against each other is wanted.
    """

    path: Path
    walked: bool = False
    against: Path | None = None
    pair: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """What made an object, in its own words, and whose software wrote the file; "" where it does not say."""

    station: str
    manufacturer: str
    model: str
    software: str
    written_by: str


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found in one file.

    kind: "object" for a look at one file; "pair" beside what it was made from; "set" beside all others;
    "skipped" where it is no DICOM file and was only met in a folder. ignored: findings that the caller wants
    to be passed over. error: why it could not be read. device: None where `kind` is neither "object" nor
    "pair". member: None but for "object".
    """

    path: Path
    findings: tuple[Finding, ...] = ()
    kind: Kind = "object"
    ignored: tuple[Finding, ...] = ()
    error: LossyToolsError | None = None
    against: Path | None = None
    device: Device | None = None
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Rules whose findings are passed over. prefix: how their ids begin. reason: why, "" if not said."""

    prefix: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What an audit of many files is to do.

    select: beginnings of the ids of the rules wanted, "" for all. ignore: of those whose findings are set
    apart. against: what all files were made from. pairs: look at each object beside its predecessor as well,
    where that is in the set. workers: processes; 1 for none but the caller's own, 0 for one a processor from
    WORTH_WORKERS files on. deep: decode every frame, for the rules that only pixels can answer. seconds: that
    one file may take in a process of its own, twelve times that if its frames are decoded.
    """

    select: str = ""
    ignore: tuple[Ignored, ...] = ()
    against: Path | None = None
    pairs: bool = False
    workers: int = 0
    deep: bool = False
    seconds: float = 300

    def __post_init__(self) -> None:
        """Raise ValueError where a prefix fits no rule."""
        check_prefixes(*filter(None, [self.select]), *(each.prefix for each in self.ignore))


def check_prefixes(*prefixes: str) -> None:
    """Raise ValueError where a prefix is empty, or fits no rule."""
    for prefix in prefixes:
        if not prefix.strip(" ,"):
            raise ValueError("a rule is to be named, as L or M03")
        rules.select(prefix)


def ignored_by(finding: Finding, ignored: tuple[Ignored, ...]) -> Ignored | None:
    """Return what passes a finding over, the longest prefix first; None where nothing does."""
    fits = [each for each in ignored if finding.rule.startswith(each.prefix.upper())]
    return max(fits, key=lambda each: len(each.prefix), default=None)
