"""What each customer bought over a window: a value that a host keeps, and adds the orders of a day to."""

from datetime import timedelta
from typing import Self

import numpy as np
from attrs import Attribute, evolve, field, frozen
from pendulum import Date

from ecomops.columns import CannotHoldSum, Ints, Narrow, Uneven, require_range, require_whole
from ecomops.columns.column import MOST_OF_A_SUM
from ecomops.kernel import Calendar, Currency, CurrencyMismatch, Grain, OutOfRange, Period, later
from ecomops.kernel.checks import is_a, require_kind, wrong_kind
from ecomops.metrics.dated import DatedSales
from ecomops.metrics.declaring import extent
from ecomops.metrics.families import Facts
from ecomops.metrics.latest import of_facts, of_sales, summed
from ecomops.metrics.periods import periods_of
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.selling import Selling, magnitude


def _column(instance: object, attribute: "Attribute[Ints]", value: Ints) -> None:
    require_whole(value, name=f"{type(instance).__name__}.{attribute.name}")


@frozen(kw_only=True, eq=False)
class CustomerTotals:
    """The last day, the orders and the money of each customer over a window: a customer's row is the code.

    Args:
        currency: The currency of all money.
        calendar: What cut time into days.
        window: The orders that count.
        definition: What counted as a sale.
        last_day: The ordinal (`Date.toordinal`) of the business day of the last valid order; 0 without an order.
        orders: Valid orders; 0 for who has none.
        money: What was paid for them, in minor units, by the definition.

    Raises:
        WrongColumn: A column is no one-dimensional array of int64.
        Uneven: The columns have different lengths.
        OutOfColumn: A column holds what no such total can be.
    """

    currency: Currency = field(validator=is_a(Currency))
    calendar: Calendar = field(validator=is_a(Calendar))
    window: Period = field(validator=is_a(Period))
    definition: Definition = field(validator=is_a(Definition))
    last_day: Ints = field(validator=_column)
    orders: Ints = field(validator=_column)
    money: Ints = field(validator=_column)

    def __attrs_post_init__(self) -> None:
        """Refuse columns that do not go together."""
        for name, least, most in (
            ("last_day", 0, self.as_of.toordinal()),
            ("orders", 0, MOST_OF_A_SUM),
            ("money", -MOST_OF_A_SUM, MOST_OF_A_SUM),
        ):
            values: Ints = getattr(self, name)
            if len(values) != len(self):
                raise Uneven(column=f"CustomerTotals.{name}", found=len(values), expected=len(self))
            require_range(values, name=f"CustomerTotals.{name}", least=least, most=most)

    def __len__(self) -> int:
        return len(self.orders)

    @property
    def as_of(self) -> Date:
        """The last day of the window."""
        begun = self.window.start < self.window.end
        return self.calendar.day(later(self.window.end, -MOMENT) if begun else self.window.start)

    def added(self, facts: Facts, *, window: Period) -> Self:
        """Return the totals with other orders: those of a day that came, or late ones of days that were counted.

        An order that was counted already must not be in *facts*; one that was counted and then cancelled cannot be
        taken back, since nobody knows what was the last day before it: such totals are made anew.

        Args:
            facts: The orders to add, with the same codes of customers.
            window: Which of them count: it meets the window of these totals, or lies in it.

        Raises:
            WrongKind: What is given is of another kind.
            CurrencyMismatch: Their money is of another currency.
            OutOfRange: Nobody observed what lies between the two windows.
            CannotHoldSum: The money of a customer might be more than 64 bits hold.
        """
        more = customer_totals_of(facts, calendar=self.calendar, window=window, definition=self.definition)
        if facts.currency is not self.currency:
            raise CurrencyMismatch(left=self.currency, right=facts.currency)
        start, end = self.window.start, self.window.end
        if window.start > end or window.end < start:
            raise OutOfRange(field="CustomerTotals.window", least=str(start), most=str(end))
        largest = magnitude(self.money) + magnitude(more.money)
        if largest > MOST_OF_A_SUM:
            raise CannotHoldSum(column="Orders.gross", rows=len(facts.orders), largest=largest)
        size = max(len(self), len(more))
        last_day, orders, money = (_long(each, size) for each in (self.last_day, self.orders, self.money))
        who = np.flatnonzero(more.orders)
        last_day[who] = np.maximum(last_day[who], more.last_day[who])
        orders[who] += more.orders[who]
        money[who] += more.money[who]
        both = Period(start=min(start, window.start), end=max(end, window.end))
        return evolve(self, window=both, last_day=last_day, orders=orders, money=money)


