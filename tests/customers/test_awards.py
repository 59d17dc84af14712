"""The award of an order: earned once, by the rule of that day, and taken back as refunds leave less."""

from collections.abc import Sequence

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.customers import POINTS_AWARD, AwardOfAnother, EarnRule, OverRefunded, PointsAward, awards
from ecomops.customers.awards import PointsAwardAdopted, PointsAwarded, PointsAwardReduced
from ecomops.kernel import Currency, CurrencyMismatch, Money
from ecomops.terms import NegativeAmount
from ecomops.testing import NOON, cny
from tests.customers.kit import ONE, ORDER_ID, OTHER, POLICY


def an_award(amount: str = "10.50", *, rule: EarnRule = POLICY.earn) -> PointsAward:
    """Return the award of an order."""
    policy = evolve(POLICY, earn=rule)
    return POINTS_AWARD.replay(awards.award(ORDER_ID, customer=ONE, amount=cny(amount), policy=policy, at=NOON))


def test_an_order_earns_by_the_rule_of_the_day() -> None:
    """The event has the rule, the points and the lot to which they go."""
    (event,) = awards.award(ORDER_ID, customer=ONE, amount=cny("10.50"), policy=POLICY, at=NOON)
    assert event == PointsAwarded(
        id=ORDER_ID,
        customer=ONE,
        amount=cny("10.50"),
        rule=POLICY.earn,
        earned=10,
        bucket=POLICY.bucket(NOON),
        at=NOON,
    )
    award = POINTS_AWARD.replay((event,))
    assert (award.earned, award.clawed_back, award.refunded) == (10, 0, cny("0.00"))


def test_an_order_earns_once() -> None:
    """The same award again is the same; another customer or amount is a mistake."""
    awards.require_same(an_award(), customer=ONE, amount=cny("10.50"))
    with pytest.raises(AwardOfAnother):
        awards.require_same(an_award(), customer=OTHER, amount=cny("10.50"))
    with pytest.raises(AwardOfAnother):
        awards.require_same(an_award(), customer=ONE, amount=cny("10.00"))


@pytest.mark.parametrize(("refunded", "clawed_back"), [("0.40", 0), ("0.60", 1), ("5.00", 5), ("10.50", 10)])
def test_what_is_kept_still_earns(refunded: str, clawed_back: int) -> None:
    """Points are those of the amount that the buyer kept."""
    (event,) = awards.reduce(an_award(), refunded=cny(refunded), at=NOON)
    assert event == PointsAwardReduced(id=ORDER_ID, refunded=cny(refunded), clawed_back=clawed_back, at=NOON)


@given(st.integers(0, 5_000), st.lists(st.integers(0, 1_000), max_size=6), st.integers(1, 7))
def test_any_sequence_of_refunds_takes_back_the_same(minor: int, parts: Sequence[int], points: int) -> None:
    """As one refund of their sum; none takes back less than nothing, and a refund of everything takes everything."""
    amount = Money(minor + sum(parts), Currency.CNY)
    rule = EarnRule(points=points, per=cny("3.00"))
    award = whole = POINTS_AWARD.replay(
        awards.award(ORDER_ID, customer=ONE, amount=amount, policy=evolve(POLICY, earn=rule), at=NOON)
    )
    for part in parts:
        award = POINTS_AWARD.fold(award, awards.reduce(award, refunded=Money(part, Currency.CNY), at=NOON))
    assert award == POINTS_AWARD.fold(whole, awards.reduce(whole, refunded=Money(sum(parts), Currency.CNY), at=NOON))
    left = award.amount - award.refunded
    assert award.earned - award.clawed_back == rule.points_for(left)
    nothing = POINTS_AWARD.fold(award, awards.reduce(award, refunded=left, at=NOON))
    assert nothing.clawed_back == nothing.earned


def test_refunds_are_refused() -> None:
    """More than still earns, less than nothing, another currency; a refund of nothing is nothing."""
    with pytest.raises(OverRefunded) as refusal:
        awards.reduce(an_award(), refunded=cny("10.51"), at=NOON)
    assert refusal.value.context == {"id": "o-1", "wanted": cny("10.51"), "left": cny("10.50")}
    with pytest.raises(NegativeAmount):
        awards.reduce(an_award(), refunded=cny("-0.01"), at=NOON)
    with pytest.raises(CurrencyMismatch):
        awards.reduce(an_award(), refunded=Money(1, Currency.JPY), at=NOON)
    with pytest.raises(CurrencyMismatch):
        awards.award(ORDER_ID, customer=ONE, amount=Money(1, Currency.JPY), policy=POLICY, at=NOON)
    assert awards.reduce(an_award(), refunded=cny("0.00"), at=NOON) == ()


def test_an_award_is_taken_over_as_it_was() -> None:
    """A shop that starts in the middle refunds orders that earned elsewhere."""
    award = evolve(an_award(), refunded=cny("5.00"), clawed_back=5)
    assert POINTS_AWARD.replay((PointsAwardAdopted(award=award, at=NOON),)) == award


def test_awards_are_found_by_their_customer() -> None:
    """The binding names the order, one key and no timer."""
    assert (POINTS_AWARD.id_of(an_award()), POINTS_AWARD.due_at) == ("o-1", None)
    assert POINTS_AWARD.keys["customer"](an_award()) == "c-1"
