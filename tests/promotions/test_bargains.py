"""The bargain: started, helped, reached, bought, free again, over; the floor is reached exactly, whatever is drawn."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given as drawn
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from ecomops.kernel import Currency, DomainError, Money
from ecomops.promotions.bargains import (
    BARGAIN,
    Bargain,
    BargainId,
    BargainPolicy,
    BargainTerms,
    Cut,
    bargain,
    cut_bounds,
    draw_cut,
    terms_of,
)
from ecomops.promotions.bargains.bargain import (
    BargainAdopted,
    BargainBought,
    BargainCancelled,
    BargainExpired,
    BargainHelped,
    BargainReached,
    BargainReleased,
    BargainStarted,
    Status,
)
from ecomops.terms import CustomerId, Discount, OrderId, PromotionId, Sku
from ecomops.testing import NOON, given
from tests.promotions.kit import ME, YOU, fen

B, O, END = BargainId("b-1"), OrderId("o-1"), NOON.add(days=1)  # noqa: E741 - an order
TERMS = BargainTerms(list_price=fen(1000), floor=fen(300), helpers=2, least=100, most=600)
STARTED = BargainStarted(
    bargain=B, buyer=ME, sku=Sku("tea"), promotion=PromotionId("p"), terms=TERMS, ends_at=END, at=NOON
)
FIRST = BargainHelped(bargain=B, helper=YOU, amount=fen(200), at=NOON)
LAST = BargainHelped(bargain=B, helper=CustomerId("c"), amount=fen(500), at=NOON)
REACHED, RELEASED = BargainReached(bargain=B, at=NOON), BargainReleased(bargain=B, at=NOON)
BOUGHT = BargainBought(bargain=B, order=O, at=NOON)
EXPIRED, CANCELLED = BargainExpired(bargain=B, at=END), BargainCancelled(bargain=B, at=NOON)
TO_FLOOR = (STARTED, FIRST, LAST, REACHED)
HISTORIES: dict[Status, tuple[Any, ...]] = {
    Status.OPEN: (STARTED, FIRST),
    Status.REACHED: TO_FLOOR,
    Status.BOUGHT: (*TO_FLOOR, BOUGHT),
    Status.EXPIRED: (STARTED, EXPIRED),
    Status.CANCELLED: (STARTED, CANCELLED),
}
POLICIES = st.builds(
    BargainPolicy,
    helpers=st.integers(1, 12),
    least=st.fractions(0, 1, max_denominator=9),
    most=st.fractions(1, 5, max_denominator=9),
)


def refusal(act: Callable[[], object]) -> tuple[str, Any]:
    """Return code and context of what *act* is refused with."""
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code, refused.value.context


# --- how much is cut ------------------------------------------------------------------------------------------------


@drawn(POLICIES, st.integers(0, 50), st.integers(0, 3000), st.data())
def test_the_floor_is_reached_exactly(policy: BargainPolicy, floor: int, more: int, data: DataObject) -> None:
    """By the last helper and none before, whatever was drawn: each cut is within the terms, and the sum is the way."""
    terms = terms_of(policy, list_price=fen(floor + policy.helpers + more), floor=fen(floor))
    remaining, cuts = terms.total.minor, list[int]()
    for left in range(policy.helpers, 0, -1):
        amount = draw_cut(
            terms, remaining=remaining, helpers_left=left, draw=lambda below: data.draw(st.integers(0, below - 1))
        )
        assert terms.least <= amount.minor <= terms.most
        assert left == 1 or amount.minor <= max(2 * remaining // left, terms.least, remaining - (left - 1) * terms.most)
        cuts.append(amount.minor)
        remaining -= amount.minor
        assert (remaining == 0) is (left == 1)
    assert sum(cuts) == terms.total.minor


def test_bounds_shrink_as_the_floor_comes_near() -> None:
    """Twice the mean of what remains, the cuts of the others kept possible; the last helper has no choice."""
    terms = BargainTerms(list_price=fen(1000), floor=fen(0), helpers=4, least=50, most=400)
    for remaining, left, bounds in (
        (1000, 4, (50, 400)),
        (1000, 3, (200, 400)),
        (600, 3, (50, 400)),
        (300, 3, (50, 200)),
        (150, 3, (50, 50)),
        (120, 2, (50, 70)),
        (70, 1, (70, 70)),
    ):
        assert cut_bounds(terms, remaining=remaining, helpers_left=left) == bounds


def test_terms_that_cannot_be_met_are_refused() -> None:
    """With the numbers; the policy's own always can, while there is a cent for each."""
    for helpers, least, most in ((8, 100, 600), (2, 100, 349)):
        code, context = refusal(partial(evolve, TERMS, helpers=helpers, least=least, most=most))
        assert code == "bargain.bad_terms"
        assert context == {"helpers": helpers, "least": least, "most": most, "total": 700}
    few = BargainPolicy(helpers=3)
    assert terms_of(few, list_price=fen(5), floor=fen(2)).least == 1
    for price, floor, code in ((4, 2, "bargain.bad_terms"), (2, 4, "bargain.bad_terms")):
        assert refusal(partial(terms_of, few, list_price=fen(price), floor=fen(floor)))[0] == code
    yen = Money(1, Currency.JPY)
    assert refusal(lambda: terms_of(few, list_price=fen(9), floor=yen))[0] == "money.currency_mismatch"


