"""Progress goes to terminals only; tables to whoever reads."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from lossytools.cli.bars import bar
from lossytools.cli.console import complain, progress, say, show

if TYPE_CHECKING:
    import pytest


def test_without_a_terminal_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("cine") as advance:
        advance(3, 20)
    assert capsys.readouterr().err == ""


def test_the_bar_counts_frames() -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100)
    with bar("cine [bold].dcm", terminal) as advance:
        advance(3, 20)
    drawn = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert "cine [bold].dcm" in drawn
    assert "3/20" in drawn


def test_on_a_terminal_the_bar_goes_to_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress("cine") as advance:
        advance(3, 20)
    assert capsys.readouterr().out == ""


def test_the_bar_counts_files_where_files_are_meant() -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100)
    with bar("audit", terminal, unit="files") as advance:
        advance(3, 20)
    drawn = terminal.file.getvalue()  # type: ignore[attr-defined]
    assert "files" in drawn
    assert "frames" not in drawn


def test_a_bar_leaves_results_that_go_into_a_file_alone(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100)
    with bar("audit", terminal):
        print("a result")  # noqa: T201
    assert capsys.readouterr().out == "a result\n"
    assert "a result" not in terminal.file.getvalue()  # type: ignore[attr-defined]


def test_results_on_the_terminal_of_the_bar_stand_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", screen)
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100)
    with bar("audit", terminal):
        say("a result")
        complain("an error")
    drawn = terminal.file.getvalue()  # type: ignore[attr-defined]
    for words in ("a result", "lossytools: an error"):
        (line,) = [line for line in drawn.splitlines() if words in line]
        assert "━" not in line
    assert screen.getvalue() == ""


def test_a_piped_table_is_100_columns_wide(capsys: pytest.CaptureFixture[str]) -> None:
    show("word " * 40)
    assert max(map(len, capsys.readouterr().out.splitlines())) in range(90, 101)
