"""Which questions a rollup answers, and which it refuses by name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import numpy as np
import pendulum
import pytest

from ecomops.columns import microseconds
from ecomops.kernel import Calendar, Currency, DomainError, Grain, Period
from ecomops.metrics import AOV, BUYERS, GROSS, ORDERS, Counted, Definition, Measure, Reason
from ecomops.metrics.rollup import Rollup
from tests.metrics.rollup.shop import (
    HOUR,
    MONDAY,
    OBSERVED,
    a_rollup,
    by_slice,
    held,
    ints,
    some_lines,
    some_orders,
    some_refunds,
)

JUNE = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
FIRST_DAY = Period(start=JUNE.start, end=JUNE.start.add(days=1))
NOON = Period(start=JUNE.start, end=JUNE.start.add(hours=1))
"""What was observed ends before the last orders of its day."""


ASKED: list[tuple[Callable[[Rollup], object], str]] = [
    (lambda each: each.window(JUNE, figures=["new_to_shop_buyers"]), "rollup.not_on_window"),
    (lambda each: each.window(JUNE, by="region", figures=["buyers"]), "rollup.windows_not_kept"),
    (lambda each: each.window(JUNE, by="colour"), "rollup.no_dimension"),
    (lambda each: each.table(Grain.DAY, observed=JUNE, by="colour"), "rollup.no_dimension"),
    (lambda each: each.table(Grain.DAY, observed=JUNE, figures=["margin"]), "rollup.no_figure"),
    (lambda each: each.table(Grain.DAY, observed=JUNE, figures=[AOV]), "rollup.no_figure"),
    (lambda each: each.window(JUNE, figures=[Measure(key="buyers", name=BUYERS.name, unit=BUYERS.unit,
        counted=Counted.FIRST_TIME_BUYERS)]), "rollup.no_figure"),
    (lambda each: each.table(Grain.DAY, observed=JUNE, figures=["net", "net"]), "value.repeated"),
    (lambda each: each.table(Grain.DAY, observed=JUNE, figures=[ORDERS.trailing(7)]), "value.wrong_kind"),
    (lambda each: each.table(Grain.DAY, observed=JUNE, figures=[BUYERS / ORDERS.trailing(7)]), "value.wrong_kind"),
    (lambda each: each.table(cast("Any", "day"), observed=JUNE), "value.wrong_kind"),
    (lambda each: each.table(Grain.DAY, observed=cast("Any", None)), "value.wrong_kind"),
    (lambda each: each.table(Grain.DAY, observed=Period(start=JUNE.start, end=pendulum.datetime(2190, 1, 1))),
        "rollup.too_long"),
    (lambda each: each.table(Grain.DAY, observed=NOON, by="region", figures=["buyers"]), "rollup.windows_not_kept"),
    (lambda each: each.table(Grain.DAY, observed=NOON, figures=["new_to_shop_buyers"]), "rollup.not_on_window"),
    (lambda each: each.window(cast("Any", (0, 1))), "value.wrong_kind"),
    (lambda each: each.window(JUNE, observed=cast("Any", "all")), "value.wrong_kind"),
    (lambda each: each.windows(ints(0, 5), ints(1)), "column.uneven"),
    (lambda each: each.windows(ints(0, 5), ints(1, 4)), "column.out_of_range"),
    (lambda each: each.windows(cast("Any", np.array([0.5])), ints(4)), "column.wrong_kind"),
    (lambda each: each.orders(ints(10, 99)), "rollup.unknown_order"),
    (lambda each: each.table(Grain.DAY, observed=JUNE, figures=["net"])["orders"], "table.no_column"),
    (lambda each: each.customers(cast("Any", JUNE.start)), "value.wrong_kind"),
    (lambda each: each.customers(JUNE, figures=["buyers"]), "rollup.no_figure"),
    (lambda each: each.goods(JUNE), "rollup.goods_not_kept"),
    (lambda each: each.lines(), "rollup.goods_not_kept"),
    (lambda each: each.append(some_orders(1, id=ints(40)), some_lines(40)), "rollup.goods_not_kept"),
    (lambda each: each.refund(some_refunds(), {"refund": ints(1)}), "rollup.goods_not_kept"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "code"), ASKED, ids=range(len(ASKED)))
def test_what_is_not_kept_is_refused_by_name(ask: Callable[[Rollup], object], code: str) -> None:
    """A figure without a meaning there, and a question that the rollup was not made for."""
    rollup = a_rollup()
    rollup.append(some_orders())
    with pytest.raises(DomainError) as refused:
        ask(rollup)
    assert refused.value.code == code


def test_three_meanings_of_a_new_buyer() -> None:
    """New to the shop by order, new to the slice, and a buyer of the slice who is new to the shop in the period."""
    rollup = a_rollup()
    rollup.append(some_orders(3, customer=ints(0, 0, 1), channel=ints(0, 1, 1)))
    table = rollup.table(Grain.DAY, observed=FIRST_DAY, by="channel")
    assert by_slice(table, "new_buyers", 2) == [[1, 1]]  # customer 0 is credited to channel 0 alone
    assert by_slice(table, "slice_new_buyers", 2) == [[1, 2]]
    assert by_slice(table, "new_to_shop_buyers", 2) == [[1, 2]]
    assert table.total("new_buyers") == 2
    with pytest.raises(DomainError):
        table.total("slice_new_buyers")  # customer 0 is new in two slices
    rollup.append(some_orders(1, id=ints(20), customer=ints(0), channel=ints(1), at=ints(MONDAY + 72 * HOUR)))
    days = Period(start=JUNE.start, end=JUNE.start.add(days=4))
    later = rollup.table(Grain.DAY, observed=days, by="channel", figures=["buyers", "new_to_shop_buyers"])
    assert (by_slice(later, "buyers", 2)[-1], by_slice(later, "new_to_shop_buyers", 2)[-1]) == ([0, 1], [0, 0])


def test_a_slice_is_mended_when_another_slice_tells_who_is_new() -> None:
    """An order of before that turns out invalid makes its buyer new, also where no link of the slice moved."""
    rollup = a_rollup()
    at = ints(MONDAY, MONDAY + 48 * HOUR, MONDAY + 49 * HOUR)
    rollup.append(some_orders(3, at=at, customer=ints(0, 0, 0), channel=ints(0, 0, 1)))
    days = Period(start=JUNE.start, end=JUNE.start.add(days=3))
    table = rollup.table(Grain.DAY, observed=days, by="channel")
    assert by_slice(table, "new_to_shop_buyers", 2) == [[1, 0], [0, 0], [0, 0]]
    rollup.amend({"id": ints(10), "valid": ints(0)})
    table = rollup.table(Grain.DAY, observed=days, by="channel")
    assert by_slice(table, "new_to_shop_buyers", 2) == [[0, 0], [0, 0], [1, 1]]


@pytest.mark.parametrize("by", [None, "channel"])
def test_a_sealed_order_that_is_invalid_now_is_no_predecessor(by: str | None) -> None:
    """Months later another order has the one before it as its predecessor, until it is valid again."""
    rollup = a_rollup()
    at = ints(MONDAY - 90 * 24 * HOUR, MONDAY - 60 * 24 * HOUR)
    rollup.append(some_orders(2, at=at, customer=ints(0, 0), channel=ints(0, 0)))
    rollup.seal()
    rollup.amend({"id": ints(11), "valid": ints(0)})
    rollup.append(some_orders(1, id=ints(5)))
    start = ints(MONDAY - 70 * 24 * HOUR)
    for valid in (0, 1):
        rollup.amend({"id": ints(11), "valid": ints(valid)})
        buyers = rollup.windows(start, ints(MONDAY + HOUR), by=by, figures=["buyers"])["buyers"]
        assert int(buyers.sum()) == 1


def test_many_touched_slices_are_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch that touches too many pairs of customer and slice to tell them apart is answered alike."""
    rollup, other = a_rollup(), a_rollup()
    rollup.append(some_orders(9))
    monkeypatch.setattr("ecomops.metrics.rollup.changing.MOST_PAIRS", 1)
    other.append(some_orders(9))
    assert held(other) == held(rollup)


