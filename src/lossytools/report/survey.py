"""What an audit of many files amounts to, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group

from lossytools.report.summary import printable
from lossytools.report.tables import plain_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from lossytools.pipeline.tally import DeviceTotal, RuleTotal

_DEVICES = 20  # rows of a table for people; --json has all


def survey_tables(rules: Sequence[RuleTotal], devices: Sequence[DeviceTotal]) -> Group:
    """Return a table of the rules that were broken, and one of the devices whose objects break them."""
    return Group("", rule_table(rules), "", device_table(devices), "")


def rule_table(rules: Sequence[RuleTotal]) -> Table:
    """Return a row for each rule."""
    table = plain_table("rule", "", "title", "findings", "objects", right=("findings", "objects"))
    for total in rules:
        rule = total.rule
        table.add_row(rule.id, total.severity, rule.title, f"{total.findings:,}", f"{total.objects:,}")
    return table


def device_table(devices: Sequence[DeviceTotal]) -> Table:
    """Return a row for each device with findings, those with the most first."""
    numbers = ("objects", "broken", "findings")
    table = plain_table("station", "made by", "software", "written by", *numbers, right=numbers)
    broken = [total for total in devices if total.findings]
    for total in broken[:_DEVICES]:
        device = total.device
        made_by = " ".join(filter(None, (device.manufacturer, device.model)))
        words = (device.station, made_by, device.software, device.written_by)
        counts = (total.objects, total.broken, total.findings)
        table.add_row(*(printable(word) or "-" for word in words), *(f"{count:,}" for count in counts))
    if len(broken) > _DEVICES:
        table.caption = f"and {len(broken) - _DEVICES} more devices with fewer findings; --json has all"
        table.caption_justify = "left"
    return table
