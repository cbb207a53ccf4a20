"""Audit many files as one set: each alone, all together, and each beside what it was made from."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from lossytools import rules
from lossytools.dicomio.content import digest_content
from lossytools.errors import UnreadableSource
from lossytools.pipeline.audited import Audited, AuditOptions, Ignored, Task, ignored_by
from lossytools.pipeline.auditing import audit_task, lose_task
from lossytools.pipeline.listing import list_files
from lossytools.pipeline.window import processors
from lossytools.pipeline.workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from lossytools.rules import Finding
    from lossytools.rules.members import Member

_BY_CONTENT = "U15"  # the one rule that asks for more than headers
WORTH_WORKERS = 400
"""Files from which on processes of their own save more time than they take to start, about half a second."""

_WORTH_DECODERS = 8  # the same for files whose frames are decoded
_PATIENCE = 12  # times as long may a file take whose frames are decoded


def survey(
    paths: Iterable[Path | str],
    options: AuditOptions | None = None,
    advance: Callable[[int, int], None] | None = None,
) -> Generator[Audited, None, None]:
    """Yield what is found in files, in folders and in the files that a DICOMDIR names, in their order.

    First each file alone; then what they say against each other as a set; then, with `pairs`, each beside its
    predecessor. A file that is named twice is looked at once. advance: is called with files done and
    files in all. A file that cannot be read, even one that kills its reader, is an `error`, never raised.

    Workers are spawned: a script that asks for them needs its `if __name__ == "__main__":`.
    """
    wanted = options or AuditOptions()
    report = advance or (lambda _done, _total: None)
    members: list[Member] = []
    for audited in _each_alone(list(map(Path, paths)), wanted, report):
        if audited.member is not None:
            members.append(_slim(audited.member))
        yield _set_apart(audited, wanted.ignore)
    for audited in _together(members, wanted, report):
        yield _set_apart(audited, wanted.ignore)


def audit_many(
    paths: Iterable[Path | str],
    select: str = "",
    *,
    pairs: bool = False,
    deep: bool = False,
    workers: int = 1,
) -> Iterator[Audited]:
    """Yield what is found in files and folders: each alone, all as one set, and with `pairs` by steps.

    The arguments are those of AuditOptions; more than one worker needs `if __name__ == "__main__":` in the
    script that asks. Raises ValueError where no rule id begins so.
    """
    yield from survey(paths, AuditOptions(select, pairs=pairs, deep=deep, workers=workers))


def predecessors_in(members: Sequence[Member]) -> Iterator[tuple[Member, Member]]:
    """Yield each object of a set with the one it was made from in a single step, where that is there too.

    Of several predecessors those that another of them was made from are older steps; what is left last
    is the nearest. Where the nearest is absent there is no pair: an older one is more than a step away.
    """
    by_uid: dict[str, Member] = {}
    for member in members:
        by_uid.setdefault(member.uid, member)
    for member in members:
        known = [by_uid[uid] for uid in member.predecessors if uid in by_uid]
        older = {uid for each in known for uid in each.predecessors}
        nearest = [uid for uid in member.predecessors if uid not in older]
        if nearest and nearest[-1] in by_uid and nearest[-1] != member.uid:
            yield by_uid[nearest[-1]], member


def _each_alone(
    roots: list[Path], options: AuditOptions, report: Callable[[int, int], None]
) -> Iterator[Audited]:
    """Yield a result for each file, and an error for each folder or DICOMDIR that lacks what it names."""
    listings = list_files(roots)
    files = [(path, listing.is_folder) for listing in listings for path in listing.files]
    tasks = (Task(Path(path), walked, options.against) for path, walked in files)
    results = _run(tasks, len(files), options)
    done = 0
    for listing in listings:
        objects = listing.repeated
        for audited in islice(results, len(listing.files)):
            done += 1
            objects += audited.kind != "skipped"
            report(done, len(files))
            yield audited
        message = listing.fault or ("" if objects else "the folder holds no DICOM file")
        if message:
            yield Audited(listing.root, error=UnreadableSource(f"{listing.root}: {message}"))


def _together(
    members: list[Member], options: AuditOptions, report: Callable[[int, int], None]
) -> Iterator[Audited]:
    """Yield what the objects say against each other as a set, then by steps."""
    wanted = rules.select(options.select)
    digested = _digested(members) if any(rule.id == _BY_CONTENT for rule in wanted) else members
    found: dict[str, list[Finding]] = {}
    for member, finding in rules.audit_set(digested, wanted):
        found.setdefault(member.name, []).append(finding)
    for name, findings in found.items():
        yield Audited(Path(name), tuple(findings), "set")
    if options.pairs:
        pairs = list(predecessors_in(members))
        tasks = (Task(Path(new.name), against=Path(old.name), pair=True) for old, new in pairs)
        for done, audited in enumerate(_run(tasks, len(pairs), options), start=1):
            report(done, len(pairs))
            yield audited


def _digested(members: list[Member]) -> list[Member]:
    """Return the objects; those that share UID and transfer syntax are read whole, and have a digest."""
    codings = Counter((each.uid, each.transfer_syntax) for each in members if each.uid)
    return [
        replace(each, content=_content(each)) if codings[each.uid, each.transfer_syntax] > 1 else each
        for each in members
    ]


def _content(member: Member) -> str:
    """Return the digest of a file, "" where it was there and no longer is."""
    try:
        return digest_content(Path(member.name))
    except UnreadableSource:
        return ""


def _run(tasks: Iterable[Task], count: int, options: AuditOptions) -> Iterator[Audited]:
    """Yield the result of each task, in order."""
    work = partial(audit_task, select=options.select, deep=options.deep)
    own = processors() if count >= (_WORTH_DECODERS if options.deep else WORTH_WORKERS) else 1
    workers = min(options.workers or own, count)
    if workers <= 1:
        return map(work, tasks)
    seconds = options.seconds * (_PATIENCE if options.deep else 1)
    return spread(work, tasks, lose_task, workers=workers, seconds=seconds)


def _slim(member: Member) -> Member:
    """Return the member with the strings that thousands share held once."""
    return replace(
        member,
        sop_class=sys.intern(member.sop_class),
        transfer_syntax=sys.intern(member.transfer_syntax),
        lossy=tuple(tuple(map(sys.intern, values)) for values in member.lossy),
    )


def _set_apart(audited: Audited, ignored: tuple[Ignored, ...]) -> Audited:
    """Return the same with the findings that are to be passed over apart."""
    if not ignored or not audited.findings:
        return audited
    passed = tuple(finding for finding in audited.findings if ignored_by(finding, ignored))
    kept = tuple(finding for finding in audited.findings if not ignored_by(finding, ignored))
    return replace(audited, findings=kept, ignored=passed)
