"""The use of a promotion: orders and money, reserved and redeemed, never beyond the limits."""

from collections.abc import Callable
from itertools import permutations
from typing import Any, cast

import pytest
from attrs import evolve
from hypothesis import given as drawn
from hypothesis import strategies as st
from pendulum import Date

from ecomops.kernel import BoundBroken, DomainError, Grain, Money, OutOfRange, WrongKind
from ecomops.promotions import PROMOTION_USE, PromotionUse, UseId, usage
from ecomops.promotions.usage import (
    COUNTERS,
    EFFECTS,
    UseAdopted,
    UseLimitsSet,
    UseOpened,
    UseRedeemed,
    UseReleased,
    UseReserved,
    UseReturned,
)
from ecomops.terms import CustomerId, OrderId, PromotionId
from ecomops.testing import NOON, given
from tests.kernel.hostile import others, untyped
from tests.promotions.kit import fen

P, ORDER = UseId("p"), OrderId("o-1")

Decide = Callable[[PromotionUse, Money], tuple[Any, ...]]
DECISIONS: dict[str, Decide] = {
    "reserve": lambda use, money: usage.reserve(use, order=ORDER, money=money, at=NOON),
    "redeem": lambda use, money: usage.redeem(use, order=ORDER, money=money, at=NOON),
    "release": lambda use, money: usage.release(use, order=ORDER, money=money, at=NOON),
    "give back": lambda use, money: usage.give_back(use, order=ORDER, money=money, at=NOON),
}
LEDGER: dict[str, tuple[type[Any], int, int]] = {
    # what a clerk would write down: (event, reserved, redeemed)
    "reserve": (UseReserved, +1, 0),
    "redeem": (UseRedeemed, -1, +1),
    "release": (UseReleased, -1, 0),
    "give back": (UseReturned, 0, -1),
}
every_movement = pytest.mark.parametrize("name", LEDGER)

small = st.integers(0, 4)
uses = st.builds(
    PromotionUse,
    id=st.just(P),
    reserved=small,
    redeemed=small,
    reserved_money=small,
    redeemed_money=small,
    most_uses=st.none() | st.integers(0, 9),
    most_money=st.none() | st.integers(0, 9),
)


def moved(use: PromotionUse, name: str, money: int) -> PromotionUse:
    """Return what the clerk makes of a movement."""
    _, reserved, redeemed = LEDGER[name]
    return evolve(
        use,
        reserved=use.reserved + reserved,
        redeemed=use.redeemed + redeemed,
        reserved_money=use.reserved_money + reserved * money,
        redeemed_money=use.redeemed_money + redeemed * money,
    )


def accepts(use: PromotionUse, name: str, money: int) -> bool:
    """Tell whether the decision lets a movement through."""
    try:
        DECISIONS[name](use, fen(money))
    except DomainError:
        return False
    return True


def test_a_use_has_one_name() -> None:
    """A promotion, or a promotion with a customer; the sign between them is escaped inside them."""
    assert UseId.of(PromotionId("p")) == "p"
    assert UseId.of(PromotionId("p"), CustomerId("c")) == "p@c"
    names = {UseId.of(PromotionId(p), CustomerId(c)) for p in ("a", "a@b", "a%40b") for c in ("c", "b@c")}
    assert len(names | {UseId.of(PromotionId("a@c"))}) == 7
    for value in others(PromotionId):
        with pytest.raises(WrongKind):
            UseId.of(value)
    for value in others(CustomerId):
        if value is not None:
            with pytest.raises(WrongKind):
                UseId.of(PromotionId("p"), value)


def test_counting_begins_with_its_limits() -> None:
    """Nothing is used; what was used elsewhere counts as redeemed."""
    opened = usage.open_use(P, most_uses=3, most_money=fen(500), at=NOON)
    assert opened == (UseOpened(use=P, most_uses=3, most_money=fen(500), at=NOON),)
    assert PROMOTION_USE.replay(opened) == PromotionUse(id=P, most_uses=3, most_money=500)
    assert PROMOTION_USE.replay(usage.open_use(P, at=NOON)) == PromotionUse(id=P)
    adopted = UseAdopted(use=P, uses=2, money=fen(90), most_uses=3, most_money=None, at=NOON)
    assert PROMOTION_USE.replay((adopted,)) == PromotionUse(id=P, redeemed=2, redeemed_money=90, most_uses=3)


def test_limits_are_changed_and_take_nothing_back() -> None:
    """() when they are as they were; below what is used they only leave nothing."""
    opened = UseOpened(use=P, most_uses=3, most_money=None, at=NOON)
    used = UseReserved(use=P, order=ORDER, money=fen(9), at=NOON)
    lower = UseLimitsSet(use=P, most_uses=0, most_money=fen(5), at=NOON)
    given(PROMOTION_USE, opened, used).when(usage.set_limits, most_uses=3, most_money=None, at=NOON).then()
    given(PROMOTION_USE, opened, used).when(usage.set_limits, most_uses=0, most_money=fen(5), at=NOON).then(lower)
    after = PROMOTION_USE.replay((opened, used, lower))
    assert (after.uses, after.money, after.most_uses, after.most_money) == (1, 9, 0, 5)
    assert accepts(after, "redeem", 9)
    assert accepts(after, "release", 9)
    assert not accepts(after, "reserve", 0)


