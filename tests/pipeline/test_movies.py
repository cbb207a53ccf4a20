"""Cines as videos: one fragment, true figures, every frame at its place; and videos that others made."""

from __future__ import annotations

import io
import shutil
import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.tag import Tag
from pydicom.uid import UID

from lossytools import Options, audit, decompress, measure, transcode
from lossytools.changes.timing import uniform_rate
from lossytools.codecs import parse_codec
from lossytools.codecs.movies.colour import BT601, BT709, Planes, planes_of, rgb_of
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.movies.mpeg2 import check_buffer
from lossytools.codecs.movies.reading import movie_frames
from lossytools.codecs.movies.writing import Packet
from lossytools.errors import (
    CodecMissing,
    CodecSettingError,
    EncodeError,
    RefusedByPolicy,
    UnreadableSource,
    UnsupportedPixels,
)
from lossytools.values import ImagePixel

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("av", reason="the extra lossytools[video] is not installed")

US = "1.2.840.10008.5.1.4.1.1.3.1"
_4 = "1.2.840.10008.1.2.4."
STATED = {
    "h264": ("High", "41", "avc1"),
    "hevc": ("Main", "153", "hvc1"),
    "mpeg2": ("Main", "8", "[0][0][0][0]"),
}
CODECS = ("h264:preset=ultrafast", "hevc:preset=ultrafast", "mpeg2")
TIMES = [0, *[20, 60] * 5, 40]  # ms, 40 on average
FFMPEG = shutil.which("ffmpeg")


def cine(frames: int = 12, rows: int = 96, columns: int = 128) -> np.ndarray:
    """Return frames that move to the right by 4 pixels each, so that a frame at a wrong place shows."""
    y, x = np.mgrid[:rows, :columns]
    planes = [np.sin((x - 4 * f) / 11) * 70 + np.cos(y / 13) * 40 + 120 for f in range(frames)]
    return np.array([np.stack([p, p * 0.9, p * 0.8], -1) for p in planes]).astype(np.uint8)


def decoded(path: Path) -> np.ndarray:
    return np.asarray(dcmread(path).pixel_array)


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - other) ** 2)))


@pytest.mark.parametrize("codec", CODECS)
def test_every_frame_is_at_its_place_and_measured(write: Any, tmp_path: Path, codec: str) -> None:
    pixels = cine()
    source = write(pixels, SOPClassUID=US)
    target, native = tmp_path / "video.dcm", tmp_path / "native.dcm"
    numbers: list[int] = []
    outcome = transcode(source, target, codec, on_frame=lambda frame, _: numbers.append(frame.number))
    assert numbers == list(range(1, 13))
    decompress(target, native)
    frames = decoded(native)
    for place in range(12):
        closest = max(range(12), key=lambda other: psnr(frames[place], pixels[other]))
        assert closest == place
    compared = measure(source, target)
    assert compared.total.squared_error == outcome.measurement.squared_error
    assert compared.total.max_error == outcome.measurement.max_error
    assert compared.total.stream_bytes == outcome.measurement.stream_bytes
    worst = min(psnr(frames[n], pixels[n]) for n in range(12))
    assert outcome.measurement.worst.psnr_db == pytest.approx(worst, abs=1e-9)
    assert worst > 33


@pytest.mark.parametrize("codec", CODECS)
def test_the_object_says_what_the_standard_wants(write: Any, tmp_path: Path, codec: str) -> None:
    target = tmp_path / "video.dcm"
    outcome = transcode(write(cine(), SOPClassUID=US, PixelAspectRatio=["1", "1"]), target, codec)
    image = dcmread(target)
    name = codec.partition(":")[0]
    assert image.file_meta.TransferSyntaxUID == _4 + {"h264": "102", "hevc": "107", "mpeg2": "100"}[name]
    assert image.PhotometricInterpretation == "YBR_PARTIAL_420"
    assert (image.SamplesPerPixel, image.PlanarConfiguration, image.BitsStored) == (3, 0, 8)
    assert ("PixelAspectRatio" in image) == (name == "mpeg2")
    # empty offset table, then one fragment that ends where the sequence is delimited
    value = image.PixelData
    length = int.from_bytes(value[12:16], "little")
    assert value[:12] == bytes.fromhex("feff00e000000000feff00e0")
    assert value[16 + length :] == b"" or value[16 + length :].startswith(bytes.fromhex("feffdde0"))
    ratio = 12 * 96 * 128 * 3 / outcome.measurement.stream_bytes
    assert float(image.LossyImageCompressionRatio) == pytest.approx(ratio, rel=1e-4)
    assert outcome.measurement.stream_bytes in {length, length - 1}
    assert [f for f in audit(target) if f.severity == "E"] == []


