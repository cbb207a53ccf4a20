"""Where to try next: pure decisions from what was tried so far.

A search looks for the farthest place whose margins are all 0 or more. Margins fall along the line, about
evenly, but are not trusted to: what was tried and held is what counts, and a place that failed before one
that held is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 8
"""Attempts that a search makes at most."""

CLOSE_DB = 0.05
"""Margin below which a better place is not looked for, where places lie close."""

_AIM = 0.4  # of that margin, which is where the next attempt should come out
_TIRED = 5  # attempts, after which a bracket is halved and no longer interpolated
_APART = 0.02  # places, closer than which two attempts tell nothing of a slope
_SURE = 0.1  # of what one step costs: so far below 0 a prediction has to lie to be believed
_SAME = 0.001  # of its bytes, by which an attempt may be larger than one that fails beside it
_FAR = 40.0  # dB, beyond which a margin says nothing more of where it ends: it may be that of a lone peak
_EDGE = 0.02  # of a bracket, from either end


class Line(Protocol):
    """Places from `finest` to `coarsest`, as a Dial has them."""

    @property
    def finest(self) -> float:
        """The place where everything holds that ever will."""
        ...

    @property
    def coarsest(self) -> float:
        """The other end."""
        ...

    @property
    def whole(self) -> bool:
        """Whether there are single places only."""
        ...

    @property
    def ragged(self) -> bool:
        """Whether a place may hold although the one before it does not."""
        ...

    @property
    def grain(self) -> float:
        """Distance below which two places are one."""
        ...

    def snap(self, place: float) -> float:
        """Return the nearest place that there is, not coarser."""
        ...

    def beside(self, place: float, steps: int) -> float:
        """Return the place so many steps on."""
        ...


@dataclass(frozen=True, slots=True)
class Trial:
    """One attempt: where, by how many dB each condition was kept or missed, and how many bytes it took."""

    place: float
    margins: tuple[float, ...]
    size: int

    @property
    def margin(self) -> float:
        """The smallest of the margins."""
        return min(self.margins)

    @property
    def told(self) -> tuple[float, ...]:
        """The margins as far as they tell where they end."""
        return tuple(min(margin, _FAR) for margin in self.margins)

    @property
    def holds(self) -> bool:
        """Whether every condition is kept."""
        return self.margin >= 0


@dataclass(frozen=True, slots=True)
class Slopes:
    """What one place costs each condition, in dB and below 0. noise: dB by which a prediction may be wrong.

    learned: from attempts, and not only supposed.
    """

    costs: tuple[float, ...]
    noise: tuple[float, ...]
    learned: bool = False

    def learn(self, trials: Sequence[Trial]) -> Slopes:
        """Return the slopes as the last two attempts at different places show them, where they make sense."""
        found = _costs(trials)
        if found is None:
            return self
        pairs = zip(self.costs, found, strict=True)
        costs = tuple(min(max(new, 2 * old), old / 2) for old, new in pairs)
        return Slopes(costs, self.noise, learned=True)


def _costs(trials: Sequence[Trial]) -> tuple[float, ...] | None:
    """Return what a place costs between the last attempt and the nearest that is far enough to tell."""
    last = trials[-1]
    others = [trial for trial in trials[:-1] if abs(trial.place - last.place) >= _APART]
    if not others:
        return None
    near = min(others, key=lambda trial: abs(trial.place - last.place))
    run = last.place - near.place
    return tuple((b - a) / run for a, b in zip(near.told, last.told, strict=True))


def better(one: Trial, other: Trial) -> bool:
    """Return whether an attempt is the one to keep: holding before not, then the smaller, then the closer."""
    if one.holds != other.holds:
        return one.holds
    return one.size < other.size if one.holds else one.margin > other.margin


def next_place(
    trials: Sequence[Trial], line: Line, slopes: Slopes, close: float = CLOSE_DB, limit: int = LIMIT
) -> float | None:
    """Return where to try next, None where the search is over; `trials` holds one or more.

    close: dB of margin that are near enough. Interpolates between attempts that hold and fail, condition by
    condition; steps out along the slopes while there are only such or only such.
    """
    if len(trials) >= limit:
        return None
    held = max((trial for trial in trials if trial.holds), key=lambda trial: trial.place, default=None)
    if held is None:
        return _finer(trials, line, slopes, close, limit)
    failed = min(
        (trial for trial in trials if not trial.holds and trial.place > held.place),
        key=lambda trial: trial.place,
        default=None,
    )
    if _is_best(held, failed, line, slopes, close):
        return None
    aim = aim_of(line, close)
    if failed is not None:
        return _between(held, failed, line, aim, trials)
    at = max(line.snap(_reached(held, slopes, aim)), line.beside(held.place, 1))
    return min(at, line.coarsest)


def _is_best(held: Trial, failed: Trial | None, line: Line, slopes: Slopes, close: float) -> bool:
    """Return whether no better place is to be looked for than the last that holds."""
    if held.place >= line.coarsest or (not line.whole and held.margin <= close):
        return True
    beside = line.beside(held.place, 1)
    if failed is not None and failed.place <= beside + line.grain / 2:
        return True  # nothing lies between
    if failed is not None and 0 <= held.size - failed.size <= _SAME * held.size:
        return True  # nothing to be won between
    if line.ragged and failed is not None:
        return False  # between the two anything may hold
    return line.whole and slopes.learned and _will_fail(held, beside, slopes)


def _finer(trials: Sequence[Trial], line: Line, slopes: Slopes, close: float, limit: int) -> float | None:
    """Return a place where more is kept, further out with every failure; the end as a last try."""
    finest = min(trials, key=lambda trial: trial.place)
    if finest.place <= line.finest:
        return None
    if len(trials) == limit - 1:
        return line.finest
    there = _reached(finest, slopes, aim_of(line, close))
    farther = sum(trial.size == finest.size for trial in trials)  # on a plateau more with each attempt
    farther += len(trials) == limit - 2  # the end is all that comes after it
    there = finest.place - max(finest.place - there, line.grain * len(trials)) * farther
    return max(line.finest, min(line.snap(there), line.beside(finest.place, -1)))


def aim_of(line: Line, close: float = CLOSE_DB) -> float:
    """Return the margin at which an attempt should come out, in dB."""
    return 0.0 if line.whole else _AIM * close


def _reached(trial: Trial, slopes: Slopes, aim: float) -> float:
    """Return where the first condition falls to `aim` if each falls along its slope."""
    costs = zip(trial.told, slopes.costs, strict=True)
    return trial.place + min((margin - aim) / -cost for margin, cost in costs)


def _will_fail(held: Trial, beside: float, slopes: Slopes) -> bool:
    """Return whether some condition is lost one step on, beyond what a prediction may be wrong by."""
    step = beside - held.place
    return any(
        margin + cost * step < -(noise + _SURE * -cost * step)
        for margin, cost, noise in zip(held.margins, slopes.costs, slopes.noise, strict=True)
    )


def _weights(trials: Sequence[Trial]) -> tuple[float, float]:
    """Return what the margins of the end that holds and of the one that fails count for on their line.

    The end that has stayed where it was counts half as much with every attempt on the other side: of a line
    that is curved an end would stay for ever (Illinois; M. Dowell, P. Jarratt, BIT 11, 1971).
    """
    last = trials[-1].holds
    same = next((number for number, trial in enumerate(reversed(trials)) if trial.holds != last), 1)
    weight = 0.5 ** max(same - 1, 0)
    return (1.0, weight) if last else (weight, 1.0)


def _between(held: Trial, failed: Trial, line: Line, aim: float, trials: Sequence[Trial]) -> float:
    """Return a place inside of the bracket: where a straight line crosses the aim, or the middle of it."""
    width = failed.place - held.place
    share = 0.5
    misled = line.whole and trials[-1].holds == trials[-2].holds  # twice on one side: it is no straight line
    if len(trials) < (_TIRED if line.whole else _TIRED + 1) and not misled:
        near, far = _weights(trials)
        shares = (
            (here - aim) * near / ((here - aim) * near + (aim - there) * far)
            for here, there in zip(held.told, failed.told, strict=True)
            if there < aim < here
        )
        share = min(max(min(shares, default=0.5), _EDGE), 1 - _EDGE)
    at = line.snap(held.place + share * width)
    if line.whole:
        return min(max(at, line.beside(held.place, 1)), line.beside(failed.place, -1))
    return at
