"""The best of the codes and coupons that a buyer has: exact, and proved, or it says how much more there might be.

Promotions have their turns as in a quote, and each one that has to be presented is a decision: presented, or not. A
branch is left out only when a safe bound says that nothing below it is better. The search itself and its bounds are
in `ecomops.promotions.searching`.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations
from typing import Unpack

from attrs import field, frozen

from ecomops.kernel import Money, OutOfRange
from ecomops.kernel.checks import is_a, tuple_of, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.asking import Asking
from ecomops.promotions.basket import Basket
from ecomops.promotions.canonical import goods_of, services_of
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.coupons import Coupon
from ecomops.promotions.desk import Desk
from ecomops.promotions.presenting import open_desk
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.searching import Search
from ecomops.promotions.stating import carry
from ecomops.terms import CouponId, PromotionId

MOST_STATES = 50_000
"""How many states a search looks at unless the caller says otherwise: about a second."""


@frozen(kw_only=True)
class Best:
    """The codes and coupons that save most.

    Args:
        codes: The codes to present, in order.
        coupons: The single coupons to present, by id.
        saving: What they take off beside what applies without any of them.
        proved: Whether nothing saves more: every other choice was looked at, or is not better by a safe bound.
        bound: No choice saves more than this; the saving itself when it is proved.
        looked_at: How many states of the basket were looked at.
    """

    codes: tuple[str, ...] = field(validator=tuple_of(str))
    coupons: tuple[CouponId, ...] = field(validator=tuple_of(CouponId))
    saving: Money = field(validator=is_a(Money))
    proved: bool = field(validator=is_a(bool))
    bound: Money = field(validator=is_a(Money))
    looked_at: int = field(validator=whole(0))


def best_coupons(
    rulebook: Rulebook, basket: Basket, *, most: int | None = None, limit: int = MOST_STATES, **asked: Unpack[Asking]
) -> Best:
    """Return which of the *codes* and *coupons* a buyer should present.

    Of choices that save the same the one with the fewest codes and coupons wins, then the one whose promotions have the
    smallest ids. A promotion that can be opened by a code and by a coupon is opened by its code, which is not used up;
    of several coupons of one promotion the first by id is taken. What cannot be used is never chosen.

    Args:
        rulebook: The promotions.
        basket: As for `quote`.
        most: The most codes and coupons together; None is any number.
        limit: The most states of the basket to look at; a search that would need more answers with what it has found,
            and with a bound.
        asked: As for `quote`: *at*, and *customer*, *facts*, *shared*, *used*, *gift_stock*; *codes* and *coupons* are
            those that the buyer knows and has.

    Raises:
        OutOfRange: *most* is negative, or *limit* is below one.
        StatedTooLarge: See `quote`, and so are all others.

    Example:
        >>> from fractions import Fraction
        >>> from ecomops.kernel import Currency
        >>> from ecomops.promotions import AmountOff, Percent, Promotion, Reduction, Whole
        >>> from ecomops.testing import NOON, a_line, cny
        >>> def coupon(id, value):
        ...     off = Reduction(value=value, target=Whole())
        ...     return Promotion(id=PromotionId(id), benefits=(off,), promo_code=id, tags=("one",), bars=("one",))
        >>> tenth, five = Percent(share=Fraction(1, 10)), AmountOff(amount=cny("5.00"))
        >>> book = Rulebook.of([coupon("TENTH", tenth), coupon("FIVE", five)])
        >>> basket = Basket(currency=Currency.CNY, lines=(a_line(gross="40.00"),))
        >>> best = best_coupons(book, basket, at=NOON, codes=("FIVE", "TENTH"))
        >>> best.codes, str(best.saving), best.proved
        (('FIVE',), '5.00 CNY', True)
    """
    _require_whole("limit", limit, 1)
    _require_whole("most", 0 if most is None else most, 0)
    tokens = _tokens(open_desk(rulebook, basket, **asked), asked.get("codes", ()))
    opened = [rulebook.compiled[rulebook.places[id]] for id in tokens]
    room = len(opened) if most is None else most

    def on_desk(search: Search, stated: tuple[Compiled, ...]) -> None:
        """Look at every choice beside some of the stated promotions."""
        presented = [tokens[each.id] for each in stated]
        asked["codes"] = tuple(each for each in presented if isinstance(each, str))
        asked["coupons"] = tuple(each for each in presented if isinstance(each, Coupon))
        desk = open_desk(rulebook, basket, **asked)
        carry(desk)
        desk.lay_out(goods_of(desk.basket, desk.left, desk.floors), services_of(desk.basket, desk.left_of_services))
        search.run(desk, tuple(each.id for each in stated))

    plain = Search([], room=0, limit=1, none=MOST_MINOR)
    on_desk(plain, ())
    search = Search([each for each in opened if not each.stated], room=room, limit=limit, none=plain.best_left)
    for stated in _subsets([each for each in opened if each.stated], room):
        on_desk(search, stated)
    return _answer(rulebook, search, tokens, plain.best_left)


def _tokens(desk: Desk, codes: tuple[str, ...]) -> dict[PromotionId, str | Coupon]:
    """Return with what each promotion can be opened: its code, or the first coupon that can be used."""
    by_code = {promotion.id: code for code in codes if (promotion := desk.book.by_code.get(code)) is not None}
    entered = {id: desk.given[id] for id in desk.families if id not in desk.coupons}
    found: dict[PromotionId, str | Coupon] = {**desk.coupons, **entered, **by_code}
    return {id: found[id] for id in sorted(found)}


def _require_whole(name: str, number: object, least: int) -> None:
    if type(number) is not int:
        raise wrong_kind(f"best_coupons.{name}", "int", number)
    if number < least:
        raise OutOfRange(field=f"best_coupons.{name}", least=str(least), most="∞")


def _subsets(stated: list[Compiled], room: int) -> Iterator[tuple[Compiled, ...]]:
    """Return every choice of the promotions whose amounts the host states, the smallest first."""
    return chain.from_iterable(combinations(stated, number) for number in range(min(len(stated), room) + 1))


def _answer(
    rulebook: Rulebook, search: Search, tokens: Mapping[PromotionId, str | Coupon], none: int
) -> Best:  # fmt: skip
    currency, chosen = rulebook.currency, search.best
    presented = [tokens[id] for id in chosen]
    return Best(
        codes=tuple(sorted(each for each in presented if isinstance(each, str))),
        coupons=tuple(sorted(each.id for each in presented if isinstance(each, Coupon))),
        saving=Money(none - search.best_left, currency),
        proved=search.proved,
        bound=Money(none - search.least_left, currency),
        looked_at=search.looked_at,
    )
