"""Findings of a programme: what each of them says, in both languages."""

from ecomops.kernel import Text
from ecomops.promotions.conflict_findings import CONFLICTS, Conflict, ConflictFinding
from ecomops.promotions.guarding import Guard, PriceFinding
from ecomops.terms import PromotionId, Sku
from tests.promotions.kit import a_basket, a_priced_line, fen

LAW = PriceFinding(
    sku=Sku("tea"), guard=Guard.BELOW_COST, article=Text("article 14", "第十四条"), actual=fen(100), required=fen(200)
)


def finding(kind: Conflict) -> ConflictFinding:
    """Return a finding of that kind, with all that any of them tells."""
    return ConflictFinding(
        kind=kind,
        promotions=(PromotionId("p"), PromotionId("q")),
        witness=a_basket(a_priced_line()),
        sku=Sku("tea"),
        actual=400,
        required=1000,
        legal=LAW if kind is Conflict.LEGAL else None,
    )


def test_every_finding_reads_in_both_languages() -> None:
    """With its promotions or its product, and its numbers; nothing is left open."""
    assert set(CONFLICTS) == set(Conflict)
    for kind in Conflict:
        for said in (finding(kind).text(), finding(kind).text("zh")):
            assert "{" not in said
            assert "None" not in said
            assert "tea" in said or "p, q" in said or "p、q" in said


def test_prices_are_amounts_and_bounds_of_tiers_are_numbers() -> None:
    """A bound may be units as well as minor units."""
    assert finding(Conflict.BELOW_COST).text() == "p, q: tea falls to 4.00 CNY, its cost is 10.00 CNY"
    assert finding(Conflict.BELOW_LEAST).text("zh") == "p、q：tea 降至 4.00 CNY，最低限价为 10.00 CNY"
    assert finding(Conflict.TIER_GAP).text() == "p, q: nothing applies from 400 to 1000"
    assert "article 14" in finding(Conflict.LEGAL).text()
