"""Every frame coded with the coarsest setting that keeps the target on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from lossytools.codecs.movies.movie import MovieCodec
from lossytools.errors import TargetUnreachable, UnsupportedPixels
from lossytools.pipeline.coding import Coding
from lossytools.pipeline.job import Settings
from lossytools.pipeline.missing import frame_words
from lossytools.pipeline.window import in_order
from lossytools.tuning.dial import dial_of
from lossytools.tuning.frames import LAG, FrameSearch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lossytools.codecs.protocol import FrameCodec
    from lossytools.pipeline.coding import CodedFrame, FrameWork, Numbered
    from lossytools.pipeline.job import Job
    from lossytools.tuning.frames import Start

T = TypeVar("T")


class Ended(Protocol):
    """What a search came to."""

    @property
    def ended(self) -> Start:
        """Where a search like it may begin."""
        ...


S = TypeVar("S", bound=Ended)


def by_frame(job: Job) -> bool:
    """Return whether every frame is to get a setting of its own."""
    keep = job.options.keep
    if keep is None or isinstance(job.codec, MovieCodec):
        return False
    return bool(keep.conditions) and keep.scope == "every-frame"


@dataclass(frozen=True, slots=True)
class _Sought:
    """A frame coded, whether it keeps the target, where a search like it may begin, and how many encodes."""

    coded: CodedFrame
    holds: bool
    ended: Start
    encodes: float


@dataclass(frozen=True, slots=True)
class _Seek:
    """Codes one frame, from where its search is to begin; for any number of threads."""

    work: FrameWork
    search: FrameSearch

    def __call__(self, task: tuple[Numbered, Start]) -> _Sought:
        (number, read), start = task
        value = read()
        frame = self.work.reader.frame(value)
        found = self.search.solve(frame, start)
        if not found.kept and not self.search.target.best_effort:
            raise TargetUnreachable(*frame_words(self.search, number + 1, frame, found))
        best = found.best
        coding = Coding(best.codec, best.stream, best.decoded, best.parts)
        coded = self.work.judged(number, value, frame, coding)
        return _Sought(coded, found.kept, found.ended, found.encodes)


def lagging(
    solve: Callable[[tuple[T, Start]], S], begin: Start, items: Iterable[T], workers: int
) -> Iterator[S]:
    """Yield what `solve` makes of each item and the start of its search, in order.

    A search begins where that of the item LAG before it ended, those of the first few where the first ended.
    That is so however many workers there are, so that the result is always the same.
    """
    rest = iter(items)
    first = next(rest, None)
    if first is None:
        return
    one = solve((first, begin))
    begun = one.ended
    yield one
    ended: dict[int, Start] = {}

    def tasks() -> Iterator[tuple[T, Start]]:
        for number, item in enumerate(rest, start=1):
            yield item, ended.pop(number - LAG) if number > LAG else begun

    for number, one in enumerate(in_order(solve, tasks(), min(workers, LAG), LAG), start=1):
        ended[number] = one.ended
        yield one


@dataclass(slots=True)
class Quest:
    """The searches of all frames of an object, and what they came to."""

    job: Job
    work: FrameWork
    places: set[float] = field(default_factory=set)
    encodes: float = 0.0
    count: int = 0
    missed: int = 0

    def frames(self, numbered: Iterator[Numbered], workers: int) -> Iterator[CodedFrame]:
        """Yield the frames coded, in order. Raises TargetUnreachable, and what FrameWork raises."""
        seek = _Seek(self.work, self._search())
        begin = seek.search.begin(self._stored())
        for one in lagging(seek, begin, numbered, workers):
            self.places.add(one.ended.place)
            self.encodes += one.encodes
            self.missed += not one.holds
            self.count += 1
            yield one.coded

    def _stored(self) -> bytes:
        """Return the code stream of the first frame, where it has one of its own."""
        source = self.job.source
        alone = self.job.evidence.encapsulation is not None and not source.is_video
        return source.value_of(0, self.job.reader.declared) if alone else b""

    def _search(self) -> FrameSearch:
        job = self.job
        if job.options.keep is None or job.gauge is None:
            raise UnsupportedPixels("a search needs a target and something to measure it with")
        native, codec = job.reader.native, cast("FrameCodec", job.codec)
        second = job.options.verify == "independent"
        return FrameSearch(
            codec, native, job.options.keep, job.gauge, dial_of(codec, native, job.near), second
        )

    def settings(self) -> Settings:
        """Return what the searches came to, of one frame or more."""
        search = self._search()
        fine, coarse = (search.dial.codec(search.codec, end(self.places)) for end in (min, max))
        name, words = repr(coarse), coarse.describe()
        if fine != coarse:
            knob = search.dial.knob
            low, high = getattr(coarse, knob), getattr(fine, knob)
            name = name.replace(f"{knob}={low:g}", f"{knob}={low:g}..{high:g}")
            words += f", {knob} {'up' if high > low else 'down'} to {high:g} where a frame needs it"
        typical = search.dial.codec(search.codec, sorted(self.places)[len(self.places) // 2])
        missed = (f"{self.missed} of {self.count} frames do not keep it",) if self.missed else ()
        return Settings(name, words, str(search.target), self.encodes / self.count, typical, missed)
