"""The laws of the Shapley value, and the value itself by walking through every order."""

from fractions import Fraction
from math import prod
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ecomops.metrics.explaining import shapley
from tests.metrics.explaining.by_orders import Way, shapley_by_orders

VALUES = st.builds(Fraction, st.integers(-30, 30), st.integers(1, 7))
WAYS = st.tuples(VALUES, VALUES)
CHAINS = st.lists(WAYS, min_size=1, max_size=5)


def end(chain: list[Way], side: int) -> Fraction:
    """Return the product of one side."""
    return prod((way[side] for way in chain), start=Fraction(1))


@given(CHAINS)
def test_it_is_the_mean_over_all_orders(chain: list[Way]) -> None:
    """Nothing is left out by not walking through them."""
    assert list(shapley(chain)) == shapley_by_orders(chain)


@given(CHAINS)
def test_complete(chain: list[Way]) -> None:
    """The parts add up to the change."""
    assert sum(shapley(chain)) == end(chain, 1) - end(chain, 0)


@given(CHAINS, st.randoms(use_true_random=False))
def test_symmetric(chain: list[Way], random: Random) -> None:
    """The order of the factors does not matter, and factors that changed alike get alike."""
    places = list(range(len(chain)))
    random.shuffle(places)
    parts = shapley(chain)
    assert list(shapley([chain[place] for place in places])) == [parts[place] for place in places]
    twice = shapley([*chain, chain[0]])
    assert twice[0] == twice[-1]


@given(CHAINS, VALUES)
def test_null_player(chain: list[Way], value: Fraction) -> None:
    """A factor that did not change gets exactly nothing, and scales what the others get."""
    parts = shapley([*chain, (value, value)])
    assert parts[-1] == 0
    assert list(parts[:-1]) == [part * value for part in shapley(chain)]


@given(CHAINS, WAYS, WAYS)
def test_linear(chain: list[Way], one: Way, other: Way) -> None:
    """The parts of a sum are the sums of the parts."""
    both = (one[0] + other[0], one[1] + other[1])
    sums = [sum(parts) for parts in zip(shapley([one, *chain]), shapley([other, *chain]), strict=True)]
    assert list(shapley([both, *chain])) == sums


@given(CHAINS)
def test_antisymmetric_in_time(chain: list[Way]) -> None:
    """Swapping before and after swaps every sign."""
    assert list(shapley([(after, before) for before, after in chain])) == [-part for part in shapley(chain)]


def test_no_factor_has_no_part() -> None:
    """The product of nothing does not change."""
    assert shapley([]) == ()


def test_long_chains_walk_through_no_orders() -> None:
    """Sixty-four factors have more orders than there are atoms, and end at once."""
    chain = [(Fraction(number, 7), Fraction(number + 1, 9)) for number in range(1, 65)]
    assert sum(shapley(chain)) == end(chain, 1) - end(chain, 0)
