"""A module imports only from its own floor of the house or below."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "src" / "lossytools"
FLOORS = (
    ("errors",),
    ("values", "standard", "elements", "libraries", "policies"),
    ("codecs", "pixels", "history", "evidence", "differences", "references"),
    ("measurement",),
    ("fidelity",),
    ("tuning", "changes"),
    ("rules",),
    ("repairs",),
    ("dicomio",),
    ("pipeline", "target", "verification"),
    ("batch", "migrate", "net"),
    ("report",),
    ("cli", "__init__", "__main__"),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(HOUSE.rglob("*.py"))


def room_of(parts: tuple[str, ...]) -> str:
    return parts[0] if parts else "__init__"


def imported_rooms(tree: ast.AST) -> set[str]:
    rooms = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lossytools."):
            rooms.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module == "lossytools":
            rooms |= {alias.name if alias.name in FLOOR_OF else "__init__" for alias in node.names}
        elif isinstance(node, ast.Import):
            rooms |= {n.name.split(".")[1] for n in node.names if n.name.startswith("lossytools.")}
    return rooms


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_only_from_its_own_floor_or_below(module: Path) -> None:
    room = room_of(module.relative_to(HOUSE).with_suffix("").parts)
    floor = FLOOR_OF[room]
    above = {
        r for r in imported_rooms(ast.parse(module.read_text())) if FLOOR_OF[r] > floor and r != "__init__"
    }
    assert not above, f"{room} (floor {floor}) looks up to {above}"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_only_the_command_line_prints(module: Path) -> None:
    if module.relative_to(HOUSE).parts[0] == "cli":
        return
    calls = [n for n in ast.walk(ast.parse(module.read_text())) if isinstance(n, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    assert not names & {"print", "exit", "input"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_function_bears_the_name_of_its_module(module: Path) -> None:
    functions = {n.name for n in ast.parse(module.read_text()).body if isinstance(n, ast.FunctionDef)}
    assert module.stem not in functions
