"""File systems of a size of their own: tmpfs, which only root can mount."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class CannotMount(Exception):
    """Nothing can be mounted here: another user than root, or a container that may not."""


@contextlib.contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """Mount a tmpfs of `size` bytes at `place` for a while. Raises CannotMount."""
    place.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    try:
        yield
    finally:
        subprocess.run([_found("umount"), "--lazy", str(place)], check=False)  # noqa: S603


def remount(place: Path, options: str) -> None:
    """Change the options of a mounted file system, such as "ro" or "size=100000000"."""
    _mount("-o", f"remount,{options}", str(place))


def _mount(*words: str) -> None:
    done = subprocess.run([_found("mount"), *words], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise CannotMount(done.stderr.strip())


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise CannotMount(f"there is no {program}")
    return path
