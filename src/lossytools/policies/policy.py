"""A guideline as it was read, and what it says of one image."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from lossytools.standard.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lossytools.values import LossyStep

_CODE = re.compile(r"[A-Z0-9_]+(?: [A-Z0-9_]+)*")  # a CS without spaces around it (PS3.5 section 6.2)


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest ratio for some images; 1 forbids any loss.

    modalities: values of (0008,0060). body_parts: of (0018,0015), () for all others of the modality. methods:
    Defined Terms of (0028,2114), () where the guideline names none. wording: as it was read. near: the
    largest sum of the NEARs of all JPEG-LS steps, in grey levels, None where it names none.

    Raises ValueError, TypeError for what no image could ever have: it would forbid nothing, unnoticed.
    """

    modalities: tuple[str, ...]
    methods: tuple[str, ...]
    ratio: float
    wording: str
    body_parts: tuple[str, ...] = ()
    near: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError, TypeError for what cannot be a limit."""
        _check_texts("modalities", self.modalities, _CODE, "code strings, as US")
        _check_texts("body_parts", self.body_parts, _CODE, "code strings, as BREAST")
        _check_texts("methods", self.methods, re.compile("|".join(METHODS)), ", ".join(METHODS))
        if not self.modalities:
            raise ValueError("modalities names one or more")
        if not (_is_number(self.ratio) and 1 <= self.ratio < math.inf):
            raise ValueError(f"ratio is a number, 1 or more, not {self.ratio!r}")
        if self.near is not None and not (_is_number(self.near) and self.near == int(self.near) >= 0):
            raise ValueError(f"near is a whole number, 0 or more, not {self.near!r}")
        if not isinstance(self.wording, str):
            raise TypeError(f"wording is text, not {self.wording!r}")


def _check_texts(name: str, values: object, form: re.Pattern[str], words: str) -> None:
    good = isinstance(values, tuple) and all(isinstance(one, str) and form.fullmatch(one) for one in values)
    if not good:
        raise ValueError(
            f"{name} is a list of {words}, not {list(values) if isinstance(values, tuple) else values!r}"
        )


def _is_number(value: object) -> bool:
    """Return whether a value is a number; Python counts True as one."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@dataclass(frozen=True, slots=True)
class Policy:
    """A guideline. read: in the original, in part, or at second hand. address: where, looked_up: when.

    Raises TypeError for what is no text, ValueError without a limit.
    """

    name: str
    title: str
    country: str
    address: str
    read: str
    looked_up: str
    note: str
    limits: tuple[Limit, ...]

    def __post_init__(self) -> None:
        """Raise TypeError, ValueError for what cannot be a policy."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "limits" and not isinstance(value, str):
                raise TypeError(f"{field.name} is text, not {value!r}")
        if not self.limits:
            raise ValueError("a policy has one [[limit]] or more")

    @property
    def source(self) -> str:
        """What was read and where, in words."""
        return f"{self.title} ({self.read}; {self.address})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says of an image. limit: None for no figure. kept: None where nobody can tell."""

    limit: Limit | None
    kept: bool | None
    says: str


def limits_for(policy: Policy, modality: str, body_part: str, methods: Iterable[str]) -> tuple[Limit, ...]:
    """Return every limit of an image, () where the policy has none for it.

    A limit has to hold for all methods. Where a body part decides and is not known all of them are returned.
    """
    rows = [row for row in policy.limits if modality in row.modalities]
    used = set(methods)
    rows = [row for row in rows if not row.methods or used <= set(row.methods)]
    if body_part:
        named = [row for row in rows if body_part in row.body_parts]
        rows = named or [row for row in rows if not row.body_parts]
    return tuple(rows)


def limit_for(policy: Policy, modality: str, body_part: str, methods: Iterable[str]) -> Limit | None:
    """Return the limit of an image with the smallest ratio, None where the policy has none for it."""
    rows = limits_for(policy, modality, body_part, methods)
    return min(rows, key=lambda row: row.ratio, default=None)


def near_for(policy: Policy, modality: str, body_part: str, methods: Iterable[str]) -> Limit | None:
    """Return the limit of an image with the smallest sum of NEARs, None where none names one."""
    rows = limits_for(policy, modality, body_part, methods)
    named = [row for row in rows if row.near is not None]
    return min(named, key=lambda row: row.near or 0, default=None)


def judge(
    policy: Policy,
    modality: str,
    body_part: str,
    steps: Sequence[LossyStep],
    nears: Sequence[int] | None = None,
) -> Verdict:
    """Return whether a lossy history keeps to a policy: the product of its ratios, the sum of its NEARs.

    nears: of its JPEG-LS steps, None where not all are known.
    """
    image = policy, modality, body_part, [step.method for step in steps if step.method]
    limit, near = limit_for(*image), near_for(*image)
    of = f"{modality or 'this modality'}{f' {body_part}' if body_part else ''}"
    if limit is None:
        methods = ", ".join(sorted(set(image[3])))
        return Verdict(None, None, f"{policy.name} has no figure for {of} with {methods or 'this method'}")
    if limit.ratio <= 1:
        return Verdict(
            limit, kept=False, says=f"{policy.name} allows no loss for {of}: {_cited(policy, limit)}"
        )
    found = [(limit, *_of_ratios(limit, steps))]
    if near is not None:
        found.append((near, *_of_nears(near, nears)))
    row, kept, says = min(found, key=lambda each: _GRAVITY[each[1]])
    return Verdict(row, kept, f"{says} that {policy.name} allows for {of}: {_cited(policy, row)}")


_GRAVITY = {False: 0, None: 1, True: 2}


def _cited(policy: Policy, limit: Limit) -> str:
    return f'"{limit.wording}", {policy.source}'


def ratio_of(step: LossyStep) -> float | None:
    """Return the ratio of a step, 1 where it grew, None where the header tells none that could be."""
    try:
        ratio = float(step.ratio)
    except ValueError:
        return None
    return max(ratio, 1.0) if math.isfinite(ratio) and ratio > 0 else None


def _of_ratios(limit: Limit, steps: Sequence[LossyStep]) -> tuple[bool | None, str]:
    """Return whether the product of the ratios is allowed, None where it is not known, and how to say so."""
    ratios = [ratio_of(step) for step in steps]
    known = [ratio for ratio in ratios if ratio is not None]
    if len(known) < len(ratios):
        return None, f"a ratio of the history is not known beside the {limit.ratio:g}:1"
    product = math.prod(known)
    over = f"{len(steps)} lossy steps" if len(steps) > 1 else "one lossy step"
    kept = product <= limit.ratio
    return kept, f"{product:.4g}:1 over {over} {'keeps to' if kept else 'exceeds'} the {limit.ratio:g}:1"


def _of_nears(limit: Limit, nears: Sequence[int] | None) -> tuple[bool | None, str]:
    """Return the same of the sum of NEARs: so far two near-lossless steps may take a sample together."""
    if nears is None or limit.near is None:
        return None, f"a NEAR of the history is not known beside the {limit.near}"
    kept = sum(nears) <= limit.near
    told = " + ".join(map(str, nears)) or "0"
    return kept, f"NEAR {told} {'keeps to' if kept else 'exceeds'} the {limit.near}"
