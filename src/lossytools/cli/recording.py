"""The time that goes into the record: that of the clock, or the one reproducible builds ask for."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click


def recorded_time() -> datetime | None:
    """Return the time that SOURCE_DATE_EPOCH gives in seconds, None for that of the clock."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise click.UsageError(f"SOURCE_DATE_EPOCH is not a time in seconds: {seconds!r}") from error
