"""lossytools codecs: what can be written here, and with which knobs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from lossytools.cli import parameters
from lossytools.cli.checkup import known_bad
from lossytools.cli.console import json_line, show
from lossytools.errors import CodecMissing

if TYPE_CHECKING:
    from lossytools.codecs.protocol import Codec


@click.command("codecs")
@parameters.as_json
def command(as_json: bool) -> None:
    """List the codecs, their knobs and their libraries.

    A codec is named NAME[:KNOB=VALUE,...], as jpeg:quality=85; a value alone belongs to the first knob.
    """
    from lossytools.codecs import ALL_CODECS  # noqa: PLC0415  loads NumPy
    from lossytools.report.catalogue import codec_table, knob_table  # noqa: PLC0415  loads rich

    if as_json:
        for codec in ALL_CODECS:
            json_line("codec", **codec_values(codec))
        return
    show(codec_table((codec, library_of(codec)[1]) for codec in ALL_CODECS))
    show("")
    show(knob_table(ALL_CODECS))
    for check in known_bad():
        show("")
        show(f"{check.name} {check.value}: {check.advice}")


def library_of(codec: type[Codec]) -> tuple[bool, str]:
    """Return whether the codec can encode here, and its libraries or the words to install them."""
    try:
        return True, codec().library()
    except CodecMissing as error:
        return False, f"missing: {error}"


def codec_values(codec: type[Codec]) -> dict[str, Any]:
    """Return one codec with its knobs."""
    from lossytools.codecs.catalogue import syntaxes_of  # noqa: PLC0415
    from lossytools.codecs.knobs import knobs_of  # noqa: PLC0415  loads NumPy
    from lossytools.codecs.limits import limits_of  # noqa: PLC0415

    installed, library = library_of(codec)
    takes, verified = limits_of(codec)
    return {
        "name": codec.name,
        "title": codec.title,
        "transfer_syntax": syntaxes_of(codec)[0],
        "transfer_syntaxes": list(syntaxes_of(codec)),
        "takes": takes,
        "verified": verified,
        "method": getattr(codec, "method", ""),
        "installed": installed,
        "library": library,
        "knobs": [{k: v for k, v in asdict(knob).items() if k != "codec"} for knob in knobs_of(codec)],
    }
