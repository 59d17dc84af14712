"""The quote: what a basket costs under a rulebook, which promotions applied, which did not, and how far away they were.

Stated discounts come first: they are bounded by the room of their line and carried as they are. Then the lanes run in
order. Integers inside, money at the edge; every share adds up, and nothing falls below its floor.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pendulum import DateTime

from ecomops.kernel import Money
from ecomops.kernel.checks import is_instant, require_once, wrong_kind
from ecomops.kernel.copies import changed
from ecomops.kernel.counters import Excess, Limit, room
from ecomops.kernel.money import CurrencyMismatch
from ecomops.kernel.rules import ALWAYS, Facts, FactValue, Truth, Unmet, evaluate, holds, unmet
from ecomops.promotions.arithmetic import Effect, Row, clamped, effect, measured, take
from ecomops.promotions.basket import Basket, Entry, facts_of, floors, require_asked, require_basket, rows_of
from ecomops.promotions.claims import Claims, UseClaim
from ecomops.promotions.coupons import Coupon, Status
from ecomops.promotions.errors import LineExcess, StatedTooLarge, UnknownStated
from ecomops.promotions.policy import LanePick
from ecomops.promotions.promotion import Promotion
from ecomops.promotions.quotes import NotApplied, Quote, Reason
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.usage import PromotionUse, UseId
from ecomops.terms import CustomerId, Discount, LineId, PricedLine, PricedService, PromotionId

E = TypeVar("E", PricedLine, PricedService)


def quote(
    rulebook: Rulebook,
    basket: Basket,
    *,
    at: DateTime,
    customer: CustomerId | None = None,
    facts: Facts | None = None,
    codes: tuple[str, ...] = (),
    coupons: tuple[Coupon, ...] = (),
    used: Mapping[UseId, PromotionUse] | None = None,
) -> Quote:
    """Quote *basket*: bound what is stated, compute the rest, and say why what did not apply did not.

    Args:
        rulebook: The promotions.
        basket: The lines with their stated discounts, in any order: the order changes nothing.
        at: The instant for which it holds.
        customer: Who buys; None for an unknown buyer.
        facts: What is known of the buyer and the basket, by the names that the rulebook declares.
        codes: What the buyer entered.
        coupons: The single coupons that the buyer shows.
        used: The counters of promotions with limits, as far as they were read; placement checks them again.

    Raises:
        StatedTooLarge: Stated discounts exceed the room of a line; every such line is listed.
        UnknownStated: A discount is stated for promotions that do not take any.
        CurrencyMismatch: An amount is not in the currency of the rulebook.
        Repeated: Two lines have one id, or a coupon is shown twice.
        UnknownTraits: Facts are told of a line that is not there.
        UndeclaredFact: Facts are told that nobody declared.
        WrongKind: What is asked is of another kind than it should be, or a fact than it was declared as.
        OutOfRange: A total is larger than can be kept.

    Example:
        >>> from fractions import Fraction
        >>> from ecomops.kernel import Currency
        >>> from ecomops.promotions import Percent, spend
        >>> from ecomops.testing import NOON, a_line, cny
        >>> tenth = Promotion(
        ...     id=PromotionId("618"), benefit=Percent(share=Fraction(1, 10)), conditions=spend(cny("25.00"))
        ... )
        >>> book = Rulebook.of([tenth])
        >>> quoted = quote(book, Basket(currency=Currency.CNY, lines=(a_line(quantity=3, gross="30.00"),)), at=NOON)
        >>> str(quoted.payable), str(quoted.applications[0].amount)
        ('27.00 CNY', '3.00 CNY')
        >>> quote(book, Basket(currency=Currency.CNY, lines=(a_line(gross="10.00"),)), at=NOON).not_applied[0].gap
        1500
    """
    require_asked(basket=basket, customer=customer, codes=codes, coupons=coupons, used=used)
    if basket.currency is not rulebook.currency:
        raise CurrencyMismatch(left=rulebook.currency, right=basket.currency)
    require_basket(basket, rulebook.line_facts)
    desk = _Desk(rulebook, basket, at=at, customer=customer, facts=facts, used=used)
    desk.invite(codes, coupons)
    desk.carry_stated()
    desk.run_lanes()
    return desk.quote()


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


class _Desk:
    """One basket while it is quoted."""

    def __init__(
        self,
        rulebook: Rulebook,
        basket: Basket,
        *,
        at: DateTime,
        customer: CustomerId | None,
        facts: Facts | None,
        used: Mapping[UseId, PromotionUse] | None,
    ) -> None:
        if not is_instant(at):
            raise wrong_kind("quote.at", "DateTime in UTC", at)
        if facts:
            rulebook.require_facts(facts)
        self.book = rulebook
        self.basket = basket
        self.at = at
        self.customer = customer
        self.facts: dict[str, FactValue] = {**(facts or {}), "at": at}
        self.used = used or {}
        self.given: dict[PromotionId, str] = {}
        self.coupons: dict[PromotionId, Coupon] = {}
        self.refused: list[NotApplied] = []
        self.uses: list[UseClaim] = []
        self.claimed: list[Coupon] = []
        self.floors: dict[str, int] = {}
        self.rows: list[Row] | None = None
        self.lines: tuple[PricedLine, ...] = basket.lines
        self.services: tuple[PricedService, ...] = basket.services
        self.gross = 0
        self.total = Money.zero(rulebook.currency)
        self.left: list[int] = []
        self.left_of_services = 0

    # --- what is presented

    def invite(self, codes: tuple[str, ...], coupons: tuple[Coupon, ...]) -> None:
        """Note which promotions are asked for by a code or a coupon."""
        for code, times in sorted(Counter(codes).items()):
            promotion = self.book.by_code.get(code)
            named = None if promotion is None else promotion.id
            if named is None:
                self.refuse(None, Reason.CODE_UNKNOWN, given=code)
            else:
                self.given[named] = code
            if times > 1:
                self.refuse(named, Reason.CODE_REPEATED, given=code)
        require_once((coupon.id for coupon in coupons), field="quote.coupons")
        for coupon in sorted(coupons, key=lambda coupon: coupon.id):
            reason = self._unusable(coupon)
            if reason is not None:
                self.refuse(coupon.promotion, reason, given=coupon.id)
            else:
                self.given[coupon.promotion] = coupon.id
                self.coupons[coupon.promotion] = coupon

    def _unusable(self, coupon: Coupon) -> Reason | None:
        """Return why *coupon* cannot be used; None when it can."""
        promotion = self.book.by_id.get(coupon.promotion)
        if promotion is None or not promotion.by_coupon:
            return Reason.COUPON_UNKNOWN
        if coupon.owner is not None and coupon.owner != self.customer:
            return Reason.COUPON_NOT_OWNER
        if coupon.status not in {Status.ISSUED, Status.PRESENTED}:
            return Reason.COUPON_GONE
        if not coupon.valid.holds(self.at):
            return Reason.COUPON_NOT_VALID
        return Reason.COUPON_SECOND if coupon.promotion in self.coupons else None

    def refuse(
        self,
        promotion: PromotionId | None,
        reason: Reason,
        *,
        given: str | None = None,
        unmet: tuple[Unmet, ...] = (),
        actual: int | None = None,
        required: int | None = None,
    ) -> None:
        """Note that something does not apply, and why."""
        shown = self.given.get(promotion) if promotion is not None and given is None else given
        self.refused.append(
            NotApplied(
                promotion=promotion, given=shown, reason=reason, unmet=unmet, actual=actual, required=required
            )
        )  # fmt: skip

    # --- what is stated

    def carry_stated(self) -> None:
        """Bound what is stated, and drop what does not hold today."""
        self.floors = floors(self.basket) if self.basket.traits else self.floors
        excesses: list[LineExcess] = []
        plain = self._bound(self.basket.lines, self.left, excesses)
        of_services: list[int] = []
        plain = self._bound(self.basket.services, of_services, excesses) and plain
        if excesses:
            raise StatedTooLarge(lines=tuple(excesses))
        self.left_of_services = sum(of_services)
        self.total = Money(self.gross, self.book.currency)
        if not plain or any(self._is_stated(id) for id in self.coupons):
            self._weigh_stated()

    def _is_stated(self, promotion: PromotionId) -> bool:
        return self.book.by_id[promotion].stated

    def _bound(self, entries: Sequence[Entry], left: list[int], excesses: list[LineExcess]) -> bool:
        """Add what is *left* of each entry, and every excess; tell whether all that is stated always holds."""
        currency, plain, always = self.book.currency, self.book.plain, True
        for entry in entries:
            gross = entry.gross
            if gross.currency is not currency:
                raise CurrencyMismatch(left=currency, right=gross.currency)
            rest = gross.minor
            self.gross += rest
            if entry.discounts:
                for discount in entry.discounts:
                    amount = discount.amount
                    if amount.currency is not currency:
                        raise CurrencyMismatch(left=currency, right=amount.currency)
                    rest -= amount.minor
                    if discount.promotion not in plain:
                        always = False
                if rest < 0 or (self.floors and rest < self._floor(entry)):
                    excesses.append(self._excess(entry, rest))
            left.append(rest)
        return always

    def _floor(self, entry: Entry) -> int:
        return min(self.floors.get(entry.id, 0), entry.gross.minor)

    def _excess(self, entry: Entry, rest: int) -> LineExcess:
        currency = self.book.currency
        return LineExcess(
            line=entry.id,
            stated=Money(entry.gross.minor - rest, currency),
            room=Money(entry.gross.minor - self._floor(entry), currency),
        )

    def _weigh_stated(self) -> None:
        """Carry the stated promotions that hold today, whole or not at all."""
        stated: dict[PromotionId, list[tuple[Entry, int]]] = {id: [] for id in self.coupons if self._is_stated(id)}
        entries: tuple[Entry, ...] = (*self.lines, *self.services)
        for entry in entries:
            for discount in entry.discounts:
                stated.setdefault(discount.promotion, []).append((entry, discount.amount.minor))
        unknown = tuple(sorted(id for id in stated if id not in self.book.by_id or not self._is_stated(id)))
        if unknown:
            raise UnknownStated(promotions=unknown)
        rows = rows_of(self.basket, [line.gross.minor for line in self.lines], self.floors)
        for row in rows:
            row.entry = row.left
        places = {part[0]: row for row in rows for part in row.parts}
        by_line = {line.id: places[place].facts for place, line in enumerate(self.lines)}
        dropped = [
            id
            for id in sorted(stated, key=self.book.places.__getitem__)
            if id not in self.book.plain and not self._carried(self.book.by_id[id], stated[id], rows, by_line)
        ]
        if dropped:
            self._drop(frozenset(dropped))

    def _carried(
        self,
        promotion: Promotion,
        parts: list[tuple[Entry, int]],
        rows: Sequence[Row],
        by_line: Mapping[LineId, Facts],
    ) -> bool:
        """Tell whether a stated promotion holds today, and claim its uses if it does."""
        scoped = _in_scope(promotion, rows)
        outside = promotion.scope != ALWAYS and any(
            not holds(promotion.scope, by_line.get(entry.id, {})) for entry, _ in parts
        )
        if outside or (not parts and not scoped):
            self.refuse(promotion.id, Reason.COUPON_UNMATCHED if promotion.by_coupon else Reason.OUT_OF_SCOPE)
            return False
        if (promotion.promo_code is not None or promotion.by_coupon) and promotion.id not in self.given:
            self.refuse(promotion.id, Reason.NOT_PRESENTED)
            return False
        amount = sum(amount for _, amount in parts)
        if not self._admits(promotion, scoped, rows) or self._affords(promotion, amount, cut=False) is None:
            return False
        self._claim(promotion, amount)
        return True

    def _drop(self, dropped: frozenset[PromotionId]) -> None:
        """Take the discounts of these promotions away again."""
        self.lines = tuple(_without(line, dropped) for line in self.lines)
        self.services = tuple(_without(service, dropped) for service in self.services)
        self.left = [_left(line) for line in self.lines]
        self.left_of_services = sum(_left(service) for service in self.services)

    # --- what is computed

    def run_lanes(self) -> None:
        """Let every lane take its turn on what the former left."""
        for lane, promotions in self.book.lanes:
            invited = [each for each in promotions if self._invited(each)]
            if not invited:
                continue
            if self.rows is None:
                self.rows = rows_of(self.basket, self.left, self.floors)
            for row in self.rows:
                row.entry = row.left
            if lane.pick is LanePick.STACK:
                for promotion in invited:
                    self._take([self._offer(promotion, self.rows)])
            else:
                self._take([self._offer(promotion, self.rows) for promotion in invited])

    def _invited(self, promotion: Promotion) -> bool:
        if promotion.promo_code is None and not promotion.by_coupon:
            return True
        return promotion.id in self.given

    def _offer(self, promotion: Promotion, rows: Sequence[Row]) -> "_Offer | None":
        """Return what *promotion* would take; None when it does not apply."""
        scoped = _in_scope(promotion, rows)
        if not scoped:
            if promotion.id in self.given:
                self.refuse(promotion.id, Reason.COUPON_UNMATCHED if promotion.by_coupon else Reason.OUT_OF_SCOPE)
            return None
        if not self._admits(promotion, scoped, rows):
            return None
        wanted = effect(promotion.benefit, scoped, rounding=self.book.policy.rounding)
        if not sum(wanted):
            self.refuse(promotion.id, Reason.NO_ROOM)
            return None
        left = self._affords(promotion, sum(wanted), cut=promotion.limits.excess is Excess.CLAMP)
        return None if left is None else _Offer(promotion, scoped, clamped(wanted, left))

    def _take(self, offers: Sequence["_Offer | None"]) -> None:
        """Let the offer that saves most be taken; ties go to the first in turn."""
        present = [offer for offer in offers if offer is not None]
        if not present:
            return
        best = max(present, key=lambda offer: offer.saving)
        take(best.rows, best.effect, promotion=self.book.places[best.promotion.id])
        self._claim(best.promotion, best.saving)
        for offer in present:
            if offer is not best:
                self.refuse(offer.promotion.id, Reason.DISPLACED, actual=offer.saving, required=best.saving)

    # --- whether it applies

    def _admits(self, promotion: Promotion, scoped: Sequence[Row], rows: Sequence[Row]) -> bool:
        """Tell whether *promotion* holds now and its conditions are met."""
        if promotion.valid is not None and not promotion.valid.holds(self.at):
            ended = self.at >= promotion.valid.end
            self.refuse(promotion.id, Reason.ENDED if ended else Reason.NOT_STARTED)
            return False
        return self._meets(promotion, scoped, rows) and self._may_count(promotion)

    def _meets(self, promotion: Promotion, scoped: Sequence[Row], rows: Sequence[Row]) -> bool:
        if promotion.conditions == ALWAYS:
            return True
        facts = dict(self.facts)
        for measure in promotion.measures:
            over = scoped if measure.over is None else [row for row in rows if holds(measure.over, row.facts)]
            facts[measure.fact] = measured(over, measure.of, measure.read)
        truth = evaluate(promotion.conditions, facts).truth
        if truth is Truth.YES:
            return True
        found = unmet(promotion.conditions, facts)
        short = next((each for each in found if each.gap is not None), None)
        self.refuse(
            promotion.id,
            Reason.FACT_UNKNOWN if truth is Truth.UNKNOWN else Reason.CONDITION_UNMET,
            unmet=found,
            actual=short.actual if short is not None and type(short.actual) is int else None,
            required=None if short is None else short.required,
        )
        return False

    def _may_count(self, promotion: Promotion) -> bool:
        """Tell whether one order more may use *promotion*."""
        limits = promotion.limits
        if limits.per_customer is not None:
            if self.customer is None:
                self.refuse(promotion.id, Reason.CUSTOMER_UNKNOWN)
                return False
            own = UseId.of(promotion.id, self.customer)
            if not self._has_room(promotion, own, limits.per_customer, Reason.CUSTOMER_EXHAUSTED):
                return False
        return self._has_room(promotion, UseId.of(promotion.id), limits.uses, Reason.EXHAUSTED)

    def _has_room(self, promotion: Promotion, use: UseId, most: int | None, reason: Reason) -> bool:
        uses = self.used[use].uses if use in self.used else 0
        if room(uses, Limit(most)) != 0:
            return True
        self.refuse(promotion.id, reason, actual=uses, required=most)
        return False

    def _affords(self, promotion: Promotion, amount: int, *, cut: bool) -> int | None:
        """Return how much of *amount* the money of *promotion* allows; None when it does not apply for it."""
        if promotion.limits.money is None:
            return amount
        use = UseId.of(promotion.id)
        left = room(self.used[use].money if use in self.used else 0, Limit(promotion.limits.money.minor)) or 0
        if amount <= left or (cut and left):
            return min(amount, left)
        self.refuse(promotion.id, Reason.BUDGET_EXHAUSTED, actual=left, required=amount)
        return None

    def _claim(self, promotion: Promotion, amount: int) -> None:
        """Note what an order has to bind for *promotion*."""
        limits, money = promotion.limits, Money(amount, self.book.currency)
        if promotion.id in self.coupons:
            self.claimed.append(self.coupons[promotion.id])
        if limits.uses is not None or limits.money is not None:
            self.uses.append(
                UseClaim(
                    use=UseId.of(promotion.id), money=money, most_uses=limits.uses, most_money=limits.money
                )
            )  # fmt: skip
        if limits.per_customer is not None:
            own = UseId.of(promotion.id, self.customer)
            self.uses.append(UseClaim(use=own, money=money, most_uses=limits.per_customer))

    # --- the answer

    def quote(self) -> Quote:
        """Return the quote, money at its edge."""
        currency = self.book.currency
        taken = 0 if self.rows is None else sum(before - after for row in self.rows for _, before, after in row.taken)
        return Quote(
            currency=currency,
            at=self.at,
            lines=self._discounted() if taken else self.lines,
            services=self.services,
            gross=self.total,
            payable=Money(sum(self.left) + self.left_of_services - taken, currency),
            not_applied=tuple(self.refused),
            claims=Claims(uses=tuple(self.uses), coupons=tuple(coupon.id for coupon in self.claimed)),
        )

    def _discounted(self) -> tuple[PricedLine, ...]:
        """Return the lines with what was computed added to what was stated."""
        found: dict[int, list[Discount]] = {}
        for row in self.rows or ():
            for promotion, place, amount in row.shares():
                by = self.book.promotions[promotion]
                discount = Discount(
                    promotion=by.id, amount=Money(amount, self.book.currency), funder=by.funders[0].funder
                )
                found.setdefault(place, []).append(discount)
        return tuple(_with(line, (*line.discounts, *found.get(place, ()))) for place, line in enumerate(self.lines))


class _Offer:
    """What a promotion would take off some rows."""

    __slots__ = ("effect", "promotion", "rows", "saving")

    def __init__(self, promotion: Promotion, rows: Sequence[Row], effect: Effect) -> None:
        self.promotion = promotion
        self.rows = rows
        self.effect = effect
        self.saving = sum(effect)


def _in_scope(promotion: Promotion, rows: Sequence[Row]) -> Sequence[Row]:
    if promotion.scope == ALWAYS:
        return rows
    return [row for row in rows if holds(promotion.scope, row.facts)]


def _left(entry: Entry) -> int:
    return entry.gross.minor - sum(discount.amount.minor for discount in entry.discounts)


def _without(entry: E, dropped: frozenset[PromotionId]) -> E:
    """Return *entry* without the discounts of these promotions."""
    return _with(entry, tuple(each for each in entry.discounts if each.promotion not in dropped))


def _with(entry: E, discounts: tuple[Discount, ...]) -> E:
    """Return *entry* with exactly these discounts; itself when it has them already."""
    return entry if discounts == entry.discounts else changed(entry, discounts=discounts)
