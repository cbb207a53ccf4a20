"""What is digested of a file is its object, not its header."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest

from lossytools.dicomio.content import digest_content
from lossytools.errors import UnreadableSource


def test_the_file_header_does_not_count_and_every_byte_behind_it_does(write: Callable[..., Path]) -> None:
    path = write(np.zeros((1, 4, 4), np.uint8))
    first = digest_content(path)
    image = pydicom.dcmread(path)
    image.file_meta.ImplementationVersionName = "ANOTHER_WRITER"
    image.save_as(path)
    assert digest_content(path) == first
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    assert digest_content(path) != first


def test_a_header_without_its_length_is_digested_whole(tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_bytes(b"not DICOM at all")
    assert digest_content(path) == hashlib.sha256(b"not DICOM at all").hexdigest()


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="No such file"):
        digest_content(tmp_path / "gone")
