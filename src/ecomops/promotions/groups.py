"""Group buying (拼团): a leader opens a group, buyers join with their paid orders, it is formed or it fails.

A group holds its members, not a counter of places: who has one matters, and there are few. So a store compares the
version of its row: of two buyers of the last place the second is read again, and finds the group full.
"""

from enum import StrEnum
from typing import Any, ClassVar, assert_never

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Id, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, some_text, tuple_of, whole
from ecomops.kernel.copies import changed
from ecomops.promotions.errors import BadGroup, GroupClosed, GroupFull, JoinedAlready, NotANewBuyer, NotPaid
from ecomops.terms import CustomerId, OrderId, PromotionId

MOST_PLACES = 500
"""The largest group: its members stand in one row, and one commit calls all their orders off."""


class GroupId(Id):
    """Names a group of buyers."""

    __slots__ = ()


class Status(StrEnum):
    """Where a group stands."""

    OPEN = "open"
    FORMED = "formed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@frozen(kw_only=True)
class GroupPolicy:
    """What the shop asks of a group; it is written into the group when it opens.

    Args:
        size: How many places it has, 2 to 500.
        leader_pays_first: Whether the leader's order must be paid when the group opens; otherwise by its deadline.
        once_each: Whether a person has one place at most.
        new_only: Whether all but the leader must be new buyers; the host says who is one.
        fill_from: From how many paid members the shop fills the rest up at the deadline; None is never.

    Raises:
        BadGroup: The shop would fill up a group that is full.

    Example:
        >>> GroupPolicy(size=3).fill_from is None
        True
    """

    size: int = field(validator=whole(2, MOST_PLACES))
    leader_pays_first: bool = field(default=True, validator=is_a(bool))
    once_each: bool = field(default=True, validator=is_a(bool))
    new_only: bool = field(default=False, validator=is_a(bool))
    fill_from: int | None = field(default=None, validator=optional(whole(1, MOST_PLACES)))

    def __attrs_post_init__(self) -> None:
        """Refuse to fill up what is full."""
        if self.fill_from is not None and self.fill_from >= self.size:
            raise BadGroup(size=self.size, members=self.fill_from)


@frozen(kw_only=True)
class Member:
    """Who has a place, by which order, and whether that is paid."""

    order: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    paid: bool = field(validator=is_a(bool))


def _members(instance: object, attribute: "Attribute[Any]", value: tuple[Member, ...]) -> None:
    tuple_of(Member)(instance, attribute, value)
    require_once((each.order for each in value), field=f"{type(instance).__name__}.{attribute.name}")


