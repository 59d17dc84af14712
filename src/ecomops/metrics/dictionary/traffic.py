"""Traffic: who came, how long they stayed, what they looked at, and what came of it."""

from ecomops.metrics.counting import Before, Seen
from ecomops.metrics.declaring import MICROSECONDS
from ecomops.metrics.dictionary.basic import BUYERS, ORDERS, PAID
from ecomops.metrics.dictionary.making import SECOND, distinct, entry, having, rows, total
from ecomops.metrics.expressions import Where
from ecomops.metrics.families import Lines, Orders
from ecomops.metrics.families_traffic import Exposures, Views, Visits
from ecomops.metrics.formulas import Kpi
from ecomops.metrics.units import Unit

IP_COUNT = entry("ip_count", distinct(Visits, "ip_count", "addresses", "address"))
"""Network addresses, each once."""
UV = entry("visitors_uv", distinct(Views, "visitors_uv", "visitors", "visitor"))
"""Visitors who opened a page, each once."""
PV = entry("page_views_pv", rows(Views, "page_views_pv", "pages"))
"""Page views."""
VISITS = entry("visits", rows(Visits, "visits", "visits"))
"""Visits (sessions)."""
VISITORS = distinct(Visits, "visitors_of_visits", "visitors", "visitor")
"""Visitors with a visit that began in the period, each once."""
NEW_VISITORS = entry(
    "new_visitors", distinct(Visits, "new_visitors", "visitors", "visitor", seen=Seen(before=Before.NEVER))
)
"""Visitors without a visit before the period, as far as the facts reach back."""
NEW_ACTIVE = distinct(Views, "new_active_visitors", "visitors", "visitor", seen=Seen(before=Before.NEVER))
"""Visitors who opened a page, and none before the period."""

NEW_USER_SHARE = entry("new_user_share", NEW_ACTIVE / UV)
"""New visitors among those who opened a page: a visit across midnight makes its visitor active on both days."""
OLD_USER_SHARE = entry("old_user_share", 1 - NEW_USER_SHARE)
"""The others."""
RETURNING_VISITOR_RATE_7D = entry(
    "returning_visitor_rate_7d",
    distinct(Visits, "visitors_back_in_6_days", "visitors", "visitor", seen=Seen(before=Before.WITHIN, days=6))
    / VISITORS,
)
"""Visitors who were also there in the six days before the period."""
PV_PER_VISITOR = entry("pv_per_visitor", PV / UV)
"""Pages per visitor, pooled; `.mean_of_days()` is what the platforms show over several days."""
AVG_VISIT_DEPTH = entry("avg_visit_depth", total(Visits, "pages_of_visits", Unit.of("pages"), "pages") / VISITS)
"""Pages per visit, pooled."""
STAY = total(Visits, "stay", MICROSECONDS, Visits["left"] - Visits["began"])
"""How long visits lasted together."""
AVG_STAY_PER_VISITOR = entry("avg_stay_seconds_per_visitor", STAY / VISITORS / SECOND)
"""Seconds per visitor."""
AVG_STAY_PER_VISIT = entry("avg_stay_seconds_per_visit", STAY / VISITS / SECOND)
"""Seconds per visit."""
BOUNCE_RATE_CLICK = entry(
    "bounce_rate_click",
    1 - distinct(Visits, "clicking_visitors", "visitors", "visitor", where=Visits["clicks"] >= 1) / VISITORS,
)
"""Visitors who clicked nothing in any of their visits."""
BOUNCE_RATE_SESSION = entry(
    "bounce_rate_session", rows(Visits, "one_page_visits", "visits", where=Visits["pages"] == 1) / VISITS
)
"""Visits of one page; by entrance when the table is cut by `Visits["entrance"]`."""


def visit_depth_ratio(pages: int = 3) -> Kpi:
    """Return the share of visits of at least so many pages."""
    return entry("visit_depth_ratio", rows(Visits, "deep_visits", "visits", where=Visits["pages"] >= pages) / VISITS)


