"""The recipe of a migration: which objects are compressed how, which are copied, which are left out."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from lossytools.batch.conditions import Condition, parse_condition
from lossytools.batch.reasons import LIFTABLE
from lossytools.batch.recipe_lines import line_of
from lossytools.codecs import parse_codec
from lossytools.errors import LossyToolsError, RecipeError

if TYPE_CHECKING:
    from collections.abc import Mapping

Action = Literal["transcode", "copy", "skip"]
References = Literal["follow", "keep", "both"]
Layout = Literal["source", "study"]
Verify = Literal["first", "independent"]

_CHOICES = {
    "references": ("follow", "keep", "both"),
    "layout": ("source", "study"),
    "verify": ("first", "independent"),
    "otherwise": ("copy", "skip"),
}
_KEYS = {"version", "min_saving", "rule", *_CHOICES}
_RULE_KEYS = {"name", "where", "action", "codec", "allow", "min_saving"}
_ACTIONS = ("transcode", "copy", "skip")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class RecipeRule:
    """One rule: the first whose conditions all hold decides.

    codec: in the notation of `parse_codec`, "" unless `action` is "transcode". allow: reasons of
    `lossytools.batch.reasons` that keep no object from being compressed here. min_saving: share of a file's
    bytes, 0 to 1, that compression has to save; else the object is copied.
    """

    name: str
    action: Action
    codec: str = ""
    where: tuple[Condition, ...] = ()
    allow: frozenset[str] = frozenset()
    min_saving: float = 0.2

    def fits(self, facts: Mapping[str, tuple[str, ...]]) -> bool:
        """Return whether all conditions hold."""
        return all(condition.holds(facts) for condition in self.where)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a job does, whatever the objects.

    references: "follow" lets other objects name the compressed instances, "keep" compresses nothing that is
    referred to, "both" keeps what is referred to beside its compressed copy, old references beside new ones.
    layout: "source" keeps the tree, "study" names files by their UIDs. otherwise: what becomes of objects
    that no rule fits. text: the file, whose digest is part of the job's identity.
    """

    rules: tuple[RecipeRule, ...]
    references: References = "follow"
    layout: Layout = "source"
    verify: Verify = "first"
    otherwise: Literal["copy", "skip"] = "copy"
    text: str = field(default="", repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def keywords(self) -> frozenset[str]:
        """Names of everything that conditions ask for."""
        return frozenset(condition.name for rule in self.rules for condition in rule.where)

    def rule_for(self, facts: Mapping[str, tuple[str, ...]]) -> RecipeRule:
        """Return the first rule that fits, or what stands for none."""
        fallback = RecipeRule("(no rule fits)", self.otherwise)
        return next((rule for rule in self.rules if rule.fits(facts)), fallback)


def shipped_recipes() -> dict[str, str]:
    """Return the text of each recipe that comes with the package, by name."""
    folder = files("lossytools.batch").joinpath("recipes")
    found = {Path(each.name).stem: each for each in folder.iterdir() if each.name.endswith(".toml")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}


def read_recipe(named: str) -> Recipe:
    """Return the recipe in the file `named`, or the shipped one of that name. Raises RecipeError."""
    shipped = shipped_recipes()
    if named in shipped:
        return parse_recipe(shipped[named], named)
    try:
        text = Path(named).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text in UTF-8"
        known = ", ".join(shipped)
        raise RecipeError(f"{named}: cannot be read: {why}; recipes that come along: {known}") from error
    return parse_recipe(text, named)


def parse_recipe(text: str, name: str = "recipe") -> Recipe:
    """Return the recipe that `text` writes in TOML. Raises RecipeError with the line."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{name}: {error}") from error
    return _Reader(text, name).recipe(table)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns tables into values, and says in which line one cannot be."""

    text: str
    name: str

    def recipe(self, table: dict[str, Any]) -> Recipe:
        """Return the recipe of the whole file."""
        self._known(table, _KEYS, None)
        if table.get("version") != _VERSION:
            raise self._error("version", None, f"version = {_VERSION} is the only one there is")
        rules = table.get("rule", [])
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules) or not rules:
            raise self._error("rule", None, "rules stand each under its own [[rule]], one at least")
        chosen = {key: self._choice(table, key) for key in _CHOICES if key in table}
        saving = self._share(table, None) if "min_saving" in table else 0.2
        each = tuple(self.rule(rule, number, saving) for number, rule in enumerate(rules))
        self._distinct(each)
        return Recipe(each, text=self.text, **cast("dict[str, Any]", chosen))

    def rule(self, table: dict[str, Any], number: int, saving: float) -> RecipeRule:
        """Return one rule; numbers count from 0."""
        self._known(table, _RULE_KEYS, number)
        name = table.get("name")
        if not isinstance(name, str) or not name or not name.isprintable():
            raise self._error("name", number, "a rule has a name, in one line of text")
        action = table.get("action", "transcode" if "codec" in table else None)
        if action not in _ACTIONS:
            raise self._error("action", number, f"action is one of {', '.join(_ACTIONS)}")
        return RecipeRule(
            name=name,
            action=cast("Action", action),
            codec=self._codec(table, number) if action == "transcode" else self._no_codec(table, number),
            where=self._where(table.get("where", {}), number),
            allow=self._allow(table.get("allow", []), number),
            min_saving=self._share(table, number) if "min_saving" in table else saving,
        )

    def _codec(self, table: dict[str, Any], number: int) -> str:
        try:
            return repr(parse_codec(str(table["codec"])))
        except KeyError as error:
            raise self._error("action", number, "to transcode takes a codec") from error
        except LossyToolsError as error:
            raise self._error("codec", number, str(error)) from error

    def _no_codec(self, table: dict[str, Any], number: int) -> str:
        if "codec" in table:
            raise self._error("codec", number, f"action = {table['action']!r} takes no codec")
        return ""

    def _where(self, table: Any, number: int) -> tuple[Condition, ...]:
        if not isinstance(table, dict):
            raise self._error("where", number, "where is a table, as { Modality = 'US' }")
        found = []
        for name, asked in table.items():
            try:
                found.append(parse_condition(name, asked))
            except ValueError as error:
                raise self._error(name, number, str(error)) from error
        return tuple(found)

    def _allow(self, listed: Any, number: int) -> frozenset[str]:
        unknown = [each for each in listed if each not in LIFTABLE] if isinstance(listed, list) else [listed]
        if unknown:
            raise self._error("allow", number, f"{unknown[0]!r} is none of {', '.join(sorted(LIFTABLE))}")
        return frozenset(listed)

    def _share(self, table: dict[str, Any], number: int | None) -> float:
        share = table["min_saving"]
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share < 1:
            raise self._error("min_saving", number, "min_saving is a share from 0 to less than 1, as 0.2")
        return float(share)

    def _choice(self, table: dict[str, Any], key: str) -> str:
        if table[key] not in _CHOICES[key]:
            raise self._error(key, None, f"{key} is one of {', '.join(_CHOICES[key])}")
        return str(table[key])

    def _known(self, table: dict[str, Any], keys: set[str], number: int | None) -> None:
        for key in table:
            if key not in keys:
                raise self._error(key, number, f"{key} is none of {', '.join(sorted(keys))}")

    def _distinct(self, rules: tuple[RecipeRule, ...]) -> None:
        names = [rule.name for rule in rules]
        for number, name in enumerate(names):
            if name in names[:number]:
                raise self._error("name", number, f"two rules are called {name!r}")

    def _error(self, key: str, number: int | None, says: str) -> RecipeError:
        return RecipeError(f"{self.name}, line {line_of(self.text, key, number)}: {says}")
