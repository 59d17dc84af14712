"""Values, targets and benefits: what is refused where it is made."""

from fractions import Fraction
from typing import Any

import pytest

from ecomops.kernel import BadText, Invalid, OutOfRange, Repeated, WrongKind
from ecomops.kernel.rules import ALWAYS, Not, Rule, RuleTooDeep
from ecomops.kernel.rules import Any as AnyOf
from ecomops.promotions import (
    AmountOff,
    BadPoints,
    Chosen,
    CouponGrant,
    Every,
    FixedPrice,
    Gift,
    GiftChoice,
    Ladder,
    Lines,
    Part,
    Per,
    Pick,
    PickedPrice,
    PointsGrant,
    Reduction,
    Sets,
    Shipping,
    Stated,
    StatedAlone,
    Tier,
    TiersNotRising,
    TooManyReductions,
    Whole,
)
from ecomops.terms import BatchId, NegativeAmount, Sku
from tests.promotions.kit import TENTH, a_promotion, fen, giving, off, sku

CUT = AmountOff(amount=fen(1))
CHOICE = GiftChoice(sku=Sku("cup"), value=fen(500))


def deep() -> Rule:
    """Return a rule as deep as rules may be."""
    rule: Rule = ALWAYS
    for _ in range(15):
        rule = Not(rule=rule)
    return rule


BAD: list[tuple[Any, dict[str, Any], type[Invalid]]] = [
    (Tier, {"bound": -1, "value": CUT}, OutOfRange),
    (Tier, {"bound": 1, "value": Stated()}, WrongKind),
    (Ladder, {"by": "amount", "tiers": ()}, OutOfRange),
    (Ladder, {"by": "amount", "tiers": (Tier(bound=2, value=CUT), Tier(bound=2, value=CUT))}, TiersNotRising),
    (Ladder, {"by": "amount", "tiers": (Tier(bound=2, value=CUT), Tier(bound=1, value=CUT))}, TiersNotRising),
    (Every, {"by": "amount", "step": 0, "amount": fen(1)}, OutOfRange),
    (Every, {"by": "amount", "step": 1, "amount": fen(-1)}, NegativeAmount),
    (Every, {"by": "amount", "step": 1, "amount": fen(1), "most": 0}, OutOfRange),
    (Chosen, {"count": 0}, OutOfRange),
    (Chosen, {"count": 1, "skip": -1}, OutOfRange),
    (Lines, {"per": Per.SET}, OutOfRange),
    (Lines, {"per": "unit"}, WrongKind),
    (Shipping, {"per": Per.UNIT}, OutOfRange),
    (Shipping, {"names": ("freight", "freight")}, Repeated),
    (Shipping, {"names": ("",)}, BadText),
    (Sets, {"parts": ()}, OutOfRange),
    (Sets, {"parts": (Part(quantity=1),) * 7}, OutOfRange),
    (Sets, {"parts": (Part(quantity=1),), "per": Per.WHOLE}, OutOfRange),
    (Sets, {"parts": (Part(quantity=1),), "most": 0}, OutOfRange),
    (Sets, {"parts": (Part(quantity=1, scope=deep()), Part(quantity=1, scope=sku("a")))}, RuleTooDeep),
    (Part, {"quantity": 0}, OutOfRange),
    (Part, {"quantity": 2, "pick": Pick(count=2, skip=1)}, OutOfRange),
    (Pick, {"count": -1}, OutOfRange),
    (Reduction, {"value": CUT, "target": ALWAYS}, WrongKind),
    (Reduction, {"value": CUT, "target": Whole(), "cap": fen(-1)}, NegativeAmount),
    (Reduction, {"value": Stated(), "target": Lines()}, StatedAlone),
    (Reduction, {"value": Stated(), "target": Whole(), "cap": fen(1)}, StatedAlone),
    (Gift, {"choices": ()}, OutOfRange),
    (Gift, {"choices": (CHOICE, CHOICE)}, Repeated),
    (Gift, {"choices": (CHOICE,), "quantity": 0}, OutOfRange),
    (PointsGrant, {}, BadPoints),
    (PointsGrant, {"factor": Fraction(2), "points": 3}, BadPoints),
    (PointsGrant, {"factor": 2}, WrongKind),
    (PointsGrant, {"factor": Fraction(0)}, OutOfRange),
    (PointsGrant, {"factor": Fraction(1001)}, OutOfRange),
    (CouponGrant, {"batch": BatchId("b"), "number": 0}, OutOfRange),
]


@pytest.mark.parametrize(("make", "fields", "kind"), BAD, ids=lambda each: getattr(each, "__name__", str(each)[:40]))
def test_bad_values_are_refused_where_they_are_made(make: Any, fields: dict[str, Any], kind: type[Invalid]) -> None:  # noqa: ANN401 - a class
    """Steps and sets of size zero, tiers that do not rise, prices and units that nobody could share out."""
    with pytest.raises(kind):
        make(**fields)


def test_the_price_of_a_set_is_for_all_of_its_units() -> None:
    """Also in a ladder; triggers are no part of it, and a price of each unit may pick."""
    price = FixedPrice(price=fen(100))
    ladder = Ladder(by="amount", tiers=(Tier(bound=1, value=CUT), Tier(bound=2, value=price)))
    some, trigger = Part(quantity=2, pick=Pick(count=1)), Part(quantity=1, pick=Pick(count=0))
    for value in (price, ladder):
        with pytest.raises(PickedPrice):
            off(value, Sets(parts=(some,), per=Per.SET))
        assert off(value, Sets(parts=(trigger, Part(quantity=1)), per=Per.SET)).value == value
        assert off(value, Sets(parts=(some,))).value == value
    assert off(CUT, Sets(parts=(some,), per=Per.SET)).value == CUT


def test_a_promotion_reduces_goods_once_and_shipping_once() -> None:
    """Two of either would need an order; one of each has none."""
    freight = Reduction(value=TENTH, target=Shipping())
    assert giving("p", off(), freight).freight == freight
    assert giving("p", off(), freight).goods == off()
    assert giving("p", freight).scope == ALWAYS
    for benefits in ((off(), off()), (freight, freight)):
        with pytest.raises(TooManyReductions):
            giving("p", *benefits)
    with pytest.raises(StatedAlone):
        giving("p", off(Stated()), freight)


def test_a_promotion_touches_what_its_parts_touch() -> None:
    """Any of several scopes, each once."""
    one, two = Part(quantity=1, scope=sku("a")), Part(quantity=2, scope=sku("b"))
    assert a_promotion(target=Sets(parts=(one, one))).scope == sku("a")
    assert a_promotion(target=Sets(parts=(one, two))).scope == AnyOf(rules=(sku("a"), sku("b")))
