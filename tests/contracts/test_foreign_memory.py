"""Foreign memory is touched by one module, and Arrow is written by one other: nobody else knows of either."""

import ast
from functools import cache

import pytest

from tests.contracts.project import PYPROJECT, SRC, python

READER = SRC / "ecomops" / "metrics" / "arrow" / "memory.py"
WRITER = SRC / "ecomops" / "metrics" / "frames.py"


@pytest.mark.parametrize(("module", "home"), [("ctypes", READER), ("pyarrow", WRITER)])
def test_one_module_alone_imports_it(module: str, home: object) -> None:
    """Whoever else imports it, in whatever way, is named."""
    found = [path for path in sorted(SRC.rglob("*.py")) if module in _imported(path.read_text(encoding="utf-8"))]
    assert found == [home]


@cache
def _imported(source: str) -> set[str]:
    """Return the roots of all modules that *source* imports, and of those that it names to `import_module`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=aliases):
                names.update(alias.name.partition(".")[0] for alias in aliases)
            case ast.ImportFrom(module=str(name)):
                names.add(name.partition(".")[0])
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name)), *_]):
                names.add(name.partition(".")[0])
            case _:
                pass
    return names


def test_reader_is_excused_from_that_ban_alone() -> None:
    """What else is banned in the library stays banned there: the module imports no file, clock or process."""
    banned = _imported(READER.read_text(encoding="utf-8")) - {"ecomops", "numpy", "attrs", "collections", "typing"}
    assert banned == {"ctypes"}


BLOCKED = f"""
import sys
sys.path.insert(0, {str(SRC)!r})
for name in ("pyarrow", "pandas", "polars", "duckdb"):
    sys.modules[name] = None  # importing it raises ImportError
import ecomops.metrics, ecomops.metrics.arrow, ecomops.metrics.intake, ecomops.metrics.frames
"""


def test_metrics_load_without_any_engine() -> None:
    """Tables are read through their own interface: nothing has to be installed for it."""
    done = python("-I", "-c", BLOCKED)
    assert (done.returncode, done.stdout) == (0, "")
    assert "pyarrow" in PYPROJECT.read_text(encoding="utf-8")
