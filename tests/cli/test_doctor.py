"""doctor finds what would fail, without failing itself."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from lossytools.cli import checkup, surroundings
from lossytools.cli.checkup import Check, Library, library_check
from lossytools.cli.verbs import root

if TYPE_CHECKING:
    from pathlib import Path


def test_this_machine_is_fine() -> None:
    done = CliRunner().invoke(root, ["doctor", "--json"])
    checks = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert done.exit_code == 0
    assert list(checks)[:3] == ["Python", "lossytools", "pydicom"]
    assert {line["level"] for line in checks.values()} <= {"fine", "note"}


def test_a_missing_library_comes_with_the_words_to_install_it() -> None:
    assert library_check(Library("no-such-thing", "nothing")) == Check(
        "no-such-thing", "missing", "fail", "pip install no-such-thing"
    )


def test_a_missing_optional_library_is_only_a_note() -> None:
    found = library_check(Library("no-such-thing", "nothing", extra="verify"))
    assert (found.level, found.advice) == ("note", "optional: pip install 'lossytools[verify]'")


def test_a_version_known_to_do_harm_fails() -> None:
    found = library_check(Library("click", "click", "99.1", "harms"))
    assert (found.level, found.advice) == ("fail", "harms: pip install 'click>=99.1'")


@pytest.mark.parametrize(("first_good", "level"), [("99.0", "note"), ("1.0", "fine")])
def test_a_library_inside_of_another_is_told_by_its_version(
    monkeypatch: pytest.MonkeyPatch, first_good: str, level: str
) -> None:
    monkeypatch.setattr(checkup, "PARTS", (("charls", "CharLS", first_good),))
    (found,) = checkup.part_checks()
    assert (found.name, found.level) == ("CharLS", level)
    assert ("CharLS" in {check.name for check in checkup.known_bad()}) == (level == "note")
    assert (f"before {first_good}" in CliRunner().invoke(root, ["codecs"]).stdout) == (level == "note")


def test_a_broken_library_fails_though_it_looks_installed() -> None:
    found = library_check(Library("click", "click.no_such_module"))
    assert (found.level, found.value.endswith(", broken")) == ("fail", True)


def test_what_would_fail_makes_the_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkup, "LIBRARIES", (Library("no-such-thing", "nothing"),))
    done = CliRunner().invoke(root, ["doctor"])
    assert (done.exit_code, done.stderr) == (1, "would fail: no-such-thing\n")
    assert "pip install no-such-thing" in done.stdout


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    (tmp_path / "a b").mkdir()
    mounts.write_text(
        f"x / ext4 rw 0 0\ny {tmp_path}/a\\040b nfs4 rw 0 0\n"
    )  # a space, as the kernel writes it
    assert surroundings.file_system(tmp_path / "a b", mounts) == "nfs4"
    assert surroundings.file_system(tmp_path, mounts) == "ext4"
    assert surroundings.file_system(tmp_path, tmp_path / "absent") == "unknown"


def test_a_folder_without_hard_links_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    found = surroundings.link_check(tmp_path)
    assert (found.value, found.level) == ("by renaming", "note")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="limits of another kind")
def test_a_low_limit_on_files_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (16, 16))
    assert [check.level for check in surroundings.limit_checks()] == ["fail", "fail"]
