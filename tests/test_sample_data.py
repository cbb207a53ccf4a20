import importlib
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.pixels import pixel_array

FOLDER = Path(__file__).parent.parent / "sample_data"
COMMITTED = FOLDER / "ultrasound_cine.dcm"
PIXEL_DATA = b"\xe0\x7f\x10\x00OB\0\0"


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    # The generator is a script that finds its modules beside it: the path holds them for these tests only.
    before = set(sys.modules)
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("generate")
    finally:
        sys.path.remove(str(FOLDER))
        for name in set(sys.modules) - before:
            if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


@pytest.fixture(scope="module")
def small(generate: ModuleType) -> Any:
    return generate.Cine(rows=96, columns=128, frames=3)


def parse(path: Path) -> tuple[bytes, np.ndarray]:
    """Return all bytes before the samples, and the samples."""
    everything = path.read_bytes()
    start = everything.index(PIXEL_DATA) + len(PIXEL_DATA) + 4
    return everything[:start], np.frombuffer(everything, np.uint8, offset=start)


def test_the_committed_cine_is_what_the_generator_makes(generate: ModuleType, tmp_path: Path) -> None:
    made = generate.write_cine(tmp_path / "made.dcm")
    header, samples = parse(made)
    committed_header, committed_samples = parse(COMMITTED)
    assert header == committed_header
    assert samples.size == committed_samples.size == 20 * 240 * 320 * 3
    # The last bit of a sine is the machine's own, so a sample that lay on a rounding edge may differ. None
    # did between NumPy 1.26 and 2.4, with AVX-512 and without; one in 10 000 would be another picture.
    assert np.count_nonzero(samples != committed_samples) <= samples.size // 10_000


def test_the_committed_cine_has_no_lossy_history() -> None:
    header = dcmread(COMMITTED, stop_before_pixels=True)
    assert header.LossyImageCompression == "00"
    assert header.ImageType[:2] == ["ORIGINAL", "PRIMARY"]
    assert "LossyImageCompressionMethod" not in header
    assert "LossyImageCompressionRatio" not in header
    assert "DerivationDescription" not in header
    assert header.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert COMMITTED.stat().st_size < 5_000_000


def test_the_committed_cine_names_nobody_and_keeps_its_letters() -> None:
    header = dcmread(COMMITTED, stop_before_pixels=True)
    assert header.SpecificCharacterSet == "ISO_IR 192"
    assert header.PatientName == "SAMPLE^SYNTHETIC"
    assert header.InstitutionName == "Universität Beispielstadt"
    assert header.SeriesDescription.endswith("合成")
    block = header.private_block(0x0011, "LOSSYTOOLS SAMPLE")
    assert block[0x02].value == 1  # the seed
    assert block[0x04].value == bytes(range(16))


def test_equal_seeds_make_equal_bytes(generate: ModuleType, small: Any, tmp_path: Path) -> None:
    first = generate.write_cine(tmp_path / "first.dcm", small)
    again = generate.write_cine(tmp_path / "again.dcm", small)
    assert first.read_bytes() == again.read_bytes()


def test_another_seed_makes_another_picture_and_another_instance(
    generate: ModuleType, small: Any, tmp_path: Path
) -> None:
    first = dcmread(generate.write_cine(tmp_path / "first.dcm", small))
    other = dcmread(generate.write_cine(tmp_path / "other.dcm", replace(small, seed=2)))
    assert first.SOPInstanceUID != other.SOPInstanceUID
    # A third of the picture is tissue, and independent speckle rarely has the same level.
    assert np.mean(first.pixel_array != other.pixel_array) > 0.2


@pytest.mark.parametrize("photometric", ["RGB", "MONOCHROME2", "PALETTE"])
@pytest.mark.parametrize("vector", [False, True])
def test_dciodvfy_finds_no_error(
    generate: ModuleType, small: Any, tmp_path: Path, photometric: str, *, vector: bool
) -> None:
    cine = replace(small, photometric=photometric, frame_time_vector=vector)
    path = generate.write_cine(tmp_path / "cine.dcm", cine)
    oracle = Path(sys.executable).with_name("dciodvfy")
    done = subprocess.run([oracle, "-new", path], capture_output=True, text=True, check=False)
    complaints = [line for line in (done.stdout + done.stderr).splitlines() if "LOSSYTOOLS" not in line]
    # No error, and no warning but those for each private element, which it cannot know.
    assert complaints == ["USMultiFrameImage"]
    assert done.returncode == 0


