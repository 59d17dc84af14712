"""Published numbers: the file, and the way in which a test takes its numbers from it.

`published_numbers.json` is copied whole and never edited. An id is `area.name`; a test names the numbers that it
reproduces as literals, so that `test_published.py` can count that none is left over.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

Number = Mapping[str, Any]

NUMBERS: dict[str, Number] = {
    number["id"]: number
    for number in json.loads((Path(__file__).parent / "published_numbers.json").read_text(encoding="utf-8"))
}


def published(*ids: str) -> pytest.MarkDecorator:
    """Run a test once for each of the named numbers, given to it as `number`; *ids* are written as literals."""
    return pytest.mark.parametrize("number", [pytest.param(NUMBERS[id], id=id) for id in ids])


def area_of(id: str) -> str:
    """Return the area of a number."""
    return id.split(".", maxsplit=1)[0]
