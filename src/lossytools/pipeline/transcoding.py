"""One object, source to derived: nothing stands at the target unless every promise was kept."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.changes import Step, apply, derive, lossy_uid, named_uid, random_uid
from lossytools.codecs import parse_codec
from lossytools.codecs.lossless import LosslessCodec
from lossytools.codecs.movies.movie import MovieCodec
from lossytools.codecs.recompression import StreamCodec
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import check_target, publish
from lossytools.dicomio.source import extended_offsets, frame_reader, read_source
from lossytools.dicomio.spool import Spool
from lossytools.dicomio.uid_map import UidRow, add_row, read_uid_map
from lossytools.dicomio.writing import write_object
from lossytools.errors import DestinationError
from lossytools.pipeline.checking import check_draft
from lossytools.pipeline.filming import film
from lossytools.pipeline.framing import code_frames
from lossytools.pipeline.job import Job
from lossytools.pipeline.options import Options, Outcome
from lossytools.pipeline.recoding import recode, stored_bytes
from lossytools.pipeline.refusal import refuse
from lossytools.rules.facts import steps_before, was_lossy

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.changes import Change
    from lossytools.codecs.protocol import Codec
    from lossytools.pipeline.job import Coded, OnFrame
    from lossytools.values import LossyStep


def transcode(
    source: Path | str,
    target: Path | str,
    codec: Codec | str = "jpeg",
    options: Options | None = None,
    on_frame: OnFrame | None = None,
) -> Outcome:
    """Compress the image in `source` and publish it, with a true record, as `target`.

    codec: a codec or its name, as "jpegls:near=2"; with one that loses nothing, as "jpegxl-recompress", the
    result is the same instance, coded otherwise. on_frame: called for each frame in order with what
    it lost and the number of frames.

    Raises SourceError, CodecError, DestinationError, InconsistentResult; the target is then as it was.
    PS3.3 section C.7.6.1.1.5.
    """
    started = time.perf_counter()
    chosen = parse_codec(codec) if isinstance(codec, str) else codec
    wanted, before, after = options or Options(), Path(source), Path(target)
    check_target(before, after, force=wanted.force)
    if isinstance(chosen, (LosslessCodec, StreamCodec)):
        return recode(before, after, chosen, wanted, on_frame)
    if wanted.uid_map is not None:
        read_uid_map(wanted.uid_map)
    with read_source(before) as opened, Spool(after) as spool:
        evidence = gather(opened)
        refuse(evidence, wanted)
        job = Job(opened, evidence, frame_reader(opened), chosen, wanted)
        coded = _encode(job, spool, after, on_frame)
        step = _step(job, coded)
        changes = (*derive(evidence.image, step), *coded.changes)
        history = _publish(job, step, changes, spool, after)
    if wanted.uid_map is not None:
        _map_uids(wanted.uid_map, opened.image, step, after)
    return Outcome(
        source=before,
        target=after,
        source_uid=str(opened.image.SOPInstanceUID),
        uid=step.uid,
        codec=repr(chosen),
        transfer_syntax=step.transfer_syntax,
        declared=step.resolved,
        measurement=coded.measurement,
        history=history,
        changes=changes,
        digest=spool.digest,
        seconds=time.perf_counter() - started,
        source_bytes=stored_bytes(job.evidence, coded.measurement.native_bytes),
        warnings=coded.warnings,
    )


def _publish(
    job: Job, step: Step, changes: tuple[Change, ...], spool: Spool, target: Path
) -> tuple[LossyStep, ...]:
    """Write the result, look at it as it lies on the disk, and give it its name. Returns its history."""
    elements = apply(job.source.opened.elements, changes)
    extended = bool(extended_offsets(job.source.image))
    with publish(target, force=job.options.force) as draft:
        write_object(draft.file, elements, step.transfer_syntax, spool, extended=extended)
        draft.file.flush()
        return check_draft(draft.path, target, job.evidence, spool)


def _map_uids(uid_map: Path, image: Dataset, step: Step, target: Path) -> None:
    """Add old and new UIDs to the map, now that the target stands: no row may name what does not exist."""
    study, series, sop_class, old = (
        str(image.get(name, ""))
        for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID", "SOPInstanceUID")
    )
    try:
        add_row(uid_map, UidRow(study, sop_class, series, old, step.series_uid or series, step.uid))
    except DestinationError as error:
        raise DestinationError(
            f"{error}; {target} stands, only its row {old} -> {step.uid} is missing"
        ) from error


def _encode(job: Job, spool: Spool, target: Path, on_frame: OnFrame | None) -> Coded:
    """Code all frames into the spool, each for itself or together."""
    if isinstance(job.codec, MovieCodec):
        return film(job, spool, target, on_frame)
    return code_frames(job, spool, on_frame)


def _step(job: Job, coded: Coded) -> Step:
    image, codec, options = job.source.image, job.codec, job.options
    series = named_uid("series", str(image.get("SeriesInstanceUID", "")), repr(codec))
    more = [series] if options.new_series else []
    return Step(
        codec=repr(codec),
        words=codec.describe(),
        transfer_syntax=coded.transfer_syntax,
        method=codec.method,
        declared=job.reader.declared,
        resolved=codec.resolve(job.reader.native),
        measurement=coded.measurement,
        earlier=steps_before(job.evidence),
        source_lossy=was_lossy(job.evidence),
        uid=random_uid() if options.uid == "random" else lossy_uid(str(image.SOPInstanceUID), codec, *more),
        series_uid=series if options.new_series else None,
        now=options.time(),
        version=__version__,
        converted=job.reader.converts,
        padding_kept=coded.padding_kept,
        overlays=coded.overlays,
    )
