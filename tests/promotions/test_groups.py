"""Groups of buyers: who gets a place, when a group is formed, fails or ends, and that it never has too many members."""

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import DomainError, IllegalMove
from ecomops.promotions import (
    GROUP,
    BadGroup,
    Group,
    GroupClosed,
    GroupFull,
    GroupId,
    GroupPolicy,
    JoinedAlready,
    NotANewBuyer,
    NotPaid,
    groups,
)
from ecomops.promotions.groups import GroupAdopted, Member, Status
from ecomops.terms import CustomerId, OrderId, PromotionId
from ecomops.testing import NOON
from ecomops.testing.strategies import histories

UNTIL = NOON.add(days=1)


def who(number: int, *, customer: int | None = None, paid: bool = True) -> Member:
    """Return a member by the number of the order."""
    return Member(order=OrderId(f"o-{number}"), customer=CustomerId(f"c-{customer or number}"), paid=paid)


def a_group(size: int = 2, *, leader: Member | None = None, **policy: Any) -> Group:  # noqa: ANN401 - as `GroupPolicy`
    """Return a group with its leader."""
    opened = groups.open_group(
        GroupId("g-1"),
        promotion=PromotionId("p"),
        policy=GroupPolicy(size=size, **policy),
        until=UNTIL,
        leader=leader or who(1),
        at=NOON,
    )
    return GROUP.replay(opened)


def joined(group: Group, *members: Member) -> Group:
    """Return *group* after *members* joined."""
    for each in members:
        group = GROUP.fold(group, groups.join(group, member=each, is_new=False, at=NOON))
    return group


def told(events: tuple[Any, ...]) -> list[str]:
    """Return what happened."""
    return [event.code.removeprefix("group.") for event in events]


def test_a_group_is_formed_by_its_last_place() -> None:
    """Until then nothing of it is shipped; a repeat changes nothing, nor does one of a formed group."""
    group = a_group(3)
    assert (group.places, groups.may_ship(group, order=OrderId("o-1"))) == (2, False)
    group = joined(group, who(2), who(2))
    assert (group.places, group.status) == (1, Status.OPEN)
    assert told(groups.join(group, member=who(3), is_new=False, at=NOON)) == ["joined", "formed"]
    group = joined(group, who(3), who(3))
    assert (group.places, group.status, group.filled) == (0, Status.FORMED, 0)
    assert [groups.may_ship(group, order=OrderId(f"o-{n}")) for n in (1, 3, 4)] == [True, True, False]


@pytest.mark.parametrize(
    ("group", "member", "at", "refusal"),
    [
        (joined(a_group(), who(2)), who(3), NOON, GroupFull),
        (a_group(), who(2), UNTIL, GroupClosed),
        (GROUP.fold(a_group(), groups.cancel(a_group(), reason="r", at=NOON)), who(2), NOON, GroupClosed),
        (a_group(), who(2, customer=1), NOON, JoinedAlready),
        (a_group(new_only=True), who(2), NOON, NotANewBuyer),
        (a_group(), who(2, paid=False), NOON, NotPaid),
        (joined(a_group(leader=who(1, paid=False), leader_pays_first=False), who(2)), who(3), NOON, GroupFull),
    ],
    ids=["full", "too late", "called off", "twice", "not new", "not paid", "full and unpaid"],
)
def test_who_gets_no_place(group: Group, member: Member, at: Any, refusal: type[DomainError]) -> None:  # noqa: ANN401 - an instant
    """Each with its reason."""
    with pytest.raises(refusal):
        groups.join(group, member=member, is_new=False, at=at)


def test_policies_let_more_in() -> None:
    """A person twice where that is allowed; a new buyer where only these are wanted."""
    assert joined(a_group(once_each=False), who(2, customer=1)).status is Status.FORMED
    assert told(groups.join(a_group(new_only=True), member=who(2), is_new=True, at=NOON)) == ["joined", "formed"]


