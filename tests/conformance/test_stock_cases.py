"""The public cases of stock: what can be had, what leaves, and what is freed.

Three words are translated throughout. Allocated: theirs is bound at placement or payment, ours is reserved at placement
and allocated at payment as far as it lies there, so theirs is the sum of both (`Shop.bound`). An out-of-stock threshold
of -n is a backorder limit of n. To fulfil is to ship.
"""

from ecomops import inventory
from ecomops.inventory import STOCK, ReservationId, StockShort, Unshippable, available, sellable
from ecomops.inventory.stock import StockReleased, StockReserved
from ecomops.orders import ORDER, Status
from ecomops.orders.order import OrderAdopted
from ecomops.testing import NOON, TEA, an_order, given
from tests.conformance.case_files import Case, cases, numbers
from tests.conformance.shop import Shop, a_stock, stock_of, too_much

SEVEN = ReservationId("r-7")


@cases("STK-020", "RSV-007", "ALC-036")
def test_what_can_be_supplied(case: Case) -> None:
    """As much as is available and no more; of a stock that nobody keeps, nothing."""
    on_hand = next(case["given"][word] for word in ("on_hand", "available", "batch") if word in case["given"])
    assert {asked: supplies(on_hand, asked) for asked in case["then"]} == case["then"]


def supplies(on_hand: int, asked: str) -> bool:
    """Tell whether an order of so many units, or of one unit of another SKU, is taken."""
    shop = Shop()
    shop.keep(on_hand)
    try:
        shop.buy(int(asked)) if asked.isdigit() else shop.buy(1, stock=stock_of("coffee", "hangzhou"))
    except StockShort:
        return False
    return True


@cases("ALC-036")
def test_a_refusal_says_what_there_is(case: Case) -> None:
    """All of a batch that is too small, and nothing of a stock that nobody keeps."""
    shop, there, coffee = Shop(), case["given"]["batch"], stock_of("coffee", "hangzhou")
    shop.keep(there)
    with shop.refuses("stock.short") as context:
        shop.buy(there + 1)
    assert context == too_much(there + 1, there)
    with shop.refuses("stock.short") as context:
        shop.buy(1, stock=coffee)
    assert context == too_much(1, 0, stock=coffee)


@cases("STK-005")
def test_more_than_there_is_is_refused_whole(case: Case) -> None:
    """On purpose otherwise (law 7, refuse whole): theirs adds what there is, ours adds nothing; both say how much."""
    (wanted,) = numbers(case)
    shop = Shop()
    shop.keep(case["given"]["on_hand"], backorder_limit=-case["given"]["out_of_stock_threshold"])
    with shop.refuses("stock.short") as context:
        shop.buy(wanted)
    assert context == too_much(wanted, case["then"]["available"])
    assert (case["then"]["added"], shop.bound()) == (3, 0)


@cases("STK-007")
def test_a_backorder_limit_is_sold_beyond_what_is_on_hand(case: Case) -> None:
    """All of on hand and limit can be had, and not one unit more."""
    (wanted,) = numbers(case)
    shop = Shop()
    shop.keep(case["given"]["on_hand"], backorder_limit=-case["given"]["out_of_stock_threshold"])
    with shop.refuses("stock.short") as context:
        shop.buy(wanted + 1)
    assert context == too_much(wanted + 1, wanted)
    shop.buy(wanted)
    assert shop.bound() == case["then"]["added"]


@cases("STK-012")
def test_what_is_saleable_after_a_loss(case: Case) -> None:
    """A loss has happened, whatever is allocated: nothing more can be reserved, and what is left may still leave."""
    on_hand, allocated, threshold = case["given"].values()
    shop = Shop()
    shop.keep(allocated, backorder_limit=-threshold)
    for order, quantity in (("left", on_hand), ("lost", allocated - on_hand)):
        shop.buy(quantity, order=order)
        shop.pay(order=order)
    shop.adjust(on_hand - allocated)
    item, saleable = shop.stock(), case["then"]["saleable"]
    assert (item.on_hand, item.allocated, sellable(item)) == (on_hand, allocated, saleable)
    with shop.refuses("stock.short") as context:
        shop.buy(1)
    assert context == too_much(1, saleable)
    shop.ship({"l-1": on_hand}, order="left")
    assert (shop.stock().on_hand, shop.stock().allocated) == (0, allocated - on_hand)


