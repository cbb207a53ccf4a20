"""A migration that loses nothing: JPEG becomes JPEG XL, every instance and every reference stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID

from lossytools.codecs import Jpeg
from lossytools.values import ImagePixel
from small_archive import Archive, key_object, still

if TYPE_CHECKING:
    from pathlib import Path

JPEG, JPEG_XL = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.111"


def add_jpeg(archive: Archive, name: str) -> Path:
    """Add a JPEG still to the archive."""
    image = still(name, "one", 1)
    pixels = ImagePixel(image.Rows, image.Columns, 1, 1, "MONOCHROME2", 8, 8)
    y, x = np.mgrid[: image.Rows, : image.Columns]
    frame = (np.sin(x / 5) * 60 + y % 90 + 90).astype(np.uint8)
    stream = Jpeg(quality=95).encode(frame, pixels)
    image.PixelData = encapsulate([stream + b"\0" * (len(stream) % 2)])
    image["PixelData"].VR = "OB"
    image.file_meta.TransferSyntaxUID = UID(JPEG)
    image.LossyImageCompression = "01"
    archive.add(f"one/{name}", image)
    return archive.source / "one" / name


def test_references_hold_as_no_instance_changes(empty: Archive) -> None:
    add_jpeg(empty, "jpeg0")
    empty.add("one/native", still("native", "one", 2))
    empty.add("one/note.dcm", key_object("note", "one", "jpeg0", "native"))
    for references in ("follow", "keep", "both"):
        recipe = (
            f'version = 1\nreferences = "{references}"\nmin_saving = 0.0\n[[rule]]\nname = "jpeg"\n'
            f'where = {{ transfer_syntax = "{JPEG}" }}\ncodec = "jpegxl-recompress"\n'
            '[[rule]]\nname = "rest"\naction = "copy"\n'
        )
        empty.job = references
        empty.plan(recipe)
        empty.run()
        target = empty.out / "data"
        before, after = dcmread(empty.source / "one/jpeg0"), dcmread(target / "one/jpeg0")
        assert after.file_meta.TransferSyntaxUID == JPEG_XL
        assert after.SOPInstanceUID == before.SOPInstanceUID
        assert len(next(generate_frames(after.PixelData, number_of_frames=1))) < len(before.PixelData)
        for untouched in ("one/native", "one/note.dcm"):
            assert (target / untouched).read_bytes() == (empty.source / untouched).read_bytes()
        assert empty.states()["one/jpeg0"] == ("switched", "transcode", "")
        assert sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()) == [
            "one/jpeg0",
            "one/native",
            "one/note.dcm",
        ]
