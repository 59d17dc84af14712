"""Published decompositions: Das Gupta's tables, and the axiom on which another package fails."""

from fractions import Fraction

import pytest

from ecomops.metrics.explaining import decompose
from tests.conformance.published import Number, published

TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decomp.2f": (("0.6", "0.5"), ("0.3", "0.45")),
    "decomp.3f.births": ((".45919", ".52638", "51.78746"), (".75756", ".51065", "84.90502")),
}
"""The factors before and after, as printed."""
PLACES: dict[str, tuple[int, ...]] = {"decomp.2f": (0, 1), "decomp.3f.births": (2, 0, 1)}
"""At which place of them the published effects stand."""


def sides(id: str) -> list[dict[str, Fraction]]:
    """Return both sides of a table as figures; the order of the factors is another one than printed."""
    return [{f"f{place}": Fraction(text) for place, text in enumerate(side)} for side in TABLES[id]]


@published("decomp.2f", "decomp.3f.births")
def test_das_gupta(number: Number) -> None:
    """For a product his effects are the Shapley value."""
    before, after = sides(number["id"])
    parts = decompose(before, after).parts
    found = [float(parts[place].exact) for place in PLACES[number["id"]]]
    assert found == pytest.approx(number["expected"], abs=number["tolerance"], rel=0)


def test_the_first_table_is_exact() -> None:
    """Its effects are finite decimals, and these are they."""
    first, second = decompose(*sides("decomp.2f")).parts
    assert (first.exact, second.exact) == (Fraction("-0.1425"), Fraction("-0.0225"))


@published("decomp.null_player")
def test_unchanged_factor(number: Number) -> None:
    """Frequency stayed at 2 orders a customer: it explains exactly nothing."""
    found = decompose({"customers": 100, "frequency": 2, "aov": 10}, {"customers": 200, "frequency": 2, "aov": 20})
    parts = {part.key: part.exact for part in found.parts}
    assert parts == {
        "customers": 3000,
        "aov": 3000,
        **number["expected"],
    }
