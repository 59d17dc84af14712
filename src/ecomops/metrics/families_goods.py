"""Goods: what is said of orders, lines and refunds beside; products, stock, and what is due to leave the house."""

from attrs import field, frozen

from ecomops.columns import Ints
from ecomops.metrics.declaring import Columns, code, count, flag, instant, money, row
from ecomops.metrics.families import Lines, Orders, Refunds
from ecomops.metrics.units import Unit

_UNITS = Unit.of("units")


@frozen(kw_only=True, eq=False, repr=False)
class OrderTerms(Columns):
    """What a host knows of an order beside its amounts: at most one row for each."""

    order: Ints = field(metadata=row(Orders, "The row of the order.", unique=True))
    channel: Ints = field(metadata=code("channels", "Through which channel it was sold."))
    source: Ints = field(metadata=code("visit_sources", "To which source of visits it is attributed."))
    staff: Ints = field(metadata=code("staff", "Who sold it."))
    on_delivery: Ints = field(metadata=flag("1 when it is paid on delivery."))
    freight: Ints = field(metadata=money("How much of its gross amount is freight."))


@frozen(kw_only=True, eq=False, repr=False)
class LineWorth(Columns):
    """What a line is worth beside its price: at most one row for each line."""

    line: Ints = field(metadata=row(Lines, "The row of the line.", unique=True))
    cost: Ints = field(metadata=money("What its goods had cost."))
    tag_price: Ints = field(metadata=money("The price on the tag, for one unit.", per=_UNITS))


@frozen(kw_only=True, eq=False, repr=False)
class RefundTerms(Columns):
    """What was judged of a refund: at most one row for each."""

    refund: Ints = field(metadata=row(Refunds, "The row of the refund.", unique=True))
    applied_at: Ints = field(metadata=instant("When it was asked for."))
    fault: Ints = field(metadata=code("faults", "Whose fault it was; -1 before a verdict."))
    goods_back: Ints = field(metadata=flag("1 when goods were sent back."))


@frozen(kw_only=True, eq=False, repr=False)
class Products(Columns):
    """Products on sale: a row for each SKU."""

    sku: Ints = field(metadata=code("skus", "Which SKU.", unknown=False, unique=True))
    style: Ints = field(metadata=code("styles", "The style (SPU) that it is one of."))
    category: Ints = field(metadata=code("categories", "Its category."))
    listed_at: Ints = field(metadata=instant("When it was put on sale.", main=True))
    delisted_at: Ints = field(metadata=instant("When it was taken off; `NEVER` before.", until=True))
    tag_price: Ints = field(metadata=money("The price on the tag.", per=_UNITS))


@frozen(kw_only=True, eq=False, repr=False)
class Stock(Columns):
    """Counts of stock: the last one of a SKU at a location holds until the next."""

    sku: Ints = field(metadata=code("skus", "Which SKU.", unknown=False, entity=True))
    location: Ints = field(metadata=code("locations", "Where.", entity=True))
    at: Ints = field(metadata=instant("When it was counted.", main=True))
    on_hand: Ints = field(metadata=count("How many there were.", unit=_UNITS))
    worth: Ints = field(metadata=money("What they had cost."))


@frozen(kw_only=True, eq=False, repr=False)
class StockMovements(Columns):
    """What came in and went out."""

    sku: Ints = field(metadata=code("skus", "Which SKU.", unknown=False))
    location: Ints = field(metadata=code("locations", "Where."))
    at: Ints = field(metadata=instant("When.", main=True))
    kind: Ints = field(metadata=code("movement_kinds", "Why: received, sold, returned, counted."))
    quantity: Ints = field(metadata=count("How many more there were after it.", unit=_UNITS, negative=True))
    worth: Ints = field(metadata=money("What they had cost.", negative=True))


@frozen(kw_only=True, eq=False, repr=False)
class Shipments(Columns):
    """What is due to leave the house, by the promise that was given: a row for each order, or parcel of it."""

    order: Ints = field(metadata=row(Orders, "The row of the order; -1 where it is not kept.", unknown=True))
    location: Ints = field(metadata=code("locations", "From where."))
    due_at: Ints = field(metadata=instant("By when it was promised to leave.", main=True))
    shipped_at: Ints = field(metadata=instant("When the carrier scanned it; `NEVER` before."))
    given_up: Ints = field(metadata=flag("1 when it was called off, or timed out, for a reason of the seller."))
    withdrawn: Ints = field(metadata=flag("1 when the buyer called it off."))
