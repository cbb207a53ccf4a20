"""Guidelines by name: the tables beside this module, and files of one's own."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lossytools.errors import PolicySettingError
from lossytools.policies.policy import Limit, Policy


@cache
def policies() -> tuple[Policy, ...]:
    """Return every policy, by name."""
    folder = files("lossytools.policies")
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    texts = sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in found)
    return tuple(_policy(text) for _, text in texts)


def policy_named(name: str) -> Policy:
    """Return a policy by its name, or the one of a file, by a path that ends in .toml.

    Raises PolicySettingError for a name that none has, and for a file that is none.
    """
    if name.lower().endswith(".toml"):
        return _of_file(name)
    for policy in policies():
        if policy.name == name:
            return policy
    known = ", ".join(policy.name for policy in policies())
    raise PolicySettingError(f"there is no policy {name!r}; there are: {known}, and FILE.toml")


def _of_file(name: str) -> Policy:
    """Return the policy of a file, read again each time: it may have been corrected meanwhile."""
    try:
        return _policy(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicySettingError(f"policy {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PolicySettingError(f"policy {name}: it is not text in UTF-8") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise PolicySettingError(f"policy {name}: {error}") from error


def _policy(text: str) -> Policy:
    """Return the policy of a text in TOML. Raises ValueError for what is none."""
    table = tomllib.loads(text)
    rows = table.pop("limit", [])
    if not isinstance(rows, list):
        raise TypeError("limits stand below [[limit]], one or more")
    _check_keys("a policy", table, Policy)
    return Policy(**table, limits=tuple(_limit(row, place) for place, row in enumerate(rows, start=1)))


def _limit(row: Any, place: int) -> Limit:
    try:
        _check_keys("a limit", row, Limit)
        values: dict[str, Any] = {
            key: tuple(each) if isinstance(each, list) else each for key, each in row.items()
        }
        return Limit(**values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"limit {place}: {error}") from error


def _check_keys(what: str, table: Any, kind: type[Policy | Limit]) -> None:
    """Raise ValueError for a key that is missing, and for one that would have no effect."""
    if not isinstance(table, dict):
        raise TypeError(f"{what} is a table of names and values, not {table!r}")
    known = {field.name: field.default is MISSING for field in fields(kind) if field.name != "limits"}
    missing = sorted(name for name, needed in known.items() if needed and name not in table)
    if missing:
        raise ValueError(f"{what} needs {', '.join(missing)}")
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ValueError(f"{what} has no {', '.join(unknown)}, but {', '.join(known)}")
