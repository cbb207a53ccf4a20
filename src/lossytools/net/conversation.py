"""HTTP with one DICOMweb service: one connection, bodies that flow, failures in our words."""

from __future__ import annotations

import http.client
import selectors
import ssl
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from lossytools import __version__
from lossytools.net.failures import AccessDenied, EndFailed, EndLost, RequestRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lossytools.net.address import WebAddress
    from lossytools.net.end import Patience

PIECE = 1 << 16
"""Bytes sent and received at a time."""
_SAID = 300  # characters of an error page worth repeating
_DENIED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED}
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_BROKEN = (OSError, http.client.HTTPException)


class Conversation:
    """Requests to one service over a connection that is kept while the service keeps it."""

    def __init__(self, address: WebAddress, patience: Patience) -> None:
        """Connect to nothing yet."""
        self.address = address
        self.patience = patience
        self._connection: http.client.HTTPConnection | None = None

    @contextmanager
    def ask(
        self, path: str, headers: Mapping[str, str], body: tuple[int, Iterator[bytes]] | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """Send one request and give the response, its body still to be read by `pieces`.

        path: below that of the service, with its query. body: its length in bytes and its pieces; the request
        is then a POST. Raises EndLost, and by its status what `judged` raises.
        """
        try:
            response = judged(self._response(path, headers, body), str(self.address))
            yield response
        except BaseException:
            self.close()  # what is left of the response would be taken for the next
            raise
        if not response.isclosed():
            self.close()

    def _response(
        self, path: str, headers: Mapping[str, str], body: tuple[int, Iterator[bytes]] | None
    ) -> http.client.HTTPResponse:
        with lost(str(self.address)):
            connection = self._open()
            connection.putrequest("GET" if body is None else "POST", self.address.path + path)
            own = {"User-Agent": f"lossytools/{__version__}", "Authorization": self.address.authorization}
            length = {} if body is None else {"Content-Length": str(body[0])}
            for name, value in (own | length | dict(headers)).items():
                if value:
                    connection.putheader(name, value)
            connection.endheaders()
        if body is not None:
            self._send(connection, body[1])
        with lost(str(self.address)):
            return connection.getresponse()

    def _send(self, connection: http.client.HTTPConnection, pieces: Iterator[bytes]) -> None:
        # What reading the file raises is no failure of the connection, so only sending is watched.
        for piece in pieces:
            try:
                connection.send(piece)
            except (BrokenPipeError, ConnectionResetError):
                return  # a service that refuses a body early closes, and its answer may lie there
            except OSError as error:
                raise EndLost(f"{self.address}: the connection broke: {_words(error)}") from error

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is None or _is_over(self._connection):
            self.close()
            self._connection = self._connected()
        return self._connection

    def _connected(self) -> http.client.HTTPConnection:
        place = (self.address.host, self.address.port)
        if self.address.secure:
            context = ssl.create_default_context()
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                *place, timeout=self.patience.connect_s, context=context
            )
        else:
            made = http.client.HTTPConnection(*place, timeout=self.patience.connect_s)
        try:
            made.connect()
            made.sock.settimeout(self.patience.read_s)
        except BaseException:
            made.close()
            raise
        return made

    def close(self) -> None:
        """Close the connection; the next request opens one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _is_over(connection: http.client.HTTPConnection) -> bool:
    """Return whether the service has closed a connection that rested: its end, and nothing else, has come."""
    if connection.sock is None:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return bool(selector.select(0))


@contextmanager
def lost(name: str) -> Iterator[None]:
    """Turn what a connection raises into EndLost of the end `name`."""
    try:
        yield
    except _BROKEN as error:
        raise EndLost(f"{name}: the connection broke or there is none: {_words(error)}") from error


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "nothing came in time"
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return f"{type(error).__name__} {error}".strip()


def pieces(response: http.client.HTTPResponse, name: str) -> Iterator[bytes]:
    """Yield the body of a response. Raises EndLost where it breaks off before its announced end."""
    while True:
        with lost(name):
            piece = response.read(PIECE)
        if not piece:
            break
        yield piece
    if response.length:
        raise EndLost(f"{name}: the connection broke {response.length} bytes before the end of an answer")


def judged(response: http.client.HTTPResponse, name: str) -> http.client.HTTPResponse:
    """Return a response that brings what was asked for, or 404 and 409, which tell of the object.

    Raises AccessDenied (401, 407), EndFailed (5xx, 408, 429), RequestRefused (the rest, redirections too:
    they are not followed, for who redirects could send our password anywhere).
    """
    status = response.status
    if status < HTTPStatus.MULTIPLE_CHOICES or status in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
        return response
    words = f"{name}: answers {status} {response.reason}{_said(response)}"
    if status in _DENIED:
        raise AccessDenied(words)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        raise EndFailed(words)
    raise RequestRefused(words)


def _said(response: http.client.HTTPResponse) -> str:
    """Return the first words of an answer that is text, "" of any other."""
    if not response.headers.get_content_type().startswith(("text/plain", "application/json")):
        return ""
    try:
        said = response.read(_SAID).decode("utf-8", "replace")
    except _BROKEN:
        return ""
    return f": {' '.join(said.split())}" if said.strip() else ""
