"""The promotions that run together, checked, sorted and indexed once; quoting only reads them."""

from collections.abc import Iterable, Mapping
from typing import Final

from ecomops.kernel import Currency, Money
from ecomops.kernel.checks import require_once, wrong_kind
from ecomops.kernel.money import CurrencyMismatch
from ecomops.kernel.rules import ALWAYS, Fact, FactKind, Facts, Vocabulary, declare
from ecomops.kernel.text import Text
from ecomops.promotions.errors import UnknownLane
from ecomops.promotions.measures import MeasureKind
from ecomops.promotions.policy import DEFAULT_POLICY, Lane, QuotePolicy
from ecomops.promotions.promotion import Promotion

SKU = Fact(name="sku", kind=FactKind.TEXT, words=Text("SKU", "商品编码"))
AT = Fact(name="at", kind=FactKind.INSTANT, words=Text("time", "时间"))

_MEASURE_WORDS: Mapping[MeasureKind, Text] = {
    MeasureKind.AMOUNT: Text("amount", "金额"),
    MeasureKind.QUANTITY: Text("quantity", "件数"),
    MeasureKind.LINE_QUANTITY: Text("units of one line", "单行件数"),
    MeasureKind.PRODUCTS: Text("different products", "商品种数"),
}


class Rulebook:
    """The promotions of one shop and one currency, in the order in which they have their turn.

    Attributes:
        promotions: All of them in total order: lane, priority descending, id.
        currency: The one currency of their amounts.
        policy: How they meet.
        line_facts: What a scope may ask of a line.
        facts: What conditions may ask of a basket, measures apart.
        by_id: Each by its id.
        plain: The ids of stated ones that hold for everything, always and without limit.

    Example:
        >>> from fractions import Fraction
        >>> from ecomops.promotions import Percent, Promotion
        >>> from ecomops.terms import PromotionId
        >>> book = Rulebook.of([Promotion(id=PromotionId("618"), benefit=Percent(share=Fraction(1, 10)))])
        >>> [promotion.id for promotion in book.promotions]
        [PromotionId('618')]
    """

    __slots__ = (
        "by_code",
        "by_id",
        "currency",
        "facts",
        "lanes",
        "line_facts",
        "places",
        "plain",
        "policy",
        "promotions",
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
        self.plain: Final = frozenset(each.id for each in self.promotions if _is_plain(each))
        self.lanes: Final[tuple[tuple[Lane, tuple[Promotion, ...]], ...]] = tuple(
            (lane, tuple(each for each in self.promotions if each.lane == lane.name and not _stated(each)))
            for lane in policy.lanes
        )
        for promotion in self.promotions:
            self._require(promotion)

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
        return self.facts.with_facts(
            *(
                Fact(
                    name=measure.fact,
                    kind=FactKind.NUMBER,
                    words=_MEASURE_WORDS[measure.of],
                    currency=self.currency if measure.of is MeasureKind.AMOUNT else None,
                )
                for measure in promotion.measures
            )
        )

    def require_facts(self, facts: Facts) -> None:
        """Refuse facts of a basket that are not declared, or not of their kind.

        Raises:
            UndeclaredFact: It lists every name that nobody declared.
            WrongKind: A value is of another kind than its fact.
        """
        self.facts.require_facts(facts)

    def _require(self, promotion: Promotion) -> None:
        """Refuse a promotion that asks for what nobody declared, or speaks of other money."""
        self.line_facts.require(promotion.scope, id=promotion.id)
        for measure in promotion.measures:
            if measure.over is not None:
                self.line_facts.require(measure.over, id=promotion.id)
        self.words(promotion).require(promotion.conditions, id=promotion.id)
        for money in _amounts(promotion):
            if money.currency is not self.currency:
                raise CurrencyMismatch(left=self.currency, right=money.currency)


def _amounts(promotion: Promotion) -> list[Money]:
    return [promotion.limits.money] if promotion.limits.money is not None else []


def _stated(promotion: Promotion) -> bool:
    return promotion.stated


def _is_plain(promotion: Promotion) -> bool:
    """Tell whether a stated promotion holds for everything, always and without limit."""
    free = promotion.valid is None and promotion.promo_code is None and not promotion.by_coupon
    everything = promotion.scope == ALWAYS == promotion.conditions
    return _stated(promotion) and free and everything and not promotion.limits.counted
