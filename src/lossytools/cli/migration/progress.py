"""A run as it goes: a bar of objects, bytes and saving on a terminal, or a JSON line for each object."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lossytools.batch.standing import status
from lossytools.cli.console import json_line
from lossytools.cli.migration.values import entry_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lossytools.batch.schema import Entry


@contextmanager
def follow(ledger: Path, *, as_json: bool) -> Iterator[Callable[[Entry], None]]:
    """Yield what to call with each object that reached the end of its way."""
    if not sys.stderr.isatty():
        yield _line if as_json else lambda _entry: None
        return
    from lossytools.cli.migration.bar import migration_bar  # noqa: PLC0415  loads rich

    with migration_bar(status(ledger)) as advance:

        def told(entry: Entry) -> None:
            if as_json:
                _line(entry)
            advance(entry)

        yield told


def _line(entry: Entry) -> None:
    json_line("object", **entry_values(entry))
