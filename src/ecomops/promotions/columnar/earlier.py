"""What has been used of promotions with limits before the first basket: counters by name, as a quote takes them."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pendulum import Date

from ecomops.kernel import OutOfRange
from ecomops.kernel.checks import wrong_kind
from ecomops.promotions.columnar.errors import BadUse
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.usage import PromotionUse, UseId

_CUSTOMER = re.compile("c(0|[1-9][0-9]*)")
_PERIOD = re.compile("(.*)%(day|week|month):(.*)", re.DOTALL)


class Earlier(NamedTuple):
    """What was used of one promotion.

    Attributes:
        uses: How often.
        money: For how much, in minor units.
        of_customer: How often by each customer, by code.
        of_period: How often in each period of its limit, by the number of its first day.
    """

    uses: int
    money: int
    of_customer: dict[int, int]
    of_period: dict[int, int]


def earlier(used: Mapping[UseId, PromotionUse], promotions: Iterable[Compiled]) -> dict[int, Earlier]:
    """Return what was used of each promotion with limits, by its place.

    Raises:
        WrongKind: A counter, or its name, is of another kind.
        OutOfRange: It is below 0.
        BadUse: It stands under another name, or a customer or a period is none that a backtest counts.
    """
    for name, use in used.items():
        _require(name, use)
    found: dict[int, Earlier] = {}
    named: dict[str, Compiled] = {}
    for each in promotions:
        whole = UseId.of(each.id)
        named[str(whole)] = each
        in_all = used.get(whole, PromotionUse(id=whole))
        found[each.place] = Earlier(in_all.uses, in_all.money, {}, {})
    for name, use in used.items():
        whole_name, by_customer, whose = name.partition("@")
        if by_customer:
            if whole_name in named:
                found[named[whole_name].place].of_customer[_customer(name, whose)] = use.uses
            continue
        within = _PERIOD.fullmatch(name)
        if within is not None and within[1] in named:
            _add_period(found, named[within[1]], name, use.uses)
    return found


def _require(name: object, use: object) -> None:
    if type(name) is not UseId:
        raise wrong_kind("backtest.used", "UseId", name)
    if type(use) is not PromotionUse:
        raise wrong_kind(f"backtest.used[{name}]", "PromotionUse", use)
    if use.id != name:
        raise BadUse(use=name, expected=f"counter of that name ({use.id})")
    if use.uses < 0 or use.money < 0:
        raise OutOfRange(field=f"backtest.used[{name}]", least="0", most="∞")


def _customer(name: str, whose: str) -> int:
    """Return the code of a customer, who is called as `asked` calls them."""
    found = _CUSTOMER.fullmatch(whose)
    if found is None:
        raise BadUse(use=name, expected="customer c and a code")
    return int(found[1])


def _add_period(found: dict[int, Earlier], compiled: Compiled, name: str, uses: int) -> None:
    """Add what was used in a period, if the limit of the promotion counts by such periods."""
    grain, _, first = name.rpartition("%")[2].partition(":")
    try:
        day = Date.fromisoformat(first)
    except ValueError as error:
        raise BadUse(use=name, expected="first day") from error
    within = compiled.promotion.limits.per_period
    if within is not None and within.grain == grain:
        found[compiled.place].of_period[day.toordinal()] = uses
