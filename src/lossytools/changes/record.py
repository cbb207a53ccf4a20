"""The record of a lossy step: flag, history, Image Type, derivation (PS3.3 section C.7.6.1.1.5)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement

from lossytools.changes.change import Change, Item, append, remove
from lossytools.history import append as append_step
from lossytools.history import format_ratio, methods_of, ratios_of
from lossytools.standard.codes import LOSSY_COMPRESSION, LOSSY_PREDECESSOR, UNCOMPRESSED_PREDECESSOR, Code
from lossytools.values import LossyStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

    from lossytools.changes.step import Step

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
    yield Change("DerivationDescription", describe(image, step), f"{_LOSSY} Notes: says method and ratio")
    yield append(
        "DerivationCodeSequence",
        code_item(LOSSY_COMPRESSION),
        "PS3.3 C.12.4.1.1: items in the order of the derivation steps",
    )
    yield append(
        "SourceImageSequence", _source_item(image, step), "PS3.3 C.12.4.1.2: the image this one comes from"
    )
    yield from _common_references(image)


def code_item(code: Code) -> Item:
    """Return the item of a code sequence (PS3.3 section 8.8)."""
    return (("CodeValue", code.value), ("CodingSchemeDesignator", code.scheme), ("CodeMeaning", code.meaning))


def _image_type(image: Dataset) -> tuple[str, ...]:
    """Return Image Type with value 1 DERIVED; where there was none, an image made after the examination."""
    old = image.get("ImageType") or []
    values = [old] if isinstance(old, str) else list(old)
    return ("DERIVED", *(str(v) for v in values[1:])) if len(values) > 1 else ("DERIVED", "SECONDARY")


def _reference(image: Dataset) -> Item:
    return (
        ("ReferencedSOPClassUID", str(image.SOPClassUID)),
        ("ReferencedSOPInstanceUID", str(image.SOPInstanceUID)),
    )


def _source_item(image: Dataset, step: Step) -> Item:
    purpose = LOSSY_PREDECESSOR if step.source_lossy else UNCOMPRESSED_PREDECESSOR
    return (
        *_reference(image),
        ("SpatialLocationsPreserved", "YES"),
        ("PurposeOfReferenceCodeSequence", code_item(purpose)),
    )


def _common_references(image: Dataset) -> Iterator[Change]:
    """Yield the source among the references of the Common Instance Reference Module, where there is one."""
    because = "PS3.3 C.12.2: lists every instance of this study that is referenced"
    series = str(image.get("SeriesInstanceUID", ""))
    if "ReferencedSeriesSequence" not in image or not series:
        return
    for number, item in enumerate(image.ReferencedSeriesSequence):
        if item.get("SeriesInstanceUID") == series:
            path = f"ReferencedSeriesSequence[{number}].ReferencedInstanceSequence"
            yield append(path, _reference(image), because)
            return
    entry: Item = (("SeriesInstanceUID", series), ("ReferencedInstanceSequence", _reference(image)))
    yield append("ReferencedSeriesSequence", entry, because)


def describe(image: Dataset, step: Step) -> str | bytes:
    """Return Derivation Description: this step first, what stood there behind it in brackets.

    The new text is ASCII, right in any Specific Character Set; old text that is not ASCII keeps its own
    bytes. It is cut at its end where both are longer than 1024 characters.
    """
    new = _sentence(step)
    element = image.get_item("DerivationDescription") if "DerivationDescription" in image else None
    raw = (element.value or b"").rstrip(b" \0") if isinstance(element, RawDataElement) else b""
    if (not raw.isascii() or b"\x1b" in raw) and len(new) + len(raw) + 3 <= _DESCRIPTION_LIMIT:
        return new.encode() + b" [" + raw + b"]"
    old = str(image.get("DerivationDescription") or "").rstrip(" \0")
    if not old:
        return new
    text = f"{new} [{old}]"
    return text if len(text) <= _DESCRIPTION_LIMIT else text[: _DESCRIPTION_LIMIT - 4] + "...]"


def _sentence(step: Step) -> str:
    measured = step.measurement
    ratio = format_ratio(measured.native_bytes, measured.stream_bytes)
    frames = f" over {measured.frames} frames" if measured.frames > 1 else ""
    worst = measured.worst.psnr_db
    loss = "no sample changed" if math.isinf(worst) else f"PSNR of the worst frame {worst:.2f} dB"
    wide = (
        f"ratio counts {step.declared.bits_allocated} bits a sample"
        if step.declared.bits_stored != step.declared.bits_allocated
        else ""
    )
    notes = "".join(f"; {note}" for note in (step.converted, wide) if note)
    return (
        f"Lossy compression: {step.words} ({step.method}), ratio {ratio}:1{frames}, {loss}, largest error"
        f" {measured.max_error} of {measured.worst.peak} grey levels{notes}; lossytools {step.version}"
    )
