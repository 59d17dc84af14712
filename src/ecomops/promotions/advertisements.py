"""Advertising in numbers: rows by channel and day as channels report them, their ratios, and the pace of spending."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import field, frozen
from pendulum import Date

from ecomops.kernel import Money, OutOfRange
from ecomops.kernel.checks import is_a, optional, require_once, whole, wrong_kind
from ecomops.promotions.campaign_errors import ImpossibleRow, NothingToAnswer, OutsideBudget
from ecomops.promotions.exact import a_day, an_exact, ratio, require_currency
from ecomops.terms import ChannelId, not_negative


@frozen(kw_only=True)
class AdvertisingDay:
    """What a channel reports of a day.

    Args:
        channel: The channel.
        day: The business day.
        spend: What it cost.
        impressions: How often it was shown.
        clicks: How often it was clicked; at most the impressions.
        orders: Orders that it brought; at most the clicks.
        sales: What these orders were worth.

    Raises:
        ImpossibleRow: There are more clicks than impressions, or more orders than clicks.
        CurrencyMismatch: Spend and sales are of two currencies.
    """

    channel: ChannelId = field(validator=is_a(ChannelId))
    day: Date = field(validator=a_day)
    spend: Money = field(validator=not_negative)
    impressions: int = field(validator=whole(0))
    clicks: int = field(validator=whole(0))
    orders: int = field(validator=whole(0))
    sales: Money = field(validator=not_negative)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot be."""
        self._require("clicks", self.clicks, "impressions", self.impressions)
        self._require("orders", self.orders, "clicks", self.clicks)
        require_currency(self.spend.currency, self.sales)

    def _require(self, more: str, found: int, of: str, most: int) -> None:
        if found > most:
            raise ImpossibleRow(row=_named(self), more=more, found=found, of=of, most=most)


def _named(row: AdvertisingDay) -> str:
    return f"{row.channel} {row.day}"


@frozen(kw_only=True)
class ChannelFigures:
    """What advertising on a channel came to.

    Args:
        channel: The channel.
        spend: What it cost.
        impressions: How often it was shown.
        clicks: How often it was clicked.
        orders: Orders that it brought.
        sales: What these were worth.
        click_rate: Clicks by impressions (CTR); None without impressions.
        click_cost: Spend by click (CPC) in minor units, exact; None without clicks.
        order_rate: Orders by clicks; None without clicks.
        return_on_spend: Sales by spend (ROAS); None without spend.
    """

    channel: ChannelId = field(validator=is_a(ChannelId))
    spend: Money = field(validator=not_negative)
    impressions: int = field(validator=whole(0))
    clicks: int = field(validator=whole(0))
    orders: int = field(validator=whole(0))
    sales: Money = field(validator=not_negative)
    click_rate: Fraction | None = field(validator=optional(an_exact))
    click_cost: Fraction | None = field(validator=optional(an_exact))
    order_rate: Fraction | None = field(validator=optional(an_exact))
    return_on_spend: Fraction | None = field(validator=optional(an_exact))


def channel_figures(rows: Sequence[AdvertisingDay]) -> tuple[ChannelFigures, ...]:
    """Add advertising up by channel; each ratio is a ratio of the sums, not a mean of the days.

    Args:
        rows: What the channels report, each channel and day once, in one currency.

    Returns:
        One for each channel, in the order of their ids.

    Raises:
        NothingToAnswer: There is no row.
        Repeated: A channel and day stand twice.
        CurrencyMismatch: The rows are of several currencies.

    Example:
        >>> row = AdvertisingDay(
        ...     channel=ChannelId("search"),
        ...     day=Date(2026, 6, 18),
        ...     spend=Money.parse("30.00", "CNY"),
        ...     impressions=2000,
        ...     clicks=50,
        ...     orders=4,
        ...     sales=Money.parse("120.00", "CNY"),
        ... )
        >>> (search,) = channel_figures([row])
        >>> search.click_rate, search.click_cost, search.return_on_spend
        (Fraction(1, 40), Fraction(60, 1), Fraction(4, 1))
    """
    _require_rows(rows)
    return tuple(_figures(channel, group) for channel, group in _grouped(rows).items())


