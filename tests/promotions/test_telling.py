"""What a quote tells of: presented codes, and every promotion that needs none and whose scope the basket meets."""

from copy import deepcopy
from random import Random
from typing import ClassVar

from attrs import evolve, frozen

from ecomops.kernel.rules import Rule, holds
from ecomops.promotions import (
    Basket,
    NeedsLine,
    NotApplied,
    Promotion,
    Reason,
    Rulebook,
    Shipping,
    Shortfall,
    View,
    quote,
    why,
)
from ecomops.promotions.canonical import facts_of
from ecomops.terms import PromotionId
from ecomops.testing import NOON
from tests.promotions.kit import a_basket, a_priced_line, a_promotion, sku
from tests.promotions.oracle.drawing import FACTS, LINE_FACTS, SCOPES, Drawing
from tests.promotions.oracle.test_oracle import quoted

DRAWS = range(30_000, 30_150)
"""Other programmes than those that the oracle is asked."""


@frozen(kw_only=True)
class Beside:
    """Holds for a basket that has a line of some kind beside what is reduced."""

    code: ClassVar[str] = "host.beside"

    line: Rule

    def unmet(self, view: View) -> Shortfall | None:
        """Return nothing where the line is there, as the index has found it already."""
        assert any(holds(self.line, row.facts) for row in view.rows)
        return None

    def needs(self) -> Rule:
        """Return the kind of line."""
        return self.line


def with_needs(book: Rulebook, random: Random) -> Rulebook:
    """Return *book* with a line needed by half of its computed promotions."""
    promotions = [
        each if each.stated or random.random() < 0.5 else evolve(each, own=(Beside(line=random.choice(SCOPES)),))
        for each in book.promotions
    ]
    return Rulebook.of(promotions, policy=book.policy, line_facts=LINE_FACTS, facts=FACTS)


def lines_of(basket: Basket, scope: Rule) -> list[str]:
    """Return the lines of a scope, asked one by one."""
    traits = {each.line: each for each in basket.traits}
    return [line.id for line in basket.lines if holds(scope, facts_of(line, traits.get(line.id)))]


def is_met(promotion: Promotion, basket: Basket) -> bool:
    """Tell whether a basket meets the scope of a promotion: of shipping alone, by a service too."""
    names: tuple[str, ...] | None = None
    for benefit in (promotion.freight,) if promotion.goods is None and not promotion.own else ():
        names = benefit.target.names if benefit is not None and isinstance(benefit.target, Shipping) else None
    by_service = names is not None and any(not names or each.name in names for each in basket.services)
    return by_service or bool(lines_of(basket, promotion.scope))


def test_every_promotion_whose_scope_is_met_is_told_of() -> None:
    """Also one to which the index did not lead, as a line that it needs is not there; of others nothing is told."""
    lacking = 0
    for seed in DRAWS:
        random = Random(seed)
        drawing = Drawing(random)
        book = with_needs(drawing.book(), random)
        asked = drawing.asked(book)
        found = quoted(book, asked)
        told: dict[PromotionId | None, NotApplied] = {each.promotion: each for each in found.not_applied}
        for promotion in book.promotions:
            if promotion.stated or promotion.promo_code is not None or promotion.by_coupon:
                continue
            id, basket = promotion.id, asked.basket
            assert (id in found.applied or id in told) is is_met(promotion, basket), f"seed {seed}, {id}"
            needs = [each.needs() for each in promotion.own if isinstance(each, NeedsLine)]
            if id in told and not all(lines_of(basket, need) for need in needs):
                lacking += 1
                assert told[id] == NotApplied(promotion=id, reason=Reason.CONDITION_UNMET), f"seed {seed}, {id}"
    assert lacking > len(DRAWS) // 5


def test_what_the_index_left_out_is_found_when_it_is_asked_for() -> None:
    """A quote does not look at it; a copy of the quote finds nothing later, and `why` says the same."""
    needy = [a_promotion(f"p-{n}", own=(Beside(line=sku(f"s-{n}")),)) for n in range(3)]
    book, basket = Rulebook.of(needy), a_basket(a_priced_line(sku="s-1"))
    lacking = [(PromotionId(id), Reason.CONDITION_UNMET) for id in ("p-0", "p-2")]
    found = quote(book, basket, at=NOON)
    for each in (deepcopy(found), found):
        assert each.applied == ("p-1",)
        assert [(one.promotion, one.reason) for one in each.not_applied] == lacking
    for id, reason in lacking:
        said = why(book, basket, id, at=NOON)
        assert said is not None
        assert said.reason is reason
