"""Coupons of their own: open a batch, give coupons out, show one for an order to be, take it back, let it expire.

Placing, paying and cancelling an order moves its coupons in `ecomops.workflows.quoting`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Period, Plan, Versioned, Work, get, get_many, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, tuple_of, whole
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    SHARED_CODE,
    Basket,
    BatchExists,
    Coupon,
    CouponBatch,
    CouponExists,
    NoPromotion,
    Rulebook,
    SharedCode,
    WithoutParent,
    batches,
    coupons,
    matching,
    sharedcodes,
)
from ecomops.promotions.coupons import Status
from ecomops.terms import BatchId, CodeId, CouponId, CustomerId, LineId, OrderId, PromotionId
from ecomops.workflows.clock import CLOCK, due_id


@frozen(kw_only=True)
class OpenBatch:
    """Make a batch of coupons.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        batch_id: The id of the batch.
        most: The most coupons that may be issued; None is no limit.
    """

    code: ClassVar[str] = "open_batch"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    batch_id: BatchId = field(validator=is_a(BatchId))
    most: int | None = field(default=None, validator=optional(whole(0)))


@frozen(kw_only=True)
class BatchOpen:
    """The answer: which batch, and how many coupons it may have."""

    code: ClassVar[str] = "batch_open"

    batch_id: BatchId = field(validator=is_a(BatchId))
    most: int | None = field(validator=optional(whole(0)))


@frozen(kw_only=True)
class NewCoupon:
    """A coupon to be given out, and to whom; None is whoever brings it."""

    id: CouponId = field(validator=is_a(CouponId))
    owner: CustomerId | None = field(default=None, validator=optional(is_a(CustomerId)))


def _new_coupons(instance: object, attribute: "Attribute[Any]", value: tuple[NewCoupon, ...]) -> None:
    tuple_of(NewCoupon, least=1)(instance, attribute, value)
    require_once((each.id for each in value), field="IssueCoupons.coupons")


@frozen(kw_only=True)
class IssueCoupons:
    """Give coupons of one batch out.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        batch_id: The batch.
        promotion: What the coupons open; None is what their parent opens.
        valid: When they may be used; None is when their parent may.
        parent: The shared code under which they stand; None when under none: then they state both themselves.
        coupons: The coupons, each once.

    Raises:
        WithoutParent: They stand under no code, and do not state both.
    """

    code: ClassVar[str] = "issue_coupons"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    batch_id: BatchId = field(validator=is_a(BatchId))
    promotion: PromotionId | None = field(default=None, validator=optional(is_a(PromotionId)))
    valid: Period | None = field(default=None, validator=optional(is_a(Period)))
    parent: CodeId | None = field(default=None, validator=optional(is_a(CodeId)))
    coupons: tuple[NewCoupon, ...] = field(validator=_new_coupons)

    def __attrs_post_init__(self) -> None:
        """Refuse coupons of which nobody says what they open, and when."""
        if self.parent is None and (self.promotion is None or self.valid is None):
            raise WithoutParent(id=self.batch_id)


@frozen(kw_only=True)
class CouponsIssued:
    """The answer: of which batch, and how many."""

    code: ClassVar[str] = "coupons_issued"

    batch_id: BatchId = field(validator=is_a(BatchId))
    quantity: int = field(validator=whole(1))


@frozen(kw_only=True)
class PresentCoupon:
    """Show a coupon for an order to be.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        coupon_id: The coupon.
        order_id: The order to be.
        customer: Who shows it; None for an unknown buyer.
        basket: What is to be bought.
    """

    code: ClassVar[str] = "present_coupon"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))
    order_id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId | None = field(default=None, validator=optional(is_a(CustomerId)))
    basket: Basket = field(validator=is_a(Basket))


@frozen(kw_only=True)
class CouponShown:
    """The answer: the coupon, what it opens, and the lines that it is for."""

    code: ClassVar[str] = "coupon_shown"

    coupon_id: CouponId = field(validator=is_a(CouponId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    lines: tuple[LineId, ...] = field(validator=tuple_of(LineId))


@frozen(kw_only=True)
class ReleaseCoupon:
    """Take a coupon back that was shown for an order to be.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        coupon_id: The coupon.
    """

    code: ClassVar[str] = "release_coupon"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))


@frozen(kw_only=True)
class CouponStanding:
    """The answer: the coupon, and where it stands now."""

    code: ClassVar[str] = "coupon_standing"

    coupon_id: CouponId = field(validator=is_a(CouponId))
    status: Status = field(validator=is_a(Status))


@frozen(kw_only=True)
class CouponDue:
    """Do what time asks of a coupon: let it expire.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        coupon_id: The coupon.
    """

    code: ClassVar[str] = "coupon_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    coupon_id: CouponId = field(validator=is_a(CouponId))


@frozen(kw_only=True)
class BatchNeeds:
    """What the plan looks at: a batch of that id; there should be none."""

    batch: Versioned[CouponBatch] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class IssueNeeds:
    """What the plan looks at: the batch, the shared code above, and coupons of those ids; there should be none."""

    batch: Versioned[CouponBatch] = field(validator=is_a(Versioned))
    parent: Versioned[SharedCode] | None = field(default=None, validator=optional(is_a(Versioned)))
    coupons: Mapping[str, Versioned[Coupon]] = field(factory=lambda: {}, validator=is_a(Mapping))  # noqa: PIE807 - `dict` is partly unknown to pyright


@frozen(kw_only=True)
class CouponNeeds:
    """What the plans look at: a coupon, and the shared code under which it stands."""

    coupon: Versioned[Coupon] = field(validator=is_a(Versioned))
    parent: Versioned[SharedCode] | None = field(default=None, validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class CouponDueNeeds:
    """What the plan looks at: a coupon and its batch."""

    coupon: Versioned[Coupon] = field(validator=is_a(Versioned))
    batch: Versioned[CouponBatch] = field(validator=is_a(Versioned))


def plan_open_batch(command: OpenBatch, needs: BatchNeeds) -> Plan[BatchOpen]:
    """Decide a new batch.

    Raises:
        BatchExists: There is a batch of that id.
    """
    if needs.batch is not None:
        raise BatchExists(id=command.batch_id)
    opened = batches.open_batch(command.batch_id, most=command.most, at=command.at)
    answer = BatchOpen(batch_id=command.batch_id, most=command.most)
    return Plan(answer=answer, writes=COUPON_BATCH.write(None, opened))


def open_batch(command: OpenBatch) -> Work[BatchOpen]:
    """Read whether there is such a batch, and make it."""
    batch = yield from lookup(COUPON_BATCH, command.batch_id)
    return plan_open_batch(command, BatchNeeds(batch=batch))


def plan_issue_coupons(command: IssueCoupons, needs: IssueNeeds) -> Plan[CouponsIssued]:
    """Decide which coupons are given out: all of them or none.

    Raises:
        CouponExists: Some have been issued already; all of these are listed.
        LimitReached: Fewer are left of the batch.
        Refused: They do not go with the shared code above them, see `sharedcodes.narrowed`.
    """
    parent = None if needs.parent is None else needs.parent.value
    promotion, valid = sharedcodes.narrowed(
        parent, child=command.batch_id, promotion=command.promotion, valid=command.valid
    )  # fmt: skip
    there = tuple(each.id for each in command.coupons if each.id in needs.coupons)
    if there:
        raise CouponExists(coupons=there)
    moved = batches.issue(needs.batch.value, quantity=len(command.coupons), at=command.at)
    new = (
        coupons.issue(
            each.id,
            batch=command.batch_id,
            promotion=promotion,
            owner=each.owner,
            valid=valid,
            parent=command.parent,
            at=command.at,
        )
        for each in command.coupons
    )
    writes = tuple(write for events in new for write in COUPON.write(None, events))
    answer = CouponsIssued(batch_id=command.batch_id, quantity=len(command.coupons))
    return Plan(answer=answer, writes=(*writes, *COUPON_BATCH.write(needs.batch, moved)))


def issue_coupons(command: IssueCoupons) -> Work[CouponsIssued]:
    """Read the batch, and the shared code above, and give coupons out.

    Raises:
        Missing: There is no such batch, or no such code.
    """
    batch = yield from get(COUPON_BATCH, command.batch_id)
    parent = None if command.parent is None else (yield from get(SHARED_CODE, command.parent))
    there = yield from get_many(COUPON, (each.id for each in command.coupons))
    return plan_issue_coupons(command, IssueNeeds(batch=batch, parent=parent, coupons=there))


def plan_present_coupon(command: PresentCoupon, needs: CouponNeeds, *, rulebook: Rulebook) -> Plan[CouponShown]:
    """Decide whether a coupon may be used for a basket, and on which lines.

    Args:
        command: What is shown, for what.
        needs: The coupon.
        rulebook: It says which lines the coupon's promotion is for.

    Raises:
        CouponNotYours: It belongs to another customer.
        CouponBound: It is bound by another order.
        IllegalMove: It has expired.
        CouponNotValid: It is not valid yet, or no more.
        CodeStopped: The shared code above it is frozen or taken out.
        CodeNotValid: That is not valid yet, or no more.
        NoPromotion: No promotion of the rulebook takes it.
        CouponUnmatched: No line of the basket is one of its products.
        Invalid: The basket is malformed, see `promotions.matching`.
    """
    coupon = needs.coupon.value
    promotion = rulebook.by_id.get(coupon.promotion)
    if promotion is None or not promotion.by_coupon:
        raise NoPromotion(id=coupon.id, promotion=coupon.promotion)
    if needs.parent is not None:
        sharedcodes.require_standing(needs.parent.value, command.at)
    lines = matching(rulebook, promotion, command.basket)
    shown = coupons.present(
        coupon, order=command.order_id, customer=command.customer, lines=lines, at=command.at
    )  # fmt: skip
    answer = CouponShown(coupon_id=coupon.id, promotion=promotion.id, lines=lines)
    return Plan(answer=answer, writes=COUPON.write(needs.coupon, shown))


def present_coupon(command: PresentCoupon, *, rulebook: Rulebook) -> Work[CouponShown]:
    """Read a coupon, and the shared code above it, and show it for an order to be.

    Args:
        command: What is shown, for what.
        rulebook: The promotions of the day; bind it with `functools.partial`.

    Raises:
        Missing: There is no such coupon, or not the code above it.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    above = coupon.value.parent
    parent = None if above is None else (yield from get(SHARED_CODE, above))
    return plan_present_coupon(command, CouponNeeds(coupon=coupon, parent=parent), rulebook=rulebook)


