"""Encoders in processes of their own: the same bytes, errors passed on, a crash is one clear error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from lossytools.codecs import Jpeg, Jpeg2000, JpegLs
from lossytools.codecs.encoders import open_encoders
from lossytools.errors import EncodeError
from lossytools.values import ImagePixel

GREY = ImagePixel(64, 64, 8, 1, "MONOCHROME2", 8, 8)
DEEP = ImagePixel(64, 64, 8, 1, "MONOCHROME2", 16, 12)


def frame(number: int, native: ImagePixel = GREY) -> Any:
    y, x = np.mgrid[0:64, 0:64]
    return ((x * 3 + y * 5 + 7 * number) % (native.peak + 1)).astype(native.dtype)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Return the processes that are started, and let every image be worth some."""
    found: list[subprocess.Popen[bytes]] = []

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        found.append(subprocess.Popen(*arguments, **options))
        return found[-1]

    monkeypatch.setattr("lossytools.codecs.encoders.WORTH", 0)
    monkeypatch.setattr("lossytools.codecs.encoders.Popen", start)
    return found


@pytest.mark.parametrize(("codec", "native"), [(Jpeg2000(ratio=8), GREY), (JpegLs(near=2), DEEP)])
def test_processes_give_the_bytes_of_the_codec(codec: Any, native: ImagePixel, started: list[Any]) -> None:
    frames = [frame(number, native) for number in range(6)]
    with open_encoders(codec, native, 3) as encode, ThreadPoolExecutor(3) as pool:
        streams = list(pool.map(lambda each: encode(each, native), frames))
    assert streams == [codec.encode(each, native) for each in frames]
    assert [process.poll() is not None for process in started] == [True] * 3


@pytest.mark.parametrize(
    ("codec", "native", "workers"),
    [
        (Jpeg(), GREY, 2),
        (JpegLs(near=2), GREY, 2),
        (Jpeg2000(psnr_db=45), GREY, 2),
        (Jpeg2000(ratio=8), GREY, 1),
    ],
)
def test_none_is_started_where_threads_do(
    codec: Any, native: ImagePixel, workers: int, started: list[Any]
) -> None:
    with open_encoders(codec, native, workers) as encode:
        assert encode == codec.encode
    assert started == []


def test_none_is_started_for_a_few_frames() -> None:
    codec = Jpeg2000(ratio=8)
    with open_encoders(codec, GREY, 2) as encode:
        assert encode == codec.encode


@pytest.mark.usefixtures("started")
def test_what_the_codec_raises_is_raised_here_and_the_next_frame_is_coded() -> None:
    with open_encoders(Jpeg2000(ratio=8), GREY, 2) as encode:
        for _ in range(3):  # more often than there are processes
            with pytest.raises(EncodeError, match="the frame is"):
                encode(frame(1)[:8], GREY)
        assert encode(frame(1), GREY) == Jpeg2000(ratio=8).encode(frame(1), GREY)


@pytest.mark.skipif(sys.platform == "win32", reason="a process dies of no signal there")
def test_an_encoder_that_dies_is_an_error_of_the_codec(started: list[Any]) -> None:
    with open_encoders(Jpeg2000(ratio=8), GREY, 2) as encode:
        for process in started:
            os.kill(process.pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(EncodeError, match=r"jpeg2000:ratio=8: the encoder died of signal 9"):
                encode(frame(1), GREY)


def test_a_process_nobody_asks_any_more_ends_without_a_word() -> None:
    command = [sys.executable, "-m", "lossytools.codecs.serving", "jpeg2000"]
    done = subprocess.run(command, input=b"", capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
