"""The modules of docs/examples, importable here as they import one another, and the year, read once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "examples"))

import completejourney


@pytest.fixture(scope="session")
def year() -> completejourney.Tape:
    """The till lines of the whole year."""
    return completejourney.read()


@pytest.fixture(scope="session")
def month() -> completejourney.Tape:
    """The till lines of the first four weeks."""
    return completejourney.read(4)


@pytest.fixture(scope="session")
def products(year: completejourney.Tape) -> tuple[completejourney.Product, ...]:
    """Every product of the year."""
    return completejourney.products(year)
