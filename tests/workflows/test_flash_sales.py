"""Flash sales: planned, opened and closed; orders placed in them, paid, cancelled, lapsed; through both drivers."""

from itertools import permutations
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Command, CommandId, Missing, run
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, CancelReason
from ecomops.promotions.flashsales import (
    FLASH_HOLD,
    FLASH_QUOTA,
    FLASH_SESSION,
    FlashOffer,
    FlashQuota,
    FlashQuotaId,
    FlashSaleExists,
    FlashSaleNotOffered,
    FlashSaleSoldOut,
    holds,
    sessions,
)
from ecomops.terms import CustomerId, OrderId, PromotionId, Sku
from ecomops.testing import a_checkout, a_discount, a_line, a_taking, an_order
from ecomops.workflows.cancellation import cancel_order
from ecomops.workflows.flashorders import (
    FlashHoldNeeds,
    FlashHoldStands,
    FlashOrderNeeds,
    flash_units,
    follow_flash_order,
    following,
    pass_flash_hold,
    place_flash_order,
    plan_follow_flash_order,
    plan_place_flash_order,
)
from ecomops.workflows.flashsales import (
    FlashSaleNeeds,
    FlashSaleQuota,
    FlashSaleStands,
    SkuUnits,
    close_flash_sale,
    plan_close_flash_sale,
    plan_flash_sale,
    set_flash_quota,
)
from ecomops.workflows.placement import PlaceOrder, place_order
from ecomops.workflows.settlement import take_notice
from tests.workflows.flashing import (
    ANOTHER,
    BOUGHT,
    CANCELLED,
    END,
    OFFER,
    PAID,
    PAY_BY,
    PLANNED,
    START,
    TEA_SKU,
    S,
    a_buy,
    a_follow,
    a_lapse,
    a_quota,
    a_session,
    a_turn,
    an_end,
)
from tests.workflows.shop import CUP, Drive, a_cancellation, a_shipment, a_shop_with, codes, do, value_of

OF_ALL, MINE = FlashQuotaId.of(S, TEA_SKU), FlashQuotaId.of(S, TEA_SKU, CustomerId("c-1"))
UNPAID = evolve(a_cancellation(at=START), reason=CancelReason.UNPAID)


def counted(store: MemoryStore, id: FlashQuotaId = OF_ALL) -> tuple[int, int, int]:
    """Return what is reserved, sold and returned."""
    row = value_of(store, FLASH_QUOTA, id)
    return row.reserved, row.sold, row.returned


def test_a_session_is_planned_with_its_units(drive: Drive) -> None:
    """Each SKU has its own counters; the answer says where it stands."""
    store, cup = MemoryStore(), FlashOffer(sku=Sku("cup"), promotion=PromotionId("flash-cup"), quota=1)
    answer = drive(plan_flash_sale, a_session(OFFER, cup), store)
    assert answer == FlashSaleStands(session_id=S, status=sessions.Status.PLANNED)
    assert value_of(store, FLASH_SESSION, S).offers == (OFFER, cup)
    assert [row.value for row in store.rows(FLASH_QUOTA).values()] == [
        FlashQuota(id=FlashQuotaId.of(S, sku), quota=quota) for sku, quota in ((Sku("cup"), 1), (TEA_SKU, 4))
    ]


def test_time_opens_and_closes_a_session(drive: Drive) -> None:
    """What is left when it closes goes back, and is said; what is reserved stays reserved."""
    store = a_shop_with(*PLANNED)
    assert drive(close_flash_sale, a_turn(), store).status is sessions.Status.OPEN
    do(store, a_buy(3))
    answer = drive(close_flash_sale, a_turn(END, id="c-end"), store)
    back = (SkuUnits(sku=TEA_SKU, quantity=1),)
    assert answer == FlashSaleStands(session_id=S, status=sessions.Status.CLOSED, returned=back)
    assert counted(store) == (3, 0, 1)
    assert drive(close_flash_sale, an_end(at=END), store).returned == ()
    assert codes(store).count("flash_session.closed") == 1


def test_a_session_is_closed_before_its_end(drive: Drive) -> None:
    """Nobody buys in it any more; a sold-out one returns nothing."""
    store = a_shop_with(*PLANNED, a_quota(1), a_buy())
    assert drive(close_flash_sale, an_end(), store) == FlashSaleStands(session_id=S, status=sessions.Status.CLOSED)
    plan = plan_close_flash_sale(an_end(), FlashSaleNeeds(session=store.rows(FLASH_SESSION)[S], quotas={}))
    assert plan.writes == ()
    with pytest.raises(Missing):
        plan_close_flash_sale(an_end(), FlashSaleNeeds(session=None, quotas={}))


def test_the_quota_is_changed(drive: Drive) -> None:
    """More can be bought then, or no more; a repeat writes nothing."""
    store = a_shop_with(*PLANNED)
    answer = FlashSaleQuota(session_id=S, sku=TEA_SKU, units=9)
    assert [drive(set_flash_quota, a_quota(9, id=f"c-{n}"), store) for n in (1, 2)] == [answer] * 2
    assert codes(store).count("flash_quota.set") == 1
    drive(set_flash_quota, a_quota(0, id="c-3"), store)
    with pytest.raises(FlashSaleSoldOut):
        drive(place_flash_order, a_buy(), store)


