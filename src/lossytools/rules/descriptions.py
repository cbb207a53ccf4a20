"""Family D: what Derivation Description (0008,2111) says of a lossy step."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pydicom.charset import python_encoding
from pydicom.dataelem import RawDataElement

from lossytools.evidence import StreamFact
from lossytools.history import stored_values
from lossytools.rules.bases import JPEG_LS, JPEG_LS_HEADER
from lossytools.rules.definition import Remark, one, pair, pair_rule, rule
from lossytools.rules.derivation_kept import CUT, cut_place, description_of
from lossytools.rules.facts import flag_of, is_lossy_step, readable
from lossytools.rules.sources import claims_compression, derivations

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_LIMIT = 1024  # characters of an ST (PS3.5 section 6.2)
_METHOD = re.compile(r"jpe?g|j2k|jp2|jls|jxl|mpeg|avc|hevc|h\.?26\d|wavelet|iso[ _-]?\d{4,5}", re.IGNORECASE)
_RATIO = re.compile(r"\d\s*(?::|to)\s*1\b|\b1\s*(?::|to)\s*\d|(?:ratio|factor|rate)\D{0,16}\d", re.IGNORECASE)
_FRAMES = re.compile(r"\bframes?\b\D{0,16}\d|\d\D{0,8}\bframes?\b", re.IGNORECASE)
_OLD = "Denoised " * 20
_WHOLE = replace(JPEG_LS_HEADER, near=0, irreversible=False)
_SOME_FRAMES = JPEG_LS | {"streams": (StreamFact(1, 2, JPEG_LS_HEADER), StreamFact(3, 1, _WHOLE))}


@rule(
    "D07",
    "Derivation Description tells method and ratio",
    severity="W",
    cites="PS3.3 C.7.6.1.1.5 Note 1, C.7.6.1.1.5.1 Note, C.7.6.1.1.5.2 Note",
    repair='write the method and the ratio, as "JPEG baseline, ratio 12.3:1"',
    holds=[
        one(),
        one(DerivationDescription="Lossy compression with JPEG baseline, compression ratio 15.512"),
        one(DerivationDescription="near lossless JPEG-LS compression, factor 18.757 (NEAR=2)"),
        one(DerivationDescription=None, DerivationCodeSequence=None, SourceImageSequence=None),
    ],
    breaks=[
        one(DerivationDescription=None),
        one(DerivationDescription="lossy conversion"),
        one(DerivationDescription="JPEG quality 90"),
    ],
    applies_to="images with the flag 01 that are coded as a compressed version of another",
)
def description_names_step(evidence: Evidence) -> Said:
    """It is the one text about the loss that every viewer shows; the standard recommends the ratio in it.

    A device that codes no derivation at all is not asked for its words.
    """
    image = evidence.image
    if flag_of(evidence) != "01" or not claims_compression(image):
        return
    words = " ".join(map(description_of, derivations(image)))
    missing = [name for name, told in (("method", _METHOD), ("ratio", _RATIO)) if not told.search(words)]
    if missing and words.strip():
        yield f"Derivation Description names no {' and no '.join(missing)}"
    elif missing:
        yield "there is no Derivation Description"


def _codec(image: Dataset) -> str:
    """Return Python's name for the one character set without escapes, "" for others and unknown ones."""
    terms = stored_values(image, "SpecificCharacterSet")
    if len(terms) > 1 or any(term.startswith("ISO 2022") for term in terms):
        return ""
    if not terms or terms[0] in {"", "ISO_IR 6"}:
        return "ascii"
    return python_encoding.get(terms[0], "")


def _read(image: Dataset, derivation: Dataset) -> str | None:
    """Return the description in the declared character set, None where it has other bytes."""
    keyword = "DerivationDescription"
    element = derivation.get_item(keyword, keep_deferred=True) if keyword in derivation else None
    stored = element.value if isinstance(element, RawDataElement) else None
    codec = _codec(derivation if "SpecificCharacterSet" in derivation else image)
    if not stored or not codec:
        return description_of(derivation)
    try:
        return stored.decode(codec).rstrip(" \0")
    except UnicodeDecodeError:
        return None


def _cut_in_need(source: Evidence, derived: Evidence) -> Said:
    """Yield that the old text was cut although the whole of it had room."""
    old, new = (description_of(each.image).strip() for each in (source, derived))
    place = cut_place(old, new)
    if old not in new and place is not None and place + len(f"[{old}]") <= _LIMIT:
        yield Remark(f"the source's {len(old)} characters were cut, and all of them had room", "W")


@rule(
    "D08",
    "Derivation Description fits its 1024 characters and its character set",
    severity="E",
    cites="PS3.5 6.2 (ST), 6.1.2",
    repair="cut the older text at its end; write the characters in the declared set, or declare theirs",
    holds=[
        one(),
        one(DerivationDescription="JPEG 10:1" + "." * 1015),
        one(DerivationDescription="JPEG 10:1, débruité", SpecificCharacterSet="ISO_IR 100"),
        one(DerivationDescription="JPEG 10:1, débruité".encode(), SpecificCharacterSet="ISO_IR 192"),
        pair(
            {"DerivationDescription": _OLD * 6}, DerivationDescription=f"JPEG 10:1 [{(_OLD * 6)[:1000]}{CUT}"
        ),
    ],
    breaks=[
        one(DerivationDescription="JPEG 10:1" + "." * 1016),
        one(DerivationDescription="JPEG 10:1, débruité"),
        one(DerivationDescription=b"JPEG 10:1, d\xe9bruit\xe9", SpecificCharacterSet="ISO_IR 192"),
        pair({"DerivationDescription": _OLD}, DerivationDescription=f"JPEG 10:1 [{_OLD[:60]}{CUT}"),
    ],
    applies_to="images with Derivation Description",
    between=_cut_in_need,
)
def description_fits(evidence: Evidence) -> Said:
    """A reader may refuse or cut what is too long, and shows bytes of another set as something else.

    Of a pair: the older text is cut only where both are too long together.
    """
    for derivation in derivations(evidence.image):
        words = _read(evidence.image, derivation)
        if words is None:
            yield "Derivation Description holds bytes that the Specific Character Set does not have"
        elif len(words) > _LIMIT:
            yield f"Derivation Description has {len(words)} characters, at most {_LIMIT}"


@pair_rule(
    "D18",
    "Where only some frames are lossy the description lists them",
    severity="W",
    cites="PS3.3 C.7.6.1.1.5 Note",
    repair='name the lossy frames in Derivation Description, as "frames 2 to 40"',
    holds=[
        pair(),
        pair(**_SOME_FRAMES | {"DerivationDescription": "JPEG-LS NEAR=2 of frames 1 and 2, ratio 4:1"}),
    ],
    breaks=[pair(**_SOME_FRAMES)],
    applies_to="a lossy version of which some frames lost nothing",
)
def lossy_frames_are_listed(source: Evidence, derived: Evidence) -> Said:
    """The flag is of the whole object; which frames are still the scanner's own, only the text can say."""
    losses = {header.irreversible for _, header in readable(derived)}
    if len(losses) < 2 or not is_lossy_step(source, derived):  # noqa: PLR2004 - both kinds
        return
    if not any(_FRAMES.search(description_of(each)) for each in derivations(derived.image)):
        yield "some frames lost information and others did not, and Derivation Description names no frames"


RULES: tuple[Rule, ...] = (description_names_step, description_fits, lossy_frames_are_listed)
