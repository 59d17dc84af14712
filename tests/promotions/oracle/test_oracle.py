"""The quote of the library against the oracle: every discount by line, promotion and funder; refusals and gifts."""

from collections import Counter as Tally
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ecomops.promotions import (
    AmountOff,
    Basket,
    Coupon,
    Every,
    FixedPrice,
    Ladder,
    LanePick,
    Lines,
    Percent,
    Quote,
    Reason,
    Rulebook,
    Sets,
    Shipping,
    Whole,
    quote,
)
from ecomops.testing import NOON
from tests.promotions.kit import a_coupon, baskets, programmes
from tests.promotions.oracle.drawing import Drawing
from tests.promotions.oracle.hosts import Beside, Shaved, Units
from tests.promotions.oracle.offers import host_of
from tests.promotions.oracle.turns import Answer, Asked, Counter, answered

SEEDS = 400
EACH = 4
"""How many baskets each programme is asked for."""


def shown(asked: Asked) -> tuple[Coupon, ...]:
    """Return the coupons that are shown."""
    return tuple(a_coupon(f"k-{id}", promotion=id) for id in asked.coupons)


def quoted(book: Rulebook, asked: Asked) -> Quote:
    """Return what the library says."""
    return quote(
        book,
        asked.basket,
        at=asked.at,
        customer=asked.customer,
        facts=asked.facts,
        codes=asked.codes,
        coupons=shown(asked),
        used=asked.used,
        gift_stock=asked.gift_stock,
    )


def both(book: Rulebook, asked: Asked) -> tuple[Answer, Answer]:
    """Return what the library says and what the oracle says."""
    told, expected = answered(quoted(book, asked), book.promotions), Counter(asked).run()
    told.gaps = {id: gap for id, gap in told.gaps.items() if id in expected.gaps}
    return told, expected


def test_the_oracle_says_the_same_of_thousands_of_baskets() -> None:
    """Drawn by number, so that a failure names its programme; together they reach every pair of value and target."""
    reached: Tally[object] = Tally()
    for seed in range(SEEDS):
        drawing = Drawing(Random(seed))
        book = drawing.book()
        picks = {lane.name: lane.pick for lane in book.policy.lanes}
        for _ in range(EACH):
            asked = drawing.asked(book)
            told, expected = both(book, asked)
            assert told == expected, f"seed {seed}"
            reached.update(reason for reason, _ in told.refused.values())
            for id in told.applied:
                promotion = book.by_id[id]  # type: ignore[index]
                reached.update((type(each), picks[promotion.lane]) for each in (host_of(promotion), *promotion.own))
                for each in (promotion.goods, promotion.freight):
                    if each is not None:
                        reached[type(each.value), type(each.target), picks[promotion.lane]] += 1
    pairs = product((Percent, AmountOff, FixedPrice, Ladder, Every), (Lines, Whole, Sets, Shipping), LanePick)
    wanted = {each for each in pairs if each[1] is Lines or each[2] is not LanePick.BEST_PER_LINE}
    assert wanted <= set(reached)
    assert {(Shaved, LanePick.STACK), (Shaved, LanePick.BEST), *product((Units, Beside), LanePick)} <= set(reached)
    coupons = {reason for reason in Reason if reason.startswith(("code", "shared_code", "coupon"))}
    others = {Reason.NOT_PRESENTED, Reason.OUT_OF_SCOPE}
    assert {str(reason) for reason in set(Reason) - coupons - others} <= set(reached)


@given(st.randoms(use_true_random=False))
def test_the_oracle_says_the_same_of_what_is_searched(random: Random) -> None:
    """The same, drawn by a search that shrinks what it finds."""
    drawing = Drawing(random)
    book = drawing.book()
    told, expected = both(book, drawing.asked(book))
    assert told == expected


@given(programmes(), baskets())
def test_the_oracle_says_the_same_of_other_programmes(book: Rulebook, basket: Basket) -> None:
    """The programmes of the other tests, which vary other fields."""
    asked = Asked(promotions=book.promotions, policy=book.policy, basket=basket, at=NOON)
    told, expected = both(book, asked)
    assert told == expected
