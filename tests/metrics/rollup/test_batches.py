"""Bad input is told back by row and column, and changes nothing."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from ecomops.columns import CannotHoldSum, OutOfColumn, Uneven, WrongColumn
from ecomops.kernel import DomainError, Grain, Text
from ecomops.metrics import BUYERS, FIRST_TIME_BUYERS, Counted, Measure
from ecomops.metrics.rollup import DuplicateId, LineAlone, NotWholePeriods, TooLarge, TooLong, UnknownOrder
from tests.metrics.rollup.shop import (
    HOUR,
    MONDAY,
    OBSERVED,
    a_rollup,
    held,
    ints,
    some_lines,
    some_orders,
    some_refunds,
)

COUNTED_ONCE = Measure(
    key="stores", name=Text("stores", "门店"), unit=BUYERS.unit, counted=Counted.DISTINCT, column="location"
)  # fmt: skip

FLOATS = np.array([1.0, np.nan, 3.0])
NAIVE = np.array([datetime(2026, 6, 1, tzinfo=UTC).replace(tzinfo=None)] * 3)

REFUSED: list[tuple[str, dict[str, Any], type[DomainError], dict[str, object]]] = [
    ("float money", {"append": some_orders(net=FLOATS)}, WrongColumn, {"column": "append.net"}),
    ("naive instants", {"append": some_orders(at=NAIVE)}, WrongColumn, {"column": "append.at"}),
    ("numpy's instants", {"append": some_orders(at=NAIVE.astype("M8[us]"))}, WrongColumn, {"column": "append.at"}),
    ("a list", {"append": some_orders(net=[1, 2, 3])}, WrongColumn, {"found": "list"}),
    ("a column too many", {"append": some_orders(note=ints(1, 2, 3))}, WrongColumn, {"column": "append.note"}),
    ("a column too few", {"refund": {"id": ints(1)}}, WrongColumn, {"column": "refund.order", "found": "nothing"}),
    ("a short column", {"append": some_orders(net=ints(1, 2))}, Uneven, {"column": "append.net", "found": 2}),
    ("no such customer", {"append": some_orders(customer=ints(0, -2, 0))}, OutOfColumn, {"row": 1, "least": -1}),
    ("no such channel", {"append": some_orders(channel=ints(0, 1, 2))}, OutOfColumn, {"row": 2, "most": 1}),
    ("half valid", {"amend": {"id": ints(1), "valid": ints(2)}}, OutOfColumn, {"column": "amend.valid"}),
    ("seconds", {"append": some_orders(at=ints(0, 1, 9 * 10**15))}, OutOfColumn, {"column": "append.at", "row": 2}),
    (
        "the least of numbers",
        {"append": some_orders(id=ints(7, -(2**63), 9))},
        OutOfColumn,
        {"row": 1, "least": 1 - 2**63},
    ),
    ("an id twice", {"append": some_orders(id=ints(7, 8, 7))}, DuplicateId, {"row": 2, "id": 7}),
    ("an id held", {"append": some_orders(id=ints(7, 1, 9))}, DuplicateId, {"row": 1, "id": 1}),
    ("a refund told twice", {"refund": some_refunds(id=ints(5), order=ints(1))}, DuplicateId, {"row": 0, "id": 5}),
    (
        "amended twice",
        {"amend": {"id": ints(2, 1, 1), "valid": ints(0, 0, 1)}},
        DuplicateId,
        {"column": "amend.id", "row": 2},
    ),
    ("amended unknown", {"amend": {"id": ints(1, 6), "valid": ints(0, 0)}}, UnknownOrder, {"row": 1, "id": 6}),
    ("refund of none", {"append": some_orders(), "refund": some_refunds(order=ints(9))}, UnknownOrder, {"id": 9}),
    ("too much", {"append": some_orders(net=ints(2**61, -(2**61), 1))}, CannotHoldSum, {"rows": 3}),
    ("too much in all", {"append": some_orders(net=ints(2**60, 0, 2**60))}, CannotHoldSum, {"column": "net"}),
    ("too long ago", {"append": some_orders(at=ints(MONDAY, 0, -(2 * 10**15)))}, TooLong, {"most": 36_600}),
]


LINE = {"sku": ints(0), "quantity": ints(1), "net": ints(40)}
WRONG_LINES: list[tuple[str, dict[str, Any], type[DomainError], dict[str, object]]] = [
    ("of an order held", {"lines": some_lines(1)}, LineAlone, {"column": "lines.order", "row": 0, "id": 1}),
    ("of no order", {"append": some_orders(), "lines": some_lines(10, 9)}, LineAlone, {"row": 1, "id": 9}),
    ("of no refund", {"returned": {**LINE, "refund": ints(5)}}, LineAlone, {"column": "returned.refund", "id": 5}),
    ("no such SKU", {"append": some_orders(), "lines": some_lines(10, sku=ints(3))}, OutOfColumn, {"most": 2}),
    (
        "less than none",
        {"append": some_orders(), "lines": some_lines(10, quantity=ints(-1))},
        OutOfColumn,
        {"least": 0},
    ),
    ("uneven", {"append": some_orders(), "lines": some_lines(10, net=ints(1, 2))}, Uneven, {"column": "lines.net"}),
    ("too much", {"append": some_orders(), "lines": some_lines(10, net=ints(2**62))}, CannotHoldSum, {"column": "net"}),
]


@pytest.mark.parametrize(
    ("batch", "error", "context"), [case[1:] for case in WRONG_LINES], ids=[case[0] for case in WRONG_LINES]
)
def test_refused_lines_change_nothing(
    batch: dict[str, Any], error: type[DomainError], context: dict[str, object]
) -> None:
    """Neither the lines nor the orders that they came with are taken over."""
    rollup = a_rollup(skus=3)
    rollup.append(some_orders(2, id=ints(1, 2)), some_lines(2, 1, 2, net=ints(5, 6, 7)))
    rollup.refund(some_refunds(id=ints(5), order=ints(1)), {**LINE, "refund": ints(5)})
    before = held(rollup)
    with pytest.raises(error) as refused:
        rollup.change(**batch)
    assert context.items() <= refused.value.context.items()
    assert held(rollup) == before


def test_goods_have_room_for_so_many_cells() -> None:
    """Weeks by SKUs are kept by twos, units and money; what would be too many is refused before anything is done."""
    rollup = a_rollup(skus=10_000_000)
    with pytest.raises(TooLarge) as refused:
        rollup.append(some_orders(2, at=ints(MONDAY, MONDAY + 91 * 24 * HOUR)))
    assert (refused.value.dimension, refused.value.cells, len(rollup)) == ("skus", 280_000_000, 0)


def test_goods_are_asked_for_in_whole_periods() -> None:
    """A week that begins on its second day is none."""
    with pytest.raises(NotWholePeriods) as refused:
        a_rollup(skus=3).goods(OBSERVED)
    assert refused.value.grain == "week"


@pytest.mark.parametrize(("batch", "error", "context"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED])
def test_a_refused_batch_changes_nothing(
    batch: dict[str, Any], error: type[DomainError], context: dict[str, object]
) -> None:
    """A typed refusal names column and row, and the rollup answers as before."""
    rollup = a_rollup()
    rollup.append(some_orders(2, id=ints(1, 2), net=ints(2**60, 2**60 + 5)))
    rollup.refund(some_refunds(id=ints(5), order=ints(1)))
    before = held(rollup)
    with pytest.raises(error) as refused:
        rollup.change(**batch)
    assert context.items() <= refused.value.context.items()
    assert held(rollup) == before


@pytest.mark.parametrize("at", [MONDAY - 1, MONDAY, MONDAY + 24 * HOUR - 1, MONDAY + 24 * HOUR])
def test_an_order_beside_the_days_that_are_held_has_its_own(at: int) -> None:
    """The end of the last day is the start of the next one."""
    rows, apart, together = some_orders(2, id=ints(1, 2), at=ints(MONDAY + HOUR, at)), a_rollup(), a_rollup()
    together.append(rows)
    for row in range(2):
        apart.append({name: values[row : row + 1] for name, values in rows.items()})
    assert held(apart) == held(together)


def test_a_large_dimension_holds_fewer_days() -> None:
    """A cube that would need too many cells is refused with its size."""
    rollup = a_rollup(dimensions={"channel": 2, "region": 65_535})
    with pytest.raises(TooLarge) as refused:
        rollup.append(some_orders(2, at=ints(MONDAY, MONDAY + 90 * 24 * HOUR)))
    assert refused.value.context["dimension"] == "region"
    assert len(rollup) == 0


def test_a_batch_without_rows_changes_nothing() -> None:
    """Columns of no row are a batch too."""
    rollup = a_rollup()
    before = held(rollup)
    rollup.change(append=some_orders(0), amend={"id": ints(), "valid": ints()})
    rollup.change()
    assert held(rollup) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dimensions": {"channel": 0}}, "value.out_of_range"),
        ({"dimensions": {"channel": 2, "region": 70_000}}, "value.out_of_range"),
        ({"dimensions": {f"d{n}": 2 for n in range(16)}, "windows": []}, "value.out_of_range"),
        ({"dimensions": {"channel": "two"}}, "value.wrong_kind"),
        ({"amounts": ["net", "net"]}, "value.repeated"),
        ({"amounts": ["buyers"]}, "value.repeated"),
        ({"amounts": [7]}, "value.wrong_kind"),
        ({"windows": ["colour"]}, "rollup.no_dimension"),
        ({"windows": ["channel", "channel"]}, "value.repeated"),
        ({"definition": 30}, "value.wrong_kind"),
        ({"currency": "CNY"}, "value.wrong_kind"),
        ({"amounts": [BUYERS]}, "kpi.not_additive"),
        ({"amounts": [FIRST_TIME_BUYERS.trailing(3)]}, "value.wrong_kind"),
        ({"amounts": [COUNTED_ONCE]}, "kpi.not_additive"),
        ({"amounts": ["week"]}, "value.repeated"),
        ({"calendar": "UTC"}, "value.wrong_kind"),
        ({"skus": -1}, "value.out_of_range"),
        ({"skus": 2.0}, "value.wrong_kind"),
        ({"skus_by": Grain.MONTH}, "value.wrong_kind"),
        ({"seal_at": 0}, "value.out_of_range"),
    ],
)
def test_a_rollup_is_made_of_checked_values(changes: dict[str, Any], code: str) -> None:
    """What a rollup is made for is checked before it is made."""
    with pytest.raises(DomainError) as refused:
        a_rollup(**changes)
    assert refused.value.code == code