def test_an_unknown_customer_is_no_buyer_and_always_counted() -> None:
    """Orders without a customer stand in orders and sums, not in buyers."""
    rollup = a_rollup()
    rollup.append(some_orders(3, customer=ints(-1, -1, 4)))
    answer = rollup.window(JUNE, figures=["orders_valid", "orders_identified", "net", "buyers", "new_buyers"])
    assert answer.to_rows() == [
        {
            "period": "2026-06-01",
            "orders_valid": 3,
            "orders_identified": 1,
            "net": 600,
            "buyers": 1,
            "new_buyers": 1,
            "flags": ["short_history"],
        }
    ]


def test_a_refund_counts_while_its_order_is_valid_and_not_before_it() -> None:
    """Status decides validity only; what came back before the sale comes back with it."""
    rollup = a_rollup()
    rollup.append(some_orders())
    rollup.refund(some_refunds(id=ints(1, 2), order=ints(10, 10), at=ints(MONDAY - HOUR, MONDAY), returned=ints(3, 4)))
    assert rollup.table(Grain.DAY, observed=FIRST_DAY)["returned"].tolist() == [7]
    rollup.amend({"id": ints(10), "valid": ints(0)})
    assert rollup.table(Grain.DAY, observed=FIRST_DAY)["returned"].tolist() == [0]
    assert rollup.table(Grain.DAY, observed=FIRST_DAY)["orders"].tolist() == [3]


