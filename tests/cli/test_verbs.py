"""The verbs at work on the sample cine: values, not presence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pydicom
import pytest
from click.testing import CliRunner
from PIL import Image

import lossytools
from lossytools.cli import sample
from lossytools.cli.verbs import root

if TYPE_CHECKING:
    from click.testing import Result

CINE = lossytools.sample_cine()
NATIVE_BYTES = 320 * 240 * 3 * 20


def run(*arguments: object) -> Result:
    return CliRunner().invoke(root, [str(each) for each in arguments], catch_exceptions=False)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("derived") / "near.dcm"
    assert run("transcode", CINE, target, "-c", "jpegls:near=3").exit_code == 0
    return target


@pytest.fixture
def broken(tmp_path: Path, near: Path) -> Path:
    """Return the derived object with its flag denied: a finding of rule L02."""
    image = pydicom.dcmread(near)
    image.LossyImageCompression = "00"
    image.save_as(tmp_path / "broken.dcm")
    return tmp_path / "broken.dcm"


def test_transcode_says_what_was_lost(tmp_path: Path) -> None:
    done = run("transcode", CINE, tmp_path / "a.dcm", "-c", "jpegls:3")
    said = dict(line.split("  ", 1) for line in done.stdout.splitlines())
    assert said["codec"].strip() == "jpegls:near=3"
    assert said["transfer syntax"].strip() == "1.2.840.10008.1.2.4.81  JPEG-LS Near-lossless"
    assert said["pixels"].strip() == "320 x 240, 20 frames, RGB, 8 bits"
    assert said["largest error"].strip().startswith("3 of 255 grey levels")
    assert done.stderr == ""


def test_transcode_writes_one_object(tmp_path: Path) -> None:
    target = tmp_path / "a.dcm"
    (line,) = objects(run("transcode", CINE, target, "-c", "jpegls:near=3", "--json"))
    assert next(iter(line)) == "type"
    assert (line["type"], line["codec"], line["max_error"]) == ("transcode", "jpegls:near=3", 3)
    assert (line["frames"], line["native_bytes"]) == (20, NATIVE_BYTES)
    assert line["ratio"] == NATIVE_BYTES / line["stream_bytes"]
    assert [step["method"] for step in line["history"]] == ["ISO_14495_1"]
    assert "changes" not in line


def test_explain_lists_each_change_with_its_clause(tmp_path: Path) -> None:
    (line,) = objects(run("transcode", CINE, tmp_path / "a.dcm", "--explain", "--json"))
    flag = next(each for each in line["changes"] if each["keyword"] == "LossyImageCompression")
    assert flag == {
        "keyword": "LossyImageCompression",
        "action": "set",
        "because": "PS3.3 C.7.6.1.1.5: once 01 it is never reset",
    }
    table = run("transcode", CINE, tmp_path / "b.dcm", "--explain").stdout
    rows = [row.split()[:3] for row in table.splitlines()]
    assert ["LossyImageCompressionMethod", "set", "ISO_10918_1"] in rows


def test_source_date_epoch_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, second = tmp_path / "a.dcm", tmp_path / "b.dcm"
    run("transcode", CINE, first, "--workers", 1)
    run("transcode", CINE, second, "--workers", 2)
    assert first.read_bytes() == second.read_bytes()
    assert b"20231114221320.000000+0000" in first.read_bytes()  # date -u -d @1700000000


def test_a_source_date_that_is_no_number_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert run("transcode", CINE, tmp_path / "a.dcm").exit_code == 2
    assert not (tmp_path / "a.dcm").exists()


def test_a_target_that_exists_is_kept_without_force(tmp_path: Path) -> None:
    target = tmp_path / "a.dcm"
    target.write_bytes(b"mine")
    assert run("transcode", CINE, target).exit_code == 1
    assert target.read_bytes() == b"mine"
    assert run("transcode", CINE, target, "--force").exit_code == 0
    assert target.read_bytes()[128:132] == b"DICM"


def test_a_missing_folder_is_a_destination_error(tmp_path: Path) -> None:
    assert run("transcode", CINE, tmp_path / "no" / "a.dcm").exit_code == 7


def test_a_second_lossy_step_has_to_be_allowed(tmp_path: Path, near: Path) -> None:
    (line,) = objects(run("transcode", near, tmp_path / "a.dcm", "--json"))
    assert (line["type"], line["error"]) == ("error", "RefusedByPolicy")
    (line,) = objects(run("transcode", near, tmp_path / "a.dcm", "--allow-recompress", "--json"))
    assert [step["method"] for step in line["history"]] == ["ISO_14495_1", "ISO_10918_1"]


def test_two_steps_may_share_one_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    first, second = tmp_path / "a.dcm", tmp_path / "b.dcm"
    assert run("transcode", CINE, first).exit_code == 0
    done = run("transcode", first, second, "-c", "jpeg2000:ratio=20", "--allow-recompress")
    assert (done.exit_code, done.stderr) == (0, "")


def test_random_uids_differ_and_named_ones_do_not(tmp_path: Path) -> None:
    def uid(*options: str) -> str:
        (line,) = objects(run("transcode", CINE, tmp_path / "a.dcm", "--force", "--json", *options))
        return str(line["uid"])

    assert uid() == uid() != uid("--uid", "random") != uid("--uid", "random")


def test_decompress_keeps_the_instance(tmp_path: Path, near: Path) -> None:
    (line,) = objects(run("decompress", near, tmp_path / "native.dcm", "--json"))
    (again,) = objects(run("transcode", CINE, tmp_path / "b.dcm", "-c", "jpegls:near=3", "--json"))
    assert (line["type"], line["uid"]) == ("decompress", again["uid"])
    assert (line["frames"], line["native_bytes"]) == (20, NATIVE_BYTES)
    assert (
        run("measure", near, tmp_path / "native.dcm").stdout.count("no loss") == 2 + 4 * 3
    )  # and three figures of four parts


def test_measure_gives_a_line_for_each_frame_and_a_total(near: Path) -> None:
    *frames, total = objects(run("measure", CINE, near, "--json"))
    assert [(line["type"], line["number"]) for line in frames] == [("frame", n + 1) for n in range(20)]
    assert (total["type"], total["frames"], total["max_error"]) == ("total", 20, 3)
    assert total["worst_psnr_db"] == min(line["psnr_db"] for line in frames)
    assert total["stream_bytes"] == sum(line["stream_bytes"] for line in frames)


def test_measure_of_a_thing_with_itself_is_null_in_json() -> None:
    total = objects(run("measure", CINE, CINE, "--json"))[-1]
    assert (total["psnr_db"], total["worst_psnr_db"], total["max_error"], total["ratio"]) == (
        None,
        None,
        0,
        1.0,
    )


def test_vif_is_of_the_frames_it_was_asked_of(near: Path) -> None:
    *frames, _ = objects(run("measure", CINE, near, "--json", "--vif", "2"))
    seen = {line["number"]: line["vif"] for line in frames if line["vif"] is not None}
    assert list(seen) == [6, 16]
    assert all(len(four) == 4 and all(0.5 < one < 1.1 for one in four) for four in seen.values())
    rows = [line.split() for line in run("measure", CINE, near, "--vif", "2").stdout.splitlines()[-4:]]
    assert [row[0] for row in rows[1:]] == ["1/2", "1/4", "1/8"]
    for scale, row in enumerate(rows):
        worst = min(seen, key=lambda number: seen[number][scale])
        assert row[-2] == str(worst)
        assert float(row[-3]) == pytest.approx(seen[worst][scale], abs=1e-4)


def test_frames_are_shown_with_the_parts_that_were_measured(near: Path) -> None:
    rows = run("measure", CINE, near, "--frames", "--on", "background").stdout.splitlines()
    assert rows[0].split() == ["frame", "bytes", "ratio", "PSNR", "max", "error", "background"]
    same = run("measure", CINE, CINE).stdout
    assert "-0" not in same


@pytest.mark.parametrize("words", [("--on", "sector,,text"), ("--on", "text,text"), ("--on", "heart")])
def test_parts_that_are_none_are_wrong_usage(words: tuple[str, ...], near: Path) -> None:
    assert run("measure", CINE, near, *words).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--target", "psnr>=45", "--verify", "none"),
        ("--ratio", "10", "--verify", "none", "--json"),
        ("-c", "auto:", "--target", "psnr>=45"),
        ("--policy-warns",),
    ],
)
def test_wishes_that_contradict_each_other_are_wrong_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    done = run("transcode", CINE, tmp_path / "o.dcm", *words)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert len((done.stderr or done.stdout).strip().splitlines()) == 1


def test_best_effort_warns_and_says_what_is_missed(tmp_path: Path) -> None:
    words = ("transcode", CINE, tmp_path / "o.dcm", "--target", "psnr>=70", "--best-effort", "--force")
    (line,) = objects(run(*words, "--json"))
    assert (line["kept"], line["missed"].partition(":")[0]) == ("", "psnr>=70, every frame")
    assert line["warnings"] == [f"not kept: {line['missed']}"]
    done = run(*words)
    assert "NOT kept" in done.stdout
    assert "not kept: psnr>=70" in done.stderr
    assert done.exit_code == 0


def test_measure_draws_a_row_for_each_frame(near: Path) -> None:
    rows = run("measure", CINE, near, "--frames").stdout.splitlines()
    assert rows[0].split() == ["frame", "bytes", "ratio", "PSNR", "SSIM", "max", "error", "sector", "text"]
    assert [row.split()[0] for row in rows[2:22]] == [str(n + 1) for n in range(20)]
    assert [row.split()[0] for row in rows[31::3]] == ["whole", "sector", "text", "background"]


def test_audit_of_our_own_finds_nothing(near: Path) -> None:
    done = run("audit", near, "--against", CINE)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "nothing found in 1 object\n")


def test_audit_names_path_severity_rule_and_clause(broken: Path) -> None:
    done = run("audit", broken, "--select", "L02")
    assert done.exit_code == 1
    assert done.stdout.startswith(f"{broken}: E L02 ")
    assert done.stdout.endswith("[PS3.3 C.7.6.1.1.5; PS3.5 A.4.3, A.4.4, A.4.12]\n")
    assert done.stderr == "1 finding in 1 object\n"


def test_audit_walks_folders_and_counts_what_it_skips(broken: Path, near: Path) -> None:
    (broken.parent / "sub").mkdir()
    (broken.parent / "sub" / "good.dcm").write_bytes(near.read_bytes())
    (broken.parent / "notes.txt").write_text("not DICOM")
    *found, _, total = objects(run("audit", broken.parent, "--json", "--select", "L02"))
    assert [(line["type"], line["rule"], line["path"]) for line in found] == [("finding", "L02", str(broken))]
    counts = {"objects": 2, "findings": 1, "unreadable": 0, "skipped": 1, "pairs": 0}
    assert total == {"type": "total"} | counts


def test_an_unreadable_file_outweighs_findings_and_the_others_are_still_audited(
    broken: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text("not DICOM")
    done = run("audit", bad, broken, "--json", "--select", "L02")
    assert done.exit_code == 3
    assert [line["type"] for line in objects(done)] == ["error", "finding", "summary", "total"]


def test_a_folder_without_dicom_is_no_clean_bill(tmp_path: Path) -> None:
    done = run("audit", tmp_path)
    assert done.exit_code == 3
    assert "holds no DICOM file" in done.stderr


def test_explain_gives_clause_and_examples() -> None:
    said = run("explain", "m03").stdout
    assert said.startswith("M03  Each method has its ratio, at the same place\n")
    assert "clause      PS3.3 C.7.6.1.1.5.1, C.7.6.1.1.5.2\n" in said
    assert '  - LossyImageCompressionRatio = "19\\10.0000"\n' in said


def test_codecs_lists_knobs_with_their_ranges() -> None:
    lines = objects(run("codecs", "--json"))
    assert [line["name"] for line in lines] == [
        "jpeg",
        "jpeg12",
        "jpegls",
        "jpeg2000",
        "htj2k",
        "jpegxl",
        "mpeg2",
        "h264",
        "hevc",
        "jpeg2000-lossless",
        "jpegls-lossless",
        "htj2k-lossless",
        "jpegxl-lossless",
        "rle",
        "deflated-frame",
        "jpegxl-recompress",
        "jpegxl-restore",
    ]
    quality = lines[0]["knobs"][0]
    assert (quality["name"], quality["default"], quality["range"]) == ("quality", "90", "1 to 100")
    assert "imagecodecs " in run("codecs").stdout


def test_demo_shows_loss_record_and_picture_and_runs_twice(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    assert run("demo", "--out", out).exit_code == 0
    said = run("demo", "--out", out).stdout
    assert "jpeg:quality=90,subsampling=444   cine" in said
    assert "1. ISO_10918_1   9." in said
    assert "2. ISO_15444_1   20." in said
    names = ["comparison.png", "jpeg.dcm", "jpeg2000.dcm", "jpeg_then_jpeg2000.dcm", "jpegls.dcm"]
    assert sorted(path.name for path in out.iterdir()) == names
    with Image.open(out / "comparison.png") as picture:
        assert picture.size == (1736, 696)  # five columns of 320 and 20 between, 28 around


def test_demo_says_where_the_cine_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_PACKAGE", Path("/nowhere/src/lossytools"))
    done = run("demo")
    assert done.exit_code == 3
    assert "/nowhere/src/lossytools/sample_data/ultrasound_cine.dcm" in done.stderr


@pytest.mark.parametrize("verb", ["transcode", "measure", "audit"])
def test_nothing_of_patient_or_study_is_printed(verb: str, near: Path, tmp_path: Path) -> None:
    image = pydicom.dcmread(CINE)
    secrets = {"PatientName": "QQNAME^X", "PatientID": "QQID", "InstitutionName": "QQHOSPITAL"}
    secrets |= {"StudyDescription": "QQSTUDY", "AccessionNumber": "QQACC", "ReferringPhysicianName": "QQREF"}
    for keyword, value in secrets.items():
        setattr(image, keyword, value)
    source = tmp_path / "source.dcm"
    image.save_as(source)
    arguments: dict[str, list[object]] = {
        "transcode": [source, tmp_path / "t.dcm", "--new-series", "--explain"],
        "measure": [source, near, "--frames"],
        "audit": [near, "--against", source],
    }
    for as_json in ([], ["--json"]):
        (tmp_path / "t.dcm").unlink(missing_ok=True)
        assert "QQ" not in run(verb, *arguments[verb], *as_json).output
