"""Commands of parcels, returns and partial cancellations in few words, and shops that have come that far."""

from attrs import evolve
from pendulum import DateTime

from ecomops.inventory import Disposition
from ecomops.kernel import Command, CommandId, Money
from ecomops.memory import MemoryStore
from ecomops.orders import AFTERSALE, SHIPMENT, AfterSale, CancelReason, LineUnits, Shipment
from ecomops.orders.aftersales import Kind, Reason, Rejection
from ecomops.terms import CaseId, LineId, OrderId, Quantity, ShipmentId
from ecomops.testing import BUYER, NOON, a_checkout, a_line, a_notice, a_placement, a_service, a_taking
from ecomops.workflows.cancellation import CancelUnits
from ecomops.workflows.placement import PlaceOrder
from ecomops.workflows.returns import (
    ApproveReturn,
    CaseDue,
    Judged,
    RefundReturn,
    RejectReturn,
    RequestReturn,
    TakeReturn,
    WithdrawReturn,
)
from ecomops.workflows.shipping import DeliverShipment, LoseShipment, ShipOrder, TrackShipment
from tests.workflows.shop import STAFF, a_receipt, a_shipment, a_shop_with, value_of

K1, S1, S2 = CaseId("k-1"), ShipmentId("s-1"), ShipmentId("s-2")
LATER = NOON.add(hours=1)
BASKET = a_checkout(a_line(quantity=3, gross="10.00"), services=(a_service(),))


def lines(*units: tuple[str, Quantity]) -> tuple[LineUnits, ...]:
    """Return so many units of the lines named."""
    return tuple(LineUnits(line=LineId(line), quantity=quantity) for line, quantity in units)


def a_request(
    *units: tuple[str, Quantity], id: str = "c-ask", case: CaseId = K1, kind: Kind = Kind.RETURN, at: DateTime = LATER
) -> RequestReturn:
    """Return the command that opens a case."""
    return RequestReturn(
        id=CommandId(id),
        by=BUYER,
        at=at,
        case_id=case,
        order_id=OrderId("o-1"),
        kind=kind,
        units=lines(*units),
        reason=Reason.QUALITY,
    )


def an_approval(*, id: str = "c-approve", case: CaseId = K1, at: DateTime = LATER) -> ApproveReturn:
    """Return the command that agrees to a case."""
    return ApproveReturn(id=CommandId(id), by=STAFF, at=at, case_id=case)


def a_rejection(*, id: str = "c-reject", at: DateTime = LATER) -> RejectReturn:
    """Return the command that says no to the case."""
    return RejectReturn(id=CommandId(id), by=STAFF, at=at, case_id=K1, why=Rejection.USED)


def a_withdrawal(*, id: str = "c-withdraw", at: DateTime = LATER) -> WithdrawReturn:
    """Return the command that lets the case go."""
    return WithdrawReturn(id=CommandId(id), by=BUYER, at=at, case_id=K1)


def a_case_due(*, id: str = "c-due", at: DateTime = LATER) -> CaseDue:
    """Return the command that time gives to the case."""
    return CaseDue(id=CommandId(id), by=STAFF, at=at, case_id=K1)


def an_arrival(
    *judged: tuple[str, Quantity, Disposition], id: str = "c-take", case: CaseId = K1, at: DateTime = LATER
) -> TakeReturn:
    """Return the command that takes goods in."""
    found = tuple(Judged(line=LineId(line), quantity=units, disposition=what) for line, units, what in judged)
    return TakeReturn(id=CommandId(id), by=STAFF, at=at, case_id=case, judged=found)


def a_refund(
    *, fee: Money | None = None, id: str = "c-refund", case: CaseId = K1, at: DateTime = LATER
) -> RefundReturn:  # fmt: skip
    """Return the command that gives the money of a case back."""
    return RefundReturn(id=CommandId(id), by=STAFF, at=at, case_id=case, fee=fee)


def a_parcel(*units: tuple[str, Quantity], id: str = "c-s-1", shipment: ShipmentId = S1) -> ShipOrder:
    """Return the command that ships units in a parcel."""
    return evolve(a_shipment(*units, id=id), shipment=shipment, carrier="sf", tracking="SF1")


def a_delivery_of(shipment: ShipmentId = S1, *, id: str = "c-deliver", at: DateTime = LATER) -> DeliverShipment:
    """Return the command that says that a parcel arrived."""
    return DeliverShipment(id=CommandId(id), by=STAFF, at=at, shipment_id=shipment)


def a_loss_of(shipment: ShipmentId = S1, *, id: str = "c-lose", at: DateTime = LATER) -> LoseShipment:
    """Return the command that gives a parcel up."""
    return LoseShipment(id=CommandId(id), by=STAFF, at=at, shipment_id=shipment)


def a_number_of(shipment: ShipmentId = S1, *, id: str = "c-track") -> TrackShipment:
    """Return the command that says who carries a parcel."""
    return TrackShipment(id=CommandId(id), by=STAFF, at=LATER, shipment_id=shipment, carrier="yto", tracking="Y2")


def a_partial_cancellation(
    *units: tuple[str, Quantity], id: str = "c-less", at: DateTime = NOON
) -> CancelUnits:  # fmt: skip
    """Return the command that calls some units off."""
    return CancelUnits(
        id=CommandId(id),
        by=BUYER,
        at=at,
        order_id=OrderId("o-1"),
        units=lines(*units),
        reason=CancelReason.CUSTOMER,
    )


def a_paid_basket(placement: PlaceOrder | None = None, *, amount: str = "15.00") -> tuple[Command, ...]:
    """Return the commands after which three teas and a service are paid."""
    return placement or a_placement(BASKET), a_taking(a_notice(amount=amount))


def a_received_shop(*commands: Command) -> MemoryStore:
    """Return a store in which the basket was received at noon and *commands* were carried out."""
    return a_shop_with(*a_paid_basket(), a_shipment(), a_receipt(), *commands)


def the_case(store: MemoryStore, id: str = K1) -> AfterSale:
    """Return a case as it stands."""
    return value_of(store, AFTERSALE, id)


def the_parcel(store: MemoryStore, id: str = S1) -> Shipment:
    """Return a parcel as it stands."""
    return value_of(store, SHIPMENT, id)