def test_an_empty_rollup_answers() -> None:
    """Before the first order nothing happened in what was observed, and every window holds nothing."""
    rollup = a_rollup()
    assert rollup.table(Grain.WEEK, observed=JUNE)["orders"].tolist() == [0] * 5
    assert rollup.window(JUNE, by="channel", figures=["net", "buyers"]).to_columns() == {
        "period": ["2026-06-01"] * 2, "channel": [0, 1], "net": pytest.approx([0, 0]),
        "buyers": pytest.approx([0, 0]), "partial": [False] * 2,
    }  # fmt: skip
    assert rollup.windows(ints(), ints())["buyers"].tolist() == []
    assert rollup.customers(JUNE)["customer"].tolist() == []
    rollup.append(some_orders())
    assert rollup.windows(ints(), ints())["buyers"].tolist() == []
    assert rollup.window(JUNE, figures=["buyers"])["buyers"].tolist() == [2]
    assert rollup.customers(Period(start=JUNE.end, end=OBSERVED.end))["customer"].tolist() == []


@pytest.mark.parametrize("by", [None, "channel"])
def test_what_has_no_length_has_no_row(by: str | None) -> None:
    """A period that ends where it begins is none."""
    rollup = a_rollup()
    rollup.append(some_orders())
    never = Period(start=JUNE.start, end=JUNE.start)
    assert len(rollup.table(Grain.DAY, observed=never, by=by)) == len(rollup.window(never, by=by)) == 0


def test_periods_of_which_nothing_is_held_are_empty() -> None:
    """What was observed may lie before the first order, or after the last one."""
    rollup = a_rollup()
    rollup.append(some_orders())
    for start in (pendulum.datetime(2026, 3, 4), pendulum.datetime(2026, 8, 3)):
        table = rollup.table(Grain.MONTH, observed=Period(start=start, end=start.add(months=1)), by="region")
        assert (len(table), int(table["orders"].sum()), int(table["buyers"].sum())) == (6, 0, 0)


def test_a_table_says_what_was_observed() -> None:
    """Partial periods, short history, units, names and the definition stand beside the figures."""
    definition = Definition(new_after=timedelta(days=3))
    rollup = a_rollup(definition=definition, amounts=["net", GROSS])
    rollup.append(some_orders(gross_sales=ints(500, 700, 900)))
    rollup.amend({"id": ints(10, 11, 12), "valid": ints(0, 1, 0)})
    observed = Period(start=JUNE.start.subtract(hours=5), end=JUNE.start.add(days=4, hours=1))
    table = rollup.table(Grain.DAY, observed=observed, figures=[GROSS / ORDERS, "net", GROSS])
    assert [row["flags"] for row in table.to_rows()] == [
        ["partial", "short_history"], *([["short_history"]] * 3), [], ["partial"]
    ]  # fmt: skip
    assert table.units == {"gross_sales / orders_valid": "money orders^-1", "net": "1", "gross_sales": "money"}
    assert (table.definition, table.currency, table.observed) == (definition, Currency.CNY, observed)
    assert table.why(0, GROSS / ORDERS) is Reason.ZERO_DENOMINATOR
    assert table[GROSS / ORDERS].tolist()[1] == 700
    window = rollup.window(JUNE, observed=observed, figures=[GROSS])
    assert (window.to_rows()[0]["flags"], window[GROSS].tolist()) == (["partial", "short_history"], [700])
    ratios = rollup.windows(ints(MONDAY, MONDAY), ints(MONDAY, MONDAY + 9 * HOUR), figures=[GROSS / ORDERS])
    assert np.isnan(ratios["gross_sales / orders_valid"]).tolist() == [True, False]
    assert {"slice_new_buyers", "new_to_shop_buyers", "buyers"} <= set(rollup.table(Grain.DAY, observed=JUNE).keys)


