"""What goes back for units of an order, read off the frozen rungs; the laws stand in tests/properties."""

from attrs import evolve

from ecomops.orders.aftermath import Aftermath
from ecomops.orders.refunds import refund_line, tenders_left
from ecomops.terms import Discount, PromotionId, Tender, TenderKind
from ecomops.testing import a_checkout, a_line, an_order, cny


def test_the_next_units_are_worth_what_the_former_left() -> None:
    """Of three units for one yuan the first costs 34 fen and the others 33, whichever request they come back with."""
    line = an_order(a_checkout(a_line(quantity=3, gross="1.00"))).lines[0]
    worths: list[str] = []
    for gone in range(3):
        left = evolve(line, shipped=3, received=3, aftermath=Aftermath(returned=gone, refunded=gone))
        worths.append(str(refund_line(left, quantity=1).refund))
    assert worths == ["0.34 CNY", "0.33 CNY", "0.33 CNY"]


def test_a_card_that_exceeds_a_reduced_line_gets_all_of_it_back() -> None:
    """What it paid of the line, which a discount has made cheaper, and what it exceeded."""
    line = a_line(gross="10.00", discounts=(Discount(promotion=PromotionId("618"), amount=cny("4.00")),))
    card = Tender(kind=TenderKind.GIFT_CARD, amount=cny("9.00"))
    order = an_order(a_checkout(line, tenders=(card,)))
    assert [str(each.amount) for each in tenders_left(order)] == ["9.00 CNY"]
