"""Coupons in people's hands: taken, given on, stopped, let go, taken out for good; how many a batch may have.

Giving coupons out, showing them and letting them expire is `ecomops.workflows.couponing`; orders move their coupons in
`ecomops.workflows.quoting`.
"""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, get
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, whole
from ecomops.promotions import COUPON, COUPON_BATCH, Coupon, CouponBatch, batches, coupons
from ecomops.promotions.coupons import Status
from ecomops.terms import BatchId, CouponId, CustomerId
from ecomops.workflows.couponing import BatchOpen, CouponStanding


@frozen(kw_only=True)
class ClaimCoupon:
    """Let a customer take a coupon that is nobody's (领券).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        coupon_id: The coupon.
        customer: Who takes it.
    """

    code: ClassVar[str] = "claim_coupon"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))
    customer: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class TransferCoupon:
    """Let the owner give a coupon to another customer (转赠).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        coupon_id: The coupon.
        customer: Whose it is.
        to: Who gets it.
    """

    code: ClassVar[str] = "transfer_coupon"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    to: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class CouponOwned:
    """The answer: the coupon, and whose it is now."""

    code: ClassVar[str] = "coupon_owned"

    coupon_id: CouponId = field(validator=is_a(CouponId))
    owner: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class FreezeCoupon:
    """Stop a coupon until somebody has looked at it (冻结).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        coupon_id: The coupon.
        reason: Why, in words that name no person.
    """

    code: ClassVar[str] = "freeze_coupon"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class ThawCoupon:
    """Let a frozen coupon go again.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        coupon_id: The coupon.
    """

    code: ClassVar[str] = "thaw_coupon"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))


@frozen(kw_only=True)
class InvalidateCoupon:
    """Take a coupon out for good (作废).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        coupon_id: The coupon.
        reason: Why, in words that name no person.
    """

    code: ClassVar[str] = "invalidate_coupon"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class LimitBatch:
    """Change how many coupons of a batch may be issued; what is issued stays issued.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        batch_id: The batch.
        most: The most; None is no limit.
    """

    code: ClassVar[str] = "limit_batch"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    batch_id: BatchId = field(validator=is_a(BatchId))
    most: int | None = field(validator=optional(whole(0)))


@frozen(kw_only=True)
class CustodyNeeds:
    """What the plans look at: a coupon."""

    coupon: Versioned[Coupon] = field(validator=is_a(Versioned))


@frozen(kw_only=True)
class GoneNeeds:
    """What the plans look at when a coupon may go for good: the coupon and its batch."""

    coupon: Versioned[Coupon] = field(validator=is_a(Versioned))
    batch: Versioned[CouponBatch] = field(validator=is_a(Versioned))


@frozen(kw_only=True)
class LimitNeeds:
    """What the plan looks at: a batch."""

    batch: Versioned[CouponBatch] = field(validator=is_a(Versioned))


def plan_claim_coupon(command: ClaimCoupon, needs: CustodyNeeds) -> Plan[CouponOwned]:
    """Decide that a customer takes a coupon.

    Raises:
        CouponNotYours: It belongs to another customer.
        IllegalMove: It is shown, bound, used, frozen or gone.
        CouponNotValid: Its end has come.
    """
    taken = coupons.claim(needs.coupon.value, customer=command.customer, at=command.at)
    answer = CouponOwned(coupon_id=command.coupon_id, owner=command.customer)
    return Plan(answer=answer, writes=COUPON.write(needs.coupon, taken))


def claim_coupon(command: ClaimCoupon) -> Work[CouponOwned]:
    """Read a coupon and let a customer take it.

    Raises:
        Missing: There is no such coupon.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    return plan_claim_coupon(command, CustodyNeeds(coupon=coupon))


def plan_transfer_coupon(command: TransferCoupon, needs: CustodyNeeds) -> Plan[CouponOwned]:
    """Decide that the owner gives a coupon to another customer.

    Raises:
        CouponNotYours: It belongs to another customer than who gives it, or to nobody.
        IllegalMove: It is shown, bound, used, frozen or gone.
        CouponNotValid: Its end has come.
    """
    given = coupons.transfer(needs.coupon.value, customer=command.customer, to=command.to, at=command.at)
    answer = CouponOwned(coupon_id=command.coupon_id, owner=command.to)
    return Plan(answer=answer, writes=COUPON.write(needs.coupon, given))


def transfer_coupon(command: TransferCoupon) -> Work[CouponOwned]:
    """Read a coupon and let its owner give it on.

    Raises:
        Missing: There is no such coupon.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    return plan_transfer_coupon(command, CustodyNeeds(coupon=coupon))