def test_a_day_that_is_not_over_is_refused_only_where_others_would_count() -> None:
    """Distinct figures that windows do not keep stand as long as nobody bought beside what was observed."""
    rollup = a_rollup()
    rollup.append(some_orders(3, customer=ints(0, 1, -1)))
    observed = Period(start=JUNE.start, end=JUNE.start.add(hours=2))
    table = rollup.table(Grain.DAY, observed=observed, by="region", figures=["buyers", "new_to_shop_buyers", "orders"])
    assert [table[name].tolist() for name in table.keys] == [[2, 0, 0], [2, 0, 0], [2, 0, 0]]


def test_answers_without_figures_have_rows() -> None:
    """Asked for nothing, a table has its periods alone."""
    assert a_rollup().table(Grain.DAY, observed=FIRST_DAY, by="channel", figures=()).to_columns() == {
        "day": ["2026-06-01"] * 2, "channel": [0, 1], "partial": [False] * 2
    }  # fmt: skip
    assert a_rollup().windows(ints(0), ints(1), by="channel", figures=()) == {}


def test_a_rollup_says_when_it_is_due() -> None:
    """It is due when as much has changed as it was told, and a seal changes no answer."""
    rollup = a_rollup(seal_at=40)
    rollup.append(some_orders(6))
    assert not rollup.due
    rollup.append(some_orders(40, id=np.arange(100, 140), customer=np.full(40, -1)))
    assert rollup.due
    before = held(rollup)
    rollup.seal()
    assert (rollup.due, held(rollup)) == (False, (*before[:3], False))


def test_a_batch_of_many_times_that_is_sealed_at_once() -> None:
    """What the host would do next is done."""
    rollup = a_rollup(seal_at=2)
    rollup.append(some_orders(40))
    assert not rollup.due


def test_orders_are_found_by_the_ids_of_the_host() -> None:
    """Before and after a seal, whichever way ids go."""
    rollup = a_rollup()
    rollup.append(some_orders(3, id=ints(30, 20, 10)))
    rollup.seal()
    rollup.append(some_orders(2, id=ints(25, 5)))
    assert rollup.orders(ints(5, 20, 25))["net"].tolist() == [200, 200, 100]
    rollup.seal()
    assert rollup.orders()["id"].tolist() == [30, 20, 10, 25, 5]
    assert rollup.orders(ints(25, 30))["net"].tolist() == [100, 100]


def test_a_snapshot_is_restored_in_another_rollup() -> None:
    """Plain arrays carry all that was told; what is not of a rollup is refused."""
    rollup, other = a_rollup(), a_rollup()
    rollup.append(some_orders())
    rollup.refund(some_refunds())
    other.restore(rollup.snapshot())
    assert held(other) == held(rollup)
    with pytest.raises(DomainError) as refused:
        a_rollup().restore({**rollup.snapshot(), "lines": ints()})
    assert refused.value.context == {"column": "append.lines", "found": "unknown"}


def test_the_parts_tell_their_bytes() -> None:
    """What a rollup costs can be asked."""
    rollup = a_rollup()
    rollup.append(some_orders())
    assert sorted(rollup.nbytes) == ["goods", "indexes", "rows", "sums", "windows"]
    assert all((size > 0) == (part != "goods") for part, size in rollup.nbytes.items())


def test_far_instants_and_many_slices_are_answered_as_near_ones() -> None:
    """Orders of decades take the longer way to the same answers, many slices are counted in parts."""
    draw = np.random.default_rng(3)
    rows, years = 400, 95
    at = microseconds(pendulum.datetime(1950, 1, 1)) + draw.integers(0, years * 365 * 24, rows) * HOUR
    rollup = Rollup(
        Calendar(timezone="UTC"), currency=Currency.CNY, dimensions={"store": 300}, windows=["store"], seal_at=10_000
    )  # fmt: skip
    customer, store = draw.integers(0, 3, rows), draw.integers(0, 300, rows)
    orders = {"id": np.arange(rows), "at": at, "customer": customer, "valid": np.ones(rows, np.int8), "store": store}
    with pytest.raises(DomainError):
        rollup.append(orders)  # too many cells
    near = {**orders, "at": MONDAY + (at - at.min()) // 1_000}
    rollup.append(near)
    starts = MONDAY + draw.integers(0, 700, 90) * HOUR
    ends = starts + draw.integers(0, 700, 90) * HOUR
    before = rollup.windows(starts, ends, by="store", figures=["buyers"])["buyers"]
    rollup.seal()
    assert (rollup.windows(starts, ends, by="store", figures=["buyers"])["buyers"] == before).all()
    for row in (0, 40, 89):
        inside = (near["at"] >= starts[row]) & (near["at"] < ends[row])
        expected = [len({*customer[inside & (store == value)].tolist()}) for value in range(300)]
        assert before[row].tolist() == expected
