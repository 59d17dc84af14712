"""Goods: which of them move, what is left of them, and how fast they turn over."""

from ecomops.metrics.counting import Counted
from ecomops.metrics.dictionary.basic import UNITS
from ecomops.metrics.dictionary.making import distinct, entry, level, rows, total
from ecomops.metrics.dictionary.selling import LINE_SALES
from ecomops.metrics.expressions import END, START, AnyRow
from ecomops.metrics.families import Lines
from ecomops.metrics.families_goods import Products, Stock, StockMovements
from ecomops.metrics.formulas import Kpi, Measure
from ecomops.metrics.units import MONEY, Unit

_UNITS, _SKUS = Unit.of("units"), Unit.of("skus")

ON_SALE = level(Products, "skus_on_sale", _SKUS, None)
"""SKUs on sale at the end of the period."""
SOLD_SKUS = distinct(Lines, "skus_sold", "skus", "sku")
"""SKUs with a sale, each once."""
ACTIVE_SKU_RATE = entry("active_sku_rate", SOLD_SKUS / ON_SALE)
"""SKUs sold over SKUs on sale at the end; above 1 when some that were sold have been taken off since."""
OPENING_STOCK = level(Stock, "opening_stock", _UNITS, "on_hand", closing=False)
"""Pieces on hand at the beginning."""
CLOSING_STOCK = level(Stock, "closing_stock", _UNITS, "on_hand")
"""Pieces on hand at the end."""
ACTIVE_STOCK_RATE_UNITS = entry("active_stock_rate_units", UNITS / (OPENING_STOCK - UNITS))
"""Pieces sold over what is left of the opening stock."""
_GOODS = Lines["sku"] >= 0
"""Lines of goods: a service is no product, and its line leads to none."""
_STILL = _GOODS & (Products["listed_at"] < END) & (Products["delisted_at"] >= END)
SLOW_MOVING_RATE = entry(
    "slow_moving_rate", 1 - distinct(Lines, "skus_sold_and_on_sale", "skus", "sku", where=_STILL) / ON_SALE
)
"""SKUs on sale at the end of which nothing was sold."""
_NEW = _GOODS & (Products["listed_at"] >= START) & (Products["listed_at"] < END)
NEW_PRODUCT_ACTIVE_RATE = entry(
    "new_product_active_rate",
    distinct(Lines, "new_skus_sold", "skus", "sku", where=_NEW) / rows(Products, "skus_listed", "skus"),
)
"""SKUs put on sale in the period of which something was sold in it."""
RECEIVED = total(StockMovements, "units_received", _UNITS, "quantity", where=StockMovements["kind"] == "received")
"""Pieces received."""
SELL_THROUGH_UNITS = entry("sell_through_units", UNITS / RECEIVED)
"""Pieces sold over pieces received; `UNITS / OPENING_STOCK` is the variant by opening stock."""
STOCK_AT_TAG = level(Stock, "stock_at_tag_price", MONEY, Products["tag_price"] * Stock["on_hand"], closing=False)
"""The opening stock at the price on the tag."""
SELL_THROUGH_AMOUNT = entry("sell_through_amount", LINE_SALES / STOCK_AT_TAG)
"""What was sold over the opening stock at the price on the tag."""
DAYS = Measure(key="days", name=ON_SALE.name, unit=Unit.of("days"), counted=Counted.DAYS)
"""How many days the period has."""
AVERAGE_STOCK = (OPENING_STOCK + CLOSING_STOCK) / 2
INVENTORY_TURNOVER_DAYS = entry("inventory_turnover_days", DAYS * AVERAGE_STOCK / UNITS)
"""How many days the average stock lasts at the sales of the period."""
INVENTORY_TURNOVER_RATE = entry("inventory_turnover_rate", UNITS / AVERAGE_STOCK)
"""How often the average stock was sold in the period."""
STOCK_TO_SALES_RATIO = entry("stock_to_sales_ratio", CLOSING_STOCK / UNITS)
"""Closing stock over pieces sold."""


def top_n_concentration(number: int = 10) -> Kpi:
    """Return the share of the best-selling SKUs in what was sold."""
    best = Measure(
        key=f"sales_of_top_{number}",
        name=ON_SALE.name,
        unit=MONEY,
        family=Lines,
        counted=Counted.TOP,
        entity=Lines["sku"],
        of=LINE_SALES,
        number=number,
    )
    return entry("top_n_concentration", best / LINE_SALES)


SPU_COUNT = entry("spu_count", level(Products, "spu_count", _SKUS, None))
"""SKUs of a style, by `styles`."""


def halo_share(hero: str) -> Kpi:
    """Return the share of other items in what orders with a hero item come to."""
    with_hero = AnyRow(entity=Lines["order"], where=Lines["sku"] == hero)
    basket = total(Lines, "sales_with_hero", MONEY, Lines["gross"] - Lines["discount"], where=with_hero)
    others = total(
        Lines,
        "sales_beside_hero",
        MONEY,
        Lines["gross"] - Lines["discount"],
        where=with_hero & ~(Lines["sku"] == hero),
    )
    return entry("halo_share", others / basket)