def test_what_exceeds_a_limit_is_refused_with_the_numbers() -> None:
    """First the orders, then the money; the last of both will do."""
    full = PromotionUse(id=P, reserved=1, redeemed=2, most_uses=3)
    for use, money, counter, wanted, used, most in (
        (full, 1, "p uses", 1, 3, 3),
        (PromotionUse(id=P, reserved_money=3, redeemed_money=4, most_money=10), 4, "p money", 4, 7, 10),
    ):
        with pytest.raises(DomainError) as refusal:
            usage.reserve(use, order=ORDER, money=fen(money), at=NOON)
        assert refusal.value.code == "limit.reached"
        assert refusal.value.context == {"counter": counter, "wanted": wanted, "used": used, "most": most}
    assert accepts(evolve(full, most_uses=4, most_money=1), "reserve", 1)


def test_no_more_comes_back_than_was_counted() -> None:
    """Orders and money alike, with the numbers."""
    for name, counter in (("redeem", "reserved"), ("release", "reserved"), ("give back", "redeemed")):
        for money, counted in ((0, ""), (8, "_money")):
            use = PromotionUse(id=P, **({} if not counted else {counter: 1, f"{counter}_money": 7}))
            with pytest.raises(DomainError) as refusal:
                DECISIONS[name](use, fen(money))
            assert refusal.value.code == "promotion.over_use"
            assert refusal.value.context["counter"] == counter + counted


def test_counters_hold_what_they_can() -> None:
    """A use beyond all counters is refused where it would come about."""
    with pytest.raises(OutOfRange):
        PromotionUse(id=P, reserved=10**13)


def test_the_effects_are_those_of_the_ledger() -> None:
    """The table of the room says what a clerk would write down."""
    assert {event: (reserved, redeemed) for event, reserved, redeemed in LEDGER.values()} == EFFECTS


@every_movement
@drawn(use=uses, money=st.integers(0, 9))
def test_a_movement_moves_its_counters_and_nothing_else(name: str, use: PromotionUse, money: int) -> None:
    """By one order and its money, whatever the counters are."""
    event = LEDGER[name][0](use=P, order=ORDER, money=fen(money), at=NOON)
    assert PROMOTION_USE.fold(use, (event,)) == moved(use, name, money)


@every_movement
@drawn(row=uses, money=st.integers(0, 5))
def test_a_store_that_adds_agrees_with_the_decision(name: str, row: PromotionUse, money: int) -> None:
    """Reserved and redeemed are within the limit under any interleaving: the bounds say what the decision says."""
    read = PromotionUse(id=P, reserved=50, redeemed=50, reserved_money=500, redeemed_money=500)
    read = evolve(read, most_uses=row.most_uses, most_money=row.most_money)
    event = LEDGER[name][0](use=P, order=ORDER, money=fen(money), at=NOON)
    additive = PROMOTION_USE.additive
    assert additive is not None
    deltas = additive.deltas(read, PROMOTION_USE.fold(read, (event,)))
    assert deltas is not None
    try:
        after = additive.add(row, deltas, (event,), kind="promotion_use", id=P)
    except BoundBroken:
        after = None
    below = any(getattr(moved(row, name, money), counter) < 0 for counter in COUNTERS)
    assert (after is not None) is accepts(row, name, money)
    assert after is None or (after == moved(row, name, money) and not below)


@drawn(uses, st.lists(st.tuples(st.sampled_from(sorted(LEDGER)), st.integers(0, 3)), max_size=4))
def test_movements_commute(use: PromotionUse, steps: list[tuple[str, int]]) -> None:
    """They are movements and never totals."""
    roomy = evolve(
        use, reserved=50, redeemed=50, reserved_money=500, redeemed_money=500, most_uses=None, most_money=None
    )
    events = [event for name, money in steps for event in DECISIONS[name](roomy, fen(money))]
    ends = {PROMOTION_USE.fold(roomy, cast("Any", order)) for order in permutations(events)}
    assert len(ends) == 1


@drawn(uses, st.integers(0, 5))
def test_releasing_what_was_reserved_changes_nothing(use: PromotionUse, money: int) -> None:
    """Reserve and release are one another's opposite; so are redeem and give back of an order."""
    roomy = evolve(use, most_uses=None, most_money=None)
    reserved = moved(roomy, "reserve", money)
    assert (
        PROMOTION_USE.fold(
            roomy, [*DECISIONS["reserve"](roomy, fen(money)), *DECISIONS["release"](reserved, fen(money))]
        )
        == roomy
    )
    redeemed = moved(reserved, "redeem", money)
    assert PROMOTION_USE.fold(redeemed, DECISIONS["give back"](redeemed, fen(money))) == roomy


@drawn(st.lists(st.integers(0, 6), max_size=8), st.integers(0, 5), st.integers(0, 20))
def test_any_row_of_orders_stays_within_the_limits(orders: list[int], most_uses: int, most_money: int) -> None:
    """However many come: those that fit are counted, the others refused."""
    use = PromotionUse(id=P, most_uses=most_uses, most_money=most_money)
    for money in orders:
        if accepts(use, "reserve", money):
            use = PROMOTION_USE.fold(use, usage.reserve(use, order=ORDER, money=fen(money), at=NOON))
        else:
            assert use.uses == most_uses or use.money + money > most_money
    assert use.uses <= most_uses
    assert use.money <= most_money


def test_the_use_of_a_period_has_a_name_of_its_own() -> None:
    """No promotion, and no customer, can be spelt like it."""
    first = Date(2026, 6, 18)
    named = {
        UseId.within(PromotionId("p"), Grain.DAY, first),
        UseId.within(PromotionId("p"), Grain.MONTH, first),
        UseId.of(PromotionId("p%day:2026-06-18")),
        UseId.of(PromotionId("p"), CustomerId("%day:2026-06-18")),
    }
    assert len(named) == 4
    for grain, day in untyped(("day", first), (Grain.DAY, "2026-06-18"), (Grain.DAY, NOON)):
        with pytest.raises(WrongKind):
            UseId.within(PromotionId("p"), grain, day)
