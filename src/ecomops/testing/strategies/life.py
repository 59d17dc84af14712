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


PICKS = st.dictionaries(st.integers(0, 7), st.sampled_from([1, 1, 2, 3]), min_size=1, max_size=2)
"""Places, counted around, with a quantity each."""

WAYS = st.integers(0, 5)


def picked(keys: Sequence[str], found: Mapping[int, int], one: Callable[[Any, int], Any]) -> tuple[Any, ...]:
    """Return units of some of *keys*, no key twice; () when there is no key."""
    chosen = {keys[place % len(keys)]: quantity for place, quantity in found.items()} if keys else {}
    return tuple(one(key, chosen[key]) for key in sorted(chosen))


def some_units(
    keys: Callable[[Any], Sequence[str]],
    one: Callable[[Any, int], Any],
    wholes: Callable[[Any], Sequence[object]] = lambda _: (),
) -> Argument:
    """Draw units of what an object holds: no key twice, now and then more than there is; or one of *wholes*."""

    def units(value: Any) -> SearchStrategy[Any]:  # noqa: ANN401 - of any noun
        instead = [whole for whole in wholes(value) if whole != ()]

        def choose(drawn: tuple[int, Mapping[int, int]]) -> object:
            way, found = drawn
            return picked(keys(value), found, one) if way % 2 or not instead else instead[way // 2 % len(instead)]

        return DRAWN_UNITS.map(choose)

    return units


DRAWN_UNITS = st.tuples(WAYS, PICKS)  # made once: to make a strategy takes longer than to draw of it


def first_and_then(first: SearchStrategy[Any], then: Argument) -> Argument:
    """Draw *first* for what begins, and *then* for what follows."""
    return lambda value: first if value is None else then(value)


STOCK_UNITS: SearchStrategy[tuple[StockUnits, ...]] = st.dictionaries(
    stock_keys(), st.integers(1, 3), min_size=1, max_size=2
).map(lambda found: tuple(StockUnits(stock=key, quantity=found[key]) for key in sorted(found)))
"""Units of two stocks at most, each once, in the order of their keys."""
