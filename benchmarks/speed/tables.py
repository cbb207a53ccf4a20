"""Rows and goals as Markdown and CSV."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from speed.contest import find
from speed.goals import API, CLI, missing
from speed.ratios import ratio_of, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from speed.contest import Row
    from speed.goals import Goal

BEGIN, END = "<!-- {name}: begin -->", "<!-- {name}: end -->"
_COLUMNS = (
    "case", "input", "cores", "contestant", "rounds", "seconds_median", "seconds_low", "seconds_high",
    "busy_median", "times_ours", "times_ours_low", "times_ours_high", "frames_per_second", "resident_bytes",
    "own_bytes", "bytes_out", "psnr_db", "max_error", "asked_ratio", "others_median", "coded", "errors",
    "warnings", "failed",
)  # fmt: skip


def goal_table(goals: Sequence[Goal], rows: Sequence[Row]) -> str:
    """Return the goals and what was measured, in Markdown."""
    lines = ["| what | goal | measured | spread | reached |", "|---|--:|--:|--:|---|"]
    for goal in goals:
        aim = f"{'≤' if goal.most else '≥'} {goal.aim:g}"
        found = goal.read(rows)
        if found is None:
            lines.append(f"| {goal.words} | {aim} {goal.unit} | {missing(goal, rows)} | | |")
            continue
        told = "" if found.low == found.high else f"{found.low:.2f} to {found.high:.2f}"
        reached = "yes" if goal.reached(found.value) else "**no**"
        lines.append(f"| {goal.words} | {aim} {goal.unit} | {found.value:.2f} | {told} | {reached} |")
    return "\n".join(lines) + "\n"


def row_table(rows: Sequence[Row]) -> str:
    """Return a table for each case, in Markdown."""
    parts = []
    for title in dict.fromkeys(map(_title, rows)):
        group = [row for row in rows if _title(row) == title]
        head = (
            "| contestant | s | times ours | processor s | frames/s | resident MB | own MB | MB out | PSNR dB"
            " | largest error | wrong |"
        )
        lines = [f"**{title}** ({group[0].image.words})\n", head, "|---|" + "--:|" * 9 + "---|"]
        parts.append("\n".join([*lines, *(_line(row, rows) for row in group)]) + "\n")
    return "\n".join(parts)


def _title(row: Row) -> str:
    return f"{row.case}, {'one core' if row.cores == 1 else 'all cores'}"


def _line(row: Row, rows: Sequence[Row]) -> str:
    if not row.seconds:
        return f"| {row.contestant} |" + " |" * 9 + f" {row.failed} |"
    low, high = spread(row.seconds)
    verdict = row.verdict
    cells = (
        row.contestant,
        f"{row.median:.3f} ({low:.3f} to {high:.3f})",
        _times(row, rows),
        f"{_middle(row.busy):.3f}",
        f"{row.image.frames / row.median:.0f}",
        f"{row.memory.resident / 1e6:.0f}",
        f"{row.memory.own / 1e6:.0f}",
        f"{row.bytes_out / 1e6:.3f}",
        "" if verdict.psnr_db is None else f"{verdict.psnr_db:.2f}",
        "" if verdict.max_error is None else str(verdict.max_error),
        verdict.wrong,
    )
    return "| " + " | ".join(cells) + " |"


def _reference(row: Row, rows: Sequence[Row]) -> Row | None:
    """Return our row to compare with: of whole processes ours, of work inside a process our API."""
    return find(rows, row.case, API if row.inside else CLI, row.cores) or find(rows, row.case, API, row.cores)


def _times(row: Row, rows: Sequence[Row]) -> str:
    ours = _reference(row, rows)
    if ours is None or ours is row:
        return ""
    ratio = ratio_of(row.seconds, ours.seconds)
    return f"{ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write a line for each row, failures included."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, _COLUMNS)
        writer.writeheader()
        writer.writerows(_values(row, rows) for row in rows)


def _values(row: Row, rows: Sequence[Row]) -> dict[str, object]:
    verdict = row.verdict
    known: dict[str, object] = {
        "case": row.case, "input": row.image.words, "cores": row.cores or "all", "contestant": row.contestant,
        "rounds": len(row.seconds), "failed": row.failed or verdict.words, "errors": " ".join(verdict.rules),
        "warnings": " ".join(verdict.warnings), "coded": verdict.coded, "psnr_db": verdict.psnr_db,
        "max_error": verdict.max_error, "asked_ratio": row.ratio or "", "bytes_out": row.bytes_out,
        "resident_bytes": row.memory.resident, "own_bytes": row.memory.own,
    }  # fmt: skip
    return known | (_timed(row, rows) if row.seconds else {})


def _timed(row: Row, rows: Sequence[Row]) -> dict[str, object]:
    low, high = spread(row.seconds)
    found: dict[str, object] = {
        "seconds_median": row.median, "seconds_low": low, "seconds_high": high,
        "busy_median": _middle(row.busy), "others_median": _middle(row.others),
        "frames_per_second": row.image.frames / row.median,
    }  # fmt: skip
    ours = _reference(row, rows)
    if ours is not None:
        ratio = ratio_of(row.seconds, ours.seconds)
        found |= {"times_ours": ratio.value, "times_ours_low": ratio.low, "times_ours_high": ratio.high}
    return found


def disturbance(rows: Sequence[Row]) -> str:
    """Return how many processors other work had while the contestants took their turns: median and most."""
    shares = [share for row in rows for share in row.others]
    return f"{_middle(shares):.2f}, at most {max(shares):.2f}" if shares else "not measured"


def environment_table(values: Mapping[str, str]) -> str:
    """Return what took part, in Markdown."""
    lines = ["| what | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in values.items())]
    return "\n".join(lines) + "\n"


def write_into(page: str, name: str, text: str) -> str:
    """Return a page with the part between its two markers of that name replaced.

    Raises ValueError where the page has no such markers.
    """
    begin, end = BEGIN.format(name=name), END.format(name=name)
    pattern = re.compile(f"({re.escape(begin)}\n).*?({re.escape(end)})", re.DOTALL)
    new, count = pattern.subn(lambda found: f"{found[1]}\n{text.strip()}\n\n{found[2]}", page)
    if count != 1:
        raise ValueError(f"the page has {count} places {begin} ... {end}")
    return new


def sections(page: str) -> Iterator[str]:
    """Yield the names of the parts of a page that are written by a run."""
    for found in re.finditer(r"<!-- ([a-z ]+): begin -->", page):
        yield found[1]
