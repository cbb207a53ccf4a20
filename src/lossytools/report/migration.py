"""What a migration planned and did, as tables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lossytools.batch.reasons import REASONS
from lossytools.batch.schema import FINISHED
from lossytools.report.figures import size_words, time_words
from lossytools.report.tables import plain_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.table import Table

    from lossytools.batch.prediction import Prediction
    from lossytools.batch.schema import Entry
    from lossytools.batch.totals import Totals

_ACTIONS = {
    "transcode": "compress",
    "copy": "copy",
    "skip": "leave",
    "rewrite": "follow",
    "directory": "write anew",
}


def states_table(totals: Totals) -> Table:
    """Return a row for each kind of object: where it stands, what is done with it, by which rule, and why."""
    table = plain_table(
        "state", "action", "rule", "why", "objects", "before", "after", right=("objects", "before", "after")
    )
    for kind in totals.kinds:
        table.add_row(
            kind.state,
            _ACTIONS.get(kind.action, kind.action),
            kind.rule,
            kind.reason,
            f"{kind.objects:,}",
            size_words(kind.size),
            size_words(kind.target_size) if kind.target_size else "",
        )
    table.add_section()
    after = totals.target_size()
    table.add_row(
        "all",
        "",
        "",
        "",
        f"{totals.objects():,}",
        size_words(totals.size()),
        size_words(after) if after else "",
    )
    return table


def reasons_lines(totals: Totals) -> Iterator[str]:
    """Yield what each reason in the table means."""
    for reason in sorted({kind.reason for kind in totals.kinds} - {""}):
        yield f"{reason}: {REASONS[reason]}"


def trouble_lines(entries: Iterable[Entry], more: int) -> Iterator[str]:
    """Yield a line for each object that somebody has to look at. more: how many are not among them."""
    for entry in entries:
        yield f"{os.fsdecode(entry.path)}: {entry.state}, {entry.reason}: {entry.says}"
    if more > 0:
        yield f"and {more:,} more, see `lossytools migrate report LEDGER --csv`"


def prediction_text(prediction: Prediction, workers: int) -> str:
    """Return in one line what a job will leave, and how long it will take these workers."""
    size, time = prediction.target_bytes, prediction.seconds
    line = (
        f"predicted: {size_words(size.estimate)} (90 %: {size_words(size.low)} to {size_words(size.high)})"
        f" in {time_words(time.estimate / workers)} ({time_words(time.low / workers)} to"
        f" {time_words(time.high / workers)}) with {workers} workers, from {prediction.sampled} objects done"
    )
    return f"{line}; {prediction.failed} of the sample failed" if prediction.failed else line


def done_text(totals: Totals) -> str:
    """Return in one line what has been migrated, and what is left to look at."""
    before, after = totals.size(*FINISHED), totals.target_size(*FINISHED)
    line = f"{totals.objects(*FINISHED):,} objects migrated: {size_words(before)} are {size_words(after)}"
    if before:
        line += f", {1 - after / before:.0%} saved"
    if totals.trouble:
        line += f"; {totals.trouble:,} objects are not published"
    return line
