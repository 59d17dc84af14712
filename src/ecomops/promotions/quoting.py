"""The quote: what a basket costs under a rulebook, which promotions applied, which did not, and how far away they were.

Stated discounts come first: they are bounded by the room of their line and carried as they are. Then the lanes run in
order. Integers inside, money at the edge; every share adds up, and nothing falls below its floor.
"""

from functools import partial
from typing import Unpack

from ecomops.kernel import Missing
from ecomops.kernel.rules import holds
from ecomops.promotions.answering import answer
from ecomops.promotions.asking import Asking
from ecomops.promotions.basket import Basket, Entry, require_basket
from ecomops.promotions.canonical import facts_of
from ecomops.promotions.desk import Desk
from ecomops.promotions.presenting import open_desk
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.quotes import Quote
from ecomops.promotions.refusals import NotApplied, Reason, Refusal
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.stating import carry
from ecomops.promotions.tracing import Trace, traced
from ecomops.promotions.turns import run
from ecomops.terms import LineId, PromotionId


def quote(rulebook: Rulebook, basket: Basket, **asked: Unpack[Asking]) -> Quote:
    """Quote *basket*: bound what is stated, compute the rest, and say why what did not apply did not.

    Args:
        rulebook: The promotions.
        basket: The lines with their stated discounts, in any order: the order changes nothing.
        asked: By name, as in `Asking`: *at*, the instant for which it holds; who the *customer* is, and what *facts*
            are known of the buyer and the basket; which *codes* and single *coupons* are shown; how often promotions
            with limits were *used*, as far as it was read (placement checks it again); the *gift_stock*, the units that
            there are of each gift. Only *at* is needed.

    Raises:
        StatedTooLarge: Stated discounts exceed the room of a line; every such line is listed.
        UnknownStated: A discount is stated for promotions that do not take any.
        CurrencyMismatch: An amount is not in the currency of the rulebook.
        Repeated: Two lines have one id, or a coupon or a shared code is told twice.
        UnknownTraits: Facts are told of a line that is not there.
        UndeclaredFact: Facts are told that nobody declared.
        WrongKind: What is asked is of another kind than it should be, or a fact than it was declared as.
        OutOfRange: A total is larger than can be kept.

    Example:
        >>> from fractions import Fraction
        >>> from ecomops.kernel import Currency
        >>> from ecomops.promotions import Lines, Percent, Reduction, spend
        >>> from ecomops.testing import NOON, a_line, cny
        >>> tenth = Reduction(value=Percent(share=Fraction(1, 10)), target=Lines())
        >>> promotion = Promotion(id=PromotionId("618"), benefits=(tenth,), conditions=spend(cny("25.00")))
        >>> book = Rulebook.of([promotion])
        >>> quoted = quote(book, Basket(currency=Currency.CNY, lines=(a_line(quantity=3, gross="30.00"),)), at=NOON)
        >>> str(quoted.payable), str(quoted.applications[0].amount)
        ('27.00 CNY', '3.00 CNY')
        >>> quote(book, Basket(currency=Currency.CNY, lines=(a_line(gross="10.00"),)), at=NOON).not_applied[0].gap
        1500
    """
    desk = _decided(rulebook, basket, asked)
    if desk.leaves_out:
        desk.refused, desk.later = [], partial(_told, rulebook, basket, _kept(asked))
    return answer(desk)


def _decided(rulebook: Rulebook, basket: Basket, asked: Asking, *, told: bool = False) -> Desk:
    """Return the desk when all is decided; what never applies is looked at when it is *told* of."""
    desk = open_desk(rulebook, basket, **asked)
    carry(desk)
    run(desk, told=told)
    return desk


def _told(rulebook: Rulebook, basket: Basket, asked: Asking) -> list[Refusal]:
    """Return all that is refused, by another look at the basket: most callers never ask."""
    desk = _decided(rulebook, basket, asked, told=True)
    return [*desk.refused, *(() if desk.later is None else desk.later())]


def _kept(asked: Asking) -> Asking:
    """Return what was asked as it was: its mappings may be others when somebody asks what was refused."""
    facts, used, stock = asked.get("facts"), asked.get("used"), asked.get("gift_stock")
    return {
        **asked,
        "facts": None if facts is None else dict(facts),
        "used": None if used is None else dict(used),
        "gift_stock": None if stock is None else dict(stock),
    }


def why(rulebook: Rulebook, basket: Basket, id: PromotionId, **asked: Unpack[Asking]) -> NotApplied | None:
    """Return why a promotion does not apply to *basket*, also one that a quote does not tell of; None when it does.

    Args:
        rulebook: The promotions.
        basket: As for `quote`.
        id: Which promotion.
        asked: As for `quote`: *at*, and *customer*, *facts*, *codes*, *coupons*, *shared*, *used*, *gift_stock*.

    Raises:
        Missing: The rulebook has no such promotion.
        StatedTooLarge: See `quote`, and so are all others.

    Example:
        >>> from fractions import Fraction
        >>> from ecomops.kernel import Currency
        >>> from ecomops.kernel.rules import OneOf
        >>> from ecomops.promotions import Lines, Percent, Reduction
        >>> from ecomops.testing import NOON, a_line
        >>> only = Lines(scope=OneOf(fact="sku", values=("coffee",)))
        >>> tenth = Reduction(value=Percent(share=Fraction(1, 10)), target=only)
        >>> book = Rulebook.of([Promotion(id=PromotionId("618"), benefits=(tenth,))])
        >>> basket = Basket(currency=Currency.CNY, lines=(a_line(),))
        >>> why(book, basket, PromotionId("618"), at=NOON).reason
        <Reason.OUT_OF_SCOPE: 'promotion.out_of_scope'>
    """
    if id not in rulebook.by_id:
        raise Missing(kind="promotion", ids=(str(id),))
    desk = _decided(rulebook, basket, asked, told=True)
    compiled = rulebook.compiled[rulebook.places[id]]
    entries: tuple[Entry, ...] = (*desk.lines, *desk.service_lines)
    stated = any(discount.promotion == id for entry in entries for discount in entry.discounts)
    if compiled.place in desk.carried or stated:
        return None
    later = () if desk.later is None else desk.later()
    told = next((each for each in (*reversed(desk.refused), *later) if each.promotion == id), None)
    if told is not None:
        return told.read()
    presented = not compiled.presented or id in desk.given
    return NotApplied(promotion=id, reason=Reason.OUT_OF_SCOPE if presented else Reason.NOT_PRESENTED)


def trace(rulebook: Rulebook, basket: Basket, **asked: Unpack[Asking]) -> Trace:
    """Quote *basket* and return every step with the amounts before and after it; the arguments are those of `quote`.

    Raises:
        StatedTooLarge: See `quote`, and so are all others.
    """
    desk = _decided(rulebook, basket, asked, told=True)
    return traced(desk, answer(desk))


def matching(rulebook: Rulebook, promotion: Promotion, basket: Basket) -> tuple[LineId, ...]:
    """Return the lines of *basket* that are in the scope of *promotion*, in their order.

    Raises:
        Repeated: Two lines have one id, or a fact is told twice.
        UnknownTraits: Facts are told of a line that is not there.
        UndeclaredFact: Facts are told that nobody declared.
        WrongKind: A fact is of another kind than it was declared as.
    """
    require_basket(basket, rulebook.line_facts)
    traits = {each.line: each for each in basket.traits}
    return tuple(
        line.id for line in basket.lines if holds(promotion.scope, facts_of(line, traits.get(line.id)))
    )  # fmt: skip
