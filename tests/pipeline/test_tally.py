"""Counts over all results of a survey."""

from __future__ import annotations

from pathlib import Path

from lossytools.errors import UnreadableSource
from lossytools.pipeline.audited import Audited, Device, Ignored
from lossytools.pipeline.tally import Tally
from lossytools.rules import Finding

A, B = Device("A", "Maker", "One", "1", "W"), Device("B", "Maker", "Two", "1", "W")


def finding(rule: str, severity: str = "E") -> Finding:
    return Finding(rule, severity, "says", "PS3.3", "repair")  # type: ignore[arg-type]


def test_every_kind_of_result_has_its_count() -> None:
    tally = Tally((Ignored("L", "why"), Ignored("L02")))
    tally.add(Audited(Path("a"), (finding("M03", "W"), finding("M03"), finding("U12", "I")), device=A))
    tally.add(Audited(Path("b"), device=B, ignored=(finding("L02"), finding("L05"))))
    tally.add(Audited(Path("b"), (finding("M03"),), "pair", device=B))
    tally.add(Audited(Path("a"), (finding("U15"),), "set"))
    tally.add(Audited(Path("c"), kind="skipped"))
    tally.add(Audited(Path("d"), error=UnreadableSource("d")))
    assert (tally.objects, tally.findings, tally.faults) == (3, 5, 4)
    assert (tally.unreadable, tally.skipped, tally.pairs) == (1, 1, 1)
    assert [(each.rule.id, each.severity, each.findings, each.objects) for each in tally.rules()] == [
        ("M03", "E", 3, 2),
        ("U12", "I", 1, 1),
        ("U15", "E", 1, 1),
    ]
    assert [(each.device.station, each.objects, each.broken, each.findings) for each in tally.devices()] == [
        ("A", 1, 1, 3),
        ("B", 1, 0, 1),
    ]
    assert [(each.prefix, count) for each, count in tally.ignored()] == [("L", 1), ("L02", 1)]
