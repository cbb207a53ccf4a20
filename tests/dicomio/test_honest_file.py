"""Bytes at a place, for any number of threads, and never more than the file holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import IO, TYPE_CHECKING

import pytest

from lossytools.dicomio.honest_file import HonestFile
from lossytools.errors import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 1024


@pytest.fixture(params=["file", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IO[bytes]]:
    path = tmp_path / "content"
    path.write_bytes(CONTENT)
    with path.open("rb") if request.param == "file" else BytesIO(CONTENT) as file:
        yield file


def test_threads_read_side_by_side_and_the_position_stays(opened: IO[bytes]) -> None:
    file = HonestFile(opened, "content")
    file.seek(5)
    places = [(at * 977 % 200_000, 1 + at * 331 % 60_000) for at in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda place: file.read_at(*place), places))
    assert found == [CONTENT[at : at + length] for at, length in places]
    assert (file.tell(), file.read(3)) == (5, bytes((5, 6, 7)))


def test_no_byte_behind_the_end_is_promised(opened: IO[bytes]) -> None:
    file = HonestFile(opened, "content")
    assert file.read_at(len(CONTENT) - 2, 2) == bytes((254, 255))
    with pytest.raises(
        UnreadableSource, match="truncated: 3 bytes claimed at 262142, the file ends at 262144"
    ):
        file.read_at(len(CONTENT) - 2, 3)


def test_reading_moves_on_in_steps_of_any_size_and_from_any_place(opened: IO[bytes]) -> None:
    file = HonestFile(opened, "content")
    steps = {0: (8, 4, 8190, 3), 8180: (20, 0, 100_000, 2), 100: (1, 1), 262_100: (40, 4)}
    for place, lengths in steps.items():
        assert file.seek(place) == place
        for length in lengths:
            at = file.tell()
            assert file.read(length) == CONTENT[at : at + length]
            assert file.tell() == at + length
    assert (file.seek(-4, 1), file.read(), file.read(8), file.tell()) == (262_140, CONTENT[-4:], b"", 262_144)
    assert (file.seek(-2, 2), file.read(100)) == (262_142, CONTENT[-2:])
    assert (file.seek(300_000), file.read(8)) == (300_000, b"")
