"""Promotions in the form in which they are quoted: integers, functions and places instead of money, rules and names."""

from math import lcm
from typing import NamedTuple

from pendulum import DateTime  # noqa: TC002 - kept real, as everywhere

from ecomops.kernel.counters import Excess
from ecomops.kernel.rules import ALWAYS, AtLeastFact, Rule, Vocabulary, comparisons
from ecomops.promotions.arithmetic import AMOUNT, PERCENT, PRICE, Choice, Want
from ecomops.promotions.benefits import Benefit, CouponGrant, Gift, HostBenefit, NeedsLine, PointsGrant, Reduction
from ecomops.promotions.measures import MEASURES, Measure, MeasureKind, Reading
from ecomops.promotions.predicates import Ask, Scope, compiled
from ecomops.promotions.promotion import UNLIMITED, Promotion
from ecomops.promotions.sets import PartPlan
from ecomops.promotions.targets import Chosen, Lines, Order, Part, Per, Sets, Shipping, Whole, Within
from ecomops.promotions.usage import UseId
from ecomops.promotions.values import AmountOff, Every, Ladder, Percent, PlainValue, Stated, Value
from ecomops.terms import Funder

_KINDS = {kind: place for place, kind in enumerate(MeasureKind)}
_READINGS = {read: place for place, read in enumerate(Reading)}


class MeasurePlan(NamedTuple):
    """A measure of a promotion.

    Attributes:
        name: Its fact.
        scope: Of which lines.
        of: What is measured.
        read: At which amounts.
        key: A number of its own: measures of several promotions that are the same have the same.
    """

    name: str
    scope: Scope
    of: MeasureKind
    read: Reading
    key: int


class ValuePlan(NamedTuple):
    """A value in integers: the wants of its tiers from their bounds on, or one want for every step.

    Attributes:
        measure: By what it is chosen; None when nothing chooses.
        bounds: The bounds of the tiers.
        wants: What each takes.
        step: How much of the measure makes one step; 0 where there are tiers.
        most: The most steps.
        own: Whether each row is measured alone.
        only: The one value, when nothing chooses.
    """

    measure: MeasurePlan | None
    bounds: tuple[int, ...]
    wants: tuple[Want, ...]
    step: int = 0
    most: int | None = None
    own: bool = False
    only: Want | None = None


class GoodsPlan(NamedTuple):
    """A reduction of goods.

    Attributes:
        value: What it takes.
        whole: Whether of the whole together.
        each: Whether an amount is of each unit (and not of each line or set).
        choice: Which units of lines.
        parts: What belongs to a set; () when there are none.
        scopes: Of which lines each part is.
        most: The most sets.
        consuming: Whether units of a set can be taken for no other.
        cap: The most that is taken off.
    """

    value: ValuePlan
    whole: bool = False
    each: bool = True
    choice: Choice | None = None
    parts: tuple[PartPlan, ...] = ()
    scopes: tuple[Scope, ...] = ()
    most: int | None = None
    consuming: bool = True
    cap: int | None = None


class FreightPlan(NamedTuple):
    """A reduction of services: what it takes, of which names (() is all), together or each alone, at most *cap*."""

    value: ValuePlan
    names: frozenset[str]
    whole: bool
    cap: int | None


class GiftPlan(NamedTuple):
    """A gift, and by which measure it is counted."""

    gift: Gift
    measure: MeasurePlan | None


class FunderPlan(NamedTuple):
    """Who bears a promotion: names, numerators of their shares, and what these sum to."""

    funders: tuple[Funder, ...]
    shares: tuple[int, ...]
    under: int


