"""What an audit looks at: the header, the layout of the pixel data, the code streams' own words.

Evidence holds facts and no opinion; `dicomio` gathers it from a file, tests build it by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from lossytools.codecs.codestream.header import StreamHeader


@dataclass(frozen=True, slots=True)
class Encapsulation:
    """Items of encapsulated Pixel Data as they lie in the file (PS3.5 section A.4).

    basic_offsets: entries of the Basic Offset Table, () when it is empty.
    offsets: where each fragment's Item Tag lies, in bytes from the first byte after the
        Basic Offset Table item. lengths: its value length in bytes, one for each fragment.
    delimited: a Sequence Delimitation Item closes the list.
    frames: for each frame the range of its fragments as (first, stop), None when the
        fragments cannot be shared out over the frames.
    stream_bytes: for each frame the length of its bare code stream, without pad bytes.
    """

    basic_offsets: tuple[int, ...]
    offsets: tuple[int, ...]
    lengths: tuple[int, ...]
    delimited: bool
    frames: tuple[tuple[int, int], ...] | None
    stream_bytes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamFact:
    """A header that one or more frames share, with the first frame that has it.

    frame: frame number, from 1. count: how many frames share it.
    header: what the stream says, None when it cannot be read; error then says why.
    complete: the stream ends with its own end marker.
    """

    frame: int
    count: int
    header: StreamHeader | None
    complete: bool = True
    error: str = ""


@dataclass(frozen=True, slots=True)
class PixelFacts:
    """What the decoded frames hold, where an audit decodes them.

    ranges: smallest and largest sample value of each frame of one sample a pixel, padding left out;
    () for colour. padded: the same with padding, () where no padding is declared.
    coloured: some pixel has samples that differ, after conversion to RGB; None for one sample a pixel.
    error: why the frames could not be decoded, "" where all were.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    padded: tuple[tuple[int, int], ...] = ()
    coloured: bool | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class LossFacts:
    """How the decoded frames differ from those of the source, where an audit decodes both.

    errors: largest absolute difference of each frame in grey levels. padding_moved: the first frame,
    from 1, whose padding is not the source's; 0 for none.
    """

    errors: tuple[int, ...]
    padding_moved: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All an audit may look at of one object.

    name: how messages call the object. preamble: 128 bytes, b"" when the file has none.
    meta: File Meta Information. image: the data set without the value of its pixel data.
    pixel_keyword: "PixelData", "FloatPixelData", "DoubleFloatPixelData" or "" for none.
    pixel_vr: its VR as written. pixel_length: its value length in bytes, or what the file holds of it;
    None if undefined.
    encapsulation: None for native pixel data. streams: distinct headers over all frames.
    decoded: of the frames, None where they were not decoded. loss: against the source, None where the
    two were not compared. transfer_syntax: Transfer Syntax UID (0002,0010) of `meta`, "" when absent.
    """

    name: str
    preamble: bytes
    meta: Dataset
    image: Dataset
    pixel_keyword: str = "PixelData"
    pixel_vr: str = "OW"
    pixel_length: int | None = None
    encapsulation: Encapsulation | None = None
    streams: tuple[StreamFact, ...] = field(default=())
    decoded: PixelFacts | None = None
    loss: LossFacts | None = None
    transfer_syntax: str = field(init=False)

    def __post_init__(self) -> None:
        """Look the transfer syntax up, once for all the rules that ask for it."""
        object.__setattr__(self, "transfer_syntax", str(self.meta.get("TransferSyntaxUID", "")))
