"""Plans and states as tables for people, or as JSON lines."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from lossytools.cli.console import hint, json_line, say, show
from lossytools.cli.migration.values import totals_values
from lossytools.report.migration import done_text, prediction_text, reasons_lines, states_table, trouble_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossytools.batch.schema import Entry
    from lossytools.batch.totals import Totals
    from lossytools.migrate import Done, Prediction


def show_totals(
    totals: Totals, trouble: Sequence[Entry] = (), *, as_json: bool, kind: str = "status"
) -> None:
    """Show where a job stands, or what a plan decided."""
    if as_json:
        json_line(kind, **totals_values(totals))
        return
    show(states_table(totals))
    for line in reasons_lines(totals):
        hint(line)
    for line in trouble_lines(trouble, totals.trouble - len(trouble)):
        hint(line)


def show_prediction(prediction: Prediction, workers: int, *, as_json: bool) -> None:
    """Show what a job will leave and take."""
    if as_json:
        json_line("prediction", **asdict(prediction), workers=workers)
    else:
        say(prediction_text(prediction, workers))


def show_run(done: Done, trouble: Sequence[Entry], *, as_json: bool) -> None:
    """Show what a run did."""
    if as_json:
        values = totals_values(done.totals)
        sent = {"sent": done.transfer.done, "refused": list(done.transfer.refused)}
        json_line("run", complete=done.complete, destination=str(done.destination), **sent, **values)
        return
    show_totals(done.totals, trouble, as_json=False)
    say(done_text(done.totals))
    if done.transfer.done:
        say(f"{done.transfer.done:,} objects sent, and given back the same")
