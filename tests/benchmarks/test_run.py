"""The harness itself, in its quick form."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads memory from /proc")


def run(*words: str | Path) -> str:
    command = [sys.executable, ROOT / "benchmarks" / "run.py", "--quick", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@LINUX
def test_contestants_take_their_turns_and_the_page_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    marks = (
        f"<!-- {name}: begin -->\n<!-- {name}: end -->\n" for name in ("goals", "contests", "environment")
    )
    page.write_text("".join(marks))
    said = run("--inputs", tmp_path, "--out", tmp_path / "out", "--page", page, "--only", "jpeg,")
    assert said.startswith("| what | goal | measured |")
    with (tmp_path / "out" / "benchmark.csv").open(encoding="utf-8") as file:
        rows = {line["contestant"]: line for line in csv.DictReader(file)}
    assert list(rows) == ["lossytools", "lossytools API", "dcmcjpeg", "bare codec"]
    ours, bare = rows["lossytools"], rows["bare codec"]
    assert (ours["failed"], ours["errors"], ours["max_error"]) == ("", "", "51")
    assert float(ours["seconds_median"]) > float(rows["lossytools API"]["seconds_median"]) > 0
    assert 0.95 < int(bare["bytes_out"]) / int(ours["bytes_out"]) < 1  # the same streams, without a header
    assert int(ours["own_bytes"]) < int(ours["resident_bytes"]) < 200e6
    with Image.open(tmp_path / "out" / "benchmark.png") as picture:
        assert picture.width == 2000
    assert "**jpeg, sample cine, all cores**" in page.read_text()


@LINUX
def test_growth_is_measured_and_drawn(tmp_path: Path) -> None:
    said = run("--growth", "--inputs", tmp_path, "--out", tmp_path / "out")
    assert said.startswith("![Seconds and memory")
    assert "* Seconds against frames: " in said
    with (tmp_path / "out" / "growth.csv").open(encoding="utf-8") as file:
        points = [(line["frames"], line["megapixels"]) for line in csv.DictReader(file)]
    assert points == [("1", "0.0768"), ("10", "0.0768"), ("2", "0.099264"), ("2", "0.32768")]
    with Image.open(tmp_path / "out" / "growth.png") as picture:
        assert picture.size == (2000, 1520)
