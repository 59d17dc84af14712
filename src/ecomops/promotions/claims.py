"""The claim: what one order binds of promotions (uses, money, coupons), until it is redeemed or released.

It makes counting idempotent for each order: what a payment redeems and a cancellation gives back stands here.
"""

from enum import StrEnum
from typing import Any, ClassVar, assert_never

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Id, Lifecycle, Money, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, tuple_of, whole
from ecomops.kernel.copies import changed
from ecomops.promotions.usage import UseId
from ecomops.terms import CouponId, not_negative


class ClaimId(Id):
    """Names the claim of an order: the text of its id."""

    __slots__ = ()


class Status(StrEnum):
    """Whether a claim still binds anything."""

    RESERVED = "reserved"
    REDEEMED = "redeemed"
    RELEASED = "released"


@frozen(kw_only=True)
class UseClaim:
    """One use of a promotion that an order counts, with the limits under which it was quoted.

    Args:
        use: What is counted.
        money: What the promotion takes off the order.
        most_uses: The most orders; None is no limit.
        most_money: The most discounts; None is no limit.
    """

    use: UseId = field(validator=is_a(UseId))
    money: Money = field(validator=not_negative)
    most_uses: int | None = field(default=None, validator=optional(whole(0)))
    most_money: Money | None = field(default=None, validator=optional(not_negative))


_use_claims, _coupon_ids = tuple_of(UseClaim), tuple_of(CouponId)


def _uses(instance: object, attribute: "Attribute[Any]", value: tuple[UseClaim, ...]) -> None:
    _use_claims(instance, attribute, value)
    require_once((each.use for each in value), field="Claims.uses")


def _coupons(instance: object, attribute: "Attribute[Any]", value: tuple[CouponId, ...]) -> None:
    _coupon_ids(instance, attribute, value)
    require_once(value, field="Claims.coupons")


@frozen(kw_only=True)
class Claims:
    """What an order has to bind when it is placed: a quote names it.

    Args:
        uses: The counted uses, each once.
        coupons: The coupons, each once.
    """

    uses: tuple[UseClaim, ...] = field(default=(), validator=_uses)
    coupons: tuple[CouponId, ...] = field(default=(), validator=_coupons)

    @property
    def any(self) -> bool:
        """Whether there is anything to bind."""
        return bool(self.uses or self.coupons)


NO_CLAIMS = Claims()


@frozen(kw_only=True)
class UseHold:
    """A use that is counted for an order: of what, and its money."""

    use: UseId = field(validator=is_a(UseId))
    money: Money = field(validator=not_negative)


@frozen(kw_only=True)
class Claim:
    """What an order binds of promotions.

    Args:
        id: Whose it is.
        status: Whether it still binds anything.
        uses: The counted uses.
        coupons: The coupons.
    """

    id: ClaimId = field(validator=is_a(ClaimId))
    status: Status = field(validator=is_a(Status))
    uses: tuple[UseHold, ...] = field(validator=tuple_of(UseHold))
    coupons: tuple[CouponId, ...] = field(validator=tuple_of(CouponId))


@frozen(kw_only=True)
class ClaimOpened:
    """An order bound uses and coupons."""

    code: ClassVar[str] = "promotion_claim.opened"

    claim: ClaimId = field(validator=is_a(ClaimId))
    uses: tuple[UseHold, ...] = field(validator=tuple_of(UseHold))
    coupons: tuple[CouponId, ...] = field(validator=tuple_of(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ClaimAdopted:
    """A claim was taken over in the middle of its life."""

    code: ClassVar[str] = "promotion_claim.adopted"

    claim: ClaimId = field(validator=is_a(ClaimId))
    status: Status = field(validator=is_a(Status))
    uses: tuple[UseHold, ...] = field(validator=tuple_of(UseHold))
    coupons: tuple[CouponId, ...] = field(validator=tuple_of(CouponId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ClaimRedeemed:
    """The order was paid."""

    code: ClassVar[str] = "promotion_claim.redeemed"

    claim: ClaimId = field(validator=is_a(ClaimId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ClaimReleased:
    """The order was cancelled: all that it had bound is free again."""

    code: ClassVar[str] = "promotion_claim.released"

    claim: ClaimId = field(validator=is_a(ClaimId))
    at: DateTime = field(validator=an_instant)


Opening = ClaimOpened | ClaimAdopted
Later = ClaimRedeemed | ClaimReleased
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "promotion_claim",
    events=Event,
    table={
        None: {ClaimOpened: Status.RESERVED, ClaimAdopted: ADOPTED},
        Status.RESERVED: {ClaimRedeemed: Status.REDEEMED, ClaimReleased: Status.RELEASED},
        Status.REDEEMED: {ClaimReleased: Status.RELEASED},
        Status.RELEASED: {},
    },
)


def open_claim(id: ClaimId, *, claims: Claims, at: DateTime) -> tuple[ClaimOpened, ...]:
    """Bind what an order claims; () when it claims nothing."""
    if not claims.any:
        return ()
    uses = tuple(UseHold(use=each.use, money=each.money) for each in claims.uses)
    return (ClaimOpened(claim=id, uses=uses, coupons=claims.coupons, at=at),)


def redeem(claim: Claim, *, at: DateTime) -> tuple[ClaimRedeemed, ...]:
    """Redeem what a paid order binds; () when it was already.

    Raises:
        IllegalMove: It has been released.
    """
    if claim.status is Status.REDEEMED:
        return ()
    LIFECYCLE.require(claim.status, ClaimRedeemed, id=claim.id)
    return (ClaimRedeemed(claim=claim.id, at=at),)


def release(claim: Claim, *, at: DateTime) -> tuple[ClaimReleased, ...]:
    """Free what a cancelled order binds; () when it was already."""
    if claim.status is Status.RELEASED:
        return ()
    return (ClaimReleased(claim=claim.id, at=at),)


def begin(event: Opening) -> Claim:
    """Return the claim that *event* tells of."""
    return Claim(id=event.claim, status=LIFECYCLE.opened(event), uses=event.uses, coupons=event.coupons)


def evolve(claim: Claim, event: Later) -> Claim:
    """Return the claim as it stands after *event*."""
    status = LIFECYCLE.after(claim.status, type(event))
    match event:
        case ClaimRedeemed() | ClaimReleased():
            return changed(claim, status=status)
        case _:
            assert_never(event)


PROMOTION_CLAIM: Noun[Claim, Opening, Later] = Noun(
    kind="promotion_claim",
    model=Claim,
    events=Event,
    opens=(ClaimOpened, ClaimAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda claim: claim.id,
    keys={"status": lambda claim: claim.status},
)
