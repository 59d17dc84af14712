"""Groups of buyers and pre-sales: commands in few words, and a case and a refusal of every use case."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, Period
from ecomops.orders import Checkout
from ecomops.promotions import PRESALE, GroupId, GroupPolicy, PresaleId, PresaleTerms, presales
from ecomops.promotions.presales import Cause
from ecomops.terms import CustomerId, OrderId, PromotionId
from ecomops.testing import BUYER, NOON, a_checkout, a_discount, a_line, a_notice, a_placement, a_taking, cny
from ecomops.workflows.clock import CLOCK
from ecomops.workflows.grouping import CancelGroup, GroupDue, JoinGroup, LeaveGroup, OpenGroup
from ecomops.workflows.placement import PlaceOrder
from ecomops.workflows.presaling import (
    CancelPresale,
    OrderPresale,
    PresaleDue,
    ReservePresale,
    TakeBalance,
    TakeDeposit,
)
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


# --- pre-sales ----------------------------------------------------------------------------------------------------

Q, ELEVEN = PresaleId("q-1"), PromotionId("eleven")
FIRST = Period(start=NOON, end=NOON.add(days=1))
SECOND = Period(start=NOON.add(days=2), end=NOON.add(days=3))
TERMS = PresaleTerms(price=cny("300.00"), deposit=cny("50.00"), worth=cny("100.00"), first=FIRST, second=SECOND)
OPEN, CLOSED = SECOND.start, SECOND.end


def reserving(
    *, id: str = "c-reserve", presale: str = Q, at: DateTime = NOON, terms: PresaleTerms = TERMS
) -> ReservePresale:
    """Return the command that agrees to a pre-sale: 50.00 that count as 100.00, of 300.00."""
    told: dict[str, Any] = {"id": CommandId(id), "by": BUYER, "at": at, "presale_id": PresaleId(presale)}
    return ReservePresale(**told, promotion=ELEVEN, customer=CustomerId("c-1"), terms=terms)


def depositing(amount: str = "50.00", *, id: str = "c-deposit", at: DateTime = NOON) -> TakeDeposit:
    """Return the command that takes the notice of a deposit."""
    notice = a_notice(amount=amount, reference="d-1")
    return TakeDeposit(id=CommandId(id), by=BUYER, at=at, presale_id=Q, notice=notice)


def expanding(order: str = "o-1", *, discount: str = "10.00", terms: PresaleTerms = TERMS) -> Checkout:
    """Return the checkout of the balance with one more discount."""
    (reserved,) = presales.reserve(Q, promotion=ELEVEN, customer=None, terms=terms, at=terms.first.start)
    line = a_line(gross=str(terms.price).split()[0], discounts=(a_discount(discount),))
    lines = presales.expanded(PRESALE.replay((reserved,)), (line,))
    return evolve(a_checkout(*lines, order_id=order), customer=CustomerId("c-1"))


def too_cheap() -> Checkout:
    """Return a checkout of which less is left than the deposit."""
    checkout = expanding()
    (line,) = checkout.lines
    more = (*line.discounts, a_discount("200.00", promotion="more"))
    return evolve(checkout, lines=(evolve(line, discounts=more),))


def balancing(checkout: Checkout | None = None, *, id: str = "c-order", at: DateTime = OPEN) -> OrderPresale:
    """Return the command that places the order of the balance."""
    return OrderPresale(id=CommandId(id), by=BUYER, at=at, presale_id=Q, checkout=checkout or expanding())


def paying(amount: str = "190.00", *, id: str = "c-balance", at: DateTime = OPEN) -> TakeBalance:
    """Return the command that takes the notice of the balance."""
    notice = a_notice(amount=amount, reference="b-1")
    return TakeBalance(id=CommandId(id), by=BUYER, at=at, presale_id=Q, notice=notice)


def withdrawing(cause: Cause = Cause.BUYER, *, id: str = "c-withdraw", at: DateTime = NOON) -> CancelPresale:
    """Return the command that calls it off."""
    return CancelPresale(id=CommandId(id), by=STAFF, at=at, presale_id=Q, cause=cause)


def passing(at: DateTime, *, id: str = "c-passed") -> PresaleDue:
    """Return the command of time."""
    return PresaleDue(id=CommandId(id), by=CLOCK, at=at, presale_id=Q)


RESERVED: tuple[Command, ...] = (reserving(),)
DEPOSITED: tuple[Command, ...] = (*RESERVED, depositing())
ORDERED: tuple[Command, ...] = (*DEPOSITED, balancing())
SETTLED: tuple[Command, ...] = (*ORDERED, paying())

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
    "agree to a pre-sale": (reserving(), ()),
    "pay a deposit": (depositing(), RESERVED),
    "pay a deposit again": (depositing(id="c-poll"), DEPOSITED),
    "pay a deposit too late": (depositing(at=FIRST.end), RESERVED),
    "order a pre-sale": (balancing(), DEPOSITED),
    "pay a balance": (paying(), ORDERED),
    "withdraw before the balance": (withdrawing(), DEPOSITED),
    "withdraw with an order": (withdrawing(at=OPEN), ORDERED),
    "withdraw after the balance": (withdrawing(at=OPEN), SETTLED),
    "the shop cannot deliver": (withdrawing(Cause.SHOP, at=OPEN), SETTLED),
    "a deposit lapses": (passing(FIRST.end), RESERVED),
    "a balance opens": (passing(OPEN), DEPOSITED),
    "a balance lapses": (passing(CLOSED), ORDERED),
    "a pre-sale waits": (passing(NOON), DEPOSITED),
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
    "agree to a pre-sale twice": ("presale.exists", RESERVED, reserving(id="c-2")),
    "agree to a pre-sale too late": ("presale.closed", (), reserving(at=FIRST.end)),
    "agree to a pre-sale without a payment": ("value.bad_text", (), reserving(presale="q" * 200)),
    "a deposit for nothing": ("noun.not_found", (), depositing()),
    "order before the deposit": ("presale.illegal_move", RESERVED, balancing()),
    "order before the window": ("presale.illegal_move", DEPOSITED, balancing(at=NOON)),
    "order after the window": ("presale.closed", DEPOSITED, balancing(at=CLOSED)),
    "order a pre-sale twice": ("presale.ordered_already", ORDERED, balancing(expanding("o-2"), id="c-2")),
    "order at another price": ("presale.wrong_price", DEPOSITED, balancing(a_checkout())),
    "order below the deposit": ("presale.wrong_price", DEPOSITED, balancing(too_cheap())),
    "a balance for nothing": ("noun.not_found", (), paying()),
    "a balance without an order": ("presale.not_ordered", DEPOSITED, paying()),
    "withdraw too late": ("presale.illegal_move", (*DEPOSITED, passing(CLOSED)), withdrawing(at=CLOSED)),
    "time for no pre-sale": ("noun.not_found", (), passing(NOON)),
    "leave after shipping": ("order.already_shipped", (*OPENED, a_shipment()), leaving()),
}
"""A refusal of every use case: its code, what came before, the command."""
