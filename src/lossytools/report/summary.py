"""What one verb did, as lines of a label and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lossytools.changes.record import part_words
from lossytools.report.figures import bytes_words, decibels, history_words, ratio_words
from lossytools.standard.transfer_syntaxes import BY_UID, EXPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lossytools.fidelity.scales import Scale
    from lossytools.measurement import Measurement
    from lossytools.pipeline.decompression import Decompressed
    from lossytools.pipeline.display import Unit
    from lossytools.pipeline.options import Outcome
    from lossytools.values import ImagePixel

Line: TypeAlias = "tuple[str, str | Sequence[str]]"
"""A label, and its words on one line or on several."""


def aligned(lines: Iterable[Line]) -> str:
    """Return labels in one column and words in the next; further words of a label below the first.

    >>> print(aligned([("codec", "jpeg"), ("steps", ["one", "two"])]))
    codec  jpeg
    steps  one
           two
    """
    rows = [(label, [words] if isinstance(words, str) else list(words)) for label, words in lines]
    width = max(len(label) for label, _ in rows) + 2
    return "\n".join(
        f"{label if number == 0 else '':{width}}{word}"
        for label, words in rows
        for number, word in enumerate(words)
    )


def outcome_text(outcome: Outcome) -> str:
    """Return what a transcode did and how much was lost."""
    frames = outcome.measurement.frames
    same = outcome.uid == outcome.source_uid
    saved = 1 - outcome.measurement.stream_bytes / outcome.source_bytes
    against: list[Line] = [
        ("against source", f"{abs(saved):.1%} {'smaller' if saved >= 0 else 'larger'} than its pixel data")
    ]
    return aligned(
        [
            ("target", printable(str(outcome.target))),
            ("codec", outcome.codec),
            ("transfer syntax", syntax_words(outcome.transfer_syntax)),
            ("pixels", pixel_words(outcome.declared)),
            *(measurement_lines(outcome.measurement) if not same else lossless_lines(outcome.measurement)),
            *(against if same else []),
            *kept_lines(outcome),
            ("lossy history", history_words(outcome.history)),
            ("UID, as before" if same else "new UID", outcome.uid),
            ("time", f"{outcome.seconds:.2f} s, {frames / max(outcome.seconds, 1e-9):.3g} frames a second"),
        ]
    )


def kept_lines(outcome: Outcome) -> list[Line]:
    """Return the target and how true the parts stayed that it speaks of, nothing without one."""
    words = outcome.kept or outcome.missed
    if not words:
        return []
    of_parts = [part_words(name, part) for name, part in outcome.parts.items()]
    against = [outcome.scale.words] if outcome.scale is not None and outcome.scale.name != "stored" else []
    encodes = f"{outcome.encodes:.2f} encodes a frame"
    return [("kept" if outcome.kept else "NOT kept", [words, *of_parts, *against, encodes])]


def decompressed_text(done: Decompressed) -> str:
    """Return what a decompression did."""
    return aligned(
        [
            ("target", printable(str(done.target))),
            ("transfer syntax", syntax_words(EXPLICIT_LITTLE_ENDIAN)),
            ("pixels", pixel_words(done.declared)),
            ("size", bytes_words(done.declared.native_bytes)),
            ("UID, as before", done.uid),
            ("time", f"{done.seconds:.2f} s"),
        ]
    )


def measurement_text(measured: Measurement, scale: Scale, unit: Unit | None) -> str:
    """Return what was lost over all frames, and in the worst of them."""
    lines: list[Line] = [("frames", str(measured.frames)), *measurement_lines(measured)]
    if unit is not None and measured.max_error is not None:
        lines.append(("in units", f"largest error {measured.max_error * unit.step:g} {unit.name}"))
    return aligned([*lines, ("parts below", scale.words)])


def measurement_lines(measured: Measurement) -> list[Line]:
    """Return size, ratio, PSNR and largest error."""
    worst, error = measured.worst, measured.worst_error
    overall = decibels(measured.psnr_db)
    sizes: list[Line] = [
        ("size", f"{bytes_words(measured.native_bytes)} native, {bytes_words(measured.stream_bytes)} stored"),
        ("ratio", ratio_words(measured.ratio)),
    ]
    if error.max_error is None:
        return [*sizes, ("loss", "not measured: no frame was decoded")]
    return [
        *sizes,
        ("PSNR", f"{decibels(worst.psnr_db)} in the worst frame ({worst.number}), {overall} overall"),
        ("largest error", f"{error.max_error} of {error.peak} grey levels (frame {error.number})"),
    ]


def lossless_lines(measured: Measurement) -> list[Line]:
    """Return size and ratio of what lost nothing."""
    return [*measurement_lines(measured)[:2], ("loss", "none: every frame decodes to what it was")]


def syntax_words(uid: str) -> str:
    """Return a transfer syntax with its name."""
    known = BY_UID.get(uid)
    return f"{uid}  {known.name}" if known else uid


def pixel_words(pixels: ImagePixel) -> str:
    """Return size, number of frames and form of an image."""
    frames = f"{pixels.frames} frame{'s'[: pixels.frames != 1]}"
    return f"{pixels.columns} x {pixels.rows}, {frames}, {pixels.photometric}, {pixels.bits_stored} bits"


def printable(text: str) -> str:
    """Return a path with control characters spelt out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
