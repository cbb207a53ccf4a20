"""The report of a migration tells what the ledger holds, and needs nothing from the network."""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from lossytools.batch.figures import figures_of
from lossytools.batch.opening import read_ledger
from lossytools.batch.prediction import Interval, Prediction
from lossytools.cli.verbs import root
from lossytools.errors import LibraryMissing
from lossytools.report.migration_page import page
from lossytools.report.plots import histogram
from small_archive import Archive, still

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def done(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path)
    for number in range(3):
        archive.add(f"a/{number}", still(str(number), "a", number))
    (archive.source / "bad").write_bytes(b"\0" * 128 + b"DICM rubbish")
    archive.plan()
    archive.run()
    return archive


def test_the_page_tells_what_the_ledger_holds(done: Archive, tmp_path: Path) -> None:
    out, table = tmp_path / "page.html", tmp_path / "table.csv"
    arguments = ["migrate", "report", str(done.ledger), "-o", str(out), "--csv", str(table)]
    said = CliRunner().invoke(root, arguments)
    assert (said.exit_code, said.stdout) == (0, f"{out}\n{table}\n")
    text = out.read_text()
    assert "3 of 4 files are migrated" in text
    assert "1 are not published" in text
    assert "unreadable" in text
    assert "MAKER" in text
    assert text.count("<svg") == 2
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["state"] for row in rows] == ["failed", "switched", "switched", "switched"]
    assert sum(int(row["target_size"]) for row in rows) == sum(
        path.stat().st_size for path in (done.out / "data").rglob("*") if path.is_file()
    )


def test_it_needs_nothing_from_the_network_and_tells_nothing_of_patients(done: Archive) -> None:
    ledger = read_ledger(done.ledger)
    text = page(figures_of(ledger))
    ledger.close()
    links = set(re.findall(r"""(?:href|src)=["']([^"'#]+)""", text))
    assert {link for link in links if not link.startswith("data:")} == set()
    assert "<script" not in text
    assert "CANARY" not in text


def test_figures_are_sums(done: Archive) -> None:
    ledger = read_ledger(done.ledger)
    figures = figures_of(ledger)
    ledger.close()
    (share,) = figures.by["modality"]
    assert (share.name, share.objects, share.coded) == ("US", 3, 3)
    assert share.target_size == figures.actual_bytes
    assert figures.ratios.size == 3
    assert float(figures.psnr_db.min()) > 40  # of JPEG-LS with near=2


def test_what_was_predicted_stands_beside_what_came(done: Archive) -> None:
    ledger = read_ledger(done.ledger)
    figures = figures_of(ledger)
    ledger.close()
    known = Prediction(Interval(1e6, 2e6, 3e6), Interval(60, 120, 180), 20)
    text = page(replace(figures, prediction=known))
    assert "Predicted from 20 objects" in text
    for words in ("2.00 MB", "1.00 MB", "3.00 MB", "2.0 min"):
        assert words in text


def test_the_same_figures_draw_the_same() -> None:
    values = np.array([4.0, 5.0, 9.0])
    assert histogram(values, "ratio", log=True) == histogram(values, "ratio", log=True)
    assert "median 5" in histogram(values, "x")
    assert histogram(np.array([]), "x").startswith("<svg")


def test_without_matplotlib_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(LibraryMissing, match=r"pip install 'lossytools\[report\]'"):
        histogram(np.array([1.0]), "x")


def test_nothing_to_write_is_wrong_usage(done: Archive) -> None:
    assert CliRunner().invoke(root, ["migrate", "report", str(done.ledger)]).exit_code == 2


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.add("=HYPERLINK(1)", still("x", "a"))
    archive.plan()
    table = tmp_path / "table.csv"
    CliRunner().invoke(root, ["migrate", "report", str(archive.ledger), "--csv", str(table)])
    assert next(csv.DictReader(table.read_text().splitlines()))["path"] == "'=HYPERLINK(1)"
