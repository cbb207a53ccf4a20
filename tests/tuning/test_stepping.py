from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossytools.tuning.stepping import CLOSE_DB, LIMIT, Slopes, Trial, better, next_place

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Ruler:
    """Places 0 to 100, all of them or the whole ones."""

    whole: bool
    finest: float = 0.0
    coarsest: float = 100.0
    grain: float = 0.01
    ragged: bool = False

    def snap(self, place: float) -> float:
        inside = min(max(place, self.finest), self.coarsest)
        return math.floor(inside + 1e-9) if self.whole else inside

    def beside(self, place: float, steps: int) -> float:
        return self.snap(place + steps * (1 if self.whole else self.grain))


def run(
    margins: Callable[[float], tuple[float, ...]],
    ruler: Ruler,
    start: float,
    slope: float,
    *,
    learned: bool = False,
) -> list[Trial]:
    """Search; the size falls with the place."""
    first = margins(start)
    slopes = Slopes((slope,) * len(first), (0.0,) * len(first), learned)
    trials: list[Trial] = []
    place: float | None = ruler.snap(start)
    while place is not None:
        trials.append(Trial(place, margins(place), int(1e8 * 2 ** (-place / 8))))
        slopes = slopes.learn(trials)
        place = next_place(trials, ruler, slopes)
    return trials


def winner(trials: list[Trial]) -> Trial:
    best = trials[0]
    for trial in trials[1:]:
        if better(trial, best):
            best = trial
    return best


@given(
    root=st.floats(1, 99), start=st.floats(0, 100), slope=st.floats(0.3, 3), curve=st.floats(-0.004, 0.004)
)
def test_a_smooth_line_is_met_within_the_closeness_asked_for(
    root: float, start: float, slope: float, curve: float
) -> None:
    def margins(place: float) -> tuple[float, ...]:
        away = place - root
        return (-slope * away * (1 + curve * away * math.copysign(1, away) / 4),)

    trials = run(margins, Ruler(whole=False), start, -1.0)
    best = winner(trials)
    assert len(trials) <= LIMIT
    assert best.holds
    assert best.margin <= CLOSE_DB or len(trials) == LIMIT
    assert len({trial.place for trial in trials}) == len(trials)  # nothing is tried twice


@given(root=st.floats(0, 100), start=st.integers(0, 100), slope=st.floats(0.5, 2))
def test_of_whole_places_the_last_that_holds_is_found(root: float, start: int, slope: float) -> None:
    trials = run(lambda place: (slope * (root - place),), Ruler(whole=True), start, -1.0)
    assert winner(trials).place == math.floor(root)
    assert len(trials) <= LIMIT


@given(roots=st.lists(st.floats(5, 95), min_size=2, max_size=4), start=st.integers(0, 100))
def test_of_several_conditions_the_first_to_fall_decides(roots: list[float], start: int) -> None:
    slopes = (1.0, 0.4, 2.0, 0.7)
    trials = run(
        lambda place: tuple(s * (r - place) for s, r in zip(slopes, roots, strict=False)),
        Ruler(whole=True),
        start,
        -1.0,
    )
    assert winner(trials).holds
    assert math.floor(min(roots)) - winner(trials).place <= 1
    assert len(trials) <= LIMIT


@given(st.lists(st.floats(-3, 3), min_size=101, max_size=101), st.floats(10, 90), st.integers(0, 100))
def test_a_ragged_line_ends_with_something_that_was_tried_and_holds(
    noise: list[float], root: float, start: int
) -> None:
    noise[0] = 0.0

    def margins(place: float) -> tuple[float, ...]:
        return (root - place + noise[int(place)],)

    trials = run(margins, Ruler(whole=True), start, -1.0)
    assert winner(trials).holds
    assert len(trials) <= LIMIT
    assert winner(trials).size == min(trial.size for trial in trials if trial.holds)


def test_with_a_slope_that_is_known_a_good_start_is_enough() -> None:
    # one step costs 1 dB and 0.3 are left: the next place will fail, and nobody has to look
    trials = run(lambda place: (40.3 - place,), Ruler(whole=True), 40, -1.0, learned=True)
    assert [trial.place for trial in trials] == [40]
    # 0.95 are left: too close to call
    trials = run(lambda place: (40.95 - place,), Ruler(whole=True), 40, -1.0, learned=True)
    assert [trial.place for trial in trials] == [40, 41]


def test_what_no_place_keeps_ends_at_the_finest() -> None:
    trials = run(lambda place: (-5 - place,), Ruler(whole=True), 60, -1.0)
    assert not winner(trials).holds
    assert winner(trials).place == 0
    assert len(trials) <= LIMIT


def test_what_every_place_keeps_ends_at_the_coarsest() -> None:
    trials = run(lambda place: (150.0 - place,), Ruler(whole=False), 10, -1.0)
    assert winner(trials).place == 100


