"""How objects of one noun live: with which decisions they begin, which may follow, and what is drawn for those."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops.kernel import Noun
from ecomops.kernel.checks import is_a, tuple_of
from ecomops.terms import StockUnits
from ecomops.testing.strategies.values import USUAL, Leaves, stock_keys

Decision = Callable[..., Sequence[Any]]
Argument = Callable[[Any], SearchStrategy[Any]]
"""What is drawn for an argument, given the object; None when there is none yet."""


@frozen(kw_only=True)
class Life:
    """How objects of one noun live.

    Args:
        noun: The binding.
        begins: The decisions that make an object.
        follows: The decisions on an object, which they take as their first argument; one that stands there more
            than once is taken more often. Where one comes to nothing the next one is tried: those that end a life are
            best said first, and those that it begins with last.
        arguments: What is drawn for arguments of these names; all others are drawn by their annotations, and those
            with a default are left out. `at` is the instant of the step.
        row: What stands in the row of a noun whose events do not tell it, given what they tell.
        leaves: What is drawn where annotations end.
    """

    noun: Noun[Any, Any, Any] = field(validator=is_a(Noun))
    begins: tuple[Decision, ...] = field(validator=tuple_of(object, least=1))
    follows: tuple[Decision, ...] = field(default=(), validator=tuple_of(object))
    arguments: Mapping[str, Argument] = field(factory=dict[str, Argument], validator=is_a(Mapping))
    row: Argument | None = None
    leaves: Leaves = USUAL


def always(*values: object) -> Argument:
    """Draw one of *values*, whatever the object is."""
    drawn = st.sampled_from(values)
    return lambda _: drawn


def drawn(values: SearchStrategy[Any]) -> Argument:
    """Draw *values*, whatever the object is."""
    return lambda _: values


def some_units(keys: Callable[[Any], Sequence[Any]], one: Callable[[Any, int], Any]) -> Argument:
    """Draw units of what an object holds: no key twice, now and then more than there is."""

    def units(value: Any) -> SearchStrategy[tuple[Any, ...]]:  # noqa: ANN401 - of any noun
        if not keys(value):
            return st.just(())
        chosen = st.dictionaries(st.sampled_from(keys(value)), st.sampled_from([1, 1, 2, 3]), min_size=1, max_size=2)
        return chosen.map(lambda found: tuple(one(key, found[key]) for key in sorted(found)))

    return units


def or_all(units: Argument) -> Argument:
    """Draw *units*, or None for all of them."""
    return lambda value: st.none() | units(value)


def first_and_then(first: SearchStrategy[Any], then: Argument) -> Argument:
    """Draw *first* for what begins, and *then* for what follows."""
    return lambda value: first if value is None else then(value)


STOCK_UNITS: SearchStrategy[tuple[StockUnits, ...]] = st.dictionaries(
    stock_keys(), st.integers(1, 3), min_size=1, max_size=2
).map(lambda found: tuple(StockUnits(stock=key, quantity=found[key]) for key in sorted(found)))
"""Units of two stocks at most, each once, in the order of their keys."""
