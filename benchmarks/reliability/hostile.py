"""R17: names and UIDs from strangers that lead out of the destination."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

from reliability.archive import SMALL, write
from reliability.headers import header_of
from reliability.images import make_cine, make_still
from reliability.judging import digests, manifest_faults
from reliability.ledger_rows import rows_of, unfinished
from reliability.migration import DONE, SOME_FAILED
from reliability.naming import DIRECTORY, Named
from reliability.workplace import Result

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.migration import Migration
    from reliability.workplace import Workplace

_SIZE = (SMALL.rows, SMALL.columns)
_FIELDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
_NAMES = ("new\nline.dcm", "-rf", "--help.dcm", " blank .dcm", "100%.dcm", "back\\slash.dcm", "\udcff.dcm")
_LINK, _SECRET = "evil", "secret"
_APART = 500  # number of the first study without hostile UIDs


def hostile_uids(outside: Path) -> tuple[str, ...]:
    """Return UIDs that are none, and that lead to the folder `outside` where they are taken for names."""
    climbing = "../" * 12 + str(outside).lstrip("/")
    return (
        f"{climbing}/climbed",
        f"{outside}/absolute",
        "..",
        ".",
        "1.2.3/../../../4",
        "1.2\0.3",
        "1.2\n.3",
        "1" * 65,
    )


def lead_outside(workplace: Workplace) -> Result:
    """Migrate hostile names in both layouts; nothing may be written but destination, ledger and manifest."""
    trials, violations = 0, []
    for layout in ("source", "study"):
        migration = workplace.migration(
            f"hostile-{layout}", workplace.folder / f"strangers-{layout}", layout=layout
        )
        outside = migration.source.with_name(f"outside-{layout}")
        outside.mkdir()
        trials += _make_strangers(migration.source, outside)
        data = migration.destination / "data"
        data.mkdir(parents=True)
        (data / _LINK).symlink_to(outside, target_is_directory=True)
        violations += [f"layout {layout}: {words}" for words in _escaped(migration, outside)]
    return Result("R17", "Hostile names", trials, violations)


def _make_strangers(folder: Path, outside: Path) -> int:
    """Write hostile objects and file names; return how many."""
    made = []
    uids = [(field, uid) for field in _FIELDS for uid in hostile_uids(outside)]
    for number, (field, uid) in enumerate(uids):
        image = make_cine(number, 0, _SIZE, 2)
        image[field]._value = UID(uid, validation_mode=0)  # noqa: SLF001  no setter lets such values pass
        made.append(_written(image, folder / "uids" / f"{number:02}.dcm"))
    for number, name in enumerate(_NAMES):
        made.append(_written(make_still(_APART + number, 0, _SIZE), folder / "names" / name))
    made.append(_written(make_still(_APART, 1, _SIZE), folder / _LINK / "through.dcm"))
    secret = outside / _SECRET
    write(make_still(_APART, 2, _SIZE), secret)
    (folder / "link.dcm").symlink_to(secret)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    made.append(_written(_directory(secret), folder / "DICOMDIR"))
    return len(made)


def _written(image: Dataset, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3")
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    write(image, path)
    return path


def _directory(secret: Path) -> Dataset:
    """Return a DICOMDIR that names a file outside its folder, beside which it will lie."""
    directory = header_of(Named(0, "directory", 0, DIRECTORY), "OT")
    directory.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    record = Dataset()
    record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", ["..", secret.parent.name, secret.name]
    directory.FileSetID, directory.DirectoryRecordSequence = "HOSTILE", Sequence([record])
    return directory


def _escaped(migration: Migration, outside: Path) -> list[str]:
    before, sources = digests(outside), digests(migration.source)
    planned = migration.plan()
    done = migration.run()
    found = [
        f"{verb} ended with {each.told}"
        for verb, each in (("plan", planned), ("run", done))
        if each.status not in {DONE, SOME_FAILED}
    ]
    if digests(outside) != before:
        found.append("something was written outside the destination")
    if digests(migration.source) != sources:
        found.append("the sources were changed")
    found += [f"{path} was written beside the ledger" for path in _beside(migration)]
    if migration.ledger.exists():
        rows = rows_of(migration.ledger)
        found += unfinished(rows)
        named = (row for row in rows if row.stands and row.path.startswith("uids/"))
        found += [f"{row.path} was published, its UIDs being none" for row in named]
        secret = str(dcmread(outside / _SECRET).SOPInstanceUID)
        found += [f"{row.path} was read, which lies outside" for row in rows if row.uid == secret]
        faults = manifest_faults(migration.destination)
        found += [words for words in faults if f"data/{_LINK} " not in words]
    return found


def _beside(migration: Migration) -> list[str]:
    """Return what lies in the folder of the ledger and does not belong there."""
    known = ("ledger.sqlite", "recipe.toml", "destination")
    return [path.name for path in migration.ledger.parent.iterdir() if not path.name.startswith(known)]
