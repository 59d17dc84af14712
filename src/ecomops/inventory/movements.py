"""What happens to stock without a reservation: goods sold at the counter, put back, or moved between locations.

Events of the stock item, which folds them; their decisions are in `ecomops.inventory.handling`.
"""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Id
from ecomops.kernel.checks import an_instant, is_a, whole
from ecomops.terms import CaseId, OrderId, Quantity, StockKey


class TransferId(Id):
    """Names a transfer of goods from one location to another."""

    __slots__ = ()


@frozen(kw_only=True, weakref_slot=False)
class StockSold:
    """Units were sold and handed over in one step, at a counter: nothing had been reserved."""

    code: ClassVar[str] = "stock.sold"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockRestocked:
    """Units that a buyer sent back were put back on the shelves."""

    code: ClassVar[str] = "stock.restocked"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    case: CaseId = field(validator=is_a(CaseId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockTransferredOut:
    """Units left for another location of the shop."""

    code: ClassVar[str] = "stock.transferred_out"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    transfer: TransferId = field(validator=is_a(TransferId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class StockTransferredIn:
    """Units arrived from another location of the shop."""

    code: ClassVar[str] = "stock.transferred_in"

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    transfer: TransferId = field(validator=is_a(TransferId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class BufferSet:
    """The shop changed how many units no channel may sell."""

    code: ClassVar[str] = "stock.buffer_set"

    stock: StockKey = field(validator=is_a(StockKey))
    buffer: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)