def test_an_order_of_a_session_is_an_order_with_counters(drive: Drive) -> None:
    """It is to be paid within five minutes; its units are reserved, of the session and of the buyer."""
    store = a_shop_with(*PLANNED)
    placed = drive(place_flash_order, a_buy(2), store)
    assert (placed.settled, placed.pay_by) == (False, PAY_BY)
    assert (counted(store), counted(store, MINE)) == ((2, 0, 0), (2, 0, 0))
    hold = value_of(store, FLASH_HOLD, "o-1")
    assert (hold.expires_at, hold.status) == (PAY_BY, holds.Status.RESERVED)
    assert [(each.quota, each.units) for each in hold.held] == [(OF_ALL, 2), (MINE, 2)]
    with pytest.raises(FlashSaleSoldOut) as refusal:
        drive(place_flash_order, evolve(ANOTHER, checkout=a_buy(3, order_id="o-2", customer="c-2").checkout), store)
    assert refusal.value.context == {"id": OF_ALL, "wanted": 3, "left": 2}


def test_an_order_that_owes_nothing_is_sold_at_once(drive: Drive) -> None:
    """There is no payment that it could wait for."""
    store = a_shop_with(*PLANNED)
    assert drive(place_flash_order, a_buy(gross="4.00"), store).settled
    assert (counted(store), value_of(store, FLASH_HOLD, "o-1").status) == ((0, 1, 0), holds.Status.SOLD)


def test_only_lines_at_a_price_of_the_session_count() -> None:
    """Other lines are bought with them; without a limit nobody is counted; the price of another SKU is refused."""
    free = evolve(OFFER, per_buyer=None)
    store = a_shop_with(a_session(free))
    flash, other = (a_line(id=f"l-{n}", discounts=(a_discount("1.00", promotion=p),)) for n, p in
                    enumerate(("flash-tea", "loyalty")))  # fmt: skip
    command = a_buy(customer=None)
    both = evolve(command, checkout=evolve(command.checkout, lines=(flash, other, evolve(flash, id=other.id))))
    assert [each.quantity for each in wanted_of(store, both)] == [2]
    do(store, evolve(command, checkout=evolve(command.checkout, lines=(flash, other))))
    assert list(store.rows(FLASH_QUOTA)) == [OF_ALL]
    assert counted(store) == (1, 0, 0)
    astray = evolve(flash, stock=CUP)
    for lines in ((astray,), (evolve(flash, id=other.id), astray)):
        wrong = evolve(command, id=CommandId("c-2"), checkout=a_checkout(*lines, order_id="o-2"))
        with pytest.raises(FlashSaleNotOffered) as refusal:
            do(store, wrong)
        assert refusal.value.context == {"id": S, "lines": ("l-0",)}


def wanted_of(store: MemoryStore, command: Any) -> Any:  # noqa: ANN401 - a command and its units
    """Return the units of a command that carry a price of the session."""
    return flash_units(value_of(store, FLASH_SESSION, S), command.checkout)


@pytest.mark.parametrize(
    ("before", "status", "of_all"),
    [
        (BOUGHT, holds.Status.RESERVED, (1, 0, 0)),
        (PAID, holds.Status.SOLD, (0, 1, 0)),
        (CANCELLED, holds.Status.RELEASED, (0, 0, 0)),
        ((*PAID, a_follow(id="c-0"), a_cancellation(at=START)), holds.Status.RELEASED, (0, 0, 0)),
        ((*CANCELLED, an_end()), holds.Status.RELEASED, (0, 0, 4)),
        ((*PAID, a_follow(id="c-0"), an_end(), a_cancellation(at=START)), holds.Status.RELEASED, (0, 0, 4)),
    ],
    ids=["waits", "paid", "cancelled", "paid and cancelled", "cancelled after the end", "paid, cancelled after it"],
)
def test_units_follow_their_order(
    before: tuple[Command, ...], status: holds.Status, of_all: tuple[int, int, int], drive: Drive
) -> None:
    """Paid they are sold, cancelled they are free, after the end they go back; once, however often asked."""
    store = a_shop_with(*before)
    answers = [drive(follow_flash_order, a_follow(id=f"c-f{n}"), store) for n in (1, 2)]
    assert answers == [FlashHoldStands(order_id=OrderId("o-1"), status=status)] * 2
    assert (counted(store), counted(store, MINE)) == (of_all, (*of_all[:2], 0))


def test_units_follow_in_the_commit_of_their_order(drive: Drive) -> None:
    """`following` makes any use case of orders do so; one of other orders, or that moves none, stays as it is."""
    store = a_shop_with(*BOUGHT)
    pay = following(take_notice)
    assert drive(pay, evolve(a_taking(), at=START), store).settled
    assert counted(store) == (0, 1, 0)
    drive(pay, evolve(a_taking(), id=CommandId("c-again"), at=START), store)
    assert drive(following(cancel_order), a_cancellation(at=START), store).freed
    assert (counted(store), value_of(store, FLASH_HOLD, "o-1").status) == ((0, 0, 0), holds.Status.RELEASED)
    plain = a_buy(order_id="o-2", id="c-plain")
    place: Any = following(place_order)
    drive(place, PlaceOrder(id=plain.id, by=plain.by, at=plain.at, checkout=plain.checkout), store)
    assert counted(store) == (0, 0, 0)


