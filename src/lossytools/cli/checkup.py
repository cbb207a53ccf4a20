"""What doctor looks at: Python, the libraries, and versions known to do harm."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Level = Literal["fine", "note", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. level: "note" for what is worth knowing, "fail" for what would not work."""

    name: str
    value: str
    level: Level = "fine"
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """A distribution, the module it brings, and the first version that does no harm."""

    distribution: str
    module: str
    first_good: str = "0"
    harm: str = "older than the tested versions"
    extra: str = ""


LIBRARIES = (
    Library("pydicom", "pydicom", "3.0.2", "writes some values wrongly"),
    Library("numpy", "numpy", "1.26"),
    Library("imagecodecs", "imagecodecs", "2026.3.6", "older builds lack bounds this package relies on"),
    Library("pylibjpeg", "pylibjpeg", "2.1"),
    Library("pylibjpeg-openjpeg", "openjpeg", "2.5", "JPEG 2000 of 2.4 and older does not take Bits Stored"),
    Library("pylibjpeg-rle", "rle", "2.1"),
    Library("pyjpegls", "jpeg_ls", "1.5"),
    Library("pillow", "PIL", "11"),
    Library("opencv-python-headless", "cv2", "4.10"),
    Library("click", "click", "8.1"),
    Library("rich", "rich", "13.7"),
    Library("pylibjpeg-libjpeg", "libjpeg", "2.3", extra="verify"),
    Library("pyjpegxl", "pyjpegxl", "0.3", extra="verify"),
    Library("av", "av", "15", extra="video"),
    Library("pynetdicom", "pynetdicom", "3.0.4", "cannot stream objects of any size", extra="net"),
    Library("matplotlib", "matplotlib", "3.9", extra="report"),
    Library("distributed", "distributed", "2025.1", extra="dask"),
)
PARTS = (("charls", "CharLS in imagecodecs", "2.4.4"),)
"""Libraries inside of imagecodecs by its name for them, and the first version that no list of faults names.

An older one is a note and no failure: what it codes is decoded and compared, frame by frame.
"""
_PYTHON = (3, 11)


def python_check() -> Check:
    """Return the version of Python, which must be 3.11 or newer."""
    found = sys.version.split()[0]
    if sys.version_info < _PYTHON:
        return Check("Python", found, "fail", "3.11 or newer is needed")
    return Check("Python", found)


def library_checks() -> Iterator[Check]:
    """Yield what each library is; each is loaded, for a broken one looks installed."""
    for library in LIBRARIES:
        yield library_check(library)
    yield from part_checks()


def part_checks() -> Iterator[Check]:
    """Yield the version of each library inside of imagecodecs that has a known-bad one, if it can be told."""
    try:
        found = import_module("imagecodecs").version(dict)
    except Exception:  # noqa: BLE001  a broken or stripped library, of which its own check speaks
        return
    for part, name, first_good in PARTS:
        version = str(found.get(part, ""))
        if version and parts(version) < parts(first_good):
            advice = f"held to be bad before {first_good}: do not use --verify none"
            yield Check(name, version, "note", advice)
        elif version:
            yield Check(name, version)


def known_bad() -> list[Check]:
    """Return the libraries that are installed in a version known to be bad."""
    return [check for check in library_checks() if check.advice and check.value[:1].isdigit()]


def library_check(library: Library) -> Check:
    """Return the version of one library, or the words to install it."""
    try:
        found = metadata.version(library.distribution)
    except metadata.PackageNotFoundError:
        if library.extra:
            advice = f"optional: pip install 'lossytools[{library.extra}]'"
            return Check(library.distribution, "not installed", "note", advice)
        return Check(library.distribution, "missing", "fail", f"pip install {library.distribution}")
    try:
        import_module(library.module)
    except Exception as error:  # noqa: BLE001  a broken library may raise anything while it loads
        reason = f"{type(error).__name__}: {error}; pip install --force-reinstall {library.distribution}"
        return Check(library.distribution, f"{found}, broken", "fail", reason)
    if parts(found) < parts(library.first_good):
        advice = f"{library.harm}: pip install '{library.distribution}>={library.first_good}'"
        return Check(library.distribution, found, "fail", advice)
    return Check(library.distribution, found)


def parts(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, to compare by.

    >>> parts("2026.3.6") < parts("2026.12.1"), parts("3.0.2rc1")
    (True, (3, 0, 2))
    """
    leading = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, leading.group().split("."))) if leading else ()
