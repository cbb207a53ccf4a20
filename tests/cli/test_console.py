"""Progress goes to terminals only; tables to whoever reads."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from lossytools.cli.bars import bar
from lossytools.cli.console import progress, show

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


def test_a_piped_table_is_100_columns_wide(capsys: pytest.CaptureFixture[str]) -> None:
    show("word " * 40)
    assert max(map(len, capsys.readouterr().out.splitlines())) in range(90, 101)
