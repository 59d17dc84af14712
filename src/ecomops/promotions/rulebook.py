"""The promotions that run together, checked, sorted and indexed once; quoting only reads them."""

from collections.abc import Iterable
from typing import Final

from ecomops.kernel import Currency, Money
from ecomops.kernel.checks import require_once, wrong_kind
from ecomops.kernel.money import CurrencyMismatch
from ecomops.kernel.rules import ALWAYS, Fact, FactKind, Facts, Vocabulary, declare
from ecomops.kernel.text import Text
from ecomops.promotions.arithmetic import rounded_by
from ecomops.promotions.benefits import Gift, Reduction
from ecomops.promotions.compiling import Compiled, Scopes
from ecomops.promotions.errors import LaneNotOfLines, UnknownLane
from ecomops.promotions.measures import MEASURES, Measure
from ecomops.promotions.policy import DEFAULT_POLICY, LanePick, QuotePolicy
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.scoping import Index
from ecomops.promotions.sentences import measure_fact
from ecomops.promotions.targets import Lines
from ecomops.promotions.values import AmountOff, Every, FixedPrice, Ladder, Value

SKU = Fact(name="sku", kind=FactKind.TEXT, words=Text("SKU", "商品编码"))
AT = Fact(name="at", kind=FactKind.INSTANT, words=Text("time", "时间"))


class Rulebook:
    """The promotions of one shop and one currency, in the order in which they have their turn.

    Attributes:
        promotions: All of them in total order: lane, priority descending, id.
        currency: The one currency of their amounts.
        policy: How they meet.
        line_facts: What a scope may ask of a line.
        facts: What conditions may ask of a basket, measures apart.
        by_id: Each by its id.
        places: The place of each in the total order, by its id.
        compiled: All of them as they are quoted.
        computes: Whether a quote computes anything.
        exclusive: The places of those that stand alone in their basket.
        lane_of: The place of the lane of each.
        index: Which of them a basket may touch.
        wary: The places of stated ones that cannot apply with some that are computed.
        rounded: How fractions of a minor unit are rounded.
        plain: The ids of stated ones that hold for everything, always and without limit.

    Example:
        >>> from fractions import Fraction
        >>> from ecomops.promotions import Percent, Promotion, Reduction, Whole
        >>> from ecomops.terms import PromotionId
        >>> tenth = Reduction(value=Percent(share=Fraction(1, 10)), target=Whole())
        >>> book = Rulebook.of([Promotion(id=PromotionId("618"), benefits=(tenth,))])
        >>> [promotion.id for promotion in book.promotions]
        [PromotionId('618')]
    """

    __slots__ = (
        "_usual",
        "_words",
        "by_code",
        "by_id",
        "compiled",
        "computes",
        "currency",
        "exclusive",
        "facts",
        "index",
        "lane_of",
        "line_facts",
        "places",
        "plain",
        "policy",
        "promotions",
        "rounded",
        "wary",
    )

    def __init__(
        self,
        promotions: Iterable[Promotion],
        *,
        currency: Currency,
        policy: QuotePolicy,
        line_facts: Vocabulary,
        facts: Vocabulary,
    ) -> None:
        """Check, sort and index; see `of`."""
        order = {lane.name: place for place, lane in enumerate(policy.lanes)}
        known = tuple(promotions)
        for promotion in known:
            if type(promotion) is not Promotion:
                raise wrong_kind("Rulebook.promotions", "Promotion", promotion)
            if promotion.lane not in order:
                raise UnknownLane(promotion=promotion.id, lane=promotion.lane)
            pick = policy.lanes[order[promotion.lane]].pick
            if pick is LanePick.BEST_PER_LINE and not promotion.stated and not _is_over_lines(promotion):
                raise LaneNotOfLines(promotion=promotion.id, lane=promotion.lane)
        require_once((each.id for each in known), field="Rulebook.promotions")
        require_once((each.promo_code for each in known if each.promo_code), field="Promotion.promo_code")
        self.currency: Final = currency
        self.policy: Final = policy
        self.line_facts: Final = line_facts
        self.facts: Final = facts
        self.promotions: Final = tuple(sorted(known, key=lambda each: (order[each.lane], -each.priority, each.id)))
        self.by_id: Final = {each.id: each for each in self.promotions}
        self.by_code: Final = {each.promo_code: each for each in self.promotions if each.promo_code}
        self.places: Final = {each.id: place for place, each in enumerate(self.promotions)}
        self._words: Final[dict[tuple[Measure, ...], Vocabulary]] = {}
        self._usual: Vocabulary | None = None
        scopes = Scopes(line_facts)
        self.compiled: Final = tuple(Compiled(place, each, scopes) for place, each in enumerate(self.promotions))
        for promotion in self.promotions:
            self._require(promotion)
        _set_enemies(self.compiled)
        self.plain: Final = frozenset(each.id for each in self.compiled if self._is_plain(each))
        computed = [each for each in self.compiled if not each.stated]
        self.computes: Final = bool(computed)
        barred = {place for each in computed for place in each.enemies}
        self.wary: Final = frozenset(each.place for each in self.compiled if each.stated and each.place in barred)
        self.exclusive: Final = frozenset(each.place for each in computed if each.promotion.exclusive)
        self.lane_of: Final = tuple(order[each.lane] for each in self.promotions)
        self.index: Final = Index(each for each in computed if not each.presented)
        self.rounded: Final = rounded_by(policy.rounding)

    @classmethod
    def of(
        cls,
        promotions: Iterable[Promotion] = (),
        *,
        currency: Currency = Currency.CNY,
        policy: QuotePolicy = DEFAULT_POLICY,
        line_facts: tuple[Fact, ...] = (),
        facts: tuple[Fact, ...] = (),
    ) -> "Rulebook":
        """Check, sort and index *promotions*.

        Args:
            promotions: In any order.
            currency: The one currency of all amounts.
            policy: How they meet.
            line_facts: What scopes may ask of a line besides `sku` and `price`.
            facts: What conditions may ask of a basket besides `at` and the measures.

        Raises:
            UnknownLane: A promotion stands in a lane that the policy does not have.
            LaneNotOfLines: A lane chooses for each line, and a promotion in it is not over lines alone.
            UndeclaredFact: A scope or a condition asks for a fact that nobody declared; the promotion is named.
            FactMisread: It compares a fact as another kind than it was declared as.
            Repeated: Two promotions have one id, or one code.
            CurrencyMismatch: An amount is in another currency.
        """
        if type(currency) is not Currency:
            raise wrong_kind("Rulebook.currency", "Currency", currency)
        price = Fact(name="price", kind=FactKind.NUMBER, words=Text("price", "单价"), currency=currency)
        return cls(
            promotions,
            currency=currency,
            policy=policy,
            line_facts=declare(SKU, price, *line_facts),
            facts=declare(AT, *facts),
        )

    def words(self, promotion: Promotion) -> Vocabulary:
        """Return what the conditions of *promotion* may ask for: facts of the basket, and its measures."""
        measures = promotion.measures
        if measures is MEASURES and self._usual is not None:  # nearly always; to look measures up costs more than all
            return self._usual
        known = self._words.get(measures)
        if known is None:
            found = (measure_fact(measure, self.currency) for measure in measures)
            known = self._words[measures] = self.facts.with_facts(*found)
            if measures is MEASURES:
                self._usual = known
        return known

    def require_facts(self, facts: Facts) -> None:
        """Refuse facts of a basket that are not declared, or not of their kind.

        Raises:
            UndeclaredFact: It lists every name that nobody declared.
            WrongKind: A value is of another kind than its fact.
        """
        self.facts.require_facts(facts)

    def _require(self, promotion: Promotion) -> None:
        """Refuse a promotion that asks for what nobody declared, speaks of other money, or is wrong in its lane."""
        words = self.words(promotion)
        if promotion.conditions is not ALWAYS:
            words.require(promotion.conditions, id=promotion.id)
        for money in amounts_of(promotion):
            if money.currency is not self.currency:
                raise CurrencyMismatch(left=self.currency, right=money.currency)

    def _is_plain(self, compiled: Compiled) -> bool:
        """Tell whether a stated promotion holds for everything, always and without limit."""
        promotion = compiled.promotion
        if not compiled.stated or compiled.presented or promotion.valid is not None or promotion.own:
            return False
        everything = promotion.scope == ALWAYS == promotion.conditions
        free = not any(self.promotions[place].stated for place in compiled.enemies)
        return everything and free and not compiled.counted