def plan_freeze_coupon(command: FreezeCoupon, needs: CustodyNeeds) -> Plan[CouponStanding]:
    """Decide that a coupon is stopped.

    Raises:
        CouponBound: An order has it: cancel that first.
        IllegalMove: It is gone.
    """
    coupon = COUPON.draft(needs.coupon)
    coupon.add(coupons.freeze(coupon.value, reason=command.reason, at=command.at))
    answer = CouponStanding(coupon_id=command.coupon_id, status=coupon.value.status)
    return Plan(answer=answer, writes=coupon.writes())


def freeze_coupon(command: FreezeCoupon) -> Work[CouponStanding]:
    """Read a coupon and stop it.

    Raises:
        Missing: There is no such coupon.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    return plan_freeze_coupon(command, CustodyNeeds(coupon=coupon))


def plan_thaw_coupon(command: ThawCoupon, needs: GoneNeeds) -> Plan[CouponStanding]:
    """Decide that a frozen coupon goes again; past its end it expires, and its batch counts it.

    Raises:
        OverUse: Its batch counts none that could expire.
    """
    coupon, batch = COUPON.draft(needs.coupon), COUPON_BATCH.draft(needs.batch)
    thawed = coupons.thaw(coupon.value, at=command.at)
    if coupon.add(thawed).value.status is Status.EXPIRED and thawed:
        batch.add(batches.expire(batch.value, coupon=command.coupon_id, at=command.at))
    answer = CouponStanding(coupon_id=command.coupon_id, status=coupon.value.status)
    return Plan(answer=answer, writes=(*coupon.writes(), *batch.writes()))


def thaw_coupon(command: ThawCoupon) -> Work[CouponStanding]:
    """Read a coupon with its batch, and let it go again.

    Raises:
        Missing: There is no such coupon, or not its batch.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    batch = yield from get(COUPON_BATCH, coupon.value.batch)
    return plan_thaw_coupon(command, GoneNeeds(coupon=coupon, batch=batch))


def plan_invalidate_coupon(command: InvalidateCoupon, needs: GoneNeeds) -> Plan[CouponStanding]:
    """Decide that a coupon is taken out for good, and count it in its batch.

    Raises:
        CouponBound: An order has it: cancel that first.
        IllegalMove: It has expired.
        OverUse: Its batch counts none that could be taken out.
    """
    coupon, batch = COUPON.draft(needs.coupon), COUPON_BATCH.draft(needs.batch)
    gone = coupons.invalidate(coupon.value, reason=command.reason, at=command.at)
    coupon.add(gone)
    if gone:
        batch.add(batches.invalidate(batch.value, coupon=command.coupon_id, at=command.at))
    answer = CouponStanding(coupon_id=command.coupon_id, status=coupon.value.status)
    return Plan(answer=answer, writes=(*coupon.writes(), *batch.writes()))


def invalidate_coupon(command: InvalidateCoupon) -> Work[CouponStanding]:
    """Read a coupon with its batch, and take it out for good.

    Raises:
        Missing: There is no such coupon, or not its batch.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    batch = yield from get(COUPON_BATCH, coupon.value.batch)
    return plan_invalidate_coupon(command, GoneNeeds(coupon=coupon, batch=batch))


def plan_limit_batch(command: LimitBatch, needs: LimitNeeds) -> Plan[BatchOpen]:
    """Decide how many coupons a batch may have."""
    bounded = batches.set_limit(needs.batch.value, most=command.most, at=command.at)
    answer = BatchOpen(batch_id=command.batch_id, most=command.most)
    return Plan(answer=answer, writes=COUPON_BATCH.write(needs.batch, bounded))


def limit_batch(command: LimitBatch) -> Work[BatchOpen]:
    """Read a batch and change its limit.

    Raises:
        Missing: There is no such batch.
    """
    batch = yield from get(COUPON_BATCH, command.batch_id)
    return plan_limit_batch(command, LimitNeeds(batch=batch))
