"""How groups of buyers and pre-sales live."""

from datetime import timedelta

from pendulum import DateTime

from ecomops.kernel import Period, later
from ecomops.promotions import GROUP, PRESALE, GroupPolicy, Presale, PresaleTerms, groups, presales
from ecomops.promotions.groups import Member
from ecomops.terms import CustomerId, OrderId
from ecomops.testing.builders import NOON, cny
from ecomops.testing.strategies.life import Life, always

MEMBERS = tuple(
    Member(order=OrderId(f"o-{n}"), customer=CustomerId(f"c-{n % 3}"), paid=paid)
    for n in range(4)
    for paid in (True, True, False)
)
POLICIES = (
    GroupPolicy(size=2),
    GroupPolicy(size=2, leader_pays_first=False, once_each=False),
    GroupPolicy(size=3, new_only=True, leader_pays_first=False),
    GroupPolicy(size=4, fill_from=1, leader_pays_first=False),
)

HOUR = timedelta(hours=1)
TERMS = tuple(
    PresaleTerms(
        price=cny("300.00"),
        deposit=cny("50.00"),
        worth=cny("100.00"),
        first=Period(start=NOON, end=later(NOON, HOUR * first)),
        second=Period(start=later(NOON, HOUR * first), end=later(NOON, HOUR * second)),
    )
    for first, second in ((1, 24 * 20), (1, 24 * 90), (24 * 9, 24 * 30))
)


def call_off(presale: Presale, *, cause: presales.Cause, sure: bool, at: DateTime) -> tuple[presales.Later, ...]:
    """Call a pre-sale off, seldom: it is what remains while a window is not open."""
    return presales.cancel(presale, cause=cause, at=at) if sure else ()


TOGETHER: tuple[Life, ...] = (
    Life(
        noun=GROUP,
        begins=(groups.open_group,),
        follows=(groups.elapse, groups.cancel, groups.join, groups.join, groups.leave, groups.join),
        arguments={
            "policy": always(*POLICIES),
            "until": always(*(later(NOON, timedelta(hours=hours)) for hours in (1, 24, 24 * 10))),
            "leader": always(*MEMBERS[:3]),
            "member": always(*MEMBERS),
            "order": always(*(each.order for each in MEMBERS)),
        },
    ),
    Life(
        noun=PRESALE,
        begins=(presales.reserve,),
        follows=(
            *(presales.settle, presales.order, presales.pay_deposit, presales.elapse),
            *(presales.settle, presales.order, presales.pay_deposit, call_off),
        ),
        arguments={
            "terms": always(*TERMS),
            "captured": always(*map(cny, ("50.00", "50.00", "49.99"))),
            "order": always(*map(OrderId, ("o-1", "o-1", "o-2"))),
            "balance": always(cny("200.00")),
            "sure": always(*[True, *[False] * 3]),
        },
    ),
)
"""How what buyers do together lives."""
