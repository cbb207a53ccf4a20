from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lossytools.errors import PolicySettingError
from lossytools.policies.policy import judge, limit_for, policies, policy_named
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
    ("text", "message"),
    [
        (HOUSE.replace("ratio = 12\n", ""), "a limit missing .*'ratio'"),
        (HOUSE.replace("name =", "title ="), "house.toml: "),
        (HOUSE.replace('note = ""\n', ""), "look at note"),
        (HOUSE + "colour = 3\n", "a limit got an unexpected .*'colour'"),
        (HOUSE.replace("[[limit]]", "[limit]"), r"limits stand below \[\[limit\]\]"),
        (HOUSE + "[x]\n", "house.toml: .*look at x"),
        (HOUSE.replace("near = 4", "near = '4'"), "near is a whole number, not '4'"),
        (HOUSE.replace('["US"]', '"US"'), "'US' is to be a list"),
        ("[[limit]", "house.toml: "),
        (HOUSE.replace("12", "'many'"), "house.toml: .*many"),
    ],
)
def test_a_file_that_holds_no_policy_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "house.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicySettingError, match=message):
        policy_named(str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicySettingError, match="No such file"):
        policy_named(str(tmp_path / "none.toml"))
