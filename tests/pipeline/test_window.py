from __future__ import annotations

import threading
import time
from itertools import count, islice

import pytest

from lossytools.pipeline.window import in_order


def _thread(_: int) -> str:
    return threading.current_thread().name


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    def work(item: int) -> int:
        time.sleep(0.002 * (item % 3))
        return item * item

    assert list(in_order(work, range(20), workers)) == [item * item for item in range(20)]


def test_one_worker_and_one_item_need_no_thread_of_their_own() -> None:
    assert set(in_order(_thread, range(9), 1)) == {threading.current_thread().name}
    assert set(in_order(_thread, [0], 4)) == {threading.current_thread().name}
    assert threading.current_thread().name not in set(in_order(_thread, range(9), 2))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_no_more_than_two_items_a_worker_are_drawn_ahead(workers: int) -> None:
    items = count()
    assert list(islice(in_order(abs, items, workers), 3)) == [0, 1, 2]
    assert next(items) <= 3 + 2 * workers


@pytest.mark.parametrize("workers", [1, 3])
def test_what_the_work_raises_is_raised_in_its_place(workers: int) -> None:
    results = in_order(lambda item: 6 // item, [3, 2, 0, 1], workers)
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ZeroDivisionError):
        next(results)
