"""The comparison with other tools runs, and our own results break no rule in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "peers" / "compare.py"
PAGE = Path(__file__).parents[1] / "docs" / "peers.md"


def test_our_own_results_break_no_rule(tmp_path: Path) -> None:
    page = tmp_path / "peers.md"
    done = subprocess.run(
        [sys.executable, SCRIPT, "--only", "lossytools", "--markdown", page],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [re.sub(" +", " ", line).strip() for line in done.stdout.splitlines()] == [
        "lossytools jpeg 5 made, 1 refused",
        "lossytools jpegls 6 made, 0 refused",
        "lossytools jpeg2000 6 made, 0 refused",
        "lossytools decompress 3 made, 0 refused",
    ]
    ours = [line for line in page.read_text().splitlines() if line.startswith("| `lossytools")]
    assert [line for line in PAGE.read_text().splitlines() if line.startswith("| `lossytools")] == ours
