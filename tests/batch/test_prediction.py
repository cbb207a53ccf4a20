"""The prediction: right for what is known, and honest about how sure it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from lossytools import migrate
from lossytools.batch.prediction import (
    Interval,
    Prediction,
    Stratum,
    parse_prediction,
    predict,
    student,
)

if TYPE_CHECKING:
    from small_archive import Archive


def test_equal_ratios_leave_no_doubt() -> None:
    # 10 objects of 1,000 bytes in all; two that were done came out at a quarter.
    assert predict([Stratum(10, 1000.0, (40.0, 80.0), (10.0, 20.0))]) == Interval(250.0, 250.0, 250.0)


def test_what_was_done_completely_is_known() -> None:
    found = predict(
        [Stratum(2, 30.0, (10.0, 20.0), (9.0, 1.0)), Stratum(4, 100.0, (30.0, 20.0), (15.0, 10.0))]
    )
    assert found == Interval(60.0, 60.0, 60.0)  # 10 known, and half of 100


def test_one_object_of_a_kind_scatters_as_the_others_do() -> None:
    other = Stratum(100, 1000.0, (10.0, 10.0, 10.0), (4.0, 5.0, 6.0))
    found = predict([other, Stratum(100, 1000.0, (10.0,), (5.0,))])
    assert found.estimate == pytest.approx(1000.0)
    assert found.low < 900
    assert found.high > 1100


def test_nothing_known_is_said_so() -> None:
    assert predict([]) == Interval(0.0, 0.0, 0.0)
    assert predict([Stratum(3, 10.0, (), ())]).high == math.inf


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    # 400 archives of two kinds whose ratios scatter by a third; 12 objects of each kind are done.
    random = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        strata, truth = [], 0.0
        for objects, ratio in ((300, 0.1), (200, 0.4)):
            sizes = random.lognormal(3, 0.7, objects)
            results = sizes * ratio * random.normal(1, 0.3, objects).clip(0.1)
            chosen = random.choice(objects, 12, replace=False)
            truth += results.sum()
            strata.append(Stratum(objects, sizes.sum(), tuple(sizes[chosen]), tuple(results[chosen])))
        found = predict(strata)
        held += found.low <= truth <= found.high
    assert 0.82 < held / 400 < 0.95


def test_students_t() -> None:
    expected = {1: 6.314, 2: 2.920, 5: 2.015, 10: 1.812, 30: 1.697}  # tables
    assert {df: round(student(df), 3) for df in expected} == pytest.approx(expected, rel=2e-3)


def test_it_is_kept_as_text() -> None:
    known = Prediction(Interval(1, 2, 3), Interval(4, 5, 6), 7, 8)
    assert parse_prediction(known.as_text()) == known


def test_a_plan_predicts_what_a_run_does(archive: Archive) -> None:
    path = archive.root / "recipe.toml"
    archive.plan(dry_run=True)
    planned = migrate.plan(archive.source, archive.ledger, str(path), sample=20, workers=1)
    assert planned.prediction is not None
    assert planned.prediction.sampled == 5
    archive.run()
    actual = sum(entry.target_size for entry in migrate.entries(archive.ledger))
    predicted = planned.prediction.target_bytes
    # All images were done for it; the notes grow by the record of their references, by which it is off.
    assert predicted.estimate == pytest.approx(actual, rel=0.3)
    assert list(archive.root.glob("lossytools-sample-*")) == []
