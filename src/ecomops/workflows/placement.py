"""Place an order: freeze its amounts, bind its stock until it is paid, and pay out what tenders exceed."""

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import inventory, orders
from ecomops.inventory import RESERVATION, STOCK, Reservation, ReservationExists, ReservationId, StockShort
from ecomops.kernel import Actor, CommandId, Money, Plan, Versioned, Work, Write, get_many, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import (
    DEFAULT_POLICY,
    ORDER,
    PAYMENT,
    Checkout,
    Notice,
    Operation,
    Order,
    OrderExists,
    OrderPolicy,
    Outcome,
    Payment,
    Reference,
)
from ecomops.orders.payments import open_payment
from ecomops.promotions import NO_CLAIMS, Claims, Quote
from ecomops.terms import CustomerId, OrderId, StockUnits, Tender, demand
from ecomops.workflows.binding import Binding, Bound, StockFound
from ecomops.workflows.quoting import NOTHING_CLAIMED, Claimable, checkout_of, promotional_needs, reserve_for


@frozen(kw_only=True)
class PlaceOrder:
    """Place what a buyer confirmed.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        checkout: What the buyer confirmed, priced by the host.
        claims: What its quote claims of promotions: counted uses and coupons.
    """

    code: ClassVar[str] = "place_order"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    checkout: Checkout = field(validator=is_a(Checkout))
    claims: Claims = field(default=NO_CLAIMS, validator=is_a(Claims))


def placement_of(
    quoted: Quote,
    *,
    id: CommandId,
    by: Actor,
    at: DateTime,
    order_id: OrderId,
    customer: CustomerId | None = None,
    tenders: tuple[Tender, ...] = (),
) -> PlaceOrder:
    """Return the command that places a basket as it was quoted, with all that the quote claims of promotions.

    Args:
        quoted: The quote: its lines carry every discount, and it names the uses and coupons to bind.
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The id of the order to be.
        customer: Who buys; None for an unknown buyer.
        tenders: What pays at once, other than a gateway.

    Example:
        >>> from ecomops.promotions import Basket, Rulebook, quote
        >>> from ecomops.testing import BUYER, NOON, a_line
        >>> line = a_line()
        >>> quoted = quote(Rulebook.of(), Basket(currency=line.gross.currency, lines=(line,)), at=NOON)
        >>> command = placement_of(quoted, id=CommandId("c-1"), by=BUYER, at=NOON, order_id=OrderId("o-1"))
        >>> command.checkout.lines == (line,), command.claims == quoted.claims
        (True, True)
    """
    checkout = checkout_of(quoted, order_id=order_id, customer=customer, tenders=tenders)
    return PlaceOrder(id=id, by=by, at=at, checkout=checkout, claims=quoted.claims)


@frozen(kw_only=True)
class Placed:
    """The answer.

    Args:
        order_id: The order.
        due: What the gateway is to bring; negative is paid out.
        settled: Whether nothing is owed.
        pay_by: When it is cancelled unless paid.
        promised: Units that are claimed from supply to come.
        payout: The refund that is to be carried out, when tenders exceed what is bought.
    """

    code: ClassVar[str] = "placed"

    order_id: OrderId = field(validator=is_a(OrderId))
    due: Money = field(validator=is_a(Money))
    settled: bool = field(validator=is_a(bool))
    pay_by: DateTime = field(validator=an_instant)
    promised: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    payout: Notice | None = field(validator=optional(is_a(Notice)))


@frozen(kw_only=True)
class PlaceOrderNeeds:
    """What the plan looks at: the stock that is wanted, by key, and an order and a reservation of that id.

    There should be neither of the last two.
    """

    order: Versioned[Order] | None = field(validator=optional(is_a(Versioned)))
    stock: StockFound = field(validator=is_a(Mapping))
    reservation: Versioned[Reservation] | None = field(default=None, validator=optional(is_a(Versioned)))
    claimable: Claimable = field(default=NOTHING_CLAIMED, validator=is_a(Claimable))


