"""The canonical basket: equal units put together in one order, and handed back to their lines by the unit law.

Lines equal in SKU, price, floor and facts are one row, so no answer depends on the order of the lines, nor on how equal
units are spread over them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ecomops.kernel.rules import FactValue
from ecomops.promotions.arithmetic import State
from ecomops.promotions.basket import Basket, LineTraits
from ecomops.terms import PricedLine

Taken = tuple[int, int, int, int]
"""What a promotion took off a row: its place in the rulebook, that of who bears it among its funders, what was left of
the row before, and after it. Plain: a large basket has many."""


Cut = tuple[int, int, int]
"""What was taken off a line: the places of the promotion and of who bears it, and how much."""


class Canonical:
    """Goods or services of a basket while it is quoted.

    Attributes:
        state: What is left of each row.
        facts: The facts of each row.
        parts: The lines that each came from: place in the basket, units.
        taken: What was taken off each, in its order.
    """

    __slots__ = ("facts", "parts", "state", "taken")

    def __init__(
        self, state: State, facts: list[Mapping[str, FactValue]], parts: list[list[tuple[int, int]]]
    ) -> None:  # fmt: skip
        """Start with nothing taken."""
        self.state = state
        self.facts = facts
        self.parts = parts
        self.taken: list[list[Taken]] = [[] for _ in parts]

    def shares(self) -> dict[int, list[Cut]]:
        """Return what was taken off each line, by its place; never 0.

        Units are worth what the unit law says before and after, so that no unit is ever below its floor.
        """
        found: dict[int, list[Cut]] = {}
        for parts, taken, units in zip(self.parts, self.taken, self.state.units, strict=True):
            if not taken:
                continue
            if len(parts) == 1:
                found[parts[0][0]] = [(promotion, funder, before - after) for promotion, funder, before, after in taken]
            else:
                found.update(_shares(parts, taken, units))
        return found


def _shares(parts: list[tuple[int, int]], taken: list[Taken], units: int) -> dict[int, list[Cut]]:
    """Return what was taken off each part of a row: `worth` of its run before and after, divided once a row."""
    found: dict[int, list[Cut]] = {}
    rungs = [
        (promotion, funder, *divmod(before, units), *divmod(after, units)) for promotion, funder, before, after in taken
    ]
    start = 0
    for place, quantity in parts:
        end = start + quantity
        cuts: list[Cut] = []
        for promotion, funder, each, odd, kept, odd_kept in rungs:
            amount = (each - kept) * quantity
            if odd:
                amount += min(end, odd) - min(start, odd)
            if odd_kept:
                amount -= min(end, odd_kept) - min(start, odd_kept)
            if amount:
                cuts.append((promotion, funder, amount))
        if cuts:
            found[place] = cuts
        start = end
    return found


def facts_of(line: PricedLine, traits: LineTraits | None) -> dict[str, FactValue]:
    """Return what a scope may ask of a line."""
    stock = line.stock
    sku = stock.partition("@")[0] if "%" not in stock else str(stock.sku)
    facts: dict[str, FactValue] = {"sku": sku, "price": line.price.amount.minor}
    if traits is not None:
        for trait in traits.facts:
            facts[trait.name] = trait.value
    return facts


def goods_of(basket: Basket, left: Sequence[int], floor: Mapping[str, int]) -> Canonical:
    """Return the canonical goods of a basket of which *left* is left of each line.

    Lines equal in SKU, price, amount, floor and facts are one row, when each of their units is worth a whole number of
    minor units; a line whose units are not is a row of its own.
    """
    traits = {each.line: each for each in basket.traits}
    lines = basket.lines
    found: dict[tuple[Any, ...], list[Any]] = {}
    told = [facts_of(line, traits.get(line.id) if traits else None) for line in lines]
    bases = [(facts["sku"], facts["price"], line.price.per) for facts, line in zip(told, lines, strict=True)]
    alike = Counter(bases)
    for place in sorted(range(len(lines)), key=lambda place: lines[place].id):
        line, facts, base = lines[place], told[place], bases[place]
        quantity, gross = line.quantity, line.gross.minor
        amounts = gross, left[place], min(floor.get(line.id, 0), gross) if floor else 0
        even = quantity == 1 or not (gross % quantity or amounts[1] % quantity or amounts[2] % quantity)
        units = (gross // quantity, amounts[1] // quantity, amounts[2] // quantity) if even else amounts
        more = _told(facts) if alike[base] > 1 else ()
        key = (base, more, units, "" if even else line.id)
        row = found.get(key)
        if row is None:
            found[key] = [facts, [(place, quantity)], quantity, *amounts]
        else:
            row[1].append((place, quantity))
            for at, number in enumerate((quantity, *amounts), start=2):
                row[at] += number
    rows = [found[key] for key in sorted(found)]
    state = State(
        units=[row[2] for row in rows],
        listed=[row[3] for row in rows],
        left=[row[4] for row in rows],
        floor=[row[5] for row in rows],
    )
    return Canonical(state, [row[0] for row in rows], [row[1] for row in rows])


def _told(facts: Mapping[str, FactValue]) -> tuple[tuple[str, str, str], ...]:
    """Return the facts of a line as something that can be put in order."""
    return tuple(sorted((name, type(value).__name__, str(value)) for name, value in facts.items()))


def services_of(basket: Basket, left: Sequence[int]) -> Canonical:
    """Return the services of a basket, in the order of their ids: each is a row of one unit."""
    services = basket.services
    places = sorted(range(len(services)), key=lambda place: services[place].id)
    state = State(
        units=[1] * len(places),
        listed=[services[place].gross.minor for place in places],
        left=[left[place] for place in places],
        floor=[0] * len(places),
    )
    return Canonical(state, [{"name": services[place].name} for place in places], [[(place, 1)] for place in places])
