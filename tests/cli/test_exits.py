"""One table from errors to exit statuses; one line for each error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from lossytools import errors
from lossytools.cli import verbs
from lossytools.cli.console import finite, one_line
from lossytools.cli.exits import STATUSES, status_of
from lossytools.cli.verbs import root

if TYPE_CHECKING:
    from pathlib import Path

EXPECTED = {
    "LossyToolsError": 1,
    "SourceError": 1,
    "UnreadableSource": 3,
    "UnsupportedPixels": 1,
    "RefusedByPolicy": 1,
    "NotSmaller": 1,
    "ExceedsGuideline": 1,
    "PolicySettingError": 2,
    "DestinationError": 7,
    "TargetExists": 1,
    "CodecError": 1,
    "CodecSettingError": 2,
    "CodecMissing": 4,
    "EncodeError": 1,
    "DecodeError": 1,
    "InconsistentResult": 1,
    "TargetError": 1,
    "TargetSettingError": 2,
    "TargetUnreachable": 5,
    "LibraryMissing": 4,
    "NetError": 7,
    "RecipeError": 2,
    "LedgerError": 1,
    "LedgerInUse": 11,
}


def all_errors() -> set[type[errors.LossyToolsError]]:
    kinds = [errors.LossyToolsError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {kind for kind in kinds if kind.__module__ == "lossytools.errors"}


def test_every_error_has_its_status() -> None:
    assert {kind.__name__: status_of(kind("x")) for kind in all_errors()} == EXPECTED


def test_every_status_has_words() -> None:
    assert set(EXPECTED.values()) | {0, 130, 143} == set(STATUSES)


def test_control_characters_cannot_steer_a_terminal() -> None:
    assert one_line("a\x1b[2J\nb\udcff é") == r"a\x1b[2J\nb\udcff é"


def test_an_infinite_psnr_is_null() -> None:
    assert (finite(float("inf")), finite(41.5)) == (None, 41.5)


def test_an_error_is_one_line_on_stderr(tmp_path: Path) -> None:
    absent = tmp_path / "absent.dcm"
    done = CliRunner().invoke(root, ["transcode", str(absent), str(tmp_path / "out.dcm")])
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr == f"lossytools: {absent}: cannot be opened: No such file or directory\n"


def test_an_error_is_an_object_on_stdout_as_well_with_json(tmp_path: Path) -> None:
    absent = tmp_path / "absent.dcm"
    done = CliRunner().invoke(root, ["measure", str(absent), str(absent), "--json"])
    assert json.loads(done.stdout) == {
        "type": "error",
        "error": "UnreadableSource",
        "message": f"{absent}: cannot be opened: No such file or directory",
    }
    assert done.stderr.startswith("lossytools: ")


@pytest.mark.parametrize("kind", sorted(all_errors(), key=lambda kind: kind.__name__))
def test_what_a_verb_raises_becomes_its_status(
    kind: type[errors.LossyToolsError], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command("codecs")
    def failing() -> None:
        raise kind("it\nfailed")

    monkeypatch.setattr(verbs.Verbs, "get_command", lambda *_: failing)
    done = CliRunner().invoke(root, ["codecs"])
    assert (done.exit_code, done.stderr) == (EXPECTED[kind.__name__], "lossytools: it\\nfailed\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["transcode"],
        ["transcode", "a", "b", "--workers", "-1"],
        ["transcode", "a", "b", "--verify", "never"],
        ["explain", "M77"],
        ["audit", ".", "--select", "Q"],
        ["audit"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(root, arguments).exit_code == 2


def test_an_unknown_codec_is_wrong_usage(tmp_path: Path) -> None:
    done = CliRunner().invoke(root, ["transcode", "a", str(tmp_path / "b"), "-c", "jpg"])
    assert done.exit_code == 2
    assert done.stderr.startswith("lossytools: there is no codec 'jpg'; did you mean jpeg?")


def test_an_unknown_rule_is_answered_with_those_of_its_family() -> None:
    said = CliRunner().invoke(root, ["explain", "m77"]).stderr
    assert "there are M01, M02, M03" in said
