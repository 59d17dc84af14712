"""What known customers bought: valid orders, each with the instant of its customer's first one."""

import numpy as np
from attrs import frozen

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Period
from ecomops.kernel.checks import require_kind
from ecomops.metrics.families import Facts
from ecomops.metrics.sales import Definition, sales

DAY = 86_400_000_000
"""The microseconds of a day."""


@frozen(kw_only=True, eq=False)
class Purchases:
    """The valid orders of known customers, each with the instant of its customer's first one.

    Args:
        orders: The row of each order.
        at: When it was sold.
        first: When its customer bought first.
        customer: Who bought.
    """

    orders: Ints
    at: Ints
    first: Ints
    customer: Ints

    @classmethod
    def of(cls, facts: Facts, definition: Definition, calendar: Calendar) -> "Purchases":
        """Return the purchases of all that is known."""
        for kind, value in ((Facts, facts), (Definition, definition), (Calendar, calendar)):
            require_kind(f"sheet.{kind.__name__.lower()}", kind, value)
        found = sales(facts, definition, calendar)
        orders = np.flatnonzero(found.valid & (facts.orders.customer >= 0))
        at, customer = found.at[orders], facts.orders.customer[orders]
        firsts = np.full(int(customer.max()) + 1 if len(customer) else 0, np.iinfo(np.int64).max)
        np.minimum.at(firsts, customer, at)
        return cls(orders=orders, at=at, first=firsts.take(customer), customer=customer)

    def within(self, cohort: Period, days: int) -> "Purchases":
        """Return those of the customers of a cohort, up to so many days of 24 hours after their first."""
        begins, ends = microseconds(cohort.start), microseconds(cohort.end)
        kept = (begins <= self.first) & (self.first < ends) & (self.at < self.first + days * DAY)
        return Purchases(
            orders=self.orders[kept], at=self.at[kept], first=self.first[kept], customer=self.customer[kept]
        )

    def buyers(self, least: int = 1) -> int:
        """Return how many customers have at least so many orders."""
        if not len(self.customer):
            return 0
        return int((np.bincount(self.customer) >= least).sum())
