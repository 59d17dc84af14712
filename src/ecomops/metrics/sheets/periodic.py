"""The daily and the weekly sheet (日报、周报), and the block of members."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import evolve as changed
from pendulum import Date

from ecomops.kernel import Calendar, Grain, Period, Text
from ecomops.kernel.checks import require_kind, wrong_kind
from ecomops.metrics.comparing import Against
from ecomops.metrics.dictionary.basic import AOV_PER_BUYER, ORDERS, PAID
from ecomops.metrics.dictionary.finance import GROSS_MARGIN, GROSS_PROFIT
from ecomops.metrics.dictionary.people import MEMBERS_TOTAL
from ecomops.metrics.dictionary.selling import ORDER_PAY_RATE, ORDER_VALID_RATE, PLACED, RETURN_RATE
from ecomops.metrics.dictionary.traffic import (
    AVG_STAY_PER_VISITOR,
    IP_COUNT,
    NEW_USER_SHARE,
    OLD_USER_SHARE,
    ORDER_CONVERSION_RATE,
    PAYMENT_CONVERSION_RATE,
    PV,
    PV_PER_VISITOR,
    visit_depth_ratio,
    visit_time_ratio,
)
from ecomops.metrics.errors import NotComparable
from ecomops.metrics.families import Facts
from ecomops.metrics.formulas import Formula
from ecomops.metrics.sales import DEFAULT_DEFINITION, Definition
from ecomops.metrics.sheets.errors import NothingObserved
from ecomops.metrics.sheets.members import (
    ALL_MEMBERS,
    MEMBER_CONVERSION_RATE,
    NEW_MEMBERS,
    OLD_MEMBERS,
    member_repurchase_rate,
    purchase_ratios,
)
from ecomops.metrics.sheets.purchases import Purchases
from ecomops.metrics.sheets.sheet import Block, Sheet, lines_of
from ecomops.metrics.sheets.terms import DEFAULT_TERMS, SheetTerms
from ecomops.metrics.tables import Table
from ecomops.metrics.tabulating import tabulate

Figure: TypeAlias = Formula | str
"""A formula, or the key of a figure that is counted apart."""
Blocks: TypeAlias = Mapping[str, tuple[Text, Sequence[Figure]]]

TRAFFIC = (IP_COUNT, PV, AVG_STAY_PER_VISITOR, OLD_USER_SHARE, NEW_USER_SHARE)
"""Addresses, page views, time, old and new users."""
ORDERING = (PLACED, ORDERS, ORDER_VALID_RATE, PAID, AOV_PER_BUYER, GROSS_MARGIN)
"""All orders, valid ones, their share, sales, sales per buyer, gross margin."""
CONVERTING = (ORDER_CONVERSION_RATE, PAYMENT_CONVERSION_RATE, ORDER_PAY_RATE)
"""Who ordered, who paid, which orders were paid."""
OPERATING = (
    PLACED,
    ORDERS,
    ORDER_VALID_RATE,
    PAID,
    AOV_PER_BUYER,
    GROSS_PROFIT,
    GROSS_MARGIN,
    ORDER_CONVERSION_RATE,
    PAYMENT_CONVERSION_RATE,
    RETURN_RATE,
)
"""What the week's operations came to."""


def member_kpis(terms: SheetTerms = DEFAULT_TERMS) -> tuple[Figure, ...]:
    """Return the figures of the block of members; which of them bought is counted apart."""
    return (
        MEMBERS_TOTAL,
        ALL_MEMBERS,
        NEW_MEMBERS,
        OLD_MEMBERS,
        member_repurchase_rate(terms.repurchase_days),
        MEMBER_CONVERSION_RATE,
    )


def site_kpis(terms: SheetTerms = DEFAULT_TERMS) -> tuple[Formula, ...]:
    """Return the figures of the block of the site."""
    return (
        IP_COUNT,
        PV,
        PV_PER_VISITOR,
        AVG_STAY_PER_VISITOR,
        visit_depth_ratio(terms.deep_pages),
        visit_time_ratio(terms.long_seconds),
    )


_MEMBERS = Text("Members", "会员")


def daily_sheet(
    facts: Facts,
    day: Date,
    *,
    calendar: Calendar,
    observed: Period,
    to: Against | None = Against.SAME_WEEKDAYS,
    even_partial: bool = False,
    definition: Definition = DEFAULT_DEFINITION,
) -> Sheet:
    """Return the figures of a day in three blocks: traffic, orders, conversion (每日汇总).

    Orders and payments of one visit may fall on two days: a day's conversion is rougher than a week's.

    Args:
        facts: What happened.
        day: The business day.
        calendar: What cuts time into days.
        observed: The period that the facts cover.
        to: With which day it is compared; None is with none.
        even_partial: Whether a day is taken of which a part was observed: it is marked then.
        definition: What counts as a sale.

    Raises:
        NotComparable: A part of the day was not observed.
        NothingObserved: Nothing of it was.
        DomainError: As `tabulate` refuses.
    """
    blocks = {
        "traffic": (Text("Traffic", "流量"), TRAFFIC),
        "orders": (Text("Orders", "订单"), ORDERING),
        "conversion": (Text("Conversion", "转化率"), CONVERTING),
    }
    maker = _Maker(facts, calendar, observed, definition, to=to, even_partial=even_partial)
    return maker.sheet(Text("Daily sheet", "日报"), blocks, day, Grain.DAY)


