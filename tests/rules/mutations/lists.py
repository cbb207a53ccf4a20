"""Faults of the methods (0028,2114) and ratios (0028,2112)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutations.corrupting import Mutation, absent, sets, values_of

if TYPE_CHECKING:
    from oracle.parts import Parts

RATIO, METHOD = "LossyImageCompressionRatio", "LossyImageCompressionMethod"


def _scaled(parts: Parts, source: Parts) -> None:
    """State bits over bytes."""
    sets(**{RATIO: f"{8 * float(values_of(parts, RATIO)[-1]):.6g}"})(parts, source)


def _longer(parts: Parts, source: Parts) -> None:
    """State more digits than a Decimal String has."""
    sets(**{RATIO: f"{float(values_of(parts, RATIO)[-1]):.20f}"})(parts, source)


def _last_method_only(parts: Parts, source: Parts) -> None:
    sets(**{METHOD: values_of(parts, METHOD)[-1:]})(parts, source)


def _older_parsed(parts: Parts, source: Parts) -> None:
    old, new = values_of(parts, RATIO)
    sets(**{RATIO: [f"{float(old):.1f}", new]})(parts, source)


def _older_in_percent(parts: Parts, source: Parts) -> None:
    old, new = values_of(parts, RATIO)
    sets(**{RATIO: [f"{1 / float(old):.4f}", new]})(parts, source)


def _one_more(parts: Parts, source: Parts) -> None:
    lists = {name: values_of(parts, name) for name in (METHOD, RATIO)}
    sets(**{METHOD: [*lists[METHOD], "ISO_15444_1"], RATIO: [*lists[RATIO], "1.5"]})(parts, source)


def _last_unknown(parts: Parts, source: Parts) -> None:
    sets(**{RATIO: [values_of(parts, RATIO)[0], ""]})(parts, source)


MUTATIONS = {
    "M01": Mutation(absent(RATIO)),
    "M02": Mutation(absent(METHOD)),
    "M03": Mutation(_last_method_only, {"M06": "the method of the first step is gone"}, base="twice"),
    "M04": Mutation(sets(**{METHOD: "JPEG"}), {"M05": "it is not the method of a JPEG either"}),
    "M05": Mutation(sets(**{METHOD: "ISO_14495_1"})),
    "M06": Mutation(sets(**{METHOD: ["ISO_14495_1", "ISO_15444_1"]}), base="twice"),
    "M07": Mutation(_older_parsed, base="twice"),
    "M08": Mutation(sets(**{RATIO: "0"}), {"M10": "nor is it the measured one"}),
    "M09": Mutation(_longer),
    "M10": Mutation(_scaled),
    "M11": Mutation(
        sets(**{METHOD: "iso_10918_1"}),
        {"M04": "terms are upper case", "M05": "it is not the method of a JPEG either"},
    ),
    "M12": Mutation(_one_more, {"U02": "the lists changed under the old UID"}, base="lossless"),
    "M13": Mutation(_last_unknown, base="twice"),
    "M14": Mutation(_older_in_percent, {"M07": "the older ratio is the source's no more"}, base="twice"),
}
