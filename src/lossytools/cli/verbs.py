"""The verbs, loaded when they are run: asking for help loads none of them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from lossytools import __version__
from lossytools.cli.console import JSON_WANTED, complain, json_line
from lossytools.cli.exits import status_of
from lossytools.errors import LossyToolsError

VERBS = {
    "transcode": "Compress an image and record it truly.",
    "decompress": "Undo the encapsulation: native pixels, same instance.",
    "measure": "Measure what a derived image lost of its source.",
    "compare": "Compare codecs on images of your own.",
    "audit": "Find lossy-compression metadata that contradicts itself.",
    "repair": "Put right what the file itself proves, list the rest.",
    "migrate": "Compress a whole archive, in one job that can be taken up again.",
    "explain": "Say what a rule asks for, why, and by which clause.",
    "codecs": "List the codecs, their knobs and their libraries.",
    "doctor": "Check this machine: versions, limits, file system.",
    "demo": "Run the sample cine through the codecs and show the record.",
}
"""Each verb with the first line of its help; its module bears its name."""


class LazyGroup(click.Group):
    """A group whose verbs are imported one at a time, from the modules of a package that bear their names."""

    def __init__(self, *args: Any, table: dict[str, str], package: str, **choices: Any) -> None:
        """Take the verbs, each with the first line of its help, and the package."""
        super().__init__(*args, **choices)
        self._table, self._package = table, package

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the verbs in the order of the table."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the verb, None for an unknown one."""
        if cmd_name not in self._table:
            return None
        command = import_module(f"{self._package}.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table, without importing a verb."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._table.items()))


class Verbs(LazyGroup):
    """The verbs, whose errors are one line each."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; what lossytools raises becomes one line and an exit status."""
        try:
            return super().invoke(ctx)
        except LossyToolsError as error:
            if ctx.meta.get(JSON_WANTED):
                json_line("error", error=type(error).__name__, message=str(error))
            complain(str(error))
            raise click.exceptions.Exit(status_of(error)) from error


@click.group(
    cls=Verbs,
    table=VERBS,
    package="lossytools.cli",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="lossytools", message="%(prog)s %(version)s")
def root() -> None:
    """Lossy recompression of DICOM images that leaves a true record.

    Results go to stdout, progress and hints to stderr. Exit status: 0 done, 1 findings or refused,
    2 wrong usage, 3 unreadable, 4 codec missing, 5 target not kept, 7 destination, 11 ledger in use, 130 and
    143 signals.
    """
