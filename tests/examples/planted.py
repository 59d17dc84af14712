"""Baskets, shops and sums that the tests of the demo make by hand."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

import completejourney
from checks import Evidence
from completejourney import Basket, Delivery, Line, Tape
from ecomops.kernel import Currency, Money, Noun, instant
from faults import ChangedRow
from mischief import Mischief
from shop import Shop
from totals import Totals

NOON = datetime(2017, 1, 1, 17, 0, tzinfo=UTC)
"""Noon of the year's first day, where the shops are."""
SUNDAY = date(2017, 1, 1)


def usd(cents: int) -> Money:
    """An amount in dollars."""
    return Money(cents, Currency.USD)


def a_basket(*lines: Line, basket: int = 31, household: int = 7, at: datetime = NOON, day: date = SUNDAY) -> Basket:
    """A basket of some lines."""
    return Basket(basket, household, 330, at, day, lines)


def a_line(
    *,
    product: int = 5,
    quantity: int = 1,
    per: int = 1,
    shelf: int = 0,
    loyalty: int = 0,
    match: int = 0,
    coupon: int = 0,
) -> Line:
    """A line of product 5, or of another."""
    return Line(product, quantity, per, shelf, loyalty, match, coupon)


def a_tape(*lines: Mapping[str, int]) -> Tape:
    """A tape of lines, each a basket of its own unless it names one: a piece of product 5, sold on the first day.

    A line says its shelf amount, and its net amount follows from the discounts.
    """
    usual = {"week": 1, "household": 7, "store": 330, "product": 5, "quantity": 1}
    usual |= dict.fromkeys(("shelf", "loyalty", "match", "coupon", "fuel"), 0)
    rows = [{**usual, "basket": number, **line} for number, line in enumerate(lines, start=31)]
    column = {name: np.array([row[name] for row in rows], dtype=np.int64) for name in (*usual, "basket")}
    fuel, shelf = column.pop("fuel") > 0, column.pop("shelf")
    net = shelf - column["loyalty"] - column["match"]
    first = SUNDAY.toordinal() - completejourney.EPOCH
    day = np.where(column["week"] > 1, first + 7 * (column["week"] - 2) + 1, first)
    noon = day * 86_400 + NOON.hour * 3_600
    return Tape(**column, net=net, instant=noon, day=day, fuel=fuel)


def stocked(shop: Shop, **units: int) -> Shop:
    """Return *shop* with some units of the products at store 330; `p5=3` is three of product 5."""
    items = tuple((int(name.removeprefix("p")), quantity) for name, quantity in units.items())
    shop.take_in([Delivery(store_id=330, before=NOON, items=items)], at=instant(NOON))
    return shop


def empty(day: date) -> Basket:
    """Return a basket that holds nothing, for time to pass on its *day*."""
    return a_basket(basket=32, day=day)


def meeting(*, shuffled: Iterable[int] = (), returned: Iterable[int] = (), extra: Iterable[int] = ()) -> Mischief:
    """Return what the baskets meet, by their ids."""
    return Mischief(
        shuffled=frozenset(shuffled),
        returned=frozenset(returned),
        extra=frozenset(extra),
    )


def held(tape: Tape) -> list[Basket]:
    """Return the baskets on *tape* that hold something."""
    return [each for each in completejourney.baskets(tape) if not each.holds_nothing]


def counted(tape: Tape) -> Totals:
    """Return the totals of the baskets on *tape*, counted one by one."""
    baskets = held(tape)
    lines = [line for each in baskets for line in each.lines]
    return Totals(
        orders=len(baskets),
        goods_lines=sum(len(each.goods) for each in baskets),
        service_lines=sum(len(each.services) for each in baskets),
        units=sum(line.quantity for line in lines),
        gross=sum(line.shelf for line in lines),
        loyalty=sum(line.loyalty for line in lines),
        match=sum(line.match for line in lines),
        revenue=sum(line.net for line in lines),
        coupons=sum(each.coupon for each in baskets),
        cash=sum(each.due for each in baskets),
        paid_out=sum(-min(each.due, 0) for each in baskets),
    )


def points_of(tape: Tape) -> int:
    """Return the points that the baskets on *tape* earn: one for each whole dollar in cash."""
    return sum(max(each.due, 0) // 100 for each in held(tape))


def altered(evidence: Evidence, noun: Noun[Any, Any, Any], change: Callable[[Any], Any]) -> Evidence:
    """Return *evidence* with one row of its books changed."""
    return replace(evidence, books=ChangedRow.of_noun(evidence.books, noun, change))
