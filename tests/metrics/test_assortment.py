"""Goods against sums line by line, on random shops; classes and ranks against a walk from the largest down."""

from datetime import timedelta
from fractions import Fraction
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.columns import NEVER, CannotHoldSum, microseconds
from ecomops.kernel import Calendar, Currency, later
from ecomops.kernel.errors import OutOfRange, WrongKind
from ecomops.metrics import (
    Cancelled,
    Columns,
    Definition,
    Facts,
    FamilyMissing,
    Lines,
    Orders,
    Stock,
    StockMovements,
    assortment,
)
from ecomops.metrics.assortment import (
    TEXTS,
    AbcPolicy,
    Assortment,
    By,
    Sold,
    abc_of,
    assortment_of,
    ranked,
)
from ecomops.metrics.covering import COVER_TEXTS, cover_of
from tests.metrics.shops import BEGINNINGS, MONDAY, SHOP, SHOPS, ZONES, Bought, at, facts_of, ints, weeks

DEFINITIONS = [Definition(), Definition(cancelled=Cancelled.ALWAYS)]


def naive_sums(facts: Facts, definition: Definition, start: int, end: int) -> dict[int, tuple[int, int]]:
    """Return units and money of each SKU between two instants, line by line."""
    found: dict[int, tuple[int, int]] = {}
    orders, lines = facts.orders, facts.lines
    for row in range(len(lines)):
        order, sku = int(lines.order[row]), int(lines.sku[row])
        gone = definition.cancelled is not Cancelled.ALWAYS and orders.cancelled_at[order] != NEVER
        if sku >= 0 and not gone and orders.paid_at[order] != NEVER and start <= orders.paid_at[order] < end:
            units, net = found.get(sku, (0, 0))
            net += int(lines.gross[row]) - int(lines.discount[row])
            found[sku] = (units + int(lines.quantity[row]), net)
    return found


@given(
    bought=SHOPS,
    start=st.sampled_from(BEGINNINGS),
    zone=st.sampled_from(ZONES),
    days=st.integers(3, 20),
    by=st.sampled_from(list(By)),
    definition=st.sampled_from(DEFINITIONS),
)
def test_goods_are_summed_ranked_and_compared(  # noqa: PLR0917 - one argument for each thing that is drawn
    bought: list[Bought], start: DateTime, zone: str, days: int, by: By, definition: Definition
) -> None:
    """Every row is what a look at each line of both periods gives."""
    facts = facts_of(bought, start)
    period = weeks(2, since=later(start, timedelta(days=days)))
    found = assortment_of(facts, calendar=Calendar(timezone=zone), period=period, by=by, definition=definition)
    edges = [microseconds(each) for each in (found.before.start, period.start, period.end)]
    assert edges[1] - edges[0] == edges[2] - edges[1]
    then, now = (naive_sums(facts, definition, *edges[at : at + 2]) for at in range(2))
    place = 1 if by is By.NET else 0
    ranks = [
        {sku: 1 + sum(other[place] > mine[place] for other in sums.values()) for sku, mine in sums.items()}
        for sums in (now, then)
    ]
    expected = sorted(
        (ranks[0].get(sku, 99), sku, *now.get(sku, (0, 0)), *then.get(sku, (0, 0)), ranks[1].get(sku, 0))
        for sku in {*now, *then}
    )
    names = ("rank", "sku", "units", "net", "units_before", "net_before", "rank_before")
    columns = found.to_columns()
    told = [(row[0] or 99, *row[1:]) for row in zip(*(columns[name].tolist() for name in names), strict=True)]
    assert told == expected
    assert found.abc.tolist() == naive_classes([row[2 + place] for row in expected])


def naive_classes(values: list[int], shares: tuple[Fraction, ...] = (Fraction(4, 5), Fraction(19, 20))) -> list[int]:
    """Return the class of each value: how many shares of the whole those before it reach."""
    whole = sum(value for value in values if value > 0)
    found: list[int] = []
    for value in values:
        before = sum(other for other in values if other > max(value, 0))
        reached = sum(Fraction(before, whole) >= share for share in shares) if value > 0 else len(shares)
        found.append(reached)
    return found


