"""Associations with one application entity (PS3.8 section 7), kept open from one object to the next."""

from __future__ import annotations

import contextlib
import socket
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lossytools.libraries import require
from lossytools.net.failures import AccessDenied, EndFailed, EndLost, NetMissing, RequestRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pynetdicom.association import Association

    from lossytools.net.address import DicomAddress
    from lossytools.net.end import Patience

Contexts = tuple[tuple[str, str], ...]
"""SOP Class and Transfer Syntax UID of each presentation context, 128 at most (PS3.8 section 9.3.2.2)."""
_OPEN = 4  # associations at a time; many archives take few from one peer
_PDU_BYTES = 1 << 17
_TRANSIENT = 0x02


class Lines:
    """The associations that are open, each with the contexts it was opened for."""

    def __init__(self, address: DicomAddress, patience: Patience) -> None:
        """Connect to nothing yet."""
        self.address = address
        self.patience = patience
        self._open: dict[tuple[Contexts, str], Association] = {}
        self._wires: dict[Association, list[socket.socket]] = {}

    def associated(self, contexts: Contexts, received: str = "") -> Association:
        """Return an association that has `contexts`, an open one or a new one.

        contexts: without the first, or another of its SOP Class, the rest is of no use. received: the SOP
        Class that we take as its SCP, for C-GET. Raises EndLost, AccessDenied where the archive rejects
        us, EndFailed where it does so for the time being, RequestRefused where it takes no such
        requests, NetMissing.
        """
        key = (contexts, received)
        line = self._open.pop(key, None)
        if line is None or not line.is_established:
            while len(self._open) >= _OPEN:
                self._part(self._open.pop(next(iter(self._open))))
            if line is not None:
                self._part(line)
            line = self._opened(contexts, received)
        self._open[key] = line
        return line

    def _opened(self, contexts: Contexts, received: str) -> Association:
        library = load_pynetdicom()
        entity = library.AE(ae_title=self.address.calling)
        entity.connection_timeout = self.patience.connect_s
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = self.patience.read_s
        for sop_class, syntax in contexts:
            entity.add_requested_context(sop_class, syntax)
        wires: list[socket.socket] = []
        options = {
            "ae_title": self.address.called,
            "max_pdu": _PDU_BYTES,
            "ext_neg": [library.build_role(received, scp_role=True)] if received else None,
            "evt_handlers": [(library.evt.EVT_ACSE_SENT, lambda event: wires.append(_wire_of(event.assoc)))],
        }
        try:
            line: Association = entity.associate(self.address.host, self.address.port, **options)
        except OSError as error:  # a host that nobody knows
            raise EndLost(f"{self.address}: cannot be reached: {error.strerror or error}") from error
        self._wires[line] = wires[:1]
        taken = {context.abstract_syntax for context in line.accepted_contexts}
        if not line.is_established or contexts[0][0] not in taken:
            self._part(line)
            raise self._refusal(line)
        self._make_flow(line)
        return line

    def _make_flow(self, line: Association) -> None:
        provider = import_module("lossytools.net.dimse_provider").FlowingProvider
        line.dimse = provider(line, self.patience.read_s)
        for wire in self._wires[line]:
            with contextlib.suppress(OSError):
                wire.settimeout(self.patience.read_s)  # else an archive that stops reading holds us for ever
                # Command and data set are two packets, and the second would wait 40 ms for leave.
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _refusal(self, line: Association) -> Exception:
        answer: Any = line.acceptor.primitive
        if line.is_rejected and answer is not None:
            kind = EndFailed if answer.result == _TRANSIENT else AccessDenied
            return kind(f"{self.address}: rejects {self.address.calling}: {answer.reason_str}")
        if line.rejected_contexts:
            first = line.rejected_contexts[0]
            return RequestRefused(
                f"{self.address}: takes no {first.abstract_syntax.name} in {first.transfer_syntax[0].name}"  # type: ignore[union-attr]
            )
        return EndLost(f"{self.address}: no connection, or none that answers as an archive does")

    @contextmanager
    def speaking(self, line: Association) -> Iterator[None]:
        """Turn the end of an association in the middle of a request into EndLost."""
        try:
            yield
        except RuntimeError as error:  # Silence, and pynetdicom's word for an association that has ended
            self.drop(line)
            raise EndLost(f"{self.address}: the connection broke in the middle of a request") from error

    def drop(self, line: Association) -> None:
        """Break off an association in which something went wrong."""
        self._open = {key: other for key, other in self._open.items() if other is not line}
        for wire in self._wires.get(line, []):
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)  # an abort would wait for what is being sent
        line.abort()
        self._close_wires(line)

    def close(self) -> None:
        """Release all associations; the next request opens new ones."""
        while self._open:
            self._part(self._open.popitem()[1])

    def _part(self, line: Association) -> None:
        """End an association; one that has ended already only loses its socket."""
        line.release()
        self._close_wires(line)

    def _close_wires(self, line: Association) -> None:
        # pynetdicom leaves the socket of a connection that broke, or never was, to the garbage collector.
        for wire in self._wires.pop(line, []):
            wire.close()


def _wire_of(line: Association) -> socket.socket:
    transport: Any = line.dul.socket
    wire: socket.socket = transport.socket
    return wire


def load_pynetdicom() -> Any:
    """Return pynetdicom. Raises NetMissing with words to install it."""
    return require("pynetdicom", "lossytools[net]", NetMissing)
