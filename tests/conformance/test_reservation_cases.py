"""The public cases of reservations: what is bound for whom, how long, from which stock, and who comes too late."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from ecomops import inventory
from ecomops.inventory import STOCK, Hold, StockShort, available
from ecomops.kernel import CommandId, Commit, Conflict, Store, later, run
from ecomops.orders import ORDER, OrderPolicy
from ecomops.testing import NOON, TEA, a_checkout, a_line, a_placement
from ecomops.workflows.placement import place_order
from ecomops.workflows.timers import command_due
from tests.conformance.case_files import Case, cases, numbers
from tests.conformance.shop import Adopt, Shop, stock_of, too_much


@cases("RSV-010")
def test_what_others_hold_is_not_there(case: Case) -> None:
    """A reservation takes its units out of what is available, and the refusal says what is left."""
    (wanted,) = numbers(case)
    shop = Shop()
    shop.keep(case["given"]["on_hand"])
    shop.buy(case["given"]["others_active"], order="o-other")
    assert case["then"]["error"] == "insufficient"
    with shop.refuses("stock.short") as context:
        shop.buy(wanted)
    assert context == too_much(wanted, case["then"]["available"])


@cases("RSV-011")
def test_demand_is_added_up_before_it_is_checked(case: Case) -> None:
    """Two lines of one stock ask for their sum, though each alone could be had."""
    quantities, on_hand = case["given"]["cart_lines_same_variant"], case["given"]["on_hand"]
    lines = [a_line(id=f"l-{n}", quantity=quantity) for n, quantity in enumerate(quantities)]
    assert case["then"] == {"error": "insufficient"}
    for line in lines:
        alone = Shop()
        alone.keep(on_hand)
        alone.place(a_checkout(line))
    shop = Shop()
    shop.keep(on_hand)
    with shop.refuses("stock.short") as context:
        shop.place(a_checkout(*lines))
    assert context == too_much(sum(quantities), on_hand)


@cases("RSV-013")
def test_a_reservation_expires_with_the_payment_window(case: Case) -> None:
    """At the instant of its deadline it is due, and not one microsecond before."""
    minutes = case["given"]["ttl_minutes"]
    shop = Shop(policy=OrderPolicy(unpaid_after=timedelta(minutes=minutes)))
    shop.keep(1)
    shop.buy(1)
    reservation, expiry = shop.reservation(), later(NOON, timedelta(minutes=minutes))
    assert reservation.expires_at == expiry
    assert case["then"]["expires_at"] == f"{case['given']['now']}+{minutes}min"
    assert command_due(reservation, at=later(expiry, -timedelta(microseconds=1))) is None
    assert command_due(reservation, at=expiry) is not None


@cases("ALC-018")
def test_one_location_has_it_all(case: Case) -> None:
    """All that is demanded is set aside when it is paid."""
    (on_hand,) = case["given"]["locations"]
    shop = Shop()
    shop.keep(on_hand)
    shop.buy(case["given"]["demand"])
    assert shop.pay().unallocated == ()
    assert shop.stock().allocated == case["then"]["fulfilled"]


@cases("ALC-019", "ALC-020")
def test_what_two_locations_do_not_have_cannot_be_had(case: Case) -> None:
    """The host names the locations, a choice among them comes later: no way to divide the demand is taken."""
    on_hand, demand = case["given"]["locations"], case["given"]["demand"]
    stocks = [stock_of("tea", f"L{n}") for n in range(len(on_hand))]
    shop = Shop()
    for stock, quantity in zip(stocks, on_hand, strict=True):
        shop.keep(quantity, stock=stock)
    assert case["then"]["error"] == "InsufficientStock"
    for first in range(demand + 1):
        divided = zip(stocks, (first, demand - first), strict=True)
        lines = [a_line(id=stock.location, stock=stock, quantity=part) for stock, part in divided if part]
        with shop.refuses("stock.short") as context:
            shop.place(a_checkout(*lines))
        assert {short.stock.sku for short in context["shortages"]} == {stocks[0].sku}


@cases("ALC-025")
def test_one_reservation_binds_several_stocks(case: Case) -> None:
    """On hand covers the demand: each stock is allocated in full, and nothing waits for supply."""
    shop = Shop()
    ((location, on_hand),) = [(name, level) for name, level in case["given"].items() if name != "demand"]
    for sku, quantity in on_hand.items():
        shop.keep(quantity, stock=stock_of(sku, location))
    demand = case["given"]["demand"]
    lines = [a_line(id=sku, stock=stock_of(sku, location), quantity=units) for sku, units in demand.items()]
    assert shop.place(a_checkout(*lines)).promised == ()
    backorder = {short.stock.sku: short.quantity for short in shop.pay().unallocated}
    allocated = {hold.stock.sku: hold.allocated for hold in shop.reservation().holds}
    assert {location: allocated, "backorder": backorder} == case["then"]
    left = {sku: available(shop.stock(stock_of(sku, location))) for sku in demand}
    assert left == {sku: on_hand[sku] - units for sku, units in demand.items()}


@cases("ALC-012")
def test_a_preorder_is_promised_from_supply_to_come(case: Case) -> None:
    """The threshold of the one channel is the backorder limit of a stock that has nothing yet."""
    (wanted,) = numbers(case)
    threshold = case["given"]["channel_threshold"]
    shop = Shop()
    shop.keep(0, backorder_limit=threshold)
    assert [units.quantity for units in shop.buy(wanted).promised] == [case["then"]["preorder_allocated"]]
    with shop.refuses("stock.short") as context:
        shop.buy(threshold - wanted + 1, order="o-2")
    assert context == too_much(threshold - wanted + 1, threshold - wanted)


@cases("ALC-012")
def test_a_paid_preorder_keeps_its_promise(case: Case) -> None:
    """The window to pay in is over once it is paid: time frees nothing, and the goods leave when they arrive."""
    (wanted,) = numbers(case)
    shop = Shop()
    shop.keep(0, backorder_limit=case["given"]["channel_threshold"])
    shop.buy(wanted)
    shop.pay()
    assert shop.pass_time(NOON.add(days=1)) == []
    assert shop.reservation().holds == (Hold(stock=TEA, promised=case["then"]["preorder_allocated"]),)
    shop.deliver(wanted)
    shop.ship({"l-1": wanted})
    assert (shop.stock().on_hand, shop.bound()) == (0, 0)


@cases("ISS-008")
def test_the_last_unit_is_sold_once(case: Case) -> None:
    """Both orders found it there; the slower one is told to look again and is then refused with what is left."""
    shop = Shop()
    shop.keep(case["given"]["available"])
    attempts: list[int] = []

    @contextmanager
    def slow(attempt: int) -> Generator[Store, None, None]:
        attempts.append(attempt)
        with shop.store.unit(attempt) as store:
            yield store
            if attempt == 0:
                shop.buy(1, order="quick")

    late = a_placement(a_checkout(order_id="slow"), id="c-slow")
    assert case["then"] == {"one": "ok", "other": "error"}
    with pytest.raises(StockShort) as refusal:
        run(place_order, late, slow)
    assert refusal.value.context == too_much(1, 0)
    assert attempts == [0, 1]
    assert list(shop.store.rows(ORDER)) == ["quick"]
    assert shop.bound() == case["given"]["available"]


@cases("ALC-037")
def test_an_allocation_moves_the_version(case: Case) -> None:
    """Versions are opaque to the library; the memory store counts, and refuses what was decided on the former one."""
    shop = Shop()
    shop.keep(1)
    while shop.store.rows(STOCK)[TEA].version != case["given"]["version"]:
        shop.deliver(1)
    read = shop.store.rows(STOCK)[TEA]
    shop.buy(1)
    assert shop.store.rows(STOCK)[TEA].version == case["then"]["version"]
    lost = inventory.adjust(read.value, quantity=-1, reason="lost", at=NOON)
    writes = STOCK.write(read, lost, exact=True)
    with pytest.raises(Conflict), shop.store.unit() as unit:
        unit.save(Commit(command=Adopt(id=CommandId("c-stale")), answer=None, writes=writes))
