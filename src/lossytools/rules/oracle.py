"""What dciodvfy says of the objects that break a rule: measured, and kept in `dciodvfy.json`.

`python benchmarks/dciodvfy.py` makes a file of every example and asks; a test repeats it.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lossytools.rules.definition import Rule

Verdict = tuple[str, ...] | None
"""Errors and warnings about the fault of one example, () for none; None where no file was asked about."""


def verdicts_on(rule: Rule) -> tuple[Verdict, ...]:
    """Return what dciodvfy says of each example that breaks the rule, in their order.

    Texts begin with "error: ", "warning: " or "crash: " and hold no value of the object. Of an
    example that was never asked about the verdict is None.
    """
    kept = [None if said is None else tuple(said) for said in _table()["said"].get(rule.id, [])]
    return tuple([*kept, *[None] * len(rule.breaks)][: len(rule.breaks)])


def asked_version() -> str:
    """Return name and version of the wheel whose dciodvfy was asked."""
    return str(_table()["version"])


def summary_of(verdicts: Sequence[Verdict]) -> str:
    """Return verdicts in one line: "silent", or on how many examples it speaks, and its first words."""
    asked = [said for said in verdicts if said is not None]
    heard = [said for said in asked if said]
    if not asked:
        return "not asked"
    if not heard:
        return "silent"
    return (
        heard[0][0]
        if len(heard) == len(asked)
        else f"{heard[0][0]}; silent on {len(asked) - len(heard)} of {len(asked)}"
    )


@cache
def _table() -> dict[str, Any]:
    text = files("lossytools.rules").joinpath("dciodvfy.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
