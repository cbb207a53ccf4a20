"""Arguments and options that several verbs share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lossytools.cli.console import JSON_WANTED


def _remember(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.meta[JSON_WANTED] = value
    return value


PATH = click.Path(path_type=Path)


class _Regions(click.ParamType[tuple[str, ...]]):
    """Names of parts of the image, separated by commas."""

    name = "regions"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Return the names. Fails where one stands twice, and where there is none between two commas."""
        names = tuple(name.strip() for name in value.split(","))
        if not all(names):
            self.fail(f"{value!r} has a comma too many", param, ctx)
        if len(set(names)) < len(names):
            self.fail(f"{value!r} names a part twice", param, ctx)
        return names


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
_PARTS = "Parts of the image: whole, sector, text, background."
on = click.option(
    "--on", "regions", type=_Regions(), metavar="PART,...", help=f"{_PARTS}  [default: all that there are]"
)
on_target = click.option(
    "--on", "regions", type=_Regions(), metavar="PART,...", help=f"{_PARTS}  [default: whole]"
)
scale = click.option(
    "--range",
    "scale",
    type=click.Choice(["stored", "actual", "window"]),
    default="stored",
    show_default=True,
    help="What PSNR and SSIM count against: what the bits stored can hold, what occurs but for one sample in"
    " a thousand at either end, or what a display shows through the windows of the header.",
)
force = click.option("--force", is_flag=True, help="Replace what stands at the target.")
