"""The turns of the promotions over one basket: what each takes off each line, who bears it, and what did not apply."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from attrs import define, field
from pendulum import DateTime

from ecomops.kernel.counters import Excess
from ecomops.kernel.rules import Rule, comparisons
from ecomops.promotions import (
    Basket,
    CouponGrant,
    Gift,
    LanePick,
    NeedsLine,
    NotApplied,
    PointsGrant,
    Promotion,
    PromotionUse,
    Quote,
    QuotePolicy,
    Reason,
    RowView,
    UseId,
    View,
)
from ecomops.terms import CustomerId, PricedLine, PricedService, Sku
from tests.promotions.oracle.offers import Earned, No, Offer, Stall, host_of
from tests.promotions.oracle.units import Row, goods_of, holds, in_proportion, inside, rounded, services_of

if TYPE_CHECKING:
    from ecomops.kernel import Money

Entries = tuple[PricedLine | PricedService, ...]
Taken = dict[tuple[str, str, str], int]
"""By line, promotion and funder."""


@define(kw_only=True)
class Asked:
    """What a quote is asked for."""

    promotions: Sequence[Promotion]
    policy: QuotePolicy
    basket: Basket
    at: DateTime
    customer: CustomerId | None = None
    facts: Mapping[str, Any] = field(factory=dict[str, Any])
    codes: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()
    used: Mapping[UseId, PromotionUse] = field(factory=dict[UseId, PromotionUse])
    gift_stock: Mapping[Sku, int] | None = None


@define
class Answer:
    """What a quote says: what is taken, what applied in its order, why others did not (reason and by whom), gifts.

    The gaps are those of tiers, steps and sets.
    """

    taken: Taken = field(factory=dict[tuple[str, str, str], int])
    applied: list[str] = field(factory=list[str])
    refused: dict[str, tuple[str, str | None]] = field(factory=dict[str, "tuple[str, str | None]"])
    gifts: dict[str, list[Earned]] = field(factory=dict[str, "list[Earned]"])
    grants: dict[str, list[tuple[Any, ...]]] = field(factory=dict[str, "list[tuple[Any, ...]]"])
    gaps: dict[str, int] = field(factory=dict[str, int])


class Counter:
    """One shop assistant with pencil and paper."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.stall = Stall(goods_of(asked.basket), services_of(asked.basket), asked.policy.rounding)
        self.answer = Answer()
        lanes = [lane.name for lane in asked.policy.lanes]
        self.in_total_order = sorted(
            asked.promotions, key=lambda each: (lanes.index(each.lane), -each.priority, each.id)
        )
        self.in_order = [each for each in self.in_total_order if not each.stated and self._invited(each)]
        entries: Entries = (*asked.basket.lines, *asked.basket.services)
        self.standing = {discount.promotion for entry in entries for discount in entry.discounts}

    def _invited(self, promotion: Promotion) -> bool:
        """Tell whether nothing is to be presented for it, or it was: nobody is told of codes that others have."""
        return self._shown(promotion) or (promotion.promo_code is None and not promotion.by_coupon)

    def _shown(self, promotion: Promotion) -> bool:
        """Tell whether its code was entered or a coupon shown for it."""
        entered = promotion.promo_code is not None and promotion.promo_code in self.asked.codes
        return entered or promotion.id in self.asked.coupons

    def _touches(self, promotion: Promotion) -> bool:
        """Tell whether the basket has anything in its scope: goods, or services when it takes off nothing else."""
        by_service = promotion.goods is None and promotion.freight is not None and not _needs(promotion)
        return bool(by_service and self.stall.services) or bool(inside(promotion.scope, self.stall.goods))

    def _lacks(self, promotion: Promotion) -> bool:
        """Tell whether a line is not there that a host's condition needs."""
        return not all(inside(need, self.stall.goods) for need in _needs(promotion))

    def run(self) -> Answer:
        """Let every promotion have its turn."""
        alone = next((each for each in self.in_order if each.exclusive and self._alone(each)), None)
        if alone is not None:
            for other in self.in_order:
                if other is not alone:
                    lacks = self._lacks(other) and not self._shown(other)
                    self._refuse(other, No(Reason.CONDITION_UNMET) if lacks else No(Reason.EXCLUDED, alone.id))
            return self.answer
        for lane in self.asked.policy.lanes:
            for row in (*self.stall.goods, *self.stall.services):
                row.entry = row.left
            turn = [each for each in self.in_order if each.lane == lane.name and not each.exclusive]
            {
                LanePick.STACK: self._stack,
                LanePick.BEST: self._best,
                LanePick.BEST_PER_LINE: self._best_per_line,
            }[lane.pick](turn)
        return self.answer

    def _alone(self, promotion: Promotion) -> bool:
        self._stack([promotion])
        return promotion.id in self.answer.applied

    def _stack(self, turn: Sequence[Promotion]) -> None:
        for promotion in turn:
            try:
                self._take(promotion, self._offered(promotion))
            except No as no:
                self._refuse(promotion, no)

    def _offers(self, turn: Sequence[Promotion]) -> list[tuple[Promotion, Offer]]:
        found: list[tuple[Promotion, Offer]] = []
        for promotion in turn:
            try:
                found.append((promotion, self._offered(promotion)))
            except No as no:
                self._refuse(promotion, no)
        return found

    def _best(self, turn: Sequence[Promotion]) -> None:
        offers = self._offers(turn)
        if offers:
            best, offer = max(offers, key=lambda each: each[1].saving)  # the first of equal ones
            self._take(best, offer)
            for other, _ in offers:
                if other is not best:
                    self._refuse(other, No(Reason.DISPLACED, best.id))

    def _best_per_line(self, turn: Sequence[Promotion]) -> None:
        """Let each row have its best; while two winners bar each other, the later one goes and all choose again."""
        offers = self._offers(turn)
        while True:
            won = self._won(offers)
            winners = [promotion for promotion, _ in offers if any(won[promotion.id])]
            clash = next(((a, b) for b in winners for a in winners[: winners.index(b)] if _bar(a, b)), None)
            if clash is None:
                break
            self._refuse(clash[1], No(Reason.BARRED, clash[0].id))
            offers = [each for each in offers if each[0] is not clash[1]]
        for promotion, offer in offers:
            if any(won[promotion.id]):
                offer.goods = won[promotion.id]
                self._take(promotion, offer)
        for promotion, offer in offers:
            if not any(won[promotion.id]):
                lost = next(place for place, off in enumerate(offer.goods) if off)
                better = next(other for other in winners if won[other.id][lost])
                self._refuse(promotion, No(Reason.DISPLACED, better.id))

    def _won(self, offers: Sequence[tuple[Promotion, Offer]]) -> dict[str, list[int]]:
        """Return what each promotion takes off each row when every row takes the most."""
        won: dict[str, list[int]] = {promotion.id: [0] * len(self.stall.goods) for promotion, _ in offers}
        for place in range(len(self.stall.goods)):
            if offers:
                best, offer = max(offers, key=lambda each: each[1].goods[place])
                won[best.id][place] = offer.goods[place]
        return won

    def _offered(self, promotion: Promotion) -> Offer:
        """Return what a promotion would take now.

        Raises:
            No: It does not apply, and why.
        """
        self._admit(promotion)
        offer = self.stall.offer(promotion, self._view(promotion))
        reduces = (promotion.goods, promotion.freight, host_of(promotion)) != (None, None, None)
        if reduces and not offer.saving:
            raise No(Reason.NO_ROOM)
        self._within_money(promotion, offer)
        self._earned(promotion, offer)
        return offer

    def _admit(self, promotion: Promotion) -> None:
        asked, valid = self.asked, promotion.valid
        if not self._touches(promotion):
            raise No(Reason.COUPON_UNMATCHED if promotion.by_coupon else Reason.OUT_OF_SCOPE)
        if self._lacks(promotion):
            raise No(Reason.CONDITION_UNMET)
        if valid is not None and not valid.start <= asked.at < valid.end:
            raise No(Reason.NOT_STARTED if asked.at < valid.start else Reason.ENDED)
        for other in self.in_total_order:
            if (other.id in self.standing or other.id in self.answer.applied) and _bar(promotion, other):
                raise No(Reason.BARRED, other.id)
        self._meets(promotion)
        view = self._view(promotion)
        for condition in promotion.own:
            if condition.unmet(view) is not None:
                raise No(Reason.CONDITION_UNMET)
        self._limited(promotion)

    def _view(self, promotion: Promotion) -> View:
        """Return what a host sees."""
        facts = {"at": self.asked.at, **self.asked.facts, **self.stall.facts(promotion)}
        rows = [RowView(r.facts, len(r.units), r.listed, r.entry, r.left, r.room) for r in self.stall.goods]
        return View(self.asked.at, facts, tuple(rows))

    def _limited(self, promotion: Promotion) -> None:
        asked, limits = self.asked, promotion.limits
        if limits.per_customer is not None:
            if asked.customer is None:
                raise No(Reason.CUSTOMER_UNKNOWN)
            if self._uses(UseId.of(promotion.id, asked.customer)) >= limits.per_customer:
                raise No(Reason.CUSTOMER_EXHAUSTED)
        if limits.per_period is not None:
            calendar, grain = limits.per_period.calendar, limits.per_period.grain
            first = calendar.first_day(calendar.day(asked.at), grain)
            if self._uses(UseId.within(promotion.id, grain, first)) >= limits.per_period.uses:
                raise No(Reason.PERIOD_EXHAUSTED)
        if limits.uses is not None and self._uses(UseId.of(promotion.id)) >= limits.uses:
            raise No(Reason.EXHAUSTED)

    def _uses(self, id: UseId) -> int:
        return self.asked.used[id].uses if id in self.asked.used else 0

    def _meets(self, promotion: Promotion) -> None:
        facts = {"at": self.asked.at, **self.asked.facts, **self.stall.facts(promotion)}
        if (said := holds(promotion.conditions, facts)) is not True:
            assert said is False or any(leaf.fact not in facts for leaf in comparisons(promotion.conditions))
            raise No(Reason.FACT_UNKNOWN if said is None else Reason.CONDITION_UNMET)

    def _within_money(self, promotion: Promotion, offer: Offer) -> None:
        limits, whole = promotion.limits, self.asked.used.get(UseId.of(promotion.id))
        if limits.money is None:
            return
        money = max(limits.money.minor - (whole.money if whole else 0), 0)
        if offer.saving > money:
            if limits.excess is Excess.REFUSE or not money:
                raise No(Reason.BUDGET_EXHAUSTED)
            parts = in_proportion(money, [*offer.goods, *offer.freight])
            offer.goods, offer.freight = parts[: len(offer.goods)], parts[len(offer.goods) :]

    def _earned(self, promotion: Promotion, offer: Offer) -> None:
        """Note the gifts that are earned; a promotion that gives nothing else needs them."""
        noted: list[No] = []
        for gift in (each for each in promotion.benefits if isinstance(each, Gift)):
            try:
                offer.gifts.append(self._gift(promotion, gift))
            except No as no:
                noted.append(no)
        if len(noted) == len(promotion.benefits):
            raise noted[0]

    def _gift(self, promotion: Promotion, gift: Gift) -> Earned:
        times = 1
        if gift.by is not None:
            measure = next(each for each in promotion.measures if each.fact == gift.by)
            times = self.stall.measured(promotion, measure) // gift.step
            times = times if gift.most is None else min(times, gift.most)
        if times < 1:
            raise No(Reason.CONDITION_UNMET)
        offers: dict[tuple[str, Money], int] = {}
        for choice in gift.choices:
            stock = None if self.asked.gift_stock is None else self.asked.gift_stock.get(choice.sku, 0)
            whole = times if stock is None else min(times, stock // gift.quantity)
            if whole:
                offers[choice.sku, choice.value] = whole * gift.quantity
        if not offers:
            raise No(Reason.NO_GIFT)
        return times, gift.price, offers

    def _take(self, promotion: Promotion, offer: Offer) -> None:
        self.answer.applied.append(promotion.id)
        if offer.gifts:
            self.answer.gifts[promotion.id] = offer.gifts
        points = [(each.factor, each.points) for each in promotion.benefits if isinstance(each, PointsGrant)]
        coupons = [(each.batch, each.number) for each in promotion.benefits if isinstance(each, CouponGrant)]
        if points or coupons:
            self.answer.grants[promotion.id] = [*points, *coupons]
        for unit in offer.units:
            unit.loose = None
        borne = iter(self._borne(promotion, [*offer.goods, *offer.freight]))
        for row, off in zip(self.stall.goods, offer.goods, strict=True):
            parts = next(borne)
            if not off:
                continue
            if not offer.of_sets:
                loosened = rounded(Fraction(off * row.loose_amount, row.left), self.stall.rounding)
            else:
                loosened = 0 if offer.units else off  # what sets took is gone already; what they left is lowered
            self._hand_out(promotion, row, parts)
            row.lower_loose(loosened)
        for row in self.stall.services:
            self._hand_out(promotion, row, next(borne))

    def _hand_out(self, promotion: Promotion, row: Row, borne: Sequence[int]) -> None:
        """Take what each funder bears off the row, and note of which lines its units are."""
        for share, off in zip(promotion.funders, borne, strict=True):
            before = [unit.worth for unit in row.units]
            row.lower(off)
            for unit, was in zip(row.units, before, strict=True):
                key = (unit.line, promotion.id, share.funder)
                if was != unit.worth:
                    self.answer.taken[key] = self.answer.taken.get(key, 0) + was - unit.worth

    def _borne(self, promotion: Promotion, offs: Sequence[int]) -> list[list[int]]:
        """Return what each funder bears of each row: whole cents, the left ones to whoever is behind most."""
        behind = [Fraction(0)] * len(promotion.funders)
        found: list[list[int]] = []
        for off in offs:
            exact = [off * each.share for each in promotion.funders]
            parts = [floor(each) for each in exact]
            behind = [so_far + one - part for so_far, one, part in zip(behind, exact, parts, strict=True)]
            for _ in range(off - sum(parts)):
                place = behind.index(max(behind))
                parts[place] += 1
                behind[place] -= 1
            found.append(parts)
        return found

    def _refuse(self, promotion: Promotion, no: No) -> None:
        """Note why it did not apply; of what no line is in scope nothing is told, unless its code was presented."""
        if self._shown(promotion) or self._touches(promotion):
            self.answer.refused.setdefault(promotion.id, (str(no.reason), no.by))
            if no.gap is not None:
                self.answer.gaps.setdefault(promotion.id, no.gap)


def _needs(promotion: Promotion) -> list[Rule]:
    """Return the lines that the host's conditions need."""
    return [each.needs() for each in promotion.own if isinstance(each, NeedsLine)]


def _bar(one: Promotion, other: Promotion) -> bool:
    """Tell whether two promotions cannot apply together: it cuts both ways."""
    return any(bar == barred.id or bar in barred.tags for a, barred in ((one, other), (other, one)) for bar in a.bars)


def answered(quoted: Quote, promotions: Sequence[Promotion]) -> Answer:
    """Return what a quote of the library says, in the words of the oracle."""
    found = Answer(applied=[str(each) for each in quoted.applied])
    computed = {promotion.id for promotion in promotions if not promotion.stated}
    entries: Entries = (*quoted.lines, *quoted.services)
    for entry in entries:
        for discount in entry.discounts:
            if discount.promotion in computed:
                key = (str(entry.id), str(discount.promotion), str(discount.funder))
                found.taken[key] = found.taken.get(key, 0) + discount.amount.minor
    found.refused = {str(each.promotion): _told(each) for each in quoted.not_applied if each.promotion in computed}
    found.gaps = {str(each.promotion): each.gap for each in quoted.not_applied if each.gap is not None}
    for gift in quoted.gifts:
        offers = {(str(each.choice.sku), each.choice.value): each.quantity for each in gift.offers}
        found.gifts.setdefault(gift.promotion, []).append((gift.times, gift.price, offers))
    for points in quoted.points:
        found.grants.setdefault(points.promotion, []).append((points.factor, points.points))
    for coupons in quoted.coupons:
        found.grants.setdefault(coupons.promotion, []).append((coupons.batch, coupons.number))
    return found


def _told(refused: NotApplied) -> tuple[str, str | None]:
    return str(refused.reason), refused.by
