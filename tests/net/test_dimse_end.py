"""What an application entity may answer, and what we make of it: entities that say what they are told to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom import AE, _config, evt

from lossytools.dicomio.content import digest_content
from lossytools.errors import UnreadableSource
from lossytools.net import (
    AccessDenied,
    EndFailed,
    NetMissing,
    Patience,
    Refused,
    Remote,
    RequestRefused,
    fetch_all,
    open_end,
)
from lossytools.net.dimse_query import FIND
from lossytools.net.dimse_retrieve import GET
from lossytools.net.end import read_remote
from lossytools.net.lines import Lines
from lossytools.net.statuses import explain_status, is_warning
from lossytools.standard.transfer_syntaxes import JPEG_BASELINE, TRANSFER_SYNTAXES

CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
MULTI_FRAME_CAPTURE = "1.2.840.10008.5.1.4.1.1.7.4"
EVERY = [syntax.uid for syntax in TRANSFER_SYNTAXES]
Serve = Callable[..., str]
QUICK = Patience(connect_s=2, read_s=5, attempts=2, pause_s=0.05)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return the starter of entities: handlers of events, and changes to the entity; gives the address."""
    servers = []

    def start(
        handlers: dict[Any, Any], syntaxes: Any = EVERY, services: Any = (FIND, GET), **changes: Any
    ) -> str:
        entity = AE(ae_title="PEER")
        for name, value in changes.items():
            setattr(entity, name, value)
        for service in services:
            entity.add_supported_context(service)
        for sop_class in (CAPTURE, MULTI_FRAME_CAPTURE):
            entity.add_supported_context(sop_class, syntaxes, scu_role=True, scp_role=True)
        bound: Any = list(handlers.items())
        servers.append(entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=bound))
        return f"dicom://PEER@127.0.0.1:{servers[-1].socket.getsockname()[1]}"

    yield start
    for server in servers:
        server.shutdown()


def matching(*instances: str, sop_class: str = MULTI_FRAME_CAPTURE) -> Callable[[Any], Any]:
    """Answer a C-FIND of every level; study 1.2, series 1.2.3."""

    def find(event: Any) -> Any:
        level = event.identifier.QueryRetrieveLevel
        uids = {"STUDY": ["1.2"], "SERIES": ["1.2.3"], "IMAGE": instances}[level]
        keyword = {"STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID", "IMAGE": "SOPInstanceUID"}[
            level
        ]
        for uid in uids:
            match = Dataset()
            match.QueryRetrieveLevel = level
            setattr(match, keyword, uid)
            if sop_class and level == "IMAGE":
                match.SOPClassUID = sop_class
            yield 0xFF00, match

    return find


STATUSES = [
    (0x0000, True, ""),
    (0xB000, True, "warns: B000 elements were coerced, or some of several failed"),
    (0xB006, True, "warns: B006 elements were discarded"),
    (0xA900, False, "refuses it: A900 the data set does not match its SOP class"),
    (0xC123, False, "refuses it: C123 cannot be understood or processed"),
    (0x0111, False, "refuses it: 0111 duplicate SOP instance"),
    (0xA700, False, "refuses it: A700 out of resources"),
    (0xA700, True, ""),  # it may pass, and the second attempt meets an archive with room again
]


def test_the_status_of_a_store_is_understood(serve: Serve, make: Any) -> None:
    path = make("jpeg", "1.2.826.7.1")
    answers: list[int] = []
    asked = []

    def store(event: Any) -> int:
        asked.append(event.context.transfer_syntax)
        return answers.pop(0) if answers else 0

    with open_end(serve({evt.EVT_C_STORE: store}), QUICK) as end:
        for status, accepted, reason in STATUSES:
            passes = status == 0xA700 and accepted
            answers[:] = [status] if passes or status != 0xA700 else [status] * 2
            (stored,) = end.store([path])
            assert (stored.accepted, stored.reason) == (accepted, reason and f"{end.name}: {reason}")
    # One for each status and one more for each that may pass.
    assert asked == [JPEG_BASELINE] * (len(STATUSES) + 2)


def test_the_bytes_of_the_data_set_arrive_as_they_lie(serve: Serve, make: Any, tmp_path: Path) -> None:
    forms = ("explicit", "implicit", "rle", "jpeg", "jpegls", "jpeg2000")
    paths = [make(form, "1.2.826.7.2") for form in forms]
    got = []

    def store(event: Any) -> int:
        got.append(tmp_path / f"got-{len(got)}.dcm")
        got[-1].write_bytes(event.encoded_dataset())
        return 0

    with open_end(serve({evt.EVT_C_STORE: store}), QUICK) as end:
        assert all(stored.accepted for stored in end.store(paths))
    assert [digest_content(path) for path in got] == [digest_content(path) for path in paths]
    assert _config.STORE_SEND_CHUNKED_DATASET is False  # as it was


