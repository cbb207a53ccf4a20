"""Orthanc as a converter: objects are posted to it, transcoded as it takes them in, and downloaded again.

    python benchmarks/reliability/rival_orthanc.py post SOURCE PLACE
    python benchmarks/reliability/rival_orthanc.py download PLACE RESULTS
    python benchmarks/reliability/rival_orthanc.py download PLACE RESULTS --all

Not a trial but what `rivals.py` starts. PLACE holds its settings, its storage in `out`, and `posted.json`
with what it answered for each path below SOURCE; `post` says "ready", and then how many seconds it took.
`download` writes the objects to the paths they came from, and leaves a file as it is that has the same bytes
already; with `--all`, everything it holds, by its own names.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
READY = "ready"
_JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
_START_S, _ANSWER_S = 30, 120
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Server:
    """An Orthanc that listens on a loopback port."""

    port: int

    def ask(self, path: str, body: bytes | None = None) -> bytes:
        """Return the answer to GET, or to POST of a body. Raises HTTPError."""
        request = Request(f"http://127.0.0.1:{self.port}{path}", data=body)
        with urlopen(request, timeout=_ANSWER_S) as answer:  # noqa: S310
            said: bytes = answer.read()
        return said

    def post(self, path: Path) -> dict[str, Any]:
        """Return what it says of a file; of a refused one, its HTTP status under "refused"."""
        try:
            said: dict[str, Any] = json.loads(self.ask("/instances", path.read_bytes()))
        except HTTPError as error:
            return {"refused": error.code}
        return said

    def instances(self) -> list[str]:
        """Return the identifiers of all it holds."""
        found: list[str] = json.loads(self.ask("/instances"))
        return found


@contextlib.contextmanager
def serve(place: Path) -> Iterator[Server]:
    """Start Orthanc on the storage in `place`; on leaving it is asked to end, and has ended."""
    server = Server(_free_port())
    settings = place / "orthanc.json"
    settings.write_text(json.dumps(_settings(place, server.port)), encoding="utf-8")
    with (place / "log.txt").open("ab") as log:
        process = subprocess.Popen([str(PROGRAM), str(settings)], stdout=log, stderr=log)  # noqa: S603
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait()


def _settings(place: Path, port: int) -> dict[str, Any]:
    return {
        "Name": "rival",
        "StorageDirectory": str(place / "out" / "storage"),
        "IndexDirectory": str(place / "out" / "storage"),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "IngestTranscoding": _JPEG_BASELINE,
        "DicomLossyTranscodingQuality": 90,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(server: Server) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            server.ask("/system")
            return
        time.sleep(0.05)
    sys.exit("Orthanc does not start")


def post(source: Path, place: Path) -> int:
    """Post every file below `source`, and return how many were refused."""
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    with serve(place) as server, ThreadPoolExecutor(_AT_ONCE) as pool:
        print(READY, flush=True)
        began = time.perf_counter()
        answers = list(pool.map(server.post, paths))
        print(time.perf_counter() - began, flush=True)
    names = [path.relative_to(source).as_posix() for path in paths]
    said = dict(zip(names, answers, strict=True))
    (place / "posted.json").write_text(json.dumps(said), encoding="utf-8")
    return sum("refused" in answer for answer in answers)


def download(place: Path, results: Path, *, everything: bool) -> None:
    """Write what was posted below `results`, or all that is there."""
    with serve(place) as server:
        if everything:
            wanted = {each: each for each in server.instances()}
        else:
            answers = json.loads((place / "posted.json").read_text(encoding="utf-8"))
            wanted = {name: said["ID"] for name, said in answers.items() if "ID" in said}
        for name, instance in wanted.items():
            data, target = server.ask(f"/instances/{instance}/file"), results / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or target.read_bytes() != data:
                target.write_bytes(data)


def main() -> int:
    """Do what is asked, and return the exit status: 1 where an object was refused."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("verb", choices=("post", "download"))
    parser.add_argument("paths", type=Path, nargs=2)
    parser.add_argument("--all", action="store_true", help="everything it holds, by its own names")
    asked = parser.parse_args()
    if asked.verb == "post":
        return int(post(*asked.paths) > 0)
    download(*asked.paths, everything=asked.all)
    return 0


if __name__ == "__main__":
    sys.exit(main())
