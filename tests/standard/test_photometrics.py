"""Which pixels a transfer syntax carries, row by row as the tables of PS3.5 section 8.2 have them."""

from __future__ import annotations

import pytest

from lossytools.standard.photometrics import allowed_in, bits_in
from lossytools.standard.transfer_syntaxes import TRANSFER_SYNTAXES

_4 = "1.2.840.10008.1.2.4."


def fits(suffix: str, photometric: str, allocated: int, stored: int) -> bool:
    bits, _ = bits_in(_4 + suffix, photometric)
    return any(allocated == cell and stored in range_ for cell, range_ in bits)


@pytest.mark.parametrize(
    ("suffix", "photometric", "allocated", "stored", "carried"),
    [
        ("50", "MONOCHROME2", 8, 8, True),
        ("50", "MONOCHROME2", 16, 8, False),
        ("51", "MONOCHROME1", 16, 12, True),
        ("51", "MONOCHROME1", 16, 16, False),
        ("80", "PALETTE COLOR", 16, 2, True),
        ("80", "YBR_FULL", 16, 16, False),
        ("81", "RGB", 16, 16, True),
        ("81", "RGB", 8, 1, False),
        ("90", "YBR_RCT", 16, 1, True),
        ("90", "PALETTE COLOR", 24, 17, False),
        ("91", "MONOCHROME2", 40, 38, True),
        ("91", "MONOCHROME2", 40, 39, False),
        ("91", "MONOCHROME2", 1, 1, True),
        ("91", "YBR_ICT", 1, 1, False),
        ("111", "YBR_FULL_422", 8, 8, True),
        ("102.1", "YBR_PARTIAL_420", 8, 8, True),
        ("107", "YBR_PARTIAL_420", 16, 10, False),
        ("108", "YBR_PARTIAL_420", 16, 10, True),
    ],
)
def test_bits_are_those_of_the_row(
    suffix: str, photometric: str, allocated: int, stored: int, *, carried: bool
) -> None:
    assert fits(suffix, photometric, allocated, stored) is carried


@pytest.mark.parametrize("suffix", ["57", "70", "201", "203", "112", "93"])
def test_bits_that_could_not_be_read_are_not_judged(suffix: str) -> None:
    assert bits_in(_4 + suffix, "MONOCHROME2")[0] == ()


def test_every_row_belongs_to_a_transfer_syntax_and_names_its_clause() -> None:
    held = [syntax for syntax in TRANSFER_SYNTAXES if allowed_in(syntax.uid)[0]]
    assert len(held) == 29  # RLE, 8 of JPEG to JPEG 2000, 3 of HTJ2K, 1 of JPEG XL, 16 of video
    assert all(allowed_in(syntax.uid)[1].startswith("PS3.5 ") for syntax in held)
    assert allowed_in(_4 + "5") == ((), "")
    assert allowed_in("1.2.3") == ((), "")
