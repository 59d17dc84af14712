"""Bargains (砍价): start one, help in it, buy at its price, call it off, let it end.

A cut is drawn when it is saved: randomness comes in as an argument, a repeated command gets the recorded cut. An order
at the price of a bargain is placed as any other, in the same commit.
"""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Money, Plan, Versioned, Work, get, later, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, whole
from ecomops.orders import DEFAULT_POLICY, ORDER, Checkout, Order, OrderPolicy
from ecomops.orders import Status as OrderStatus
from ecomops.promotions import NO_CLAIMS, PROMOTION_USE, Claims, PromotionUse, UseId, usage
from ecomops.promotions.bargains import (
    BARGAIN,
    DEFAULT_BARGAIN_POLICY,
    Bargain,
    BargainExists,
    BargainId,
    BargainNotPriced,
    BargainPolicy,
    BargainTooOften,
    Draw,
    bargain,
    draw_cut,
    terms_of,
)
from ecomops.promotions.bargains.bargain import Status
from ecomops.terms import CustomerId, OrderId, PromotionId, Sku, not_negative
from ecomops.workflows.clock import CLOCK, due_id
from ecomops.workflows.placement import Placed, PlaceOrder, place_order


@frozen(kw_only=True)
class StartBargain:
    """Start a bargain for one unit of a SKU (发起砍价).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        bargain_id: The id of the bargain.
        buyer: Who starts it.
        sku: Of what one unit is to be bought.
        promotion: What its discount names.
        list_price: What one unit costs without help.
        floor: What it costs when all have helped.
    """

    code: ClassVar[str] = "start_bargain"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    bargain_id: BargainId = field(validator=is_a(BargainId))
    buyer: CustomerId = field(validator=is_a(CustomerId))
    sku: Sku = field(validator=is_a(Sku))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    list_price: Money = field(validator=not_negative)
    floor: Money = field(validator=not_negative)


@frozen(kw_only=True)
class BargainStands:
    """The answer: the bargain, where it stands now, and its price."""

    code: ClassVar[str] = "bargain_stands"

    bargain_id: BargainId = field(validator=is_a(BargainId))
    status: Status = field(validator=is_a(Status))
    price: Money = field(validator=is_a(Money))


@frozen(kw_only=True)
class HelpBargain:
    """Help in a bargain: cut its price once (帮砍).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        bargain_id: The bargain.
        helper: Who helps.
    """

    code: ClassVar[str] = "help_bargain"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    bargain_id: BargainId = field(validator=is_a(BargainId))
    helper: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class BargainCut:
    """The answer of a cut.

    Args:
        bargain_id: The bargain.
        amount: What was cut.
        remaining: How far the price is from the floor now.
        helpers_left: How many cuts it still takes.
    """

    code: ClassVar[str] = "bargain_cut"

    bargain_id: BargainId = field(validator=is_a(BargainId))
    amount: Money = field(validator=is_a(Money))
    remaining: Money = field(validator=is_a(Money))
    helpers_left: int = field(validator=whole(0))


@frozen(kw_only=True)
class BuyBargain:
    """Place an order with one unit at the price of a bargain.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        bargain_id: The bargain.
        checkout: What the buyer confirmed: one line has the unit, with the discount of the bargain.
        claims: What its quote claims of promotions.
    """

    code: ClassVar[str] = "buy_bargain"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    bargain_id: BargainId = field(validator=is_a(BargainId))
    checkout: Checkout = field(validator=is_a(Checkout))
    claims: Claims = field(default=NO_CLAIMS, validator=is_a(Claims))


@frozen(kw_only=True)
class FollowBargain:
    """Let a bargain follow its order: when that is cancelled, the price can be had again while there is time.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        bargain_id: The bargain.
    """

    code: ClassVar[str] = "follow_bargain"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    bargain_id: BargainId = field(validator=is_a(BargainId))


@frozen(kw_only=True)
class CancelBargain:
    """Call a bargain off.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        bargain_id: The bargain.
    """

    code: ClassVar[str] = "cancel_bargain"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    bargain_id: BargainId = field(validator=is_a(BargainId))


@frozen(kw_only=True)
class BargainDue:
    """Do what time asks of a bargain: let it end.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        bargain_id: The bargain.
    """

    code: ClassVar[str] = "bargain_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    bargain_id: BargainId = field(validator=is_a(BargainId))


