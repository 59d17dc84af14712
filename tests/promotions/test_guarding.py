"""Advertised prices, and what guards a price before it is shown."""

from fractions import Fraction
from typing import Any

import pytest

from ecomops.kernel import DomainError, Money
from ecomops.kernel.rules import Equals
from ecomops.promotions import Rulebook, Trait
from ecomops.promotions.advertised import advertised_price
from ecomops.promotions.guarding import (
    EU_PRIOR,
    Guard,
    GuardPolicy,
    PlannedPrice,
    PriceRecord,
    QuantityPrice,
    Recorded,
    guard_prices,
    prior_price,
)
from ecomops.terms import Price, Sku
from ecomops.testing import NOON
from tests.promotions.kit import TAGGED, TENTH, a_promotion, fen

TEA = Sku("tea")
EU = GuardPolicy(prior=EU_PRIOR)


def a_price(price: int = 1000, compared: int | None = None, *ladder: tuple[int, int]) -> PlannedPrice:
    """Return a planned price, announced at noon."""
    steps = tuple(QuantityPrice(least=least, price=fen(minor)) for least, minor in ladder)
    struck = None if compared is None else fen(compared)
    return PlannedPrice(sku=TEA, price=fen(price), announced=NOON, compared=struck, ladder=steps)


def a_record(days: int, price: int, kind: Recorded = Recorded.DEAL) -> PriceRecord:
    """Return a price of so many days before noon."""
    return PriceRecord(sku=TEA, at=NOON.subtract(days=days), price=fen(price), kind=kind)


def shown(days: int, price: int) -> PriceRecord:
    """Return a price that was shown from so many days before noon on."""
    return a_record(days, price, Recorded.SHOWN)


@pytest.mark.parametrize(
    ("planned", "log", "policy", "expected"),
    [
        (
            a_price(1000, 1990),
            [a_record(1, 1490), a_record(3, 1590)],
            GuardPolicy(),
            [(Guard.PRIOR_TOO_HIGH, 1990, 1490)],
        ),
        (
            a_price(1000, 1990),
            [a_record(9, 1390), a_record(20, 990)],
            GuardPolicy(),
            [(Guard.PRIOR_TOO_HIGH, 1990, 1390)],
        ),
        (a_price(1000, 1490), [a_record(7, 1490), a_record(8, 1000)], GuardPolicy(), []),
        (a_price(1000, 1490), [a_record(0, 1000)], GuardPolicy(), [(Guard.PRIOR_UNKNOWN, 1490, None)]),
        (a_price(1000, 1490), [shown(1, 900)], GuardPolicy(), [(Guard.PRIOR_UNKNOWN, 1490, None)]),
        (
            a_price(1000, 1490),
            [shown(40, 1490), shown(31, 1200), shown(5, 1490)],
            EU,
            [(Guard.PRIOR_TOO_HIGH, 1490, 1200)],
        ),
        (a_price(1000, 1490), [shown(40, 1200), shown(31, 1490)], EU, []),
        (a_price(1000), [], EU, []),
    ],
    ids=[
        "lowest deal",
        "last deal",
        "the first instant",
        "its own deal",
        "shown is no deal",
        "still shown",
        "before",
        "none",
    ],
)
def test_a_compared_price_is_the_lowest_of_its_window(
    planned: PlannedPrice, log: list[PriceRecord], policy: GuardPolicy, expected: list[tuple[Guard, int, int | None]]
) -> None:
    """Seven days of deals in China, thirty days of shown prices in the Union."""
    found = guard_prices([planned], log=log, policy=policy)
    assert [(each.guard, each.actual.minor, each.required and each.required.minor) for each in found] == expected
    assert all(each.article == policy.prior.article for each in found)
    assert all(each.text() != each.text("zh") for each in found)


@pytest.mark.parametrize(
    ("planned", "margin", "expected"),
    [
        (a_price(800), Fraction(0), []),
        (a_price(799), Fraction(0), [(Guard.BELOW_COST, 799, 800)]),
        (a_price(1000), Fraction(1, 5), []),
        (a_price(999), Fraction(1, 5), [(Guard.BELOW_MARGIN, 999, 1000)]),
        (a_price(1143), Fraction(3, 10), []),
        (a_price(1142), Fraction(3, 10), [(Guard.BELOW_MARGIN, 1142, 1143)]),
        (a_price(1000, None, (2, 900), (5, 700)), Fraction(0), [(Guard.BELOW_COST, 700, 800)]),
        (a_price(1000, None, (3, 900), (5, 900)), Fraction(0), [(Guard.LADDER_NOT_FALLING, 900, 900)]),
        (a_price(1000, None, (3, 900), (3, 850)), Fraction(0), [(Guard.LADDER_NOT_FALLING, 850, 900)]),
    ],
)
def test_a_price_keeps_cost_margin_and_ladder(
    planned: PlannedPrice, margin: Fraction, expected: list[tuple[Guard, int, int]]
) -> None:
    """A product that costs 8.00; one without a cost is not measured by it."""
    policy = GuardPolicy(margin=margin)
    found = guard_prices([planned], costs={TEA: fen(800)}, policy=policy)
    assert [(each.guard, each.actual.minor, each.required and each.required.minor) for each in found] == expected
    assert [each.guard for each in guard_prices([planned])] == [
        guard for guard, _, _ in expected if guard is Guard.LADDER_NOT_FALLING
    ]


@pytest.mark.parametrize(
    ("margin", "code"),
    [(0.2, "value.wrong_kind"), (Fraction(1), "value.out_of_range"), (Fraction(-1, 9), "value.out_of_range")],
)
def test_a_margin_is_a_share_below_one(margin: Any, code: str) -> None:  # noqa: ANN401 - bad input
    """Exact, and never all of the price."""
    with pytest.raises(DomainError) as refused:
        GuardPolicy(margin=margin)
    assert refused.value.code == code


def test_without_a_record_there_is_no_prior_price() -> None:
    """Nothing is made up."""
    assert prior_price([], announced=NOON) is None


def test_an_advertised_price_is_of_a_class_and_of_its_units() -> None:
    """Traits of the product count; a price of several units is quoted for so many."""
    book = Rulebook.of([a_promotion("p", TENTH, scope=Equals(fact="tag", value="sale"))], line_facts=TAGGED)
    price = Price(amount=fen(999), per=100)
    plain = advertised_price(book, TEA, price, at=NOON)
    assert (plain.price, plain.applied, plain.is_reduced) == (fen(999), (), False)
    reduced = advertised_price(book, TEA, price, at=NOON, traits=(Trait(name="tag", value="sale"),))
    assert (reduced.price, reduced.applied, reduced.is_reduced) == (fen(899), ("p",), True)


@pytest.mark.parametrize("asked", [("tea", Price(amount=fen(1))), (TEA, fen(1))])
def test_bad_questions_are_refused(asked: tuple[Any, Any]) -> None:
    """A plain text is no SKU, and money is no price."""
    with pytest.raises(DomainError) as refused:
        advertised_price(Rulebook.of([]), *asked, at=NOON)
    assert refused.value.code == "value.wrong_kind"
    assert isinstance(fen(1), Money)
