"""Recency, frequency and money of each customer, scored by quantiles and named by the eight classes of the field."""

from enum import StrEnum

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import Ints, intervals, microseconds
from ecomops.columns.column import require_sum
from ecomops.kernel import Calendar, Grain, Period, Text
from ecomops.kernel.checks import is_a, whole, wrong_kind
from ecomops.metrics.families import Facts, Orders
from ecomops.metrics.periods import periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, NO_EARLIER, Definition, valid_orders

BLOCK = 1 << 16
"""Rows that are looked at together."""
ONE_MORE = 1 << 40
"""An order and its money are added up as one number: orders stand above money."""
MOST_COUNTED = 1 << 22
"""So many orders have room above the money."""


class Segment(StrEnum):
    """The eight classes: money says whether a customer is important, recency and frequency what to do.

    Each is high when its score is above the mean score of all customers.
    """

    IMPORTANT_VALUE = "important_value"
    IMPORTANT_GROWTH = "important_growth"
    IMPORTANT_KEEP = "important_keep"
    IMPORTANT_RESCUE = "important_rescue"
    ORDINARY_VALUE = "ordinary_value"
    ORDINARY_GROWTH = "ordinary_growth"
    ORDINARY_KEEP = "ordinary_keep"
    ORDINARY_RESCUE = "ordinary_rescue"

    @property
    def text(self) -> Text:
        """What people call it."""
        return _TEXTS[self]


_TEXTS = {
    Segment.IMPORTANT_VALUE: Text("important: keep as they are", "重要价值客户"),
    Segment.IMPORTANT_GROWTH: Text("important: bring back more often", "重要发展客户"),
    Segment.IMPORTANT_KEEP: Text("important: long away, once frequent", "重要保持客户"),
    Segment.IMPORTANT_RESCUE: Text("important: about to be lost", "重要挽留客户"),
    Segment.ORDINARY_VALUE: Text("ordinary: recent and frequent", "一般价值客户"),
    Segment.ORDINARY_GROWTH: Text("ordinary: recent", "一般发展客户"),
    Segment.ORDINARY_KEEP: Text("ordinary: long away, once frequent", "一般保持客户"),
    Segment.ORDINARY_RESCUE: Text("ordinary: long away", "一般挽留客户"),
}
SEGMENTS = tuple(Segment)
"""In the order of `Rfm.segment`: not important adds 4, not recent 2, not frequent 1."""


@frozen(kw_only=True, eq=False)
class Rfm:
    """One row for each known customer with a valid order in the window, by rising code.

    Args:
        as_of: The day that recency is counted back from.
        window: The orders that count.
        bins: How many scores there are.
        definition: What counted as a sale.
        customer: The code of the customer.
        recency: Days of the calendar from the last order to the as-of day; 0 is the same day.
        frequency: Valid orders.
        monetary: What was paid for them, in minor units: gross less discounts plus tax.
        recency_score: 1 to `bins`, the highest for the most recent.
        frequency_score: 1 to `bins`, the highest for the most orders.
        monetary_score: 1 to `bins`, the highest for the most money.
        segment: The place in `SEGMENTS`.
    """

    as_of: Date = field(validator=is_a(Date))
    window: Period = field(validator=is_a(Period))
    bins: int = field(validator=whole(2, 100))
    definition: Definition = field(validator=is_a(Definition))
    customer: Ints
    recency: Ints
    frequency: Ints
    monetary: Ints
    recency_score: NDArray[np.int8]
    frequency_score: NDArray[np.int8]
    monetary_score: NDArray[np.int8]
    segment: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.customer)

    def sizes(self) -> dict[Segment, int]:
        """Return how many customers each segment has."""
        return dict(zip(SEGMENTS, np.bincount(self.segment, minlength=len(SEGMENTS)).tolist(), strict=True))

    def to_columns(self) -> dict[str, NDArray[np.signedinteger]]:
        """Return the columns by name."""
        names = ("customer", "recency", "frequency", "monetary", "recency_score", "frequency_score", "monetary_score")
        return {name: getattr(self, name) for name in (*names, "segment")}


