"""Valid orders of known customers by the day of a calendar: a narrow value that a host keeps beside its facts.

What asks for the same orders again and again (who comes back, who is worth what) begins here without reading instants,
states and a definition each time.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray
from pendulum import Date

from ecomops.columns import (
    AnyInts,
    Ints,
    Narrow,
    Uneven,
    intervals,
    narrow,
    require_narrow,
    require_range,
    require_whole,
)
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.kernel import Calendar, Currency, Grain, Period
from ecomops.kernel.checks import Check, is_a, whole, wrong_kind
from ecomops.metrics.declaring import MOST_CODES, extent
from ecomops.metrics.families import Facts
from ecomops.metrics.periods import periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition, Flags
from ecomops.metrics.selling import Selling, blocks

Codes32 = NDArray[np.int32]


def _narrow(*bits: int) -> Check:
    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        require_narrow(value, name=f"DatedSales.{attribute.name}", bits=bits)

    return check


def _wide(_: object, attribute: "Attribute[Ints]", value: Ints) -> None:
    require_whole(value, name=f"DatedSales.{attribute.name}")


@frozen(kw_only=True, eq=False)
class DatedSales:
    """The valid orders of known customers in a period, each with its day: 14 bytes an order.

    `dated_sales_of` makes it of facts, a host of columns that it stored. These are not copied: nobody may change them.

    Args:
        currency: The currency of all money.
        calendar: What cut time into days.
        period: What the orders cover.
        definition: What counted as a sale.
        customers: How many codes of customers there are.
        customer: Who bought: the code, int32.
        day: The business day, counted from that on which the period begins: int16, or int32.
        money: What was paid, in minor units, by the definition: int64.
        earlier: The codes of those who had a valid order before the period: int32.

    Raises:
        WrongWidth: A narrow column is no one-dimensional array of its width.
        WrongColumn: The money is no one-dimensional array of int64.
        Uneven: The columns have different lengths.
        OutOfColumn: A code is none of those of the customers, or a day lies outside of the period.
        OutOfRange: The period has too many days, or there are too many customers.
    """

    currency: Currency = field(validator=is_a(Currency))
    calendar: Calendar = field(validator=is_a(Calendar))
    period: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    customers: int = field(validator=whole(0, MOST_CODES + 1))
    customer: Codes32 = field(validator=_narrow(32))
    day: Narrow = field(validator=_narrow(16, 32))
    money: Ints = field(validator=_wide)
    earlier: Codes32 = field(validator=_narrow(32))

    def __attrs_post_init__(self) -> None:
        """Refuse columns that do not go together."""
        for name, least, most in (
            ("customer", 0, self.customers - 1),
            ("day", 0, len(self.days) - 1),
            ("money", -MOST_OF_A_SUM, MOST_OF_A_SUM),
            ("earlier", 0, self.customers - 1),
        ):
            values: AnyInts = getattr(self, name)
            if name != "earlier" and len(values) != len(self):
                raise Uneven(column=f"DatedSales.{name}", found=len(values), expected=len(self))
            require_range(values, name=f"DatedSales.{name}", least=least, most=most)

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def days(self) -> tuple[Date, ...]:
        """The days of the period, in order: the places that `day` tells."""
        return periods_of(self.calendar, self.period, Grain.DAY).days

    @property
    def as_of(self) -> Date:
        """The last day of the period."""
        return self.days[-1] if self.days else self.calendar.day(self.period.start)


def dated_sales_of(
    facts: Facts, *, calendar: Calendar, period: Period, definition: Definition = DEFAULT_DEFINITION
) -> DatedSales:
    """Return the valid orders of known customers in *period* by their days, in the order of the facts.

    Args:
        facts: What happened, with all the history that is known: who bought before the period is told to be new.
        calendar: What cuts time into days.
        period: What the facts cover, as the host knows it, or a part of that.
        definition: What counts as a sale, and when.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: The period has too many days.
        CannotHoldSum: The parts of one order might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> paid = [microseconds(pendulum.datetime(2026, *day)) for day in ((5, 30), (6, 1), (6, 20), (6, 28))]
        >>> facts = Facts.of_orders(
        ...     Currency.CNY,
        ...     {"paid_at": np.array(paid), "customer": np.array([1, 0, -1, 1]), "gross": np.array([5, 900, 50, 700])},
        ... )
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> sales = dated_sales_of(facts, calendar=Calendar(timezone="UTC"), period=june)
        >>> sales.customer.tolist(), sales.day.tolist(), sales.money.tolist(), sales.earlier.tolist()
        ([0, 1], [0, 27], [900, 700], [1])
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("period", period, Period),
        ("definition", definition, Definition),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"dated_sales.{name}", kind.__name__, value)
    edges = periods_of(calendar, period, Grain.DAY).edges
    before = np.zeros(extent(facts.orders, "customer").most + 1, dtype=np.bool_)
    found = [*_found(Selling.of(facts, definition, calendar), edges, before), _nothing(edges)]
    return DatedSales(
        currency=facts.currency,
        calendar=calendar,
        period=period,
        definition=definition,
        customers=len(before),
        customer=np.concatenate([customer for customer, _, _ in found]),
        day=np.concatenate([day for _, day, _ in found]),
        money=np.concatenate([money for _, _, money in found]),
        earlier=np.flatnonzero(before).astype(np.int32),
    )


def _found(selling: Selling, edges: Ints, before: Flags) -> Iterator[tuple[Codes32, Narrow, Ints]]:
    """Yield customers, days and money of what was bought between the edges; flag who had bought *before*."""
    for rows in blocks(len(selling.facts.orders)):
        buyers, at = selling.buyers(rows)
        early = at < edges[0]
        before[buyers.compress(early & (buyers >= 0))] = True
        counts = (buyers >= 0) & ~early & (at < edges[-1])
        if counts.any():
            worth, _ = selling.worth(rows)
            customer = buyers.compress(counts).astype(np.int32)
            yield customer, intervals(at.compress(counts), edges), worth.compress(counts)


def _nothing(edges: Ints) -> tuple[Codes32, Narrow, Ints]:
    return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=narrow(len(edges))), np.zeros(0, dtype=np.int64)
