"""A second engine, slow and plain: units one by one, fractions, no code of the first but its values.

It is given the same promotions and baskets and tells what each promotion takes off each line.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from ecomops.kernel.rules import All, AtLeastFact, Equals, Not, OneOf, Rule
from ecomops.kernel.rules import Any as AnyOf
from ecomops.promotions import AmountOff, Basket, FixedPrice, LanePick, Lines, Percent, Promotion, Rulebook

Taken = dict[tuple[str, str], int]
"""By line and promotion."""


class Lot:
    """Equal units: the ids of their lines in order, and what is left of each after every step."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.key: Any = None
        self.owners: list[str] = []
        self.listed = self.amount = self.floor = self.entry = 0

    def units(self, amount: int) -> list[int]:
        """Return what each unit is worth of *amount*: whole cents alike, the odd ones to the first."""
        odd = amount % len(self.owners)
        return [amount // len(self.owners) + (1 if place < odd else 0) for place in range(len(self.owners))]


def answers(rule: Rule, facts: Mapping[str, Any]) -> bool | None:
    """Return what a rule says; None when it cannot tell."""
    match rule:
        case All(rules=rules):
            told = [answers(each, facts) for each in rules]
            return False if False in told else None if None in told else True
        case AnyOf(rules=rules):
            told = [answers(each, facts) for each in rules]
            return True if True in told else None if None in told else False
        case Not(rule=inner):
            said = answers(inner, facts)
            return None if said is None else not said
        case _ if rule.fact not in facts:
            return None
        case Equals(fact=fact, value=value):
            return bool(facts[fact] == value)
        case OneOf(fact=fact, values=values):
            return facts[fact] in values
        case AtLeastFact(fact=fact, bound=bound):
            return bool(facts[fact] >= bound)
        case _:
            raise NotImplementedError


def lots_of(basket: Basket) -> list[Lot]:
    """Return the canonical lots: equal whole units together, every other line alone."""
    found: dict[Any, Lot] = {}
    for line in sorted(basket.lines, key=lambda line: line.id):
        told = next((each for each in basket.traits if each.line == line.id), None)
        facts: dict[str, Any] = {"sku": str(line.stock.sku), "price": line.price.amount.minor}
        facts |= {} if told is None else {trait.name: trait.value for trait in told.facts}
        listed = line.gross.minor
        left = listed - sum(discount.amount.minor for discount in line.discounts)
        least = 0 if told is None or told.floor is None else min(told.floor.minor, listed)
        each = [Fraction(amount, line.quantity) for amount in (listed, left, least)]
        whole = all(amount.denominator == 1 for amount in each)
        place = (facts["sku"], facts["price"], line.price.per, sorted((n, str(v)) for n, v in facts.items()))
        amounts = [amount.numerator if whole else amount for amount, whole in zip(each, [whole] * 3, strict=True)]
        key = (place, amounts if whole else [listed, left, least], "" if whole else line.id)
        lot = found.setdefault(repr(key), Lot(facts))
        lot.owners += [line.id] * line.quantity
        lot.listed += listed
        lot.amount += left
        lot.floor += least
        found[repr(key)] = lot
        lot.key = key
    return sorted(found.values(), key=lambda lot: lot.key)


def half_up(amount: Fraction) -> int:
    """Return the nearest whole number, a tie upward; for amounts that are not negative."""
    return floor(amount + Fraction(1, 2))


def spread(amount: int, lots: Sequence[Lot]) -> list[int]:
    """Share *amount* by what is left of each lot, cent by cent, never below a floor."""
    given = [0] * len(lots)
    live: list[int] = [place for place, lot in enumerate(lots) if lot.amount > lot.floor]
    amount = min(amount, sum(lots[place].amount - lots[place].floor for place in live))
    while live and amount:
        total = sum(lots[place].amount for place in live)
        exact = {place: Fraction(amount * lots[place].amount, total) for place in live}
        part = {place: floor(exact[place]) for place in live}
        missing = amount - sum(part.values())
        for place in sorted(live, key=lambda place: (part[place] - exact[place], place))[:missing]:
            part[place] += 1
        full = [place for place in live if part[place] > lots[place].amount - lots[place].floor]
        if not full:
            for place in live:
                given[place] = part[place]
            break
        for place in full:
            given[place] = lots[place].amount - lots[place].floor
            amount -= given[place]
        live = [place for place in live if place not in full]
    return given


def offer(promotion: Promotion, lots: Sequence[Lot]) -> list[int]:
    """Return what a promotion would take off each lot."""
    goods = promotion.goods
    assert goods is not None

    def off(amount: int, units: int) -> int:
        match goods.value:
            case Percent(share=share):
                return half_up(amount * share)
            case AmountOff(amount=money):
                return money.minor * units
            case FixedPrice(price=money):
                return max(amount - money.minor * units, 0)
            case _:
                raise NotImplementedError

    if isinstance(goods.target, Lines):
        return [min(off(lot.amount, len(lot.owners)), lot.amount - lot.floor) for lot in lots]
    return spread(off(sum(lot.amount for lot in lots), 1), lots)


def meets(promotion: Promotion, lots: Sequence[Lot]) -> bool:
    """Tell whether the conditions hold at the entry of the lane."""
    facts = {"amount": sum(lot.entry for lot in lots), "quantity": sum(len(lot.owners) for lot in lots)}
    return answers(promotion.conditions, facts) is True


def take(promotion: Promotion, lots: Sequence[Lot], offered: Sequence[int], taken: Taken) -> None:
    """Take what was offered, and note what each line gives of it, unit by unit."""
    for lot, amount in zip(lots, offered, strict=True):
        before, after = lot.units(lot.amount), lot.units(lot.amount - amount)
        for owner, much, less in zip(lot.owners, before, after, strict=True):
            key = (owner, promotion.id)
            taken[key] = taken.get(key, 0) + much - less
        lot.amount -= amount


def takes(book: Rulebook, basket: Basket) -> Taken:
    """Return what every computed promotion takes off every line, none of them 0."""
    lots, taken = lots_of(basket), Taken()
    for lane in book.policy.lanes:
        for lot in lots:
            lot.entry = lot.amount
        turns = [each for each in book.promotions if each.lane == lane.name and not each.stated]
        turns.sort(key=lambda each: (-each.priority, each.id))
        offers: list[tuple[int, Promotion, list[Lot], list[int]]] = []
        for promotion in turns:
            scoped = [lot for lot in lots if answers(promotion.scope, lot.facts) is True]
            if not scoped or not meets(promotion, scoped):
                continue
            offered = offer(promotion, scoped)
            if lane.pick is LanePick.STACK:
                take(promotion, scoped, offered, taken)
            else:
                offers.append((sum(offered), promotion, scoped, offered))
        if offers:
            _, promotion, scoped, offered = max(offers, key=lambda each: each[0])
            take(promotion, scoped, offered, taken)
    return {key: amount for key, amount in taken.items() if amount}
