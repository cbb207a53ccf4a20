"""The lists of what a step leaves alone name attributes that exist, and none twice."""

from __future__ import annotations

from pydicom.datadict import tag_for_keyword

from lossytools.rules import audit_pair, find_rule
from lossytools.rules.display_kept import GROUP_MAPPINGS, MAPPINGS
from lossytools.rules.examples import evidence_of, source_of
from lossytools.rules.timing import CINE, CYCLE, GROUP_CYCLE, VIEW

KEPT = (*MAPPINGS, *CINE, *CYCLE, *VIEW)


def test_every_name_is_of_the_dictionary() -> None:
    assert [name for name in (*KEPT, *GROUP_MAPPINGS, *GROUP_CYCLE) if tag_for_keyword(name) is None] == []
    assert len(set(KEPT)) == len(KEPT)


def test_each_change_is_found_by_one_rule_only() -> None:
    changes = {"FrameTime": "33", "WindowCenter": "40", "HeartRate": "70", "ICCProfile": b"abcd"}
    found = list(audit_pair(source_of(changes), evidence_of({"WindowCenter": "50", "HeartRate": "71"})))
    assert [(finding.rule, finding.says) for finding in found] == [
        ("P17", "ICCProfile is not that of the source"),
        ("P30", "WindowCenter is not that of the source"),
        ("F15", "FrameTime is not that of the source"),
        ("F15", "HeartRate is not that of the source"),
    ]


def test_of_many_frames_the_first_with_a_fault_is_named() -> None:
    frames = [{"FrameVOILUTSequence": [{"WindowCenter": str(n), "WindowWidth": "9"}]} for n in range(4)]
    other = [*frames[:2], *({"FrameVOILUTSequence": [{"WindowCenter": "0"}]} for _ in range(2))]
    groups = "PerFrameFunctionalGroupsSequence"
    found = list(find_rule("P30").compare(source_of({groups: frames}), evidence_of({groups: other})))
    assert [finding.says for finding in found] == [
        f"{groups}, item 3: FrameVOILUTSequence not as in the source"
    ]


def test_group_lengths_and_padding_of_items_are_no_content() -> None:
    # dcmconv writes the one with +g and the other with +p; the group length is 12, the padding 2 bytes.
    groups = "PerFrameFunctionalGroupsSequence"
    frames = [{"FrameVOILUTSequence": [{"WindowCenter": "9", "WindowWidth": "9"}]}]
    source, derived = source_of({groups: frames}), evidence_of({groups: frames})
    item = derived.image[groups].value[0].FrameVOILUTSequence[0]
    item.add_new(0x0028_0000, "UL", 12)
    item.add_new(0xFFFC_FFFC, "OB", b"\0\0")
    assert list(find_rule("P30").compare(source, derived)) == []
    item.WindowCenter = "8"
    assert len(list(find_rule("P30").compare(source, derived))) == 1
