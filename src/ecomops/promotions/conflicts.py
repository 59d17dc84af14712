"""What would go wrong with a programme of promotions, before it starts: every finding has a basket that shows it.

Baskets of the catalogue are quoted: all of a small one, and of a large one those at the thresholds of each promotion
and of each pair. Nothing is claimed that a quote does not confirm, and nothing is said of what was not tried.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import NamedTuple

from attrs import evolve
from pendulum import DateTime

from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.rules import All, AtLeastFact, AtMostFact, Facts, Rule
from ecomops.promotions.advertised import advertised_price
from ecomops.promotions.basket import minor
from ecomops.promotions.conflict_findings import Conflict, ConflictFinding, ConflictReport, Deepest
from ecomops.promotions.guarding import (
    DEFAULT_GUARDS,
    GuardPolicy,
    PlannedPrice,
    PriceRecord,
    guard_prices,
)
from ecomops.promotions.measures import Measure, MeasureKind
from ecomops.promotions.policy import LanePick
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.quotes import Quote
from ecomops.promotions.refusals import Reason
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.values import Ladder
from ecomops.promotions.witnesses import CatalogueProduct, Trial, Units
from ecomops.terms import Price, PromotionId

MOST_UNITS_EACH = 3
"""How many units of each product are tried in a catalogue that is small enough to try everything."""

MOST_BASKETS = 1_000
"""Up to how many baskets everything is tried."""


def conflicts(
    rulebook: Rulebook,
    catalogue: Sequence[CatalogueProduct],
    *,
    at: DateTime,
    facts: Facts | None = None,
    log: Iterable[PriceRecord] | None = None,
    guards: GuardPolicy = DEFAULT_GUARDS,
    units: int = MOST_UNITS_EACH,
    limit: int = MOST_BASKETS,
) -> ConflictReport:
    """Try a programme on a catalogue, for one class of customers.

    Args:
        rulebook: The programme.
        catalogue: The products, each once.
        at: When it will run.
        facts: The class of customers.
        log: Prices of the past; None leaves the prior price out.
        guards: What law and shop ask of a price.
        units: Up to how many units of each product are tried, when everything is.
        limit: Up to how many baskets everything is tried; beyond, those at thresholds are.

    Raises:
        CurrencyMismatch: A price is not in the currency of the rulebook.
        WrongKind: A product is none.

    Example:
        >>> from ecomops.promotions import AmountOff, Reduction, Whole
        >>> from ecomops.terms import Sku
        >>> from ecomops.testing import NOON, cny
        >>> off = Reduction(value=AmountOff(amount=cny("8.00")), target=Whole())
        >>> book = Rulebook.of([Promotion(id=PromotionId(id), benefits=(off,)) for id in ("spring", "welcome")])
        >>> tea = CatalogueProduct(sku=Sku("tea"), price=cny("20.00"), cost=cny("10.00"))
        >>> for finding in conflicts(book, [tea], at=NOON).findings:
        ...     print(finding.text())
        spring, welcome apply to one line
        spring, welcome: tea falls to 4.00 CNY, its cost is 10.00 CNY
    """
    for each in catalogue:
        if type(each) is not CatalogueProduct:
            raise wrong_kind("conflicts.catalogue", "CatalogueProduct", each)
        minor(each.price, rulebook.currency)
    trial = Trial(rulebook, catalogue, at=at, facts=facts)
    complete = (units + 1) ** len(catalogue) <= limit
    tried = list(trial.everything(units)) if complete else []
    own = {each.id: trial.at_thresholds(each) for each in rulebook.promotions if not each.stated}
    pairs = _meeting(trial, own, tried)
    tried = list(dict.fromkeys((*tried, *(each for some in own.values() for each in some), *pairs.values())))
    deepest, deep = _deepest(trial, tried if complete else tried[:limit])
    found = [_met(trial, pair, witness) for pair, witness in pairs.items()]
    found += [*deep, *_shadowed(trial, own, tried), *_tiers(trial, own, tried), *_falling(trial)]
    found += [] if log is None else _legal(trial, log, guards)
    found.sort(key=lambda each: (list(Conflict).index(each.kind), each.promotions, each.sku or ""))
    return ConflictReport(findings=tuple(found), deepest=deepest, complete=complete, looked_at=trial.looked_at)


Pair = tuple[PromotionId, PromotionId]


def _needing(trial: Trial, ids: Iterable[PromotionId]) -> tuple[Promotion, ...]:
    """Return those that have to be presented."""
    known = (trial.rulebook.by_id[id] for id in ids)
    return tuple(each for each in known if each.promo_code is not None or each.by_coupon)


def _meeting(trial: Trial, own: Mapping[PromotionId, list[Units]], tried: Sequence[Units]) -> dict[Pair, Units]:
    """Return the pairs that can meet, each with a basket of which both take something off one line."""
    found: dict[Pair, Units] = {}
    for first, second in combinations(own, 2):
        if _may_meet(trial, first, second):
            presented = _needing(trial, (first, second))
            for units in _both(own[first], own[second], tried):
                if _share_a_line(trial.quoted(units, presented), {first, second}):
                    found[first, second] = units
                    break
    return found


def _share_a_line(quoted: Quote, pair: set[PromotionId]) -> bool:
    return any(pair <= {discount.promotion for discount in line.discounts} for line in quoted.lines)


def _may_meet(trial: Trial, first: PromotionId, second: PromotionId) -> bool:
    book = trial.rulebook
    one, other = (book.compiled[book.places[id]] for id in (first, second))
    lane = book.lane_of[one.place]
    best = lane == book.lane_of[other.place] and book.policy.lanes[lane].pick is LanePick.BEST
    if best or one.promotion.exclusive or other.promotion.exclusive or other.place in one.enemies:
        return False
    return not set(trial.inside(one.promotion.scope)).isdisjoint(trial.inside(other.promotion.scope))


def _both(first: Sequence[Units], second: Sequence[Units], tried: Sequence[Units]) -> Iterator[Units]:
    """Yield baskets on which two promotions may both apply: those of each, what joins them, all others."""
    known: set[Units] = set()
    joined = (tuple(map(max, one, other)) for one in first for other in second)
    for units in (*first, *second, *joined, *tried):
        if units not in known:
            known.add(units)
            yield units


def _met(trial: Trial, pair: Pair, units: Units) -> ConflictFinding:
    codes = tuple(each.id for each in _needing(trial, pair))
    return ConflictFinding(kind=Conflict.MEET, promotions=pair, witness=trial.basket(units), codes=codes)


# --- too deep


class _Line(NamedTuple):
    """A line that fell below a bound: which share of it is left, of how many units, and where."""

    share: Fraction
    units: Units
    quoted: Quote
    codes: tuple[PromotionId, ...]
    net: int
    bound: int


def _deepest(trial: Trial, tried: Sequence[Units]) -> tuple[Deepest | None, list[ConflictFinding]]:
    """Return the deepest basket, and the lines that fall below their cost or their least price, the worst of each."""
    costs = [None if each.cost is None else each.cost.minor for each in trial.catalogue]
    bases = [
        each.price.minor if None in costs else cost or 0 for each, cost in zip(trial.catalogue, costs, strict=True)
    ]
    worst: dict[tuple[Conflict, int], _Line] = {}
    deepest: Deepest | None = None
    for units in tried:
        best, quoted = trial.best(units)
        base = sum(number * each for number, each in zip(units, bases, strict=True))
        if base and (deepest is None or Fraction(quoted.payable.minor, base) < deepest.share):
            share = Fraction(quoted.payable.minor, base)
            deepest = Deepest(basket=trial.basket(units), applied=quoted.applied, share=share)
        codes = tuple(each.id for each in _needing(trial, quoted.applied)) if best.codes or best.coupons else ()
        _note_lines(trial, units, quoted, codes, worst)
    return deepest, [_below(trial, kind, place, line) for (kind, place), line in worst.items()]


def _note_lines(
    trial: Trial,
    units: Units,
    quoted: Quote,
    codes: tuple[PromotionId, ...],
    worst: dict[tuple[Conflict, int], _Line],
) -> None:
    """Keep the worst line of each product."""
    lines = {line.stock.sku: line for line in quoted.lines}
    for place, (each, number) in enumerate(zip(trial.catalogue, units, strict=True)):
        if number:
            line = lines[each.sku]
            net = line.gross.minor - sum(discount.amount.minor for discount in line.discounts)
            for kind, bound in ((Conflict.BELOW_COST, each.cost), (Conflict.BELOW_LEAST, each.least)):
                if bound is not None and net < bound.minor * number:
                    share = Fraction(net, bound.minor * number)
                    known = worst.get((kind, place))
                    if known is None or share < known.share:
                        worst[kind, place] = _Line(share, units, quoted, codes, net, bound.minor * number)


def _below(trial: Trial, kind: Conflict, place: int, line: _Line) -> ConflictFinding:
    return ConflictFinding(
        kind=kind,
        promotions=tuple(sorted(line.quoted.applied)),
        witness=trial.basket(line.units),
        codes=line.codes,
        sku=trial.catalogue[place].sku,
        actual=line.net,
        required=line.bound,
    )


# --- shadowed

_SHADOWS = frozenset((Reason.DISPLACED, Reason.BARRED, Reason.EXCLUDED))


def _shadowed(
    trial: Trial, own: Mapping[PromotionId, list[Units]], tried: Sequence[Units]
) -> list[ConflictFinding]:  # fmt: skip
    """Return the promotions that never apply where others do in their place."""
    found: list[ConflictFinding] = []
    for id, baskets in own.items():
        presented = _needing(trial, (id,))
        finding: ConflictFinding | None = None
        for units in dict.fromkeys((*baskets, *tried)):
            quoted = trial.quoted(units, presented)
            if id in quoted.applied:
                break
            by = next(
                (each.by for each in quoted.not_applied if each.promotion == id and each.reason in _SHADOWS), None
            )
            if finding is None and by is not None:
                codes = tuple(each.id for each in presented)
                finding = ConflictFinding(
                    kind=Conflict.SHADOWED, promotions=(id, by), witness=trial.basket(units), codes=codes
                )
        else:
            found += [] if finding is None else [finding]
    return found


# --- tiers


class _Band(NamedTuple):
    """From which measure to which a promotion applies, both included; None is without end."""

    low: int
    high: int | None
    promotion: Promotion


def _bands(rulebook: Rulebook) -> list[tuple[Measure, list[_Band]]]:
    """Return promotions of one lane that are for the same lines and differ by a measure: the tiers of a programme."""
    found: dict[tuple[str, Rule, Measure], list[_Band]] = {}
    for each in rulebook.promotions:
        named = {measure.fact: measure for measure in each.measures}
        rules = each.conditions.rules if isinstance(each.conditions, All) else (each.conditions,)
        leaves = [leaf for leaf in rules if isinstance(leaf, AtLeastFact | AtMostFact) and leaf.fact in named]
        facts = {leaf.fact for leaf in leaves}
        lows = [leaf.bound for leaf in leaves if isinstance(leaf, AtLeastFact)]
        highs = [leaf.bound for leaf in leaves if isinstance(leaf, AtMostFact)]
        if leaves and len(leaves) == len(rules) and len(facts) == 1 and not each.own:
            measure = named[leaves[0].fact]
            band = _Band(max(lows, default=0), min(highs, default=None), each)
            found.setdefault((each.lane, each.scope, measure), []).append(band)
    return [
        (measure, sorted(bands, key=lambda band: (band.low, band.promotion.id)))
        for (_, _, measure), bands in found.items()
        if len(bands) > 1
    ]


def _tiers(
    trial: Trial, own: Mapping[PromotionId, list[Units]], tried: Sequence[Units]
) -> list[ConflictFinding]:  # fmt: skip
    """Return gaps between tiers, and tiers of which two apply at once."""
    found: list[ConflictFinding] = []
    for measure, bands in _bands(trial.rulebook):
        for lower, upper in pairwise(bands):
            baskets = [*own[lower.promotion.id], *own[upper.promotion.id], *tried]
            if lower.high is not None and lower.high + 1 < upper.low:
                found += _gap(trial, measure, lower, upper, baskets)
            elif lower.high is None or upper.low <= lower.high:
                found += _overlap(trial, lower, upper, baskets)
    return found


def _gap(
    trial: Trial, measure: Measure, lower: _Band, upper: _Band, baskets: Sequence[Units]
) -> list[ConflictFinding]:  # fmt: skip
    pair = (lower.promotion.id, upper.promotion.id)
    least, most = (lower.high or 0) + 1, upper.low - 1
    scope = lower.promotion.scope if measure.over is None else measure.over
    places = trial.inside(scope)
    more = [trial.reaching(measure, place, least) for place in places]
    for units in (*more, *baskets):
        if least <= _measured(trial, measure, places, units) <= most:
            quoted = trial.quoted(units, _needing(trial, pair))
            if not set(pair) & set(quoted.applied):
                witness = trial.basket(units)
                return [
                    ConflictFinding(
                        kind=Conflict.TIER_GAP, promotions=pair, witness=witness, actual=least, required=most
                    )
                ]
    return []


def _measured(trial: Trial, measure: Measure, places: Sequence[int], units: Units) -> int:
    """Return what a measure reads of a basket before all discounts."""
    numbers = [units[place] for place in places]
    match measure.of:
        case MeasureKind.AMOUNT:
            return sum(units[place] * trial.catalogue[place].price.minor for place in places)
        case MeasureKind.QUANTITY:
            return sum(numbers)
        case MeasureKind.PRODUCTS:
            return sum(number > 0 for number in numbers)
        case _:
            return max(numbers, default=0)


def _overlap(trial: Trial, lower: _Band, upper: _Band, baskets: Sequence[Units]) -> list[ConflictFinding]:
    pair = (lower.promotion.id, upper.promotion.id)
    presented = _needing(trial, pair)
    for units in baskets:
        if set(pair) <= set(trial.quoted(units, presented).applied):
            codes = tuple(each.id for each in presented)
            witness = trial.basket(units)
            return [
                ConflictFinding(
                    kind=Conflict.TIER_OVERLAP, promotions=pair, witness=witness, codes=codes, actual=upper.low
                )
            ]
    return []


def _falling(trial: Trial) -> list[ConflictFinding]:
    """Return ladders of which a tier takes less off than the tiers below it would."""
    found: list[ConflictFinding] = []
    for each in trial.rulebook.promotions:
        goods = each.goods
        if goods is not None and isinstance(goods.value, Ladder):
            found += _falls(trial, each, goods.value)
    return found


def _falls(trial: Trial, promotion: Promotion, ladder: Ladder) -> list[ConflictFinding]:
    measure = next(each for each in promotion.measures if each.fact == ladder.by)
    places = trial.inside(promotion.scope if measure.over is None else measure.over)
    for place in range(1, len(ladder.tiers)):
        shorter = evolve(ladder, tiers=ladder.tiers[:place])
        alone, less = (_alone(trial, promotion, value) for value in (ladder, shorter))
        bound = ladder.tiers[place].bound
        for at in places:
            units = trial.reaching(measure, at, bound)
            presented = _needing(trial, (promotion.id,))
            if less.quoted(units, presented).payable < alone.quoted(units, presented).payable:
                witness = trial.basket(units)
                return [
                    ConflictFinding(
                        kind=Conflict.LADDER_FALLS, promotions=(promotion.id,), witness=witness, actual=bound
                    )
                ]
    return []


def _alone(trial: Trial, promotion: Promotion, ladder: Ladder) -> Trial:
    """Return the trial of one promotion with another ladder."""
    benefits = tuple(
        evolve(each, value=ladder) if each is promotion.goods else each for each in promotion.benefits
    )  # fmt: skip
    book = trial.rulebook
    other = Rulebook(
        [evolve(promotion, benefits=benefits)],
        currency=book.currency,
        policy=book.policy,
        line_facts=book.line_facts,
        facts=book.facts,
    )
    return Trial(other, trial.catalogue, at=trial.at, facts=trial.facts)


def _legal(trial: Trial, log: Iterable[PriceRecord], guards: GuardPolicy) -> list[ConflictFinding]:
    """Return what law says of the advertised price of each product that is reduced."""
    records, found = tuple(log), list[ConflictFinding]()
    costs = {each.sku: each.cost for each in trial.catalogue if each.cost is not None}
    for place, each in enumerate(trial.catalogue):
        listed = Price(amount=each.price)
        shown = advertised_price(
            trial.rulebook, each.sku, listed, at=trial.at, facts=trial.facts, traits=each.facts, floor=each.floor
        )
        planned = PlannedPrice(
            sku=each.sku, price=shown.price, announced=trial.at, compared=each.price if shown.is_reduced else None
        )
        for finding in guard_prices([planned], log=records, costs=costs, policy=guards):
            found.append(
                ConflictFinding(
                    kind=Conflict.LEGAL,
                    promotions=tuple(sorted(shown.applied)),
                    witness=trial.basket(trial.only(place, 1)),
                    sku=each.sku,
                    actual=finding.actual.minor,
                    required=None if finding.required is None else finding.required.minor,
                    legal=finding,
                )
            )
    return found
