"""What to measure of every frame: which parts, on which range, how closely."""

from __future__ import annotations

from dataclasses import dataclass

from lossytools.errors import TargetSettingError
from lossytools.fidelity.regions import REGIONS
from lossytools.fidelity.scales import SCALES


@dataclass(frozen=True, slots=True)
class Focus:
    """Which parts are measured, "whole", "sector", "text" or "background", and on which scale.

    regions: one or more of REGIONS, all of which the image has to show; None for all that it shows.
    scale: "stored" measures against 2**bits_stored - 1, "actual" against the range that the samples take but
    for one in a thousand at either end, padding left out, "window" through the Modality LUT and every window
    of the header, of which the worst counts. ssim: whether it is wanted too. vif: of how many frames, evenly
    spread over a cine, `measure` is to tell visual information fidelity, of all pixels on that scale. Raises
    TargetSettingError for other names.
    """

    regions: tuple[str, ...] | None = None
    scale: str = "stored"
    ssim: bool = True
    vif: int = 0

    def __post_init__(self) -> None:
        """Raise TargetSettingError for a part or a scale that does not exist."""
        wrong = [name for name in self.parts if name not in REGIONS]
        if wrong or not self.parts:
            raise TargetSettingError(f"regions are {', '.join(REGIONS)}, not {', '.join(wrong) or 'none'}")
        if self.scale not in SCALES:
            raise TargetSettingError(f"a scale is {', '.join(SCALES)}, not {self.scale!r}")
        if self.vif < 0:
            raise TargetSettingError(f"vif is of 0 or more frames, not of {self.vif}")

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts to look for."""
        return REGIONS if self.regions is None else self.regions
