"""A guideline as it was read: the tables beside this module, and what they say of one image."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lossytools.errors import PolicySettingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lossytools.values import LossyStep


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest ratio for some images; 1 forbids any loss.

    modalities: values of (0008,0060). body_parts: of (0018,0015), () for all others of the modality. methods:
    Defined Terms of (0028,2114), () where the guideline names none. wording: as it was read. near: the
    largest sum of the NEARs of all JPEG-LS steps, in grey levels, None where it names none.
    """

    modalities: tuple[str, ...]
    methods: tuple[str, ...]
    ratio: float
    wording: str
    body_parts: tuple[str, ...] = ()
    near: int | None = None

    def __post_init__(self) -> None:
        """Raise TypeError for what a file of one's own may have wrong."""
        for words in (self.modalities, self.methods, self.body_parts):
            if not isinstance(words, tuple):
                raise TypeError(f"{words!r} is to be a list")
        if not isinstance(self.ratio, int | float):
            raise TypeError(f"ratio is a number, not {self.ratio!r}")
        if not isinstance(self.near, int | None):
            raise TypeError(f"near is a whole number, not {self.near!r}")


@dataclass(frozen=True, slots=True)
class Policy:
    """A guideline. read: in the original, in part, or at second hand. address: where, looked_up: when."""

    name: str
    title: str
    country: str
    address: str
    read: str
    looked_up: str
    note: str
    limits: tuple[Limit, ...]

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


@cache
def policies() -> tuple[Policy, ...]:
    """Return every policy, by name."""
    folder = files("lossytools.policies")
    found = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    texts = sorted((entry.name, entry.read_text(encoding="utf-8")) for entry in found)
    return tuple(_policy(tomllib.loads(text)) for _, text in texts)


def _policy(table: dict[str, Any]) -> Policy:
    """Return the policy of a table as TOML has it. Raises ValueError, TypeError for what is none."""
    known = {field.name for field in fields(Policy)} - {"limits"} | {"limit"}
    if set(table) != known:
        odd = ", ".join(sorted(set(table) ^ known))
        raise ValueError(f"a policy has {', '.join(sorted(known))} and no more; look at {odd}")
    limits = tuple(_limit(row) for row in table.pop("limit"))
    return Policy(**table, limits=limits)


def _limit(row: Any) -> Limit:
    if not isinstance(row, dict):
        raise TypeError("limits stand below [[limit]], one or more")
    values: dict[str, Any] = {
        key: tuple(each) if isinstance(each, list) else each for key, each in row.items()
    }
    return Limit(**values)


def policy_named(name: str) -> Policy:
    """Return a policy by its name, or the one of a file, by a path that ends in .toml.

    Raises PolicySettingError for a name that none has, and for a file that is none.
    """
    if name.endswith(".toml"):
        return _of_file(name)
    for policy in policies():
        if policy.name == name:
            return policy
    known = ", ".join(policy.name for policy in policies())
    raise PolicySettingError(f"there is no policy {name!r}; there are: {known}, and FILE.toml")


@cache
def _of_file(name: str) -> Policy:
    try:
        return _policy(tomllib.loads(Path(name).read_text(encoding="utf-8")))
    except OSError as error:
        raise PolicySettingError(f"policy {name}: {error.strerror}") from error
    except (TypeError, ValueError) as error:
        raise PolicySettingError(
            f"policy {name}: {str(error).replace('Limit.__init__()', 'a limit')}"
        ) from error


def limit_for(policy: Policy, modality: str, body_part: str, methods: Iterable[str]) -> Limit | None:
    """Return the limit of an image, None where the policy has none for it.

    Of several methods the strictest limit counts, and so it does where a body part decides and is not known.
    """
    rows = [row for row in policy.limits if modality in row.modalities]
    used = set(methods)
    rows = [row for row in rows if not row.methods or used <= set(row.methods)]
    if body_part:
        named = [row for row in rows if body_part in row.body_parts]
        rows = named or [row for row in rows if not row.body_parts]
    return min(rows, key=lambda row: row.ratio, default=None)


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
    limit = limit_for(policy, modality, body_part, [step.method for step in steps if step.method])
    of = f"{modality or 'this modality'}{f' {body_part}' if body_part else ''}"
    if limit is None:
        methods = ", ".join(sorted({step.method for step in steps if step.method}))
        return Verdict(None, None, f"{policy.name} has no figure for {of} with {methods or 'this method'}")
    cited = f'"{limit.wording}", {policy.source}'
    if limit.ratio <= 1:
        return Verdict(limit, kept=False, says=f"{policy.name} allows no loss for {of}: {cited}")
    found = (_of_ratios(limit, steps), _of_nears(limit, nears))
    worst = next((each for each in found if each[0] is False), None)
    worst = worst or next((each for each in found if each[0] is None), found[0])
    return Verdict(limit, worst[0], f"{worst[1]} that {policy.name} allows for {of}: {cited}")


def _of_ratios(limit: Limit, steps: Sequence[LossyStep]) -> tuple[bool | None, str]:
    """Return whether the product of the ratios is allowed, None where it is not known, and how to say so."""
    if any(not step.ratio for step in steps):
        return None, f"a ratio of the history is not known beside the {limit.ratio:g}:1"
    product = math.prod(float(step.ratio) for step in steps)
    over = f"{len(steps)} lossy steps" if len(steps) > 1 else "one lossy step"
    kept = product <= limit.ratio
    return kept, f"{product:.4g}:1 over {over} {'keeps to' if kept else 'exceeds'} the {limit.ratio:g}:1"


def _of_nears(limit: Limit, nears: Sequence[int] | None) -> tuple[bool | None, str]:
    """Return the same of the sum of NEARs: so far two near-lossless steps may take a sample together."""
    if limit.near is None:
        return True, ""
    if nears is None:
        return None, f"a NEAR of the history is not known beside the {limit.near}"
    kept = sum(nears) <= limit.near
    told = " + ".join(map(str, nears)) or "0"
    return kept, f"NEAR {told} {'keeps to' if kept else 'exceeds'} the {limit.near}"
