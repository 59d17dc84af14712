"""The points of a member: earned by an order, spent on one, given back, taken back at a refund, and moved by time.

An order of a customer who was merged into another one concerns the points of that one.
"""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.customers import (
    CUSTOMER,
    POINTS,
    POINTS_AWARD,
    POINTS_SPENDING,
    Customer,
    NotAMember,
    PointsAccount,
    PointsAward,
    PointsPolicy,
    PointsSpending,
    Shortfall,
    SpendingExists,
    Status,
    awards,
    points,
    spendings,
)
from ecomops.kernel import Actor, CommandId, Draft, Money, Plan, Reading, Versioned, Work, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, whole
from ecomops.kernel.lots import total
from ecomops.terms import CustomerId, OrderId, Quantity, not_negative
from ecomops.workflows.clock import CLOCK, due_id


@frozen(kw_only=True)
class EarnPoints:
    """Credit the points that an order earns.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        customer_id: Whose order it is.
        amount: What of it earns: the host says whether tax, freight and tenders count.
    """

    code: ClassVar[str] = "earn_points"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    amount: Money = field(validator=not_negative)


@frozen(kw_only=True)
class SpendPoints:
    """Spend points on an order.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        customer_id: Whose points.
        points: How many.
    """

    code: ClassVar[str] = "spend_points"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    points: Quantity = field(validator=whole(1))


@frozen(kw_only=True)
class ReturnPoints:
    """Give points that an order used back, with their old expiry.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        points: How many; None for all that have not come back.
    """

    code: ClassVar[str] = "return_points"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    points: Quantity | None = field(default=None, validator=optional(whole(1)))


@frozen(kw_only=True)
class ClawBackPoints:
    """Take back the points that a refund no longer leaves.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        order_id: The order.
        refunded: What of the amount that earned is paid back now.
    """

    code: ClassVar[str] = "claw_back_points"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    order_id: OrderId = field(validator=is_a(OrderId))
    refunded: Money = field(validator=not_negative)


@frozen(kw_only=True)
class PointsDue:
    """Do what time asks of an account: points mature, points expire.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        customer_id: Whose account.
    """

    code: ClassVar[str] = "points_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    customer_id: CustomerId = field(validator=is_a(CustomerId))


@frozen(kw_only=True)
class PointsCredited:
    """The answer: what an order earned.

    Args:
        order_id: The order.
        customer_id: Whose account.
        points: How many.
        available_at: From when on they can be spent.
        expires_at: When they are lost; None for never.
    """

    code: ClassVar[str] = "points_credited"

    order_id: OrderId = field(validator=is_a(OrderId))
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    points: Quantity = field(validator=whole(0))
    available_at: DateTime = field(validator=an_instant)
    expires_at: DateTime | None = field(validator=optional(an_instant))


@frozen(kw_only=True)
class PointsPaid:
    """The answer: what an order used, and what can still be spent."""

    code: ClassVar[str] = "points_paid"

    order_id: OrderId = field(validator=is_a(OrderId))
    customer_id: CustomerId = field(validator=is_a(CustomerId))
    points: Quantity = field(validator=whole(0))
    available: Quantity = field(validator=whole(0))


@frozen(kw_only=True)
class PointsBack:
    """The answer: what came back, and how many of these points had expired in the meantime."""

    code: ClassVar[str] = "points_back"

    order_id: OrderId = field(validator=is_a(OrderId))
    points: Quantity = field(validator=whole(0))
    expired: Quantity = field(validator=whole(0))


@frozen(kw_only=True)
class PointsClawed:
    """The answer: what was taken back, and from where.

    Args:
        order_id: The order.
        points: What the refund no longer leaves.
        awaiting: What of it still awaited.
        available: What of it could be spent.
        debt: What is owed.
        waived: What is let go.
    """

    code: ClassVar[str] = "points_clawed"

    order_id: OrderId = field(validator=is_a(OrderId))
    points: Quantity = field(default=0, validator=whole(0))
    awaiting: Quantity = field(default=0, validator=whole(0))
    available: Quantity = field(default=0, validator=whole(0))
    debt: Quantity = field(default=0, validator=whole(0))
    waived: Quantity = field(default=0, validator=whole(0))


