"""The traps of the year, each counted."""

from collections import Counter

import pytest

from completejourney import Product, Tape
from traps import traps

YEAR = {
    "lines": 1_469_307,
    "lines on another day if their timestamps were local": 250_533,
    "per mille of the lines on another day": 171,
    "lines whose week is not Monday to Sunday of the local day": 0,
    "days with trade in the first week": 1,
    "days with trade in the last week": 6,
    "lines of quantity 0, no goods": 8_869,
    "of these, lines with money: service lines": 32,
    "their shelf amount": 14_35,
    "service lines with a loyalty discount": 3,
    "their loyalty discount": 1_83,
    "service lines with a net amount": 29,
    "their net amount": 12_52,
    "lines of quantity 0 with a coupon: tenders of the order": 2_978,
    "their coupons": 6_544_30,
    "baskets": 155_848,
    "baskets without goods": 330,
    "of these, with tenders only": 8,
    "of these, with money": 2,
    "of these, with nothing, refused as empty": 320,
    "baskets that hold something: orders": 155_528,
    "baskets that owe exactly nothing": 508,
    "of these, placed, and settled at once": 188,
    "baskets whose tenders exceed what is due": 19,
    "paid out on these": 26_58,
    "fuel lines": 14_697,
    "fuel lines, per mille of all lines": 10,
    "fuel's units, per mille of all units": 988,
    "fuel lines in another unit, priced per unit": 1_188,
    "median net amount of a thousandth of a gallon, in thousandths of a cent": 236,
    "lines whose shelf amount does not divide by their quantity": 29_404,
    "lines of goods that cost nothing on the shelf": 263,
    "lines of goods whose coupon exceeds their net amount": 529,
    "products missing from the product table": 17,
    "lines without a department": 4_836,
}


@pytest.fixture(scope="module")
def counted(year: Tape, products: tuple[Product, ...]) -> dict[str, int]:
    """The traps of the whole year."""
    return traps(year, products)


@pytest.mark.parametrize(("label", "number"), YEAR.items())
def test_the_year_meets_each_trap_so_often(counted: dict[str, int], label: str, number: int) -> None:
    """Each trap is met as often as the year's figures say."""
    assert counted[label] == number


def test_every_trap_is_held_by_a_number(counted: dict[str, int]) -> None:
    """No trap is counted, in this order, that the figures above do not hold."""
    assert list(counted) == list(YEAR)


def test_fuel_is_not_told_by_its_department(products: tuple[Product, ...]) -> None:
    """The product type tells the 28 fuels sold; half of them stand in another department than fuel's."""
    fuels = [product for product in products if product.product_type == "GASOLINE-REG UNLEADED"]
    assert Counter(product.department for product in fuels) == {"FUEL": 14, "MISCELLANEOUS": 14}


def test_lines_without_fuel_have_no_median(month: Tape) -> None:
    """Lines without the usual unit of fuel give 0 and no warning."""
    solid = ~month.fuel
    columns = {name: getattr(month, name)[solid][:50] for name in Tape.__dataclass_fields__}
    counted = traps(Tape(**columns), ())
    assert counted["median net amount of a thousandth of a gallon, in thousandths of a cent"] == 0
