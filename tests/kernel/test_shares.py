"""Parts of a whole number: examples and refusals; the laws stand with the laws of money."""

import pytest

from ecomops.kernel import BadWeights, Invalid, OutOfRange, WrongKind, split, worth
from tests.kernel.hostile import others

SPLITS = [
    # amount, weights, parts
    (100, (1, 1, 1), (34, 33, 33)),
    (-100, (1, 1, 1), (-34, -33, -33)),
    (101, (1, 1, 1), (34, 34, 33)),
    (10, (1, 0, 1), (5, 0, 5)),
    (1, (0, 1, 0), (0, 1, 0)),
    (5, (0, 0), (3, 2)),
    (-5, (0, 0), (-3, -2)),
    (0, (3, 0, 7), (0, 0, 0)),
    (1, (1, 2), (0, 1)),  # the larger remainder, not the first
    (7, (5,), (7,)),
    (2, (1, 1, 1, 1), (1, 1, 0, 0)),
    (300, (161_25, 52_50, 86_25), (161, 53, 86)),
]


@pytest.mark.parametrize(("amount", "weights", "parts"), SPLITS)
def test_split_goes_by_largest_remainder(amount: int, weights: tuple[int, ...], parts: tuple[int, ...]) -> None:
    """Odd units go to the largest remainders, ties to the earlier; all weights zero means evenly."""
    assert split(amount, weights) == parts
    assert split(amount, list(weights)) == parts


@pytest.mark.parametrize("weights", [(), (1, -1), (1.0, 2), (True, 1), (None,), ("1",), "12", (10**30, -1)])
def test_split_refuses_bad_weights(weights: tuple[int, ...]) -> None:
    """A split needs a weight, all of them whole and none negative; the refusal counts those that were given."""
    with pytest.raises(BadWeights) as refused:
        split(100, weights)
    assert refused.value.weights == len(weights)


def test_split_of_no_weights_at_all_is_refused() -> None:
    """What is no sequence of whole numbers is refused as malformed."""
    for weights in others(bytes, bytearray):  # those are whole numbers
        with pytest.raises(Invalid):
            split(100, weights)


WORTHS = [
    (100, 3, [0, 34, 67, 100]),
    (101, 3, [0, 34, 68, 101]),
    (2, 4, [0, 1, 2, 2, 2]),
    (0, 2, [0, 0, 0]),
    (-100, 3, [0, -33, -66, -100]),
]


@pytest.mark.parametrize(("amount", "units", "worths"), WORTHS)
def test_first_units_bear_the_odd_cents(amount: int, units: int, worths: list[int]) -> None:
    """The first j of q units of an amount a are worth j*(a//q) + min(j, a%q)."""
    assert [worth(amount, units, first) for first in range(units + 1)] == worths


@pytest.mark.parametrize(("units", "first"), [(3, 4), (3, -1), (0, 0), (-1, 0), (-1, -1), (0, 1)])
def test_worth_refuses_units_that_are_not_there(units: int, first: int) -> None:
    """Nobody has more units than the line, fewer than none, or a share of no units."""
    with pytest.raises(OutOfRange) as refused:
        worth(100, units, first)
    assert refused.value.context == {"field": "worth.first", "least": "0", "most": str(units)}


def test_worth_is_of_whole_numbers() -> None:
    """A float, a text and a bool are refused by kind in each place."""
    for value in others(int):
        for arguments in ((value, 2, 1), (5, value, 1), (5, 2, value)):
            with pytest.raises(WrongKind, match="worth"):
                worth(*arguments)
