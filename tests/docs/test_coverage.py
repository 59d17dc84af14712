"""The coverage table says the truth: every row once, every name a function, every test and page there."""

import ast
import importlib
import inspect
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from attrs import frozen

import ecomops

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "coverage.md"
OWNERS = {
    "products",
    "inventory",
    "promotions",
    "customers",
    "orders",
    "metrics",
    "analytics",
    "operations",
    "year",
}
BETWEEN = {"31a", "72a", "127a", "146a", "184a", "222a", "222b", "222c", "228a"}
ROWS = {*map(str, range(1, 241)), *BETWEEN}
COLUMNS = 6

_ROW = re.compile(r"\| *(\d+[a-z]*) *\|")
_CODE = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)(?:#[^)\s]*)?\)")


@frozen(kw_only=True)
class Row:
    """One capability: who owns it, and where it is answered, tested and explained, as the cells are written."""

    id: str
    capability: str
    owner: str
    names: str
    test: str
    page: str


def parse(table: str) -> tuple[list[Row], list[str]]:
    """Read the rows of all tables of a page, and the lines that begin like a row and are none."""
    rows: list[Row] = []
    broken: list[str] = []
    for line in filter(_ROW.match, table.splitlines()):
        cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
        if len(cells) == COLUMNS:
            id, capability, owner, names, test, page = cells
            rows.append(Row(id=id, capability=capability, owner=owner, names=names, test=test, page=page))
        else:
            broken.append(f"{cells[0]}: {len(cells)} cells")
    return rows, broken


def findings(table: str, ids: Iterable[str], root: Path = ROOT) -> list[str]:
    """Everything in *table* that is not true of the rows *ids*, the package, and the tests and pages under *root*."""
    rows, broken = parse(table)
    return [*broken, *_id_findings(rows, set(ids)), *(found for row in rows for found in _row_findings(row, root))]


def _id_findings(rows: Sequence[Row], ids: set[str]) -> Iterator[str]:
    """Each row number stands there once, and no other does."""
    times = Counter(row.id for row in rows)
    yield from (f"{id}: {times[id]} rows" for id in sorted({*times, *ids}) if times[id] != (id in ids))


def _row_findings(row: Row, root: Path) -> Iterator[str]:
    """Check one row: its owner, that it is filled whole or not at all, and what its cells name."""
    if not row.capability:
        yield f"{row.id}: no capability"
    if row.owner not in OWNERS:
        yield f"{row.id}: unknown owner {row.owner}"
    filled = (row.names, row.test, row.page)
    if any(filled) and not all(filled):
        yield f"{row.id}: filled in part"
    names, tests, pages = _listed(row.names, _CODE), _listed(row.test, _CODE), _listed(row.page, _LINK)
    yield from (f"{row.id}: {name} is no function of the package" for name in names if not is_function(name))
    yield from (f"{row.id}: no test {test}" for test in tests if not is_test(test, root))
    yield from (f"{row.id}: no page {page}" for page in pages if not is_page(page, root))


def _listed(cell: str, form: re.Pattern[str]) -> list[str]:
    """Read the parts of a cell, joined by a comma; one in another form is kept in brackets, to be found false."""
    parts = cell.split(", ") if cell else []
    return [match[1] if (match := form.fullmatch(part)) else f"({part})" for part in parts]


def is_function(name: str) -> bool:
    """Tell whether *name*, dotted, is a public function or method of the package."""
    module, _, path = name.partition(".")
    if module != "ecomops" or any(part.startswith("_") for part in path.split(".")):
        return False
    value = _imported(name)
    return inspect.isroutine(value) and str(getattr(value, "__module__", "")).startswith("ecomops.")


def _imported(name: str) -> object:
    """Import what *name* stands for: its longest module, then attributes; None when there is no such thing."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:end])
        if _is_module(module):
            value: object = importlib.import_module(module)
            for part in parts[end:]:
                value = getattr(value, part, None)
            return value
    return None


def _is_module(name: str) -> bool:
    """Tell whether *name* can be imported; a module that exists and fails to import still fails here."""
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name is None or not f"{name}.".startswith(f"{missing.name}."):
            raise
        return False
    return True


def is_test(name: str, root: Path) -> bool:
    """Tell whether *name*, `tests/<file>.py::test_<law>`, is a test function of that file."""
    file, _, test = name.partition("::")
    path = root / file
    if not file.startswith("tests/") or not test.startswith("test_") or not path.is_file():
        return False
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == test for node in body)


def is_page(name: str, root: Path) -> bool:
    """Tell whether *name* is a page under the docs folder."""
    docs = (root / "docs").resolve()
    path = (docs / name).resolve()
    return path.suffix == ".md" and path.is_relative_to(docs) and path.is_file()


def test_the_table_is_true() -> None:
    """Every row stands once, its owner is known, and what it names can be imported, run and read."""
    assert findings(TABLE.read_text(encoding="utf-8"), ROWS) == []


def test_the_manuals_name_249_capabilities() -> None:
    """The frozen row numbers are 1 to 240 and the nine that were put between them."""
    assert len(ROWS) == 249


GOOD_TEST = "`tests/docs/test_coverage.py::test_the_table_is_true`"
GOOD_PAGE = "[coverage](coverage.md)"
EMPTY = "| 2 | positioning · 产品定位 (M1) | products | | | |"


PLANTED = """
import re
limit = 3
find = re.match
def place(): ...
def _place(): ...
class Order:
    def balance(self): ...
    @classmethod
    def adopt(cls): ...
"""


@pytest.fixture
def _planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add a module with a function and a class to the package, so that the planted rows depend on no room."""
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    monkeypatch.setattr(ecomops, "__path__", [*ecomops.__path__, str(tmp_path)])
    yield
    sys.modules.pop("ecomops.planted", None)


def filled(
    *,
    id: str = "1",
    capability: str = "product selection · 选品 (M1)",
    owner: str = "products",
    names: str = "`ecomops.planted.place`",
    test: str = GOOD_TEST,
    page: str = GOOD_PAGE,
) -> str:
    """Return a row that is true but for the cells given."""
    return f"| {id} | {capability} | {owner} | {names} | {test} | {page} |"


@pytest.mark.usefixtures("_planted")
@pytest.mark.parametrize(
    "row",
    [
        filled(),
        filled(names="`ecomops.planted.place`, `ecomops.planted.Order.balance`, `ecomops.planted.Order.adopt`"),
        filled(test=f"{GOOD_TEST}, `tests/docs/test_coverage.py::test_a_false_row_is_found`"),
        filled(page="[coverage](coverage.md#product), [again](coverage.md)"),
        filled(names="", test="", page=""),
    ],
)
def test_a_true_row_is_accepted(row: str) -> None:
    """One or several functions, methods, tests and pages, or none of them."""
    assert findings(f"# |\n{row}\n{EMPTY}\n", {"1", "2"}) == []


@pytest.mark.usefixtures("_planted")
@pytest.mark.parametrize(
    ("table", "finding"),
    [
        ("", "1: 0 rows"),
        (filled() + "\n" + filled(), "1: 2 rows"),
        (filled(id="1a"), "1a: 1 rows"),
        (filled(page="a.md | b.md"), "1: 7 cells"),
        (filled(capability=""), "1: no capability"),
        (filled(owner="nobody"), "1: unknown owner nobody"),
        (filled(owner=""), "1: unknown owner "),
        (filled(names=""), "1: filled in part"),
        (filled(test=""), "1: filled in part"),
        (filled(page="", test=""), "1: filled in part"),
        (filled(names="ecomops.planted.place"), "1: (ecomops.planted.place) is no function of the package"),
        (filled(names="`ecomops.planted.Order`"), "1: ecomops.planted.Order is no function of the package"),
        (filled(names="`ecomops.planted.limit`"), "1: ecomops.planted.limit is no function of the package"),
        (filled(names="`ecomops.planted.gone`"), "1: ecomops.planted.gone is no function of the package"),
        (filled(names="`ecomops.planted.Order.gone`"), "1: ecomops.planted.Order.gone is no function of the package"),
        (filled(names="`ecomops.no_room.place`"), "1: ecomops.no_room.place is no function of the package"),
        (filled(names="`ecomops.planted`"), "1: ecomops.planted is no function of the package"),
        (filled(names="`ecomops.planted._place`"), "1: ecomops.planted._place is no function of the package"),
        (filled(names="`ecomops.planted.find`"), "1: ecomops.planted.find is no function of the package"),
        (filled(names="`re.match`"), "1: re.match is no function of the package"),
        (filled(names="`ecomops.planted.place`, `re.match`"), "1: re.match is no function of the package"),
        (filled(test="`tests/docs/test_coverage.py`"), "1: no test tests/docs/test_coverage.py"),
        (filled(test="`tests/docs/test_coverage.py::filled`"), "1: no test tests/docs/test_coverage.py::filled"),
        (filled(test="`tests/docs/test_coverage.py::test_gone`"), "1: no test tests/docs/test_coverage.py::test_gone"),
        (filled(test="`tests/docs/test_gone.py::test_gone`"), "1: no test tests/docs/test_gone.py::test_gone"),
        (filled(test=f"{GOOD_TEST}, test_x"), "1: no test (test_x)"),
        (filled(page="[gone](gone.md)"), "1: no page gone.md"),
        (filled(page="[readme](../README.md)"), "1: no page ../README.md"),
        (filled(page="coverage.md"), "1: no page (coverage.md)"),
    ],
)
def test_a_false_row_is_found(table: str, finding: str) -> None:
    """Each planted falsehood is named."""
    assert finding in findings(f"{table}\n{EMPTY}\n", {"1", "2"})
