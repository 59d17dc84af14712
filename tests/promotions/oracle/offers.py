"""What a promotion would take: each value over each target, said once more, unit by unit."""

from collections.abc import Callable, Sequence
from typing import Any

from attrs import define, field

from ecomops.kernel import Money, Rounding
from ecomops.promotions import (
    AmountOff,
    Every,
    FixedPrice,
    HostBenefit,
    Ladder,
    Lines,
    Measure,
    MeasureKind,
    Order,
    Per,
    Percent,
    Promotion,
    Reading,
    Reason,
    Reduction,
    Sets,
    Shipping,
    View,
    Whole,
    Within,
)
from tests.promotions.oracle.sets import Forming, Taken, is_trigger, picked
from tests.promotions.oracle.units import Row, Unit, holds, in_proportion, inside, rounded, shared

Plain = Percent | AmountOff | FixedPrice
Earned = tuple[int, Money | None, dict[tuple[str, Money], int]]
"""How often a gift is earned, for which price, and how many units at most of which SKU with which label."""


class No(Exception):
    """It does not apply."""

    def __init__(self, reason: Reason, by: str | None = None, gap: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.by, self.gap = reason, by, gap


@define(eq=False)
class Offer:
    """What is taken off each row of goods and of services, and the units that sets take."""

    goods: list[int]
    freight: list[int]
    units: list[Unit] = field(factory=list[Unit])
    of_sets: bool = False
    gifts: list[Earned] = field(factory=list[Earned])

    @property
    def saving(self) -> int:
        """What the basket saves."""
        return sum(self.goods) + sum(self.freight)


@define(eq=False)
class Stall:
    """The basket at the turn of a promotion."""

    goods: list[Row]
    services: list[Row]
    rounding: Rounding

    def measured(self, promotion: Promotion, measure: Measure) -> int:
        """Return a measure of the promotion."""
        rows = inside(promotion.scope if measure.over is None else measure.over, self.goods)
        match measure.of:
            case MeasureKind.QUANTITY:
                return sum(len(row.units) for row in rows)
            case MeasureKind.PRODUCTS:
                return len({row.facts["sku"] for row in rows})
            case MeasureKind.LINE_QUANTITY:
                return max((len(row.units) for row in rows), default=0)
            case MeasureKind.AMOUNT:
                read: dict[Reading, Callable[[Row], int]] = {
                    Reading.ENTRY: lambda row: row.entry,
                    Reading.LIST: lambda row: row.listed,
                    Reading.RUNNING: lambda row: row.left,
                }
                return sum(read[measure.read](row) for row in rows)

    def facts(self, promotion: Promotion) -> dict[str, int]:
        """Return its measures by name."""
        return {measure.fact: self.measured(promotion, measure) for measure in promotion.measures}

    def _hosted(self, host: HostBenefit, view: View) -> list[int]:
        told = host.effect(view)
        if len(told) != len(self.goods) or any(type(each) is not int for each in told):
            raise No(Reason.BAD_EFFECT)
        return [min(max(each, 0), row.room) for each, row in zip(told, self.goods, strict=True)]

    def offer(self, promotion: Promotion, view: View) -> Offer:
        """Return what it would take; a host sees *view*.

        Raises:
            No: Nothing, and why.
        """
        offer = Offer([0] * len(self.goods), [0] * len(self.services))
        host = host_of(promotion)
        if host is not None:
            offer.goods = self._hosted(host, view)
        for reduction in (promotion.goods, promotion.freight):
            if reduction is None:
                continue
            target = reduction.target
            if isinstance(target, Shipping):
                offer.freight = self._capped(reduction, self._shipping(promotion, reduction, target))
            elif isinstance(target, Sets):
                self._sets(promotion, reduction, target, offer)
                offer.goods = self._capped(reduction, offer.goods)
            else:
                found = self._lines if isinstance(target, Lines) else self._whole
                offer.goods = self._capped(reduction, found(promotion, reduction, target))  # type: ignore[arg-type]
        return offer

    def _capped(self, reduction: Reduction, parts: list[int]) -> list[int]:
        cap = reduction.cap
        return parts if cap is None or sum(parts) <= cap.minor else in_proportion(cap.minor, parts)

    def _plain(self, promotion: Promotion, value: Any, row: Row | None = None) -> Plain | None:  # noqa: ANN401 - a value
        """Return what a value comes to; for one *row* alone it may be nothing.

        Raises:
            No: Nothing, for the whole promotion.
        """
        if not isinstance(value, Ladder | Every):
            return value  # type: ignore[no-any-return]
        measure = next(each for each in promotion.measures if each.fact == value.by)
        of_row = row is not None and measure.of is MeasureKind.LINE_QUANTITY
        found = self._units(measure, row) if of_row and row is not None else self.measured(promotion, measure)
        plain: Plain | None
        if isinstance(value, Ladder):
            plain = next((tier.value for tier in reversed(value.tiers) if tier.bound <= found), None)
            least = value.tiers[0].bound
        else:
            times = found // value.step
            times = times if value.most is None else min(times, value.most)
            plain = AmountOff(amount=value.amount * times) if times > 0 else None
            least = value.step
        if plain is None and not of_row:
            raise No(Reason.CONDITION_UNMET, gap=least - found)
        return plain

    def _units(self, measure: Measure, row: Row) -> int:
        """Return the units of a row; one outside the scope of the measure itself has none."""
        return len(row.units) if measure.over is None or holds(measure.over, row.facts) is True else 0

    def _worth_off(self, value: Plain, base: int, times: int) -> int:
        """Return what a value takes off *base*, when it counts *times*."""
        match value:
            case Percent(share=share):
                return rounded(base * share, self.rounding)
            case AmountOff(amount=Money(minor=minor)):
                return min(minor * times, base)
            case FixedPrice(price=Money(minor=minor)):
                return max(base - minor * times, 0)

    def _lines(self, promotion: Promotion, reduction: Reduction, target: Lines) -> list[int]:
        scope = inside(target.scope, self.goods)
        some = self._chosen(target, scope)
        values = {row: self._plain(promotion, reduction.value, row) for row in scope}
        if not any(values.values()):
            raise No(Reason.CONDITION_UNMET)
        off: list[int] = []
        for row in self.goods:
            units = [unit for unit in row.units if unit in some]
            value = values.get(row)
            base = sum(unit.worth for unit in units)
            times = len(units) if target.per is Per.UNIT else 1
            off.append(0 if value is None else min(self._worth_off(value, base, times), row.room))
        return off

    def _chosen(self, target: Lines, scope: Sequence[Row]) -> list[Unit]:
        chosen = target.chosen
        if chosen is None:
            return [unit for row in scope for unit in row.units]
        end = chosen.skip + chosen.count
        if chosen.within is Within.LINE:
            return [unit for row in scope for unit in row.units[chosen.skip : end]]
        sign = 1 if chosen.order is Order.CHEAPEST else -1
        in_order = sorted(scope, key=lambda row: sign * (row.left // len(row.units)))
        return [unit for row in in_order for unit in row.units][chosen.skip : end]

    def _whole(self, promotion: Promotion, reduction: Reduction, target: Whole) -> list[int]:
        return self._together(self._plain(promotion, reduction.value), inside(target.scope, self.goods), self.goods)

    def _together(self, value: Plain | None, scope: Sequence[Row], rows: Sequence[Row]) -> list[int]:
        assert value is not None
        wanted = self._worth_off(value, sum(row.left for row in scope), 1)
        parts = iter(shared(wanted, [row.left for row in scope], [row.room for row in scope]))
        return [next(parts) if row in scope else 0 for row in rows]

    def _shipping(self, promotion: Promotion, reduction: Reduction, target: Shipping) -> list[int]:
        value = self._plain(promotion, reduction.value)
        assert value is not None
        scope = [row for row in self.services if not target.names or row.facts["name"] in target.names]
        if target.per is Per.WHOLE:
            return self._together(value, scope, self.services)
        return [self._worth_off(value, row.left, 1) if row in scope else 0 for row in self.services]

    def _sets(self, promotion: Promotion, reduction: Reduction, target: Sets, offer: Offer) -> None:
        value = self._plain(promotion, reduction.value)
        assert value is not None
        forming = Forming(target, self.goods)
        sets = forming.most()
        if not sets:
            raise No(Reason.CONDITION_UNMET, gap=forming.lack())
        taken = forming.allocate(sets)
        if isinstance(value, FixedPrice) and target.per is Per.SET:
            sets = _dear_enough(target, taken, sets, value.price.minor)
            if not sets:
                raise No(Reason.NO_ROOM)
            taken = forming.allocate(sets)
        offer.of_sets = True
        if target.consuming:
            offer.units = [unit for part in taken for _, unit in part]
        getting = [one for part, units in zip(target.parts, taken, strict=True) for one in picked(part, units, sets)]
        worth = [sum(unit.loose or 0 for one, unit in getting if one is row) for row in self.goods]
        room = [min(amount, row.room) for amount, row in zip(worth, self.goods, strict=True)]
        if target.per is Per.SET:
            offer.goods = shared(self._worth_off(value, sum(worth), sets), worth, room)
        else:
            many = [sum(one is row for one, _ in getting) for row in self.goods]
            wants = [self._worth_off(value, *each) for each in zip(worth, many, strict=True)]
            offer.goods = [min(each) for each in zip(wants, room, strict=True)]


def host_of(promotion: Promotion) -> HostBenefit | None:
    """Return the benefit that a host computes."""
    return next((each for each in promotion.benefits if isinstance(each, HostBenefit)), None)


def _dear_enough(target: Sets, taken: Sequence[Sequence[Taken]], sets: int, price: int) -> int:
    """Return how many of the first sets cost more than their *price*."""
    for one in range(sets):
        worth = 0
        for part, units in zip(target.parts, taken, strict=True):
            if not is_trigger(part):
                block = units[one * part.quantity : (one + 1) * part.quantity]
                worth += sum(unit.loose or 0 for _, unit in block)
        if worth <= price:
            return one
    return sets