def always(number: Any) -> Any:  # noqa: ANN401 - a source, right or wrong
    """Return a source that draws always the same."""

    def draw(below: int) -> Any:  # noqa: ANN401 - right or wrong
        del below
        return number

    return draw


def test_a_source_that_draws_outside_is_refused() -> None:
    """Below 0, the number itself, no whole number."""
    for number in (-1, 501, 1.0, None):
        code, context = refusal(partial(draw_cut, TERMS, remaining=700, helpers_left=2, draw=always(number)))
        assert (code, context) == ("bargain.bad_draw", {"drawn": number, "below": 501})


def test_a_policy_holds_what_it_can() -> None:
    """Shares on either side of the mean, a time that passes."""
    wrong: tuple[dict[str, Any], ...] = (
        {"least": Fraction(2)},
        {"most": Fraction(1, 2)},
        {"least": 0.5},
        {"lasts": timedelta(0)},
        {"lasts": timedelta(days=366)},
        {"lasts": 1},
        {"helpers": 0},
    )
    for fields in wrong:
        with pytest.raises(DomainError):
            BargainPolicy(**fields)


# --- its life -------------------------------------------------------------------------------------------------------


def test_a_bargain_starts_at_the_list_price() -> None:
    """One that would have ended is refused."""
    told: dict[str, Any] = {"buyer": ME, "sku": Sku("tea"), "promotion": PromotionId("p"), "terms": TERMS, "at": NOON}
    assert bargain.start(B, ends_at=END, **told) == (STARTED,)
    found = BARGAIN.replay((STARTED,))
    assert (found.price, found.remaining, found.helpers_left) == (fen(1000), fen(700), 2)
    code, context = refusal(lambda: bargain.start(B, ends_at=NOON, **told))
    assert (code, context) == ("bargain.ended", {"id": B, "end": NOON, "at": NOON})


def test_helpers_cut_once_each() -> None:
    """The last one reaches the floor; who may not help is told why, with the numbers."""
    told: dict[str, Any] = {"helper": CustomerId("c"), "amount": fen(500), "at": NOON}
    given(BARGAIN, STARTED).when(bargain.cut, helper=YOU, amount=fen(200), at=NOON).then(FIRST)
    given(BARGAIN, STARTED, FIRST).when(bargain.cut, **told).then(LAST, REACHED)
    found = BARGAIN.replay(TO_FLOOR)
    assert (found.price, found.remaining, found.helpers_left, found.status) == (fen(300), fen(0), 0, Status.REACHED)
    again: dict[str, Any] = {**told, "helper": YOU}
    own: dict[str, Any] = {**told, "helper": ME}
    late: dict[str, Any] = {**told, "at": END}
    given(BARGAIN, STARTED, FIRST).when(bargain.cut, **again).then_refused(
        "bargain.helped_already", id="b-1", amount=fen(200)
    )
    given(BARGAIN, STARTED).when(bargain.cut, **own).then_refused("bargain.own_help", id="b-1")
    given(BARGAIN, STARTED).when(bargain.cut, **late).then_refused("bargain.ended", id="b-1", end=END, at=END)
    for amount in (499, 501):
        wrong: dict[str, Any] = {**told, "amount": fen(amount)}
        given(BARGAIN, STARTED, FIRST).when(bargain.cut, **wrong).then_refused(
            "bargain.cut_outside", id="b-1", amount=fen(amount), least=fen(500), most=fen(500)
        )
    other: dict[str, Any] = {**told, "helper": CustomerId("d")}
    for status in set(Status) - {Status.OPEN}:
        given(BARGAIN, *HISTORIES[status]).when(bargain.cut, **other).then_refused("bargain.illegal_move")


def test_the_buyer_buys_once_at_the_floor() -> None:
    """Nobody else, not above the floor, not when it is over, not with two orders."""
    buy: dict[str, Any] = {"order": O, "customer": ME, "at": NOON}
    given(BARGAIN, *TO_FLOOR).when(bargain.buy, **buy).then(BOUGHT)
    given(BARGAIN, *TO_FLOOR, BOUGHT).when(bargain.buy, **buy).then()
    for changes, code in (
        ({"customer": YOU}, "bargain.not_owner"),
        ({"customer": None}, "bargain.not_owner"),
        ({"at": END}, "bargain.ended"),
    ):
        other: dict[str, Any] = {**buy, **changes}
        given(BARGAIN, *TO_FLOOR).when(bargain.buy, **other).then_refused(code)
    second: dict[str, Any] = {**buy, "order": OrderId("o-2")}
    given(BARGAIN, *TO_FLOOR, BOUGHT).when(bargain.buy, **second).then_refused("bargain.taken", id="b-1", order="o-1")
    given(BARGAIN, STARTED, FIRST).when(bargain.buy, **buy).then_refused(
        "bargain.not_reached", id="b-1", remaining=fen(500), helpers_left=1
    )
    given(BARGAIN, STARTED, CANCELLED).when(bargain.buy, **buy).then_refused("bargain.illegal_move")


