"""The answer of a desk: discounts on lines, gifts, points and coupons; money at its edge."""

from itertools import repeat
from typing import TypeVar

from ecomops.kernel import Money
from ecomops.kernel.copies import many_maker, refilled
from ecomops.promotions.benefits import CouponGrant, PointsGrant
from ecomops.promotions.canonical import Canonical
from ecomops.promotions.claims import NO_CLAIMS, Claims
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.desk import Desk
from ecomops.promotions.quotes import CouponsGiven, GiftGiven, GiftOffer, PointsGiven, Quote
from ecomops.promotions.refusals import NOTHING_REFUSED, Refusals
from ecomops.terms import Discount, Funder, PricedLine, PricedService, PromotionId

E = TypeVar("E", PricedLine, PricedService)

_moneys, _discounts = many_maker(Money), many_maker(Discount)


def answer(desk: Desk) -> Quote:
    """Return the quote of what stands on *desk*."""
    currency, lines, services = desk.currency, desk.lines, desk.service_lines
    if desk.applied:
        left = sum(desk.goods.state.left) + sum(desk.services.state.left)
        lines = _discounted(desk, desk.goods, lines)
        services = _discounted(desk, desk.services, services)
    else:
        left = sum(desk.left) + sum(desk.left_of_services)
    earned = desk.earned
    gifts = [_gift(desk, compiled, *each) for compiled, gifts in earned for each in gifts] if earned else ()
    grants = [(compiled, each) for compiled, _ in earned for each in compiled.grants] if earned else ()
    claims = desk.uses or desk.claimed
    return Quote(
        currency=currency,
        at=desk.at,
        lines=lines,
        services=services,
        gross=Money(desk.gross, currency),
        payable=Money(left, currency),
        refusals=Refusals(desk.refused, desk.later) if desk.refused or desk.later else NOTHING_REFUSED,
        claims=Claims(uses=tuple(desk.uses), coupons=tuple(each.id for each in desk.claimed)) if claims else NO_CLAIMS,
        applied=tuple(each.id for each in desk.applied),
        gifts=tuple(gifts),
        points=tuple(
            PointsGiven(promotion=compiled.id, factor=each.factor, points=each.points)
            for compiled, each in grants
            if isinstance(each, PointsGrant)
        ),
        coupons=tuple(
            CouponsGiven(promotion=compiled.id, batch=each.batch, number=each.number)
            for compiled, each in grants
            if isinstance(each, CouponGrant)
        ),
    )


MANY = 100
"""From how many lines on discounts of one promotion are alike so often that equal ones are made once."""


def _discounted(desk: Desk, at: Canonical, entries: tuple[E, ...]) -> tuple[E, ...]:
    """Return the lines with what was computed added to what was stated."""
    if not at.taken:
        return entries
    discounts = [list(entry.discounts) for entry in entries]
    (_add_each if len(entries) < MANY else _add_alike)(desk, at, discounts)
    return tuple(refilled(entries, "discounts", map(tuple, discounts)))


def _add_each(desk: Desk, at: Canonical, discounts: list[list[Discount]]) -> None:
    """Add what was taken to the discounts of each line, all of it made at once."""
    promotions = desk.book.promotions
    ids: list[PromotionId] = []
    funders: list[Funder] = []
    places: list[int] = []
    amounts: list[int] = []
    for promotion, funder, lines, effect in at.by_line():
        by, times = promotions[promotion], len(lines)
        ids += [by.id] * times
        funders += [by.funders[funder].funder] * times
        places += lines
        amounts += effect
    made = _discounts(ids, _moneys(amounts, repeat(desk.currency)), funders)
    for place, amount, discount in zip(places, amounts, made, strict=True):
        if amount:
            discounts[place].append(discount)


def _add_alike(desk: Desk, at: Canonical, discounts: list[list[Discount]]) -> None:
    """Add what was taken to the discounts of each line, equal ones of a promotion made once."""
    for promotion, funder, lines, effect in at.by_line():
        by = desk.book.promotions[promotion]
        amounts = dict.fromkeys(effect)
        moneys = _moneys(amounts, repeat(desk.currency))
        made = _discounts(repeat(by.id), moneys, repeat(by.funders[funder].funder))
        known = dict(zip(amounts, made, strict=True))
        for place, amount in zip(lines, effect, strict=True):
            if amount:
                discounts[place].append(known[amount])


def _gift(desk: Desk, compiled: Compiled, place: int, times: int) -> GiftGiven:
    """Return what can be chosen as a gift, as far as it is there."""
    gift, stock = compiled.gifts[place].gift, desk.gift_stock
    offers: list[GiftOffer] = []
    for choice in gift.choices:
        there = times if stock is None else min(times, stock.get(choice.sku, 0) // gift.quantity)
        if there > 0:
            offers.append(GiftOffer(choice=choice, quantity=there * gift.quantity))
    return GiftGiven(promotion=compiled.id, times=times, price=gift.price, offers=tuple(offers))
