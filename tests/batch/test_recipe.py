"""Recipes: what they ask of objects, and in which line they are wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lossytools.batch.conditions import age_days, parse_condition
from lossytools.batch.recipe import parse_recipe, read_recipe, shipped_recipes
from lossytools.errors import RecipeError

HEAD = 'version = 1\n[[rule]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("name", "asked", "values", "holds"),
    [
        ("Modality", "US", ("US",), True),
        ("Modality", ["US", "IVUS"], ("IVUS",), True),
        ("Modality", "US", ("CT",), False),
        ("Modality", "US", (), False),
        ("Manufacturer", "GE*", ("GE Healthcare",), True),
        ("Manufacturer", "", (), True),
        ("ImageType", "DERIVED", ("ORIGINAL", "DERIVED"), True),
        ("frames", ">= 2", ("2",), True),
        ("frames", "> 2", ("2",), False),
        ("frames", 1, ("1",), True),
        ("size", ">= 1.5 kB", ("1500",), True),
        ("size", "< 1 MiB", ("1048576",), False),
        ("age", "> 2 y", ("731",), True),
        ("age", "> 2 y", ("730",), False),
        ("age", "> 2 y", (), False),
        ("Rows", "!= 480", ("480",), False),
        ("Rows", ">= 100", ("many",), False),
        ("lossy", False, ("no",), True),
    ],
)
def test_a_condition(name: str, asked: object, values: tuple[str, ...], *, holds: bool) -> None:
    assert parse_condition(name, asked).holds({name: values}) is holds


def test_ages_are_counted_from_the_date_of_the_study() -> None:
    assert age_days("2020.02.29", date(2021, 3, 1)) == ("366",)
    assert age_days("20200230", date(2021, 3, 1)) == ()
    assert age_days("", date(2021, 3, 1)) == ()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("version = 1\n[[rule]\n", 2, ""),
        ("version = 2\n", 1, "version = 1"),
        ("\n\nversion = 1\n", 1, "[[rule]]"),
        ("version = 1\nlayout = 'flat'\n" + HEAD[12:], 2, "layout is one of source, study"),
        ("version = 1\ncodec = 'jpeg'\n[[rule]]\nname='a'\naction='copy'", 2, "codec is none of"),
        (HEAD, 2, "action is one of"),
        (HEAD + 'action = "transcode"', 4, "takes a codec"),
        (HEAD + 'codec = "jpeg:quality=200"', 4, "quality"),
        (HEAD + 'action = "copy"\ncodec = "jpeg"', 5, "takes no codec"),
        (HEAD + 'action = "copy"\nwhere = { Modallity = "x" }', 5, "Modallity is no keyword"),
        (HEAD + 'action = "copy"\nwhere.size = "> 3 lbs"', 5, "'3 lbs' is not a number"),
        (HEAD + 'action = "copy"\nwhere.age = 3', 5, "age is compared"),
        (HEAD + 'action = "copy"\nallow = ["float"]', 5, "'float' is none of"),
        (HEAD + 'action = "copy"\nmin_saving = 2', 5, "share from 0"),
        (HEAD + 'action = "copy"\n[[rule]]\nname = "a"\naction="copy"', 6, "two rules"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(RecipeError, match=rf"line {line}\b") as caught:
        parse_recipe(text, "r.toml")
    assert str(caught.value).startswith("r.toml")
    assert words in str(caught.value)


def test_the_first_rule_that_fits_decides() -> None:
    recipe = parse_recipe(
        'version = 1\notherwise = "skip"\n'
        '[[rule]]\nname = "big"\nwhere = { size = "> 10" }\naction = "copy"\n'
        '[[rule]]\nname = "us"\nwhere = { Modality = "US" }\ncodec = "jpeg"\nmin_saving = 0.5\n'
    )
    assert recipe.rule_for({"size": ("11",), "Modality": ("US",)}).name == "big"
    rule = recipe.rule_for({"size": ("9",), "Modality": ("US",)})
    assert (rule.name, rule.action, rule.codec) == ("us", "transcode", "jpeg:quality=90,subsampling=444")
    assert rule.min_saving == 0.5
    assert recipe.rule_for({"size": ("9",), "Modality": ("CT",)}).action == "skip"


def test_the_recipes_that_come_along_can_be_followed() -> None:
    for name in shipped_recipes():
        assert any(rule.action == "transcode" for rule in read_recipe(name).rules)


def test_a_recipe_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"No such file.*ultrasound"):
        read_recipe(str(tmp_path / "none.toml"))
