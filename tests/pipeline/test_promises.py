"""The promises of a transcode: whole or nothing, measured on what is published, the same every time."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import generate_frames

from lossytools import Options, decompress, measure, transcode
from lossytools.dicomio.spool import Spool
from lossytools.errors import EncodeError, InconsistentResult, UnreadableSource, UnsupportedPixels
from lossytools.pipeline import checking
from lossytools.rules.definition import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIXED = Options(now=NOW, workers=2)
RLE = "1.2.840.10008.1.2.5"


def cine(frames: int = 6, rows: int = 96, columns: int = 128) -> np.ndarray:
    y, x = np.mgrid[0:rows, 0:columns]
    waves = [np.sin(x / 9 + f) * np.cos(y / 7) * 100 + 120 for f in range(frames)]
    return np.repeat(np.array(waves)[..., None], 3, axis=3).astype(np.uint8)


def folder_of(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir())


def test_the_same_job_gives_the_same_bytes_with_any_number_of_workers(write: Any) -> None:
    source = write(cine())
    results = set()
    for workers in (1, 2, 4):
        target = source.with_name(f"{workers}.dcm")
        transcode(source, target, "jpeg2000:ratio=8", replace(FIXED, workers=workers))
        results.add(target.read_bytes())
    assert len(results) == 1


def test_the_uid_follows_from_source_and_codec_and_is_random_if_asked(write: Any) -> None:
    source = write(cine(2))
    uids = [
        transcode(source, source.with_name(f"{n}.dcm"), codec, options).uid
        for n, (codec, options) in enumerate(
            [
                ("jpeg", FIXED),
                ("jpeg", replace(FIXED, now=None)),
                ("jpeg:quality=80", FIXED),
                ("jpeg", replace(FIXED, uid="random")),
            ]
        )
    ]
    assert uids[0] == uids[1]
    assert len(set(uids)) == 3
    assert all(uid.startswith("2.25.") and len(uid) <= 64 for uid in uids)


def test_the_ratio_counts_all_frames_without_headers_and_padding(write: Any) -> None:
    source = write(cine(5))
    target = source.with_name("derived.dcm")
    outcome = transcode(source, target, "jpeg", FIXED)
    streams = list(generate_frames(dcmread(target).PixelData, number_of_frames=5))
    bare = sum(len(s[: s.rindex(b"\xff\xd9") + 2]) for s in streams)
    assert outcome.measurement.stream_bytes == bare
    assert outcome.measurement.native_bytes == 5 * 96 * 128 * 3
    assert float(dcmread(target).LossyImageCompressionRatio) == pytest.approx(
        5 * 96 * 128 * 3 / bare, rel=1e-5
    )


@pytest.mark.parametrize("codec", ["jpeg", "jpegls", "jpeg2000"])
def test_measuring_the_published_files_gives_the_same_figures(write: Any, codec: str) -> None:
    source = write(cine())
    target = source.with_name("derived.dcm")
    outcome = transcode(source, target, codec, FIXED)
    again = measure(source, target)
    assert again.total == outcome.measurement
    assert [frame.number for frame in again.frames] == [1, 2, 3, 4, 5, 6]


def test_a_finding_of_our_own_audit_stops_the_step(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(cine(2))

    def found(*_: object) -> Iterator[Finding]:
        yield Finding("M03", "E", "2 methods but 1 ratio", "PS3.3 C.7.6.1.1.5", "")

    monkeypatch.setattr(checking, "audit_step", found)
    with pytest.raises(InconsistentResult, match="M03 2 methods but 1 ratio"):
        transcode(source, source.with_name("derived.dcm"), "jpeg", FIXED)
    assert folder_of(source) == ["source.dcm"]


def test_bytes_that_the_disk_changed_are_not_published(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(cine(2))
    honest = Spool.copy_items

    def one_bit_off(self: Spool, out: Any) -> None:
        honest(self, out)
        out.seek(-60, 1)
        byte = out.raw.read(1) if hasattr(out, "raw") and out.raw.readable() else b"\x00"
        out.seek(0, 1)
        out.write(bytes([byte[0] ^ 1]) if byte else b"\x55")
        out.seek(0, 2)

    monkeypatch.setattr(Spool, "copy_items", one_bit_off)
    with pytest.raises(InconsistentResult, match=r"other bytes than it was given|cannot be read back"):
        transcode(source, source.with_name("derived.dcm"), "jpeg", FIXED)
    assert folder_of(source) == ["source.dcm"]


def test_a_codec_that_breaks_its_bound_is_caught(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from lossytools.codecs import JpegLs  # noqa: PLC0415

    source = write(cine(2))
    monkeypatch.setattr(JpegLs, "bound", property(lambda _: 1))
    with pytest.raises(EncodeError, match="frame 1 is off by 3 grey levels, the bound is 1"):
        transcode(source, source.with_name("derived.dcm"), "jpegls:near=3", FIXED)
    assert folder_of(source) == ["source.dcm"]


def test_memory_does_not_grow_with_the_number_of_frames(write: Any) -> None:
    peaks = []
    for frames in (8, 64):
        source = write(cine(frames, 128, 128), name=f"{frames}.dcm")
        transcode(source, source.with_name("warm.dcm"), "jpeg", replace(FIXED, force=True))
        tracemalloc.start()
        transcode(source, source.with_name("derived.dcm"), "jpeg", replace(FIXED, force=True))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # 56 more frames are 2.75 MB native; less than half of it is the code streams, spooled in memory here
    assert peaks[1] - peaks[0] < 56 * 128 * 128 * 3 / 2


def test_every_frame_is_reported_in_order(write: Any) -> None:
    source = write(cine(6))
    seen: list[tuple[int, int]] = []
    transcode(source, source.with_name("d.dcm"), "jpeg", FIXED, lambda f, n: seen.append((f.number, n)))
    assert seen == [(n, 6) for n in range(1, 7)]


@pytest.mark.parametrize("codec", ["jpeg", "jpegls", "jpeg2000"])
def test_decompressing_keeps_the_instance_and_its_history(write: Any, codec: str) -> None:
    source = write(cine(3))
    lossy, native = source.with_name("lossy.dcm"), source.with_name("native.dcm")
    uid = transcode(source, lossy, codec, FIXED).uid
    decompress(lossy, native)
    result, before = dcmread(native), dcmread(lossy)
    assert result.SOPInstanceUID == uid
    assert result.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert result.LossyImageCompression == "01"
    assert result.LossyImageCompressionRatio == before.LossyImageCompressionRatio
    assert (result.PhotometricInterpretation, result.PlanarConfiguration) == ("RGB", 0)
    assert measure(lossy, native).total.max_error == 0
    assert (result.pixel_array == np.frombuffer(result.PixelData, np.uint8).reshape(3, 96, 128, 3)).all()


@pytest.mark.parametrize(
    ("sop_class", "photometric"),
    [("1.2.840.10008.5.1.4.1.1.6.1", "RGB"), ("1.2.840.10008.5.1.4.1.1.77.1.4", "YBR_FULL")],
)
def test_native_ultrasound_is_rgb_and_other_colour_stays_what_it_was(
    write: Any, sop_class: str, photometric: str
) -> None:
    grey = np.full((1, 4, 4, 3), 128, np.uint8)
    grey[..., 0] = 77  # luminance 77 without chroma is the grey 77 (PS3.3 C.7.6.3.1.2)
    source = write(grey, RLE, PhotometricInterpretation="YBR_FULL", SOPClassUID=sop_class)
    native = source.with_name("native.dcm")
    decompress(source, native)
    result = dcmread(native)
    assert (result.PhotometricInterpretation, result.SOPInstanceUID) == (photometric, "1.2.3.4")
    assert set(result.PixelData) == ({77} if photometric == "RGB" else {77, 128})
    assert measure(source, native).total.max_error == 0


def test_decompressing_a_stream_that_the_header_denies_sets_the_flag_and_invents_nothing(write: Any) -> None:
    lossy = write(cine(2)).with_name("lossy.dcm")
    transcode(lossy.with_name("source.dcm"), lossy, "jpegls:near=3", FIXED)
    image = dcmread(lossy)
    for keyword in ("LossyImageCompression", "LossyImageCompressionMethod", "LossyImageCompressionRatio"):
        delattr(image, keyword)
    image.save_as(lossy)
    decompress(lossy, lossy.with_name("native.dcm"))
    result = dcmread(lossy.with_name("native.dcm"))
    assert result.LossyImageCompression == "01"
    assert "LossyImageCompressionMethod" not in result
    assert "LossyImageCompressionRatio" not in result


def test_a_series_of_its_own_has_an_instance_of_its_own(write: Any) -> None:
    source = write(cine(1))
    same = transcode(source, source.with_name("a.dcm"), "jpeg", FIXED)
    own = transcode(source, source.with_name("b.dcm"), "jpeg", replace(FIXED, new_series=True))
    assert same.uid != own.uid
    assert dcmread(own.target).SeriesInstanceUID != dcmread(same.target).SeriesInstanceUID


@pytest.mark.parametrize("typo", [{"verify": "independant"}, {"uid": "rnd"}, {"workers": -1}])
def test_an_option_that_does_not_exist_is_not_ignored(typo: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(typo))} is "):
        Options(**typo)


def test_a_second_decoder_that_sees_something_else_stops_the_step(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lossytools.codecs import JpegLs  # noqa: PLC0415

    def other(self: JpegLs, stream: bytes, native: Any) -> np.ndarray:
        return self.decode(stream, native) + np.uint8(1)

    source = write(cine(2))
    monkeypatch.setattr(JpegLs, "decode_independent", other)
    with pytest.raises(EncodeError, match="frame 1: two decoders differ by 1 grey levels, 0 is possible"):
        transcode(source, source.with_name("d.dcm"), "jpegls:near=3", replace(FIXED, verify="independent"))
    transcode(source, source.with_name("d.dcm"), "jpegls:near=3", FIXED)


@pytest.mark.parametrize(("written", "kept"), [(-2000, False), (63536, False), (-9000, True)])
def test_padding_is_found_in_either_signedness_and_goes_when_it_is_smeared(
    write: Any, written: int, *, kept: bool
) -> None:
    pixels = np.random.default_rng(2).integers(0, 900, (1, 64, 64)).astype("i2")
    pixels[:, ::2, ::2] = -2000
    source = write(pixels)
    image = dcmread(source)
    image.add_new(0x00280120, "US" if written > 0 else "SS", written)
    image.save_as(source)
    result = transcode(source, source.with_name("d.dcm"), "jpeg2000:ratio=6", FIXED)
    assert ("PixelPaddingValue" in dcmread(result.target)) is kept


def test_measuring_names_the_file_that_is_at_fault(write: Any) -> None:
    source, other = write(cine(2)), write(cine(3), name="other.dcm")
    with pytest.raises(UnsupportedPixels) as caught:
        measure(source, other)
    assert str(caught.value) == f"{other}: cannot be compared: frames is 2 in the source, 3 here"
    with pytest.raises(UnreadableSource) as gone:
        measure(source, source.with_name("gone.dcm"))
    assert str(gone.value) == f"{source.with_name('gone.dcm')}: cannot be opened: No such file or directory"
    with pytest.raises(UnreadableSource) as folder:
        measure(source, source.parent)
    assert str(folder.value) == f"{source.parent}: is no file"


def test_decompressing_an_object_without_a_name_is_refused(write: Any) -> None:
    source = write(cine(1), "1.2.840.10008.1.2.4.80")
    source.write_bytes(source.read_bytes().replace(b"\x08\0\x18\0UI\x08\x001.2.3.4\0", b""))
    with pytest.raises(UnreadableSource, match="SOP Instance UID has 0 values, not one"):
        decompress(source, source.with_name("native.dcm"))


def test_decompressing_native_pixels_is_refused(write: Any) -> None:
    source = write(cine(1))
    with pytest.raises(UnsupportedPixels, match="native already"):
        decompress(source, source.with_name("native.dcm"))


def test_a_kill_at_any_moment_leaves_no_half_target_and_the_next_run_no_temporary(write: Any) -> None:
    source = write(cine(24, 128, 160))
    target = source.with_name("derived.dcm")
    command = [sys.executable, "-c", "import sys, lossytools; lossytools.transcode(*sys.argv[1:3], 'jpegls')"]
    started = time.perf_counter()
    subprocess.run([*command, str(source), str(target)], check=True)
    whole, whole_time = measure(source, target).total, time.perf_counter() - started
    target.unlink()
    moments = random.Random(11)  # noqa: S311  moments, no secrets
    for _ in range(20):
        with subprocess.Popen([*command, str(source), str(target)], stderr=subprocess.DEVNULL) as job:
            time.sleep(whole_time * moments.uniform(0.4, 1.05))
            job.send_signal(signal.SIGKILL)
        if target.exists():
            assert measure(source, target).total == whole
            target.unlink()
    subprocess.run([*command, str(source), str(target)], check=True)
    assert folder_of(source) == ["derived.dcm", "source.dcm"]
