"""All frames of a cine as one video, decoded again and measured frame by frame."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from lossytools.changes.change import remove
from lossytools.changes.timing import is_resampled, timing_changes, uniform_rate
from lossytools.codecs.movies.reading import movie_frames
from lossytools.dicomio.publishing import disk_errors
from lossytools.errors import CodecMissing, EncodeError, UnsupportedPixels
from lossytools.fidelity.spread import Tally
from lossytools.history import stored_values
from lossytools.measurement import Measurement, measure_frame, unmeasured
from lossytools.pipeline.coding import numbered_values
from lossytools.pipeline.job import Coded
from lossytools.pipeline.overlays import embedded_overlays
from lossytools.pipeline.window import in_order
from lossytools.rules.attributes import items, number, text
from lossytools.standard.iod_policy import policy_of
from lossytools.standard.video_iods import VIDEO_IODS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction
    from pathlib import Path

    from pydicom.dataset import Dataset

    from lossytools.changes import Change
    from lossytools.codecs.movies.movie import MovieCodec
    from lossytools.codecs.movies.writing import Packet
    from lossytools.dicomio.spool import Spool
    from lossytools.fidelity.loss import Loss
    from lossytools.measurement import FrameMeasurement
    from lossytools.pipeline.coding import Numbered
    from lossytools.pipeline.job import Job, OnFrame
    from lossytools.values import Frame

_IN_MEMORY = 32 << 20  # bytes
_LONGEST = (1 << 32) - 2  # bytes of a fragment (PS3.5 section 8.2.5)
_OF_GREY = ("WindowCenter", "VOILUTSequence", "ModalityLUTSequence", "RescaleSlope")
_COLOUR_FLOW = 2  # Region Data Type (PS3.3 section C.8.5.5.1.2)


def film(job: Job, spool: Spool, target: Path, on_frame: OnFrame | None) -> Coded:
    """Code all frames as one video into the spool.

    Sources are decoded twice, once to be coded and once to be compared, so that no frame has to wait in
    memory. Raises UnsupportedPixels for what a video cannot hold, EncodeError, DecodeError, CodecMissing.
    """
    codec, native, image = cast("MovieCodec", job.codec), job.reader.native, job.source.image
    _check(job, codec)
    resampled = is_resampled(image)
    rate = uniform_rate(image, resample=job.options.resample_timing)
    syntax = codec.syntax_for(native, rate)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(target.parent)) as file, disk_errors(target):
        packets = codec.encode(_frames(job), native, rate, file)
        sizes = _sizes(packets, native.frames, file)
        total: Measurement | None = None
        tally = Tally(1 if job.gauge is None else job.gauge.scale.peak)
        for measured, parts in _measured(job, file, sizes):
            tally.add(measured.number, parts)
            one = Measurement.of(measured)
            total = one if total is None else total + one
            if on_frame is not None:
                on_frame(measured, native.frames)
        spool.add_file(file)
    if total is None:
        raise UnsupportedPixels("the object holds no frame")
    changes = (*_square(image, syntax), *(timing_changes(image, rate) if resampled else ()))
    warnings = tuple(_warnings(image, rate, resampled=resampled))
    return Coded(total, syntax, changes=changes, warnings=warnings, parts=tally.parts())


def _check(job: Job, codec: MovieCodec) -> None:
    """Raise what speaks against a video of this object before anything is coded."""
    image, native = job.source.image, job.reader.native
    codec.resolve(native)
    row = policy_of(text(image, "SOPClassUID"))
    if row is None or row.iod not in VIDEO_IODS:
        named = row.iod if row is not None else "this SOP Class"
        raise UnsupportedPixels(
            f"{named} objects hold no video: their module does not allow YBR_PARTIAL_420; use another codec"
        )
    aspect = stored_values(image, "PixelAspectRatio")
    if aspect and not _is_square(aspect):
        raise UnsupportedPixels(
            f"pixels of aspect ratio {':'.join(aspect)}: those of a video are square (PS3.5 8.2.6 to 8.2.11)"
        )
    if native.samples == 1 and any(keyword in image for keyword in _OF_GREY):
        raise UnsupportedPixels(
            "grey that is shown through a window or a look-up table: a video has colours, which have none"
        )
    if embedded_overlays(job.evidence, job.reader):
        raise UnsupportedPixels("overlay planes in unused bits of the cells: a video has none; use jpeg2000")
    if job.options.verify == "independent" and codec.name == "mpeg2":
        raise CodecMissing("no second decoder of MPEG-2 has a wheel; that of FFmpeg also encoded it")


def _is_square(aspect: tuple[str, ...]) -> bool:
    """Return whether Pixel Aspect Ratio is two equal whole numbers above zero (PS3.3 section C.7.6.3.1.7)."""
    numbers = [int(part) for part in map(str.strip, aspect) if part.isdigit()]
    return len(aspect) == len(numbers) == 2 and numbers[0] == numbers[1] > 0  # noqa: PLR2004


def _frames(job: Job) -> Iterator[Frame]:
    """Yield the frames of the source in order, decoded in threads."""

    def read(numbered: Numbered) -> Frame:
        return job.reader.frame(numbered[1]())

    yield from in_order(read, numbered_values(job.source, job.reader), job.options.workers)


def _sizes(packets: tuple[Packet, ...], frames: int, file: IO[bytes]) -> list[int]:
    """Return the bytes of each frame; what the container adds counts to the first, for it is stored too."""
    by_number = {packet.number: packet.size for packet in packets}
    if sorted(by_number) != list(range(frames)) or len(packets) != frames:
        raise EncodeError(f"the encoder made {len(packets)} packets of {frames} frames")
    length = file.seek(0, 2)
    if length > _LONGEST:
        raise UnsupportedPixels(
            f"a video of {length} bytes, a fragment holds {_LONGEST} (PS3.5 section 8.2.5)"
        )
    sizes = [by_number[number] for number in range(frames)]
    sizes[0] += length - sum(sizes)
    return sizes


def _measured(
    job: Job, file: IO[bytes], sizes: list[int]
) -> Iterator[tuple[FrameMeasurement, Mapping[str, Loss]]]:
    """Yield what each frame lost, and its parts where they are asked for.

    A frame is found by its place in the video, never by its time stamp.
    """
    native = job.reader.native
    if job.options.verify == "none":
        for place, size in enumerate(sizes, start=1):
            yield (
                unmeasured(
                    number=place, native_bytes=native.counted_bytes, stream_bytes=size, peak=native.peak
                ),
                {},
            )
        return
    file.seek(0)
    decoded = movie_frames(file, native)
    for place, (before, after, size) in enumerate(zip(_frames(job), decoded, sizes, strict=True), start=1):
        shown = as_rgb(before)
        measured = measure_frame(
            shown,
            after,
            number=place,
            native_bytes=native.counted_bytes,
            stream_bytes=size,
            peak=native.peak,
        )
        yield measured, {} if job.gauge is None else job.gauge.measure(shown, after)


def as_rgb(frame: Frame) -> Frame:
    """Return a grey frame as the three equal samples that it is shown with."""
    return frame if frame.ndim == 3 else np.repeat(frame[..., None], 3, axis=2)  # noqa: PLR2004


def _square(image: Dataset, transfer_syntax: str) -> Iterator[Change]:
    if "PixelAspectRatio" in image and not transfer_syntax.startswith("1.2.840.10008.1.2.4.100"):
        yield remove("PixelAspectRatio", "PS3.5 8.2.6 to 8.2.11: absent, the pixels of a video are square")


def _warnings(image: Dataset, rate: Fraction, *, resampled: bool) -> Iterator[str]:
    regions = items(image, "SequenceOfUltrasoundRegions")
    if any(number(region, "RegionDataType") == _COLOUR_FLOW for region in regions):
        yield (
            "the image has a colour flow region, and a video of 4:2:0 halves the resolution of colours;"
            " look at the PSNR of its frames before you rely on it"
        )
    if resampled:
        yield f"the frames had times of their own and are shown at {float(rate):.6g} a second now"