@pytest.mark.parametrize("codec", CODECS)
def test_the_same_job_gives_the_same_bytes(write: Any, tmp_path: Path, codec: str) -> None:
    source = write(cine(), SOPClassUID=US)
    digests = {
        transcode(source, tmp_path / f"{workers}.dcm", codec, Options(workers=workers)).digest
        for workers in (1, 2)
    }
    assert len(digests) == 1


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("codec", STATED)
def test_ffprobe_finds_profile_level_range_and_rate(write: Any, tmp_path: Path, codec: str) -> None:
    profile, level, tag = STATED[codec]
    source = write(cine(), SOPClassUID=US, FrameTime="40")
    transcode(source, tmp_path / "video.dcm", codec)
    value = dcmread(tmp_path / "video.dcm").PixelData
    (tmp_path / "stream").write_bytes(value[16 : 16 + int.from_bytes(value[12:16], "little")])
    wanted = "profile,level,pix_fmt,color_range,color_space,codec_tag_string,r_frame_rate"
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", f"stream={wanted}", "-of", "default=nw=1", "stream"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    said = dict(line.split("=") for line in done.stdout.split() if "=" in line)
    assert said == {
        "profile": profile,
        "level": level,
        "pix_fmt": "yuv420p",
        "color_range": "tv",
        "color_space": "smpte170m",
        "codec_tag_string": tag,
        "r_frame_rate": "25/1",
    }


def test_grey_becomes_three_samples_and_stays_grey(write: Any, tmp_path: Path) -> None:
    pixels = cine()[..., 0]
    source = write(pixels, SOPClassUID=US)
    outcome = transcode(source, tmp_path / "video.dcm", "h264:crf=1,preset=ultrafast")
    assert outcome.measurement.native_bytes == pixels.nbytes
    decompress(tmp_path / "video.dcm", tmp_path / "native.dcm")
    frames = decoded(tmp_path / "native.dcm").astype(int)
    assert int(np.abs(frames - frames[..., :1]).max()) <= 1
    assert measure(source, tmp_path / "video.dcm").total.worst.psnr_db > 45


@pytest.mark.parametrize(
    ("header", "codec", "words"),
    [
        ({"FrameTime": "100"}, "mpeg2", "mpeg2 has 25, 29.97, 30"),
        ({"FrameTime": "0.5"}, "h264", None),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.12.1", "SamplesPerPixel": 3}, "h264", "hold no video"),
        ({"PixelAspectRatio": ["4", "3"]}, "h264", "square"),
        ({"FrameTime": None, "FrameIncrementPointer": None}, "h264", "a video has a rate"),
        (
            {
                "FrameTime": None,
                "FrameIncrementPointer": 0x00181065,
                "FrameTimeVector": [0, *[20, 60] * 5, 40],
            },
            "h264",
            "times from 20 to 60 ms.*--resample-timing",
        ),
    ],
)
def test_what_a_video_cannot_keep_is_refused(
    write: Any, tmp_path: Path, header: dict[str, Any], codec: str, words: str | None
) -> None:
    source = write(cine(), **({"SOPClassUID": US} | header))
    before = sorted(tmp_path.iterdir())
    if words is None:
        transcode(source, tmp_path / "video.dcm", codec)
        return
    with pytest.raises(UnsupportedPixels, match=words):
        transcode(source, tmp_path / "video.dcm", codec)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("rows", "columns"), [(95, 128), (96, 127), (8, 128)])
def test_odd_and_tiny_pictures_are_refused(write: Any, tmp_path: Path, rows: int, columns: int) -> None:
    with pytest.raises(UnsupportedPixels, match=r"odd|at least"):
        transcode(write(cine(2, rows, columns), SOPClassUID=US), tmp_path / "video.dcm", "hevc")


def test_narrow_pictures_that_spoil_the_memory_of_x265_are_refused(write: Any, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedPixels, match="16 rows of 64 at least"):
        transcode(write(cine(2, 64, 48), SOPClassUID=US), tmp_path / "video.dcm", "hevc")


