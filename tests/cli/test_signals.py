"""Told to stop, lossytools clears up and says so in its status."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")


@pytest.fixture
def long_cine(write: Callable[..., Path]) -> Path:
    """Return a cine that takes JPEG 2000 some seconds: 400 frames of noise, 256 x 256."""
    noise = np.random.default_rng(1).integers(0, 255, (400, 256, 256), np.uint8)
    return write(noise)


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_with_its_status_and_leaves_nothing(
    long_cine: Path, tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    command = [sys.executable, "-m", "lossytools", "transcode", long_cine, folder / "a.dcm"]
    with subprocess.Popen([*command, "-c", "jpeg2000"], stderr=subprocess.PIPE, text=True) as process:
        time.sleep(1.5)
        process.send_signal(sent)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (status, f"lossytools: stopped by {sent.name}\n")
    assert list(folder.iterdir()) == []


def test_a_signal_that_was_switched_off_stays_off() -> None:
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from lossytools.cli.entry import obey_signals; obey_signals()\n"
        "signal.raise_signal(signal.SIGINT); print('still here')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "still here\n"


def test_a_reader_that_goes_away_is_no_traceback(long_cine: Path) -> None:
    program = f"{sys.executable} -m lossytools"
    command = f"{program} explain M03 | head -c 1; {program} codecs | true"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, check=False, cwd=long_cine.parent
    )
    assert "Traceback" not in done.stderr
