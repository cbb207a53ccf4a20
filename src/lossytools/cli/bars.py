"""A progress bar on stderr: frames done of all, frames a second, time left."""

from __future__ import annotations

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


class _FramesPerSecond(ProgressColumn):
    """How many frames a second are done."""

    def render(self, task: Task) -> Text:
        """Return the speed, nothing before there is one."""
        return Text(f"{task.speed:.1f} frames/s" if task.speed else "")


@contextmanager
def bar(label: str, console: Console | None = None) -> Iterator[Callable[[int, int], None]]:
    """Yield what to call with frames done and frames in all; the bar is gone afterwards."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("frames"),
        _FramesPerSecond(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console or Console(stderr=True), transient=True) as bars:
        task = bars.add_task(label, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
