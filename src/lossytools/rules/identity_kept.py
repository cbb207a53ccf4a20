"""Family U, over one step: which UIDs change, and what never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.evidence import LossFacts
from lossytools.history import METHOD, RATIO, stored_values
from lossytools.rules.attributes import has, items, number, same, text
from lossytools.rules.bases import (
    JPEG_2000_REVERSIBLE,
    JPEG_SOURCE,
    NATIVE,
    NEVER_LOSSY,
    SAME_UID,
    SOURCE_UID,
)
from lossytools.rules.corrections import corrected
from lossytools.rules.definition import pair, pair_rule
from lossytools.rules.facts import coded_lossy, frame_count, is_lossy_step, uid_changed
from lossytools.standard.equipment import EQUIPMENT

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_DERIVATION = ("ImageType", "DerivationDescription", "DerivationCodeSequence", "SourceImageSequence")
_PATIENT_AND_STUDY = (
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientBirthTime",
    "PatientSex",
    "PatientAge",
    "PatientSize",
    "PatientWeight",
    "OtherPatientIDs",
    "OtherPatientIDsSequence",
    "PatientComments",
    "StudyInstanceUID",
    "StudyID",
    "StudyDate",
    "StudyTime",
    "StudyDescription",
    "AccessionNumber",
    "ReferringPhysicianName",
)
_COERCED = {"PatientID": "0"}
_FRAMES_OF_REFERENCE = (
    "FrameOfReferenceUID",
    "SynchronizationFrameOfReferenceUID",
    "AcquisitionUID",
    "IrradiationEventUID",
    "DimensionOrganizationSequence",
)


@pair_rule(
    "U01",
    "A lossy step gets a new SOP Instance UID",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5; PS3.5 A.4.4",
    repair="assign a new SOP Instance UID and name the source in Source Image Sequence",
    holds=[pair(), pair(JPEG_SOURCE, **NATIVE | SAME_UID), pair(**NATIVE | NEVER_LOSSY | SAME_UID)],
    breaks=[pair(**SAME_UID), pair(**SAME_UID | {"SOPInstanceUID": SOURCE_UID})],
)
def lossy_step_gets_uid(source: Evidence, derived: Evidence) -> Said:
    """Two different images under one UID: which one is seen depends on who answers first."""
    if is_lossy_step(source, derived) and not uid_changed(source, derived):
        yield f"a lossy step lies between, both objects are {text(source.image, 'SOPInstanceUID')}"


def _corrected(source: Evidence, derived: Evidence) -> bool:
    """Return whether the derived object records a correction that the source does not have."""
    old, new = (len(items(each.image, "OriginalAttributesSequence")) for each in (source, derived))
    return new > old


def _pixels_differ(source: Evidence, derived: Evidence) -> Said:
    """Yield the first frame whose decoded samples differ; decoders of lossy streams may round otherwise."""
    if derived.loss is None or coded_lossy(source) or coded_lossy(derived):
        return
    for place, error in enumerate(derived.loss.errors, start=1):
        if error:
            yield f"frame {place} differs by up to {error} grey levels under one SOP Instance UID"
            return


@pair_rule(
    "U02",
    "An unchanged SOP Instance UID means unchanged pixels and an unchanged record",
    severity="E",
    cites="PS3.3 C.7.6.1.1.2, C.12.4.1.1",
    repair="keep Image Type, the derivation and the lossy lists, or assign a new UID",
    holds=[
        pair(),
        pair(**NATIVE | NEVER_LOSSY | SAME_UID),
        pair(JPEG_SOURCE, **NATIVE | NEVER_LOSSY | SAME_UID | {"LossyImageCompression": "01"}),
        pair(**NATIVE | NEVER_LOSSY | SAME_UID, loss=LossFacts((0, 0, 0))),
        pair(
            JPEG_SOURCE,
            **NATIVE | NEVER_LOSSY | SAME_UID | {"LossyImageCompression": "01"},
            loss=LossFacts((1, 1, 1)),
        ),
    ],
    breaks=[
        pair(**NATIVE | SAME_UID),
        pair(**NATIVE | NEVER_LOSSY | SAME_UID | {"Rows": 240}),
        pair(JPEG_SOURCE, **JPEG_2000_REVERSIBLE | SAME_UID),
        pair(**NATIVE | NEVER_LOSSY | SAME_UID, loss=LossFacts((0, 1, 0))),
    ],
    applies_to="pairs with one UID and no lossy step between; corrections that are recorded are left out",
)
def same_uid_means_same_image(source: Evidence, derived: Evidence) -> Said:
    """A change of transfer syntax makes no new image, so nothing may say that it did."""
    if uid_changed(source, derived) or is_lossy_step(source, derived):
        return
    yield from _pixels_differ(source, derived)
    if frame_count(source) != frame_count(derived):
        yield "NumberOfFrames differs under one SOP Instance UID"
    for name in ("Rows", "Columns", "BitsStored"):
        if number(source.image, name) != number(derived.image, name):
            yield f"{name} differs under one SOP Instance UID"
    for name in () if _corrected(source, derived) else _DERIVATION:
        if not same(source.image, derived.image, name):
            yield f"{name} differs under one SOP Instance UID"
    for name in () if _corrected(source, derived) else (METHOD, RATIO):
        if stored_values(source.image, name) != stored_values(derived.image, name):
            yield f"{name} differs under one SOP Instance UID"


def _changed(source: Evidence, derived: Evidence, names: tuple[str, ...]) -> Said:
    """Yield the attributes that differ, by name and never by value, where no correction tells why."""
    for name in names:
        if not same(source.image, derived.image, name) and not corrected(source, derived, name):
            yield f"{name} is not that of the source"


@pair_rule(
    "U07",
    "SOP Class, patient and study stay",
    severity="E",
    cites="PS3.3 A.1.2, C.7.1, C.7.2",
    repair="copy the SOP Class, patient and study attributes of the source",
    holds=[
        pair(),
        pair(PatientID="1", OriginalAttributesSequence=[{"ModifiedAttributesSequence": [_COERCED]}]),
        pair({"PatientID": "1", "OriginalAttributesSequence": [{"ModifiedAttributesSequence": [_COERCED]}]}),
    ],
    breaks=[
        pair(PatientID="1"),
        pair(
            PatientID="1", OriginalAttributesSequence=[{"ModifiedAttributesSequence": [{"PatientID": "2"}]}]
        ),
        pair(StudyInstanceUID="1.2.3.4.7"),
        pair(SOPClassUID="1.2.3"),
    ],
)
def patient_and_study_stay(source: Evidence, derived: Evidence) -> Said:
    """Compression changes pixels; whose image it is does not change. No values are shown.

    An archive may correct the one and not the other: what Original Attributes record is left out.
    """
    yield from _changed(source, derived, ("SOPClassUID", *_PATIENT_AND_STUDY))


@pair_rule(
    "U08",
    "Frames of reference, acquisition and dimension UIDs stay",
    severity="E",
    cites="PS3.3 C.7.4",
    repair="copy these UIDs from the source",
    holds=[pair(), pair({"FrameOfReferenceUID": "1.2.7"}, FrameOfReferenceUID="1.2.7")],
    breaks=[pair({"FrameOfReferenceUID": "1.2.7"}, FrameOfReferenceUID="1.2.8"), pair(AcquisitionUID="1.2")],
)
def frames_of_reference_stay(source: Evidence, derived: Evidence) -> Said:
    """The pixels lie where they lay: measurements and fused views rest on these UIDs."""
    yield from _changed(source, derived, _FRAMES_OF_REFERENCE)


@pair_rule(
    "U09",
    "Another equipment module means another series",
    severity="E",
    cites="PS3.3 A.1.2.3",
    repair="keep General Equipment and append to Contributing Equipment, or start a new series",
    holds=[pair(), pair(Manufacturer="Other", SeriesInstanceUID="1.2.3.4.9")],
    breaks=[pair(Manufacturer="Other"), pair({"StationName": "ROOM1"})],
)
def equipment_binds_series(source: Evidence, derived: Evidence) -> Said:
    """All objects of a series come of one equipment; viewers take it from any of them."""
    series = "SeriesInstanceUID"
    if not has(derived.image, series) or not same(source.image, derived.image, series):
        return
    for said in _changed(source, derived, EQUIPMENT):
        yield f"{said}, the series is the same"


RULES: tuple[Rule, ...] = (
    lossy_step_gets_uid,
    same_uid_means_same_image,
    patient_and_study_stay,
    frames_of_reference_stay,
    equipment_binds_series,
)
