"""What the refusals of stock and reservations say; the laws of all errors are tested beside the kernel."""

import pytest

from ecomops.inventory import Miscount, Miscounted, NotHeld, Shortage, StockShort
from ecomops.kernel import Language
from ecomops.terms import LocationId, Sku, StockKey, StockUnits
from ecomops.testing import TEA

COFFEE = StockKey.of(Sku("coffee"), LocationId("hangzhou"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "not enough stock: tea@hangzhou (3 > 2), coffee@hangzhou (1 > 0)"),
        ("zh", "库存不足：tea@hangzhou (3 > 2)、coffee@hangzhou (1 > 0)"),
    ],
)
def test_a_refusal_for_stock_reads_every_shortage(language: Language, sentence: str) -> None:
    """Each with its key, what was wanted and what could be had."""
    short = StockShort(
        shortages=(Shortage(stock=TEA, wanted=3, available=2), Shortage(stock=COFFEE, wanted=1, available=0))
    )
    assert short.message(language) == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "reservation o-1 does not hold 3 x tea@hangzhou, 1 x coffee@hangzhou"),
        ("zh", "预留单 o-1 未占用 3 x tea@hangzhou、1 x coffee@hangzhou"),
    ],
)
def test_a_refusal_of_a_reservation_reads_every_excess(language: Language, sentence: str) -> None:
    """Each with its key and how much was asked."""
    excess = (StockUnits(stock=TEA, quantity=3), StockUnits(stock=COFFEE, quantity=1))
    assert NotHeld(id="o-1", units=excess).message(language) == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "the inspection of b-1 does not match what arrived: tea@hangzhou (4 / 3), coffee@hangzhou (0 / 1)"),
        ("zh", "退回批次 b-1 的验收数量与到货不符：tea@hangzhou (4 / 3)、coffee@hangzhou (0 / 1)"),
    ],
)
def test_a_refusal_of_an_inspection_reads_every_stock_that_differs(language: Language, sentence: str) -> None:
    """Each with its key, what was found and what arrived."""
    odd = (Miscount(stock=TEA, arrived=3, found=4), Miscount(stock=COFFEE, arrived=1, found=0))
    assert Miscounted(id="b-1", stock=odd).message(language) == sentence
