"""The door to other people's libraries."""

from __future__ import annotations

import importlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from lossytools.errors import CodecMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from lossytools.errors import LossyToolsError

REFUSALS = (RuntimeError, ValueError, TypeError, ArithmeticError, LookupError, MemoryError, OSError)
"""What the libraries raise at frames and streams they do not take."""


def require(module: str, install: str, missing: type[LossyToolsError] = CodecMissing) -> Any:
    """Import an optional library. Raises `missing` with words to install it.

    install: what pip is to be told, such as "imagecodecs".
    """
    try:
        return importlib.import_module(module)
    except Exception as error:  # a broken wheel raises whatever it likes
        raise missing(
            f"the library {module} cannot be loaded ({type(error).__name__}: {error});"
            f" install it with: pip install '{install}'"
        ) from error


def imagecodecs_function(name: str) -> Callable[..., Any]:
    """Return a function of imagecodecs, such as "jpeg8_encode".

    Raises CodecMissing where the package or, in a stripped build, its one extension is absent.
    """
    library = require("imagecodecs", "imagecodecs")
    codec = name.partition("_encode")[0].partition("_decode")[0].upper()
    if not getattr(getattr(library, codec, None), "available", False):
        raise CodecMissing(
            f"this build of imagecodecs has no {codec}; install the whole one with: pip install imagecodecs"
        )
    function: Callable[..., Any] = getattr(library, name)
    return function


@cache  # looked up in files, and written into every result
def versioned(package: str) -> str:
    """Return "package version" of an installed package. Raises CodecMissing."""
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError as error:
        raise CodecMissing(f"{package} is absent; install it with: pip install '{package}'") from error


def words_of(error: Exception) -> str:
    """Return what a library's error says, the name of its type where it says nothing."""
    return str(error).strip() or type(error).__name__
