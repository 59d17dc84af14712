"""Published decompositions: Das Gupta's tables, and the axiom on which another package fails."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ecomops.metrics.explaining import decompose

NUMBERS: dict[str, Any] = {
    case["id"]: case
    for case in json.loads((Path(__file__).parent / "published_numbers.json").read_text(encoding="utf-8"))
}

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


@pytest.mark.parametrize("id", sorted(TABLES))
def test_das_gupta(id: str) -> None:
    """For a product his effects are the Shapley value."""
    before, after = sides(id)
    parts = decompose(before, after).parts
    published, tolerance = NUMBERS[id]["expected"], NUMBERS[id]["tolerance"]
    found = [float(parts[place].exact) for place in PLACES[id]]
    assert found == pytest.approx(published, abs=tolerance, rel=0)


def test_the_first_table_is_exact() -> None:
    """Its effects are finite decimals, and these are they."""
    first, second = decompose(*sides("decomp.2f")).parts
    assert (first.exact, second.exact) == (Fraction("-0.1425"), Fraction("-0.0225"))


def test_unchanged_factor() -> None:
    """Frequency stayed at 2 orders a customer: it explains exactly nothing."""
    found = decompose({"customers": 100, "frequency": 2, "aov": 10}, {"customers": 200, "frequency": 2, "aov": 20})
    parts = {part.key: part.exact for part in found.parts}
    assert parts == {
        "customers": 3000,
        "frequency": NUMBERS["decomp.null_player"]["expected"]["frequency"],
        "aov": 3000,
    }
