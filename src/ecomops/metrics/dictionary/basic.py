"""The measures and KPIs that ship, under the keys of the metrics dictionary where that has them.

Every figure counts *valid* orders alone: by default those that are paid, and not cancelled since. Refunds are those of
valid orders, too, and none counts before its sale. Money is in minor units.
"""

from ecomops.kernel import Text
from ecomops.kernel.checks import require_kind
from ecomops.metrics.counting import Better, Counted
from ecomops.metrics.errors import WrongUnit
from ecomops.metrics.families import Lines, Orders, Refunds
from ecomops.metrics.formulas import Measure
from ecomops.metrics.units import MONEY, Unit

PIECES = "piece"
"""The unit of quantity of a SKU for which the host names no other."""

_BUYERS = Unit.of("buyers")

ORDERS = Measure(
    key="orders_valid", name=Text("valid orders", "有效订单"), unit=Unit.of("orders"), counted=Counted.ROWS
)
"""Valid orders."""

IDENTIFIED_ORDERS = Measure(
    key="orders_identified",
    name=Text("orders of known customers", "已识别顾客订单数"),
    unit=Unit.of("orders"),
    counted=Counted.ROWS,
    where=Orders["customer"] >= 0,
)
"""Valid orders whose customer is known: the others have no buyer, and stand above the line in figures per buyer."""

BUYERS = Measure(key="buyers", name=Text("paying buyers", "支付买家数"), unit=_BUYERS, counted=Counted.BUYERS)
"""Known customers with a valid order in the period, each once; counted again for a longer period, never added."""

NEW_BUYERS = Measure(
    key="new_buyers", name=Text("new paying buyers", "支付新买家数"), unit=_BUYERS, counted=Counted.NEW_BUYERS
)
"""Buyers without a valid order within the horizon (365 days) before the order that brings them (back)."""

FIRST_TIME_BUYERS = Measure(
    key="first_time_buyers",
    name=Text("first-time buyers", "首次购买买家数"),
    unit=_BUYERS,
    counted=Counted.FIRST_TIME_BUYERS,
)
"""Buyers without any valid order before; facts that begin in the middle make early periods look new."""

GROSS = Measure(key="gross_sales", name=Text("gross sales", "折前销售额"), unit=MONEY, column="gross")
"""What goods and services cost before discounts."""

DISCOUNTS = Measure(key="discounts", name=Text("discounts", "折扣额"), unit=MONEY, column="discount")
"""What discounts took off, whoever bears them."""

TAX = Measure(key="tax", name=Text("tax on top", "价外税"), unit=MONEY, column="tax")
"""Tax that stands on top of the prices."""

REFUNDS = Measure(
    key="refund_amount",
    name=Text("refunded amount", "成功退款金额"),
    unit=MONEY,
    family=Refunds,
    column="amount",
    better=Better.LOWER,
)
"""What went back to buyers and tenders for goods of valid orders that came back or were called off, when it did."""

RETURNED_GROSS = Measure(
    key="returned_gross_sales",
    name=Text("gross sales taken back", "退回商品折前金额"),
    unit=MONEY,
    family=Refunds,
    column="gross",
)
"""What goods that came back or were called off had cost before discounts."""

RETURNED_DISCOUNTS = Measure(
    key="returned_discounts",
    name=Text("discounts taken back", "退回商品折扣额"),
    unit=MONEY,
    family=Refunds,
    column="discount",
)
"""What discounts had taken off them."""

UNITS = Measure(
    key="units",
    name=Text("units", "件数"),
    unit=Unit.of("units"),
    family=Lines,
    column="quantity",
    where=Lines["unit"] == PIECES,
)
"""Pieces of goods; what is sold in another unit stands apart, see `units_in`."""


TAKEN_UNITS = ("buyers", "money", "orders", "units")
"""Units of other figures: goods cannot be sold in them."""


def units_in(measure: str) -> Measure:
    """Return the measure of the goods that are sold in another unit than pieces.

    Raises:
        WrongKind: It is no text.
        WrongUnit: Other figures are measured in what is called so (`TAKEN_UNITS`): they would be added to these.

    Example:
        >>> units_in("millilitre").key
        'units.millilitre'
    """
    require_kind("units_in.measure", str, measure)
    if measure in TAKEN_UNITS:
        raise WrongUnit(measure="units_in", unit=measure)
    return Measure(
        key=f"units.{measure}",
        name=Text(f"units ({measure})", f"数量（{measure}）"),
        unit=Unit.of(measure),
        family=Lines,
        column="quantity",
        where=Lines["unit"] == measure,
    )


PAID = (GROSS - DISCOUNTS + TAX).named("paid_amount", Text("paid amount", "支付金额"))
"""What customers and those who fund tenders pay; later refunds are not taken off."""

RETURNED = (RETURNED_GROSS - RETURNED_DISCOUNTS).named("returned_sales", Text("sales taken back", "退回销售额"))
"""What was sold and came back or was called off, at the prices that were paid."""

NET = (GROSS - DISCOUNTS - RETURNED).named("net_sales", Text("net sales", "净销售额"))
"""Gross less discounts less what was taken back in the period; without tax and fees."""

AOV = (PAID / ORDERS).named("avg_order_value_per_order", Text("average order value", "笔单价"))
"""Paid amount per valid order (笔单价; some tools call this 客单价)."""

AOV_PER_BUYER = (PAID / BUYERS).named("avg_order_value_per_buyer", Text("average revenue per buyer", "客单价"))
"""Paid amount per buyer (客单价); orders of unknown customers stand above the line and not below it."""

WEEKLY = (ORDERS, BUYERS, NEW_BUYERS, FIRST_TIME_BUYERS, UNITS, GROSS, NET, AOV, AOV_PER_BUYER)
"""The columns of the weekly table."""
