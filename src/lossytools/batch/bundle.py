"""Studies that refer to each other, finished together: what can be done next, what holds a study back.

Everything is derived from the states of the objects, so that a run that was killed is taken up where it
stood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lossytools.batch.schema import FINISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lossytools.batch.schema import Entry

_SPOILT = {"failed", "quarantined"}
_SPOILING = {"uid-conflict", "study-signed", "study-held", "refers-to-absent"}
"""Reasons of skipped objects that keep their study from being published."""
_OPEN = {"pending", "running"}
_STANDS = {"published", *FINISHED}


@dataclass(slots=True)
class Bundle:
    """Objects of studies that refer to each other. links: UIDs that each object refers to, by its number.

    given: numbers of the objects that wait for a worker or have one. at_work: of those that have one.
    copies_stay: copies keep their references, as what they name is kept.
    """

    entries: dict[int, Entry]
    links: dict[int, tuple[str, ...]]
    given: set[int] = field(default_factory=set)
    at_work: set[int] = field(default_factory=set)
    copies_stay: bool = False

    def names(self) -> dict[str, str]:
        """Return the new UID of every instance that has become another one, or has one beside it."""
        found = {
            e.uid: e.new_uid
            for e in self.entries.values()
            if e.new_uid and e.action == "transcode" and e.state in _STANDS
        }
        followers = [e for e in self.entries.values() if e.action == "rewrite" and e.state in _STANDS | _OPEN]
        grown = True
        while grown:  # who names a follower follows it
            new = {e.uid: e.new_uid for e in followers if e.uid not in found and self.renames(e, found)}
            found |= new
            grown = bool(new)
        return found

    def open(self, action: str) -> list[Entry]:
        """Return the objects of an action that are still to be done."""
        return [e for e in self.entries.values() if e.state in _OPEN and e.action == action]

    def due(self) -> list[tuple[Entry, dict[str, str] | None]]:
        """Return what can be done now and has not been given: an object, and the references to change.

        None instead of references where the object is to be coded. Copies and references wait until it is
        known what became of every image.
        """
        coding = self.open("transcode")
        if coding:
            return [(entry, None) for entry in coding if entry.id not in self.given]
        names = self.names()
        waiting = [entry for entry in self.entries.values() if self._waits(entry, names)]
        return [(e, self.renames(e, names)) for e in waiting if e.id not in self.given]

    def _waits(self, entry: Entry, names: dict[str, str]) -> bool:
        if entry.action in {"copy", "rewrite"}:
            return entry.state in _OPEN
        return entry.state == "published" and not entry.rewritten and bool(self.renames(entry, names))

    def renames(self, entry: Entry, names: dict[str, str]) -> dict[str, str]:
        """Return the references of an object that have to name something else now."""
        if self.copies_stay and entry.action == "copy":
            return {}
        return {uid: names[uid] for uid in self.links.get(entry.id, ()) if uid in names}

    def is_done(self) -> bool:
        """Return whether every object is as it is to stand, or never will be."""
        names = self.names()
        waiting = any(self._waits(entry, names) for entry in self.entries.values())
        return not self.at_work and not waiting and not self.open("transcode")

    def needless(self) -> dict[int, str]:
        """Return the twins that nothing speaks for, now that all images are coded, and the reason."""
        if self.open("transcode"):
            return {}
        names = self.names()
        followers = [e for e in self.open("rewrite") if e.uid not in names]
        uncoded = [e for e in self.open("copy") if e.twin]
        return {e.id: "nothing-to-follow" for e in followers} | {e.id: "duplicate" for e in uncoded}

    def held(self) -> dict[int, str]:
        """Return the objects that cannot be published as something of their study cannot, and the reason."""
        return held(self.entries.values(), self.links)


def held(entries: Iterable[Entry], links: dict[int, tuple[str, ...]]) -> dict[int, str]:
    """Return which objects have to be held back, each with its reason.

    A study is published whole or not at all, and an object only with everything of the archive that it refers
    to. Objects that are left out by a rule, or are copies of another one, hold nothing back by themselves.
    """
    everything = list(entries)
    good = [entry for entry in everything if entry.state not in {*_SPOILT, "skipped"}]
    bad = {e.study for e in everything if e.study and (e.state in _SPOILT or e.reason in _SPOILING)}
    told: dict[int, str] = {}
    while True:
        present = {entry.uid for entry in good if entry.study not in bad}
        lost = {e.id: e.study for e in _dangling(good, links, present) if e.study not in bad}
        if not lost:
            break
        told |= dict.fromkeys(lost, "refers-to-absent")
        bad |= set(lost.values())
    return dict.fromkeys((entry.id for entry in good if entry.study in bad), "study-held") | told


def _dangling(good: list[Entry], links: dict[int, tuple[str, ...]], present: set[str]) -> Iterator[Entry]:
    for entry in good:
        if any(uid not in present for uid in links.get(entry.id, ())):
            yield entry
