"""Random rows of a summary, and the same figures by sets and lists, written from the definitions alone."""

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import ceil

import numpy as np
import pendulum
from attrs import frozen
from hypothesis import strategies as st
from pendulum import Date

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Currency, Grain, Period, instant
from ecomops.metrics import MONEY, NUMBER, Definition
from ecomops.metrics.summary import Hashing, Kind, Partitioning, SummaryMeasure, SummarySpec

MONDAY = pendulum.datetime(2026, 6, 15)
HOUR = 3_600_000_000
WEEK = 7 * 24 * HOUR
OBSERVED = Period(start=MONDAY.add(days=2), end=MONDAY.add(days=30))


def measure(
    key: str,
    kind: Kind,
    column: str | None = None,
    *,
    where: str | None = None,
    family: str = "orders",
    share: Fraction = Fraction(1, 2),
) -> SummaryMeasure:
    """Return a measure without a unit."""
    return SummaryMeasure(key=key, unit=NUMBER, kind=kind, family=family, column=column, where=where, share=share)


GROSS = SummaryMeasure(key="gross_sales", unit=MONEY, kind=Kind.SUM, column="gross")
MEASURES = (
    measure("orders", Kind.ROWS),
    measure("valid_orders", Kind.ROWS, where="valid"),
    GROSS,
    measure("valid_gross", Kind.SUM, "gross", where="valid"),
    measure("least", Kind.MIN, "gross", where="valid"),
    measure("most", Kind.MAX, "gross"),
    measure("marks", Kind.FLAGS, "marks"),
    measure("buyers", Kind.DISTINCT, "customer"),
    measure("valid_buyers", Kind.DISTINCT, "customer", where="valid"),
    measure("skus", Kind.DISTINCT, "sku"),
    measure("new", Kind.NEW, "customer"),
    measure("new_valid", Kind.NEW, "customer", where="valid"),
    measure("first", Kind.FIRST, "customer"),
    measure("new_skus", Kind.NEW, "sku"),
    measure("median", Kind.QUANTILE, "gross"),
    measure("ninth", Kind.QUANTILE, "gross", where="valid", share=Fraction(9, 10)),
    measure("refunds", Kind.SUM, "amount", family="refunds"),
)

FEW = st.sampled_from([MEASURES[0::3], MEASURES[1::3], MEASURES[2::3]])
"""Some of the measures: all together take their time."""


def a_spec(
    *measures: SummaryMeasure, dimensions: tuple[str, ...] = ("channel",), days: int = 7, by: Grain = Grain.WEEK
) -> SummarySpec:
    """Return a specification of four weeks, of which the first begins in the middle."""
    return SummarySpec(
        calendar=Calendar(timezone="Europe/Berlin", day_start=dt.time(4)),
        observed=OBSERVED,
        measures=measures or MEASURES,
        currency=Currency.EUR,
        by=by,
        dimensions=dimensions,
        definition=Definition(new_after=dt.timedelta(days=days)),
    )


@frozen(kw_only=True)
class Order:
    """A row of orders, as it is drawn; `hours` after the Monday before what was observed."""

    hours: int
    customer: int
    channel: int
    gross: int
    valid: int
    marks: int
    sku: int


@frozen(kw_only=True)
class Refund:
    """A row of refunds, as it is drawn."""

    hours: int
    customer: int
    channel: int
    amount: int


HOURS = st.integers(-24 * 20, 24 * 34) | st.sampled_from([0, 48, 24 * 7, 24 * 9, 24 * 14, 24 * 30])
CUSTOMERS = st.integers(-1, 5) | st.sampled_from([2**40, 2**62])
CHANNELS = st.integers(-1, 2)
ORDERS = st.lists(
    st.builds(
        Order,
        hours=HOURS,
        customer=CUSTOMERS,
        channel=CHANNELS,
        gross=st.integers(-50, 50) | st.sampled_from([-(2**55), 2**55]),
        valid=st.integers(0, 1),
        marks=st.sampled_from([0, 1, 2, 5, 2**40]),
        sku=st.integers(-1, 4),
    ),
    max_size=14,
)
REFUNDS = st.lists(
    st.builds(Refund, hours=HOURS, customer=CUSTOMERS, channel=CHANNELS, amount=st.integers(0, 9)), max_size=6
)


DRAWN = ("customer", "channel", "gross", "valid", "marks", "sku")
DRAWN_OF_REFUNDS = ("customer", "channel", "amount")


def rows_of(orders: list[Order], refunds: list[Refund] | None = None) -> dict[str, dict[str, object]]:
    """Return what was drawn as columns; the ids of orders and their texts are no column of the drawn ones."""
    return {
        "orders": {
            "at": instants(orders),
            **{name: ints(getattr(each, name) for each in orders) for name in DRAWN},
            "id": ints(range(len(orders))),
            "member": [name_of(each.customer) for each in orders],
        },
        "refunds": {
            "at": instants(refunds or []),
            **{name: ints(getattr(each, name) for each in refunds or []) for name in DRAWN_OF_REFUNDS},
            "id": ints(range(len(refunds or []))),
            "member": [name_of(each.customer) for each in refunds or []],
        },
    }


