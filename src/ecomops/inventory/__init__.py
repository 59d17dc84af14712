"""Inventory: what lies where, and who has a claim on it.

Verbs of the stock item are here; reservations are in `ecomops.inventory.reservations`.
"""

from ecomops.inventory.errors import (
    BelowZero,
    NotHeld,
    NothingReserved,
    OverAllocate,
    OverRelease,
    OverShip,
    Shortage,
    StockShort,
)
from ecomops.inventory.reservations import RESERVATION, Hold, Reservation
from ecomops.inventory.stock import (
    COUNTERS,
    EFFECTS,
    STOCK,
    ReservationId,
    StockItem,
    adjust,
    allocate,
    available,
    deallocate,
    open_stock,
    receive,
    release,
    reserve,
    sellable,
    set_backorder_limit,
    ship,
    shortages,
)

__all__ = [
    "COUNTERS",
    "EFFECTS",
    "RESERVATION",
    "STOCK",
    "BelowZero",
    "Hold",
    "NotHeld",
    "NothingReserved",
    "OverAllocate",
    "OverRelease",
    "OverShip",
    "Reservation",
    "ReservationId",
    "Shortage",
    "StockItem",
    "StockShort",
    "adjust",
    "allocate",
    "available",
    "deallocate",
    "open_stock",
    "receive",
    "release",
    "reserve",
    "sellable",
    "set_backorder_limit",
    "ship",
    "shortages",
]
