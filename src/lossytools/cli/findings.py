"""How the results of an audit are shown, one at a time, and what they amount to."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from lossytools.cli.console import complain, hint, json_line, one_line, say, show
from lossytools.pipeline.tally import Tally
from lossytools.report.survey import survey_tables

if TYPE_CHECKING:
    from lossytools.cli.discretion import Discretion
    from lossytools.pipeline.audited import Audited, AuditOptions
    from lossytools.pipeline.tally import DeviceTotal


class Findings:
    """Prints what an audit finds as it is found, counts it, and closes with what it amounts to."""

    def __init__(self, options: AuditOptions, discretion: Discretion, *, as_json: bool) -> None:
        """Begin with nothing found; `discretion` says how much of a path is shown."""
        self.tally = Tally(options.ignore)
        self._options, self._discretion, self._as_json = options, discretion, as_json

    def show(self, audited: Audited) -> None:
        """Print one result, and count it."""
        self.tally.add(audited)
        if audited.error is not None:
            self._show_error(audited, audited.error)
        path = self._discretion.path(audited.path)
        against = None if audited.against is None else self._discretion.path(audited.against)
        for finding in audited.findings:
            if self._as_json:
                json_line("finding", path=path, **asdict(finding), against=against, look=audited.kind)
                continue
            beside = f", beside {against}" if audited.kind == "pair" else ""
            said = f"{finding.severity} {finding.rule} {finding.says}{beside} [{finding.cites}]"
            say(one_line(f"{path}: {said}"))

    def _show_error(self, audited: Audited, error: Exception) -> None:
        message = self._discretion.message(str(error), audited.path, audited.against)
        if self._as_json:
            path = self._discretion.path(audited.path)
            json_line("error", path=path, error=type(error).__name__, message=message)
        complain(message)

    def close(self) -> None:
        """Say how much was looked at, so that silence is never taken for a clean bill."""
        tally = self.tally
        if self._as_json:
            self._show_summary()
        elif tally.findings and tally.objects > 1:
            show(survey_tables(tally.rules(), [self._shown(each) for each in tally.devices()]), err=True)
        for each, count in tally.ignored():
            hint(f"ignored {_counted(count, 'finding')} of {each.prefix}: {each.reason or 'no reason given'}")
        found = _counted(tally.findings, "finding") if tally.findings else "nothing found"
        said = [f"{found} in {_counted(tally.objects, 'object')}"]
        if self._options.pairs:
            said.append(f"{_counted(tally.pairs, 'pair')} of predecessor and derived")
        if tally.unreadable:
            said.append(f"{tally.unreadable} unreadable")
        if tally.skipped:
            said.append(f"skipped what is not DICOM: {_counted(tally.skipped, 'file')}")
        hint(", ".join(said))

    def _shown(self, total: DeviceTotal) -> DeviceTotal:
        station = self._discretion.station(total.device.station)
        return replace(total, device=replace(total.device, station=station))

    def _show_summary(self) -> None:
        tally = self.tally
        json_line(
            "summary",
            rules=[
                {
                    "rule": each.rule.id,
                    "title": each.rule.title,
                    "severity": each.severity,
                    "findings": each.findings,
                    "objects": each.objects,
                }
                for each in tally.rules()
            ],
            devices=[
                asdict(shown.device)
                | {"objects": shown.objects, "broken": shown.broken, "findings": shown.findings}
                for shown in map(self._shown, tally.devices())
            ],
            ignored=[
                {"rule": each.prefix, "reason": each.reason, "findings": count}
                for each, count in tally.ignored()
            ],
        )
        counts = ("objects", "findings", "unreadable", "skipped", "pairs")
        json_line("total", **{name: getattr(tally, name) for name in counts})


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