@cases("STK-011")
def test_fewer_than_no_goods_cannot_lie_there(case: Case) -> None:
    """On purpose otherwise (a backorder limit bounds what is sold, on hand counts goods): below zero is refused.

    Theirs lets on hand fall as far as the threshold.
    """
    empty = given(STOCK, a_stock(0, backorder_limit=-case["given"]["out_of_stock_threshold"]))
    assert case["then"] == {"-21": "rejected", "-10": "accepted"}
    for on_hand in map(int, case["then"]):
        counted = empty.when(inventory.adjust, quantity=on_hand, reason="count", at=NOON)
        counted.then_refused("stock.below_zero", on_hand=0, quantity=on_hand)
    assert sellable(empty.value) == -case["given"]["out_of_stock_threshold"]


@cases("ALC-034")
def test_an_empty_batch_gives_nothing(case: Case) -> None:
    """On purpose otherwise (a refusal leaves the store as it was): theirs is an event and no result, ours a refusal."""
    (wanted,) = numbers(case)
    shop = Shop()
    shop.keep(case["given"]["batch"], allocated=case["given"]["already_allocated"])
    assert case["then"] == {"event": "OutOfStock(sku)", "result": None}
    with shop.refuses("stock.short") as context:
        shop.buy(wanted)
    assert context == too_much(wanted, 0)


@cases("RSV-017")
def test_rows_of_one_location_are_netted(case: Case) -> None:
    """One row for all of them (policy: availability): what one has too little eats what another has left."""
    quants, (wanted,) = case["given"]["quants"], numbers(case)
    row = given(STOCK, a_stock(sum(quant["q"] for quant in quants), reserved=sum(quant["r"] for quant in quants)))
    assert available(row.value) == case["then"]["available"]
    assert case["then"]["result"] == "refused"
    reserved = row.when(inventory.reserve, quantity=wanted, reservation=SEVEN, at=NOON)
    reserved.then_refused("stock.short", **too_much(wanted, case["then"]["available"]))


def a_backorder(case: Case) -> Shop:
    """Return a shop where more was bought and paid than lies there: what lies there is allocated, the rest waits."""
    shop, quantity, on_hand = Shop(), case["given"]["line_qty"], case["given"]["on_hand"]
    shop.keep(on_hand, backorder_limit=quantity - on_hand)
    shop.buy(quantity)
    assert [short.quantity for short in shop.pay().unallocated] == [quantity - on_hand]
    assert shop.bound() == case["given"]["allocated"]
    return shop


@cases("STK-009")
def test_goods_that_are_not_there_do_not_leave(case: Case) -> None:
    """The order would allow it, the stock does not; and no more so when an earlier system had allocated it all."""
    (wanted,) = numbers(case)
    shop = a_backorder(case)
    assert case["then"] == {"error": "insufficient stock on hand"}
    with shop.refuses("reservation.not_held"):
        shop.ship({"l-1": wanted})
    oversold = given(STOCK, a_stock(case["given"]["on_hand"], allocated=case["given"]["allocated"]))
    shipped = oversold.when(inventory.ship, quantity=wanted, reservation=SEVEN, at=NOON)
    short = Unshippable(
        stock=TEA, wanted=wanted, allocated=case["given"]["allocated"], on_hand=case["given"]["on_hand"]
    )
    shipped.then_refused("stock.over_ship", goods=(short,))


