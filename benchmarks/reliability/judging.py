"""What lies in a destination, judged without lossytools: bytes, frames, UIDs, the manifest."""

from __future__ import annotations

import hashlib
import subprocess
import warnings
from collections import Counter
from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.errors import InvalidDicomError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pydicom.dataset import Dataset

DATA = "data"
MANIFEST = "manifest-sha256.txt"
_PIXELS = (0x7FE00010, 0x7FE00008, 0x7FE00009)
_SECONDS = 120


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below `folder`, by its path there; links are files of their own."""
    return {path.relative_to(folder).as_posix(): _digest(path) for path in _files(folder)}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file())


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bag_digests(destination: Path) -> dict[str, str]:
    """Return the digests of a destination, data and tag files, without what is being made in it."""
    found = digests(destination) if destination.is_dir() else {}
    return {path: digest for path, digest in found.items() if not path.startswith(".lossytools")}


def differences(found: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Return in words what is missing, too much or other than it should be."""
    missing = [f"{path} is missing" for path in sorted(wanted.keys() - found.keys())]
    extra = [f"{path} should not be there" for path in sorted(found.keys() - wanted.keys())]
    both = sorted(found.keys() & wanted.keys())
    return [*missing, *extra, *(f"{path} has other bytes" for path in both if found[path] != wanted[path])]


def partial_files(destination: Path, wanted: Mapping[str, str]) -> list[str]:
    """Return in words which files of DEST/data are not those of a whole run, byte for byte."""
    data = destination / DATA
    found = {f"{DATA}/{path}": digest for path, digest in digests(data).items()} if data.is_dir() else {}
    return [words for words in differences(found, wanted) if "is missing" not in words]


def undecodable(folder: Path) -> list[str]:
    """Return in words which files below `folder` do not parse, or hold a frame that does not decode."""
    found = []
    for path in _files(folder):
        words = why_undecodable(path)
        if words:
            found.append(f"{path.relative_to(folder)}: {words}")
    return found


def why_undecodable(path: Path) -> str:
    """Return why a file is no whole object, "" where every frame decodes or there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = dcmread(path)
            if any(tag in dataset for tag in _PIXELS) and _is_known(dataset):
                _ = dataset.pixel_array
            else:
                _walk(dataset)
        except InvalidDicomError:
            return "is not DICOM"
        except Exception as error:  # noqa: BLE001  whatever a decoder raises, the frame does not decode
            return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return ""


def _is_known(dataset: Dataset) -> bool:
    """Return whether pydicom knows the transfer syntax; frames in another one it cannot judge."""
    syntax = dataset.file_meta.TransferSyntaxUID
    return bool(syntax.name != syntax and syntax.is_transfer_syntax)


def _walk(dataset: Dataset) -> None:
    """Open every sequence; a value that is none of its VR is not damage, an item that is no item is."""
    for tag in list(dataset.keys()):
        if dataset.get_item(tag).VR == "SQ" or (dictionary_has_tag(tag) and dictionary_VR(tag) == "SQ"):
            for item in dataset[tag].value:
                _walk(item)


def repeated_uids(folder: Path) -> list[str]:
    """Return in words which SOP Instance UIDs stand in more than one file below `folder`."""
    uids = Counter(
        str(dcmread(path, specific_tags=["SOPInstanceUID"]).SOPInstanceUID) for path in _files(folder)
    )
    return [f"SOP Instance UID {uid} stands in {times} files" for uid, times in uids.items() if times > 1]


def manifest_faults(destination: Path) -> list[str]:
    """Return what `sha256sum -c` says against the manifest, and files in data that it does not list."""
    if not (destination / MANIFEST).is_file():
        return [f"there is no {MANIFEST}"]
    command = ["sha256sum", "--check", "--strict", "--quiet", MANIFEST]  # of GNU coreutils
    done = subprocess.run(  # noqa: S603
        command, cwd=destination, capture_output=True, text=True, check=False, timeout=_SECONDS
    )
    said = (done.stdout + done.stderr).strip().splitlines()
    faults = [f"sha256sum: {line}" for line in said] if done.returncode else []
    listed = set(manifest_lines(destination))
    there = {f"{DATA}/{path}" for path in digests(destination / DATA)}
    return [
        *faults,
        *(f"{path} is not in the manifest" for path in sorted(there - listed)),
        *(f"{path} is in the manifest alone" for path in sorted(listed - there)),
    ]


def manifest_lines(destination: Path) -> dict[str, str]:
    """Return paths and digests of the manifest (RFC 8493 section 2.1.3), names as `sha256sum` reads them."""
    text = (destination / MANIFEST).read_text(encoding="utf-8", errors="surrogateescape")
    lines = text.split("\n")  # other line ends may stand in a name
    pairs = (line.split("  ", maxsplit=1) for line in lines if line)
    return {path: digest for digest, path in pairs}
