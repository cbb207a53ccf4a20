"""An archive that dies, hangs or crawls: a clear error, no half file, and a second run completes."""

from __future__ import annotations

import socket
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lossytools.dicomio.content import digest_content
from lossytools.errors import DestinationError
from lossytools.net import End, EndLost, Fetched, Patience, fetch_all, open_end, send_all
from lossytools.net.end import read_remote

MEGABYTE = 1 << 20
ROOTS = {"web": "1.2.826.3", "dicom": "1.2.826.4"}
QUICK = Patience(connect_s=2, read_s=5, attempts=2, pause_s=0.05)
LARGE = {"frames": 28, "rows": 400, "columns": 500}  # 16 MiB, more than sockets buffer


@pytest.fixture(scope="module")
def mortal(new_archive: Callable[..., Any]) -> Any:
    """Return an archive that the tests of this module kill, and start again."""
    return new_archive()


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_an_archive_killed_during_a_store_is_lost_and_a_second_run_completes(
    mortal: Any, kind: str, make: Any, relay: Any
) -> None:
    root = ROOTS[kind]
    paths = [make("jpeg", f"{root}.1"), make("explicit", f"{root}.2", **LARGE), make("rle", f"{root}.1")]
    broken = relay(mortal.port(kind), "up", 3 * MEGABYTE, mortal.kill)
    with open_end(mortal.address(kind, port=broken.port), QUICK) as end:
        sending = send_all(end, paths)
        assert next(sending).result == "sent"
        with pytest.raises(EndLost, match=rf"127\.0\.0\.1:{broken.port}.*: .*connection"):
            next(sending)
    mortal.start()
    with open_end(mortal.address(kind), QUICK) as end:
        results = [sent.result for sent in send_all(end, paths)]
    assert results == ["held", "sent", "sent"]


def test_an_archive_killed_during_a_fetch_leaves_no_half_file_and_a_second_run_completes(
    mortal: Any, kind: str, make: Any, relay: Any, tmp_path: Path
) -> None:
    study, folder = f"{ROOTS[kind]}.3", tmp_path / "in"
    paths = [make("jpeg", study), make("explicit", study, **LARGE)]
    with open_end(mortal.address(kind), QUICK) as end:
        assert all(stored.accepted for stored in end.store(paths))
    broken = relay(mortal.port(kind), "down", 3 * MEGABYTE, mortal.kill)
    got: list[Any] = []
    with (
        open_end(mortal.address(kind, port=broken.port), QUICK) as end,
        pytest.raises(EndLost, match=rf"127\.0\.0\.1:{broken.port}.*: .*connection"),
    ):
        got.extend(fetch_all(end, folder, study=f"{study}.1"))
    assert broken.passed >= 3 * MEGABYTE
    assert files_below(folder) == [each.path for each in got]
    mortal.start()
    with open_end(mortal.address(kind), QUICK) as end:
        results = list(fetch_all(end, folder, study=f"{study}.1"))
    assert [type(each) for each in results].count(Fetched) == 2 - len(got)
    assert {digest_content(each.path) for each in results} == {digest_content(path) for path in paths}
    assert files_below(folder) == sorted(each.path for each in results)


def test_a_connection_that_breaks_once_is_tried_again(
    archive: Any, kind: str, make: Any, relay: Any, tmp_path: Path
) -> None:
    path = make("explicit", f"{ROOTS[kind]}.5", **LARGE)
    for way in ("up", "down"):
        broken = relay(archive.port(kind), way, 3 * MEGABYTE)
        broken.at = broken.cut
        with open_end(archive.address(kind, port=broken.port), replace(QUICK, attempts=3)) as end:
            transfer(end, way, path, tmp_path / "back.dcm")
        # Once 3 MiB to where it broke, then the whole.
        assert broken.passed > path.stat().st_size + 3 * MEGABYTE
    assert digest_content(tmp_path / "back.dcm") == digest_content(path)


