"""Writing: results to stdout, hints to stderr; text for people on one safe line, JSON for programs."""

from __future__ import annotations

import json
import math
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

JSON_WANTED = "lossytools.json"
"""Key of the click context's `meta` under which a verb leaves that --json was given."""
_PIPED_WIDTH = 100  # columns of a table where there is no terminal to ask


def say(text: str) -> None:
    """Write a result to stdout, above the bar where both are on one terminal."""
    click.echo(text, file=_above_the_bar(sys.stdout))


def hint(text: str) -> None:
    """Write to stderr what is not a result."""
    click.echo(one_line(text), file=_above_the_bar(sys.stderr), err=True)


def _above_the_bar(stream: TextIO) -> TextIO | None:
    """Return rich's stand-in for a stream while a bar is drawn on it, which click would bypass; else None."""
    return stream if hasattr(stream, "rich_proxied_file") else None


def complain(text: str) -> None:
    """Write an error to stderr, on one line."""
    hint(f"lossytools: {text}")


def one_line(text: str) -> str:
    """Return `text` with control characters and line ends spelt out.

    Paths and header values come from strangers; none of them may steer a terminal.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def json_line(kind: str, **values: Any) -> None:
    """Write one JSON object on one line, its `type` first."""
    say(json.dumps({"type": kind, **values}, allow_nan=False, default=str))


def finite(value: float) -> float | None:
    """Return the number, None where JSON has none: an infinite PSNR means that nothing was lost."""
    return value if math.isfinite(value) else None


def show(renderable: RenderableType, *, err: bool = False) -> None:
    """Write a table to stdout or stderr, as wide as the terminal, 100 columns where there is none."""
    from rich.console import Console  # noqa: PLC0415  most of the time of a short verb

    # Brackets in paths and clauses are no markup, and numbers need no colours.
    console = Console(markup=False, highlight=False, emoji=False, stderr=err)
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    console.print(renderable)


@contextmanager
def progress(label: str, unit: str = "frames") -> Iterator[Callable[[int, int], None]]:
    """Yield what to call with how many are done and how many there are; draws a bar only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from lossytools.cli.bars import bar  # noqa: PLC0415  loads rich

    with bar(one_line(label), unit=unit) as advance:
        yield advance
