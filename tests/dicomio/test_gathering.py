"""Evidence of files: what is read of the code streams, and no less."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from pydicom.encaps import encapsulate

from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import read_source
from lossytools.rules import find_rule
from oracle.parts import read_parts, write_parts

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.evidence import Evidence

JPEG = "1.2.840.10008.1.2.4.50"
FRAME = np.random.default_rng(3).integers(0, 256, (16, 24, 3), np.uint8)


def profile(size: int) -> bytes:
    return size.to_bytes(4, "big") + bytes(n % 251 for n in range(size - 4))


def jpeg(icc: bytes) -> bytes:
    out = io.BytesIO()
    Image.fromarray(FRAME).save(out, "jpeg", icc_profile=icc)
    return out.getvalue()


def evidence(path: Path) -> Evidence:
    with read_source(path) as source:
        return gather(source)


@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("size", [200, 3000, 70_000])
def test_a_profile_longer_than_the_first_look_is_read_whole(write: Any, size: int, fragments: int) -> None:
    icc = profile(size)
    frames = [jpeg(icc), jpeg(icc), jpeg(profile(size + 1))]
    path = write(
        np.stack([FRAME] * 3),
        JPEG,
        pixel_bytes=encapsulate(frames, fragments_per_frame=fragments),
        PhotometricInterpretation="YBR_FULL_422",
        ICCProfile=icc + bytes(size % 2),
    )
    found = evidence(path)
    digests = [(fact.frame, fact.count, fact.header.icc) for fact in found.streams if fact.header]
    other = hashlib.sha256(profile(size + 1)).hexdigest()
    assert digests == [(1, 2, hashlib.sha256(icc).hexdigest()), (3, 1, other)]
    said = [finding.says for finding in find_rule("P17").look(found)]
    assert said == ["frame 3: the ICC profile in APP2 is not ICC Profile (0028,2000)"]


def test_a_data_set_that_forgot_its_explicit_vr_is_read_and_told(write: Any, tmp_path: Path) -> None:
    parts = read_parts(write(np.stack([FRAME])))
    parts.implicit = True
    found = evidence(write_parts(tmp_path / "implicit.dcm", parts))
    assert found.image.original_encoding == (True, True)
    assert (found.image.Rows, found.pixel_length) == (16, FRAME.size)
    assert evidence(write(np.stack([FRAME]))).image.original_encoding == (False, True)


def test_of_native_pixel_data_that_is_cut_short_only_what_is_there_counts(write: Any, tmp_path: Path) -> None:
    whole = write(FRAME[None]).read_bytes()
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(whole[:-62])
    found = list(find_rule("P21").look(evidence(cut)))
    assert [finding.says for finding in found] == ["native pixel data has 1090 bytes, its header says 1152"]
