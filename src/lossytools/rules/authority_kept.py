"""Family U, over one step: corrections, signatures and authorisations of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules.attributes import has, items, number, same, starts_with, tags_in, text
from lossytools.rules.bases import JPEG_2000_REVERSIBLE, SAME_UID, SOURCE
from lossytools.rules.corrections import previous
from lossytools.rules.definition import pair, pair_rule
from lossytools.rules.facts import uid_changed

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_ORIGINAL = {
    "ModifiedAttributesSequence": [{"PatientID": "2"}],
    "ReasonForTheAttributeModification": "CORRECT",
}
_LATER = _ORIGINAL | {"AttributeModificationDateTime": "20300101000000"}
_STEP = _ORIGINAL | {"ModifiedAttributesSequence": [{"ImageType": SOURCE["ImageType"]}]}
_PIXELS = {0x7FE0_0008, 0x7FE0_0009, 0x7FE0_0010}
_HEADER_SIGNED = {
    "DigitalSignaturesSequence": [{"MACIDNumber": 1, "DigitalSignatureUID": "1.2.3.4.77"}],
    "MACParametersSequence": [{"MACIDNumber": 1, "DataElementsSigned": b"\x08\0\x18\0"}],
}
_SECONDS = 14  # digits of a date and a time
_SIGNED = {"DigitalSignaturesSequence": [{"DigitalSignatureUID": "1.2.3.4.77"}]}


@pair_rule(
    "U13",
    "Original Attributes are kept, and none are added for a derivation",
    severity="E",
    cites="PS3.3 C.12.1.1.9",
    repair="copy Original Attributes Sequence as it is",
    holds=[
        pair(),
        pair({"OriginalAttributesSequence": [_ORIGINAL]}, OriginalAttributesSequence=[_ORIGINAL]),
        pair(OriginalAttributesSequence=[_ORIGINAL]),
        pair({"OriginalAttributesSequence": [_LATER]}),
    ],
    breaks=[
        pair({"OriginalAttributesSequence": [_ORIGINAL]}),
        pair(OriginalAttributesSequence=[_STEP]),
    ],
)
def original_attributes_stay(source: Evidence, derived: Evidence) -> Said:
    """The sequence records corrections of one instance; a derived object is another instance.

    Either may be corrected afterwards: an item of the source is missed if it is not later than the derived
    object, and one gained is of the derivation if it has the source's Image Type or a UID for a value before.
    """
    name = "OriginalAttributesSequence"
    old, new = (items(each.image, name) for each in (source, derived))
    made = "".join(text(derived.image, part)[:8] for part in ("InstanceCreationDate", "InstanceCreationTime"))
    there = tuple(item for item in old if not _is_later(item, made))
    gained = new[len(there) :]
    if not starts_with(new, there):
        yield f"items of {name} were removed or changed"
    elif uid_changed(source, derived) and any(_of_step(item, source) for item in gained):
        yield f"the UID is new, and {name} gained an item for the derivation"


def _is_later(item: Dataset, made: str) -> bool:
    """Return whether an attribute was modified after `made`, a date and time; False where one is unknown."""
    modified = text(item, "AttributeModificationDateTime")
    return len(made) >= _SECONDS <= len(modified) and modified[:_SECONDS] > made[:_SECONDS]


def _of_step(item: Dataset, source: Evidence) -> bool:
    """Return whether the values before are what a derivation changes, and no correction does."""
    return any(
        has(before, "SOPInstanceUID")
        or (has(before, "ImageType") and same(before, source.image, "ImageType"))
        for before in previous(item)
    )


def _signatures(evidence: Evidence) -> frozenset[str]:
    """Return the UIDs of the digital signatures at top level."""
    return frozenset(
        text(item, "DigitalSignatureUID") for item in items(evidence.image, "DigitalSignaturesSequence")
    )


def _of_headers(evidence: Evidence) -> frozenset[str]:
    """Return the UIDs of the signatures whose parameters say that they are not over Pixel Data."""
    macs = {number(item, "MACIDNumber"): item for item in items(evidence.image, "MACParametersSequence")}
    signed = {identity: tags_in(item, "DataElementsSigned") for identity, item in macs.items()}
    return frozenset(
        text(item, "DigitalSignatureUID")
        for item in items(evidence.image, "DigitalSignaturesSequence")
        if (tags := signed.get(number(item, "MACIDNumber"))) and not _PIXELS & set(tags)
    )


@pair_rule(
    "U14",
    "Signatures over what has changed are gone",
    severity="E",
    cites="PS3.3 C.12.1.1.3",
    repair="remove Digital Signatures and MAC Parameters, or sign anew",
    holds=[
        pair(),
        pair(_SIGNED),
        pair(_SIGNED, DigitalSignaturesSequence=[{"DigitalSignatureUID": "2.25.7"}]),
        pair(_HEADER_SIGNED, **JPEG_2000_REVERSIBLE | SAME_UID | _HEADER_SIGNED),
    ],
    breaks=[
        pair(_SIGNED, **_SIGNED),
        pair(_SIGNED, **JPEG_2000_REVERSIBLE | SAME_UID | _SIGNED),
        pair(_SIGNED | {"MACParametersSequence": [{}]}, MACParametersSequence=[{}]),
    ],
)
def old_signatures_are_gone(source: Evidence, derived: Evidence) -> Said:
    """A signature that no longer verifies accuses a sound image of forgery.

    One over attributes of the header alone survives another coding under the old UID.
    """
    recoded = source.transfer_syntax != derived.transfer_syntax and {
        source.encapsulation,
        derived.encapsulation,
    } != {None}
    if not (uid_changed(source, derived) or recoded):
        return
    sound = frozenset() if uid_changed(source, derived) else _of_headers(derived)
    if _signatures(source) & _signatures(derived) - sound:
        yield "a digital signature of the source is still there"
    mac = "MACParametersSequence"
    if (
        has(source.image, mac)
        and has(derived.image, mac)
        and not _signatures(derived)
        and _signatures(source)
    ):
        yield f"{mac} is left over, its signatures are gone"


@pair_rule(
    "U16",
    "An authorisation is not inherited",
    severity="W",
    cites="PS3.3 C.12.1",
    repair="set SOP Instance Status to NS, or remove it",
    holds=[
        pair(),
        pair({"SOPInstanceStatus": "AO"}),
        pair({"SOPInstanceStatus": "AO"}, SOPInstanceStatus="NS"),
    ],
    breaks=[
        pair({"SOPInstanceStatus": "AO"}, SOPInstanceStatus="AO"),
        pair({"SOPInstanceStatus": "AO"}, SOPInstanceStatus="AC"),
    ],
)
def authorisation_is_not_inherited(source: Evidence, derived: Evidence) -> Said:
    """Somebody authorised the original; nobody has looked at the lossy copy."""
    authorised = {"AO", "AC"}
    old, new = (text(each.image, "SOPInstanceStatus") for each in (source, derived))
    if uid_changed(source, derived) and old in authorised and new in authorised:
        yield f"the UID is new, SOP Instance Status is {new} as if it were the source"


RULES: tuple[Rule, ...] = (
    original_attributes_stay,
    old_signatures_are_gone,
    authorisation_is_not_inherited,
)
