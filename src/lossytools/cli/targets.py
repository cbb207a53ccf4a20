"""The options that say what a result has to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from lossytools.cli import parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.fidelity.target import Target

    F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--target",
        "wanted",
        metavar="CONDITIONS",
        help='What every frame has to keep, as "psnr>=45, ssim>=0.98, max_error<=12".',
    ),
    parameters.on_target,
    parameters.scale,
    click.option(
        "--scope",
        type=click.Choice(["every-frame", "p1", "mean"]),
        default="every-frame",
        show_default=True,
        help="Who has to keep it: each frame, all but one in a hundred, or their mean.",
    ),
    click.option(
        "--max-ratio",
        type=float,
        metavar="R",
        help="Compress no more than this, though the target allows it.",
    ),
    click.option("--ratio", type=float, metavar="R", help="The best quality at this ratio or more."),
    click.option(
        "--max-bytes",
        type=int,
        metavar="N",
        help="The best quality in so many bytes of pixel data or fewer.",
    ),
    click.option(
        "--best-effort", is_flag=True, help="Write what comes closest where nothing keeps the target."
    ),
)


def target_options(command: F) -> F:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def target_of(choices: dict[str, Any]) -> Target | None:
    """Take what these options say out of `choices`; None where nothing is to be kept.

    Raises TargetSettingError; click.UsageError for options that need a target.
    """
    from lossytools.fidelity.target import Target, parse_conditions  # noqa: PLC0415  loads NumPy

    wanted, regions, scale = (choices.pop(name) for name in ("wanted", "regions", "scale"))
    scope, best_effort = choices.pop("scope"), choices.pop("best_effort")
    sizes = {name: choices.pop(name) for name in ("max_ratio", "ratio", "max_bytes")}
    if wanted is None and sizes["ratio"] is None and sizes["max_bytes"] is None:
        alone = {"--on": regions, "--max-ratio": sizes["max_ratio"], "--best-effort": best_effort or None}
        alone |= {"--scope": None if scope == "every-frame" else scope}
        alone |= {"--range": None if scale == "stored" else scale}
        given = [name for name, value in alone.items() if value is not None]
        if given:
            raise click.UsageError(
                f"{', '.join(given)} says nothing without --target, --ratio or --max-bytes"
            )
        return None
    conditions = () if wanted is None else parse_conditions(wanted)
    return Target(conditions, regions or ("whole",), scale, scope, best_effort=best_effort, **sizes)
