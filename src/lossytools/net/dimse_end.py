"""A DICOM application entity as an end: C-FIND, C-GET and C-STORE (PS3.4 annexes B and C)."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Self

from lossytools.dicomio.publishing import publish
from lossytools.errors import UnreadableSource
from lossytools.net.arrival import check_arrival
from lossytools.net.dimse_query import find_instance, list_instances
from lossytools.net.dimse_retrieve import Retrieval
from lossytools.net.dimse_send import send_file
from lossytools.net.end import Fetched, Patience, Remote, Stored, read_remote
from lossytools.net.failures import ONE_OBJECT, RequestRefused
from lossytools.net.lines import Lines, load_pynetdicom
from lossytools.net.retrying import persist
from lossytools.net.uids import checked_uid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lossytools.net.address import DicomAddress


class DimseEnd:
    """A DICOM application entity; see `End`."""

    def __init__(self, address: DicomAddress, patience: Patience) -> None:
        """Connect to nothing yet. Raises NetMissing without pynetdicom."""
        load_pynetdicom()
        self.patience = patience
        self._lines = Lines(address, patience)

    @property
    def name(self) -> str:
        """Address for messages."""
        return str(self._lines.address)

    def instances(self, study: str = "") -> Iterator[Remote]:
        """Yield the instances that C-FIND finds, study by study, series by series."""
        return list_instances(self._lines, study)

    def held(self, remote: Remote) -> bool:
        """Return whether C-FIND finds the instance."""
        return find_instance(self._lines, remote.checked()) is not None

    def fetch(self, remote: Remote, target: Path) -> Fetched:
        """Write the instance to `target`; see `End.fetch`.

        The File Meta Information is new, for none is sent; the data set is the bytes that came (PS3.10 7.1).
        """
        known = self._with_class(remote.checked())
        with publish(target, force=False) as draft:
            size, digest = persist(lambda: self._received(known, draft.file), self.patience)
            check_arrival(draft.path, remote, self.name)
        return Fetched(remote, target, size, digest)

    def _received(self, remote: Remote, out: IO[bytes]) -> tuple[int, str]:
        try:
            return Retrieval(self._lines, remote, out).run()
        except RequestRefused as error:
            if find_instance(self._lines, remote) is None:  # archives have no one status for that
                raise UnreadableSource(f"{self.name}: has no instance {remote.instance}") from error
            raise

    def _with_class(self, remote: Remote) -> Remote:
        """Return the instance with its SOP Class: C-GET must propose it, and a query need not tell it."""
        found = remote if remote.sop_class else find_instance(self._lines, remote)
        if found is None:
            raise UnreadableSource(f"{self.name}: has no instance {remote.instance}")
        checked_uid(found.sop_class, f"{self.name}: SOP Class UID of {remote.instance},")
        return found

    def store(self, paths: Iterable[Path]) -> Iterator[Stored]:
        """Send each file in its own transfer syntax; see `End.store`."""
        for path in paths:
            uid = ""
            try:
                remote, syntax = read_remote(path)
                uid, sop_class = remote.instance, remote.sop_class
                accepted, reason = self._sent(path, sop_class, syntax)
            except (UnreadableSource, *ONE_OBJECT) as error:
                accepted, reason = False, str(error)
            yield Stored(path, uid, accepted, reason)

    def _sent(self, path: Path, sop_class: str, syntax: str) -> tuple[bool, str]:
        return persist(lambda: send_file(self._lines, path, sop_class, syntax), self.patience)

    def close(self) -> None:
        """Release the associations; the next request opens new ones."""
        self._lines.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release the associations."""
        self.close()
