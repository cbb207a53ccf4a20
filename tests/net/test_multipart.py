"""Bodies with one part, in pieces of any size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lossytools.errors import UnreadableSource
from lossytools.net.failures import EndLost
from lossytools.net.multipart import Upload, read_part

CONTENT = b"\r\n--near\r\n-\r\n--not the mark" * 3 + b"\r\n"


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


def content(body: bytes, size: int = 7) -> bytes:
    return b"".join(read_part(pieces(body, size), "mark", "the archive"))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 64, 1000])
@pytest.mark.parametrize("before", [b"", b"\r\n", b"a preamble\r\n"])
@pytest.mark.parametrize("head", [b"", b"Content-Type: application/dicom\r\nContent-Length: 3\r\n"])
def test_the_content_comes_out_whatever_the_pieces(size: int, before: bytes, head: bytes) -> None:
    body = before + b"--mark  \r\n" + head + b"\r\n" + CONTENT + b"\r\n--mark--\r\nan epilogue"
    assert content(body, size) == CONTENT


def test_an_empty_part_is_empty() -> None:
    assert content(b"--mark\r\n\r\n\r\n--mark--") == b""


@pytest.mark.parametrize("kept", [0, 1, len(CONTENT) - 1, len(CONTENT) + 3])
def test_a_body_without_its_end_is_a_broken_connection(kept: int) -> None:
    whole = b"--mark\r\n\r\n" + CONTENT
    body = (whole + b"\r\n--mark--")[: len(whole) - len(CONTENT) + kept]
    with pytest.raises(EndLost, match="the archive: the connection broke: an answer ends without its last"):
        content(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "answers without any part"),
        (b"nothing of the kind", "answers without any part"),
        (b"--mark--\r\n", "answers without any part"),
        (b"--mark\r\nContent-Type: x", "without end of its header"),
        (b"x" * 100_000, "answers without any part"),
        (b"--mark\r\n\r\n1\r\n--mark\r\n\r\n2\r\n--mark--", "answers with several parts"),
    ],
)
def test_any_other_number_of_parts_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(UnreadableSource, match=f"the archive: {words}|the archive: answers .* {words}"):
        content(body, 4096)


def test_an_upload_is_the_file_as_it_lies_between_two_boundaries(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"12345")
    upload = Upload(path)
    boundary = upload.content_type.partition("boundary=")[2]
    expected = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n12345\r\n--{boundary}--\r\n".encode()
    assert b"".join(upload.pieces()) == expected
    assert b"".join(upload.pieces()) == expected  # a second time, for a repetition
    assert upload.length == len(expected)


def test_a_file_that_is_cut_meanwhile_is_not_padded(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    path.write_bytes(b"12345")
    upload = Upload(path)
    path.write_bytes(b"123")
    with pytest.raises(UnreadableSource, match=r"a\.dcm: was cut by 2 bytes while it was being sent"):
        list(upload.pieces())


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"none\.dcm: cannot be read: No such file"):
        Upload(tmp_path / "none.dcm")
