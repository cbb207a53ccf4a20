"""docs/interface.md is a promise: what it says is what the program does."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pydicom
import pytest
from click.testing import CliRunner

import lossytools
from lossytools.cli.exits import STATUSES
from lossytools.cli.migrate import STEPS
from lossytools.cli.verbs import VERBS, root

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).parents[2] / "docs" / "interface.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return what stands below a heading, up to the next of its rank or higher."""
    rank = title.split(maxsplit=1)[0]
    body = PAGE[PAGE.index(f"\n{title}") + 1 :].partition("\n")[2]
    return re.split(rf"^#{{1,{len(rank)}}} ", body, flags=re.MULTILINE)[0]


def rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] not in {"option", "status", "type"}:
                yield cells


def promised_keys() -> dict[str, list[str]]:
    return {row[0]: re.findall(r"`(\w+)`", row[1]) for row in rows(section("## JSON lines"))}


def test_every_verb_has_its_section() -> None:
    assert re.findall(r"^### (\w+)", PAGE, flags=re.MULTILINE) == list(VERBS)


def test_every_step_of_a_migration_has_its_section() -> None:
    assert re.findall(r"^#### migrate (\w+)", PAGE, flags=re.MULTILINE) == list(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_every_option_of_a_step_is_promised(step: str) -> None:
    heading = next(line for line in PAGE.splitlines() if line.startswith(f"#### migrate {step}"))
    promised = {name for row in rows(section(heading)) for name in re.findall(r"`(-[-\w]+)`", row[0])}
    command = import_module(f"lossytools.cli.migration.{step}").command
    assert promised == {name for p in command.params if isinstance(p, click.Option) for name in p.opts}
    names = [p for p in command.params if isinstance(p, click.Argument)]
    shown = [p.human_readable_name + "..." * (p.nargs == -1) for p in names]
    assert heading == f"#### migrate {' '.join([step, *shown])}"


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "migrate"])
def test_every_option_is_promised_and_every_promise_is_kept(verb: str) -> None:
    heading = next(line for line in PAGE.splitlines() if line.startswith(f"### {verb}"))
    promised = {name for row in rows(section(heading)) for name in re.findall(r"`(-[-\w]+)`", row[0])}
    command = import_module(f"lossytools.cli.{verb}").command
    options = {name for p in command.params if isinstance(p, click.Option) for name in p.opts}
    assert promised == options


@pytest.mark.parametrize("verb", VERBS)
def test_the_heading_shows_the_arguments(verb: str) -> None:
    command = import_module(f"lossytools.cli.{verb}").command
    names = [p for p in command.params if isinstance(p, click.Argument)]
    shown = [f"{p.human_readable_name[:-1]}..." if p.nargs == -1 else p.human_readable_name for p in names]
    assert f"### {' '.join([verb, *shown])}\n" in PAGE


def test_the_table_of_statuses_is_that_of_the_code() -> None:
    assert {int(row[0]): row[1] for row in rows(section("## Exit status"))} == STATUSES


def test_json_lines_hold_the_keys_promised(tmp_path: Path) -> None:
    cine, near = lossytools.sample_cine(), tmp_path / "near.dcm"
    bad = tmp_path / "bad.dcm"
    bad.write_text("no")
    runs = {
        "transcode": ["transcode", cine, near, "-c", "jpegls", "--explain"],
        "decompress": ["decompress", near, tmp_path / "native.dcm"],
        "repair": ["repair", near, "--dry-run"],
        "`total` of `measure`": ["measure", cine, near],
        "`total` of `audit`": ["audit", near],
        "summary": ["audit", near],
        "codec": ["codecs"],
        "check": ["doctor"],
        "error": ["measure", bad, bad],
        "`error` of `audit`": ["audit", bad],
    }
    promised = {key.strip("`") if "of" not in key else key: keys for key, keys in promised_keys().items()}
    for kind, arguments in runs.items():
        done = CliRunner().invoke(root, [*map(str, arguments), "--json"])
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        line = lines[0] if kind == "summary" or "error" in kind else lines[-1]
        assert next(iter(line)) == "type"
        assert sorted(line) == sorted(["type", *promised[kind]])
        if "measure" in kind:
            assert sorted(lines[0]) == sorted(["type", *promised["frame"]])


def test_findings_hold_the_keys_promised(tmp_path: Path) -> None:
    image = pydicom.dcmread(lossytools.sample_cine())
    image.LossyImageCompression = "02"
    image.save_as(tmp_path / "a.dcm")
    done = CliRunner().invoke(root, ["audit", str(tmp_path), "--json"])
    assert sorted(json.loads(done.stdout.splitlines()[0])) == sorted(["type", *promised_keys()["`finding`"]])