def name_of(customer: int) -> str | None:
    """Return a customer as a text; nobody for the unknown one."""
    return None if customer < 0 else f"客{customer}"


def ints(values: Iterable[int]) -> Ints:
    """Return a column."""
    return np.array(list(values), dtype=np.int64)


def instants(rows: list[Order] | list[Refund]) -> Ints:
    """Return the column of instants."""
    return ints(microseconds(MONDAY) + each.hours * HOUR for each in rows)


BY_CUSTOMER = [
    Partitioning(column="customer", parts=3, hashing=Hashing.MODULO),
    Partitioning(column="customer", parts=4),
    Partitioning(column="customer", parts=1),
]
BY_ORDER = [
    Partitioning(column="id", parts=3, hashing=Hashing.MODULO),
    Partitioning(column="id", parts=4),
    Partitioning(column="member", parts=3, hashing=Hashing.CRC32),
]
PARTITIONINGS = st.sampled_from([*BY_CUSTOMER, *BY_ORDER])

Slice = tuple[Date, int]


def naive(spec: SummarySpec, orders: list[Order], refunds: list[Refund]) -> dict[Slice, dict[str, object]]:
    """Return every figure of every slice by period and channel."""
    inside = [each for each in orders if OBSERVED.holds(_moment(each))]
    back = [each for each in refunds if OBSERVED.holds(_moment(each)) and "refunds" in spec.families]
    found: dict[Slice, dict[str, object]] = {}
    both: list[Order | Refund] = [*inside, *back]
    for place in {_slice(spec, each) for each in both}:
        own = [each for each in inside if _slice(spec, each) == place]
        figures = {each.key: _figure(each, own, orders, spec) for each in spec.measures if each.family == "orders"}
        amount = sum(each.amount for each in back if _slice(spec, each) == place)
        found[place] = figures | {each.key: amount for each in spec.measures if each.family == "refunds"}
    return found


def _moment(row: Order | Refund) -> pendulum.DateTime:
    return instant(MONDAY + dt.timedelta(hours=row.hours))


def _slice(spec: SummarySpec, row: Order | Refund) -> Slice:
    return spec.calendar.first_day(spec.calendar.day(_moment(row)), spec.by), row.channel


def _figure(measure: SummaryMeasure, own: list[Order], every: list[Order], spec: SummarySpec) -> object:
    own = [each for each in own if measure.where is None or each.valid]
    values: list[int] = [getattr(each, measure.column) for each in own] if measure.column else []
    match measure.kind:
        case Kind.ROWS:
            return len(own)
        case Kind.SUM:
            return sum(values)
        case Kind.MIN:
            return min(values, default=None)
        case Kind.MAX:
            return max(values, default=None)
        case Kind.FLAGS:
            return sum(1 << bit for bit in range(41) if any(value >> bit & 1 for value in values))
        case Kind.DISTINCT:
            return len({value for value in values if value >= 0})
        case Kind.QUANTILE:
            return sorted(values)[ceil(len(values) * measure.share) - 1] if values else None
        case Kind.NEW | Kind.FIRST:
            return sum(_brings(each, measure, every, spec) for each in own)


def _brings(row: Order, measure: SummaryMeasure, every: list[Order], spec: SummarySpec) -> bool:
    """Tell whether a row brings its code: of equal rows at one instant the first one does."""
    name = measure.column or ""
    code: int = getattr(row, name)
    same = [each for each in every if getattr(each, name) == code and (measure.where is None or each.valid)]
    hours = spec.definition.new_after // dt.timedelta(hours=1) if measure.kind is Kind.NEW else 10**6
    earlier = [each for each in same if each.hours < row.hours and row.hours - each.hours <= hours]
    tied = [each for each in same if each.hours == row.hours]
    least = min(each.channel for each in tied)
    mine = next(each for each in tied if each.channel == least)
    return code >= 0 and not earlier and row is mine


def plain(columns: Mapping[str, object]) -> dict[Slice, dict[str, object]]:
    """Return the columns of a summary as the naive ones are given, None where there is no figure."""
    lists = {name: np.asarray(values).tolist() for name, values in columns.items()}
    names = [name for name in lists if name not in {"week", "day", "month", "channel"}]
    grain = next(name for name in ("week", "day", "month") if name in lists)
    return {
        (Date.fromisoformat(day), channel): {name: _none(lists[name][row]) for name in names}
        for row, (day, channel) in enumerate(zip(lists[grain], lists["channel"], strict=True))
    }


def _none(value: object) -> object:
    return None if value != value else value  # noqa: PLR0124 - NaN is what is not itself
