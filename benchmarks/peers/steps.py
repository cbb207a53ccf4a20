"""The steps that are compared: each tool with the settings its users would choose, and our own."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pydicom
from pydicom import dcmread
from pydicom.uid import JPEG2000, JPEGLSNearLossless
from sources import LOSSY, NATIVE

from lossytools import LossyToolsError, Options, __version__, decompress, transcode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lossytools.rules.definition import Severity

_SECONDS = 120
_ALLOWED = Options(
    allow_recompress=True,
    allow_larger=True,
    allow_quantitative=True,
    expand_palette=True,
    force=True,
    workers=2,
)


class Refused(Exception):
    """A tool ends with an error; the message is its own last line."""


@dataclass(frozen=True, slots=True)
class Step:
    """One way to make a file of another.

    name: tool and options. program: executable that has to be there, "" for a library. take: writes
    the second path from the first, raises Refused. sources: names of `make_sources`.
    """

    name: str
    program: str
    take: Callable[[Path, Path], None]
    sources: tuple[str, ...] = NATIVE

    @property
    def absent(self) -> bool:
        """Whether the tool is not installed."""
        return bool(self.program) and shutil.which(self.program) is None


@dataclass
class Row:
    """What came of one step. made: names of sources. refused: why, by source. broken: sources by rule.

    severities: the strongest finding of each rule.
    """

    step: Step
    made: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    broken: dict[str, list[str]] = field(default_factory=dict)
    severities: dict[str, Severity] = field(default_factory=dict)


def _run(source: Path, target: Path, *, command: tuple[str, ...]) -> None:
    try:
        done = subprocess.run(  # noqa: S603
            [*command, str(source), str(target)], capture_output=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"nothing after {_SECONDS} s") from error
    words = (done.stdout + done.stderr).decode("latin-1").replace(str(source), "SOURCE").strip()
    last = (words.splitlines() or [""])[-1]
    if done.returncode:
        raise Refused(f"exit status {done.returncode}: {last}")
    if not target.exists():
        raise Refused(f"exit status 0 and no file: {last}")


def _tool(command: str, sources: tuple[str, ...] = NATIVE) -> Step:
    words = tuple(command.split())
    return Step(command, words[0], partial(_run, command=words), sources)


def _ours(name: str, codec: str, sources: tuple[str, ...] = NATIVE) -> Step:
    def take(source: Path, target: Path) -> None:
        try:
            if codec:
                transcode(source, target, codec, _ALLOWED)
            else:
                decompress(source, target, force=True)
        except LossyToolsError as error:
            raise Refused(str(error).removeprefix(f"{source}: ")) from error

    return Step(name, "", take, sources)


def _pydicom(name: str, syntax: str, sources: tuple[str, ...] = NATIVE, **options: Any) -> Step:
    def take(source: Path, target: Path) -> None:
        image = dcmread(source)
        try:
            if syntax:
                image.compress(syntax, **options)
            else:
                image.decompress()
        except (RuntimeError, ValueError, AttributeError, NotImplementedError) as error:
            raise Refused(" ".join(str(error).split())) from error
        image.save_as(target)

    return Step(name, "", take, sources)


STEPS: tuple[Step, ...] = (
    _tool("dcmcjpeg +eb"),
    _tool("dcmcjpeg +eb +un"),
    _tool("dcmcjpeg +ee"),
    _tool("dcmcjpls +en"),
    _tool("dcmcjpls +en +un"),
    _tool("dcmdjpeg", ("jpeg",)),
    _tool("dcmdjpls", ("jpegls",)),
    _tool("gdcmconv --jpeg --lossy -q 75"),
    _tool("gdcmconv --jpegls --lossy -e 2"),
    _tool("gdcmconv --j2k --lossy -r 10 --irreversible"),
    _tool("gdcmconv --raw", tuple(LOSSY)),
    _pydicom("pydicom compress JPEG-LS, jls_error=2", JPEGLSNearLossless, jls_error=2),
    _pydicom("pydicom compress JPEG 2000, j2k_cr=[10]", JPEG2000, j2k_cr=[10]),
    _pydicom("pydicom decompress", "", tuple(LOSSY)),
    _ours("lossytools jpeg", "jpeg"),
    _ours("lossytools jpegls", "jpegls:near=2"),
    _ours("lossytools jpeg2000", "jpeg2000:ratio=10"),
    _ours("lossytools decompress", "", tuple(LOSSY)),
)


def versions() -> dict[str, str]:
    """Return name and version of each tool, "absent" where it is not installed."""
    found = {"lossytools": __version__, "pydicom": pydicom.__version__}
    for package, program in (("DCMTK", "dcmcjpeg"), ("GDCM", "gdcmconv")):
        if shutil.which(program) is None:
            found[package] = "absent"
            continue
        done = subprocess.run([program, "--version"], capture_output=True, check=False)  # noqa: S603
        number = re.search(r"\d+\.\d+\.\d+", done.stdout.decode("latin-1"))
        found[package] = number.group() if number else "of unknown version"
    return found
