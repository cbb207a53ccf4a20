"""The command line: one verb a module; the only code that prints and exits."""

from lossytools.cli.entry import main

__all__ = ["main"]
