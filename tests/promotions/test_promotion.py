"""Promotions as values: what they take, and that they travel as JSON."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from ecomops.codec import CODEC, Malformed
from ecomops.kernel import BadText, Invalid, OutOfRange, Repeated, WrongKind
from ecomops.kernel.rules import ALWAYS, All, AtLeastFact, AtMostFact, Not
from ecomops.promotions import (
    AmountOff,
    Every,
    FixedPrice,
    FunderShare,
    FundersUnequal,
    Ladder,
    Limits,
    Measure,
    MeasureKind,
    NegativeThreshold,
    Percent,
    Promotion,
    Rulebook,
    Stated,
    StatedAlone,
    Tier,
    UnknownMeasure,
    spend,
)
from ecomops.promotions.measures import MEASURES
from ecomops.terms import Funder, NegativeAmount
from tests.kernel.hostile import others
from tests.promotions.kit import TENTH, YEAR, a_promotion, fen, giving, off, rulebooks, sku

HALF = FunderShare(funder=Funder.BRAND, share=Fraction(1, 2))

BAD: list[tuple[Any, dict[str, Any], type[Invalid]]] = [
    (Percent, {"share": Fraction(0)}, OutOfRange),
    (Percent, {"share": Fraction(-1, 10)}, OutOfRange),
    (Percent, {"share": Fraction(101, 100)}, OutOfRange),
    (Percent, {"share": Fraction(1, 10**12 + 1)}, OutOfRange),
    (Percent, {"share": 0.1}, WrongKind),
    (Percent, {"share": 1}, WrongKind),
    (AmountOff, {"amount": fen(-1)}, NegativeAmount),
    (AmountOff, {"amount": 100}, WrongKind),
    (FixedPrice, {"price": fen(-1)}, NegativeAmount),
    (spend, {"amount": fen(-1)}, NegativeAmount),
    (a_promotion, {"conditions": AtLeastFact(fact="amount", bound=-1)}, NegativeThreshold),
    (a_promotion, {"conditions": All(rules=(Not(rule=AtMostFact(fact="quantity", bound=-1)),))}, NegativeThreshold),
    (Limits, {"uses": -1}, OutOfRange),
    (Limits, {"per_customer": -1}, OutOfRange),
    (Limits, {"money": fen(-1)}, NegativeAmount),
    (a_promotion, {"value": "ten percent"}, WrongKind),
    (giving, {"id": "p"}, OutOfRange),
    (a_promotion, {"own": ("mine",)}, WrongKind),
    (a_promotion, {"tags": "sale"}, WrongKind),
    (a_promotion, {"tags": (" ",)}, BadText),
    (a_promotion, {"bars": ("sale", "sale")}, Repeated),
    (a_promotion, {"funders": ()}, OutOfRange),
    (a_promotion, {"funders": (HALF,)}, FundersUnequal),
    (a_promotion, {"funders": (HALF, HALF)}, Repeated),
    (a_promotion, {"value": Stated(), "exclusive": True}, StatedAlone),
    (a_promotion, {"value": Ladder(by="x", tiers=(Tier(bound=1, value=TENTH),))}, UnknownMeasure),
    (a_promotion, {"value": Every(by="x", step=1, amount=fen(1))}, UnknownMeasure),
    (a_promotion, {"promo_code": " "}, BadText),
    (a_promotion, {"priority": 10**6 + 1}, OutOfRange),
    (Measure, {"fact": "", "of": MeasureKind.AMOUNT}, BadText),
]


@pytest.mark.parametrize(("make", "fields", "kind"), BAD, ids=lambda each: getattr(each, "__name__", str(each)[:40]))
def test_bad_values_are_refused_where_they_are_made(make: Any, fields: dict[str, Any], kind: type[Invalid]) -> None:  # noqa: ANN401 - a class or a builder
    """Shares outside nothing to all, negative amounts, odd texts, floats."""
    with pytest.raises(kind):
        make(**fields)


def test_a_measure_has_a_name_of_its_own() -> None:
    """Two of one name would be two meanings."""
    with pytest.raises(Repeated):
        a_promotion(measures=(*MEASURES, MEASURES[0]))


def test_the_whole_amount_may_be_taken() -> None:
    """Everything off is a share of one, and the least share is one in a million million."""
    assert Percent(share=Fraction(1)).share == 1
    assert Percent(share=Fraction(1, 10**12)).share > 0


def test_a_threshold_reads_as_it_is_said() -> None:
    """`spend` asks for the amount of the scope, the bound included."""
    assert spend(fen(100)) == AtLeastFact(fact="amount", bound=100)
    for value in others(type(fen(1))):
        with pytest.raises(WrongKind):
            spend(value)


def test_limits_that_limit_nothing_are_not_counted() -> None:
    """Any one of the three is."""
    assert not Limits().counted
    assert all(limits.counted for limits in (Limits(uses=0), Limits(per_customer=1), Limits(money=fen(0))))


@given(rulebooks())
def test_every_promotion_travels_as_json(book: Rulebook) -> None:
    """There and back it is the same, its rules and its benefit with their tags."""
    for promotion in book.promotions:
        payload = CODEC.dump(promotion)
        assert [each["type"] for each in payload["benefits"]] == [each.code for each in promotion.benefits]
        assert payload["benefits"][0]["target"]["scope"]["type"] == promotion.scope.code
        assert CODEC.load(payload, Promotion) == promotion


def test_a_payload_tells_all_that_is_wrong() -> None:
    """Each failure with its place, down to the rule in the rule and the ratio in the benefit."""
    payload = CODEC.dump(a_promotion(scope=sku("tea"), conditions=spend(fen(1)), valid=YEAR))
    reduction = payload["benefits"][0]
    reduction["value"] = {"type": "value.percent", "share": "1/0"}
    payload["conditions"] = {
        "type": "rule.all",
        "rules": [{"type": "rule.odd"}, None, {"type": "rule.not", "rule": {}}],
    }
    reduction["target"]["scope"]["values"] = []
    with pytest.raises(Malformed) as refusal:
        CODEC.load(payload, object)
    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [
        ("$.benefits[0].value.share", "value.wrong_kind"),
        ("$.benefits[0].target.scope.values", "value.out_of_range"),
        ("$.conditions.rules[0].type", "payload.unknown_type"),
        ("$.conditions.rules[1]", "value.wrong_kind"),
        ("$.conditions.rules[2].rule.type", "payload.unknown_type"),
    ]


@pytest.mark.parametrize("text", ["0.1", "1/2/3", "a", "", "1/", "٣", "1e3", 1, None, "9" * 31])
def test_a_ratio_is_told_exactly(text: object) -> None:
    """Whole numbers and one stroke; decimals and other digits are none."""
    payload = CODEC.dump(a_promotion())
    payload["benefits"][0]["value"]["share"] = text
    with pytest.raises(Malformed):
        CODEC.load(payload, Promotion)
    payload["benefits"][0]["value"]["share"] = "1"
    assert CODEC.load(payload, Promotion).goods == off(Percent(share=Fraction(1)))


def test_rules_that_nest_without_end_are_refused() -> None:
    """A payload deeper than any rule is refused before it is read."""
    deep: dict[str, Any] = CODEC.dump(ALWAYS)
    for _ in range(5_000):
        deep = {"type": "rule.not", "rule": deep}
    payload = {**CODEC.dump(a_promotion()), "conditions": deep}
    with pytest.raises(Malformed) as refusal:
        CODEC.load(payload, Promotion)
    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [
        ("$.conditions", "payload.too_deep")
    ]
    shallow: dict[str, Any] = CODEC.dump(ALWAYS)
    for _ in range(20):
        shallow = {"type": "rule.not", "rule": shallow}
    with pytest.raises(Malformed) as refusal:
        CODEC.load({**payload, "conditions": shallow}, Promotion)
    assert [problem.code for problem in refusal.value.problems] == ["rule.too_deep"]
