"""The discount extension of the Universal Commerce Protocol: sums, priorities, rejected codes, and the way back."""

import json
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings

from ecomops.kernel import Currency, DomainError
from ecomops.promotions import (
    AmountOff,
    Basket,
    Part,
    Per,
    PointsGrant,
    Reduction,
    Rulebook,
    Sets,
    Shipping,
    quote,
    spend,
)
from ecomops.promotions.ucp import codes_of_ucp, discounts_of, read_ucp, to_ucp, written
from ecomops.testing import NOON, a_service
from tests.promotions.kit import (
    a_basket,
    a_coupon,
    a_priced_line,
    a_promotion,
    baskets,
    fen,
    giving,
    programmes,
    stated,
)

CUT = AmountOff(amount=fen(500))
LINES = (a_priced_line("l-1", gross=6000), a_priced_line("l-2", sku="cup", gross=4000))


@settings(max_examples=40)
@given(programmes(), baskets())
def test_every_quote_travels_and_adds_up(book: Rulebook, basket: Basket) -> None:
    """Through JSON and back it is the same; amounts are what promotions take off, priorities 1, 2, 3."""
    quoted = quote(book, basket, at=NOON, codes=("NONE",))
    payload = to_ucp(quoted, book, codes=("NONE",))
    discounts = read_ucp(json.loads(json.dumps(payload)))
    assert discounts == discounts_of(quoted, book, codes=("NONE",))
    assert written(discounts) == payload
    assert list(to_ucp(quote(book, basket, at=NOON), book)) == ["discounts"]
    assert sum(each.amount for each in discounts.applied) == quoted.discount.minor
    assert [each.priority for each in discounts.applied] == list(range(1, len(discounts.applied) + 1))
    assert all(sum(one.amount for one in each.allocations) == each.amount for each in discounts.applied)
    assert [(each.code, each.path) for each in discounts.messages] == [
        ("discount_code_invalid", "$.discounts.codes[0]")
    ]


def test_codes_coupons_and_automatic_discounts_are_told() -> None:
    """In the order in which they were computed, with where they went and how."""
    freight = giving("post", Reduction(value=CUT, target=Shipping()), priority=1)
    card = a_promotion("card", CUT, by_coupon=True, priority=2)
    pair = a_promotion("pair", CUT, target=Sets(parts=(Part(quantity=2),), per=Per.UNIT), promo_code="PAIR")
    points = giving("points", PointsGrant(points=5), priority=-1)
    book = Rulebook.of(
        [a_promotion("tenth", promo_code="TENTH", priority=3), card, freight, pair, points, stated("till")]
    )
    till = a_priced_line("l-1", gross=6000, stated=[("till", 1000)])
    basket = evolve(a_basket(till, LINES[1]), services=(a_service(id="s", gross="8.00"),))
    coupon = a_coupon("K-1", promotion="card")
    codes = ("tenth", "Pair", "K-1", "none", "TENTH")
    spelt = codes_of_ucp({"codes": list(codes), "applied": []}, book)
    assert spelt == ("TENTH", "PAIR", "K-1", "none", "TENTH")
    asked = tuple(code for code in spelt if code != "K-1")
    quoted = quote(book, basket, at=NOON, codes=asked, coupons=(coupon,))
    discounts = discounts_of(quoted, book, codes=spelt, coupons=(coupon,))
    assert [(each.code, each.automatic, each.method, each.amount) for each in discounts.applied] == [
        (None, True, None, 1000),
        ("TENTH", False, "each", 900),
        ("K-1", False, "across", 500),
        (None, True, "across", 500),
        ("PAIR", False, "each", 1000),
        (None, True, None, 0),
    ]
    assert [(each.path, each.amount) for each in discounts.applied[1].allocations] == [
        ("$.line_items[0]", 500),
        ("$.line_items[1]", 400),
    ]
    assert [each.path for each in discounts.applied[3].allocations] == ["$.totals.shipping"]
    assert [(each.code, each.path) for each in discounts.messages] == [
        ("discount_code_already_applied", "$.discounts.codes[0]"),
        ("discount_code_invalid", "$.discounts.codes[3]"),
    ]


def test_why_a_code_is_rejected_reads_in_both_languages() -> None:
    """With the number that is missing."""
    book = Rulebook.of([a_promotion("cut", CUT, promo_code="CUT", conditions=spend(fen(20000)))])
    quoted = quote(book, a_basket(*LINES), at=NOON, codes=("CUT",))
    (said,) = discounts_of(quoted, book, codes=("CUT",)).messages
    (told,) = discounts_of(quoted, book, codes=("CUT",), language="zh").messages
    assert said.content == "CUT: a condition is not met: amount is at least 200.00 CNY: 100.00 CNY of 200.00 CNY"
    assert told.content != said.content


GOOD: dict[str, Any] = {"title": "x", "amount": 5}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ([], "ucp.bad_field"),
        ({}, "ucp.bad_field"),
        ({"discounts": {}, "totals": []}, "ucp.unknown_field"),
        ({"discounts": {"codes": "TEN"}}, "ucp.bad_field"),
        ({"discounts": {"codes": [1]}}, "ucp.bad_field"),
        ({"discounts": {"codes": [""]}}, "ucp.bad_field"),
        ({"discounts": {"applied": [{**GOOD, "colour": 1}]}}, "ucp.unknown_field"),
        ({"discounts": {"applied": [{"title": "x"}]}}, "ucp.bad_field"),
        ({"discounts": {"applied": [{"amount": 5}]}}, "ucp.bad_field"),
        ({"discounts": {"applied": [{**GOOD, "amount": -5}]}}, "ucp.bad_field"),
        ({"discounts": {"applied": [{**GOOD, "method": "all"}]}}, "ucp.bad_field"),
        ({"discounts": {"applied": [{**GOOD, "priority": 0}]}}, "ucp.bad_field"),
        ({"discounts": {"applied": [{**GOOD, "automatic": 1}]}}, "ucp.bad_field"),
        (
            {"discounts": {"applied": [{**GOOD, "allocations": [{"path": "$", "amount": 4}]}]}},
            "ucp.unequal_allocations",
        ),
        (
            {"discounts": {"applied": [{**GOOD, "allocations": [{"path": "$", "amount": 5, "x": 1}]}]}},
            "ucp.unknown_field",
        ),
        ({"discounts": {}, "messages": [{"type": "error"}]}, "ucp.bad_field"),
        ({"discounts": {}, "messages": [{"type": "warning", "code": "c"}]}, "ucp.bad_field"),
    ],
)
def test_what_the_extension_does_not_know_is_refused(payload: object, code: str) -> None:
    """Field by field, with the place."""
    with pytest.raises(DomainError) as refused:
        read_ucp(payload)
    assert refused.value.code == code
    assert refused.value.message("en") != refused.value.message("zh")


def test_codes_differ_in_case_only_where_the_rulebook_says_so() -> None:
    """What is spelt as in the rulebook is taken as it is."""
    book = Rulebook.of([a_promotion("a", promo_code="ten"), a_promotion("b", promo_code="TEN")])
    assert codes_of_ucp({"codes": ["ten", "TEN", "Ten"]}, book) == ("ten", "TEN", "TEN")
    assert codes_of_ucp({}, Rulebook.of([], currency=Currency.USD)) == ()
    with pytest.raises(DomainError) as refused:
        codes_of_ucp({"code": ["ten"]}, book)
    assert refused.value.code == "ucp.unknown_field"
