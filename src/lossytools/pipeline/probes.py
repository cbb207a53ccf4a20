"""Points that were measured before, so that nothing is encoded twice: a JSON line each, figures only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lossytools import __version__
from lossytools.codecs import parse_codec
from lossytools.dicomio.publishing import disk_errors
from lossytools.errors import DestinationError
from lossytools.fidelity.loss import Scores
from lossytools.fidelity.spread import PartFidelity, Spread
from lossytools.pipeline.points import Point

if TYPE_CHECKING:
    from pathlib import Path


_BEGINS = b'{"key": "'


def file_digest(path: Path) -> str:
    """Return SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(slots=True)
class Probes:
    """The points of a file, found by what they depend on: source, codec, its library, target, our version."""

    path: Path | None
    _known: dict[str, Point] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what there is; a line that cannot be understood, as that of a run that was killed, is none.

        Raises DestinationError for a file of something else, which is not added to.
        """
        if self.path is None or not self.path.exists():
            return
        with disk_errors(self.path):
            content = self.path.read_bytes()
        if content and not content.startswith(_BEGINS):
            raise DestinationError(f"{self.path}: holds something else than points; name a file of its own")
        for line in content.decode("utf-8", "replace").splitlines():
            try:
                row = json.loads(line)
                self._known[row["key"]] = _point(row["point"])
            except (ValueError, KeyError, TypeError):
                continue

    def get(self, source: str, codec: str, target: str) -> Point | None:
        """Return the point of a source with that digest, None where there is none."""
        return self._known.get(_key(source, codec, target))

    def add(self, source: str, point: Point) -> None:
        """Keep a point. Raises DestinationError."""
        key = _key(source, point.codec, point.target)
        if self.path is None or key in self._known:
            return
        self._known[key] = point
        with disk_errors(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "point": _values(point)}) + "\n")


def _key(source: str, codec: str, target: str) -> str:
    library = parse_codec(codec).library()
    words = json.dumps([source, codec, library, target, __version__])
    return hashlib.sha256(words.encode()).hexdigest()


def _values(point: Point) -> dict[str, Any]:
    values = asdict(replace(point, pictures={}))
    if point.parts is not None:
        values["parts"] = {
            name: {**asdict(part), "errors": part.errors.tolist()} for name, part in point.parts.items()
        }
    return values


def _point(values: dict[str, Any]) -> Point:
    parts = values["parts"]
    scores = tuple({name: Scores(*of) for name, of in frame.items()} for frame in values["scores"])
    made = None if parts is None else {name: _part(part) for name, part in parts.items()}
    return Point(**{**values, "parts": made, "scores": scores, "sizes": tuple(values["sizes"])})


def _part(values: dict[str, Any]) -> PartFidelity:
    ssim = values["ssim"]
    return PartFidelity(
        np.array(values["errors"], np.int64),
        Spread(**values["psnr_db"]),
        None if ssim is None else Spread(**ssim),
        Spread(**values["max_error"]),
    )
