"""Fact families check all of their columns when they are made, and name the column and row that is wrong."""

import copy
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest
from attrs import evolve

from ecomops.columns import NEVER, Ints, OutOfColumn, Uneven, WrongColumn
from ecomops.columns.extents import Extent, extent_of
from ecomops.kernel import Currency, WrongKind
from ecomops.metrics import (
    Costs,
    Facts,
    Lines,
    Names,
    Orders,
    Payments,
    RefundedLines,
    Refunds,
    Steps,
    Stock,
    declaring,
)
from ecomops.metrics.declaring import extent, unchecked
from ecomops.metrics.families import KEYS, MOST_CODES, Columns
from ecomops.metrics.sales import NO_EARLIER
from tests.kernel.hostile import others
from tests.metrics.shops import MONDAY, Bought, Line, at, facts_of, ints, some_orders

FAMILIES: list[type[Columns]] = [Orders, Lines, Steps, Payments, Refunds, RefundedLines]
each_family = pytest.mark.parametrize("family", FAMILIES)

TEA = Line(unit=0, quantity=2, gross=100, discount=10, back=1, back_after=5)
SHOP = facts_of([Bought(minute=1, paid_after=0, cancelled=False, customer=0, lines=(TEA, TEA))] * 2, MONDAY)


def zeros(family: type[Columns], size: int = 3) -> dict[str, Any]:
    """Return columns of zeros."""
    return {name: np.zeros(size, dtype=np.int64) for name in family.__annotations__}


@each_family
def test_family_is_made_of_a_mapping_of_arrays(family: type[Columns]) -> None:
    """What goes in comes out, as copies that nobody changes."""
    given = zeros(family)
    made = family.of(given)
    first = next(iter(given))
    given[first] += 1
    assert (len(made), list(made.to_columns())) == (3, list(given))
    assert made.to_columns()[first].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        made.to_columns()[first][0] = 1


@each_family
def test_extents_are_those_of_the_columns(family: type[Columns]) -> None:
    """What was seen of each column when the family was made is what another look tells."""
    made = {type(each): each for each in SHOP.families}[family]
    for name, values in made.to_columns().items():
        assert extent(made, name) == extent_of(values)


