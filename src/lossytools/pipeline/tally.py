"""What an audit of many files amounts to: by rule, by device, and what was passed over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.pipeline.audited import ignored_by
from lossytools.rules import CATALOGUE
from lossytools.rules.definition import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossytools.pipeline.audited import Audited, Device, Ignored
    from lossytools.rules import Rule
    from lossytools.rules.definition import Severity


@dataclass(frozen=True, slots=True)
class RuleTotal:
    """How often a rule was broken, and in how many looks at an object, alone, as a pair or in the set.

    severity: the strongest that was found.
    """

    rule: Rule
    severity: Severity
    findings: int
    objects: int


@dataclass(frozen=True, slots=True)
class DeviceTotal:
    """What a device made: objects, how many of them have findings, and findings, pairs included."""

    device: Device
    objects: int
    broken: int
    findings: int


class Tally:
    """Counts over all results of a survey; `add` takes them one at a time.

    objects: looked at, unreadable ones too. findings: not those passed over. faults: findings that are errors
    or warnings. pairs: objects looked at beside their predecessor.
    """

    def __init__(self, ignore: Sequence[Ignored] = ()) -> None:
        """Begin at nothing; `ignore` as the survey has it."""
        self.objects = self.findings = self.faults = self.unreadable = self.skipped = self.pairs = 0
        self._ignore = tuple(ignore)
        self._ignored: Counter[Ignored] = Counter()
        self._findings: Counter[tuple[str, Severity]] = Counter()  # by rule and severity
        self._looks: Counter[str] = Counter()
        self._made: Counter[Device] = Counter()
        self._broken: Counter[Device] = Counter()
        self._faults: Counter[Device] = Counter()

    def add(self, audited: Audited) -> None:
        """Count one result."""
        self.objects += audited.kind == "object"
        self.pairs += audited.kind == "pair"
        self.skipped += audited.kind == "skipped"
        self.unreadable += audited.error is not None
        self.findings += len(audited.findings)
        self.faults += sum(finding.severity != "I" for finding in audited.findings)
        self._findings.update((finding.rule, finding.severity) for finding in audited.findings)
        self._looks.update({finding.rule for finding in audited.findings})
        self._ignored.update(filter(None, (ignored_by(each, self._ignore) for each in audited.ignored)))
        if audited.device is not None:
            self._count_device(audited.device, audited)

    def _count_device(self, device: Device, audited: Audited) -> None:
        self._made[device] += audited.kind == "object"
        self._broken[device] += audited.kind == "object" and bool(audited.findings)
        self._faults[device] += len(audited.findings)

    def rules(self) -> tuple[RuleTotal, ...]:
        """Return the rules that were broken, in the order of the catalogue."""
        return tuple(filter(None, map(self._of_rule, CATALOGUE)))

    def _of_rule(self, rule: Rule) -> RuleTotal | None:
        counts = {level: self._findings[rule.id, level] for level in SEVERITIES}
        strongest = next((level for level, count in counts.items() if count), None)
        if strongest is None:
            return None
        return RuleTotal(rule, strongest, sum(counts.values()), self._looks[rule.id])

    def devices(self) -> tuple[DeviceTotal, ...]:
        """Return the devices, those with the most findings first."""
        totals = (
            DeviceTotal(device, made, self._broken[device], self._faults[device])
            for device, made in self._made.items()
        )
        return tuple(sorted(totals, key=lambda total: -total.findings))

    def ignored(self) -> tuple[tuple[Ignored, int], ...]:
        """Return what was to be passed over, each with how many findings were."""
        return tuple((each, self._ignored[each]) for each in self._ignore)
