"""The marketing budget: a total divided by channel and goal, exactly; sums by either.

The shares say which part of the total each pair of channel and goal gets; they sum to one, and the parts to the total.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from attrs import field, frozen

from ecomops.kernel import Money
from ecomops.kernel.checks import is_a, require_once, some_text
from ecomops.promotions.campaign_errors import BadShares, NothingToAnswer
from ecomops.promotions.exact import a_share
from ecomops.terms import ChannelId, not_negative


@frozen(kw_only=True)
class BudgetShare:
    """A part of a budget that is not money yet.

    Args:
        channel: Where it is spent.
        goal: For what: `new buyers`, `clearance`.
        share: Which part of the total, exact, 0 to 1.
    """

    channel: ChannelId = field(validator=is_a(ChannelId))
    goal: str = field(validator=some_text)
    share: Fraction = field(validator=a_share)


@frozen(kw_only=True)
class BudgetPart:
    """What is to be spent on a channel for a goal."""

    channel: ChannelId = field(validator=is_a(ChannelId))
    goal: str = field(validator=some_text)
    amount: Money = field(validator=not_negative)


def divide_budget(total: Money, shares: Sequence[BudgetShare]) -> tuple[BudgetPart, ...]:
    """Divide a marketing budget by channel and goal (渠道与目标); the parts sum to it exactly.

    Args:
        total: The budget, in minor units of its currency; not negative.
        shares: Each pair of channel and goal once; they sum to one.

    Returns:
        A part for each share, in their order. Each is the whole minor units below its exact share; those left over
        go to the largest remainders, ties to the earlier share.

    Raises:
        NothingToAnswer: There is no share.
        Repeated: A channel and goal stand twice.
        BadShares: The shares do not sum to one.
        NegativeAmount: The budget is.

    Example:
        >>> third = {"goal": "sales", "share": Fraction(1, 3)}
        >>> parts = divide_budget(
        ...     Money.parse("100.00", "CNY"),
        ...     [BudgetShare(channel=ChannelId(each), **third) for each in ("search", "feed", "live")],
        ... )
        >>> [str(part.amount) for part in parts]
        ['33.34 CNY', '33.33 CNY', '33.33 CNY']

    Note:
        Largest remainder, as `kernel.split`.
    """
    if not shares:
        raise NothingToAnswer(field="divide_budget.shares")
    require_once((f"{each.channel}, {each.goal}" for each in shares), field="divide_budget.shares")
    whole = sum((each.share for each in shares), Fraction(0))
    if whole != 1:
        raise BadShares(total=str(whole))
    common = lcm(*(each.share.denominator for each in shares))
    amounts = total.split([int(each.share * common) for each in shares])
    pairs = zip(shares, amounts, strict=True)
    return tuple(BudgetPart(channel=each.channel, goal=each.goal, amount=part) for each, part in pairs)


def by_channel(parts: Sequence[BudgetPart]) -> tuple[tuple[ChannelId, Money], ...]:
    """Add *parts* of one currency up by channel, in the order of the channels' ids.

    Raises:
        CurrencyMismatch: They are of several currencies.
    """
    sums: dict[ChannelId, Money] = {}
    for part in parts:
        sums[part.channel] = part.amount + sums.get(part.channel, Money.zero(part.amount.currency))
    return tuple((channel, sums[channel]) for channel in sorted(sums))


def by_goal(parts: Sequence[BudgetPart]) -> tuple[tuple[str, Money], ...]:
    """Add *parts* of one currency up by goal, in the order of the goals' names.

    Raises:
        CurrencyMismatch: They are of several currencies.
    """
    sums: dict[str, Money] = {}
    for part in parts:
        sums[part.goal] = part.amount + sums.get(part.goal, Money.zero(part.amount.currency))
    return tuple((goal, sums[goal]) for goal in sorted(sums))
