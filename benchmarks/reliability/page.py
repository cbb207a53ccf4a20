"""The page of the trials, docs/reliability.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reliability.catalogue import Trial
    from reliability.workplace import Result

Pair = tuple["Trial", "Result"]
_SHOWN = ("date", "processor", "cores", "memory", "system", "Python", "lossytools", "pydicom", "imagecodecs")
_HEAD = """# Trials of reliability

<!-- Written by `{command}`; edit that, not this page. -->

What `lossytools migrate` promises, tried on archives that `benchmarks/reliability/archive.py` makes: patients
with two studies, cines, stills, captures, and documents that refer to them. What a run leaves is judged with
pydicom, hashlib, sqlite3 and `sha256sum`, not with lossytools. All of it is made again by

```console
$ {command}
```

which takes about {minutes:.0f} minutes. `--only R1,R3` chooses, `--quick` takes small archives. R5 and R6
need root and a system that mounts tmpfs, R7 needs strace; without them they are skipped.
"""


def page(pairs: Sequence[Pair], surroundings: dict[str, str], command: str, seconds: float) -> str:
    """Return the whole page in Markdown. seconds: that all trials took."""
    head = _HEAD.format(command=command, minutes=max(seconds / 60, 1))
    return "\n".join([head, *_table(pairs), *_violations(pairs), *_each(pairs), *_machine(surroundings)])


def _table(pairs: Sequence[Pair]) -> Iterator[str]:
    yield "| trial | title | trials | violations | |"
    yield "|---|---|--:|--:|---|"
    for trial, result in pairs:
        counts = f"{result.trials:,} {trial.counted} | {len(result.violations)}"
        yield f"| {trial.id} | {result.title} | {counts} | {_cell(result.note)} |"
    yield ""


def _violations(pairs: Sequence[Pair]) -> Iterator[str]:
    broken = [(trial, result) for trial, result in pairs if result.violations]
    if broken:
        yield "## Violations\n"
        for trial, result in broken:
            yield from (f"* {trial.id}: {_cell(words)}" for words in result.violations)
        yield ""


def _each(pairs: Sequence[Pair]) -> Iterator[str]:
    yield "## What each trial does\n"
    for trial, result in pairs:
        yield f"**{trial.id}, {result.title.lower()}.** {trial.does}\n"


def _machine(surroundings: dict[str, str]) -> Iterator[str]:
    yield "## Where\n"
    yield "| what | value |"
    yield "|---|---|"
    for name in _SHOWN:
        yield f"| {name} | {surroundings[name]} |"
    yield ""


def _cell(words: str) -> str:
    return words.replace("|", r"\|").replace("\n", " ")
