"""All frames of an object coded so that the result keeps what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lossytools.codecs.movies.movie import MovieCodec
from lossytools.dicomio.spool import Spool
from lossytools.errors import TargetUnreachable
from lossytools.fidelity.target import size_margin
from lossytools.pipeline.filming import film
from lossytools.pipeline.framing import code_frames
from lossytools.pipeline.job import Settings
from lossytools.pipeline.seeking import by_frame
from lossytools.tuning.dial import SMALL_DB, Dial, dial_of
from lossytools.tuning.frames import usual_psnr
from lossytools.tuning.stepping import LIMIT, Slopes, Trial, better, next_place

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from lossytools.fidelity.target import Target
    from lossytools.pipeline.job import Coded, Job, OnFrame
    from lossytools.tuning.stepping import Line

_FILM_CLOSE_DB, _FILM_LIMIT = 0.35, 4  # a video is coded from its beginning for every attempt
_SIZE_SLOPE_DB = -4.0  # of the size in dB: a step twice as fine takes 1.6 times the bytes or so
_NOISE_DB = 0.05


def encode(job: Job, target: Path, on_frame: OnFrame | None, held: ExitStack) -> tuple[Coded, Spool]:
    """Return all frames coded, and the spool that holds them until `held` is left.

    target: where the result is to stand. on_frame: called for every frame, of every attempt at all of them.
    Raises TargetUnreachable where nothing keeps what was asked for, and what codecs raise.
    """
    keep = job.options.keep
    if keep is not None and not by_frame(job):
        return _whole(job, keep, target, on_frame, held)
    spool = held.enter_context(Spool(target))
    coded = one_pass(job, spool, target, on_frame)
    if keep is not None:
        _check_size(job, keep, coded)
    return coded, spool


def one_pass(job: Job, spool: Spool, target: Path, on_frame: OnFrame | None) -> Coded:
    """Return all frames coded into the spool, each for itself or together."""
    if isinstance(job.codec, MovieCodec):
        return film(job, spool, target, on_frame)
    return code_frames(job, spool, on_frame)


@dataclass(frozen=True, slots=True)
class _Backwards:
    """A dial from its coarse end: what is looked for is the finest that still fits."""

    dial: Dial

    @property
    def finest(self) -> float:
        return -self.dial.coarsest

    @property
    def coarsest(self) -> float:
        return -self.dial.finest

    @property
    def whole(self) -> bool:
        return self.dial.whole

    @property
    def grain(self) -> float:
        return self.dial.grain

    def snap(self, place: float) -> float:
        there = self.dial.snap(-place)
        if self.whole and there < -place - self.grain:  # rounded to the finer side: take the one before
            there = self.dial.beside(there, 1)
        return -there

    def beside(self, place: float, steps: int) -> float:
        return -self.dial.beside(-place, -steps)


def _whole(
    job: Job, keep: Target, target: Path, on_frame: OnFrame | None, held: ExitStack
) -> tuple[Coded, Spool]:
    """Return all frames coded alike: as coarsely as keeps the target, or as finely as fits the size."""
    dial = dial_of(job.codec, job.reader.native)
    for_size = not keep.conditions
    line: Line = _Backwards(dial) if for_size else dial
    sign = -1 if for_size else 1
    filmed = isinstance(job.codec, MovieCodec)
    slopes = _slopes(keep, dial)
    trials: list[Trial] = []
    best: tuple[Trial, Coded, Spool] | None = None
    wanted = SMALL_DB if for_size or job.gauge is None else usual_psnr(keep, job.reader.native, job.gauge)
    place: float | None = line.snap(sign * dial.at(wanted))
    while place is not None:
        spool = held.enter_context(Spool(target))
        codec = dial.codec(job.codec, sign * place)
        coded = one_pass(replace(job, codec=codec), spool, target, on_frame)
        measured = coded.measurement
        trial = Trial(place, _margins(keep, coded), measured.stream_bytes)
        trials.append(trial)
        settings = Settings(repr(codec), codec.describe(), str(keep), len(trials), codec)
        coded = replace(coded, settings=settings)
        if best is None or (trial.holds and for_size) or (not for_size and better(trial, best[0])):
            best = trial, coded, spool
        slopes = slopes.learn(trials)
        close, limit = (_FILM_CLOSE_DB, _FILM_LIMIT) if filmed else (0.05, LIMIT)
        place = next_place(trials, line, slopes, close, limit)
    return _judged(job, keep, best, len(trials))


def _judged(
    job: Job, keep: Target, best: tuple[Trial, Coded, Spool] | None, passes: int
) -> tuple[Coded, Spool]:
    if best is None:
        raise TargetUnreachable(f"{job.codec!r}: nothing was tried")
    trial, coded, spool = best
    settings = coded.settings
    if settings is not None:
        coded = replace(coded, settings=replace(settings, encodes=passes))
    if not trial.holds and not keep.best_effort:
        reached = _size_words(coded, keep) if not keep.conditions else "; ".join(_missed_by_all(keep, coded))
        raise TargetUnreachable(f"{settings.codec if settings else repr(job.codec)} comes closest: {reached}")
    _check_size(job, keep, coded)
    return coded, spool


def _missed_by_all(keep: Target, coded: Coded) -> list[str]:
    words = []
    for condition in keep.conditions:
        for name, part in coded.parts.items():
            spread = part.spread(condition.metric)
            if spread is not None and condition.margin(spread.at(keep.scope)) < 0:
                figure = spread.at(keep.scope)
                words.append(f"{condition.metric} of the {name} {figure:.6g} where {condition} is asked for")
    return words


def _size_words(coded: Coded, keep: Target) -> str:
    native, size = coded.measurement.native_bytes, coded.measurement.stream_bytes
    return f"{size} bytes where {keep.largest(native):.0f} are asked for"


def _margins(keep: Target, coded: Coded) -> tuple[float, ...]:
    measured = coded.measurement
    if not keep.conditions:
        return (size_margin(keep.largest(measured.native_bytes), measured.stream_bytes),)
    return keep.margins_of_all(coded.parts, measured.native_bytes, measured.stream_bytes)


def _slopes(keep: Target, dial: Dial) -> Slopes:
    if not keep.conditions:
        return Slopes((_SIZE_SLOPE_DB,), (_NOISE_DB,))
    count = len(keep.conditions) * len(keep.regions) + (keep.max_ratio is not None)
    return Slopes((dial.slope,) * count, (_NOISE_DB,) * count)


def _check_size(job: Job, keep: Target, coded: Coded) -> None:
    """Raise TargetUnreachable where what the conditions need is larger than allowed."""
    measured = coded.measurement
    if measured.stream_bytes > keep.largest(measured.native_bytes) and not keep.best_effort:
        raise TargetUnreachable(f"{job.codec!r} needs {_size_words(coded, keep)}")
