"""Family U, over one step: who made the new instance and its file, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from lossytools.history import stored_values
from lossytools.rules.attributes import codes, has, items, pairs_of, same, starts_with, text
from lossytools.rules.bases import NATIVE, NEVER_LOSSY, SAME_UID, SOURCE, equipment_item
from lossytools.rules.definition import one, pair, pair_rule, rule
from lossytools.rules.facts import is_lossy_step, uid_changed
from lossytools.standard.codes import MODIFYING_EQUIPMENT, PROCESSING_EQUIPMENT

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_CREATION = ("InstanceCreationDate", "InstanceCreationTime")
_EQUIPMENT = pairs_of(PROCESSING_EQUIPMENT, MODIFYING_EQUIPMENT)
_ZONES = timedelta(hours=26)  # the widest two clocks can differ by their time zones alone
_OWN_NAME = "LOSSYTOOLS"
_WRITER = ("ImplementationClassUID", "ImplementationVersionName")
_SAME_WRITER = {f"meta__{name}": SOURCE[f"meta__{name}"] for name in _WRITER}
_LOSSLESS = NATIVE | NEVER_LOSSY | SAME_UID


def _created(evidence: Evidence) -> datetime | None:
    """Return Instance Creation Date and Time to the second, None when absent or malformed."""
    date, time = (text(evidence.image, name) for name in _CREATION)
    try:
        return datetime.strptime(f"{date} {time[:6]:0<6}", "%Y%m%d %H%M%S")  # noqa: DTZ007 - local
    except ValueError:
        return None


def _inherited(old: datetime, new: datetime, derived: Evidence) -> bool:
    """Return whether the time is the source's and no equipment says that it worked at that very time.

    Two steps may share a second, and share the time that SOURCE_DATE_EPOCH gives.
    """
    contributions = items(derived.image, "ContributingEquipmentSequence")
    own = (text(item, "ContributionDateTime")[:14] for item in contributions[-1:])
    return new == old and f"{new:%Y%m%d%H%M%S}" not in own


def _of_one_maker(uid: str, other: str) -> bool:
    """Return whether two UIDs begin alike up to the number of an organisation: four digits or more."""
    alike = takewhile(lambda arcs: arcs[0] == arcs[1], zip(uid.split("."), other.split("."), strict=False))
    return any(len(arc) >= 4 for arc, _ in alike)  # noqa: PLR2004 - countries and standards have three at most


@pair_rule(
    "U10",
    "Instance Creation Date and Time are of the new UID",
    severity="W",
    cites="PS3.3 C.12.1",
    repair="write when the UID was assigned, in the data set's time zone; leave it for an old UID",
    holds=[pair(), pair(**_LOSSLESS)],
    breaks=[
        pair(InstanceCreationDate="20250102", InstanceCreationTime="101500"),
        pair(InstanceCreationDate="20240102"),
        pair(**_LOSSLESS | {"InstanceCreationDate": "20260304"}),
    ],
)
def creation_is_of_the_uid(source: Evidence, derived: Evidence) -> Said:
    """A date that was inherited says that the copy existed before it was made.

    Without a time zone two clocks may differ by a day; only more than that is called earlier.
    """
    old, new = _created(source), _created(derived)
    if not uid_changed(source, derived):
        if not all(same(source.image, derived.image, name) for name in _CREATION):
            yield "the UID is the source's, Instance Creation Date or Time is not"
    elif old is not None and new is not None and (_inherited(old, new, derived) or new < old - _ZONES):
        than = "that" if new == old else "earlier than that"
        yield f"the UID is new, Instance Creation is {than} of the source"


@pair_rule(
    "U11",
    "Instance Creator UID is not inherited",
    severity="W",
    cites="PS3.3 C.12.1",
    repair="write one's own Instance Creator UID, or remove the element",
    holds=[
        pair(),
        pair({"InstanceCreatorUID": "1.2.3"}, InstanceCreatorUID="1.2.4"),
        pair(
            {"InstanceCreatorUID": "1.2.276.0.9999999.1"},
            InstanceCreatorUID="1.2.276.0.9999999.1",
            SOPInstanceUID="1.2.276.0.9999999.2.5",
            meta__MediaStorageSOPInstanceUID="1.2.276.0.9999999.2.5",
        ),
    ],
    breaks=[pair({"InstanceCreatorUID": "1.2.3"}, InstanceCreatorUID="1.2.3")],
)
def creator_is_not_inherited(source: Evidence, derived: Evidence) -> Said:
    """It names the device that made this instance; the scanner did not.

    Where the new UID is of the same organisation as that device, it may have made both.
    """
    old, new = (text(each.image, "InstanceCreatorUID") for each in (source, derived))
    made_both = _of_one_maker(new, text(derived.image, "SOPInstanceUID"))
    if uid_changed(source, derived) and new and new == old and not made_both:
        yield "the UID is new, Instance Creator UID is the source's"


def _equipment_after_step(source: Evidence, derived: Evidence) -> Said:
    """Yield a Contributing Equipment Sequence that lost items or gained none."""
    name = "ContributingEquipmentSequence"
    old, new = (items(each.image, name) for each in (source, derived))
    if not is_lossy_step(source, derived):
        return
    if not starts_with(new, old):
        yield f"the source's {len(old)} items of {name} are not the first of the derived object"
    added = (codes(item, "PurposeOfReferenceCodeSequence") for item in new[len(old) :])
    if not any(_EQUIPMENT & set(purposes) for purposes in added):
        yield f"no new item of {name} says 109102 or 109103"


@rule(
    "U12",
    "Contributing Equipment names who compressed",
    severity="W",
    cites="PS3.3 C.12.1.1.5; PS3.16 CID 7005",
    repair="append an item with purpose 109102 and a Manufacturer",
    holds=[
        one(),
        pair(),
        pair(
            {"ContributingEquipmentSequence": [equipment_item(maker="Archive")]},
            ContributingEquipmentSequence=[equipment_item(maker="Archive"), equipment_item()],
        ),
    ],
    breaks=[
        one(ContributingEquipmentSequence=[equipment_item(maker="")]),
        pair(ContributingEquipmentSequence=None),
        pair({"ContributingEquipmentSequence": [equipment_item(maker="Archive")]}),
    ],
    applies_to="images with Contributing Equipment, and lossy steps",
    between=_equipment_after_step,
)
def compressor_is_named(evidence: Evidence) -> Said:
    """General Equipment stays the scanner's, so this is where the compressor stands."""
    for place, item in enumerate(items(evidence.image, "ContributingEquipmentSequence"), start=1):
        if not text(item, "Manufacturer"):
            yield f"item {place} of ContributingEquipmentSequence has no Manufacturer"


