"""A migration by the command line: one archive, one recipe, one ledger, one destination."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reliability.judging import bag_digests
from reliability.running import run

if TYPE_CHECKING:
    from pathlib import Path

    from reliability.running import Done

WORKERS = "2"
DONE, SOME_FAILED, DESTINATION, IN_USE = 0, 1, 7, 11
_RULES = """
[[rule]]
name = "cines"
where = { Modality = "US", frames = ">= 2" }
action = "transcode"
codec = "jpeg:quality=90"
[[rule]]
name = "stills"
where = { Modality = "US" }
action = "transcode"
codec = "jpegls:near=2"
[[rule]]
name = "rest"
action = "copy"
"""


def recipe_text(*, references: str = "follow", layout: str = "source") -> str:
    """Return a recipe of three rules: cines as JPEG, stills as JPEG-LS, the rest as it is."""
    return f'version = 1\nreferences = "{references}"\nlayout = "{layout}"\nmin_saving = 0.2\n{_RULES}'


@dataclass(frozen=True, slots=True)
class Migration:
    """The paths of one migration. launcher: the words before the verb, to run it in another way."""

    source: Path
    recipe: Path
    ledger: Path
    destination: Path
    launcher: tuple[str, ...] = (sys.executable, "-m", "lossytools")

    def plan(self, *words: str) -> Done:
        """Look at the archive and write the ledger."""
        return run(
            self.command("plan", str(self.source), "-r", str(self.recipe), "-l", str(self.ledger), *words)
        )

    def run(self, *words: str) -> Done:
        """Do what the ledger says is left."""
        return run(self.run_command(*words))

    def run_command(self, *words: str) -> list[str]:
        """Return the words that start or resume the run."""
        return self.command("run", str(self.ledger), str(self.destination), "--workers", WORKERS, *words)

    def ask(self, verb: str, *words: str) -> Done:
        """Use a verb that takes the ledger first: status, verify, retire, rollback, report."""
        return run(self.command(verb, str(self.ledger), *words))

    def command(self, verb: str, *words: str) -> list[str]:
        """Return the words of a command."""
        return [*self.launcher, "migrate", verb, *words]

    def tree(self) -> dict[str, str]:
        """Return the digests of the destination."""
        return bag_digests(self.destination)

    def afresh(self, place: Path) -> Migration:
        """Return the same migration in another folder, planned already; the plan is that of this one."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for path in self.ledger.parent.glob(f"{self.ledger.name}*"):
            shutil.copy2(path, place / path.name)
        return replace(self, ledger=place / self.ledger.name, destination=place / "destination")
