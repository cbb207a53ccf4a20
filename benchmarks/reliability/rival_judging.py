"""What became of an archive, object by object, judged without lossytools."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom import dcmread

from reliability.judging import why_undecodable
from reliability.judging_references import false_references, instance_uids

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom.dataset import Dataset

_LOSSY = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}  # JPEG Baseline and Extended
_FLAG, _RATIOS, _METHODS = (
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
)


@dataclass(slots=True)
class Verdict:
    """Counts of objects, except references and bytes.

    missing: sources without an output. undecodable: outputs that do not parse, or hold a frame that does not
    decode. lossy: images with loss, before or now. lost: images with other pixels than their source.
    unflagged: lossy ones that do not say 01. unrecorded: those that lack method or ratio. same_uid: lost
    ones under the UID of their source. again: lost ones that were lossy before. forgotten: those of them
    whose lists did not grow by one entry. dangling: references. bytes_before, bytes_after: of the sources of
    lost ones, and of those. written: bytes of all outputs.
    """

    sources: int = 0
    missing: int = 0
    undecodable: int = 0
    lossy: int = 0
    lost: int = 0
    unflagged: int = 0
    unrecorded: int = 0
    same_uid: int = 0
    again: int = 0
    forgotten: int = 0
    dangling: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    written: int = 0

    @property
    def out(self) -> int:
        """How many sources have an output."""
        return self.sources - self.missing


def judge(source: Path, results: Path) -> Verdict:
    """Compare every object below `source` with the one at the same path below `results`."""
    verdict = Verdict()
    for path in files_of(source):
        verdict.sources += 1
        target = results / path.relative_to(source)
        if target.is_file():
            _compare(verdict, path, target)
        else:
            verdict.missing += 1
    if not verdict.undecodable:  # references of what does not parse cannot be followed
        verdict.dangling = len(false_references(results, instance_uids(source)))
    return verdict


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _compare(verdict: Verdict, path: Path, target: Path) -> None:
    verdict.written += target.stat().st_size
    if why_undecodable(target):
        verdict.undecodable += 1
        return
    before, after = dcmread(path), dcmread(target)
    if "PixelData" not in before:
        return
    lost, was_lossy = has_lost(before, after), before.get(_FLAG) == "01"
    if lost or was_lossy or after.file_meta.TransferSyntaxUID in _LOSSY:
        verdict.lossy += 1
        verdict.unflagged += after.get(_FLAG) != "01"
        verdict.unrecorded += not (_list(after, _METHODS) and _list(after, _RATIOS))
    if not lost:
        return
    verdict.lost += 1
    verdict.bytes_before += path.stat().st_size
    verdict.bytes_after += target.stat().st_size
    verdict.same_uid += after.SOPInstanceUID == before.SOPInstanceUID
    verdict.again += was_lossy
    verdict.forgotten += was_lossy and not keeps_history(before, after)


def has_lost(before: Dataset, after: Dataset) -> bool:
    """Return whether an image has other pixels than its source; colour is compared as RGB."""
    if before.PixelData == after.PixelData:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return not np.array_equal(before.pixel_array, after.pixel_array)


def keeps_history(before: Dataset, after: Dataset) -> bool:
    """Return whether methods and ratios are those of the source and one more."""
    kept = []
    for keyword in (_METHODS, _RATIOS):
        old, new = _list(before, keyword), _list(after, keyword)
        kept.append(len(new) == len(old) + 1 and new[: len(old)] == old)
    return all(kept)


def _list(dataset: Dataset, keyword: str) -> list[Any]:
    """Return the values of an attribute."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return []
    return [value] if isinstance(value, (str, float)) else list(value)
