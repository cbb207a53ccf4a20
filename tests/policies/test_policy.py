from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lossytools.errors import PolicySettingError
from lossytools.policies.policy import judge, limit_for
from lossytools.policies.reading import policies, policy_named
from lossytools.values import LossyStep

if TYPE_CHECKING:
    from pathlib import Path

JPEG, J2K, JPEG_LS = "ISO_10918_1", "ISO_15444_1", "ISO_14495_1"


def test_every_policy_says_where_it_was_read_and_how() -> None:
    assert [policy.name for policy in policies()] == ["car", "drg", "fda", "ssk"]
    for policy in policies():
        assert policy.address.startswith("https://")
        assert policy.read.startswith(("original", "secondary"))
        assert policy.looked_up == "2026-11-26"
        assert all(limit.wording for limit in policy.limits)
        assert str(policy.read) in policy.source


@pytest.mark.parametrize(
    ("modality", "body_part", "methods", "ratio"),
    [
        ("CT", "CHEST", [JPEG], 8),
        ("CT", "BRAIN", [J2K], 5),
        ("CT", "", [J2K], 5),  # not known: the strictest
        ("CR", "HAND", [JPEG], 10),
        ("MR", "", [JPEG, J2K], 7),
        ("XA", "", [JPEG], 6),
        ("MG", "BREAST", [JPEG], 15),
        ("CT", "CHEST", [JPEG_LS], None),  # no figure is not a permission
        ("CT", "CHEST", [JPEG, JPEG_LS], None),
        ("US", "", [JPEG], None),
    ],
)
def test_the_figures_of_the_german_conference(
    modality: str, body_part: str, methods: list[str], ratio: float | None
) -> None:
    for name in ("drg", "ssk"):
        limit = limit_for(policy_named(name), modality, body_part, methods)
        assert (None if limit is None else limit.ratio) == ratio


def test_the_ratios_of_a_history_are_multiplied() -> None:
    steps = (LossyStep(JPEG, "4"), LossyStep(J2K, "2.5"))
    verdict = judge(policy_named("drg"), "CT", "CHEST", steps)
    assert verdict.kept is False
    assert verdict.says.startswith("10:1 over 2 lossy steps exceeds the 8:1 that drg allows for CT CHEST")
    assert "original, abstract only" in verdict.says
    assert judge(policy_named("drg"), "CT", "CHEST", steps[:1]).kept is True


def test_a_ratio_that_is_not_known_keeps_to_nothing() -> None:
    verdict = judge(policy_named("drg"), "MR", "", (LossyStep(JPEG, ""), LossyStep(JPEG, "2")))
    assert verdict.kept is None
    assert verdict.limit is not None
    assert "not known" in verdict.says


def test_a_ban_is_a_ban_at_any_ratio() -> None:
    verdict = judge(policy_named("fda"), "MG", "BREAST", (LossyStep(JPEG_LS, "1.1"),))
    assert verdict.kept is False
    assert "allows no loss" in verdict.says


def test_figures_at_second_hand_say_so() -> None:
    verdict = judge(policy_named("car"), "US", "", (LossyStep(JPEG, "20"),))
    assert verdict.kept is False
    assert "secondary" in verdict.says


def test_a_policy_that_does_not_exist_is_refused() -> None:
    with pytest.raises(PolicySettingError, match="there are: car, drg, fda, ssk"):
        policy_named("acr")


