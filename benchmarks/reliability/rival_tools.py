"""The contestants: each with the command its users would give, and the folder where its results stand."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reliability import rival_orthanc
from reliability.migration import DONE, WORKERS, Migration
from reliability.workplace import expect

if TYPE_CHECKING:
    from collections.abc import Callable

QUALITY = 90
OUT = "out"
_RECIPE = f"""version = 1
[[rule]]
name = "ultrasound"
where = {{ Modality = "US" }}
action = "transcode"
codec = "jpeg:quality={QUALITY}"
"""
_PARALLEL = (
    'set -o pipefail; cd "$0" && find . -type f -print0'
    f" | parallel -0 -j{WORKERS} 'mkdir -p {{dest}}/{{{{//}}}} && {{tool}} {{{{}}}} {{dest}}/{{{{}}}}'"
)
_ORTHANC = str(Path(rival_orthanc.__file__))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One conversion of an archive, ready to start.

    command: the timed one; what it writes lies below OUT of its folder. results: where objects stand under
    the paths of their sources. fetch: a command that fills `results` afterwards, and salvage: one that does
    so after a kill. ready: what it says once it really begins, "" where that is at once.
    """

    command: list[str]
    results: Path
    fetch: list[str] = field(default_factory=list)
    salvage: list[str] = field(default_factory=list)
    ready: str = ""


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to convert an archive. prepare: makes an attempt of source and an empty folder of its own.

    index: bytes that it needs beside the objects.
    """

    name: str
    programs: tuple[str, ...]
    prepare: Callable[[Path, Path], Attempt]
    index: int = 0

    @property
    def absent(self) -> str:
        """What is not installed, "" where all is."""
        return ", ".join(program for program in self.programs if _find(program) is None)


def _find(program: str) -> str | None:
    return rival_orthanc.PROGRAM if program == "Orthanc" else shutil.which(program)


def _parallel(tool: str) -> Rival:
    """Return a tool that is started for every file, as many at once as `migrate` has workers."""

    def prepare(source: Path, place: Path) -> Attempt:
        results = place / OUT / "results"
        script = _PARALLEL.format(tool=tool, dest=results)
        return Attempt(["bash", "-c", script, str(source)], results)

    return Rival(tool, ("bash", "find", "parallel", tool.split(maxsplit=1)[0]), prepare)


def _orthanc(source: Path, place: Path) -> Attempt:
    results = place / "results"
    words = [sys.executable, _ORTHANC]
    fetch = [*words, "download", str(place), str(results)]
    command = [*words, "post", str(source), str(place)]
    return Attempt(command, results, fetch, [*fetch, "--all"], rival_orthanc.READY)


def migration_of(source: Path, place: Path) -> Migration:
    """Return a planned migration of an archive; everything of modality US becomes JPEG."""
    recipe = place / "recipe.toml"
    recipe.write_text(_RECIPE, encoding="utf-8")
    migration = Migration(source, recipe, place / "job.ledger", place / OUT / "destination")
    expect(migration.plan(), "plan", DONE)
    return migration


def _migrate(source: Path, place: Path) -> Attempt:
    migration = migration_of(source, place)
    return Attempt(migration.run_command(), migration.destination / "data")


DCMCJPEG = _parallel(f"dcmcjpeg +eb +q {QUALITY}")
PLAIN = _parallel(f"dcmcjpeg +eb -ho +q {QUALITY}")  # standard Huffman tables, as those of migrate
RIVALS = (
    Rival("lossytools migrate", (), _migrate),
    DCMCJPEG,
    _parallel(f"dcmcjpeg +eb +un +q {QUALITY}"),
    _parallel(f"gdcmconv --jpeg --lossy -q {QUALITY}"),
    Rival("Orthanc", ("Orthanc",), _orthanc, 1 << 20),
)
