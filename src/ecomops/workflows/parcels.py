"""The parcels of an order that are on their way: what a use case reads and writes when the order arrives as a whole."""

from collections.abc import Mapping

from pendulum import DateTime

from ecomops.kernel import Missing, Reading, Versioned, Write, get_many
from ecomops.orders import SHIPMENT, Order, Shipment, shipments

Parcels = Mapping[str, Versioned[Shipment]]
"""Shipments by their ids."""

NO_PARCELS: Parcels = {}
"""Of an order that was handed over, or of a shop that follows no parcels."""


def parcels_of(order: Order) -> Reading[Parcels]:
    """Read the parcels of *order* that are on their way.

    Raises:
        Missing: One of them is gone.
    """
    if not order.parcels:
        return NO_PARCELS
    return require_parcels(order, (yield from get_many(SHIPMENT, order.parcels)))


def require_parcels(order: Order, parcels: Parcels) -> Parcels:
    """Return *parcels*, which must hold all that are on their way.

    Raises:
        Missing: One of them is not there.
    """
    gone = tuple(str(parcel) for parcel in order.parcels if parcel not in parcels)
    if gone:
        raise Missing(kind=SHIPMENT.kind, ids=gone)
    return parcels


def arrived(order: Order, parcels: Parcels, *, at: DateTime) -> tuple[Write[Shipment], ...]:
    """Return the writes that let all *parcels* of *order* arrive with it, in the order of their ids.

    Raises:
        Missing: One of them is not there.
    """
    if not order.parcels:
        return ()
    found = require_parcels(order, parcels)
    return tuple(
        write
        for id in sorted(order.parcels)
        for write in SHIPMENT.write(found[id], shipments.deliver(found[id].value, at=at))
    )