def test_a_cancelled_order_gives_the_price_back() -> None:
    """While there is time; another order has none of it."""
    given(BARGAIN, *TO_FLOOR, BOUGHT).when(bargain.release, order=O, at=NOON).then(RELEASED)
    late = (evolve(RELEASED, at=END), EXPIRED)
    given(BARGAIN, *TO_FLOOR, BOUGHT).when(bargain.release, order=O, at=END).then(*late)
    given(BARGAIN, *TO_FLOOR, BOUGHT).when(bargain.release, order=OrderId("o-2"), at=NOON).then()
    given(BARGAIN, *TO_FLOOR, BOUGHT, RELEASED).when(bargain.release, order=O, at=NOON).then()
    assert BARGAIN.replay((*TO_FLOOR, BOUGHT, RELEASED)) == BARGAIN.replay(TO_FLOOR)


def test_a_bargain_ends() -> None:
    """By time, unless an order has its price; or it is called off."""
    due = {status: BARGAIN.key("due_at", BARGAIN.replay(HISTORIES[status])) for status in Status}
    assert due == {status: END if status in {Status.OPEN, Status.REACHED} else None for status in Status}
    for status in Status:
        ends = (EXPIRED,) if due[status] else ()
        given(BARGAIN, *HISTORIES[status]).when(bargain.expire, at=END).then(*ends)
        given(BARGAIN, *HISTORIES[status]).when(bargain.expire, at=END.subtract(microseconds=1)).then()
    given(BARGAIN, *TO_FLOOR).when(bargain.cancel, at=NOON).then(CANCELLED)
    given(BARGAIN, STARTED, CANCELLED).when(bargain.cancel, at=NOON).then()
    given(BARGAIN, STARTED, EXPIRED).when(bargain.cancel, at=NOON).then_refused("bargain.illegal_move")
    given(BARGAIN, *TO_FLOOR, BOUGHT).when(bargain.cancel, at=NOON).then_refused("bargain.taken")


def test_its_price_is_a_stated_discount() -> None:
    """From what the unit costs today down to the price; nothing when that is not dearer."""
    found = BARGAIN.replay(TO_FLOOR)
    assert found.discount(fen(1000)) == Discount(promotion=PromotionId("p"), amount=fen(700))
    assert found.discount(fen(900)) == Discount(promotion=PromotionId("p"), amount=fen(600))
    assert found.discount(fen(300)) is None


def test_a_bargain_is_taken_over_as_it_stands() -> None:
    """Its cuts go with its terms, its status and its order; what cannot be is refused with the numbers."""
    one = (Cut(helper=YOU, amount=fen(200)),)
    both = (*one, Cut(helper=CustomerId("c"), amount=fen(500)))
    told: dict[str, Any] = {
        "bargain": B, "buyer": ME, "sku": Sku("tea"), "promotion": PromotionId("p"), "terms": TERMS,
        "ends_at": END, "at": NOON,
    }  # fmt: skip
    sound: tuple[tuple[Status, tuple[Cut, ...], OrderId | None], ...] = (
        (Status.OPEN, (), None),
        (Status.OPEN, one, None),
        (Status.REACHED, both, None),
        (Status.BOUGHT, both, O),
        (Status.EXPIRED, one, None),
        (Status.CANCELLED, both, None),
    )
    for status, cuts, order in sound:
        found = BARGAIN.replay((BargainAdopted(status=status, cuts=cuts, order=order, **told),))
        assert found == Bargain(
            id=B, buyer=ME, sku=Sku("tea"), promotion=PromotionId("p"), terms=TERMS, ends_at=END,
            status=status, cuts=cuts, order=order,
        )  # fmt: skip
    small = (Cut(helper=YOU, amount=fen(99)),)
    three = (*both, Cut(helper=CustomerId("d"), amount=fen(0)))
    wrong: tuple[tuple[Status, tuple[Cut, ...], OrderId | None], ...] = (
        (Status.OPEN, both, None),
        (Status.REACHED, one, None),
        (Status.BOUGHT, both, None),
        (Status.REACHED, both, O),
        (Status.OPEN, small, None),
        (Status.REACHED, three, None),
    )
    for status, cuts, order in wrong:
        code, _ = refusal(partial(BargainAdopted, status=status, cuts=cuts, order=order, **told))
        assert code == "bargain.bad_cuts"
    twice = (*one, *one)
    assert refusal(lambda: BargainAdopted(status=Status.REACHED, cuts=twice, order=None, **told))[0] == "value.repeated"
