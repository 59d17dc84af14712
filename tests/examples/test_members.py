"""The chain's members: registered once, with points that wait, count and end, and one that is forgotten."""

import pickle
from datetime import timedelta
from typing import Any

import pytest

import completejourney
from ecomops.codec import NOUNS
from ecomops.customers import CUSTOMER, PERSONAL, POINTS, POINTS_AWARD, PointsAccount, Status
from ecomops.kernel import instant, later
from ecomops.orders import ORDER
from ecomops.terms import CustomerId, OrderId
from members import POINTS as POLICY
from members import SECRETS, Members
from receipts import customer
from shop import Shop
from tests.examples.planted import NOON, SUNDAY, a_basket, a_line, stocked, usd
from till import DAYS, end_of

AT = instant(NOON)
SEVEN = customer(7)


def _account(shop: Shop) -> PointsAccount:
    return shop.store.rows(POINTS)[SEVEN].value


def _bought(*cents: int) -> Shop:
    """Return a shop in which household 7 has bought for some amounts on one Sunday."""
    shop = stocked(Shop(), p5=len(cents))
    for number, amount in enumerate(cents):
        shop.sell(a_basket(a_line(shelf=amount), basket=31 + number))
    return shop


def test_a_household_is_registered_on_first_sight() -> None:
    """It is one customer however often it comes, registered with the first basket, even one that holds nothing."""
    shop = Shop()
    for basket in (a_basket(basket=1), a_basket(basket=2), a_basket(basket=3, household=8)):
        shop.sell(basket)
    assert {id: row.value.status for id, row in shop.store.rows(CUSTOMER).items()} == {
        "7": Status.REGISTERED,
        "8": Status.REGISTERED,
    }
    codes = [getattr(each.event, "code", "") for each in shop.store.of(CUSTOMER.kind, "7")]
    assert codes.count("customer.registered") == 1
    assert shop.members.first == "7"


def test_the_year_has_as_many_members_as_households(year: completejourney.Tape) -> None:
    """2,469 households are registered in the year."""
    assert len(set(year.household.tolist())) == 2_469


@pytest.mark.parametrize(("cents", "points"), [(99, 0), (1_00, 1), (1_99, 1), (25_00, 25)])
def test_each_whole_dollar_in_cash_is_a_point(cents: int, points: int) -> None:
    """What is below a dollar is dropped, order by order."""
    shop = _bought(cents)
    assert shop.store.rows(POINTS_AWARD)["31"].value.earned == points


def test_orders_do_not_add_up_their_odd_cents() -> None:
    """Two orders of 1.99 earn two points, not three."""
    assert _account(_bought(1_99, 1_99)).earned == 2


def test_a_coupon_earns_nothing_and_a_payout_takes_nothing() -> None:
    """Points are earned by what the buyer pays in cash; an order that pays out earns none."""
    shop = stocked(Shop(), p5=2)
    shop.sell(a_basket(a_line(shelf=5_00, coupon=3_00)))
    shop.sell(a_basket(a_line(shelf=1_00, coupon=3_00), basket=32))
    earned = {id: row.value.earned for id, row in shop.store.rows(POINTS_AWARD).items()}
    assert earned["31"] == 2
    assert earned.get("32", 0) == 0


def test_points_wait_for_the_return_window_then_count_then_end() -> None:
    """They mature on the Monday after the window, and are lost a quarter later, both by the command of time."""
    shop = _bought(25_00)
    account = _account(shop)
    assert ([each.lot.quantity for each in account.awaiting], account.lots) == ([25], ())
    matures = account.awaiting[0].matures_at
    assert later(AT, POLICY.matures_after) <= matures <= later(AT, POLICY.matures_after + POLICY.grain)
    assert DAYS.day(matures).isoweekday() == 1

    shop.let_pass(later(matures, -timedelta(seconds=1)))
    assert not _account(shop).lots
    shop.let_pass(matures)
    (lot,) = _account(shop).lots
    assert (lot.quantity, _account(shop).awaiting) == (25, ())
    assert lot.expires_at is not None
    shop.let_pass(lot.expires_at)
    assert (_account(shop).lots, _account(shop).expired) == ((), 25)
    assert lot.expires_at <= later(AT, POLICY.lifetime + 2 * POLICY.grain) if POLICY.lifetime else False


def test_the_points_of_what_is_refunded_are_taken_back() -> None:
    """Half an order back is half its points back, in whole points; no more than it earned, however often."""
    shop = _bought(25_00)
    shop.members.claw_back(OrderId("31"), usd(12_49), at=AT)
    assert (_account(shop).clawed_back, _account(shop).awaiting[0].lot.quantity) == (13, 12)
    award = shop.store.rows(POINTS_AWARD)["31"].value
    assert (award.earned, award.clawed_back, award.refunded) == (25, 13, usd(12_49))


def test_the_balance_is_what_the_events_tell() -> None:
    """The account is rebuilt of its events: what was earned, matured, taken back and lost."""
    shop = _bought(25_00, 10_00)
    shop.members.claw_back(OrderId("32"), usd(5_00), at=AT)
    for weeks in (2, 20):
        shop.let_pass(end_of(SUNDAY + timedelta(weeks=weeks)))
    events: list[Any] = [each.event for each in shop.store.of(POINTS.kind, SEVEN)]
    account = _account(shop)
    assert POINTS.replay(events) == account
    assert (account.earned, account.clawed_back, account.expired, account.lots) == (35, 5, 30, ())


def _everything(shop: Shop) -> str:
    """Return all that a store holds as text: its bytes, and what it shows of itself."""
    rows = [(noun.kind, dict(shop.store.rows(noun))) for noun in NOUNS]
    log, kept = shop.store.after(-1, 10**9), list(shop.store.carried_out())
    raw = b"".join(pickle.dumps(thing) for thing in (rows, log, kept))
    return raw.decode("utf-8", "replace") + repr(rows) + repr(log) + repr(kept) + repr(vars(shop.store))


def test_before_it_is_erased_a_household_is_known() -> None:
    """Its values stand in two rows, one to address it by and one to deliver to; the log and the commands hold none."""
    shop = _bought(1_00)
    values = [each.value for row in shop.store.rows(PERSONAL).values() for each in row.value.values]
    assert len(shop.store.rows(PERSONAL)) == 2
    assert set(values) == set(SECRETS)
    told = pickle.dumps((shop.store.after(-1, 10**9), list(shop.store.carried_out())))
    assert not any(secret.encode() in told for secret in SECRETS)
    assert all(secret in _everything(shop) for secret in SECRETS)
    assert not any(secret in repr(shop.store.rows(PERSONAL)) for secret in SECRETS)


def test_of_the_erased_household_nothing_is_left_but_ids() -> None:
    """No byte of its values is in rows, log, commands or any repr; its order, its points and the id are still there."""
    shop = _bought(25_00)
    shop.members.erase_first(at=AT)
    everything = _everything(shop)
    assert not [secret for secret in SECRETS if secret in everything]
    assert all(row.value.erased for row in shop.store.rows(PERSONAL).values())
    assert shop.store.rows(ORDER)["31"].value.customer == SEVEN
    assert _account(shop).earned == 25


def test_only_the_first_household_tells_of_itself() -> None:
    """The others are ids and no more; who has no first household has nobody to forget."""
    shop = Shop()
    Members(shop.store).erase_first(at=AT)
    assert not shop.store.after(-1, 1)
    shop.sell(a_basket())
    shop.sell(a_basket(household=8, basket=32))
    assert {row.value.customer for row in shop.store.rows(PERSONAL).values()} == {CustomerId("7")}
