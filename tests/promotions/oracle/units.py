"""Every unit of a basket is an object with an amount of its own; rules, shares and roundings by exact fractions.

Nothing here knows how the library computes a quote: only its values are read.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from ecomops.kernel import Rounding
from ecomops.kernel.rules import All, AtLeastFact, AtMostFact, During, Equals, Not, OneOf, Rule
from ecomops.kernel.rules import Any as AnyOf
from ecomops.promotions import Basket
from ecomops.terms import PricedLine, PricedService

Told = Mapping[str, Any]


class Unit:
    """One unit: whose line it is of, what it is worth, and what it is worth to a set; None when a set has taken it."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.listed = self.worth = 0
        self.loose: int | None = 0


class Row:
    """Equal units, in the order of their lines."""

    def __init__(self, facts: Told) -> None:
        self.facts = facts
        self.units: list[Unit] = []
        self.floor = self.entry = 0

    def begin(self, listed: int, left: int) -> None:
        """Deal what it costs among its units."""
        for unit, price, worth in zip(self.units, self.dealt(listed), self.dealt(left), strict=True):
            unit.listed, unit.worth, unit.loose = price, worth, worth
        self.entry = left

    def dealt(self, amount: int, among: int | None = None) -> list[int]:
        """Return *amount* unit by unit: alike, and the odd cents to the first units (the unit law)."""
        count = len(self.units) if among is None else among
        each, odd = divmod(amount, count) if count else (0, 0)
        return [each + 1] * odd + [each] * (count - odd)

    @property
    def listed(self) -> int:
        """What it costs before all discounts."""
        return sum(unit.listed for unit in self.units)

    @property
    def left(self) -> int:
        """What it costs now."""
        return sum(unit.worth for unit in self.units)

    @property
    def room(self) -> int:
        """What can still be taken off."""
        return self.left - self.floor

    @property
    def loose(self) -> list[Unit]:
        """The units that no set has taken."""
        return [unit for unit in self.units if unit.loose is not None]

    @property
    def loose_amount(self) -> int:
        """What they are worth."""
        return sum(unit.loose or 0 for unit in self.units)

    def lower(self, off: int) -> None:
        """Take *off* the row: its units are dealt again."""
        assert 0 <= off <= self.room
        for unit, worth in zip(self.units, self.dealt(self.left - off), strict=True):
            unit.worth = worth

    def lower_loose(self, off: int) -> None:
        """Take *off* what no set has taken: these units are dealt again."""
        loose = self.loose
        for unit, worth in zip(loose, self.dealt(self.loose_amount - off, len(loose)), strict=True):
            unit.loose = worth
        assert 0 <= self.loose_amount <= self.left


def goods_of(basket: Basket) -> list[Row]:
    """Return the canonical rows: equal lines together when their units are worth whole cents, others alone."""
    traits = {each.line: each for each in basket.traits}
    rows: dict[Any, Row] = {}
    amounts: dict[Any, list[int]] = {}
    for line in sorted(basket.lines, key=lambda line: line.id):
        told = traits.get(line.id)
        facts: dict[str, Any] = {"sku": str(line.stock.sku), "price": line.price.amount.minor}
        facts |= {trait.name: trait.value for trait in told.facts} if told else {}
        least = told.floor.minor if told and told.floor else 0
        whole = [line.gross.minor, after_stated(line), min(least, line.gross.minor)]
        even = all(amount % line.quantity == 0 for amount in whole)
        unit = [amount // line.quantity for amount in whole] if even else whole
        known = sorted((name, type(value).__name__, str(value)) for name, value in facts.items())
        key = (facts["sku"], facts["price"], line.price.per, tuple(known), tuple(unit), "" if even else line.id)
        row = rows.setdefault(key, Row(facts))
        row.units += [Unit(line.id) for _ in range(line.quantity)]
        amounts[key] = [one + more for one, more in zip(amounts.get(key, [0, 0, 0]), whole, strict=True)]
    for key, row in rows.items():
        listed, left, row.floor = amounts[key]
        row.begin(listed, left)
    return [rows[key] for key in sorted(rows)]


def services_of(basket: Basket) -> list[Row]:
    """Return a row of one unit for each service, by its id."""
    rows: list[Row] = []
    for service in sorted(basket.services, key=lambda service: service.id):
        row = Row({"name": service.name})
        row.units = [Unit(service.id)]
        row.begin(service.gross.minor, after_stated(service))
        rows.append(row)
    return rows


def after_stated(entry: PricedLine | PricedService) -> int:
    """Return what a line costs after the discounts that the host states."""
    return entry.gross.minor - sum(discount.amount.minor for discount in entry.discounts)


def holds(rule: Rule, facts: Told) -> bool | None:
    """Return whether *rule* holds; None when it cannot be told."""
    match rule:
        case All(rules=rules):
            said = [holds(each, facts) for each in rules]
            return False if False in said else None if None in said else True
        case AnyOf(rules=rules):
            said = [holds(each, facts) for each in rules]
            return True if True in said else None if None in said else False
        case Not(rule=inner):
            one = holds(inner, facts)
            return None if one is None else not one
        case _ if rule.fact not in facts:
            return None
        case _:
            return _compared(rule, facts[rule.fact])


def _compared(rule: Rule, fact: Any) -> bool:  # noqa: ANN401 - of any kind
    match rule:
        case Equals(value=value):
            return bool(fact == value)
        case OneOf(values=values):
            told: tuple[str, ...] = (fact,) if isinstance(fact, str) else fact
            return any(each in values for each in told)
        case AtLeastFact(bound=bound):
            return bool(fact >= bound)
        case AtMostFact(bound=bound):
            return bool(fact <= bound)
        case During(periods=periods):
            return any(period.start <= fact < period.end for period in periods)
        case _:
            raise NotImplementedError(rule)


def inside(rule: Rule, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a scope; where it cannot be told, they are out."""
    return [row for row in rows if holds(rule, row.facts) is True]


def rounded(amount: Fraction, how: Rounding = Rounding.HALF_UP) -> int:
    """Return a whole number near *amount*, which is not negative."""
    whole, rest = floor(amount), amount - floor(amount)
    half = Fraction(1, 2)
    up = {
        Rounding.HALF_UP: rest >= half,
        Rounding.HALF_DOWN: rest > half,
        Rounding.HALF_EVEN: rest > half or (rest == half and whole % 2 == 1),
        Rounding.UP: rest > 0,
        Rounding.CEILING: rest > 0,
        Rounding.DOWN: False,
        Rounding.FLOOR: False,
    }
    return whole + up[how]


def in_proportion(amount: int, weights: Sequence[int]) -> list[int]:
    """Cut *amount* by weight: the whole cents first, then a cent each by the largest remainder, ties by place."""
    total = sum(weights)
    exact = [Fraction(amount * weight, total) for weight in weights]
    parts = [floor(share) for share in exact]
    behind = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in behind[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def shared(amount: int, weights: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """Share *amount*: whoever would give more than its room gives its room and drops out, and it is shared again."""
    given = [0] * len(weights)
    live: list[int] = [place for place, room in enumerate(rooms) if room > 0]
    amount = min(amount, sum(rooms[place] for place in live))
    while live and amount > 0:
        parts = dict(zip(live, in_proportion(amount, [weights[place] for place in live]), strict=True))
        full: list[int] = [place for place in live if parts[place] > rooms[place]]
        done = full or live
        for place in done:
            given[place] = rooms[place] if full else parts[place]
            amount -= given[place]
        live = [place for place in live if place not in full]
    return given
