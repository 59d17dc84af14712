"""What to add to a basket (凑单): the cheapest goods that close a gap, each confirmed by a quote, never at a loss.

A promotion that misses a number says how much (`NotApplied.gap`). Goods that the host offers are put together so that
they reach it for the least money; a quote of the basket with them has to say that the promotion applies, and that the
buyer pays no more than before.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Unpack

from attrs import evolve, field, frozen

from ecomops.kernel import Language, Money, Text
from ecomops.kernel.checks import is_a, tuple_of, whole, wrong_kind
from ecomops.kernel.rules import AtLeastFact, Rule, holds
from ecomops.promotions.asking import Asking
from ecomops.promotions.basket import Basket, LineTraits, Trait, minor
from ecomops.promotions.canonical import facts_of
from ecomops.promotions.measures import MeasureKind
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.quotes import Quote
from ecomops.promotions.quoting import quote
from ecomops.promotions.refusals import NotApplied, Reason
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.targets import Sets
from ecomops.terms import LineId, Price, PricedLine, PromotionId, Sku, StockKey, not_negative

MOST_GAP = 500_000
"""The largest gap for which goods are put together, in minor units or units: beyond it one does not fill up."""

TRIES = 8
"""How many ways to close a gap are quoted, the cheapest first."""

ROUNDS = 4
"""How often a gap is widened, when what was added is itself reduced before it counts."""


@frozen(kw_only=True)
class Filler:
    """Goods that may be added.

    Args:
        stock: What, and where it is.
        price: What a unit costs, more than nothing.
        available: How many units there are.
        facts: What the host knows of it; the rulebook declares them.
    """

    stock: StockKey = field(validator=is_a(StockKey))
    price: Money = field(validator=not_negative)
    available: int = field(validator=whole(0))
    facts: tuple[Trait, ...] = field(default=(), validator=tuple_of(Trait))


@frozen(kw_only=True)
class Added:
    """Units of one product that are added.

    Args:
        stock: What, and where it is.
        quantity: How many units.
        cost: What they cost before discounts.
    """

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: int = field(validator=whole(1))
    cost: Money = field(validator=is_a(Money))

    @property
    def sku(self) -> Sku:
        """Which product."""
        return self.stock.sku


@frozen(kw_only=True)
class Advice:
    """What to add, and what it brings.

    Args:
        promotion: What applies then.
        added: What to add.
        cost: What it costs before discounts.
        net: What the buyer pays more than before; never above zero: a negative amount is paid less.
    """

    promotion: PromotionId = field(validator=is_a(PromotionId))
    added: tuple[Added, ...] = field(validator=tuple_of(Added, least=1))
    cost: Money = field(validator=is_a(Money))
    net: Money = field(validator=is_a(Money))

    @property
    def gives(self) -> Money:
        """What all promotions take off more than before."""
        return self.cost - self.net

    def text(self, language: Language = "en") -> str:
        """Return the advice as a sentence.

        Args:
            language: `en` or `zh`.
        """
        goods = (", " if language == "en" else "、").join(f"{each.quantity} {each.sku}" for each in self.added)
        said = _SAME if not self.net.minor else _LESS
        return said.read(language).format(goods=goods, cost=self.cost, promotion=self.promotion, less=-self.net)


_LESS = Text(
    "add {goods} for {cost}: {promotion} applies, and you pay {less} less",
    "加购 {goods}（{cost}）即享 {promotion}，应付反而少 {less}",
)
_SAME = Text(
    "add {goods} for {cost}: {promotion} applies, and you pay the same",
    "加购 {goods}（{cost}）即享 {promotion}，应付不变",
)

Plan = tuple[tuple[int, int], ...]
"""Which fillers to add, by place, and how many units of each."""

Requote = Callable[[Basket], Quote]


class _Gap(NamedTuple):
    """What is missing: so much of a measure over a scope, of which *required* is enough."""

    kind: MeasureKind
    scopes: tuple[Rule, ...]
    missing: int
    required: int


def advise(
    rulebook: Rulebook, basket: Basket, fillers: Sequence[Filler], **asked: Unpack[Asking]
) -> tuple[Advice, ...]:  # fmt: skip
    """Return what to add to *basket*, what brings most first: for each promotion that misses a number, if it pays.

    Args:
        rulebook: The promotions.
        basket: As for `quote`.
        fillers: Goods that may be added.
        asked: As for `quote`: *at*, and *customer*, *facts*, *codes*, *coupons*, *shared*, *used*, *gift_stock*.

    Raises:
        CurrencyMismatch: A filler is in another currency.
        StatedTooLarge: See `quote`, and so are all others.

    Example:
        >>> from ecomops.kernel import Currency
        >>> from ecomops.promotions import AmountOff, Reduction, Whole, spend
        >>> from ecomops.terms import LocationId
        >>> from ecomops.testing import NOON, a_line, cny
        >>> off = Reduction(value=AmountOff(amount=cny("20.00")), target=Whole())
        >>> cut = Promotion(id=PromotionId("full-cut"), benefits=(off,), conditions=spend(cny("200.00")))
        >>> basket = Basket(currency=Currency.CNY, lines=(a_line(gross="190.00"),))
        >>> cup = Filler(stock=StockKey.of(Sku("cup"), LocationId("hz")), price=cny("12.00"), available=9)
        >>> for advice in advise(Rulebook.of([cut]), basket, [cup], at=NOON):
        ...     print(advice.text())
        add 1 cup for 12.00 CNY: full-cut applies, and you pay 8.00 CNY less
    """
    for each in fillers:
        if type(each) is not Filler:
            raise wrong_kind("advise.fillers", "Filler", each)
        minor(each.price, rulebook.currency)

    def requote(basket: Basket) -> Quote:
        return quote(rulebook, basket, **asked)

    before = requote(basket)
    ask = _Ask(basket, [each for each in fillers if each.available and each.price.minor], requote, before)
    found = (_advice(ask, rulebook.by_id[each.promotion], each) for each in before.not_applied if each.promotion)
    kept = [each for each in found if each is not None]
    return tuple(sorted(kept, key=lambda each: (each.net.minor, each.promotion)))


class _Ask(NamedTuple):
    """What is asked: the basket, the fillers, how it is quoted, and what it costs before."""

    basket: Basket
    fillers: list[Filler]
    requote: Requote
    before: Quote


def _advice(ask: _Ask, promotion: Promotion, refused: NotApplied) -> Advice | None:
    """Return the cheapest way to close the gap of a promotion; None when there is none that pays."""
    gap = _gap(promotion, refused)
    for _ in range(ROUNDS):
        if gap is None or gap.missing > MOST_GAP:
            return None
        again: NotApplied | None = None
        for plan in _plans(ask, gap):
            quoted = ask.requote(_with(ask, plan))
            if promotion.id in quoted.applied:
                return _told(ask, promotion, plan, quoted)
            again = again or next((each for each in quoted.not_applied if each.promotion == promotion.id), None)
        gap = _wider(gap, None if again is None else _gap(promotion, again))
    return None


def _wider(gap: _Gap, rest: _Gap | None) -> _Gap | None:
    """Return the gap with what was still missing after it was closed; None when that is something else."""
    if rest is None or rest.kind is not MeasureKind.AMOUNT or (rest.kind, rest.scopes) != (gap.kind, gap.scopes):
        return None
    return gap._replace(missing=gap.missing + rest.missing)


def _gap(promotion: Promotion, refused: NotApplied) -> _Gap | None:
    """Return what goods could close; None when no number of goods is missing."""
    missing, required = refused.gap, refused.required
    if refused.reason is not Reason.CONDITION_UNMET or missing is None or required is None:
        return None
    leaf = next((each for each in refused.unmet if each.gap is not None), None)
    if leaf is None:
        goods = promotion.goods
        if promotion.own or goods is None or not isinstance(goods.target, Sets):
            return None
        scopes = tuple(dict.fromkeys(part.scope for part in goods.target.parts))
        return _Gap(MeasureKind.QUANTITY, scopes, missing, required)
    measure = next((each for each in promotion.measures if each.fact == leaf.rule.fact), None)
    if measure is None or not isinstance(leaf.rule, AtLeastFact) or not leaf.wanted:
        return None
    return _Gap(measure.of, (promotion.scope if measure.over is None else measure.over,), missing, required)


def _with(ask: _Ask, plan: Plan) -> Basket:
    """Return the basket with what a plan adds."""
    taken = {line.id for line in ask.basket.lines} | {each.id for each in ask.basket.services}
    lines: list[PricedLine] = []
    traits: list[LineTraits] = []
    for place, units in plan:
        filler, id = ask.fillers[place], LineId(f"added-{place}")
        while id in taken:
            id = LineId(f"{id}+")
        lines.append(_line(filler, id, units))
        if filler.facts:
            traits.append(LineTraits(line=id, facts=filler.facts))
    basket = ask.basket
    return evolve(basket, lines=(*basket.lines, *lines), traits=(*basket.traits, *traits))


def _line(filler: Filler, id: LineId, units: int) -> PricedLine:
    price = filler.price
    return PricedLine(
        id=id,
        stock=filler.stock,
        quantity=units,
        price=Price(amount=price),
        gross=Money(price.minor * units, price.currency),
        discounts=(),
    )


def _told(ask: _Ask, promotion: Promotion, plan: Plan, quoted: Quote) -> Advice | None:
    """Return what a plan brings; None when it costs more than it gives."""
    currency, net = quoted.currency, quoted.payable - ask.before.payable
    if net.minor > 0:
        return None
    chosen = [(ask.fillers[place], units) for place, units in plan]
    added = tuple(
        Added(stock=each.stock, quantity=units, cost=Money(each.price.minor * units, currency))
        for each, units in chosen
    )
    cost = Money(sum(each.cost.minor for each in added), currency)
    return Advice(promotion=promotion.id, added=added, cost=cost, net=net)


# --- how a gap can be closed


def _plans(ask: _Ask, gap: _Gap) -> list[Plan]:
    """Return ways to close a gap, the cheapest first."""
    found: list[Plan] = []
    for scope in gap.scopes:
        places = [place for place, each in enumerate(ask.fillers) if _fits(scope, each)]
        places.sort(key=lambda place: (ask.fillers[place].price.minor, place))
        found += _closing(ask, gap, places)
    found.sort(key=lambda plan: sum(ask.fillers[place].price.minor * units for place, units in plan))
    return found[:TRIES]


def _fits(scope: Rule, filler: Filler) -> bool:
    line = _line(filler, LineId("added"), 1)
    return holds(scope, facts_of(line, LineTraits(line=line.id, facts=filler.facts)))


def _closing(ask: _Ask, gap: _Gap, places: Sequence[int]) -> Iterator[Plan]:
    match gap.kind:
        case MeasureKind.AMOUNT:
            plan = cheapest_sum(
                [(ask.fillers[place].price.minor, ask.fillers[place].available) for place in places], gap.missing
            )
            yield from () if plan is None else (tuple((places[place], units) for place, units in plan),)
        case MeasureKind.QUANTITY:
            yield from _units(ask, gap.missing, places)
        case MeasureKind.PRODUCTS:
            known = {line.stock.sku for line in ask.basket.lines}
            fresh = {ask.fillers[place].stock.sku: place for place in reversed(places)}
            new = [place for place in places if fresh[ask.fillers[place].stock.sku] == place]
            new = [place for place in new if ask.fillers[place].stock.sku not in known][: gap.missing]
            yield from (tuple((place, 1) for place in new),) if len(new) == gap.missing else ()
        case _:  # so many units of one line: of one that is there already, or of a new one
            for units in (gap.missing, gap.required):
                yield from (((place, units),) for place in places if ask.fillers[place].available >= units)


def _units(ask: _Ask, missing: int, places: Sequence[int]) -> Iterator[Plan]:
    """Return the cheapest units."""
    plan: list[tuple[int, int]] = []
    for place in places:
        units = min(missing, ask.fillers[place].available)
        plan.append((place, units))
        missing -= units
        if not missing:
            yield tuple(plan)
            return


def cheapest_sum(goods: Sequence[tuple[int, int]], least: int) -> Plan | None:
    """Return how many units of which goods cost *least* or as little more as possible; None when all cost less.

    Args:
        goods: The price of a unit and how many there are, of each.
        least: What they have to cost together, above zero.

    Note:
        A bounded subset sum, exactly: the sums that can be reached are the bits of a number. Sums of a unit more than
        needed are cut off, for leaving a unit out is cheaper.

    Example:
        >>> cheapest_sum([(700, 1), (500, 3)], 1100)
        ((0, 1), (1, 1))
    """
    top = (1 << least + max((price for price, _ in goods), default=0)) - 1
    items: list[tuple[int, int, int]] = []
    reach, before = 1, list[int]()
    for place, (price, available) in enumerate(goods):
        for units in _doubling(min(available, -(-least // price))):
            items.append((place, units, price * units))
            before.append(reach)
            reach |= (reach << price * units) & top
    enough = reach >> least
    if not enough:
        return None
    total = least + (enough & -enough).bit_length() - 1
    found: dict[int, int] = {}
    for (place, units, cost), earlier in zip(reversed(items), reversed(before), strict=True):
        if not earlier >> total & 1:
            found[place] = found.get(place, 0) + units
            total -= cost
    return tuple(sorted(found.items()))


def _doubling(units: int) -> Iterator[int]:
    """Return numbers of which some sum to every number up to *units*."""
    part = 1
    while units:
        yield min(part, units)
        units -= min(part, units)
        part *= 2
