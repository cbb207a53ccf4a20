"""Native pixels as arrays: bit fields, planes, colour, palettes and overlay bits. Pure functions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lossytools.errors import UnreadableSource

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.values import Frame, ImagePixel

_DAMAGE = (AttributeError, ValueError, TypeError, LookupError, NotImplementedError)


def unpack_native(value: bytes, pixels: ImagePixel, *, big_endian: bool = False) -> Frame:
    """Return the stored cells of one native frame, (rows, columns[, 3]), native-endian, unsigned.

    `value` holds `pixels.frame_bytes` bytes. Colour by plane comes back colour by pixel, and
    YBR_FULL_422 as YBR_FULL with each chroma pair repeated (PS3.3 section C.7.6.3.1.2).
    """
    cells = np.frombuffer(value, np.dtype(f"{'>' if big_endian else '<'}u{pixels.bits_allocated // 8}"))
    cells = cells.astype(cells.dtype.newbyteorder("="), copy=False)
    if pixels.photometric == "YBR_FULL_422":
        return _spread_chroma(cells.reshape(pixels.rows, pixels.columns // 2, 4))
    if pixels.samples == 1:
        return cells.reshape(pixels.rows, pixels.columns)
    if pixels.planar == 1:
        planes = cells.reshape(pixels.samples, pixels.rows, pixels.columns)
        return np.ascontiguousarray(planes.transpose(1, 2, 0))
    return cells.reshape(pixels.shape)


def _spread_chroma(pairs: Frame) -> Frame:
    """Return (rows, columns, 3) of (rows, columns / 2, [Y1, Y2, Cb, Cr])."""
    rows, half, _ = pairs.shape
    spread = np.empty((rows, half, 2, 3), pairs.dtype)
    spread[..., 0] = pairs[..., :2]
    spread[..., 1] = pairs[..., 2:3]
    spread[..., 2] = pairs[..., 3:4]
    return spread.reshape(rows, half * 2, 3)


def clean(cells: Frame, pixels: ImagePixel, high_bit: int) -> Frame:
    """Return sample values of `pixels.dtype`: the bits up to `high_bit`, the sign spread, the rest dropped.

    Bits of a cell outside Bits Stored may hold anything (PS3.5 section 8.1.1): overlays of old
    equipment, or dirt. No sample value may depend on them.
    """
    low_bit = high_bit + 1 - pixels.bits_stored
    if low_bit:
        cells = cells >> low_bit
    spare = pixels.bits_allocated - pixels.bits_stored
    if spare and not pixels.signed:
        cells = cells & cells.dtype.type(pixels.peak)
    values = cells.view(pixels.dtype) if cells.dtype.itemsize == pixels.dtype.itemsize else cells
    if spare and pixels.signed:
        values = (values << spare) >> spare
    return np.ascontiguousarray(values)


def ybr_full_to_rgb(frame: Frame, bits_stored: int) -> Frame:
    """Return RGB of a YBR_FULL frame, rounded and held in range (PS3.3 section C.7.6.3.1.2)."""
    centre, peak = float(1 << (bits_stored - 1)), (1 << bits_stored) - 1
    luma = frame[..., 0].astype(np.float32)
    blue, red = (frame[..., i].astype(np.float32) - centre for i in (1, 2))
    rgb = np.empty(frame.shape, np.float32)
    rgb[..., 0] = luma + 1.402 * red
    rgb[..., 1] = luma - 0.344136 * blue - 0.714136 * red
    rgb[..., 2] = luma + 1.772 * blue
    return np.clip(np.rint(rgb), 0, peak).astype(frame.dtype)


def palette_of(image: Dataset) -> tuple[int, Frame]:
    """Return the first value mapped and the colours, (entries, 3) of 8 bits, of a PALETTE COLOR image.

    Segmented tables are expanded (PS3.3 section C.7.9.2). Entries of 16 bits keep their high byte:
    a display has 8 bits a channel, and so has every colour ultrasound object (C.8.5.6.1).

    Raises UnreadableSource where the tables are absent or contradict their descriptors.
    """
    from pydicom.errors import BytesLengthException  # noqa: PLC0415  as the next
    from pydicom.pixels.processing import apply_color_lut  # noqa: PLC0415  a third of a second

    try:
        entries, first = (int(v) for v in list(image.RedPaletteColorLookupTableDescriptor)[:2])
        indices = np.arange(first, first + (entries or 1 << 16))
        table: Frame = apply_color_lut(indices.reshape(1, -1).astype(np.int64), image)[0, :, :3]
    except (*_DAMAGE, BytesLengthException) as error:
        raise UnreadableSource(f"the palette cannot be read: {error}") from error
    if table.dtype.itemsize > 1 and table.max(initial=0) > 255:  # noqa: PLR2004  8 bits in 16-bit entries
        table = table >> 8
    return first, np.ascontiguousarray(table.astype(np.uint8))


def expand_palette(indices: Frame, first: int, table: Frame) -> Frame:
    """Return the RGB frame of `indices`; those outside the table take its nearest end (C.7.6.3.1.5)."""
    places = np.clip(indices.astype(np.int64) - first, 0, len(table) - 1)
    return np.ascontiguousarray(table[places])


def to_codec_form(pixels: ImagePixel) -> ImagePixel:
    """Return the pixels as codecs take them: monochrome as it is, every colour as RGB by pixel.

    A palette becomes RGB of 8 bits. YBR becomes RGB, the one form every codec's own colour
    transform starts from (PS3.3 section C.8.5.6.1.2).
    """
    if pixels.photometric == "PALETTE COLOR":
        return replace(
            pixels, photometric="RGB", samples=3, planar=0, bits_allocated=8, bits_stored=8, signed=False
        )
    if pixels.samples == 1:
        return replace(pixels, planar=None)
    return replace(pixels, photometric="RGB", planar=0)


def bit_plane(cells: Frame, bit: int) -> Frame:
    """Return bit `bit` of every cell as an array of 0 and 1 (PS3.5 section 8.1.2)."""
    return ((cells >> bit) & 1).astype(np.uint8)


def pack_bits(plane: Frame) -> bytes:
    """Return one plane of 0 and 1 as bits, the lowest first, the last byte filled with 0."""
    return np.packbits(plane.ravel(), bitorder="little").tobytes()


def join_bits(frames: list[bytes], bits: int) -> bytes:
    """Return packed planes of `bits` bits each as Overlay Data: no gap between frames, even length.

    PS3.5 section 8.1.2.
    """
    if bits % 8 and len(frames) > 1:
        planes = (np.unpackbits(np.frombuffer(f, np.uint8), count=bits, bitorder="little") for f in frames)
        joined = pack_bits(np.concatenate(list(planes)))
    else:
        joined = b"".join(frames)
    return joined + b"\0" * (len(joined) % 2)
