"""References of objects, judged without lossytools: which lead nowhere, which to the object itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.datadict import tag_for_keyword

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom.dataset import Dataset

_REFERENCED, _UIDREF = 0x00081155, 0x0040A124
_ORIGINAL_ATTRIBUTES = 0x04000561
_SOURCE_IMAGES = 0x00082112
_PREDECESSOR = {"121320", "121330"}  # CID 7202: what this object is a lossy version of
# Common Instance Reference (PS3.3 C.12.2), and the evidence of the source (C.8.13.2.1.2): they list it again.
_LISTS = {0x00081115, 0x00081200, tag_for_keyword("SourceImageEvidenceSequence")}


def instance_uids(folder: Path) -> set[str]:
    """Return the SOP Instance UIDs of the objects below `folder`."""
    return {str(dataset.SOPInstanceUID) for _, dataset in _headers(folder)}


def false_references(folder: Path, source_uids: set[str]) -> list[str]:
    """Return in words the dangling references and those to the object itself.

    source_uids: of the archive; a reference to something that was never in it is not judged.
    """
    objects = list(_headers(folder))
    here = {str(dataset.SOPInstanceUID) for _, dataset in objects}
    gone = source_uids - here
    found = []
    for path, dataset in objects:
        name, own = path.relative_to(folder), str(dataset.SOPInstanceUID)
        for uid, place in _judged(dataset):
            if uid == own:
                found.append(f"{name}: refers to itself at {place}")
            elif uid in gone:
                found.append(f"{name}: dangling reference to {uid} at {place}")
    return found


def count_references(folder: Path) -> int:
    """Return how many references the objects below `folder` hold."""
    return sum(len(list(references(dataset))) for _, dataset in _headers(folder))


def _headers(folder: Path) -> Iterator[tuple[Path, Dataset]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, dcmread(path, stop_before_pixels=True)


def _judged(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Yield the references that have to lead somewhere: not those to the object's own predecessor."""
    predecessors = {uid for uid, _, place in _walk(dataset, (), "") if place == "predecessor"}
    for uid, tags, place in _walk(dataset, (), ""):
        listed = bool(tags) and tags[0] in _LISTS and uid in predecessors
        if place != "predecessor" and not listed:
            yield uid, _words(tags)


def references(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Yield UID and place of every reference, at any depth; Original Attributes are history, and left out."""
    for uid, tags, _ in _walk(dataset, (), ""):
        yield uid, _words(tags)


def _walk(dataset: Dataset, above: tuple[int, ...], place: str) -> Iterator[tuple[str, tuple[int, ...], str]]:
    for element in dataset:
        tags = (*above, int(element.tag))
        if element.tag in (_REFERENCED, _UIDREF) and element.value:
            yield str(element.value), tags, place
        if element.VR == "SQ" and element.tag != _ORIGINAL_ATTRIBUTES:
            for item in element.value:
                names_own = element.tag == _SOURCE_IMAGES and not above and _is_predecessor(item)
                yield from _walk(item, tags, "predecessor" if names_own else place)


def _is_predecessor(item: Dataset) -> bool:
    codes = item.get("PurposeOfReferenceCodeSequence") or []
    return any(code.get("CodeValue") in _PREDECESSOR for code in codes)


def _words(tags: tuple[int, ...]) -> str:
    return " > ".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in tags)
