"""Slices out of columns: one row for each, none twice."""

from collections.abc import Callable

import numpy as np
import pytest

from ecomops.columns import Uneven, WrongColumn
from ecomops.kernel import DomainError, Repeated
from ecomops.metrics.explaining import by_slice
from tests.metrics.shops import ints


def test_columns_become_slices() -> None:
    """Under texts or paths, as plain ints that are never too small."""
    assert by_slice(["web", "app"], ints(300, 500), ints(3, 4)) == {
        "web": (300, 3),
        "app": (500, 4),
    }
    found = by_slice([("web", "tea")], ints(300), ints(3))
    assert found == {("web", "tea"): (300, 3)}
    assert [type(number) for number in next(iter(found.values()))] == [int, int]


REFUSED: dict[str, tuple[Callable[[], object], type[DomainError], str]] = {
    "a slice twice": (lambda: by_slice(["a", "a"], ints(1, 2), ints(1, 2)), Repeated, "by_slice.names names a"),
    "floats": (lambda: by_slice(["a"], np.array([1.0]), ints(1)), WrongColumn, "amounts"),  # type: ignore[arg-type,unused-ignore]
    "no column": (lambda: by_slice(["a"], ints(1), [1]), WrongColumn, "weights"),  # type: ignore[arg-type]
    "a row too many": (lambda: by_slice(["a"], ints(1, 2), ints(1)), Uneven, "amounts has 2 rows"),
    "a row too few": (lambda: by_slice(["a"], ints(1), ints()), Uneven, "weights has 0 rows"),
}


@pytest.mark.parametrize(("make", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_columns_are_refused(make: Callable[[], object], kind: type[DomainError], words: str) -> None:
    """With the column at fault."""
    with pytest.raises(kind, match=words):
        make()
