"""What the script does with parcels, and with cases of after-sales."""

from datetime import timedelta
from typing import Any

from ecomops.kernel import CommandId, later
from ecomops.orders import AFTERSALE, SHIPMENT, AfterSale, LineUnits, aftersales, shipments
from ecomops.orders.fulfilment import Fulfilment
from ecomops.terms import CaseId, LineId, OrderId, ShipmentId
from ecomops.testing.builders import BUYER, NOON
from ecomops.testing.contract.sample import Events, Sample
from ecomops.workflows import returns, shipping

TOLD: dict[str, Any] = {"id": CommandId("contract"), "by": BUYER, "at": NOON}
UNITS = (LineUnits(line=LineId("l-1"), quantity=2), LineUnits(line=LineId("茶"), quantity=1))
ORDERS = (OrderId("o-1"), OrderId("O-1"), OrderId("单"))
CASE, PARCEL = CaseId("r-1"), ShipmentId("s-1")


def _parcel(name: str, turn: int) -> Events:
    tracking = (None, "SF-1", "sf-1", "顺丰 1")[turn % 4]
    return shipments.send(ShipmentId(name), order=ORDERS[turn % 3], units=UNITS, tracking=tracking, at=NOON)


def _case(name: str, turn: int) -> Events:
    kind = tuple(aftersales.Kind)[turn % 2]
    return aftersales.request(CaseId(name), order=ORDERS[turn % 3], kind=kind, units=UNITS, at=NOON)


def _approved(case: AfterSale) -> Events:
    return aftersales.approve(case, at=later(NOON, timedelta(microseconds=len(case.id))))


AFTERWARDS: tuple[Sample, ...] = (
    Sample(
        noun=SHIPMENT,
        command=shipping.TrackShipment(**TOLD, shipment_id=PARCEL, carrier="顺丰", tracking="SF-1"),
        answer=shipping.ParcelMoved(
            shipment_id=PARCEL,
            order_id=ORDERS[0],
            status=shipments.Status.SHIPPED,
            fulfilment=Fulfilment.PARTLY_SHIPPED,
            due_at=None,
        ),
        opened=_parcel,
        first=lambda parcel: shipments.track(parcel, carrier="顺丰", tracking="SF-2", at=NOON),
        second=lambda parcel: shipments.deliver(parcel, at=NOON),
    ),
    Sample(
        noun=AFTERSALE,
        command=returns.RequestReturn(**TOLD, case_id=CASE, order_id=ORDERS[0], units=UNITS),
        answer=returns.CaseMoved(case_id=CASE, order_id=ORDERS[0], status=aftersales.Status.APPROVED, due_at=NOON),
        opened=_case,
        first=_approved,
        second=lambda case: aftersales.reject(case, why=aftersales.Rejection.USED, at=NOON),
    ),
)
"""What the script does with what happens after an order was paid."""
