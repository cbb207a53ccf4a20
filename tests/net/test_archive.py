"""A real archive: what is stored is found, and comes back as it went, by either protocol, in any syntax."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from lossytools.dicomio.content import digest_content
from lossytools.errors import TargetExists, UnreadableSource
from lossytools.net import (
    Fetched,
    Kept,
    Patience,
    Remote,
    RequestRefused,
    confirm,
    fetch_all,
    open_end,
    send_all,
    web_query,
)
from lossytools.net.end import read_remote

FORMS = ("explicit", "implicit", "rle", "jpeg", "jpegls", "jpeg2000")
ROOTS = {"web": "1.2.826.1", "dicom": "1.2.826.2"}
QUICK = Patience(connect_s=2, read_s=5, attempts=2, pause_s=0.05)


@pytest.mark.parametrize("form", FORMS)
def test_an_object_comes_back_byte_for_byte(
    archive: Any, kind: str, make: Any, tmp_path: Path, form: str
) -> None:
    path = make(form, f"{ROOTS[kind]}.1")
    remote, syntax = read_remote(path)
    with open_end(archive.address(kind), QUICK) as end:
        (stored,) = end.store([path])
        assert (stored.accepted, stored.reason, stored.uid) == (True, "", remote.instance)
        fetched = end.fetch(remote, tmp_path / "back.dcm")
        assert confirm(end, path).same
    # The File Meta Information is the receiver's, the data set is compared as it is coded.
    assert digest_content(tmp_path / "back.dcm") == digest_content(path)
    meta = dcmread(tmp_path / "back.dcm", stop_before_pixels=True).file_meta
    assert meta.TransferSyntaxUID == syntax
    assert meta.MediaStorageSOPInstanceUID == remote.instance
    assert fetched.size_bytes == (tmp_path / "back.dcm").stat().st_size
    assert fetched.remote == remote
    if kind == "web":
        assert (tmp_path / "back.dcm").read_bytes() == path.read_bytes()


def test_all_instances_of_a_study_are_listed_in_pages_of_any_size(
    archive: Any, kind: str, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = f"{ROOTS[kind]}.2"
    paths = [make(form, root) for form in FORMS]
    monkeypatch.setattr(web_query, "PAGE", 4)
    with open_end(archive.address(kind), QUICK) as end:
        assert all(stored.accepted for stored in end.store(paths))
        listed = list(end.instances(f"{root}.1"))
        assert set(end.instances()) >= set(listed)
        assert list(end.instances("1.2.826.99")) == []
    expected = {read_remote(path)[0] for path in paths}
    assert len(listed) == len(FORMS)
    assert set(listed) == expected


def test_an_instance_is_held_or_not(archive: Any, kind: str, make: Any) -> None:
    path = make("jpeg", f"{ROOTS[kind]}.3")
    remote, _ = read_remote(path)
    with open_end(archive.address(kind), QUICK) as end:
        assert not end.held(remote)
        list(end.store([path]))
        assert end.held(remote)
        assert not end.held(Remote(remote.study, remote.series, "1.2.3.4.5"))


def test_what_the_archive_has_not_is_unreadable_and_leaves_nothing(
    archive: Any, kind: str, tmp_path: Path
) -> None:
    with (
        open_end(archive.address(kind), QUICK) as end,
        pytest.raises(UnreadableSource, match=r"127.0.0.1.*: has no instance 1.2.3.4.5"),
    ):
        end.fetch(Remote("1.2", "1.3", "1.2.3.4.5", "1.2.840.10008.5.1.4.1.1.7"), tmp_path / "a.dcm")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_path_is_no_empty_archive(archive: Any) -> None:
    with open_end(f"dicomweb+http://127.0.0.1:{archive.http}/dicomweb", QUICK) as end:
        for study in ("", "1.2.3"):
            with pytest.raises(RequestRefused, match=r"/dicomweb: answers a query with 404"):
                list(end.instances(study))


def test_what_stands_at_the_target_is_not_replaced(
    archive: Any, kind: str, make: Any, tmp_path: Path
) -> None:
    path = make("explicit", f"{ROOTS[kind]}.4")
    (tmp_path / "there.dcm").write_bytes(b"mine")
    with open_end(archive.address(kind), QUICK) as end:
        list(end.store([path]))
        with pytest.raises(TargetExists):
            end.fetch(read_remote(path)[0], tmp_path / "there.dcm")
    assert (tmp_path / "there.dcm").read_bytes() == b"mine"


def test_a_second_fetch_of_everything_fetches_only_what_is_missing(
    archive: Any, kind: str, make: Any, tmp_path: Path
) -> None:
    root = f"{ROOTS[kind]}.5"
    paths = {read_remote(path)[0].instance: path for path in (make(form, root) for form in FORMS[:4])}
    known, gone, cut, whole = paths
    folder = tmp_path / "in"
    with open_end(archive.address(kind), QUICK) as end:
        list(end.store(paths.values()))
        first = list(fetch_all(end, folder, {known}, f"{root}.1"))
        assert {type(each) for each in first} == {Fetched}
        assert {each.remote.instance for each in first} == {gone, cut, whole}
        targets = {each.remote.instance: each.path for each in first if isinstance(each, Fetched)}
        remote = read_remote(paths[whole])[0]
        assert targets[whole] == folder / remote.study / remote.series / f"{remote.instance}.dcm"
        targets[gone].unlink()
        targets[cut].write_bytes(targets[cut].read_bytes()[:-900])
        second = {each.remote.instance: each for each in fetch_all(end, folder, {known}, f"{root}.1")}
    assert isinstance(second[gone], Fetched)
    assert isinstance(second[whole], Kept)
    assert second[cut].reason == f"{targets[cut]}: stands there and is not whole; remove it to fetch it again"
    assert digest_content(targets[gone]) == digest_content(paths[gone])


def test_files_are_sent_and_given_back_and_a_repetition_sends_none(
    archive: Any, kind: str, make: Any, tmp_path: Path
) -> None:
    paths = [make(form, f"{ROOTS[kind]}.6") for form in ("jpeg", "explicit")]
    (tmp_path / "text.dcm").write_text("not DICOM")
    with open_end(archive.address(kind), QUICK) as end:
        first = list(send_all(end, [*paths, tmp_path / "text.dcm"]))
        second = list(send_all(end, paths))
    assert [(s.result, s.safe) for s in first] == [("sent", True), ("sent", True), ("refused", False)]
    assert first[2].says == f"{tmp_path / 'text.dcm'}: not a DICOM file: no DICM prefix at byte 128"
    assert [(s.result, s.says) for s in second] == [("held", ""), ("held", "")]
