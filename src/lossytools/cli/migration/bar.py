"""The bar of a run: objects done of all, bytes read and saved, time left."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lossytools.batch.schema import FINISHED
from lossytools.report.figures import size_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossytools.batch.schema import Entry
    from lossytools.batch.totals import Totals


@contextmanager
def migration_bar(totals: Totals) -> Iterator[Callable[[Entry], None]]:
    """Yield what to call with each object that is done; totals: as the run began."""
    size, saved = totals.size(*FINISHED), totals.size(*FINISHED) - totals.target_size(*FINISHED)
    columns = (
        TextColumn("migrate"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()
    ) as bars:
        task = bars.add_task("objects", total=totals.objects(), completed=totals.objects() - totals.left)

        def advance(entry: Entry) -> None:
            nonlocal size, saved
            size += entry.size
            saved += entry.size - entry.target_size if entry.state in FINISHED else 0
            bars.update(task, advance=1, description=f"{size_words(size)}, {size_words(saved)} saved")

        yield advance
