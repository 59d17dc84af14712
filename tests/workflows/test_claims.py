"""What an order claims of promotions: bound, redeemed and given back in the commits of the order itself."""

from collections.abc import Callable
from functools import partial

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, CommandReused, Commit, Missing, StaleVersion, ask
from ecomops.kernel.counters import LimitReached
from ecomops.memory import MemoryStore
from ecomops.orders import CancelReason, Checkout, LineUnits
from ecomops.orders.aftersales import Kind
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    Claims,
    CouponBound,
    CouponPolicy,
    UseClaim,
    UseId,
    coupons,
)
from ecomops.promotions.claims import Status
from ecomops.terms import CouponId, LineId, OrderId
from ecomops.testing import BUYER, NOON, a_checkout, a_line, a_notice, a_placement, a_service, a_taking, cny
from ecomops.testing.works import WORKS
from ecomops.workflows.cancellation import CancelUnits, cancel_order, cancel_units
from ecomops.workflows.counter import SellAtCounter, sell_at_counter
from ecomops.workflows.deadlines import OrderDue, ReservationDue
from ecomops.workflows.placement import PlaceOrder, place_order
from ecomops.workflows.returns import refund_return
from ecomops.workflows.settlement import take_notice
from ecomops.workflows.timers import DueCommand, command_due
from tests.workflows.goods_back import a_refund, a_request, an_approval
from tests.workflows.shop import (
    STAFF,
    Drive,
    a_cancellation,
    a_receipt,
    a_shipment,
    a_shop,
    all_due,
    codes,
    do,
    dump,
    the_order,
    the_reservation,
    value_of,
)
from tests.workflows.shop import a_coupon as a_tender
from tests.workflows.vouchers import END, ISSUED, a_showing

HALF_PAST = NOON.add(minutes=30)
K = CouponId("k-1")
WANTED = Claims(uses=(UseClaim(use=UseId("p"), money=cny("1.00"), most_uses=1),), coupons=(K,))
PAID_BY_TENDER = a_checkout(a_line(), tenders=(a_tender("10.00"),))


def placing(
    order_id: str = "o-1", *, id: str = "c-place", claims: Claims = WANTED, checkout: Checkout | None = None
) -> PlaceOrder:
    """Return the command that places an order which claims a use and a coupon."""
    placed = a_placement(checkout or a_checkout(a_line(quantity=2), order_id=order_id), id=id)
    return evolve(placed, claims=claims)


def a_sale(id: str = "c-sale") -> SellAtCounter:
    """Return the command that sells at a counter with both."""
    return SellAtCounter(
        id=CommandId(id), by=STAFF, at=NOON, checkout=a_checkout(a_line()), notices=(a_notice(),), claims=WANTED
    )


def fewer(*, units: int = 1, at: DateTime = NOON) -> CancelUnits:
    """Return the command that calls some units off."""
    return CancelUnits(
        id=CommandId("c-less"),
        by=BUYER,
        at=at,
        order_id=OrderId("o-1"),
        units=(LineUnits(line=LineId("l-1"), quantity=units),),
        reason=CancelReason.CUSTOMER,
    )


def a_store(*commands: Command) -> MemoryStore:
    """Return a shop in which two coupons were given out, and *commands* were carried out."""
    store = a_shop()
    do(store, *ISSUED, *commands)
    return store


Stands = tuple[Status, tuple[int, int], coupons.Status, tuple[int, int]]


def stands(store: MemoryStore, order_id: str = "o-1") -> Stands:
    """Return claim, (reserved, redeemed) of the use, coupon, (reserved, redeemed) of its batch, as they stand."""
    use, batch = value_of(store, PROMOTION_USE, "p"), value_of(store, COUPON_BATCH, "b-1")
    return (
        value_of(store, PROMOTION_CLAIM, order_id).status,
        (use.reserved, use.redeemed),
        value_of(store, COUPON, K).status,
        (batch.reserved, batch.redeemed),
    )


BOUND = (Status.RESERVED, (1, 0), coupons.Status.RESERVED, (1, 0))
USED = (Status.REDEEMED, (0, 1), coupons.Status.REDEEMED, (0, 1))
GIVEN_BACK = (Status.RELEASED, (0, 0), coupons.Status.ISSUED, (0, 0))


# --- bound and redeemed -------------------------------------------------------------------------------------------


def test_placing_binds_in_its_own_commit(drive: Drive) -> None:
    """Order, stock, claim, coupon, batch and use: one commit, and a repeat changes nothing."""
    store = a_store()
    before = store.commits
    answer = drive(place_order, placing(), store)
    assert (stands(store), store.commits) == (BOUND, before + 1)
    told = dump(store)
    assert drive(place_order, placing(), store) == answer
    assert dump(store) == told


