"""Sales: orders, amounts, prices, returns."""

from ecomops.columns import NEVER
from ecomops.metrics.dictionary.basic import BUYERS, DISCOUNTS, GROSS, NET, ORDERS, PAID, REFUNDS, TAX, UNITS
from ecomops.metrics.dictionary.making import distinct, entry, having, rows, total, trailing
from ecomops.metrics.expressions import SaleAmount
from ecomops.metrics.families import Lines, Orders, Refunds
from ecomops.metrics.families_care import Conversations, Tickets
from ecomops.metrics.families_goods import LineWorth, RefundTerms, Shipments
from ecomops.metrics.formulas import Kpi, Trailing
from ecomops.metrics.units import MONEY

PLACED = entry("orders_total", rows(Orders, "orders_total", "orders", at=Orders["placed_at"], valid=False))
"""Orders placed, paid or not."""
ORDER_VALID_RATE = entry(
    "order_valid_rate", rows(Orders, "orders_valid_of_placed", "orders", at=Orders["placed_at"]) / PLACED
)
"""Valid orders among those placed, both by the instant of placement."""
GMV_BROAD = entry(
    "gmv_broad",
    total(
        Orders,
        "gmv_broad",
        MONEY,
        Orders["gross"] - Orders["discount"] + Orders["tax"],
        at=Orders["placed_at"],
        valid=False,
    ),
)
"""What all orders placed come to, paid, cancelled or neither."""
SALES = total(Orders, "sales_amount", MONEY, SaleAmount(Orders))
"""What valid orders are worth by the definition of the table: with or without tax, freight, coupons."""
DEAL_AMOUNT_JD = entry("deal_amount_jd", SALES)
"""What valid orders are worth; on the basis of JD with `definition=JD`."""
RECEIVED_AMOUNT = entry("received_amount", GROSS - DISCOUNTS + TAX - REFUNDS)
"""What was paid, less what went back in the period."""
AVG_UNIT_PRICE = entry("avg_unit_price", PAID / UNITS)
"""Paid amount per piece."""
UNITS_PER_BUYER = entry("units_per_buyer", UNITS / BUYERS)
"""Pieces per buyer."""
ORDERS_PER_BUYER = entry("orders_per_buyer", ORDERS / BUYERS)
"""Orders per buyer."""
UNITS_PER_TRANSACTION = entry("units_per_transaction", UNITS / ORDERS)
"""Pieces per order."""


def attach_rate(main: str, addon: str) -> Kpi:
    """Return the share of the orders with a main item that hold an add-on, too."""
    with_main = rows(Lines, "lines_of_main", "lines", where=Lines["sku"] == main)
    with_addon = rows(Lines, "lines_of_addon", "lines", where=Lines["sku"] == addon)
    both = having(Lines["order"], "orders_with_both", "orders", (with_main >= 1) & (with_addon >= 1))
    return entry(
        "attach_rate", both / distinct(Lines, "orders_with_main", "orders", "order", where=Lines["sku"] == main)
    )


LINE_SALES = total(Lines, "line_sales", MONEY, Lines["gross"] - Lines["discount"])
"""What lines were sold for."""
TAG_SALES = total(LineWorth, "tag_sales", MONEY, LineWorth["tag_price"] * Lines["quantity"])
"""What they would have been sold for at the price on the tag."""
DISCOUNT_RATE = entry("discount_rate", LINE_SALES / TAG_SALES)
"""What was realised of the price on the tag."""
DISCOUNT_DEPTH = entry("discount_depth", 1 - NET / TAG_SALES)
"""What was not realised of it, after returns."""
ORDER_PAY_RATE = entry(
    "order_pay_rate",
    rows(
        Orders, "orders_paid_of_placed", "orders", where=Orders["paid_at"] < NEVER, at=Orders["placed_at"], valid=False
    )
    / PLACED,
)
"""Orders that were paid, whenever, among those placed in the period."""


def inquiry_conversion_rate(days: int = 4) -> Kpi:
    """Return the share of those who asked before buying who paid, in the period or so many days after it."""
    asked = Conversations["presale"] == 1
    paid = having(Conversations["customer"], "inquirers_who_paid", "buyers", ORDERS >= 1, where=asked, within=days)
    return entry(
        "inquiry_conversion_rate", paid / distinct(Conversations, "inquirers", "buyers", "customer", where=asked)
    )


def refund_rate_count(days: int = 30) -> Trailing:
    """Return the number of refunds over that of the lines paid, of the last days; two different cohorts."""
    refunds, lines = rows(Refunds, "refunds", "lines"), rows(Lines, "lines_paid", "lines")
    return trailing("refund_rate_count", refunds / lines, days)


REFUND_RATE_AMOUNT = entry("refund_rate_amount", REFUNDS / PAID)
"""What went back over what was paid in the same period (cash basis; by `ReturnInstant.SOLD` of the same sales)."""
RETURN_RATE = entry(
    "return_rate",
    distinct(Refunds, "orders_sent_back", "orders", "order", where=RefundTerms["goods_back"] == 1)
    / distinct(Shipments, "orders_shipped", "orders", "order", where=Shipments["shipped_at"] < NEVER),
)
"""Orders of which goods came back over orders shipped: a refund alone is no return."""
MERCHANT_FAULT_REFUND_RATE = entry(
    "merchant_fault_refund_rate",
    distinct(Refunds, "orders_of_merchant_fault", "orders", "order", where=RefundTerms["fault"] == "merchant") / ORDERS,
)
"""Orders that went back by a fault of the merchant over valid orders."""
NOT_AS_DESCRIBED_DISPUTE_RATE = entry(
    "not_as_described_dispute_rate",
    rows(Tickets, "disputes", "orders", where=(Tickets["kind"] == "not_as_described") & (Tickets["withdrawn"] == 0))
    / ORDERS,
)
"""Disputes that were not withdrawn over valid orders."""
UNSHIPPED = rows(
    Shipments,
    "orders_given_up",
    "orders",
    where=(Shipments["given_up"] == 1) & (Shipments["shipped_at"] == NEVER),
)
"""What was due and never left, for a reason of the seller."""
UNFULFILLED_SALE_RATE = entry(
    "unfulfilled_sale_rate",
    UNSHIPPED / (UNSHIPPED + rows(Shipments, "orders_left", "orders", where=Shipments["shipped_at"] < NEVER)),
)
"""Of what was due and settled, what never left; what the buyer called off is neither."""
COMPLAINT_RATE = entry(
    "complaint_rate", rows(Tickets, "complaints", "orders", where=Tickets["kind"] == "complaint") / ORDERS
)
"""Complaints over valid orders."""
