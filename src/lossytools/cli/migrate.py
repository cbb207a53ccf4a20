"""lossytools migrate: compress a whole archive, in a job that can be stopped and taken up again."""

from __future__ import annotations

import click

from lossytools.cli.verbs import LazyGroup

STEPS = {
    "plan": "Look at every file, decide, and leave a ledger.",
    "run": "Do what the ledger plans; go on where it stopped.",
    "merge": "Take over what runs of shards have done.",
    "status": "Say where a job stands, also while it runs.",
    "verify": "Read the results again: bytes, frames, references.",
    "report": "One offline page of what a migration did, and a table.",
    "retire": "Move verified originals into a quarantine folder.",
    "rollback": "Move all originals back to where they were.",
}
"""Each step with the first line of its help; its module in `lossytools.cli.migration` bears its name."""


@click.group("migrate", cls=LazyGroup, table=STEPS, package="lossytools.cli.migration")
def command() -> None:
    """Compress a whole archive, in one job that can be taken up again.

    A plan looks at every file below a folder and writes a ledger; nothing else. A run does what the ledger
    says into another folder, with worker processes, and may be killed at any moment: the next run goes on.
    Objects that are not compressed are copied byte for byte. What refers to a compressed image names the new
    one, and a study is published whole or not at all. Originals are never changed; only when you say so are
    those that are verified moved into a quarantine folder, and a rollback moves them back.

    \b
    lossytools migrate plan archive/ -r ultrasound -l job.ledger
    lossytools migrate run job.ledger new-archive/
    lossytools migrate verify job.ledger
    lossytools migrate retire job.ledger quarantine/

    Several jobs need several ledgers. A ledger lies on a local disk, archives may lie anywhere.
    """  # noqa: D301  click keeps the lines behind a backspace apart