def test_frames_of_different_times_are_shown_at_their_mean_if_asked(write: Any, tmp_path: Path) -> None:
    source = write(
        cine(), SOPClassUID=US, FrameTime=None, FrameIncrementPointer=0x00181065, FrameTimeVector=TIMES
    )
    outcome = transcode(source, tmp_path / "video.dcm", "h264", Options(resample_timing=True))
    image = dcmread(tmp_path / "video.dcm")
    assert image.FrameTime == 40
    assert image.FrameIncrementPointer == 0x00181063
    assert "FrameTimeVector" not in image
    assert any("25 a second" in warning for warning in outcome.warnings)


def test_a_colour_flow_region_is_warned_of(write: Any, tmp_path: Path) -> None:
    source = write(cine(), SOPClassUID=US)
    image = dcmread(source)
    region = Dataset()
    region.RegionDataType = 2
    image.SequenceOfUltrasoundRegions = [region]
    image.save_as(source)
    outcome = transcode(source, tmp_path / "video.dcm", "h264")
    assert any("colour flow" in warning for warning in outcome.warnings)


def test_a_second_decoder_of_mpeg_2_is_not_to_be_had(write: Any, tmp_path: Path) -> None:
    with pytest.raises(CodecMissing, match="no second decoder"):
        transcode(write(cine(), SOPClassUID=US), tmp_path / "v.dcm", "mpeg2", Options(verify="independent"))


def test_a_video_is_not_compressed_again_unless_asked(write: Any, tmp_path: Path) -> None:
    source = write(cine(), SOPClassUID=US)
    transcode(source, tmp_path / "video.dcm", "h264")
    with pytest.raises(RefusedByPolicy, match="with loss before"):
        transcode(tmp_path / "video.dcm", tmp_path / "again.dcm", "jpeg")
    again = transcode(tmp_path / "video.dcm", tmp_path / "again.dcm", "jpeg", Options(allow_recompress=True))
    assert [step.method for step in again.history] == ["ISO_14496_10", "ISO_10918_1"]


@pytest.mark.parametrize("damage", ["cut", "more frames", "another size"])
@pytest.mark.parametrize("codec", CODECS)
def test_a_video_that_is_not_what_the_header_says_is_told(
    write: Any, tmp_path: Path, codec: str, damage: str
) -> None:
    transcode(write(cine(), SOPClassUID=US), tmp_path / "video.dcm", codec)
    image = dcmread(tmp_path / "video.dcm")
    if damage == "cut":
        value = image.PixelData
        length = int.from_bytes(value[12:16], "little") // 3 & ~1
        image.PixelData = encapsulate([value[16 : 16 + length]], has_bot=False)
    elif damage == "more frames":
        image.NumberOfFrames = 13
    else:
        image.Rows = 98
    image.save_as(tmp_path / "wrong.dcm")
    with pytest.raises(UnreadableSource, match="video"):
        decompress(tmp_path / "wrong.dcm", tmp_path / "native.dcm")
    assert not (tmp_path / "native.dcm").exists()


@pytest.mark.skipif(FFMPEG is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize(
    ("suffix", "syntax", "options"),
    [
        ("mp4", "102", ["-c:v", "libx264", "-bf", "2"]),
        ("ts", "102", ["-c:v", "libx264", "-bf", "2"]),
        ("h264", "102", ["-c:v", "libx264", "-bf", "2"]),
        ("mp4", "107", ["-c:v", "libx265", "-x265-params", "log-level=none"]),
        ("ts", "107", ["-c:v", "libx265", "-x265-params", "log-level=none"]),
        ("hevc", "107", ["-c:v", "libx265", "-x265-params", "log-level=none"]),
        ("mpg", "100", ["-c:v", "mpeg2video", "-q:v", "2"]),
        ("ts", "100", ["-c:v", "mpeg2video", "-q:v", "2"]),
        ("m2v", "100", ["-c:v", "mpeg2video", "-q:v", "2"]),
    ],
)
def test_videos_of_others_are_read_in_every_container(
    write: Any, tmp_path: Path, suffix: str, syntax: str, options: list[str]
) -> None:
    pixels = cine()
    colour = ["-vf", "scale=out_color_matrix=bt601:out_range=tv", "-pix_fmt", "yuv420p"]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "128x96", "-r", "25", "-i", "-"]
    out = tmp_path / f"video.{suffix}"
    subprocess.run(
        [str(FFMPEG), "-v", "error", *raw, *colour, *options, str(out)], input=pixels.tobytes(), check=True
    )
    stream = out.read_bytes()
    path = write(
        pixels,
        _4 + syntax,
        SOPClassUID=US,
        PhotometricInterpretation="YBR_PARTIAL_420",
        LossyImageCompression="01",
        pixel_bytes=encapsulate([stream + b"\0" * (len(stream) % 2)], has_bot=False),
    )
    decompress(path, tmp_path / "native.dcm")
    frames = decoded(tmp_path / "native.dcm")
    assert min(psnr(frames[place], pixels[place]) for place in range(12)) > 30
    assert dcmread(tmp_path / "native.dcm").LossyImageCompression == "01"


