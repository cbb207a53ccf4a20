"""Who takes part: our command, our Python API, other tools, and the codec alone."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, get_args

from pydicom.uid import JPEG2000, JPEGLSNearLossless

from lossytools import CodecSettingError, parse_codec
from lossytools.pipeline.options import Verify

if TYPE_CHECKING:
    from collections.abc import Sequence

    Pairs = Sequence[tuple[Path, Path]]

_INSIDE = Path(__file__).with_name("inside.py")
_OURS = (sys.executable, "-m", "lossytools")
_ALLOW = ("--allow-recompress", "--allow-larger", "--allow-quantitative", "--force")


class Contestant(Protocol):
    """One way to make files of others.

    name: as tables show it. ours: whether lossytools does the work. inside: time is taken in the process,
    without its start. record: whether DICOM files come out. ratio: what an encoder of JPEG 2000 is asked for
    first, 0 where nothing has to be searched for equal PSNR.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def ours(self) -> bool: ...  # noqa: D102
    @property
    def inside(self) -> bool: ...  # noqa: D102
    @property
    def record(self) -> bool: ...  # noqa: D102
    @property
    def ratio(self) -> float: ...  # noqa: D102
    @property
    def absent(self) -> str:
        """Why it cannot take part, "" where it can."""

    def commands(self, pairs: Pairs, ratio: float) -> list[list[str]]:
        """Return what to run, one command after the other."""


@dataclass(frozen=True)
class Process:
    """A program, started once for each file. words: with IN, OUT and RATIO for what changes."""

    name: str
    words: tuple[str, ...]
    ratio: float = 0
    record: bool = True
    inside: bool = False

    @property
    def ours(self) -> bool:
        """Whether it is our own command."""
        return self.words[0] == sys.executable

    @cached_property
    def absent(self) -> str:
        """Why it cannot take part, "" where it can."""
        return "" if shutil.which(self.words[0]) else "not installed"

    def commands(self, pairs: Pairs, ratio: float) -> list[list[str]]:
        """Return one command for each file."""
        found = []
        for source, target in pairs:
            put = {"IN": str(source), "OUT": str(target), "RATIO": f"{ratio:.4f}"}
            found.append([put.get(word, word) for word in self.words])
        return found


@dataclass(frozen=True)
class Inside:
    """A piece of work in one process of Python. settings: what `inside.py` is asked; RATIO is put in."""

    name: str
    settings: dict[str, Any] = field(hash=False)
    ratio: float = 0
    inside: bool = True

    @property
    def ours(self) -> bool:
        """Whether it is our own API."""
        return bool(self.settings["action"] == "ours")

    @property
    def record(self) -> bool:
        """Whether it writes DICOM files."""
        return self.settings["action"] in {"ours", "pydicom"}

    @property
    def absent(self) -> str:
        """Why it cannot take part, "" where it can."""
        if not self.ours:
            return ""
        try:
            parse_codec(self.settings["codec"])
        except CodecSettingError:
            return "no such codec yet"
        wanted = self.settings["verify"]
        return "" if wanted in get_args(Verify) else f"no verify {wanted} yet"

    def commands(self, pairs: Pairs, ratio: float) -> list[list[str]]:
        """Return one command for all files."""
        put = {key: [ratio] if value == "RATIO" else value for key, value in self.settings.items()}
        asked = {**put, "pairs": [(str(source), str(target)) for source, target in pairs]}
        return [[sys.executable, str(_INSIDE), json.dumps(asked)]]


def ours(codec: str) -> Process:
    """Return our command, start-up and verification included."""
    return Process("lossytools", (*_OURS, "transcode", "-c", codec, *_ALLOW, "IN", "OUT"))


def api(codec: str, verify: str = "first") -> Inside:
    """Return our Python API."""
    words = (
        ["lossytools API"]
        + [f"verify {verify}"] * (verify != "first")
        + ["htj2k"] * codec.startswith("htj2k")
    )
    return Inside(", ".join(words), {"action": "ours", "codec": codec, "verify": verify})


def bare(codec: str, *, decode: bool = False, sync: bool = False) -> Inside:
    """Return the codec alone."""
    name = "bare codec" + ", decoded" * decode + ", synced" * sync
    return Inside(name, {"action": "bare", "codec": codec, "decode": decode, "sync": sync})


HELP = Process("lossytools --help", (*_OURS, "--help"), record=False)
MEASURING = Inside("measure_frame", {"action": "measuring", "frames": 1000})
# Our quality 90 without subsampling; the tool makes Huffman tables of its own for every frame unless -ho.
DCMCJPEG = Process("dcmcjpeg", ("dcmcjpeg", "+eb", "+q", "90", "+s4", "IN", "OUT"))
DCMCJPEG_STANDARD = Process("dcmcjpeg -ho", ("dcmcjpeg", "+eb", "+q", "90", "+s4", "-ho", "IN", "OUT"))
DCMCJPLS = Process("dcmcjpls", ("dcmcjpls", "+en", "+md", "2", "IN", "OUT"))
GDCM_JPEG = Process("gdcmconv --jpeg", ("gdcmconv", "--jpeg", "--lossy", "-q", "90", "IN", "OUT"))
GDCM_JPEGLS = Process("gdcmconv --jpegls", ("gdcmconv", "--jpegls", "--lossy", "-e", "2", "IN", "OUT"))
GDCM_J2K = Process(
    "gdcmconv --j2k", ("gdcmconv", "--j2k", "--lossy", "--irreversible", "-r", "RATIO", "IN", "OUT"), ratio=20
)
PYDICOM_JPEGLS = Inside(
    "pydicom compress", {"action": "pydicom", "syntax": JPEGLSNearLossless, "jls_error": 2}
)
PYDICOM_J2K = Inside(
    "pydicom compress", {"action": "pydicom", "syntax": JPEG2000, "j2k_cr": "RATIO"}, ratio=20
)
