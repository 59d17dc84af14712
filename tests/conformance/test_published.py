"""Every published number has a test that reproduces it, or work that is still to come."""

import ast
from collections import Counter
from hashlib import sha256
from pathlib import Path

from tests.conformance.case_files import cases_taken
from tests.conformance.published import NUMBERS, area_of

TESTS = Path(__file__).parents[1]
DIGEST = "25ceca41b4d5282b138c6007f6891a519fd05e5312ab296998095d55ae3422f9"
USED = {"cdnow", "cj", "decomp"}
"""The areas of which every number is reproduced."""
WAITING = {"ab", "attr", "clv", "fc", "inv", "retention"}
"""The areas of packages that are still to come."""


def taken() -> Counter[str]:
    """Return how many tests reproduce each number."""
    modules = [*(TESTS / "conformance").glob("test_*.py"), *(TESTS / "examples").glob("test_*.py")]
    return Counter(
        id for path in modules for id in cases_taken(ast.parse(path.read_text(encoding="utf-8")), "published")
    )


def test_every_number_of_these_areas_is_reproduced_once() -> None:
    """None is left over, none is known to nobody."""
    assert {area_of(id) for id in NUMBERS} == USED | WAITING
    assert taken() == Counter(id for id in NUMBERS if area_of(id) in USED)


def test_the_file_is_copied_whole() -> None:
    """A number is the published one byte for byte."""
    assert sha256((Path(__file__).parent / "published_numbers.json").read_bytes()).hexdigest() == DIGEST
