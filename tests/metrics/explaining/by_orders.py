"""Explanations again, written from their definitions in another way: every order walked through, every slice alone."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations
from math import factorial, prod

Way = tuple[Fraction, Fraction]
Held = tuple[int, int]


def shapley_by_orders(chain: Sequence[Way]) -> list[Fraction]:
    """Return the mean, over all orders of changing the factors one by one, of what each changed when its turn came."""
    parts = [Fraction(0)] * len(chain)
    for order in permutations(range(len(chain))):
        values = [before for before, _ in chain]
        for turn in order:
            reached = prod(values, start=Fraction(1))
            values[turn] = chain[turn][1]
            parts[turn] += prod(values, start=Fraction(1)) - reached
    return [part / factorial(len(chain)) for part in parts]


def kitagawa(before: Mapping[str, Held], after: Mapping[str, Held]) -> dict[str, Way]:
    """Return mix and rate of each slice: the one at its rate's distance from the mean, the other at its mean share."""
    sides = before, after
    weights = [sum(weight for _, weight in side.values()) for side in sides]
    amounts = [sum(amount for amount, _ in side.values()) for side in sides]
    overall = (Fraction(amounts[0], weights[0]) + Fraction(amounts[1], weights[1])) / 2
    found: dict[str, Way] = {}
    for name in {**before, **after}:
        held = [side.get(name, (0, 0)) for side in sides]
        shares = [Fraction(weight, all_) for (_, weight), all_ in zip(held, weights, strict=True)]
        known = [Fraction(amount, weight) for amount, weight in held if weight] or [Fraction(0)]
        first, last = known[0], known[-1]
        mix = (shares[1] - shares[0]) * ((first + last) / 2 - overall)
        found[name] = mix, (last - first) * (shares[0] + shares[1]) / 2
    return found
