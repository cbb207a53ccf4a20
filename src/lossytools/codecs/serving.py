"""The other side of `encoders`: `python -m lossytools.codecs.serving CODEC` encodes while frames come.

Frames come in by standard input and code streams, or errors, go out by standard output, each pickled. Both
ends are this package's own.
"""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, cast

from lossytools.codecs.notation import parse_codec
from lossytools.errors import LossyToolsError

if TYPE_CHECKING:
    from lossytools.codecs.lossless import LosslessCodec
    from lossytools.codecs.protocol import FrameCodec


def serve(codec: FrameCodec | LosslessCodec, requests: IO[bytes], answers: IO[bytes]) -> None:
    """Encode every frame that comes in, each with what it is, until no more come: raises EOFError then."""
    while True:
        frame, native = pickle.load(requests)  # noqa: S301  from the process that started this one
        try:
            said: bytes | LossyToolsError = codec.encode(frame, native)
        except LossyToolsError as error:
            said = error
        pickle.dump(said, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    with suppress(EOFError, OSError):  # whoever asked is gone
        named = cast("FrameCodec | LosslessCodec", parse_codec(sys.argv[1]))  # what `encoders` starts it with
        serve(named, sys.stdin.buffer, sys.stdout.buffer)
