"""What a backtest begins with: counters that have counted before, and discounts that the host states."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from pendulum import Date

from ecomops.columns import CannotHoldSum, OutOfColumn, Uneven, WrongColumn
from ecomops.kernel import Grain, OutOfRange, Repeated, WrongKind
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions import (
    AmountOff,
    Limits,
    Lines,
    Percent,
    PeriodLimit,
    PromotionUse,
    Rulebook,
    Stated,
    UnknownStated,
    UseId,
    Whole,
    spend,
)
from ecomops.promotions.columnar import (
    BadUse,
    Baskets,
    NotColumnar,
    Services,
    StatedBeyondRoom,
    StatedDiscounts,
    backtest,
    compare,
)
from ecomops.terms import CustomerId, PromotionId
from tests.promotions.kit import a_promotion, fen, giving, sku, stated
from tests.promotions.pasts import SHANGHAI, HalfOfTheFirst
from tests.promotions.test_backtest import ONE, a_past, assert_equal

P = PromotionId("p")


def counter(id: UseId, **counts: int) -> dict[UseId, PromotionUse]:
    """Return one counter, under its name."""
    return {id: PromotionUse(id=id, **counts)}


# --- what was used before


@pytest.mark.parametrize(
    ("limits", "used", "uses"),
    [
        (Limits(uses=3), counter(UseId("p"), reserved=1, redeemed=1), 1),
        (Limits(uses=3), counter(UseId("p"), redeemed=10**12), 0),
        (Limits(uses=3), counter(UseId("p@c7"), redeemed=3) | counter(UseId("q"), redeemed=3), 3),
        (Limits(per_customer=1), counter(UseId.of(P, CustomerId("c7")), reserved=1), 1),
        (Limits(per_customer=1), counter(UseId("p"), redeemed=1) | counter(UseId("x@me"), redeemed=1), 2),
        (
            Limits(per_period=PeriodLimit(uses=2, grain=Grain.DAY, calendar=SHANGHAI)),
            counter(UseId.within(P, Grain.DAY, Date(1970, 1, 2)), redeemed=1)
            | counter(UseId.within(P, Grain.WEEK, Date(1970, 1, 1)), redeemed=9)
            | counter(UseId("q%day:never"), redeemed=9),
            3,
        ),
        (Limits(money=fen(250)), counter(UseId("p"), redeemed=9, reserved_money=60, redeemed_money=50), 1),
        (Limits(money=fen(250)), counter(UseId("p"), redeemed_money=MOST_MINOR, reserved_money=MOST_MINOR), 0),
    ],
)
@pytest.mark.parametrize("alone", [False, True])
def test_counters_go_on_from_what_they_were(
    limits: Limits, used: dict[UseId, PromotionUse], uses: int, *, alone: bool
) -> None:
    """As those of a quote: in columns, and for baskets that are quoted one by one."""
    promotions = [a_promotion("p", AmountOff(amount=fen(100)), limits=limits)]
    promotions += [giving("h", HalfOfTheFirst())] if alone else []
    book = Rulebook.of(promotions)
    days = np.array([0, 86_400_000_000, 2 * 86_400_000_000, 86_400_000_000])
    past = a_past(*[[(0, 1, 1000)]] * 4, at=days, customers=np.array([7, 8, 7, -1]))
    found = backtest(book, past, used=used, lines=True)
    assert (found.of(P).uses, found.requoted) == (uses, 4 if alone else 0)
    assert_equal(book, past, found, used)


BAD_USES: dict[str, tuple[type[Exception], Any]] = {
    "no mapping": (WrongKind, [PromotionUse(id=UseId("p"))]),
    "a text for a name": (WrongKind, {"p": PromotionUse(id=UseId("p"))}),
    "a number for a counter": (WrongKind, {UseId("p"): 3}),
    "a counter under another name": (BadUse, {UseId("p"): PromotionUse(id=UseId("q"))}),
    "less than nothing used": (OutOfRange, counter(UseId("p"), reserved=-1)),
    "less than nothing spent": (OutOfRange, counter(UseId("p"), redeemed_money=-1)),
    "a customer without a code": (BadUse, counter(UseId("p@li"))),
    "a code with a nought before it": (BadUse, counter(UseId("p@c07"))),
    "a code in other digits": (BadUse, counter(UseId("p@c٧"))),
    "a period that begins on no day": (BadUse, counter(UseId("p%day:2026-02-30"))),
}


@pytest.mark.parametrize("case", list(BAD_USES))
def test_a_counter_that_cannot_be_gone_on_with_is_refused(case: str) -> None:
    """By its name, before anything is computed."""
    error, used = BAD_USES[case]
    book = Rulebook.of([a_promotion("p", limits=Limits(uses=3))])
    with pytest.raises(error, match=r"used|p@|p%|p:"):
        backtest(book, a_past([(0, 1, 1000)]), used=used)


# --- what the host states


def some_stated(*of_lines: dict[str, int]) -> StatedDiscounts:
    """Return discounts of each line, by promotion: loyalty or till."""
    known = (PromotionId("loyalty"), PromotionId("till"))
    return StatedDiscounts(
        starts=np.cumsum([0, *map(len, of_lines)]),
        promotions=np.array([known.index(PromotionId(id)) for line in of_lines for id in line], dtype=np.int64),
        known=known,
        amounts=np.array([amount for line in of_lines for amount in line.values()], dtype=np.int64),
    )


def test_what_is_stated_comes_first_and_each_line_keeps_its_own() -> None:
    """Conditions read what is left of it, lines that it leaves unlike are rows of their own, bars cut both ways."""
    book = Rulebook.of(
        [
            stated("loyalty"),
            evolve(stated("till"), tags=("till",)),
            a_promotion("half", Percent(share=Fraction(1, 3)), target=Lines(), priority=1),
            a_promotion("all", AmountOff(amount=fen(100)), target=Whole(), conditions=spend(fen(2900))),
            a_promotion("not-with-till", AmountOff(amount=fen(1)), bars=("till",)),
        ]
    )
    services = Services(
        starts=np.array([0, 1, 1, 1]),
        names=ONE - 1,
        known=("freight",),
        amounts=ONE * 800,
        stated=some_stated({"till": 300}),
    )
    past = a_past(
        [(0, 1, 1000), (0, 1, 1000), (0, 1, 1000)],
        [(0, 2, 2000), (1, 1, 1000)],
        [(0, 3, 3000)],
        stated=some_stated({"loyalty": 2}, {"till": 5, "loyalty": 4}, {"loyalty": 2}, {}, {}, {"till": 3000}),
        services=services,
    )
    found = backtest(book, past, lines=True)
    assert found.requoted == 0
    assert [(each.uses, each.discount) for each in map(found.of, (PromotionId("loyalty"), PromotionId("till")))] == [
        (1, 8),
        (2, 3305),
    ]
    assert_equal(book, past, found)
    assert_equal(book, past, backtest(book, past, lines=True, block=1))
    (programme,) = compare({"all": book}, past, overlaps=True)
    assert {each.lost for each in programme.overlaps if each.promotion in {"half", "till", "loyalty"}} == {0}
    assert backtest(book, evolve(past, stated=None), lines=True).of(PromotionId("till")).uses == 1


@pytest.mark.parametrize(
    "fields", [{"limits": Limits(uses=1)}, {"conditions": spend(fen(1500))}, {"promo_code": "X"}, {"bars": ("till",)}]
)
def test_a_stated_promotion_that_does_not_always_hold_is_weighed_by_the_quote(fields: dict[str, Any]) -> None:
    """Basket by basket, in the order of the instants: those of which anything is stated for it."""
    book = Rulebook.of([evolve(stated("loyalty"), **fields), stated("till")])
    states = some_stated({"loyalty": 2, "till": 1}, {"loyalty": 2}, {"till": 5})
    past = a_past([(0, 1, 1000)], [(0, 2, 2000)], [(0, 3, 3000)], stated=states, at=np.array([2, 1, 0]))
    found = backtest(book, past, lines=True)
    assert found.requoted == 3 if "bars" in fields else 2
    assert_equal(book, past, found)
    with pytest.raises(NotColumnar) as refused:
        backtest(book, past, requote=False)
    assert refused.value.promotions == (("loyalty", "till") if "bars" in fields else ("loyalty",))
    assert backtest(book, evolve(past, stated=None), requote=False).discount == 0


def changed_stated(**changes: Any) -> Callable[[], object]:  # noqa: ANN401 - columns
    """Return how stated discounts of one line are made with some columns changed."""
    return lambda: evolve(some_stated({"till": 5}), **changes)


def of_one(amount: int, **fields: Any) -> Callable[[], object]:  # noqa: ANN401 - columns
    """Return how a line of 10.00 is made of which *amount* is stated."""
    return lambda: a_past([(0, 1, 1000)], stated=some_stated({"till": amount}), **fields)


BAD_STATED: dict[str, tuple[type[Exception], Callable[[], object]]] = {
    "more than there is": (StatedBeyondRoom, of_one(1001)),
    "less than the floor": (StatedBeyondRoom, of_one(101, floors=ONE * 900)),
    "of more lines": (Uneven, lambda: a_past(stated=some_stated({"till": 5}))),
    "more than a service costs": (
        StatedBeyondRoom,
        lambda: Services(
            starts=np.array([0, 1]), names=ONE - 1, known=("x",), amounts=ONE, stated=some_stated({"till": 2})
        ),
    ),
    "another class": (WrongKind, lambda: a_past([(0, 1, 1000)], stated={})),
    "nothing taken off": (OutOfColumn, changed_stated(amounts=ONE * 0)),
    "a promotion beyond those known": (OutOfColumn, changed_stated(promotions=ONE * 2)),
    "too few amounts": (Uneven, changed_stated(amounts=ONE[:0])),
    "floats": (WrongColumn, changed_stated(amounts=ONE * 1.0)),
    "falling starts": (OutOfColumn, changed_stated(starts=np.array([0, 1, 0]))),
    "sums beyond 64 bits": (
        CannotHoldSum,
        changed_stated(starts=np.array([0, 2]), promotions=np.array([0, 0]), amounts=np.full(2, 2**62)),
    ),
    "one promotion twice": (Repeated, changed_stated(known=(PromotionId("a"), PromotionId("a")))),
    "a text for a promotion": (WrongKind, changed_stated(known=("loyalty", "till"))),
    "a promotion that computes": (
        UnknownStated,
        lambda: backtest(Rulebook.of([a_promotion("till")]), _stated_of_till()),
    ),
    "no such promotion": (UnknownStated, lambda: backtest(Rulebook.of(), _stated_of_till())),
}


def _stated_of_till() -> Baskets:
    return a_past([(0, 1, 1000)], stated=some_stated({"till": 5}))


@pytest.mark.parametrize("case", list(BAD_STATED))
def test_bad_stated_discounts_are_refused_at_once(case: str) -> None:
    """With the column and the row, and never in the middle of a backtest."""
    error, make = BAD_STATED[case]
    with pytest.raises(error):
        make()


def test_a_refusal_of_stated_discounts_names_the_first_rows() -> None:
    """And how many there are."""
    with pytest.raises(StatedBeyondRoom) as refused:
        a_past([(0, 1, 9)] * 12, stated=some_stated(*[{"till": 10 - each % 2} for each in range(12)]))
    assert (refused.value.column, refused.value.count, refused.value.rows) == ("Baskets.stated", 6, (0, 2, 4, 6, 8, 10))


def test_a_scope_of_a_stated_promotion_is_asked_of_each_line() -> None:
    """What is stated of another line takes the whole promotion away."""
    book = Rulebook.of([a_promotion("till", Stated(), scope=sku("tea"))])
    past = a_past([(0, 1, 1000), (1, 1, 1000)], [(0, 1, 1000)], stated=some_stated({}, {"till": 1}, {"till": 2}))
    found = backtest(book, past, lines=True)
    assert (found.requoted, found.discount) == (2, 2)
    assert_equal(book, past, found)
