"""Damaged files: whatever bit is off, only our own errors come out, and what is published decodes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file
from pydicom.pixels import pixel_array

from lossytools import Options, audit, decompress, measure, transcode
from lossytools.errors import InconsistentResult, LossyToolsError

ALLOWED = Options(
    allow_recompress=True,
    allow_larger=True,
    allow_quantitative=True,
    expand_palette=True,
    force=True,
    workers=1,
)
NAMES = (
    "CT_small.dcm",
    "MR_small_RLE.dcm",
    "ExplVR_BigEnd.dcm",
    "image_dfl.dcm",
    "JPEGLSNearLossless_08.dcm",
)


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a bit flipped, some replaced, cut out or put in, mostly in the header."""
    value = bytearray(whole)
    at = chance.randrange(132, chance.choice([1500, len(value)]))
    kind = chance.randrange(4)
    if kind == 0:
        value[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        value[at : at + 4] = chance.randbytes(4)
    elif kind == 2:
        del value[at : at + chance.randrange(1, 50)]
    else:
        value[at:at] = chance.randbytes(chance.randrange(1, 20))
    return bytes(value)


@pytest.mark.parametrize("name", NAMES)
def test_only_our_own_errors_come_out_of_damaged_files(tmp_path: Path, name: str) -> None:
    whole = Path(str(get_testdata_file(name, download=False))).read_bytes()
    chance = random.Random(name)  # noqa: S311  the same damage in every run
    source, target = tmp_path / "source.dcm", tmp_path / "target.dcm"
    outcomes = {"done": 0, "refused": 0}
    named = True
    for _ in range(15):
        source.write_bytes(damaged(whole, chance))
        for work in (
            lambda: transcode(source, target, "jpegls", ALLOWED),
            lambda: decompress(source, target, force=True),
            lambda: measure(source, source),
            lambda: audit(source),
        ):
            target.unlink(missing_ok=True)
            try:
                work()
                outcomes["done"] += 1
            except LossyToolsError as error:
                outcomes["refused"] += 1
                named = named and (str(source) in str(error) or isinstance(error, InconsistentResult))
            if target.exists():
                assert pixel_array(target).size > 0
        assert {p.name for p in tmp_path.iterdir()} <= {"source.dcm", "target.dcm"}
    assert min(outcomes.values()) > 0
    assert named, "a refusal that does not say of which file it speaks"
