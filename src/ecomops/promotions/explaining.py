"""Why something did not apply, as a sentence in both languages."""

from ecomops.kernel import Language, Money, Text
from ecomops.kernel.rules import Not, sentence
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.refusals import REASONS, NotApplied, Reason
from ecomops.promotions.rulebook import Rulebook

_OF_MONEY = frozenset((Reason.DISPLACED, Reason.BUDGET_EXHAUSTED))
"""Reasons whose numbers are amounts: what was saved, and what is left of the money."""


def explain(rulebook: Rulebook, refused: NotApplied, language: Language = "en") -> str:
    """Return in a sentence why something did not apply, with every condition that is not met.

    Args:
        rulebook: The rulebook of the quote: it knows what people call the facts.
        refused: What did not apply.
        language: `en` or `zh`.
    """
    name = refused.given or refused.promotion or ""
    promotion = None if refused.promotion is None else rulebook.by_id.get(refused.promotion)
    parts = [REASONS[refused.reason].read(language).format(by=refused.by)]
    if promotion is not None and refused.unmet:
        words = rulebook.words(promotion)
        wanted = (each.rule if each.wanted else Not(rule=each.rule) for each in refused.unmet)
        parts.append(("; " if language == "en" else "；").join(sentence(each, language, words) for each in wanted))
    if refused.gap is not None:
        has, needs = (_told(rulebook, promotion, refused, number) for number in (refused.actual, refused.required))
        parts.append(Text("{} of {}", "现为 {}，需 {}").read(language).format(has, needs))
    return (": " if language == "en" else "：").join((name, *parts))


def _told(rulebook: Rulebook, promotion: Promotion | None, refused: NotApplied, number: int | None) -> str:
    """Return a number of *refused* as people read it: in major units where it is an amount."""
    if refused.reason in _OF_MONEY and number is not None:
        return str(Money(number, rulebook.currency))
    asked = (each.rule.fact for each in refused.unmet if each.required == refused.required)
    fact = None if promotion is None else rulebook.words(promotion).find(next(asked, ""))
    return str(number) if fact is None or fact.currency is None or number is None else str(Money(number, fact.currency))