@frozen(kw_only=True)
class PointsElapsed:
    """The answer: what time did to an account."""

    code: ClassVar[str] = "points_elapsed"

    customer_id: CustomerId = field(validator=is_a(CustomerId))
    matured: Quantity = field(validator=whole(0))
    expired: Quantity = field(validator=whole(0))


@frozen(kw_only=True)
class EarnNeeds:
    """What the plan of earning looks at: the member, an award of that order (there should be none), the account."""

    member: Versioned[Customer] = field(validator=is_a(Versioned))
    award: Versioned[PointsAward] | None = field(validator=optional(is_a(Versioned)))
    account: Versioned[PointsAccount] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class SpendNeeds:
    """What the plan of spending looks at: the member, a spending of that order (there should be none), the account."""

    member: Versioned[Customer] = field(validator=is_a(Versioned))
    spending: Versioned[PointsSpending] | None = field(validator=optional(is_a(Versioned)))
    account: Versioned[PointsAccount] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class ReturnNeeds:
    """What the plan of giving back looks at: what the order used, and whose points they were; None for none."""

    spending: Versioned[PointsSpending] | None = field(validator=optional(is_a(Versioned)))
    account: Versioned[PointsAccount] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class ClawBackNeeds:
    """What the plan of taking back looks at.

    Args:
        award: What the order earned; None for nothing.
        account: Whose points they are; None where there are none, and a debt opens the account.
        holder: Who goes on for the customer of the award; None for that customer.
    """

    award: Versioned[PointsAward] | None = field(validator=optional(is_a(Versioned)))
    account: Versioned[PointsAccount] | None = field(validator=optional(is_a(Versioned)))
    holder: CustomerId | None = field(default=None, validator=optional(is_a(CustomerId)))


AccountDraft = Draft[PointsAccount, points.Opening, points.Later]


def _account(found: Versioned[PointsAccount] | None, id: CustomerId, *, at: DateTime) -> AccountDraft:
    """Return the account as a draft, opened first when there is none."""
    return POINTS.draft(found).add(() if found is not None else points.open_points(id, at=at))


def _require_member(customer: Customer) -> None:
    if customer.status is not Status.REGISTERED:
        raise NotAMember(id=customer.id, status=customer.status.value)


def plan_earn_points(command: EarnPoints, needs: EarnNeeds, *, policy: PointsPolicy) -> Plan[PointsCredited]:
    """Decide what an order earns; an order earns once.

    Raises:
        NotAMember: The customer is not registered.
        AwardOfAnother: The order has earned for another customer or amount.
        CurrencyMismatch: The amount is in another currency than the rule.
    """
    customer = needs.member.value
    if needs.award is not None:
        awards.require_same(needs.award.value, customer=command.customer_id, amount=command.amount)
        return Plan(answer=_credited(needs.award.value, customer.id, at=command.at))
    _require_member(customer)
    award = POINTS_AWARD.draft(None).add(
        awards.award(
            command.order_id, customer=command.customer_id, amount=command.amount, policy=policy, at=command.at
        )
    )
    earned = award.value
    account = _account(needs.account, customer.id, at=command.at)
    account.add(
        points.earn(account.value, order_id=earned.id, quantity=earned.earned, bucket=earned.bucket, at=command.at)
    )
    moved = account.writes() if earned.earned else ()
    return Plan(answer=_credited(earned, customer.id, at=command.at), writes=(*award.writes(), *moved))


def _credited(award: PointsAward, account: CustomerId, *, at: DateTime) -> PointsCredited:
    return PointsCredited(
        order_id=award.id,
        customer_id=account,
        points=award.earned,
        available_at=award.bucket.matures_at or at,
        expires_at=award.bucket.expires_at,
    )


