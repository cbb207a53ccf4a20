"""R2, second part: verify, retire and rollback die at every step that changes the disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reliability.archive import SMALL, make_archive
from reliability.crashes import OBJECTS, SIGKILLED, chosen_crashes, count_of, crashed, describe
from reliability.judging import bag_digests, differences, digests
from reliability.ledger_rows import integrity
from reliability.running import run
from reliability.workplace import Result, expect

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.migration import Migration
    from reliability.workplace import Workplace

State = dict[str, str]
_UNDO_LIST = "undo-list.jsonl"
_VERBS = ("verify", "retire", "rollback")


@dataclass(frozen=True, slots=True)
class Site:
    """A migration with an archive of its own, since originals are moved; it can be put back as it was."""

    migration: Migration
    saved: Path

    @property
    def place(self) -> Path:
        """The folder that holds everything."""
        return self.migration.ledger.parent

    @property
    def quarantine(self) -> Path:
        """Where originals are moved to."""
        return self.place / "quarantine"

    def command(self, verb: str) -> list[str]:
        """Return the words of a verb."""
        more = [str(self.quarantine)] if verb == "retire" else []
        return self.migration.command(verb, str(self.migration.ledger), *more)

    def save(self) -> None:
        """Keep everything as it is now."""
        shutil.rmtree(self.saved, ignore_errors=True)
        shutil.copytree(self.place, self.saved, symlinks=True)

    def restore(self) -> None:
        """Put everything back as it was kept."""
        shutil.rmtree(self.place)
        shutil.copytree(self.saved, self.place, symlinks=True)

    def state(self) -> State:
        """Return path and digest of everything that matters in the end."""
        trees = {
            "source": digests(self.migration.source),
            "quarantine": _below(self.quarantine),
            "destination": bag_digests(self.migration.destination),
        }
        found = {f"{tree}/{path}": digest for tree, each in trees.items() for path, digest in each.items()}
        undo_list = self.quarantine / _UNDO_LIST
        if undo_list.exists():
            # It is written before each move; a move that is made again is noted again.
            lines = sorted(set(undo_list.read_text(encoding="utf-8").splitlines()))
            found[f"quarantine/{_UNDO_LIST}"] = "\n".join(lines)
        return found

    def lost(self) -> list[str]:
        """Return in words which originals are neither at their place nor in quarantine, as they were."""
        kept = _below(self.saved / "source") | _below(self.saved / "quarantine")
        here, there = digests(self.migration.source), _below(self.quarantine)
        kept.pop(_UNDO_LIST, None)
        return [
            f"{path} is lost"
            for path, digest in kept.items()
            if digest not in {here.get(path), there.get(path)}
        ]


def _below(folder: Path) -> dict[str, str]:
    return digests(folder) if folder.exists() else {}


def crash_later(workplace: Workplace) -> Result:
    """Kill verify, retire and rollback at each of their crash points, and take them up again."""
    site = _finished_site(workplace)
    trials, violations = 0, []
    for verb in _VERBS:
        site.save()
        counted = count_of(site.command(verb), workplace.folder / "calls")
        wanted = site.state()
        for crash in chosen_crashes(counted, workplace.choose(3, 1)):
            site.restore()
            if crashed(site.command(verb), crash).status == SIGKILLED:
                trials += 1
                violations += [
                    f"{verb}, {describe(crash)}: {words}" for words in _resumed(site, verb, wanted)
                ]
        site.restore()
        expect(run(site.command(verb)), verb, 0)
    return Result("R2b", "Killed at every crash point of verify, retire, rollback", trials, violations)


def _finished_site(workplace: Workplace) -> Site:
    place = workplace.folder / "later"
    migration = workplace.migration("later", place / "source")
    make_archive(migration.source, OBJECTS, shape=SMALL)
    expect(migration.plan(), "plan", 0)
    expect(migration.run(), "run", 0)
    return Site(migration, workplace.folder / "later-saved")


def _resumed(site: Site, verb: str, wanted: State) -> list[str]:
    """Take a verb up again after a crash; return what was lost, and what differs from an undisturbed one."""
    faults = site.lost()
    if integrity(site.migration.ledger) != "ok":
        faults.append("the ledger is damaged")
    done = run(site.command(verb))
    if done.status:
        faults.append(f"taken up again it ended with {done.told}")
    return [*faults, *differences(site.state(), wanted)]
