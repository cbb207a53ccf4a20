"""All facts of one lossy step that its record is written from."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lossytools import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lossytools.codecs.protocol import Codec
    from lossytools.fidelity.scales import Scale
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.measurement import Measurement
    from lossytools.values import ImagePixel, LossyStep

_NAMESPACE = uuid.UUID("6f3c9e5a-8d0b-5c53-9f0e-6b1c5b8f5c11")
"""Namespace of derived UIDs; changing it would change every UID lossytools ever gave."""


@dataclass(frozen=True, slots=True)
class Step:
    """One lossy step, done and measured.

    codec: its name with all knobs, as "jpeg:quality=90,subsampling=444". words: the same for people,
    ASCII. transfer_syntax, method: of the result. declared: the pixels as the source's header
    has them. resolved: as the result declares them. earlier: the lossy steps before this one.
    converted: what was done to the pixels before, in words, "" for nothing.
    uid: SOP Instance UID of the result. now: when, with its time zone. padding_kept: the pixels that are
    padding are the same before and after. overlays: (group, Overlay Data) extracted from unused bits.
    parts: how true the parts of the image stayed, asked: the target in words, where there was one. missed:
    whether the result does not keep it. scale: what the parts were measured against, None for what the bits
    stored can hold.
    """

    codec: str
    words: str
    transfer_syntax: str
    method: str
    declared: ImagePixel
    resolved: ImagePixel
    measurement: Measurement
    earlier: tuple[LossyStep, ...]
    source_lossy: bool
    uid: str
    series_uid: str | None
    now: datetime
    version: str
    converted: str = ""
    padding_kept: bool = True
    overlays: tuple[tuple[int, bytes], ...] = ()
    parts: Mapping[str, PartFidelity] = field(default_factory=dict)
    asked: str = ""
    missed: bool = False
    scale: Scale | None = None


def named_uid(*names: str) -> str:
    """Return the UID that these names always lead to: 2.25 and a UUID of version 5 (PS3.5 section B.2)."""
    return f"2.25.{uuid.uuid5(_NAMESPACE, chr(0).join(names)).int}"


def lossy_uid(source_uid: str, codec: Codec, *more: str) -> str:
    """Return the SOP Instance UID that a lossy step with this codec and its library always gives."""
    return named_uid(source_uid, repr(codec), codec.library(), __version__, *more)


def random_uid() -> str:
    """Return a UID that was never given before: 2.25 and a random UUID (PS3.5 section B.2)."""
    return f"2.25.{uuid.uuid4().int}"
