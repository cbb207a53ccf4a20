from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydicom.dataset import Dataset

from lossytools.changes import Change, Step, apply, derive, named_uid
from lossytools.changes.record import describe
from lossytools.elements import shallow_copy
from lossytools.values import LossyStep


def header(**values: Any) -> Dataset:
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.3.1", "1.2.3"
    image.ImageType = ["ORIGINAL", "PRIMARY", "CARDIOLOGY", "0011"]
    image.SamplesPerPixel, image.PhotometricInterpretation, image.PlanarConfiguration = 3, "RGB", 1
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 8, 8, 7, 0
    for keyword, value in values.items():
        setattr(image, keyword, value)
    return image


def derived(image: Dataset, step: Step) -> Dataset:
    return apply(shallow_copy(image), derive(image, step))


def item(**values: Any) -> Dataset:
    one = Dataset()
    for keyword, value in values.items():
        setattr(one, keyword, value)
    return one


def test_a_first_step_is_recorded_in_full(step: Step) -> None:
    result = derived(header(), step)
    assert result.SOPInstanceUID == "2.25.42"
    assert list(result.ImageType) == ["DERIVED", "PRIMARY", "CARDIOLOGY", "0011"]
    assert result.LossyImageCompression == "01"
    assert result.LossyImageCompressionMethod == "ISO_10918_1"
    assert result["LossyImageCompressionRatio"].value.original_string == "13.3333"
    assert result.PhotometricInterpretation == "YBR_FULL_422"
    assert result.PlanarConfiguration == 0
    source = result.SourceImageSequence[0]
    assert source.ReferencedSOPInstanceUID == "1.2.3"
    assert source.SpatialLocationsPreserved == "YES"
    assert source.PurposeOfReferenceCodeSequence[0].CodeValue == "121320"
    assert [code.CodeValue for code in result.DerivationCodeSequence] == ["113040"]
    equipment = result.ContributingEquipmentSequence[0]
    assert (equipment.Manufacturer, equipment.SoftwareVersions) == ("lossytools", "0.1.0")
    assert equipment.PurposeOfReferenceCodeSequence[0].CodeValue == "109102"
    assert equipment.ContributionDateTime == "20261123123015.250000+0100"


def test_the_source_is_not_touched(step: Step) -> None:
    image = header(LossyImageCompression="00")
    before = image.to_json()
    derived(image, step)
    assert image.to_json() == before


def test_a_second_step_appends_and_keeps_the_first_ones_own_digits(step: Step) -> None:
    image = header(LossyImageCompression="01", SourceImageSequence=[item(ReferencedSOPInstanceUID="1.1")])
    step = replace(step, earlier=(LossyStep("", "19.00"), LossyStep("ISO_14495_1", "")), source_lossy=True)
    result = derived(image, step)
    methods = result.get_item("LossyImageCompressionMethod").value
    ratios = result.get_item("LossyImageCompressionRatio").value
    assert methods.rstrip() == b"\\ISO_14495_1\\ISO_10918_1"
    assert ratios.rstrip() == b"19.00\\\\13.3333"
    assert [i.ReferencedSOPInstanceUID for i in result.SourceImageSequence] == ["1.1", "1.2.3"]
    assert result.SourceImageSequence[1].PurposeOfReferenceCodeSequence[0].CodeValue == "121330"


def test_the_description_says_method_ratio_and_worst_frame_and_keeps_the_old_text(step: Step) -> None:
    text = describe(header(DerivationDescription="scaled by hand"), step)
    # frame 2 is worst: mse 9, 10 log10(65025 / 9) = 38.58 dB
    assert text == (
        "Lossy compression: JPEG baseline, quality 90, chroma 4:4:4 (ISO_10918_1), ratio 13.3333:1"
        " over 2 frames, PSNR of the worst frame 38.58 dB, largest error 9 of 255 grey levels;"
        " lossytools 0.1.0 [scaled by hand]"
    )


def test_the_description_never_passes_1024_characters_and_is_cut_at_its_end(step: Step) -> None:
    text = describe(header(DerivationDescription="x" * 1024), step)
    assert len(text) == 1024
    assert text.startswith("Lossy compression: JPEG")
    assert text.endswith("xxx...]")


