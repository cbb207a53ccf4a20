from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossytools.dicomio.fragments import read_items, share_out
from lossytools.dicomio.honest_file import HonestFile
from lossytools.errors import UnreadableSource

SOI = b"\xff\xd8"


def item(value: bytes) -> bytes:
    return pack("<HHI", 0xFFFE, 0xE000, len(value)) + value


END = pack("<HHI", 0xFFFE, 0xE0DD, 0)


def honest(value: bytes) -> HonestFile:
    return HonestFile(BytesIO(value), "test")


def shared(fragments: list[bytes], frames: int, table: bytes = b"", extended: tuple[int, ...] = ()) -> object:
    file = honest(item(table) + b"".join(map(item, fragments)) + END)
    return share_out(file, read_items(file, 0), frames, extended)


def test_a_file_that_somebody_cuts_while_it_is_read_is_unreadable() -> None:
    content = BytesIO(bytes(100))
    file = HonestFile(content, "test")
    content.truncate(50)
    with pytest.raises(UnreadableSource, match="somebody cut the file"):
        file.read_at(40, 20)


def test_items_are_found_with_their_offsets_from_the_end_of_the_table() -> None:
    file = honest(b"skip" + item(b"") + item(b"abcd") + item(b"ef") + END + b"next")
    items = read_items(file, 4)
    assert (items.offsets, items.lengths, items.delimited) == ((0, 12), (4, 2), True)
    assert file.read_at(items.value_at(1), 2) == b"ef"
    assert items.end == len(b"skip") + 8 + 12 + 10 + 8


def test_a_missing_end_is_told_and_no_error() -> None:
    assert read_items(honest(item(b"") + item(b"ab")), 0).delimited is False


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (item(b"") + pack("<HHI", 0xFFFE, 0xE000, 1000) + b"short", "fragment 1 claims 1000 bytes"),
        (b"\x00" * 16, "does not begin with a Basic Offset Table"),
        (item(b"") + item(b"ab") + b"garbage!garbage!", "neither an item nor the end"),
        (pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFF0), "truncated"),
    ],
)
def test_damage_is_said_in_words(value: bytes, words: str) -> None:
    with pytest.raises(UnreadableSource, match=words):
        read_items(honest(value), 0)


def test_one_fragment_a_frame_needs_no_table() -> None:
    assert shared([b"ab", b"cd", b"ef"], 3) == ((0, 1), (1, 2), (2, 3))


def test_all_fragments_belong_to_a_single_frame() -> None:
    assert shared([b"ab", b"cd", b"ef"], 1) == ((0, 3),)


def test_the_basic_offset_table_shares_out_many_fragments() -> None:
    # items of 10 bytes each: frame 2 begins with the third fragment, at 20
    assert shared([b"ab", b"cd", b"ef"], 2, pack("<2I", 0, 20)) == ((0, 2), (2, 3))


def test_the_extended_offset_table_is_believed_before_the_markers() -> None:
    assert shared([b"ab", b"cd", b"ef"], 2, extended=(0, 10)) == ((0, 1), (1, 3))


def test_a_table_that_meets_no_fragment_is_not_believed() -> None:
    streams = [SOI + b"ab", b"cd", SOI + b"ef"]
    assert shared(streams, 2, pack("<2I", 0, 7)) == ((0, 2), (2, 3))


def test_without_any_table_the_start_markers_decide() -> None:
    assert shared([SOI + b"ab", b"cd", SOI + b"ef", b"gh"], 2) == ((0, 2), (2, 4))


def test_more_streams_than_frames_are_not_dropped_nor_joined() -> None:
    assert shared([SOI + b"ab", SOI + b"cd"], 1) is None
    assert shared([b"ab", b"cd"], 1, pack("<2I", 0, 10)) is None
    assert shared([b"ab", b"cd"], 1, extended=(0, 10)) is None


def test_what_cannot_be_shared_out_is_not_guessed() -> None:
    assert shared([b"ab", b"cd", b"ef"], 2) is None
    assert shared([b"ab"], 2) is None


@given(st.binary(max_size=200), st.integers(1, 5))
def test_no_bytes_make_anything_but_items_or_a_clear_refusal(value: bytes, frames: int) -> None:
    file = honest(value)
    with suppress(UnreadableSource):
        share_out(file, read_items(file, 0), frames)
