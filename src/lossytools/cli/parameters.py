"""Arguments and options that several verbs share, each written once."""

from __future__ import annotations

from pathlib import Path

import click

from lossytools.cli.console import JSON_WANTED


def _remember(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.meta[JSON_WANTED] = value
    return value


PATH = click.Path(path_type=Path)
source = click.argument("source", type=PATH)
target = click.argument("target", type=PATH)
derived = click.argument("derived", type=PATH)
as_json = click.option(
    "--json", "as_json", is_flag=True, is_eager=True, callback=_remember, help="One JSON object a line."
)
workers = click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Threads that work on frames; 0, the default, is one a processor.",
)
force = click.option("--force", is_flag=True, help="Replace what stands at the target.")
