"""The record of a derived object as a reader would want to see it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from lossytools.history import read_history, stored_values
from lossytools.report.summary import aligned
from lossytools.standard.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydicom.dataset import Dataset

_WIDTH = 72


def record_text(image: Dataset) -> str:
    """Return flag, history, identity, derivation, sources and equipment; nothing of a patient or study."""
    return aligned(
        [
            ("SOP Instance UID", str(image.get("SOPInstanceUID", ""))),
            ("Image Type", "\\".join(stored_values(image, "ImageType"))),
            ("Lossy Image Compression", "\\".join(stored_values(image, "LossyImageCompression")) or "absent"),
            ("Method and Ratio", list(_steps(image)) or "none"),
            ("Derivation Description", _wrapped(str(image.get("DerivationDescription", "")))),
            ("Derivation Codes", list(map(_code, _items(image, "DerivationCodeSequence"))) or "none"),
            ("Source Images", list(_sources(image)) or "none"),
            ("Contributing Equipment", list(_equipment(image)) or "none"),
        ]
    )


def _steps(image: Dataset) -> Iterator[str]:
    """Yield methods and ratios as the pairs they are."""
    for number, step in enumerate(read_history(image), start=1):
        ratio = f"{step.ratio}:1" if step.ratio else "ratio unknown"
        meaning = METHODS.get(step.method, "")
        yield f"{number}. {step.method or 'method unknown':13} {ratio:12} {meaning}".rstrip()


def _sources(image: Dataset) -> Iterator[str]:
    for number, item in enumerate(_items(image, "SourceImageSequence"), start=1):
        yield f"{number}. {item.get('ReferencedSOPInstanceUID', '')}"
        purposes = ", ".join(map(_code, _items(item, "PurposeOfReferenceCodeSequence")))
        yield f"   {purposes or 'no purpose given'}"


def _equipment(image: Dataset) -> Iterator[str]:
    for number, item in enumerate(_items(image, "ContributingEquipmentSequence"), start=1):
        purposes = ", ".join(map(_code, _items(item, "PurposeOfReferenceCodeSequence")))
        name = f"{item.get('ManufacturerModelName', '')} {item.get('SoftwareVersions', '')}".strip()
        yield f"{number}. {name}, {purposes}"
        yield f"   {item.get('ContributionDateTime', '')}: {item.get('ContributionDescription', '')}"


def _code(item: Any) -> str:
    words = (str(item.get(k, "")) for k in ("CodeValue", "CodingSchemeDesignator", "CodeMeaning"))
    return "({}, {}, {})".format(*words)


def _items(image: Any, keyword: str) -> list[Any]:
    return list(image.get(keyword) or [])


def _wrapped(text: str) -> list[str]:
    """Return the lines of a text; the sentence of an earlier step, in its brackets, begins a line."""
    return [
        line for part in text.replace(" [", "\n[").splitlines() for line in textwrap.wrap(part, _WIDTH)
    ] or [""]