def plan_release_coupon(command: ReleaseCoupon, needs: CouponNeeds) -> Plan[CouponStanding]:
    """Decide that a coupon that was shown is taken back; one that was not shown stays as it is.

    Raises:
        CouponBound: It is bound by an order: it is free again when that is cancelled.
    """
    coupon = COUPON.draft(needs.coupon)
    coupon.add(coupons.withdraw(coupon.value, at=command.at))
    answer = CouponStanding(coupon_id=coupon.value.id, status=coupon.value.status)
    return Plan(answer=answer, writes=coupon.writes())


def release_coupon(command: ReleaseCoupon) -> Work[CouponStanding]:
    """Read a coupon and take it back.

    Raises:
        Missing: There is no such coupon.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    return plan_release_coupon(command, CouponNeeds(coupon=coupon))


def coupon_due(coupon: Coupon, *, at: DateTime) -> CouponDue | None:
    """Return what time asks of *coupon* at the instant *at*; None when nothing has fallen due.

    The command holds at the deadline, not at *at*: it is the same whoever runs it, and when.
    """
    deadline = None if COUPON.due_at is None else COUPON.due_at(coupon)
    if deadline is None or at < deadline:
        return None
    id = due_id(COUPON.kind, coupon.id, deadline)
    return CouponDue(id=id, by=CLOCK, at=deadline, coupon_id=coupon.id)


def plan_coupon_due(command: CouponDue, needs: CouponDueNeeds) -> Plan[CouponStanding]:
    """Decide what time asks of a coupon; nothing when it is bound, used or gone, or its end has not come.

    Raises:
        OverUse: Its batch counts none that could expire.
    """
    coupon, batch = COUPON.draft(needs.coupon), COUPON_BATCH.draft(needs.batch)
    if coupon.add(coupons.expire(coupon.value, at=command.at)).value is not needs.coupon.value:
        batch.add(batches.expire(batch.value, coupon=command.coupon_id, at=command.at))
    answer = CouponStanding(coupon_id=coupon.value.id, status=coupon.value.status)
    return Plan(answer=answer, writes=(*coupon.writes(), *batch.writes()))


def expire_coupon(command: CouponDue) -> Work[CouponStanding]:
    """Read a coupon that has fallen due with its batch, and let it expire.

    Raises:
        Missing: There is no such coupon, or not its batch.
    """
    coupon = yield from get(COUPON, command.coupon_id)
    batch = yield from get(COUPON_BATCH, coupon.value.batch)
    return plan_coupon_due(command, CouponDueNeeds(coupon=coupon, batch=batch))
