"""What a rule of a recipe asks of an object: conditions on its header, size, age and place."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from lossytools.elements import tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Values = tuple[str, ...]

SPECIAL = ("transfer_syntax", "frames", "size", "age", "path", "lossy")
"""What can be asked for beside the keywords of the data dictionary, each with its own unit."""

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
_BYTES: dict[str, float] = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
_DAYS: dict[str, float] = {"": 1, "d": 1, "w": 7, "m": 30.4375, "y": 365.25}
_UNITS: dict[str, dict[str, float]] = {"size": _BYTES, "age": _DAYS}
_COMPARISON = re.compile(r"(>=|<=|!=|>|<)\s*(.+)")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})\.?(\d\d)\.?(\d\d)")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing an object must have.

    name: a keyword such as "Modality", or one of SPECIAL. wanted: patterns with * and ?, of which one must
    fit a value of the object. compare, number: instead of patterns, how the first value has to compare.
    """

    name: str
    wanted: Values = ()
    compare: str = ""
    number: float = 0.0

    def holds(self, facts: Mapping[str, Values]) -> bool:
        """Return whether an object of these facts has what is wanted; what it lacks fits nothing."""
        values = facts.get(self.name, ())
        if not self.compare:
            return any(fnmatchcase(value, pattern) for value in values or ("",) for pattern in self.wanted)
        try:
            return bool(values) and _COMPARE[self.compare](float(values[0]), self.number)
        except ValueError:
            return False


def parse_condition(name: str, asked: object) -> Condition:
    """Return the condition that a recipe writes as `name = asked`.

    asked: text, a number, true or false, or a list of these; text that begins with >=, <=, >, < or !=
    compares numbers: of bytes as "10 MB" for size, of days as "2 y", "6 m" or "30 d" for age.

    Raises ValueError, in words for whoever wrote the recipe.
    """
    if name not in SPECIAL and tag_of(name) is None:
        raise ValueError(f"{name} is no keyword of the data dictionary, nor one of {', '.join(SPECIAL)}")
    wanted = tuple(map(_text, asked if isinstance(asked, list) else [asked]))
    found = _COMPARISON.fullmatch(wanted[0].strip()) if len(wanted) == 1 else None
    if found is not None:
        return Condition(name, (), found[1], _number(name, found[2]))
    if name in _UNITS:
        raise ValueError(f'{name} is compared, as ">= {"10 MB" if name == "size" else "2 y"}"')
    return Condition(name, wanted)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError(f"{value!r} is neither text nor a number")


def _number(name: str, text: str) -> float:
    found = _NUMBER.fullmatch(text.strip())
    units = _UNITS.get(name, {"": 1.0})
    factor = None if found is None else units.get(found[2].lower())
    if found is None or factor is None:
        known = ", ".join(filter(None, units)) or "none"
        raise ValueError(f"{text!r} is not a number with a unit that {name} knows ({known})")
    return float(found[1]) * factor


def age_days(study_date: str, today: date) -> tuple[str, ...]:
    """Return how many days a date of VR DA lies back, () where it is none.

    >>> age_days("20240101", date(2024, 3, 1))
    ('60',)
    """
    found = _DATE.fullmatch(study_date.strip())
    if found is None:
        return ()
    try:
        return (str((today - date(*map(int, found.groups()))).days),)
    except ValueError:
        return ()
