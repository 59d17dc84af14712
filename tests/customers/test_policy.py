"""The policies of registration and points: rules that round down, buckets of whole steps, and what they refuse."""

from datetime import timedelta
from typing import Any

import pendulum
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.customers import DEFAULT_REGISTRATION, EarnRule, PointsPolicy, SpendRule
from ecomops.kernel import Currency, CurrencyMismatch, Invalid, Money, OutOfRange, later
from ecomops.testing import NOON, cny
from tests.customers.kit import POLICY, RULE

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("points", "per", "amount", "earned"),
    [
        (1, "1.00", "9.99", 9),
        (1, "10.00", "9.99", 0),
        (3, "10.00", "9.99", 2),
        (100, "1.00", "2.00", 200),
        (1, "0.01", "0.00", 0),
    ],
)
def test_points_for_an_amount_are_whole(points: int, per: str, amount: str, earned: int) -> None:
    """What is left below a whole point is dropped."""
    assert EarnRule(points=points, per=cny(per)).points_for(cny(amount)) == earned


def test_a_negative_amount_earns_nothing() -> None:
    """A balance below zero takes nothing: that is what taking back is for."""
    assert RULE.points_for(cny("-5.00")) == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_money_never_earns_less(one: int, other: int) -> None:
    """Two orders earn no more than one of both amounts, and at most a point less."""
    rule = EarnRule(points=3, per=cny("7.00"))
    first, second, both = (rule.points_for(Money(each, Currency.CNY)) for each in (one, other, one + other))
    assert first + second <= both <= first + second + 1


def test_a_rule_is_of_one_currency() -> None:
    """An order of another one is refused."""
    with pytest.raises(CurrencyMismatch):
        RULE.points_for(Money(1, Currency.JPY))
    rule = SpendRule(points=1, worth=cny("0.01"))
    with pytest.raises(CurrencyMismatch):
        rule.spendable(Money(1, Currency.JPY), wanted=1, available=1)


def test_points_have_a_worth() -> None:
    """Rounded down to the minor unit."""
    rule = SpendRule(points=300, worth=cny("1.00"))
    assert [str(rule.worth_of(points)) for points in (300, 2, 3)] == ["1.00 CNY", "0.00 CNY", "0.01 CNY"]


def test_an_order_takes_so_many_points() -> None:
    """What is wanted, what is there, what the share of the order allows, and the least at once."""
    rule = SpendRule(points=100, worth=cny("1.00"), least=10, most_percent=50)
    asked = [(50, 999), (999, 50), (999, 999), (10, 999), (9, 999), (999, 9)]
    found = [rule.spendable(cny("1.01"), wanted=wanted, available=there) for wanted, there in asked]
    assert found == [50, 50, 50, 10, 0, 0]


def test_buckets_are_whole_steps() -> None:
    """An opening falls back to its step; maturity and expiry are put off to theirs, never brought forward."""
    bucket = POLICY.bucket(NOON.add(hours=5))
    assert (bucket.opened_at, bucket.matures_at, bucket.expires_at) == (NOON, NOON.add(days=8), NOON.add(days=38))
    assert POLICY.bucket(NOON) == evolve(bucket, matures_at=NOON.add(days=7), expires_at=NOON.add(days=37))
    assert POLICY.bucket(NOON.subtract(hours=5)).opened_at == NOON.subtract(days=1)


def test_points_need_not_await_nor_end() -> None:
    """A policy without a wait lets them be spent at once; one without a lifetime keeps them."""
    at_once = evolve(POLICY, matures_after=timedelta(0), lifetime=None).bucket(NOON)
    assert (at_once.matures_at, at_once.expires_at) == (None, None)
    assert evolve(POLICY, matures_after=timedelta(0)).bucket(NOON).expires_at == NOON.add(days=30)


@given(st.integers(0, 400 * 24 * 60), st.integers(1, 40 * 24), st.integers(0, 20 * 24), st.integers(1, 400 * 24))
def test_an_account_is_bounded_by_its_policy(minutes: int, grain: int, wait: int, lifetime: int) -> None:
    """Every bucket begins at a step, lasts at least its lifetime and less than three steps more."""
    policy = PointsPolicy(
        earn=RULE,
        matures_after=timedelta(hours=wait),
        lifetime=timedelta(hours=lifetime),
        grain=timedelta(hours=grain),
        anchor=NOON,
    )
    at = NOON.add(minutes=minutes)
    bucket = policy.bucket(at)
    spendable = bucket.matures_at or at
    assert bucket.opened_at <= at < later(bucket.opened_at, policy.grain)
    assert later(at, policy.matures_after) <= spendable < later(at, policy.matures_after + policy.grain)
    assert bucket.expires_at is not None
    assert later(spendable, timedelta(hours=lifetime)) <= bucket.expires_at
    assert bucket.expires_at < later(at, timedelta(hours=wait + lifetime) + 2 * policy.grain)
    for instant in (bucket.opened_at, bucket.expires_at):
        assert (instant - NOON).total_seconds() % policy.grain.total_seconds() == 0


BAD: list[dict[str, Any]] = [
    {"matures_after": timedelta(seconds=-1)},
    {"lifetime": timedelta(0)},
    {"grain": timedelta(0)},
    {"grain": timedelta(days=36_501)},
    {"anchor": NOON.in_timezone("Asia/Shanghai")},
    {"earn": None},
    {"shortfall": "debt"},
]


@pytest.mark.parametrize("wrong", BAD, ids=str)
def test_a_policy_checks_its_fields(wrong: dict[str, Any]) -> None:
    """Waits below zero, no lifetime at all, steps of nothing, instants of another zone."""
    with pytest.raises(Invalid):
        evolve(POLICY, **wrong)


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_a_rule_has_a_price(amount: str) -> None:
    """Points for nothing would be endless."""
    with pytest.raises(OutOfRange):
        EarnRule(points=1, per=cny(amount))
    with pytest.raises(OutOfRange):
        SpendRule(points=1, worth=cny(amount))


def test_the_defaults() -> None:
    """A week of waiting, a year of life, steps of a day, debts; and a registration that is complete at once."""
    policy = PointsPolicy(earn=RULE)
    assert (policy.matures_after, policy.lifetime, policy.grain) == (7 * DAY, 365 * DAY, DAY)
    assert (policy.anchor, policy.shortfall) == (pendulum.datetime(2000, 1, 1), "debt")
    assert DEFAULT_REGISTRATION.steps == ()


def test_an_instant_beyond_the_calendar_is_refused() -> None:
    """Points earned at the end of time have no lot."""
    with pytest.raises(OutOfRange):
        POLICY.bucket(pendulum.datetime(9999, 12, 31))