def visit_time_ratio(seconds: int = 60) -> Kpi:
    """Return the share of visits of at least so many seconds."""
    long = Visits["left"] - Visits["began"] >= seconds * SECOND.value
    return entry("visit_time_ratio", rows(Visits, "long_visits", "visits", where=long) / VISITS)


IMPRESSIONS = entry("impressions", total(Exposures, "impressions", Unit.of("impressions"), "shown"))
"""How often something was shown."""
CLICKS = total(Exposures, "clicks", Unit.of("clicks"), "clicks")
"""How often what was shown was clicked."""
CART_ADDS = total(Exposures, "cart_adds", Unit.of("cart_adds"), "cart_adds")
"""How often it was put into the cart."""
CLICK_THROUGH_RATE = entry("click_through_rate", CLICKS / IMPRESSIONS)
"""Clicks over impressions."""
CART_RATE_CLICK = entry("cart_rate_click", CART_ADDS / CLICKS)
"""Cart adds over clicks; without a click there is no figure, never 0."""
CLICKED: Where = Exposures["clicks"] >= 1
ITEM_VISITORS = distinct(Exposures, "item_visitors", "visitors", "visitor", where=CLICKED)
"""Visitors who clicked something that was shown."""
CART_VISITOR_RATE = entry(
    "cart_visitor_rate",
    distinct(Exposures, "visitors_who_added", "visitors", "visitor", where=Exposures["cart_adds"] >= 1) / ITEM_VISITORS,
)
"""Visitors who put something into the cart."""
FAVORITE_RATE = entry(
    "favorite_rate",
    distinct(Exposures, "visitors_who_favoured", "visitors", "visitor", where=Exposures["favourites"] >= 1)
    / ITEM_VISITORS,
)
"""Visitors who made something a favourite."""
SOURCE_CONVERSION_RATE = entry("source_conversion_rate", BUYERS / VISITORS)
"""Buyers over visitors, by `visit_sources`: an order is credited to the source of its `OrderTerms`."""
UV_VALUE = entry("uv_value", PAID / UV)
"""Paid amount per visitor."""


def home_page_purchase_rate(page: str = "home", days: int = 0) -> Kpi:
    """Return the share of known visitors of a page who bought in the period, or so many days after it."""
    here = Views["page"] == page
    bought = having(Views["customer"], "page_buyers", "visitors", ORDERS >= 1, where=here, within=days)
    return entry(
        "home_page_purchase_rate", bought / distinct(Views, "page_visitors", "visitors", "customer", where=here)
    )


ITEM_BUYERS = distinct(Lines, "item_buyers", "visitors", Orders["customer"])
"""Known customers who bought an item."""
DETAIL_PAGE_PURCHASE_RATE = entry(
    "detail_page_purchase_rate",
    ITEM_BUYERS / distinct(Views, "item_page_visitors", "visitors", "visitor", where=Views["sku"] >= 0),
)
"""Buyers of an item over the visitors of its page, by `skus`."""
ORDER_CONVERSION_RATE = entry(
    "order_conversion_rate",
    distinct(Orders, "buyers_who_placed", "visitors", "customer", at=Orders["placed_at"], valid=False) / UV,
)
"""Persons who placed an order, paid or not, over visitors."""
PAYMENT_CONVERSION_RATE = entry("payment_conversion_rate", BUYERS / UV)
"""Buyers over visitors: persons over persons."""
CART_PAY_RATE = entry(
    "cart_pay_rate", total(Exposures, "exposure_payments", Unit.of("payments"), "payments") / CART_ADDS
)
"""Payments over cart adds."""
REFUND_RATE_ITEM = entry(
    "refund_rate_item",
    total(Exposures, "exposure_refunds", Unit.of("payments"), "refunds")
    / total(Exposures, "exposure_payments", Unit.of("payments"), "payments"),
)
"""Refunds over payments of what was shown, by `skus`."""
