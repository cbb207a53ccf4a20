"""Frames say what they were derived from, and whatever else their groups hold keeps its bytes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from lossytools.changes import Step, apply, derive
from lossytools.elements import shallow_copy
from lossytools.standard.iod_policy import policies

MR, PET, WSI = (f"1.2.840.10008.5.1.4.1.1.{n}" for n in ("4.1", "130", "77.1.6"))
US_VOLUME, TRUE_COLOUR_SC = (f"1.2.840.10008.5.1.4.1.1.{n}" for n in ("6.2", "7.4"))
TOP = ("DerivationDescription", "DerivationCodeSequence", "SourceImageSequence")


def item(**values: Any) -> Dataset:
    one = Dataset()
    for keyword, value in values.items():
        setattr(one, keyword, [value] if isinstance(value, Dataset) else value)
    return one


def frame(**values: Any) -> Dataset:
    return item(MRImageFrameTypeSequence=item(FrameType=["ORIGINAL", "PRIMARY", "M", "NONE"]), **values)


def enhanced(shared: Dataset | None, *frames: Dataset, sop_class: str = MR, **values: Any) -> Dataset:
    image = item(SOPClassUID=sop_class, SOPInstanceUID="1.2.3", StudyInstanceUID="1.2", **values)
    image.SeriesInstanceUID, image.ImageType = "1.2.1", ["MIXED", "PRIMARY", "M", "NONE"]
    image.SamplesPerPixel, image.PhotometricInterpretation, image.PlanarConfiguration = 3, "RGB", 0
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
    if shared is not None:
        image.SharedFunctionalGroupsSequence = [shared]
    if frames:
        image.PerFrameFunctionalGroupsSequence = list(frames)
    return image


def derived(image: Dataset, step: Step) -> Dataset:
    before = image.to_json()
    result = apply(shallow_copy(image), derive(image, step))
    assert image.to_json() == before
    return result


def purposes(derivation: Dataset) -> list[str]:
    return [source.PurposeOfReferenceCodeSequence[0].CodeValue for source in derivation.SourceImageSequence]


def test_the_derivation_stands_once_for_all_frames(step: Step) -> None:
    result = derived(enhanced(item(), frame(), frame()), step)
    (found,) = result.SharedFunctionalGroupsSequence[0].DerivationImageSequence
    assert found.DerivationDescription.startswith("Lossy compression: JPEG baseline, quality 90")
    assert [code.CodeValue for code in found.DerivationCodeSequence] == ["113040"]
    (source,) = found.SourceImageSequence
    assert (source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID) == (MR, "1.2.3")
    assert source.SpatialLocationsPreserved == "YES"
    assert "ReferencedFrameNumber" not in source
    assert purposes(found) == ["121320"]
    assert all("DerivationImageSequence" not in group for group in result.PerFrameFunctionalGroupsSequence)


def test_where_one_frame_has_a_derivation_every_frame_gets_its_own(step: Step) -> None:
    old = item(DerivationDescription="scaled", SourceImageSequence=item(ReferencedSOPInstanceUID="1.1"))
    image = enhanced(item(), frame(), frame(DerivationImageSequence=old))
    result = derived(image, replace(step, source_lossy=True))
    first, second = (group.DerivationImageSequence for group in result.PerFrameFunctionalGroupsSequence)
    assert [purposes(found) for found in first] == [["121330"]]
    assert first[0].SourceImageSequence[0].ReferencedFrameNumber == 1
    assert [found.DerivationDescription[:6] for found in second] == ["scaled", "Lossy "]
    assert second[1].SourceImageSequence[0].ReferencedFrameNumber == 2
    assert "DerivationImageSequence" not in result.SharedFunctionalGroupsSequence[0]


def test_a_shared_derivation_is_continued(step: Step) -> None:
    image = enhanced(frame(DerivationImageSequence=item(DerivationDescription="scaled")))
    (shared,) = derived(image, step).SharedFunctionalGroupsSequence
    assert [found.DerivationDescription[:6] for found in shared.DerivationImageSequence] == [
        "scaled",
        "Lossy ",
    ]


def test_without_shared_groups_the_frames_hold_the_derivation(step: Step) -> None:
    result = derived(enhanced(None, frame(), frame()), step)
    numbers = [
        group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber
        for group in result.PerFrameFunctionalGroupsSequence
    ]
    assert numbers == [1, 2]
    assert "SharedFunctionalGroupsSequence" not in result


def test_frame_type_is_derived_in_whichever_group_holds_it(step: Step) -> None:
    shared = item(
        USImageDescriptionSequence=item(FrameType=["ORIGINAL", "PRIMARY"], VolumetricProperties="V")
    )
    private = item(FrameType=["ORIGINAL", "PRIMARY"])
    shared.add_new(0x00091001, "SQ", [private])
    mixed = item(FramePixelDataPropertiesSequence=item(FrameType=["DERIVED", "SECONDARY", "", "X"]))
    result = derived(enhanced(shared, frame(), mixed), step)
    assert list(result.ImageType) == ["DERIVED", "PRIMARY", "M", "NONE"]
    (common,) = result.SharedFunctionalGroupsSequence
    assert list(common.USImageDescriptionSequence[0].FrameType) == ["DERIVED", "PRIMARY"]
    assert common.USImageDescriptionSequence[0].VolumetricProperties == "V"
    assert list(common[0x00091001].value[0].FrameType) == ["ORIGINAL", "PRIMARY"]
    one, other = result.PerFrameFunctionalGroupsSequence
    assert list(one.MRImageFrameTypeSequence[0].FrameType) == ["DERIVED", "PRIMARY", "M", "NONE"]
    assert other.FramePixelDataPropertiesSequence[0] == mixed.FramePixelDataPropertiesSequence[0]


def test_what_no_change_names_keeps_its_bytes(step: Step) -> None:
    odd = RawDataElement(
        Tag(0x00189073), "FD", 9, b"not a double", 0, is_implicit_VR=False, is_little_endian=True
    )
    group, plane = frame(), item(ImagePositionPatient=[1, 2, 3])
    plane[0x00181063] = RawDataElement(
        Tag(0x00181063), "DS", 6, b"070.50", 0, is_implicit_VR=False, is_little_endian=True
    )
    group[0x00189073] = odd
    group.PlanePositionSequence = Sequence([plane])
    image = shallow_copy(enhanced(item(), group))
    result = apply(image, derive(image, step))
    after = result.PerFrameFunctionalGroupsSequence[0]
    assert after.get_item(0x00189073) is odd
    assert after.PlanePositionSequence[0].get_item(0x00181063).value == b"070.50"
    assert image.PerFrameFunctionalGroupsSequence[0] is group


@pytest.mark.parametrize("row", [r for r in policies() if r.functional_groups], ids=lambda row: row.iod)
def test_top_level_holds_the_derivation_where_the_iod_has_a_place_for_it(row: Any, step: Step) -> None:
    result = derived(enhanced(item(), frame(), sop_class=row.sop_classes[0]), step)
    with_module = {"VL Whole Slide Microscopy Image", "Enhanced US Volume", "Photoacoustic Image"}
    wanted = row.iod in with_module or row.iod.startswith(("Enhanced RT", "Enhanced Cont", "Confocal"))
    assert [keyword in result for keyword in TOP] == [wanted] * 3
    assert len(result.SharedFunctionalGroupsSequence[0].DerivationImageSequence) == 1


def test_source_image_evidence_names_the_source_under_its_study_and_series(step: Step) -> None:
    (study,) = derived(enhanced(item(), frame()), step).SourceImageEvidenceSequence
    (series,) = study.ReferencedSeriesSequence
    assert (study.StudyInstanceUID, series.SeriesInstanceUID) == ("1.2", "1.2.1")
    assert [listed.ReferencedSOPInstanceUID for listed in series.ReferencedSOPSequence] == ["1.2.3"]
    old = item(SeriesInstanceUID="1.2.1", ReferencedSOPSequence=item(ReferencedSOPInstanceUID="1.1"))
    studies = [
        item(StudyInstanceUID="1.9"),
        item(StudyInstanceUID="1.2", ReferencedSeriesSequence=[item(SeriesInstanceUID="1.2.0"), old]),
    ]
    image = enhanced(item(), frame(), SourceImageEvidenceSequence=studies)
    study = derived(image, step).SourceImageEvidenceSequence[1]
    found = study.ReferencedSeriesSequence[1].ReferencedSOPSequence
    assert [listed.ReferencedSOPInstanceUID for listed in found] == ["1.1", "1.2.3"]


def test_common_instance_reference_is_begun_where_the_iod_must_have_it(step: Step) -> None:
    assert "ReferencedSeriesSequence" not in derived(enhanced(item(), frame()), step)
    result = derived(enhanced(item(), frame(), sop_class=WSI), step)
    (series,) = result.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == "1.2.1"
    assert series.ReferencedInstanceSequence[0].ReferencedSOPInstanceUID == "1.2.3"
    assert "SourceImageEvidenceSequence" not in result


def test_groups_of_original_pet_images_are_removed(step: Step) -> None:
    only = {"PETTableDynamicsSequence": item(TableSpeed=1.0), "PETPositionSequence": item(TablePosition=2.0)}
    pet = derived(enhanced(item(), item(**only), sop_class=PET), step).PerFrameFunctionalGroupsSequence[0]
    assert ("PETTableDynamicsSequence" in pet, "PETPositionSequence" in pet) == (False, True)


def test_statistics_of_single_frames_are_removed(step: Step) -> None:
    held = item(SmallestImagePixelValue=1, LargestImagePixelValue=2, LargestPixelValueInSeries=9, KVP="80")
    group = item(UnassignedPerFrameConvertedAttributesSequence=held)
    result = derived(enhanced(item(), group), step).PerFrameFunctionalGroupsSequence[0]
    (kept,) = result.UnassignedPerFrameConvertedAttributesSequence
    assert [element.keyword for element in kept] == ["KVP"]


def test_a_classic_image_with_groups_keeps_its_derivation_at_top_level(step: Step) -> None:
    result = derived(enhanced(item(), frame(), sop_class=TRUE_COLOUR_SC), step)
    assert [keyword in result for keyword in TOP] == [True] * 3
    assert "DerivationImageSequence" not in result.SharedFunctionalGroupsSequence[0]
    group = result.PerFrameFunctionalGroupsSequence[0]
    assert group.MRImageFrameTypeSequence[0].FrameType[0] == "DERIVED"


def test_thousands_of_frames_take_seconds(step: Step) -> None:
    frames = [frame(DerivationImageSequence=item(DerivationDescription=str(n))) for n in range(3000)]
    image = enhanced(item(), *frames, sop_class=US_VOLUME)
    started = time.perf_counter()
    result = apply(shallow_copy(image), derive(image, step))
    assert time.perf_counter() - started < 10
    last = result.PerFrameFunctionalGroupsSequence[2999].DerivationImageSequence
    assert last[0].DerivationDescription == "2999"
    assert last[1].SourceImageSequence[0].ReferencedFrameNumber == 3000
