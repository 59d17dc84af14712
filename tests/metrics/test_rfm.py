"""Scores of customers against a count customer by customer, on random shops in zones with changing clocks."""

from datetime import timedelta

import numpy as np
import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from pendulum import Date, DateTime

from ecomops.columns import NEVER, CannotHoldSum, Ints, microseconds
from ecomops.kernel import Calendar, Currency, Period, later
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.metrics import BROAD, TAOBAO, Cancelled, Counts, Definition, Facts, OrderTerms, SaleInstant
from ecomops.metrics import rfm as module
from ecomops.metrics.rfm import SEGMENTS, Segment, rfm_of
from ecomops.metrics.selling import Selling
from tests.metrics.shops import (
    BEGINNINGS,
    MONDAY,
    SHOP,
    SHOPS,
    ZONES,
    Bought,
    at,
    facts_of,
    ints,
    some_orders,
    weeks,
)

DEFINITIONS = [
    Definition(),
    Definition(sold=SaleInstant.PLACED),
    Definition(tax=False),
    Definition(cancelled=Cancelled.LATER),
    Definition(funders=()),  # without steps nobody else bears a discount
    TAOBAO,
    BROAD,
]


def naive(facts: Facts, calendar: Calendar, window: Period, bins: int, definition: Definition) -> list[tuple[int, ...]]:
    """Return customer, recency, frequency, money and the three scores of each, by looking at all of its orders."""
    orders, found = facts.orders, dict[int, list[tuple[int, int]]]()
    as_of = calendar.day(later(window.end, timedelta(microseconds=-1))) if window.start < window.end else None
    for row in range(len(orders)):
        paid, placed, cancelled = (int(each[row]) for each in (orders.paid_at, orders.placed_at, orders.cancelled_at))
        when = placed if definition.sold is SaleInstant.PLACED or paid == NEVER else paid
        if paid == NEVER and definition.counts is Counts.PAID:
            continue
        gone = cancelled != NEVER and definition.cancelled is not Cancelled.ALWAYS
        if gone and (definition.cancelled is Cancelled.NEVER or same_day(calendar, cancelled, when)):
            continue
        if microseconds(window.start) <= when < microseconds(window.end) and orders.customer[row] >= 0:
            assert as_of is not None
            days = as_of.toordinal() - calendar.day(instant_of(when)).toordinal()
            worth = int(orders.gross[row]) + int(orders.tax[row]) * definition.tax - int(orders.discount[row])
            found.setdefault(int(orders.customer[row]), []).append((days, worth))
    sums = [
        (customer, min(days for days, _ in bought), len(bought), sum(worth for _, worth in bought))
        for customer, bought in sorted(found.items())
    ]
    scores = [scored([sign * row[place] for row in sums], bins) for place, sign in ((1, -1), (2, 1), (3, 1))]
    return [(*row, *points) for row, *points in zip(sums, *scores, strict=True)]


def instant_of(number: int) -> DateTime:
    """Return the instant of a number."""
    return later(MONDAY, timedelta(microseconds=number - microseconds(MONDAY)))


def same_day(calendar: Calendar, left: int, right: int) -> bool:
    """Tell whether two instants lie in one business day."""
    return calendar.day(instant_of(left)) == calendar.day(instant_of(right))


