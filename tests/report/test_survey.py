"""The tables that close an audit of many files."""

from __future__ import annotations

import io

from rich.console import Console

from lossytools.pipeline.audited import Device
from lossytools.pipeline.tally import DeviceTotal, RuleTotal
from lossytools.report.survey import survey_tables
from lossytools.rules import find_rule


def drawn(rules: list[RuleTotal], devices: list[DeviceTotal]) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=120, markup=False)
    console.print(survey_tables(rules, devices))
    return [line.split() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def device(station: str, findings: int) -> DeviceTotal:
    return DeviceTotal(Device(station, "Maker", "", "", "WRITER_1"), 12000, findings, findings)


def test_rules_and_devices_have_their_rows() -> None:
    rows = drawn([RuleTotal(find_rule("M03"), "E", 1234, 1000)], [device("ROOM7", 3), device("ROOM8", 0)])
    title = find_rule("M03").title.split()
    assert ["M03", "E", *title, "1,234", "1,000"] in rows
    assert ["ROOM7", "Maker", "-", "WRITER_1", "12,000", "3", "3"] in rows
    assert not any("ROOM8" in row for row in rows)


def test_a_long_list_of_devices_is_cut_and_says_so() -> None:
    rows = drawn([], [device(f"ROOM{number}", 1) for number in range(25)])
    assert sum(bool(row) and row[0].startswith("ROOM") for row in rows) == 20
    assert ["and", "5", "more", "devices", "with", "fewer", "findings;", "--json", "has", "all"] in rows