def test_fragments_of_a_fragmentable_video_are_joined(write: Any, tmp_path: Path) -> None:
    transcode(write(cine(), SOPClassUID=US), tmp_path / "video.dcm", "h264:variant=fragmentable")
    image = dcmread(tmp_path / "video.dcm")
    assert image.file_meta.TransferSyntaxUID == _4 + "102.1"
    decompress(tmp_path / "video.dcm", tmp_path / "one.dcm")
    value = image.PixelData
    stream = value[16 : 16 + int.from_bytes(value[12:16], "little")]
    image.PixelData = encapsulate(
        [stream[at : at + 1000] for at in range(0, len(stream), 1000)], has_bot=False
    )
    image.save_as(tmp_path / "many.dcm")
    decompress(tmp_path / "many.dcm", tmp_path / "native.dcm")
    assert np.array_equal(decoded(tmp_path / "native.dcm"), decoded(tmp_path / "one.dcm"))


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("full", [0, 1])
def test_grey_survives_the_planes_and_known_colours_have_their_figures(bits: int, full: int) -> None:
    peak = (1 << bits) - 1
    kind = np.uint8 if bits == 8 else np.uint16
    ramp = np.repeat(np.arange(0, peak + 1, dtype=kind)[None], 2, axis=0)[..., None].repeat(3, axis=2)
    luma, blue, red = planes_of(ramp, bits)
    if not full:
        assert (int(luma.min()), int(luma.max())) == (16 << (bits - 8), 235 << (bits - 8))
        assert set(np.unique(blue)) == set(np.unique(red)) == {1 << (bits - 1)}
        back = rgb_of(Planes(luma, blue, red), bits, BT601)
        assert int(np.abs(back.astype(int) - ramp).max()) <= 1
    else:
        back = rgb_of(Planes(ramp[..., 0], blue, red), bits, BT709, full=True)
        assert np.array_equal(back, ramp)
    # pure red of BT.601: Y 81.48, Cb 90.2, Cr 240 of 8 bits
    planes = planes_of(np.tile(np.array([peak, 0, 0], kind), (2, 2, 1)), bits)
    assert [int(plane[0, 0]) >> (bits - 8) for plane in planes] == [81, 90, 240]


def test_the_rate_is_exactly_what_the_header_says(write: Any) -> None:
    for header, rate in (
        ({"FrameTime": "33.333"}, Fraction(1000000, 33333)),
        ({"FrameTime": "40", "CineRate": "30"}, Fraction(25)),
        (
            {"FrameTime": None, "FrameIncrementPointer": 0x00181065, "FrameTimeVector": [0] + [50] * 11},
            Fraction(20),
        ),
        ({"FrameTime": None, "FrameIncrementPointer": None, "CineRate": "24"}, Fraction(24)),
    ):
        assert uniform_rate(dcmread(write(cine(), **header))) == rate


@pytest.mark.parametrize(
    "wrong",
    ["h264:crf=20,bitrate=500", "h264:crf=0", "hevc:preset=best", "mpeg2:qscale=0", "h264:encoder=openh264"],
)
def test_knobs_have_ends(wrong: str, write: Any, tmp_path: Path) -> None:
    with pytest.raises(CodecSettingError):
        transcode(write(cine(), SOPClassUID=US), tmp_path / "v.dcm", wrong)


def test_an_encoder_that_this_ffmpeg_lacks_is_a_missing_codec(write: Any, tmp_path: Path) -> None:
    import av  # noqa: PLC0415

    if "libopenh264" in av.codecs_available:
        pytest.skip("this FFmpeg has openh264")
    with pytest.raises(CodecMissing, match="no encoder libopenh264"):
        transcode(write(cine(), SOPClassUID=US), tmp_path / "v.dcm", "h264:encoder=openh264,bitrate=500")


