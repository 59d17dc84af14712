"""The bargain (砍价): open, reached, bought, expired, cancelled.

A buyer starts one for a unit of a SKU; each helper cuts once, and the last one reaches the floor exactly. Then it can
be bought with one order, at that price. Everything that affects its state lives here; how much is cut is
`ecomops.promotions.bargains.cutting`.
"""

from enum import StrEnum
from typing import Any, ClassVar, assert_never

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Id, Lifecycle, Money, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, tuple_of
from ecomops.kernel.copies import changed
from ecomops.promotions.bargains.cutting import BargainTerms, cut_bounds
from ecomops.promotions.bargains.errors import (
    BadBargainCuts,
    BargainCutOutside,
    BargainEnded,
    BargainHelpedAlready,
    BargainNotReached,
    BargainNotYours,
    BargainOwnHelp,
    BargainTaken,
)
from ecomops.terms import CustomerId, Discount, OrderId, PromotionId, Sku, not_negative


class BargainId(Id):
    """Names a bargain (砍价)."""

    __slots__ = ()


class Status(StrEnum):
    """Where a bargain stands."""

    OPEN = "open"
    REACHED = "reached"
    BOUGHT = "bought"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@frozen(kw_only=True)
class Cut:
    """What one helper has cut."""

    helper: CustomerId = field(validator=is_a(CustomerId))
    amount: Money = field(validator=not_negative)


def _cuts(instance: object, attribute: "Attribute[Any]", value: tuple[Cut, ...]) -> None:
    tuple_of(Cut)(instance, attribute, value)
    require_once((each.helper for each in value), field=f"{type(instance).__name__}.cuts")


@frozen(kw_only=True)
class Bargain:
    """A bargain.

    Args:
        id: Its id.
        buyer: Who started it.
        sku: Of what one unit is bought.
        promotion: What its discount names.
        terms: From which price to which one, by how many cuts.
        ends_at: Until when it can be helped and bought.
        status: Where it stands.
        cuts: What each helper has cut, in order: at most as many as the terms say.
        order: The order that has its price; None when none has.
    """

    id: BargainId = field(validator=is_a(BargainId))
    buyer: CustomerId = field(validator=is_a(CustomerId))
    sku: Sku = field(validator=is_a(Sku))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    terms: BargainTerms = field(validator=is_a(BargainTerms))
    ends_at: DateTime = field(validator=an_instant)
    status: Status = field(validator=is_a(Status))
    cuts: tuple[Cut, ...] = field(default=(), validator=_cuts)
    order: OrderId | None = field(default=None, validator=optional(is_a(OrderId)))

    @property
    def price(self) -> Money:
        """What the unit costs after the cuts so far."""
        return self.terms.list_price - _sum(self.cuts, self.terms)

    @property
    def remaining(self) -> Money:
        """How far the price is from the floor."""
        return self.price - self.terms.floor

    @property
    def helpers_left(self) -> int:
        """How many cuts it still takes."""
        return self.terms.helpers - len(self.cuts)

    def discount(self, amount: Money) -> Discount | None:
        """Return the discount that brings one unit from *amount* to the price; None when that is not dearer.

        It is stated: a line carries it, and a rulebook takes it by a `Stated` promotion of that id.

        Raises:
            CurrencyMismatch: The amount is in another currency.
        """
        off = amount - self.price
        return Discount(promotion=self.promotion, amount=off) if off.minor > 0 else None


def _sum(cuts: tuple[Cut, ...], terms: BargainTerms) -> Money:
    return sum((each.amount for each in cuts), Money.zero(terms.list_price.currency))


