"""Which questions a rollup answers, and which it refuses by name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import numpy as np
import pendulum
import pytest

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Currency, DomainError, Grain, Period
from ecomops.metrics import BUYERS, GROSS, NEW_BUYERS, ORDERS, Facts, tabulate
from ecomops.metrics.rollup import Rollup
from tests.metrics.rollup.shop import HOUR, MONDAY, a_rollup, held, ints, some_orders, some_refunds

JUNE = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))


ASKED: list[tuple[Callable[[Rollup], object], str]] = [
    (lambda each: each.window(JUNE, figures=["new_to_shop_buyers"]), "rollup.not_on_window"),
    (lambda each: each.window(JUNE, by="region", figures=["buyers"]), "rollup.windows_not_kept"),
    (lambda each: each.window(JUNE, by="colour"), "rollup.no_dimension"),
    (lambda each: each.table(Grain.DAY, by="colour"), "rollup.no_dimension"),
    (lambda each: each.table(Grain.DAY, figures=["margin"]), "rollup.no_figure"),
    (lambda each: each.table(Grain.DAY, figures=["net", "net"]), "value.repeated"),
    (lambda each: each.table(cast("Any", "day")), "value.wrong_kind"),
    (lambda each: each.window(cast("Any", (0, 1))), "value.wrong_kind"),
    (lambda each: each.windows(ints(0, 5), ints(1)), "column.uneven"),
    (lambda each: each.windows(ints(0, 5), ints(1, 4)), "column.out_of_range"),
    (lambda each: each.windows(cast("Any", np.array([0.5])), ints(4)), "column.wrong_kind"),
    (lambda each: each.orders(ints(10, 99)), "rollup.unknown_order"),
    (lambda each: each.table(Grain.DAY, figures=["net"])["orders"], "rollup.no_figure"),
]


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
    table = rollup.table(Grain.DAY, by="channel")
    assert table["new_buyers"].tolist() == [[1, 1]]  # customer 0 is credited to channel 0 alone
    assert table["slice_new_buyers"].tolist() == [[1, 2]]
    assert table["new_to_shop_buyers"].tolist() == [[1, 2]]
    rollup.append(some_orders(1, id=ints(20), customer=ints(0), channel=ints(1), at=ints(MONDAY + 72 * HOUR)))
    later = rollup.table(Grain.DAY, by="channel", figures=["buyers", "new_to_shop_buyers"])
    assert (later["buyers"][-1].tolist(), later["new_to_shop_buyers"][-1].tolist()) == ([0, 1], [0, 0])


def test_a_slice_is_mended_when_another_slice_tells_who_is_new() -> None:
    """An order of before that turns out invalid makes its buyer new, also where no link of the slice moved."""
    rollup = a_rollup()
    at = ints(MONDAY, MONDAY + 48 * HOUR, MONDAY + 49 * HOUR)
    rollup.append(some_orders(3, at=at, customer=ints(0, 0, 0), channel=ints(0, 0, 1)))
    assert rollup.table(Grain.DAY, by="channel")["new_to_shop_buyers"].tolist() == [[1, 0], [0, 0], [0, 0]]
    rollup.amend({"id": ints(10), "valid": ints(0)})
    assert rollup.table(Grain.DAY, by="channel")["new_to_shop_buyers"].tolist() == [[0, 0], [0, 0], [1, 1]]


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
            "from": "2026-06-01T00:00:00.000000",
            "orders_valid": 3,
            "orders_identified": 1,
            "net": 600,
            "buyers": 1,
            "new_buyers": 1,
        }
    ]


def test_a_refund_counts_while_its_order_is_valid_and_not_before_it() -> None:
    """Status decides validity only; what came back before the sale comes back with it."""
    rollup = a_rollup()
    rollup.append(some_orders())
    rollup.refund(some_refunds(id=ints(1, 2), order=ints(10, 10), at=ints(MONDAY - HOUR, MONDAY), returned=ints(3, 4)))
    assert rollup.table(Grain.DAY)["returned"].tolist() == [7]
    rollup.amend({"id": ints(10), "valid": ints(0)})
    assert rollup.table(Grain.DAY)["returned"].tolist() == [0]
    assert rollup.table(Grain.DAY)["orders"].tolist() == [3]


def test_an_empty_rollup_answers() -> None:
    """Before the first order there is no period, and every window holds nothing."""
    rollup = a_rollup()
    assert len(rollup.table(Grain.WEEK)) == 0
    assert rollup.window(JUNE, by="channel", figures=["net", "buyers"]).to_rows() == [
        {"from": "2026-06-01T00:00:00.000000", "channel": channel, "net": 0, "buyers": 0} for channel in (0, 1)
    ]
    assert rollup.windows(ints(), ints())["buyers"].tolist() == []
    rollup.append(some_orders())
    assert rollup.windows(ints(), ints())["buyers"].tolist() == []
    assert rollup.window(JUNE, figures=["buyers"])["buyers"].tolist() == [2]


def test_answers_without_figures_have_no_rows_of_slices() -> None:
    """Asked for nothing by a dimension, nothing is answered."""
    assert a_rollup().table(Grain.DAY, by="channel", figures=()).to_columns()["channel"].tolist() == []


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
    assert sorted(rollup.nbytes) == ["indexes", "rows", "sums", "windows"]
    assert all(size > 0 for size in rollup.nbytes.values())


def test_a_rollup_equals_the_table_of_the_same_facts() -> None:
    """`tabulate` over the facts gives the same whole numbers."""
    draw = np.random.default_rng(7)
    rows = 2_000
    at = MONDAY + np.sort(draw.choice(60 * 24 * 3600, rows, replace=False)) * 1_000_000
    customer, gross = draw.integers(-1, 150, rows), draw.integers(0, 9_000, rows)
    calendar = Calendar(timezone="Asia/Kolkata")
    rollup = Rollup(calendar, amounts=["gross"])
    late = draw.permutation(rows)
    columns: dict[str, Ints] = {
        "id": np.arange(rows),
        "at": at,
        "customer": customer,
        "valid": np.ones(rows, np.int64),
        "gross": gross,
    }
    for part in np.array_split(late, 7):
        rollup.append({name: values[part] for name, values in columns.items()})
    facts = Facts.of_orders(Currency.INR, {"paid_at": at, "customer": customer, "gross": gross})
    observed = Period(start=JUNE.start, end=JUNE.start + timedelta(days=61))
    for grain in Grain:
        table = tabulate(facts, (ORDERS, BUYERS, NEW_BUYERS, GROSS), calendar=calendar, observed=observed, by=grain)
        ours = rollup.table(grain)
        size = len(ours)
        for name, kpi in (("orders", ORDERS), ("buyers", BUYERS), ("new_buyers", NEW_BUYERS), ("gross", GROSS)):
            assert ours[name].tolist() == table[kpi].tolist()[:size]


def test_far_instants_and_many_slices_are_answered_as_near_ones() -> None:
    """Orders of decades take the longer way to the same answers, many slices are counted in parts."""
    draw = np.random.default_rng(3)
    rows, years = 400, 95
    at = microseconds(pendulum.datetime(1950, 1, 1)) + draw.integers(0, years * 365 * 24, rows) * HOUR
    rollup = Rollup(
        Calendar(timezone="UTC" ), dimensions={"store": 300}, windows=["store"], seal_at=10_000
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
