"""Mend the lists of methods and ratios: values that code streams prove, and places kept for the others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lossytools.changes.change import Change
from lossytools.history import METHOD, RATIO, format_ratio, methods_of, ratios_of, stored_values
from lossytools.repairs.found import broken, headers_of
from lossytools.repairs.repair import Repair, mended
from lossytools.rules.attributes import number
from lossytools.rules.facts import frame_count, is_video, steps_before, stream_method
from lossytools.rules.measured import TOLERANCE, measurable
from lossytools.rules.ratios import positive
from lossytools.standard.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.evidence import Evidence

_TOLERANCE = Decimal(str(TOLERANCE))
_SECTION = {METHOD: "PS3.3 C.7.6.1.1.5.1", RATIO: "PS3.3 C.7.6.1.1.5.2"}


@dataclass(frozen=True, slots=True)
class _Lists:
    """Both lists, of one length: value n of each is step n."""

    methods: tuple[str, ...]
    ratios: tuple[str, ...]


def spell_methods(evidence: Evidence) -> Iterator[Repair]:
    """Write a method as the Defined Term it is but for its letters, as iso_10918_1."""
    stated = stored_values(evidence.image, METHOD)
    spelt = tuple(value.upper() if value.upper() in METHODS else value for value in stated)
    if spelt != stated:
        change = Change(METHOD, spelt, f"{_SECTION[METHOD]}, PS3.5 6.2: Defined Terms are in upper case")
        yield Repair(broken(evidence, "M04", "M11"), "the method is spelt as its Defined Term", (change,))


def complete_lists(evidence: Evidence) -> Iterator[Repair]:
    """Give both lists one value a step: from the code streams, or empty where nothing shows it.

    No stated value is changed or moved in its order, and no step is dropped. A list that would hold
    nothing but empty values is not written.
    """
    placed = _placed(evidence)
    if placed is None:
        return
    wanted = _filled(evidence, placed)
    rows = ((METHOD, wanted.methods), (RATIO, wanted.ratios))
    changes = tuple(
        Change(keyword, values, f"{_SECTION[keyword]}: one value for each step, in order")
        for keyword, values in rows
        if any(values) and values != stored_values(evidence.image, keyword)
    )
    if changes:
        says = _words(evidence, wanted)
        yield Repair(broken(evidence, "M01", "M02", "M03", "M05", "M13"), says, changes)


def _placed(evidence: Evidence) -> _Lists | None:
    """Return the lists at one length, None where nothing shows which step a value belongs to.

    Where one list is empty its values are those that `history.known_steps` proves. Where both have values
    and one is shorter, its last value is of the last step if the code streams bear it out; else its
    values are of the steps before.
    """
    methods, ratios = (stored_values(evidence.image, name) for name in (METHOD, RATIO))
    if not (methods and ratios) or len(methods) == len(ratios):
        steps = steps_before(evidence)
        return _Lists(methods_of(steps), ratios_of(steps)) if steps else None
    if not stream_method(evidence):
        return None
    if len(methods) < len(ratios):
        borne_out = methods[-1] == stream_method(evidence)
        longer = _at_length(methods, len(ratios), last=borne_out)
        return None if longer is None else _Lists(longer, ratios)
    of_last = _is_measured(evidence, ratios[-1])
    longer = None if of_last is None else _at_length(ratios, len(methods), last=of_last)
    return None if longer is None else _Lists(methods, longer)


def _is_measured(evidence: Evidence, stated: str) -> bool | None:
    """Return whether a stated ratio is that of the code streams at hand, None where it may or may not be.

    Rule M10 allows for other ways to count, such as palette indices; then it may be either.
    """
    ratio, measured = positive(stated), positive(_measured(evidence) or "0")
    if ratio is None or measured is None:
        return None
    if abs(ratio - measured) <= _TOLERANCE * measured:
        return True
    return False if broken(evidence, "M10") else None


def _at_length(values: tuple[str, ...], count: int, *, last: bool) -> tuple[str, ...] | None:
    """Return the values with "" for the steps they are not of, None where several places are possible."""
    missing = count - len(values)
    if last:
        return ("",) * missing + values if len(values) == 1 else None
    return (*values, "") if missing == 1 else None


def _filled(evidence: Evidence, lists: _Lists) -> _Lists:
    """Return the lists with what the code streams show of the last step, where nothing is stated."""
    method = lists.methods[-1] or stream_method(evidence)
    methods = (*lists.methods[:-1], method)
    ratio = lists.ratios[-1]
    if not ratio and method and method == stream_method(evidence):
        # Streams are measured for a step that is known to be theirs.
        named = mended(evidence, Repair((), "", (Change(METHOD, methods, ""),)))
        ratio = _measured(named)
    return _Lists(methods, (*lists.ratios[:-1], ratio))


def _measured(evidence: Evidence) -> str:
    """Return the ratio of the code streams at hand, "" where header and streams leave a doubt.

    Native bytes are rows x columns x frames x samples x whole bytes of Bits Allocated.
    """
    items = evidence.encapsulation
    if items is None or not measurable(evidence) or is_video(evidence):
        return ""
    if not headers_of(evidence) or broken(evidence, "P03", "P09", "P10", "P11", "F01"):
        return ""
    names = ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")
    rows, columns, samples, bits = (number(evidence.image, name) or 0 for name in names)
    native = rows * columns * samples * -(-bits // 8) * (frame_count(evidence) or 0)
    streams = sum(items.stream_bytes)
    try:
        return format_ratio(native, streams)
    except ValueError:
        return ""


def _words(evidence: Evidence, wanted: _Lists) -> str:
    """Return what was done to the lists, and from which evidence."""
    count = frame_count(evidence)
    found = {
        METHOD: "the last method is that of the code streams",
        RATIO: f"the last ratio is measured over {count} frame{'s'[: count != 1]}",
    }
    said = []
    for keyword, name, values in ((METHOD, "method", wanted.methods), (RATIO, "ratio", wanted.ratios)):
        stated = stored_values(evidence.image, keyword)
        if values == stated or not values[-1]:
            continue
        own = values[-1] == (stated or ("",))[-1]
        said.append(
            f"the stated {name} is that of the last step, as the code streams show" if own else found[keyword]
        )
        if "" in values:
            said.append(f"an empty {name} keeps the place of an unknown one")
    return "; ".join(said)
