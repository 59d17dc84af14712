"""The best of the codes and coupons that a buyer has: exact, and proved, or it says how much more there might be.

Promotions have their turns as in a quote, and each one that has to be presented is a decision: presented, or not. A
branch is left out only when a safe bound says that nothing below it is better. The search itself and its bounds are
in `ecomops.promotions.searching`.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, combinations
from typing import NamedTuple

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Money, OutOfRange
from ecomops.kernel.checks import is_a, tuple_of, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR, CurrencyMismatch
from ecomops.kernel.rules import Facts
from ecomops.promotions.basket import Basket, require_asked, require_basket
from ecomops.promotions.canonical import goods_of, services_of
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.coupons import Coupon
from ecomops.promotions.desk import Desk
from ecomops.promotions.presenting import invite
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.searching import Search
from ecomops.promotions.sharedcodes import SharedCode
from ecomops.promotions.stating import carry
from ecomops.promotions.usage import PromotionUse, UseId
from ecomops.terms import CouponId, CustomerId, PromotionId, Sku

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


class _Asked(NamedTuple):
    """What is the same for every choice."""

    rulebook: Rulebook
    basket: Basket
    at: DateTime
    customer: CustomerId | None
    facts: Facts | None
    shared: tuple[SharedCode, ...]
    used: Mapping[UseId, PromotionUse] | None
    gift_stock: Mapping[Sku, int] | None

    def desk(self) -> Desk:
        """Return a desk with nothing presented."""
        return Desk(
            self.rulebook,
            self.basket,
            at=self.at,
            customer=self.customer,
            facts=self.facts,
            used=self.used,
            gift_stock=self.gift_stock,
        )


def best_coupons(
    rulebook: Rulebook,
    basket: Basket,
    *,
    at: DateTime,
    customer: CustomerId | None = None,
    facts: Facts | None = None,
    codes: tuple[str, ...] = (),
    coupons: tuple[Coupon, ...] = (),
    shared: tuple[SharedCode, ...] = (),
    used: Mapping[UseId, PromotionUse] | None = None,
    gift_stock: Mapping[Sku, int] | None = None,
    most: int | None = None,
    limit: int = MOST_STATES,
) -> Best:
    """Return which of the *codes* and *coupons* a buyer should present.

    Of choices that save the same the one with the fewest codes and coupons wins, then the one whose promotions have the
    smallest ids. A promotion that can be opened by a code and by a coupon is opened by its code, which is not used up;
    of several coupons of one promotion the first by id is taken. What cannot be used is never chosen.

    Args:
        rulebook: The promotions.
        basket: As for `quote`, and so are the next eight.
        at: The instant for which it holds.
        customer: Who buys; None for an unknown buyer.
        facts: What is known of the buyer and the basket.
        codes: The codes that the buyer knows.
        coupons: The single coupons that the buyer has.
        shared: The shared codes as they stand: those that the buyer knows (they stand in *codes* too), and those above
            what is presented.
        used: The counters of promotions and shared codes with limits.
        gift_stock: How many units of each gift there are; None does not look.
        most: The most codes and coupons together; None is any number.
        limit: The most states of the basket to look at; a search that would need more answers with what it has found,
            and with a bound.

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
    require_asked(
        basket=basket,
        customer=customer,
        codes=codes,
        coupons=coupons,
        shared=shared,
        used=used,
        gift_stock=gift_stock,
    )
    _require_whole("limit", limit, 1)
    _require_whole("most", 0 if most is None else most, 0)
    if basket.currency is not rulebook.currency:
        raise CurrencyMismatch(left=rulebook.currency, right=basket.currency)
    require_basket(basket, rulebook.line_facts)
    asked = _Asked(rulebook, basket, at, customer, facts, shared, used, gift_stock)
    tokens = _tokens(asked, codes, coupons)
    opened = [rulebook.compiled[rulebook.places[id]] for id in tokens]
    room = len(opened) if most is None else most
    none = _plain(asked)
    search = Search([each for each in opened if not each.stated], room=room, limit=limit, none=none)
    for stated in _subsets([each for each in opened if each.stated], room):
        _run(asked, search, stated, tokens)
    return _answer(rulebook, search, tokens, none)


def _tokens(asked: _Asked, codes: tuple[str, ...], coupons: tuple[Coupon, ...]) -> dict[PromotionId, str | Coupon]:
    """Return with what each promotion can be opened: its code, or the first coupon that can be used."""
    desk = asked.desk()
    invite(desk, tuple(dict.fromkeys(codes)), coupons, asked.shared)
    by_code = {promotion.id: code for code in codes if (promotion := asked.rulebook.by_code.get(code)) is not None}
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


def _plain(asked: _Asked) -> int:
    """Return what the basket costs with nothing presented."""
    search = Search([], room=0, limit=1, none=MOST_MINOR)
    _run(asked, search, (), {})
    return search.best_left


def _run(
    asked: _Asked, search: Search, stated: tuple[Compiled, ...], tokens: Mapping[PromotionId, str | Coupon]
) -> None:  # fmt: skip
    """Look at every choice beside one of the *stated* promotions."""
    desk = asked.desk()
    presented = [tokens[each.id] for each in stated]
    codes = tuple(each for each in presented if isinstance(each, str))
    invite(desk, codes, tuple(each for each in presented if isinstance(each, Coupon)), asked.shared)
    carry(desk)
    desk.lay_out(goods_of(desk.basket, desk.left, desk.floors), services_of(desk.basket, desk.left_of_services))
    search.run(desk, tuple(each.id for each in stated))


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