def test_palette_entries_are_the_colours_of_rgb(generate: ModuleType, small: Any, tmp_path: Path) -> None:
    plain = pixel_array(generate.write_cine(tmp_path / "rgb.dcm", small)).astype(int)
    header = dcmread(generate.write_cine(tmp_path / "palette.dcm", replace(small, photometric="PALETTE")))
    tables = [
        np.frombuffer(header[f"{name}PaletteColorLookupTableData"].value, "<u2")
        for name in ("Red", "Green", "Blue")
    ]
    shown = np.stack(tables, axis=-1)[header.pixel_array] // 257
    assert header.PhotometricInterpretation == "PALETTE COLOR"
    # 255 greys in 192 entries are off by 1.3 levels and 1 for rounding down; 127 speeds in 31 by 3 speeds
    # of 4.2 levels each at most.
    assert np.abs(shown - plain).max() <= 13
    assert np.abs(shown - plain)[plain.max(-1) == plain.min(-1)].max() <= 3


def test_monochrome_has_no_flow_and_says_so(generate: ModuleType, small: Any, tmp_path: Path) -> None:
    header = dcmread(generate.write_cine(tmp_path / "grey.dcm", replace(small, photometric="MONOCHROME2")))
    assert header.pixel_array.shape == (3, 96, 128)
    assert header.UltrasoundColorDataPresent == 0
    assert [item.RegionDataType for item in header.SequenceOfUltrasoundRegions] == [1, 10]


def test_the_regions_lie_in_the_picture_and_measure_it() -> None:
    header = dcmread(COMMITTED, stop_before_pixels=True)
    tissue, flow, ecg = header.SequenceOfUltrasoundRegions
    for region in (tissue, flow, ecg):
        assert 0 <= region.RegionLocationMinX0 < region.RegionLocationMaxX1 < header.Columns
        assert 0 <= region.RegionLocationMinY0 < region.RegionLocationMaxY1 < header.Rows
    # 15 cm fill 88 % of 240 rows.
    assert tissue.PhysicalDeltaY == pytest.approx(15 / (0.88 * 240))
    assert (tissue.RegionSpatialFormat, tissue.RegionDataType, tissue.RegionFlags) == (1, 1, 3)
    assert (flow.RegionSpatialFormat, flow.RegionDataType, flow.RegionFlags) == (1, 2, 2)
    assert (ecg.RegionSpatialFormat, ecg.RegionDataType, ecg.RegionFlags) == (4, 10, 10)
    # Two beats of 0.8 s over the strip.
    width = ecg.RegionLocationMaxX1 - ecg.RegionLocationMinX0
    assert ecg.PhysicalDeltaX * width == pytest.approx(1.6)


def test_the_flow_is_saturated_red_and_blue_and_moves() -> None:
    cine = pixel_array(COMMITTED).astype(int)
    red = (cine[..., 0] > 240) & (cine[..., 2] == 0)
    blue = (cine[..., 2] > 240) & (cine[..., 0] == 0)
    box = np.s_[:, 120:200, 110:210]
    # Systole drives the blood away (blue), the early wave of diastole brings it back (red).
    assert np.count_nonzero(blue[box][3]) > 400 > np.count_nonzero(red[box][3])
    assert np.count_nonzero(red[box][11]) > 400 > np.count_nonzero(blue[box][11])


def test_outside_the_sector_is_black() -> None:
    cine = pixel_array(COMMITTED)
    # Left of the sector, between text and ECG; and right of the ticks, above the heart rate.
    assert cine[:, 135:170, :30].max() == 0
    assert cine[:, 190:220, 296:].max() == 0
    assert 0.5 < np.mean(cine.max(axis=-1) < 8) < 0.8


def test_speckle_moves_with_the_tissue(generate: ModuleType) -> None:
    cine = generate.Cine(rows=480, columns=640, frames=5, photometric="MONOCHROME2")
    before, after = (frame.astype(float) for frame in islice(generate.frames(cine), 3, 5))
    row, column, half = 334, 418, 20  # 11 cm deep, 3.5 cm to the right: tissue, neither wall nor flow
    patch = before[row - half : row + half, column - half : column + half].ravel()
    alike = {
        (down, right): np.corrcoef(
            patch,
            after[
                row + down - half : row + down + half, column + right - half : column + right + half
            ].ravel(),
        )[0, 1]
        for down in range(-8, 9)
        for right in range(-8, 9)
    }
    (down, right), best = max(alike.items(), key=lambda item: item[1])
    # The heart contracts: what is deep comes nearer to the probe. The same speckle is found there again, and
    # not where it was.
    assert down < 0
    assert abs(right) <= 6
    assert best > 0.8
    assert best - alike[0, 0] > 0.1


def test_a_beat_repeats(generate: ModuleType, small: Any) -> None:
    drawn = list(generate.frames(replace(small, frames=41)))
    assert len(drawn) == 41
    assert drawn[40] is drawn[20] is drawn[0]
    assert not drawn[0].flags.writeable


