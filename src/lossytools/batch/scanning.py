"""What a plan has to know of one file: read from its header, in whichever process asks."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from lossytools.batch.conditions import SPECIAL, age_days
from lossytools.batch.objections import is_signed, reason_against
from lossytools.batch.reasons import REASONS
from lossytools.changes import lossy_uid
from lossytools.codecs import parse_codec
from lossytools.codecs.lossless import LosslessCodec
from lossytools.codecs.recompression import StreamCodec
from lossytools.dicomio.directory import is_directory
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.reading import DAMAGE
from lossytools.dicomio.relabel import with_known_sequences
from lossytools.dicomio.source import read_source
from lossytools.dicomio.walking import is_object
from lossytools.elements import UNREADABLE
from lossytools.errors import LossyToolsError, SourceError
from lossytools.history import stored_values
from lossytools.pipeline.refusal import check_sequences
from lossytools.references import instances_named, may_hold_names
from lossytools.rules.attributes import text, value
from lossytools.rules.facts import frame_count, was_lossy
from lossytools.rules.members import predecessors_of
from lossytools.standard.iod_policy import policy_of
from lossytools.standard.transfer_syntaxes import BY_UID

if TYPE_CHECKING:
    from datetime import date

    from lossytools.batch.recipe import Recipe, RecipeRule
    from lossytools.evidence import Evidence

_UID = re.compile(r"(?=.{1,64}\Z)[0-9]+(\.[0-9]+)*")
"""A UID, of which some devices begin a number with 0: harmless (PS3.5 section 9.1)."""
_IDENTITY = ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
_TOO_DEEP = "its items lie too deep"


@dataclass(frozen=True, slots=True)
class ScanTask:
    """One file to look at. root: of the archive. path: below it, with / between names."""

    root: str
    path: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was found in one file, and what the recipe makes of it.

    state: "pending", "skipped" or "failed". reason, says: why it is not compressed, "" where it is. rule: the
    name of the first rule that fits. action: what is to be done, "directory" for a DICOMDIR. new_uid: the
    instance it becomes, "" where it stays. names: UIDs of the instances that it refers to, those of its own
    predecessors not among them. native_bytes: of its pixels, 0 where none are coded.
    """

    path: str
    size: int = 0
    mtime_ns: int = 0
    state: str = "pending"
    reason: str = ""
    says: str = ""
    rule: str = ""
    action: str = "skip"
    codec: str = ""
    uid: str = ""
    new_uid: str = ""
    sop_class: str = ""
    study: str = ""
    series: str = ""
    modality: str = ""
    manufacturer: str = ""
    transfer_syntax: str = ""
    frames: int = 1
    signed: bool = False
    names: tuple[str, ...] = ()


def scan(task: ScanTask, recipe: Recipe, today: date) -> Scanned:
    """Return what a plan has to know of a file; nothing that is wrong with it is raised."""
    path, found = Path(task.root, task.path), Scanned(task.path)
    reason = _reason_of_name(task, path)
    if reason:
        return _left(found, "skipped", reason)
    try:
        status = os.stat(path)  # noqa: PTH116  one call for both numbers
    except OSError as error:
        return _left(found, "failed", "unreadable", error.strerror or "")
    found = replace(found, size=status.st_size, mtime_ns=status.st_mtime_ns)
    if stat.S_ISDIR(status.st_mode):
        return _left(found, "failed", "folder")
    if not is_object(path):
        return _without_prefix(found, path)
    if is_directory(path):
        return replace(found, action="directory", rule="(DICOMDIR)")
    return _read(found, path, recipe, today)


def _reason_of_name(task: ScanTask, path: Path) -> str:
    """Return why a file is left out for what it is called or is, "" where it may be looked at."""
    if any(character < " " or character == "\x7f" for character in task.path):
        return "unsafe-name"
    if not path.is_symlink():
        return ""
    inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(task.root))
    return "link" if inside else "link-outside"


def _without_prefix(found: Scanned, path: Path) -> Scanned:
    """Return what a file without the DICM prefix is: an object of old, which is not read, or none at all."""
    known = _at_least(found, path)
    if not known.uid:
        return _left(found, "skipped", "not-dicom")
    return _left(known, "failed", "unreadable", "an object without the DICM prefix at byte 128")


def _at_least(found: Scanned, path: Path) -> Scanned:
    """Return whose object a file is, of which perhaps no more can be read: its study is not whole then."""
    if not path.is_file():
        return found
    try:
        with path.open("rb") as file:
            start = file.read(2)
        if start not in {b"\0\0", b"\x02\0", b"\x08\0"}:  # a preamble, or the first group of an object
            return found
        image = dcmread(path, force=True, stop_before_pixels=True, specific_tags=list(_IDENTITY))
    except (*UNREADABLE, *DAMAGE, InvalidDicomError):
        return found
    uids = [text(image, keyword) for keyword in _IDENTITY]
    if not all(map(_UID.fullmatch, uids)):
        return found
    return replace(found, uid=uids[0], study=uids[1], series=uids[2])


