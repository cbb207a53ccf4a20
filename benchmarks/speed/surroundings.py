"""Where the figures come from: processor, system, versions of everything that took part, date."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    "lossytools", "numpy", "pydicom", "imagecodecs", "pylibjpeg", "pylibjpeg-openjpeg", "pylibjpeg-rle",
    "pyjpegls", "pillow", "opencv-python-headless", "click", "rich",
)  # fmt: skip


def surroundings() -> dict[str, str]:
    """Return names and values, in the order in which they are shown."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{package: _version(package) for package in _PACKAGES},
        "codecs of imagecodecs": _codecs(),
        "DCMTK": _tool("dcmcjpeg"),
        "GDCM": _tool("gdcmconv"),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _codecs() -> str:
    """Return the versions of the libraries in imagecodecs that take part."""
    import imagecodecs  # noqa: PLC0415  slow to load, and only asked here

    found = (imagecodecs.jpeg8_version(), imagecodecs.jpegls_version(), imagecodecs.jpeg2k_version())
    return ", ".join(found)


def _tool(program: str) -> str:
    """Return the version of a program."""
    if shutil.which(program) is None:
        return "absent"
    done = subprocess.run([program, "--version"], capture_output=True, check=False)  # noqa: S603
    number = re.search(r"\d+\.\d+\.\d+", done.stdout.decode("latin-1"))
    return number.group() if number else "of unknown version"
