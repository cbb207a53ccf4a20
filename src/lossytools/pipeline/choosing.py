"""The codec that keeps a target in the fewest bytes, of all that are allowed: what `auto` stands for."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from lossytools.codecs import parse_codec
from lossytools.codecs.catalogue import CODECS
from lossytools.codecs.lossless import LOSSLESS, LosslessCodec
from lossytools.codecs.recompression import StreamCodec
from lossytools.errors import (
    CodecError,
    CodecSettingError,
    SourceError,
    TargetError,
    TargetUnreachable,
    UnsupportedPixels,
)
from lossytools.pipeline.aiming import encode
from lossytools.pipeline.guideline import check_policy
from lossytools.pipeline.recoding import recoded
from lossytools.pipeline.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lossytools.codecs.protocol import Codec
    from lossytools.dicomio.spool import Spool
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.measurement import Measurement
    from lossytools.pipeline.job import Coded, Job, OnFrame

    Made: TypeAlias = tuple[Job, Coded, Spool] | LosslessCodec

AUTO = "auto"


def is_auto(name: str) -> bool:
    """Return whether a codec is to be chosen, as "auto" or "auto:jpeg,jpegls,jpegls-lossless" say."""
    return name.strip().partition(":")[0] == AUTO


def allowed(name: str) -> tuple[Codec, ...]:
    """Return the codecs to choose from: those named, or all that code frame by frame, lossless ones too.

    Raises CodecSettingError for names that do not exist, and for those that make one stream of another.
    """
    _, colon, names = name.strip().partition(":")
    if colon and not names.strip():
        raise CodecSettingError(f"{name!r} names no codec: write auto, or auto:jpeg,jpegls-lossless")
    if not names:
        return tuple(codec() for codec in (*CODECS, *LOSSLESS))
    codecs = tuple(parse_codec(each) for each in names.split(","))
    wrong = [codec.name for codec in codecs if isinstance(codec, StreamCodec)]
    if wrong:
        raise CodecSettingError(f"auto chooses among codecs of pixels, {', '.join(wrong)} recodes streams")
    return codecs


def choose(
    job: Job, codecs: tuple[Codec, ...], target: Path, on_frame: OnFrame | None, held: ExitStack
) -> Made:
    """Return the smallest result that keeps the target, or the lossless codec whose result is smaller still.

    Codecs that do not take the pixels or do not reach the target are passed over. Raises TargetUnreachable
    where all of them are; with best_effort the one that comes closest is returned then.
    """
    best: Made | None = None
    least = (True, math.inf)
    why: list[str] = []
    for codec in codecs:
        try:
            with ExitStack() as trying:
                made, rank = _tried(job, codec, target, on_frame, trying)
                if rank < least:
                    least, best = rank, made
                    held.push(trying.pop_all())
        except (SourceError, CodecError, TargetError) as error:
            why.append(f"{codec.name}: {error.reached if isinstance(error, TargetUnreachable) else error}")
    if best is None:
        raise TargetUnreachable("; ".join(why))
    return best


def _tried(
    job: Job, codec: Codec, target: Path, on_frame: OnFrame | None, held: ExitStack
) -> tuple[Made, tuple[bool, float]]:
    """Return what a codec makes and its rank, lower being better: kept before missed, then small or close."""
    if isinstance(codec, StreamCodec):
        raise UnsupportedPixels("recodes streams, and chooses nothing")  # `allowed` lets none through
    if isinstance(codec, LosslessCodec):
        return codec, _rank(job, recoded(job.source, job.evidence, codec, job.options, target), {})
    refuse(job.evidence, job.options)
    job = replace(job, codec=codec)
    coded, spool = encode(job, target, on_frame, held)
    check_policy(job, coded)
    rank = _rank(job, coded.measurement, coded.parts)
    if not rank[0] and coded.settings is not None and coded.settings.missed:
        rank = (True, 0.0)  # a second decoder misses it, by next to nothing
    return (job, coded, spool), rank


def _rank(job: Job, measured: Measurement, parts: Mapping[str, PartFidelity]) -> tuple[bool, float]:
    keep, size = job.options.keep, measured.stream_bytes
    margin = 0.0 if keep is None else keep.closeness(parts, measured.native_bytes, size)
    return (True, -margin) if margin < 0 else (False, size)
