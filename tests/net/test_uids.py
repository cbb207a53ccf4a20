"""A UID from outside becomes a name only if it is one."""

from __future__ import annotations

import pytest

from lossytools.errors import UnreadableSource
from lossytools.net import Remote
from lossytools.net.uids import is_uid


@pytest.mark.parametrize("text", ["1", "1.2.840", "0.0", "1.02.3", "9" * 64, "1." + "2" * 62])
def test_digits_and_single_dots_are_a_uid(text: str) -> None:
    assert is_uid(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "1..2",
        ".1",
        "1.",
        "1/2",
        "../1",
        "1.2\n",
        "1 2",
        "a.b",
        "1%2e2",
        "\uff19.\uff11",
        "9" * 65,
        "1\0",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_uid(text)


@pytest.mark.parametrize(
    ("remote", "words"),
    [
        (Remote("..", "1", "1"), "Study Instance UID '..'"),
        (Remote("1", "1/2", "1"), "Series Instance UID '1/2'"),
        (Remote("1", "1", ""), "SOP Instance UID ''"),
    ],
)
def test_a_remote_with_another_name_is_refused(remote: Remote, words: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        remote.checked()
    assert str(caught.value) == f"{words} is no UID: digits and dots, at most 64 (PS3.5 9.1)"
