"""How customers, their personal rows, consents and points live."""

from datetime import timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pendulum import DateTime

from ecomops import customers
from ecomops.customers import (
    CONSENT,
    CUSTOMER,
    PERSONAL,
    POINTS,
    POINTS_AWARD,
    POINTS_SPENDING,
    Customer,
    EarnRule,
    Personal,
    PersonalValue,
    PointsAccount,
    PointsPolicy,
    Shortfall,
    Status,
    StepId,
    awards,
    consent,
    personal,
    points,
    spendings,
)
from ecomops.kernel import Currency, Lot, later
from ecomops.terms import CustomerId, OrderId
from ecomops.testing.builders import NOON, cny
from ecomops.testing.strategies.life import Life, always, drawn
from ecomops.testing.strategies.values import money, values_of

POLICY = PointsPolicy(earn=EarnRule(points=1, per=cny("1.00")), lifetime=timedelta(days=12))
"""By what points are earned here: they are lost after days, not after a year, so that time gets there."""

STEPS = tuple(map(StepId, ("phone_verified", "consent_given")))
OTHERS = (Customer(id=CustomerId("c-9"), status=Status.REGISTERED), Customer(id=CustomerId("c-8"), status=Status.GUEST))


def earn(account: PointsAccount, *, order_id: OrderId, quantity: int, at: DateTime) -> tuple[Any, ...]:
    """Let points be earned, by the policy of the shop."""
    return points.earn(account, order_id=order_id, quantity=quantity, bucket=POLICY.bucket(at), at=at)


def claw_back(
    account: PointsAccount, *, order_id: OrderId, quantity: int, shortfall: Shortfall, at: DateTime
) -> tuple[Any, ...]:
    """Take points back, by the policy of the shop."""
    bucket = POLICY.bucket(NOON)
    return points.claw_back(
        account, order_id=order_id, quantity=quantity, bucket=bucket, shortfall=shortfall, at=at
    )  # fmt: skip


def move_out(account: PointsAccount, *, at: DateTime) -> tuple[Any, ...]:
    """Let the points go to another account."""
    return points.move(account, into=PointsAccount(id=OTHERS[0].id), at=at)[0]


def move_in(account: PointsAccount, *, lots: tuple[Lot, ...], debt: int, at: DateTime) -> tuple[Any, ...]:
    """Let the points of another account come."""
    return points.move(PointsAccount(id=OTHERS[0].id, lots=lots, debt=debt), into=account, at=at)[1]


def _lots() -> SearchStrategy[tuple[Lot, ...]]:
    ends = st.sampled_from([None, *(later(NOON, timedelta(days=days)) for days in (1, 9))])
    lots = st.builds(Lot, quantity=st.integers(1, 5), opened_at=st.just(NOON), expires_at=ends)
    return st.lists(lots, min_size=1, max_size=2, unique_by=lambda lot: lot.expires_at).map(tuple)


def _values() -> SearchStrategy[tuple[PersonalValue, ...]]:
    values: SearchStrategy[PersonalValue] = values_of(PersonalValue)
    return st.lists(values, min_size=1, max_size=2, unique_by=lambda each: each.name).map(tuple)


def _filled(row: Personal) -> SearchStrategy[Personal]:
    """Draw the row that is held, of which its events tell no value."""
    return st.just(row) if row.erased else _values().map(lambda values: evolve(row, values=values))


def _begun(kept: Any) -> SearchStrategy[Any]:  # noqa: ANN401 - a row, when there is one
    return _filled(Personal(id=kept.id, customer=kept.customer, purpose=kept.purpose))


PEOPLE: tuple[Life, ...] = (
    Life(
        noun=CUSTOMER,
        begins=(customers.meet,),
        follows=(
            *((customers.complete, customers.register) * 3),
            *(customers.deactivate, customers.reactivate, customers.reactivate, customers.merge),
        ),
        arguments={"steps": always((), STEPS[:1], STEPS), "step": always(*STEPS), "into": always(*OTHERS)},
    ),
    Life(
        noun=PERSONAL,
        begins=(personal.record,),
        follows=(personal.replace, personal.replace, personal.erase),
        arguments={"row": lambda _: values_of(Personal).flatmap(_begun), "by": _begun},
        row=_filled,
    ),
    Life(
        noun=CONSENT,
        begins=(consent.open_consent,),
        follows=(consent.give, consent.give, consent.withdraw),
        arguments={"text_version": always("2026-01", "2026-02")},
    ),
    Life(
        noun=POINTS,
        begins=(points.open_points, points.adopt),
        follows=(
            *((points.elapse, points.spend, earn) * 2),
            *(points.give_back, claw_back, move_out, move_in),
        ),
        arguments={
            "quantity": always(1, 1, 2, 7),
            "lots": drawn(_lots()),
            "debt": always(0, 0, 2),
        },
    ),
    Life(
        noun=POINTS_AWARD,
        begins=(awards.award,),
        follows=(awards.reduce,),
        arguments={
            "amount": drawn(money(Currency.CNY, most=10_000)),
            "policy": always(POLICY),
            "refunded": drawn(money(Currency.CNY, most=5_000)),
        },
    ),
    Life(
        noun=POINTS_SPENDING,
        begins=(spendings.use,),
        follows=(spendings.return_points,),
        arguments={"lots": drawn(_lots()), "quantity": always(1, 1, 2, None)},
    ),
)
"""How the objects of customers live."""
