"""The canonical basket: equal units together, whatever lines they came on."""

import pytest
from attrs import evolve

from ecomops.kernel import BadText, OutOfRange, WrongKind
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.basket import Basket, floors
from ecomops.promotions.canonical import Canonical, goods_of, services_of
from ecomops.terms import LineId, PricedLine
from ecomops.testing import NOON, a_service
from tests.kernel.hostile import TEXTS, untyped
from tests.promotions.kit import a_basket, a_priced_line, fen, traits_of


def a_unit_line(id: str, quantity: int, *, sku: str = "tea", unit: int = 10) -> PricedLine:
    """Return a line of units that cost *unit* each."""
    line = a_priced_line(id, sku=sku, quantity=quantity, gross=quantity * unit)
    return evolve(line, price=evolve(line.price, amount=fen(unit), per=1))


def rows(basket: Basket) -> Canonical:
    """Return the rows of a basket of which everything is left."""
    return goods_of(basket, [line.gross.minor for line in basket.lines], floors(basket))


def test_equal_whole_units_are_one_row() -> None:
    """Parts are kept by id, sums add up."""
    found = rows(a_basket(a_unit_line("b", 2), a_unit_line("a", 3)))
    state = found.state
    assert found.parts == [[(1, 3), (0, 2)]]
    assert (state.units, state.listed, state.left, state.floor, state.room(0)) == ([5], [50], [50], [0], 50)
    assert (state.loose, state.loose_amount, state.entry) == ([5], [50], [50])


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
        assert len(rows(a_basket(line, other)).parts) == 2
    twin = a_unit_line("b", 2)
    for traits in (traits_of("b", floor=2), traits_of("b", tag="sale")):
        assert len(rows(a_basket(line, twin, traits=(traits,))).parts) == 2
    assert len(goods_of(a_basket(line, twin), [20, 18], {}).parts) == 2
    assert len(goods_of(a_basket(line, twin), [20, 20], {}).parts) == 1
    odd = evolve(line, gross=fen(21))
    assert len(rows(a_basket(odd, evolve(odd, id=LineId("b")))).parts) == 2


def test_a_floor_is_at_most_what_the_line_costs() -> None:
    """A higher one leaves no room, and takes none away."""
    state = rows(a_basket(a_unit_line("a", 2), traits=(traits_of("a", floor=99),))).state
    assert (state.floor, state.room(0)) == ([20], 0)


def test_rows_stand_in_canonical_order() -> None:
    """By SKU, price, facts, amounts; never by where the line stood."""
    lines = (a_unit_line("c", 1, sku="b"), a_unit_line("b", 1, unit=9), a_unit_line("a", 1, sku="b", unit=3))
    found = rows(a_basket(*lines))
    assert [each["sku"] for each in found.facts] == ["b", "b", "tea"]
    assert found.state.listed == [3, 10, 9]


def test_units_are_handed_back_by_what_they_are_worth() -> None:
    """Odd cents fall on the first units; what two promotions take of a unit never exceeds it."""
    found = rows(a_basket(a_unit_line("a", 1, unit=1), a_unit_line("b", 1, unit=1), a_unit_line("c", 1, sku="z")))
    found.taken = [[(0, 0, 2, 1), (1, 3, 1, 0)], []]
    assert found.shares() == {0: [(1, 3, 1)], 1: [(0, 0, 1)]}
    found.taken = [[], [(4, 0, 9, 2)]]
    assert found.shares() == {2: [(4, 0, 7)]}


def test_services_stand_in_the_order_of_their_ids() -> None:
    """Each is a row of one unit, without a floor."""
    basket = evolve(a_basket(), services=(a_service(id="z", gross="5.00"), a_service(id="s", gross="3.00")))
    found = services_of(basket, [500, 200])
    assert (found.state.left, found.state.listed, found.parts) == ([200, 500], [300, 500], [[(1, 1)], [(0, 1)]])


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