def test_an_archive_without_a_limit_is_not_sent_an_object_in_one_packet(serve: Serve, make: Any) -> None:
    path = make("explicit", "1.2.826.7.8", frames=4, rows=400, columns=500)  # 2.4 MB
    sizes = []
    handlers = {evt.EVT_C_STORE: lambda _: 0, evt.EVT_DATA_RECV: lambda event: sizes.append(len(event.data))}
    with open_end(serve(handlers, maximum_pdu_size=0), QUICK) as end:
        (stored,) = end.store([path])
    assert stored.accepted
    # A packet of 128 KiB, the 6 bytes before it and the 6 bytes of its PDU header.
    assert 1 << 16 < max(sizes) <= (1 << 17) + 12
    assert sum(sizes) > path.stat().st_size


def test_a_comment_of_the_archive_is_repeated(serve: Serve, make: Any) -> None:
    def store(_: Any) -> Dataset:
        answer = Dataset()
        answer.Status, answer.ErrorComment = 0xC000, "quarantined"
        return answer

    with open_end(serve({evt.EVT_C_STORE: store}), QUICK) as end:
        (stored,) = end.store([make("jpeg", "1.2.826.7.3")])
    assert stored.reason.endswith(": refuses it: C000 cannot be understood or processed (quarantined)")


def test_a_syntax_that_the_archive_does_not_take_is_refused_and_the_next_file_goes_on(
    serve: Serve, make: Any
) -> None:
    address = serve({evt.EVT_C_STORE: lambda _: 0}, ["1.2.840.10008.1.2.1"])
    paths = [make("jpeg", "1.2.826.7.4"), make("explicit", "1.2.826.7.4")]
    with open_end(address, QUICK) as end:
        refused, stored = end.store(paths)
    assert (refused.accepted, stored.accepted) == (False, True)
    assert refused.reason == (
        f"{address}: takes no Multi-frame True Color Secondary Capture Image Storage"
        " in JPEG Baseline (Process 1)"
    )


def test_an_archive_that_does_not_know_us_denies_access(serve: Serve) -> None:
    address = serve({}, require_calling_aet=["SOMEBODY"])
    with (
        open_end(address, QUICK) as end,
        pytest.raises(AccessDenied, match="rejects LOSSYTOOLS: Calling AE title not recognised"),
    ):
        list(end.instances())
    known = serve({evt.EVT_C_FIND: matching()}, require_calling_aet=["SOMEBODY"])
    with open_end(f"{known}?calling=SOMEBODY", QUICK) as end:
        assert list(end.instances()) == []


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (0xA700, EndFailed, "refuses a query: A700 out of resources"),
        (0xC001, RequestRefused, "refuses a query: C001 cannot be understood or processed"),
        (0xFE00, RequestRefused, "refuses a query: FE00 cancelled"),
    ],
)
def test_a_query_that_fails_gives_nothing(
    serve: Serve, status: int, kind: type[Exception], words: str
) -> None:
    def find(_: Any) -> Any:
        match = Dataset()
        match.QueryRetrieveLevel, match.StudyInstanceUID = "STUDY", "1.2"
        yield 0xFF00, match
        yield status, None

    with open_end(serve({evt.EVT_C_FIND: find}), QUICK) as end, pytest.raises(kind, match=words):
        list(end.instances())


def test_matches_that_come_twice_are_listed_once(serve: Serve) -> None:
    with open_end(serve({evt.EVT_C_FIND: matching("1.2.3.4", "1.2.3.5", "1.2.3.4")}), QUICK) as end:
        assert list(end.instances()) == [
            Remote("1.2", "1.2.3", "1.2.3.4", MULTI_FRAME_CAPTURE),
            Remote("1.2", "1.2.3", "1.2.3.5", MULTI_FRAME_CAPTURE),
        ]


def giving(*paths: Path) -> Callable[[Any], Any]:
    def get(_: Any) -> Any:
        yield len(paths)
        for path in paths:
            yield 0xFF00, dcmread(path)

    return get


def test_the_wrong_object_is_refused_and_leaves_nothing(serve: Serve, make: Any, tmp_path: Path) -> None:
    path = make("jpeg", "1.2.826.7.5")
    address = serve({evt.EVT_C_GET: giving(path)})
    wanted = Remote("1.2", "1.2.3", "1.2.3.4", MULTI_FRAME_CAPTURE)
    with open_end(address, QUICK) as end, pytest.raises(UnreadableSource, match=r"sends .* for 1\.2\.3\.4"):
        end.fetch(wanted, tmp_path / "back.dcm")
    assert not (tmp_path / "back.dcm").exists()


def test_two_objects_for_one_are_refused(serve: Serve, make: Any, tmp_path: Path) -> None:
    paths = [make("jpeg", "1.2.826.7.6"), make("explicit", "1.2.826.7.6")]
    address = serve({evt.EVT_C_GET: giving(*paths)})
    with (
        open_end(address, QUICK) as end,
        pytest.raises(UnreadableSource, match="sends 2 instances, and one was asked for"),
    ):
        end.fetch(read_remote(paths[0])[0], tmp_path / "back.dcm")
    assert not (tmp_path / "back.dcm").exists()


