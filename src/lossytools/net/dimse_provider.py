"""pynetdicom's DIMSE provider without what grows with an object: its memory, and its time limit.

As it comes, pynetdicom queues a whole object for sending while the network is slower than the disk, gathers a
whole object in memory when receiving, and counts the time limit from the request to the last byte. Imported
only where pynetdicom is known to be there.
"""

from __future__ import annotations

import time
from io import BytesIO
from queue import Empty
from typing import TYPE_CHECKING, Any

from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dimse_messages import C_STORE_RQ, DIMSEMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from pynetdicom.association import Association

_WAITING = 8  # packets
_PACKET = 1 << 17  # bytes at most, whatever the archive would take
_GLANCE = 0.0005  # seconds between looks at the queue
_TURN = 0.25  # seconds between looks at whether anything comes


class Silence(RuntimeError):
    """The connection ended, or nothing went through it for too long.

    A RuntimeError, as what pynetdicom raises of an association that has ended; see `Lines.speaking`.
    """


class FlowingProvider(DIMSEServiceProvider):
    """Sends what the network takes, hands on what arrives, and waits while something comes or goes."""

    def __init__(self, association: Association, read_s: float) -> None:
        """Take the place of the provider of an association that is established. read_s: in seconds."""
        super().__init__(association)
        self.arrivals: Arrivals | None = None
        self._read_s = read_s
        self._last = time.monotonic()

    @property
    def maximum_pdu_size(self) -> int:
        """Size of a packet in bytes; an archive without a limit, 0, would be sent a whole object in one."""
        return min(super().maximum_pdu_size or _PACKET, _PACKET)

    def send_msg(self, primitive: Any, context_id: int) -> None:
        """Send a message in packets, never more than a few of them waiting. Raises Silence."""
        plain = self.dul.send_pdu
        self.dul.send_pdu = self._paced  # type: ignore[method-assign]
        try:
            super().send_msg(primitive, context_id)
        finally:
            self.dul.send_pdu = plain  # type: ignore[method-assign]

    def _paced(self, primitive: Any) -> None:
        waiting = self.dul.to_provider_queue
        until = time.monotonic() + self._read_s
        while waiting.qsize() >= _WAITING or not self.dul.is_alive():
            if time.monotonic() > until or not self.dul.is_alive():
                raise Silence
            time.sleep(_GLANCE)
        waiting.put(primitive)
        self._last = time.monotonic()

    def get_msg(self, block: bool = False) -> Any:  # noqa: FBT001, FBT002  pynetdicom's signature
        """Return the next message, (None, None) once nothing has come for `read_s`."""
        while block:
            try:
                return self.msg_queue.get(timeout=min(_TURN, self._read_s))
            except Empty:
                if time.monotonic() - self._last > self._read_s or not self.dul.is_alive():
                    break
        return super().get_msg(block=False)

    def receive_primitive(self, primitive: Any) -> None:
        """Take a packet in; the data set of an object goes to `arrivals` as it comes."""
        self._last = time.monotonic()
        if self.message is None and self.arrivals is not None:
            self.message = DIMSEMessage()
            self.message.data_set = _Outlet(self.message, self.arrivals)
        super().receive_primitive(primitive)


class Arrivals:
    """Where the data set of an incoming object goes. Runs in a thread of pynetdicom, so it raises nothing."""

    def __init__(self, begin: Callable[[int, str, str], None], write: Callable[[bytes], object]) -> None:
        """Take whom to tell of an object, by context, SOP Class and Instance UID, and whom to give it."""
        self._begin = begin
        self._write = write
        self.error: OSError | None = None
        self.objects = 0

    def take(self, message: DIMSEMessage, piece: bytes, *, first: bool) -> None:
        """Hand on a piece of a data set; after an error, and of a second object, nothing more."""
        self.objects += first
        if self.error is not None or self.objects > 1:
            return
        try:
            if first:
                command = message.command_set
                uids = (str(command.AffectedSOPClassUID), str(command.AffectedSOPInstanceUID))
                self._begin(message.context_id or 0, *uids)
            self._write(piece)
        except OSError as error:
            self.error = error


class _Outlet(BytesIO):
    """The buffer of a message: keeps what belongs to a response, hands on what belongs to an object."""

    def __init__(self, message: DIMSEMessage, arrivals: Arrivals) -> None:
        super().__init__()
        self._message = message
        self._arrivals = arrivals
        self._first = True

    def write(self, piece: Any, /) -> int:
        if not isinstance(self._message, C_STORE_RQ):
            return super().write(piece)
        self._arrivals.take(self._message, bytes(piece), first=self._first)
        self._first = False
        return len(piece)
