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
    "transcode": "Compress an image with loss and record it truly.",
    "decompress": "Undo the encapsulation: native pixels, same instance.",
    "measure": "Measure what a derived image lost of its source.",
    "audit": "Find lossy-compression metadata that contradicts itself.",
    "repair": "Put right what the file itself proves, list the rest.",
    "explain": "Say what a rule asks for, why, and by which clause.",
    "codecs": "List the codecs, their knobs and their libraries.",
    "doctor": "Check this machine: versions, limits, file system.",
    "demo": "Run the sample cine through the codecs and show the record.",
}
"""Each verb with the first line of its help; its module bears its name."""


class Verbs(click.Group):
    """A group whose verbs are imported one at a time, and whose errors are one line each."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the verb, None for an unknown one."""
        if cmd_name not in VERBS:
            return None
        command = import_module(f"lossytools.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table, without importing a verb."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; what lossytools raises becomes one line and an exit status."""
        try:
            return super().invoke(ctx)
        except LossyToolsError as error:
            if ctx.meta.get(JSON_WANTED):
                json_line("error", error=type(error).__name__, message=str(error))
            complain(str(error))
            raise click.exceptions.Exit(status_of(error)) from error


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lossytools", message="%(prog)s %(version)s")
def root() -> None:
    """Lossy recompression of DICOM images that leaves a true record.

    Results go to stdout, progress and hints to stderr. Exit status: 0 done, 1 findings or refused,
    2 wrong usage, 3 unreadable, 4 codec missing, 7 destination, 130 and 143 signals.
    """
