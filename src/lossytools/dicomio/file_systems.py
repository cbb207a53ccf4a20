"""What kind of file system a path lies on, and whether it is one of this machine's own disks."""

from __future__ import annotations

from pathlib import Path

_NETWORK = (  # by how their names begin
    "nfs",
    "cifs",
    "smb",
    "afs",
    "ceph",
    "gluster",
    "lustre",
    "beegfs",
    "gpfs",
    "9p",
    "fuse.",
)


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Return the type of the file system that `folder` lies on, "unknown" where nothing tells."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return "unknown"
    kinds = {Path(words[1].replace("\\040", " ")): words[2] for words in map(str.split, lines)}
    real = folder.resolve()
    return next((kinds[place] for place in (real, *real.parents) if place in kinds), "unknown")


def is_network(kind: str) -> bool:
    """Return whether a file system of this type lies on another machine.

    >>> is_network("nfs4"), is_network("ext4")
    (True, False)
    """
    return kind.startswith(_NETWORK)
