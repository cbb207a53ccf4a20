"""QIDO-RS: which instances a DICOMweb service has (PS3.18 section 10.6)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from lossytools.net.conversation import pieces
from lossytools.net.end import Remote
from lossytools.net.failures import EndFailed, RequestRefused
from lossytools.net.retrying import persist
from lossytools.net.uids import is_uid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

    from lossytools.net.conversation import Conversation

PAGE = 200
"""Matches asked for at a time."""
_LONGEST = 1 << 26  # bytes of one page of matches, 40 times what one has
_JSON = {"Accept": "application/dicom+json"}
_STUDY, _SERIES, _INSTANCE, _CLASS = "0020000D", "0020000E", "00080018", "00080016"


def list_instances(conversation: Conversation, study: str = "") -> Iterator[Remote]:
    """Yield the instances of the service, or of one study, asked for study by study in pages."""
    found = [study] if study else _paged(conversation, "/studies?", _STUDY)
    for each in found:
        uid = each if isinstance(each, str) else value_of(each, _STUDY)
        if not is_uid(uid):  # no part of a URL; whoever fetches this one is told why it cannot be had
            yield Remote(uid, "", "")
            continue
        for match in _paged(conversation, f"/studies/{uid}/instances?includefield={_SERIES}&", _INSTANCE):
            yield Remote(uid, value_of(match, _SERIES), value_of(match, _INSTANCE), value_of(match, _CLASS))


def is_held(conversation: Conversation, remote: Remote) -> bool:
    """Return whether the service lists the instance in its series."""
    query = (
        f"/studies/{remote.study}/series/{remote.series}/instances?SOPInstanceUID={remote.instance}&limit=1"
    )
    matches = persist(lambda: _matches(conversation, query), conversation.patience)
    return any(value_of(match, _INSTANCE) == remote.instance for match in matches)


def _paged(conversation: Conversation, query: str, key: str) -> Iterator[dict[str, Any]]:
    """Yield matches page by page until one is empty: a service may give fewer at a time than asked for.

    Raises EndFailed where it gives the same page again, for what follows it cannot be reached.
    """
    seen: set[str] = set()
    offset = 0
    while True:
        page = f"{query}limit={PAGE}&offset={offset}"
        matches = persist(lambda page=page: _matches(conversation, page), conversation.patience)  # type: ignore[misc]
        fresh = [match for match in matches if value_of(match, key) not in seen]
        if not fresh:
            break
        yield from fresh
        seen.update(value_of(match, key) for match in fresh)
        offset += len(matches)
    if len(matches) == PAGE:
        raise EndFailed(
            f"{conversation.address}: ignores the offset of a query: beyond {PAGE} matches none can be had"
        )


def _matches(conversation: Conversation, query: str) -> list[dict[str, Any]]:
    with conversation.ask(query, _JSON) as response:
        if response.status == HTTPStatus.NOT_FOUND:  # a search that finds nothing answers 200 or 204
            raise RequestRefused(f"{conversation.address}: answers a query with 404: is the path right?")
        found = read_json(response, str(conversation.address)) or []
    if not isinstance(found, list) or not all(isinstance(match, dict) for match in found):
        raise EndFailed(
            f"{conversation.address}: answers a query with no list of matches (PS3.18 section 10.6.4)"
        )
    return found


def read_json(response: HTTPResponse, name: str) -> Any:
    """Return the JSON of an answer, None of one that is empty.

    Raises EndFailed where it is no JSON or too long for one, EndLost.
    """
    body = bytearray()
    for piece in pieces(response, name):
        body += piece
        if len(body) > _LONGEST:
            raise EndFailed(f"{name}: answers with more than {_LONGEST >> 20} MiB of JSON")
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise EndFailed(f"{name}: answers with what is no JSON: {error}") from error


def value_of(element_set: dict[str, Any], tag: str) -> str:
    """Return the first value of an element in the DICOM JSON Model, "" without one (PS3.18 annex F)."""
    element = element_set.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    return str(values[0]) if isinstance(values, list) and values else ""
