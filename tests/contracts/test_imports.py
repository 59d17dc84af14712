"""The layers of the house hold, and the contracts that say so catch what breaks them."""

import shutil
from pathlib import Path

import pytest

from tests.contracts.project import PYPROJECT, SRC, python

LINT = "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command; lint_imports_command()"

PLANTED = {
    "numpy in the kernel": ("kernel/planted.py", "import numpy as np", "numpy is imported only where"),
    "numpy in a package": ("orders/planted.py", "from numpy import int64", "numpy is imported only where"),
    "a sibling": (
        "orders/planted.py",
        "from ecomops import inventory",
        "orders is not allowed to import ecomops.inventory",
    ),
    "a higher layer": ("terms.py", "from ecomops import workflows", "terms is not allowed to import ecomops.workflows"),
    "hypothesis in a package": (
        "workflows/planted.py",
        "from hypothesis import given",
        "hypothesis is imported only by",
    ),
    "strategies in a builder": (
        "testing/builders.py",
        "from ecomops.testing import strategies",
        "does not ask for the extra",
    ),
    "a package without a place": ("gadgets/__init__.py", "", "ecomops.gadgets"),
}


def test_layers_hold() -> None:
    """The library keeps its contracts."""
    code, output = _lint(SRC)
    assert code == 0, output


@pytest.mark.parametrize("kind", PLANTED)
def test_planted_import_is_caught(kind: str, tmp_path: Path) -> None:
    """Each kind of forbidden import is named where it is planted."""
    path, source, complaint = PLANTED[kind]
    planted = _copy(tmp_path) / "ecomops" / path
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{source}\n", encoding="utf-8")
    code, output = _lint(tmp_path)
    assert code != 0
    assert complaint in " ".join(output.split())


def test_columns_may_import_numpy(tmp_path: Path) -> None:
    """A room called columnar, and a metrics package, may compute with numpy."""
    house = _copy(tmp_path) / "ecomops"
    for room in ("orders/columnar.py", "metrics/__init__.py"):
        (house / room).parent.mkdir(exist_ok=True)
        (house / room).write_text("import numpy as np\n", encoding="utf-8")
    code, output = _lint(tmp_path)
    assert code == 0, output


def _copy(target: Path) -> Path:
    shutil.copytree(SRC, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def _lint(src: Path) -> tuple[int, str]:
    """Run the project's import contracts over the package in *src*."""
    done = python("-I", "-c", LINT, "--no-cache", f"--config={PYPROJECT}", cwd=src)
    return done.returncode, done.stdout
