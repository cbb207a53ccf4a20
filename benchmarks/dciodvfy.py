"""Ask dciodvfy about every example that breaks a rule, and keep its answers beside the rules.

    python benchmarks/dciodvfy.py

Run it after adding a rule or an example, then `python -m lossytools.rules.document > docs/rules.md`.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

from oracle.asking import asked_version, measure

TABLE = Path(__file__).parents[1] / "src" / "lossytools" / "rules" / "dciodvfy.json"


def main() -> int:
    """Write the table and return the exit status."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\b")
    said = measure()
    rows = ",\n".join(f"    {json.dumps(rule)}: {json.dumps(verdicts)}" for rule, verdicts in said.items())
    TABLE.write_text(
        f'{{\n  "version": {json.dumps(asked_version())},\n  "said": {{\n{rows}\n  }}\n}}\n', encoding="utf-8"
    )
    asked = [verdict for verdicts in said.values() for verdict in verdicts if verdict is not None]
    print(f"{TABLE}: dciodvfy is silent on {asked.count([])} of {len(asked)} examples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
