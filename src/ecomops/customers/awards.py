"""The award: what points one order earned, by which rule, and how many of them were taken back.

It makes earning happen once for an order, and knows at every refund how many points what is kept still earns.
"""

from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.customers.errors import AwardOfAnother, OverRefunded
from ecomops.customers.policy import Bucket, EarnRule, PointsPolicy
from ecomops.kernel import Money, Noun
from ecomops.kernel.checks import an_instant, is_a, whole
from ecomops.kernel.copies import changed
from ecomops.terms import CustomerId, OrderId, Quantity, not_negative


@frozen(kw_only=True)
class PointsAward:
    """What one order earned.

    Args:
        id: The order.
        customer: Who earned.
        amount: The money that earned.
        refunded: What of it was paid back since.
        rule: By which rule, that of the day of the order.
        earned: The points.
        clawed_back: The points that were taken back.
        bucket: The lot to which they went.
    """

    id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    amount: Money = field(validator=not_negative)
    refunded: Money = field(validator=not_negative)
    rule: EarnRule = field(validator=is_a(EarnRule))
    earned: Quantity = field(validator=whole(0))
    clawed_back: Quantity = field(validator=whole(0))
    bucket: Bucket = field(validator=is_a(Bucket))


@frozen(kw_only=True)
class PointsAwarded:
    """An order earned points."""

    code: ClassVar[str] = "points_award.awarded"

    id: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    amount: Money = field(validator=not_negative)
    rule: EarnRule = field(validator=is_a(EarnRule))
    earned: Quantity = field(validator=whole(0))
    bucket: Bucket = field(validator=is_a(Bucket))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsAwardAdopted:
    """The award of an order was taken over from another system."""

    code: ClassVar[str] = "points_award.adopted"

    award: PointsAward = field(validator=is_a(PointsAward))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PointsAwardReduced:
    """A part of the order was refunded, and the points for it are taken back."""

    code: ClassVar[str] = "points_award.reduced"

    id: OrderId = field(validator=is_a(OrderId))
    refunded: Money = field(validator=not_negative)
    clawed_back: Quantity = field(validator=whole(0))
    at: DateTime = field(validator=an_instant)


Opening = PointsAwarded | PointsAwardAdopted
Later = PointsAwardReduced
Event = Opening | Later


def award(
    order: OrderId, *, customer: CustomerId, amount: Money, policy: PointsPolicy, at: DateTime
) -> tuple[PointsAwarded]:
    """Award the points that *amount* earns by the policy of the day.

    Raises:
        NegativeAmount: The amount is below zero.
        CurrencyMismatch: It is in another currency than the rule.
        OutOfRange: The points, or the instants of their lot, are beyond all bounds.
    """
    return (
        PointsAwarded(
            id=order,
            customer=customer,
            amount=amount,
            rule=policy.earn,
            earned=policy.earn.points_for(amount),
            bucket=policy.bucket(at),
            at=at,
        ),
    )


def require_same(award: PointsAward, *, customer: CustomerId, amount: Money) -> None:
    """Refuse unless *award* is for this customer and this amount: an order earns once.

    Raises:
        AwardOfAnother: It is not.
    """
    if (award.customer, award.amount) != (customer, amount):
        raise AwardOfAnother(id=award.id)


def reduce(award: PointsAward, *, refunded: Money, at: DateTime) -> tuple[PointsAwardReduced, ...]:
    """Take back the points that a refund no longer leaves; () for no money.

    What is kept earns by the frozen rule, so that any sequence of refunds takes back the same as one refund of their
    sum, and a refund of everything takes back everything.

    Raises:
        NegativeAmount: The refund is below zero.
        OverRefunded: It is more than what still earns.
        CurrencyMismatch: It is in another currency.
    """
    left = award.amount - award.refunded
    if refunded > left:
        raise OverRefunded(id=award.id, wanted=refunded, left=left)
    kept = award.rule.points_for(left - refunded)
    event = PointsAwardReduced(
        id=award.id, refunded=refunded, clawed_back=max(award.earned - award.clawed_back - kept, 0), at=at
    )
    return (event,) if refunded.minor else ()


def begin(event: Opening) -> PointsAward:
    """Return the award that *event* tells of."""
    match event:
        case PointsAwarded():
            return PointsAward(
                id=event.id,
                customer=event.customer,
                amount=event.amount,
                refunded=Money.zero(event.amount.currency),
                rule=event.rule,
                earned=event.earned,
                clawed_back=0,
                bucket=event.bucket,
            )
        case PointsAwardAdopted(award=award):
            return award
        case _:
            assert_never(event)


def evolve(award: PointsAward, event: Later) -> PointsAward:
    """Return the award as it stands after *event*."""
    match event:
        case PointsAwardReduced(refunded=refunded, clawed_back=clawed_back):
            return changed(
                award, refunded=award.refunded + refunded, clawed_back=award.clawed_back + clawed_back
            )  # fmt: skip
        case _:
            assert_never(event)


POINTS_AWARD: Noun[PointsAward, Opening, Later] = Noun(
    kind="points_award",
    model=PointsAward,
    events=Event,
    opens=(PointsAwarded, PointsAwardAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda award: award.id,
    keys={"customer": lambda award: award.customer},
)
