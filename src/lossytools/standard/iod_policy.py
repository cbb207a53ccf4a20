"""Which objects may be compressed with loss at all: one row for each of the 171 IODs of PS3.3.

The table is `iod_policy.json` beside this module: IOD, its table in PS3.3 annex A, its SOP
Classes, the policy, the Types of (0028,2110), (0028,2112) and (0028,2114) in it, and the reason.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Policy = Literal["OK", "OK-WARN", "REFUSE", "NO-PIXELS"]


@dataclass(frozen=True, slots=True)
class IodPolicy:
    """The policy for one IOD.

    policy: "OK"; "OK-WARN", no ban in the standard but quantitative or regulated use, so only
        if asked for; "REFUSE"; "NO-PIXELS". types: Types of flag, ratio and method in the IOD,
        () where its text could not be read. functional_groups: an enhanced multi-frame IOD, whose
        functional groups record the derivation of every frame (PS3.3 section C.7.6.16).
    """

    iod: str
    table: str
    sop_classes: tuple[str, ...]
    policy: Policy
    types: tuple[str, ...]
    pixels: str
    reason: str
    functional_groups: bool


_RETIRED_ULTRASOUND = {
    "1.2.840.10008.5.1.4.1.1.6": "1.2.840.10008.5.1.4.1.1.6.1",
    "1.2.840.10008.5.1.4.1.1.3": "1.2.840.10008.5.1.4.1.1.3.1",
}
"""Retired ultrasound SOP Classes, treated like their successors (PS3.6 annex A)."""


@cache
def policies() -> tuple[IodPolicy, ...]:
    """Return all rows, in the order of the tables of PS3.3 annex A."""
    text = files("lossytools.standard").joinpath("iod_policy.json").read_text(encoding="utf-8")
    return tuple(
        IodPolicy(
            iod=row["iod"],
            table=row["table"],
            sop_classes=tuple(row["sop_classes"]),
            policy=row["policy"],
            types=tuple(row["types"]),
            pixels=row["pixels"],
            reason=row["reason"],
            functional_groups=row["functional_groups"],
        )
        for row in json.loads(text)
    )


@cache
def _by_class() -> dict[str, IodPolicy]:
    return {uid: row for row in policies() for uid in row.sop_classes}


def policy_of(sop_class_uid: str) -> IodPolicy | None:
    """Return the row of a SOP Class, None if it is unknown or private.

    Retired ultrasound classes answer with the row of their successor.
    """
    return _by_class().get(_RETIRED_ULTRASOUND.get(sop_class_uid, sop_class_uid))
