"""Why a target is not reached: the best that was, and which other codec would reach it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lossytools.codecs.catalogue import CODECS
from lossytools.codecs.lossless import LOSSLESS
from lossytools.errors import CodecError, SourceError
from lossytools.tuning.dial import dial_of
from lossytools.tuning.frames import FrameSearch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lossytools.codecs.lossless import LosslessCodec
    from lossytools.codecs.protocol import FrameCodec
    from lossytools.fidelity.loss import Scores
    from lossytools.fidelity.target import Target
    from lossytools.tuning.frames import Found
    from lossytools.values import Frame


def frame_words(search: FrameSearch, number: int, frame: Frame, found: Found) -> str:
    """Return why no setting of a codec keeps the target on frame `number`, from 1."""
    scores = {name: loss.scores for name, loss in found.best.parts.items()}
    best = "; ".join(missed(search.target, scores)) or "its ratio is too high"
    return (
        f"frame {number}: {found.best.codec!r} comes closest and misses it: {best}. {_others(search, frame)}"
    )


def missed(target: Target, scores: Mapping[str, Scores]) -> Iterator[str]:
    """Yield every condition that is not kept, part by part, with the figure that was reached."""
    for condition in target.conditions:
        for name, figures in scores.items():
            figure = getattr(figures, condition.metric)
            if not math.isnan(figure) and condition.margin(figure) < 0:
                yield f"{condition.metric} of the {name} {figure:.6g} where {condition} is asked for"


def _others(search: FrameSearch, frame: Frame) -> str:
    """Return which codecs keep the target on a frame at their finest."""
    able = [
        codec.name for codec in CODECS if codec is not type(search.codec) and _able(codec(), search, frame)
    ]
    lossless = [codec.name for codec in LOSSLESS if _takes(codec(), search)]
    return f"Codecs that keep it on this frame: {_list([*able, *lossless]) or 'none'}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _takes(codec: FrameCodec | LosslessCodec, search: FrameSearch) -> bool:
    try:
        codec.resolve(search.native)
    except (SourceError, CodecError):
        return False
    return True


def _able(codec: FrameCodec, search: FrameSearch, frame: Frame) -> bool:
    if not _takes(codec, search):
        return False
    try:
        other = FrameSearch(codec, search.native, search.target, search.gauge, dial_of(codec, search.native))
        return other.try_at(frame, other.dial.finest)[0].holds
    except (SourceError, CodecError):
        return False