MOMENT = timedelta(microseconds=1)
"""Between the end of a window and the last instant in it."""


def _long(values: Ints, size: int) -> Ints:
    """Return a copy of *values*, with zeros at its end."""
    longer = np.zeros(size, dtype=np.int64)
    longer[: len(values)] = values
    return longer


def customer_totals_of(
    facts: Facts, *, calendar: Calendar, window: Period, definition: Definition = DEFAULT_DEFINITION
) -> CustomerTotals:
    """Return the last day, the orders and the money of each customer over *window*.

    Args:
        facts: What happened; orders outside the window, of unknown customers, or not valid, do not count.
        calendar: What cuts time into days.
        window: The orders that count.
        definition: What counts as a sale, and when.

    Raises:
        WrongKind: What is given is of another kind.
        OutOfRange: The window has too many days.
        CannotHoldSum: The money of a customer might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> from ecomops.columns import microseconds
        >>> def orders_of(day, customers):
        ...     paid = np.full(len(customers), microseconds(pendulum.datetime(2026, 6, day)))
        ...     columns = {"paid_at": paid, "customer": np.array(customers), "gross": np.full(len(customers), 500)}
        ...     return Facts.of_orders(Currency.CNY, columns)
        >>> june = [pendulum.datetime(2026, 6, day) for day in (1, 20, 21)]
        >>> so_far = Period(start=june[0], end=june[1])
        >>> totals = customer_totals_of(orders_of(19, [0, 1]), calendar=Calendar(timezone="UTC"), window=so_far)
        >>> totals = totals.added(orders_of(20, [1, 3]), window=Period(start=june[1], end=june[2]))
        >>> totals.orders, totals.money, str(totals.as_of)
        (array([1, 2, 0, 1]), array([ 500, 1000,    0,  500]), '2026-06-20')
    """
    for name, value, kind in (
        ("facts", facts, Facts),
        ("calendar", calendar, Calendar),
        ("window", window, Period),
        ("definition", definition, Definition),
    ):
        if not isinstance(value, kind):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(f"totals.{name}", kind.__name__, value)
    days = periods_of(calendar, window, Grain.DAY)
    bought = of_facts(Selling.of(facts, definition, calendar), days.edges)
    customers = extent(facts.orders, "customer").most + 1
    sums = summed(bought, customers=customers, days=len(days), money="Orders.gross")
    return _totals(sums, days.days, like=(facts.currency, calendar, window, definition))


def customer_totals_of_sales(sales: DatedSales) -> CustomerTotals:
    """Return the totals of sales that a host keeps by their days: what `customer_totals_of` gives for their period.

    Args:
        sales: The valid orders of a period.

    Raises:
        WrongKind: What is given is of another kind.
        CannotHoldSum: The money of a customer might be more than 64 bits hold.

    Example:
        >>> import pendulum
        >>> june = Period(start=pendulum.datetime(2026, 6, 1), end=pendulum.datetime(2026, 7, 1))
        >>> sales = DatedSales(
        ...     currency=Currency.CNY, calendar=Calendar(timezone="UTC"), period=june, definition=DEFAULT_DEFINITION,
        ...     customers=3, customer=np.array([0, 2, 2], dtype=np.int32), day=np.array([0, 1, 27], dtype=np.int16),
        ...     money=np.array([500, 600, 700]), earlier=np.array([], dtype=np.int32),
        ... )
        >>> totals = customer_totals_of_sales(sales)
        >>> totals.orders, totals.money, str(Date.fromordinal(int(totals.last_day[2])))
        (array([1, 0, 2]), array([ 500,    0, 1300]), '2026-06-28')
    """
    require_kind("totals.sales", DatedSales, sales)
    sums = summed(of_sales(sales), customers=sales.customers, days=len(sales.days), money="DatedSales.money")
    return _totals(sums, sales.days, like=(sales.currency, sales.calendar, sales.period, sales.definition))


def _totals(
    sums: tuple[Narrow, Ints, Ints], days: tuple[Date, ...], *, like: tuple[Currency, Calendar, Period, Definition]
) -> CustomerTotals:
    currency, calendar, window, definition = like
    last, orders, money = sums
    last_day = last.astype(np.int64)
    if days:
        last_day += days[0].toordinal()
    last_day[orders == 0] = 0
    return CustomerTotals(
        currency=currency,
        calendar=calendar,
        window=window,
        definition=definition,
        last_day=last_day,
        orders=orders,
        money=money,
    )