def plan_spend_points(command: SpendPoints, needs: SpendNeeds) -> Plan[PointsPaid]:
    """Decide what an order uses.

    Raises:
        NotAMember: The customer is not registered.
        SpendingExists: Points were spent on this order already.
        PointsShort: Fewer are available.
    """
    customer = needs.member.value
    _require_member(customer)
    if needs.spending is not None:
        raise SpendingExists(id=command.order_id)
    account = _account(needs.account, customer.id, at=command.at)
    spent = points.spend(account.value, order_id=command.order_id, quantity=command.points, at=command.at)
    account.add(spent)
    lots = tuple(lot for event in spent if isinstance(event, points.PointsSpent) for lot in event.lots)
    used = spendings.use(command.order_id, customer=command.customer_id, lots=lots, at=command.at)
    left = account.value.available
    answer = PointsPaid(order_id=command.order_id, customer_id=customer.id, points=total(lots), available=left)
    return Plan(answer=answer, writes=(*POINTS_SPENDING.write(None, used), *account.writes()))


def plan_return_points(command: ReturnPoints, needs: ReturnNeeds) -> Plan[PointsBack]:
    """Decide what comes back; nothing for an order that used no points.

    Raises:
        OverReturned: More than were used and not given back.
    """
    if needs.spending is None or needs.account is None:
        return Plan(answer=PointsBack(order_id=command.order_id, points=0, expired=0))
    spending, account = POINTS_SPENDING.draft(needs.spending), POINTS.draft(needs.account)
    given = spendings.return_points(spending.value, quantity=command.points, at=command.at)
    lots = tuple(lot for event in given for lot in event.lots)
    back = points.give_back(account.value, order_id=command.order_id, lots=lots, at=command.at)
    expired = sum(event.expired for event in back if isinstance(event, points.PointsReturned))
    spending.add(given)
    account.add(back)
    answer = PointsBack(order_id=command.order_id, points=total(lots), expired=expired)
    return Plan(answer=answer, writes=(*spending.writes(), *account.writes()))


def plan_claw_back_points(
    command: ClawBackPoints, needs: ClawBackNeeds, *, shortfall: Shortfall = Shortfall.DEBT
) -> Plan[PointsClawed]:
    """Decide what a refund takes back; nothing for an order that earned no points.

    Raises:
        OverRefunded: More is refunded than what still earns.
        CurrencyMismatch: The refund is in another currency.
    """
    if needs.award is None:
        return Plan(answer=PointsClawed(order_id=command.order_id))
    award = POINTS_AWARD.draft(needs.award)
    reduced = awards.reduce(award.value, refunded=command.refunded, at=command.at)
    award.add(reduced)
    quantity = sum(event.clawed_back for event in reduced)
    if needs.account is None and not quantity:  # an award of nothing opens no account
        return Plan(answer=PointsClawed(order_id=command.order_id), writes=award.writes())
    account = _account(needs.account, needs.holder or award.value.customer, at=command.at)
    clawed = points.claw_back(
        account.value,
        order_id=command.order_id,
        quantity=quantity,
        bucket=award.value.bucket,
        shortfall=shortfall,
        at=command.at,
    )
    account.add(clawed)
    return Plan(answer=_clawed(command.order_id, clawed), writes=(*award.writes(), *account.writes()))


def _clawed(order: OrderId, events: tuple[points.Timed | points.PointsClawedBack, ...]) -> PointsClawed:
    for event in events:
        if isinstance(event, points.PointsClawedBack):
            waits, taken = sum(each.lot.quantity for each in event.awaiting), total(event.lots)
            return PointsClawed(
                order_id=order,
                points=waits + taken + event.debt + event.waived,
                awaiting=waits,
                available=taken,
                debt=event.debt,
                waived=event.waived,
            )
    return PointsClawed(order_id=order)


