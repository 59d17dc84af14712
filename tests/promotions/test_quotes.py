"""What a quote says in words: why something did not apply, in both languages."""

import pytest

from ecomops.kernel.rules import All, Equals, Fact, FactKind, Not
from ecomops.kernel.text import Text
from ecomops.promotions import NotApplied, Quote, Reason, Rulebook, explain, quote, spend
from ecomops.promotions.refusals import REASONS
from ecomops.terms import PromotionId
from ecomops.testing import NOON
from tests.promotions.kit import a_basket, a_promotion, fen

VIP = Fact(name="vip", kind=FactKind.FLAG, words=Text("member", "会员"))
CONDITIONS = All(rules=(spend(fen(1500)), Not(rule=Equals(fact="vip", value=True))))
BOOK = Rulebook.of([a_promotion(conditions=CONDITIONS)], facts=(VIP,))


def asked(**more: object) -> Quote:
    """Return the quote of ten yuan of tea for a member."""
    return quote(BOOK, a_basket(), at=NOON, facts={"vip": True}, codes=tuple(str(code) for code in more.values()))


def test_a_reason_reads_as_a_sentence() -> None:
    """With every condition that is not met, in the words of the shop, and the numbers."""
    (refused,) = asked().not_applied
    assert explain(BOOK, refused) == (
        "p: a condition is not met: amount is at least 15.00 CNY; not (member is true): 10.00 CNY of 15.00 CNY"
    )
    unmet = "金额 不少于 15.00 CNY；并非（会员 为 真）"
    assert explain(BOOK, refused, "zh") == f"p：条件未满足：{unmet}：现为 10.00 CNY，需 15.00 CNY"


def test_a_code_that_nobody_knows_is_named() -> None:
    """What was given stands in the sentence, and a promotion of another rulebook by its id."""
    found = {each.given: each for each in asked(code="NOPE").not_applied}
    assert explain(BOOK, found["NOPE"]) == "NOPE: there is no such code"
    other = NotApplied(promotion=PromotionId("ghost"), reason=Reason.ENDED)
    assert explain(BOOK, other, "zh") == "ghost：已经结束"
    lesser = NotApplied(promotion=PromotionId("p"), reason=Reason.DISPLACED, actual=800, required=2000)
    assert explain(BOOK, lesser) == "p: another promotion of its lane saves more: 8.00 CNY of 20.00 CNY"
    assert explain(BOOK, NotApplied(promotion=None, reason=Reason.ENDED)) == ": it has ended"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(reason: Reason) -> None:
    """In both languages, and a dotted code."""
    text = REASONS[reason]
    assert text.en != text.zh != ""
    assert reason.value.count(".") == 1
