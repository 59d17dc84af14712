"""Groups of buyers: commands in few words, and a case and a refusal of every use case."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Command, CommandId
from ecomops.promotions import GroupId, GroupPolicy
from ecomops.terms import CustomerId, OrderId, PromotionId
from ecomops.testing import BUYER, NOON, a_checkout, a_discount, a_line, a_notice, a_placement, a_taking
from ecomops.workflows.clock import CLOCK
from ecomops.workflows.grouping import CancelGroup, GroupDue, JoinGroup, LeaveGroup, OpenGroup
from ecomops.workflows.placement import PlaceOrder
from tests.workflows.shop import STAFF, a_shipment

G, THREE, UNTIL = GroupId("g-1"), PromotionId("three"), NOON.add(days=1)


def an_order_of(number: int, *, customer: str | None = None, promotion: str = "three") -> PlaceOrder:
    """Return the command that places an order at the group's price: 7.00 instead of 10.00."""
    line = a_line(gross="10.00", discounts=(evolve(a_discount("3.00"), promotion=PromotionId(promotion)),))
    checkout = evolve(a_checkout(line, order_id=f"o-{number}"), customer=CustomerId(customer or f"c-{number}"))
    return a_placement(checkout, id=f"c-place-{number}")


def bought(number: int, **more: Any) -> tuple[Command, ...]:  # noqa: ANN401 - as `an_order_of` takes it
    """Return the commands that place an order and pay for it."""
    paid = a_taking(a_notice(amount="7.00", reference=f"r-{number}"), id=f"c-pay-{number}", order_id=f"o-{number}")
    return an_order_of(number, **more), paid


def opening(
    number: int = 1,
    *,
    id: str = "c-open",
    group: GroupId = G,
    until: DateTime = UNTIL,
    at: DateTime = NOON,
    size: int = 2,
    **policy: Any,  # noqa: ANN401 - as `GroupPolicy` takes it
) -> OpenGroup:
    """Return the command that opens a group of two."""
    return OpenGroup(
        id=CommandId(id),
        by=BUYER,
        at=at,
        group_id=group,
        promotion=THREE,
        order_id=OrderId(f"o-{number}"),
        policy=GroupPolicy(size=size, **policy),
        until=until,
    )


def joining(
    number: int = 2, *, id: str = "c-join", group: GroupId = G, is_new: bool = False, at: DateTime = NOON
) -> JoinGroup:
    """Return the command that gives an order a place."""
    return JoinGroup(id=CommandId(id), by=BUYER, at=at, group_id=group, order_id=OrderId(f"o-{number}"), is_new=is_new)


def leaving(number: int = 1, *, id: str = "c-leave") -> LeaveGroup:
    """Return the command that takes an order out."""
    return LeaveGroup(id=CommandId(id), by=BUYER, at=NOON, group_id=G, order_id=OrderId(f"o-{number}"))


def calling_off(*, id: str = "c-off") -> CancelGroup:
    """Return the command that calls the group off."""
    return CancelGroup(id=CommandId(id), by=STAFF, at=NOON, group_id=G, reason="no stock")


def the_end(at: DateTime = UNTIL, *, id: str = "c-end") -> GroupDue:
    """Return the command of time."""
    return GroupDue(id=CommandId(id), by=CLOCK, at=at, group_id=G)


OPENED: tuple[Command, ...] = (*bought(1), opening())
UNPAID: tuple[Command, ...] = (an_order_of(1), opening(leader_pays_first=False))
LED: tuple[Command, ...] = (*bought(1), opening(size=3, fill_from=2), *bought(2), joining())
FORMED: tuple[Command, ...] = (*OPENED, *bought(2), joining())

TOGETHER_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "open a group": (opening(), bought(1)),
    "open a group unpaid": (opening(leader_pays_first=False), (an_order_of(1),)),
    "join a group": (joining(), (*OPENED, *bought(2))),
    "join a group again": (joining(id="c-2"), FORMED),
    "pay as the leader": (joining(1), (*UNPAID, bought(1)[1])),
    "leave a group": (leaving(2), LED),
    "leave a group alone": (leaving(), OPENED),
    "leave no place": (leaving(3), OPENED),
    "call a group off": (calling_off(), LED),
    "a group fails": (the_end(), OPENED),
    "a group is filled up": (the_end(), LED),
    "a group does not fail": (the_end(NOON), OPENED),
}
"""A command of every use case, and what came before it."""

TOGETHER_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "open a group twice": ("group.exists", (*OPENED, *bought(2)), opening(2, id="c-2")),
    "open another group": ("group.joined_already", OPENED, opening(id="c-2", group=GroupId("g-2"))),
    "open a group too late": ("group.closed", bought(1), opening(until=NOON)),
    "open a group before paying": ("group.not_paid", (an_order_of(1),), opening()),
    "open a group at another price": ("group.wrong_order", bought(1, promotion="other"), opening()),
    "join no group": ("noun.not_found", bought(2), joining()),
    "join a full group": ("group.full", (*FORMED, *bought(3)), joining(3, id="c-3")),
    "join a closed group": ("group.closed", (*OPENED, *bought(2)), joining(at=UNTIL)),
    "join a group twice": ("group.joined_already", (*OPENED, *bought(2, customer="c-1")), joining()),
    "join a group of new buyers": ("group.not_new", (*bought(1), opening(new_only=True), *bought(2)), joining()),
    "join before paying": ("group.not_paid", (*OPENED, an_order_of(2)), joining()),
    "leave a formed group": ("group.illegal_move", FORMED, leaving()),
    "call a formed group off": ("group.illegal_move", FORMED, calling_off()),
    "time for no group": ("noun.not_found", (), the_end()),
    "leave after shipping": ("order.already_shipped", (*OPENED, a_shipment()), leaving()),
}
"""A refusal of every use case: its code, what came before, the command."""
