"""The lossy history of an image: methods and ratios as pairs, never as two lists (PS3.3 C.7.6.1.1.5)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING

from pydicom.dataelem import RawDataElement

from lossytools.elements import element_of
from lossytools.values import LossyStep

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

METHOD = "LossyImageCompressionMethod"
RATIO = "LossyImageCompressionRatio"
FLAG = "LossyImageCompression"
RETIRED_FLAG = "LossyImageCompressionRetired"
"""(0008,2110), retired predecessor of the flag (PS3.6)."""

_DIGITS = 6
_DS_BYTES = 16


def stored_values(image: Dataset, keyword: str) -> tuple[str, ...]:
    """Return the values of a text element with their own characters, only padding removed.

    Elements as they were read are not converted, so nothing is parsed,
    reformatted or warned about. An absent or zero-length element has no values: ().
    """
    element = element_of(image, keyword)
    if element is None:
        return ()
    value = element.value
    if isinstance(element, RawDataElement):
        value = (value or b"").decode("latin-1")
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if value is None:
        return ()
    parts = value.split("\\") if isinstance(value, str) else _listed(value)
    trimmed = tuple(str(part).strip(" \0") for part in parts)
    return () if trimmed == ("",) else trimmed


def _listed(value: object) -> list[object]:
    """Return a pydicom value as a list: a MultiValue's items, or the one value; None is empty."""
    parts = list(value) if isinstance(value, (list, tuple)) or hasattr(value, "__iter__") else [value]
    return ["" if part is None else part for part in parts]


def methods_of(steps: tuple[LossyStep, ...]) -> tuple[str, ...]:
    """Return the values of Lossy Image Compression Method, "" where one is not known."""
    return tuple(step.method for step in steps)


def ratios_of(steps: tuple[LossyStep, ...]) -> tuple[str, ...]:
    """Return the values of Lossy Image Compression Ratio, "" where one is not known."""
    return tuple(step.ratio for step in steps)


def read_history(image: Dataset) -> tuple[LossyStep, ...]:
    """Return the steps that the header states, first to last, ratios in their own characters.

    Lists of unequal length keep their order; the shorter one is filled with "" at its end.
    """
    pairs = zip_longest(stored_values(image, METHOD), stored_values(image, RATIO), fillvalue="")
    return tuple(LossyStep(method, ratio) for method, ratio in pairs)


def is_lossy(image: Dataset) -> bool:
    """Return whether the header says that the image was once compressed with loss.

    The flag (0028,2110), its retired predecessor (0008,2110), or any method or ratio says so. A flag
    that is neither 00 nor 01 is taken as a yes: to be wrong that way loses nothing.
    """
    flags = stored_values(image, FLAG) + stored_values(image, RETIRED_FLAG)
    return bool(set(flags) - {"", "00"}) or any(step.method or step.ratio for step in read_history(image))


def known_steps(image: Dataset, *, stream_method: str) -> tuple[LossyStep, ...]:
    """Return the earlier steps of a source, with an empty value for what is not known.

    stream_method: Defined Term of the lossy code stream the pixel data still is in, "" when
    it is native or coded without loss. It is evidence of a step, and names the method of the
    last one where the header does not. A ratio is never invented.
    """
    steps = read_history(image)
    if not steps and (is_lossy(image) or stream_method):
        steps = (LossyStep("", ""),)
    if steps and not steps[-1].method:
        steps = (*steps[:-1], LossyStep(stream_method, steps[-1].ratio))
    return steps


def append(steps: tuple[LossyStep, ...], new: LossyStep) -> tuple[LossyStep, ...]:
    """Return the history after one more step: the earlier steps are its prefix."""
    return (*steps, new)


def format_ratio(native_bytes: int, stream_bytes: int) -> str:
    """Return `native_bytes / stream_bytes` as a Decimal String: "12.3457" means 12.3457 to 1.

    Six significant digits, fixed point, half to even, at most 16 bytes (PS3.5 section 6.2).
    Raises ValueError where a length is below one byte or the ratio cannot be written so.
    """
    if native_bytes < 1 or stream_bytes < 1:
        raise ValueError(f"a ratio needs lengths of 1 byte or more, not {native_bytes} and {stream_bytes}")
    context = Context(prec=_DIGITS, rounding=ROUND_HALF_EVEN)
    ratio = context.divide(Decimal(native_bytes), Decimal(stream_bytes))
    text = f"{ratio:.{max(0, _DIGITS - 1 - ratio.adjusted())}f}"
    if len(text) > _DS_BYTES:
        raise ValueError(f"{native_bytes} bytes over {stream_bytes} bytes does not fit a Decimal String")
    return text