@pair_rule(
    "U18",
    "The file names the software that wrote it",
    severity="W",
    cites="PS3.10 Table 7.1-1",
    repair="write one's own Implementation Class UID and Version Name",
    holds=[
        pair(),
        pair({"meta__ImplementationClassUID": "2.25.1", "meta__ImplementationVersionName": "LOSSYTOOLS_0_1"}),
        pair(
            {"meta__ImplementationClassUID": "1.2.276.0.9999999.1"},
            meta__ImplementationClassUID="1.2.276.0.9999999.1",
            meta__ImplementationVersionName=SOURCE["meta__ImplementationVersionName"],
            SOPInstanceUID="1.2.276.0.9999999.2.5",
            meta__MediaStorageSOPInstanceUID="1.2.276.0.9999999.2.5",
        ),
        pair(**_LOSSLESS | _SAME_WRITER),
    ],
    breaks=[pair(**_SAME_WRITER)],
    applies_to="a source and what was made of it under a new UID",
)
def writer_is_named(source: Evidence, derived: Evidence) -> Said:
    """A fault of the writer is looked for where these two point.

    Software that works on a file of its own writes the same two values, and is left out: lossytools, and
    any whose new UID is of the organisation that the Implementation Class UID names.
    """
    old, new = ([stored_values(each.meta, name) for name in _WRITER] for each in (source, derived))
    own = text(derived.meta, _WRITER[1]).upper().startswith(_OWN_NAME)
    wrote_both = own or _of_one_maker(text(derived.meta, _WRITER[0]), text(derived.image, "SOPInstanceUID"))
    if uid_changed(source, derived) and any(new) and new == old and not wrote_both:
        yield "Implementation Class UID and Version Name are those of the source's writer"


@pair_rule(
    "U19",
    "A rewritten file has no preamble or private header of the old one",
    severity="W",
    cites="PS3.10 7.1",
    repair="zero the preamble; drop (0002,0100) and (0002,0102)",
    holds=[pair(), pair({"preamble": b"II*\0" + bytes(124)})],
    breaks=[
        pair({"preamble": b"II*\0" + bytes(124)}, preamble=b"II*\0" + bytes(124)),
        pair(meta__PrivateInformationCreatorUID="1.2.3"),
    ],
    applies_to="rewritten files; a file that is its own original may have both",
)
def preamble_is_cleared(source: Evidence, derived: Evidence) -> Said:
    """In a file that is a TIFF as well, the preamble's offsets point at the old pixels."""
    if not (uid_changed(source, derived) or source.transfer_syntax != derived.transfer_syntax):
        return
    if any(derived.preamble):
        yield "the preamble is not zero"
    if has(derived.meta, "PrivateInformationCreatorUID") or has(derived.meta, "PrivateInformation"):
        yield "private File Meta Information is there"


@pair_rule(
    "U20",
    "The parts of a concatenation get a new Concatenation UID together",
    severity="E",
    cites="PS3.3 C.7.6.16.1",
    repair="convert all parts in one job with one new Concatenation UID",
    holds=[pair(), pair({"ConcatenationUID": "1.2.3"}, ConcatenationUID="1.2.4")],
    breaks=[pair({"ConcatenationUID": "1.2.3"}, ConcatenationUID="1.2.3")],
)
def concatenation_is_new(source: Evidence, derived: Evidence) -> Said:
    """Under the old UID a reader joins lossy parts to lossless ones."""
    old, new = (text(each.image, "ConcatenationUID") for each in (source, derived))
    if is_lossy_step(source, derived) and old and new == old:
        yield "a lossy step lies between, Concatenation UID is the source's"


RULES: tuple[Rule, ...] = (
    creation_is_of_the_uid,
    creator_is_not_inherited,
    compressor_is_named,
    writer_is_named,
    preamble_is_cleared,
    concatenation_is_new,
)
