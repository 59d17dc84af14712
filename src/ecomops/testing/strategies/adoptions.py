"""What is taken over in the middle: events whose counters must fit each other."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops.promotions import GroupId, GroupPolicy
from ecomops.promotions.batches import BatchAdopted
from ecomops.promotions.groups import GroupAdopted, Member, Status
from ecomops.terms import BatchId, CustomerId, OrderId, PromotionId

Draw = Callable[[Any], SearchStrategy[Any]]
"""Draws values of an annotation."""


@st.composite
def adopted_batches(draw: DrawFn, values_of: Draw) -> BatchAdopted:
    """Draw a batch of which no more is bound, used and gone than was issued."""
    reserved, redeemed, expired, invalidated, free = (draw(st.integers(0, 9)) for _ in range(5))
    return BatchAdopted(
        batch=draw(values_of(BatchId)),
        issued=reserved + redeemed + expired + invalidated + free,
        reserved=reserved,
        redeemed=redeemed,
        expired=expired,
        invalidated=invalidated,
        most=draw(st.none() | st.integers(0, 99)),
        at=draw(values_of(DateTime)),
    )


@st.composite
def group_policies(draw: DrawFn, _: Draw) -> GroupPolicy:
    """Draw what is asked of a small group."""
    size = draw(st.integers(2, 5))
    return GroupPolicy(
        size=size,
        leader_pays_first=draw(st.booleans()),
        once_each=draw(st.booleans()),
        new_only=draw(st.booleans()),
        fill_from=draw(st.none() | st.integers(1, size - 1)),
    )


@st.composite
def adopted_groups(draw: DrawFn, values_of: Draw) -> GroupAdopted:
    """Draw a group with no more members than places, each of an order of its own."""
    policy = draw(group_policies(values_of))
    members = tuple(
        Member(order=OrderId(f"o-{n}"), customer=draw(values_of(CustomerId)), paid=draw(st.booleans()))
        for n in range(draw(st.integers(0, policy.size)))
    )
    return GroupAdopted(
        group=draw(values_of(GroupId)),
        promotion=draw(values_of(PromotionId)),
        policy=policy,
        status=draw(st.sampled_from(Status)),
        until=draw(values_of(DateTime)),
        members=members,
        at=draw(values_of(DateTime)),
    )


ADOPTIONS: Mapping[type, Callable[[Draw], SearchStrategy[Any]]] = {
    BatchAdopted: adopted_batches,
    GroupPolicy: group_policies,
    GroupAdopted: adopted_groups,
}
"""What is drawn whole, since its fields must fit each other."""
