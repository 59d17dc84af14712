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
from ecomops.inventory.handling import in_hand, restock, sell, transfer_in, transfer_out
from ecomops.inventory.movements import TransferId
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
    set_buffer,
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
    "TransferId",
    "adjust",
    "allocate",
    "available",
    "deallocate",
    "in_hand",
    "open_stock",
    "receive",
    "release",
    "reserve",
    "restock",
    "sell",
    "sellable",
    "set_backorder_limit",
    "set_buffer",
    "ship",
    "shortages",
    "transfer_in",
    "transfer_out",
]
