"""What a step need not touch keeps its own bytes, whatever it has to change elsewhere."""

from __future__ import annotations

from dataclasses import replace

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from lossytools.changes import Step, apply
from lossytools.changes.change import remove
from lossytools.changes.record import describe
from lossytools.elements import holds, shallow_copy
from lossytools.values import ImagePixel

ODD = {
    0x00181063: ("DS", b"070.5000\0\0"),
    0x00081030: ("LO", b"abc\0\0\0"),
    0x00104000: ("LT", b"caf\xe9  "),
}
STALE = ("DigitalSignaturesSequence", "MACParametersSequence")


def raw(tag: int, vr: str, value: bytes) -> RawDataElement:
    return RawDataElement(Tag(tag), vr, len(value), value, 0, is_implicit_VR=False, is_little_endian=True)


def as_read() -> Dataset:
    image = Dataset()
    for tag, (vr, value) in ODD.items():
        image[tag] = raw(tag, vr, value)
    return image


def item(**values: object) -> Dataset:
    one = Dataset()
    for keyword, value in values.items():
        setattr(one, keyword, value)
    return one


def test_removing_signatures_decodes_nothing_else() -> None:
    image = as_read()
    image.ProcedureCodeSequence = Sequence([item(DigitalSignaturesSequence=[item(MACIDNumber=1)])])
    inner = image.ProcedureCodeSequence[0]
    for tag, (vr, value) in ODD.items():
        inner[tag] = raw(tag, vr, value)
    result = apply(shallow_copy(image), [remove(keyword, "PS3.3") for keyword in STALE])
    assert not holds(result, Tag(0xFFFAFFFA))
    assert holds(image, Tag(0xFFFAFFFA))
    for tag, (_, value) in ODD.items():
        assert result.get_item(tag).value == value
        assert result.ProcedureCodeSequence[0].get_item(tag).value == value


def test_a_signature_three_items_deep_is_found() -> None:
    deep = item(ProcedureCodeSequence=[item(ProcedureCodeSequence=[item(MACParametersSequence=[Dataset()])])])
    image = item(ProcedureCodeSequence=[Dataset(), deep])
    result = apply(shallow_copy(image), [remove("MACParametersSequence", "PS3.3")])
    assert holds(image, Tag(0x4FFE0001))
    assert not holds(result, Tag(0x4FFE0001))


def test_an_old_description_that_no_charset_decodes_keeps_its_bytes(step: Step) -> None:
    image = Dataset()
    image[0x00082111] = raw(0x00082111, "ST", b"Sch\xe4rfe ")
    text = describe(image, step)
    assert isinstance(text, bytes)
    assert text.endswith(b"lossytools 0.1.0 [Sch\xe4rfe]")


def test_the_description_says_that_eight_bits_in_sixteen_count_as_sixteen(step: Step) -> None:
    wide = ImagePixel(2, 2, 1, 1, "MONOCHROME2", 16, 8)
    text = describe(Dataset(), replace(step, declared=wide))
    assert "ratio counts 16 bits a sample" in text
