"""Cohorts of customers by the period of their first order, and how many of each come back."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import AnyInts, Ints, Narrow, intervals, together
from ecomops.columns.threads import shares
from ecomops.kernel import Calendar, Grain, Period, Text
from ecomops.kernel.checks import is_a, require_kind, tuple_of, wrong_kind
from ecomops.metrics.dated import DatedSales
from ecomops.metrics.declaring import extent
from ecomops.metrics.families import Facts
from ecomops.metrics.periods import Periods, periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.selling import Selling, blocks, span

Codes: TypeAlias = NDArray[np.int32 | np.int64]
Rows: TypeAlias = tuple[Codes, AnyInts]
"""Who bought in each of some rows, and when: days or instants."""
Piece: TypeAlias = tuple[int, Codes]
"""A period, and who bought in it: -1 for nobody known. Place 0 is before all periods."""

TEXTS: Mapping[str, Text] = {
    "partial": Text("observed in part", "未完整观测"),
    "size": Text("first-time buyers", "首购人数"),
    "age": Text("periods since", "间隔周期数"),
    "buyers": Text("buyers", "复购人数"),
    "rate": Text("retention", "留存率"),
}
"""What people call the columns of `Retention`."""
FEW_PERIODS = 64
"""Up to so many, counted with what lies before them, every two are compared."""
WORD = 64
"""Customers in a word of bits."""
NEAR = 1 << 15
"""Rows that are looked at together: three columns of them stay near the processor."""
FEW_EDGES = 8
"""With more edges than these inside of a block, its rows are sorted by their periods."""
MANY = 1 << 18
"""Customers that are worth a thread when every two periods are compared."""
MOST_WAITING = 1 << 19
"""Rows that wait until bits are set."""


@frozen(kw_only=True, eq=False)
class Retention:
    """How many customers of each cohort bought again, and when.

    Args:
        labels: The first day of each cohort's period, in order; a cohort has the customers whose first valid order of
            all fell into it.
        buyers: Customers, one row a cohort, one column an age in periods: `buyers[c, 0]` is the size of cohort c, and
            `buyers[c, k]` is how many of them bought k periods later. Zero where that was not observed: see `observed`.
        partial: Which periods were observed in part.
        grain: How long the periods are.
        calendar: What cut them.
        definition: What counted as a sale.
    """

    labels: tuple[Date, ...] = field(validator=tuple_of(Date))
    buyers: NDArray[np.int64]
    partial: tuple[bool, ...] = field(validator=tuple_of(bool))
    grain: Grain = field(validator=is_a(Grain))
    calendar: Calendar = field(validator=is_a(Calendar))
    definition: Definition = field(validator=is_a(Definition))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def sizes(self) -> Ints:
        """How many customers each cohort has."""
        return self.buyers[:, 0] if len(self) else np.zeros(0, dtype=np.int64)

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Which cells of `buyers` were observed at all: a later period than the last one was not."""
        ages = np.arange(len(self))
        seen: NDArray[np.bool_] = ages[:, None] + ages[None, :] < len(self)
        return seen

    @property
    def rates(self) -> NDArray[np.float64]:
        """The share of each cohort that bought so many periods later; NaN where not observed, or of an empty cohort."""
        rates = np.full(self.buyers.shape, np.nan)
        there = self.observed & (self.sizes[:, None] > 0)
        np.divide(self.buyers, self.sizes[:, None], out=rates, where=there)
        return rates

    def to_columns(self) -> dict[str, NDArray[np.generic]]:
        """Return a row for each observed cohort and age: the first day, the size, the age, the buyers, their share."""
        cohort, age = np.nonzero(self.observed)
        labels = np.array([label.isoformat() for label in self.labels], dtype=np.str_)
        return {
            self.grain.value: labels.take(cohort),
            "partial": np.array(self.partial, dtype=np.bool_).take(cohort),
            "size": self.sizes.take(cohort),
            "age": age,
            "buyers": self.buyers[cohort, age],
            "rate": self.rates[cohort, age],
        }

    def to_rows(self) -> list[dict[str, object]]:
        """Return a plain row for each cohort: its first day and the buyers by age, None where that was not observed."""
        return [
            {
                self.grain.value: label.isoformat(),
                "partial": part,
                "size": size,
                "buyers": [count if seen else None for count, seen in zip(counts, row, strict=True)],
            }
            for label, part, size, counts, row in zip(
                self.labels,
                self.partial,
                self.sizes.tolist(),
                self.buyers.tolist(),
                self.observed.tolist(),
                strict=True,
            )
        ]


