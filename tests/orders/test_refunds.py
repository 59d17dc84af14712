"""What goes back for units of an order, read off the frozen rungs; the laws stand in tests/properties."""

from attrs import evolve

from ecomops.orders.aftermath import Aftermath
from ecomops.orders.refunds import refund_line
from ecomops.testing import a_checkout, a_line, an_order


def test_the_next_units_are_worth_what_the_former_left() -> None:
    """Of three units for one yuan the first costs 34 fen and the others 33, whichever request they come back with."""
    line = an_order(a_checkout(a_line(quantity=3, gross="1.00"))).lines[0]
    worths: list[str] = []
    for gone in range(3):
        left = evolve(line, shipped=3, received=3, aftermath=Aftermath(returned=gone, refunded=gone))
        worths.append(str(refund_line(left, quantity=1).refund))
    assert worths == ["0.34 CNY", "0.33 CNY", "0.33 CNY"]