def rfm(
    facts: Facts,
    *,
    calendar: Calendar,
    window: Period,
    bins: int = 5,
    definition: Definition = DEFAULT_DEFINITION,
) -> Rfm:
    """Return recency, frequency and money of each customer as of the last day of *window*.

    Scores are quantiles by nearest rank: a value is above the k-th cut when it exceeds the value at rank
    ceil(k * n / bins). Equal values have equal scores, so that a score may stay empty.

    Args:
        facts: What happened; orders outside the window, of unknown customers, or not valid, do not count.
        calendar: What cuts time into days.
        window: The orders that count; its last day is the as-of day.
        bins: How many scores there are: 5 makes quintiles.
        definition: What counts as a sale, and when.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: There are fewer than 2 or more than 100 bins, or the window has too many days.
        CannotHoldSum: The money of a customer might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Currency
        >>> paid = [microseconds(pendulum.datetime(2026, 6, day)) for day in (1, 20, 28)]
        >>> facts = Facts.of_orders(
        ...     Currency.CNY,
        ...     {"paid_at": np.array(paid), "customer": np.array([0, 1, 1]), "gross": np.array([900, 500, 700])},
        ... )
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> found = rfm(facts, calendar=Calendar(timezone="UTC"), window=june, bins=2)
        >>> found.recency, found.frequency, found.monetary, [SEGMENTS[each].value for each in found.segment]
        (array([29,  2]), array([1, 2]), array([ 900, 1200]), ['ordinary_rescue', 'important_value'])
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("window", window, Period),
        ("definition", definition, Definition),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"rfm.{name}", kind.__name__, value)
    days = periods_of(calendar, window, Grain.DAY)
    last, frequency, monetary = _summed(facts, definition, days.edges)
    customer = np.flatnonzero(frequency)
    frequency, monetary = frequency[customer], monetary[customer]
    recency = (len(days) - 1) - intervals(last[customer], days.edges).astype(np.int64)
    scores = [_scores(values, bins) for values in (-recency, frequency, monetary)]
    return Rfm(
        as_of=days.days[-1] if len(days) else calendar.day(window.start),
        window=window,
        bins=bins,
        definition=definition,
        customer=customer,
        recency=recency,
        frequency=frequency,
        monetary=monetary,
        recency_score=scores[0],
        frequency_score=scores[1],
        monetary_score=scores[2],
        segment=_segments(*scores),
    )


def _summed(facts: Facts, definition: Definition, edges: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the last instant, the orders and the money of each customer code between the first edge and the last."""
    orders = facts.orders
    for name in ("gross", "discount", "tax"):
        require_sum(getattr(orders, name), name=f"Orders.{name}")
    size = int(orders.customer.max(initial=-1)) + 1
    last, packed = np.full(size, NO_EARLIER), np.zeros(size, dtype=np.int64)
    frequency = packed if _fit(orders) else np.zeros(size, dtype=np.int64)
    for start in range(0, len(orders), BLOCK):
        rows = slice(start, start + BLOCK)
        valid, at = valid_orders(facts, definition, rows)
        counted = valid & (orders.customer[rows] >= 0) & (at >= edges[0]) & (at < edges[-1])
        chosen = np.flatnonzero(counted)
        customer = orders.customer[rows][chosen]
        paid = orders.gross[rows][chosen] - orders.discount[rows][chosen] + orders.tax[rows][chosen]
        _keep_latest(last, customer, at[chosen])
        if frequency is packed:
            np.add.at(packed, customer, paid + ONE_MORE)
        else:
            np.add.at(frequency, customer, 1)
            np.add.at(packed, customer, paid)
    if frequency is not packed:
        return last, frequency, packed
    frequency = (packed + ONE_MORE // 2) // ONE_MORE
    return last, frequency, packed - frequency * ONE_MORE


def _fit(orders: Orders) -> bool:
    """Return whether the money of all orders stays below half of what stands above it in one number."""
    most = sum(
        max(-int(each.min(initial=0)), int(each.max(initial=0))) for each in (orders.gross, orders.discount, orders.tax)
    )
    return len(orders) < MOST_COUNTED and len(orders) * most < ONE_MORE // 2


def _keep_latest(last: Ints, customer: Ints, at: Ints) -> None:
    """Raise the last instant of each customer; one who stands there twice is written again until the latest stands."""
    while len(later := np.flatnonzero(last[customer] < at)):
        customer, at = customer[later], at[later]
        last[customer] = at


def _scores(values: Ints, bins: int) -> NDArray[np.int8]:
    """Return in which of *bins* quantiles by nearest rank each value lies, from 1."""
    if not len(values):
        return np.zeros(0, dtype=np.int8)
    ranks = [-(-part * len(values) // bins) - 1 for part in range(1, bins)]
    cuts = np.sort(values)[ranks]
    return (np.searchsorted(cuts, values) + 1).astype(np.int8)


def _segments(recency: NDArray[np.int8], frequency: NDArray[np.int8], monetary: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the place of each customer's class in `SEGMENTS`."""
    found = np.zeros(len(recency), dtype=np.int8)
    for scores, weight in ((monetary, 4), (recency, 2), (frequency, 1)):
        above = scores * np.int64(len(scores)) > int(scores.sum(dtype=np.int64))
        found += np.where(above, 0, weight).astype(np.int8)
    return found
