from __future__ import annotations

import re

import pytest

from lossytools.codecs import parse_codec
from lossytools.codecs.knobs import knobs_of
from lossytools.codecs.lossless import LOSSLESS
from lossytools.errors import CodecSettingError
from lossytools.tuning.dial import dial_of
from lossytools.values import ImagePixel

GREY = ImagePixel(64, 64, 1, 1, "MONOCHROME2", 8, 8)
NAMES = ("jpeg", "jpeg12", "jpegls", "jpeg2000", "htj2k", "jpegxl", "mpeg2", "h264", "hevc")


@pytest.mark.parametrize("name", NAMES)
def test_places_and_values_are_one_another_s_inverse(name: str) -> None:
    dial = dial_of(parse_codec(name), GREY)
    low, high = sorted(dial.ends)
    for share in (0, 0.1, 0.37, 0.5, 0.99, 1):
        value = low + share * (high - low)
        assert dial.value(dial.place(value)) == pytest.approx(value, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_places_run_from_fine_to_coarse_and_snap_to_what_the_codec_takes(name: str) -> None:
    codec = parse_codec(name)
    dial = dial_of(codec, GREY)
    assert dial.finest < dial.coarsest
    places = [dial.snap(dial.finest + share * (dial.coarsest - dial.finest)) for share in (0, 0.3, 0.7, 1)]
    assert places == sorted(places)
    for place in places:
        assert parse_codec(repr(dial.codec(codec, place))) == dial.codec(codec, place)


@pytest.mark.parametrize("name", [name for name in NAMES if name in {"jpeg", "jpegls", "mpeg2"}])
def test_whole_values_snap_to_the_finer_side(name: str) -> None:
    dial = dial_of(parse_codec(name), GREY)
    for value in range(2, 30):
        here, coarser = dial.place(value), dial.beside(dial.place(value), 1)
        assert dial.snap((here + coarser) / 2) == here
        assert dial.beside(coarser, -1) == pytest.approx(here)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "jpegls"])
def test_a_dial_reaches_as_far_as_its_knob(name: str) -> None:
    codec = parse_codec(name)
    dial = dial_of(codec, GREY)
    allowed = next(knob.range for knob in knobs_of(type(codec)) if knob.name == dial.knob)
    low, high = (float(number) for number in re.findall(r"\d[.\d]*", allowed)[:2])
    assert sorted(dial.ends) == pytest.approx([low, high], rel=0.01)


def test_near_ends_at_half_the_range() -> None:
    assert dial_of(parse_codec("jpegls"), GREY).ends == (1, 127)


def test_the_other_knobs_of_a_codec_stay() -> None:
    codec = parse_codec("jpeg:quality=50,subsampling=420")
    dial = dial_of(codec, GREY)
    assert repr(dial.codec(codec, dial.place(77))) == "jpeg:quality=77,subsampling=420"


@pytest.mark.parametrize("codec", LOSSLESS, ids=lambda codec: codec.name)
def test_what_loses_nothing_has_no_dial(codec: type) -> None:
    with pytest.raises(CodecSettingError, match="no knob"):
        dial_of(codec(), GREY)