class Compiled:
    """A promotion as it is quoted.

    Attributes:
        place: Its place in the total order.
        promotion: The value that it was made of.
        scope: What it touches.
        needs: Scopes of which a line must be there, for conditions of the host.
        goods: Its reduction of goods; None when it has none, or a host computes it.
        host: The benefit that a host computes.
        freight: Its reduction of shipping.
        gifts: Its gifts.
        grants: Its points and coupons.
        measures: Its measures by name: all of them for a host's own rules, else those for which it asks, in no order.
        asked: Those for which its conditions ask.
        ask: Its conditions as a function; None when they always hold.
        bound: The one measure and the bound, when that is all that its conditions ask for.
        presented: Whether a code or a coupon has to be presented.
        counted: Whether its uses are limited.
        use: What is counted.
        money: The most money; None is no limit.
        cut: Whether a discount is cut to what is left of it.
        stated: Whether the host states what it takes off.
        reduces: Whether it takes anything off.
        start: When it begins.
        end: When it ends.
        funding: Who bears it; None when one does.
        guarded: Whether anything but these has to admit it: its period, its conditions, its limits.
        enemies: Places of promotions that cannot apply with it.
    """

    __slots__ = (
        "ask",
        "asked",
        "bound",
        "counted",
        "cut",
        "end",
        "enemies",
        "freight",
        "funding",
        "gifts",
        "goods",
        "grants",
        "guarded",
        "host",
        "id",
        "measures",
        "money",
        "needs",
        "place",
        "presented",
        "promotion",
        "reduces",
        "scope",
        "start",
        "stated",
        "use",
    )

    def __init__(self, place: int, promotion: Promotion, scopes: "Scopes") -> None:
        """Compile *promotion*, of which everything has been checked."""
        scopes.owner = promotion.id
        self.place = place
        self.id = promotion.id
        self.promotion = promotion
        self.scope = scopes.of(promotion.scope)
        self.measures: dict[str, MeasurePlan] = {}
        self.stated = False
        self.goods: GoodsPlan | None = None
        self.host: HostBenefit | None = None
        self.freight: FreightPlan | None = None
        self.gifts: tuple[GiftPlan, ...] = ()
        self.grants: tuple[PointsGrant | CouponGrant, ...] = ()
        for benefit in promotion.benefits:
            self._add(benefit, scopes)
        if promotion.measures is not MEASURES or promotion.own or self.host is not None:
            for measure in promotion.measures:
                self._measured(measure.fact, scopes)
        self._compile_conditions(promotion, scopes)
        limits, valid = promotion.limits, promotion.valid
        self.presented = promotion.promo_code is not None or promotion.by_coupon
        self.counted = limits is not UNLIMITED and limits.counted
        self.use = UseId.of(promotion.id) if self.counted else None
        self.money = None if limits.money is None else limits.money.minor
        self.cut = limits.excess is Excess.CLAMP
        self.start: DateTime | None = None if valid is None else valid.start
        self.end: DateTime | None = None if valid is None else valid.end
        self.reduces = self.goods is not None or self.freight is not None or self.host is not None
        self.funding = None if len(promotion.funders) == 1 else _funding(promotion)
        self.guarded = bool(valid is not None or self.ask is not None or promotion.own or self.counted)
        self.enemies: frozenset[int] = frozenset()

    def _measured(self, name: str, scopes: "Scopes") -> MeasurePlan:
        """Return the plan of a measure; it is made when it is first asked for."""
        found = self.measures.get(name)
        if found is None:
            measure = next(each for each in self.promotion.measures if each.fact == name)
            found = self.measures[name] = scopes.measure(measure, self.scope)
        return found

    def _compile_conditions(self, promotion: Promotion, scopes: "Scopes") -> None:
        conditions = promotion.conditions
        self.ask: Ask | None = None
        self.bound: tuple[MeasurePlan, int] | None = None
        self.asked: tuple[MeasurePlan, ...] = ()
        self.needs: tuple[Scope, ...] = ()
        if conditions is not ALWAYS and conditions != ALWAYS:
            self.ask = compiled(conditions)
            names = {leaf.fact for leaf in comparisons(conditions)}
            asked = [each.fact for each in promotion.measures if each.fact in names]
            self.asked = tuple([self._measured(name, scopes) for name in asked])
            if isinstance(conditions, AtLeastFact) and self.asked:
                self.bound = self.asked[0], conditions.bound
        if promotion.own:
            self.asked = tuple(self.measures[each.fact] for each in promotion.measures)
            rules = [each.needs() for each in promotion.own if isinstance(each, NeedsLine)]
            self.needs = tuple(scopes.of(rule) for rule in rules)

    def _add(self, benefit: Benefit, scopes: "Scopes") -> None:
        if isinstance(benefit, Reduction):
            target = benefit.target
            if isinstance(target, Shipping):
                most = None if benefit.cap is None else benefit.cap.minor
                plan = self._value(benefit.value, scopes, by_row=False)
                self.freight = FreightPlan(plan, frozenset(target.names), target.per is Per.WHOLE, most)
            else:
                self.stated = isinstance(benefit.value, Stated)
                self.goods = self._goods(benefit, target, scopes)
        elif isinstance(benefit, Gift):
            measure = None if benefit.by is None else self._measured(benefit.by, scopes)
            self.gifts = (*self.gifts, GiftPlan(benefit, measure))
        elif isinstance(benefit, PointsGrant | CouponGrant):
            self.grants = (*self.grants, benefit)
        else:
            self.host = benefit

    def _goods(self, reduction: Reduction, target: Lines | Whole | Sets, scopes: "Scopes") -> GoodsPlan:
        cap = None if reduction.cap is None else reduction.cap.minor
        value = self._value(reduction.value, scopes, by_row=isinstance(target, Lines))
        if isinstance(target, Lines):
            choice = None if target.chosen is None else _choice(target.chosen)
            return GoodsPlan(value, each=target.per is Per.UNIT, choice=choice, cap=cap)
        if isinstance(target, Whole):
            return GoodsPlan(value, whole=True, cap=cap)
        return GoodsPlan(
            value,
            each=target.per is Per.UNIT,
            parts=tuple([_part(part) for part in target.parts]),
            scopes=tuple([scopes.of(part.scope) for part in target.parts]),
            most=target.most,
            consuming=target.consuming,
            cap=cap,
        )

    def _value(self, value: Value, scopes: "Scopes", *, by_row: bool) -> ValuePlan:
        match value:
            case Ladder(by=by, tiers=tiers):
                measure = self._measured(by, scopes)
                own = by_row and measure.of is MeasureKind.LINE_QUANTITY
                wants = tuple(want_of(tier.value) for tier in tiers)
                return ValuePlan(measure, tuple(tier.bound for tier in tiers), wants, own=own)
            case Every(by=by, step=step, amount=amount, most=most):
                measure = self._measured(by, scopes)
                own = by_row and measure.of is MeasureKind.LINE_QUANTITY
                return ValuePlan(measure, (), (Want(AMOUNT, amount.minor),), step, most, own)
            case Stated():
                return ValuePlan(None, (), ())
            case _:
                want = want_of(value)
                return ValuePlan(None, (), (want,), only=want)


