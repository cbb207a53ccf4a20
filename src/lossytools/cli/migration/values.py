"""The values of the JSON lines of a migration; their keys are promised in docs/interface.md."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lossytools.cli.console import finite

if TYPE_CHECKING:
    from lossytools.batch.schema import Entry
    from lossytools.batch.totals import Totals


def entry_values(entry: Entry) -> dict[str, Any]:
    """Return where one object stands."""
    return {
        "number": entry.id,
        "path": os.fsdecode(entry.path),
        "state": entry.state,
        "action": entry.action,
        "rule": entry.rule,
        "reason": entry.reason,
        "says": entry.says,
        "uid": entry.uid,
        "new_uid": entry.new_uid,
        "bytes": entry.size,
        "target_bytes": entry.target_size,
        "ratio": entry.native_bytes / entry.stream_bytes if entry.stream_bytes else None,
        "psnr_db": None if entry.psnr_db is None else finite(entry.psnr_db),
        "worst_psnr_db": None if entry.worst_psnr_db is None else finite(entry.worst_psnr_db),
        "max_error": entry.max_error,
        "rewritten": bool(entry.rewritten),
        "seconds": round(entry.seconds, 3),
    }


def totals_values(totals: Totals) -> dict[str, Any]:
    """Return what a ledger amounts to."""
    return {
        "objects": totals.objects(),
        "bytes": totals.size(),
        "target_bytes": totals.target_size(),
        "left": totals.left,
        "trouble": totals.trouble,
        "kinds": [
            {
                "state": kind.state,
                "action": kind.action,
                "rule": kind.rule,
                "reason": kind.reason,
                "objects": kind.objects,
                "bytes": kind.size,
                "target_bytes": kind.target_size,
            }
            for kind in totals.kinds
        ],
    }
