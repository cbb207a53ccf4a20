"""Addresses of ends: DICOMweb services and DICOM application entities."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote, urlsplit

from lossytools.net.failures import BadAddress

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_WEB = {"dicomweb+http": 80, "dicomweb+https": 443}
_FORMS = "dicomweb+https://HOST/PATH, dicomweb+http://HOST/PATH or dicom://AET@HOST:PORT"
_AE_TITLE = re.compile(r"[ -\[\]-~]{1,16}")  # PS3.5 section 6.2: no backslash, no control characters
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\U0010ffff]")
CALLING = "LOSSYTOOLS"
"""The application entity title we go by where the address gives no other."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A DICOMweb service. path: without a slash at its end. credentials: "user:password", never shown."""

    host: str
    port: int
    path: str
    secure: bool
    credentials: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return the address for messages."""
        scheme = "dicomweb+https" if self.secure else "dicomweb+http"
        return f"{scheme}://{_bracketed(self.host)}:{self.port}{self.path}"

    @property
    def authorization(self) -> str:
        """Value of the header Authorization, "" without credentials (RFC 7617)."""
        return f"Basic {b64encode(self.credentials.encode()).decode()}" if self.credentials else ""


@dataclass(frozen=True, slots=True)
class DicomAddress:
    """A DICOM application entity. called: its title, calling: ours, 1 to 16 characters each."""

    host: str
    port: int
    called: str
    calling: str = CALLING

    def __str__(self) -> str:
        """Return the address for messages."""
        return f"dicom://{quote(self.called)}@{_bracketed(self.host)}:{self.port}"


def parse_address(text: str) -> WebAddress | DicomAddress:
    """Return the end that `text` names: dicomweb+http, dicomweb+https or dicom.

    dicomweb+https://[USER:PASSWORD@]HOST[:PORT]/PATH · dicom://AET@HOST:PORT[?calling=AET]

    Raises BadAddress, which says what is wrong and shows no password.
    """
    shown = re.sub(r"(?<=//).*@", "", text)
    if _UNSEEN.search(text):
        raise BadAddress(f"{shown!r}: an address has no spaces, control or non-ASCII characters; use %20")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadAddress(f"{shown}: the port is a number from 1 to 65535") from None  # its words show all
    if parts.scheme not in {*_WEB, "dicom"}:
        raise BadAddress(f"{shown}: an address looks like {_FORMS}")
    if not parts.hostname or port == 0:
        raise BadAddress(
            f"{shown}: names no {'host' if port != 0 else 'port'}; an address looks like {_FORMS}"
        )
    try:
        parts.hostname.encode("idna")
    except UnicodeError:
        raise BadAddress(f"{shown}: {parts.hostname} cannot be the name of a host") from None
    return _dicom(parts, port, shown) if parts.scheme == "dicom" else _web(parts, port, shown)


def _web(parts: SplitResult, port: int | None, shown: str) -> WebAddress:
    if parts.query or parts.fragment:
        raise BadAddress(f"{shown}: a DICOMweb address ends with its path, without ? and #")
    credentials = ""
    if parts.username is not None:
        if parts.password is None:
            raise BadAddress(f"{shown}: the user stands without a password; write USER:PASSWORD@")
        credentials = f"{unquote(parts.username)}:{unquote(parts.password)}"
    secure = parts.scheme == "dicomweb+https"
    return WebAddress(
        parts.hostname or "", port or _WEB[parts.scheme], parts.path.rstrip("/"), secure, credentials
    )


def _dicom(parts: SplitResult, port: int | None, shown: str) -> DicomAddress:
    if parts.password is not None:
        raise BadAddress(f"{shown}: a DICOM application entity takes no password")
    if port is None:
        raise BadAddress(f"{shown}: names no port; write dicom://AET@HOST:PORT")
    if parts.path.rstrip("/") or parts.fragment:
        raise BadAddress(f"{shown}: a DICOM address has no path; write dicom://AET@HOST:PORT")
    query = parse_qs(parts.query, keep_blank_values=True)
    if set(query) - {"calling"} or len(query.get("calling", [""])) > 1:
        raise BadAddress(f"{shown}: after ? only calling=AET may stand, once")
    called = _title(unquote(parts.username or ""), "the title before @", shown)
    calling = _title(query.get("calling", [CALLING])[0], "the title after calling=", shown)
    return DicomAddress(parts.hostname or "", port, called, calling)


def _title(text: str, what: str, shown: str) -> str:
    title = text.strip(" ")
    if not _AE_TITLE.fullmatch(title):
        raise BadAddress(
            f"{shown}: {what} has {len(title)} characters; 1 to 16 of ASCII without \\ are allowed"
        )
    return title


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
