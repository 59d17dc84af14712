"""The answer of a quote: lines with their discounts, what applied, what did not, why, and how far away it was."""

from fractions import Fraction

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Currency, Money
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.promotions.benefits import GiftChoice
from ecomops.promotions.claims import NO_CLAIMS, Claims
from ecomops.promotions.refusals import NOTHING_REFUSED, NotApplied, Refusals
from ecomops.terms import BatchId, Funder, LineId, PricedLine, PricedService, PromotionId


@frozen(kw_only=True)
class Share:
    """What a promotion takes off one line."""

    line: LineId = field(validator=is_a(LineId))
    amount: Money = field(validator=is_a(Money))


@frozen(kw_only=True)
class Application:
    """A promotion that applied.

    Args:
        promotion: Which.
        funder: Who bears it.
        amount: What it takes off.
        shares: Of which lines, by id; they add up to the amount.
    """

    promotion: PromotionId = field(validator=is_a(PromotionId))
    funder: Funder = field(validator=is_a(Funder))
    amount: Money = field(validator=is_a(Money))
    shares: tuple[Share, ...] = field(validator=tuple_of(Share))


@frozen(kw_only=True)
class GiftOffer:
    """What can be chosen as a gift, and how many units at most.

    Args:
        choice: What.
        quantity: How many units: what was earned, in whole times of the gift as far as there are units.
    """

    choice: GiftChoice = field(validator=is_a(GiftChoice))
    quantity: int = field(validator=whole(1))


@frozen(kw_only=True)
class GiftGiven:
    """A gift that a basket earned; the buyer chooses one of its offers.

    Args:
        promotion: By which promotion.
        times: How often it was earned.
        price: What a unit costs; None is nothing.
        offers: What there is to choose from.
    """

    promotion: PromotionId = field(validator=is_a(PromotionId))
    times: int = field(validator=whole(1))
    price: Money | None = field(validator=optional(is_a(Money)))
    offers: tuple[GiftOffer, ...] = field(validator=tuple_of(GiftOffer, least=1))


@frozen(kw_only=True)
class PointsGiven:
    """Points that a basket earned.

    Args:
        promotion: By which promotion.
        factor: What the points of the order are multiplied by; None when points are named.
        points: How many; None when a factor is named.
    """

    promotion: PromotionId = field(validator=is_a(PromotionId))
    factor: Fraction | None = field(validator=optional(is_a(Fraction)))
    points: int | None = field(validator=optional(whole(1)))


@frozen(kw_only=True)
class CouponsGiven:
    """Coupons that a basket earned, for a later order."""

    promotion: PromotionId = field(validator=is_a(PromotionId))
    batch: BatchId = field(validator=is_a(BatchId))
    number: int = field(validator=whole(1))


@frozen(kw_only=True)
class Quote:
    """What a basket costs.

    Args:
        currency: The currency of all amounts.
        at: When it was quoted.
        lines: The goods with all their discounts, in the order in which they came.
        services: Money without goods, likewise.
        gross: Everything before discounts.
        payable: Everything after them, never negative.
        refusals: What did not apply, and why: `not_applied` reads it.
        claims: What an order has to bind when it is placed.
        applied: The promotions that a quote computed, in the order in which they applied.
        gifts: Gifts that were earned.
        points: Points that were earned.
        coupons: Coupons that were earned.
    """

    currency: Currency = field(validator=is_a(Currency))
    at: DateTime = field(validator=an_instant)
    lines: tuple[PricedLine, ...] = field(validator=tuple_of(PricedLine))
    services: tuple[PricedService, ...] = field(validator=tuple_of(PricedService))
    gross: Money = field(validator=is_a(Money))
    payable: Money = field(validator=is_a(Money))
    refusals: Refusals = field(default=NOTHING_REFUSED, validator=is_a(Refusals))
    claims: Claims = field(default=NO_CLAIMS, validator=is_a(Claims))
    applied: tuple[PromotionId, ...] = field(default=(), validator=tuple_of(PromotionId))
    gifts: tuple[GiftGiven, ...] = field(default=(), validator=tuple_of(GiftGiven))
    points: tuple[PointsGiven, ...] = field(default=(), validator=tuple_of(PointsGiven))
    coupons: tuple[CouponsGiven, ...] = field(default=(), validator=tuple_of(CouponsGiven))

    @property
    def not_applied(self) -> tuple[NotApplied, ...]:
        """What did not apply, and why: presented codes and coupons, and promotions whose scope the basket meets."""
        return self.refusals.read()

    @property
    def shipping(self) -> Money:
        """What the services cost after discounts."""
        net = sum(each.gross.minor - sum(one.amount.minor for one in each.discounts) for each in self.services)
        return Money(net, self.currency)

    @property
    def discount(self) -> Money:
        """What all promotions take off."""
        return self.gross - self.payable

    @property
    def applications(self) -> tuple[Application, ...]:
        """What applied, by promotion id and funder: the discounts of the lines, seen from the promotions."""
        found: dict[tuple[PromotionId, Funder], dict[LineId, int]] = {}
        entries: tuple[PricedLine | PricedService, ...] = (*self.lines, *self.services)
        for entry in entries:
            for discount in entry.discounts:
                shares = found.setdefault((discount.promotion, discount.funder), {})
                shares[entry.id] = shares.get(entry.id, 0) + discount.amount.minor
        return tuple(self._application(*key, found[key]) for key in sorted(found))

    def _application(self, promotion: PromotionId, funder: Funder, shares: dict[LineId, int]) -> Application:
        return Application(
            promotion=promotion,
            funder=funder,
            amount=Money(sum(shares.values()), self.currency),
            shares=tuple(Share(line=line, amount=Money(shares[line], self.currency)) for line in sorted(shares)),
        )