class Scopes:
    """The distinct scopes of a rulebook, each compiled once."""

    def __init__(self, words: Vocabulary) -> None:
        """Start without any; *words* are what a scope may ask of a line."""
        self._known: dict[Rule, Scope] = {}
        self._words = words
        self.owner = ""

    def of(self, rule: Rule) -> Scope:
        """Return the scope of *rule*.

        Raises:
            UndeclaredFact: It asks for a fact that nobody declared; the owner is named.
            FactMisread: It compares a fact as another kind than it was declared as.
        """
        found = self._known.get(rule)
        if found is None:
            self._words.require(rule, id=self.owner)
            found = self._known[rule] = Scope(len(self._known), rule)
        return found

    def measure(self, measure: Measure, scope: Scope) -> MeasurePlan:
        """Return the plan of a measure of a promotion with that *scope*."""
        over = scope if measure.over is None else self.of(measure.over)
        key = (over.place * len(_KINDS) + _KINDS[measure.of]) * len(_READINGS) + _READINGS[measure.read]
        return MeasurePlan(measure.fact, over, measure.of, measure.read, key)


def _choice(chosen: Chosen) -> Choice:
    return Choice(chosen.count, chosen.skip, chosen.order is Order.DEAREST, chosen.within is Within.SCOPE)


def _part(part: Part) -> PartPlan:
    pick, dearest = part.pick, part.takes is Order.DEAREST
    if pick is None:
        return PartPlan(part.quantity, dearest)
    return PartPlan(part.quantity, dearest, pick.count, pick.skip, pick.order is Order.DEAREST, pick.pooled)


def want_of(value: PlainValue) -> Want:
    """Return *value* in integers."""
    match value:
        case Percent(share=share):
            return Want(PERCENT, share.numerator, share.denominator)
        case AmountOff(amount=amount):
            return Want(AMOUNT, amount.minor)
        case _:
            return Want(PRICE, value.price.minor)


def _funding(promotion: Promotion) -> FunderPlan:
    under = lcm(*(each.share.denominator for each in promotion.funders))
    shares = tuple(each.share.numerator * (under // each.share.denominator) for each in promotion.funders)
    return FunderPlan(tuple(each.funder for each in promotion.funders), shares, under)
