"""What `ecomops.metrics` and `ecomops.kernel` load at once, and what they load when somebody asks."""

import ast
import sys
from importlib import import_module
from inspect import getsource
from types import ModuleType

import pytest

from ecomops import kernel, metrics
from tests.contracts.project import SRC, python


def rooms(package: ModuleType) -> dict[str, list[str]]:
    """Return the names of each module that is loaded later."""
    return {module: names.split() for module, names in vars(package)["_ROOMS"].items()}


PACKAGES = [kernel, metrics]
LATER = [(package, module) for package in PACKAGES for module in rooms(package)]

CLEAN = f"""
import sys
sys.path.insert(0, {str(SRC)!r})
import ecomops.metrics
loaded = {{name.removeprefix("ecomops.metrics.") for name in sys.modules}}
idle = [f"ecomops.kernel.{{room}}" for room in ("effective", "money", "plans", "queries", "stores", "work")]
print(*sorted(loaded & {{*{[*rooms(metrics)]!r}, "numpy.typing", *idle}}))
from ecomops.metrics import Funnel, comparing
print(ecomops.metrics.Funnel is comparing.Funnel, "Rfm" in dir(ecomops.metrics), "Money" in dir(ecomops.kernel))
"""


def test_import_loads_no_room() -> None:
    """In a clean interpreter a room is loaded by who asks for one of its names, and all names are listed before.

    Nor does it load what of the kernel no table needs, or the types of numpy, which take as long as a dozen rooms.
    """
    done = python("-I", "-c", CLEAN)
    assert (done.returncode, done.stdout) == (0, "\nTrue True True\n")


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_read_the_same_names_from_the_same_rooms(package: ModuleType) -> None:
    """What they are told stands beside what is loaded."""
    (told,) = (
        node
        for node in ast.parse(getsource(package)).body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    )
    imports = [node for node in told.body if isinstance(node, ast.ImportFrom)]
    later = rooms(package)
    assert {str(node.module).rpartition(".")[2]: [alias.name for alias in node.names] for node in imports} == later
    assert {name for names in later.values() for name in names} <= set(package.__all__)


@pytest.mark.parametrize(("package", "module"), LATER)
def test_names_are_those_of_their_room(package: ModuleType, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for the first time or again, each is the one object, and so is its room."""
    room = import_module(f"{package.__name__}.{module}")
    for name in rooms(package)[module]:
        monkeypatch.delitem(vars(package), name, raising=False)
        assert getattr(package, name) is getattr(package, name) is getattr(room, name)
    monkeypatch.delitem(vars(package), module)
    assert getattr(package, module) is sys.modules[room.__name__]


@pytest.mark.parametrize("package", PACKAGES)
def test_another_name_is_refused_as_python_does(package: ModuleType) -> None:
    """Nothing is made up, and what is listed is there."""
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match=rf"^module '{package.__name__}' has no attribute 'nothing'$"):
        getattr(package, "nothing")  # noqa: B009 - a type checker would refuse the plain way
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec(f"from {package.__name__} import nothing")  # noqa: S102 - likewise
