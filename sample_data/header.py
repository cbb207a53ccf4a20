"""The data set around the frames: everything of the US Multi-frame object but its Pixel Data."""

import uuid
from typing import Final

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, UltrasoundMultiFrameImageStorage

from cine import FRAME_TIME_MS, FRAMES_IN_A_BEAT, HEART_RATE_BPM, Cine
from colour import build_palette
from regions import list_regions
from scan import AXIAL_SIGMA_CM, LATERAL_SIGMA_BEAMS

PRIVATE_CREATOR: Final = "LOSSYTOOLS SAMPLE"
PRIVATE_GROUP: Final = 0x0011
_NAMESPACE: Final = uuid.UUID("6b0b6a52-0c1e-5d3e-9d0e-9a3a1f6f2c11")
_DATE: Final = "20240229"
_TIME: Final = "101500"
# Explicit VR gives an FL a 16-bit length, and a value is four bytes.
_MOST_R_WAVES: Final = 0xFFFF // 4


def make_uid(role: str, cine: Cine | None = None) -> UID:
    """Return the UID of a role, a function of the parameters alone: same cine, same UIDs (PS3.5 B.2)."""
    return UID(f"2.25.{uuid.uuid5(_NAMESPACE, f'{role} {cine}').int}")


def build_header(cine: Cine) -> Dataset:
    """Return the data set with its file meta information, without Pixel Data."""
    header = Dataset()
    header.file_meta = _build_file_meta(cine)
    for part in (
        _identify,
        _describe_equipment,
        _describe_acquisition,
        _time,
        _describe_pixels,
        _add_private,
    ):
        part(header, cine)
    header.SequenceOfUltrasoundRegions = Sequence(list_regions(cine))
    return header


def _build_file_meta(cine: Cine) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = UltrasoundMultiFrameImageStorage
    meta.MediaStorageSOPInstanceUID = make_uid("instance", cine)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    # Ours and not pydicom's, whose version would change the bytes of the file.
    meta.ImplementationClassUID = make_uid("implementation")
    meta.ImplementationVersionName = "LT_SAMPLE_1"
    return meta


def _identify(header: Dataset, cine: Cine) -> None:
    header.SpecificCharacterSet = "ISO_IR 192"
    header.SOPClassUID = UltrasoundMultiFrameImageStorage
    header.SOPInstanceUID = make_uid("instance", cine)
    header.StudyInstanceUID = make_uid("study", cine)
    header.SeriesInstanceUID = make_uid("series", cine)
    header.AcquisitionUID = make_uid("acquisition", cine)
    header.StudyDate = header.SeriesDate = header.AcquisitionDate = header.ContentDate = _DATE
    header.StudyTime = header.SeriesTime = header.AcquisitionTime = header.ContentTime = _TIME
    header.AcquisitionDateTime = _DATE + _TIME
    header.TimezoneOffsetFromUTC = "+0000"
    header.StudyID = header.AccessionNumber = "SYNTHETIC"
    header.SeriesNumber = header.AcquisitionNumber = header.InstanceNumber = "1"
    header.PatientName, header.PatientID = "SAMPLE^SYNTHETIC", "SYNTHETIC"
    header.PatientBirthDate, header.PatientSex, header.ReferringPhysicianName = "", "O", ""
    # Characters outside ASCII and outside Latin-1, so that a wrong character set shows.
    header.StudyDescription = "Échographie synthétique, Herzkammern, künstlich"
    header.SeriesDescription = "Apical view, 合成"
    header.PatientOrientation = ""


def _describe_equipment(header: Dataset, _cine: Cine) -> None:
    header.Modality = "US"
    header.Manufacturer = "lossytools"
    header.ManufacturerModelName = "sample_data/generate.py"
    header.DeviceSerialNumber = "0"
    header.SoftwareVersions = "1"
    header.InstitutionName = "Universität Beispielstadt"
    header.TransducerData = ["SYNTHETIC S5", "0", ""]
    header.TransducerType = "SECTOR_PHASED"
    header.ProcessingFunction = "CARDIAC"


def _describe_acquisition(header: Dataset, cine: Cine) -> None:
    header.ImageType = ["ORIGINAL", "PRIMARY", "TTE", "0011" if cine.coloured else "0001"]
    header.HeartRate = HEART_RATE_BPM
    header.MechanicalIndex = "1.1"
    header.BoneThermalIndex = header.SoftTissueThermalIndex = "0.8"
    header.DepthOfScanField = 150
    header.BurnedInAnnotation = "NO"
    header.LossyImageCompression = "00"
    region = Dataset()
    region.CodeValue, region.CodingSchemeDesignator, region.CodeMeaning = "80891009", "SCT", "Heart"
    header.AnatomicRegionSequence = Sequence([region])


def _time(header: Dataset, cine: Cine) -> None:
    """The Cine and Multi-frame modules."""
    header.NumberOfFrames = cine.frames
    if cine.frame_time_vector:
        header.FrameTimeVector = list(cine.frame_times_ms)
        header.FrameIncrementPointer = 0x00181065
    else:
        header.FrameTime = str(FRAME_TIME_MS)
        header.FrameIncrementPointer = 0x00181063
    header.CineRate = header.RecommendedDisplayFrameRate = 1000 // FRAME_TIME_MS
    header.PreferredPlaybackSequencing = 0
    header.StartTrim, header.StopTrim = 1, cine.frames
    header.ActualFrameDuration = FRAME_TIME_MS
    beats = range(0, cine.frames, FRAMES_IN_A_BEAT)[:_MOST_R_WAVES]
    header.RWaveTimeVector = [float(frame * FRAME_TIME_MS) for frame in beats]


def _describe_pixels(header: Dataset, cine: Cine) -> None:
    header.Rows, header.Columns = cine.rows, cine.columns
    header.SamplesPerPixel = cine.samples
    header.PhotometricInterpretation = "PALETTE COLOR" if cine.photometric == "PALETTE" else cine.photometric
    header.BitsAllocated, header.BitsStored, header.HighBit, header.PixelRepresentation = 8, 8, 7, 0
    header.UltrasoundColorDataPresent = int(cine.coloured)
    if cine.photometric == "RGB":
        header.PlanarConfiguration = 0
    if cine.photometric == "PALETTE":
        for number, name in enumerate(("Red", "Green", "Blue")):
            entries = build_palette()[:, number].astype("<u2").tobytes()
            setattr(header, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
            setattr(header, f"{name}PaletteColorLookupTableData", entries)


def _add_private(header: Dataset, cine: Cine) -> None:
    """Private elements of several VRs, to show that they survive; the README lists them."""
    block = header.private_block(PRIVATE_GROUP, PRIVATE_CREATOR, create=True)
    block.add_new(0x01, "LO", "sector, speckle, flow; künstlich")
    block.add_new(0x02, "UL", cine.seed)
    block.add_new(0x03, "FD", [AXIAL_SIGMA_CM, LATERAL_SIGMA_BEAMS])
    block.add_new(0x04, "OB", bytes(range(16)))
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "BEAT", "99LOSSYTOOLS", "Frames in a beat"
    inner = item.private_block(PRIVATE_GROUP, PRIVATE_CREATOR, create=True)
    inner.add_new(0x05, "US", FRAMES_IN_A_BEAT)
    block.add_new(0x06, "SQ", Sequence([item]))
