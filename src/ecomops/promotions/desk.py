"""One basket while it is quoted: what is presented, what is left, what was refused, what is claimed.

Everything that one quote changes stands here. `presenting` opens a desk, with what codes and coupons open; what a
promotion would take is decided in `offering`, who wins a lane in `turns`, what is stated in `stating`.
"""

from collections.abc import Mapping

from pendulum import DateTime

from ecomops.kernel import Currency, Money
from ecomops.kernel.rules import Facts, FactValue, Rule
from ecomops.promotions.basket import Basket
from ecomops.promotions.canonical import Canonical
from ecomops.promotions.claims import UseClaim
from ecomops.promotions.compiling import Compiled, MeasurePlan
from ecomops.promotions.coupons import Coupon
from ecomops.promotions.measures import MeasureKind, Reading
from ecomops.promotions.promotion import PeriodLimit
from ecomops.promotions.refusals import Later, Reason, Refusal
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.scoping import Scoping
from ecomops.promotions.usage import PromotionUse, UseId
from ecomops.terms import CodeId, CustomerId, PricedLine, PricedService, PromotionId, Sku

Shown = dict[PromotionId, Coupon]
"""The coupon that was shown for each promotion."""


class Desk:
    """One basket while it is quoted.

    Attributes:
        goods: Its canonical goods; None until something is to be computed.
        services: Its services, likewise.
        scoping: Which rows are in which scope.
        given: The code or coupon that was presented for each promotion.
        coupons: The coupon that was presented for each promotion.
        families: The shared codes by which each promotion was opened: the one that was entered, and its parent.
        applied: The computed promotions that applied, in their order.
        carried: The places of all that applied, stated ones too.
        readings: What measures read at the entry of the lane, by their keys.
        later: Finds what is refused besides, when somebody asks; None when there is nothing to find.
        leaves_out: Whether promotions were not looked at, since they need more than the basket comes to.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        basket: Basket,
        *,
        at: DateTime,
        customer: CustomerId | None = None,
        facts: Facts | None = None,
        used: Mapping[UseId, PromotionUse] | None = None,
        gift_stock: Mapping[Sku, int] | None = None,
    ) -> None:
        """Start with nothing presented and nothing taken; see `Asking`."""
        self.book = rulebook
        self.basket = basket
        self.at = at
        self.customer = customer
        self.facts: dict[str, FactValue] = {**(facts or {}), "at": at}
        self.used = used or {}
        self.gift_stock = None if gift_stock is None else dict(gift_stock)
        self.given: dict[PromotionId, str] = {}
        self.coupons: Shown = {}
        self.families: dict[PromotionId, tuple[CodeId, ...]] = {}
        self.refused: list[Refusal] = []
        self.uses: list[UseClaim] = []
        self.claimed: list[Coupon] = []
        self.floors: dict[str, int] = {}
        self.lines: tuple[PricedLine, ...] = basket.lines
        self.service_lines: tuple[PricedService, ...] = basket.services
        self.gross = 0
        self.left: list[int] = []
        self.left_of_services: list[int] = []
        self.applied: list[Compiled] = []
        self.carried: set[int] = set()
        self.earned: list[tuple[Compiled, tuple[tuple[int, int], ...]]] = []
        self.readings: dict[int, int] = {}
        self.later: Later | None = None
        self.leaves_out = False

    @property
    def currency(self) -> Currency:
        """The currency of all amounts."""
        return self.book.currency

    # --- what is presented, and refused

    @property
    def opened(self) -> tuple[PromotionId, ...]:
        """The promotions that a coupon or a shared code opened."""
        return tuple(dict.fromkeys((*self.coupons, *self.families)))

    def refuse(
        self,
        promotion: PromotionId | None,
        reason: Reason,
        *,
        given: str | None = None,
        rule: Rule | None = None,
        facts: Facts | None = None,
        actual: int | None = None,
        required: int | None = None,
        by: PromotionId | None = None,
    ) -> None:
        """Note that something does not apply, and why."""
        if given is None and promotion is not None:
            given = self.given.get(promotion)
        self.refused.append(Refusal(promotion, given, reason, rule, facts, actual, required, by))

    # --- what is computed

    def lay_out(self, goods: Canonical, services: Canonical) -> None:
        """Begin to compute."""
        self.goods = goods
        self.services = services
        self.scoping = Scoping(goods.facts)

    def enter(self) -> None:
        """Begin a lane."""
        self.goods.state.enter()
        self.readings = {}

    def measured(self, plan: MeasurePlan) -> int:
        """Return what a measure reads now; what is read at the entry of a lane is read once."""
        if plan.read is Reading.RUNNING:
            return self._measure(plan)
        found = self.readings.get(plan.key)
        if found is None:
            found = self.readings[plan.key] = self._measure(plan)
        return found

    def _measure(self, plan: MeasurePlan) -> int:
        goods, rows = self.goods, self.scoping.rows(plan.scope)
        state = goods.state
        match plan.of:
            case MeasureKind.AMOUNT:
                read = plan.read
                amounts = (
                    state.entry if read is Reading.ENTRY else state.left if read is Reading.RUNNING else state.listed
                )
                return sum(map(amounts.__getitem__, rows))
            case MeasureKind.QUANTITY:
                return sum(map(state.units.__getitem__, rows))
            case MeasureKind.PRODUCTS:
                return len({goods.facts[row]["sku"] for row in rows})
            case _:
                return max(map(state.units.__getitem__, rows), default=0)

    # --- what is claimed

    def claim(self, compiled: Compiled, amount: int) -> None:
        """Note what an order has to bind for a promotion that takes *amount*."""
        if compiled.id in self.coupons:
            self.claimed.append(self.coupons[compiled.id])
        family = self.families.get(compiled.id, ())
        if not compiled.counted and not family:
            return
        limits, money, id = compiled.promotion.limits, Money(amount, self.currency), compiled.id
        self.uses += [UseClaim(use=UseId.by_code(id, shared), money=money) for shared in family]
        if limits.uses is not None or limits.money is not None:
            self.uses.append(
                UseClaim(use=UseId.of(id), money=money, most_uses=limits.uses, most_money=limits.money)
            )  # fmt: skip
        if limits.per_customer is not None:
            self.uses.append(UseClaim(use=UseId.of(id, self.customer), money=money, most_uses=limits.per_customer))
        if limits.per_period is not None:
            use = period_use(compiled, limits.per_period, self.at)
            self.uses.append(UseClaim(use=use, money=money, most_uses=limits.per_period.uses))


def period_use(compiled: Compiled, within: PeriodLimit, at: DateTime) -> UseId:
    """Return what is counted of a promotion in the day, week or month of *at*."""
    first = within.calendar.first_day(within.calendar.day(at), within.grain)
    return UseId.within(compiled.id, within.grain, first)
