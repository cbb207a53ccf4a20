"""Reading back finds what an archive changed, whatever it said when it stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import pytest
from pydicom import dcmread

from lossytools.dicomio.reading import opened
from lossytools.dicomio.source import read_source
from lossytools.errors import DestinationError, UnreadableSource
from lossytools.net import Confirmed, Fetched, Patience, Remote, Stored, confirm, open_end, send_all
from lossytools.net.end import read_remote

QUICK = Patience(connect_s=2, read_s=5, attempts=2, pause_s=0.05)


@pytest.fixture(scope="module")
def recoding(new_archive: Callable[..., Any]) -> Any:
    """Return an archive that accepts what it is sent and keeps it in another transfer syntax."""
    return new_archive(IngestTranscoding="1.2.840.10008.1.2.1")


@dataclass
class Spoiler:
    """An end that gives out a file after `spoil` has changed it."""

    spoil: Callable[[Path], None]
    name: str = "the spoiler"
    patience: Patience = QUICK
    late: int = 0

    def instances(self, study: str = "") -> Iterator[Remote]:
        raise NotImplementedError(study)

    def held(self, remote: Remote) -> bool:
        return remote.instance == "0"

    def fetch(self, remote: Remote, target: Path) -> Fetched:
        self.late -= 1
        if self.late >= 0:
            raise UnreadableSource(f"{self.name}: has no instance {remote.instance}")
        target.write_bytes(self.path.read_bytes())
        self.spoil(target)
        return Fetched(remote, target, 0, "")

    def store(self, paths: Any) -> Iterator[Stored]:
        for self.path in paths:
            yield Stored(self.path, "1.2", accepted=True, reason="")

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def come_back(path: Path, spoil: Callable[[Path], None]) -> Confirmed:
    end = Spoiler(spoil)
    list(end.store([path]))
    return confirm(end, path)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def edited(**values: Any) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        image = dcmread(path)
        for keyword, value in values.items():
            setattr(image, keyword, value)
        image.save_as(path)

    return edit


def untouched(_: Path) -> None:
    pass


@pytest.mark.parametrize("form", ["explicit", "implicit", "rle", "jpeg", "jpegls", "jpeg2000"])
def test_an_object_that_comes_back_as_it_went_is_the_same(make: Any, form: str) -> None:
    path = make(form, "1.2.826.5.1")
    assert come_back(path, untouched) == Confirmed(
        path, read_remote(path)[0].instance, found=True, same=True, says=""
    )


@pytest.mark.parametrize("form", ["rle", "jpeg", "jpegls", "jpeg2000"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_changed_bit_of_any_fragment_is_found(make: Any, form: str, number: int) -> None:
    path = make(form, "1.2.826.5.2")
    with read_source(path) as source:
        items = source.items
        assert items is not None
        at, length = items.value_at(number), items.lengths[number]
    for place in (at, at + length // 2, at + length - 1):
        confirmed = come_back(path, lambda back, place=place: flip(back, place))
        assert (confirmed.found, confirmed.same) == (True, False)
        words = f"the spoiler: fragment {number + 1} of {length} bytes came back changed, {length} bytes"
        assert confirmed.says == words


@pytest.mark.parametrize("form", ["explicit", "implicit"])
def test_one_changed_bit_of_native_pixels_is_found(make: Any, form: str) -> None:
    path = make(form, "1.2.826.5.3")
    with opened(path) as file:
        at = file.pixel_offset
    # 3 frames of 40 x 56 pixels with 3 samples of a byte.
    for place in (at, at + 20159):
        confirmed = come_back(path, lambda back, place=place: flip(back, place))
        assert confirmed.says == "the spoiler: the pixel data of 20160 bytes came back changed, 20160 bytes"


@pytest.mark.parametrize(
    ("keyword", "value", "words"),
    [
        ("LossyImageCompression", "00", "LossyImageCompression 01 came back as 00"),
        ("LossyImageCompressionRatio", "10", "LossyImageCompressionRatio {old} came back as 10"),
        ("LossyImageCompressionMethod", None, "LossyImageCompressionMethod ISO_10918_1 came back as empty"),
        ("PhotometricInterpretation", "RGB", "PhotometricInterpretation {old} came back as RGB"),
        ("Rows", 41, "Rows 40 came back as 41"),
        ("SOPInstanceUID", "1.2.3", "SOPInstanceUID {old} came back as 1.2.3"),
    ],
)
def test_a_changed_element_of_the_record_is_found(make: Any, keyword: str, value: Any, words: str) -> None:
    path = make("jpeg", "1.2.826.5.4")
    old = dcmread(path)[keyword].value
    confirmed = come_back(path, edited(**{keyword: value}))
    assert confirmed.says == f"the spoiler: {words.format(old=old)}"


def test_a_patient_who_was_corrected_is_no_difference(make: Any) -> None:
    assert come_back(make("jpeg", "1.2.826.5.5"), edited(PatientName="NEW^NAME")).same


def test_all_differences_are_named(make: Any) -> None:
    path = make("explicit", "1.2.826.5.6")

    def spoil(back: Path) -> None:
        edited(BitsStored=7, LossyImageCompression="01", PixelData=b"\0" * 20158)(back)

    assert come_back(path, spoil).says == (
        "the spoiler: BitsStored 8 came back as 7; LossyImageCompression absent came back as 01; "
        "the pixel data of 20160 bytes came back changed, 20158 bytes"
    )


def test_a_missing_fragment_is_found(make: Any) -> None:
    path = make("jpeg", "1.2.826.5.7")

    def spoil(back: Path) -> None:
        with read_source(back) as source:
            items = source.items
            assert items is not None
            last, end = items.start + items.offsets[-1], items.end - 8
        content = back.read_bytes()
        back.write_bytes(content[:last] + content[end:])

    assert come_back(path, spoil).says == "the spoiler: 3 fragments came back as 2"


def test_an_archive_that_recodes_is_caught(recoding: Any, kind: str, make: Any) -> None:
    root = {"web": "1.2.826.5.8", "dicom": "1.2.826.5.9"}[kind]
    path = make("jpeg", root)
    with open_end(recoding.address(kind), QUICK) as end:
        (sent,) = send_all(end, [path])
    assert (sent.result, sent.safe) == ("differs", False)
    assert sent.says.startswith(
        f"{recoding.address(kind)}: transfer syntax 1.2.840.10008.1.2.4.50 came back as 1.2.840.10008.1.2.1; "
    )


def test_an_archive_that_files_later_is_asked_again(make: Any) -> None:
    path = make("jpeg", "1.2.826.5.10")
    assert [sent.result for sent in send_all(Spoiler(untouched, late=1), [path])] == ["sent"]
    (never,) = send_all(Spoiler(untouched, late=2), [path])
    assert (never.result, never.says) == (
        "differs",
        f"the spoiler: has no instance {read_remote(path)[0].instance}",
    )


def test_the_copy_is_compared_where_it_was_asked_for_and_then_removed(make: Any, tmp_path: Path) -> None:
    path = make("jpeg", "1.2.826.5.11")
    folder = tmp_path / "copies"
    folder.mkdir()
    seen: list[Path] = []
    end = Spoiler(seen.append)
    list(end.store([path]))
    assert confirm(end, path, folder).same
    assert folder in seen[0].parents
    assert list(folder.iterdir()) == []


def test_a_folder_for_copies_that_is_not_there_is_our_destination(make: Any, tmp_path: Path) -> None:
    end = Spoiler(untouched)
    path = make("jpeg", "1.2.826.5.12")
    list(end.store([path]))
    with pytest.raises(DestinationError, match=r"none: cannot be written: No such file"):
        confirm(end, path, tmp_path / "none")


def test_patience_is_a_value() -> None:
    assert replace(Patience(), attempts=1) == Patience(10.0, 60.0, 1, 0.5)