def points_due(account: PointsAccount, *, at: DateTime) -> PointsDue | None:
    """Return what time asks of *account* at the instant *at*, as a command at its deadline; None for nothing.

    What time has moved so far is part of its id, for a deadline that was met comes back with points that come late.
    """
    deadline = account.due_at
    if deadline is None or at < deadline:
        return None
    id = due_id(POINTS.kind, account.id, deadline)
    moved = account.earned - account.moved - account.pending + account.expired
    return PointsDue(
        id=CommandId(f"{id}:{moved}") if moved else id, by=CLOCK, at=deadline, customer_id=account.id
    )  # fmt: skip


def plan_points_due(command: PointsDue, account: Versioned[PointsAccount]) -> Plan[PointsElapsed]:
    """Decide what time asks of an account; nothing when its deadline has moved."""
    draft = POINTS.draft(account)
    events = points.elapse(draft.value, at=command.at)
    draft.add(events)
    answer = PointsElapsed(
        customer_id=command.customer_id,
        matured=sum(event.quantity for event in events if isinstance(event, points.PointsMatured)),
        expired=sum(event.quantity for event in events if isinstance(event, points.PointsExpired)),
    )
    return Plan(answer=answer, writes=draft.writes())


def member(id: CustomerId) -> Reading[Versioned[Customer]]:
    """Read a customer; one who was merged into another gives that one, as far as it goes.

    Raises:
        Missing: There is no such customer.
    """
    found = yield from get(CUSTOMER, id)
    while found.value.into is not None:
        found = yield from get(CUSTOMER, found.value.into)
    return found


def earn_points(command: EarnPoints, *, policy: PointsPolicy) -> Work[PointsCredited]:
    """Read the member and the account, and credit what the order earns.

    Args:
        command: Which order.
        policy: The rule and the waits of the day; bind it with `functools.partial`.

    Raises:
        Missing: There is no such customer.
    """
    customer = yield from member(command.customer_id)
    award = yield from lookup(POINTS_AWARD, command.order_id)
    account = yield from lookup(POINTS, customer.value.id)
    return plan_earn_points(command, EarnNeeds(member=customer, award=award, account=account), policy=policy)


def spend_points(command: SpendPoints) -> Work[PointsPaid]:
    """Read the member and the account, and spend the points.

    Raises:
        Missing: There is no such customer.
    """
    customer = yield from member(command.customer_id)
    spending = yield from lookup(POINTS_SPENDING, command.order_id)
    account = yield from lookup(POINTS, customer.value.id)
    return plan_spend_points(command, SpendNeeds(member=customer, spending=spending, account=account))


def return_points(command: ReturnPoints) -> Work[PointsBack]:
    """Read what the order used and give it back."""
    spending = yield from lookup(POINTS_SPENDING, command.order_id)
    if spending is None:
        return plan_return_points(command, ReturnNeeds(spending=None, account=None))
    customer = yield from member(spending.value.customer)
    account = yield from lookup(POINTS, customer.value.id)
    return plan_return_points(command, ReturnNeeds(spending=spending, account=account))


def claw_back_points(command: ClawBackPoints, *, shortfall: Shortfall = Shortfall.DEBT) -> Work[PointsClawed]:
    """Read what the order earned and take back what the refund no longer leaves.

    Args:
        command: Which order, and how much of it.
        shortfall: What becomes of points that are no longer there: a field of the policy.
    """
    award = yield from lookup(POINTS_AWARD, command.order_id)
    if award is None:
        return plan_claw_back_points(command, ClawBackNeeds(award=None, account=None), shortfall=shortfall)
    customer = yield from member(award.value.customer)
    account = yield from lookup(POINTS, customer.value.id)
    needs = ClawBackNeeds(award=award, account=account, holder=customer.value.id)
    return plan_claw_back_points(command, needs, shortfall=shortfall)


def pass_points_time(command: PointsDue) -> Work[PointsElapsed]:
    """Read the account that has fallen due and do what time asks.

    Raises:
        Missing: There is no such account.
    """
    account = yield from get(POINTS, command.customer_id)
    return plan_points_due(command, account)
