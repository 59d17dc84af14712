"""What the script does with groups of buyers and pre-sales."""

from datetime import timedelta
from typing import Any

from ecomops.kernel import CommandId, Period, later
from ecomops.orders import Returned
from ecomops.promotions import (
    GROUP,
    PRESALE,
    Group,
    GroupId,
    GroupPolicy,
    Presale,
    PresaleId,
    PresaleTerms,
    groups,
    presales,
)
from ecomops.promotions.groups import Member
from ecomops.terms import CustomerId, Funder, OrderId, PromotionId, TenderKind
from ecomops.testing.builders import BUYER, NOON, cny
from ecomops.testing.contract.sample import Events, Sample
from ecomops.workflows.grouping import CancelGroup, GroupUndone
from ecomops.workflows.presaling import CancelPresale, PresaleStands
from ecomops.workflows.undoing import OrderUndone

TOLD: dict[str, Any] = {"id": CommandId("contract"), "by": BUYER, "at": NOON}


def _member(turn: int) -> Member:
    customer = ("c-1", "C-1", "客")[turn % 3]
    return Member(order=OrderId(f"o-{turn % 3}"), customer=CustomerId(customer), paid=turn % 2 == 0)


def _group(name: str, turn: int) -> Events:
    return groups.open_group(
        GroupId(name),
        promotion=PromotionId(("three", "Three", "三人团")[turn % 3]),
        policy=GroupPolicy(size=3, leader_pays_first=False, once_each=False),
        until=later(NOON, timedelta(microseconds=1 + turn % 3)),
        leader=_member(turn),
        at=NOON,
    )


def _joined(group: Group, order: str) -> Events:
    member = Member(order=OrderId(order), customer=CustomerId("客"), paid=True)
    return groups.join(group, member=member, is_new=True, at=NOON)


UNDONE = OrderUndone(
    order_id=OrderId("o-1"),
    refund_due=cny("0.01"),
    tenders=(Returned(kind=TenderKind.GIFT_CARD, funder=Funder.BRAND, amount=cny("1.00")),),
)


def _presale(name: str, turn: int) -> Events:
    end = later(NOON, timedelta(microseconds=1 + turn % 3))
    terms = PresaleTerms(
        price=cny("300.00"),
        deposit=cny("50.00"),
        worth=cny("100.00"),
        first=Period(start=NOON, end=end),
        second=Period(start=end, end=later(end, timedelta(days=1))),
    )
    customer = (None, CustomerId("c-1"), CustomerId("C-1"), CustomerId("客"))[turn % 4]
    return presales.reserve(PresaleId(name), promotion=PromotionId("双十一"), customer=customer, terms=terms, at=NOON)


def _paid(presale: Presale) -> Events:
    return presales.pay_deposit(presale, captured=cny("50.00"), at=NOON)


TOGETHER: tuple[Sample, ...] = (
    Sample(
        noun=GROUP,
        command=CancelGroup(**TOLD, group_id=GroupId("三"), reason="no stock"),
        answer=GroupUndone(
            group_id=GroupId("三"),
            status=groups.Status.CANCELLED,
            undone=(UNDONE,),
            kept=(OrderId("o-2"),),
        ),
        opened=_group,
        first=lambda group: _joined(group, "o-8"),
        second=lambda group: _joined(group, "o-9"),
    ),
    Sample(
        noun=PRESALE,
        command=CancelPresale(**TOLD, presale_id=PresaleId("预"), cause=presales.Cause.SHOP),
        answer=PresaleStands(
            presale_id=PresaleId("预"), status=presales.Status.CANCELLED, refund_due=cny("0.01"), undone=UNDONE
        ),
        opened=_presale,
        first=_paid,
        second=lambda presale: presales.cancel(presale, cause=presales.Cause.BUYER, at=NOON),
    ),
)
"""What the script does with each noun of what buyers do together."""
