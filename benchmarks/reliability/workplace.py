"""Where trials take place: archives made once, plans made once, and what an undisturbed run makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reliability.archive import Shape, make_archive
from reliability.migration import DONE, SOME_FAILED, Migration, recipe_text

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.running import Done


class CannotBegin(Exception):
    """A trial cannot take place, as a plan or an undisturbed run fails already."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a trial found. violations: in words; note: what a reader has to know, as why it was skipped."""

    id: str
    title: str
    trials: int
    violations: list[str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """An archive that is planned, and the tree that an undisturbed run makes of it."""

    planned: Migration
    tree: dict[str, str]
    done: Done

    @property
    def seconds(self) -> float:
        """How long the undisturbed run took."""
        return self.done.seconds


@dataclass(slots=True)
class Workplace:
    """A folder of its own for a trial. quick: few repetitions. objects, shape: of the archives."""

    folder: Path
    quick: bool = False
    objects: int = 200
    shape: Shape = field(default_factory=Shape)
    _references: dict[str, Reference] = field(default_factory=dict)

    def choose(self, full: int, quick: int) -> int:
        """Return how often, or of how many objects."""
        return quick if self.quick else full

    def archive(self, objects: int) -> Path:
        """Return the folder of an archive, which is made once."""
        folder = self.folder / f"archive-{objects}"
        if not folder.exists():
            make_archive(folder, objects, shape=self.shape)
        return folder

    def migration(
        self, name: str, source: Path, *, references: str = "follow", layout: str = "source"
    ) -> Migration:
        """Return a migration that nothing has been done for yet, in a folder of its own."""
        place = self.folder / name
        place.mkdir()
        recipe = place / "recipe.toml"
        recipe.write_text(recipe_text(references=references, layout=layout), encoding="utf-8")
        return Migration(source, recipe, place / "ledger.sqlite", place / "destination")

    def reference(self, objects: int | None = None, references: str = "follow") -> Reference:
        """Return an archive with its plan and its undisturbed run, which are made once."""
        name = f"reference-{objects or self.objects}-{references}"
        if name not in self._references:
            planned = self.migration(name, self.archive(objects or self.objects), references=references)
            expect(planned.plan(), "plan", DONE)
            whole = planned.afresh(self.folder / f"{name}-run")
            done = expect(whole.run(), "an undisturbed run", DONE, SOME_FAILED)
            self._references[name] = Reference(planned, whole.tree(), done)
        return self._references[name]


def expect(done: Done, what: str, *statuses: int) -> Done:
    """Return how a program ended, if it ended so. Raises CannotBegin."""
    if done.status not in statuses:
        raise CannotBegin(f"{what} ended with {done.told}")
    return done