def test_columns_that_may_have_changed_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only columns are looked at once; what a host can write to, or nobody checked, is looked at when asked."""
    kept = Costs.of(zeros(Costs))
    own = zeros(Costs)
    shared = Costs(**own)
    own["amount"][1] = 7
    assert extent(shared, "amount").most == 7
    for values in own.values():
        values.flags.writeable = False  # too late: it was written to
    assert extent(shared, "amount").most == 7
    bare = unchecked(Costs, **own)
    assert extent(bare, "amount").most == 7
    assert extent(copy.copy(kept), "amount").most == 0
    looks: list[Ints] = []

    def looking(values: Ints) -> Extent:
        looks.append(values)
        return extent_of(values)

    monkeypatch.setattr(declaring, "extent_of", looking)
    assert (extent(kept, "amount").most, len(looks)) == (0, 0)
    assert (extent(bare, "amount").most, len(looks)) == (7, 1)


@each_family
def test_missing_unknown_and_uneven_columns_are_named(family: type[Columns]) -> None:
    """A column too few, too many, too short or of another kind is refused by its name."""
    for name in zeros(family):
        short = zeros(family) | {name: np.zeros(2, dtype=np.int64)}
        with pytest.raises(Uneven):
            family.of(short)
        with pytest.raises(WrongColumn, match=f"{family.__name__}.{name} .* nothing"):
            family.of({key: value for key, value in zeros(family).items() if key != name})
        for bad in (*others(), np.zeros(3), np.zeros((3, 1), dtype=np.int64)):
            with pytest.raises(WrongColumn, match=f"{family.__name__}.{name}"):
                family.of(zeros(family) | {name: bad})
            with pytest.raises(WrongColumn, match=f"{family.__name__}.{name}"):
                family(**(zeros(family) | {name: bad}))
    with pytest.raises(WrongColumn, match=f"{family.__name__}.colour .* unknown"):
        family.of(zeros(family) | {"colour": np.zeros(3, dtype=np.int64)})


NOT_NEGATIVE = [
    ("gross", Orders),
    ("discount", Orders),
    ("tendered", Orders),
    ("quantity", Lines),
    ("order", Lines),
    ("gross", Lines),
    ("amount", Payments),
    ("amount", Refunds),
    ("fee", Refunds),
    ("called_off", Refunds),
    ("quantity", RefundedLines),
]


@pytest.mark.parametrize(("name", "family"), NOT_NEGATIVE)
def test_negative_where_it_has_no_meaning_is_named_by_its_row(name: str, family: type[Columns]) -> None:
    """An amount or quantity below zero is refused where there can be none."""
    with pytest.raises(OutOfColumn, match=f"{family.__name__}.{name}") as refused:
        family.of(zeros(family) | {name: ints(0, 0, -1)})
    assert refused.value.context["row"] == 2


@pytest.mark.parametrize("name", ["due", "tax"])
def test_negative_due_and_tax_are_facts(name: str) -> None:
    """What tenders exceed makes a negative due."""
    assert Orders.of(zeros(Orders) | {name: ints(0, 0, -1)}).to_columns()[name].tolist() == [0, 0, -1]


def test_no_instant_is_that_of_no_order_before() -> None:
    """What stands for no order before is no instant: a buyer whose first order had it would look new again."""
    assert Orders.of(zeros(Orders) | {"paid_at": ints(0, 0, NO_EARLIER + 1)})
    with pytest.raises(OutOfColumn, match=r"Orders\.paid_at"):
        Orders.of(zeros(Orders) | {"paid_at": ints(0, 0, NO_EARLIER)})


@pytest.mark.parametrize("name", ["customer", "location"])
def test_unknown_is_minus_one_and_nothing_less(name: str) -> None:
    """-1 is unknown; a code below, or beyond what can be sorted, is no code."""
    assert Orders.of(zeros(Orders) | {name: ints(-1, 0, MOST_CODES)})
    for bad in (-2, MOST_CODES + 1):
        with pytest.raises(OutOfColumn):
            Orders.of(zeros(Orders) | {name: ints(-1, 0, bad)})


@pytest.mark.parametrize(("family", "column", "target", "least"), KEYS)
def test_key_that_leads_nowhere_is_named(family: str, column: str, target: str, least: int) -> None:
    """A row that is not there is refused, and so is a code without a name where codes have names."""
    one: dict[str, Any] = {kind: cls.of(zeros(cls, 1)) for kind, cls in attrs_of_facts().items()}
    named: dict[str, Any] = {name: ("a",) for name in attrs.fields_dict(Names) if name != "others"}
    facts = Facts(currency=Currency.CNY, names=Names(**named), **one)
    for wrong in (least - 1, 1):
        with pytest.raises(OutOfColumn, match=column):
            evolve(facts, **{family: evolve(one[family], **{column: ints(wrong)})})
    assert target in {**named, **one}


def attrs_of_facts() -> dict[str, type[Columns]]:
    """Return the families by the name of their field."""
    kinds = ("orders", "lines", "steps", "payments", "refunds", "refunded_lines")
    return dict(zip(kinds, FAMILIES, strict=True))


@pytest.mark.parametrize(
    "mix",
    [
        lambda: evolve(SHOP, lines=evolve(SHOP.lines, order=ints(0, 1, 0, 1))),
        lambda: evolve(SHOP, refunded_lines=evolve(SHOP.refunded_lines, refund=ints(1, 0, 2, 3))),
    ],
)
def test_rows_out_of_turn_are_refused(mix: Callable[[], Facts]) -> None:
    """Lines stand in the order of their orders, and refunded lines in that of their refunds."""
    with pytest.raises(OutOfColumn):
        mix()


def test_segments_say_which_lines_belong_to_which_order() -> None:
    """Lines, steps and refunded lines are found by their owners."""
    assert SHOP.lines_of_orders.lengths.tolist() == [2, 2]
    assert SHOP.lines_of_orders.sums(SHOP.lines.gross, name="gross").tolist() == SHOP.orders.gross.tolist()
    assert SHOP.lines_of_refunds.lengths.tolist() == [1, 1, 1, 1]
    assert SHOP.steps_of_lines.lengths.tolist() == [0, 0, 0, 0]


def test_names_of_orders_are_as_many_as_orders() -> None:
    """Each order has a name, or none has."""
    assert evolve(SHOP, names=evolve(SHOP.names, orders=("a", "b")))
    with pytest.raises(Uneven, match=r"Names\.orders"):
        evolve(SHOP, names=evolve(SHOP.names, orders=("a",)))


def test_columns_of_a_host_are_filled_in() -> None:
    """Paid orders need two columns; the rest says that nothing else happened."""
    facts = some_orders([0, 1], [0, -1], [100, 200], discount=ints(0, 50), tax=ints(1, 0), tendered=ints(0, 5))
    orders = facts.orders
    assert orders.placed_at.tolist() == orders.paid_at.tolist() == at(0, 1).tolist()
    assert orders.cancelled_at.tolist() == [NEVER, NEVER]
    assert orders.due.tolist() == [101, 145]
    assert some_orders([0], [0], [100], due=ints(7)).orders.due.tolist() == [7]
    needed = {"paid_at": at(0), "gross": ints(1)}
    for missing in needed:
        with pytest.raises(WrongColumn, match=f"Orders.{missing}"):
            Facts.of_orders(Currency.CNY, {name: value for name, value in needed.items() if name != missing})
    with pytest.raises(WrongColumn, match="unknown"):
        Facts.of_orders(Currency.CNY, {"paid_at": at(0), "gross": ints(1), "colour": ints(1)})
    with pytest.raises(Uneven):
        Facts.of_orders(Currency.CNY, {"paid_at": at(0), "gross": ints(1, 2)})


def test_facts_are_made_of_families() -> None:
    """A mapping, a list and nothing are no family."""
    for name in attrs.fields_dict(Facts):
        for value in others(Currency):
            if name == "more" and value == ():
                continue
            with pytest.raises(WrongKind, match=f"Facts.{name}"):
                evolve(SHOP, **{name: value})


def test_a_family_is_shown_with_its_columns() -> None:
    """In their order, as arrays show themselves."""
    counted = Stock.of({name: ints(5) for name in ("sku", "location", "at", "on_hand", "worth")})
    arrays = (f"{name}=array([5])" for name in ("sku", "location", "at", "on_hand", "worth"))
    assert repr(counted) == f"Stock({', '.join(arrays)})"
