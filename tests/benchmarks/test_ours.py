"""Our side of the order life: without the peer, that it does what both sides are asked for."""

from datetime import timedelta

from benchmarks.ours import Ours, bare_life, bare_lives, shelf
from benchmarks.script import NOON, OrderFacts, StockFacts, live, order_rows, tried
from ecomops.orders.fulfilment import Fulfilment, fulfilment


def test_an_order_life_leaves_what_both_sides_must_tell() -> None:
    """Three lines of 1, 2 and 3 units, one discounted: all is paid, shipped and received, all stock has moved."""
    ours, (row,) = Ours(), order_rows(1)
    ours.stock_in(row, 10)
    live(ours, row)
    assert ours.order(row) == OrderFacts(
        status="paid",
        due=1999 + 3998 - 150 + 5997,
        paid=11844,
        due_at=NOON + timedelta(days=7),
        lines=(("l-0", 1, 1, 1), ("l-1", 2, 2, 2), ("l-2", 3, 3, 3)),
    )
    assert ours.stock(row) == tuple(
        StockFacts(on_hand=10 - sold, reserved=0, allocated=0, received=10, shipped=sold) for sold in (1, 2, 3)
    )
    assert ours.events() == {
        "stock.opened": 3,
        "stock.received": 3,
        "order.placed": 1,
        "stock.reserved": 3,
        "order.paid": 1,
        "stock.allocated": 3,
        "order.shipped": 1,
        "stock.shipped": 3,
        "order.received": 1,
    }


def test_a_refusal_is_told_by_its_code_and_success_as_done() -> None:
    """Both sides are compared by these words."""
    ours, (row,) = Ours(), order_rows(1)
    ours.stock_in(row, 10)
    assert tried(lambda: ours.ship(row)) == "noun.not_found"
    assert tried(lambda: ours.place(row)) == "done"
    assert tried(lambda: ours.ship(row)) == "order.illegal_move"


def test_the_bare_life_runs_through() -> None:
    """Decisions and folds alone lead an order as far as the workflows do, and all of its goods leave the shelf."""
    rows = order_rows(2)
    bare_lives(rows, 10)()
    items = shelf(rows[0], 10)
    order = bare_life(rows[0], items)
    assert (order.settled, fulfilment(order)) == (True, Fulfilment.RECEIVED)
    assert [(item.on_hand, item.reserved) for item in items.values()] == [(10 - sold, 0) for sold in (1, 2, 3)]