def test_memory_does_not_grow_with_the_frames(generate: ModuleType, small: Any, tmp_path: Path) -> None:
    peaks = []
    for frames in (20, 400):
        tracemalloc.start()
        generate.write_cine(tmp_path / "cine.dcm", replace(small, frames=frames), force=True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # 380 more frames of 36 864 bytes are 14 MB.
    assert peaks[1] - peaks[0] < 500_000


def test_odd_pixel_data_is_padded(generate: ModuleType, tmp_path: Path) -> None:
    cine = generate.Cine(rows=65, columns=67, frames=1, photometric="MONOCHROME2")
    path = generate.write_cine(tmp_path / "odd.dcm", cine)
    assert parse(path)[1].size == 65 * 67 + 1
    assert pixel_array(path).shape == (65, 67)


def test_a_native_length_that_32_bits_cannot_hold_is_refused(generate: ModuleType) -> None:
    # 2^32 - 2 bytes hold 4660 frames of 480 x 640 RGB, 921 600 bytes each; 4.0 GB hold 4340.
    assert generate.Cine(480, 640, 4660).pixel_bytes == 4_294_656_000
    with pytest.raises(generate.BadParameter, match="ends at 4294967294 bytes, which is 4660 frames"):
        generate.Cine(480, 640, 4661)


def test_unequal_frame_times_have_the_mean_of_the_frame_time(
    generate: ModuleType, small: Any, tmp_path: Path
) -> None:
    cine = replace(small, frames=4, frame_time_vector=True)
    header = dcmread(generate.write_cine(tmp_path / "cine.dcm", cine), stop_before_pixels=True)
    assert list(header.FrameTimeVector) == [0, 39, 40, 41]
    assert header.FrameIncrementPointer == 0x00181065
    assert "FrameTime" not in header


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rows", "63"], "rows is 63; it can be 64 to 2048"),
        (["--columns", "4096"], "columns is 4096; it can be 64 to 2048"),
        (["--frames", "0"], "frames is 0; it can be 1 to 2147483647"),
        (["--seed", "-1"], "seed is -1; it can be 0 to 4294967295"),
        (["--gigabytes", "4.3"], "ends at 4294967294 bytes"),
        (["--gigabytes", "nan"], "gigabytes is nan; it must be a finite number above 0"),
        (["--gigabytes", "1e-6"], "one frame alone is 230400 bytes"),
        (
            ["--frames", "22000", "--frame-time-vector", "--rows", "64", "--columns", "64"],
            "its 16-bit length ends at 65534 bytes",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    generate: ModuleType,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    assert generate.main([str(tmp_path / "out.dcm"), *arguments]) == 2
    complaint = capsys.readouterr().err
    assert message in complaint
    assert complaint.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_by_force_only(
    generate: ModuleType, small: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.dcm"
    out.write_text("mine")
    size = ["--rows", str(small.rows), "--columns", str(small.columns), "--frames", "1"]
    assert generate.main([str(out), *size]) == 2
    assert "exists; --force replaces it" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert generate.main([str(out), "--force", *size]) == 0
    assert dcmread(out).NumberOfFrames == 1


def test_a_failure_leaves_nothing_behind(
    generate: ModuleType, small: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_out(_cine: Any) -> Iterator[np.ndarray]:
        yield np.zeros((96, 128, 3), np.uint8)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generate, "frames", run_out)
    with pytest.raises(OSError, match="No space left"):
        generate.write_cine(tmp_path / "out.dcm", small)
    assert list(tmp_path.iterdir()) == []


def test_it_runs_as_a_script(tmp_path: Path) -> None:
    script = [sys.executable, FOLDER / "generate.py", tmp_path / "out.dcm"]
    size = ["--rows", "64", "--columns", "64", "--gigabytes", "5e-5"]
    done = subprocess.run([*script, *size], capture_output=True, text=True, check=True)
    # 50 000 bytes hold 4 frames of 12 288.
    assert "4 frames of 64 x 64" in done.stdout


@pytest.mark.filterwarnings("ignore:The value length .* exceeds the maximum length:UserWarning")
def test_it_is_as_hard_to_compress_as_the_real_cines(generate: ModuleType) -> None:
    compare = importlib.import_module("compare")
    drawn = list(generate.frames(generate.Cine(600, 800, 21)))
    synthetic = compare.measure("synthetic", [drawn[number] for number in compare.pick(20)])
    easy, hard = (
        compare.measure(name, compare.read_real(compare.find_real(package, name)))
        for package, name in compare.REAL
    )
    # The README's table: 21.5 < 23.5 < 39.7 by JPEG and 36.1 < 43.5 < 101.6 by JPEG 2000, all at 40 dB.
    assert hard.jpeg_ratio < synthetic.jpeg_ratio < easy.jpeg_ratio
    assert hard.jpeg2k_ratio < synthetic.jpeg2k_ratio < easy.jpeg2k_ratio
