"""Family M, one object: Lossy Image Compression Method (0028,2114) and Ratio (0028,2112)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lossytools.history import METHOD, RATIO, stored_values
from lossytools.rules.bases import DX, JPEG_2000, JPEG_2000_REVERSIBLE, JPEG_LS, NATIVE, NEVER_LOSSY
from lossytools.rules.definition import Remark, one, rule
from lossytools.rules.facts import flag_of, stream_method, syntax_of, types_of
from lossytools.standard.methods import METHODS

if TYPE_CHECKING:
    from lossytools.evidence import Evidence
    from lossytools.rules.definition import Rule, Said

_CODE_STRING = re.compile(r"[A-Z0-9_ ]{0,16}")
_PART_2 = "1.2.840.10008.1.2.4.93"


def _absent(evidence: Evidence, keyword: str, column: int) -> Said:
    """Yield that a list is missing beside a flag of 01: an error where the IOD says Type 1C."""
    if flag_of(evidence) != "01" or any(stored_values(evidence.image, keyword)):
        return
    types = types_of(evidence)
    kind = types[column] if types else "3"
    yield Remark(f"the flag is 01, {keyword} has no value (Type {kind})", "E" if kind[0] == "1" else "W")


@rule(
    "M01",
    "A lossy image states a ratio",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.2 and the module tables",
    repair="write (0028,2112) if the ratio is known; never invent one",
    holds=[one(), one(**NATIVE | NEVER_LOSSY), one(LossyImageCompressionRatio=["", "10.0000"])],
    breaks=[
        one(LossyImageCompressionRatio=None),
        one(SOPClassUID=DX, LossyImageCompressionRatio=""),
    ],
    applies_to="images with the flag 01; an error where the IOD gives the ratio Type 1C, else a warning",
)
def ratio_is_stated(evidence: Evidence) -> Said:
    """Without a ratio nobody can judge how much of the image is left."""
    yield from _absent(evidence, RATIO, 1)


@rule(
    "M02",
    "A lossy image states a method",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.1 and the module tables",
    repair="write (0028,2114), from the code stream if the pixel data still is in it",
    holds=[one(), one(**NATIVE | NEVER_LOSSY)],
    breaks=[one(LossyImageCompressionMethod=None)],
    applies_to="images with the flag 01; an error where the IOD gives the method Type 1C, else a warning",
)
def method_is_stated(evidence: Evidence) -> Said:
    """The method tells which artefacts to expect, also after decompression."""
    yield from _absent(evidence, METHOD, 2)


@rule(
    "M03",
    "Each method has its ratio, at the same place",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.1, C.7.6.1.1.5.2",
    repair="write an empty value where a method or ratio is not known",
    holds=[
        one(),
        one(LossyImageCompressionMethod=["", "ISO_10918_1"], LossyImageCompressionRatio=["19", "10.0000"]),
    ],
    breaks=[
        one(LossyImageCompressionRatio=["19", "10.0000"]),
        one(LossyImageCompressionMethod=["ISO_14495_1", "ISO_10918_1"]),
    ],
    applies_to="images with both lists",
)
def lists_have_one_length(evidence: Evidence) -> Said:
    """A reader takes value n of one list for value n of the other.

    A transcoder that appends to one list and overwrites the other leaves the newest ratio
    beside the oldest method, and no later reader can tell.
    """
    methods, ratios = (len(stored_values(evidence.image, name)) for name in (METHOD, RATIO))
    if methods and ratios and methods != ratios:
        yield f"number of methods {methods}, number of ratios {ratios}"


@rule(
    "M04",
    "Methods are Defined Terms",
    severity="W",
    cites="PS3.3 C.7.6.1.1.5.1",
    repair="use the Defined Term of the standard that the step followed",
    holds=[one(), one(LossyImageCompressionMethod=["", "ISO_10918_1"])],
    breaks=[one(LossyImageCompressionMethod="JPEG"), one(LossyImageCompressionMethod="ISO_15444_2")],
    applies_to="images with a method",
)
def methods_are_terms(evidence: Evidence) -> Said:
    """Software compares terms; a name of one's own is read by nobody. Terms may be extended."""
    for place, method in enumerate(stored_values(evidence.image, METHOD), start=1):
        if method and method not in METHODS:
            yield f"method {place}, {method[:16]!r}, is no Defined Term"


@rule(
    "M05",
    "The last method is that of the code streams",
    severity="E",
    cites="PS3.3 C.7.6.1.1.5.1",
    repair="append the method of the last step and its ratio; keep the earlier ones",
    holds=[one(), one(**JPEG_2000), one(**NATIVE), one(**JPEG_2000_REVERSIBLE)],
    breaks=[
        one(LossyImageCompressionMethod="ISO_15444_1"),
        one(**JPEG_LS | {"LossyImageCompressionMethod": ["ISO_14495_1", "ISO_10918_1"]}),
    ],
    applies_to="images that still are in a lossy code stream and state a method",
)
def last_method_fits_stream(evidence: Evidence) -> Said:
    """The list ends with the step that made these code streams; another end hides a step."""
    syntax, term = syntax_of(evidence), stream_method(evidence)
    last = (stored_values(evidence.image, METHOD) or ("",))[-1]
    if syntax is None or not last or not term or last == term:
        return
    if syntax.uid == _PART_2 and last == "ISO_15444_2":
        return  # no Defined Term, yet the only honest name in use: M04 warns of it
    yield f"the last method is {last[:16]!r}, the pixel data is {syntax.name}: {term}"


@rule(
    "M11",
    "Methods are Code Strings",
    severity="E",
    cites="PS3.5 6.2",
    repair="use the Defined Term of the standard that the step followed",
    holds=[one()],
    breaks=[
        one(LossyImageCompressionMethod="iso_10918_1"),
        one(LossyImageCompressionMethod="JPEG_BASELINE_PROCESS_1"),
    ],
    applies_to="images with a method",
)
def methods_are_code_strings(evidence: Evidence) -> Said:
    """A Code String has upper case, digits, space and underscore, at most 16 of them."""
    for place, method in enumerate(stored_values(evidence.image, METHOD), start=1):
        if not _CODE_STRING.fullmatch(method):
            yield f"method {place} is no Code String of at most 16 characters"


@rule(
    "M13",
    "Empty values stand for earlier steps only",
    severity="W",
    cites="PS3.5 7.4.1",
    repair="fill the last value from the code stream, or remove a list without any value",
    holds=[
        one(),
        one(LossyImageCompressionMethod=["", "ISO_10918_1"], LossyImageCompressionRatio=["", "10.0000"]),
    ],
    breaks=[one(LossyImageCompressionRatio=["", ""]), one(LossyImageCompressionMethod=["ISO_10918_1", ""])],
    applies_to="images with several steps",
)
def last_value_is_known(evidence: Evidence) -> Said:
    """Whoever takes a step knows its method and ratio; only older steps can be in the dark."""
    for keyword in (METHOD, RATIO):
        values = stored_values(evidence.image, keyword)
        if len(values) > 1 and not values[-1]:
            yield f"{keyword}: the last of {len(values)} values is empty"


RULES: tuple[Rule, ...] = (
    ratio_is_stated,
    method_is_stated,
    lists_have_one_length,
    methods_are_terms,
    last_method_fits_stream,
    methods_are_code_strings,
    last_value_is_known,
)
