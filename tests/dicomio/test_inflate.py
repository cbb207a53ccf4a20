"""A deflated data set is inflated in pieces, and not without end."""

from __future__ import annotations

import tempfile
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset

from lossytools.dicomio import deflated as module
from lossytools.dicomio.honest_file import HonestFile
from lossytools.errors import UnreadableSource

SYNTAX = "1.2.840.10008.1.2.1.99"


def start_of(whole: bytes) -> int:
    """Return where the deflated bytes begin: behind the group that (0002,0000) gives the length of."""
    return 144 + int.from_bytes(whole[140:144], "little")


def deflated(path: Path, body: bytes, *, pad: bytes = b"", zeros: int = 0) -> Path:
    """Write a file whose deflated data set inflates to Rows, `body` and mebibytes of `zeros`."""
    head = Dataset()
    head.file_meta = FileMetaDataset()
    head.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    head.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    head.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    head.file_meta.ImplementationClassUID = "1.2.3"
    head.file_meta.TransferSyntaxUID = SYNTAX
    head.Rows = 1
    head.save_as(path, enforce_file_format=True)
    whole = path.read_bytes()
    start = start_of(whole)
    inside = zlib.decompress(whole[start:], wbits=-15) + body
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    coded = [engine.compress(inside), *(engine.compress(bytes(1 << 20)) for _ in range(zeros))]
    path.write_bytes(whole[:start] + b"".join(coded) + engine.flush() + pad)
    return path


@contextmanager
def inflated(path: Path) -> Iterator[HonestFile]:
    """Inflate the file at `path` as reading it does, without pydicom's own attempt at it."""
    meta = Dataset()
    meta.FileMetaInformationGroupLength = start_of(path.read_bytes()) - 144
    with path.open("rb") as handle, tempfile.SpooledTemporaryFile(1 << 25) as spare:
        yield module.inflate(HonestFile(handle, str(path)), meta, spare)


def pixel_data(length: int) -> bytes:
    return b"\xe0\x7f\x10\x00OW\x00\x00" + length.to_bytes(4, "little") + bytes(length)


def test_a_bomb_takes_no_memory_and_is_refused_by_its_ratio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deflated(tmp_path / "bomb.dcm", b"", zeros=96)
    monkeypatch.setattr(module, "_INFLATED_FREE", 48 << 20)
    tracemalloc.start()
    with (
        pytest.raises(UnreadableSource, match=r"inflates to more than 50331648 bytes.*compressed.*200:1"),
        inflated(path),
    ):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # 32 MiB stay in memory until the spare file rolls over to the disk, its buffer growing by eighths
    assert peak < 56 << 20


def test_one_piece_of_input_is_notinflated_at_once(tmp_path: Path) -> None:
    path = deflated(tmp_path / "blank.dcm", b"", zeros=200)
    tracemalloc.start()
    with inflated(path) as file:
        assert file.size > 200 << 20
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80 << 20


@pytest.mark.parametrize("pad", [b"", b"\0", bytes(3000)])
def test_every_byte_comes_through_and_padding_does_not(tmp_path: Path, pad: bytes) -> None:
    noise = np.random.default_rng(0).integers(0, 9, 3 << 20, np.uint8).tobytes()
    value = pixel_data(len(noise))[: -len(noise)] + noise
    with inflated(deflated(tmp_path / "noise.dcm", value, pad=pad)) as file:
        assert file.read_at(file.size - len(value), len(value)) == value


@pytest.mark.parametrize("length", [0, 2, 256, 258, 70000])
def test_a_stream_without_its_end_is_truncated(tmp_path: Path, length: int) -> None:
    path = deflated(tmp_path / "cut.dcm", pixel_data(length))
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(UnreadableSource, match="no end"), inflated(path):
        pass


def test_damage_is_told(tmp_path: Path) -> None:
    path = deflated(tmp_path / "bad.dcm", pixel_data(64))
    data = bytearray(path.read_bytes())
    start = start_of(data)
    data[start:] = b"\xff" * (len(data) - start)
    path.write_bytes(data)
    with pytest.raises(UnreadableSource, match="damaged"), inflated(path):
        pass
