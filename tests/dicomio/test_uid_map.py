"""The UID map: one row an instance, whole or as it was, whoever else writes to it."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossytools import Options, transcode
from lossytools.dicomio.uid_map import UidRow, add_row, read_uid_map
from lossytools.errors import DestinationError

ROW = UidRow("1.2.3", "1.2.840.10008.5.1.4.1.1.3.1", "1.2.3.5", "1.2.3.4", "1.2.3.5", "2.25.7")


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_rows_come_back_in_order_and_once(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"map.{suffix}"
    other = UidRow("1.2.3", "1.2", "1.2.3.5", "1.2.3.9", "2.25.1", "2.25.8")
    assert read_uid_map(path) == ()
    for row in (ROW, other, ROW):
        add_row(path, row)
    assert read_uid_map(path) == (ROW, other)


def test_the_columns_are_those_of_the_page(tmp_path: Path) -> None:
    add_row(tmp_path / "map.csv", ROW)
    add_row(tmp_path / "map.json", ROW)
    with (tmp_path / "map.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == json.loads((tmp_path / "map.json").read_text())
    page = (Path(__file__).parents[2] / "docs" / "references.md").read_text()
    assert [f"| `{name}` |" in page for name in rows[0]] == [True] * 6


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("map.txt", "", "ends in .csv or .json"),
        ("map.csv", "patient,name\n1,2\n", "is no UID map"),
        ("map.json", "{", "is no UID map"),
        ("map.json", '[{"sop_instance_uid": "1"}]', "is no UID map"),
        ("none/map.csv", None, "does not exist; make it first"),
    ],
)
def test_what_is_no_map_is_refused_and_left(
    tmp_path: Path, name: str, text: str | None, message: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    with pytest.raises(DestinationError, match=message):
        read_uid_map(path)
    if text is not None:
        assert path.read_text() == text


def test_many_writers_lose_no_row(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    rows = [UidRow("1", "2", "3", f"4.{n}", "5", f"6.{n}") for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda row: add_row(path, row), rows))
    assert set(read_uid_map(path)) == set(rows)
    assert len(read_uid_map(path)) == 24


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0")), min_size=6, max_size=6))
def test_whatever_a_header_holds_comes_back(tmp_path_factory: Any, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("maps")
    for suffix in ("csv", "json"):
        add_row(folder / f"m.{suffix}", UidRow(*texts))
        assert read_uid_map(folder / f"m.{suffix}") == (UidRow(*texts),)


def test_a_step_leaves_its_row_and_a_rerun_no_second_one(write: Any, tmp_path: Path) -> None:
    y, x = np.mgrid[0:64, 0:64]
    source = write(np.array([(x + y + f).astype(np.uint8) for f in range(2)]))
    path = tmp_path / "map.csv"
    for force in (False, True):
        done = transcode(source, tmp_path / "t.dcm", "jpegls", Options(uid_map=path, force=force))
    sop_class = "1.2.840.10008.5.1.4.1.1.7.4"
    assert read_uid_map(path) == (UidRow("1.2.3", sop_class, "1.2.3.5", "1.2.3.4", "1.2.3.5", done.uid),)


def test_a_map_that_cannot_be_one_stops_before_any_work(write: Any, tmp_path: Path) -> None:
    source = write(np.zeros((1, 8, 8), np.uint8))
    with pytest.raises(DestinationError, match="ends in"):
        transcode(source, tmp_path / "t.dcm", "jpegls", Options(uid_map=tmp_path / "map.xml"))
    assert not (tmp_path / "t.dcm").exists()
