"""Customers: new and old ones, members, repeat purchase, retention, recency and worth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecomops.columns import Ints
from ecomops.metrics.counting import Before, Counted, Seen
from ecomops.metrics.dictionary.basic import AOV, BUYERS, FIRST_TIME_BUYERS, NEW_BUYERS, ORDERS
from ecomops.metrics.dictionary.making import distinct, entry, having, level, rows, total, trailing
from ecomops.metrics.expressions import END, DayOf, Where
from ecomops.metrics.families import Lines, Orders
from ecomops.metrics.families_care import Conversations, Costs, Members
from ecomops.metrics.families_traffic import Visits
from ecomops.metrics.formulas import Kpi, Measure, Trailing
from ecomops.metrics.units import MONEY, Unit

_DAYS = Unit.of("days")
AGAIN = 2
"""How many purchases make somebody come back."""

OLD_BUYERS = entry("old_buyers", BUYERS - NEW_BUYERS)
"""Buyers who are not new, over the same horizon: new and old ones are all. Of periods no longer than the horizon: in a
longer one a buyer may be new twice, and is then taken off twice."""
MEMBERS_TOTAL = entry("members_total", level(Members, "members_total", Unit.of("buyers"), None))
"""Members at the end of the period."""
IS_MEMBER: Where = (Members["customer"] >= 0) & (Members["joined_at"] < END) & (Members["left_at"] >= END)
"""Rows of customers who are members at the end of the period: who has no row among them is none."""
MEMBER_PURCHASE_RATIO = entry(
    "member_purchase_ratio",
    distinct(Orders, "members_who_bought", "buyers", "customer", where=IS_MEMBER) / MEMBERS_TOTAL,
)
"""Members at the end of the period who bought in it, over all members then; cut by `tiers`."""


def repurchase_rate_30d(days: int = 30) -> Trailing:
    """Return the share of the buyers of the last days who bought at least twice in them."""
    return trailing("repurchase_rate_30d", _at_least(2) / BUYERS, days)


def _at_least(orders: int) -> Measure:
    return having(Orders["customer"], f"buyers_of_{orders}_orders", "buyers", orders <= ORDERS)


def repurchase_rate_item_90d(days: int = 90) -> Trailing:
    """Return the share of the buyers of an item in the last days who bought it at least twice, by `skus`."""
    lines = rows(Lines, "purchases_of_item", "lines")
    again = having(Orders["customer"], "item_buyers_again", "buyers", lines >= AGAIN, family=Lines)
    return trailing(
        "repurchase_rate_item_90d", again / distinct(Lines, "item_buyers", "buyers", Orders["customer"]), days
    )


REPURCHASE_RATE_NEW_CUSTOMERS = entry(
    "repurchase_rate_new_customers",
    having(Orders["customer"], "new_customers_again", "buyers", (FIRST_TIME_BUYERS >= 1) & (ORDERS >= AGAIN))
    / FIRST_TIME_BUYERS,
)
"""First-time buyers of the period who bought a second time in it."""
REPURCHASE_FREQUENCY = entry("repurchase_frequency", ORDERS / BUYERS)
"""Orders per buyer."""


def loyalty_rate(orders: int = 3, days: int = 365) -> Trailing:
    """Return the share of the buyers of the last days who bought at least so often in them."""
    return trailing("loyalty_rate", _at_least(orders) / BUYERS, days)


CONSULTING_USERS = entry(
    "consulting_users",
    having(Conversations["customer"], "consulting_users", "buyers", ORDERS == 0, where=Conversations["presale"] == 1),
)
"""Customers who asked before buying, and bought nothing in the period."""
PURCHASING_USERS = entry("purchasing_users", having(Orders["customer"], "purchasing_users", "buyers", ORDERS == 1))
"""Customers with exactly one valid order in the period."""


def repeat_users(loyal: int = 3) -> Measure:
    """Return the customers with at least two valid orders in the period, and fewer than loyal ones have."""
    return entry("repeat_users", having(Orders["customer"], "repeat", "buyers", (ORDERS >= AGAIN) & (loyal > ORDERS)))


def loyal_users(orders: int = 3, days: int = 365) -> Trailing:
    """Return the customers with at least so many valid orders in the last days."""
    return trailing("loyal_users", _at_least(orders), days)


def retention_rate(days: int = 1) -> Kpi:
    """Return the share of the visitors of the period's first-ever visits who came again so many days after theirs."""
    back = Measure(
        key=f"visitors_back_after_{days}",
        name=MEMBERS_TOTAL.name,
        unit=Unit.of("visitors"),
        family=Visits,
        counted=Counted.RETAINED,
        entity=Visits["visitor"],
        number=days,
    )
    cohort = distinct(Visits, "visitors_of_cohort", "visitors", "visitor", seen=Seen(before=Before.NEVER))
    return entry("retention_rate", back / cohort)