def test_an_image_without_image_type_gets_one_that_says_derived(step: Step) -> None:
    assert list(derived(header(ImageType=""), step).ImageType) == ["DERIVED", "SECONDARY"]


def test_creation_is_written_in_the_zone_of_the_data_set(step: Step) -> None:
    result = derived(header(TimezoneOffsetFromUTC="-0530"), step)
    # 12:30:15.25 +01:00 is 11:30:15.25 UTC is 06:00:15.25 -05:30
    assert (result.InstanceCreationDate, result.InstanceCreationTime) == ("20261123", "060015.250000")


def test_a_nonsense_zone_falls_back_to_that_of_the_clock(step: Step) -> None:
    result = derived(
        header(TimezoneOffsetFromUTC="CET"), replace(step, now=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    )
    assert (result.InstanceCreationDate, result.InstanceCreationTime) == ("20260102", "030405.000000")


def test_signatures_go_also_from_items_and_nothing_else_does(step: Step) -> None:
    nested = item(DigitalSignaturesSequence=[item(MACIDNumber=1)], CodeValue="KEEP")
    image = header(ProcedureCodeSequence=[nested], MACParametersSequence=[item(MACIDNumber=1)])
    result = derived(image, step)
    assert "MACParametersSequence" not in result
    assert "DigitalSignaturesSequence" not in result.ProcedureCodeSequence[0]
    assert result.ProcedureCodeSequence[0].CodeValue == "KEEP"
    assert "DigitalSignaturesSequence" in image.ProcedureCodeSequence[0]


def test_an_authorised_original_passes_its_status_on_to_nobody(step: Step) -> None:
    result = derived(
        header(SOPInstanceStatus="AO", SOPAuthorizationComment="ok", InstanceCreatorUID="1.5"), step
    )
    assert not {"SOPInstanceStatus", "SOPAuthorizationComment", "InstanceCreatorUID"} & set(dir(result))


def test_pixel_statistics_of_monochrome_are_measured_and_of_colour_removed(step: Step) -> None:
    values = {"SmallestImagePixelValue": 0, "LargestImagePixelValue": 255, "LargestPixelValueInSeries": 255}
    mono = replace(step.declared, samples=1, photometric="MONOCHROME2", planar=None)
    result = derived(header(**values), replace(step, declared=mono, resolved=mono))
    assert (result.SmallestImagePixelValue, result.LargestImagePixelValue) == (2, 251)
    assert "LargestPixelValueInSeries" not in result
    assert "PlanarConfiguration" not in result
    assert "SmallestImagePixelValue" not in derived(header(**values), step)


@pytest.mark.parametrize("kept", [True, False])
def test_padding_stays_only_while_it_can_be_told_from_pixels(step: Step, *, kept: bool) -> None:
    result = derived(header(PixelPaddingValue=0, PixelPaddingRangeLimit=3), replace(step, padding_kept=kept))
    assert ("PixelPaddingValue" in result, "PixelPaddingRangeLimit" in result) == (kept, kept)


def test_a_range_limit_without_a_value_goes(step: Step) -> None:
    assert "PixelPaddingRangeLimit" not in derived(header(PixelPaddingRangeLimit=3), step)


STALE = {
    "HistogramSequence": [item(HistogramNumberOfBins=1)],
    "SmallestPixelValueInSeries": 1,
    "LargestPixelValueInSeries": 1,
    "ExtendedOffsetTable": bytes(8),
    "ExtendedOffsetTableLengths": bytes(8),
    "EncapsulatedPixelDataValueTotalLength": 8,
    "LossyImageCompressionRetired": "01",
}
KEPT = {
    "IconImageSequence": [item(Rows=1, Columns=1, PixelData=b"\1\2")],
    "ICCProfile": b"profile ",
    "OriginalAttributesSequence": [item(ReasonForTheAttributeModification="CORRECT")],
    "WindowCenter": "40",
    "BurnedInAnnotation": "NO",
    "InstanceNumber": "7",
}


@pytest.mark.parametrize("keyword", STALE)
def test_what_described_the_old_pixels_goes(step: Step, keyword: str) -> None:
    assert keyword not in derived(header(**{keyword: STALE[keyword]}), step)


@pytest.mark.parametrize("keyword", KEPT)
def test_what_the_step_need_not_touch_is_the_same_object(step: Step, keyword: str) -> None:
    image = header(**{keyword: KEPT[keyword]})
    assert derived(image, step).get_item(keyword) is image.get_item(keyword)


def test_an_overlay_from_unused_bits_stands_in_overlay_data(step: Step) -> None:
    result = derived(header(), replace(step, overlays=((0x6002, b"\x2d\x00"),)))
    assert result[0x60023000].value == b"\x2d\x00"
    assert (result[0x60020100].value, result[0x60020102].value, result[0x60020015].value) == (1, 0, 2)


def test_references_within_the_study_name_the_source_too(step: Step) -> None:
    series = item(SeriesInstanceUID="1.9", ReferencedInstanceSequence=[item(ReferencedSOPInstanceUID="1.1")])
    image = header(SeriesInstanceUID="1.9", ReferencedSeriesSequence=[series])
    result = derived(image, step)
    named = [
        i.ReferencedSOPInstanceUID for i in result.ReferencedSeriesSequence[0].ReferencedInstanceSequence
    ]
    assert named == ["1.1", "1.2.3"]
    assert len(image.ReferencedSeriesSequence[0].ReferencedInstanceSequence) == 1


def test_a_serial_number_is_replaced_where_the_source_has_one(step: Step) -> None:
    own = replace(step, series_uid="2.25.7")
    assert "DeviceSerialNumber" not in derived(header(), own)
    image = header(DeviceSerialNumber="SN-1")
    result = derived(image, own)
    assert result.DeviceSerialNumber == "0.1.0"  # of Type 1 in enhanced objects
    assert result.ContributingEquipmentSequence[0].DeviceSerialNumber == "SN-1"


def test_a_series_of_its_own_has_an_equipment_of_its_own(step: Step) -> None:
    image = header(Manufacturer="ACME", StationName="US1", SeriesInstanceUID="1.9")
    result = derived(image, replace(step, series_uid="2.25.7"))
    assert (result.SeriesInstanceUID, result.Manufacturer) == ("2.25.7", "lossytools")
    assert "StationName" not in result
    first = result.ContributingEquipmentSequence[0]
    assert (first.Manufacturer, first.StationName) == ("ACME", "US1")
    assert first.PurposeOfReferenceCodeSequence[0].CodeValue == "109101"


def test_the_equipment_of_a_derived_source_processed_it_and_keeps_all_its_values(step: Step) -> None:
    image = header(ImageType=["DERIVED", "PRIMARY"], SoftwareVersions=["1.0", "2.0"], DeviceUID="1.7")
    result = derived(image, replace(step, series_uid="2.25.7"))
    first = result.ContributingEquipmentSequence[0]
    assert first.PurposeOfReferenceCodeSequence[0].CodeValue == "109102"
    assert (list(first.SoftwareVersions), first.DeviceUID, first.Manufacturer) == (
        ["1.0", "2.0"],
        "1.7",
        "unknown",
    )
    assert "DeviceUID" not in result
    assert result.SoftwareVersions == "0.1.0"


def test_a_zone_without_a_sign_is_no_zone(step: Step) -> None:
    # 12:30:15 +01:00, the clock's own
    assert derived(header(TimezoneOffsetFromUTC="0100"), step).InstanceCreationTime == "123015.250000"


def test_every_change_names_its_clause(step: Step) -> None:
    assert all(change.because.startswith("PS3.") for change in derive(header(), step))


def test_names_always_lead_to_the_same_uid_and_others_to_another() -> None:
    assert named_uid("1.2.3", "jpeg", "4") == named_uid("1.2.3", "jpeg", "4")
    assert named_uid("1.2.3", "jpeg") != named_uid("1.2.3jpeg")
    assert len(named_uid("1.2.3")) <= 64


def test_a_change_of_a_repeating_group_has_a_name_for_people() -> None:
    assert Change("60023000", b"", "PS3.5").name == "OverlayData"
    assert Change("ImageType", ("A",), "PS3.3").name == "ImageType"
