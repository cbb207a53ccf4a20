"""Rules that only a whole set of objects shows: one UID twice, references to what is gone, directories."""

from __future__ import annotations

from collections import defaultdict
from os.path import normpath
from typing import TYPE_CHECKING, Any

from lossytools.rules.bases import (
    DERIVED_UID,
    JPEG_2000,
    NATIVE,
    NEVER_LOSSY,
    OLDER_UID,
    SOURCE_UID,
    source_item,
)
from lossytools.rules.definition import group, set_rule
from lossytools.rules.facts import JPEG_XL_RECOMPRESSION
from lossytools.rules.members import LOSSY_KEYS
from lossytools.standard.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lossytools.rules.definition import Rule
    from lossytools.rules.members import Member, Record
    from lossytools.values import LossyStep

_LONGEST = 64  # characters of a UID; a message quotes no more
_NATIVE = NATIVE | NEVER_LOSSY | {"member__coded_lossy": False, "member__was_lossy": False}
_ANOTHER = {"SOPInstanceUID": "1.2.3.4.99", "SourceImageSequence": None, "DerivationCodeSequence": None}


def _named(uid: str) -> dict[str, Any]:
    """Return a key object of its own UID that names `uid`."""
    return _ANOTHER | {"ReferencedImageSequence": [{"ReferencedSOPInstanceUID": uid}]}


def _sharers(members: Sequence[Member]) -> dict[str, list[Member]]:
    """Return the objects of each SOP Instance UID that more than one of the set has."""
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if member.uid:
            found[member.uid].append(member)
    return {uid: those for uid, those in found.items() if len(those) > 1}


@set_rule(
    "U15",
    "One SOP Instance UID is one object",
    severity="E",
    cites="PS3.5 9; PS3.3 C.7.6.1.1.5",
    repair="keep the object that is meant; give what was compressed with loss a UID of its own",
    holds=[
        group({"member__content": "a"}, {"member__content": "a"}),
        group({"member__content": "a"}, _ANOTHER | {"member__content": "b"}),
        group(_NATIVE, _NATIVE | {"member__transfer_syntax": "1.2.840.10008.1.2.5"}),
        group({"LossyImageCompressionMethod": None}, NATIVE),
    ],
    breaks=[
        group({"member__content": "a"}, {"member__content": "b"}),
        group({}, _NATIVE),
        group({}, JPEG_2000),
    ],
    applies_to="sets of objects",
)
def one_uid_is_one_object(members: Sequence[Member]) -> Iterator[tuple[Member, str]]:
    """An archive keeps one of two objects that share a UID, and nobody can say which.

    Copies are equal behind the File Meta Information. In different transfer syntaxes they may be one object
    coded without loss, or decompressed: then their lossy histories agree as far as they are known. What a
    lossy step makes is another object.
    """
    for uid, those in _sharers(members).items():
        if _differ(those):
            for member in those:
                yield member, f"{len(those)} objects of the set are {uid[:_LONGEST]}, and they differ"


def _differ(those: Sequence[Member]) -> bool:
    """Return whether objects of one UID are more than copies and codings of one of them."""
    contents: dict[str, set[str]] = defaultdict(set)
    for member in those:
        contents[member.transfer_syntax].add(member.content)
    if any(len(found - {""}) > 1 for found in contents.values()):
        return True
    losses = {member.transfer_syntax for member in those if member.coded_lossy} - {JPEG_XL_RECOMPRESSION}
    return len(losses) > 1 or not all(_same_history(those[0], member) for member in those)


def _same_history(one: Member, other: Member) -> bool:
    """Return whether two objects may have the same lossy steps behind them; what is unknown may be equal."""
    if one.was_lossy != other.was_lossy or len(one.steps) != len(other.steps):
        return False
    return all(map(_may_equal, one.steps, other.steps))


def _may_equal(one: LossyStep, other: LossyStep) -> bool:
    fields = ((one.method, other.method), (one.ratio, other.ratio))
    return all(a == b or not (a and b) for a, b in fields)


