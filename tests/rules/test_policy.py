"""Objects that a lossy step is no defect of, and those it is."""

from __future__ import annotations

from lossytools.rules import find_rule, select
from lossytools.rules.bases import FROM_PROCESSED, JPEG_2000, JPEG_SOURCE, NATIVE, OLDER_UID, source_item
from lossytools.rules.examples import evidence_of, source_of
from lossytools.rules.policy import BI_PLANE, RT_DOSE, SEGMENTATION
from lossytools.standard.codes import LOSSY_PREDECESSOR


def test_a_segmentation_of_lossy_images_carries_the_flag_and_is_no_finding() -> None:
    made = NATIVE | {
        "SOPClassUID": SEGMENTATION,
        "DerivationCodeSequence": None,
        "SourceImageSequence": [FROM_PROCESSED],
    }
    assert [f.says for rule in select("O") for f in rule.look(evidence_of(made))] == []


def test_a_dose_that_says_it_was_compressed_is_found_after_decompression_too() -> None:
    found = [f.says for f in find_rule("O01").look(evidence_of(NATIVE | {"SOPClassUID": RT_DOSE}))]
    assert found == [
        "the pixels were compressed with loss, and RT Dose objects are never compressed with loss"
    ]


def test_of_a_retired_class_it_is_a_warning() -> None:
    found = [f.severity for f in find_rule("O02").look(evidence_of({"SOPClassUID": BI_PLANE}))]
    assert found == ["W"]


def test_a_further_step_is_recorded_by_the_item_that_names_the_source_itself() -> None:
    source = source_of(JPEG_SOURCE)
    other = evidence_of(JPEG_2000 | {"SourceImageSequence": [source_item(OLDER_UID, LOSSY_PREDECESSOR)]})
    assert [f.rule for f in find_rule("O03").compare(source, other)] == ["O03"]
    words = evidence_of(JPEG_2000 | {"DerivationDescription": "re-compressed once, JPEG 2000 10:1"})
    assert list(find_rule("O03").compare(source, words)) == []
