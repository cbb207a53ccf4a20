"""What goes wrong between two machines.

NetError
  BadAddress           the address of an end cannot be understood
  NetMissing           the library for this kind of end is absent or broken
  EndLost              no connection, or it broke, and trying again did not help; the batch stops
  AccessDenied         the end does not let us in; the batch stops
  EndFailed            the end reports a failure of its own, and trying again did not help; the next may work
  RequestRefused       the end refuses this one request; the next may work

Messages name the end by its address, without user and password.
"""

from __future__ import annotations

from lossytools.errors import LibraryMissing, NetError


class BadAddress(NetError, ValueError):
    """The address of an end cannot be understood."""


class NetMissing(NetError, LibraryMissing):
    """A library this end needs is absent or broken; the message says how to install it."""


class EndLost(NetError):
    """There is no connection to the end, or it broke, however often it was tried."""


class AccessDenied(NetError):
    """The end does not let us in: wrong password, or an application entity it does not know."""


class EndFailed(NetError):
    """The end reports a failure of its own (HTTP 5xx, DICOM A7xx), however often it was tried."""


class RequestRefused(NetError):
    """The end refuses this one request; another object may do."""


ONE_OBJECT = (EndFailed, RequestRefused)
"""Failures that concern one object: a batch reports them and goes on."""
