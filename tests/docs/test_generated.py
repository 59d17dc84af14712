"""What the pages say about the code is what the code says: every generated part is up to date, and none is missing."""

import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from attrs import fields

import ecomops
from docs.defaults import DEFAULTS, POLICIES
from docs.generate import GENERATED, LIFECYCLES, PAGES, diagram, listed, pages, regenerated, shown, table
from ecomops.codec import NOUNS
from ecomops.kernel import DomainError, IllegalMove, Lifecycle

MARKED = [page for page in pages() if "<!-- generated: " in page.read_text(encoding="utf-8")]
MACHINES: dict[str, Lifecycle[Any, Any]] = {machine.machine: machine for machine in LIFECYCLES}

_ARROW = re.compile(r"^ +(\S+) --> (\S+): (\w+)$", re.MULTILINE)
_ERROR = re.compile(
    r"^### (?P<codes>.+)\n\n.+\n\n- class: `(?P<cls>.+)`\n- en: `(?P<en>.+)`\n- zh: `(?P<zh>.+)`$", re.MULTILINE
)


def read(page: Path) -> str:
    """Return the text of a page."""
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", MARKED, ids=lambda page: page.name)
def test_every_generated_part_is_up_to_date(page: Path) -> None:
    """`make docs` changes nothing."""
    assert regenerated(read(page)) == read(page)


def test_everything_that_is_generated_stands_on_a_page() -> None:
    """Once."""
    marks = [mark for page in MARKED for mark in re.findall(r"^<!-- generated: (.+) -->$", read(page), re.MULTILINE)]
    assert sorted(marks) == sorted(GENERATED)


@pytest.mark.parametrize("name", GENERATED)
def test_a_change_by_hand_is_noticed(name: str) -> None:
    """Whatever is written into a generated part, or taken from it, is put right."""
    (page,) = (page for page in MARKED if f"<!-- generated: {name} -->" in read(page))
    head, mark, rest = read(page).partition(f"<!-- generated: {name} -->\n")
    body, end, tail = rest.partition("<!-- end -->\n")
    lines = body.splitlines(keepends=True)
    for spoilt in (body + "More.\n", "".join(lines[:-2]), ""):
        assert regenerated(head + mark + spoilt + end + tail) == regenerated(read(page))


class _Light(StrEnum):
    """A machine of the test."""

    ON = "on"
    OFF = "off"


class _Lit:
    """An event of the test."""


class _Put:
    """Another one."""


@pytest.mark.parametrize("goal", _Light)
def test_a_diagram_has_the_edges_of_its_table(goal: _Light) -> None:
    """Another table, another diagram."""
    other = Lifecycle[_Light, _Lit | _Put](
        "light",
        events=_Lit | _Put,
        table={None: {_Lit: goal}, _Light.ON: {_Put: _Light.OFF}, _Light.OFF: {_Put: _Light.ON}},
        cyclic=True,
    )
    assert sorted(_ARROW.findall(diagram(other))) == [
        ("[*]", goal, "_Lit"),
        ("off", "on", "_Put"),
        ("on", "off", "_Put"),
    ]


def generated(name: str) -> str:
    """Return what stands between the marks of *name*, on whichever page."""
    (page,) = (page for page in MARKED if f"<!-- generated: {name} -->" in read(page))
    return read(page).partition(f"<!-- generated: {name} -->\n")[2].partition("<!-- end -->")[0]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_page_of_a_lifecycle_shows_every_move(machine: str) -> None:
    """And no other, an adoption as one arrow into any state."""
    drawn = set(_ARROW.findall(generated(f"{machine.replace('_', ' ')} lifecycle")))
    moves = {
        (
            "[*]" if state is None else state.value,
            "any_state" if "Adopted" in event.__name__ else goal.value,
            event.__name__,
        )
        for state, event, goal in MACHINES[machine].edges()
    }
    assert drawn == moves


