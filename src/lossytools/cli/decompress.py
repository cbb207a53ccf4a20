"""lossytools decompress: native pixels, the same instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lossytools.cli import parameters
from lossytools.cli.console import json_line, progress, say
from lossytools.cli.lines import decompressed_values

if TYPE_CHECKING:
    from pathlib import Path


@click.command("decompress")
@parameters.source
@parameters.target
@parameters.workers
@parameters.force
@parameters.as_json
def command(source: Path, target: Path, workers: int, force: bool, as_json: bool) -> None:
    """Undo the encapsulation: native pixels, same instance.

    The image in SOURCE is published as TARGET in Explicit VR Little Endian. Nothing more is lost, so
    SOP Instance UID, flag and history stay as they are.
    """
    from lossytools.pipeline.decompression import decompress  # noqa: PLC0415  loads pydicom and NumPy
    from lossytools.report.summary import decompressed_text  # noqa: PLC0415

    with progress(source.name) as advance:
        done = decompress(source, target, force=force, workers=workers, on_frame=advance)
    if as_json:
        json_line("decompress", **decompressed_values(done))
    else:
        say(decompressed_text(done))
