"""Goals and tables are read from the rows of a run."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import pytest

from speed.charts import Plot, bars, plots
from speed.contest import Row
from speed.goals import API, CLI, GOALS, J600, NONE
from speed.image import Image
from speed.judging import Verdict
from speed.processes import Memory
from speed.ratios import Line
from speed.tables import disturbance, goal_table, row_table, write_csv, write_into

US600 = Image("us600", (Path("us600.dcm"),), 600, 480, 640, 3, 8)


def row(contestant: str, seconds: list[float], cores: int = 0, **more: Any) -> Row:
    ours = contestant.startswith("lossytools")
    inside = contestant != CLI and not contestant.startswith("dcmc")
    busy = [2 * value for value in seconds]
    known: dict[str, Any] = {"bytes_out": 9_000_000, "memory": Memory(90_000_000, 60_000_000)}
    return Row(
        J600, US600, cores, contestant, ours, inside, seconds, busy, [0.1] * len(seconds), **{**known, **more}
    )


@pytest.fixture
def rows() -> list[Row]:
    wrong = Verdict(46.04, 32, "", ("P01", "P02"), ("U12",))
    return [
        row(CLI, [2.0, 2.0, 4.0], verdict=Verdict(46.04, 32)),
        row("dcmcjpeg", [8.0, 9.0, 10.0], verdict=wrong),
        row(CLI, [3.0, 3.8, 4.0], cores=1),
        row(API, [2.6, 2.6, 2.6], cores=1),
        row(NONE, [1.3, 1.3, 1.3], cores=1),
        row("bare codec", [1.0, 1.0, 1.0], cores=1),
        row("dcmcjpeg -ho", [], failed="not installed"),
    ]


def lines_of(table: str) -> dict[str, list[str]]:
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.splitlines()]
    return {line[0]: line[1:] for line in cells}


def test_goals_are_read_from_the_rows(rows: list[Row]) -> None:
    told = lines_of(goal_table(GOALS, rows))
    first = "jpeg, 600 frames, whole process, all cores: dcmcjpeg takes"
    assert told[first] == ["≥ 4 times", "4.50", "3.25 to 4.25", "yes"]  # 9 / 2; rounds 4, 4.5, 2.5
    scaling = told["the same, whole process"]
    assert scaling == ["≥ 1.8 times", "1.90", "1.25 to 1.70", "yes"]
    share = told["encoding share: verify none on one core takes, of the bare codec"]
    assert share == ["≤ 1.15 times", "1.30", "", "**no**"]
    memory = told["resident memory beyond 8 frames, 600 frames"]
    assert memory == ["≤ 200 MB", "82.63", "", "yes"]  # 90 MB less 8 times 921,600 bytes


def test_a_goal_without_its_rows_is_not_reached_in_silence(rows: list[Row]) -> None:
    absent = row("lossytools API, htj2k", [], failed="no such codec yet")
    told = lines_of(goal_table(GOALS, [*rows, absent]))
    assert told["the same, gdcmconv takes"][1] == "not measured"
    assert told["jpeg2000 takes, of htj2k at equal PSNR"][1] == "no such codec yet"


def test_a_wrong_object_and_a_failure_are_shown(rows: list[Row]) -> None:
    told = lines_of(row_table(rows))
    assert told["dcmcjpeg"][1] == "4.50 (3.25 to 4.25)"
    assert told["dcmcjpeg"][-1] == "P01, P02"
    assert told["dcmcjpeg -ho"][-1] == "not installed"
    assert told[CLI][3] == "158"  # 600 frames in 3.8 s, the last of its name


def test_the_csv_has_a_line_for_each_row(rows: list[Row], tmp_path: Path) -> None:
    write_csv(rows, tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert [line["contestant"] for line in lines] == [each.contestant for each in rows]
    assert (lines[1]["errors"], lines[1]["warnings"], lines[1]["times_ours"]) == ("P01 P02", "U12", "4.5")
    assert (lines[6]["failed"], lines[6]["seconds_median"]) == ("not installed", "")


def test_what_else_ran_is_told(rows: list[Row]) -> None:
    assert disturbance(rows) == "0.10, at most 0.10"


def test_a_part_of_a_page_is_replaced_and_the_rest_stays() -> None:
    page = "words\n<!-- goals: begin -->\nold\n<!-- goals: end -->\nmore\n"
    new = write_into(page, "goals", "| a | b \\1 |\n")
    assert new == "words\n<!-- goals: begin -->\n\n| a | b \\1 |\n\n<!-- goals: end -->\nmore\n"
    assert write_into(new, "goals", "| a | b \\1 |\n") == new
    with pytest.raises(ValueError, match="0 places"):
        write_into(page, "growth", "")


def test_bars_are_as_long_as_what_they_stand_for(rows: list[Row]) -> None:
    picture = bars(rows[:2], "title")
    line = [picture.getpixel((x, y)) for y in (2 * (76 + 44) + 4,) for x in range(picture.width)]
    ours = line.count((11, 110, 153))
    second = 2 * (76 + 44 + 28) + 4
    theirs = [picture.getpixel((x, second)) for x in range(picture.width)].count((185, 160, 91))
    assert ours / theirs == pytest.approx(4.5, rel=0.02)  # medians of 2 s and 9 s


def test_plots_have_a_dot_for_each_point() -> None:
    points = [(1.0, 1.0), (10.0, 2.0), (100.0, 12.0)]
    picture = plots([Plot("Seconds", "frames", "s", points, Line(0.9, 0.11, 0.01), "a line")], 1)
    assert picture.size == (1000, 760)
    ours = sum(count for count, colour in picture.getcolors(1 << 16) or () if colour == (11, 110, 153))
    assert ours == pytest.approx(3 * math.pi * 8**2, rel=0.1)  # three dots of 4 units, twice as many pixels