def test_payment_redeems(drive: Drive) -> None:
    """With the notice that settles the order, once; what comes later changes nothing of it."""
    store = a_store(placing(), a_taking(a_notice(amount="4.00", reference="r-0"), id="c-part"))
    assert stands(store) == BOUND
    drive(take_notice, a_taking(a_notice(amount="6.00")), store)
    assert stands(store) == USED
    before = [code for code in codes(store) if code.startswith(("promotion", "coupon"))]
    drive(take_notice, a_taking(a_notice(amount="6.00", reference="r-9"), id="c-more"), store)
    assert [code for code in codes(store) if code.startswith(("promotion", "coupon"))] == before


def test_an_order_that_owes_nothing_redeems_at_once(drive: Drive) -> None:
    """Tenders cover it: bound and redeemed in the commit of the placement."""
    store = a_store()
    assert drive(place_order, placing(checkout=PAID_BY_TENDER), store).settled
    assert stands(store) == USED


def test_a_sale_at_the_counter_redeems_at_once(drive: Drive) -> None:
    """There is no time between placing and paying."""
    store = a_store()
    drive(sell_at_counter, a_sale(), store)
    assert stands(store) == USED


def test_what_a_reduced_order_has_brought_redeems(drive: Drive) -> None:
    """When what came pays for what stays, the order is settled, and so is its claim."""
    store = a_store(placing(), a_taking(a_notice(amount="5.00")))
    assert stands(store) == BOUND
    assert drive(cancel_units, fewer(), store).settled
    assert stands(store) == USED


def test_a_reduced_order_that_still_owes_keeps_its_claim(drive: Drive) -> None:
    """As long as something of it stays and nobody has paid."""
    store = a_store(placing())
    assert not drive(cancel_units, fewer(), store).settled
    assert stands(store) == BOUND


# --- given back ---------------------------------------------------------------------------------------------------


def unpaid(store: MemoryStore) -> DueCommand:
    """Return what time asks of the unpaid order."""
    command = command_due(the_order(store), at=HALF_PAST)
    assert isinstance(command, OrderDue)
    return command


def expired(store: MemoryStore) -> DueCommand:
    """Return what time asks of its reservation."""
    command = command_due(the_reservation(store), at=HALF_PAST)
    assert isinstance(command, ReservationDue)
    return command


ENDS: dict[str, Callable[[MemoryStore], Command]] = {
    "the buyer": lambda _: a_cancellation(),
    "all its units": lambda _: fewer(units=2),
    "its time": unpaid,
    "the time of its reservation": expired,
}


@pytest.mark.parametrize("name", ENDS)
def test_whoever_ends_an_unpaid_order_gives_its_claim_back(drive: Drive, name: str) -> None:
    """By the buyer, by time of the order, by time of the reservation: both are free for the next order; repeats too."""
    store = a_store(placing())
    command = ENDS[name](store)
    answer = drive(WORKS[type(command)], command, store)
    assert stands(store) == GIVEN_BACK
    told = dump(store)
    assert drive(WORKS[type(command)], command, store) == answer
    assert dump(store) == told
    drive(place_order, placing("o-2", id="c-2"), store)
    assert stands(store, "o-2") == BOUND


@pytest.mark.parametrize(("policy", "left"), [(CouponPolicy(), GIVEN_BACK), (CouponPolicy(back_when_paid=False), USED)])
def test_a_paid_order_gives_back_as_the_policy_says(drive: Drive, policy: CouponPolicy, left: Stands) -> None:
    """What was redeemed comes back, or is kept: called off whole, or all its units."""
    whole, parts = (a_store(placing(), a_taking()) for _ in range(2))
    drive(partial(cancel_order, coupons=policy), a_cancellation(), whole)
    drive(partial(cancel_units, coupons=policy), fewer(units=2), parts)
    assert (stands(whole), stands(parts)) == (left, left)


def test_a_coupon_that_comes_back_after_its_end_lapses(drive: Drive) -> None:
    """It is not given out again."""
    store = a_store(placing(), a_taking())
    drive(cancel_order, a_cancellation(at=END), store)
    claim, use, coupon, batch = stands(store)
    assert (claim, use, coupon, batch) == (Status.RELEASED, (0, 0), coupons.Status.EXPIRED, (0, 0))
    assert value_of(store, COUPON_BATCH, "b-1").expired == 1


