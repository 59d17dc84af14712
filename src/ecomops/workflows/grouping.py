"""Group buying (拼团): opened and joined with placed orders, which are called off when it comes to nothing."""

from collections.abc import Mapping
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import (
    Actor,
    CommandId,
    Draft,
    In,
    Missing,
    Money,
    Plan,
    Query,
    Reading,
    Versioned,
    Work,
    get,
    get_many,
    lookup,
    page,
)
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of, whole
from ecomops.orders import ORDER, CancelReason, Order
from ecomops.orders import Status as OrderStatus
from ecomops.orders.rungs import StepKind
from ecomops.promotions import (
    GROUP,
    Group,
    GroupExists,
    GroupId,
    GroupPolicy,
    JoinedAlready,
    NotPaid,
    WrongGroupOrder,
    groups,
)
from ecomops.promotions.groups import Member, Status
from ecomops.terms import OrderId, PromotionId
from ecomops.workflows.clock import CLOCK, due_id
from ecomops.workflows.undoing import OrderUndone, Undoable, Undoing, may_undo, undoable

GroupDraft = Draft[Group, groups.Opening, groups.Later]


@frozen(kw_only=True)
class OpenGroup:
    """Open a group with the order of its leader (开团).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        group_id: The id of the group to be.
        promotion: What gives the group price: a discount of it stands in the order of every member.
        order_id: The leader's order.
        policy: What the shop asks of the group.
        until: When it fails unless it is formed.
    """

    code: ClassVar[str] = "open_group"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    group_id: GroupId = field(validator=is_a(GroupId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    order_id: OrderId = field(validator=is_a(OrderId))
    policy: GroupPolicy = field(validator=is_a(GroupPolicy))
    until: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class JoinGroup:
    """Give a paid order its place in a group (参团); of a leader who opened it unpaid, say that it is paid now.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        group_id: The group.
        order_id: The order.
        is_new: Whether the host knows its buyer as new.
    """

    code: ClassVar[str] = "join_group"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    group_id: GroupId = field(validator=is_a(GroupId))
    order_id: OrderId = field(validator=is_a(OrderId))
    is_new: bool = field(default=False, validator=is_a(bool))


@frozen(kw_only=True)
class GroupStands:
    """The answer.

    Args:
        group_id: The group.
        status: Where it stands now.
        places: How many places are free.
        members: The orders that have one, the leader's first.
    """

    code: ClassVar[str] = "group_stands"

    group_id: GroupId = field(validator=is_a(GroupId))
    status: Status = field(validator=is_a(Status))
    places: int = field(validator=whole(0, groups.MOST_PLACES))
    members: tuple[OrderId, ...] = field(validator=tuple_of(OrderId))


@frozen(kw_only=True)
class LeaveGroup:
    """Take an order out of an open group, and call it off.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        group_id: The group.
        order_id: The order.
    """

    code: ClassVar[str] = "leave_group"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    group_id: GroupId = field(validator=is_a(GroupId))
    order_id: OrderId = field(validator=is_a(OrderId))


@frozen(kw_only=True)
class CancelGroup:
    """Call an open group off, with all its orders.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        group_id: The group.
        reason: Why, in words that name no person.
    """

    code: ClassVar[str] = "cancel_group"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    group_id: GroupId = field(validator=is_a(GroupId))
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class GroupDue:
    """Do what time asks of a group: fail it at its deadline, or fill it up.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        group_id: The group.
    """

    code: ClassVar[str] = "group_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    group_id: GroupId = field(validator=is_a(GroupId))


@frozen(kw_only=True)
class GroupUndone:
    """The answer.

    Args:
        group_id: The group.
        status: Where it stands now.
        undone: The orders that are called off, with what is to be paid back for each.
        kept: Orders that had a place and could not be called off: goods have left.
    """

    code: ClassVar[str] = "group_undone"

    group_id: GroupId = field(validator=is_a(GroupId))
    status: Status = field(validator=is_a(Status))
    undone: tuple[OrderUndone, ...] = field(validator=tuple_of(OrderUndone))
    kept: tuple[OrderId, ...] = field(validator=tuple_of(OrderId))

    @property
    def refund_due(self) -> Money | None:
        """What is to be paid back in all; None when nothing was called off."""
        return (
            Money.total((each.refund_due for each in self.undone), self.undone[0].refund_due.currency)
            if self.undone
            else None
        )


@frozen(kw_only=True)
class GroupNeeds:
    """What the plans look at: the group, the order, another group that has a place for it, the members' orders."""

    group: Versioned[Group] | None = field(validator=optional(is_a(Versioned)))
    order: Versioned[Order] = field(validator=is_a(Versioned))
    elsewhere: GroupId | None = field(default=None, validator=optional(is_a(GroupId)))
    members: Mapping[str, Versioned[Order]] = field(factory=lambda: {}, validator=is_a(Mapping))  # noqa: PIE807 - `dict` is partly unknown to pyright


@frozen(kw_only=True)
class UndoNeeds:
    """What the plans look at: the group, and the orders of its members with all that hangs on them."""

    group: Versioned[Group] = field(validator=is_a(Versioned))
    orders: Undoable = field(validator=is_a(Undoable))


def _member(order: Order, promotion: PromotionId) -> Member:
    """Return the member that an order makes.

    Raises:
        WrongGroupOrder: Its buyer is unknown, or no line has a discount of the promotion.
    """
    steps = (rung for line in order.lines for rung in line.rungs if rung.kind is StepKind.DISCOUNT)
    if order.customer is None or all(rung.source != promotion for rung in steps):
        raise WrongGroupOrder(order=order.id, promotion=promotion)
    return Member(order=order.id, customer=order.customer, paid=order.status is OrderStatus.PAID)


def _require_alone(order: OrderId, elsewhere: GroupId | None) -> None:
    if elsewhere is not None:
        raise JoinedAlready(id=elsewhere, order=order)


def _drop(group: GroupDraft, orders: Mapping[str, Versioned[Order]], at: DateTime) -> None:
    """Free the places of orders that were called off elsewhere."""
    for each in group.value.members:
        found = orders.get(each.order)
        if found is not None and found.value.status is OrderStatus.CANCELLED:
            group.add(groups.leave(group.value, order=each.order, at=at))


def _standing(group: Group) -> GroupStands:
    return GroupStands(
        group_id=group.id,
        status=group.status,
        places=group.places,
        members=tuple(each.order for each in group.members),
    )


def plan_open_group(command: OpenGroup, needs: GroupNeeds) -> Plan[GroupStands]:
    """Decide a new group.

    Raises:
        GroupExists: There is a group of that id.
        JoinedAlready: The order has a place in another group.
        WrongGroupOrder: Its buyer is unknown, or it is not at the price of the promotion.
        NotPaid: It must be paid first; or it is called off.
        GroupClosed: The deadline has come.
    """
    if needs.group is not None:
        raise GroupExists(id=command.group_id)
    _require_alone(command.order_id, needs.elsewhere)
    order = needs.order.value
    if order.status is OrderStatus.CANCELLED:
        raise NotPaid(id=command.group_id, order=order.id)
    opened = groups.open_group(
        command.group_id,
        promotion=command.promotion,
        policy=command.policy,
        until=command.until,
        leader=_member(order, command.promotion),
        at=command.at,
    )
    group = GROUP.draft(None).add(opened)
    return Plan(answer=_standing(group.value), writes=(*ORDER.check(needs.order), *group.writes()))


def open_group(command: OpenGroup) -> Work[GroupStands]:
    """Read the leader's order, and open the group.

    Raises:
        Missing: There is no such order.
    """
    group = yield from lookup(GROUP, command.group_id)
    elsewhere = yield from _elsewhere(command.order_id, command.group_id)
    order = yield from get(ORDER, command.order_id)
    return plan_open_group(command, GroupNeeds(group=group, order=order, elsewhere=elsewhere))


def _elsewhere(order: OrderId, here: GroupId) -> Reading[GroupId | None]:
    """Read whether another group has a place for an order: one that is open or formed."""
    live = In(key="status", values=(Status.OPEN.value, Status.FORMED.value))
    query = Query(noun=GROUP, terms=(In(key="order", values=(order,)), live), limit=2)
    found = yield from page(query)
    return next((row.value.id for row in found.rows if row.value.id != here), None)


def plan_join_group(command: JoinGroup, needs: GroupNeeds) -> Plan[GroupStands]:
    """Decide whether an order gets a place; its row is checked, so that it is not called off at the same time.

    Members whose orders were called off elsewhere lose their places first.

    Raises:
        Missing: There is no such group.
        JoinedAlready: The order has a place in another group, or its buyer has one in this.
        WrongGroupOrder: Its buyer is unknown, or it is not at the price of the promotion.
        NotPaid, GroupFull, GroupClosed, NotANewBuyer: As `groups.join` refuses.
    """
    if needs.group is None:
        raise Missing(kind=GROUP.kind, ids=(command.group_id,))
    _require_alone(command.order_id, needs.elsewhere)
    group = GROUP.draft(needs.group)
    member = _member(needs.order.value, group.value.promotion)
    if group.value.status is Status.OPEN:
        _drop(group, needs.members, command.at)
    joined = groups.join(group.value, member=member, is_new=command.is_new, at=command.at)
    checked = ORDER.check(needs.order) if joined else ()
    return Plan(answer=_standing(group.add(joined).value), writes=(*checked, *group.writes()))


def join_group(command: JoinGroup) -> Work[GroupStands]:
    """Read the group and the order, and give it a place.

    Raises:
        Missing: There is no such group or order.
    """
    group = yield from get(GROUP, command.group_id)
    elsewhere = yield from _elsewhere(command.order_id, command.group_id)
    order = yield from get(ORDER, command.order_id)
    members = yield from get_many(ORDER, (each.order for each in group.value.members))
    needs = GroupNeeds(group=group, order=order, elsewhere=elsewhere, members=members)
    return plan_join_group(command, needs)


def plan_end_group(command: LeaveGroup | CancelGroup | GroupDue, needs: UndoNeeds) -> Plan[GroupUndone]:
    """Decide who leaves a group, or that it ends; every order that loses its place is called off.

    Raises:
        IllegalMove: The group is formed, or over; or the order of who leaves is closed.
        AlreadyShipped: Goods of who leaves have left.
    """
    group, before = GROUP.draft(needs.group), needs.group.value
    reason = CancelReason.SHOP
    match command:
        case LeaveGroup():
            reason = CancelReason.CUSTOMER
            group.add(groups.leave(before, order=command.order_id, at=command.at))
        case CancelGroup():
            group.add(groups.cancel(before, reason=command.reason, at=command.at))
        case GroupDue():
            if before.status is Status.OPEN and command.at >= before.until:
                _drop(group, needs.orders.orders, command.at)
            group.add(groups.elapse(group.value, at=command.at))
        case _:
            assert_never(command)
    undoing = Undoing(needs.orders, id=command.id, by=command.by, at=command.at)
    lost = tuple(id for id in _lost(before, group.value) if id in needs.orders.orders)
    asked = isinstance(command, LeaveGroup)  # who asks is refused when the order cannot be called off
    gone = tuple(id for id in lost if asked or may_undo(needs.orders.orders[id].value))
    answer = GroupUndone(
        group_id=before.id,
        status=group.value.status,
        undone=tuple(undoing.undo(id, reason=reason) for id in gone),
        kept=tuple(id for id in lost if id not in gone),
    )
    return Plan(answer=answer, writes=(*undoing.writes(), *group.writes()))


def _lost(before: Group, after: Group) -> tuple[OrderId, ...]:
    """Return the orders that had a place before, and have none now or one that is worth nothing."""
    if after is before:
        return ()
    ended = after.status in {Status.FAILED, Status.CANCELLED}
    stay = set[OrderId]() if ended else {each.order for each in after.members}
    return tuple(each.order for each in before.members if each.order not in stay)


def end_group(command: LeaveGroup | CancelGroup | GroupDue) -> Work[GroupUndone]:
    """Read a group with the orders of its members, and let one leave or let it end.

    Raises:
        Missing: There is no such group.
    """
    group = yield from get(GROUP, command.group_id)
    ids = (command.order_id,) if isinstance(command, LeaveGroup) else (each.order for each in group.value.members)
    orders = yield from undoable(ids)
    return plan_end_group(command, UndoNeeds(group=group, orders=orders))


def group_due(group: Group, *, at: DateTime) -> GroupDue | None:
    """Return what time asks of *group* at the instant *at*; None when nothing has fallen due.

    The command holds at the deadline, not at *at*: it is the same whoever runs it, and when.
    """
    deadline = None if GROUP.due_at is None else GROUP.due_at(group)
    if deadline is None or at < deadline:
        return None
    return GroupDue(id=due_id(GROUP.kind, group.id, deadline), by=CLOCK, at=deadline, group_id=group.id)
