"""What a rule is: a check with its reason, its clause, its repair and the examples that test it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.members import Member

Severity = Literal["E", "W", "I"]
SEVERITIES: dict[Severity, str] = {"E": "error", "W": "warning", "I": "information"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A message whose severity is not the rule's own, where the IOD decides it."""

    says: str
    severity: Severity


Said = Iterator[str | Remark]
Check = Callable[["Evidence"], Said]
PairCheck = Callable[["Evidence", "Evidence"], Said]
SetCheck = Callable[["Sequence[Member]"], Iterator[tuple["Member", str]]]
Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """Changes on the good base of `rules.examples`, with which a rule holds or breaks.

    derived: changes on the derived object. source: changes on its source, None where the
    object is looked at alone. Keys and values are those of `examples.evidence_of`.
    group: for a rule of sets, changes on each of its objects, in the keys of `examples.members_of`.
    """

    derived: Changes
    source: Changes | None = None
    group: tuple[Changes, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction in one object. It carries no value of a patient or study attribute.

    rule: id. severity: "E", "W" or "I". says: what contradicts what. cites: the clause.
    repair: what would put it right.
    """

    rule: str
    severity: Severity
    says: str
    cites: str
    repair: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One consistency rule.

    id: family letter and number, as "M03". severity: its strongest. applies_to: which objects.
    why: the reason, from the docstring of its check. check: of one object, None if the rule is
    only of pairs. check_pair: of a source and what was made of it. check_set: of all objects looked at
    together; it says of which of them it speaks. since: the version that brought the rule.
    """

    id: str
    title: str
    severity: Severity
    cites: str
    applies_to: str
    why: str
    repair: str
    check: Check | None = field(repr=False)
    check_pair: PairCheck | None = field(repr=False)
    holds: tuple[Example, ...] = field(repr=False)
    breaks: tuple[Example, ...] = field(repr=False)
    since: str = "0.1"
    check_set: SetCheck | None = field(default=None, repr=False)

    def look(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield what contradicts this rule in one object."""
        if self.check is not None:
            yield from map(self._finding, self.check(evidence))

    def compare(self, source: Evidence, derived: Evidence) -> Iterator[Finding]:
        """Yield what contradicts this rule between a source and its derived object."""
        if self.check_pair is not None:
            yield from map(self._finding, self.check_pair(source, derived))

    def survey(self, members: Sequence[Member]) -> Iterator[tuple[Member, Finding]]:
        """Yield what contradicts this rule in a set of objects, with the object that a finding is of."""
        if self.check_set is not None:
            for member, said in self.check_set(members):
                yield member, self._finding(said)

    def _finding(self, said: str | Remark) -> Finding:
        remark = said if isinstance(said, Remark) else Remark(said, self.severity)
        return Finding(self.id, remark.severity, remark.says, self.cites, self.repair)


def one(**changes: Any) -> Example:
    """Return an example of one object: the good derived base with `changes`."""
    return Example(changes)


def pair(source: Changes | None = None, /, **changes: Any) -> Example:
    """Return an example of a pair: changes on the source, and `changes` on the derived base."""
    return Example(changes, source or {})


def group(*members: Changes) -> Example:
    """Return an example of a set: changes on the good derived base, for each of its objects."""
    return Example({}, None, members)


def rule(  # noqa: PLR0913 - a rule has this many facts
    number: str,
    title: str,
    *,
    severity: Severity,
    cites: str,
    repair: str,
    holds: Iterable[Example],
    breaks: Iterable[Example],
    applies_to: str = "every image",
    between: PairCheck | None = None,
) -> Callable[[Check], Rule]:
    """Return a decorator that makes a Rule of a check; `between` checks pairs as well."""

    def decorate(check: Check) -> Rule:
        return Rule(
            number, title, severity, cites, applies_to, _why(check), repair,
            check, between, tuple(holds), tuple(breaks),
        )  # fmt: skip

    return decorate


def pair_rule(  # noqa: PLR0913 - a rule has this many facts
    number: str,
    title: str,
    *,
    severity: Severity,
    cites: str,
    repair: str,
    holds: Iterable[Example],
    breaks: Iterable[Example],
    applies_to: str = "a source and what was made of it",
) -> Callable[[PairCheck], Rule]:
    """Return a decorator that makes a Rule of a check that needs a source beside the derived."""

    def decorate(check: PairCheck) -> Rule:
        return Rule(
            number, title, severity, cites, applies_to, _why(check), repair,
            None, check, tuple(holds), tuple(breaks),
        )  # fmt: skip

    return decorate


def set_rule(  # noqa: PLR0913 - a rule has this many facts
    number: str,
    title: str,
    *,
    severity: Severity,
    cites: str,
    repair: str,
    holds: Iterable[Example],
    breaks: Iterable[Example],
    applies_to: str,
) -> Callable[[SetCheck], Rule]:
    """Return a decorator that makes a Rule of a check that needs all objects of a set."""

    def decorate(check: SetCheck) -> Rule:
        return Rule(
            number, title, severity, cites, applies_to, _why(check), repair,
            None, None, tuple(holds), tuple(breaks), check_set=check,
        )  # fmt: skip

    return decorate


def _why(check: Callable[..., object]) -> str:
    """Return the reason a check gives in its docstring."""
    return inspect.cleandoc(check.__doc__ or "")