def test_every_machine_of_the_library_is_drawn() -> None:
    """Wherever a module keeps one."""
    modules = [import_module(module.name) for module in walk_packages(ecomops.__path__, "ecomops.")]
    a_machine: type = Lifecycle
    kept: list[Any] = [value for module in modules for value in vars(module).values() if isinstance(value, a_machine)]
    assert {value.machine for value in kept} == set(MACHINES)


def test_the_events_of_every_noun_are_listed() -> None:
    """With its tag and its class."""
    for noun in NOUNS:
        rows = generated(f"{noun.kind.replace('_', ' ')} events")
        for event in noun.all_events:
            assert f"| `{event.code}` | `{event.__name__}` |" in rows  # type: ignore[attr-defined]


def test_every_default_is_read_off_its_field() -> None:
    """The page shows what a policy does when a host says nothing."""
    rows = generated("disputed defaults").splitlines()
    for default in DEFAULTS:
        (row,) = (row for row in rows if row.startswith(f"| {default.question} |"))
        assert default.words in row
        if default.owner is not None:
            assert f"| {shown(getattr(fields(default.owner), default.field).default)}" in row


def test_every_field_of_every_policy_is_listed() -> None:
    """With what its docstring says of it."""
    for policy in POLICIES:
        rows = generated(f"policy: {policy.__name__}")
        assert re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE) == [field.name for field in fields(policy)]


def subclasses(error: type[DomainError]) -> Iterator[type[DomainError]]:
    """Yield all errors of the library that have a code."""
    for each in error.__subclasses__():
        if hasattr(each, "code") and each.__module__.startswith("ecomops"):
            yield each
        yield from subclasses(each)


def test_the_page_of_errors_has_every_error() -> None:
    """With its code, its class, its fields and both its sentences; an illegal move with the codes of all machines."""
    for module in walk_packages(ecomops.__path__, "ecomops."):
        import_module(module.name)
    machines = listed(f"{machine}.illegal_move" for machine in MACHINES)
    shown = {
        (found["codes"], found["cls"].partition("(")[0].rpartition(".")[2], found["en"], found["zh"])
        for found in _ERROR.finditer(read(PAGES / "errors.md"))
    }
    assert shown == {
        (machines if error is IllegalMove else f"`{error.code}`", error.__name__, error.text.en, error.text.zh)
        for error in subclasses(DomainError)
    }


def test_the_page_of_errors_names_the_fields() -> None:
    """In their order."""
    signatures = {
        found["codes"].partition("`, ")[0].strip("`"): found["cls"].partition("(")[2]
        for found in _ERROR.finditer(read(PAGES / "errors.md"))
    }
    first, *_ = MACHINES
    for error in subclasses(DomainError):
        code = f"{first}.illegal_move" if error is IllegalMove else error.code
        assert re.findall(r"(\w+): ", signatures[code]) == [field.name for field in fields(error)]


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ("orders.ship", "order.over_shipped"),
        ("workflows.shipping.plan_ship_order", "order.over_shipped"),
        ("inventory.reservations.allocate", "reservation.not_held"),
        ("kernel.Money.parse", "money.not_an_amount"),
        ("workflows.returns.plan_refund_return", "aftersale.goods_not_come"),
        ("inventory.transfers.dispatch", "transfer.not_requested"),
    ],
)
def test_the_page_of_errors_says_who_raises_them(decision: str, code: str) -> None:
    """As the docstrings do, also where one says that it refuses as another."""
    section = read(PAGES / "errors.md").partition(f"### `{code}`\n")[2].partition("\n### ")[0]
    assert f"`{decision}`" in section


@pytest.mark.parametrize(
    "text",
    ["<!-- generated: order lifecycle -->\n\n# Next\n", "<!-- generated: the weather -->\n<!-- end -->\n"],
    ids=["without an end", "of an unknown name"],
)
def test_a_place_that_cannot_be_filled_is_refused(text: str) -> None:
    """A page with a mistake in its marks is not left as it is."""
    with pytest.raises(LookupError):
        regenerated(text)


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    """A type such as `int | None` stays in its column."""
    assert table(("kind",), [("`int | None`",)]) == "| kind |\n|---|\n| `int \\| None` |"
