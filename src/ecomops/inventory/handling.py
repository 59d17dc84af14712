"""What the shop does with goods that nobody reserved: hand them over at the counter, put them back, move them.

Each takes the stock item and returns its events; `in_hand` is the one rule of how much may go.
"""

from pendulum import DateTime

from ecomops.inventory.errors import Shortage, StockShort
from ecomops.inventory.movements import StockRestocked, StockSold, StockTransferredIn, StockTransferredOut, TransferId
from ecomops.inventory.stock import StockItem
from ecomops.terms import CaseId, OrderId, Quantity


def in_hand(item: StockItem) -> int:
    """Return how many units the shop itself may hand over or move now: they lie there, and nobody is to get them.

    The buffer is no hindrance, the counter is what it is kept for; what buyers reserved is one, as far as no
    backorders are allowed for it.

    Example:
        >>> from ecomops.terms import StockKey
        >>> in_hand(StockItem(id=StockKey("tea@hz"), on_hand=9, reserved=2, allocated=3, buffer=4))
        4
        >>> in_hand(StockItem(id=StockKey("tea@hz"), on_hand=9, reserved=2, allocated=3, backorder_limit=None))
        6
    """
    free = item.on_hand - item.allocated
    if item.backorder_limit is None:
        return free
    return min(free, free - item.reserved + item.backorder_limit)


def sell(item: StockItem, *, quantity: Quantity, order: OrderId, at: DateTime) -> tuple[StockSold]:
    """Sell units and hand them over in one step, at a counter.

    Args:
        item: The stock that lies there.
        quantity: Units handed over.
        order: The sale.
        at: When.

    Raises:
        StockShort: More is sold than lies in hand (`in_hand`).

    Example:
        >>> import pendulum
        >>> from ecomops.terms import StockKey
        >>> item = StockItem(id=StockKey("tea@hz"), on_hand=3, received=3, buffer=2)
        >>> (sold,) = sell(item, quantity=3, order=OrderId("till-1"), at=pendulum.datetime(2026, 6, 18))
        >>> sold.quantity, in_hand(item)
        (3, 3)
    """
    event = StockSold(stock=item.id, quantity=quantity, order=order, at=at)
    _require_in_hand(item, quantity)
    return (event,)


def _require_in_hand(item: StockItem, quantity: Quantity) -> None:
    most = in_hand(item)
    if quantity > most:
        raise StockShort(shortages=(Shortage(stock=item.id, wanted=quantity, available=max(most, 0)),))


def restock(item: StockItem, *, quantity: Quantity, case: CaseId, at: DateTime) -> tuple[StockRestocked]:
    """Put units back on the shelves that a buyer sent back and that were found fit to be sold.

    Raises:
        Invalid: The quantity is not positive.
    """
    return (StockRestocked(stock=item.id, quantity=quantity, case=case, at=at),)


def transfer_out(
    item: StockItem, *, quantity: Quantity, transfer: TransferId, at: DateTime
) -> tuple[StockTransferredOut]:  # fmt: skip
    """Let units leave for another location; from now on they are in transit.

    Raises:
        StockShort: More leaves than lies in hand (`in_hand`).
    """
    event = StockTransferredOut(stock=item.id, quantity=quantity, transfer=transfer, at=at)
    _require_in_hand(item, quantity)
    return (event,)


def transfer_in(
    item: StockItem, *, quantity: Quantity, transfer: TransferId, at: DateTime
) -> tuple[StockTransferredIn]:  # fmt: skip
    """Take units in that another location sent.

    Raises:
        Invalid: The quantity is not positive.
    """
    return (StockTransferredIn(stock=item.id, quantity=quantity, transfer=transfer, at=at),)
