"""How goods that came back go on the shelves: a stock that is not kept yet is opened for them."""

from pendulum import DateTime

from ecomops import inventory
from ecomops.inventory import STOCK, StockItem
from ecomops.kernel import Versioned, Write
from ecomops.terms import CaseId, StockUnits


def restocked(
    units: StockUnits, found: Versioned[StockItem] | None, *, case: CaseId, at: DateTime
) -> tuple[Write[StockItem], ...]:
    """Return the write that puts *units* of *case* on hand.

    Args:
        units: What is fit to be sold, and where.
        found: The stock there; None when it is not kept yet.
        case: The after-sale case.
        at: When.
    """
    item = STOCK.draft(found)
    if found is None:
        item.add(inventory.open_stock(units.stock, at=at))
    item.add(inventory.restock(item.value, quantity=units.quantity, case=case, at=at))
    return item.writes()
