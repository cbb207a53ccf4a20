"""A small archive of two studies whose objects refer to each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_archive import Archive, key_object, still


@pytest.fixture
def empty(tmp_path: Path) -> Archive:
    """Return an archive with nothing in it."""
    archive = Archive(tmp_path)
    archive.source.mkdir()
    return archive


@pytest.fixture
def archive(empty: Archive) -> Archive:
    """Return two studies: stills and a key object each, the second naming the first; and a note of text."""
    for number in range(2):
        empty.add(f"one/still{number}", still(f"still{number}", "one", number))
    empty.add("one/note.dcm", key_object("note", "one", "still0", "still1"))
    empty.add("two/still2", still("still2", "two", 2))
    empty.add("two/note2.dcm", key_object("note2", "two", "still2", "still0"))
    (empty.source / "README.txt").write_text("not DICOM")
    return empty