HOUSE = """
name = "house"
title = "Archive rules"
country = "-"
address = "-"
read = "original"
looked_up = "2026-11-26"
note = ""
[[limit]]
modalities = ["US"]
methods = []
ratio = 12
near = 4
wording = "no grey level further off than 4"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    path = tmp_path / "house.toml"
    path.write_text(HOUSE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("nears", "kept", "says"),
    [
        ((), True, "12:1 over 2 lossy steps keeps to the 12:1 that house allows for US"),
        ((2, 2), True, "12:1 over 2 lossy steps keeps to"),
        ((2, 3), False, "NEAR 2 \\+ 3 exceeds the 4 that house allows for US"),
        (None, None, "a NEAR of the history is not known beside the 4 that house allows"),
    ],
)
def test_rules_of_ones_own_bound_the_sum_of_nears(
    house: Path, nears: tuple[int, ...] | None, kept: object, says: str
) -> None:
    steps = (LossyStep(JPEG_LS, "3"), LossyStep(JPEG_LS, "4"))
    verdict = judge(policy_named(str(house)), "US", "", steps, nears)
    assert verdict.kept is kept
    assert re.match(says, verdict.says)


def test_what_exceeds_is_said_before_what_is_not_known(house: Path) -> None:
    steps = (LossyStep(JPEG_LS, ""), LossyStep(JPEG_LS, "4"))
    assert judge(policy_named(str(house)), "US", "", steps, (3, 3)).kept is False
    assert judge(policy_named(str(house)), "US", "", steps, (1, 1)).kept is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ratio = 12\n", "", "limit 1: a limit needs ratio"),
        ("name =", "title =", "Cannot overwrite a value"),
        ('note = ""\n', "", "a policy needs note"),
        ("near =", "naer =", "limit 1: a limit has no naer, but modalities, methods, ratio"),
        ("[[limit]]", "[limit]", "limits stand below [[limit]]"),
        ("[[limit]]", "[x]\n[[limit]]", "a policy has no x, but name, title"),
        ("[[limit]]", "limit = 3\n[x]", "limits stand below [[limit]]"),
        ("[[limit]]", "limit = [3]\n[x]", "a policy has no x"),
        ('name = "house"', "name = 3", "name is text, not 3"),
        ("near = 4", "near = '4'", "near is a whole number, 0 or more, not '4'"),
        ("near = 4", "near = true", "near is a whole number, 0 or more, not True"),
        ("near = 4", "near = -1", "near is a whole number, 0 or more, not -1"),
        ("near = 4", "near = 2.5", "near is a whole number, 0 or more, not 2.5"),
        ("ratio = 12", "ratio = 'many'", "ratio is a number, 1 or more, not 'many'"),
        ("ratio = 12", "ratio = true", "ratio is a number, 1 or more, not True"),
        ("ratio = 12", "ratio = 0.5", "ratio is a number, 1 or more, not 0.5"),
        ("ratio = 12", "ratio = nan", "ratio is a number, 1 or more, not nan"),
        ("ratio = 12", "ratio = inf", "ratio is a number, 1 or more, not inf"),
        ('["US"]', '"US"', "modalities is a list of code strings, as US, not 'US'"),
        ('["US"]', '["us"]', "modalities is a list of code strings, as US, not ['us']"),
        ('["US"]', "[3]", "modalities is a list of code strings, as US, not [3]"),
        ('["US"]', '[["US"]]', "modalities is a list of code strings, as US, not [['US']]"),
        ('["US"]', "[]", "modalities names one or more"),
        ("methods = []", 'methods = ["JPEG-LS"]', "methods is a list of ISO_10918_1, ISO_14495_1, "),
        ("methods = []", 'methods = []\nbody_parts = ["Breast"]', "body_parts is a list of code strings"),
        ("wording = ", "wording = 3 # ", "wording is text, not 3"),
        ("[[limit]]", "[[limit]", "Expected ']]'"),
        ("methods = []", f"methods = {'[' * 5000}{']' * 5000}", "recursion"),
    ],
)
def test_a_file_that_holds_no_policy_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "house.TOML"
    assert old in HOUSE
    path.write_text(HOUSE.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicySettingError, match=f"^policy {path}: .*{re.escape(message)}"):
        policy_named(str(path))


def test_a_file_without_a_limit_or_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text(HOUSE.partition("[[limit]]")[0] + "limit = []", encoding="utf-8")
    with pytest.raises(PolicySettingError, match=r"one \[\[limit\]\] or more"):
        policy_named(str(path))
    path.write_text(HOUSE.replace("than 4", "than 4 §"), encoding="latin-1")
    with pytest.raises(PolicySettingError, match="not text in UTF-8"):
        policy_named(str(path))


def test_a_file_that_was_corrected_counts_as_it_is_now(house: Path) -> None:
    assert policy_named(str(house)).limits[0].near == 4
    house.write_text(HOUSE.replace("near = 4", "near = 3"), encoding="utf-8")
    assert policy_named(str(house)).limits[0].near == 3


MORE = """
[[limit]]
modalities = ["US"]
methods = ["ISO_14495_1"]
ratio = 20
near = 2
wording = "JPEG-LS: no further off than 2"
"""


@pytest.mark.parametrize(
    ("ratio", "nears", "kept"), [("3", (2,), True), ("3", (3,), False), ("13", (1,), False)]
)
def test_every_row_that_applies_counts(house: Path, ratio: str, nears: tuple[int, ...], kept: object) -> None:
    house.write_text(HOUSE + MORE, encoding="utf-8")
    verdict = judge(policy_named(str(house)), "US", "", (LossyStep(JPEG_LS, ratio),), nears)
    assert verdict.kept is kept
    if nears == (3,):
        assert verdict.says.startswith('NEAR 3 exceeds the 2 that house allows for US: "JPEG-LS: no further')


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicySettingError, match="No such file"):
        policy_named(str(tmp_path / "none.toml"))
