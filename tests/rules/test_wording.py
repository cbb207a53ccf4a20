"""Examples in words say what is different about them."""

from __future__ import annotations

from dataclasses import replace

from lossytools.evidence import StreamFact
from lossytools.rules.bases import JPEG_2000, JPEG_HEADER, source_item
from lossytools.rules.definition import group, one, pair
from lossytools.rules.wording import example_words


def test_values_lie_between_backticks_and_forms_have_names() -> None:
    example = pair({"PatientID": None}, **JPEG_2000 | {"meta__MediaStorageSOPInstanceUID": "1.2"})
    assert example_words(example) == (
        "source: `PatientID` absent; "
        'derived: irreversible JPEG 2000; `file meta: MediaStorageSOPInstanceUID` = `"1.2"`'
    )


def test_code_streams_are_told_by_frame_and_by_what_is_not_as_it_should_be() -> None:
    grey = replace(JPEG_HEADER, samples=1, process="SOF1")
    streams = (
        StreamFact(1, 1, JPEG_HEADER),
        StreamFact(2, 2, grey, complete=False),
        StreamFact(4, 1, None, error="no SOI"),
    )
    assert example_words(one(streams=streams)) == (
        "`streams`: frame 1 jpeg SOF0, frames 2 to 3 jpeg SOF1, samples 1, cut off, frame 4 unreadable"
    )
    assert example_words(one(streams=())) == "`streams`: of no kind we know"


def test_what_is_long_is_cut() -> None:
    words = example_words(one(SourceImageSequence=[source_item("1.2.3"), source_item("1.2.4")]))
    assert words.startswith("`SourceImageSequence` = `{ReferencedSOPClassUID ")
    assert words.endswith(" ...`")
    assert len(words) < 130


def test_objects_of_a_set_stand_side_by_side() -> None:
    assert example_words(group({}, {"member__content": "a"})) == (
        'the good object beside `as a member: content` = `"a"`'
    )
