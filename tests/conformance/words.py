"""The words of other shop systems in ours: the literal tables by which the runners translate their cases.

A word that is None has no word here; the runner that meets it says why.
"""

from collections.abc import Mapping

from attrs import frozen

from ecomops.orders import Operation, Outcome, Status
from ecomops.orders.fulfilment import Fulfilment
from ecomops.orders.payments import PaymentStatus

ORDER_STATUS: Mapping[str, Status | None] = {
    "ArrangingPayment": Status.AWAITING_PAYMENT,
    "PaymentAuthorized": None,  # no status of an order: it is derived from the payment
    "PaymentSettled": Status.PAID,
    "AddingItems": None,  # no status: what was placed is frozen
    "Cancelled": Status.CANCELLED,
}
"""Vendure's states of an order."""

FULFILMENT: Mapping[str, Fulfilment] = {
    "PartiallyShipped": Fulfilment.PARTLY_SHIPPED,
    "Shipped": Fulfilment.SHIPPED,
    "PartiallyDelivered": Fulfilment.PARTLY_RECEIVED,
    "Delivered": Fulfilment.RECEIVED,
    "not_fulfilled": Fulfilment.UNSHIPPED,
    "partially_shipped": Fulfilment.PARTLY_SHIPPED,
    "delivered": Fulfilment.RECEIVED,
}
"""How far an order has come: Vendure's words, then Medusa's."""


@frozen
class Parcel:
    """What a parcel of one unit has done to the counters of its line."""

    units: int
    shipped: int
    received: int


PARCEL: Mapping[str, Parcel] = {
    "created": Parcel(1, 0, 0),
    "packed": Parcel(1, 0, 0),
    "shipped": Parcel(1, 1, 0),
    "delivered": Parcel(1, 1, 1),
    "canceled": Parcel(0, 0, 0),  # a parcel that never left has moved no counter: its units go in another one
}
"""Medusa's fulfilments of an order, one unit each."""

Told = tuple[tuple[Operation, Outcome], ...]
"""What a gateway tells of one payment."""

NOTICES: Mapping[str, Told] = {
    # Saleor's events of a transaction
    "auth_ok": ((Operation.AUTHORISE, Outcome.SUCCEEDED),),
    "charge_ok": ((Operation.CAPTURE, Outcome.SUCCEEDED),),
    "charge_request": ((Operation.CAPTURE, Outcome.REQUESTED),),
    "refund_ok": ((Operation.REFUND, Outcome.SUCCEEDED),),
    "refund_request": ((Operation.REFUND, Outcome.REQUESTED),),
    # the payments of an order in Sylius and Medusa: there each has a status, here all are notices of one payment
    "not_paid": (),
    "awaiting": ((Operation.AUTHORISE, Outcome.REQUESTED),),
    "processing": ((Operation.AUTHORISE, Outcome.REQUESTED),),
    "authorized": ((Operation.AUTHORISE, Outcome.SUCCEEDED),),
    "completed": ((Operation.CAPTURE, Outcome.SUCCEEDED),),
    "captured": ((Operation.CAPTURE, Outcome.SUCCEEDED),),
    "refunded": ((Operation.CAPTURE, Outcome.SUCCEEDED), (Operation.REFUND, Outcome.SUCCEEDED)),
    "canceled": ((Operation.AUTHORISE, Outcome.SUCCEEDED), (Operation.VOID, Outcome.SUCCEEDED)),
    # Sylius' orders, told by their payment
    "paid": ((Operation.CAPTURE, Outcome.SUCCEEDED),),
    "new": (),
    "just placed unpaid": (),
}
"""What a gateway has told when another system says this word."""

PAYMENT_STATUS: Mapping[tuple[PaymentStatus | None, bool], str] = {
    (None, True): "paid",  # nothing was due
    (None, False): "not_paid",
    (PaymentStatus.PENDING, False): "awaiting",
    (PaymentStatus.AUTHORISED, False): "partially_authorized",  # the runner looks whether all that is due is
    (PaymentStatus.VOIDED, False): "canceled",
    (PaymentStatus.CAPTURED, False): "partially_captured",
    (PaymentStatus.CAPTURED, True): "paid",
    (PaymentStatus.PARTLY_REFUNDED, False): "partially_refunded",
    (PaymentStatus.PARTLY_REFUNDED, True): "partially_refunded",
}
"""What Sylius and Medusa call our status of the payment, and whether our order is settled.

Our payment knows no due; they fold both into one word.
"""

CHARGE_STATUS: Mapping[str, str] = {"none": "not_paid", "partial": "partially_captured", "full": "paid"}
"""Saleor's charge status in the words of the table above."""
