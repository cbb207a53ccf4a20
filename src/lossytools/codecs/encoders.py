"""Encoders that keep other threads waiting, each in a process of its own."""

from __future__ import annotations

import pickle
import sys
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from subprocess import PIPE, Popen
from typing import IO, TYPE_CHECKING, Any, cast

from lossytools.codecs.catalogue import ALL_CODECS
from lossytools.errors import EncodeError, LossyToolsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossytools.codecs.lossless import LosslessCodec
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.values import Frame, ImagePixel

    Encode = Callable[[Frame, ImagePixel], bytes]

WORTH = 1 << 25
"""Samples in all from which on processes save more than the third of a second that it takes to start them."""

_COMMAND = (sys.executable, "-m", "lossytools.codecs.serving")
_GROUP: dict[str, Any] = {"creationflags": 0x200} if sys.platform == "win32" else {"process_group": 0}
"""Processes in a group of their own are deaf to Ctrl-C, which a terminal sends to all; this one answers."""


@contextmanager
def open_encoders(codec: FrameCodec | LosslessCodec, native: ImagePixel, workers: int) -> Iterator[Encode]:
    """Yield what encodes frames of `native`, for as many threads as there are workers.

    That is the codec itself where it lets threads work side by side or the frames are few. Otherwise each
    thread finds a process: the library holds Python's lock, or may not be called twice at a time. A library
    that crashes then takes its process with it and is an EncodeError.
    """
    samples = native.rows * native.columns * native.samples * native.frames
    if workers == 1 or samples < WORTH or type(codec) not in ALL_CODECS or not codec.serial(native):
        yield codec.encode
        return
    crew = _Crew(codec, workers)
    try:
        yield crew.encode
    finally:
        crew.end()


class _Crew:
    """Processes that each encode one frame at a time."""

    def __init__(self, codec: FrameCodec | LosslessCodec, count: int) -> None:
        self._staff = [_Encoder(codec) for _ in range(count)]
        self._idle: SimpleQueue[_Encoder] = SimpleQueue()
        for encoder in self._staff:
            self._idle.put(encoder)

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return the code stream of a frame. Raises what the codec raises, and EncodeError."""
        encoder = self._idle.get()
        try:
            return encoder.encode(frame, native)
        finally:
            self._idle.put(encoder)

    def end(self) -> None:
        """End all processes."""
        for encoder in self._staff:
            encoder.process.kill()
        for encoder in self._staff:
            encoder.end()


class _Encoder:
    """A process that has been told the codec, and the pipes to it."""

    def __init__(self, codec: FrameCodec | LosslessCodec) -> None:
        self._codec = codec
        self.process = Popen(  # noqa: S603
            (*_COMMAND, repr(codec)), stdin=PIPE, stdout=PIPE, **_GROUP
        )
        self._requests = cast("IO[bytes]", self.process.stdin)
        self._answers = cast("IO[bytes]", self.process.stdout)

    def encode(self, frame: Frame, native: ImagePixel) -> bytes:
        """Return the code stream of a frame. Raises what the codec raises, EncodeError where it dies."""
        try:
            said = self._asked(frame, native)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise EncodeError(f"{self._codec!r}: the encoder died of {self.end()}") from error
        if isinstance(said, LossyToolsError):
            raise said
        return said

    def _asked(self, frame: Frame, native: ImagePixel) -> bytes | LossyToolsError:
        pickle.dump((frame, native), self._requests, pickle.HIGHEST_PROTOCOL)
        self._requests.flush()
        said: bytes | LossyToolsError = pickle.load(self._answers)  # noqa: S301  from our own process
        return said

    def end(self) -> str:
        """Wait for a process that is going, and return in words how it ended."""
        for pipe in (self._requests, self._answers):
            with suppress(OSError):  # what was still to be written finds no reader
                pipe.close()
        code = self.process.wait()
        return f"signal {-code}" if code < 0 else f"status {code}"
