"""lossytools demo: the product at work on the cine that comes with it."""

from __future__ import annotations

from pathlib import Path

import click

from lossytools.cli import parameters
from lossytools.cli.console import say, show
from lossytools.cli.sample import sample_cine


@click.command("demo")
@click.option(
    "--out", type=parameters.PATH, default=Path("demo_out"), show_default=True, help="Folder to write to."
)
def command(out: Path) -> None:
    """Run the sample cine through the codecs and show the record.

    A synthetic ultrasound cine is compressed with three codecs, and one of the results once more. The
    folder is made if it is missing; what an earlier run left there is replaced.
    """
    from lossytools.cli import showing  # noqa: PLC0415  loads pydicom and NumPy
    from lossytools.report.tables import comparison_table  # noqa: PLC0415

    cine = sample_cine()
    showing.make_folder(out)
    say(f"{showing.cine_words(cine)}\n")
    made = [showing.make_once(cine, codec, out) for codec in showing.CODECS]
    twice = showing.make_twice(cine, made[0], out)
    # The two steps of the last object stand together, below the single ones.
    rows = [row for shown in (*made[1:], made[0], twice) for row in shown.steps]
    show(comparison_table("native", rows))
    picture = showing.draw_frames(cine, (*made, twice), out / "comparison.png")
    say(f"\nThe record of {twice.path.name}, compressed twice:\n")
    say(showing.record_of(twice.path))
    say("\nWritten:")
    for path in (*(shown.path for shown in (*made, twice)), picture):
        say(f"  {path}")
