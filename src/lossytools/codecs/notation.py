"""One notation for a codec everywhere: NAME[:KNOB=VALUE,...]."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from lossytools.codecs.catalogue import ALL_CODECS
from lossytools.codecs.knobs import Knob, hint, knobs_of
from lossytools.errors import CodecSettingError

if TYPE_CHECKING:
    from dataclasses import Field

    from lossytools.codecs.protocol import Codec


def parse_codec(text: str) -> Codec:
    """Return the codec of a notation such as "jpeg", "jpeg:85" or "jpeg2000:psnr_db=45".

    A value without a name belongs to the codec's first knob. `parse_codec(repr(codec)) == codec`.
    Raises CodecSettingError for unknown names, knobs said twice, values out of range.
    """
    name, _, settings = text.strip().partition(":")
    by_name = {codec.name: codec for codec in ALL_CODECS}
    if name not in by_name:
        raise CodecSettingError(f"there is no codec {name!r}; {hint(name, by_name)}")
    codec = by_name[name]
    known = {each.name: each for each in fields(codec)}
    chosen: dict[str, Any] = {}
    for setting in settings.split(",") if settings else ():
        knob, equals, value = (part.strip() for part in setting.partition("="))
        if not known:
            raise CodecSettingError(f"{name} has no knobs, so {setting!r} cannot be set")
        if not equals and not chosen:
            knob, value = next(iter(known)), knob
        if knob not in known:
            raise CodecSettingError(f"{name} has no knob {knob!r}; {hint(knob, known)}")
        if knob in chosen:
            raise CodecSettingError(f"{name}: {knob} is set twice in {text!r}")
        chosen[knob] = _value(name, known[knob], value)
    made: Codec = codec(**chosen)
    return made


def _value(codec: str, field: Field[Any], text: str) -> int | float | str:
    """Return a value of a knob as the type of its field. Raises CodecSettingError."""
    try:
        if field.type == "int":
            return int(text)
        return float(text) if str(field.type).startswith("float") else text
    except ValueError as error:
        allowed = " ".join((field.metadata["range"], field.metadata["unit"])).strip()
        raise CodecSettingError(f"{codec}: {field.name} is a number, {allowed}, not {text!r}") from error


def knobs() -> tuple[Knob, ...]:
    """Return every knob of every codec, with default, range, unit and words."""
    return tuple(knob for codec in ALL_CODECS for knob in knobs_of(codec))
