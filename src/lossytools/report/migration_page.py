"""The report of a migration: one page that needs no network, and a table of all objects."""

from __future__ import annotations

import csv
import io
import os
from html import escape
from typing import TYPE_CHECKING

from lossytools.batch.figures import job_words
from lossytools.batch.reasons import REASONS
from lossytools.batch.schema import COLUMNS, FINISHED
from lossytools.report.figures import size_words, time_words
from lossytools.report.plots import histogram

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lossytools.batch.figures import Figures, Share
    from lossytools.batch.prediction import Interval
    from lossytools.batch.schema import Entry

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; margin: 2rem auto; max-width: 62rem;
  padding: 0 1rem }
h1 { font-size: 1.6rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
table { border-collapse: collapse; margin: .6rem 0 } th { text-align: left; border-bottom: 2px solid #d8dee4 }
th, td { padding: .25rem .9rem .25rem 0; vertical-align: top } td.n, th.n { text-align: right }
tr + tr td { border-top: 1px solid #eef1f4 }
.bar { background: #0b6e99; height: .7rem; display: inline-block } .lead { font-size: 1.1rem }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem } svg { max-width: 100%; height: auto }
.note { color: #59636e } @media print { body { margin: 0 } }
"""
_FORMULA = ("=", "+", "-", "@", "\t")
_BAR = 160  # pixels of a bar that saves nothing


def page(figures: Figures) -> str:
    """Return the page as HTML. Raises LibraryMissing without matplotlib."""
    body = [
        f"<h1>Migration report</h1>{_lead(figures)}",
        _table(("", ""), job_words(figures.job).items()),
        *_predicted(figures),
        *(f"<h2>By {name}</h2>{_share_table(name, shares)}" for name, shares in figures.by.items()),
        _plots(figures),
        f"<h2>Why objects are as they are</h2>{_reason_table(figures)}",
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Migration report</title>'
        f"<style>{_STYLE}</style>{''.join(body)}</html>\n"
    )


def _lead(figures: Figures) -> str:
    totals = figures.totals
    before, after = totals.size(*FINISHED), totals.target_size(*FINISHED)
    saved = f", <b>{1 - after / before:.0%} saved</b>" if before else ""
    trouble = f" {totals.trouble:,} are not published and were meant to be." if totals.trouble else ""
    left = f" {totals.left:,} are still to be done." if totals.left else ""
    return (
        f'<p class="lead">{totals.objects(*FINISHED):,} of {totals.objects():,} files are migrated:'
        f" {size_words(before)} have become {size_words(after)}{saved}.{trouble}{left}</p>"
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], numbers: int = 0) -> str:
    """Return a table, its last `numbers` columns of numbers; cells that begin with < are HTML already."""
    first = len(heads) - numbers
    marks = [' class="n"' if place >= first else "" for place in range(len(heads))]
    head = "".join(f"<th{mark}>{escape(text)}</th>" for text, mark in zip(heads, marks, strict=True))
    lines = (
        "<tr>" + "".join(f"<td{m}>{_cell(text)}</td>" for text, m in zip(row, marks, strict=True)) + "</tr>"
        for row in rows
    )
    top = f"<tr>{head}</tr>" if any(heads) else ""
    return f"<table>{top}{''.join(lines)}</table>"


class _Html(str):
    """Text that is HTML already; everything else is escaped."""

    __slots__ = ()


def _cell(text: str) -> str:
    return text if isinstance(text, _Html) else escape(text)


def _share_table(name: str, shares: tuple[Share, ...]) -> str:
    heads = (name, "", "objects", "compressed", "before", "after", "saved")
    return _table(heads, (_share_row(share) for share in shares), numbers=5)


def _share_row(share: Share) -> tuple[str, ...]:
    left = share.target_size / share.size if share.size else 1.0
    bar = _Html(f'<span class="bar" style="width:{round(_BAR * min(left, 1))}px"></span>')
    name = share.name or "(not told)"
    sizes = (size_words(share.size), size_words(share.target_size))
    return (name, bar, f"{share.objects:,}", f"{share.coded:,}", *sizes, f"{1 - left:.0%}")


def _predicted(figures: Figures) -> Iterator[str]:
    """Yield what was predicted beside what came, if a sample had been done."""
    told = figures.prediction
    if told is None:
        return
    rows = (
        ("bytes", *map(size_words, _ends(told.target_bytes)), size_words(figures.actual_bytes)),
        ("work", *map(time_words, _ends(told.seconds)), time_words(figures.actual_seconds)),
    )
    heads = ("", "predicted", "at least", "at most", "is")
    yield f"<h2>Predicted from {told.sampled} objects, and what it came to</h2>"
    yield _table(heads, rows, numbers=4)
    yield '<p class="note">The truth lies between the ends in 90 of 100 cases, once all is done.</p>'


def _ends(interval: Interval) -> tuple[float, float, float]:
    return interval.estimate, interval.low, interval.high


def _plots(figures: Figures) -> str:
    drawn = [
        histogram(figures.ratios, "compression ratio, x:1", log=True),
        histogram(figures.psnr_db, "PSNR of the worst frame, dB"),
    ]
    boxes = "".join(f"<div>{svg}</div>" for svg in drawn)
    same = figures.ratios.size - figures.psnr_db.size
    note = f"{same:,} compressed objects lost nothing and have no PSNR." if same else ""
    heading = f"<h2>What {figures.ratios.size:,} compressed objects lost</h2>"
    return f'{heading}<div class="plots">{boxes}</div><p class="note">{note}</p>'


def _reason_table(figures: Figures) -> str:
    rows = (
        (kind.state, kind.rule, kind.reason, REASONS[kind.reason], f"{kind.objects:,}", size_words(kind.size))
        for kind in figures.totals.kinds
        if kind.reason
    )
    return _table(("state", "rule", "reason", "that is", "objects", "bytes"), rows, numbers=2)


def table_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the lines of a CSV table with a row for each object."""
    yield _csv_line(COLUMNS)
    for entry in entries:
        values = (getattr(entry, name) for name in COLUMNS)
        yield _csv_line(map(_harmless, values))


def _harmless(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula: paths and makers' names come from strangers."""
    text = os.fsdecode(value) if isinstance(value, bytes) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text


def _csv_line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(list(values))
    return out.getvalue()
