"""C-FIND: which instances an application entity has (PS3.4 section C.4.1, Study Root)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset

from lossytools.history import stored_values
from lossytools.net.end import Remote
from lossytools.net.failures import EndFailed, EndLost, RequestRefused
from lossytools.net.retrying import persist
from lossytools.net.statuses import OUT_OF_RESOURCES, PENDING, SUCCESS, explain_status
from lossytools.net.uids import is_uid
from lossytools.standard.transfer_syntaxes import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lossytools.net.lines import Lines

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
_CONTEXTS = ((FIND, IMPLICIT_LITTLE_ENDIAN), (FIND, EXPLICIT_LITTLE_ENDIAN))
_STUDY, _SERIES, _INSTANCE = "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"


def list_instances(lines: Lines, study: str = "") -> Iterator[Remote]:
    """Yield the instances of the archive, or of one study, level by level."""
    for in_study in [study] if study else _values(lines, "STUDY", {}, _STUDY):
        if not is_uid(in_study):  # no key to ask with; whoever fetches this one is told why it cannot be had
            yield Remote(in_study, "", "")
            continue
        for series in _values(lines, "SERIES", {_STUDY: in_study}, _SERIES):
            if not is_uid(series):
                yield Remote(in_study, series, "")
                continue
            yield from _in_series(lines, in_study, series)


def _in_series(lines: Lines, study: str, series: str) -> Iterator[Remote]:
    keys = {_STUDY: study, _SERIES: series, _INSTANCE: "", "SOPClassUID": ""}
    seen = set()
    for match in _matches(lines, "IMAGE", keys):
        uid = _text(match, _INSTANCE)
        if uid not in seen:
            seen.add(uid)
            yield Remote(study, series, uid, _text(match, "SOPClassUID"))


def find_instance(lines: Lines, remote: Remote) -> Remote | None:
    """Return the instance with the SOP Class that the archive gives it, None where it has none such."""
    keys = {_STUDY: remote.study, _SERIES: remote.series, _INSTANCE: remote.instance, "SOPClassUID": ""}
    for match in _matches(lines, "IMAGE", keys):
        if _text(match, _INSTANCE) == remote.instance:
            return Remote(remote.study, remote.series, remote.instance, _text(match, "SOPClassUID"))
    return None


def _values(lines: Lines, level: str, keys: dict[str, str], wanted: str) -> list[str]:
    found = (_text(match, wanted) for match in _matches(lines, level, keys | {wanted: ""}))
    return list(dict.fromkeys(found))  # archives answer twice


def _text(match: Dataset, keyword: str) -> str:
    return "\\".join(stored_values(match, keyword)).strip("\0 ")


def _matches(lines: Lines, level: str, keys: dict[str, str]) -> list[Dataset]:
    """Return all matches of one query; nothing is handed on before it has ended well."""
    query = Dataset()
    query.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(query, keyword, value)
    return persist(lambda: _asked(lines, query), lines.patience)


def _asked(lines: Lines, query: Dataset) -> list[Dataset]:
    line = lines.associated(_CONTEXTS)
    with lines.speaking(line):
        answers = list(line.send_c_find(query, FIND))
    found = []
    for status, match in answers:
        code = status.get("Status")
        if code is None:
            lines.drop(line)
            raise EndLost(f"{lines.address}: the connection broke during a query, or nothing came in time")
        if code in PENDING:
            if match is None:
                raise EndFailed(f"{lines.address}: sends a match that cannot be read")
            found.append(match)
        elif code != SUCCESS:
            kind = EndFailed if code in OUT_OF_RESOURCES else RequestRefused
            comment = str(status.get("ErrorComment", ""))
            raise kind(f"{lines.address}: refuses a query: {explain_status(code, comment)}")
    return found