def test_an_order_that_is_not_paid_in_time_lapses_with_its_units(drive: Drive) -> None:
    """It is cancelled, its stock and its units are free; before that nothing happens; a paid one is sold."""
    store = a_shop_with(*BOUGHT)
    assert drive(pass_flash_hold, a_lapse(PAY_BY.subtract(microseconds=1)), store).status is holds.Status.RESERVED
    assert drive(pass_flash_hold, a_lapse(id="c-2"), store).status is holds.Status.RELEASED
    assert (counted(store), value_of(store, ORDER, "o-1").status) == ((0, 0, 0), "cancelled")
    assert "reservation.released" in codes(store)
    for before, status in ((PAID, holds.Status.SOLD), ((*BOUGHT, UNPAID), holds.Status.RELEASED)):
        store = a_shop_with(*before)
        assert drive(pass_flash_hold, a_lapse(), store).status is status
    store = a_shop_with(*PAID, a_follow(), evolve(a_shipment(), at=START))
    assert drive(pass_flash_hold, a_lapse(), store).status is holds.Status.SOLD


def test_an_order_that_left_unpaid_keeps_its_units() -> None:
    """One that was taken over may be sold on account; one that is gone has nothing."""
    store = a_shop_with(*BOUGHT)
    hold, session = store.rows(FLASH_HOLD)["o-1"], store.rows(FLASH_SESSION)[S]
    order = an_order()
    left = evolve(order, lines=(evolve(order.lines[0], shipped=1),))
    needs = FlashHoldNeeds(hold=hold, session=session, quotas=store.rows(FLASH_QUOTA), order=left)
    assert plan_follow_flash_order(a_follow(), needs).answer.status is holds.Status.SOLD
    assert plan_follow_flash_order(a_follow(), evolve(needs, order=None)).answer.status is holds.Status.RELEASED
    with pytest.raises(Missing):
        plan_follow_flash_order(a_follow(), evolve(needs, quotas={}))


def test_a_session_without_counters_is_refused() -> None:
    """They were planned with it; a hold without its order is refused too."""
    store = a_shop_with(*PLANNED)
    command = a_buy()
    placed: Any = None
    needs = FlashOrderNeeds(session=store.rows(FLASH_SESSION)[S], quotas={})
    with pytest.raises(Missing):
        plan_place_flash_order(command, needs, placed=placed)
    held = a_shop_with(*BOUGHT).rows(FLASH_HOLD)["o-1"]
    with pytest.raises(FlashSaleExists):
        plan_place_flash_order(command, evolve(needs, hold=held), placed=placed)


@given(st.integers(0, 4), st.lists(st.tuples(st.integers(1, 2), st.booleans()), min_size=1, max_size=4))
def test_buyers_at_the_same_time_stay_within_the_quota(quota: int, buyers: list[tuple[int, bool]]) -> None:
    """Whoever comes first in the store, and whether they pay or not: never more is reserved and sold than there is."""
    store = a_shop_with(a_session(evolve(OFFER, quota=quota + 1)), on_hand=20)
    bought = 0
    for n, (quantity, pays) in enumerate(buyers):
        command = a_buy(quantity, order_id=f"o-{n}", id=f"c-{n}", customer=f"c-{n}")
        try:
            run(place_flash_order, command, store.unit)
        except FlashSaleSoldOut:
            assert bought + quantity > quota + 1
            continue
        if pays:
            run(following(take_notice), a_taking(order_id=f"o-{n}", id=f"m-{n}"), store.unit)
        else:
            run(following(cancel_order), a_cancellation(order_id=f"o-{n}", id=f"m-{n}"), store.unit)
        bought += quantity * pays
    row = value_of(store, FLASH_QUOTA, OF_ALL)
    assert (row.reserved, row.sold) == (0, bought)
    assert bought <= quota + 1


def test_two_at_once() -> None:
    """Both read the last unit; one has it, the other looks again and is refused with fresh numbers."""
    for first, second in permutations(("o-1", "o-2")):
        store = a_shop_with(a_session(evolve(OFFER, quota=1)))
        mine = a_buy(order_id=first, id=first, customer=first)
        yours = a_buy(order_id=second, id=second, customer=second)
        once: list[bool] = []

        def slow(command: Any, once: list[bool] = once, store: MemoryStore = store, mine: Any = mine) -> Any:  # noqa: ANN401 - a work
            plan = yield from place_flash_order(command)
            if not once:
                once.append(True)
                do(store, mine)
            return plan

        with pytest.raises(FlashSaleSoldOut) as refusal:
            run(slow, yours, store.unit)
        assert refusal.value.context == {"id": OF_ALL, "wanted": 1, "left": 0}
        assert counted(store) == (1, 0, 0)
