"""What `retire` and `rollback` say of the originals that they move."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import click

from lossytools.cli.console import hint, json_line, say
from lossytools.cli.migration.values import entry_values

if TYPE_CHECKING:
    from lossytools.batch.schema import Entry


@dataclass(slots=True)
class Moves:
    """Tells of moves. faults: how many originals had to stay."""

    as_json: bool
    faults: int = 0

    def told(self, entry: Entry, fault: str) -> None:
        """Tell of one original, and what kept it where it is, "" for nothing."""
        self.faults += bool(fault)
        if self.as_json:
            json_line("moved", **entry_values(entry), fault=fault)
        elif fault:
            hint(f"{os.fsdecode(entry.path)}: stays: {fault}")

    def end(self, step: str, words: str, **values: Any) -> NoReturn:
        """Tell of all of them, and end with the status."""
        if self.as_json:
            json_line(step, **values, faults=self.faults)
        else:
            say(words)
        raise click.exceptions.Exit(1 if self.faults else 0)
