"""Baskets of a catalogue, to try a rulebook on: all of a small one, and of a large one those at every threshold.

A basket is how many units of each product; it is quoted with everything that a buyer could present for some promotions.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Currency, Money, Period
from ecomops.kernel.checks import is_a, optional, tuple_of
from ecomops.kernel.rules import AtLeastFact, AtMostFact, Facts, Rule, comparisons, holds
from ecomops.promotions.basket import Basket, LineTraits, Trait
from ecomops.promotions.canonical import facts_of
from ecomops.promotions.choosing import Best, best_coupons
from ecomops.promotions.coupons import Coupon, Status
from ecomops.promotions.measures import Measure, MeasureKind
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.quotes import Quote
from ecomops.promotions.quoting import quote
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.targets import Sets
from ecomops.promotions.values import Every, Ladder
from ecomops.terms import BatchId, CouponId, LineId, LocationId, Price, PricedLine, Sku, StockKey, not_negative

SHELF = LocationId("shelf")
"""Where the units are that nobody takes."""

FEW = 4
"""Of how many products of a scope baskets are made at a threshold: the cheapest and the dearest."""


@frozen(kw_only=True)
class CatalogueProduct:
    """A product, as far as prices go.

    Args:
        sku: Which.
        price: Of a unit, before promotions.
        cost: What a unit costs the shop; None is not known.
        least: The lowest price of a unit that the shop wants to see; None is no wish. No quote keeps it.
        floor: The lowest price of a unit that a quote may reach; None is 0.
        facts: What the host knows of it; the rulebook declares them.
    """

    sku: Sku = field(validator=is_a(Sku))
    price: Money = field(validator=not_negative)
    cost: Money | None = field(default=None, validator=optional(not_negative))
    least: Money | None = field(default=None, validator=optional(not_negative))
    floor: Money | None = field(default=None, validator=optional(not_negative))
    facts: tuple[Trait, ...] = field(default=(), validator=tuple_of(Trait))


Units = tuple[int, ...]
"""How many units of each product of a catalogue."""


class Trial:
    """A rulebook that is tried on baskets of a catalogue."""

    def __init__(
        self, rulebook: Rulebook, catalogue: Sequence[CatalogueProduct], *, at: DateTime, facts: Facts | None
    ) -> None:
        """Make what opens each promotion."""
        self.rulebook = rulebook
        self.catalogue = catalogue
        self.at = at
        self.facts = facts
        self.looked_at = 0
        valid = Period(start=at, end=at.add(seconds=1))
        self.coupons = {
            each.id: Coupon(
                id=CouponId(f"trial-{place}"),
                batch=BatchId("trial"),
                promotion=each.id,
                owner=None,
                status=Status.ISSUED,
                valid=valid,
            )
            for place, each in enumerate(rulebook.promotions)
            if each.by_coupon and each.promo_code is None
        }

    @property
    def currency(self) -> Currency:
        """The currency of all amounts."""
        return self.rulebook.currency

    def basket(self, units: Units) -> Basket:
        """Return the basket of so many units of each product."""
        lines: list[PricedLine] = []
        traits: list[LineTraits] = []
        for each, number in zip(self.catalogue, units, strict=True):
            if number:
                line = _line(each, number)
                floor = None if each.floor is None else Money(each.floor.minor * number, each.floor.currency)
                lines.append(line)
                traits.append(LineTraits(line=line.id, facts=each.facts, floor=floor))
        return Basket(currency=self.currency, lines=tuple(lines), traits=tuple(traits))

    def quoted(self, units: Units, presented: Sequence[Promotion] = ()) -> Quote:
        """Quote a basket with what opens some promotions."""
        self.looked_at += 1
        return quote(
            self.rulebook,
            self.basket(units),
            at=self.at,
            facts=self.facts,
            codes=tuple(each.promo_code for each in presented if each.promo_code is not None),
            coupons=tuple(self.coupons[each.id] for each in presented if each.id in self.coupons),
        )

    def best(self, units: Units) -> tuple[Best, Quote]:
        """Return what a buyer who has everything would present, and what the basket costs then."""
        self.looked_at += 1
        found = best_coupons(
            self.rulebook,
            self.basket(units),
            at=self.at,
            facts=self.facts,
            codes=tuple(self.rulebook.by_code),
            coupons=tuple(self.coupons.values()),
        )
        chosen = tuple(each for each in self.coupons.values() if each.id in found.coupons)
        basket = self.basket(units)
        return found, quote(
            self.rulebook, basket, at=self.at, facts=self.facts, codes=found.codes, coupons=chosen
        )  # fmt: skip

    def inside(self, scope: Rule) -> list[int]:
        """Return the places of the products that are in a scope, the cheapest first."""
        places = [place for place, each in enumerate(self.catalogue) if holds(scope, _facts(each))]
        return sorted(places, key=lambda place: (self.catalogue[place].price.minor, place))

    def everything(self, most: int) -> Iterator[Units]:
        """Yield every basket of up to *most* units of each product, the smallest first."""
        found = product(range(most + 1), repeat=len(self.catalogue))
        yield from sorted((units for units in found if any(units)), key=lambda units: (sum(units), units))

    def at_thresholds(self, promotion: Promotion) -> list[Units]:
        """Return baskets that reach what a promotion asks for, one product at a time, the smallest ones first."""
        found: dict[Units, None] = {}
        goods = promotion.goods
        if goods is not None and isinstance(goods.target, Sets):
            units = [0] * len(self.catalogue)
            for part in goods.target.parts:
                places = self.inside(part.scope)
                if places:
                    units[places[-1]] += part.quantity
            found[tuple(units)] = None
        for measure, bound in bounds_of(promotion):
            for place in _ends(self.inside(promotion.scope if measure.over is None else measure.over)):
                found[self.reaching(measure, place, bound)] = None
        for place in _ends(self.inside(promotion.scope)):
            found[self.only(place, 1)] = None
        return [units for units in found if any(units)]

    def only(self, place: int, number: int) -> Units:
        """Return the basket of so many units of one product."""
        return tuple(number if at == place else 0 for at in range(len(self.catalogue)))

    def reaching(self, measure: Measure, place: int, bound: int) -> Units:
        """Return as many units of one product as reach a bound; of different products one each."""
        price = max(self.catalogue[place].price.minor, 1)
        if measure.of is MeasureKind.PRODUCTS:
            return tuple(int(at < bound) for at in range(len(self.catalogue)))
        return self.only(place, -(-bound // price) if measure.of is MeasureKind.AMOUNT else bound)


def _line(of: CatalogueProduct, number: int) -> PricedLine:
    return PricedLine(
        id=LineId(str(of.sku)),
        stock=StockKey.of(of.sku, SHELF),
        quantity=number,
        price=Price(amount=of.price),
        gross=Money(of.price.minor * number, of.price.currency),
        discounts=(),
    )


def _facts(of: CatalogueProduct) -> Mapping[str, bool | int | str | tuple[str, ...]]:
    line = _line(of, 1)
    return facts_of(line, LineTraits(line=line.id, facts=of.facts))  # type: ignore[return-value] # pyright: ignore[reportReturnType] - a line has no instants


def _ends(places: Sequence[int]) -> Sequence[int]:
    """Return the cheapest and the dearest of some products."""
    return places if len(places) <= FEW else [*places[: FEW // 2], *places[-FEW // 2 :]]


def bounds_of(promotion: Promotion) -> list[tuple[Measure, int]]:
    """Return where a measure changes what a promotion does: in its conditions, its ladders and its steps."""
    named = {measure.fact: measure for measure in promotion.measures}
    leaves = [leaf for leaf in comparisons(promotion.conditions) if leaf.fact in named]
    found = [(named[leaf.fact], leaf.bound) for leaf in leaves if isinstance(leaf, AtLeastFact) and leaf.bound > 0]
    found += [(named[leaf.fact], leaf.bound + 1) for leaf in leaves if isinstance(leaf, AtMostFact) and leaf.bound >= 0]
    values = [each.value for each in (promotion.goods, promotion.freight) if each is not None]
    for value in values:
        if isinstance(value, Ladder):
            found += [(named[value.by], tier.bound) for tier in value.tiers if tier.bound > 0]
        elif isinstance(value, Every):
            found.append((named[value.by], value.step))
    return found
