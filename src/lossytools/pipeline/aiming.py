"""All frames of an object coded so that the result keeps what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from lossytools.codecs.movies.movie import MovieCodec
from lossytools.dicomio.spool import Spool
from lossytools.errors import TargetUnreachable
from lossytools.fidelity.target import size_margin
from lossytools.pipeline.filming import film
from lossytools.pipeline.framing import code_frames
from lossytools.pipeline.guideline import bounded
from lossytools.pipeline.job import Settings
from lossytools.pipeline.missing import misses, worst_words
from lossytools.pipeline.seeking import by_frame
from lossytools.tuning.dial import SMALL_DB, Dial, dial_of
from lossytools.tuning.frames import usual_psnr
from lossytools.tuning.stepping import CLOSE_DB, LIMIT, Slopes, Trial, better, next_place

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from lossytools.codecs.protocol import FrameCodec
    from lossytools.fidelity.target import Target
    from lossytools.pipeline.job import Coded, Job, OnFrame
    from lossytools.tuning.stepping import Line

_FILM_CLOSE_DB, _FILM_LIMIT = 0.35, 4  # a video is coded from its beginning for every attempt
_UNEVEN = 2  # attempts more at what falls less evenly than PSNR
_BIT_DB = 4.0  # of PSNR that a bit more of a sample adds at the same ratio, or so
_SIZE_SLOPE_DB = -4.0  # of the size in dB: a step twice as fine takes 1.6 times the bytes or so
_NOISE_DB = 0.05


def encode(job: Job, target: Path, on_frame: OnFrame | None, held: ExitStack) -> tuple[Coded, Spool]:
    """Return all frames coded, and the spool that holds them until `held` is left.

    target: where the result is to stand. on_frame: called for every frame, of every attempt at all of them.
    Raises TargetUnreachable where nothing keeps what was asked for, and what codecs raise.
    """
    asked, job = job, bounded(job)
    try:
        return _encode(job, target, on_frame, held)
    except TargetUnreachable as error:
        if job is asked:
            raise
        words = f"as far as the guideline {job.options.policy} allows, {error.reached}"
        raise TargetUnreachable(words) from error


def _encode(job: Job, target: Path, on_frame: OnFrame | None, held: ExitStack) -> tuple[Coded, Spool]:
    keep = job.options.keep
    if keep is not None and not by_frame(job):
        return _whole(job, keep, target, on_frame, held)
    spool = held.enter_context(Spool(target))
    coded = one_pass(job, spool, target, on_frame)
    if keep is not None and coded.settings is not None:
        coded = _judged(job, keep, coded, coded.settings)
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
    def ragged(self) -> bool:
        return self.dial.ragged

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


@dataclass(frozen=True, slots=True, eq=False)
class _Try:
    """All frames coded with one setting."""

    trial: Trial
    codec: FrameCodec | MovieCodec
    coded: Coded
    spool: Spool


def _whole(
    job: Job, keep: Target, target: Path, on_frame: OnFrame | None, held: ExitStack
) -> tuple[Coded, Spool]:
    """Return all frames coded alike: as coarsely as keeps the target, or as finely as fits the size."""
    dial = dial_of(job.codec, job.reader.native, job.near)
    for_size = not keep.conditions
    line: Line = _Backwards(dial) if for_size else dial
    sign = -1 if for_size else 1
    close, limit = _patience(job, keep)

    def tried(place: float) -> _Try:
        spool = held.enter_context(Spool(target))
        codec = dial.codec(job.codec, sign * place)
        coded = one_pass(replace(job, codec=codec), spool, target, on_frame)
        return _Try(Trial(place, _margins(keep, coded), coded.measurement.stream_bytes), codec, coded, spool)

    place: float | None = line.snap(sign * dial.at(_wanted(job, keep, dial)))
    slopes, tries = _slopes(keep, dial), list[_Try]()
    while place is not None:
        tries.append(tried(place))
        trials = [one.trial for one in tries]
        slopes = slopes.learn(trials)
        place = next_place(trials, line, slopes, close, limit)
    best = reduce(lambda one, other: other if _closer(other, one, for_size=for_size) else one, tries)
    settings = Settings(repr(best.codec), best.codec.describe(), str(keep), len(tries), best.codec)
    return _judged(job, keep, best.coded, settings), best.spool


def _patience(job: Job, keep: Target) -> tuple[float, int]:
    """Return the margin in dB that is near enough, and how many attempts are made at most."""
    if not isinstance(job.codec, MovieCodec):
        return CLOSE_DB, LIMIT
    even = all(condition.metric == "psnr" for condition in keep.conditions)
    return _FILM_CLOSE_DB, _FILM_LIMIT if even else _FILM_LIMIT + _UNEVEN


def _wanted(job: Job, keep: Target, dial: Dial) -> float:
    """Return the PSNR to begin with, in dB."""
    if job.gauge is None or not keep.conditions:
        return SMALL_DB + _BIT_DB * (job.reader.native.bits_stored - 8)
    return usual_psnr(keep, job.reader.native, job.gauge.scale, dial)


def _judged(job: Job, keep: Target, coded: Coded, settings: Settings) -> Coded:
    """Return what was coded with what it misses of the target. Raises TargetUnreachable unless asked."""
    found = tuple(misses(keep, coded.parts, coded.measurement))
    missed = (*settings.missed, *(found or misses(keep, coded.again, coded.measurement)))
    if missed and not keep.best_effort:
        who = worst_words(job, keep, coded.parts) if keep.conditions else ""
        reached = f"{settings.codec} comes closest and misses it: {'; '.join(missed)}"
        raise TargetUnreachable(reached, who)
    return replace(coded, settings=replace(settings, missed=missed))


def _closer(one: _Try, other: _Try, *, for_size: bool) -> bool:
    """Return whether an attempt is the one to keep: of those that fit a size the finest, else the smaller."""
    if for_size and one.trial.holds and other.trial.holds:
        return one.trial.place > other.trial.place
    return better(one.trial, other.trial)


def _margins(keep: Target, coded: Coded) -> tuple[float, ...]:
    measured = coded.measurement
    if not keep.conditions:
        return (size_margin(keep.largest(measured.native_bytes), measured.stream_bytes),)
    seen = (parts for parts in (coded.parts, coded.again) if parts)
    found = (keep.margins_of_all(parts, measured.native_bytes, measured.stream_bytes) for parts in seen)
    return tuple(map(min, zip(*found, strict=True)))


def _slopes(keep: Target, dial: Dial) -> Slopes:
    if not keep.conditions:
        return Slopes((_SIZE_SLOPE_DB,), (_NOISE_DB,))
    count = keep.judged + (keep.max_ratio is not None)
    return Slopes((dial.slope,) * count, (_NOISE_DB,) * count)
