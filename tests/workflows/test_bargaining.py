"""Bargains: started, helped, bought, free again, called off, ended; through both drivers."""

from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import CommandId, run
from ecomops.memory import MemoryStore
from ecomops.promotions import PROMOTION_USE
from ecomops.promotions.bargains import BARGAIN, BargainNotPriced, BargainPolicy, BargainTooOften
from ecomops.promotions.bargains.bargain import Status
from ecomops.terms import CustomerId, LineId, Sku
from ecomops.testing import NOON, a_discount, a_line, cny
from ecomops.workflows.bargaining import (
    BargainCut,
    BargainStands,
    buy_bargain,
    help_bargain,
    help_id,
    move_bargain,
    start_bargain,
)
from tests.workflows.bargains import (
    BOUGHT,
    END,
    REACHED,
    STARTED,
    B,
    a_help,
    a_lapse,
    a_look,
    a_purchase,
    a_start,
    an_end,
)
from tests.workflows.shop import WORKS, Drive, a_cancellation, a_shop_with, codes, dump, value_of

HELP: Any = WORKS[type(a_help())]


def test_a_bargain_starts_under_the_policy_of_the_day(drive: Drive) -> None:
    """Its terms are written into it: a later policy changes nothing."""
    store = MemoryStore()
    policy = BargainPolicy(helpers=5)
    answer = drive(partial(start_bargain, policy=policy), a_start(), store)
    assert answer == BargainStands(bargain_id=B, status=Status.OPEN, price=cny("10.00"))
    found = value_of(store, BARGAIN, B)
    assert (found.terms.helpers, found.terms.least, found.terms.most, found.ends_at) == (5, 28, 420, END)


def test_a_cut_says_what_it_did(drive: Drive) -> None:
    """The amount, what remains, how many helpers are left; the last one reaches the floor."""
    store = a_shop_with(*STARTED)
    cuts = [drive(HELP, a_help(f"h-{n}"), store) for n in (1, 2)]
    assert cuts == [
        BargainCut(bargain_id=B, amount=cny("3.50"), remaining=cny("3.50"), helpers_left=1),
        BargainCut(bargain_id=B, amount=cny("3.50"), remaining=cny("0.00"), helpers_left=0),
    ]
    assert value_of(store, BARGAIN, B).status is Status.REACHED
    assert drive(HELP, a_help("h-1"), store) == cuts[0]
    assert codes(store).count("bargain.helped") == 2


def test_a_person_helps_so_often_in_a_day(drive: Drive) -> None:
    """Counted for each person and day of the calendar; the policy may change in between."""
    store = a_shop_with(*STARTED, a_start(id="c-2", bargain="b-2"))
    once = BargainPolicy(helpers=2, helps_per_day=1)
    help_once = partial(help_bargain, draw=lambda _: 0, policy=once)
    drive(help_once, a_help(), store)
    again = a_help(bargain="b-2")
    with pytest.raises(BargainTooOften) as refusal:
        drive(help_once, again, store)
    assert refusal.value.context == {"day": "2026-06-18", "helped": 1, "most": 1}
    row = value_of(store, PROMOTION_USE, help_id(again, once))
    assert (row.redeemed, row.most_uses) == (1, 1)
    drive(HELP, again, store)
    assert value_of(store, PROMOTION_USE, help_id(again)).redeemed == 2


def test_an_order_has_the_price(drive: Drive) -> None:
    """It is placed in the same commit; one that is not priced so leaves no trace."""
    store = a_shop_with(*REACHED)
    told = dump(store)
    right = a_purchase()
    (line,) = right.checkout.lines
    own = line.discounts[0]
    wrong = (
        (evolve(line, quantity=2),),
        (evolve(line, discounts=(a_discount("7.00"),)),),
        (evolve(line, discounts=(evolve(own, amount=cny("3.50")),) * 2),),
        (line, evolve(line, id=LineId("l-2"))),
    )
    for lines in wrong:
        with pytest.raises(BargainNotPriced) as refusal:
            drive(buy_bargain, evolve(right, checkout=evolve(right.checkout, lines=lines)), store)
        assert refusal.value.context == {"id": B, "sku": Sku("tea"), "price": cny("3.00")}
        assert dump(store) == told
    extra = a_line(id="l-2", gross="2.00")
    placed = drive(buy_bargain, evolve(right, checkout=evolve(right.checkout, lines=(line, extra))), store)
    assert (placed.due, value_of(store, BARGAIN, B).order) == (cny("5.00"), "o-1")
    assert "bargain.bought" in codes(store)


def test_a_bargain_follows_its_order(drive: Drive) -> None:
    """Cancelled, the price is free again, once; another order can have it then."""
    store = a_shop_with(*BOUGHT)
    assert drive(move_bargain, a_look(id="c-0"), store).status is Status.BOUGHT
    drive(WORKS[type(a_cancellation())], a_cancellation(), store)
    answers = [drive(move_bargain, a_look(id=f"c-{n}"), store) for n in (1, 2)]
    assert answers == [BargainStands(bargain_id=B, status=Status.REACHED, price=cny("3.00"))] * 2
    assert drive(buy_bargain, a_purchase(id="c-again", order_id="o-2"), store).due == cny("3.00")


def test_a_bargain_is_over(drive: Drive) -> None:
    """Called off, or ended by time; a bought one stays."""
    for before, command, status in (
        (STARTED, an_end(), Status.CANCELLED),
        (REACHED, a_lapse(), Status.EXPIRED),
        (STARTED, a_lapse(NOON), Status.OPEN),
        (BOUGHT, a_lapse(), Status.BOUGHT),
    ):
        assert drive(move_bargain, command, a_shop_with(*before)).status is status


@given(st.lists(st.integers(0, 10**6), min_size=7, max_size=7), st.integers(0, 993))
def test_whatever_is_drawn_the_floor_is_reached(numbers: list[int], floor: int) -> None:
    """By the seventh helper exactly, never below; each answer adds up with the one before."""
    store, policy = MemoryStore(), BargainPolicy(helpers=7)
    start = evolve(a_start(), floor=cny("0.01") * floor)
    run(partial(start_bargain, policy=policy), start, store.unit)
    remaining = start.list_price - start.floor
    for n, number in enumerate(numbers):
        command = evolve(a_help(f"h-{n}"), id=CommandId(f"c-{n}"), helper=CustomerId(f"h-{n}"), at=NOON)
        work = partial(help_bargain, draw=number.__mod__, policy=policy)
        cut = run(work, command, store.unit)
        assert (cut.amount + cut.remaining, cut.helpers_left) == (remaining, 6 - n)
        assert cut.amount.minor > 0
        remaining = cut.remaining
    assert remaining.minor == 0
    assert value_of(store, BARGAIN, B).price == start.floor
