"""Undo the encapsulation and nothing else: the same instance, the same history, native pixels."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools.changes import Change, apply
from lossytools.changes.pixel_attributes import form_changes
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import check_target, publish
from lossytools.dicomio.source import FrameReader, frame_reader, read_source
from lossytools.dicomio.spool import Spool
from lossytools.dicomio.writing import NATIVE_LIMIT, write_object
from lossytools.errors import UnsupportedPixels
from lossytools.pipeline.checking import check_draft
from lossytools.pipeline.coding import numbered_values
from lossytools.pipeline.forms import one_form
from lossytools.pipeline.overlays import embedded_overlays
from lossytools.pipeline.recoding import kept_identity
from lossytools.pipeline.refusal import check_identity, check_pixels
from lossytools.pipeline.window import in_order
from lossytools.pixels import ybr_full_to_rgb
from lossytools.rules.facts import is_ultrasound
from lossytools.standard.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN, NATIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lossytools.evidence import Evidence
    from lossytools.pipeline.coding import Numbered
    from lossytools.values import ImagePixel


@dataclass(frozen=True, slots=True)
class Decompressed:
    """What a decompression did. uid: of the instance, the same before and after. seconds: wall time."""

    source: Path
    target: Path
    uid: str
    declared: ImagePixel
    changes: tuple[Change, ...]
    digest: str
    seconds: float


def decompress(
    source: Path | str,
    target: Path | str,
    *,
    force: bool = False,
    workers: int = 0,
    on_frame: Callable[[int, int], None] | None = None,
) -> Decompressed:
    """Decode the image in `source` and publish it native, in Explicit VR Little Endian, as `target`.

    A lossless step: SOP Instance UID, flag and history stay (PS3.3 section C.7.6.1.1.5, Note). Only
    where the code streams are lossy and the header denies it is the flag set to 01.
    on_frame: called with how many frames are done, of how many.

    Raises SourceError, CodecError, DestinationError, InconsistentResult; the target is then as it was.
    """
    started = time.perf_counter()
    before, after = Path(source), Path(target)
    check_target(before, after, force=force)
    with read_source(before) as opened, Spool(after) as spool:
        evidence = gather(opened)
        check_identity(evidence.image)
        check_pixels(evidence)
        if opened.transfer_syntax in NATIVE:
            raise UnsupportedPixels("the pixel data is native already; there is nothing to decompress")
        reader = frame_reader(opened)
        overlays = bool(embedded_overlays(evidence, reader))
        work = _Decoding(reader, whole=overlays, to_rgb=is_ultrasound(evidence))
        forms = set()
        for done, (form, value) in enumerate(
            in_order(work, numbered_values(opened, work.reader), workers), 1
        ):
            spool.add(value)
            forms.add(form)
            if on_frame is not None:
                on_frame(done, work.reader.declared.frames)
        native = _one_form(work.reader, forms)
        changes = tuple(_changes(evidence, native))
        with publish(after, force=force) as draft:
            write_object(draft.file, apply(opened.opened.elements, changes), EXPLICIT_LITTLE_ENDIAN, spool)
            draft.file.flush()
            check_draft(draft.path, after, evidence, spool)
    uid = str(opened.image.get("SOPInstanceUID", ""))
    return Decompressed(before, after, uid, native, changes, spool.digest, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Decoding:
    """Decodes one frame to its native bytes; a palette stays a palette, YBR_FULL stays what it is.

    whole: with the unused bits of the cells, which hold overlay planes. to_rgb: YBR_FULL becomes RGB, as
    native ultrasound is RGB only (PS3.3 section C.8.5.6.1.2); that rounds, as undoing a JPEG does.
    """

    reader: FrameReader
    whole: bool
    to_rgb: bool

    def __call__(self, numbered: Numbered) -> tuple[str, bytes]:
        value = numbered[1]()
        if self.whole:  # monochrome always, so the form is the declared one
            array, photometric = self.reader.cells(value), self.reader.declared.photometric
        else:
            array, photometric = self.reader.decoded(value)
        if self.to_rgb and photometric == "YBR_FULL":
            array, photometric = ybr_full_to_rgb(array, self.reader.declared.bits_stored), "RGB"
        return photometric, array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def _one_form(reader: FrameReader, forms: set[str]) -> ImagePixel:
    native = one_form(reader.declared, forms)
    if native.native_bytes > NATIVE_LIMIT:
        raise UnsupportedPixels(
            f"{native.native_bytes} bytes of native pixels: the syntax holds {NATIVE_LIMIT} at most"
        )
    return native


def _changes(evidence: Evidence, native: ImagePixel) -> Iterator[Change]:
    yield from form_changes(evidence.image, native, EXPLICIT_LITTLE_ENDIAN)
    yield from kept_identity(evidence)
