"""Work in processes: in order, each death blamed on one task, nobody left behind."""

from __future__ import annotations

import multiprocessing
import sys
from itertools import count, islice
from typing import Any

import pytest

from lossytools.errors import LossyToolsError
from lossytools.pipeline.workers import spread

# A spawned process has to find its work by name, which no function of a test module has: tasks are code.
WORK: Any = eval


def lose(task: str, why: str) -> str:
    return f"{task[:12]} lost: {why}"


def test_results_come_in_the_order_of_their_tasks() -> None:
    slow_first = ["__import__('time').sleep(0.3) or 0", *(str(number) for number in range(1, 100))]
    assert list(spread(WORK, slow_first, lose, workers=2, seconds=60)) == list(range(100))


def test_each_process_that_dies_is_blamed_on_its_own_task_and_no_other_is_lost() -> None:
    tasks = [str(number) for number in range(40)]
    tasks[3] = "__import__('os')._exit(9)"
    tasks[20] = "__import__('os').kill(__import__('os').getpid(), 11)"
    done = list(spread(WORK, tasks, lose, workers=2, seconds=60))
    assert done[3] == "__import__(' lost: the process that read it died of status 9"
    if sys.platform != "win32":
        assert done[20] == "__import__(' lost: the process that read it died of signal 11"
    assert [each for each in done if isinstance(each, int)] == [n for n in range(40) if n not in {3, 20}]


def test_a_task_that_hangs_has_its_time_and_no_more() -> None:
    tasks = ["1", "__import__('time').sleep(600)", "3"]
    done = list(spread(WORK, tasks, lose, workers=1, seconds=0.5))
    assert done == [1, "__import__(' lost: it took longer than 0.5 s", 3]


def test_an_error_in_the_reader_is_named_and_quotes_nothing() -> None:
    tasks = ["1", "int('secret value')", "3"]
    done = list(spread(WORK, tasks, lose, workers=1, seconds=60))
    assert done == [1, "int('secret  lost: ValueError in the reader: please report it", 3]


def test_tasks_are_drawn_as_they_are_needed_and_nobody_stays_when_the_caller_goes() -> None:
    drawn = []

    def endless() -> Any:
        for number in count():
            drawn.append(number)
            yield str(number)

    results: Any = spread(WORK, endless(), lose, workers=1, seconds=60)
    assert list(islice(results, 100)) == list(range(100))
    results.close()
    assert len(drawn) <= 300
    assert multiprocessing.active_children() == []


def test_processes_that_never_start_are_an_error_not_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lossytools.pipeline.workers._serve", sys.exit)
    monkeypatch.setattr("lossytools.pipeline.workers._FALSE_STARTS", 1)
    with pytest.raises(LossyToolsError, match="no worker process starts, the last ended with status 1"):
        list(spread(WORK, ["1", "2"], lose, workers=1, seconds=60))
    assert multiprocessing.active_children() == []
