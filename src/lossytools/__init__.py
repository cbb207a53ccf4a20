"""Lossy recompression of DICOM images that leaves a true record.

Everything named here is loaded when it is first used, so that `import lossytools` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from lossytools import migrate
    from lossytools.changes import Change
    from lossytools.cli.sample import sample_cine
    from lossytools.codecs import (
        H264,
        Hevc,
        Htj2k,
        Jpeg,
        Jpeg12,
        Jpeg2000,
        JpegLs,
        JpegXl,
        Mpeg2,
        parse_codec,
    )
    from lossytools.errors import (
        CodecError,
        CodecMissing,
        CodecSettingError,
        DecodeError,
        DestinationError,
        EncodeError,
        ExceedsGuideline,
        InconsistentResult,
        LedgerError,
        LedgerInUse,
        LibraryMissing,
        LossyToolsError,
        NotSmaller,
        PolicySettingError,
        RecipeError,
        RefusedByPolicy,
        SourceError,
        TargetError,
        TargetExists,
        TargetSettingError,
        TargetUnreachable,
        UnreadableSource,
        UnsupportedPixels,
    )
    from lossytools.fidelity.focus import Focus
    from lossytools.fidelity.target import Condition, Target, parse_conditions
    from lossytools.measurement import FrameMeasurement, Measurement
    from lossytools.pipeline.audited import Audited
    from lossytools.pipeline.auditing import audit_file as audit
    from lossytools.pipeline.comparison import Comparison, measure
    from lossytools.pipeline.decompression import Decompressed, decompress
    from lossytools.pipeline.options import Options, Outcome
    from lossytools.pipeline.repairing import Repaired, repair
    from lossytools.pipeline.surveying import audit_many
    from lossytools.pipeline.transcoding import transcode
    from lossytools.repairs import Left, Plan, Repair
    from lossytools.rules.definition import Finding
    from lossytools.target import Result, search
    from lossytools.values import ImagePixel, LossyStep

__all__ = [
    "H264",
    "Audited",
    "Change",
    "CodecError",
    "CodecMissing",
    "CodecSettingError",
    "Comparison",
    "Condition",
    "DecodeError",
    "Decompressed",
    "DestinationError",
    "EncodeError",
    "ExceedsGuideline",
    "Finding",
    "Focus",
    "FrameMeasurement",
    "Hevc",
    "Htj2k",
    "ImagePixel",
    "InconsistentResult",
    "Jpeg",
    "Jpeg12",
    "Jpeg2000",
    "JpegLs",
    "JpegXl",
    "LedgerError",
    "LedgerInUse",
    "Left",
    "LibraryMissing",
    "LossyStep",
    "LossyToolsError",
    "Measurement",
    "Mpeg2",
    "NotSmaller",
    "Options",
    "Outcome",
    "Plan",
    "PolicySettingError",
    "RecipeError",
    "RefusedByPolicy",
    "Repair",
    "Repaired",
    "Result",
    "SourceError",
    "Target",
    "TargetError",
    "TargetExists",
    "TargetSettingError",
    "TargetUnreachable",
    "UnreadableSource",
    "UnsupportedPixels",
    "__version__",
    "audit",
    "audit_many",
    "decompress",
    "measure",
    "migrate",
    "parse_codec",
    "parse_conditions",
    "repair",
    "sample_cine",
    "search",
    "transcode",
]

_HOMES = {
    "lossytools.changes": ("Change",),
    "lossytools.cli.sample": ("sample_cine",),
    "lossytools.codecs": (
        "H264", "Hevc", "Htj2k", "Jpeg", "Jpeg12", "Jpeg2000", "JpegLs", "JpegXl", "Mpeg2", "parse_codec",
    ),
    "lossytools.fidelity.focus": ("Focus",),
    "lossytools.fidelity.target": ("Condition", "Target", "parse_conditions"),
    "lossytools.measurement": ("FrameMeasurement", "Measurement"),
    "lossytools.pipeline.audited": ("Audited",),
    "lossytools.pipeline.comparison": ("Comparison", "measure"),
    "lossytools.pipeline.decompression": ("Decompressed", "decompress"),
    "lossytools.pipeline.options": ("Options", "Outcome"),
    "lossytools.pipeline.repairing": ("Repaired", "repair"),
    "lossytools.pipeline.surveying": ("audit_many",),
    "lossytools.pipeline.transcoding": ("transcode",),
    "lossytools.repairs": ("Left", "Plan", "Repair"),
    "lossytools.rules.definition": ("Finding",),
    "lossytools.target": ("Result", "search"),
    "lossytools.values": ("ImagePixel", "LossyStep"),
}  # fmt: skip
"""Which module each name of the door lives in; errors and `audit` apart."""

if not TYPE_CHECKING:  # a type checker is to refuse names that are not there

    def __getattr__(name: str) -> object:
        """Return a name of the door, loading the module it lives in (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module 'lossytools' has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415  not needed by whoever only wants the version

        if name == "migrate":
            value: object = import_module("lossytools.migrate")
        elif name == "audit":
            value = import_module("lossytools.pipeline.auditing").audit_file
        else:
            home = next((home for home, names in _HOMES.items() if name in names), "lossytools.errors")
            value = getattr(import_module(home), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        """Return the names of the door."""
        return sorted(__all__)
