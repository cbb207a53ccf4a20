"""The ultrasound modules, attribute by attribute, through each codec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import dcmread
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement

from iods.taking import take
from iods.ultrasound import everything, expected
from iods.ultrasound_modules import MODULES
from lossytools.rules import select

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom.dataset import Dataset


def value_of(image: Dataset, name: str) -> Any:
    """Return the value of an attribute, None where it is absent."""
    tag = tag_for_keyword(name) or int(name, 16)
    return image[tag].value if tag in image else None


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("codec", ["jpeg", "jpegls", "jpeg2000"])
def test_each_attribute_becomes_what_the_table_says(codec: str, samples: int, tmp_path: Path) -> None:
    taken = take(everything(samples), codec, tmp_path)
    assert taken.new == frozenset()
    assert taken.findings == ()
    source, derived = (dcmread(tmp_path / name) for name in ("source.dcm", "derived.dcm"))
    for module in MODULES:
        for attribute in module.attributes:
            before = value_of(source, attribute.name)
            assert value_of(derived, attribute.name) == expected(attribute, codec, before), attribute.name
            assert attribute.value is None or before is not None, attribute.name


def test_what_stays_stays_byte_for_byte(tmp_path: Path) -> None:
    take(everything(3), "jpeg", tmp_path)
    names = [a.name for module in MODULES for a in module.attributes if not a.effect]
    tags = [tag_for_keyword(name) or int(name, 16) for name in names]
    source, derived = (
        dcmread(tmp_path / f"{name}.dcm", stop_before_pixels=True) for name in ("source", "derived")
    )
    raw = {
        tag: element.value
        for tag in tags
        if tag in source and isinstance(element := source.get_item(tag), RawDataElement)
    }
    assert len(raw) == 64
    assert raw == {tag: derived.get_item(tag).value for tag in raw}


def test_rules_that_the_tables_name_exist() -> None:
    named = {
        rule for module in MODULES for a in module.attributes for rule in re.findall(r"[A-Z]\d\d", a.rules)
    }
    assert named
    for rule in named:
        assert select(rule)
