from __future__ import annotations

import numpy as np
import pydicom
import pytest

from lossytools import Jpeg, sample_cine
from lossytools.errors import CodecSettingError
from lossytools.values import ImagePixel

NATIVE = ImagePixel(240, 320, 1, 3, "RGB", 8, 8, planar=0)


@pytest.mark.parametrize("quality", [50, 90, 100])
def test_huffman_tables_of_its_own_make_a_frame_smaller_and_change_no_sample(quality: int) -> None:
    frame = np.ascontiguousarray(pydicom.dcmread(sample_cine()).pixel_array[3])
    standard, optimal = Jpeg(quality), Jpeg(quality, huffman="optimal")
    one, other = (codec.encode(frame, NATIVE) for codec in (standard, optimal))
    assert len(other) < len(one)
    assert np.array_equal(standard.decode(one, NATIVE), standard.decode(other, NATIVE))
    assert np.array_equal(standard.decode_independent(one, NATIVE), optimal.decode_independent(other, NATIVE))


def test_the_name_tells_tables_that_are_not_the_standard_ones() -> None:
    assert repr(Jpeg(80)) == "jpeg:quality=80,subsampling=444"
    assert repr(Jpeg(80, huffman="optimal")) == "jpeg:quality=80,subsampling=444,huffman=optimal"
    with pytest.raises(CodecSettingError, match="one of standard, optimal"):
        Jpeg(huffman="best")
