"""Do one piece of work in a fresh process and time it from inside, where start-up does not count.

    python benchmarks/speed/inside.py '{"action": "ours", "codec": "jpeg", "pairs": [["in.dcm", "out.dcm"]]}'

The same is done with the sample cine first, so that everything is loaded. Prints one JSON object: seconds by
the clock and of processors.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

_SAMPLE = Path(__file__).parents[2] / "sample_data" / "ultrasound_cine.dcm"

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.pipeline.options import Verify

    Pairs = list[tuple[Path, Path]]


def _ours(pairs: Pairs, codec: str, verify: Verify = "first") -> Callable[[], None]:
    from lossytools import Options, parse_codec, transcode  # noqa: PLC0415  not in the others' time or memory

    options = Options(
        allow_recompress=True, allow_larger=True, allow_quantitative=True, force=True, verify=verify
    )
    chosen = parse_codec(codec)

    def work() -> None:
        for source, target in pairs:
            transcode(source, target, chosen, options)

    return work


def _bare(pairs: Pairs, codec: str, *, decode: bool = False, sync: bool = False) -> Callable[[], None]:
    from pydicom import dcmread  # noqa: PLC0415

    from speed.bare import code_files  # noqa: PLC0415

    files = [(source, dcmread(source, stop_before_pixels=True), target) for source, target in pairs]
    return lambda: code_files(files, codec, decode=decode, sync=sync)


def _pydicom(pairs: Pairs, syntax: str, **options: Any) -> Callable[[], None]:
    from pydicom import dcmread  # noqa: PLC0415

    def work() -> None:
        for source, target in pairs:
            image = dcmread(source)
            image.compress(syntax, **options)
            image.save_as(target)

    return work


def _measuring(pairs: Pairs, frames: int) -> Callable[[], None]:
    """Measure 8-bit frames of 480 x 640, each against itself with noise."""
    import numpy as np  # noqa: PLC0415

    from lossytools.measurement import measure_frame  # noqa: PLC0415

    del pairs
    noise = np.random.default_rng(1).integers(0, 256, (2, 480, 640), np.uint8)

    def work() -> None:
        for number in range(1, frames + 1):
            measure_frame(noise[0], noise[1], number=number, native_bytes=1, stream_bytes=1, peak=255)

    return work


_ACTIONS: dict[str, Callable[..., Callable[[], None]]] = {
    "ours": _ours,
    "bare": _bare,
    "pydicom": _pydicom,
    "measuring": _measuring,
}


def main() -> int:
    """Do what the argument asks, and print what it took."""
    warnings.filterwarnings("ignore")
    asked = json.loads(sys.argv[1])
    pairs = [(Path(source), Path(target)) for source, target in asked.pop("pairs")]
    action = _ACTIONS[asked.pop("action")]
    with tempfile.TemporaryDirectory() as spare:
        action([(_SAMPLE, Path(spare) / "warm")], **asked)()
    work = action(pairs, **asked)
    busy, started = _busy(), time.perf_counter()
    work()
    taken = {"seconds": time.perf_counter() - started, "busy": _busy() - busy}
    print(json.dumps(taken))
    return 0


def _busy() -> float:
    """Return the seconds of processors of this process and of those it has started and seen end."""
    return sum(os.times()[:4])


if __name__ == "__main__":
    sys.exit(main())
