"""The map from old to new UIDs that lossy steps leave, for those who must change references.

One row for each new instance, in a CSV or JSON file: whoever holds presentation states, key objects or
reports of the source finds the lossy copy by it (PS3.4 section C.6.1.1.5.1). Nothing is rewritten here.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from lossytools.dicomio.publishing import disk_errors, locked, publish
from lossytools.errors import DestinationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class UidRow:
    """The UIDs of one instance before and after a step, as in the two headers."""

    study_instance_uid: str
    sop_class_uid: str
    source_series_instance_uid: str
    source_sop_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str


_NAMES = tuple(field.name for field in fields(UidRow))


def read_uid_map(path: Path) -> tuple[UidRow, ...]:
    """Return the rows of the map at `path`, () where there is none yet.

    Raises DestinationError where the file is no such map, or its name ends in neither .csv nor .json.
    """
    readers: dict[str, Callable[[str], Any]] = {".csv": _read_csv, ".json": json.loads}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise DestinationError(f"{path}: a UID map ends in .csv or .json")
    with disk_errors(path):
        if not path.parent.is_dir():
            raise DestinationError(f"{path}: the folder {path.parent} does not exist; make it first")
        try:
            rows = read(path.read_text(encoding="utf-8")) if path.exists() else []
            return tuple(UidRow(**{name: str(row[name]) for name in _NAMES}) for row in rows)
        except (ValueError, KeyError, TypeError) as error:
            raise DestinationError(f"{path}: is no UID map; its columns are {', '.join(_NAMES)}") from error


def _read_csv(text: str) -> list[dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    if text and tuple(reader.fieldnames or ()) != _NAMES:
        raise ValueError("other columns")
    return list(reader)


def add_row(path: Path, row: UidRow) -> None:
    """Add `row` to the map at `path` unless it is there; the file is replaced whole.

    Runs that share a map wait for each other where the file system has locks.

    Raises DestinationError; the map is then as it was.
    """
    with disk_errors(path), locked(path.parent):
        rows = read_uid_map(path)
        if row in rows:
            return
        text = _text([asdict(each) for each in (*rows, row)], path.suffix.lower())
        with publish(path, force=True) as draft:
            draft.file.write(text.encode())


def _text(rows: list[dict[str, str]], suffix: str) -> str:
    if suffix == ".json":
        return json.dumps(rows, indent=1) + "\n"
    out = io.StringIO()
    writer = csv.DictWriter(out, _NAMES, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
