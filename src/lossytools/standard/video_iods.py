"""Which IODs may be encoded as video: their modules allow YBR_PARTIAL_420."""

from __future__ import annotations

VIDEO_IODS: frozenset[str] = frozenset(
    {
        "Ultrasound Multi-frame Image",  # PS3.3 C.8.5.6.1.2
        "Video Endoscopic Image",  # PS3.3 C.8.12.1.1.1, as the next two
        "Video Microscopic Image",
        "Video Photographic Image",
        "Multi-frame True Color Secondary Capture Image",  # PS3.3 A.8.5.4: colours by transfer syntax
    }
)
"""Names as in `standard.iod_policy`."""