@pytest.mark.parametrize("few", [1, 3, assortment.SORTED])
@given(
    st.lists(st.integers(-3, 20) | st.integers(0, 2**32) | st.integers(-(10**15), 10**15), max_size=30)
    | st.lists(st.integers(0, 20) | st.integers(0, 2**57), max_size=30),
    st.sets(st.fractions(Fraction(1, 20), Fraction(19, 20), max_denominator=20), min_size=1, max_size=4),
)
def test_classes_end_where_the_shares_are_reached(few: int, values: list[int], shares: set[Fraction]) -> None:
    """In whole numbers: no share is rounded, and equal values have equal classes; however few are sorted at once."""
    policy = AbcPolicy(shares=tuple(sorted(shares)))
    with pytest.MonkeyPatch.context() as swap:
        swap.setattr(assortment, "SORTED", few)
        assert abc_of(np.array(values, dtype=np.int64), policy).tolist() == naive_classes(values, policy.shares)


@pytest.mark.parametrize("few", [1, assortment.SORTED])
def test_a_share_that_is_just_reached_ends_a_class(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """80 of 100 are A; what comes after it is B; a value that crosses the share belongs to what it crosses."""
    monkeypatch.setattr(assortment, "SORTED", few)
    assert abc_of(ints(80, 20)).tolist() == [0, 1]
    assert abc_of(ints(80, 15, 5)).tolist() == [0, 1, 2]
    assert abc_of(ints(79, 16, 5)).tolist() == [0, 0, 2]
    assert abc_of(ints(100)).tolist() == [0]
    assert abc_of(ints(5, 2**32, 5)).tolist() == [2, 0, 2]
    assert abc_of(ints(0, -5)).tolist() == [2, 2]
    assert abc_of(ints()).tolist() == []


def shop(days: list[float], skus: list[int], quantity: list[int], gross: list[int], *more: Columns) -> Facts:
    """Return orders of one line each, so many days after a Monday."""
    size = len(days)
    zero = ints(*[0] * size)
    orders = Facts.of_orders(Currency.CNY, {"paid_at": at(*days), "gross": ints(*gross)}).orders
    lines = dict.fromkeys(("location", "unit", "discount", "tax", "tendered"), zero)
    lines |= {"order": np.arange(size), "line": np.arange(size), "sku": ints(*skus)}
    lines |= {"quantity": ints(*quantity), "gross": ints(*gross)}
    names = {"skus": ("tea", "cup", "pot"), "movement_kinds": ("received", "sold")}
    return Facts.of(
        Currency.CNY,
        {Orders: orders.to_columns(), Lines: lines, **{type(each): each.to_columns() for each in more}},
        names,
    )


def two_weeks() -> Assortment:
    """Return a week after another: tea grew, the cup is new, the pot was not sold again."""
    facts = shop([1, 1, 8, 8, 9], [0, 2, 0, 1, 1], [2, 1, 1, 2, 1], [200, 500, 300, 50, 50])
    return assortment_of(facts, calendar=SHOP, period=weeks(1, since=later(MONDAY, timedelta(days=7))))


def test_best_and_worst_sellers_say_how_they_grew() -> None:
    """Growth without a figure before, and ranks without a sale, are None: never a zero."""
    found = two_weeks()
    assert found.best(1) == [
        {
            "sku": "tea", "rank": 1, "abc": "A", "net": 300, "units": 1, "net_before": 200, "units_before": 2,
            "rank_before": 2, "growth": 0.5, "climbed": 1.0,
        }
    ]  # fmt: skip
    assert [(row["sku"], row["rank"], row["growth"], row["climbed"]) for row in found.worst(2)] == [
        ("pot", 0, -1.0, None),
        ("cup", 2, None, None),
    ]
    assert (list(found.to_columns()), len(found)) == (list(TEXTS), 3)
    assert [row["abc"] for row in found.to_rows()] == ["A", "A", "C"]
    assert all(text.en and text.zh for text in (*TEXTS.values(), *COVER_TEXTS.values(), *(by.text for by in By)))


@pytest.mark.parametrize("by", list(By))
def test_halves_of_the_lines_add_up(by: By) -> None:
    """Many lines are added up by two threads, and nothing of it can be told."""
    facts = shop([1, 1, 8, 8, 9], [0, 2, 0, 1, 1], [2, 1, 1, 2, 1], [200, 500, 2**40, 50, 2**50])
    week = weeks(1, since=later(MONDAY, timedelta(days=7)))
    whole = assortment_of(facts, calendar=SHOP, period=week, by=by).to_rows()
    with patch.multiple(assortment, HALVED=1, BLOCK=2):
        assert assortment_of(facts, calendar=SHOP, period=week, by=by).to_rows() == whole
    most = shop([1, 1, 1], [0, 0, 0], [1, 1, 1], [2**61] * 3)
    with patch.multiple(assortment, HALVED=1, BLOCK=1), pytest.raises(CannotHoldSum, match=r"1 rows of Lines\.gross"):
        assortment_of(most, calendar=SHOP, period=weeks(1))


@pytest.mark.parametrize("most", [9, 2**60])
def test_equal_goods_share_a_rank(most: int) -> None:
    """They stand by their codes, and the next one behind all of them, however large the figures are."""
    for goods, figures, expected in (
        ([2, 1, 0], [most, 7, 7], ([2, 0, 1], [1, 2, 2])),
        ([2, 1, 0], [5, most, most], ([0, 1, 2], [1, 1, 3])),
    ):
        found = assortment_of(shop([1] * 3, goods, [1] * 3, figures), calendar=SHOP, period=weeks(1))
        assert (found.sku.tolist(), found.rank.tolist()) == expected


def test_figures_that_leave_no_bit_for_a_place_are_ranked() -> None:
    """A loss and a gain so far apart as sums may be."""
    sold = Sold(weeks(1), ints(1, 1), ints(-(2**61), 2**61))
    found = ranked(sold, sold, by=By.NET, policy=AbcPolicy(), definition=Definition(), names=())
    assert (found.sku.tolist(), found.rank.tolist(), found.rank_before.tolist()) == ([1, 0], [1, 2], [1, 2])


def test_goods_without_a_sale_have_no_row() -> None:
    """Services, orders of other periods, nothing at all."""
    for facts in (shop([], [], [], []), shop([1], [-1], [0], [100]), shop([30], [0], [1], [100])):
        found = assortment_of(facts, calendar=SHOP, period=weeks(1))
        assert (len(found), found.to_rows(), found.growth.tolist()) == (0, [], [])


def stocked() -> Facts:
    """Return sales, counts at two places and movements of three SKUs."""
    counts = [  # sku, location, day, on hand
        (0, 0, -3, 9), (0, 0, -1, 6), (0, 1, -2, 4), (1, 0, -1, 0), (0, 0, 5, 3), (1, 0, 5, 12), (2, 0, 8, 7),
    ]  # fmt: skip
    moves = [(0, 1, 0, 5), (1, 2, 0, 20), (1, 2, 1, -8), (0, -1, 0, 99), (0, 7, 0, 99)]  # sku, day, kind, units
    families = (
        Stock.of(
            {
                "sku": ints(*(row[0] for row in counts)),
                "location": ints(*(row[1] for row in counts)),
                "at": at(*(row[2] for row in counts)),
                "on_hand": ints(*(row[3] for row in counts)),
                "worth": ints(*[0] * len(counts)),
            }
        ),
        StockMovements.of(
            {
                "sku": ints(*(row[0] for row in moves)),
                "location": ints(*[0] * len(moves)),
                "at": at(*(row[1] for row in moves)),
                "kind": ints(*(row[2] for row in moves)),
                "quantity": ints(*(row[3] for row in moves)),
                "worth": ints(*[0] * len(moves)),
            }
        ),
    )
    return shop([1, 2, 6, 9], [0, 1, 0, 0], [3, 8, 5, 50], [300, 800, 500, 1], *families)


def test_stock_lasts_as_long_as_at_the_pace_of_the_period() -> None:
    """The last count of each place before an edge holds, those of all places are added; what is not known is None."""
    found = cover_of(stocked(), calendar=SHOP, period=weeks(1))
    assert found.to_rows() == [
        {
            "sku": "tea", "units": 8, "opening": 10, "received": 5, "closing": 7,
            "sell_through": 8 / 15, "days_of_supply": 7 / 8 * 7,
        },
        {
            "sku": "cup", "units": 8, "opening": 0, "received": 20, "closing": 12,
            "sell_through": 0.4, "days_of_supply": 10.5,
        },
        {
            "sku": "pot", "units": 0, "opening": 0, "received": 0, "closing": 0,
            "sell_through": None, "days_of_supply": None,
        },
    ]  # fmt: skip
    assert (len(found), found.active_rate, list(found.to_columns())) == (3, 1.0, list(COVER_TEXTS))


def test_stock_without_sales_or_movements() -> None:
    """A shop that keeps no movements received nothing; without goods there is no rate."""
    facts = stocked()
    alone = Facts.of(Currency.CNY, {Stock: facts[Stock].to_columns()})
    found = cover_of(alone, calendar=SHOP, period=weeks(2))
    assert (found.units.tolist(), found.closing.tolist(), found.active_rate) == ([0, 0, 0], [7, 12, 7], 0.0)
    nothing = Facts.of(Currency.CNY, {Stock: {name: ints() for name in facts[Stock].to_columns()}})
    assert np.isnan(cover_of(nothing, calendar=SHOP, period=weeks(1)).active_rate)


def test_what_is_no_assortment_is_refused() -> None:
    """Wrong kinds, shares that do not rise, sums that 64 bits might not hold, codes without end."""
    facts = shop([1, 1], [0, 0], [1, 1], [1, 1])
    with pytest.raises(WrongKind, match=r"assortment\.by"):
        assortment_of(facts, calendar=SHOP, period=weeks(1), by="net")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(WrongKind, match=r"cover\.receiving"):
        cover_of(facts, calendar=SHOP, period=weeks(1), receiving="received")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(WrongKind, match=r"abc_of\.policy"):
        abc_of(ints(1), 80)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs
    with pytest.raises(FamilyMissing, match="Stock"):
        cover_of(facts, calendar=SHOP, period=weeks(1))
    with pytest.raises(CannotHoldSum, match="values"):
        abc_of(ints(2**62, 2**62))
    with pytest.raises(CannotHoldSum, match=r"Lines\.gross"):
        assortment_of(shop([1, 1, 1], [0, 0, 0], [1, 1, 1], [2**61] * 3), calendar=SHOP, period=weeks(1))
    codes = facts.lines.to_columns() | {"sku": ints(0, 2**31 - 1)}
    many = Facts.of(Currency.CNY, {Orders: facts.orders.to_columns(), Lines: codes})
    with pytest.raises(OutOfRange, match=r"Lines\.sku"):
        assortment_of(many, calendar=SHOP, period=weeks(1))
    both = facts.lines.to_columns() | {"gross": ints(2**62, 1), "discount": ints(1, 0)}
    with pytest.raises(CannotHoldSum, match=r"1 rows of Lines\.gross"):
        assortment_of(
            Facts.of(Currency.CNY, {Orders: facts.orders.to_columns(), Lines: both}), calendar=SHOP, period=weeks(1)
        )


@pytest.mark.parametrize(
    "shares", [(), (Fraction(9, 10), Fraction(8, 10)), (Fraction(1, 2), Fraction(1, 2)), (Fraction(0),), (Fraction(1),)]
)
def test_shares_rise_between_nothing_and_the_whole(shares: tuple[Fraction, ...]) -> None:
    """Each class has room."""
    with pytest.raises(OutOfRange, match=r"AbcPolicy\.shares"):
        AbcPolicy(shares=shares)


def test_shares_are_fractions() -> None:
    """0.8 is no number that money is compared with."""
    with pytest.raises(WrongKind, match="shares"):
        AbcPolicy(shares=(0.8,))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - refused when it runs


def test_a_period_ends_before_its_last_instant() -> None:
    """A sale or a count at the end belongs to what comes after; one at the start belongs to the period."""
    found = assortment_of(
        shop([0, 7, 14], [0, 1, 2], [1, 1, 1], [9, 9, 9]),
        calendar=SHOP,
        period=weeks(1, since=later(MONDAY, timedelta(days=7))),
    )
    assert [(row["sku"], row["rank"]) for row in found.to_rows()] == [("cup", 1), ("tea", 0)]
    counts = {"sku": ints(0, 0), "location": ints(0, 0), "at": at(7, 14), "on_hand": ints(3, 4), "worth": ints(0, 0)}
    covered = cover_of(
        Facts.of(Currency.CNY, {Stock: counts}), calendar=SHOP, period=weeks(1, since=later(MONDAY, timedelta(days=7)))
    )
    assert (covered.opening.tolist(), covered.closing.tolist()) == ([0], [3])
