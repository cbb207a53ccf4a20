"""A progress bar on stderr: frames or files done of all, how many a second, time left."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Task


class _PerSecond(ProgressColumn):
    """How many a second are done."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def render(self, task: Task) -> Text:
        """Return the speed, nothing before there is one."""
        return Text(f"{task.speed:.1f} {self.unit}/s" if task.speed else "")


@contextmanager
def bar(
    label: str, console: Console | None = None, unit: str = "frames"
) -> Iterator[Callable[[int, int], None]]:
    """Yield what to call with how many are done and how many there are; the bar is gone afterwards.

    What is printed meanwhile stands above the bar where both go to one terminal; results that go
    elsewhere stay there.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        _PerSecond(unit),
        TimeRemainingColumn(),
    )
    shown = console or Console(stderr=True)
    together = sys.stdout.isatty()  # rich would send to the bar's terminal what belongs into a file
    with Progress(*columns, console=shown, transient=True, redirect_stdout=together) as bars:
        task = bars.add_task(label, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