@pytest.mark.parametrize("told", [MULTI_FRAME_CAPTURE, ""])
def test_an_object_comes_where_the_listing_told_its_class_and_where_a_query_must(
    serve: Serve, make: Any, tmp_path: Path, told: str
) -> None:
    path = make("jpeg", "1.2.826.7.7")
    remote = read_remote(path)[0]
    handlers = {evt.EVT_C_GET: giving(path), evt.EVT_C_FIND: matching(remote.instance)}
    with open_end(serve(handlers), QUICK) as end:
        end.fetch(replace(remote, sop_class=told), tmp_path / "back.dcm")
    assert digest_content(tmp_path / "back.dcm") == digest_content(path)


def test_an_archive_without_the_service_says_so(serve: Serve, tmp_path: Path) -> None:
    wanted = Remote("1.2", "1.2.3", "1.2.3.4", MULTI_FRAME_CAPTURE)
    no_get = serve({evt.EVT_C_FIND: matching("1.2.3.4")}, services=(FIND,))
    refused = pytest.raises(RequestRefused, match=r"takes no Study Root .* - (GET|FIND) in Implicit VR")
    with open_end(no_get, QUICK) as end, refused:
        end.fetch(wanted, tmp_path / "back.dcm")
    with open_end(serve({}, services=()), QUICK) as end, refused:
        end.held(wanted)


def test_an_association_that_ends_unnoticed_is_opened_again(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Lines.associated
    dead: list[Any] = []

    def associated(lines: Lines, *arguments: Any) -> Any:
        line = opened(lines, *arguments)
        if not dead:  # it ends between the look at it and the request
            dead.append(line)
            line.abort()
        return line

    monkeypatch.setattr(Lines, "associated", associated)
    with open_end(serve({evt.EVT_C_FIND: matching("1.2.3.4")}), QUICK) as end:
        assert end.held(Remote("1.2", "1.2.3", "1.2.3.4"))
    assert len(dead) == 1


def test_names_that_are_no_uids_are_refused(serve: Serve, tmp_path: Path) -> None:
    def find(event: Any) -> Any:
        match = Dataset()
        match.QueryRetrieveLevel = event.identifier.QueryRetrieveLevel
        if match.QueryRetrieveLevel == "STUDY":
            for uid in ("../..", "1.2"):
                match.StudyInstanceUID = uid
                yield 0xFF00, match
        else:
            match.SeriesInstanceUID = ".."
            yield 0xFF00, match

    with open_end(serve({evt.EVT_C_FIND: find}), QUICK) as end:
        got = list(fetch_all(end, tmp_path / "in"))
    assert [each.remote for each in got] == [Remote("../..", "", ""), Remote("1.2", "..", "")]
    assert [type(each) for each in got] == [Refused, Refused]
    assert not (tmp_path / "in").exists()


def test_a_file_whose_header_does_not_name_it_cannot_be_sent(serve: Serve, make: Any) -> None:
    path = make("jpeg", "1.2.826.7.9")
    image = dcmread(path)
    del image.file_meta.MediaStorageSOPInstanceUID
    image.save_as(path, enforce_file_format=False)
    with open_end(serve({evt.EVT_C_STORE: lambda _: 0}), QUICK) as end:
        stored, after = end.store([path, make("rle", "1.2.826.7.9")])
    assert not stored.accepted
    assert stored.reason.startswith(f"{path}: cannot be sent: ")
    assert "MediaStorageSOPInstanceUID" in stored.reason
    assert after.accepted


def test_an_object_of_which_nobody_tells_the_class_is_refused(serve: Serve, tmp_path: Path) -> None:
    address = serve({evt.EVT_C_FIND: matching("1.2.3.4", sop_class="")})
    with open_end(address, QUICK) as end:
        (refused,) = fetch_all(end, tmp_path / "in")
    assert isinstance(refused, Refused)
    assert "SOP Class UID of 1.2.3.4, '' is no UID" in refused.reason


def test_without_pynetdicom_the_words_say_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynetdicom", None)
    with pytest.raises(NetMissing, match=r"install it with: pip install 'lossytools\[net\]'"):
        open_end("dicom://PACS@127.0.0.1:104")
    open_end("dicomweb+http://127.0.0.1/rs").close()  # needs none


@pytest.mark.parametrize(
    ("status", "warning", "words"),
    [
        (0x0000, False, "0000 success"),
        (0xB007, True, "B007 the data set does not match its SOP class"),
        (0x0107, True, "0107 attribute list error"),
        (0xA7FF, False, "A7FF out of resources"),
        (0x0122, False, "0122 SOP class not supported"),
        (0x1234, False, "1234 unknown status"),
    ],
)
def test_a_status_has_words(status: int, warning: object, words: str) -> None:
    assert is_warning(status) is warning
    assert explain_status(status) == words