def retention_of(
    facts: Facts,
    *,
    calendar: Calendar,
    observed: Period,
    by: Grain = Grain.MONTH,
    definition: Definition = DEFAULT_DEFINITION,
) -> Retention:
    """Return how many customers came back, by the period of their first order and by the periods since.

    A customer with a valid order before the observed period belongs to no cohort; an unknown customer to none either.

    Args:
        facts: What happened, with all the history that is known: who bought before it is told to be new.
        calendar: What cuts time into periods.
        observed: The period that the facts cover, as the host knows it.
        by: How long the periods are.
        definition: What counts as a sale, and when.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: There are more periods than a table may have.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> from ecomops.kernel import Currency
        >>> paid = [microseconds(pendulum.datetime(2026, month, 5)) for month in (1, 1, 2, 3, 3)]
        >>> facts = Facts.of_orders(
        ...     Currency.CNY,
        ...     {"paid_at": np.array(paid), "customer": np.array([0, 1, 2, 0, 2]), "gross": np.full(5, 100)},
        ... )
        >>> quarter = Period(start=pendulum.datetime(2026, 1, 1), end=pendulum.datetime(2026, 4, 1))
        >>> retention_of(facts, calendar=Calendar(timezone="UTC"), observed=quarter).buyers
        array([[2, 0, 1],
               [1, 1, 0],
               [0, 0, 0]])
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("observed", observed, Period),
        ("by", by, Grain),
        ("definition", definition, Definition),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"retention.{name}", kind.__name__, value)
    periods = periods_of(calendar, observed, by)
    selling, edges = Selling.of(facts, definition, calendar), periods.edges.tolist()
    walks = [_pieces(_of_facts(selling, share), edges) for share in shares(len(facts.orders))]
    customers = extent(facts.orders, "customer").most + 1
    like = (by, calendar, definition)
    return _counted(walks, periods, customers=customers, like=like)


def retention_of_sales(sales: DatedSales, *, by: Grain = Grain.MONTH) -> Retention:
    """Return how many customers came back, of sales that a host keeps: what `retention_of` gives for their period.

    Args:
        sales: The valid orders of a period by their days, and who bought before it.
        by: How long the periods are.

    Raises:
        WrongKind: What is given is of another kind.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Currency
        >>> quarter = Period(start=pendulum.datetime(2026, 1, 1), end=pendulum.datetime(2026, 4, 1))
        >>> sales = DatedSales(
        ...     currency=Currency.CNY, calendar=Calendar(timezone="UTC"), period=quarter, definition=DEFAULT_DEFINITION,
        ...     customers=3, customer=np.array([0, 1, 2, 0, 2], dtype=np.int32),
        ...     day=np.array([4, 4, 35, 63, 63], dtype=np.int16), money=np.full(5, 100),
        ...     earlier=np.array([], dtype=np.int32),
        ... )
        >>> retention_of_sales(sales).buyers
        array([[2, 0, 1],
               [1, 1, 0],
               [0, 0, 0]])
    """
    require_kind("retention.sales", DatedSales, sales)
    require_kind("retention.by", Grain, by)
    periods = periods_of(sales.calendar, sales.period, by)
    edges = _edges(sales, periods)
    walks = [_pieces(_of_sales(sales, share), edges) for share in shares(len(sales))]
    walks[0] = chain([(0, sales.earlier)], walks[0])
    like = (by, sales.calendar, sales.definition)
    return _counted(walks, periods, customers=sales.customers, like=like)


def _counted(
    walks: Sequence[Iterable[Piece]], periods: Periods, *, customers: int, like: tuple[Grain, Calendar, Definition]
) -> Retention:
    """Return the customers by cohort and age, from the pieces of each share of the rows."""
    by, calendar, definition = like
    count = _by_bits if len(periods) < FEW_PERIODS else _by_customer
    return Retention(
        labels=periods.days,
        buyers=count(walks, size=len(periods), customers=customers),
        partial=periods.partial,
        grain=by,
        calendar=calendar,
        definition=definition,
    )


def _of_facts(selling: Selling, share: slice) -> Iterator[Rows]:
    """Yield the orders of a share with their instants, piece by piece."""
    return (selling.buyers(rows) for rows in blocks(share, rows=NEAR))


def _of_sales(sales: DatedSales, share: slice) -> Iterator[Rows]:
    """Yield the orders of a share with their days, piece by piece."""
    return ((sales.customer[rows], sales.day[rows]) for rows in blocks(share, rows=NEAR))


def _edges(sales: DatedSales, periods: Periods) -> list[int]:
    """Return on which day of the sales each period begins, and how many days there are."""
    first = sales.days[0].toordinal() if periods.days else 0
    return [*(max(day.toordinal() - first, 0) for day in periods.days), len(sales.days)]


def _pieces(given: Iterable[Rows], edges: Sequence[int]) -> Iterator[Piece]:
    """Yield who bought before all periods (place 0) and in each, piece by piece.

    A log is nearly in order of time: most pieces lie in one period, the others are taken apart each for itself.
    """
    for buyers, at in given:
        first, last = span(at)
        least, most = bisect_right(edges, first), bisect_right(edges, last)
        if least == most:
            yield least, buyers
        elif most - least > FEW_EDGES:
            yield from _sorted(buyers, intervals(at, np.array(edges, dtype=np.int64)) + 1)
        else:
            for place in range(least, most + 1):
                within = at >= edges[place - 1] if place else at < edges[0]
                if place and place < len(edges):
                    within &= at < edges[place]
                yield place, buyers.compress(within)


def _sorted(buyers: Codes, places: Narrow) -> Iterator[Piece]:
    """Yield the buyers of each place from the first one there is to the last."""
    order = np.argsort(places, kind="stable")
    buyers, places = buyers.take(order), places.take(order)
    edges = np.arange(places[0], int(places[-1]) + 2, dtype=places.dtype)
    ends = np.searchsorted(places, edges).tolist()
    return ((place, buyers[begin:end]) for place, (begin, end) in enumerate(pairwise(ends), start=int(places[0])))


def _by_bits(walks: Sequence[Iterable[Piece]], *, size: int, customers: int) -> Ints:
    """Count cohorts as bits that two periods share: a bit a customer, for few periods.

    What the threads write to is made before them: memory that a thread asks for is new each time, page by page.
    """
    bits = np.zeros((len(walks), size + 1, -(-customers // WORD)), dtype=np.uint64)
    bought = np.empty((len(walks), customers + 1), dtype=np.bool_)
    most = MOST_WAITING // len(walks)
    together([partial(_noted, *each, most=most) for each in zip(walks, bits, bought, strict=True)])
    for other in bits[1:]:
        bits[0] |= other
    both, ones = np.empty(bits.shape[1:], dtype=np.uint64), np.empty(bits.shape[1:], dtype=np.uint8)
    counts = together(
        [partial(_shared, bits[0, :, words], both[:, words], ones[:, words]) for words in _words(customers)]
    )
    return sum(counts[1:], start=counts[0])


def _words(customers: int) -> Iterator[slice]:
    """Yield the words of bits that are counted beside each other."""
    return (slice(share.start // WORD, -(-share.stop // WORD)) for share in shares(customers, unit=WORD, least=MANY))


def _noted(pieces: Iterable[Piece], bits: NDArray[np.uint64], bought: NDArray[np.bool_], *, most: int) -> None:
    """Set a bit of each customer for what lies before all periods, and for each; *most* rows wait.

    *bought* has a place for who bought in one period; nobody known has the last one, which -1 leads to.
    """
    waiting: dict[int, list[Codes]] = {}
    held = 0
    for place, buyers in pieces:
        if place < len(bits):
            waiting.setdefault(place, []).append(buyers)
            held += len(buyers)
        if held >= most:
            _note(waiting, bought, bits)
            held = 0
    _note(waiting, bought, bits)


def _note(waiting: dict[int, list[Codes]], bought: NDArray[np.bool_], bits: NDArray[np.uint64]) -> None:
    """Set the bits of who waits, period by period, so that one row of flags is enough; then nobody does."""
    for place, pieces in waiting.items():
        _mark(pieces, bought)
        packed = np.packbits(bought[:-1])
        row = bits[place].view(np.uint8)[: len(packed)]
        row |= packed
    waiting.clear()


def _mark(pieces: Iterable[Codes], bought: NDArray[np.bool_]) -> None:
    """Flag who bought in some pieces, and nobody else."""
    bought[:] = False
    for piece in pieces:
        bought[piece.astype(np.int64, copy=False)] = True  # wide ones here: numpy is slow to widen them by itself


def _shared(bits: NDArray[np.uint64], both: NDArray[np.uint64], ones: NDArray[np.uint8]) -> Ints:
    """Return how many customers of each cohort have a bit so many periods later; those of the first row have none.

    What two periods share is written to *both*, and how many bits that are to *ones*.
    """
    size = len(bits) - 1
    counts = np.zeros((size, size), dtype=np.int64)
    seen = bits[0].copy()
    for period in range(1, size + 1):
        fresh, later = bits[period] & ~seen, size + 1 - period
        seen |= fresh
        np.bitwise_count(np.bitwise_and(fresh, bits[period:], out=both[:later]), out=ones[:later])
        counts[period - 1, :later] = np.add.reduce(ones[:later], axis=1, dtype=np.uint32)
    return counts


def _by_customer(walks: Sequence[Iterable[Piece]], *, size: int, customers: int) -> Ints:
    """Count cohorts customer by customer in each period: for many periods, each with a few of them."""
    found: list[list[NDArray[np.int32]]] = [[] for _ in range(size + 2)]
    for place, buyers in chain.from_iterable(walks):
        found[place].append(buyers.compress(buyers >= 0).astype(np.int32))
    counts = np.zeros((size, size), dtype=np.int64)
    cohort = np.full(customers, -1, dtype=np.int32)
    """0 for who bought before all periods, then 1 and on; -1 for who was not met yet."""
    bought = np.zeros(customers, dtype=np.bool_)
    for period, pieces_of in enumerate(found[:-1]):
        _mark(pieces_of, bought)
        active = np.flatnonzero(bought)
        cohorts = cohort[active]
        fresh = cohorts < 0
        cohort[active[fresh]] = period
        cohorts[fresh] = period
        sums = np.bincount(cohorts, minlength=period + 1)
        counts[np.arange(period), np.arange(period - 1, -1, -1)] = sums[1 : period + 1]
    return counts