def _is_over_lines(promotion: Promotion) -> bool:
    return all(isinstance(each, Reduction) and isinstance(each.target, Lines) for each in promotion.benefits)


def _set_enemies(promotions: tuple[Compiled, ...]) -> None:
    """Note which promotions cannot apply with which: bars cut both ways, and nobody bars itself."""
    barring = [each for each in promotions if each.promotion.bars]
    if not barring:
        return
    named: dict[str, list[int]] = {}
    for each in promotions:
        for name in dict.fromkeys((str(each.id), *each.promotion.tags)):
            named.setdefault(name, []).append(each.place)
    found: dict[int, set[int]] = {}
    for each in barring:
        for name in each.promotion.bars:
            for other in named.get(name, ()):
                if other != each.place:
                    found.setdefault(each.place, set()).add(other)
                    found.setdefault(other, set()).add(each.place)
    for place, others in found.items():
        promotions[place].enemies = frozenset(others)


def amounts_of(promotion: Promotion) -> list[Money]:
    """Return all money of which *promotion* speaks."""
    found = [] if promotion.limits.money is None else [promotion.limits.money]
    for benefit in promotion.benefits:
        if isinstance(benefit, Reduction):
            found += [] if benefit.cap is None else [benefit.cap]
            found += _amounts(benefit.value)
        elif isinstance(benefit, Gift):
            found += [choice.value for choice in benefit.choices]
            found += [] if benefit.price is None else [benefit.price]
    return found


def _amounts(value: Value) -> list[Money]:
    match value:
        case AmountOff(amount=money) | FixedPrice(price=money) | Every(amount=money):
            return [money]
        case Ladder(tiers=tiers):
            return [money for tier in tiers for money in _amounts(tier.value)]
        case _:
            return []