def wanted(command: PlaceOrder) -> tuple[StockUnits, ...]:
    """Return what the order asks of each stock."""
    return demand((line.stock, line.quantity) for line in command.checkout.lines)


def plan_place_order(
    command: PlaceOrder, needs: PlaceOrderNeeds, *, policy: OrderPolicy = DEFAULT_POLICY
) -> Plan[Placed]:
    """Decide the placement.

    Raises:
        OrderExists: There is an order of that id.
        ReservationExists: There is a claim of that id without an order.
        StockShort: More is wanted than is available; every shortage is listed.
        LimitReached: A promotion has no use left.
        Refused, Invalid: As `orders.place` refuses, and as `coupons.reserve` refuses a coupon.
    """
    checkout = command.checkout
    if needs.order is not None:
        raise OrderExists(id=checkout.order_id)
    if needs.reservation is not None and checkout.lines:
        raise ReservationExists(id=needs.reservation.value.id)
    order = ORDER.draft(None).add(orders.place(checkout, policy=policy, at=command.at))
    units = wanted(command)
    require_supply(units, needs.stock)
    binding = Binding(ReservationId(checkout.order_id), Bound(None, needs.stock))
    pay_by = order.value.placed_at if order.value.due_at is None else order.value.due_at
    promised = binding.claim(units, expires_at=pay_by, at=command.at) if units else ()
    if units and order.value.settled:
        binding.allocate_all(at=command.at)
    payout = payout_of(order.value)
    answer = Placed(
        order_id=checkout.order_id,
        due=order.value.due,
        settled=order.value.settled,
        pay_by=pay_by,
        promised=promised,
        payout=payout,
    )
    claimed = reserve_for(
        checkout.order_id,
        command.claims,
        needs.claimable,
        customer=checkout.customer,
        settled=order.value.settled,
        at=command.at,
    )
    writes = (*order.writes(), *_paid_out(order.value, payout), *binding.writes(), *claimed)
    return Plan(answer=answer, writes=writes)


def require_supply(units: tuple[StockUnits, ...], stock: StockFound) -> None:
    """Refuse unless all *units* can be had, backorders included.

    Raises:
        StockShort: It lists every shortage; a stock that nobody keeps has nothing.
    """
    items = {found.value.id: found.value for found in stock.values()}
    short = inventory.shortages(items, units)
    if short:
        raise StockShort(shortages=short)


def payout_of(order: Order) -> Notice | None:
    """Return the refund of what tenders exceed, to be carried out; None when they do not."""
    if order.due.minor >= 0:
        return None
    return Notice(
        operation=Operation.REFUND,
        reference=Reference(order.id),
        outcome=Outcome.REQUESTED,
        amount=-order.due,
        at=order.placed_at,
    )


def _paid_out(order: Order, payout: Notice | None) -> tuple[Write[Payment], ...]:
    if payout is None:
        return ()
    events = open_payment(order.id, currency=order.currency, notices=(payout,), at=order.placed_at)
    return PAYMENT.write(None, events)


def place_order(command: PlaceOrder, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[Placed]:
    """Read the stock that is wanted and place the order.

    Args:
        command: What the buyer confirmed.
        policy: The timers of the day; bind another with `functools.partial`.
    """
    id = command.checkout.order_id
    order = yield from lookup(ORDER, id)
    claim = (yield from lookup(RESERVATION, ReservationId(id))) if command.checkout.lines else None
    stock = yield from get_many(STOCK, (line.stock for line in command.checkout.lines))
    claimable = (yield from promotional_needs(id, command.claims)) if command.claims.any else NOTHING_CLAIMED
    needs = PlaceOrderNeeds(order=order, stock=stock, reservation=claim, claimable=claimable)
    return plan_place_order(command, needs, policy=policy)