def churned_users(days: int = 90) -> Measure:
    """Return how many visitors had not been there for so many days at the end of the period, of all there ever were."""
    return entry(
        "churned_users",
        Measure(
            key="churned_users",
            name=MEMBERS_TOTAL.name,
            unit=Unit.of("visitors"),
            family=Visits,
            counted=Counted.LAPSED,
            entity=Visits["visitor"],
            number=days,
        ),
    )


def returned_users(days: int = 90) -> Measure:
    """Return how many visitors of the period had been away for the days before it, and had been there earlier."""
    seen = Seen(before=Before.ABSENT, days=days)
    return entry("returned_users", distinct(Visits, "returned_users", "visitors", "visitor", seen=seen))


def customer_lifetime_value_simple(years: int = 3) -> Kpi:
    """Return average order value times orders per buyer times years; of facts of a year, without margin or discount."""
    return entry("customer_lifetime_value_simple", AOV * (ORDERS / BUYERS) * years)


LAST_DAY = Measure(key="last_day", name=MEMBERS_TOTAL.name, unit=_DAYS, counted=Counted.LAST_DAY)
"""The number of the last day of the period."""
LAST_ORDER_DAY = Measure(
    key="last_order_day",
    name=MEMBERS_TOTAL.name,
    unit=_DAYS,
    counted=Counted.MOST,
    column=DayOf(Orders["paid_at"]),
)
"""The number of the day of the last order."""
RFM_RECENCY_DAYS = entry("rfm_recency_days", LAST_DAY - LAST_ORDER_DAY)
"""Days from the last purchase to the last day, by `customers`."""
RFM_FREQUENCY = entry("rfm_frequency", rows(Orders, "rfm_frequency", "orders"))
"""Valid orders, the first one included, by `customers`."""
RFM_MONETARY = entry(
    "rfm_monetary", total(Orders, "rfm_monetary", MONEY, Orders["gross"] - Orders["discount"] + Orders["tax"])
)
"""What a customer spent, by `customers`."""


def rfm_score(values: NDArray[Any], cuts: Sequence[float], *, lower_is_better: bool = False) -> Ints:
    """Return the score of each value: one more than the cut points that it reaches, so that equal values score alike.

    Args:
        values: Recency, frequency or money of each customer, shape (n,).
        cuts: The cut points in rising order; four of them make scores from 1 to 5.
        lower_is_better: Whether small values score high, as recency does.

    Example:
        >>> rfm_score(np.array([1, 1, 1, 4, 9]), (2, 5)).tolist()
        [1, 1, 1, 2, 3]
    """
    reached = np.searchsorted(np.asarray(cuts), values, side="right").astype(np.int64) + 1
    return len(cuts) + 2 - reached if lower_is_better else reached


def customer_acquisition_cost(kind: str = "acquisition") -> Kpi:
    """Return what was spent on acquisition per new buyer."""
    spent = total(Costs, "acquisition_costs", MONEY, "amount", where=Costs["kind"] == kind)
    return entry("customer_acquisition_cost", spent / NEW_BUYERS)
