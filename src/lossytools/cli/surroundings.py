"""What doctor sees around it: processors, limits, the current folder's file system, room for temporaries."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.cli.checkup import Check
from lossytools.dicomio.file_systems import file_system

if TYPE_CHECKING:
    from collections.abc import Iterator

_FEW_FILES = 64
_LITTLE_MEMORY = 1 << 30  # bytes of address space; Python, NumPy and the codecs take half of it
_LITTLE_DISK = 100 << 20  # bytes


def look_around(folder: Path) -> Iterator[Check]:
    """Yield what results written to `folder` would meet."""
    from lossytools.pipeline.window import processors  # noqa: PLC0415  loads pydicom and NumPy

    yield Check("processors", str(processors()))
    yield from limit_checks()
    yield Check("file system here", file_system(folder))
    yield space_check("free space here", folder)
    yield link_check(folder)
    yield temporary_check()


def limit_checks() -> Iterator[Check]:
    """Yield the limits on open files and address space, where the system has such."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on Windows

    for name, number, enough in (
        ("open files", resource.RLIMIT_NOFILE, _FEW_FILES),
        ("address space", resource.RLIMIT_AS, _LITTLE_MEMORY),
    ):
        soft = resource.getrlimit(number)[0]
        if soft == resource.RLIM_INFINITY:
            yield Check(name, "no limit")
        elif soft < enough:
            yield Check(name, f"{soft:,}", "fail", f"raise it with ulimit to {enough:,} or more")
        else:
            yield Check(name, f"{soft:,}")


def space_check(name: str, folder: Path) -> Check:
    """Return how much room is left."""
    free = shutil.disk_usage(folder).free
    value = f"{free / 1e9:.1f} GB"
    return Check(name, value, "note", "results may not fit") if free < _LITTLE_DISK else Check(name, value)


def link_check(folder: Path) -> Check:
    """Return whether a file can be published here by linking, which never replaces another."""
    name = "publishing here"
    try:
        with tempfile.TemporaryDirectory(prefix=".lossytools-doctor-", dir=folder) as spare:
            first = Path(spare, "a")
            first.touch()
            os.link(first, Path(spare, "b"))
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EROFS}:
            return Check(name, "not writable", "note", "targets must lie in another folder")
        return Check(name, "by renaming", "note", "no hard links here: do not let two jobs write one target")
    return Check(name, "by hard links")


def temporary_check() -> Check:
    """Return the folder of temporaries, which reading deflated files needs."""
    try:
        folder = tempfile.gettempdir()
        with tempfile.TemporaryFile():
            pass
    except OSError as error:
        return Check("temporary folder", "none", "fail", f"{error.strerror}: set TMPDIR to a writable folder")
    return Check("temporary folder", f"{folder}, {shutil.disk_usage(folder).free / 1e9:.1f} GB free")
