"""The page of the rules is the catalogue's."""

from __future__ import annotations

from pathlib import Path

from lossytools.rules import CATALOGUE
from lossytools.rules.document import page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "run: python -m lossytools.rules.document > docs/rules.md"


def test_the_page_has_a_section_for_every_rule() -> None:
    lines = page().splitlines()
    assert [line.removeprefix("### ") for line in lines if line.startswith("### ")] == [
        r.id for r in CATALOGUE
    ]
