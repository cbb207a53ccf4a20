"""R9: an archive of damaged files: flipped, inserted, removed and cut-off bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread

from reliability import documents, images
from reliability.archive import write
from reliability.judging import digests, why_undecodable
from reliability.ledger_rows import rows_of, unfinished
from reliability.migration import DONE, SOME_FAILED
from reliability.naming import STUDIES_OF_A_PATIENT, US_STILL, Named
from reliability.workplace import Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydicom.dataset import Dataset

    from reliability.migration import Migration
    from reliability.workplace import Workplace

    Mutation = Callable[[bytes, np.random.Generator], bytes]

_SEED = 19930101
_SIZE = (24, 32)  # rows, columns
_A_FOLDER = 100  # files
_HEADER = 2048  # bytes, where most of what can be misread lies
_FLIPS, _INSERTED, _REMOVED = 8, 64, 4096
_DIED = re.compile(r"signal \d+|SIG[A-Z]+")


def migrate_mutants(workplace: Workplace) -> Result:
    """Migrate objects of which every one is damaged, and look at what is published of them."""
    count = workplace.choose(2000, 100)
    migration = workplace.migration("mutants", workplace.folder / "mutated")
    make_mutants(migration.source, count)
    planned = migration.plan()
    if planned.status not in {DONE, SOME_FAILED}:
        return Result("R9", "Damaged inputs", count, [f"plan ended with {planned.told}"])
    done = migration.run()
    violations = [] if done.status in {DONE, SOME_FAILED} else [f"run ended with {done.told}"]
    violations += [f"a traceback: {each.told}" for each in (planned, done) if "Traceback" in each.stderr]
    violations += _without_outcome(migration)
    violations += published_damage(migration)
    died = [row for row in rows_of(migration.ledger) if _DIED.search(row.says)]
    stand = sum(row.stands for row in rows_of(migration.ledger))
    note = f"{stand} published, {len(died)} killed a worker"
    return Result("R9", "Damaged inputs", count, violations, note)


def make_mutants(folder: Path, count: int) -> None:
    """Write objects, each damaged once, each in a study of its own so that it holds nothing else back."""
    rng = np.random.default_rng(_SEED)
    for number in range(count):
        dataset = _MAKERS[number % len(_MAKERS)](STUDIES_OF_A_PATIENT * number)
        path = folder / f"{number // _A_FOLDER:03}" / f"{number:05}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(dataset, path)
        mutation = _MUTATIONS[int(rng.integers(len(_MUTATIONS)))]
        path.write_bytes(mutation(path.read_bytes(), rng))


def _absent(study: int) -> list[Named]:
    """Return objects to refer to that are not in the archive."""
    return [Named(study, "absent", index, US_STILL) for index in range(3)]


_MAKERS: tuple[Callable[[int], Dataset], ...] = (
    lambda study: images.make_cine(study, 0, _SIZE, 3),
    lambda study: images.make_still(study, 0, _SIZE),
    lambda study: images.make_grey(study, 0, _SIZE),
    lambda study: images.make_jpeg(study, 0, _SIZE),
    lambda study: images.make_capture(study, 1, _SIZE, _absent(study)),
    lambda study: documents.make_report(study, 0, _absent(study)),
    lambda study: documents.make_key_objects(study, 0, _absent(study)),
    lambda study: documents.make_presentation_state(study, 0, _absent(study)),
)


def _place(data: bytes, rng: np.random.Generator) -> int:
    """Return where to damage: half of the times in the header, behind the prefix."""
    first = 132
    end = len(data) if rng.random() < 0.5 else min(_HEADER, len(data))  # noqa: PLR2004  half
    return int(rng.integers(min(first, end - 1), end))


def _flip(data: bytes, rng: np.random.Generator) -> bytes:
    changed = bytearray(data)
    for _ in range(int(rng.integers(1, _FLIPS + 1))):
        changed[_place(data, rng)] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def _insert(data: bytes, rng: np.random.Generator) -> bytes:
    at = _place(data, rng)
    return data[:at] + rng.bytes(int(rng.integers(1, _INSERTED))) + data[at:]


def _remove(data: bytes, rng: np.random.Generator) -> bytes:
    at = _place(data, rng)
    return data[:at] + data[at + int(rng.integers(1, _REMOVED)) :]


def _cut(data: bytes, rng: np.random.Generator) -> bytes:
    return data[: int(rng.integers(len(data)))]


def _overwrite(data: bytes, rng: np.random.Generator) -> bytes:
    at, length = _place(data, rng), int(rng.integers(1, _INSERTED))
    return data[:at] + rng.bytes(length) + data[at + length :]


_MUTATIONS: tuple[Mutation, ...] = (_flip, _insert, _cut, _remove, _flip, _overwrite)


def _without_outcome(migration: Migration) -> list[str]:
    rows = rows_of(migration.ledger)
    missing = set(digests(migration.source)) - {row.path for row in rows}
    return [*unfinished(rows), *(f"{path} is not in the ledger" for path in sorted(missing))]


def published_damage(migration: Migration) -> list[str]:
    """Return in words which outputs do not decode, or are copies of sources with too few pixels."""
    data, found = migration.destination / "data", []
    for row in rows_of(migration.ledger):
        if row.stands:
            words = why_undecodable(data / row.path) or _too_short(migration.source / row.path)
            found += [f"{row.path} ({row.action}): {words}"] if words else []
    return found


def _too_short(source: Path) -> str:
    """Return why the native pixel data of a source are truncated, "" where they are not."""
    dataset = dcmread(source)
    syntax = dataset.file_meta.TransferSyntaxUID
    if "PixelData" not in dataset or not syntax.is_transfer_syntax or syntax.is_encapsulated:
        return ""
    wanted = int(dataset.Rows) * int(dataset.Columns) * int(dataset.SamplesPerPixel)
    wanted *= int(dataset.get("NumberOfFrames") or 1) * int(dataset.BitsAllocated) // 8
    held = len(dataset.PixelData)
    return f"its source holds {held} of {wanted} bytes of pixels" if held < wanted else ""
