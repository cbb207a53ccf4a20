"""Names in the generated archive: UIDs that follow from numbers, and how an object is referred to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from pydicom.uid import UID

US_CINE = "1.2.840.10008.5.1.4.1.1.3.1"
US_STILL = "1.2.840.10008.5.1.4.1.1.6.1"
CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11.1"
DIRECTORY = "1.2.840.10008.1.3.10"
STUDIES_OF_A_PATIENT = 2
_NAMESPACE = uuid.UUID("0f6d2b1e-53c4-5d0a-8f0e-b6a6a2f0c1d7")


@dataclass(frozen=True, slots=True)
class Named:
    """An object of the archive by its numbers. kind: names its series too. study, index: from 0."""

    study: int
    kind: str
    index: int
    sop_class: str

    @property
    def patient(self) -> int:
        """The number of the patient, from 0."""
        return self.study // STUDIES_OF_A_PATIENT

    @property
    def uid(self) -> UID:
        """SOP Instance UID."""
        return make_uid("instance", self.study, self.kind, self.index)

    @property
    def series_uid(self) -> UID:
        """Series Instance UID."""
        return make_uid("series", self.study, self.kind)

    @property
    def study_uid(self) -> UID:
        """Study Instance UID."""
        return make_uid("study", self.study)

    @property
    def seed(self) -> int:
        """A number of this object's own, for its pixels."""
        return self.uid_number % 2**32

    @property
    def uid_number(self) -> int:
        """The UUID in the UID as an integer."""
        return int(self.uid.rpartition(".")[2])


def make_uid(*names: object) -> UID:
    """Return a UID that is a function of names and numbers (PS3.5 B.2)."""
    return UID(f"2.25.{uuid.uuid5(_NAMESPACE, ' '.join(map(str, names))).int}")