def transfer(end: End, way: str, path: Path, back: Path) -> None:
    """Send the file "up" to the archive, or fetch it "down"."""
    if way == "up":
        ((uid, accepted, reason),) = [(s.uid, s.accepted, s.reason) for s in end.store([path])]
        assert (uid, accepted, reason) == (read_remote(path)[0].instance, True, "")
    else:
        assert end.fetch(read_remote(path)[0], back).size_bytes == back.stat().st_size


def test_an_archive_that_nobody_finds_is_lost_in_time(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    address = {
        "web": f"dicomweb+http://anna:secret@127.0.0.1:{port}/rs",
        "dicom": f"dicom://A@127.0.0.1:{port}",
    }
    with open_end(address[kind], QUICK) as end, pytest.raises(EndLost) as caught:
        list(end.instances())
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_archive_that_says_nothing_is_lost_after_the_time_limit(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        address = {"web": f"dicomweb+http://127.0.0.1:{port}/rs", "dicom": f"dicom://A@127.0.0.1:{port}"}
        started = time.monotonic()
        with open_end(address[kind], replace(QUICK, read_s=0.4)) as end, pytest.raises(EndLost):
            list(end.instances())
    # Twice 0.4 s of waiting and 0.05 s between; the rest is the machine.
    assert 0.8 <= time.monotonic() - started < 4


def test_an_archive_that_stops_in_the_middle_is_lost_after_the_time_limit(
    archive: Any, kind: str, make: Any, relay: Any, tmp_path: Path
) -> None:
    path = make("explicit", f"{ROOTS[kind]}.6", **LARGE)
    with open_end(archive.address(kind), QUICK) as end:
        list(end.store([path]))
    for way in ("up", "down"):
        stuck = relay(archive.port(kind), way, 2 * MEGABYTE)
        stuck.at = lambda stuck=stuck: stuck.closing.wait(8)
        started = time.monotonic()
        once = replace(QUICK, attempts=1, read_s=0.5)
        with open_end(archive.address(kind, port=stuck.port), once) as end, pytest.raises(EndLost):
            transfer(end, way, path, tmp_path / "back.dcm")
        assert time.monotonic() - started < 4
    assert not (tmp_path / "back.dcm").exists()


def test_a_transfer_may_take_longer_than_the_time_limit_while_it_moves(
    archive: Any, kind: str, make: Any, relay: Any, tmp_path: Path
) -> None:
    path = make("explicit", f"{ROOTS[kind]}.7", **LARGE)
    for way in ("up", "down"):
        # 16 MiB in pieces of at most 64 KiB with 5 ms between: 1.25 s and more.
        slow = relay(archive.port(kind), way, pause_s=0.005)
        started = time.monotonic()
        once = replace(QUICK, attempts=1, read_s=1.0)
        with open_end(archive.address(kind, port=slow.port), once) as end:
            transfer(end, way, path, tmp_path / "back.dcm")
        assert time.monotonic() - started > 1.25


def test_memory_does_not_grow_with_the_object_however_slow_the_network(
    archive: Any, kind: str, make: Any, relay: Any, tmp_path: Path
) -> None:
    path = make("explicit", f"{ROOTS[kind]}.8", **LARGE)
    slow = relay(archive.port(kind), "up", pause_s=0.002)
    with open_end(archive.address(kind, port=slow.port), QUICK) as end:
        list(end.instances("1.2.3"))  # loads what is loaded once
        tracemalloc.start()
        try:
            transfer(end, "up", path, path)
            transfer(end, "down", path, tmp_path / "back.dcm")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert path.stat().st_size > 16 * MEGABYTE
    assert peak < 4 * MEGABYTE


def test_a_disk_that_is_full_during_a_fetch_is_our_destination(
    archive: Any, kind: str, make: Any, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    path, folder = make("explicit", f"{ROOTS[kind]}.9", **LARGE), tmp_path / "in"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    folder.mkdir()
    with open_end(archive.address(kind), QUICK) as end:
        list(end.store([path]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (5 * MEGABYTE, before[1]))
        try:
            with pytest.raises(DestinationError, match=r"back\.dcm: cannot be written: File too large"):
                transfer(end, "down", path, folder / "back.dcm")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert list(folder.iterdir()) == []
        transfer(end, "down", path, folder / "back.dcm")  # the end is still of use
