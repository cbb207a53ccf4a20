"""Plan a migration: look at every file, decide what becomes of it, and what has to be finished together.

Nothing is written but the ledger, and that stands at its path once the plan is whole.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.batch.conflicts import settle_conflicts, settle_names
from lossytools.batch.grouping import group_studies
from lossytools.batch.paths import relative_files, stored
from lossytools.batch.reasons import words_for
from lossytools.batch.scanning import ScanTask, lose_scan, scan
from lossytools.codecs import parse_codec
from lossytools.errors import LedgerError, UnreadableSource
from lossytools.pipeline.window import processors
from lossytools.pipeline.workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from lossytools.batch.ledger import Ledger
    from lossytools.batch.recipe import Recipe
    from lossytools.batch.scanning import Scanned

_AT_ONCE = 1000  # objects written down together
_WORTH_WORKERS = 400  # files from which on processes of their own save more time than they take to start
_SECONDS = 300.0  # that one header may take


def job_of(source: Path, recipe: Recipe, log_paths: str, now: datetime | None) -> dict[str, str]:
    """Return what makes a job this one: its source, recipe, libraries, and the time that it records.

    Raises CodecMissing where the recipe needs a library that is not there.
    """
    time = (now or datetime.now(UTC)).astimezone(UTC)
    return {
        "source": str(source.absolute()),
        "recipe": recipe.text,
        "recipe_sha256": recipe.digest,
        "references": recipe.references,
        "libraries": libraries_of(recipe),
        "log_paths": log_paths,
        "now": time.isoformat(),
    }


def libraries_of(recipe: Recipe) -> str:
    """Return name and version of everything that the bytes of a result depend on."""
    named = (parse_codec(rule.codec).library() for rule in recipe.rules if rule.codec)
    codecs = {library for libraries in named for library in libraries.split(", ")}
    return ", ".join([f"lossytools {__version__}", f"pydicom {metadata.version('pydicom')}", *sorted(codecs)])


def check_job(ledger: Ledger, recipe: Recipe) -> None:
    """Raise LedgerError where a ledger is of another job than this recipe with these libraries."""
    if ledger.job["recipe_sha256"] != recipe.digest:
        raise LedgerError(f"{ledger.path}: was planned with another recipe; plan again into another ledger")
    installed = libraries_of(recipe)
    if ledger.job["libraries"] != installed:
        raise LedgerError(
            f"{ledger.path}: was planned with {ledger.job['libraries']}; here is {installed}, whose results"
            " differ: install those, or plan again into another ledger"
        )


def plan_archive(
    ledger: Ledger,
    source: Path,
    recipe: Recipe,
    *,
    workers: int = 0,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Fill a new ledger with every file below `source`, decided. workers: processes, 0 for one a processor.

    Raises UnreadableSource where `source` is no folder or holds no file.
    """
    if not source.is_dir():
        raise UnreadableSource(f"{source}: is no folder")
    files = relative_files(source)
    if not files:
        raise UnreadableSource(f"{source}: the folder holds no file")
    today = datetime.fromisoformat(ledger.job["now"]).date()
    found = _scanned(source, files, recipe, today, workers or processors())
    log_paths = ledger.job["log_paths"]
    batch: list[Scanned] = []
    for number, one in enumerate(found, start=1):
        batch.append(one)
        if len(batch) == _AT_ONCE:
            _write_down(ledger, batch, number - len(batch), log_paths)
            batch = []
        advance(number, len(files))
    _write_down(ledger, batch, len(files) - len(batch), log_paths)
    ledger.index()
    settle_conflicts(ledger, source)
    settle_names(ledger)
    group_studies(ledger, recipe.references)
    with ledger.commit():
        ledger.note(plan=digest_plan(ledger))


_DECIDED = "path, twin, size, mtime_ns, uid, new_uid, action, codec, rule, state, bundle"


def digest_plan(ledger: Ledger) -> str:
    """Return what tells one plan from all others: a digest of what is recorded and decided for each file."""
    job = {
        name: ledger.job[name] for name in ("recipe_sha256", "libraries", "log_paths", "now", "references")
    }
    digest = hashlib.sha256(json.dumps(job, sort_keys=True).encode())
    for row in ledger.rows(f"SELECT {_DECIDED} FROM objects ORDER BY id"):  # noqa: S608  our own words
        digest.update(repr(row).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _scanned(source: Path, files: list[str], recipe: Recipe, today: date, workers: int) -> Iterator[Scanned]:
    tasks = (ScanTask(str(source), path) for path in files)
    look = partial(scan, recipe=recipe, today=today)
    if workers == 1 or len(files) < _WORTH_WORKERS:
        return map(look, tasks)
    return spread(look, tasks, lose_scan, workers=workers, seconds=_SECONDS)


def _write_down(ledger: Ledger, batch: list[Scanned], before: int, log_paths: str) -> None:
    """Write objects down, numbered on from `before`."""
    rows = list(enumerate(batch, start=before + 1))
    with ledger.commit():
        ledger.insert(_row(number, found, log_paths) for number, found in rows)
        ledger.link((number, uid) for number, found in rows for uid in found.names if uid != found.uid)


def _row(number: int, found: Scanned, log_paths: str) -> dict[str, object]:
    hidden = log_paths == "hash"
    return {
        "id": number,
        "path": stored(found.path, log_paths),
        "size": found.size,
        "mtime_ns": found.mtime_ns,
        "study": found.study,
        "series": found.series,
        "uid": found.uid,
        "new_uid": found.new_uid,
        "sop_class": found.sop_class,
        "modality": found.modality if not hidden or _is_code(found.modality) else "",
        "manufacturer": "" if hidden else found.manufacturer,
        "transfer_syntax": found.transfer_syntax,
        "frames": found.frames,
        "signed": int(found.signed),
        "rule": found.rule,
        "action": found.action,
        "codec": found.codec,
        "state": found.state,
        "reason": found.reason,
        "objection": found.reason if found.action == "copy" else "",
        "says": words_for(found.reason, found.says, log_paths),
    }


def _is_code(modality: str) -> bool:
    """Return whether a modality is one of the short codes of the standard, and not somebody's words."""
    return len(modality) <= 6 and modality.isalpha() and modality.isupper()  # noqa: PLR2004  as in "IVOCT"
