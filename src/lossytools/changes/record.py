"""The record of a lossy step: flag, history, Image Type, derivation (PS3.3 section C.7.6.1.1.5)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement

from lossytools.changes.change import Change, Item, append, remove
from lossytools.changes.references import reference
from lossytools.history import append as append_step
from lossytools.history import format_ratio, methods_of, ratios_of
from lossytools.measurement import down
from lossytools.standard.codes import LOSSY_COMPRESSION, LOSSY_PREDECESSOR, UNCOMPRESSED_PREDECESSOR, Code
from lossytools.standard.enhanced import WITH_GENERAL_REFERENCE
from lossytools.standard.iod_policy import policy_of
from lossytools.values import LossyStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.changes.step import Step
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.measurement import Measurement

_LOSSY = "PS3.3 C.7.6.1.1.5"
_DESCRIPTION_LIMIT = 1024  # characters of an ST (PS3.5 section 6.2)


def history_changes(image: Dataset, step: Step) -> Iterator[Change]:
    """Yield flag, method and ratio: once lossy always lossy, and every step keeps its place."""
    ratio = format_ratio(step.measurement.native_bytes, step.measurement.stream_bytes)
    steps = append_step(step.earlier, LossyStep(step.method, ratio))
    yield Change("LossyImageCompression", "01", f"{_LOSSY}: once 01 it is never reset")
    yield Change(
        "LossyImageCompressionMethod", methods_of(steps), f"{_LOSSY}.1: one value for each step, in order"
    )
    yield Change(
        "LossyImageCompressionRatio", ratios_of(steps), f"{_LOSSY}.2: one value for each step, in order"
    )
    if "LossyImageCompressionRetired" in image:
        yield remove("LossyImageCompressionRetired", "PS3.6: (0008,2110) is retired")


def derivation_changes(image: Dataset, step: Step) -> Iterator[Change]:
    """Yield Image Type, the description, the derivation code and the source image."""
    yield Change(
        "ImageType", _image_type(image), f"{_LOSSY}: value 1 is DERIVED; C.7.6.1.1.2: the others stay"
    )
    if _has_general_reference(image):
        yield from _general_reference(image, step)


def _has_general_reference(image: Dataset) -> bool:
    """Return whether the IOD records a derivation at top level; most enhanced ones do so per frame only."""
    row = policy_of(str(image.SOPClassUID))
    return row is None or not row.functional_groups or row.iod in WITH_GENERAL_REFERENCE


def _general_reference(image: Dataset, step: Step) -> Iterator[Change]:
    yield Change("DerivationDescription", describe(image, step), f"{_LOSSY} Notes: says method and ratio")
    yield append(
        "DerivationCodeSequence",
        code_item(LOSSY_COMPRESSION),
        "PS3.3 C.12.4.1.1: items in the order of the derivation steps",
    )
    yield append(
        "SourceImageSequence", source_item(image, step), "PS3.3 C.12.4.1.2: the image this one comes from"
    )


def code_item(code: Code) -> Item:
    """Return the item of a code sequence (PS3.3 section 8.8)."""
    return (("CodeValue", code.value), ("CodingSchemeDesignator", code.scheme), ("CodeMeaning", code.meaning))


def _image_type(image: Dataset) -> tuple[str, ...]:
    """Return Image Type with value 1 DERIVED; where there was none, an image made after the examination."""
    old = image.get("ImageType") or []
    values = [old] if isinstance(old, str) else list(old)
    return ("DERIVED", *(str(v) for v in values[1:])) if len(values) > 1 else ("DERIVED", "SECONDARY")


def source_item(image: Dataset, step: Step) -> Item:
    """Return the item of Source Image Sequence that names the source and whether it was lossy."""
    purpose = LOSSY_PREDECESSOR if step.source_lossy else UNCOMPRESSED_PREDECESSOR
    return (
        *reference(image),
        ("SpatialLocationsPreserved", "YES"),
        ("PurposeOfReferenceCodeSequence", code_item(purpose)),
    )


def describe(image: Dataset, step: Step) -> str | bytes:
    """Return Derivation Description: this step first, what stood there behind it in brackets.

    The new text is ASCII, right in any Specific Character Set; old text that is not ASCII keeps its own
    bytes. It is cut at its end where both are longer than 1024 characters.
    """
    new = sentence(step)
    element = image.get_item("DerivationDescription") if "DerivationDescription" in image else None
    raw = (element.value or b"").rstrip(b" \0") if isinstance(element, RawDataElement) else b""
    if (not raw.isascii() or b"\x1b" in raw) and len(new) + len(raw) + 3 <= _DESCRIPTION_LIMIT:
        return new.encode() + b" [" + raw + b"]"
    old = str(image.get("DerivationDescription") or "").rstrip(" \0")
    if not old:
        return new
    text = f"{new} [{old}]"
    return text if len(text) <= _DESCRIPTION_LIMIT else text[: _DESCRIPTION_LIMIT - 4] + "...]"


def sentence(step: Step) -> str:
    """Return what this step did, in ASCII."""
    measured = step.measurement
    ratio = format_ratio(measured.native_bytes, measured.stream_bytes)
    frames = f" over {measured.frames} frames" if measured.frames > 1 else ""
    wide = (
        f"ratio counts {step.declared.bits_allocated} bits a sample"
        if step.declared.bits_stored != step.declared.bits_allocated
        else ""
    )
    certificate = [part_words(name, part) for name, part in step.parts.items()]
    against = step.scale.words if step.scale is not None and certificate else ""
    kept = f"{'not kept' if step.missed else 'kept'}: {step.asked}" if step.asked else ""
    notes = "".join(f"; {note}" for note in (*certificate, against, kept, step.converted, wide) if note)
    return (
        f"Lossy compression: {step.words} ({step.method}), ratio {ratio}:1{frames}, {_loss(measured)}"
        f"{notes}; lossytools {step.version}"
    )


def part_words(name: str, part: PartFidelity) -> str:
    """Return how true a part of the image stayed over all frames, in ASCII."""
    if math.isinf(part.psnr_db.worst):  # through a window an error may not show
        error = part.max_error.worst
        return f"{name}: no change shows, max error {error:g}" if error else f"{name}: no sample changed"
    psnr = f"{name} PSNR min {down(part.psnr_db.worst, 2)} mean {down(part.psnr_db.mean, 2)} dB"
    ssim = "" if part.ssim is None else f", SSIM min {down(part.ssim.worst, 4)}"
    return f"{psnr}{ssim}, max error {part.max_error.worst:g}"


def _loss(measured: Measurement) -> str:
    worst, error = measured.worst.psnr_db, measured.max_error
    if error is None:
        return "loss not measured"
    psnr = "no sample changed" if math.isinf(worst) else f"PSNR of the worst frame {down(worst, 2)} dB"
    return f"{psnr}, largest error {error} of {measured.worst.peak} grey levels"
