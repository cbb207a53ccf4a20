"""The public files of pydicom, pydicom-data and deid-data: what is found in each was looked up by hand.

`real_files.json` holds every finding; docs/real_files.md says how each was seen. A finding that comes or
goes is to be looked up in the file before the table is changed:

    python tests/pipeline/test_real_files.py
"""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import lossytools

if TYPE_CHECKING:
    from lossytools.pipeline.audited import Audited

TABLE = Path(__file__).with_suffix("").with_name("real_files.json")
FOLDERS = ("pydicom/data", "data_store/data", "deid_data/data")
UNREADABLE = "unreadable"


def site() -> Path:
    """Return the folder that the three packages are installed in."""
    found = find_spec("pydicom")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parents[1]


def audited() -> dict[str, list[str]]:
    """Return the rules that each file or step breaks, headers only, each alone and beside its source."""
    folders = [site() / folder for folder in FOLDERS]
    results = [each for each in lossytools.audit_many(folders, pairs=True) if each.kind in {"object", "pair"}]
    found = {name_of(each): rules_in(each) for each in results}
    return {name: rules for name, rules in sorted(found.items()) if rules}


def name_of(result: Audited) -> str:
    names = [
        path.relative_to(site()).as_posix() for path in (result.path, result.against) if path is not None
    ]
    return " beside ".join(names)


def rules_in(result: Audited) -> list[str]:
    if result.error is not None:
        return [UNREADABLE]
    return sorted(f"{finding.severity} {finding.rule}" for finding in result.findings)


def test_nothing_is_found_in_real_files_that_was_not_looked_up_by_hand() -> None:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    here = {name for name in table if all((site() / each).exists() for each in name.split(" beside "))}
    assert len(here) > len(table) / 2, "the wheels of the test extra are not installed"
    assert audited() == {name: rules for name, rules in table.items() if name in here}


if __name__ == "__main__":
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(rules)}" for name, rules in audited().items())
    sys.exit(0 if TABLE.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8") else 1)
