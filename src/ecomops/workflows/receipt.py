"""Confirm receipt: all that was shipped has arrived, and the return window starts."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, get
from ecomops.kernel.checks import an_instant, is_a, optional
from ecomops.orders import DEFAULT_POLICY, ORDER, Order, OrderPolicy
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.terms import OrderId
from ecomops.workflows.parcels import NO_PARCELS, Parcels, arrived, parcels_of


@frozen(kw_only=True)
class ConfirmReceipt:
    """Confirm that all that was shipped of an order has arrived.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
    """

    code: ClassVar[str] = "confirm_receipt"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))


@frozen(kw_only=True)
class Received:
    """The answer: how far the order has come, and when it closes (None: it has, or goods are still to come)."""

    code: ClassVar[str] = "received"

    order_id: OrderId = field(validator=is_a(OrderId))
    fulfilment: Fulfilment = field(validator=is_a(Fulfilment))
    close_at: DateTime | None = field(validator=optional(an_instant))


def plan_confirm_receipt(
    command: ConfirmReceipt,
    order: Versioned[Order],
    *,
    parcels: Parcels = NO_PARCELS,
    policy: OrderPolicy = DEFAULT_POLICY,
) -> Plan[Received]:
    """Decide the receipt; parcels that are on their way arrive with it.

    Raises:
        IllegalMove: The order is not paid, or it is over.
        NotShipped: Nothing has been shipped.
        Missing: A parcel of the order is not among *parcels*.
    """
    draft = ORDER.draft(order)
    events = orders.receive(draft.value, policy=policy, at=command.at)
    draft.add(events)
    answer = Received(
        order_id=command.order_id, fulfilment=fulfilment(draft.value), close_at=draft.value.due_at
    )  # fmt: skip
    came = arrived(order.value, parcels, at=command.at) if events else ()
    return Plan(answer=answer, writes=(*draft.writes(), *came))


def confirm_receipt(command: ConfirmReceipt, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[Received]:
    """Read the order with the parcels that are on their way, and confirm its receipt.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    parcels = yield from parcels_of(order.value)
    return plan_confirm_receipt(command, order, parcels=parcels, policy=policy)
