"""What the benchmarks of quotes measure is what they say: few are touched, and the others change nothing."""

import pytest

from benchmarks import quote as bench
from benchmarks.quote import basket_of, book_of, programme, touched
from ecomops.promotions import quote
from ecomops.testing import NOON


def test_the_index_leads_to_few_and_the_others_change_nothing() -> None:
    """Of 500 promotions; the rulebook of those that are touched gives the same quote."""
    book, basket = book_of(programme(500, categories=300, everything=False)), basket_of(20, categories=300)
    found = touched(book, basket)
    assert 0 < len(found) < 60
    quoted = quote(book, basket, at=NOON)
    assert quoted == quote(book_of(found), basket, at=NOON)
    assert quoted.applied


def test_every_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual basket, the index, compiling, and one line for each size of a basket."""
    monkeypatch.setattr(bench, "QUOTES", 1)
    monkeypatch.setattr(bench, "SIZES", (2, 4, 8))
    monkeypatch.setattr(bench, "COMPILED", 10)
    monkeypatch.setattr(bench, "MANY", 100)
    told = list(bench.lines())
    indexed = ["quote_indexed", "quote_by_amount"]
    assert [each["bench"] for each in told] == ["quote", *indexed, "quote_compile", *["quote_growth"] * 3]
    assert "touched" in told[0]["note"]
