"""A knob is a field of a codec with words on what it accepts."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from lossytools.errors import CodecSettingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lossytools.codecs.protocol import Codec


@dataclass(frozen=True, slots=True)
class Knob:
    """One row of the table of knobs: default is "" where the knob is off unless asked for."""

    codec: str
    name: str
    default: str
    range: str
    unit: str
    words: str


def knob(default: Any, allowed: str, unit: str, words: str, *, quiet: bool = False) -> Any:
    """Return a dataclass field with its range, unit and meaning in its metadata.

    quiet: the canonical name leaves the knob out while it has its default.
    """
    notes = {"range": allowed, "unit": unit, "words": words, "quiet": quiet}
    return field(default=default, metadata=notes)


def knobs_of(codec: type[Codec]) -> tuple[Knob, ...]:
    """Return the knobs of one codec in the order of the notation, its default knob first."""
    return tuple(
        Knob(
            codec.name,
            each.name,
            "" if each.default is None else str(each.default),
            each.metadata["range"],
            each.metadata["unit"],
            each.metadata["words"],
        )
        for each in fields(codec)  # type: ignore[arg-type]  # every codec is a dataclass
    )


def canonical(codec: Codec) -> str:
    """Return the codec in the notation, such as "jpeg:quality=90,subsampling=444".

    All knobs that are set, so that the name stays true should a default ever change.
    """
    said = []
    for each in fields(codec):  # type: ignore[arg-type]  # every codec is a dataclass
        value = getattr(codec, each.name)
        if value is None or (each.metadata["quiet"] and value == each.default):
            continue
        said.append(f"{each.name}={str(value).removesuffix('.0')}")
    return f"{codec.name}:{','.join(said)}"


def check_number(codec: Codec, name: str, low: float, high: float) -> None:
    """Raise CodecSettingError unless the knob is a whole number from `low` to `high`."""
    value = getattr(codec, name)
    if type(value) is not int or not low <= value <= high:
        raise CodecSettingError(f"{codec.name}: {name} is a whole number, {low} to {high}, not {value!r}")


def check_real(codec: Codec, name: str, low: float, high: float, words: str = "") -> None:
    """Turn a knob that is set into a float. Raises CodecSettingError unless it is from `low` to `high`.

    words: the range, where its ends are not numbers to show.
    """
    value = getattr(codec, name)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        allowed = words or f"{low:g} to {high:g}"
        raise CodecSettingError(f"{codec.name}: {name} is a number, {allowed}, not {value!r}")
    object.__setattr__(codec, name, float(value))


def check_choice(codec: Codec, name: str, allowed: tuple[str, ...]) -> None:
    """Raise CodecSettingError unless the knob is one of the words allowed."""
    value = getattr(codec, name)
    if value not in allowed:
        raise CodecSettingError(f"{codec.name}: {name} is one of {', '.join(allowed)}, not {value!r}")


def hint(word: str, known: Iterable[str]) -> str:
    """Return what exists, after a guess at what was meant."""
    names = list(known)
    close = get_close_matches(word, names, n=1)
    guess = f"did you mean {close[0]}? " if close else ""
    return f"{guess}there are: {', '.join(names)}"
