"""Where the sample cine lies: in the package once installed, in the repository before."""

from __future__ import annotations

from pathlib import Path

from lossytools.errors import UnreadableSource

_NAME = Path("sample_data", "ultrasound_cine.dcm")
_PACKAGE = Path(__file__).resolve().parents[1]


def sample_cine() -> Path:
    """Return the path of the synthetic ultrasound cine that comes with lossytools.

    Raises UnreadableSource where this installation has none.
    """
    places = [_PACKAGE / _NAME, _PACKAGE.parents[1] / _NAME]
    for place in places:
        if place.is_file():
            return place
    looked = " and ".join(map(str, places))
    raise UnreadableSource(f"the sample cine is missing: looked for {looked}")
