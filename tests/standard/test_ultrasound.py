"""The colour rule of ultrasound, PS3.3 section C.8.5.6.1.2."""

from __future__ import annotations

import pytest

from lossytools.standard.ultrasound import colours_for

_4 = "1.2.840.10008.1.2.4."


@pytest.mark.parametrize(
    ("transfer_syntax", "colours"),
    [
        ("1.2.840.10008.1.2", ("RGB",)),
        ("1.2.840.10008.1.2.1.98", ("RGB",)),
        ("1.2.840.10008.1.2.8.1", ("RGB",)),
        ("1.2.840.10008.1.2.5", ("RGB", "YBR_FULL")),
        (_4 + "50", ("YBR_FULL_422",)),
        (_4 + "70", ("RGB",)),
        (_4 + "80", ("RGB",)),
        (_4 + "90", ("YBR_RCT",)),
        (_4 + "91", ("YBR_ICT", "YBR_RCT")),
        (_4 + "203", ("YBR_ICT", "YBR_RCT")),
        (_4 + "104.1", ("YBR_PARTIAL_420",)),
    ],
)
def test_colour_follows_the_transfer_syntax(transfer_syntax: str, colours: tuple[str, ...]) -> None:
    assert colours_for(transfer_syntax) == colours


@pytest.mark.parametrize("suffix", ["51", "81", "93", "94", "110", "111", "112"])
def test_what_the_clause_does_not_name_is_not_judged(suffix: str) -> None:
    assert colours_for(_4 + suffix) == ()


def test_a_private_syntax_is_not_judged() -> None:
    assert colours_for("1.2.3") == ()