@frozen(kw_only=True)
class StartBargainNeeds:
    """What the plan looks at: a bargain of that id; there should be none."""

    bargain: Versioned[Bargain] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class HelpBargainNeeds:
    """What the plan looks at: the bargain, and how often the helper has helped that day (None: not yet)."""

    bargain: Versioned[Bargain] = field(validator=is_a(Versioned))
    helped: Versioned[PromotionUse] | None = field(default=None, validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class BargainNeeds:
    """What the plans look at: the bargain, and its order as it stands (None when it has none)."""

    bargain: Versioned[Bargain] = field(validator=is_a(Versioned))
    order: Order | None = field(default=None, validator=optional(is_a(Order)))


def _stands(value: Bargain) -> BargainStands:
    return BargainStands(bargain_id=value.id, status=value.status, price=value.price)


def plan_start_bargain(
    command: StartBargain, needs: StartBargainNeeds, *, policy: BargainPolicy = DEFAULT_BARGAIN_POLICY
) -> Plan[BargainStands]:
    """Decide a new bargain, under the terms of the day's policy.

    Raises:
        BargainExists: There is a bargain of that id.
        BadBargainTerms: There is less to cut than one minor unit for each helper.
        CurrencyMismatch: The prices are in different currencies.
    """
    if needs.bargain is not None:
        raise BargainExists(id=command.bargain_id)
    started = bargain.start(
        command.bargain_id,
        buyer=command.buyer,
        sku=command.sku,
        promotion=command.promotion,
        terms=terms_of(policy, list_price=command.list_price, floor=command.floor),
        ends_at=later(command.at, policy.lasts),
        at=command.at,
    )
    draft = BARGAIN.draft(None).add(started)
    return Plan(answer=_stands(draft.value), writes=draft.writes())


def start_bargain(command: StartBargain, *, policy: BargainPolicy = DEFAULT_BARGAIN_POLICY) -> Work[BargainStands]:
    """Read whether there is such a bargain, and start it.

    Args:
        command: What is started.
        policy: How bargains go; bind another with `functools.partial`.
    """
    found = yield from lookup(BARGAIN, command.bargain_id)
    return plan_start_bargain(command, StartBargainNeeds(bargain=found), policy=policy)


def help_id(command: HelpBargain, policy: BargainPolicy = DEFAULT_BARGAIN_POLICY) -> UseId:
    """Return what counts how often a person helps in a day: a use of that day's help, by that customer."""
    return UseId.of(PromotionId(f"bargain-help:{policy.calendar.day(command.at)}"), command.helper)


def plan_help_bargain(
    command: HelpBargain,
    needs: HelpBargainNeeds,
    *,
    draw: Draw,
    policy: BargainPolicy = DEFAULT_BARGAIN_POLICY,
) -> Plan[BargainCut]:
    """Decide a cut, and count it for the helper's day.

    Args:
        command: Who helps in which bargain.
        needs: What was read.
        draw: The source of randomness: `secrets.randbelow`.
        policy: How often a person may help in a day.

    Raises:
        BargainOwnHelp: The helper is the buyer.
        BargainHelpedAlready: This person has helped before.
        IllegalMove: The floor is reached, or the bargain is bought, expired or cancelled.
        BargainEnded: Its time has passed.
        BargainTooOften: The helper has helped as often that day as anybody may.
        BadBargainDraw: The source drew outside the numbers that it was asked for.
    """
    draft, now = BARGAIN.draft(needs.bargain), needs.bargain.value
    bargain.require_help(now, helper=command.helper, at=command.at)
    counted = PROMOTION_USE.draft(needs.helped)
    if needs.helped is None:
        counted.add(usage.open_use(help_id(command, policy), most_uses=policy.helps_per_day, at=command.at))
    if counted.value.uses >= policy.helps_per_day:
        day = str(policy.calendar.day(command.at))
        raise BargainTooOften(day=day, helped=counted.value.uses, most=policy.helps_per_day)
    nothing = Money.zero(now.terms.floor.currency)
    counted.add(usage.set_limits(counted.value, most_uses=policy.helps_per_day, most_money=None, at=command.at))
    for count in (usage.reserve, usage.redeem):
        counted.add(count(counted.value, order=OrderId(now.id), money=nothing, at=command.at))
    amount = draw_cut(now.terms, remaining=now.remaining.minor, helpers_left=now.helpers_left, draw=draw)
    after = draft.add(bargain.cut(now, helper=command.helper, amount=amount, at=command.at)).value
    answer = BargainCut(bargain_id=after.id, amount=amount, remaining=after.remaining, helpers_left=after.helpers_left)
    return Plan(answer=answer, writes=(*draft.writes(), *counted.writes()))


def help_bargain(
    command: HelpBargain, *, draw: Draw, policy: BargainPolicy = DEFAULT_BARGAIN_POLICY
) -> Work[BargainCut]:
    """Read a bargain, and cut its price.

    Args:
        command: Who helps in which bargain.
        draw: The source of randomness: `secrets.randbelow`; bind it with `functools.partial`.
        policy: How often a person may help in a day.

    Raises:
        Missing: There is no such bargain.
    """
    found = yield from get(BARGAIN, command.bargain_id)
    helped = yield from lookup(PROMOTION_USE, help_id(command, policy))
    return plan_help_bargain(command, HelpBargainNeeds(bargain=found, helped=helped), draw=draw, policy=policy)


def plan_buy_bargain(command: BuyBargain, needs: BargainNeeds, *, placed: Plan[Placed]) -> Plan[Placed]:
    """Decide that an order has the price of a bargain.

    Args:
        command: What the buyer confirmed.
        needs: The bargain.
        placed: The placement itself, as `place_order` plans it.

    Raises:
        BargainNotYours: Somebody else started it.
        BargainTaken: Another order has its price.
        BargainNotReached: The price is above the floor.
        IllegalMove: It is expired or cancelled.
        BargainEnded: Its time has passed.
        BargainNotPriced: The order has not one unit at exactly the price.
    """
    found, checkout = needs.bargain.value, command.checkout
    bought = bargain.buy(found, order=checkout.order_id, customer=checkout.customer, at=command.at)
    if not _is_priced(found, checkout):
        raise BargainNotPriced(id=found.id, sku=found.sku, price=found.price)
    return Plan(answer=placed.answer, writes=(*placed.writes, *BARGAIN.write(needs.bargain, bought)))


def _is_priced(found: Bargain, checkout: Checkout) -> bool:
    """Tell whether exactly one line has the discount of the bargain: one unit that costs its price after it."""
    lines = [line for line in checkout.lines if any(each.promotion == found.promotion for each in line.discounts)]
    if len(lines) != 1 or (lines[0].stock.sku, lines[0].quantity) != (found.sku, 1):
        return False
    own = [each for each in lines[0].discounts if each.promotion == found.promotion]
    return len(own) == 1 and own[0] == found.discount(lines[0].gross)


def buy_bargain(command: BuyBargain, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[Placed]:
    """Read a bargain, and place an order at its price: all of it or nothing.

    Args:
        command: What the buyer confirmed.
        policy: The timers of orders; bind another with `functools.partial`.

    Raises:
        Missing: There is no such bargain.
        Refused, Invalid: As `place_order` refuses.
    """
    found = yield from get(BARGAIN, command.bargain_id)
    placement = PlaceOrder(
        id=command.id, by=command.by, at=command.at, checkout=command.checkout, claims=command.claims
    )
    placed = yield from place_order(placement, policy=policy)
    return plan_buy_bargain(command, BargainNeeds(bargain=found), placed=placed)


def plan_move_bargain(command: FollowBargain | CancelBargain | BargainDue, needs: BargainNeeds) -> Plan[BargainStands]:
    """Decide that a bargain follows its order, is called off, or ends.

    Raises:
        BargainTaken: It is to be called off and an order has its price: cancel that first.
        IllegalMove: It is to be called off and has expired.
    """
    draft = BARGAIN.draft(needs.bargain)
    match command:
        case FollowBargain():
            order = needs.order
            gone = order is not None and order.status is OrderStatus.CANCELLED
            draft.add(bargain.release(draft.value, order=order.id, at=command.at) if order and gone else ())
        case CancelBargain():
            draft.add(bargain.cancel(draft.value, at=command.at))
        case _:
            draft.add(bargain.expire(draft.value, at=command.at))
    return Plan(answer=_stands(draft.value), writes=draft.writes())


def move_bargain(command: FollowBargain | CancelBargain | BargainDue) -> Work[BargainStands]:
    """Read a bargain with its order, and let it follow that, call it off, or do what time asks.

    Raises:
        Missing: There is no such bargain.
    """
    found = yield from get(BARGAIN, command.bargain_id)
    id = found.value.order if isinstance(command, FollowBargain) else None
    order = None if id is None else (yield from lookup(ORDER, id))
    return plan_move_bargain(command, BargainNeeds(bargain=found, order=None if order is None else order.value))


def bargain_due(found: Bargain, *, at: DateTime) -> BargainDue | None:
    """Return what time asks of a bargain at the instant *at*; None when nothing has fallen due."""
    deadline = None if BARGAIN.due_at is None else BARGAIN.due_at(found)
    if deadline is None or at < deadline:
        return None
    id = due_id(BARGAIN.kind, found.id, deadline)
    return BargainDue(id=id, by=CLOCK, at=deadline, bargain_id=found.id)
