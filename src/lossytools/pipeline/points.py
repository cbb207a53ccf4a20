"""What a comparison of codecs finds: an image, a codec at a quality on it, and frames to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lossytools.fidelity.loss import Scores
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.pipeline.display import Unit
    from lossytools.values import Frame, ImagePixel


@dataclass(frozen=True, slots=True)
class Subject:
    """An image that codecs are compared on.

    native_bytes: of all frames, as a ratio counts them. masks: the parts that it shows. ends: what is black
    and what is white, almost. unit: of a grey level, and the value of the sample 0.
    """

    path: Path
    modality: str
    body_part: str
    pixels: ImagePixel
    native_bytes: int
    masks: Mapping[str, Frame | None]
    ends: tuple[int, int]
    unit: Unit | None
    zero: float


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A frame to look at: which, why, as it is in the source, and as each point decodes, in their order."""

    number: int
    why: str
    source: Frame
    decoded: tuple[Frame | None, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One codec at one quality on one image, or why there is none.

    codec: as it was asked for, without the knob that is turned; settings: with it. scores: of each frame,
    part by part; sizes: bytes of each frame. encode_ms, decode_ms: of one frame in one thread. encodes: for
    each frame of the result.
    """

    codec: str
    target: str
    settings: str = ""
    stream_bytes: int = 0
    parts: Mapping[str, PartFidelity] | None = None
    scores: tuple[Mapping[str, Scores], ...] = ()
    sizes: tuple[int, ...] = ()
    encode_ms: float = 0.0
    decode_ms: float = 0.0
    encodes: float = 0.0
    refused: str = ""
    pictures: Mapping[int, Frame] = field(default_factory=dict, compare=False)
