"""`lossytools audit` over many files: what is shown, what is passed over, what is kept to itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pydicom
import pytest
from click.testing import CliRunner, Result

import lossytools
from lossytools.cli.discretion import Discretion, hashed
from lossytools.cli.verbs import root
from lossytools.rules import find_rule

CINE = lossytools.sample_cine()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(root, ["audit", *map(str, arguments)])


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("audit") / "near.dcm"
    lossytools.transcode(CINE, target, "jpegls:near=3")
    return target


@pytest.fixture
def ward(near: Path, tmp_path: Path) -> Path:
    """Return a folder of three objects of two stations, two of them broken."""
    folder = tmp_path / "ward"
    folder.mkdir()
    for number, (station, flag) in enumerate([("ROOM7", "00"), ("ROOM7", "01"), ("ROOM8", "00")], start=1):
        image = pydicom.dcmread(near)
        image.StationName, image.LossyImageCompression = station, flag
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
        image.Manufacturer, image.ManufacturerModelName, image.SoftwareVersions = "Maker", "Model", "1\\2"
        image.save_as(folder / f"{number}.dcm")
    return folder


def test_the_summary_counts_by_rule_and_by_device(ward: Path) -> None:
    *found, summary, total = objects(run(ward, "--json", "--select", "L02,U02"))
    assert [(line["rule"], line["look"], line["against"]) for line in found] == [("L02", "object", None)] * 2
    counted = {"rule": "L02", "title": find_rule("L02").title, "severity": "E", "findings": 2, "objects": 2}
    assert summary["rules"] == [counted]
    device = {"manufacturer": "Maker", "model": "Model", "software": "1\\2"}
    shown = [{key: line[key] for key in (*device, "station")} for line in summary["devices"]]
    assert shown == [device | {"station": "ROOM7"}, device | {"station": "ROOM8"}]
    counts = [(line["objects"], line["broken"], line["findings"]) for line in summary["devices"]]
    assert counts == [(2, 1, 1), (1, 1, 1)]
    assert (summary["ignored"], total["objects"], total["findings"]) == ([], 3, 2)


def test_tables_close_a_run_over_many_and_not_over_one(ward: Path) -> None:
    many = run(ward, "--select", "L02")
    assert [line.split(": ")[1][:5] for line in many.stdout.splitlines()] == ["E L02", "E L02"]
    rows = [line.split() for line in many.stderr.splitlines()]
    assert ["rule", "title", "findings", "objects"] in rows
    assert any(row[:2] == ["L02", "E"] and row[-2:] == ["2", "2"] for row in rows)
    assert any(row[:3] == ["ROOM7", "Maker", "Model"] and row[-3:] == ["2", "1", "1"] for row in rows)
    assert many.stderr.splitlines()[-1] == "2 findings in 3 objects"
    assert run(ward / "1.dcm", "--select", "L02").stderr == "1 finding in 1 object\n"


def test_what_is_ignored_is_counted_with_its_reason_and_makes_no_status(ward: Path) -> None:
    done = run(ward, "--select", "L02,U03", "--ignore", "L02=the scanner is gone", "--ignore", "U03")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "ignored 2 findings of L02: the scanner is gone",
        "ignored 0 findings of U03: no reason given",
        "nothing found in 3 objects",
    ]
    summary = objects(run(ward, "--select", "L02", "--ignore", "l0,m=why = because", "--json"))[0]
    assert summary["ignored"] == [
        {"rule": "L0", "reason": "why = because", "findings": 2},
        {"rule": "M", "reason": "why = because", "findings": 0},
    ]
    assert run(ward, "--select", "L", "--ignore", "L02").exit_code == 1  # L07 is left


@pytest.mark.parametrize("arguments", [["--ignore", "L99=no"], ["--ignore", "=why"], ["--select", "Z"]])
def test_a_prefix_that_fits_no_rule_is_wrong_usage(ward: Path, arguments: list[str]) -> None:
    assert run(ward, *arguments).exit_code == 2


def test_pairs_and_against_are_one_or_the_other(ward: Path) -> None:
    done = run(ward, "--pairs", "--against", CINE)
    assert done.exit_code == 2
    assert "--pairs finds what --against names" in done.stderr


def test_pairs_are_found_named_and_counted(near: Path, tmp_path: Path) -> None:
    image = pydicom.dcmread(near)
    image.PatientID = "SOMEBODY"
    image.save_as(tmp_path / "changed.dcm")
    done = run(CINE, tmp_path, "--pairs", "--select", "U07")
    assert done.exit_code == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{tmp_path / 'changed.dcm'}: E U07 ")
    assert f", beside {CINE} [" in line
    assert done.stderr.splitlines()[-1] == "1 finding in 2 objects, 1 pair of predecessor and derived"
    found, *_, total = objects(run(CINE, tmp_path, "--pairs", "--select", "U07", "--json"))
    assert (found["look"], found["against"], total["pairs"]) == ("pair", str(CINE), 1)


def test_hashed_output_shows_neither_path_nor_station(ward: Path) -> None:
    (ward / "bad.dcm").write_bytes(bytes(128) + b"DICM")
    for arguments in (["--json"], []):
        done = run(ward, "--select", "L02", "--log-paths", "hash", *arguments)
        assert done.exit_code == 3
        assert "ROOM" not in done.output
        assert "ward" not in done.output
        assert ".dcm" not in done.output
        assert hashed(str(ward / "1.dcm")) in done.stdout
        assert hashed(str(ward / "bad.dcm")) in done.stderr
        assert hashed("ROOM7") in done.output


def test_names_alone_show_no_folder(ward: Path) -> None:
    done = run(ward, "--select", "L02", "--log-paths", "name")
    assert [line[:12] for line in done.stdout.splitlines()] == ["1.dcm: E L02", "3.dcm: E L02"]
    assert str(ward) not in done.output
    assert "ROOM7" in done.stderr


def test_a_message_that_speaks_of_the_source_keeps_its_path_too() -> None:
    discretion = Discretion("name")
    source, derived = Path("/secret/a.dcm"), Path("/secret/b.dcm")
    assert discretion.message("/secret/a.dcm: cannot be read", derived, source) == "a.dcm: cannot be read"
    assert discretion.message("no path", derived, None) == "no path"
    assert Discretion().message("/secret/a.dcm: x", source) == "/secret/a.dcm: x"
    assert discretion.path(Path("/")) == "/"
    assert Discretion("hash").station("") == ""


def test_nothing_of_a_patient_is_in_the_summary(ward: Path) -> None:
    image = pydicom.dcmread(ward / "1.dcm")
    image.PatientName, image.InstitutionName, image.InstitutionalDepartmentName = (
        "QQ^X",
        "QQHOSPITAL",
        "QQWARD",
    )
    image.OperatorsName, image.DeviceSerialNumber = "QQOPERATOR", "QQSERIAL"
    image.save_as(ward / "1.dcm")
    for arguments in ([], ["--json"], ["--pairs", "--json"]):
        assert "QQ" not in run(ward, *arguments).output


def test_control_characters_of_a_station_cannot_steer_a_terminal(ward: Path) -> None:
    image = pydicom.dcmread(ward / "1.dcm")
    image.StationName = "R\x1b[2J"
    image.save_as(ward / "1.dcm")
    assert "\x1b" not in run(ward, "--select", "L02").output


@pytest.fixture
def crowd(ward: Path, tmp_path: Path) -> Path:
    """Return a folder that takes processes a while: links to one broken object, under 1,500 names."""
    folder = tmp_path / "crowd"
    folder.mkdir()
    for number in range(1500):
        os.link(ward / "1.dcm", folder / f"{number:04}.dcm")
    return folder


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "lossytools", "audit", str(folder), "--workers", "2", "--select", "L02"]
    command += arguments
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def workers_of(process: int, wanted: int) -> list[int]:
    """Return the spawned workers of a process once there are so many, not its other helpers."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
        spawned = [
            int(p) for p in found if "spawn_main" in Path(f"/proc/{p}/cmdline").read_text(encoding="utf-8")
        ]
        if len(spawned) >= wanted:
            return spawned
        time.sleep(0.02)
    raise TimeoutError


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


linux = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")


@linux
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_workers_too(crowd: Path, sent: signal.Signals, status: int) -> None:
    with started(crowd) as process:
        workers = workers_of(process.pid, 2)
        for each in workers:  # as a terminal does: Ctrl-C goes to all of them
            if sent == signal.SIGINT:
                os.kill(each, sent)
        process.send_signal(sent)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (status, f"lossytools: stopped by {sent.name}\n")
    assert not any(map(is_alive, workers))


@linux
def test_a_worker_that_is_killed_costs_one_file_at_most(crowd: Path) -> None:
    with started(crowd, "--json") as process:
        assert process.stdout is not None
        assert "finding" in process.stdout.readline()  # all are at work
        os.kill(workers_of(process.pid, 2)[0], signal.SIGKILL)
        lines = [json.loads(line) for line in process.communicate(timeout=120)[0].splitlines()]
    errors = [line for line in lines if line["type"] == "error"]
    assert (lines[-1]["objects"], lines[-1]["findings"]) == (1500, 1500 - len(errors))
    assert len(errors) <= 1
    assert all("died of signal 9" in line["message"] for line in errors)
    assert process.returncode == (3 if errors else 1)
