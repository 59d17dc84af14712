"""The public cases of catalogue prices: what one unit costs by what applies without a code."""

from fractions import Fraction
from typing import Any

import pytest

from ecomops.kernel import Currency, Money
from ecomops.promotions import AmountOff, Lane, LanePick, Lines, Percent, Promotion, QuotePolicy, Reduction, Rulebook
from ecomops.promotions.advertised import advertised_price
from ecomops.terms import Price, PromotionId, Sku
from ecomops.testing import NOON
from tests.conformance.case_files import BY_ID


def promotion_of(told: dict[str, Any]) -> Promotion:
    """Return a promotion of a case: a share or an amount off each unit."""
    value = (
        Percent(share=Fraction(told["params"]["percent"], 100))
        if told["type"] == "catalog_percent_off"
        else AmountOff(amount=Money(told["params"]["amount_minor"], Currency.USD))
    )
    return Promotion(
        id=PromotionId(told["id"]),
        benefits=(Reduction(value=value, target=Lines()),),
        priority=told.get("priority", 0),
        exclusive=told.get("exclusive", False),
    )


@pytest.mark.parametrize("id", ["SYL-CAT-02", "SYL-CAT-04", "SYL-CAT-07", "SYL-CAT-08", "SAL-08"])
def test_the_advertised_price_is_that_of_the_case(id: str) -> None:
    """Its price, and which promotions made it; a least price is a floor. Their quotes run with the other cases."""
    case = BY_ID[id]
    best = case.get("policy", {}).get("stacking") == "best_only"
    policy = QuotePolicy(lanes=(Lane(name="main", pick=LanePick.BEST if best else LanePick.STACK),))
    book = Rulebook.of(map(promotion_of, case["promotions"]), currency=Currency.USD, policy=policy)
    (line,) = case["lines"]
    price = Price(amount=Money(line["unit_price_minor"], Currency.USD))
    floor = Money(line["min_price_minor"], Currency.USD) if "min_price_minor" in line else None
    found = advertised_price(book, Sku(line["sku"]), price, at=NOON, floor=floor)
    expected = case["expected"]
    assert found.price.minor == expected["unit_price_minor"]
    assert list(found.applied) == expected.get("applied", [case["promotions"][0]["id"]])
    assert found.listed.amount.minor == expected.get("original_price_minor", line["unit_price_minor"])
