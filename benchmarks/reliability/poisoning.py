"""Run the command line with poison in it: sources that kill, hang or fill the memory of who transcodes them.

Not a trial but what `poison.py` starts. The poison is in the name of the file; worker processes load this
module again, and so are poisoned too.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path
from typing import Any

from lossytools.pipeline import transcoding

_PIECE = 64 << 20  # bytes


def _segfault() -> None:
    ctypes.string_at(0)


def _hang() -> None:
    while True:
        time.sleep(60)


def _fill_memory() -> None:
    kept = []
    while True:
        kept.append(b"\1" * _PIECE)


POISONS = {"segv": _segfault, "abort": os.abort, "hang": _hang, "memory": _fill_memory}
_transcode = transcoding.transcode


def transcode(source: Path | str, *arguments: Any, **more: Any) -> Any:
    """Transcode, unless the name of the source says otherwise."""
    name = Path(source).name
    for poison, take in POISONS.items():
        if f"poison-{poison}" in name:
            take()
    return _transcode(source, *arguments, **more)


transcoding.transcode = transcode

if __name__ == "__main__":
    from lossytools.cli import main

    sys.exit(main())
