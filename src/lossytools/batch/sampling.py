"""Do a few objects of every kind for good measure: what comes out tells of all the others.

The results go into a folder beside the ledger and are gone afterwards.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.batch.crew import Crew, Lost
from lossytools.batch.prediction import Interval, Prediction, Stratum, predict
from lossytools.batch.working import Worked, WorkTask, task_for, work
from lossytools.dicomio.publishing import disk_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossytools.batch.ledger import Ledger
    from lossytools.batch.paths import Places
    from lossytools.batch.recipe import Recipe
    from lossytools.batch.running import RunOptions
    from lossytools.batch.schema import Entry

_PENDING = "state = 'pending' AND action IN ('transcode', 'copy')"
_COPIES = 4  # of which only the time is to be learnt
_LEAST = 2  # objects of a stratum: from one nobody can tell how they scatter

Kind = tuple[str, str, str, bool]


@dataclass(frozen=True, slots=True)
class _Known:
    """A stratum as the ledger has it, and the objects of it that are done."""

    objects: int
    size: int
    chosen: tuple[Entry, ...]


def kind_of(entry: Entry) -> Kind:
    """Return the stratum of an object: what is done, by which rule, from which coding, still or cine."""
    if entry.action == "copy":
        return ("copy", "", "", False)
    return (entry.action, entry.rule, entry.transfer_syntax, entry.frames > 1)


def choose(ledger: Ledger, most: int) -> dict[Kind, _Known]:
    """Return the strata with about `most` objects chosen, more where much is to be coded, two each at least.

    Which ones follows from their UIDs, so that the same archive has the same sample.
    """
    counts: dict[Kind, int] = defaultdict(int)
    sizes: dict[Kind, int] = defaultdict(int)
    best: dict[Kind, list[tuple[bytes, Entry]]] = defaultdict(list)
    for entry in ledger.entries(_PENDING, scan=True):
        kind = kind_of(entry)
        counts[kind] += 1
        sizes[kind] += entry.size
        drawn = best[kind]
        drawn.append((hashlib.sha256(entry.uid.encode()).digest(), entry))
        if len(drawn) > 2 * most:
            drawn.sort(key=lambda pair: pair[0])
            del drawn[most:]
    coded = sum(size for kind, size in sizes.items() if kind[0] != "copy") or 1
    found = {}
    for kind, drawn in best.items():
        wanted = _COPIES if kind[0] == "copy" else max(_LEAST, round(most * sizes[kind] / coded))
        drawn.sort(key=lambda pair: pair[0])
        found[kind] = _Known(counts[kind], sizes[kind], tuple(entry for _, entry in drawn[:wanted]))
    return found


def sample(  # noqa: PLR0913 - a job, and how to do a part of it
    ledger: Ledger,
    recipe: Recipe,
    places: Places,
    most: int,
    *,
    options: RunOptions,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> Prediction:
    """Do about `most` objects and return what all of them will leave and take."""
    strata = choose(ledger, most)
    every = [entry for known in strata.values() for entry in known.chosen]
    if not every:
        return Prediction(Interval(0.0, 0.0, 0.0), Interval(0.0, 0.0, 0.0), 0)
    done: dict[int, Worked] = {}
    with _folder(ledger) as place:
        now = ledger.job["now"]
        tasks = [
            task_for(each, recipe, now, places.source(each.path), place / f"{each.id}.dcm") for each in every
        ]
        for task, result in _work_off(chain(_warm_up(tasks, options.workers), tasks), options):
            Path(task.staged).unlink(missing_ok=True)
            if isinstance(result, Worked) and result.end in {"published", "copy"} and task.number:
                done[task.number] = result
            advance(len(done), len(every))
    return Prediction(
        target_bytes=predict(_stratum(kind, known, done, seconds=False) for kind, known in strata.items()),
        seconds=predict(_stratum(kind, known, done, seconds=True) for kind, known in strata.items()),
        sampled=len(done),
        failed=len(every) - len(done),
    )


@contextmanager
def _folder(ledger: Ledger) -> Iterator[Path]:
    """Give a folder beside the ledger, of which nothing stays; nor of that of a plan that was killed."""
    folder = ledger.path.with_name(f"{ledger.path.name}.sample")
    shutil.rmtree(folder, ignore_errors=True)
    with disk_errors(folder):
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _warm_up(tasks: list[WorkTask], workers: int) -> Iterator[WorkTask]:
    """Yield a small task for each worker, numbered 0: the first one takes the time to load the codecs."""
    smallest = min(tasks, key=lambda task: (task.names is not None, task.size))
    for number in range(workers):
        yield replace(smallest, number=0, staged=f"{smallest.staged}.{number}")


def _work_off(tasks: Iterator[WorkTask], options: RunOptions) -> Iterator[tuple[WorkTask, Worked | Lost]]:
    """Yield what becomes of each task, in the order in which they are done."""
    crew = Crew[WorkTask, Worked](work, options.workers, options.seconds, options.memory)
    try:
        while True:
            while crew.free and (task := next(tasks, None)) is not None:
                crew.give(task)
            if not len(crew):
                return
            yield from crew.hear(options.seconds)
    finally:
        crew.close()


def _stratum(kind: Kind, known: _Known, done: dict[int, Worked], *, seconds: bool) -> Stratum:
    """Return a stratum of seconds or bytes; what is copied stays as long as it is."""
    chosen = [entry for entry in known.chosen if entry.id in done]
    sizes = tuple(float(entry.size) for entry in chosen)
    if seconds:
        results = tuple(done[entry.id].seconds for entry in chosen)
    elif kind[0] == "copy":
        return Stratum(1, known.size, (known.size,), (known.size,))
    else:
        results = tuple(float(done[entry.id].target_size or entry.size) for entry in chosen)
    return Stratum(known.objects, known.size, sizes, results)