def test_a_leader_may_pay_later() -> None:
    """Then the group is formed by the payment, if every place is taken; who opened it must pay first otherwise."""
    unpaid = who(1, paid=False)
    group = joined(a_group(leader=unpaid, leader_pays_first=False), who(2), unpaid)
    assert (group.places, group.status) == (0, Status.OPEN)
    assert told(groups.join(group, member=who(1), is_new=False, at=NOON)) == ["paid", "formed"]
    assert joined(group, who(1)).members == (who(1), who(2))
    with pytest.raises(NotPaid):
        a_group(leader=unpaid)
    with pytest.raises(GroupClosed):
        groups.open_group(
            GroupId("g"),
            promotion=PromotionId("p"),
            policy=GroupPolicy(size=2),
            until=NOON,
            leader=unpaid,
            at=NOON,
        )


def test_who_leaves_frees_a_place() -> None:
    """The next one leads; when nobody is left the group is over; who has no place leaves nothing."""
    group = joined(a_group(3), who(2))
    assert told(groups.leave(group, order=OrderId("o-9"), at=NOON)) == []
    group = GROUP.fold(group, groups.leave(group, order=OrderId("o-1"), at=NOON))
    assert (group.members, group.places) == ((who(2),), 2)
    last = groups.leave(group, order=OrderId("o-2"), at=NOON)
    assert told(last) == ["left", "cancelled"]
    assert GROUP.fold(group, last).status is Status.CANCELLED
    with pytest.raises(IllegalMove):
        groups.leave(joined(a_group(), who(2)), order=OrderId("o-1"), at=NOON)


def test_the_deadline() -> None:
    """It fails what is not full, or fills it up with who has paid; a repeat and the moment before change nothing."""
    assert groups.elapse(a_group(), at=UNTIL.subtract(microseconds=1)) == ()
    failed = GROUP.fold(a_group(), groups.elapse(a_group(), at=UNTIL))
    assert (failed.status, failed.members, groups.elapse(failed, at=UNTIL)) == (Status.FAILED, (who(1),), ())
    assert groups.leave(failed, order=OrderId("o-1"), at=UNTIL) == ()
    few = a_group(4, fill_from=2)
    assert told(groups.elapse(few, at=UNTIL)) == ["failed"]
    unpaid = joined(a_group(4, fill_from=2, leader=who(1, paid=False), leader_pays_first=False), who(2), who(3))
    assert told(groups.elapse(unpaid, at=UNTIL)) == ["left", "formed"]
    filled = GROUP.fold(unpaid, groups.elapse(unpaid, at=UNTIL))
    assert (filled.members, filled.filled, filled.places) == ((who(2), who(3)), 2, 0)


def test_calling_off() -> None:
    """Once; a formed group stays."""
    group = a_group()
    over = GROUP.fold(group, groups.cancel(group, reason="no stock", at=NOON))
    assert groups.cancel(over, reason="again", at=NOON) == ()
    with pytest.raises(IllegalMove):
        groups.cancel(joined(group, who(2)), reason="no stock", at=NOON)


def test_what_cannot_be_told() -> None:
    """More members than places, or a full group that is filled up; a formed one that is taken over is full."""
    with pytest.raises(BadGroup):
        GroupPolicy(size=2, fill_from=2)
    adopted = GroupAdopted(
        group=GroupId("g"),
        promotion=PromotionId("p"),
        policy=GroupPolicy(size=2),
        status=Status.FORMED,
        until=UNTIL,
        members=(who(1),),
        at=NOON,
    )
    assert (GROUP.replay((adopted,)).filled, GROUP.replay((adopted,)).places) == (1, 0)
    assert GROUP.replay((evolve(adopted, status=Status.OPEN),)).places == 1
    with pytest.raises(BadGroup):
        evolve(adopted, members=(who(1), who(2), who(3)))


@given(histories(GROUP, most=6), st.data())
def test_never_more_members_than_places(events: tuple[Any, ...], data: st.DataObject) -> None:
    """Whatever happened: places are never negative, a formed group has none free, one person stands there once."""
    group = GROUP.replay(events[: data.draw(st.integers(1, len(events)))])
    assert len(group.members) + group.filled + group.places == group.policy.size
    assert group.places >= 0
    if group.status is Status.FORMED:
        assert group.places == 0
        assert all(each.paid for each in group.members)
    if group.policy.once_each:
        assert len({each.customer for each in group.members}) == len(group.members)
