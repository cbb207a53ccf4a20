"""What a DICOMweb service may answer, and what we make of it: a service that says what it is told to."""

from __future__ import annotations

import contextlib
import json
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from lossytools.errors import UnreadableSource
from lossytools.net import (
    AccessDenied,
    EndFailed,
    EndLost,
    Fetched,
    Patience,
    Refused,
    Remote,
    RequestRefused,
    fetch_all,
    open_end,
    web_query,
)
from lossytools.net.end import read_remote

JSON = {"Content-Type": "application/dicom+json"}
ONE = Remote("1.2", "1.2.3", "1.2.3.4", "1.2.840.10008.5.1.4.1.1.7")
Answer = tuple[int, dict[str, str], bytes]
QUICK = Patience(connect_s=2, read_s=5, attempts=2, pause_s=0.05)


class Service(ThreadingHTTPServer):
    """Answers from `answers` in turn, with the last one again and again, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.closing = False
        self.answers: list[Answer | Callable[[str], Answer]] = []
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        return f"dicomweb+http://anna:secret@127.0.0.1:{self.server_port}/rs"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def do_GET(self) -> None:
        self.respond(b"")

    def do_POST(self) -> None:
        self.respond(self.rfile.read(int(self.headers["Content-Length"])))

    def respond(self, body: bytes) -> None:
        self.server.asked.append((self.path, dict(self.headers), body))
        answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        status, headers, content = answer(self.path) if callable(answer) else answer
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = (
            self.server.closing or "Content-Length" in headers or headers.get("Connection") == "close"
        )

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # of a client that does not trust us
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def match(study: str = "", series: str = "", instance: str = "") -> dict[str, Any]:
    uids = {"0020000D": study, "0020000E": series, "00080018": instance}
    return {tag: {"vr": "UI", "Value": [uid]} for tag, uid in uids.items() if uid}


def as_json(value: Any, status: int = 200) -> Answer:
    return status, JSON, json.dumps(value).encode()


def part(content: bytes, end: bytes = b"\r\n--b--") -> Answer:
    kind = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}
    return 200, kind, b"--b\r\nContent-Type: application/dicom\r\n\r\n" + content + end


def test_the_archive_is_asked_for_the_object_as_it_holds_it(
    service: Service, make: Any, tmp_path: Path
) -> None:
    path = make("jpeg", "1.2.826.6.1")
    remote = read_remote(path)[0]
    service.answers = [part(path.read_bytes())]
    with open_end(service.address, QUICK) as end:
        end.fetch(remote, tmp_path / "back.dcm")
    ((asked, headers, _),) = service.asked
    assert asked == f"/rs/studies/{remote.study}/series/{remote.series}/instances/{remote.instance}"
    assert headers["Accept"] == 'multipart/related; type="application/dicom"; transfer-syntax=*'
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Authorization"] == "Basic YW5uYTpzZWNyZXQ="  # base64 of anna:secret
    assert (tmp_path / "back.dcm").read_bytes() == path.read_bytes()


def test_an_object_without_multipart_is_taken_too(service: Service, make: Any, tmp_path: Path) -> None:
    path = make("jpeg", "1.2.826.6.2")
    service.answers = [(200, {"Content-Type": "application/dicom"}, path.read_bytes())]
    with open_end(service.address, QUICK) as end:
        end.fetch(read_remote(path)[0], tmp_path / "back.dcm")
    assert (tmp_path / "back.dcm").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((401, {}, b""), AccessDenied, "answers 401 Unauthorized"),
        ((404, {}, b""), UnreadableSource, "has no instance 1.2.3.4"),
        ((200, {"Content-Type": "text/html"}, b"<p>"), UnreadableSource, "answers with text/html, not with"),
        ((406, {"Content-Type": "text/plain"}, b"never \n so"), RequestRefused, "answers 406 .*: never so$"),
        ((302, {"Location": "http://elsewhere/"}, b""), RequestRefused, "answers 302 Found"),
        ((500, {}, b""), EndFailed, "answers 500 Internal Server Error"),
        ((429, {}, b""), EndFailed, "answers 429 Too Many Requests"),
        (part(b"not DICOM"), UnreadableSource, "what it sends for 1.2.3.4 is damaged: not a DICOM file"),
        (part(b"x", end=b""), EndLost, "ends without its last boundary"),
        (
            (200, {"Content-Type": "application/dicom", "Content-Length": "9"}, b"12345"),
            EndLost,
            "4 bytes before",
        ),
        (part(b"", end=b"\r\n--b\r\n\r\n2\r\n--b--"), UnreadableSource, "answers with several parts"),
    ],
)
def test_an_answer_that_is_no_object_has_its_error_and_leaves_nothing(
    service: Service, tmp_path: Path, answer: Answer, kind: type[Exception], words: str
) -> None:
    service.answers = [answer]
    with (
        open_end(service.address, QUICK) as end,
        pytest.raises(kind, match=rf"dicomweb\+http://127.0.0.1:\d+/rs: .*{words}") as caught,
    ):
        end.fetch(ONE, tmp_path / "back.dcm")
    assert list(tmp_path.iterdir()) == []
    assert "secret" not in str(caught.value)
    assert len(service.asked) == (2 if kind in {EndFailed, EndLost} else 1)  # attempts=2


def test_another_object_than_asked_for_is_refused(service: Service, make: Any, tmp_path: Path) -> None:
    path = make("jpeg", "1.2.826.6.3")
    service.answers = [part(path.read_bytes())]
    with (
        open_end(service.address, QUICK) as end,
        pytest.raises(UnreadableSource, match=r"sends .* for 1\.2\.3\.4"),
    ):
        end.fetch(ONE, tmp_path / "back.dcm")
    assert not (tmp_path / "back.dcm").exists()


def test_a_service_that_is_busy_is_asked_again(service: Service, make: Any, tmp_path: Path) -> None:
    path = make("jpeg", "1.2.826.6.4")
    service.answers = [(503, {}, b""), part(b"broken", end=b""), part(path.read_bytes())]
    with open_end(service.address, replace(QUICK, attempts=3)) as end:
        fetched = end.fetch(read_remote(path)[0], tmp_path / "back.dcm")
    assert (tmp_path / "back.dcm").read_bytes() == path.read_bytes()
    assert fetched.size_bytes == path.stat().st_size
    assert len(service.asked) == 3


def test_a_service_that_closes_after_every_answer_serves_as_well(service: Service) -> None:
    listed = as_json([match("1.2", "1.2.3", "1.2.3.4")])
    service.answers = [(200, {**JSON, "Connection": "close"}, listed[2])]
    with open_end(service.address, replace(QUICK, attempts=1)) as end:
        assert [end.held(ONE) for _ in range(3)] == [True, True, True]


def test_a_service_that_closes_a_resting_connection_costs_no_attempt(service: Service) -> None:
    service.closing = True
    service.answers = [as_json([match("1.2", "1.2.3", "1.2.3.4")])]
    with open_end(service.address, replace(QUICK, attempts=1)) as end:
        for _ in range(3):
            assert end.held(ONE)
            time.sleep(0.05)  # the end of the connection comes after the answer


def test_a_service_is_known_by_its_certificate(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "1")
    new = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate)
    subprocess.run([*new, *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    service.socket = context.wrap_socket(service.socket, server_side=True)
    service.answers = [as_json([match("1.2", "1.2.3", "1.2.3.4")])]
    address = f"dicomweb+https://localhost:{service.server_port}/rs"
    with open_end(address, QUICK) as end, pytest.raises(EndLost, match="certificate"):
        end.held(ONE)
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    with open_end(address, QUICK) as end:
        assert [end.held(ONE) for _ in range(2)] == [True, True]


@pytest.mark.parametrize(
    ("answer", "accepted", "reason"),
    [
        (as_json({"00081199": {"vr": "SQ", "Value": [{}]}}), True, ""),
        ((200, {}, b""), True, ""),
        ((202, {}, b""), True, "warns with status 202"),
        (
            as_json({"00081199": {"vr": "SQ", "Value": [{"00081196": {"vr": "US", "Value": [45056]}}]}}, 202),
            True,
            "warns: B000 elements were coerced, or some of several failed",
        ),
        (
            as_json({"00081198": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [49442]}}]}}, 409),
            False,
            "refuses it: C122 transfer syntax not supported",
        ),
        (
            as_json({"00081198": {"vr": "SQ", "Value": [{"00081197": {"vr": "US", "Value": [272]}}]}}),
            False,
            "refuses it: 0110 processing failure",
        ),
        ((409, {}, b""), False, "refuses it: answers 409"),
        ((404, {}, b""), False, "refuses it: answers 404"),
        ((413, {}, b""), False, "answers 413 Request Entity Too Large"),
        ((507, {}, b""), False, "answers 507 Insufficient Storage"),
    ],
)
def test_the_answer_to_a_store_is_understood(
    service: Service, make: Any, answer: Answer, accepted: object, reason: str
) -> None:
    path = make("jpeg", "1.2.826.6.5")
    service.answers = [answer]
    with open_end(service.address, QUICK) as end:
        (stored,) = end.store([path])
        name = end.name
    assert (stored.accepted, stored.reason) == (accepted, reason and f"{name}: {reason}")
    assert path.read_bytes() in service.asked[0][2]
    assert stored.uid == read_remote(path)[0].instance


def test_a_store_stops_where_the_password_is_wrong(service: Service, make: Any) -> None:
    service.answers = [(401, {}, b"")]
    with open_end(service.address, QUICK) as end, pytest.raises(AccessDenied):
        list(end.store([make("jpeg", "1.2.826.6.6")]))


def paged(total: int, most: int = 99, *, honest: bool = True) -> Callable[[str], Answer]:
    """Answer queries for instances with `total` of them, `most` at a time."""

    def answer(path: str) -> Answer:
        query = dict(pair.split("=") for pair in path.partition("?")[2].split("&"))
        first = int(query["offset"]) if honest else 0
        numbers = range(first, min(total, first + min(int(query["limit"]), most)))
        return as_json([match("1.2", "1.2.3", f"1.2.3.{n}") for n in numbers])

    return answer


@pytest.mark.parametrize(("total", "most"), [(0, 99), (1, 99), (5, 99), (10, 99), (12, 99), (12, 3)])
def test_every_match_is_listed_whatever_the_size_of_a_page(
    service: Service, monkeypatch: pytest.MonkeyPatch, total: int, most: int
) -> None:
    monkeypatch.setattr(web_query, "PAGE", 5)
    service.answers = [paged(total, most)]
    with open_end(service.address, QUICK) as end:
        assert [remote.instance for remote in end.instances("1.2")] == [f"1.2.3.{n}" for n in range(total)]


def test_a_service_that_ignores_the_offset_is_no_source_of_everything(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_query, "PAGE", 5)
    service.answers = [paged(4, honest=False)]
    with open_end(service.address, QUICK) as end:
        assert len(list(end.instances("1.2"))) == 4  # all of them fit into a page
        service.answers = [paged(6, honest=False)]
        with pytest.raises(
            EndFailed, match="ignores the offset of a query: beyond 5 matches none can be had"
        ):
            list(end.instances("1.2"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, JSON, b"<html>"), "answers with what is no JSON"),
        ((200, JSON, b"\xff"), "answers with what is no JSON"),
        (as_json({"a": 1}), "no list of matches"),
        (as_json([1]), "no list of matches"),
    ],
)
def test_a_query_answered_with_rubbish_fails(service: Service, answer: Answer, words: str) -> None:
    service.answers = [answer]
    with open_end(service.address, QUICK) as end, pytest.raises(EndFailed, match=words):
        list(end.instances())


def test_names_that_are_no_uids_never_become_names(service: Service, make: Any, tmp_path: Path) -> None:
    path = make("jpeg", "1.2.826.6.7")
    good = read_remote(path)[0]

    def answer(asked: str) -> Answer:
        if asked.startswith("/rs/studies?"):
            return as_json([match("../../etc"), match(good.study), {}] if "offset=0" in asked else [])
        if "/series/" in asked:
            return part(path.read_bytes())
        found = [match(good.study, "..", "1.2"), match(good.study, good.series, good.instance)]
        return as_json(found if "offset=0" in asked else [])

    service.answers = [answer]
    folder = tmp_path / "in"
    with open_end(service.address, QUICK) as end:
        got = list(fetch_all(end, folder))
    assert [type(each) for each in got] == [Refused, Refused, Fetched, Refused]
    assert isinstance(got[0], Refused)
    assert got[0].reason.endswith(
        "Study Instance UID '../../etc' is no UID: digits and dots, at most 64 (PS3.5 9.1)"
    )
    assert [p for p in tmp_path.rglob("*") if p.is_file() and p.parent != tmp_path] == [
        folder / good.study / good.series / f"{good.instance}.dcm"
    ]
    assert not [path for path, _, _ in service.asked if ".." in path]


def test_one_object_that_the_archive_cannot_give_does_not_stop_the_others(
    service: Service, make: Any, tmp_path: Path
) -> None:
    path = make("jpeg", "1.2.826.6.8")
    good = read_remote(path)[0]

    def answer(asked: str) -> Answer:
        if "/series/" in asked:
            return part(path.read_bytes()) if asked.endswith(good.instance) else (500, {}, b"")
        found = [match(good.study, good.series, "1.2.3"), match(good.study, good.series, good.instance)]
        return as_json(found if "offset=0" in asked else [])

    service.answers = [answer]
    with open_end(service.address, QUICK) as end:
        refused, fetched = fetch_all(end, tmp_path / "in", study=good.study)
    assert isinstance(fetched, Fetched)
    assert isinstance(refused, Refused)
    assert refused.reason.endswith("/rs: answers 500 Internal Server Error")
