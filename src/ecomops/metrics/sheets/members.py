"""Figures of members: the block of a sheet (会员), and which share of the new and of the old members bought.

New and old is told by the beginning of each period: that looks at two families at once, and is counted here.
"""

from collections.abc import Sequence

import numpy as np

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Period, Text
from ecomops.metrics.dictionary.basic import ORDERS
from ecomops.metrics.dictionary.making import distinct, having, told
from ecomops.metrics.evaluating import divided
from ecomops.metrics.families import Facts, Orders
from ecomops.metrics.families_care import Members
from ecomops.metrics.families_traffic import Visits
from ecomops.metrics.formulas import Kpi
from ecomops.metrics.sheets.purchases import Purchases
from ecomops.metrics.tables import Column, Reason, no_reasons, read_only
from ecomops.metrics.units import NUMBER, Additivity

NEW_MEMBERS = "member_purchase_ratio.new"
OLD_MEMBERS = "member_purchase_ratio.old"
_IS_MEMBER = Members["customer"] >= 0
ALL_MEMBERS = "member_purchase_ratio"
_WORDS = {
    ALL_MEMBERS: told(ALL_MEMBERS).name,
    NEW_MEMBERS: Text("new members who bought", "新会员购物比率"),
    OLD_MEMBERS: Text("old members who bought", "老会员购物比率"),
}

MEMBER_CONVERSION_RATE = (
    distinct(Orders, "member_buyers", "buyers", "customer", where=_IS_MEMBER)
    / distinct(Visits, "member_visitors", "buyers", "customer", where=_IS_MEMBER)
).named("member_conversion_rate", Text("members who came and bought", "会员转化率"))
"""Members who bought over members who came."""


def member_repurchase_rate(days: int = 30) -> Kpi:
    """Return the share of the members who bought in the last days who did so at least twice (会员复购率).

    Example:
        >>> member_repurchase_rate(14).name.en
        'members who bought again (last 14 days)'
    """
    again = having(Orders["customer"], "members_again", "buyers", ORDERS >= 2, where=_IS_MEMBER)  # noqa: PLR2004 - again
    once = distinct(Orders, "members_once", "buyers", "customer", where=_IS_MEMBER)
    words = Text(f"members who bought again (last {days} days)", f"会员复购率（近{days}天）")
    return ((again / once).trailing(days) * 1).named("member_repurchase_rate", words)


def purchase_ratios(facts: Facts, periods: Sequence[Period], bought: Purchases) -> tuple[Column, ...]:
    """Return for each period which share of its members bought in it: of all, of the new and of the old ones.

    All are those at its end, who joined before it and had not left; new ones joined in it; old ones were there when it
    began. Who joins later bought as no member.

    Args:
        facts: What happened.
        periods: The periods, as far as they were observed.
        bought: All purchases of known customers.
    """
    counts = np.zeros((6, len(periods)), dtype=np.int64)
    reasons = no_reasons(len(periods))
    if Members in facts:
        for place, period in enumerate(periods):
            counts[:, place] = _counted(facts[Members], period, bought)
    else:
        reasons = np.full(len(periods), Reason.NOT_OBSERVED, dtype=np.int8)
    return tuple(_column(key, counts[2 * place], counts[2 * place + 1], reasons) for place, key in enumerate(_WORDS))


def _counted(members: Members, period: Period, bought: Purchases) -> list[int]:
    """Return how many members bought, and how many there are: of all, of the new and of the old ones."""
    start, end = microseconds(period.start), microseconds(period.end)
    joined, left = members.joined_at, members.left_at
    there = np.zeros(max(_past(members.customer), _past(bought.customer)), dtype=np.bool_)
    there[bought.customer[(start <= bought.at) & (bought.at < end)]] = True
    own = there[members.customer]
    groups = ((joined < end) & (end <= left), (start <= joined) & (joined < end), (joined < start) & (start <= left))
    return [int(each.sum()) for group in groups for each in (group & own, group)]


def _past(codes: Ints) -> int:
    return int(codes.max()) + 1 if len(codes) else 0


def _column(key: str, above: Ints, below: Ints, reasons: "np.ndarray[tuple[int], np.dtype[np.int8]]") -> Column:
    values, found = divided(above, below, reasons)
    return Column(
        key=key,
        name=_WORDS[key],
        unit=NUMBER,
        additivity=Additivity.RATIO,
        values=read_only(values),
        reasons=found,
    )