@set_rule(
    "U21",
    "References follow an object that a lossy one has replaced",
    severity="W",
    cites="PS3.4 C.6.1.1.5.1",
    repair="keep the original beside the derived object, or make new referencing objects from the UID map",
    holds=[
        group({}, _named(DERIVED_UID)),
        group({}, _named(SOURCE_UID), {"SOPInstanceUID": SOURCE_UID, "SourceImageSequence": None}),
        group({}, {"SOPInstanceUID": "2.25.4712"}),
        group(
            {"SourceImageSequence": [source_item(OLDER_UID, None), source_item(SOURCE_UID)]},
            _NATIVE | {"SOPInstanceUID": SOURCE_UID, "SourceImageSequence": [source_item(OLDER_UID, None)]},
        ),
    ],
    breaks=[group({}, _named(SOURCE_UID))],
    applies_to="sets of objects",
)
def references_reach_an_object(members: Sequence[Member]) -> Iterator[tuple[Member, str]]:
    """A presentation state, key object, report or segmentation still names the original.

    Where the original is gone, a viewer finds nothing to show, although the same image is there, compressed.
    Nothing is rewritten silently: a reference to other pixels is another statement.
    """
    heirs = _heirs(members)
    for member in members:
        lost = [uid for uid in member.references if uid in heirs]
        if lost:
            heir = heirs[lost[0]][:_LONGEST]
            yield (
                member,
                (
                    f"names {len(lost)} absent object{'s'[: len(lost) != 1]} of which lossy ones were made,"
                    f" as {lost[0][:_LONGEST]}, of which {heir} is here"
                ),
            )


def _heirs(members: Sequence[Member]) -> dict[str, str]:
    """Return, for each absent object that was compressed with loss, one that was made from it.

    A source item that an object took over from its predecessor tells of an earlier step.
    """
    present = {member.uid: member for member in members}
    heirs: dict[str, str] = {}
    for member in filter(lambda each: each.was_lossy, members):
        nearer = [present[uid] for uid in member.predecessors if uid in present]
        earlier = {uid for each in nearer for uid in (*each.predecessors, *each.references)}
        for uid in member.predecessors:
            if uid not in present and uid not in earlier:
                heirs.setdefault(uid, member.uid)
    return heirs


@set_rule(
    "O05",
    "The records of a DICOMDIR are those of its files",
    severity="W",
    cites="PS3.3 F.3.2.2; PS3.10 8",
    repair="write the DICOMDIR anew from its files",
    holds=[
        group({"LossyImageCompressionRatio": "10"}, {"record__there": True}),
        group({}, {"record__lossy": ((), (), ())}),
        group({}, {"record__file": "elsewhere.dcm", "record__uid": "1.2.3"}),
    ],
    breaks=[
        group({}, {"record__uid": SOURCE_UID}),
        group({}, {"record__transfer_syntax": EXPLICIT_LITTLE_ENDIAN}),
        group({}, {"record__lossy": (("00",), (), ())}),
        group({}, {"record__file": "absent.dcm", "record__there": False}),
        group({}, {"record__file": "", "record__there": False}),
    ],
    applies_to="DICOMDIR beside its files",
)
def records_fit_files(members: Sequence[Member]) -> Iterator[tuple[Member, str]]:
    """A viewer of media looks for what the directory promises, and shows its loss from there.

    Who compresses the files of a file-set has to write the DICOMDIR again.
    """
    places = {normpath(member.name): member for member in members}
    for member in members:
        faults: dict[str, list[int]] = defaultdict(list)
        for record in member.records:
            for fault in _faults(record, places):
                faults[fault].append(record.number)
        for fault, numbers in faults.items():
            more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
            yield member, f"record {numbers[0]}{more}: {fault}"


def _faults(record: Record, places: dict[str, Member]) -> Iterator[str]:
    """Yield in what a record and its file disagree."""
    if not record.file:
        yield "Referenced File ID names nothing below the folder of the DICOMDIR"
    elif not record.there:
        yield "the file it names is not there"
    file = places.get(normpath(record.file)) if record.file else None
    if file is None:
        return
    for keyword, said, true in (
        ("ReferencedSOPInstanceUIDInFile", record.uid, file.uid),
        ("ReferencedSOPClassUIDInFile", record.sop_class, file.sop_class),
        ("ReferencedTransferSyntaxUIDInFile", record.transfer_syntax, file.transfer_syntax),
    ):
        if said and said != true:
            yield f"{keyword} is not that of the file"
    for keyword, said_values, true_values in zip(LOSSY_KEYS, record.lossy, file.lossy, strict=True):
        if said_values and said_values != true_values:
            yield f"{keyword} is not that of the file"


RULES: tuple[Rule, ...] = (one_uid_is_one_object, references_reach_an_object, records_fit_files)
