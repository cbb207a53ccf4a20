"""The catalogue of rules, and the audit that runs it: pure, evidence in and findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules import (
    authority_kept,
    decoded,
    derivation,
    derivation_kept,
    descriptions,
    display_kept,
    encodings,
    flag,
    flag_kept,
    frames,
    functional_groups,
    geometry,
    group_lengths,
    icons,
    identity,
    identity_kept,
    image_type,
    lists,
    measured,
    native,
    offsets,
    overlays,
    palettes,
    pixels,
    plausible,
    policy,
    profiles,
    provenance_kept,
    ratios,
    references,
    references_listed,
    sets,
    steps,
    streams,
    timing,
    video,
)
from lossytools.rules.facts import is_lossy_step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Finding, Rule
    from lossytools.rules.members import Member

FAMILIES: dict[str, str] = {
    "L": "The flag Lossy Image Compression",
    "M": "Method and ratio",
    "D": "Derivation",
    "U": "Identity, equipment, history",
    "P": "Pixel description and code streams",
    "F": "Frames and encapsulation",
    "O": "Object policy and file-sets",
}
"""Family letter to title, in the order of the catalogue."""


def _place(rule: Rule) -> tuple[int, str]:
    """Return where a rule stands: by family, then by number."""
    return list(FAMILIES).index(rule.id[0]), rule.id


CATALOGUE: tuple[Rule, ...] = tuple(
    sorted(
        (
            *flag.RULES,
            *flag_kept.RULES,
            *lists.RULES,
            *ratios.RULES,
            *measured.RULES,
            *steps.RULES,
            *plausible.RULES,
            *derivation.RULES,
            *derivation_kept.RULES,
            *image_type.RULES,
            *descriptions.RULES,
            *references.RULES,
            *identity.RULES,
            *group_lengths.RULES,
            *identity_kept.RULES,
            *provenance_kept.RULES,
            *authority_kept.RULES,
            *pixels.RULES,
            *native.RULES,
            *streams.RULES,
            *frames.RULES,
            *offsets.RULES,
            *overlays.RULES,
            *decoded.RULES,
            *policy.RULES,
            *encodings.RULES,
            *profiles.RULES,
            *icons.RULES,
            *geometry.RULES,
            *display_kept.RULES,
            *timing.RULES,
            *video.RULES,
            *functional_groups.RULES,
            *palettes.RULES,
            *references_listed.RULES,
            *sets.RULES,
        ),
        key=_place,
    )
)
"""Every rule, by family and number."""


def audit(evidence: Evidence, rules: Iterable[Rule] = CATALOGUE) -> Iterator[Finding]:
    """Yield what one object's header, layout and code streams say against each other.

    Never raises for what a file may hold: absent, empty or malformed attributes are findings
    where a rule wants them, and are passed over elsewhere.
    """
    for rule in rules:
        yield from rule.look(evidence)


def audit_pair(source: Evidence, derived: Evidence, rules: Iterable[Rule] = CATALOGUE) -> Iterator[Finding]:
    """Yield what contradicts the one step that made `derived` of `source`.

    Only what a pair shows: `audit` looks at each of the two alone.
    """
    for rule in rules:
        yield from rule.compare(source, derived)


def audit_set(
    members: Sequence[Member], rules: Iterable[Rule] = CATALOGUE
) -> Iterator[tuple[Member, Finding]]:
    """Yield what the objects of a set say against each other, with the object that a finding is of."""
    for rule in rules:
        yield from rule.survey(members)


def find_rule(number: str) -> Rule:
    """Return the rule of an id such as "M03". Raises KeyError where there is none."""
    for rule in CATALOGUE:
        if rule.id == number.strip().upper():
            return rule
    raise KeyError(number)


def select(prefixes: str, rules: Iterable[Rule] = CATALOGUE) -> tuple[Rule, ...]:
    """Return the rules whose id starts with one of the prefixes: "L,M01"; all of them for "".

    Raises ValueError where a prefix fits no rule.
    """
    catalogue = tuple(rules)
    wanted = tuple(part.strip().upper() for part in prefixes.split(",") if part.strip())
    for prefix in wanted:
        if not any(rule.id.startswith(prefix) for rule in catalogue):
            raise ValueError(f"no rule id starts with {prefix!r}")
    return tuple(rule for rule in catalogue if not wanted or rule.id.startswith(wanted))


_CARRIED_ON = frozenset({"M14", "U06"})
"""Rules about values that a step can only carry on: ratios stated before it, UIDs given by others."""


_AS_FOUND = frozenset({"M01", "M02", "M10"})
"""Rules about a history that a lossless step must leave as it found it (U02): also where there is none, and
where a stated ratio contradicts code streams that such a step brings to light again."""


def audit_step(source: Evidence, derived: Evidence, rules: Iterable[Rule] = CATALOGUE) -> Iterator[Finding]:
    """Yield what a step itself did wrong: findings of the pair, and those of the result that are new.

    What the source says against itself stays its own; a step neither mends nor hides it.
    """
    wanted = tuple(rules)
    carried = _CARRIED_ON if is_lossy_step(source, derived) else _CARRIED_ON | _AS_FOUND
    found = [finding for finding in audit(derived, wanted) if finding.rule not in carried]
    old = {(finding.rule, finding.says) for finding in (audit(source, wanted) if found else ())}
    yield from (finding for finding in found if (finding.rule, finding.says) not in old)
    yield from audit_pair(source, derived, wanted)