@cases("STK-010")
def test_a_backorder_leaves_as_it_arrives(case: Case) -> None:
    """What lies there is shipped, the rest when it has come in; each unit leaves once."""
    first, on_hand, last = numbers(case)
    shop = a_backorder(case)
    shop.ship({"l-1": first})
    assert {"on_hand": shop.stock().on_hand, "allocated": shop.bound()} == case["then"]["after_first"]
    shop.deliver(on_hand - shop.stock().on_hand)
    shop.ship({"l-1": last})
    assert {"on_hand": shop.stock().on_hand, "allocated": shop.bound()} == case["then"]["after_last"]


@cases("STK-027")
def test_released_units_are_no_longer_allocated(case: Case) -> None:
    """What is freed stays on hand; more than is allocated is not freed (policy: over-release)."""
    (released,) = numbers(case)
    adopted = a_stock(case["given"]["on_hand"], allocated=case["given"]["allocated"])
    before = STOCK.replay((adopted,))
    freed = inventory.deallocate(before, quantity=released, reservation=SEVEN, at=NOON)
    after = STOCK.fold(before, freed)
    assert {"on_hand": after.on_hand, "allocated": after.allocated} == case["then"]
    again = given(STOCK, adopted, *freed).when(inventory.deallocate, quantity=released, reservation=SEVEN, at=NOON)
    again.then_refused("stock.over_release", wanted=released, bound=case["then"]["allocated"])


@cases("STK-014")
def test_an_order_that_binds_nothing_frees_nothing(case: Case) -> None:
    """Cancelling an order that an earlier system took and never allocated moves no stock."""
    assert case["given"]["order"] == "never allocated"
    shop = Shop()
    shop.keep(case["given"]["on_hand"], allocated=case["given"]["allocated"])
    shop.adopt(ORDER, a_running_order())
    before = shop.log(STOCK, TEA)
    assert shop.cancel().freed == ()
    assert shop.order().status is Status.CANCELLED
    assert (shop.stock().on_hand, shop.bound()) == (case["then"]["on_hand"], case["then"]["allocated"])
    assert shop.log(STOCK, TEA) == before
    assert case["then"]["release_movement"] is None


def a_running_order() -> OrderAdopted:
    """Return the event that takes an unpaid order over."""
    order = an_order()
    return OrderAdopted(
        order_id=order.id,
        customer=order.customer,
        status=order.status,
        currency=order.currency,
        lines=order.lines,
        services=order.services,
        tenders=order.tenders,
        excess=order.excess,
        due=order.due,
        placed_at=order.placed_at,
        due_at=order.due_at,
        at=NOON,
    )


@cases("STK-014")
def test_an_unpaid_order_of_our_own_frees_what_it_reserved(case: Case) -> None:
    """On purpose otherwise (policy: stock reserved at placement): ours reserves and releases, theirs does neither."""
    quantity = case["given"]["on_hand"]
    shop = Shop()
    shop.keep(quantity)
    shop.buy(quantity)
    shop.cancel()
    own = ReservationId("o-1")
    assert shop.log(STOCK, TEA)[1:] == [
        StockReserved(stock=TEA, quantity=quantity, reservation=own, at=NOON),
        StockReleased(stock=TEA, quantity=quantity, reservation=own, at=NOON),
    ]
    assert (shop.stock().on_hand, shop.bound()) == (case["then"]["on_hand"], case["then"]["allocated"])


@cases("STK-018")
def test_a_cancelled_order_gives_its_units_back(case: Case) -> None:
    """New, paid or refunded before: everything is on hand again and nothing is held."""
    for word in case["given"]["variants"]:
        shop = Shop()
        shop.keep(case["given"]["on_hand"])
        due = shop.buy(case["given"]["bought"]).due
        shop.hear(word, due)
        assert shop.bound() == case["given"]["bought"]
        shop.cancel()
        assert {"on_hand": shop.stock().on_hand, "on_hold": shop.bound()} == case["then"]
