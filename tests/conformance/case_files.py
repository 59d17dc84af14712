"""Public cases of other shop systems: the files, and the way in which a test takes its cases from them.

The files in `cases/` are copied whole and never edited; where this library answers otherwise on purpose, the test
says so and names the policy. `owners.json` tells for every area which room answers it and which module runs which.
"""

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

Case = Mapping[str, Any]

FOLDER = Path(__file__).parent / "cases"


def read() -> dict[str, list[Case]]:
    """Return all cases by the name of their file, in the order of the file."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


BY_ID: dict[str, Case] = {case["id"]: case for cases_of_file in read().values() for case in cases_of_file}


def cases(*ids: str) -> pytest.MarkDecorator:
    """Run a test once for each of the named cases, given to it as `case`; *ids* are written as literals."""
    return pytest.mark.parametrize("case", [pytest.param(BY_ID[id], id=id) for id in ids])


def numbers(case: Case) -> list[int]:
    """Return the whole numbers in the words of what is done in *case*, in their order."""
    return [int(number) for number in re.findall(r"\d+", case["when"])]


def cases_taken(module: ast.Module, name: str = "cases") -> list[str]:
    """Return the ids in `@cases(...)`, or a decorator of another *name*, above the tests of *module*, in its order."""
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    tests = [function for function in functions if function.name.startswith("test_")]
    return [id for test in tests for decorator in test.decorator_list for id in _literals(decorator, name)]


def _literals(decorator: ast.expr, name: str) -> list[str]:
    """Return the text literals of a call of the decorator called so, nothing for another one."""
    match decorator:
        case ast.Call(func=ast.Name(id=called), args=args) if called == name:
            return [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        case _:
            return []
