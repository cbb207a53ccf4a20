"""All generated objects: at least one for every SOP Class that policy allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iods import (
    breast,
    capture,
    coherence,
    enhanced_mr,
    enhanced_tomography,
    microscopy,
    projection,
    radiology,
    radiotherapy,
    visible_light,
    volume,
    x_ray_volume,
)

if TYPE_CHECKING:
    from iods.building import Specimen

_FAMILIES = (
    radiology,
    capture,
    visible_light,
    enhanced_mr,
    enhanced_tomography,
    projection,
    x_ray_volume,
    breast,
    volume,
    coherence,
    radiotherapy,
    microscopy,
)
SPECIMENS: tuple[Specimen, ...] = tuple(specimen for family in _FAMILIES for specimen in family.SPECIMENS)