def scored(values: list[int], bins: int) -> list[int]:
    """Return how many cuts each value exceeds, and one: the k-th cut is the value of rank k * n / bins, rounded up."""
    ordered, size = sorted(values), len(values)
    cuts = [ordered[-(-part * size // bins) - 1] for part in range(1, bins)] if size else []
    return [1 + sum(value > cut for cut in cuts) for value in values]


@given(
    bought=SHOPS,
    start=st.sampled_from(BEGINNINGS),
    zone=st.sampled_from(ZONES),
    days=st.integers(0, 9),
    length=st.sampled_from([0, 0.1, 1, 5]),
    bins=st.sampled_from([2, 3, 5, 20]),
    definition=st.sampled_from(DEFINITIONS),
)
def test_each_customer_is_summed_and_ranked(  # noqa: PLR0917 - one argument for each thing that is drawn
    bought: list[Bought], start: DateTime, zone: str, days: int, length: float, bins: int, definition: Definition
) -> None:
    """Every row is what a look at each customer gives, whatever counts as a sale."""
    facts, calendar = facts_of(bought, start), Calendar(timezone=zone)
    window = weeks(length, since=later(start, timedelta(days=days)))
    found = rfm_of(facts, calendar=calendar, window=window, bins=bins, definition=definition)
    columns = [values.tolist() for name, values in found.to_columns().items() if name != "segment"]
    assert list(zip(*columns, strict=True)) == naive(facts, calendar, window, bins, definition)


@given(st.lists(st.integers(-3, 3) | st.integers(-(10**12), 10**12), max_size=30), st.integers(2, 100))
@example([-(2**62), 2**62, 0, 1, -5], 3)
@example([-(2**62), 2**62, 2**62 - 1, 2**62 - 1], 20)
@example([0, 0, 2**14, 2**14 - 1, 2**14 - 2], 4)
def test_a_score_depends_on_the_value_alone(values: list[int], bins: int) -> None:
    """Equal values have equal scores, however wide the values spread and however many scores there are."""
    scores = module._scores(np.array(values, dtype=np.int64), bins)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - two ways
    assert scores.tolist() == scored(values, bins)


def test_ties_are_never_split() -> None:
    """Five customers with one order each all score lowest in frequency: quantiles by row would give them 1 to 5."""
    found = rfm_of(some_orders([0, 1, 2, 3, 4], range(5)), calendar=SHOP, window=weeks(1))
    assert found.frequency_score.tolist() == [1] * 5
    assert found.monetary_score.tolist() == [1] * 5
    assert found.recency_score.tolist() == [1, 2, 3, 4, 5]


def test_a_window_holds_its_start_and_not_its_end() -> None:
    """An order at the first instant counts, one at the last does not; the as-of day is the last one that was begun."""
    window = weeks(1)
    found = rfm_of(some_orders([-1e-9, 0, 7 - 1e-9, 7], [0, 1, 2, 3]), calendar=SHOP, window=window)
    assert (found.customer.tolist(), found.recency.tolist()) == ([1, 2], [6, 0])
    assert (found.as_of, len(found)) == (Date(2026, 6, 21), 2)


def test_nobody_is_scored_without_orders() -> None:
    """Nobody known, nobody in the window, no window at all: no row."""
    for facts, window in (
        (some_orders([], []), weeks(1)),
        (some_orders([0], [-1]), weeks(1)),
        (some_orders([0], [0]), weeks(0)),
        (some_orders([9], [0]), weeks(1)),
    ):
        found = rfm_of(facts, calendar=SHOP, window=window)
        assert (len(found), found.to_rows(), set(found.sizes().values())) == (0, [], {0})
    assert rfm_of(some_orders([0], [0]), calendar=SHOP, window=weeks(0)).as_of == Date(2026, 6, 15)


def test_segments_say_what_is_above_the_mean_score() -> None:
    """Money makes important, recency and frequency say what to do; the mean itself is not above it."""
    days = [6.0, 6, 6, 0, 0, 0, 6, 6, 6, 0, 0, 0]
    customers = [0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7]
    gross = [450, 450, 900, 450, 450, 900, 50, 50, 100, 50, 50, 100]
    found = rfm_of(some_orders(days, customers, gross), calendar=SHOP, window=weeks(1), bins=2)
    assert [SEGMENTS[each] for each in found.segment] == list(Segment)
    assert found.sizes() == dict.fromkeys(Segment, 1)
    assert found.to_rows()[1] == {
        "customer": 1, "recency": 0, "frequency": 1, "monetary": 900,
        "recency_score": 2, "frequency_score": 1, "monetary_score": 2, "segment": "important_growth",
    }  # fmt: skip
    equal = rfm_of(some_orders([0, 0], [0, 1]), calendar=SHOP, window=weeks(1), bins=2)
    assert equal.sizes()[Segment.ORDINARY_RESCUE] == 2
    assert len({(each.text.en, each.text.zh) for each in Segment}) == 8
    assert all(text.en and text.zh for text in module.TEXTS.values())


@pytest.mark.parametrize("most", [50_000, 2**38, 2**45])
def test_rows_in_any_order_give_one_answer(most: int) -> None:
    """Late rows in any block keep the latest day; money of any size is added exactly."""
    draw = np.random.default_rng(7)
    size = 150_000
    days, customers, gross = draw.integers(0, 70, size), draw.integers(0, 2_000, size), draw.integers(0, most, size)
    discount, tax = gross // 3 + 5, gross // 7
    by_time = np.argsort(days, kind="stable")
    nearly = by_time.copy()
    nearly[::1_000] = [*by_time[1_000::1_000].tolist(), by_time[0]]
    expected: dict[int, tuple[int, ...]] = {}
    for customer in (0, 77, 1_999):
        mine = customers == customer
        paid = int((gross - discount + tax)[mine].sum())
        expected[customer] = (69 - int(days[mine].max()), int(mine.sum()), paid)
    for rows in (np.arange(size), by_time, by_time[::-1], nearly):
        facts = Facts.of_orders(
            Currency.CNY,
            {
                "paid_at": at(0)[0] + days[rows] * 86_400_000_000,
                "customer": customers[rows],
                "gross": gross[rows],
                "discount": discount[rows],
                "tax": tax[rows],
                "due": np.zeros(size, dtype=np.int64),
            },
        )
        found = rfm_of(facts, calendar=SHOP, window=weeks(10))
        told = [each.tolist() for each in (found.recency, found.frequency, found.monetary)]
        assert {customer: tuple(each[customer] for each in told) for customer in expected} == expected


@pytest.mark.parametrize(
    "columns",
    [
        {"gross": ints(2**61, 2**61, 2**61)},
        {"gross": ints(2**62, 0, 0), "tax": ints(1, 0, 0), "due": ints(0, 0, 0)},
    ],
)
def test_money_that_64_bits_might_not_hold_is_refused(columns: dict[str, Ints]) -> None:
    """Nothing wraps round: neither a sum, nor the parts of one order."""
    facts = Facts.of_orders(Currency.CNY, {"paid_at": at(0, 0, 0), "customer": ints(0, 0, 0), **columns})
    with pytest.raises(CannotHoldSum, match="gross"):
        rfm_of(facts, calendar=SHOP, window=weeks(1))


def test_what_is_no_fact_is_refused() -> None:
    """Wrong kinds are named, and numbers of scores that say nothing."""
    facts = some_orders([0], [0])
    with pytest.raises(WrongKind, match=r"rfm\.window"):
        rfm_of(facts, calendar=SHOP, window="June")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    for bins in (1, 101):
        with pytest.raises(OutOfRange, match="bins"):
            rfm_of(facts, calendar=SHOP, window=weeks(1), bins=bins)
    with pytest.raises(WrongKind, match=r"Rfm\.as_of"):
        evolve(rfm_of(facts, calendar=SHOP, window=weeks(1)), as_of=MONDAY)
    with pytest.raises(WrongKind, match="bins"):
        rfm_of(facts, calendar=SHOP, window=weeks(1), bins=2.0)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs


def test_a_definition_that_asks_for_more_reads_whole_columns() -> None:
    """What a block cannot tell by itself is told once, for all rows."""
    facts = some_orders([0], [0])
    plain, whole = (Selling.of(facts, each, SHOP) for each in (Definition(), BROAD))
    assert plain.whole is None
    assert whole.whole is not None


def test_money_is_what_the_definition_says() -> None:
    """Without freight an order is worth less; what is left out is asked for once."""
    terms = dict.fromkeys(("channel", "source", "staff"), ints(-1)) | {"on_delivery": ints(0), "freight": ints(30)}
    facts = some_orders([0], [0]).joined(OrderTerms.of(terms | {"order": ints(0)}))
    found = [
        rfm_of(facts, calendar=SHOP, window=weeks(1), definition=Definition(freight=each)) for each in (True, False)
    ]
    assert [each.monetary.tolist() for each in found] == [[100], [70]]
