"""The public cases of points and consents, answered by `customers`."""

from datetime import timedelta

import pendulum
import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops.customers import (
    CONSENT,
    POINTS,
    POINTS_AWARD,
    ConsentPurpose,
    EarnRule,
    PointsAccount,
    Shortfall,
    SpendRule,
    awards,
    consent,
    in_force,
    points,
)
from ecomops.customers.policy import Bucket
from ecomops.kernel import Lot
from ecomops.terms import CustomerId, OrderId, Quantity
from ecomops.testing import NOON, cny
from ecomops.workflows.erasure import CustomerGone
from ecomops.workflows.membership import PointsClawed
from tests.conformance.case_files import Case, cases
from tests.customers.kit import ONE, ORDER_ID, POLICY, an_account, bucket, day
from tests.workflows.people import a_claw_back, a_record, a_spending, an_earning, an_erasure, do, people, the_points


def moment(text: str) -> DateTime:
    """Return midnight in UTC of a day as the cases write it."""
    year, month, date = (int(part) for part in text.removeprefix("exp ").split("T")[0].split("-"))
    return pendulum.datetime(year, month, date)


def earned(account: PointsAccount, quantity: Quantity, at: str, until: str | None = None) -> PointsAccount:
    """Return *account* after points that can be spent at once."""
    into = Bucket(opened_at=moment(at), matures_at=None, expires_at=None if until is None else moment(until))
    return POINTS.fold(
        account, points.earn(account, order_id=ORDER_ID, quantity=quantity, bucket=into, at=moment(at))
    )  # fmt: skip


NOBODY = POINTS.replay(points.open_points(CustomerId("c-1"), at=moment("2025-01-01")))


@cases("PTS-05")
def test_a_debit_spans_lots(case: Case) -> None:
    """What ends first is used up, and the rest comes out of the next lot."""
    first, second, (_, spent, at) = case["given"]["ledger"]
    account = earned(earned(NOBODY, *first[1:]), *second[1:])
    account = POINTS.fold(
        account, points.spend(account, order_id=ORDER_ID, quantity=-spent, at=moment(at))
    )  # fmt: skip
    assert account.lots == (Lot(quantity=30, opened_at=moment("2026-01-02"), expires_at=moment("2027-02-01")),)


@cases("PTS-07")
def test_the_next_credit_pays_the_debt(case: Case) -> None:
    """Eighty taken of fifty leave thirty owed, which the next hundred pay."""
    first, (_, taken, at), last = case["given"]["ledger"]
    account = earned(NOBODY, *first[1:])
    account = POINTS.fold(
        account,
        points.claw_back(
            account,
            order_id=ORDER_ID,
            quantity=-taken,
            bucket=bucket(),
            shortfall=Shortfall.DEBT,
            at=moment(at),
        ),
    )
    assert account.debt == 30
    account = earned(account, *last[1:])
    assert (account.available, account.debt, [lot.quantity for lot in account.lots]) == (70, 0, [70])


@cases("PTS-10", "PTS-11")
def test_the_instant_of_expiry_is_expired(case: Case) -> None:
    """Once: looking a second time finds nothing more."""
    ((_, quantity, _),) = case["given"]["ledger"]
    account = earned(NOBODY, quantity, "2025-01-01", "2026-01-01")
    events = points.elapse(account, at=moment("2026-01-01"))
    assert [event.quantity for event in events] == [150]
    account = POINTS.fold(account, events)
    assert (account.available, account.expired) == (0, 150)
    assert points.elapse(account, at=moment("2026-01-02")) == ()


@cases("PTS-18")
def test_total_earned_is_the_sum_of_its_pools(case: Case) -> None:
    """Active, locked, used and expired: what awaits cannot be spent."""
    assert set(case["given"]["pools"]) == {"active", "locked", "used", "expired"}
    account = an_account(
        Lot(quantity=9, opened_at=NOON, expires_at=day(1)), Lot(quantity=9, opened_at=NOON, expires_at=None)
    )
    account = POINTS.fold(account, points.spend(account, order_id=ORDER_ID, quantity=12, at=NOON))
    account = POINTS.fold(
        account, points.earn(account, order_id=ORDER_ID, quantity=5, bucket=bucket(0, matures=7), at=NOON)
    )
    account = points.as_of(account, at=day(1))
    assert account.earned == account.available + account.pending + account.spent + account.expired == 23


