"""How groups of buyers live."""

from datetime import timedelta

from ecomops.kernel import later
from ecomops.promotions import GROUP, GroupPolicy, groups
from ecomops.promotions.groups import Member
from ecomops.terms import CustomerId, OrderId
from ecomops.testing.builders import NOON
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
)
"""How what buyers do together lives."""
