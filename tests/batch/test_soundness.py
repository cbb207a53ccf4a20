"""Damage is not handed on, strangers' names lead nowhere, and nobody's file is taken for another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from lossytools import migrate
from lossytools.dicomio import publishing as module
from lossytools.dicomio.publishing import publish
from lossytools.errors import DestinationError
from small_archive import RECIPE, key_object, still

if TYPE_CHECKING:
    from pathlib import Path

    from small_archive import Archive

COPY = "version = 1\n[[rule]]\nname = 'all'\naction = 'copy'\n"


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("BitsAllocated", None),
        ("BitsAllocated", 17),
        ("BitsStored", None),
        ("BitsStored", 12),
        ("SamplesPerPixel", 0),
        ("SamplesPerPixel", None),
        ("PixelRepresentation", 16384),
        ("PhotometricInterpretation", "MONOCHROM2"),
        ("PhotometricInterpretation", None),
        ("Rows", None),
        ("Rows", 640),
    ],
)
def test_a_header_that_tells_nobody_how_to_decode_is_damage(empty: Archive, keyword: str, value: Any) -> None:
    image = still("x", "one")
    if value is None:
        delattr(image, keyword)
    else:
        setattr(image, keyword, value)
    empty.add("x", image)
    empty.plan(COPY)
    empty.run()
    assert empty.states() == {"x": ("failed", "copy", "unreadable")}


def test_signed_colour_is_damage(empty: Archive) -> None:
    image = still("x", "one")
    image.SamplesPerPixel, image.PhotometricInterpretation, image.PlanarConfiguration = 3, "RGB", 0
    image.PixelData, image.PixelRepresentation = image.PixelData * 3, 1
    empty.add("x", image)
    empty.plan(COPY)
    empty.run()
    assert empty.states() == {"x": ("failed", "copy", "unreadable")}


def test_a_document_with_a_damaged_item_is_damage(empty: Archive) -> None:
    path = empty.add("note.dcm", key_object("note", "one", "a", "b"))
    raw = path.read_bytes()
    at = raw.rindex(b"\x08\x00\x55\x11UI")
    path.write_bytes(raw[: at + 4] + b"\xfe\xff" + raw[at + 6 :])
    empty.plan(COPY)
    assert empty.states() == {"note.dcm": ("failed", "skip", "unreadable")}


@pytest.mark.parametrize("uid", [".", "..", "1..2", "1.", ".1", "../../x", "1.2/3", "1" * 65, ""])
def test_what_is_no_uid_is_no_name(empty: Archive, uid: str) -> None:
    image = still("x", "one")
    image.add_new("SeriesInstanceUID", "UI", "")
    image["SeriesInstanceUID"]._value = uid  # noqa: SLF001  pydicom would refuse some
    empty.add("x", image)
    empty.plan(RECIPE.replace("version = 1", 'version = 1\nlayout = "study"'))
    empty.run()
    assert empty.states()["x"] == ("failed", "skip", "bad-uid")
    assert not any((empty.out / "data").iterdir())


def test_a_name_in_place_of_a_uid_is_not_told(empty: Archive) -> None:
    image = still("x", "one")
    image["StudyInstanceUID"]._value = "MILLER JOHN"  # noqa: SLF001
    empty.add("x", image)
    empty.plan(log_paths="hash")
    assert b"MILLER" not in empty.ledger.read_bytes()


@pytest.mark.parametrize("name", ["data", ".lossytools"])
def test_a_destination_whose_folders_lead_elsewhere_is_refused(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    archive.out.mkdir()
    (archive.out / name).symlink_to(tmp_path / "elsewhere")
    archive.plan()
    with pytest.raises(DestinationError, match="is a link"):
        archive.run()
    assert not any((tmp_path / "elsewhere").iterdir())


def test_a_newer_file_at_an_originals_place_is_never_taken_for_it(archive: Archive, tmp_path: Path) -> None:
    archive.plan()
    archive.run()
    migrate.verify(archive.ledger, workers=1)
    original, quarantined = archive.source / "two/still2", tmp_path / "q/two/still2"
    quarantined.parent.mkdir(parents=True)
    os.link(original, quarantined)  # as a run leaves it that was killed before it removed the first name
    original.unlink()
    original.write_text("newer, of somebody else")
    told: dict[str, str] = {}
    migrate.retire(archive.ledger, tmp_path / "q", told=lambda e, fault: told.update({str(e.path): fault}))
    assert original.read_text() == "newer, of somebody else"
    assert told["two/still2"].startswith("another file stands in its place")


def test_a_full_disk_is_told_when_what_is_left_is_written(tmp_path: Path) -> None:
    class Full:
        """A file whose last bytes find no room."""

        def __init__(self, file: Any) -> None:
            self._file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()
            raise OSError(28, "No space left on device")

    create = module._create  # noqa: SLF001

    def create_full(folder: Path) -> tuple[Path, Any]:
        path, file = create(folder)
        return path, Full(file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_create", create_full)
        with pytest.raises(DestinationError, match="No space left"), publish(tmp_path / "x", force=True):
            raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []
