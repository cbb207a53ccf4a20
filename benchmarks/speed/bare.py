"""The limit: frames of a memory map handed to the codec in C, and the bytes written. No header, no record.

With `decode` every stream is decoded again, with `sync` every file is flushed to the disk before the next:
what cannot be left out by who verifies and publishes safely.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np

from speed.inputs import pixel_offset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pydicom import Dataset

    from lossytools.values import Frame

    Pair = tuple[Callable[[Frame], bytes], Callable[[bytes], Frame]]


def codec_pair(codec: str, bits_stored: int) -> Pair:
    """Return the functions of imagecodecs that code and decode as `codec`, in our notation, asks."""
    name, _, knobs = codec.partition(":")
    wish = dict(knob.split("=") for knob in knobs.split(",")) if knobs else {}
    if name == "jpeg":
        level, chroma = int(wish.get("quality", 90)), wish.get("subsampling", "444")
        return partial(_jpeg, level=level, chroma=chroma), imagecodecs.jpeg8_decode
    if name == "jpegls":
        return partial(_jpegls, near=int(wish["near"])), imagecodecs.jpegls_decode
    if name == "jpeg2000":
        return partial(_jpeg2000, psnr_db=float(wish["psnr_db"]), bits=bits_stored), imagecodecs.jpeg2k_decode
    raise ValueError(f"no bare loop for {codec}")


def _jpeg(frame: Frame, level: int, chroma: str) -> bytes:
    if frame.ndim == 2:  # noqa: PLR2004  grey
        return bytes(imagecodecs.jpeg8_encode(frame, level))
    return bytes(imagecodecs.jpeg8_encode(frame, level, subsampling=chroma))


def _jpegls(frame: Frame, near: int) -> bytes:
    return bytes(imagecodecs.jpegls_encode(frame, near, out=bytearray(2 * frame.nbytes + 1024)))


def _jpeg2000(frame: Frame, psnr_db: float, bits: int) -> bytes:
    colour = frame.ndim > 2  # noqa: PLR2004
    encode: Any = imagecodecs.jpeg2k_encode  # its stub wants a whole number of dB
    return bytes(encode(frame, psnr_db, codecformat="j2k", reversible=False, mct=colour, bitspersample=bits))


def mapped(path: Path, head: Dataset) -> Iterator[Frame]:
    """Yield the frames of a native file, (rows, columns[, 3]), from a memory map."""
    frames, colours = int(head.get("NumberOfFrames") or 1), head.SamplesPerPixel
    plane = (head.Rows, head.Columns)
    by_plane = colours > 1 and head.PlanarConfiguration
    layout = (colours, *plane) if by_plane else (*plane, colours) if colours > 1 else plane
    kind = np.uint8 if head.BitsAllocated == 8 else np.dtype("<u2")  # noqa: PLR2004  bits of a byte
    for frame in np.memmap(path, kind, "r", pixel_offset(path), (frames, *layout)):
        yield np.ascontiguousarray(frame.transpose(1, 2, 0)) if by_plane else frame


def code_all(frames: Iterator[Frame], work: Callable[[Frame], bytes], workers: int) -> Iterator[bytes]:
    """Yield the streams in order, of no more than a few frames at a time."""
    if workers == 1:
        yield from map(work, frames)
        return
    waiting: deque[Future[bytes]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for frame in frames:
            waiting.append(pool.submit(work, frame))
            if len(waiting) >= 2 * workers:
                yield waiting.popleft().result()
        for last in waiting:
            yield last.result()


def code_files(files: Sequence[tuple[Path, Dataset, Path]], codec: str, *, decode: bool, sync: bool) -> None:
    """Code every file (source, its header, target) as one run of streams, on the cores of this process."""
    for source, head, target in files:
        encode, undo = codec_pair(codec, head.BitsStored)
        work = partial(_there_and_back, encode=encode, undo=undo) if decode else encode
        workers = min(len(os.sched_getaffinity(0)), int(head.get("NumberOfFrames") or 1))
        with target.open("wb") as out:
            for stream in code_all(mapped(source, head), work, workers):
                out.write(stream)
            if sync:
                out.flush()
                os.fsync(out.fileno())


def _there_and_back(frame: Frame, encode: Callable[[Frame], bytes], undo: Callable[[bytes], Frame]) -> bytes:
    stream = encode(frame)
    undo(stream)
    return stream
