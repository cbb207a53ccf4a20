from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lossytools.dicomio import publishing
from lossytools.dicomio.publishing import check_target, clear_leftovers, publish
from lossytools.errors import DestinationError, TargetExists


def leftovers(folder: Path) -> list[Path]:
    return sorted(folder.glob(".lossytools-*"))


def test_a_draft_becomes_the_target_whole(tmp_path: Path) -> None:
    with publish(tmp_path / "a.dcm", force=False) as draft:
        draft.file.write(b"whole")
        assert not (tmp_path / "a.dcm").exists()
    assert (tmp_path / "a.dcm").read_bytes() == b"whole"
    assert leftovers(tmp_path) == []


def test_an_error_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.dcm"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), publish(target, force=True) as draft:
        draft.file.write(b"half" * (1 // 0))
    assert target.read_bytes() == b"old"
    assert leftovers(tmp_path) == []


def test_force_replaces_and_without_it_nothing_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.dcm"
    target.write_bytes(b"old")
    with pytest.raises(TargetExists), publish(target, force=False) as draft:
        draft.file.write(b"new")
    assert target.read_bytes() == b"old"
    with publish(target, force=True) as draft:
        draft.file.write(b"new")
    assert target.read_bytes() == b"new"
    assert leftovers(tmp_path) == []


def test_where_links_do_not_exist_a_rename_publishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    with publish(tmp_path / "a.dcm", force=False) as draft:
        draft.file.write(b"whole")
    assert (tmp_path / "a.dcm").read_bytes() == b"whole"
    with pytest.raises(TargetExists), publish(tmp_path / "a.dcm", force=False):
        pass


def test_a_full_disk_is_a_destination_error_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.dcm"
    with pytest.raises(DestinationError, match="No space left"), publish(target, force=False):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_leftover_of_a_killed_run_is_cleared_and_a_running_one_is_not(tmp_path: Path) -> None:
    dead = tmp_path / ".lossytools-dead.part"
    dead.write_bytes(b"half")
    with publish(tmp_path / "a.dcm", force=False) as draft:
        assert not dead.exists()
        clear_leftovers(tmp_path)
        assert draft.path.exists()
        draft.file.write(b"x")


def test_a_folder_is_looked_through_once_and_again_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(publishing.time, "monotonic", lambda: clock[0])
    dead = tmp_path / ".lossytools-dead.part"
    seen = []
    for number, seconds in enumerate((0, 9, 2, 1)):
        clock[0] += seconds
        dead.write_bytes(b"half")
        with publish(tmp_path / f"{number}.dcm", force=False) as draft:
            draft.file.write(b"x")
        seen.append(dead.exists())
    assert seen == [False, True, False, True]


def test_a_temporary_of_another_living_process_is_not_cleared(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from lossytools.dicomio.publishing import publish\n"
        "with publish(Path(sys.argv[1]) / 'b.dcm', force=False):\n"
        "    print('ready', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        clear_leftovers(tmp_path)
        assert len(leftovers(tmp_path)) == 1
        other.kill()
    clear_leftovers(tmp_path)
    assert leftovers(tmp_path) == []


def test_targets_that_cannot_be_written_are_refused_before_any_work(tmp_path: Path) -> None:
    source = tmp_path / "source.dcm"
    source.write_bytes(b"original")
    with pytest.raises(DestinationError, match="does not exist"):
        check_target(source, tmp_path / "no" / "a.dcm", force=True)
    with pytest.raises(DestinationError, match="is a folder"):
        check_target(source, tmp_path, force=True)
    other = tmp_path / "other.dcm"
    other.write_bytes(b"other")
    with pytest.raises(TargetExists, match="--force"):
        check_target(source, other, force=False)


@pytest.mark.parametrize("link", ["same", "hard", "symbolic"])
def test_the_source_is_never_overwritten_under_any_name(tmp_path: Path, link: str) -> None:
    source = tmp_path / "source.dcm"
    source.write_bytes(b"original")
    target = source if link == "same" else tmp_path / "other.dcm"
    if link == "hard":
        target.hardlink_to(source)
    elif link == "symbolic":
        target.symlink_to(source)
    with pytest.raises(DestinationError, match="is the source itself"):
        check_target(source, target, force=True)


def test_a_dangling_link_at_the_target_is_something_there(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DestinationError, match="a link or a device"):
        check_target(tmp_path / "s", tmp_path / "a.dcm", force=True)


def test_a_pipe_or_a_device_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DestinationError, match="a link or a device"):
        check_target(tmp_path / "s", tmp_path / "pipe", force=True)


def test_a_name_that_cannot_be_is_a_destination_error(tmp_path: Path) -> None:
    with pytest.raises(DestinationError, match="File name too long"):
        check_target(tmp_path / "s", tmp_path / ("a" * 300), force=False)


def test_where_locks_do_not_work_the_temporary_of_another_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    other = tmp_path / ".lossytools-other.part"
    other.write_bytes(b"another's")
    monkeypatch.setattr(fcntl, "flock", no_locks)
    with publish(tmp_path / "a.dcm", force=False) as draft:
        draft.file.write(b"whole")
    assert other.read_bytes() == b"another's"
    assert (tmp_path / "a.dcm").read_bytes() == b"whole"


def test_a_folder_that_cannot_be_flushed_does_not_unsay_a_published_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = os.open

    def no_folders(path: object, *rest: int, **more: int) -> int:
        if path == tmp_path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return honest(path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", no_folders)
    with publish(tmp_path / "a.dcm", force=False) as draft:
        draft.file.write(b"whole")
    assert (tmp_path / "a.dcm").read_bytes() == b"whole"