def _require_rows(rows: Sequence[AdvertisingDay]) -> None:
    if not rows:
        raise NothingToAnswer(field="advertising.rows")
    require_once(map(_named, rows), field="advertising.rows")
    require_currency(rows[0].spend.currency, *(row.spend for row in rows))


def _grouped(rows: Iterable[AdvertisingDay]) -> dict[ChannelId, list[AdvertisingDay]]:
    groups: dict[ChannelId, list[AdvertisingDay]] = {}
    for row in sorted(rows, key=lambda each: each.channel):
        groups.setdefault(row.channel, []).append(row)
    return groups


def _figures(channel: ChannelId, rows: list[AdvertisingDay]) -> ChannelFigures:
    currency = rows[0].spend.currency
    spend, sales = (Money.total(each, currency) for each in ((r.spend for r in rows), (r.sales for r in rows)))
    impressions, clicks, orders = (
        sum(getattr(row, name) for row in rows) for name in ("impressions", "clicks", "orders")
    )
    return ChannelFigures(
        channel=channel,
        spend=spend,
        impressions=impressions,
        clicks=clicks,
        orders=orders,
        sales=sales,
        click_rate=ratio(clicks, impressions),
        click_cost=ratio(spend, clicks),
        order_rate=ratio(orders, clicks),
        return_on_spend=ratio(sales, spend),
    )


@frozen(kw_only=True)
class BudgetPace:
    """How the budget of a channel is being spent.

    Args:
        channel: The channel.
        budget: What may be spent in all days.
        spent: What was spent on the days that are over.
        due: What an even spending would have come to by then, exact, in minor units.
        pace: Spent by due: 1 is even, 2 twice as fast; None when nothing is due.
        left_a_day: What may be spent on each day that is left, exact, in minor units, none when it is overspent; None
            when no day is left.
    """

    channel: ChannelId = field(validator=is_a(ChannelId))
    budget: Money = field(validator=not_negative)
    spent: Money = field(validator=not_negative)
    due: Fraction = field(validator=an_exact)
    pace: Fraction | None = field(validator=optional(an_exact))
    left_a_day: Fraction | None = field(validator=optional(an_exact))


def budget_pace(
    rows: Sequence[AdvertisingDay], *, budgets: Mapping[ChannelId, Money], first: Date, last: Date, today: Date
) -> tuple[BudgetPace, ...]:
    """Compare what advertising has cost with an even spending of its budgets.

    Args:
        rows: What the channels report; days from *today* on do not count.
        budgets: What each channel may spend from *first* to *last*.
        first: The first day of the budgets.
        last: Their last day, included.
        today: The business day that is running.

    Returns:
        One for each channel with a budget, in the order of their ids.

    Raises:
        NothingToAnswer: There is no row.
        Repeated: A channel and day stand twice.
        CurrencyMismatch: The amounts are of several currencies.
        OutsideBudget: A row is of a day or a channel that no budget covers; every such row is listed.
        OutOfRange: The budgets end before they begin.
        WrongKind: A day is none.
    """
    for name, day in (("first", first), ("last", last), ("today", today)):
        if type(day) is not Date:
            raise wrong_kind(f"budget_pace.{name}", "Date", day)
    if last < first:
        raise OutOfRange(field="budget_pace.last", least=str(first), most="∞")
    _require_rows(rows)
    require_currency(rows[0].spend.currency, *budgets.values())
    outside = tuple(_named(row) for row in rows if row.channel not in budgets or not first <= row.day <= last)
    if outside:
        raise OutsideBudget(rows=outside)
    days = last.toordinal() - first.toordinal() + 1
    over = min(max(today.toordinal() - first.toordinal(), 0), days)
    groups = _grouped(row for row in rows if row.day < today)
    return tuple(
        _paced(channel, budgets[channel], groups.get(channel, []), over=over, days=days) for channel in sorted(budgets)
    )


def _paced(channel: ChannelId, budget: Money, rows: list[AdvertisingDay], *, over: int, days: int) -> BudgetPace:
    spent = Money.total((row.spend for row in rows), budget.currency)
    due = Fraction(budget.minor * over, days)
    return BudgetPace(
        channel=channel,
        budget=budget,
        spent=spent,
        due=due,
        pace=spent.minor / due if due else None,
        left_a_day=Fraction(max(budget.minor - spent.minor, 0), days - over) if over < days else None,
    )
