"""What `ecomops.metrics` loads at once, and what it loads when somebody asks."""

import ast
import sys
from importlib import import_module
from inspect import getsource

import pytest

from ecomops import metrics
from tests.contracts.project import SRC, python

LATER: dict[str, list[str]] = {module: names.split() for module, names in vars(metrics)["_ROOMS"].items()}

CLEAN = f"""
import sys
sys.path.insert(0, {str(SRC)!r})
import ecomops.metrics
loaded = {{name.removeprefix("ecomops.metrics.") for name in sys.modules}}
from ecomops.metrics import Funnel, comparing
print(*sorted(loaded & {set(LATER)!r}), ecomops.metrics.Funnel is comparing.Funnel, "Rfm" in dir(ecomops.metrics))
"""


def test_import_loads_no_room() -> None:
    """In a clean interpreter a room is loaded by who asks for one of its names, and all names are listed before."""
    done = python("-I", "-c", CLEAN)
    assert (done.returncode, done.stdout) == (0, "True True\n")


def test_type_checkers_read_the_same_names_from_the_same_rooms() -> None:
    """What they are told stands beside what is loaded."""
    (told,) = (
        node
        for node in ast.parse(getsource(metrics)).body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    )
    imports = [node for node in told.body if isinstance(node, ast.ImportFrom)]
    assert {str(node.module).rpartition(".")[2]: [alias.name for alias in node.names] for node in imports} == LATER
    assert {name for names in LATER.values() for name in names} <= set(metrics.__all__)


@pytest.mark.parametrize("module", LATER)
def test_names_are_those_of_their_room(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for the first time or again, each is the one object, and so is its room."""
    room = import_module(f"ecomops.metrics.{module}")
    for name in LATER[module]:
        monkeypatch.delitem(vars(metrics), name, raising=False)
        assert getattr(metrics, name) is getattr(metrics, name) is getattr(room, name)
    monkeypatch.delitem(vars(metrics), module)
    assert getattr(metrics, module) is sys.modules[room.__name__]


def test_another_name_is_refused_as_python_does() -> None:
    """Nothing is made up, and what is listed is there."""
    assert set(metrics.__all__) <= set(dir(metrics))
    with pytest.raises(AttributeError, match=r"^module 'ecomops\.metrics' has no attribute 'nothing'$"):
        getattr(metrics, "nothing")  # noqa: B009 - a type checker would refuse the plain way
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec("from ecomops.metrics import nothing")  # noqa: S102 - likewise
