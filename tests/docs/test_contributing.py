"""The page on contributing tells the truth: its steps, taken on a copy of the tree, are all that a new event takes."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "contributing.md"
COPIED = ("src", "tests", "pyproject.toml")
TABLE = "in the row of a paid order"

_DIFF = re.compile(r"^```diff\n--- a/(?P<path>\S+)\n\+\+\+ b/(?P=path)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_HUNK = re.compile(r"^@@ (?P<place>.+) @@$\n(?P<lines>(?:(?!@@).*\n)*)", re.MULTILINE)

Hunk = tuple[str, str, str, str]
Take = Callable[[list[Hunk]], Path]


def hunks() -> Iterator[Hunk]:
    """Yield the changes of the page: file, place, the lines that are there, and the lines that shall be."""
    for diff in _DIFF.finditer(PAGE.read_text(encoding="utf-8")):
        for hunk in _HUNK.finditer(diff["body"]):
            lines = [line or " " for line in hunk["lines"].splitlines()]
            yield diff["path"], hunk["place"], _side(lines, " -"), _side(lines, " +")


def _side(lines: list[str], marks: str) -> str:
    return "".join(f"{line[1:]}\n" for line in lines if line[0] in marks)


def change(root: Path, hunk: Hunk) -> None:
    """Make one change: what is there must be there once; what adds to nothing is added to the end."""
    path, place, old, new = hunk
    text = (root / path).read_text(encoding="utf-8")
    assert not old or text.count(old) == 1, f"{path}, {place}: {text.count(old)} places"
    (root / path).write_text(text.replace(old, new) if old else text + new, encoding="utf-8")


def python(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the interpreter of this test on the copy."""
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def files(root: Path) -> dict[str, bytes]:
    """Return the contents of every file of the library and of its tests."""
    found = (path for name in ("src", "tests") for path in (root / name).rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found if "__pycache__" not in path.parts}


def copy_of(what: Path, where: Path) -> None:
    """Copy a file, or a folder without what Python left in it."""
    if what.is_dir():
        shutil.copytree(what, where, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(what, where)


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Take steps on a copy of what the page speaks of."""

    def taken(steps: list[Hunk]) -> Path:
        for name in COPIED:
            copy_of(ROOT / name, tmp_path / name)
        for step in steps:
            change(tmp_path, step)
        return tmp_path

    return taken


def test_a_new_event_touches_only_orders_and_its_tests(take: Take) -> None:
    """And does touch both."""
    before, after = files(ROOT), files(take(list(hunks())))
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert changed == {
        "src/ecomops/orders/__init__.py",
        *(f"src/ecomops/orders/order/{name}.py" for name in ("__init__", "events", "fold", "nouns", "shipping")),
        "tests/orders/order/test_events.py",
        "tests/orders/order/test_shipping.py",
        "tests/orders/tags.json",
    }


def test_all_laws_hold_for_the_new_event(take: Take) -> None:
    """Its own tests pass, and those of every lifecycle and of every order."""
    root = take(list(hunks()))
    tests = (
        "tests/orders/order",
        "tests/properties/test_lifecycle_laws.py",
        "tests/test_codec.py::test_the_tags_are_these",
        "tests/test_codec.py::test_whatever_has_a_code_has_a_tag",
    )
    done = python(root, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert done.returncode == 0, done.stdout
    known = python(root, "-c", "from ecomops.codec import CODEC; print(CODEC.tags['order.urged'].__module__)")
    assert known.stdout.split() == ["ecomops.orders.order.events"], known.stderr


def test_an_event_that_the_table_does_not_have_is_noticed(take: Take) -> None:
    """A forgotten step does not get as far as a test: the module refuses to be imported."""
    steps = [hunk for hunk in hunks() if hunk[1] != TABLE]
    assert len(steps) == len(list(hunks())) - 1
    done = python(take(steps), "-c", "import ecomops.orders")
    assert "BadTable" in done.stderr
    assert "OrderUrged" in done.stderr


def test_a_change_that_finds_no_place_is_refused(tmp_path: Path) -> None:
    """A page that speaks of lines that are gone is wrong."""
    (tmp_path / "room.py").write_text("one\ntwo\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="0 places"):
        change(tmp_path, ("room.py", "here", "three\n", "four\n"))
