"""Orders of a flash sale (秒杀下单): placed in a session, held until they are paid, sold or free again.

Such an order is placed as any other, and its units are counted in the same commit. From then on what it holds follows
the order: paid, it is sold; cancelled, or its time to pay passed, it is free again. `following` makes any use case of
orders do so at once, `FollowFlashOrder` does it later, and time does it at the latest. Sessions are planned and closed
in `ecomops.workflows.flashsales`.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import (
    Actor,
    Command,
    CommandId,
    Missing,
    Plan,
    Reading,
    Versioned,
    Work,
    Write,
    get,
    get_many,
    lookup,
)
from ecomops.kernel.checks import an_instant, is_a, optional
from ecomops.orders import ORDER, CancelReason, Checkout, Order, OrderPolicy
from ecomops.orders import Status as OrderStatus
from ecomops.promotions import NO_CLAIMS, Claims
from ecomops.promotions.flashsales import (
    FLASH_HOLD,
    FLASH_QUOTA,
    FLASH_SESSION,
    FlashHold,
    FlashQuota,
    FlashQuotaId,
    FlashSaleBuyerUnknown,
    FlashSaleExists,
    FlashSaleNotOffered,
    FlashSession,
    FlashSessionId,
    HeldUnits,
    holds,
    quotas,
    sessions,
)
from ecomops.promotions.flashsales.holds import Status as HoldStatus
from ecomops.promotions.flashsales.sessions import Status
from ecomops.terms import OrderId, Quantity, Sku
from ecomops.workflows.cancellation import CancelOrder, cancel_order
from ecomops.workflows.clock import CLOCK, due_id
from ecomops.workflows.flashsales import QuotasFound, SkuUnits
from ecomops.workflows.placement import Placed, PlaceOrder, place_order

A = TypeVar("A")
C = TypeVar("C", bound=Command)

FLASH_POLICY = OrderPolicy(unpaid_after=timedelta(minutes=5))
"""What holds when a host says nothing: an order of a flash sale is to be paid within 5 minutes."""


@frozen(kw_only=True)
class PlaceFlashOrder:
    """Place what a buyer confirmed in a session: its lines that carry a price of the session count there.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        session_id: The session.
        checkout: What the buyer confirmed, priced by the host.
        claims: What its quote claims of promotions.
    """

    code: ClassVar[str] = "place_flash_order"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    session_id: FlashSessionId = field(validator=is_a(FlashSessionId))
    checkout: Checkout = field(validator=is_a(Checkout))
    claims: Claims = field(default=NO_CLAIMS, validator=is_a(Claims))


@frozen(kw_only=True)
class FollowFlashOrder:
    """Let what an order holds of a flash sale follow the order: paid, it is sold; cancelled, it is free.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
    """

    code: ClassVar[str] = "follow_flash_order"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))


@frozen(kw_only=True)
class FlashHoldDue:
    """Do what time asks of a hold: its order was not paid in time, so that is cancelled and its units are free.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        order_id: The order.
    """

    code: ClassVar[str] = "flash_hold_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))


@frozen(kw_only=True)
class FlashHoldStands:
    """The answer: the order, and what became of its units."""

    code: ClassVar[str] = "flash_hold_stands"

    order_id: OrderId = field(validator=is_a(OrderId))
    status: HoldStatus = field(validator=is_a(HoldStatus))


@frozen(kw_only=True)
class FlashOrderNeeds:
    """What the plan looks at: the session, its counters and the buyer's, and a hold of the order; there is none."""

    session: Versioned[FlashSession] = field(validator=is_a(Versioned))
    quotas: QuotasFound = field(validator=is_a(Mapping))
    hold: Versioned[FlashHold] | None = field(default=None, validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class FlashHoldNeeds:
    """What the plans look at: a hold, its session and counters, and the order as it stands (None when it is gone)."""

    hold: Versioned[FlashHold] = field(validator=is_a(Versioned))
    session: Versioned[FlashSession] = field(validator=is_a(Versioned))
    quotas: QuotasFound = field(validator=is_a(Mapping))
    order: Order | None = field(validator=optional(is_a(Order)))


def flash_units(session: FlashSession, checkout: Checkout) -> tuple[SkuUnits, ...]:
    """Return the units of *checkout* that carry a price of *session*, by SKU.

    Raises:
        FlashSaleNotOffered: A line carries the price of another SKU, or none carries a price of the session.
    """
    found: dict[Sku, Quantity] = {}
    astray: list[str] = []
    for line in checkout.lines:
        offers = [offer for each in line.discounts if (offer := session.offer(each.promotion)) is not None]
        if any(offer.sku != line.stock.sku for offer in offers):
            astray.append(str(line.id))
        elif offers:
            found[line.stock.sku] = found.get(line.stock.sku, 0) + line.quantity
    if astray or not found:
        raise FlashSaleNotOffered(id=session.id, lines=tuple(astray) or tuple(str(each.id) for each in checkout.lines))
    return tuple(SkuUnits(sku=sku, quantity=found[sku]) for sku in sorted(found))


def _counters(session: FlashSession, checkout: Checkout) -> tuple[tuple[FlashQuotaId, Quantity, Quantity], ...]:
    """Return which counters an order moves, by id: by how many units, and of how many when it is new.

    Raises:
        FlashSaleBuyerUnknown: A price is limited for each buyer, and the buyer is unknown.
    """
    offers = {each.sku: each for each in session.offers}
    found: list[tuple[FlashQuotaId, Quantity, Quantity]] = []
    for each in flash_units(session, checkout):
        offer = offers[each.sku]
        found.append((FlashQuotaId.of(session.id, each.sku), each.quantity, offer.quota))
        if offer.per_buyer is None:
            continue
        if checkout.customer is None:
            raise FlashSaleBuyerUnknown(id=session.id)
        own = FlashQuotaId.of(session.id, each.sku, checkout.customer)
        found.append((own, each.quantity, offer.per_buyer))
    return tuple(sorted(found))


def plan_place_flash_order(command: PlaceFlashOrder, needs: FlashOrderNeeds, *, placed: Plan[Placed]) -> Plan[Placed]:
    """Decide that an order is placed in a session: its units are counted with it, and held until it is to be paid.

    Args:
        command: What the buyer confirmed.
        needs: What was read.
        placed: The placement itself, as `place_order` plans it.

    Raises:
        FlashSaleExists: The order holds units already.
        FlashSaleNotOpen: The session has not started.
        FlashSaleEnded: It has ended, or was closed.
        FlashSaleNotOffered: No line carries a price of the session, or one carries that of another SKU.
        FlashSaleBuyerUnknown: Units are counted for each buyer, and the buyer is unknown.
        FlashSaleSoldOut: Fewer units are left.
        FlashSaleOverLimit: The buyer may have fewer.
        Missing: The session has no counters of a SKU.
    """
    order = command.checkout.order_id
    if needs.hold is not None:
        raise FlashSaleExists(kind=FLASH_HOLD.kind, id=order)
    session = needs.session.value
    sessions.require_open(session, at=command.at)
    held: list[HeldUnits] = []
    writes: list[Write[Any]] = []
    for id, units, most in sorted(_counters(session, command.checkout), key=lambda each: each[0].is_of_buyer):
        quota = FLASH_QUOTA.draft(needs.quotas.get(id))
        if id not in needs.quotas:
            if not id.is_of_buyer:
                raise Missing(kind=FLASH_QUOTA.kind, ids=(id,))
            quota.add(quotas.open_quota(id, units=most, at=command.at))
        quota.add(quotas.reserve(quota.value, order=order, units=units, at=command.at))
        if placed.answer.settled:
            quota.add(quotas.sell(quota.value, order=order, units=units, at=command.at))
        held.append(HeldUnits(quota=id, units=units))
        writes += quota.writes()
    hold = FLASH_HOLD.draft(None).add(
        holds.open_hold(order, session=session.id, held=tuple(held), expires_at=placed.answer.pay_by, at=command.at)
    )
    if placed.answer.settled:
        hold.add(holds.sell(hold.value, at=command.at))
    return Plan(answer=placed.answer, writes=(*placed.writes, *hold.writes(), *writes))


def place_flash_order(command: PlaceFlashOrder, *, policy: OrderPolicy = FLASH_POLICY) -> Work[Placed]:
    """Read the session with its counters, and place the order in it: all of it or nothing.

    Args:
        command: What the buyer confirmed.
        policy: The timers of such orders; bind another with `functools.partial`.

    Raises:
        Missing: There is no such session.
        Refused, Invalid: As `place_order` refuses.
    """
    session = yield from get(FLASH_SESSION, command.session_id)
    hold = yield from lookup(FLASH_HOLD, command.checkout.order_id)
    wanted = _counters(session.value, command.checkout)
    found = yield from get_many(FLASH_QUOTA, (id for id, _, _ in wanted))
    placement = PlaceOrder(
        id=command.id, by=command.by, at=command.at, checkout=command.checkout, claims=command.claims
    )
    placed = yield from place_order(placement, policy=policy)
    return plan_place_flash_order(command, FlashOrderNeeds(session=session, quotas=found, hold=hold), placed=placed)


def plan_follow_flash_order(command: FollowFlashOrder | FlashHoldDue, needs: FlashHoldNeeds) -> Plan[FlashHoldStands]:
    """Decide what becomes of the units of an order, as that stands: sold, free again, or still reserved.

    Units that are free after the session has closed go back to the shop.

    Raises:
        Missing: Counters are gone.
        FlashSaleOverUse: They count less than the order holds.
    """
    hold = FLASH_HOLD.draft(needs.hold)
    moved = _moved(needs.hold.value, needs.order, at=command.at)
    hold.add(moved)
    writes: list[Write[Any]] = []
    for each in needs.hold.value.held if moved else ():
        if each.quota not in needs.quotas:
            raise Missing(kind=FLASH_QUOTA.kind, ids=(each.quota,))
        writes += _counted(needs, each, hold.value.status, at=command.at)
    answer = FlashHoldStands(order_id=command.order_id, status=hold.value.status)
    return Plan(answer=answer, writes=(*hold.writes(), *writes))


def _moved(hold: FlashHold, order: Order | None, *, at: DateTime) -> tuple[holds.Later, ...]:
    """Return what happens to *hold*: an order that is paid or has left sells it, a cancelled or lost one frees it."""
    if order is None or order.status is OrderStatus.CANCELLED:
        return holds.release(hold, at=at)
    sold = order.settled or _left(order)
    return holds.sell(hold, at=at) if sold and hold.status is HoldStatus.RESERVED else ()


def _left(order: Order) -> bool:
    """Tell whether goods of *order* have left: one that was taken over may be sold on account."""
    return any(line.shipped for line in order.lines)


def _counted(
    needs: FlashHoldNeeds, held: HeldUnits, became: HoldStatus, *, at: DateTime
) -> tuple[Write[FlashQuota], ...]:
    """Return the write that counts what became of units."""
    quota, hold = FLASH_QUOTA.draft(needs.quotas[held.quota]), needs.hold.value
    if became is HoldStatus.SOLD:
        return quota.add(quotas.sell(quota.value, order=hold.id, units=held.units, at=at)).writes()
    free = quotas.take_back if hold.status is HoldStatus.SOLD else quotas.release
    quota.add(free(quota.value, order=hold.id, units=held.units, at=at))
    if needs.session.value.status is Status.CLOSED and not held.quota.is_of_buyer:
        quota.add(quotas.hand_back(quota.value, at=at))
    return quota.writes()


def _hold_needs(hold: Versioned[FlashHold], order: Order | None) -> Reading[FlashHoldNeeds]:
    """Read what moves with a hold."""
    session = yield from get(FLASH_SESSION, hold.value.session)
    found = yield from get_many(FLASH_QUOTA, (each.quota for each in hold.value.held))
    return FlashHoldNeeds(hold=hold, session=session, quotas=found, order=order)


def follow_flash_order(command: FollowFlashOrder) -> Work[FlashHoldStands]:
    """Read what an order holds and the order, and let the one follow the other.

    Raises:
        Missing: The order holds nothing, or its session or counters are gone.
    """
    hold = yield from get(FLASH_HOLD, command.order_id)
    order = yield from lookup(ORDER, command.order_id)
    needs = yield from _hold_needs(hold, None if order is None else order.value)
    return plan_follow_flash_order(command, needs)


def following(work: Callable[[C], Work[A]]) -> Callable[[C], Work[A]]:
    """Return a use case of orders that takes along what its order holds of a flash sale, in the same commit.

    Args:
        work: A use case that moves an order: taking a notice, cancelling, time. One that moves none stays as it is.

    Example:
        >>> from ecomops.workflows.settlement import take_notice
        >>> take = following(take_notice)  # hand it to `run` instead
    """

    def followed(command: C) -> Work[A]:
        plan = yield from work(command)
        moved = next((each for each in plan.writes if each.kind == ORDER.kind), None)
        hold = None if moved is None else (yield from lookup(FLASH_HOLD, OrderId(moved.id)))
        if moved is None or hold is None:
            return plan
        needs = yield from _hold_needs(hold, moved.after)
        follow = FollowFlashOrder(id=command.id, by=command.by, at=command.at, order_id=hold.value.id)
        return Plan(answer=plan.answer, writes=(*plan.writes, *plan_follow_flash_order(follow, needs).writes))

    return followed


def flash_hold_due(hold: FlashHold, *, at: DateTime) -> FlashHoldDue | None:
    """Return what time asks of *hold* at the instant *at*; None when nothing has fallen due."""
    deadline = None if FLASH_HOLD.due_at is None else FLASH_HOLD.due_at(hold)
    if deadline is None or at < deadline:
        return None
    id = due_id(FLASH_HOLD.kind, hold.id, deadline)
    return FlashHoldDue(id=id, by=CLOCK, at=deadline, order_id=hold.id)


def pass_flash_hold(command: FlashHoldDue) -> Work[FlashHoldStands]:
    """Read what an order holds whose time to pay has passed: an order that still awaits payment is cancelled with it.

    Raises:
        Missing: The order holds nothing, or its session or counters are gone.
    """
    hold = yield from get(FLASH_HOLD, command.order_id)
    found = yield from lookup(ORDER, command.order_id)
    order, writes = None if found is None else found.value, tuple[Write[Any], ...]()
    over = hold.value.status is HoldStatus.RESERVED and command.at >= hold.value.expires_at
    if (
        over
        and order is not None
        and not order.settled
        and not _left(order)
        and order.status is not OrderStatus.CANCELLED
    ):
        cancel = CancelOrder(id=command.id, by=command.by, at=command.at, order_id=order.id, reason=CancelReason.UNPAID)
        writes = (yield from cancel_order(cancel)).writes
        order = next(each.after for each in writes if each.kind == ORDER.kind)
    needs = yield from _hold_needs(hold, order)
    plan = plan_follow_flash_order(command, needs)
    return Plan(answer=plan.answer, writes=(*writes, *plan.writes))
