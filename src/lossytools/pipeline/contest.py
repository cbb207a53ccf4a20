"""Codecs side by side on a user's own images: each at the same qualities, nothing published."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice, product
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryDirectory
from typing import IO, TYPE_CHECKING, cast

from lossytools.changes.timing import uniform_rate
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.movies.reading import movie_frames
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.source import frame_reader, read_source
from lossytools.errors import CodecError, SourceError, TargetError
from lossytools.fidelity.focus import Focus
from lossytools.fidelity.scales import actual_ends
from lossytools.fidelity.spread import Tally
from lossytools.pipeline.aiming import encode
from lossytools.pipeline.coding import numbered_values, padding_of
from lossytools.pipeline.display import unit_of
from lossytools.pipeline.filming import as_rgb
from lossytools.pipeline.job import Job
from lossytools.pipeline.options import Options
from lossytools.pipeline.overview import gauge_for, overview_of
from lossytools.pipeline.points import Picture, Point, Subject
from lossytools.pipeline.refusal import refuse
from lossytools.rules.attributes import text
from lossytools.tuning.dial import untuned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lossytools.codecs.protocol import FrameCodec
    from lossytools.dicomio.source import FrameReader, Source
    from lossytools.dicomio.spool import Spool
    from lossytools.fidelity.loss import Gauge
    from lossytools.fidelity.target import Target
    from lossytools.measurement import FrameMeasurement
    from lossytools.pipeline.job import Coded
    from lossytools.values import Frame

    Advance = Callable[[FrameMeasurement, int], None]

_IN_MEMORY = 32 << 20  # bytes
_TIMED = 8  # frames that are coded once more, in one thread, to see how long that takes


@dataclass(frozen=True, slots=True)
class Contest:
    """Which codecs meet at which qualities.

    pictured: frames to look at are wanted, of which points that were measured before have none. known: gives
    such a point.
    """

    codecs: Sequence[FrameCodec | MovieCodec]
    targets: Sequence[Target]
    workers: int = 0
    pictured: bool = False
    known: Callable[[str, str], Point | None] = lambda _codec, _target: None


def points_of(
    path: Path, contest: Contest, on_frame: Advance | None = None
) -> Iterator[Subject | Point | Picture]:
    """Yield what the image in `path` is, a point for every codec at every target, and frames to look at.

    Lossy sources are compared too: what was lost before is no part of it. Raises SourceError.
    """
    workers, targets = contest.workers, contest.targets
    with read_source(path) as opened, TemporaryDirectory() as folder:
        evidence = gather(opened)
        options = Options(
            allow_recompress=True, allow_quantitative=True, expand_palette=True, workers=workers
        )
        refuse(evidence, options)
        reader = frame_reader(opened)
        wide = gauge_for(opened, reader, Focus(None, targets[0].scale), workers)
        yield _subject(path, opened, reader, wide)
        look: dict[int, str] = {}
        points: list[Point] = []
        for codec, target in product(contest.codecs, targets):
            before = None if contest.pictured else contest.known(untuned(codec), str(target))
            if before is None:
                gauge = replace(wide, ssim=target.focus.ssim, masks=_asked(wide.masks, target))
                job = Job(opened, evidence, reader, codec, replace(options, keep=target), gauge)
                looked = look if contest.pictured else None
                before = _point(job, replace(job, gauge=wide), Path(folder), on_frame, looked)
            points.append(before)
            yield before
        for number, read in numbered_values(opened, reader):
            if number + 1 in look:
                decoded = tuple(point.pictures.get(number + 1) for point in points)
                yield Picture(number + 1, look[number + 1], reader.frame(read()), decoded)


def _subject(path: Path, source: Source, reader: FrameReader, gauge: Gauge) -> Subject:
    image, native = source.image, reader.native
    first = reader.frame(next(numbered_values(source, reader))[1]())
    counts = overview_of(first, native, padding_of(image, native)).counts
    intercept = image.get("RescaleIntercept")
    return Subject(
        path,
        text(image, "Modality"),
        text(image, "BodyPartExamined").upper(),
        native,
        native.counted_bytes * native.frames,
        gauge.masks,
        actual_ends(counts, native.minimum),
        unit_of(image),
        float(intercept) if isinstance(intercept, (int, float)) else 0.0,
    )


def _asked(masks: Mapping[str, Frame | None], target: Target) -> dict[str, Frame | None]:
    """Return the masks that a target speaks of: all pixels where the image does not show a part."""
    return {name: masks.get(name) for name in target.regions}


def _point(job: Job, wide: Job, folder: Path, on_frame: Advance | None, look: dict[int, str] | None) -> Point:
    """Return a point. look: frames to keep pictures of, by number; the first point chooses them."""
    name, aim = untuned(job.codec), str(job.options.keep)
    try:
        job.codec.resolve(job.reader.native)
        with ExitStack() as held:
            coded, spool = encode(job, folder / "result", on_frame, held)
            point = _measured(wide, coded, spool, name, aim)
            if look is None:
                return point
            if not look:
                look.update(_worth_a_look(point))
            frames = enumerate(_decoded(wide, spool), start=1)
            return replace(point, pictures={n: frame.copy() for n, (frame, _) in frames if n in look})
    except (SourceError, CodecError, TargetError) as error:
        return Point(name, aim, refused=str(error))


def _measured(job: Job, coded: Coded, spool: Spool, name: str, aim: str) -> Point:
    """Return the point of a result, decoded once more and measured on every part."""
    gauge = job.gauge
    if gauge is None or coded.settings is None:
        return Point(name, aim, refused="nothing was measured")
    tally, scores, spent = Tally(gauge.scale.peak), [], 0.0
    for number, (source, (decoded, seconds)) in enumerate(
        zip(_sources(job), _decoded(job, spool), strict=True), 1
    ):
        spent += seconds
        parts = gauge.measure(as_rgb(source) if isinstance(job.codec, MovieCodec) else source, decoded)
        tally.add(number, parts)
        scores.append({part: loss.scores for part, loss in parts.items()})
    return Point(
        name,
        aim,
        coded.settings.codec,
        coded.measurement.stream_bytes,
        tally.parts(),
        tuple(scores),
        tuple(spool.lengths) if len(spool.lengths) == len(scores) else (),
        _encode_ms(job, coded.settings.typical),
        1000 * spent / len(scores),
        coded.settings.encodes,
    )


def _worth_a_look(point: Point) -> dict[int, str]:
    """Return the frames with the lowest PSNR and the largest error, of all pixels."""
    whole = (point.parts or {}).get("whole")
    if whole is None:
        return {}
    return {whole.max_error.worst_frame: "largest error", whole.psnr_db.worst_frame: "lowest PSNR"}


def _sources(job: Job) -> Iterator[Frame]:
    for _, read in numbered_values(job.source, job.reader):
        yield job.reader.frame(read())


def _decoded(job: Job, spool: Spool) -> Iterator[tuple[Frame, float]]:
    """Yield every frame of a result and the seconds that it took to decode it."""
    if isinstance(job.codec, MovieCodec):
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            spool.copy_all(cast("IO[bytes]", file))
            file.seek(0)
            yield from _timed(movie_frames(cast("IO[bytes]", file), job.reader.native))
    else:
        codec, native = job.codec, job.reader.native
        yield from _timed(codec.decode(stream, native) for stream in spool.values())


def _timed(frames: Iterator[Frame]) -> Iterator[tuple[Frame, float]]:
    while True:
        started = time.perf_counter()
        frame = next(frames, None)
        if frame is None:
            return
        yield frame, time.perf_counter() - started


def _encode_ms(job: Job, codec: FrameCodec | MovieCodec) -> float:
    """Return how long a frame takes to encode in one thread, in milliseconds, from a few of them."""
    native = job.reader.native
    frames = list(islice(_sources(job), _TIMED))
    started = time.perf_counter()
    if isinstance(codec, MovieCodec):
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            rate = uniform_rate(job.source.image, resample=True)
            codec.encode(frames, native, rate, cast("IO[bytes]", file))
    else:
        for frame in frames:
            codec.encode(frame, native)
    return 1000 * (time.perf_counter() - started) / len(frames)
