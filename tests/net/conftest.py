"""Real archives for tests: Orthanc on free loopback ports, and a relay in front that can break things."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest

from lossytools import transcode

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
ORTHANC = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Archive:
    """An Orthanc of its own folder."""

    folder: Path
    extra: dict[str, Any]
    http: int = field(default_factory=free_port)
    dicom: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def address(self, kind: str, *, port: int | None = None) -> str:
        if kind == "web":
            return f"dicomweb+http://127.0.0.1:{port or self.http}/dicom-web"
        return f"dicom://ORTHANC@127.0.0.1:{port or self.dicom}"

    def port(self, kind: str) -> int:
        return self.http if kind == "web" else self.dicom

    def start(self) -> None:
        settings = {
            "Name": "archive of a test",
            "StorageDirectory": str(self.folder / "db"),
            "IndexDirectory": str(self.folder / "db"),
            "Plugins": [str(PLUGIN)],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
            "HttpPort": self.http,
            "DicomPort": self.dicom,
            "DicomAet": "ORTHANC",
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "DicomCheckCalledAet": False,
            "DicomAlwaysAllowEcho": True,
            "DicomAlwaysAllowStore": True,
            "DicomAlwaysAllowFind": True,
            "DicomAlwaysAllowGet": True,
            "OverwriteInstances": True,
            **self.extra,
        }
        path = self.folder / "orthanc.json"
        path.write_text(json.dumps(settings))
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen([str(ORTHANC), str(path)], stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                with urlopen(f"http://127.0.0.1:{self.http}/system", timeout=2) as answer:
                    answer.read()
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail(f"Orthanc does not start: {(self.folder / 'log.txt').read_text()[-2000:]}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def new_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Archive]]:
    """Return the starter of archives; settings of Orthanc as keywords."""
    if ORTHANC is None or not PLUGIN.exists():
        pytest.skip("the archive Orthanc, Debian packages orthanc and orthanc-dicomweb, is not installed")
    started = []

    def begin(**extra: Any) -> Archive:
        archive = Archive(tmp_path_factory.mktemp("orthanc"), extra)
        started.append(archive)
        archive.start()
        return archive

    yield begin
    for archive in started:
        archive.kill()


@pytest.fixture(scope="session")
def archive(new_archive: Callable[..., Archive]) -> Archive:
    """Return an archive that all tests share."""
    return new_archive()


@pytest.fixture(params=["web", "dicom"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def end(wire: socket.socket) -> None:
    """Close a socket, and wake whoever waits for it."""
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()


class Relay:
    """Passes bytes between a client and `port`, and calls `at` once `after` bytes have gone one way.

    way: "up" to the archive, "down" from it. pause_s: rest after each piece, to be slow.
    """

    def __init__(self, port: int, way: str, after: int, at: Callable[[], object], pause_s: float) -> None:
        self.target, self.way, self.after, self.at, self.pause_s = port, way, after, at, pause_s
        self.passed = 0
        self.closing = threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.threads: list[threading.Thread] = []
        self.sockets: list[socket.socket] = [self.server]
        self.run(self.accept)

    def run(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            try:
                peer = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            self.sockets += [client, peer]
            self.run(self.move, client, peer, "up")
            self.run(self.move, peer, client, "down")

    def move(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                if way == self.way:
                    self.count(len(piece))
                sink.sendall(piece)
        end(source)
        end(sink)

    def cut(self) -> None:
        """Break the connections that there are."""
        for each in self.sockets[1:]:
            end(each)

    def count(self, length: int) -> None:
        before, self.passed = self.passed, self.passed + length
        if before < self.after <= self.passed:
            self.at()
        time.sleep(self.pause_s)

    def close(self) -> None:
        self.closing.set()
        for each in self.sockets:
            end(each)
        for thread in self.threads:
            thread.join(5)


@pytest.fixture
def relay() -> Iterator[Callable[..., Relay]]:
    """Return the maker of relays."""
    made = []

    def make(
        port: int, way: str = "up", after: int = 1 << 62, at: Callable[[], object] = int, pause_s: float = 0
    ) -> Relay:
        made.append(Relay(port, way, after, at, pause_s))
        return made[-1]

    yield make
    for each in made:
        each.close()


FORMS = {
    "explicit": "1.2.840.10008.1.2.1",
    "implicit": "1.2.840.10008.1.2",
    "rle": "1.2.840.10008.1.2.5",
    "jpeg": "jpeg:quality=90",
    "jpegls": "jpegls:near=2",
    "jpeg2000": "jpeg2000:ratio=8",
}


@pytest.fixture
def make(write: Any, tmp_path: Path) -> Callable[..., Path]:
    """Return the maker of objects: frames of RGB in a form, with UIDs that start with `root`."""

    def maker(form: str, root: str, frames: int = 3, rows: int = 40, columns: int = 56) -> Path:
        noise = np.random.default_rng(len(form)).integers(0, 30, (frames, rows, columns, 3))
        pixels = (noise + np.arange(columns)[:, None]).astype(np.uint8)
        number = 1 + list(FORMS).index(form)
        uids = {
            "StudyInstanceUID": f"{root}.1",
            "SeriesInstanceUID": f"{root}.1.{number % 2}",
            "SOPInstanceUID": f"{root}.1.{number % 2}.{number}",
        }
        target = tmp_path / f"{root}-{form}.dcm"
        if FORMS[form].startswith("1."):
            return Path(write(pixels, FORMS[form], name=target.name, **uids))
        source = write(pixels, name=f"{root}-{form}-source.dcm", **uids)
        return transcode(source, target, FORMS[form]).target

    return maker
