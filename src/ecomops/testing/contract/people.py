"""What the script does with customers, their personal rows, consents and points."""

from datetime import timedelta
from typing import Any

from attrs import evolve

from ecomops import customers
from ecomops.customers import (
    CONSENT,
    CUSTOMER,
    PERSONAL,
    POINTS,
    POINTS_AWARD,
    POINTS_SPENDING,
    ConsentPurpose,
    Customer,
    DeactivationReason,
    EarnRule,
    FieldName,
    Personal,
    PersonalValue,
    PointsAccount,
    PointsAward,
    PointsPolicy,
    Purpose,
    Status,
    awards,
    consent,
    personal,
    points,
    spendings,
)
from ecomops.kernel import CommandId, Lot, later
from ecomops.terms import CustomerId, OrderId, PersonalId
from ecomops.testing.builders import BUYER, NOON, cny
from ecomops.testing.contract.sample import Events, Sample, Step
from ecomops.workflows import membership, profiles, registration

TOLD: dict[str, Any] = {"id": CommandId("contract"), "by": BUYER, "at": NOON}
ONE = CustomerId("c-1")
POLICY = PointsPolicy(earn=EarnRule(points=1, per=cny("1.00")))


def _customer(name: str, _: int) -> Events:
    return customers.meet(CustomerId(name), at=NOON)


def _registered(customer: Customer) -> Events:
    steps = (customers.StepId("phone_verified"), customers.StepId("consent_given"))
    return customers.register(customer, steps=steps, at=NOON)


def _personal(name: str, turn: int) -> Events:
    holder = (None, ONE, CustomerId("C-1"), CustomerId("客"))[turn % 4]
    row = Personal(
        id=PersonalId(name), customer=holder, purpose=tuple(Purpose)[turn % 4], values=_values("line\nbreak")
    )  # fmt: skip
    return personal.record(row, at=NOON)


def _values(text: str) -> tuple[PersonalValue, ...]:
    return tuple(PersonalValue(name=FieldName(name), value=f"{text} 茶 '\"") for name in ("name", "phone"))


def _replaced(row: Personal) -> Events:
    return personal.replace(row, by=evolve(row, values=_values("another")), at=NOON)


def _row(found: Personal | None, events: Events) -> Personal:
    """Return the row beside *events*, as the steps of this sample mean them."""
    if found is None:
        return evolve(PERSONAL.replay(events), values=_values("line\nbreak"))
    if isinstance(events[0], personal.PersonalErased):
        return personal.erased(found)
    return evolve(found, values=_values("another"))


def _consent(name: str, turn: int) -> Events:
    return consent.open_consent(CustomerId(name), purpose=ConsentPurpose(("sms", "SMS")[turn % 2]), at=NOON)


def _agreed(version: str) -> Step:
    at = later(NOON, timedelta(minutes=len(version)))
    return lambda asked: consent.give(asked, text_version=version, at=at)


def _lots(turn: int) -> tuple[Lot, ...]:
    expires_at = None if turn % 4 == 0 else later(NOON, timedelta(days=turn))
    return (Lot(quantity=5, opened_at=NOON, expires_at=expires_at),)


def _account(name: str, turn: int) -> Events:
    return points.adopt(CustomerId(name), lots=_lots(turn), at=NOON)


def _spent(account: PointsAccount) -> Events:
    return points.spend(account, order_id=OrderId("o-1"), quantity=1, at=NOON)


def _earned(account: PointsAccount) -> Events:
    return points.earn(account, order_id=OrderId("o-1"), quantity=3, bucket=POLICY.bucket(NOON), at=NOON)


def _award(name: str, turn: int) -> Events:
    customer = (ONE, CustomerId("C-1"))[turn % 2]
    return awards.award(OrderId(name), customer=customer, amount=cny("10.00"), policy=POLICY, at=NOON)


def _refunded(amount: str) -> Step:
    def step(award: PointsAward) -> Events:
        return awards.reduce(award, refunded=cny(amount), at=NOON)

    return step


def _spending(name: str, turn: int) -> Events:
    customer = (ONE, CustomerId("C-1"))[turn % 2]
    return spendings.use(OrderId(name), customer=customer, lots=_lots(turn), at=NOON)


def _given_back(quantity: int) -> Step:
    return lambda spending: spendings.return_points(spending, quantity=quantity, at=NOON)


def _erased(row: Any) -> Events:  # noqa: ANN401 - as every step
    return personal.erase(row, at=NOON)


PEOPLE: tuple[Sample, ...] = (
    Sample(
        noun=CUSTOMER,
        command=registration.RegisterCustomer(**TOLD, customer_id=ONE),
        answer=registration.Standing(customer_id=ONE, status=Status.REGISTERED, missing=(), new=True),
        opened=_customer,
        first=_registered,
        second=lambda customer: customers.deactivate(customer, reason=DeactivationReason.ERASED, at=NOON),
    ),
    Sample(
        noun=PERSONAL,
        command=profiles.RecordPersonal(
            **TOLD, personal_id=PersonalId("p-1"), customer_id=ONE, purpose=Purpose.PROFILE, values=_values("line")
        ),
        answer=profiles.PersonalHeld(personal_id=PersonalId("p-1"), fields=(FieldName("name"),), new=True),
        opened=_personal,
        first=_replaced,
        second=_erased,
        row=_row,
    ),
    Sample(
        noun=CONSENT,
        command=profiles.TellConsent(**TOLD, customer_id=ONE, purpose=ConsentPurpose("sms"), text_version="2026-01"),
        answer=profiles.ConsentTold(customer_id=ONE, purpose=ConsentPurpose("sms"), text_version="2026-01"),
        opened=_consent,
        first=_agreed("2026-01"),
        second=_agreed("2026-01-second"),
    ),
    Sample(
        noun=POINTS,
        command=membership.PointsDue(**TOLD, customer_id=ONE),
        answer=membership.PointsElapsed(customer_id=ONE, matured=0, expired=5),
        opened=_account,
        first=_earned,
        second=_spent,
    ),
    Sample(
        noun=POINTS_AWARD,
        command=membership.EarnPoints(**TOLD, order_id=OrderId("o-1"), customer_id=ONE, amount=cny("10.00")),
        answer=membership.PointsCredited(
            order_id=OrderId("o-1"), customer_id=ONE, points=10, available_at=NOON, expires_at=None
        ),
        opened=_award,
        first=_refunded("1.00"),
        second=_refunded("2.00"),
    ),
    Sample(
        noun=POINTS_SPENDING,
        command=membership.SpendPoints(**TOLD, order_id=OrderId("o-1"), customer_id=ONE, points=5),
        answer=membership.PointsPaid(order_id=OrderId("o-1"), customer_id=ONE, points=5, available=0),
        opened=_spending,
        first=_given_back(1),
        second=_given_back(2),
    ),
)
"""What the script does with each noun of customers."""
