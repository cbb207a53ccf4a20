"""The modules of ultrasound, attribute by attribute, with what a lossy step does to each (PS3.3 C.8.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from iods.building import code
from iods.modules import HEART


@dataclass(frozen=True)
class Attribute:
    """One attribute of a module.

    name: its keyword; "ggggeeee" in hexadecimal for a repeating group. kind: its Type. value: in the object
    that carries all of them, None where the pixels decide. effect: "" where it stays byte for byte,
    otherwise what becomes of it, in words. after: the value afterwards, by codec where codecs differ,
    None where it is gone. rules: of the catalogue, that hold it.
    """

    name: str
    kind: str
    value: Any = None
    effect: str = ""
    after: Any = None
    rules: str = ""


@dataclass(frozen=True)
class Module:
    """One module: name, clause, table, attributes in the order of the table."""

    name: str
    clause: str
    attributes: tuple[Attribute, ...]


_A = Attribute
_COLOUR = {"jpeg": "YBR_FULL_422", "jpegls": "RGB", "jpeg2000": "YBR_ICT"}

US_IMAGE = Module(
    "US Image",
    "C.8.5.6, Table C.8-18",
    (
        _A("SamplesPerPixel", "1", rules="P03, P11"),
        _A(
            "PhotometricInterpretation",
            "1",
            effect="YBR_FULL_422 in `jpeg`, RGB in `jpegls`, YBR_ICT in `jpeg2000`; MONOCHROME2 stays;"
            " PALETTE COLOR is refused, or expanded to RGB first (C.8.5.6.1.2)",
            after=_COLOUR,
            rules="P01, P12, P16, P18",
        ),
        _A("BitsAllocated", "1", rules="P07"),
        _A("BitsStored", "1", rules="P07, P09"),
        _A("HighBit", "1", rules="P07"),
        _A(
            "PlanarConfiguration",
            "1C",
            effect="0 for colour, absent otherwise (C.7.6.3.1.3)",
            after=0,
            rules="P04, P05",
        ),
        _A("PixelRepresentation", "1", rules="P08, P09"),
        _A("FrameIncrementPointer", "1C", [0x00181063]),
        _A(
            "ImageType",
            "2",
            ["ORIGINAL", "PRIMARY", "INTRAVASCULAR", "0001"],
            "value 1 becomes DERIVED, the others stay (C.7.6.1.1.5)",
            ["DERIVED", "PRIMARY", "INTRAVASCULAR", "0001"],
            "D01",
        ),
        _A("LossyImageCompression", "1C", "00", "01, for good (C.7.6.1.1.5)", "01", "L01 to L09"),
        _A("NumberOfStages", "2C", 2),
        _A("NumberOfViewsInStage", "2C", 3),
        _A("UltrasoundColorDataPresent", "3", 1),
        _A("StageName", "3", "PRE-EXERCISE"),
        _A("StageCodeSequence", "3", code("109091", "DCM", "Cardiac Stress State")),
        _A("StageNumber", "3", 1),
        _A("ViewName", "3", "LONG AXIS"),
        _A("ViewCodeSequence", "3", code("399139001", "SCT", "Long axis")),
        _A("ViewNumber", "3", 1),
        _A("NumberOfEventTimers", "3", 2),
        _A("EventElapsedTimes", "3", ["10.5", "20"]),
        _A("EventTimerNames", "3", ["start", "peak"]),
        _A("AnatomicRegionSequence", "3", HEART),
        _A("PrimaryAnatomicStructureSequence", "3", code("87878005", "SCT", "Left ventricle")),
        _A("TriggerTime", "3", "12.5"),
        _A("NominalInterval", "3", 800),
        _A("BeatRejectionFlag", "3", "Y"),
        _A("LowRRValue", "3", 700),
        _A("HighRRValue", "3", 900),
        _A("HeartRate", "3", 75),
        _A("IVUSAcquisition", "1C", "MOTOR_PULLBACK"),
        _A("IVUSPullbackRate", "1C", "0.5"),
        _A("IVUSGatedRate", "1C", "0.1"),
        _A("IVUSPullbackStartFrameNumber", "1C", 1),
        _A("IVUSPullbackStopFrameNumber", "1C", 3),
        _A("LesionNumber", "3", [1, 2]),
        _A("OutputPower", "3", "100%"),
        _A("TransducerData", "3", ["S5", "0", ""]),
        _A(
            "TransducerIdentificationSequence",
            "3",
            [
                {
                    "DeviceSerialNumber": "0",
                    "SoftwareVersions": "1",
                    "DeviceAlternateIdentifier": "",
                    "DeviceLabel": "probe",
                    "DeviceTypeCodeSequence": code("125261", "DCM", "External Transducer"),
                    "ManufacturerDeviceIdentifier": "",
                }
            ],
        ),
        _A("TransducerType", "3", "IV_PHASED"),
        _A("FocusDepth", "3", "8.5"),
        _A("ProcessingFunction", "3", "CARDIAC"),
        _A("MechanicalIndex", "3", "1.1"),
        _A("BoneThermalIndex", "3", "0.8"),
        _A("CranialThermalIndex", "3", "0.7"),
        _A("SoftTissueThermalIndex", "3", "0.6"),
        _A("SoftTissueFocusThermalIndex", "3", "0.5"),
        _A("SoftTissueSurfaceThermalIndex", "3", "0.4"),
        _A("DepthOfScanField", "3", 150),
        _A("RWaveTimeVector", "3", [0.0, 800.0]),
        _A("AcquisitionDateTime", "1C", "20240229101500.123"),
        _A("SliceProgressionDirection", "3", "APEX_TO_BASE"),
        _A("60000045", "1C", "ACTIVE 2D/BMODE IMAGE AREA"),
    ),
)
REGIONS = Module(
    "US Region Calibration",
    "C.8.5.5, Table C.8-17",
    (
        _A(
            "SequenceOfUltrasoundRegions",
            "1",
            [
                {
                    "RegionSpatialFormat": 1,
                    "RegionDataType": 1,
                    "RegionFlags": 2,
                    "RegionLocationMinX0": 0,
                    "RegionLocationMinY0": 0,
                    "RegionLocationMaxX1": 63,
                    "RegionLocationMaxY1": 63,
                    "ReferencePixelX0": 32,
                    "ReferencePixelY0": -1,
                    "PhysicalUnitsXDirection": 3,
                    "PhysicalUnitsYDirection": 3,
                    "ReferencePixelPhysicalValueX": 0.0,
                    "ReferencePixelPhysicalValueY": 0.0,
                    "PhysicalDeltaX": 0.0251,
                    "PhysicalDeltaY": 0.0249,
                    "TransducerFrequency": 2500,
                    "PulseRepetitionFrequency": 4200,
                    "DopplerCorrectionAngle": 12.5,
                    "SteeringAngle": -20.0,
                    "DopplerSampleVolumeXPosition": 3,
                    "DopplerSampleVolumeYPosition": 4,
                    "TMLinePositionX0": 1,
                    "TMLinePositionY0": 2,
                    "TMLinePositionX1": 3,
                    "TMLinePositionY1": 4,
                    "PixelComponentOrganization": 1,
                    "PixelComponentRangeStart": 0,
                    "PixelComponentRangeStop": 255,
                    "PixelComponentPhysicalUnits": 5,
                    "PixelComponentDataType": 1,
                    "NumberOfTableBreakPoints": 2,
                    "TableOfXBreakPoints": [0, 255],
                    "TableOfYBreakPoints": [0.0, 1.0],
                    "ActiveImageAreaOverlayGroup": 0x6000,
                }
            ],
        ),
    ),
)
MULTI_FRAME = Module(
    "Multi-frame",
    "C.7.6.6, Table C.7-14",
    (
        _A("NumberOfFrames", "1", rules="F01"),
        _A("StereoPairsPresent", "3", "NO"),
        _A(
            "EncapsulatedPixelDataValueTotalLength",
            "3",
            effect="removed, where an encapsulated source has it: it counts the source's bytes (C.7.6.3)",
            rules="F11",
        ),
    ),
)
CINE = Module(
    "Cine",
    "C.7.6.5, Table C.7-13",
    (
        _A("PreferredPlaybackSequencing", "3", 0),
        _A("FrameTime", "1C", "40.125"),
        _A("FrameTimeVector", "1C", ["0", "40", "41"], rules="F13"),
        _A("StartTrim", "3", 1),
        _A("StopTrim", "3", 3),
        _A("RecommendedDisplayFrameRate", "3", 25),
        _A("CineRate", "3", 25),
        _A("FrameDelay", "3", "5"),
        _A("ImageTriggerDelay", "3", "6"),
        _A("EffectiveDuration", "3", "0.12"),
        _A("ActualFrameDuration", "3", 40),
        _A(
            "MultiplexedAudioChannelsDescriptionCodeSequence",
            "2C",
            [
                {
                    "ChannelIdentificationCode": 1,
                    "ChannelMode": "MONO",
                    "ChannelSourceSequence": code("110111", "DCM", "Ultrasound Doppler audio"),
                }
            ],
        ),
    ),
)
MODULES = (US_IMAGE, REGIONS, MULTI_FRAME, CINE)
