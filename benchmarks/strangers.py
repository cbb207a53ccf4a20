"""Tools that are not ours, and what they say of an object."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

SECONDS = 120
_VALUES = re.compile(r"(?<!Element=)(?<!Module=)(?<!attribute )<[^>]*>|\b\d[\d.]{8,}")
"""What differs from object to object; which attribute of which module a line is about does not."""
MISTAKEN = re.compile(
    "condition unsatisfied.*"
    "Module=<(MRPulseSequence|XRayProjectionPixelCalibrationMacro|IntravascularOCTImage)>"
)
"""PS3.3 tables C.8-87, C.8.19.6-9 and C.8.27.2-1: "may be present otherwise"; dciodvfy does not let them."""


def run(*command: str) -> tuple[int, str]:
    """Return exit status and all output of a tool."""
    done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)  # noqa: S603
    return done.returncode, (done.stdout + done.stderr).decode("latin-1")


def tool(name: str) -> str | None:
    """Return the path of a tool, beside this Python or on PATH."""
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def complaints(path: Path) -> Counter[str]:
    """Return the errors of dciodvfy, without the values that differ from object to object.

    A deflated file, which it cannot read, is inflated by dcmconv first. An illegal UID of the source is
    its own fault also where the result has to name it as the source.
    """
    program, inflater = tool("dciodvfy"), tool("dcmconv")
    if program is None:
        return Counter()
    _, text = run(program, str(path))
    if "Dicom dataset read failed" in text and inflater is not None:
        with tempfile.NamedTemporaryFile() as plain:
            run(inflater, "+te", str(path), plain.name)
            _, text = run(program, plain.name)
    errors = [line for line in text.splitlines() if line.startswith("Error")]
    errors = [re.sub(r"(Illegal root for UID).*", r"\1", line) for line in errors]
    return Counter(re.sub(_VALUES, "<>", line) for line in errors)


def new_ones(before: Counter[str], after: Counter[str]) -> list[str]:
    """Return the complaints that the source did not give rise to, or gave rise to less often."""
    return list(after - before)


def blames(before: Counter[str], after: Counter[str]) -> list[str]:
    """Return the new complaints that are true, and not the source's own fault."""
    new = (error for error in new_ones(before, after) if not MISTAKEN.search(error))
    return [error for error in new if "Illegal root" not in error or error not in before]