def test_the_smaller_of_two_that_hold_is_kept_and_the_closer_of_two_that_do_not() -> None:
    held, smaller = Trial(1, (0.5,), 900), Trial(0.9, (0.1,), 800)
    missed, closer = Trial(3, (-2.0,), 100), Trial(2, (-1.0,), 200)
    assert better(smaller, held)
    assert not better(held, smaller)
    assert better(held, closer)
    assert better(closer, missed)


def test_slopes_are_not_learned_from_places_that_lie_too_close() -> None:
    slopes = Slopes((-6.0,), (0.0,))
    assert slopes.learn([Trial(1, (1.0,), 9), Trial(1.001, (0.5,), 9)]) == slopes
    learned = slopes.learn([Trial(1, (1.0,), 9), Trial(1.5, (-1.0,), 9)])
    assert (learned.costs, learned.learned) == ((-4.0,), True)
    steep = slopes.learn([Trial(1, (1.0,), 9), Trial(1.5, (-90.0,), 9)])
    assert steep.costs == (-12.0,)


@pytest.mark.parametrize("whole", [True, False])
def test_the_limit_holds_whatever_happens(whole: bool) -> None:  # noqa: FBT001
    trials = run(lambda place: (math.sin(place * 37) * 10,), Ruler(whole=whole), 50, -1.0)
    assert len(trials) <= LIMIT


def test_where_nothing_is_to_be_won_between_two_places_the_search_ends() -> None:
    held, failed = Trial(40.0, (0.5,), 100_000), Trial(44.0, (-0.5,), 99_950)
    slopes = Slopes((-0.25,), (0.0,), learned=True)
    assert next_place([held, failed], Ruler(whole=False), slopes) is None
    smaller = Trial(44.0, (-0.5,), 99_000)
    assert next_place([held, smaller], Ruler(whole=False), slopes) is not None


def test_a_place_that_changes_nothing_is_left_faster_with_every_attempt() -> None:
    slopes = Slopes((-1.0,), (0.0,))
    flat = [Trial(50.0, (-0.04,), 1000)]
    for _ in range(3):
        place = next_place(flat, Ruler(whole=False), slopes)
        assert place is not None
        flat.append(Trial(place, (-0.04,), 1000))
    steps = [one.place - other.place for one, other in itertools.pairwise(flat)]
    assert steps == sorted(steps)
    assert steps[-1] > 2 * steps[0]


def test_of_whole_places_a_bracket_that_misleads_twice_is_halved() -> None:
    # two attempts on the side that fails, and a line that points close to the one that holds
    trials = [Trial(0, (0.1,), 900), Trial(90, (-30.0,), 200), Trial(80, (-29.0,), 250)]
    assert next_place(trials, Ruler(whole=True), Slopes((-1.0,), (0.0,))) == 40
    # with the last two on either side the line is followed
    trials = [Trial(90, (-30.0,), 200), Trial(80, (-29.0,), 250), Trial(0, (0.1,), 900)]
    assert next_place(trials, Ruler(whole=True), Slopes((-1.0,), (0.0,))) == 1


def test_the_last_attempt_before_the_end_goes_farther() -> None:
    slopes, missed = Slopes((-1.0,), (0.0,)), [Trial(50.0, (-2.0,), 1000), Trial(47.0, (-1.5,), 1100)]
    near, far = (next_place(missed, Ruler(whole=False), slopes, 0.05, limit) for limit in (8, 4))
    assert near == pytest.approx(47 - 1.52)
    assert far == pytest.approx(47 - 2 * 1.52)
    missed.append(Trial(44.0, (-1.0,), 1200))
    assert next_place(missed, Ruler(whole=False), slopes, 0.05, 4) == 0  # after it there is only the end


def test_a_margin_far_beyond_what_is_asked_tells_little_of_where_it_ends() -> None:
    # nothing was lost at 20: a line from 150 dB down would say that the limit is close to 30
    trials = [Trial(20.0, (150.0,), 900), Trial(30.0, (-10.0,), 800)]
    place = next_place(trials, Ruler(whole=False), Slopes((-1.0,), (0.0,)))
    assert place == pytest.approx(20 + 10 * (40 - 0.02) / 50)


def test_an_end_that_stays_counts_less_with_every_attempt_on_the_other_side() -> None:
    held, slopes, ruler = Trial(0.0, (10.02,), 900), Slopes((-1.0,), (0.0,)), Ruler(whole=False)
    missed = [Trial(16.0, (-2.48,), 500), Trial(12.0, (-1.98,), 550), Trial(8.0, (-0.98,), 600)]
    found = [next_place([held, *missed[:count]], ruler, slopes) for count in (1, 2, 3)]
    assert found == pytest.approx([16 * 10 / 12.5, 12 * 5 / 7, 8 * 2.5 / 3.5])
    # and so does an end that fails; what was tried before both ends does not count
    fails, holds = Trial(10.0, (-9.98,), 500), [Trial(2.0, (4.02,), 900), Trial(4.0, (2.02,), 800)]
    assert next_place([fails, *holds], ruler, slopes) == pytest.approx(4 + 6 * 2 / (2 + 5))
