"""Which rules find something, asked the way an audit asks: repairs mend what rules find and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lossytools.rules import find_rule

if TYPE_CHECKING:
    from lossytools.codecs.codestream.header import StreamHeader
    from lossytools.evidence import Evidence


def broken(evidence: Evidence, *numbers: str) -> tuple[str, ...]:
    """Return those of the rules with these ids that find something."""
    return tuple(number for number in numbers if any(find_rule(number).look(evidence)))


def headers_of(evidence: Evidence) -> tuple[StreamHeader, ...]:
    """Return the headers of all code streams, () where one of them cannot be read or is cut off."""
    headers = [fact.header for fact in evidence.streams if fact.complete]
    whole = len(headers) == len(evidence.streams)
    return tuple(header for header in headers if header is not None) if whole and all(headers) else ()
