"""Read published objects again: are they what was written, do they decode, does what they name exist."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.batch.copying import digest_file
from lossytools.batch.scanning import words_of
from lossytools.batch.soundness import check_frames
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.relabel import with_known_sequences
from lossytools.dicomio.source import read_source
from lossytools.errors import LossyToolsError, SourceError
from lossytools.pipeline.auditing import audit_file
from lossytools.pipeline.workers import spread
from lossytools.references import instances_named, may_hold_names
from lossytools.rules.attributes import text
from lossytools.rules.members import predecessors_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lossytools.evidence import Evidence
    from lossytools.rules import Finding


@dataclass(frozen=True, slots=True)
class CheckTask:
    """A published object to read again.

    number: of the object. place: its file. sha256, uid: as the ledger has them. original: the file that it
    was compressed from, "" for a copy or where that is gone. rewritten: its references were changed.
    """

    number: int
    place: str
    sha256: str
    uid: str
    original: str = ""
    rewritten: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. fault: a code of `lossytools.batch.reasons`, "" for none. names: what it refers to."""

    number: int
    fault: str = ""
    says: str = ""
    names: tuple[str, ...] = ()


def check_all(tasks: Iterable[CheckTask], workers: int, seconds: float) -> Iterator[Checked]:
    """Yield what is found in each object, in their order; by processes if `workers` is more than 1."""
    if workers == 1:
        return map(check_object, tasks)
    return spread(check_object, tasks, _lost, workers=workers, seconds=seconds)


def _lost(task: CheckTask, why: str) -> Checked:
    return Checked(task.number, "damaged", why)


def check_object(task: CheckTask) -> Checked:
    """Return what is wrong with a published object; nothing is raised."""
    place = Path(task.place)
    try:
        if not place.is_file():
            return Checked(task.number, "missing", "no file stands at its place")
        if digest_file(place) != task.sha256:
            return Checked(task.number, "damaged", "its bytes are not those that were written")
        return _look_inside(task, place)
    except LossyToolsError as error:
        return Checked(task.number, "damaged", words_of(error, place))


def _look_inside(task: CheckTask, place: Path) -> Checked:
    with read_source(place) as source:
        evidence = gather(source)
        check_frames(source, evidence)
    uid = text(evidence.image, "SOPInstanceUID")
    if uid != task.uid:
        return Checked(task.number, "damaged", f"is the instance {uid}")
    findings = _new_findings(task, place) if task.original else []
    if findings:
        said = "; ".join(f"{finding.rule} {finding.says}" for finding in findings)
        return Checked(task.number, "audit", said)
    return Checked(task.number, names=named_by(evidence))


def named_by(evidence: Evidence) -> tuple[str, ...]:
    """Return the instances that an object refers to, its own predecessors not among them."""
    own = set(predecessors_of(evidence.image))
    image = with_known_sequences(evidence.image, may_hold_names)
    return tuple(dict.fromkeys(uid for uid in instances_named(image) if uid not in own))


def _new_findings(task: CheckTask, place: Path) -> list[Finding]:
    """Return what an audit finds that the original does not have as well."""
    original = Path(task.original)
    try:
        if not task.rewritten:
            return audit_file(place, against=original)
        # Beside its original every changed reference would be a finding: each is looked at by itself.
        known = {(finding.rule, finding.says) for finding in audit_file(original)}
    except SourceError:
        known = set()
    return [finding for finding in audit_file(place) if (finding.rule, finding.says) not in known]
