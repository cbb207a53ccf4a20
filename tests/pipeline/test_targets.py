"""Results that keep a target, on real frames, certified from the published file."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pydicom
import pytest

import lossytools
from lossytools import (
    Condition,
    Options,
    Target,
    decompress,
    measure,
    parse_conditions,
    sample_cine,
    search,
    transcode,
)
from lossytools.errors import (
    CodecSettingError,
    RefusedByPolicy,
    TargetSettingError,
    TargetUnreachable,
    UnsupportedPixels,
)
from lossytools.pipeline import aiming
from lossytools.pipeline.seeking import lagging
from lossytools.tuning.stepping import LIMIT
from lossytools.values import ImagePixel

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Writer
    from lossytools.pipeline.comparison import Comparison
    from lossytools.pipeline.job import Job

SECTOR = Target((Condition("psnr", 42), Condition("ssim", 0.97)), ("sector", "text"))


@pytest.fixture(scope="module")
def cine() -> Path:
    return sample_cine()


def made(cine: Path, tmp_path: Path, codec: str, target: Target) -> tuple[lossytools.Outcome, Comparison]:
    done = transcode(cine, tmp_path / "out.dcm", codec, Options(keep=target))
    return done, measure(cine, done.target, focus=target.focus)


@pytest.mark.parametrize("codec", ["jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl"])
def test_every_frame_of_the_published_file_keeps_every_condition(
    cine: Path, tmp_path: Path, codec: str
) -> None:
    done, compared = made(cine, tmp_path, codec, SECTOR)
    assert len(compared.scores) == 20
    for scores in compared.scores:
        assert all(part.psnr >= 42 and part.ssim >= 0.97 for part in scores.values())
    assert done.parts["sector"].psnr_db.worst == compared.parts["sector"].psnr_db.worst
    assert done.encodes <= LIMIT


@pytest.mark.parametrize(("codec", "overshoot"), [("jpeg2000", 0.15), ("htj2k", 0.05)])
def test_a_continuous_knob_comes_close_to_what_was_asked(
    cine: Path, tmp_path: Path, codec: str, overshoot: float
) -> None:
    _, compared = made(cine, tmp_path, codec, Target((Condition("psnr", 45),)))
    assert all(45 <= scores["whole"].psnr <= 45 + overshoot for scores in compared.scores)


def test_no_other_quality_of_jpeg_is_smaller_and_keeps_it(cine: Path) -> None:
    frames = [np.asarray(frame) for frame in pydicom.dcmread(cine).pixel_array[:4]]
    target = Target((Condition("psnr", 43),))
    found = search(frames, "jpeg", target)
    native = ImagePixel(*frames[0].shape[:2], 1, 3, "RGB", 8, 8, planar=0)
    sizes = []
    for frame in frames:
        streams = [lossytools.Jpeg(quality).encode(frame, native) for quality in range(80, 101)]
        sizes.append(min(len(s) for s in streams if psnr(frame, lossytools.Jpeg().decode(s, native)) >= 43))
    assert [len(stream) for stream in found.streams] == sizes
    assert found.encodes <= 4


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


def test_what_the_second_decoder_makes_of_it_keeps_it_too(cine: Path, tmp_path: Path) -> None:
    target = Target((Condition("psnr", 48),))
    done = transcode(cine, tmp_path / "o.dcm", "jpeg", Options(keep=target, verify="independent"))
    native = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=0)
    codec = lossytools.Jpeg()
    streams = list(
        pydicom.encaps.generate_frames(pydicom.dcmread(done.target).PixelData, number_of_frames=20)
    )
    sources = pydicom.dcmread(cine).pixel_array
    for stream, source in zip(streams, sources, strict=True):
        for decode in (codec.decode, codec.decode_independent):
            assert psnr(source, decode(stream, native)) >= 48


def test_the_result_does_not_depend_on_the_number_of_workers(cine: Path, tmp_path: Path) -> None:
    digests = {
        transcode(cine, tmp_path / f"{workers}.dcm", "htj2k", Options(keep=SECTOR, workers=workers)).digest
        for workers in (1, 2, 3, 7)
    }
    assert len(digests) == 1


def test_a_search_begins_where_that_of_four_frames_before_ended() -> None:
    class Done:
        def __init__(self, number: int, start: object) -> None:
            self.number, self.start, self.ended = number, start, number

    def solve(task: tuple[int, object]) -> Done:
        return Done(*task)

    for workers in (1, 2, 4, 9):
        done = list(lagging(solve, "begin", range(9), workers))  # type: ignore[type-var]
        assert [one.number for one in done] == list(range(9))
        assert [one.start for one in done] == ["begin", 0, 0, 0, 0, 1, 2, 3, 4]


def test_what_no_setting_reaches_is_said_with_who_would_and_nothing_is_written(
    cine: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.dcm"
    asked = Target((Condition("psnr", 62), Condition("max_error", 1)))
    with pytest.raises(TargetUnreachable) as caught:
        transcode(cine, out, "jpeg", Options(keep=asked))
    words = str(caught.value)
    assert "frame 1: jpeg:quality=100" in words
    assert "psnr of the whole 60.7" in words
    assert "jpegls-lossless" in words
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("codec", "target", "reached"),
    [
        ("jpeg", Target(parse_conditions("psnr>=70")), "20 of 20 frames do not keep it; psnr of the whole 6"),
        ("hevc", Target(parse_conditions("psnr>=70")), "psnr of the whole 3"),
        ("jpeg", Target(parse_conditions("ssim>=0.99999"), scope="mean"), "ssim of the whole 0.9"),
        (
            "jpegls",
            Target(parse_conditions("psnr>=30"), max_ratio=1.01),
            "ratio 5.50655 where max_ratio 1.01 is",
        ),
        ("jpeg2000", Target(parse_conditions("psnr>=50"), max_bytes=1000), "bytes where 1000 are asked for"),
    ],
)
def test_what_comes_closest_is_nowhere_said_to_be_kept(
    cine: Path, tmp_path: Path, codec: str, target: Target, reached: str
) -> None:
    done = transcode(cine, tmp_path / "out.dcm", codec, Options(keep=replace(target, best_effort=True)))
    assert done.kept == ""
    assert done.missed.startswith(f"{target}: ")
    assert reached in done.missed
    assert f"not kept: {done.missed}" in done.warnings
    words = str(pydicom.dcmread(done.target).DerivationDescription)
    assert f"; not kept: {target}; " in words
    assert "; kept:" not in words


def test_what_is_kept_with_best_effort_is_said_to_be(cine: Path, tmp_path: Path) -> None:
    target = Target(parse_conditions("psnr>=40"), best_effort=True)
    done = transcode(cine, tmp_path / "out.dcm", "jpeg", Options(keep=target))
    assert (done.kept, done.missed, done.warnings) == ("psnr>=40, every frame", "", ())
    assert "; kept: psnr>=40" in str(pydicom.dcmread(done.target).DerivationDescription)


@pytest.mark.parametrize(("codec", "scope"), [("h264", "every-frame"), ("jpeg", "p1"), ("jpegls", "mean")])
def test_who_would_reach_it_is_said_of_frames_coded_alike_too(
    cine: Path, tmp_path: Path, codec: str, scope: str
) -> None:
    asked = Target(parse_conditions("psnr>=64"), scope=scope)
    with pytest.raises(TargetUnreachable) as caught:
        transcode(cine, tmp_path / "out.dcm", codec, Options(keep=asked))
    assert re.search(
        r"Frame \d+ is the worst\. Codecs that keep it on this frame: htj2k, jpeg2000-lossless",
        str(caught.value),
    )


def test_what_loses_nothing_is_held_to_a_size_all_the_same(cine: Path, tmp_path: Path) -> None:
    out, small = tmp_path / "out.dcm", Target(parse_conditions("psnr>=60"), max_bytes=1000)
    with pytest.raises(TargetUnreachable, match=r"loses nothing and misses it: \d+ bytes where 1000 "):
        transcode(cine, out, "jpegls-lossless", Options(keep=Target(max_bytes=1000)))
    with pytest.raises(TargetUnreachable, match=r"jpegls-lossless: .* 1000 are asked for"):
        transcode(cine, out, "auto:jpegls-lossless,jpegxl-lossless", Options(keep=small))
    assert not list(tmp_path.iterdir())
    done = transcode(cine, out, "jpegls-lossless", Options(keep=Target(ratio=2.0)))
    assert done.kept == "ratio 2: nothing was lost"
    best = Options(keep=Target(max_bytes=1000, best_effort=True), force=True)
    done = transcode(cine, out, "jpegls-lossless", best)
    assert (done.kept, done.missed.partition(":")[0]) == ("", "max_bytes 1000")
    assert done.warnings == (f"not kept: {done.missed}",)


def test_auto_takes_what_fits_and_with_best_effort_what_comes_closest(cine: Path, tmp_path: Path) -> None:
    among = "auto:jpegls-lossless,jpegls,jpeg2000"
    tight = Target(parse_conditions("psnr>=40"), max_bytes=400_000)
    done = transcode(cine, tmp_path / "a.dcm", among, Options(keep=tight))
    assert done.measurement.stream_bytes <= 400_000
    assert done.kept == str(tight)
    tiny = Target(parse_conditions("psnr>=40"), max_bytes=1000, best_effort=True)
    sizes = [
        transcode(cine, tmp_path / f"{codec}.dcm", codec, Options(keep=tiny)).measurement.stream_bytes
        for codec in ("jpegls-lossless", "jpegls", "jpeg2000")
    ]
    done = transcode(cine, tmp_path / "b.dcm", among, Options(keep=tiny))
    assert done.measurement.stream_bytes == min(sizes)
    assert done.missed


def test_a_video_may_become_frames_that_keep_a_target(cine: Path, tmp_path: Path) -> None:
    video = transcode(cine, tmp_path / "video.dcm", "h264").target
    target = Target(parse_conditions("psnr>=40"))
    again = Options(keep=target, allow_recompress=True, allow_larger=True)
    done = transcode(video, tmp_path / "frames.dcm", "jpeg", again)
    compared = measure(video, done.target)
    assert len(compared.scores) == 20
    assert all(scores["whole"].psnr >= 40 for scores in compared.scores)


def test_nothing_is_kept_that_is_not_measured() -> None:
    with pytest.raises(TargetSettingError, match="verify first or independent"):
        Options(keep=SECTOR, verify="none")


@pytest.mark.parametrize(("codec", "words"), [("htj2k", "step down to"), ("jpeg2000", "psnr_db up to")])
def test_the_finer_of_two_settings_is_named_as_such(
    cine: Path, tmp_path: Path, codec: str, words: str
) -> None:
    done = transcode(
        cine, tmp_path / "o.dcm", codec, Options(keep=Target(parse_conditions("psnr>=42, ssim>=0.98")))
    )
    assert words in str(pydicom.dcmread(done.target).DerivationDescription)


def test_videos_meet_what_falls_unevenly_near_its_limit(cine: Path, tmp_path: Path) -> None:
    for codec, wish, most in (("hevc", "ssim>=0.85", 20_000), ("mpeg2", "max_error<=200", 100_000)):
        done = transcode(cine, tmp_path / f"{codec}.dcm", codec, Options(keep=Target(parse_conditions(wish))))
        assert done.measurement.stream_bytes < most
        assert done.encodes <= 6


def test_no_more_is_compressed_than_the_largest_ratio(cine: Path, tmp_path: Path) -> None:
    easy = Target((Condition("psnr", 30),), max_ratio=9.0)
    done, compared = made(cine, tmp_path, "jpeg2000", easy)
    assert all(frame.ratio <= 9 for frame in compared.frames)
    assert done.measurement.ratio > 8.5


@pytest.mark.parametrize("codec", ["jpeg", "jpegls", "jpeg2000", "htj2k", "jpegxl", "h264"])
def test_a_ratio_is_asked_of_every_codec_alike(cine: Path, tmp_path: Path, codec: str) -> None:
    done = transcode(cine, tmp_path / "out.dcm", codec, Options(keep=Target(ratio=15.0)))
    assert done.measurement.ratio >= 15
    if codec in {"jpeg2000", "htj2k"}:
        assert done.measurement.ratio < 15 * 1.01
    exact = Target(max_bytes=done.measurement.stream_bytes)
    again = transcode(cine, tmp_path / "again.dcm", codec, Options(keep=exact))
    assert again.measurement.stream_bytes <= done.measurement.stream_bytes


def test_a_size_that_the_conditions_do_not_fit_in_is_refused(cine: Path, tmp_path: Path) -> None:
    with pytest.raises(
        TargetUnreachable, match=r"quality=\d+.* misses it: \d+ bytes where 1000 are asked for$"
    ):
        transcode(
            cine,
            tmp_path / "out.dcm",
            "jpeg",
            Options(keep=Target((Condition("psnr", 40),), max_bytes=1000)),
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("codec", "coarsest"),
    [("jpeg", "quality=1,"), ("jpegls", "near=127"), ("htj2k", "step=0.5"), ("h264", "crf=51,")],
)
def test_where_no_setting_fits_a_size_the_coarsest_comes_closest(
    cine: Path, tmp_path: Path, codec: str, coarsest: str
) -> None:
    with pytest.raises(TargetUnreachable, match=f"{coarsest}.* comes closest"):
        transcode(cine, tmp_path / "out.dcm", codec, Options(keep=Target(max_bytes=100)))
    assert not list(tmp_path.iterdir())
    done = transcode(cine, tmp_path / "o.dcm", codec, Options(keep=Target(ratio=9e4, best_effort=True)))
    assert coarsest in f"{done.codec},"
    assert done.kept == ""
    assert done.missed.startswith("ratio 90000: ")


def test_a_mean_may_be_kept_where_the_worst_frame_does_not(tmp_path: Path, write: Writer) -> None:
    random = np.random.default_rng(1)
    frames = np.tile(np.add.outer(np.arange(64), np.arange(64)), (6, 1, 1)).astype(np.uint8)
    frames[3] = random.integers(0, 256, (64, 64))  # hard
    source = write(frames)
    done = transcode(
        source, tmp_path / "mean.dcm", "jpeg", Options(keep=Target((Condition("psnr", 40),), scope="mean"))
    )
    part = done.parts["whole"].psnr_db
    assert part.worst < 40 <= part.mean
    assert len({done.codec}) == 1
    assert ".." not in done.codec  # one setting for all frames


def test_a_video_keeps_its_worst_frame(cine: Path, tmp_path: Path) -> None:
    target = Target((Condition("psnr", 31),))
    done, compared = made(cine, tmp_path, "h264", target)
    assert 31 <= compared.total.worst.psnr_db < 31.36
    assert done.encodes <= 4


def test_auto_takes_the_smallest_that_keeps_it(cine: Path, tmp_path: Path) -> None:
    target = Target((Condition("psnr", 44),))
    done = transcode(
        cine, tmp_path / "auto.dcm", "auto:jpeg,jpegls,htj2k,jpegls-lossless", Options(keep=target)
    )
    sizes = {
        codec: transcode(
            cine, tmp_path / f"{codec}.dcm", codec, Options(keep=target)
        ).measurement.stream_bytes
        for codec in ("jpeg", "jpegls", "htj2k")
    }
    assert done.measurement.stream_bytes == min(sizes.values())
    assert done.codec.startswith(min(sizes, key=sizes.__getitem__))
    assert done.history[-1].method != ""


def test_auto_takes_the_lossless_codec_where_it_is_smallest(cine: Path, tmp_path: Path) -> None:
    target = Target((Condition("psnr", 58),))
    done = transcode(cine, tmp_path / "auto.dcm", "auto:jpeg,jpegxl-lossless", Options(keep=target))
    assert done.codec == "jpegxl-lossless"
    assert done.uid == done.source_uid
    assert done.kept.endswith("nothing was lost")


def test_auto_needs_a_target_and_codecs_of_pixels(cine: Path, tmp_path: Path) -> None:
    with pytest.raises(TargetSettingError, match="give one"):
        transcode(cine, tmp_path / "o.dcm", "auto")
    with pytest.raises(CodecSettingError, match="recodes streams"):
        transcode(cine, tmp_path / "o.dcm", "auto:jpeg,jpegxl-recompress", Options(keep=SECTOR))


def test_the_record_carries_the_certificate(cine: Path, tmp_path: Path) -> None:
    done, compared = made(cine, tmp_path, "jpeg2000", SECTOR)
    words = str(pydicom.dcmread(done.target).DerivationDescription)
    assert len(words) <= 1024
    assert words.isascii()
    sector = compared.parts["sector"]
    assert f"sector PSNR min {math.floor(sector.psnr_db.worst * 100) / 100:.2f}" in words
    assert f"max error {sector.max_error.worst:g}" in words
    assert "kept: psnr>=42, ssim>=0.97, on sector and text, every frame" in words
    assert f"ratio {done.history[-1].ratio}:1 over 20 frames" in words


def test_another_target_is_another_instance(cine: Path, tmp_path: Path) -> None:
    one, _ = made(cine, tmp_path, "jpeg", SECTOR)
    (tmp_path / "out.dcm").unlink()
    other, _ = made(cine, tmp_path, "jpeg", Target((Condition("psnr", 40),)))
    assert len({one.uid, other.uid, one.source_uid}) == 3


def test_a_figure_that_cannot_be_measured_is_not_kept_silently(tmp_path: Path, write: Writer) -> None:
    source = write(np.full((1, 8, 40), 7, np.uint8))  # lower than a window of SSIM
    with pytest.raises(UnsupportedPixels, match="ssim"):
        transcode(source, tmp_path / "o.dcm", "jpeg", Options(keep=Target((Condition("ssim", 0.9),))))


def test_search_refuses_what_only_transcode_can_follow() -> None:
    frame = np.zeros((16, 16), np.uint8)
    for target in (Target(ratio=3), Target((Condition("psnr", 40),), scope="mean")):
        with pytest.raises(TargetSettingError, match="needs transcode"):
            search([frame], "jpeg", target)
    with pytest.raises(TargetSettingError, match="no frame"):
        search([], "jpeg", SECTOR)
    with pytest.raises(TargetSettingError, match="use transcode"):
        search([frame], "h264", SECTOR)


def test_search_takes_frames_of_one_image_only() -> None:
    grey = np.zeros((16, 16), np.uint8)
    target = Target(parse_conditions("psnr>=40"))
    wrong: list[tuple[Any, str]] = [
        ([grey, grey[:8]], "one shape and one type"),
        ([grey, grey.astype(np.uint16)], "one shape and one type"),
        ([grey.astype(np.float32)], "whole numbers of 8 or 16 bits, not .* of float32"),
        ([grey.astype(np.uint32)], "whole numbers of 8 or 16 bits"),
        ([np.zeros((4, 16, 16, 3), np.uint8)], "a frame is "),
        (np.zeros((240, 320, 3), np.uint8), r"\(240, 320, 3\) is one frame of colours: give a list"),
    ]
    for frames, message in wrong:
        with pytest.raises(TargetSettingError, match=message):
            search(frames, "jpeg", target)
    assert len(search(np.stack([grey] * 3), "jpeg", target).streams) == 3


def test_of_all_codecs_each_says_how_close_it_came_and_no_more(cine: Path, tmp_path: Path) -> None:
    with pytest.raises(TargetUnreachable) as caught:
        transcode(
            cine, tmp_path / "o.dcm", "auto:jpeg,jpegls", Options(keep=Target(parse_conditions("psnr>=70")))
        )
    assert re.fullmatch(
        "jpeg: frame 1: jpeg:quality=100.* is asked for; jpegls: frame 1: jpegls:near=1 .* is asked for",
        str(caught.value),
    )
    with pytest.raises(CodecSettingError, match="names no codec"):
        transcode(cine, tmp_path / "o.dcm", "auto:", Options(keep=SECTOR))


def test_what_was_jpeg_before_is_quantised_as_it_was(write: Writer, tmp_path: Path) -> None:
    noise = np.random.default_rng(3).normal(0, 9, (3, 256, 256))
    shades = np.clip(np.add.outer(np.arange(256), np.arange(256)) / 3 + noise, 0, 255).astype(np.uint8)
    once = transcode(write(shades), tmp_path / "once.dcm", "jpeg:quality=60").target
    decompress(once, tmp_path / "plain.dcm")
    rules = Options(keep=Target(parse_conditions("psnr>=45")), allow_recompress=True)
    told, blind = (
        transcode(tmp_path / f"{name}.dcm", tmp_path / f"{name}-again.dcm", "jpeg", rules)
        for name in ("once", "plain")
    )
    assert "60,subsampling" in told.codec
    assert told.measurement.stream_bytes < 0.8 * blind.measurement.stream_bytes


@pytest.mark.parametrize(("wish", "most"), [("psnr>=33", 4), ("ssim>=0.85", 6), ("max_error<=180", 6)])
def test_a_video_is_coded_a_few_times_from_where_its_target_usually_is(
    cine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: str, most: int
) -> None:
    tried = []
    one_pass = aiming.one_pass

    def watched(job: Job, *rest: Any) -> Any:
        tried.append(job.codec.crf)  # type: ignore[union-attr]
        return one_pass(job, *rest)

    monkeypatch.setattr(aiming, "one_pass", watched)
    transcode(cine, tmp_path / "o.dcm", "h264", Options(keep=Target(parse_conditions(wish))))
    assert len(tried) <= most
    assert tried[0] == pytest.approx(
        {"psnr>=33": 30.6, "ssim>=0.85": 40.4, "max_error<=180": 32.3}[wish], abs=0.1
    )


@pytest.mark.parametrize("codec", ["jpeg2000", "htj2k", "jpegxl"])
@pytest.mark.parametrize("ratio", [4.0, 12.0])
def test_the_finest_setting_that_fits_is_found_for_wide_samples_too(
    tmp_path: Path, write: Writer, codec: str, ratio: float
) -> None:
    noise = np.random.default_rng(4).normal(0, 12, (1, 256, 256))
    shades = (900 + 500 * np.sin(np.arange(256) / 17)[:, None] + noise).astype(np.uint16)
    source = write(shades, BitsStored=12, HighBit=11)
    done = transcode(source, tmp_path / "o.dcm", codec, Options(keep=Target(ratio=ratio)))
    assert ratio <= done.measurement.ratio < ratio * 1.03


def test_what_leads_to_another_result_gets_another_uid(cine: Path, tmp_path: Path) -> None:
    close = [Target(parse_conditions(f"psnr>={limit}")) for limit in (44.0001, 44.0002)]
    done = [transcode(cine, tmp_path / f"{n}.dcm", "htj2k", Options(keep=one)) for n, one in enumerate(close)]
    assert len({one.uid for one in done}) == 2
    assert [one.kept.partition(",")[0] for one in done] == ["psnr>=44.0001", "psnr>=44.0002"]
    mean = Target(parse_conditions("psnr>=44"), scope="mean")
    for verify in ("first", "independent"):
        options = Options(keep=mean, verify=verify, force=True)  # type: ignore[arg-type]
        done.append(transcode(cine, tmp_path / "0.dcm", "jpeg", options))
    digests, uids = ({getattr(one, name) for one in done} for name in ("digest", "uid"))
    assert len(digests) == len(uids)


def test_a_limit_is_recorded_with_all_its_digits() -> None:
    assert str(Target(parse_conditions("ssim>=0.9999996, psnr>=45.00006"))) == (
        "ssim>=0.9999996, psnr>=45.00006, every frame"
    )


def blinking(write: Writer) -> Path:
    """Five frames of texture, and a black one that no setting keeps from being tiny."""
    noise = np.random.default_rng(1).normal(120, 25, (6, 64, 64)).clip(0, 255).astype(np.uint8)
    noise[5] = 0
    return write(noise, Modality="US")


@pytest.mark.parametrize("codec", ["jpeg", "jpegls", "jpeg2000"])
def test_a_blank_frame_does_not_stop_what_the_whole_keeps(tmp_path: Path, write: Writer, codec: str) -> None:
    source = blinking(write)
    bounded = Target(parse_conditions("psnr>=40"), max_ratio=12)
    done = transcode(source, tmp_path / "o.dcm", codec, Options(keep=bounded))
    assert (done.kept, done.missed) == (str(bounded), "")
    assert done.measurement.ratio < 12
    frames = list(pydicom.dcmread(source).pixel_array)
    assert search(frames, codec, bounded).holds
    with pytest.raises(TargetUnreachable, match=r"where max_ratio 1.5 is asked for"):
        search(frames[5:], codec, replace(bounded, max_ratio=1.5))


def test_a_mean_is_asked_of_the_second_decoder_too(cine: Path, tmp_path: Path) -> None:
    native = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=0)
    first = transcode(cine, tmp_path / "known.dcm", "jpeg:quality=91", Options())
    sources = pydicom.dcmread(cine).pixel_array
    streams = list(
        pydicom.encaps.generate_frames(pydicom.dcmread(first.target).PixelData, number_of_frames=20)
    )
    codec = lossytools.Jpeg()
    seen = [
        np.mean(
            [
                10 ** (-psnr(one, decode(stream, native)) / 10)
                for one, stream in zip(sources, streams, strict=True)
            ]
        )
        for decode in (codec.decode, codec.decode_independent)
    ]
    ours, theirs = (-10 * math.log10(mean) for mean in seen)
    assert ours != theirs
    between = Target(parse_conditions(f"psnr>={(ours + theirs) / 2:.9f}"), scope="mean")
    found = {
        verify: transcode(cine, tmp_path / f"{verify}.dcm", "jpeg", Options(keep=between, verify=verify))  # type: ignore[arg-type]
        for verify in ("first", "independent")
    }
    better_of_the_two = "jpeg:quality=91,subsampling=444"
    assert (found["first"].codec == better_of_the_two) == (ours > theirs)
    assert found["independent"].codec == "jpeg:quality=92,subsampling=444"


def test_auto_takes_what_loses_nothing_where_a_loss_is_refused(tmp_path: Path, write: Writer) -> None:
    frames = np.random.default_rng(1).integers(0, 900, (1, 64, 64)).astype(np.uint16)
    source = write(frames, Modality="CT", SOPClassUID="1.2.840.10008.5.1.4.1.1.2", BitsStored=12, HighBit=11)
    keep = Options(keep=Target(parse_conditions("psnr>=60")))
    for names in ("auto:jpegls-lossless,jpeg2000-lossless", "auto:jpegls,jpegls-lossless"):
        done = transcode(source, tmp_path / "o.dcm", names, replace(keep, force=True))
        assert done.uid == done.source_uid
        assert "lossless" in done.codec
    with pytest.raises(RefusedByPolicy, match="--allow-quantitative"):
        transcode(source, tmp_path / "p.dcm", "auto:jpegls,jpeg2000", keep)
    with pytest.raises(CodecSettingError, match="foo"):
        transcode(source, tmp_path / "p.dcm", "auto:foo", Options())