def native(rows: int, columns: int, frames: int = 3, bits: int = 8, photometric: str = "RGB") -> ImagePixel:
    samples, wide = (3 if photometric == "RGB" else 1), (8 if bits == 8 else 16)
    return ImagePixel(
        rows, columns, frames, samples, photometric, wide, bits, planar=0 if samples > 1 else None
    )


@pytest.mark.parametrize(
    ("codec", "size", "rate", "syntax"),
    [
        ("h264", (600, 800), 30, "102"),
        ("h264", (1080, 1920), 60, "104"),  # 8,160 macroblocks, 489,600 a second
        ("h264:variant=bluray", (720, 1280), 50, "103"),
        ("h264:variant=fragmentable", (1080, 1920), 60, "104.1"),
        ("hevc", (2160, 3840), 60, "107"),
        ("mpeg2", (480, 720), Fraction(1000000, 33367), "100"),
        ("mpeg2:variant=fragmentable", (720, 1280), 60, "101.1"),
    ],
)
def test_the_syntax_follows_from_size_and_rate(
    codec: str, size: tuple[int, int], rate: Fraction, syntax: str
) -> None:
    assert movie(codec).syntax_for(native(*size), Fraction(rate)) == _4 + syntax


@pytest.mark.parametrize(
    ("codec", "size", "rate"),
    [
        ("h264", (2160, 3840), 30),
        ("h264:variant=bluray", (480, 640), 25),
        ("hevc", (2160, 4096), 62),
        ("mpeg2", (600, 800), 25),
        ("mpeg2", (1080, 1920), 60),
    ],
)
def test_what_no_level_has_room_for_is_refused_with_the_clause(
    codec: str, size: tuple[int, int], rate: int
) -> None:
    with pytest.raises(UnsupportedPixels, match=r"outside of .*PS3\.5 8\.2"):
        movie(codec).syntax_for(native(*size), Fraction(rate))


def movie(name: str) -> MovieCodec:
    codec = parse_codec(name)
    assert isinstance(codec, MovieCodec)
    return codec


def test_ten_bits_are_main_10_and_come_back_as_ten_bits() -> None:
    form = native(64, 96, bits=10)
    frames = [(frame[:64, :96].astype("u2") << 2) for frame in cine(3)]
    out = io.BytesIO()
    codec = movie("hevc:crf=4,preset=ultrafast")
    assert codec.syntax_for(form, Fraction(25)) == _4 + "108"
    codec.encode(frames, form, Fraction(25), out)
    out.seek(0)
    decoded = list(movie_frames(out, form))
    assert {frame.dtype.str for frame in decoded} == {"<u2"}
    for before, after in zip(frames, decoded, strict=True):
        assert float(np.sqrt(np.mean((before.astype(float) - after) ** 2))) < 12  # of 1023


def test_noise_stays_within_the_rate_of_its_level() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (8, 576, 720, 3), np.uint8)
    packets = movie("mpeg2:qscale=1").encode(iter(noise), native(576, 720, 8), Fraction(25), io.BytesIO())
    # 15 Mbit/s and what the buffer holds at the start: 1,835,008 bits and 7 times 600,000
    assert 8 * sum(packet.size for packet in packets) < 1_835_008 + 7 * 600_000