@frozen(kw_only=True)
class BargainStarted:
    """A buyer started a bargain (发起砍价)."""

    code: ClassVar[str] = "bargain.started"

    bargain: BargainId = field(validator=is_a(BargainId))
    buyer: CustomerId = field(validator=is_a(CustomerId))
    sku: Sku = field(validator=is_a(Sku))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    terms: BargainTerms = field(validator=is_a(BargainTerms))
    ends_at: DateTime = field(validator=an_instant)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BargainAdopted:
    """A bargain was taken over in the middle of its life.

    Raises:
        CurrencyMismatch: A cut is in another currency.
        BadBargainCuts: Its cuts leave what the helpers left cannot cut, or do not go with its status or order.
    """

    code: ClassVar[str] = "bargain.adopted"

    bargain: BargainId = field(validator=is_a(BargainId))
    buyer: CustomerId = field(validator=is_a(CustomerId))
    sku: Sku = field(validator=is_a(Sku))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    terms: BargainTerms = field(validator=is_a(BargainTerms))
    ends_at: DateTime = field(validator=an_instant)
    status: Status = field(validator=is_a(Status))
    cuts: tuple[Cut, ...] = field(validator=_cuts)
    order: OrderId | None = field(validator=optional(is_a(OrderId)))
    at: DateTime = field(validator=an_instant)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be."""
        left = self.terms.helpers - len(self.cuts)
        remaining = (self.terms.total - _sum(self.cuts, self.terms)).minor
        met = left >= 0 and left * self.terms.least <= remaining <= left * self.terms.most
        free = {Status.EXPIRED, Status.CANCELLED}
        fits = self.status in free or (left > 0) is (self.status is Status.OPEN)
        if not met or not fits or (self.order is None) is (self.status is Status.BOUGHT):
            raise BadBargainCuts(
                id=self.bargain,
                status=self.status.value,
                remaining=remaining,
                helpers_left=left,
                order=str(self.order),
            )


@frozen(kw_only=True)
class BargainHelped:
    """A helper cut the price (帮砍)."""

    code: ClassVar[str] = "bargain.helped"

    bargain: BargainId = field(validator=is_a(BargainId))
    helper: CustomerId = field(validator=is_a(CustomerId))
    amount: Money = field(validator=not_negative)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BargainReached:
    """The last helper brought the price to the floor."""

    code: ClassVar[str] = "bargain.reached"

    bargain: BargainId = field(validator=is_a(BargainId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BargainBought:
    """The buyer placed an order at the price."""

    code: ClassVar[str] = "bargain.bought"

    bargain: BargainId = field(validator=is_a(BargainId))
    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BargainReleased:
    """The order was cancelled: the buyer can buy at the price again, while there is time."""

    code: ClassVar[str] = "bargain.released"

    bargain: BargainId = field(validator=is_a(BargainId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BargainExpired:
    """The time of the bargain passed before it was bought."""

    code: ClassVar[str] = "bargain.expired"

    bargain: BargainId = field(validator=is_a(BargainId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class BargainCancelled:
    """The buyer or the shop called the bargain off."""

    code: ClassVar[str] = "bargain.cancelled"

    bargain: BargainId = field(validator=is_a(BargainId))
    at: DateTime = field(validator=an_instant)


Opening = BargainStarted | BargainAdopted
Later = BargainHelped | BargainReached | BargainBought | BargainReleased | BargainExpired | BargainCancelled
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "bargain",
    events=Event,
    table={
        None: {BargainStarted: Status.OPEN, BargainAdopted: ADOPTED},
        Status.OPEN: {
            BargainHelped: Status.OPEN,
            BargainReached: Status.REACHED,
            BargainExpired: Status.EXPIRED,
            BargainCancelled: Status.CANCELLED,
        },
        Status.REACHED: {
            BargainBought: Status.BOUGHT,
            BargainExpired: Status.EXPIRED,
            BargainCancelled: Status.CANCELLED,
        },
        Status.BOUGHT: {BargainReleased: Status.REACHED},
        Status.EXPIRED: {},
        Status.CANCELLED: {},
    },
)


def start(
    id: BargainId,
    *,
    buyer: CustomerId,
    sku: Sku,
    promotion: PromotionId,
    terms: BargainTerms,
    ends_at: DateTime,
    at: DateTime,
) -> tuple[BargainStarted]:
    """Start a bargain.

    Args:
        id: Its id.
        buyer: Who starts it.
        sku: Of what one unit is to be bought.
        promotion: What its discount names: a `Stated` promotion of the rulebook.
        terms: From which price to which one, by how many cuts.
        ends_at: Until when it can be helped and bought.
        at: When it starts.

    Raises:
        BargainEnded: It would have ended already.
    """
    event = BargainStarted(bargain=id, buyer=buyer, sku=sku, promotion=promotion, terms=terms, ends_at=ends_at, at=at)
    if at >= ends_at:
        raise BargainEnded(id=id, end=ends_at, at=at)
    return (event,)


def _require_time(bargain: Bargain, at: DateTime) -> None:
    if at >= bargain.ends_at:
        raise BargainEnded(id=bargain.id, end=bargain.ends_at, at=at)


def require_help(bargain: Bargain, *, helper: CustomerId, at: DateTime) -> None:
    """Refuse unless *helper* may cut the price now.

    Raises:
        BargainOwnHelp: It is the buyer.
        BargainHelpedAlready: This person has helped before.
        IllegalMove: The floor is reached, or the bargain is bought, expired or cancelled.
        BargainEnded: Its time has passed.
    """
    if helper == bargain.buyer:
        raise BargainOwnHelp(id=bargain.id)
    done = next((each.amount for each in bargain.cuts if each.helper == helper), None)
    if done is not None:
        raise BargainHelpedAlready(id=bargain.id, amount=done)
    LIFECYCLE.require(bargain.status, BargainHelped, id=bargain.id)
    _require_time(bargain, at)


def cut(
    bargain: Bargain, *, helper: CustomerId, amount: Money, at: DateTime
) -> tuple[BargainHelped | BargainReached, ...]:
    """Let *helper* cut the price by *amount*; the last one reaches the floor.

    Args:
        bargain: The bargain.
        helper: Who helps: once in a bargain.
        amount: How much, as `draw_cut` draws it.
        at: When.

    Raises:
        BargainOwnHelp: The helper is the buyer.
        BargainHelpedAlready: This person has helped before.
        IllegalMove: The floor is reached, or the bargain is bought, expired or cancelled.
        BargainEnded: Its time has passed.
        BargainCutOutside: The amount is not within the bounds of the next cut.
        CurrencyMismatch: It is in another currency.
    """
    event = BargainHelped(bargain=bargain.id, helper=helper, amount=amount, at=at)
    require_help(bargain, helper=helper, at=at)
    remaining, left = bargain.remaining, bargain.helpers_left
    least, most = (
        Money(each, remaining.currency)
        for each in cut_bounds(bargain.terms, remaining=remaining.minor, helpers_left=left)
    )
    if not least <= amount <= most:
        raise BargainCutOutside(id=bargain.id, amount=amount, least=least, most=most)
    return (event,) if left > 1 else (event, BargainReached(bargain=bargain.id, at=at))


def buy(bargain: Bargain, *, order: OrderId, customer: CustomerId | None, at: DateTime) -> tuple[BargainBought, ...]:
    """Give the price of *bargain* to an order that is placed; () when that order has it already.

    Args:
        bargain: The bargain.
        order: The order.
        customer: Who buys; None for an unknown buyer.
        at: When.

    Raises:
        BargainNotYours: Somebody else started it.
        BargainTaken: Another order has its price.
        BargainNotReached: The price is above the floor.
        IllegalMove: It is expired or cancelled.
        BargainEnded: Its time has passed.
    """
    if customer != bargain.buyer:
        raise BargainNotYours(id=bargain.id)
    if bargain.order == order:
        return ()
    if bargain.order is not None:
        raise BargainTaken(id=bargain.id, order=bargain.order)
    if bargain.status is Status.OPEN:
        raise BargainNotReached(id=bargain.id, remaining=bargain.remaining, helpers_left=bargain.helpers_left)
    LIFECYCLE.require(bargain.status, BargainBought, id=bargain.id)
    _require_time(bargain, at)
    return (BargainBought(bargain=bargain.id, order=order, at=at),)


def release(bargain: Bargain, *, order: OrderId, at: DateTime) -> tuple[BargainReleased | BargainExpired, ...]:
    """Take the price back from an order that was cancelled; () when that order has none.

    A bargain whose time has passed by then expires with it.
    """
    if bargain.order != order:
        return ()
    released = BargainReleased(bargain=bargain.id, at=at)
    return (released,) if at < bargain.ends_at else (released, BargainExpired(bargain=bargain.id, at=at))


def cancel(bargain: Bargain, *, at: DateTime) -> tuple[BargainCancelled, ...]:
    """Call *bargain* off; () when it was already.

    Raises:
        BargainTaken: An order has its price: cancel that first.
        IllegalMove: It has expired.
    """
    if bargain.status is Status.CANCELLED:
        return ()
    if bargain.order is not None:
        raise BargainTaken(id=bargain.id, order=bargain.order)
    LIFECYCLE.require(bargain.status, BargainCancelled, id=bargain.id)
    return (BargainCancelled(bargain=bargain.id, at=at),)


def expire(bargain: Bargain, *, at: DateTime) -> tuple[BargainExpired, ...]:
    """Let *bargain* end when its time has passed; () before that, and when it is bought or over."""
    if BargainExpired not in LIFECYCLE.may(bargain.status) or at < bargain.ends_at:
        return ()
    return (BargainExpired(bargain=bargain.id, at=at),)


def begin(event: Opening) -> Bargain:
    """Return the bargain that *event* tells of."""
    return Bargain(
        id=event.bargain,
        buyer=event.buyer,
        sku=event.sku,
        promotion=event.promotion,
        terms=event.terms,
        ends_at=event.ends_at,
        status=LIFECYCLE.opened(event),
        cuts=event.cuts if isinstance(event, BargainAdopted) else (),
        order=event.order if isinstance(event, BargainAdopted) else None,
    )


def evolve(bargain: Bargain, event: Later) -> Bargain:
    """Return the bargain as it stands after *event*."""
    status = LIFECYCLE.after(bargain.status, type(event))
    match event:
        case BargainHelped(helper=helper, amount=amount):
            return changed(bargain, status=status, cuts=(*bargain.cuts, Cut(helper=helper, amount=amount)))
        case BargainBought(order=order):
            return changed(bargain, status=status, order=order)
        case BargainReached() | BargainReleased() | BargainExpired() | BargainCancelled():
            return changed(bargain, status=status, order=None)
        case _:
            assert_never(event)


BARGAIN: Noun[Bargain, Opening, Later] = Noun(
    kind="bargain",
    model=Bargain,
    events=Event,
    opens=(BargainStarted, BargainAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda bargain: bargain.id,
    due_at=lambda bargain: bargain.ends_at if BargainExpired in LIFECYCLE.may(bargain.status) else None,
    keys={
        "status": lambda bargain: bargain.status,
        "buyer": lambda bargain: bargain.buyer,
        "sku": lambda bargain: bargain.sku,
        "order": lambda bargain: bargain.order,
    },
)