@cases("PTS-19")
@pytest.mark.parametrize(
    ("wanted", "available", "spent"), [(1000, 5000, 1000), (1000, 700, 700), (10_000, 10_000, 5000)]
)
def test_an_order_takes_a_share_of_points(case: Case, wanted: int, available: int, spent: int) -> None:
    """The smallest of what is wanted, what is there and half of the order."""
    given = case["given"]
    rule = SpendRule(points=1, worth=cny("0.01"), least=given["min"], most_percent=given["max_percent_of_order"])
    assert rule.spendable(cny("100.00"), wanted=wanted, available=available) == spent


@cases("PTS-26")
@pytest.mark.parametrize(("shortfall", "debt"), [(Shortfall.DEBT, 80), (Shortfall.CLAMP, 0)])
def test_a_refund_is_never_ignored(case: Case, shortfall: Shortfall, debt: int) -> None:
    """A hundred earned, eighty spent: the twenty are taken, and the rest is owed or let go, by policy."""
    given = case["given"]
    account = earned(NOBODY, given["earned_for_order"], "2026-01-01")
    account = POINTS.fold(
        account, points.spend(account, order_id=OrderId("o-2"), quantity=given["spent_since"], at=NOON)
    )
    into = Bucket(opened_at=moment("2026-01-01"), matures_at=None, expires_at=None)
    (event,) = points.claw_back(
        account, order_id=ORDER_ID, quantity=100, bucket=into, shortfall=shortfall, at=NOON
    )  # fmt: skip
    account = POINTS.fold(account, (event,))
    assert (account.available, account.debt) == (0, debt)


@cases("PTS-26")
def test_a_refund_says_what_it_took(case: Case) -> None:
    """The same through the use case."""
    given = case["given"]
    store = people(an_earning("100.00"), a_spending(given["spent_since"], at=day(7)))
    (clawed,) = do(store, a_claw_back("100.00", at=day(7)))
    assert clawed == PointsClawed(order_id=ORDER_ID, points=100, available=20, debt=80)
    assert the_points(store).debt == 80


@cases("PTS-17")
def test_returned_goods_earn_nothing(case: Case) -> None:
    """In proportion to the amount: half of the order returned takes half of the points."""
    given = case["given"]
    total = sum(given["earned"].values())
    amount = cny(f"{given['order_amount']}.00")
    policy = evolve(POLICY, earn=EarnRule(points=total, per=amount))
    award = POINTS_AWARD.replay(awards.award(ORDER_ID, customer=ONE, amount=amount, policy=policy, at=NOON))
    (reduced,) = awards.reduce(award, refunded=cny(f"{given['lines']['C']}.00"), at=NOON)
    assert (award.earned, reduced.clawed_back) == (70, 35)


@cases("CNS-01")
def test_a_consent_is_for_one_purpose(case: Case) -> None:
    """Another purpose needs another consent; a withdrawal does not undo what was done before."""
    agreed = CONSENT.replay(
        consent.open_consent(ONE, purpose=ConsentPurpose(case["given"]["consent"]["purpose"]), at=NOON)
    )
    agreed = CONSENT.fold(agreed, consent.give(agreed, text_version="v1", at=NOON))
    asked = CONSENT.replay(consent.open_consent(ONE, purpose=ConsentPurpose("marketing"), at=NOON))
    assert agreed.id != asked.id
    assert in_force(asked, at=NOON) is None
    agreed = CONSENT.fold(agreed, consent.withdraw(agreed, at=NOON + timedelta(days=1)))
    assert in_force(agreed, at=NOON) is not None


@cases("CNS-04")
def test_an_erasure_leaves_transactions(case: Case) -> None:
    """The profile is erased now; what the order earned is kept, without a name."""
    assert case["given"]["customer"] == "asks to delete"
    store = people(an_earning(), a_record())
    (gone,) = do(store, an_erasure())
    assert isinstance(gone, CustomerGone)
    assert len(gone.erased) == 1
    assert the_points(store).earned == 10