def test_a_picture_that_empties_the_buffer_of_its_level_is_an_error() -> None:
    rate, bits, buffer = Fraction(25), 15_000_000, 1_835_008
    whole = Packet(0, buffer // 8)
    check_buffer([whole, Packet(1, 75_000)], rate, bits, buffer)  # 600,000 bits come in between
    with pytest.raises(EncodeError, match="frame 2 of 75001 bytes empties the decoder's buffer of 1835008"):
        check_buffer([whole, Packet(1, 75_001)], rate, bits, buffer)


def test_a_disc_has_pictures_of_four_slices_and_short_groups() -> None:
    form = native(720, 1280, 2)
    frames = [np.full(form.shape, 60 * n, np.uint8) for n in range(2)]
    out = io.BytesIO()
    movie("h264:variant=bluray,preset=ultrafast").encode(frames, form, Fraction(50), out)
    stream = out.getvalue()
    # start codes of MP4 are lengths; NAL type 5 is a slice of an IDR picture
    at = stream.index(b"mdat") + 4
    kinds = []
    while at + 5 <= len(stream) and (length := int.from_bytes(stream[at : at + 4], "big")) < len(stream):
        kinds.append(stream[at + 4] & 31)
        at += 4 + length
    assert kinds.count(5) == 4


@pytest.mark.parametrize(
    ("header", "rate"),
    [
        ({"FrameTime": "33.3333333333"}, Fraction(30)),
        ({"FrameTime": "33.36666666666"}, Fraction(30000, 1001)),
        ({"FrameTime": "0", "CineRate": "25"}, None),
        ({"FrameTime": "-40"}, None),
        ({"FrameTime": "1E999999999"}, None),
        ({"FrameTime": "1E-400"}, None),
        ({"FrameTime": "100000"}, None),
        ({"FrameTime": None, "FrameTimeVector": [0, 40, 40]}, None),  # of 12 frames
    ],
)
def test_a_time_of_many_digits_is_a_whole_rate_and_one_without_sense_is_none(
    header: dict[str, Any], rate: Fraction | None
) -> None:
    image = Dataset()
    image.NumberOfFrames = 12
    for keyword, value in header.items():
        if value is not None:
            text = "\\".join(map(str, value)) if isinstance(value, list) else value
            image[keyword] = RawDataElement(
                Tag(keyword), "DS", len(text), text.encode(), 0, is_implicit_VR=False, is_little_endian=True
            )
    if rate is not None:
        assert uniform_rate(image) == rate
        return
    with pytest.raises(UnsupportedPixels):
        uniform_rate(image)


def test_many_digits_of_a_time_encode(write: Any, tmp_path: Path) -> None:
    source = write(cine(3), SOPClassUID=US, FrameTime="33.3333333333")
    transcode(source, tmp_path / "video.dcm", "h264:preset=ultrafast")
    assert (tmp_path / "video.dcm").exists()


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("preset", ["ultrafast", "superfast"])
def test_quick_presets_are_high_profile_too(tmp_path: Path, preset: str) -> None:
    out = io.BytesIO()
    movie(f"h264:preset={preset}").encode(iter(cine(3)), native(96, 128), Fraction(25), out)
    (tmp_path / "x.mp4").write_bytes(out.getvalue())
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=profile", "-of", "csv=p=0", "x.mp4"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "High"


def test_a_title_in_another_character_set_is_no_damage() -> None:
    out = io.BytesIO()
    movie("h264:preset=ultrafast").encode(iter(cine(3)), native(96, 128), Fraction(25), out)
    stream = out.getvalue()
    odd = io.BytesIO(stream.replace(b"VideoHandler", b"Vid\xe9oHandler"))
    assert odd.getvalue() != stream
    assert len(list(movie_frames(odd, native(96, 128)))) == 3


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"WindowCenter": "60", "WindowWidth": "40"}, "window"),
        ({"RescaleSlope": "2", "RescaleIntercept": "0"}, "window"),
        ({"PixelAspectRatio": ["0", "0"]}, "square"),
    ],
)
def test_grey_with_a_window_and_odd_aspect_ratios_are_refused(
    write: Any, tmp_path: Path, header: dict[str, Any], words: str
) -> None:
    with pytest.raises(UnsupportedPixels, match=words):
        transcode(write(cine()[..., 0], SOPClassUID=US, **header), tmp_path / "video.dcm", "h264")


def test_a_video_of_signed_samples_is_refused(write: Any, tmp_path: Path) -> None:
    transcode(write(cine(), SOPClassUID=US), tmp_path / "video.dcm", "h264:preset=ultrafast")
    image = dcmread(tmp_path / "video.dcm")
    image.PixelRepresentation = 1
    image.save_as(tmp_path / "signed.dcm")
    with pytest.raises(UnreadableSource, match="three unsigned samples"):
        decompress(tmp_path / "signed.dcm", tmp_path / "native.dcm")


@pytest.mark.parametrize("wrong", ["107", "100", "102"])
def test_a_video_under_the_syntax_of_another_is_told(write: Any, tmp_path: Path, wrong: str) -> None:
    codec = "hevc:preset=ultrafast" if wrong == "102" else "h264:preset=ultrafast"
    transcode(write(cine(), SOPClassUID=US), tmp_path / "video.dcm", codec)
    image = dcmread(tmp_path / "video.dcm")
    image.file_meta.TransferSyntaxUID = UID(_4 + wrong)
    image.save_as(tmp_path / "wrong.dcm")
    with pytest.raises(UnreadableSource, match="not what the transfer syntax says"):
        decompress(tmp_path / "wrong.dcm", tmp_path / "native.dcm")
    assert "not what the transfer syntax says" in " ".join(
        finding.says for finding in audit(tmp_path / "wrong.dcm", deep=True)
    )
