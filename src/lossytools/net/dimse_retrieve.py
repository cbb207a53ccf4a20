"""C-GET: one instance from an application entity, as the archive holds it (PS3.4 section C.4.3)."""

from __future__ import annotations

import hashlib
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from pydicom.dataset import Dataset

from lossytools.dicomio.encoding import file_start
from lossytools.errors import UnreadableSource
from lossytools.net.failures import EndFailed, EndLost, RequestRefused
from lossytools.net.lines import load_pynetdicom
from lossytools.net.statuses import CANNOT_STORE, OUT_OF_RESOURCES, SUCCESS, explain_status, is_warning
from lossytools.standard.transfer_syntaxes import IMPLICIT_LITTLE_ENDIAN, TRANSFER_SYNTAXES

if TYPE_CHECKING:
    from pynetdicom.association import Association

    from lossytools.net.end import Remote
    from lossytools.net.lines import Contexts, Lines

GET = "1.2.840.10008.5.1.4.1.2.2.3"
_NO_SUCH_INSTANCE = 0x0112


class Retrieval:
    """One C-GET of one instance into a file. size and digest: of what has been written."""

    def __init__(self, lines: Lines, remote: Remote, out: IO[bytes]) -> None:
        """Take what to get, its SOP Class known, and where to write it from the start."""
        self._lines = lines
        self._remote = remote
        self._out = out
        self.size = 0
        self.digest = hashlib.sha256()
        self._accepted: dict[int | None, str] = {}

    def run(self) -> tuple[int, str]:
        """Return size in bytes and SHA-256 of the file.

        Raises NetError, UnreadableSource, and the OSError of a disk that takes no more.
        """
        self._out.seek(0)
        self._out.truncate()  # of an attempt that broke off
        load_pynetdicom()
        module = import_module("lossytools.net.dimse_provider")
        line = self._lines.associated(_contexts(self._remote.sop_class), self._remote.sop_class)
        self._accepted = {c.context_id: str(c.transfer_syntax[0]) for c in line.accepted_contexts}
        arrivals = module.Arrivals(self._begin, self._write)
        try:
            final = self._ask(line, arrivals)
        except BaseException:
            self._lines.drop(line)  # an answer that is still on its way would be taken for the next
            raise
        if arrivals.error is not None:
            raise arrivals.error
        self._judge(final, arrivals.objects)
        self._out.flush()
        return self.size, self.digest.hexdigest()

    def _ask(self, line: Association, arrivals: Any) -> Dataset:
        provider: Any = line.dimse
        events = import_module("pynetdicom.events")
        answer = (events.EVT_C_STORE, lambda _: SUCCESS if arrivals.error is None else CANNOT_STORE)
        query = Dataset()
        query.QueryRetrieveLevel = "IMAGE"
        query.StudyInstanceUID, query.SeriesInstanceUID = self._remote.study, self._remote.series
        query.SOPInstanceUID = self._remote.instance
        provider.arrivals = arrivals
        line.bind(*answer)
        try:
            with self._lines.speaking(line):
                answers = [status for status, _ in line.send_c_get(query, GET)]
        finally:
            line.unbind(*answer)
            provider.arrivals = None
        if not answers or "Status" not in answers[-1]:
            raise EndLost(
                f"{self._lines.address}: the connection broke during a C-GET, or nothing came in time"
            )
        return answers[-1]

    def _begin(self, context: int, sop_class: str, instance: str) -> None:
        names = Dataset()
        names.SOPClassUID, names.SOPInstanceUID = sop_class, instance
        self._write(file_start(names, self._accepted.get(context, IMPLICIT_LITTLE_ENDIAN)))

    def _write(self, piece: bytes) -> None:
        self._out.write(piece)
        self.digest.update(piece)
        self.size += len(piece)

    def _judge(self, final: Dataset, objects: int) -> None:
        """Raise unless exactly one object came and the archive says that none failed."""
        code = int(final.Status)
        name, uid = self._lines.address, self._remote.instance
        if (code == SUCCESS and objects == 0) or code == _NO_SUCH_INSTANCE:
            raise UnreadableSource(f"{name}: has no instance {uid}, or cannot send it in a syntax we know")
        if objects > 1:
            raise UnreadableSource(f"{name}: sends {objects} instances, and one was asked for")
        if code != SUCCESS and not (is_warning(code) and not final.get("NumberOfFailedSuboperations")):
            kind = EndFailed if code in OUT_OF_RESOURCES else RequestRefused
            raise kind(
                f"{name}: does not send {uid}: {explain_status(code, str(final.get('ErrorComment', '')))}"
            )


def _contexts(sop_class: str) -> Contexts:
    """Return a context for each transfer syntax, so that the archive finds that of the object.

    With all syntaxes in one context it would pick one, and recode the object to it (PS3.8 section 9.3.2.2).
    """
    return ((GET, IMPLICIT_LITTLE_ENDIAN), *((sop_class, syntax.uid) for syntax in TRANSFER_SYNTAXES))
