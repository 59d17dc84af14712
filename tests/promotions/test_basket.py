"""The canonical basket: equal units together, whatever lines they came on."""

import pytest
from attrs import evolve

from ecomops.kernel import BadText, OutOfRange, WrongKind
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.arithmetic import Row
from ecomops.promotions.basket import Basket, floors, rows_of
from ecomops.terms import LineId, PricedLine
from ecomops.testing import NOON
from tests.kernel.hostile import TEXTS, untyped
from tests.promotions.kit import a_basket, a_priced_line, fen, traits_of


def a_unit_line(id: str, quantity: int, *, sku: str = "tea", unit: int = 10) -> PricedLine:
    """Return a line of units that cost *unit* each."""
    line = a_priced_line(id, sku=sku, quantity=quantity, gross=quantity * unit)
    return evolve(line, price=evolve(line.price, amount=fen(unit), per=1))


def rows(basket: Basket) -> list[Row]:
    """Return the rows of a basket of which everything is left."""
    return rows_of(basket, [line.gross.minor for line in basket.lines], floors(basket))


def test_equal_whole_units_are_one_row() -> None:
    """Parts are kept by id, sums add up."""
    (row,) = rows(a_basket(a_unit_line("b", 2), a_unit_line("a", 3)))
    assert (row.parts, row.quantity, row.listed, row.left, row.floor, row.room) == ([(1, 3), (0, 2)], 5, 50, 50, 0, 50)


def test_what_differs_stays_apart() -> None:
    """SKU, price, floor, facts, what is left, and a line whose units are no whole cents."""
    line = a_unit_line("a", 2)
    others = (
        a_unit_line("b", 2, sku="cup"),
        a_unit_line("b", 2, unit=11),
        evolve(a_unit_line("b", 2), gross=fen(21)),
        evolve(a_unit_line("b", 2), price=evolve(line.price, per=2)),
    )
    for other in others:
        assert len(rows(a_basket(line, other))) == 2
    twin = a_unit_line("b", 2)
    for traits in (traits_of("b", floor=2), traits_of("b", tag="sale")):
        assert len(rows(a_basket(line, twin, traits=(traits,)))) == 2
    assert len(rows_of(a_basket(line, twin), [20, 18], {})) == 2
    assert len(rows_of(a_basket(line, twin), [20, 20], {})) == 1
    odd = evolve(line, gross=fen(21))
    assert len(rows(a_basket(odd, evolve(odd, id=LineId("b"))))) == 2


def test_a_floor_is_at_most_what_the_line_costs() -> None:
    """A higher one leaves no room, and takes none away."""
    (row,) = rows(a_basket(a_unit_line("a", 2), traits=(traits_of("a", floor=99),)))
    assert (row.floor, row.room) == (20, 0)


def test_rows_stand_in_canonical_order() -> None:
    """By SKU, price, facts, amounts; never by where the line stood."""
    lines = (a_unit_line("c", 1, sku="b"), a_unit_line("b", 1, unit=9), a_unit_line("a", 1, sku="b", unit=3))
    assert [(row.facts["sku"], row.listed) for row in rows(a_basket(*lines))] == [("b", 3), ("b", 10), ("tea", 9)]


def test_units_are_handed_back_by_what_they_are_worth() -> None:
    """Odd cents fall on the first units; what two promotions take of a unit never exceeds it."""
    (row,) = rows(a_basket(a_unit_line("a", 1, unit=1), a_unit_line("b", 1, unit=1)))
    row.taken = [(0, 2, 1), (1, 1, 0)]
    assert row.shares() == [(1, 0, 1), (0, 1, 1)]


def test_a_trait_is_a_fact() -> None:
    """A flag, a number, a text or several texts, each within what a fact can be."""
    for value in (True, 5, "red", ("red", "blue"), ()):
        assert traits_of("a", x=value).facts[0].value == value
    for value in untyped(None, 1.5, ["red"], ("red", 1), object(), NOON):
        with pytest.raises(WrongKind):
            traits_of("a", x=value)
    for text in TEXTS.values():
        with pytest.raises(BadText):
            traits_of("a", x=text)
    with pytest.raises(OutOfRange):
        traits_of("a", x=MOST_MINOR + 1)
