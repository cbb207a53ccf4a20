"""The other side of `encoders`: `python -m lossytools.codecs.serving` encodes until it hears no more.

Frames come in by standard input and code streams, or errors, go out by standard output, each pickled. Both
ends are this package's own.
"""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress
from typing import IO

from lossytools.codecs.notation import parse_codec
from lossytools.errors import LossyToolsError


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Encode every frame that comes in; the first thing to come is the codec and what its frames are."""
    notation, native = pickle.load(requests)  # noqa: S301  from the process that started this one
    codec = parse_codec(notation)
    while True:
        frame = pickle.load(requests)  # noqa: S301  likewise
        try:
            said: bytes | LossyToolsError = codec.encode(frame, native)
        except LossyToolsError as error:
            said = error
        pickle.dump(said, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    with suppress(EOFError, OSError):  # whoever asked is gone
        serve(sys.stdin.buffer, sys.stdout.buffer)
