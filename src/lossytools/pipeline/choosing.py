"""The codec that keeps a target in the fewest bytes, of all that are allowed: what `auto` stands for."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from lossytools.codecs import parse_codec
from lossytools.codecs.catalogue import CODECS
from lossytools.codecs.lossless import LOSSLESS, LosslessCodec
from lossytools.codecs.recompression import StreamCodec
from lossytools.errors import CodecError, CodecSettingError, SourceError, TargetError, TargetUnreachable
from lossytools.pipeline.aiming import encode
from lossytools.pipeline.recoding import recoded_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from lossytools.codecs.protocol import Codec
    from lossytools.dicomio.spool import Spool
    from lossytools.pipeline.job import Coded, Job, OnFrame

AUTO = "auto"


def is_auto(name: str) -> bool:
    """Return whether a codec is to be chosen, as "auto" or "auto:jpeg,jpegls,jpegls-lossless" say."""
    return name.strip().partition(":")[0] == AUTO


def allowed(name: str) -> tuple[Codec, ...]:
    """Return the codecs to choose from: those named, or all that code frame by frame, lossless ones too.

    Raises CodecSettingError for names that do not exist, and for those that make one stream of another.
    """
    names = name.strip().partition(":")[2]
    if not names:
        return tuple(codec() for codec in (*CODECS, *LOSSLESS))
    codecs = tuple(parse_codec(each) for each in names.split(","))
    wrong = [codec.name for codec in codecs if isinstance(codec, StreamCodec)]
    if wrong:
        raise CodecSettingError(f"auto chooses among codecs of pixels, {', '.join(wrong)} recodes streams")
    return codecs


def choose(
    job: Job, codecs: tuple[Codec, ...], target: Path, on_frame: OnFrame | None, held: ExitStack
) -> tuple[Job, Coded, Spool] | LosslessCodec:
    """Return the smallest result that keeps the target, or the lossless codec whose result is smaller still.

    Codecs that do not take the pixels or do not reach the target are passed over. Raises TargetUnreachable
    where all of them are.
    """
    best: tuple[Job, Coded, Spool] | None = None
    smallest: LosslessCodec | None = None
    size: float = float("inf")
    why: list[str] = []
    for codec in codecs:
        try:
            if isinstance(codec, LosslessCodec):
                took = recoded_bytes(job.source, job.evidence, codec, job.options, target)
                if took < size:
                    size, smallest = took, codec
                continue
            if isinstance(codec, StreamCodec):
                continue  # `allowed` lets none through
            with ExitStack() as trying:
                one = replace(job, codec=codec)
                coded, spool = encode(one, target, on_frame, trying)
                if coded.measurement.stream_bytes < size:
                    size, smallest, best = coded.measurement.stream_bytes, None, (one, coded, spool)
                    held.push(trying.pop_all())
        except (SourceError, CodecError, TargetError) as error:
            why.append(f"{codec.name}: {error}")
    if smallest is not None:
        return smallest
    if best is None:
        raise TargetUnreachable("; ".join(why))
    return best
