"""From the address of an end to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.net.address import WebAddress, parse_address
from lossytools.net.dimse_end import DimseEnd
from lossytools.net.end import Patience
from lossytools.net.web_end import WebEnd

if TYPE_CHECKING:
    from lossytools.net.end import End


def open_end(address: str, patience: Patience | None = None) -> End:
    """Return the end at `address`, see `parse_address`; nothing is connected before the first request.

    Raises BadAddress, NetMissing.
    """
    place = parse_address(address)
    waiting = patience or Patience()
    return WebEnd(place, waiting) if isinstance(place, WebAddress) else DimseEnd(place, waiting)
