"""The benchmark of the audit runs, and what it generates is without fault."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "audit.py"


@pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")
def test_generated_headers_are_audited_and_measured(tmp_path: Path) -> None:
    command = [sys.executable, SCRIPT, "--files", "12", "--workers", "1", "--folder", tmp_path / "files"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.fullmatch(
        r"12 files, 1 workers: \d+\.\d s, \d+ a second, \d+ a second of a processor; \d+ MB, a worker 0 MB;"
        r" nothing found in 12 objects\n",
        done.stdout,
    )
    assert len(list((tmp_path / "files").rglob("*.dcm"))) == 12
