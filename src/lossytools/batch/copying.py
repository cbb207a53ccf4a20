"""Copies of objects that are not compressed: byte for byte, or with their references changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lossytools.batch.soundness import check_frames
from lossytools.changes import apply
from lossytools.changes.coercion import coercion_changes, succession_changes
from lossytools.dicomio.gathering import gather
from lossytools.dicomio.publishing import publish
from lossytools.dicomio.relabel import with_known_sequences
from lossytools.dicomio.rewriting import rewrite
from lossytools.dicomio.source import read_source
from lossytools.errors import InconsistentResult, UnreadableSource, UnsupportedPixels
from lossytools.pipeline.checking import digest_values
from lossytools.references import instances_named, may_hold_names, renamed
from lossytools.standard.transfer_syntaxes import BIG_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from pydicom.dataset import Dataset

    from lossytools.dicomio.rewriting import Copied

_PIECE = 1 << 20  # bytes read at once


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a whole file in hexadecimal digits. Raises UnreadableSource."""
    digest = hashlib.sha256()
    for piece in _pieces(path):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise UnreadableSource(f"{path}: cannot be read: {error.strerror or error}") from error


def copy_file(source: Path, target: Path, digest: str) -> None:
    """Copy an object byte for byte; nothing stands at the target unless it has this SHA-256.

    Its frames are decoded before: damage is not handed on. Raises UnreadableSource, DestinationError,
    InconsistentResult.
    """
    with read_source(source) as opened:
        check_frames(opened, gather(opened))
    with publish(target, force=True) as draft:
        for piece in _pieces(source):
            draft.file.write(piece)
        draft.file.flush()
        if digest_file(draft.path) != digest:
            raise InconsistentResult(
                f"{target}: not written, the disk gave back other bytes than it was given"
            )


def rename_references(
    source: Path, target: Path, names: Mapping[str, str], now: datetime | None, new_uid: str = ""
) -> None:
    """Write an object again with every reference to a key of `names` naming its value; pixels are copied.

    names: without its own predecessors, what it was compressed from: that is history. now: of a coercion
    of the same instance, which Original Attributes Sequence then tells of (PS3.3 section C.12.1.1.9); None
    for an instance that is new anyway.

    Raises UnreadableSource, UnsupportedPixels for big endian, DestinationError, InconsistentResult.
    """
    with read_source(source) as opened:
        evidence = gather(opened)
        check_frames(opened, evidence)
        if opened.transfer_syntax == BIG_ENDIAN:
            raise UnsupportedPixels(
                "Explicit VR Big Endian is retired, and is not written with other references"
            )
        after = _with_names(opened.opened.elements, names, now, new_uid)
        with publish(target, force=True) as draft:
            copied = rewrite(draft.file, opened, after, opened.transfer_syntax, evidence.encapsulation)
            draft.file.flush()
            _check_written(draft.path, target, names, copied)


def _with_names(before: Dataset, names: Mapping[str, str], now: datetime | None, new_uid: str) -> Dataset:
    after = renamed(with_known_sequences(before, may_hold_names), names)
    if now is None:
        return after
    if new_uid:
        return apply(after, succession_changes(before, new_uid, now))
    return apply(after, coercion_changes(before, after, now))


def _check_written(draft: Path, target: Path, names: Mapping[str, str], copied: Copied) -> None:
    with read_source(draft) as written:
        image = with_known_sequences(written.image, may_hold_names)
        left = set(instances_named(image)) & set(names)
        same = not copied.lengths or digest_values(written, copied.lengths) == copied.digest
    if left:
        raise InconsistentResult(f"{target}: not written, {len(left)} references still name what is gone")
    if not same:
        raise InconsistentResult(f"{target}: not written, the disk gave back other pixels than it was given")