@frozen(kw_only=True)
class Group:
    """A group of buyers.

    Args:
        id: Its id.
        promotion: What gives the group price.
        policy: What the shop asks of it.
        status: Where it stands.
        until: When it fails unless it is formed.
        members: Who has a place, the leader first; those who were there at its end stay.
        filled: Places that the shop filled up.
    """

    id: GroupId = field(validator=is_a(GroupId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    policy: GroupPolicy = field(validator=is_a(GroupPolicy))
    status: Status = field(validator=is_a(Status))
    until: DateTime = field(validator=an_instant)
    members: tuple[Member, ...] = field(validator=_members)
    filled: int = field(default=0, validator=whole(0, MOST_PLACES))

    @property
    def places(self) -> int:
        """How many places are free."""
        return self.policy.size - len(self.members) - self.filled


@frozen(kw_only=True)
class GroupOpened:
    """A leader opened a group."""

    code: ClassVar[str] = "group.opened"

    group: GroupId = field(validator=is_a(GroupId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    policy: GroupPolicy = field(validator=is_a(GroupPolicy))
    until: DateTime = field(validator=an_instant)
    leader: Member = field(validator=is_a(Member))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GroupAdopted:
    """A group was taken over from another system as it stood.

    Raises:
        BadGroup: It has more members than places.
        Repeated: An order stands in it twice.
    """

    code: ClassVar[str] = "group.adopted"

    group: GroupId = field(validator=is_a(GroupId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    policy: GroupPolicy = field(validator=is_a(GroupPolicy))
    status: Status = field(validator=is_a(Status))
    until: DateTime = field(validator=an_instant)
    members: tuple[Member, ...] = field(validator=_members)
    at: DateTime = field(validator=an_instant)

    def __attrs_post_init__(self) -> None:
        """Refuse more members than places."""
        if len(self.members) > self.policy.size:
            raise BadGroup(size=self.policy.size, members=len(self.members))


@frozen(kw_only=True)
class GroupJoined:
    """A buyer took a place with a paid order."""

    code: ClassVar[str] = "group.joined"

    group: GroupId = field(validator=is_a(GroupId))
    order: OrderId = field(validator=is_a(OrderId))
    customer: CustomerId = field(validator=is_a(CustomerId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GroupPaid:
    """The order of a leader who had opened it unpaid was paid."""

    code: ClassVar[str] = "group.paid"

    group: GroupId = field(validator=is_a(GroupId))
    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GroupLeft:
    """A place is free again: its order was called off."""

    code: ClassVar[str] = "group.left"

    group: GroupId = field(validator=is_a(GroupId))
    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GroupFormed:
    """Every place is taken and paid (成团); *filled* of them by the shop."""

    code: ClassVar[str] = "group.formed"

    group: GroupId = field(validator=is_a(GroupId))
    filled: int = field(validator=whole(0, MOST_PLACES))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GroupFailed:
    """The deadline came before every place was taken and paid; all orders are called off."""

    code: ClassVar[str] = "group.failed"

    group: GroupId = field(validator=is_a(GroupId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GroupCancelled:
    """The shop called the group off, or its last member left; all orders are called off."""

    code: ClassVar[str] = "group.cancelled"

    group: GroupId = field(validator=is_a(GroupId))
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


Opening = GroupOpened | GroupAdopted
Later = GroupJoined | GroupPaid | GroupLeft | GroupFormed | GroupFailed | GroupCancelled
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "group",
    events=Event,
    table={
        None: {GroupOpened: Status.OPEN, GroupAdopted: ADOPTED},
        Status.OPEN: {
            GroupJoined: Status.OPEN,
            GroupPaid: Status.OPEN,
            GroupLeft: Status.OPEN,
            GroupFormed: Status.FORMED,
            GroupFailed: Status.FAILED,
            GroupCancelled: Status.CANCELLED,
        },
        Status.FORMED: {},
        Status.FAILED: {},
        Status.CANCELLED: {},
    },
)

LAST_LEFT = "last left"
"""Why a group without members is over."""


def open_group(
    id: GroupId, *, promotion: PromotionId, policy: GroupPolicy, until: DateTime, leader: Member, at: DateTime
) -> tuple[GroupOpened]:
    """Open a group with its leader in the first place.

    Args:
        id: Its id.
        promotion: What gives the group price.
        policy: What the shop asks of it.
        until: When it fails unless it is formed.
        leader: Who opens it, by which order.
        at: When.

    Raises:
        GroupClosed: The deadline is not after *at*.
        NotPaid: The leader's order must be paid first, and is not.
    """
    if until <= at:
        raise GroupClosed(id=id, until=until.isoformat())
    if policy.leader_pays_first and not leader.paid:
        raise NotPaid(id=id, order=leader.order)
    return (GroupOpened(group=id, promotion=promotion, policy=policy, until=until, leader=leader, at=at),)


def join(
    group: Group, *, member: Member, is_new: bool, at: DateTime
) -> tuple[GroupJoined | GroupPaid | GroupFormed, ...]:  # fmt: skip
    """Give *member* a place, or note that the leader's order is paid now; () when that has been told.

    The group is formed when every place is taken and paid.

    Args:
        group: The group.
        member: Who joins, by which order.
        is_new: Whether the host knows this buyer as new.
        at: When.

    Raises:
        NotPaid: The order is not paid.
        GroupFull: No place is free.
        GroupClosed: It is over, or its deadline has come.
        JoinedAlready: The buyer has a place by another order.
        NotANewBuyer: It is for new buyers.
    """
    there = next((each for each in group.members if each.order == member.order), None)
    if there is not None and (there.paid or not member.paid):
        return ()
    _require_open(group, at)
    if not member.paid:
        raise NotPaid(id=group.id, order=member.order)
    if there is not None:
        paid = GroupPaid(group=group.id, order=member.order, at=at)
        return (paid, *_formed(evolve(group, paid), at))
    _require_place(group, member, is_new=is_new)
    joined = GroupJoined(group=group.id, order=member.order, customer=member.customer, at=at)
    return (joined, *_formed(evolve(group, joined), at))


def _require_open(group: Group, at: DateTime) -> None:
    if group.status is Status.FORMED:
        raise GroupFull(id=group.id, size=group.policy.size)
    if group.status is not Status.OPEN or at >= group.until:
        raise GroupClosed(id=group.id, until=group.until.isoformat())


def _require_place(group: Group, member: Member, *, is_new: bool) -> None:
    if not group.places:
        raise GroupFull(id=group.id, size=group.policy.size)
    taken = next((each.order for each in group.members if each.customer == member.customer), None)
    if group.policy.once_each and taken is not None:
        raise JoinedAlready(id=group.id, order=taken)
    if group.policy.new_only and not is_new:
        raise NotANewBuyer(id=group.id, order=member.order)


def _formed(group: Group, at: DateTime) -> tuple[GroupFormed, ...]:
    if group.places or not all(each.paid for each in group.members):
        return ()
    return (GroupFormed(group=group.id, filled=0, at=at),)


def leave(group: Group, *, order: OrderId, at: DateTime) -> tuple[GroupLeft | GroupCancelled, ...]:
    """Free the place of an order that is called off; () when it has none, or the group is over.

    The next member leads when the leader leaves; a group that nobody is left of is over.

    Raises:
        IllegalMove: The group is formed: the order is called off like any other, and the group stays.
    """
    if all(each.order != order for each in group.members) or group.status in {Status.FAILED, Status.CANCELLED}:
        return ()
    LIFECYCLE.require(group.status, GroupLeft, id=group.id)
    left = GroupLeft(group=group.id, order=order, at=at)
    alone = len(group.members) == 1
    return (left, GroupCancelled(group=group.id, reason=LAST_LEFT, at=at)) if alone else (left,)


def cancel(group: Group, *, reason: str, at: DateTime) -> tuple[GroupCancelled, ...]:
    """Call *group* off; () when it was already.

    Raises:
        IllegalMove: It is formed, or has failed.
    """
    if group.status is Status.CANCELLED:
        return ()
    LIFECYCLE.require(group.status, GroupCancelled, id=group.id)
    return (GroupCancelled(group=group.id, reason=reason, at=at),)


def elapse(group: Group, *, at: DateTime) -> tuple[GroupLeft | GroupFormed | GroupFailed, ...]:
    """Do what time asks of *group*: at its deadline it fails, or the shop fills it up; () before that, or when over.

    Who has not paid by then has no place in a group that is filled up.
    """
    if group.status is not Status.OPEN or at < group.until:
        return ()
    paid = sum(each.paid for each in group.members)
    if paid < (group.policy.size if group.policy.fill_from is None else group.policy.fill_from):
        return (GroupFailed(group=group.id, at=at),)
    gone = (GroupLeft(group=group.id, order=each.order, at=at) for each in group.members if not each.paid)
    return (*gone, GroupFormed(group=group.id, filled=group.policy.size - paid, at=at))


def may_ship(group: Group, *, order: OrderId) -> bool:
    """Tell whether *order* may leave: its group is formed. A host asks before it ships.

    Example:
        >>> from ecomops.testing import NOON
        >>> leader = Member(order=OrderId("o-1"), customer=CustomerId("ann"), paid=True)
        >>> policy, until = GroupPolicy(size=2), NOON.add(days=1)
        >>> opened = open_group(
        ...     GroupId("g-1"), promotion=PromotionId("p"), policy=policy, until=until, leader=leader, at=NOON
        ... )
        >>> may_ship(GROUP.replay(opened), order=leader.order)
        False
    """
    return group.status is Status.FORMED and any(each.order == order for each in group.members)


def begin(event: Opening) -> Group:
    """Return the group that *event* tells of."""
    members = (event.leader,) if isinstance(event, GroupOpened) else event.members
    status = LIFECYCLE.opened(event)
    formed = status is Status.FORMED
    return Group(
        id=event.group,
        promotion=event.promotion,
        policy=event.policy,
        status=status,
        until=event.until,
        members=members,
        filled=event.policy.size - len(members) if formed else 0,
    )


def evolve(group: Group, event: Later) -> Group:
    """Return the group as it stands after *event*."""
    status = LIFECYCLE.after(group.status, type(event))
    match event:
        case GroupJoined(order=order, customer=customer):
            member = Member(order=order, customer=customer, paid=True)
            return changed(group, status=status, members=(*group.members, member))
        case GroupPaid(order=order):
            members = tuple(changed(each, paid=True) if each.order == order else each for each in group.members)
            return changed(group, status=status, members=members)
        case GroupLeft(order=order):
            members = tuple(each for each in group.members if each.order != order)
            return changed(group, status=status, members=members)
        case GroupFormed(filled=filled):
            return changed(group, status=status, filled=filled)
        case GroupFailed() | GroupCancelled():
            return changed(group, status=status)
        case _:
            assert_never(event)


GROUP: Noun[Group, Opening, Later] = Noun(
    kind="group",
    model=Group,
    events=Event,
    opens=(GroupOpened, GroupAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda group: group.id,
    due_at=lambda group: group.until if group.status is Status.OPEN else None,
    keys={
        "status": lambda group: group.status,
        "promotion": lambda group: group.promotion,
        "order": lambda group: tuple(each.order for each in group.members),
        "customer": lambda group: tuple(each.customer for each in group.members),
    },
)
