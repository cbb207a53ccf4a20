"""A DICOMweb service as an end: QIDO-RS, WADO-RS and STOW-RS (PS3.18 sections 10.4 to 10.6)."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, Self

from lossytools.dicomio.publishing import publish
from lossytools.errors import UnreadableSource
from lossytools.net.arrival import check_arrival
from lossytools.net.conversation import Conversation, pieces
from lossytools.net.end import Fetched, Patience, Remote, Stored, read_remote
from lossytools.net.failures import ONE_OBJECT
from lossytools.net.multipart import DICOM, Upload, read_part
from lossytools.net.retrying import persist
from lossytools.net.statuses import explain_status
from lossytools.net.web_query import is_held, list_instances, read_json, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from http.client import HTTPResponse
    from pathlib import Path

    from lossytools.net.address import WebAddress

# With the asterisk the service sends what it has; without, it decompresses (PS3.18 section 8.7.3.5.2).
_AS_STORED = {"Accept": f'multipart/related; type="{DICOM}"; transfer-syntax=*'}
_FAILED, _FAILURE, _WARNING, _DONE = "00081198", "00081197", "00081196", "00081199"


class WebEnd:
    """A DICOMweb service; see `End`."""

    def __init__(self, address: WebAddress, patience: Patience) -> None:
        """Connect to nothing yet."""
        self.patience = patience
        self._conversation = Conversation(address, patience)

    @property
    def name(self) -> str:
        """Address for messages, without credentials."""
        return str(self._conversation.address)

    def instances(self, study: str = "") -> Iterator[Remote]:
        """Yield the instances that QIDO-RS finds, study by study."""
        return list_instances(self._conversation, study)

    def held(self, remote: Remote) -> bool:
        """Return whether QIDO-RS finds the instance."""
        return is_held(self._conversation, remote.checked())

    def fetch(self, remote: Remote, target: Path) -> Fetched:
        """Write the instance to `target`, the bytes that WADO-RS sends; see `End.fetch`."""
        remote.checked()
        with publish(target, force=False) as draft:
            size, digest = persist(lambda: self._receive(remote, draft.file), self.patience)
            check_arrival(draft.path, remote, self.name)
        return Fetched(remote, target, size, digest)

    def _receive(self, remote: Remote, out: IO[bytes]) -> tuple[int, str]:
        path = f"/studies/{remote.study}/series/{remote.series}/instances/{remote.instance}"
        out.seek(0)
        out.truncate()  # of an attempt that broke off
        size, digest = 0, hashlib.sha256()
        with self._conversation.ask(path, _AS_STORED) as response:
            for piece in self._content(response, remote):
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        out.flush()
        return size, digest.hexdigest()

    def _content(self, response: HTTPResponse, remote: Remote) -> Iterator[bytes]:
        body = pieces(response, self.name)
        kind, boundary = response.headers.get_content_type(), response.headers.get_boundary()
        if response.status == HTTPStatus.NOT_FOUND:
            raise UnreadableSource(f"{self.name}: has no instance {remote.instance}")
        if kind == DICOM:
            return body  # not what was asked for, and whole all the same
        if kind != "multipart/related" or not boundary:
            raise UnreadableSource(f"{self.name}: answers with {kind}, not with {DICOM} in multipart/related")
        return read_part(body, boundary, self.name)

    def store(self, paths: Iterable[Path]) -> Iterator[Stored]:
        """Send each file in a request of its own, for an answer of its own; see `End.store`."""
        for path in paths:
            uid = ""
            try:
                uid = read_remote(path)[0].instance
                accepted, reason = persist(lambda path=path: self._post(path), self.patience)  # type: ignore[misc]
            except (UnreadableSource, *ONE_OBJECT) as error:
                accepted, reason = False, str(error)
            yield Stored(path, uid, accepted, reason)

    def _post(self, path: Path) -> tuple[bool, str]:
        upload = Upload(path)
        headers = {"Content-Type": upload.content_type, "Accept": "application/dicom+json"}
        with self._conversation.ask("/studies", headers, (upload.length, upload.pieces())) as response:
            is_json = response.headers.get_content_type() in {"application/dicom+json", "application/json"}
            said = read_json(response, self.name) if is_json else None
        return _verdict(response.status, said if isinstance(said, dict) else {}, self.name)

    def close(self) -> None:
        """Close the connection; the next request opens one."""
        self._conversation.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()


def _verdict(status: int, said: dict[str, Any], name: str) -> tuple[bool, str]:
    """Return whether the one file of a request was accepted, and why not or what to watch (PS3.18 10.5.3)."""
    failed, done = (_items(said, tag) for tag in (_FAILED, _DONE))
    if failed or status in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
        code = value_of(failed[0], _FAILURE) if failed else ""
        reason = explain_status(int(code)) if code.isdecimal() else f"answers {status}"
        return False, f"{name}: refuses it: {reason}"
    code = value_of(done[0], _WARNING) if done else ""
    if code.isdecimal():
        return True, f"{name}: warns: {explain_status(int(code))}"
    return True, f"{name}: warns with status 202" if status == HTTPStatus.ACCEPTED else ""


def _items(said: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    element = said.get(tag)
    items = element.get("Value") if isinstance(element, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
