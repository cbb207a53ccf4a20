"""Every reason not to compress is found, told by its code, and passed over only where that may be."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from lossytools import Options, transcode
from lossytools.batch.reasons import LIFTABLE, REASONS
from small_archive import RECIPE, US_CINE, key_object, picture, still

if TYPE_CHECKING:
    from small_archive import Archive

DX_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.1.1"
CT = "1.2.840.10008.5.1.4.1.1.2"


def changed(**values: Any) -> Dataset:
    image = still("x", "one")
    for keyword, value in values.items():
        setattr(image, keyword, value)
    return image


def palette() -> Dataset:
    image = changed(PhotometricInterpretation="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        setattr(image, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 8])
        setattr(image, f"{name}PaletteColorLookupTableData", bytes(range(256)))
    return image


def signed() -> Dataset:
    image = still("x", "one")
    image.add_new(0xFFFAFFFA, "SQ", Sequence([Dataset()]))
    return image


def floating() -> Dataset:
    image = still("x", "one")
    del image.PixelData
    image.FloatPixelData = bytes(64 * 96 * 4)
    image.BitsAllocated = 32
    return image


def video() -> Dataset:
    """Return a cine as H.264, made here: two grey frames of 64 x 96."""
    image = still("x", "one")
    image.SOPClassUID, image.NumberOfFrames = US_CINE, 2
    image.FrameTime, image.FrameIncrementPointer = "40", 0x00181063
    image.PixelData = picture(64, 96, 1).tobytes() + picture(64, 96, 5).tobytes()
    with TemporaryDirectory() as folder:
        path = Path(folder, "native.dcm")
        image.save_as(path, enforce_file_format=True)
        transcode(path, Path(folder, "video.dcm"), "h264:preset=ultrafast", Options(allow_larger=True))
        return dcmread(Path(folder, "video.dcm"))


OBJECTS = {
    "no-pixels": key_object("x", "one"),
    "float": floating(),
    "video": video(),
    "rt-dose": changed(SOPClassUID="1.2.840.10008.5.1.4.1.1.481.2"),
    "one-bit": changed(BitsAllocated=1, BitsStored=1, HighBit=0, PixelData=bytes(768)),
    "mammography": changed(Modality="MG"),
    "for-processing": changed(PresentationIntentType="FOR PROCESSING"),
    "signed": signed(),
    "palette": palette(),
    "already-lossy": changed(LossyImageCompression="01", LossyImageCompressionRatio="10"),
    "quantitative": changed(SOPClassUID=CT),
    "refused": changed(SOPClassUID="1.2.826.0.1.3680043.2.1143"),
}


@pytest.mark.parametrize("reason", OBJECTS)
def test_it_is_copied_and_says_why(empty: Archive, reason: str) -> None:
    path = empty.add("x.dcm", OBJECTS[reason])
    empty.plan("version = 1\n[[rule]]\nname = 'all'\ncodec = 'jpegls:near=2'\n")
    assert empty.states() == {"x.dcm": ("pending", "copy", reason)}
    empty.run()
    assert empty.states()["x.dcm"] == ("switched", "copy", reason)
    assert empty.tree()["data/x.dcm"] == path.read_bytes()


@pytest.mark.parametrize("reason", sorted(LIFTABLE - {"small-saving"}))
def test_a_recipe_may_pass_it_over(empty: Archive, reason: str) -> None:
    empty.add("x.dcm", OBJECTS[reason])
    rule = f"[[rule]]\nname = 'all'\ncodec = 'jpegls:near=2'\nallow = ['{reason}']\nmin_saving = 0\n"
    empty.plan(f"version = 1\n{rule}")
    assert empty.states()["x.dcm"][:2] == ("pending", "transcode")
    empty.run()
    assert empty.states()["x.dcm"][0] == "switched"


def test_what_nothing_speaks_against_is_compressed(empty: Archive) -> None:
    empty.add("x.dcm", still("x", "one"))
    empty.plan(RECIPE)
    assert empty.states() == {"x.dcm": ("pending", "transcode", "")}


def test_every_reason_is_explained(request: pytest.FixtureRequest) -> None:
    folder: Path = request.config.rootpath
    page = (folder / "docs" / "migrate.md").read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"`{reason}`" not in page] == []
