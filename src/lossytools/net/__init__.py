"""The two ends of a migration: the archive objects come from, and the one they go to."""

from lossytools.errors import NetError
from lossytools.net.address import DicomAddress, WebAddress, parse_address
from lossytools.net.confirmation import Confirmed, confirm
from lossytools.net.end import End, Fetched, Patience, Remote, Stored
from lossytools.net.failures import (
    AccessDenied,
    BadAddress,
    EndFailed,
    EndLost,
    NetMissing,
    RequestRefused,
)
from lossytools.net.fetching import Kept, Refused, fetch_all
from lossytools.net.opening import open_end
from lossytools.net.sending import Sent, send_all

__all__ = [
    "AccessDenied",
    "BadAddress",
    "Confirmed",
    "DicomAddress",
    "End",
    "EndFailed",
    "EndLost",
    "Fetched",
    "Kept",
    "NetError",
    "NetMissing",
    "Patience",
    "Refused",
    "Remote",
    "RequestRefused",
    "Sent",
    "Stored",
    "WebAddress",
    "confirm",
    "fetch_all",
    "open_end",
    "parse_address",
    "send_all",
]
