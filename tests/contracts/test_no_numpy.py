"""Whoever takes only orders or stock never waits for numpy."""

import shutil
from pathlib import Path

import pytest

from tests.contracts.loads_no_numpy import may_use_numpy
from tests.contracts.project import SRC, python

SCRIPT = Path(__file__).with_name("loads_no_numpy.py")


def test_everything_but_columns_loads_without_numpy() -> None:
    """In a clean interpreter no module outside the numeric rooms loads numpy, not even through another."""
    done = python("-I", SCRIPT, SRC)
    assert done.returncode == 0, done.stdout
    assert int(done.stdout) == len([name for name in _modules() if not may_use_numpy(name)])


@pytest.mark.parametrize("room", ["codec/__init__.py", "inventory/__init__.py"])
def test_planted_numpy_is_named(room: str, tmp_path: Path) -> None:
    """A module that loads numpy through a numeric room is named."""
    shutil.copytree(SRC, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    house = tmp_path / "ecomops"
    (house / "inventory" / "columnar.py").write_text("import numpy as np\n", encoding="utf-8")
    with (house / room).open("a", encoding="utf-8") as source:
        source.write("\nimport ecomops.inventory.columnar\n")
    done = python("-I", SCRIPT, tmp_path)
    assert done.returncode != 0
    assert "loads numpy" in done.stdout


def _modules() -> set[str]:
    """Return the names of all modules below the package, as its files tell them."""
    names = {".".join(path.relative_to(SRC).with_suffix("").parts) for path in SRC.rglob("*.py")}
    return {name.removesuffix(".__init__") for name in names} - {"ecomops"}
