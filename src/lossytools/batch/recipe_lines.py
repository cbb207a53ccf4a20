"""In which line of a recipe a key stands: the reader of TOML keeps no lines."""

from __future__ import annotations

import re

_RULE = re.compile(r"\s*\[\[\s*rule\s*\]\]")


def line_of(text: str, key: str, rule: int | None) -> int:
    r"""Return the line, from 1, of a key in a rule, from 0, or before all rules; else where that begins.

    >>> line_of("version = 1\n[[rule]]\nname = 'a'\nwhere = { Modality = 'US' }", "Modality", 0)
    4
    """
    lines = text.splitlines() or [""]
    starts = [number for number, line in enumerate(lines) if _RULE.match(line)]
    begin = 0 if rule is None or rule >= len(starts) else starts[rule]
    later = [start for start in starts if start > begin or rule is None]
    end = later[0] if later else len(lines)
    named = re.compile(rf"""(^|[\s.{{,\[])["']?{re.escape(key)}["']?\s*(=|\.|\])""")
    # A key that does not belong before the rules may still stand behind them.
    span = range(begin, end) if rule is not None or any(map(named.search, lines[:end])) else range(len(lines))
    return next((number for number in span if named.search(lines[number])), begin) + 1
