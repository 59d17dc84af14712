"""From a quote to an order: its checkout, and the uses and coupons that move with the order.

Placing an order reserves what its quote claims, payment redeems it, cancelling gives it back; the use cases of the
order call `Claiming`, and no rule of their own stands here but which decisions go together.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import BadText, Draft, Missing, Money, Noun, Reading, Versioned, Write, get_many, lookup
from ecomops.kernel.checks import is_a, optional, tuple_of
from ecomops.orders import Checkout
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    DEFAULT_COUPON_POLICY,
    NO_CLAIMS,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    SHARED_CODE,
    Claim,
    ClaimExists,
    ClaimId,
    ClaimNotYours,
    Claims,
    Coupon,
    CouponBatch,
    CouponPolicy,
    ParentUnclaimed,
    PromotionUse,
    Quote,
    SharedCode,
    UseId,
    batches,
    claims,
    coupons,
    sharedcodes,
    usage,
)
from ecomops.promotions.claims import UseClaim, UseHold
from ecomops.promotions.coupons import CouponExpired
from ecomops.terms import CodeId, CustomerId, OrderId, Tender

N = TypeVar("N")
O = TypeVar("O")  # noqa: E741 - opening events
L = TypeVar("L")

UseDraft = Draft[PromotionUse, usage.Opening, usage.Later]
CouponDraft = Draft[Coupon, coupons.Opening, coupons.Later]
BatchDraft = Draft[CouponBatch, batches.Opening, batches.Later]


def checkout_of(
    quoted: Quote, *, order_id: OrderId, customer: CustomerId | None = None, tenders: tuple[Tender, ...] = ()
) -> Checkout:
    """Return the checkout of a basket as it was quoted.

    Args:
        quoted: The quote: its lines carry every discount.
        order_id: The id of the order to be.
        customer: Who buys; None for an unknown buyer.
        tenders: What pays at once, other than a gateway.

    Example:
        >>> from ecomops.promotions import Basket, Rulebook, quote
        >>> from ecomops.testing import NOON, a_line
        >>> line = a_line()
        >>> quoted = quote(Rulebook.of(), Basket(currency=line.gross.currency, lines=(line,)), at=NOON)
        >>> checkout_of(quoted, order_id=OrderId("o-1")).lines == (line,)
        True
    """
    return Checkout(
        order_id=order_id,
        customer=customer,
        currency=quoted.currency,
        lines=quoted.lines,
        services=quoted.services,
        tenders=tenders,
    )


@frozen(kw_only=True)
class Claimable:
    """What an order claims of promotions, as read: its claim, and the counters and coupons under it, by id.

    Shared codes are read for an order that is to be placed: what has been bound is redeemed and released without them.
    """

    claim: Versioned[Claim] | None = field(default=None, validator=optional(is_a(Versioned)))
    uses: Mapping[str, Versioned[PromotionUse]] = field(factory=lambda: {}, validator=is_a(Mapping))  # noqa: PIE807 - `dict` is partly unknown to pyright
    coupons: Mapping[str, Versioned[Coupon]] = field(factory=lambda: {}, validator=is_a(Mapping))  # noqa: PIE807 - as above
    batches: Mapping[str, Versioned[CouponBatch]] = field(factory=lambda: {}, validator=is_a(Mapping))  # noqa: PIE807 - as above
    codes: Mapping[str, Versioned[SharedCode]] = field(factory=lambda: {}, validator=is_a(Mapping))  # noqa: PIE807 - as above


NOTHING_CLAIMED = Claimable()

ALL_BACK = CouponPolicy(back_when_paid=True)
"""What was redeemed comes back too."""


def promotional_needs(order_id: OrderId, wanted: Claims = NO_CLAIMS) -> Reading[Claimable]:
    """Read what an order claims of promotions, and what it is to claim.

    Args:
        order_id: The order.
        wanted: What a quote claims for an order that is to be placed.
    """
    claim = yield from lookup(PROMOTION_CLAIM, ClaimId(order_id))
    held = () if claim is None else claim.value.uses
    own = () if claim is None else claim.value.coupons
    if not (wanted.any or held or own):
        return Claimable(claim=claim)
    uses = yield from get_many(PROMOTION_USE, (*(each.use for each in held), *(each.use for each in wanted.uses)))
    found = yield from get_many(COUPON, (*own, *wanted.coupons))
    lots = yield from get_many(COUPON_BATCH, (each.value.batch for each in found.values()))
    named = (
        *(each.use.shared for each in wanted.uses),
        *(found[id].value.parent for id in wanted.coupons if id in found),
    )
    codes = yield from with_parents(tuple(each for each in named if each is not None))
    return Claimable(claim=claim, uses=uses, coupons=found, batches=lots, codes=codes)


def with_parents(ids: tuple[CodeId, ...]) -> Reading[Mapping[str, Versioned[SharedCode]]]:
    """Read shared codes, and those under which they stand; without any that is not there."""
    if not ids:
        return {}
    found = yield from get_many(SHARED_CODE, ids)
    parents = tuple(each.value.parent for each in found.values() if each.value.parent is not None)
    above = yield from get_many(SHARED_CODE, (id for id in parents if id not in found))
    return {**found, **above}


@frozen(kw_only=True)
class CodesRead:
    """Shared codes and their counters, as `promotions.quote` takes them.

    Args:
        shared: Those that were entered, and those above what is presented, each once.
        used: Their counters, by id.
    """

    shared: tuple[SharedCode, ...] = field(validator=tuple_of(SharedCode))
    used: Mapping[UseId, PromotionUse] = field(validator=is_a(Mapping))


def read_codes(codes: tuple[str, ...] = (), coupons: tuple[Coupon, ...] = ()) -> Reading[CodesRead]:
    """Read the shared codes behind what a buyer presents, for a quote.

    Args:
        codes: What the buyer entered, as the shop compares it (`promotions.codes.normal`); what is none is passed over.
        coupons: The single coupons that the buyer shows.
    """
    entered = (_code_id(text) for text in codes)
    named = (*entered, *(coupon.parent for coupon in coupons))
    found = yield from with_parents(tuple(each for each in named if each is not None))
    shared = tuple(found[id].value for id in sorted(found))
    uses = yield from get_many(PROMOTION_USE, (UseId.by_code(each.promotion, each.id) for each in shared))
    return CodesRead(shared=shared, used={each.value.id: each.value for each in uses.values()})


def _code_id(text: str) -> CodeId | None:
    """Return the code that a buyer typed; None when no code can be like that."""
    try:
        return CodeId(text)
    except BadText:
        return None


class Claiming:
    """What an order claims of promotions while a plan decides."""

    __slots__ = ("_batches", "_claim", "_codes", "_coupons", "_holds", "_order", "_uses")

    def __init__(self, order_id: OrderId, found: Claimable) -> None:
        """Start from what was read."""
        self._order = order_id
        self._holds = found.claim is not None
        self._claim = PROMOTION_CLAIM.draft(found.claim)
        self._uses = {id: PROMOTION_USE.draft(use) for id, use in found.uses.items()}
        self._coupons = {id: COUPON.draft(coupon) for id, coupon in found.coupons.items()}
        self._batches = {id: COUPON_BATCH.draft(batch) for id, batch in found.batches.items()}
        self._codes = {id: SHARED_CODE.draft(code) for id, code in found.codes.items()}

    def reserve(self, wanted: Claims, *, customer: CustomerId | None, at: DateTime) -> None:
        """Bind what a quote claims for an order that is placed.

        Args:
            wanted: What is claimed; counters that nobody opened are opened with the limits of the claim, and it lowers
                limits that are higher than its own. It never raises one: `promotions.usage.set_limits` does.
            customer: Who buys.
            at: When.

        Raises:
            ClaimExists: The order has claimed something already.
            ClaimNotYours: It was quoted for another customer; every such use is listed.
            LimitReached: A limit leaves less.
            Missing: There is no such coupon, or not its batch; or no such shared code.
            ParentUnclaimed: A coupon or a code stands under another, and its use there is not claimed.
            CodeStopped: A shared code, or the one above, is frozen or taken out.
            CodeNotValid: It is not valid yet, or no more.
            Refused: A coupon cannot be used, see `coupons.reserve`.
        """
        if self._holds:
            raise ClaimExists(id=self._order)
        others = tuple(str(each.use) for each in wanted.uses if not each.use.is_for(customer))
        if others:
            raise ClaimNotYours(id=self._order, uses=others)
        self._require_codes(wanted, at=at)
        self._holds = wanted.any
        self._claim.add(claims.open_claim(ClaimId(self._order), claims=wanted, at=at))
        for each in wanted.uses:
            self._count(each, at=at)
        for coupon in self._each(COUPON, self._coupons, wanted.coupons):
            events = coupons.reserve(coupon.value, order=self._order, customer=customer, at=at)
            batch = self._batch(coupon.add(events).value)
            batch.add(batches.reserve(batch.value, coupon=coupon.value.id, at=at) if events else ())

    def _require_codes(self, wanted: Claims, *, at: DateTime) -> None:
        """Refuse unless every shared code behind what is claimed can be used, and counts it."""
        named = [each.use.shared for each in wanted.uses]
        named += [coupon.value.parent for coupon in self._each(COUPON, self._coupons, wanted.coupons)]
        own = dict.fromkeys(each for each in named if each is not None)
        codes = [each.value for each in self._each(SHARED_CODE, self._codes, own)]
        above = dict.fromkeys(each.parent for each in codes if each.parent is not None and each.parent not in own)
        codes += [each.value for each in self._each(SHARED_CODE, self._codes, above)]
        for code in codes:
            sharedcodes.require_standing(code, at)
        claimed = {each.use for each in wanted.uses}
        silent = tuple(str(each.id) for each in codes if UseId.by_code(each.promotion, each.id) not in claimed)
        if silent:
            raise ParentUnclaimed(id=self._order, parents=silent)

    def _count(self, wanted: UseClaim, *, at: DateTime) -> None:
        """Count one use. A quote may be older than the limits: it lowers them, and never raises them."""
        if wanted.use not in self._uses:
            opened = usage.open_use(wanted.use, most_uses=wanted.most_uses, most_money=wanted.most_money, at=at)
            self._uses[wanted.use] = PROMOTION_USE.draft(None).add(opened)
        use = self._uses[wanted.use]
        uses = _lower(use.value.most_uses, wanted.most_uses)
        minor = _lower(use.value.most_money, None if wanted.most_money is None else wanted.most_money.minor)
        money = None if minor is None else Money(minor, wanted.money.currency)
        use.add(usage.set_limits(use.value, most_uses=uses, most_money=money, at=at))
        use.add(usage.reserve(use.value, order=self._order, money=wanted.money, at=at))

    def redeem(self, *, at: DateTime) -> None:
        """Redeem what the order has reserved: it is paid. Nothing, when it has nothing or was redeemed already.

        Raises:
            Missing: A counter or a coupon is gone.
        """
        if not self._holds or self._claim.value.status is not claims.Status.RESERVED:
            return
        self._claim.add(claims.redeem(self._claim.value, at=at))
        for use, held in self._held():
            use.add(usage.redeem(use.value, order=self._order, money=held.money, at=at))
        for coupon in self._each(COUPON, self._coupons, self._claim.value.coupons):
            events = coupons.redeem(coupon.value, order=self._order, at=at)
            batch = self._batch(coupon.add(events).value)
            batch.add(batches.redeem(batch.value, coupon=coupon.value.id, at=at) if events else ())

    def release(self, *, policy: CouponPolicy = DEFAULT_COUPON_POLICY, at: DateTime) -> None:
        """Give back what the order has reserved or redeemed: it is cancelled. Nothing, when it has nothing.

        Args:
            policy: Whether what was redeemed comes back.
            at: When.

        Raises:
            Missing: A counter or a coupon is gone.
        """
        status = self._claim.value.status if self._holds else None
        if status in {None, claims.Status.RELEASED}:
            return
        paid = status is claims.Status.REDEEMED
        if paid and not policy.back_when_paid:
            return
        self._claim.add(claims.release(self._claim.value, at=at))
        take_back = usage.give_back if paid else usage.release
        for use, held in self._held():
            use.add(take_back(use.value, order=self._order, money=held.money, at=at))
        for coupon in self._each(COUPON, self._coupons, self._claim.value.coupons):
            self._free(coupon, paid=paid, at=at)

    def _free(self, coupon: CouponDraft, *, paid: bool, at: DateTime) -> None:
        """Free a coupon; one that is past its end expires with it."""
        take_back = batches.give_back if paid else batches.release
        events = coupons.release(coupon.value, order=self._order, at=at)
        batch, id = self._batch(coupon.add(events).value), coupon.value.id
        for event in events:
            move = batches.expire if isinstance(event, CouponExpired) else take_back
            batch.add(move(batch.value, coupon=id, at=at))

    def _held(self) -> list[tuple[UseDraft, UseHold]]:
        held = self._claim.value.uses
        return list(zip(self._each(PROMOTION_USE, self._uses, (each.use for each in held)), held, strict=True))

    def _batch(self, coupon: Coupon) -> BatchDraft:
        (batch,) = self._each(COUPON_BATCH, self._batches, (coupon.batch,))
        return batch

    @staticmethod
    def _each(noun: Noun[N, O, L], drafts: Mapping[str, Draft[N, O, L]], ids: Iterable[str]) -> list[Draft[N, O, L]]:
        """Return the drafts of these *ids*.

        Raises:
            Missing: Some are not there.
        """
        wanted = tuple(ids)
        gone = tuple(str(id) for id in wanted if id not in drafts)
        if gone:
            raise Missing(kind=noun.kind, ids=gone)
        return [drafts[id] for id in wanted]

    def writes(self) -> tuple[Write[Any], ...]:
        """Return what changed: the claim, then coupons, batches and uses, each in the order of their ids."""
        drafts: list[Draft[Any, Any, Any]] = [self._claim]
        for each in (self._coupons, self._batches, self._uses):
            drafts.extend(each[id] for id in sorted(each))
        return tuple(write for draft in drafts for write in draft.writes())


def _lower(limit: int | None, other: int | None) -> int | None:
    """Return the lower of two limits; None is no limit."""
    return min((each for each in (limit, other) if each is not None), default=None)


def reserve_for(
    order_id: OrderId,
    wanted: Claims,
    needs: Claimable,
    *,
    customer: CustomerId | None,
    settled: bool = False,
    at: DateTime,
) -> tuple[Write[Any], ...]:
    """Return the writes that bind what a quote claims for an order that is placed; () when it claims nothing.

    Args:
        order_id: The order.
        wanted: What is claimed.
        needs: What was read.
        customer: Who buys.
        settled: Whether the order is paid already: then it is redeemed at once.
        at: When.

    Raises:
        ClaimNotYours: It was quoted for another customer; every such use is listed.
        LimitReached: A limit leaves less.
        Missing: There is no such coupon, or not its batch; or no such shared code.
        Refused: A coupon or a shared code cannot be used, see `Claiming.reserve`.
    """
    if not wanted.any:
        return ()
    claiming = Claiming(order_id, needs)
    claiming.reserve(wanted, customer=customer, at=at)
    if settled:
        claiming.redeem(at=at)
    return claiming.writes()


def redeem_for(order_id: OrderId, needs: Claimable, *, at: DateTime) -> tuple[Write[Any], ...]:
    """Return the writes that redeem what a paid order has reserved; () when it has nothing.

    Args:
        order_id: The order.
        needs: What was read.
        at: When it was paid.
    """
    if needs.claim is None:
        return ()
    claiming = Claiming(order_id, needs)
    claiming.redeem(at=at)
    return claiming.writes()


def release_for(
    order_id: OrderId, needs: Claimable, *, policy: CouponPolicy = DEFAULT_COUPON_POLICY, at: DateTime
) -> tuple[Write[Any], ...]:
    """Return the writes that give back what a cancelled order has reserved or redeemed; () when it has nothing.

    Args:
        order_id: The order.
        needs: What was read.
        policy: Whether what was redeemed comes back.
        at: When it was cancelled.
    """
    claiming = Claiming(order_id, needs)
    claiming.release(policy=policy, at=at)
    return claiming.writes()


def refund_for(
    order_id: OrderId, needs: Claimable, *, policy: CouponPolicy = DEFAULT_COUPON_POLICY, at: DateTime
) -> tuple[Write[Any], ...]:
    """Return the writes that give back what an order had redeemed whose goods are all refunded; () as the policy says.

    Args:
        order_id: The order.
        needs: What was read.
        policy: Whether it comes back.
        at: When it was refunded.
    """
    if not policy.back_when_refunded:
        return ()
    return release_for(order_id, needs, policy=ALL_BACK, at=at)
