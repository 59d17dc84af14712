"""The canonical basket: equal units put together in one order, and handed back to their lines by the unit law.

Lines equal in SKU, price, floor and facts are one row, so no answer depends on the order of the lines, nor on how equal
units are spread over them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from ecomops.kernel.rules import FactValue
from ecomops.promotions.arithmetic import Effect, Rows, State
from ecomops.promotions.basket import Basket, LineTraits
from ecomops.terms import PricedLine

Taken = tuple[int, int, Rows, Effect]
"""What a promotion took: its place in the rulebook, that of who bears it among its funders, and of which rows how much.
Plain: a large basket has many."""


class Canonical:
    """Goods or services of a basket while it is quoted.

    Attributes:
        state: What is left of each row.
        facts: The facts of each row.
        parts: The lines that each came from: place in the basket, units.
        began: What was left of each row when nothing was taken.
        taken: What was taken, in its order.
    """

    __slots__ = ("began", "facts", "parts", "state", "taken")

    def __init__(
        self, state: State, facts: list[Mapping[str, FactValue]], parts: list[list[tuple[int, int]]]
    ) -> None:  # fmt: skip
        """Start with nothing taken."""
        self.state = state
        self.facts = facts
        self.parts = parts
        self.began = state.left[:]
        self.taken: list[Taken] = []

    def by_line(self) -> Iterator[Taken]:
        """Yield what was taken with the places of lines instead of rows.

        Units are worth what the unit law says before and after, so that no unit is ever below its floor.
        """
        parts = self.parts
        joined = any(len(each) > 1 for each in parts)
        line, left = [each[0][0] for each in parts], self.began[:]
        for promotion, funder, rows, effect in self.taken:
            if not joined:
                yield promotion, funder, [line[row] for row in rows], effect
                continue
            lines: list[int] = []
            amounts: list[int] = []
            for row, amount in zip(rows, effect, strict=True):
                own = parts[row]
                if len(own) == 1:
                    lines.append(line[row])
                    amounts.append(amount)
                else:
                    lines += [place for place, _ in own]
                    amounts += _dealt(own, self.state.units[row], left[row], left[row] - amount)
                left[row] -= amount
            yield promotion, funder, lines, amounts


def _dealt(parts: Sequence[tuple[int, int]], units: int, before: int, after: int) -> list[int]:
    """Return what is taken off each part of a row of which so much was left before, and so much after."""
    each, odd = divmod(before, units)
    kept, odd_kept = divmod(after, units)
    amounts: list[int] = []
    start = 0
    for _, quantity in parts:
        end = start + quantity
        more = min(end, odd) - min(start, odd)
        more_kept = min(end, odd_kept) - min(start, odd_kept)
        amounts.append((each - kept) * quantity + more - more_kept)
        start = end
    return amounts


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
    lines, traits = basket.lines, {each.line: each for each in basket.traits}
    facts = [facts_of(line, traits.get(line.id)) for line in lines]
    units, listed = [line.quantity for line in lines], [line.gross.minor for line in lines]
    floors = [0] * len(lines)
    if floor:
        floors = [min(floor.get(line.id, 0), gross) for line, gross in zip(lines, listed, strict=True)]
    rows = _rows(lines, facts, list(zip(listed, left, floors, strict=True)))
    state = State(
        units=_summed(units, rows),
        listed=_summed(listed, rows),
        left=_summed(left, rows),
        floor=_summed(floors, rows),
    )
    parts = [[(place, units[place]) for place in row] for row in rows]
    return Canonical(state, [facts[row[0]] for row in rows], parts)


def _summed(column: Sequence[int], rows: Sequence[Sequence[int]]) -> list[int]:
    """Return the sum of a number of the lines of each row."""
    return [column[row[0]] if len(row) == 1 else sum([column[place] for place in row]) for row in rows]


def _rows(
    lines: Sequence[PricedLine], facts: Sequence[Mapping[str, FactValue]], amounts: Sequence[tuple[int, ...]]
) -> Sequence[Sequence[int]]:
    """Return the places of the lines of each row, by id; the rows in canonical order."""
    bases = [(told["sku"], told["price"], line.price.per) for told, line in zip(facts, lines, strict=True)]
    if len(set(bases)) == len(bases):  # nearly always
        return [(place,) for place in sorted(range(len(lines)), key=cast("Any", bases.__getitem__))]
    found: dict[tuple[Any, ...], list[int]] = {}
    alike = Counter(bases)
    for place in sorted(range(len(lines)), key=lambda place: lines[place].id):
        key: tuple[Any, ...] = bases[place]
        if alike[key] > 1:
            key = (*key, *_apart(lines[place], facts[place], amounts[place]))
        found.setdefault(key, []).append(place)
    return [found[key] for key in sorted(found)]


def _apart(line: PricedLine, facts: Mapping[str, FactValue], amounts: tuple[int, ...]) -> tuple[Any, ...]:
    """Return what keeps a line apart from others of the same SKU and price: facts, what a unit is worth, its id."""
    quantity = line.quantity
    if quantity == 1 or not any(amount % quantity for amount in amounts):
        return _told(facts), tuple(amount // quantity for amount in amounts), ""
    return _told(facts), amounts, line.id


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
