"""Decode the frames for an audit that asks for it: what they hold, how they differ from the source's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossytools.dicomio.source import frame_reader
from lossytools.differences import largest_gap
from lossytools.errors import DecodeError, SourceError
from lossytools.evidence import LossFacts, PixelFacts
from lossytools.pipeline.coding import numbered_values, padding_kept, padding_of
from lossytools.pipeline.refusal import check_pixels
from lossytools.pipeline.window import in_order

if TYPE_CHECKING:
    from lossytools.dicomio.source import FrameReader, Source
    from lossytools.evidence import Evidence
    from lossytools.pipeline.coding import Numbered
    from lossytools.values import Frame

_Ends = tuple[int, int]


def look_at_pixels(source: Source, evidence: Evidence, workers: int = 1) -> PixelFacts | None:
    """Return what the decoded frames of an object hold, None where the header leads to no frames.

    A frame that does not decode is told in the facts, not raised.
    """
    try:
        check_pixels(evidence)
        reader = frame_reader(source)
    except SourceError:  # the header or its length is wrong, of which other rules speak
        return None
    look = _Look(reader, padding_of(source.image, reader.declared))
    ranges: list[_Ends] = []
    padded: list[_Ends] = []
    coloured = False
    try:
        for whole, pixels, has_colour in in_order(look, numbered_values(source, reader), workers):
            padded += whole
            ranges += pixels
            coloured = coloured or has_colour
    except (SourceError, DecodeError) as error:
        return PixelFacts(error=str(error))
    if reader.declared.samples > 1:
        return PixelFacts(coloured=coloured)
    return PixelFacts(tuple(ranges), tuple(padded))


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at one frame: its range with and without padding, or whether it has a colour."""

    reader: FrameReader
    padding: _Ends | None

    def __call__(self, numbered: Numbered) -> tuple[list[_Ends], list[_Ends], bool]:
        number, read = numbered
        try:
            value = read()
            if self.reader.declared.samples > 1:
                return [], [], _has_colour(self.reader.frame(value))
            frame, _ = self.reader.decoded(value)
        except (SourceError, DecodeError) as error:
            raise type(error)(f"frame {number + 1}: {error}") from error
        return [_ends(frame)] if self.padding else [], self._without_padding(frame), False

    def _without_padding(self, frame: Frame) -> list[_Ends]:
        if self.padding is None:
            return [_ends(frame)]
        low, high = self.padding
        pixels = frame[(frame < low) | (frame > high)]
        return [_ends(pixels)] if pixels.size else []


def _ends(frame: Frame) -> _Ends:
    return int(frame.min()), int(frame.max())


def _has_colour(frame: Frame) -> bool:
    first = frame[..., :1]
    return bool((frame[..., 1:] != first).any())


def look_at_loss(source: Source, derived: Source, workers: int = 1) -> LossFacts | None:
    """Return how the frames of `derived` differ from those of `source`, None where they cannot be compared.

    Colour is compared as RGB, one sample a pixel as stored.
    """
    try:
        before, after = frame_reader(source), frame_reader(derived)
        if before.native.shape != after.native.shape or before.native.frames != after.native.frames:
            return None
        pairs = zip(numbered_values(source, before), numbered_values(derived, after), strict=True)
        compare = _Compare(before, after, padding_of(source.image, before.native))
        differences = list(in_order(compare, pairs, workers))
    except (SourceError, DecodeError):
        return None
    moved = next((place for place, (_, kept) in enumerate(differences, start=1) if not kept), 0)
    return LossFacts(tuple(error for error, _ in differences), moved)


@dataclass(frozen=True, slots=True)
class _Compare:
    """Compares one frame: the largest difference, and whether the same pixels are padding."""

    before: FrameReader
    after: FrameReader
    padding: _Ends | None

    def __call__(self, values: tuple[Numbered, Numbered]) -> tuple[int, bool]:
        (_, one), (_, other) = values
        source, derived = self.before.frame(one()), self.after.frame(other())
        return largest_gap(source, derived), padding_kept(self.padding, source, derived)
