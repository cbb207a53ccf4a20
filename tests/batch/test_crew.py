"""Workers that take one object each: blame for one alone, whatever happens to its process."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import Any

import pytest

from lossytools.batch.crew import Crew, Lost

# A spawned process has to find its work by name, which no function of a test module has: tasks are code.
WORK: Any = eval
MIB = 1 << 20


def work_off(tasks: list[str], crew: Crew[str, Any], limit: float = 60) -> dict[str, Any]:
    done: dict[str, Any] = {}
    waiting, until = list(tasks), time.monotonic() + limit
    try:
        while (waiting or len(crew)) and time.monotonic() < until:
            while waiting and crew.free:
                crew.give(waiting.pop(0))
            done.update(crew.hear(1.0))
    finally:
        crew.close()
    return done


@pytest.mark.parametrize(
    ("poison", "reason", "words"),
    [
        ("__import__('os').kill(__import__('os').getpid(), 11)", "killed", "died of SIGSEGV"),
        ("__import__('os').abort()", "killed", "died of SIGABRT"),
        ("__import__('os')._exit(3)", "killed", "died of status 3"),
        ("__import__('time').sleep(600)", "too-slow", "took longer than 3 s"),
        ("len(bytearray(4 << 30))", "memory", "needs more than 2048 MiB"),
        ("1 / 0", "killed", "ZeroDivisionError in the reader"),
    ],
)
def test_one_object_is_to_blame_and_no_other(poison: str, reason: str, words: str) -> None:
    innocent = [f"{number} + 1" for number in range(8)]
    tasks = [*innocent[:3], poison, *innocent[3:]]
    done = work_off(tasks, Crew(WORK, 2, 3, 2048 * MIB))
    lost = done.pop(poison)
    assert isinstance(lost, Lost)
    assert (lost.reason, words in lost.says) == (reason, True), lost
    assert done == {task: number + 1 for number, task in enumerate(innocent)}


def test_no_core_dump_is_left_behind() -> None:
    ask = "__import__('resource').getrlimit(__import__('resource').RLIMIT_CORE)"
    assert work_off([ask], Crew(WORK, 1, 30, 0)) == {ask: (0, 0)}


def test_workers_killed_at_random_moments_cost_a_result_each_at_most() -> None:
    draw = random.Random(7)  # noqa: S311  no secret
    for _ in range(4):
        crew: Crew[str, Any] = Crew(WORK, 2, 30, 0)
        tasks = [f"__import__('time').sleep(0.02) or {number}" for number in range(30)]
        started, kills = time.monotonic(), sorted(draw.uniform(0.3, 1.2) for _ in range(3))
        done: dict[str, Any] = {}
        waiting = list(tasks)
        while waiting or len(crew):
            while waiting and crew.free:
                crew.give(waiting.pop(0))
            if kills and time.monotonic() - started > kills[0]:
                kills.pop(0)
                os.kill(draw.choice(crew.processes()), signal.SIGKILL)
            done.update(crew.hear(0.05))
        crew.close()
        assert set(done) == set(tasks)
        assert sum(isinstance(result, Lost) for result in done.values()) <= 3