def lose_scan(task: ScanTask, why: str) -> Scanned:
    """Return what stands for a file that took its reader with it."""
    return _left(Scanned(task.path), "failed", "unreadable", why)


def _left(found: Scanned, state: str, reason: str, says: str = "") -> Scanned:
    return replace(found, state=state, reason=reason, says=says or REASONS[reason], action="skip")


def _read(found: Scanned, path: Path, recipe: Recipe, today: date) -> Scanned:
    try:
        with read_source(path) as source:
            evidence = gather(source)
            check_sequences(evidence.image, thorough=True)
    except SourceError as error:
        return _left(_at_least(found, path), "failed", "unreadable", words_of(error, path))
    except RecursionError:
        return _left(found, "failed", "unreadable", _TOO_DEEP)
    if _lacks_pixels(evidence):
        return _left(_at_least(found, path), "failed", "unreadable", "an image without its pixels")
    found = _known(found, evidence)
    if not all(_UID.fullmatch(uid) for uid in (found.uid, found.sop_class, found.study, found.series)):
        # What is no UID may be anything, a name too.
        return _left(Scanned(found.path, found.size, found.mtime_ns), "failed", "bad-uid")
    rule = recipe.rule_for(facts_of(found, evidence, recipe.keywords, today))
    return _decided(replace(found, rule=rule.name, action=rule.action), evidence, rule)


def _lacks_pixels(evidence: Evidence) -> bool:
    """Return whether an image ends before its pixels: the file is cut, or they lie elsewhere and are lost."""
    image = evidence.image
    if evidence.pixel_keyword or "PixelDataProviderURL" in image:
        return False
    row = policy_of(text(image, "SOPClassUID"))
    always = row is not None and row.policy != "NO-PIXELS" and row.iod != "RT Dose"
    return always or "Rows" in image


def words_of(error: Exception, path: Path) -> str:
    """Return what an error says, without the path that stands in front of it."""
    return str(error).replace(f"{path}: ", "").replace(str(path), "the file")


def _known(found: Scanned, evidence: Evidence) -> Scanned:
    image = evidence.image
    own = set(predecessors_of(image))
    named = instances_named(with_known_sequences(image, may_hold_names))
    return replace(
        found,
        uid=text(image, "SOPInstanceUID"),
        sop_class=text(image, "SOPClassUID"),
        study=text(image, "StudyInstanceUID"),
        series=text(image, "SeriesInstanceUID"),
        modality=text(image, "Modality"),
        manufacturer=str(value(image, "Manufacturer") or ""),
        transfer_syntax=evidence.transfer_syntax,
        frames=frame_count(evidence) or 1,
        signed=is_signed(evidence),
        names=tuple(dict.fromkeys(uid for uid in named if uid not in own)),
    )


def facts_of(
    found: Scanned, evidence: Evidence, names: frozenset[str], today: date
) -> dict[str, tuple[str, ...]]:
    """Return the values that conditions on `names` are asked of."""
    image = evidence.image
    syntax = BY_UID.get(evidence.transfer_syntax)
    dates = (text(image, keyword) for keyword in ("StudyDate", "SeriesDate", "ContentDate"))
    special = {
        "transfer_syntax": (evidence.transfer_syntax, *((syntax.family,) if syntax is not None else ())),
        "frames": (str(found.frames),),
        "size": (str(found.size),),
        "age": next(filter(None, (age_days(each, today) for each in dates)), ()),
        "path": (found.path,),
        "lossy": ("yes" if was_lossy(evidence) else "no",),
    }
    asked = {name: _values(evidence, name) for name in names if name not in SPECIAL}
    return special | asked


def _values(evidence: Evidence, keyword: str) -> tuple[str, ...]:
    """Return the values of an attribute as text; numbers as they are converted."""
    converted = value(evidence.image, keyword)
    if isinstance(converted, (int, float)) and not isinstance(converted, str):
        return (str(converted),)
    return stored_values(evidence.image, keyword)


def _decided(found: Scanned, evidence: Evidence, rule: RecipeRule) -> Scanned:
    """Return what the rule makes of the object: what cannot be compressed is copied, and says why."""
    if rule.action == "skip":
        return _left(found, "skipped", "rule")
    if rule.action == "copy":
        return found
    codec = parse_codec(rule.codec)
    lossless = isinstance(codec, (LosslessCodec, StreamCodec))
    reason, says = reason_against(evidence, codec, rule.allow)
    if not reason:
        try:
            return replace(found, codec=rule.codec, new_uid="" if lossless else lossy_uid(found.uid, codec))
        except LossyToolsError as error:
            reason, says = "refused", str(error)
    return replace(found, action="copy", reason=reason, says=says)
