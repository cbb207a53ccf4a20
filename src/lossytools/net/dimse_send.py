"""C-STORE: one file to an application entity, its data set as it lies on the disk (PS3.4 annex B)."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lossytools.errors import UnreadableSource
from lossytools.net.failures import EndFailed, EndLost
from lossytools.net.statuses import OUT_OF_RESOURCES, SUCCESS, explain_status, is_warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydicom.dataset import Dataset

    from lossytools.net.lines import Lines


def send_file(lines: Lines, path: Path, sop_class: str, transfer_syntax: str) -> tuple[bool, str]:
    """Return whether the archive accepted the file, and why not or what it warns of.

    Raises EndFailed where the archive is out of resources, RequestRefused where it takes no such objects,
    EndLost, UnreadableSource.
    """
    line = lines.associated(((sop_class, transfer_syntax),))
    try:
        with _as_it_lies(), lines.speaking(line):
            answer: Dataset = line.send_c_store(path)
    except (AttributeError, ValueError) as error:  # how pynetdicom complains of a file
        lines.drop(line)
        raise UnreadableSource(f"{path}: cannot be sent: {error}") from error
    except OSError as error:
        lines.drop(line)
        raise UnreadableSource(f"{path}: cannot be read: {error.strerror or error}") from error
    if "Status" not in answer:
        lines.drop(line)
        raise EndLost(f"{lines.address}: the connection broke during a C-STORE, or no answer came in time")
    return _verdict(answer, str(lines.address))


def _verdict(answer: Dataset, name: str) -> tuple[bool, str]:
    code = int(answer.Status)
    words = explain_status(code, str(answer.get("ErrorComment", "")))
    if code in OUT_OF_RESOURCES:
        raise EndFailed(f"{name}: refuses it: {words}")
    if code == SUCCESS:
        return True, ""
    return (True, f"{name}: warns: {words}") if is_warning(code) else (False, f"{name}: refuses it: {words}")


@contextmanager
def _as_it_lies() -> Iterator[None]:
    """Let pynetdicom send the bytes of the file; else it would decode and encode the data set, all in memory.

    It knows this as a setting of the whole process, so it is put back.
    """
    settings: Any = import_module("pynetdicom._config")
    before = settings.STORE_SEND_CHUNKED_DATASET
    settings.STORE_SEND_CHUNKED_DATASET = True
    try:
        yield
    finally:
        settings.STORE_SEND_CHUNKED_DATASET = before
