"""Each field of each value class is varied where interpreters are compared, so that a new one cannot be forgotten."""

from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any, cast

import attrs
import pytest

from ecomops.promotions import Rulebook, benefits, measures, policy, promotion, targets, values
from tests.promotions.oracle.drawing import Drawing
from tests.promotions.pasts import a_programme, and_stated, with_hosts

MODULES: tuple[ModuleType, ...] = (benefits, measures, policy, promotion, targets, values)
"""Where the value classes of promotions live."""

PROGRAMMES = 40


def classes() -> list[type[attrs.AttrsInstance]]:
    """Return all value classes of promotions."""
    found = [each for module in MODULES for each in vars(module).values() if isinstance(each, type) and attrs.has(each)]
    return [each for each in found if each.__module__ in {module.__name__ for module in MODULES}]


FIELDS = [
    (each, field.name)
    for each in classes()
    for field in attrs.fields(each)
    if each is not policy.CouponPolicy  # what becomes of a coupon when its order is cancelled: no quote asks for it
]


def inside(value: object) -> Iterator[attrs.AttrsInstance]:
    """Yield every value that *value* is made of."""
    if isinstance(value, tuple):
        for each in cast("tuple[object, ...]", value):
            yield from inside(each)
    elif attrs.has(type(value)):
        made = cast("attrs.AttrsInstance", value)
        yield made
        for field in attrs.fields(type(made)):
            yield from inside(getattr(made, field.name))


def varied(books: Iterator[Rulebook]) -> set[tuple[type, str]]:
    """Return the fields of which there are several values in the *books*."""
    seen: dict[tuple[type, str], set[Any]] = {}
    for book in books:
        for value in inside((book.promotions, book.policy)):
            for field in attrs.fields(type(value)):
                seen.setdefault((type(value), field.name), set()).add(repr(getattr(value, field.name)))
    return {key for key, found in seen.items() if len(found) > 1}


def asked_of_the_oracle() -> Iterator[Rulebook]:
    """Yield programmes that the oracle is asked for."""
    for seed in range(PROGRAMMES):
        yield Drawing(Random(seed)).book()


def backtested() -> Iterator[Rulebook]:
    """Yield programmes that are backtested."""
    for seed in range(PROGRAMMES):
        draw = Random(seed)
        yield with_hosts(draw, and_stated(draw, a_programme(draw, 12, limits=True), bound=True))


@pytest.mark.parametrize("books", [asked_of_the_oracle, backtested])
def test_every_field_of_every_value_class_varies(books: Any) -> None:  # noqa: ANN401 - a function
    """What is the same in all programmes is compared with nothing."""
    assert set(FIELDS) - varied(books()) == set()


def test_all_value_classes_are_known() -> None:
    """Those that a promotion can be made of, and the policy by which promotions meet."""
    made = {*values.VALUES, *targets.TARGETS, *benefits.BENEFITS, promotion.Promotion, policy.QuotePolicy}
    assert made <= set(classes())
    assert len(FIELDS) > 70
