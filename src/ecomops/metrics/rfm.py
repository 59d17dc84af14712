"""Recency, frequency and money of each customer, scored by quantiles and named by the eight classes of the field."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import AnyInts, Ints
from ecomops.columns.column import extremes
from ecomops.kernel import Calendar, Grain, OutOfRange, Period, Text
from ecomops.kernel.checks import is_a, require_kind, whole, wrong_kind
from ecomops.metrics.dated import DatedSales
from ecomops.metrics.declaring import extent
from ecomops.metrics.families import Facts
from ecomops.metrics.latest import of_facts, of_sales, summed
from ecomops.metrics.periods import periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.selling import Selling, blocks
from ecomops.metrics.totals import CustomerTotals

LEAST_BINS, MOST_BINS = 2, 100
"""How many scores there may be."""
NARROW = 1 << 14
"""Values that span less than this are ranked by counting each of them: the counts stay near the processor."""
DIGITS = 8
BELOW_ONE = 1022
"""The exponent of a float just below 1."""
CELLS = (64 + 1) << DIGITS
"""More cells than these have no floats of so many digits from 0 to 2^64."""
FEW_CUTS = 16
"""With more cuts than these, each value is searched for by halves."""


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


TEXTS: Mapping[str, Text] = {
    "customer": Text("customer", "客户"),
    "recency": Text("days since the last order", "最近一次消费（天）"),
    "frequency": Text("orders", "消费频次"),
    "monetary": Text("money", "消费金额"),
    "recency_score": Text("recency score", "R 评分"),
    "frequency_score": Text("frequency score", "F 评分"),
    "monetary_score": Text("monetary score", "M 评分"),
    "segment": Text("segment", "客户分层"),
}
"""What people call the columns of `Rfm`."""


def _a_day(_: object, __: "Attribute[Date]", value: Date) -> None:
    if type(value) is not Date:
        raise wrong_kind("Rfm.as_of", "Date", value)


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

    as_of: Date = field(validator=_a_day)
    window: Period = field(validator=is_a(Period))
    bins: int = field(validator=whole(LEAST_BINS, MOST_BINS))
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

    def to_columns(self) -> dict[str, NDArray[np.signedinteger[Any]]]:
        """Return the columns by name."""
        return {name: getattr(self, name) for name in TEXTS}

    def to_rows(self) -> list[dict[str, object]]:
        """Return a plain row for each customer, with the segment by its name."""
        columns: dict[str, list[object]] = {name: values.tolist() for name, values in self.to_columns().items()}
        columns["segment"] = [SEGMENTS[int(place)].value for place in self.segment]
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def rfm_of(
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
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Currency
        >>> paid = [microseconds(pendulum.datetime(2026, 6, day)) for day in (1, 20, 28)]
        >>> facts = Facts.of_orders(
        ...     Currency.CNY,
        ...     {"paid_at": np.array(paid), "customer": np.array([0, 1, 1]), "gross": np.array([900, 500, 700])},
        ... )
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> found = rfm_of(facts, calendar=Calendar(timezone="UTC"), window=june, bins=2)
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
    _require_bins(bins)
    days = periods_of(calendar, window, Grain.DAY)
    bought = of_facts(Selling.of(facts, definition, calendar), days.edges)
    customers = extent(facts.orders, "customer").most + 1
    sums = summed(bought, customers=customers, days=len(days), money="Orders.gross")
    as_of = days.days[-1] if len(days) else calendar.day(window.start)
    return _ranked(*sums, newest=len(days) - 1, like=(as_of, window, bins, definition))


def rfm_of_sales(sales: DatedSales, *, bins: int = 5) -> Rfm:
    """Return recency, frequency and money of each customer, of sales that a host keeps: what `rfm_of` gives.

    Args:
        sales: The valid orders of a period by their days; its last day is the as-of day.
        bins: How many scores there are: 5 makes quintiles.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: There are fewer than 2 or more than 100 bins.
        CannotHoldSum: The money of a customer might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Currency
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> sales = DatedSales(
        ...     currency=Currency.CNY, calendar=Calendar(timezone="UTC"), period=june, definition=DEFAULT_DEFINITION,
        ...     customers=2, customer=np.array([0, 1, 1], dtype=np.int32), day=np.array([0, 19, 27], dtype=np.int16),
        ...     money=np.array([900, 500, 700]), earlier=np.array([], dtype=np.int32),
        ... )
        >>> found = rfm_of_sales(sales, bins=2)
        >>> found.recency, found.frequency, found.monetary
        (array([29,  2]), array([1, 2]), array([ 900, 1200]))
    """
    require_kind("rfm.sales", DatedSales, sales)
    _require_bins(bins)
    sums = summed(of_sales(sales), customers=sales.customers, days=len(sales.days), money="DatedSales.money")
    like = (sales.as_of, sales.period, bins, sales.definition)
    return _ranked(*sums, newest=len(sales.days) - 1, like=like)


def rfm_of_totals(totals: CustomerTotals, *, bins: int = 5) -> Rfm:
    """Return recency, frequency and money of each customer as of the last day of the totals: what `rfm_of` gives.

    Args:
        totals: What each customer bought, as a host keeps it from report to report.
        bins: How many scores there are: 5 makes quintiles.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: There are fewer than 2 or more than 100 bins.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Currency
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> last_days = [Date(2026, 6, day).toordinal() for day in (1, 28)]
        >>> totals = CustomerTotals(
        ...     currency=Currency.CNY, calendar=Calendar(timezone="UTC"), window=june, definition=DEFAULT_DEFINITION,
        ...     last_day=np.array(last_days), orders=np.array([1, 2]), money=np.array([900, 1200]),
        ... )
        >>> rfm_of_totals(totals, bins=2).recency
        array([29,  2])
    """
    if not isinstance(totals, CustomerTotals):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("rfm.totals", "CustomerTotals", totals)
    _require_bins(bins)
    as_of = totals.as_of
    like = (as_of, totals.window, bins, totals.definition)
    return _ranked(totals.last_day, totals.orders, totals.money, newest=as_of.toordinal(), like=like)


def _require_bins(bins: int) -> None:
    if type(bins) is not int:
        raise wrong_kind("rfm.bins", "int", bins)
    if not LEAST_BINS <= bins <= MOST_BINS:
        raise OutOfRange(field="rfm.bins", least=str(LEAST_BINS), most=str(MOST_BINS))


def _ranked(
    last: AnyInts, frequency: Ints, monetary: Ints, *, newest: int, like: tuple[Date, Period, int, Definition]
) -> Rfm:
    """Return the scores of who has orders, from the day of the last one, the orders and the money of each code."""
    as_of, window, bins, definition = like
    bought = frequency > 0
    customer = np.flatnonzero(bought)
    last, frequency, monetary = (each.compress(bought) for each in (last, frequency, monetary))
    recent, often, much = (_scores(values, bins) for values in (last, frequency, monetary))
    return Rfm(
        as_of=as_of,
        window=window,
        bins=bins,
        definition=definition,
        customer=customer,
        recency=np.subtract(newest, last, dtype=np.int64),
        frequency=frequency,
        monetary=monetary,
        recency_score=recent,
        frequency_score=often,
        monetary_score=much,
        segment=_segments(recent, often, much),
    )


def _scores(values: AnyInts, bins: int) -> NDArray[np.int8]:
    """Return in which of *bins* quantiles by nearest rank each value lies, from 1."""
    if not len(values):
        return np.zeros(0, dtype=np.int8)
    ranks = np.array([-(-part * len(values) // bins) - 1 for part in range(1, bins)])
    least, most = extremes(values)
    whole = most - least < NARROW
    cells, counts = _celled(values, least, size=most - least + 1 if whole else CELLS)
    cuts = np.searchsorted(np.cumsum(counts), ranks, side="right")
    scores = np.ones(len(values), dtype=np.int8)
    if whole:
        score = (np.searchsorted(cuts, np.arange(len(counts))) + 1).astype(np.int8)
        for rows in blocks(len(values)):
            score.take(cells[rows], out=scores[rows], mode="clip")
        return scores
    exact = _exact(values, ranks, cells, counts, cuts)
    if bins > FEW_CUTS:
        return (np.searchsorted(exact, values) + 1).astype(np.int8)
    for rows in blocks(len(values)):
        for cut in exact:
            scores[rows] += values[rows] > cut
    return scores


def _celled(values: AnyInts, least: int, *, size: int) -> tuple[NDArray[np.uint16], Ints]:
    """Return the cell of each value, and how many values each cell has.

    A cell is a value where *size* is less than `CELLS`; else it is what floats of `DIGITS` binary digits do not tell
    apart, so that a few values far beyond the others do not press these into one cell.
    """
    cells, counts = np.empty(len(values), dtype=np.uint16), np.zeros(size, dtype=np.int64)
    for rows in blocks(len(values)):
        own = np.subtract(values[rows], least, dtype=np.int64)
        if size == CELLS:  # what wrapped round, beyond 63 bits, is right again without a sign
            own = own.view(np.uint64).astype(np.float64).view(np.int64) >> (52 - DIGITS)
            own = np.maximum(own - (BELOW_ONE << DIGITS), 0)
        counts += np.bincount(own, minlength=size)
        cells[rows] = own
    return cells, counts


def _exact(values: AnyInts, ranks: Ints, cells: NDArray[np.uint16], counts: Ints, cuts: Ints) -> AnyInts:
    """Return the values of some ranks, of which the cells are known: only those in these cells are sorted."""
    chosen = np.zeros(len(counts), dtype=np.bool_)
    chosen[cuts] = True
    others = np.cumsum(np.where(chosen, 0, counts))
    ordered: AnyInts = np.sort(values.compress(chosen.take(cells)))
    found: AnyInts = ordered[ranks - others[cuts]]
    return found


def _segments(recency: NDArray[np.int8], frequency: NDArray[np.int8], monetary: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the place of each customer's class in `SEGMENTS`."""
    found = np.zeros(len(recency), dtype=np.int8)
    for scores, weight in ((monetary, 4), (recency, 2), (frequency, 1)):
        most = int(scores.sum(dtype=np.int64)) // max(len(scores), 1)  # no whole score lies between this and the mean
        found += (scores <= most).view(np.int8) * np.int8(weight)
    return found