def test_what_was_sent_keeps_its_claim() -> None:
    """Nothing that time asks of a paid order gives anything back, to its very end."""
    store = a_store(placing(), a_taking(), a_shipment(), a_receipt())
    for page in all_due(store, NOON.add(months=1)):
        do(store, *page)
    assert stands(store) == USED


REFUNDED = CouponPolicy(back_when_paid=False, back_when_refunded=True)
RETURNED: dict[str, tuple[CouponPolicy, tuple[str, int], Stands]] = {
    "the policy says nothing": (CouponPolicy(), ("l-1", 2), USED),
    "the policy gives it back": (REFUNDED, ("l-1", 2), GIVEN_BACK),
    "a part is refunded": (REFUNDED, ("l-1", 1), USED),
    "only freight is refunded": (REFUNDED, ("s-1", 1), USED),
}


@pytest.mark.parametrize("name", RETURNED)
def test_a_refunded_order_gives_back_as_the_policy_says(drive: Drive, name: str) -> None:
    """With its last goods, once, though the freight stays with the shop; a part of it gives nothing back."""
    policy, units, left = RETURNED[name]
    asked = evolve(a_request(units), kind=Kind.REFUND)
    basket = a_checkout(a_line(quantity=2), services=(a_service(),))
    paid = a_taking(a_notice(amount="15.00"))
    store = a_store(placing(checkout=basket), paid, a_shipment(), a_receipt(), asked, an_approval())
    for id in ("c-refund", "c-again"):
        drive(partial(refund_return, coupons=policy), a_refund(id=id), store)
    assert stands(store) == left


# --- refused ------------------------------------------------------------------------------------------------------

ONE_USE = evolve(WANTED, coupons=())
LAST: dict[str, Command] = {
    "placed": placing("o-2", id="c-2", claims=ONE_USE),
    "sold": evolve(a_sale(), checkout=a_checkout(a_line(), order_id="o-2"), claims=ONE_USE),
}


@pytest.mark.parametrize("name", LAST)
def test_the_last_use_goes_once(drive: Drive, name: str) -> None:
    """The order that comes second is refused whole: no order, no stock, no coupon moves."""
    store = a_store(placing())
    before = dump(store)
    with pytest.raises(LimitReached):
        drive(WORKS[type(LAST[name])], LAST[name], store)
    assert dump(store) == before


def test_a_coupon_that_is_bound_refuses_the_order(drive: Drive) -> None:
    """And leaves no trace of it."""
    store = a_store(placing())
    before = dump(store)
    with pytest.raises(CouponBound):
        drive(place_order, placing("o-2", id="c-2", claims=Claims(coupons=(K,))), store)
    assert dump(store) == before


def test_showing_a_coupon_binds_nothing(drive: Drive) -> None:
    """Whichever order is placed first binds it, and the one that it was shown for comes too late."""
    store = a_store(a_showing())
    drive(place_order, placing(claims=Claims(coupons=(K,))), store)
    assert value_of(store, COUPON, K).order == "o-1"
    with pytest.raises(CouponBound):
        drive(place_order, placing("o-9", id="c-9", claims=Claims(coupons=(K,))), store)


def test_a_coupon_nobody_gave_out(drive: Drive) -> None:
    """It is named."""
    store = a_shop()
    with pytest.raises(Missing) as refusal:
        drive(place_order, placing(), store)
    assert refusal.value.context == {"kind": "coupon", "ids": ("k-1",)}


def test_the_claims_are_part_of_the_command(drive: Drive) -> None:
    """The same id with other claims is another content."""
    store = a_store(placing())
    with pytest.raises(CommandReused):
        drive(place_order, placing(claims=Claims()), store)


def test_two_orders_that_read_the_last_use_at_once() -> None:
    """The one that saves second read a counter that has moved, decides again, and is refused."""
    store = a_store()
    one, two = (placing(f"o-{n}", id=f"c-{n}", claims=ONE_USE) for n in (1, 2))
    plan = ask(lambda: place_order(one), store.unit)
    do(store, two)
    before = dump(store)
    with pytest.raises(StaleVersion), store.unit() as unit:
        unit.save(Commit(command=one, answer=plan.answer, writes=plan.writes))
    with pytest.raises(LimitReached):
        do(store, one)
    assert dump(store) == before


def test_an_order_that_claims_nothing_reads_no_promotion() -> None:
    """Placing, paying and cancelling write nothing but what they would without promotions."""
    store = a_shop()
    do(store, a_placement(), a_taking(), a_cancellation())
    assert not any(code.startswith(("promotion", "coupon")) for code in codes(store))