def weekly_sheet(
    facts: Facts,
    week: Date,
    *,
    calendar: Calendar,
    observed: Period,
    to: Against | None = Against.PREVIOUS,
    even_partial: bool = False,
    definition: Definition = DEFAULT_DEFINITION,
    terms: SheetTerms = DEFAULT_TERMS,
) -> Sheet:
    """Return the figures of a week in three blocks beside the week before: site, operations, members (周报).

    Args:
        facts: What happened.
        week: Any day of the week.
        calendar: What cuts time into weeks.
        observed: The period that the facts cover.
        to: With which week it is compared; None is with none.
        even_partial: Whether a week is taken, and compared, of which a part was observed: it is marked then.
        definition: What counts as a sale.
        terms: From when on visits are deep and long.

    Raises:
        NotComparable: A part of the week was not observed.
        NothingObserved: Nothing of it was.
        DomainError: As `tabulate` refuses.
    """
    require_kind("sheet.terms", SheetTerms, terms)
    blocks = {
        "site": (Text("Site", "网站数据"), site_kpis(terms)),
        "operations": (Text("Operations", "运营数据"), OPERATING),
        "members": (_MEMBERS, member_kpis(terms)),
    }
    maker = _Maker(facts, calendar, observed, definition, to=to, even_partial=even_partial)
    return maker.sheet(Text("Weekly sheet", "周报"), blocks, week, Grain.WEEK, notes=_notes(terms))


def member_sheet(
    facts: Facts,
    day: Date,
    *,
    calendar: Calendar,
    observed: Period,
    by: Grain = Grain.WEEK,
    to: Against | None = Against.PREVIOUS,
    even_partial: bool = False,
    definition: Definition = DEFAULT_DEFINITION,
    terms: SheetTerms = DEFAULT_TERMS,
) -> Sheet:
    """Return the figures of members (会员分析): how many, which share bought, new and old, again, of those who came.

    Args:
        facts: What happened.
        day: Any day of the period.
        calendar: What cuts time.
        observed: The period that the facts cover.
        by: How long the period is.
        to: With which period it is compared; None is with none.
        even_partial: Whether a period is taken of which a part was observed.
        definition: What counts as a sale.
        terms: Within how many days members buy again.

    Raises:
        NotComparable: A part of the period was not observed.
        NothingObserved: Nothing of it was.
        DomainError: As `tabulate` refuses.
    """
    require_kind("sheet.terms", SheetTerms, terms)
    maker = _Maker(facts, calendar, observed, definition, to=to, even_partial=even_partial)
    return maker.sheet(Text("Members", "会员分析"), {"members": (_MEMBERS, member_kpis(terms))}, day, by)


def _notes(terms: SheetTerms) -> tuple[Text, ...]:
    return (
        Text(
            f"deep: {terms.deep_pages} pages or more; long: {terms.long_seconds} seconds or more",
            f"访问深度：{terms.deep_pages} 页及以上；访问时间：{terms.long_seconds} 秒及以上",
        ),
    )


class _Maker:
    """What all sheets of a period are made with."""

    def __init__(
        self,
        facts: Facts,
        calendar: Calendar,
        observed: Period,
        definition: Definition,
        *,
        to: Against | None,
        even_partial: bool,
    ) -> None:
        if to is not None and not isinstance(to, Against):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("sheet.to", "Against", to)
        require_kind("sheet.calendar", Calendar, calendar)
        require_kind("sheet.observed", Period, observed)
        require_kind("sheet.even_partial", bool, even_partial)
        self.facts, self.calendar, self.observed, self.definition = facts, calendar, observed, definition
        self.to, self.even_partial = to, even_partial

    def sheet(self, title: Text, blocks: Blocks, day: Date, by: Grain, *, notes: tuple[Text, ...] = ()) -> Sheet:
        """Return one sheet."""
        first = self.calendar.first_day(day, by)
        table = self._table([kpi for _, kpis in blocks.values() for kpi in kpis], first, by)
        row = table.labels.index(first)
        if table.partial[row] and not self.even_partial:
            raise NotComparable(period=str(first))
        return Sheet(
            title=title,
            first_day=first,
            blocks=tuple(
                Block(
                    key=key,
                    title=head,
                    lines=lines_of(table, kpis, row, to=self.to, even_partial=self.even_partial),
                )
                for key, (head, kpis) in blocks.items()
            ),
            definition=self.definition,
            currency=self.facts.currency,
            partial=table.partial[row],
            against=None if self.to is None else self.to.text,
            notes=notes,
        )

    def _table(self, kpis: Sequence[Figure], first: Date, by: Grain) -> Table:
        """Return the table up to the period: what comes after it is not looked at, what came before is its history."""
        bounds, whole = self.calendar.bounds(first, by), self.observed
        if min(whole.end, bounds.end) <= max(whole.start, bounds.start):
            raise NothingObserved(period=str(first))
        seen = Period(start=whole.start, end=min(whole.end, bounds.end))
        unique = {kpi.key: kpi for kpi in kpis if not isinstance(kpi, str)}
        table = tabulate(
            self.facts, unique.values(), calendar=self.calendar, observed=seen, by=by, definition=self.definition
        )
        return self._with_members(table, seen, by) if NEW_MEMBERS in kpis else table

    def _with_members(self, table: Table, seen: Period, by: Grain) -> Table:
        bounds = [self.calendar.bounds(label, by) for label in table.labels]
        periods = [Period(start=max(each.start, seen.start), end=min(each.end, seen.end)) for each in bounds]
        bought = Purchases.of(self.facts, self.definition, self.calendar)
        return changed(table, columns=(*table.columns, *purchase_ratios(self.facts, periods, bought)))
