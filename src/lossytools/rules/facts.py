"""What the evidence shows, in the words of the rules: lossy or not, one lossy step or none."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from lossytools.history import FLAG, RETIRED_FLAG, known_steps, read_history, stored_values
from lossytools.rules.attributes import number, text
from lossytools.standard.enhanced import GROUPS
from lossytools.standard.iod_policy import policy_of
from lossytools.standard.methods import METHOD_OF_FAMILY, NEAR_WORDS
from lossytools.standard.transfer_syntaxes import BY_UID, TransferSyntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.codecs.codestream.header import StreamHeader
    from lossytools.evidence import Evidence, StreamFact
    from lossytools.values import LossyStep

JPEG_XL_RECOMPRESSION = "1.2.840.10008.1.2.4.111"
_MAY_BE_CUT = {"jpeg2000", "htj2k"}
_JPEG_LS = "ISO_14495_1"
_NEAR = re.compile(NEAR_WORDS.format(r"(\d+)") + r"|\bNEAR *= *(\d+)")
_ULTRASOUND = {"Ultrasound Image", "Ultrasound Multi-frame Image"}


def syntax_of(evidence: Evidence) -> TransferSyntax | None:
    """Return the transfer syntax, None when it is absent, private or not known here."""
    return BY_UID.get(evidence.transfer_syntax)


def is_video(evidence: Evidence) -> bool:
    """Return whether the frames lie in the one bit stream of a video."""
    syntax = syntax_of(evidence)
    return syntax is not None and syntax.family == "video"


def readable(evidence: Evidence) -> Iterator[tuple[StreamFact, StreamHeader]]:
    """Yield the code streams whose headers could be read."""
    for fact in evidence.streams:
        if fact.header is not None:
            yield fact, fact.header


def at(fact: StreamFact) -> str:
    """Return the words that name the frames of a fact: "frame 1", or "frame 1 and 2 more"."""
    return f"frame {fact.frame}" if fact.count < 2 else f"frame {fact.frame} and {fact.count - 1} more"  # noqa: PLR2004


def flag_of(evidence: Evidence) -> str:
    """Return Lossy Image Compression (0028,2110) as stored, "" when absent or empty."""
    return "\\".join(stored_values(evidence.image, FLAG))


def shown(flag: str) -> str:
    """Return the flag as a message shows it."""
    return repr(flag[:16]) if flag else "absent or empty"


def had_retired_flag(evidence: Evidence) -> bool:
    """Return whether the retired flag (0008,2110) says 01."""
    return stored_values(evidence.image, RETIRED_FLAG) == ("01",)


def coded_lossy(evidence: Evidence) -> bool:
    """Return whether the pixel data lies in code streams that lost information.

    By definition of the transfer syntax, or by the markers of any frame.
    """
    syntax = syntax_of(evidence)
    if syntax is not None and syntax.loss == "always":
        return True
    return any(header.irreversible for _, header in readable(evidence))


def coded_lossless(evidence: Evidence) -> bool:
    """Return whether it is certain that the coding at hand loses nothing.

    A reversible JPEG 2000 stream may have been cut short, which no marker tells (PS3.5 section A.4.4).
    """
    syntax = syntax_of(evidence)
    if syntax is None or syntax.loss == "always" or coded_lossy(evidence):
        return False
    if syntax.loss == "never":
        return True
    told = (fact.header is not None and fact.header.family not in _MAY_BE_CUT for fact in evidence.streams)
    return bool(evidence.streams) and all(told)


def stream_method(evidence: Evidence) -> str:
    """Return the Defined Term of the lossy code streams at hand, "" when there are none.

    The streams' own markers are believed where the transfer syntax contradicts them.
    """
    if not coded_lossy(evidence):
        return ""
    syntax = syntax_of(evidence)
    families = {header.family for _, header in readable(evidence) if header.irreversible}
    if syntax is not None and (not families or syntax.family in families):
        return syntax.method
    return METHOD_OF_FAMILY.get(min(families), "") if families else ""


def steps_before(source: Evidence) -> tuple[LossyStep, ...]:
    """Return the lossy steps a source has behind it, as a new step must keep them."""
    return known_steps(source.image, stream_method=stream_method(source))


def nears_before(source: Evidence) -> tuple[int, ...] | None:
    """Return NEAR of every JPEG-LS step that a source has behind it, None where not all are known.

    From Derivation Description, which tells one for every step that lossytools made; of the last step the
    code streams at hand tell it, and are believed where they tell a larger one.
    """
    methods = [step.method for step in steps_before(source)]
    count = methods.count(_JPEG_LS)
    if "" in methods:
        return None
    told = nears_in(text(source.image, "DerivationDescription"))[::-1]  # the last step is told first
    last = max((header.near for _, header in readable(source) if header.near), default=0)
    if count and len(told) == count:
        return (*told[:-1], max(told[-1], last))
    if last and count < 2:  # noqa: PLR2004  whatever the header calls it
        return (last,)
    return None if count or told else ()


def nears_in(words: str) -> tuple[int, ...]:
    """Return every NEAR above 0, which loses something, that a Derivation Description tells of."""
    found = (int(ours or others) for ours, others in _NEAR.findall(words))
    return tuple(near for near in found if near)


def was_lossy(evidence: Evidence) -> bool:
    """Return whether the object was ever compressed with loss, by header or by code stream."""
    return bool(steps_before(evidence)) or coded_lossy(evidence)


def is_lossy_step(source: Evidence, derived: Evidence) -> bool:
    """Return whether a lossy step lies between the two: shown by the streams, or claimed.

    JPEG and its JPEG XL recompression share one method, so that step is not lossy. What is coded without loss
    may have gone through a lossy step before, under a new UID.
    """
    if coded_lossy(derived) and not coded_lossy(source):
        return True
    old, new = stream_method(source), stream_method(derived)
    if new and old and new != old:
        return True
    grew = len(read_history(derived.image)) > len(steps_before(source))
    return grew and (uid_changed(source, derived) or not coded_lossless(derived))


def frame_count(evidence: Evidence) -> int | None:
    """Return Number of Frames (0028,0008), 1 when absent, None when not a number."""
    if "NumberOfFrames" not in evidence.image or not text(evidence.image, "NumberOfFrames"):
        return 1
    return number(evidence.image, "NumberOfFrames")


def is_ultrasound(evidence: Evidence) -> bool:
    """Return whether the object is an Ultrasound or Ultrasound Multi-frame image, retired too."""
    row = policy_of(text(evidence.image, "SOPClassUID"))
    return row is not None and row.iod in _ULTRASOUND


def is_enhanced(evidence: Evidence) -> bool:
    """Return whether the frames of the object have functional groups (PS3.3 section C.7.6.16)."""
    return any(keyword in evidence.image for keyword in GROUPS)


def types_of(evidence: Evidence) -> tuple[str, ...]:
    """Return the Types of flag, ratio and method in this IOD, () when not known."""
    row = policy_of(text(evidence.image, "SOPClassUID"))
    return row.types if row is not None else ()


def uid_changed(source: Evidence, derived: Evidence) -> bool:
    """Return whether the derived object has a SOP Instance UID of its own."""
    return text(source.image, "SOPInstanceUID") != text(derived.image, "SOPInstanceUID")


def of_one_maker(uid: str, other: str) -> bool:
    """Return whether two UIDs begin alike up to the number of an organisation: four digits or more."""
    alike = takewhile(lambda arcs: arcs[0] == arcs[1], zip(uid.split("."), other.split("."), strict=False))
    return any(len(arc) >= 4 for arc, _ in alike)  # noqa: PLR2004 - countries and standards have three at most
