"""The chain's coupons: one batch for each, one coupon for each redemption, shown with the basket that it belongs to.

A coupon takes nothing off by itself: the till has taken its money off a line, as a tender of the brand. It is shown,
bound by the order, and redeemed when that is paid; one that no line of the basket qualifies for is refused.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date  # noqa: TC003 - a key of a dict that is made when the module runs
from functools import partial

from pendulum import DateTime

from campaigns import Campaigns, Redemption
from completejourney import Basket
from ecomops.kernel import CommandId, Currency, Period, Refused, Text
from ecomops.kernel import run as carry_out
from ecomops.kernel.rules import All, Equals, Fact, FactKind, OneOf
from ecomops.memory import MemoryStore
from ecomops.promotions import Promotion, Reduction, Rulebook, Stated, Whole
from ecomops.terms import BatchId, CouponId, PromotionId
from ecomops.workflows.couponing import (
    IssueCoupons,
    NewCoupon,
    OpenBatch,
    PresentCoupon,
    issue_coupons,
    open_batch,
    present_coupon,
)
from receipts import TAKEN_OFF, customer, order_of, priced
from till import TILL

EXTRA = "extra"
"""Marks the coupon that is given out once more, for a basket that nobody pays in time."""
TOLD = Fact(name=TAKEN_OFF, kind=FactKind.FLAG, words=Text("a coupon was taken off", "已用券抵扣"))


class Vouchers:
    """The coupons of the chain.

    Attributes:
        refused: How many were refused when they were shown, by the code of the refusal.
        shown: How many were shown and taken.
    """

    def __init__(self, store: MemoryStore, found: Campaigns) -> None:
        """Begin with what the files tell of."""
        self._store = store
        self._found = found
        self._belong: defaultdict[int, list[Redemption]] = defaultdict(list)
        self._astray: defaultdict[tuple[int, date], list[Redemption]] = defaultdict(list)
        for each in found.redemptions:
            if each.basket_id is None:
                self._astray[each.household_id, each.day].append(each)
            else:
                self._belong[each.basket_id].append(each)
        self._rules = Rulebook.of(
            (self._promotion(upc) for upc in self._used()), currency=Currency.USD, line_facts=(TOLD,)
        )
        self.refused: Counter[str] = Counter()
        self.shown = 0

    def _used(self) -> list[int]:
        """Return the coupons that anybody redeems."""
        return sorted({each.upc for each in self._found.redemptions})

    def _promotion(self, upc: int) -> Promotion:
        """Return what a coupon opens: the lines of its products off which the till has taken one."""
        products = tuple(str(product) for product in sorted(self._found.coupons[upc].products))
        scope = All(rules=(OneOf(fact="sku", values=products), Equals(fact=TAKEN_OFF, value=True)))
        taken = Reduction(value=Stated(), target=Whole(scope=scope))
        return Promotion(id=PromotionId(str(upc)), benefits=(taken,), by_coupon=True)

    def issue(self, *, extra: Iterable[int] = (), valid: Period, at: DateTime) -> None:
        """Give out a coupon for each redemption to come; for those of the *extra* baskets one more."""
        once_more = frozenset(extra)
        wanted: defaultdict[int, list[NewCoupon]] = defaultdict(list)
        for each in self._found.redemptions:
            owner = customer(each.household_id)
            wanted[each.upc].append(NewCoupon(id=_coupon(each), owner=owner))
            if each.basket_id in once_more:
                wanted[each.upc].append(NewCoupon(id=_coupon(each, EXTRA), owner=owner))
        for upc in self._used():
            self._give_out(upc, tuple(wanted[upc]), valid=valid, at=at)

    def _give_out(self, upc: int, coupons: tuple[NewCoupon, ...], *, valid: Period, at: DateTime) -> None:
        batch = BatchId(str(upc))
        opened = OpenBatch(id=CommandId(f"batch:{upc}"), by=TILL, at=at, batch_id=batch, most=len(coupons))
        carry_out(open_batch, opened, self._store.unit)
        issued = IssueCoupons(
            id=CommandId(f"issue:{upc}"),
            by=TILL,
            at=at,
            batch_id=batch,
            promotion=PromotionId(str(upc)),
            valid=valid,
            coupons=coupons,
        )
        carry_out(issue_coupons, issued, self._store.unit)

    def show(self, basket: Basket, *, at: DateTime, extra: bool = False) -> tuple[CouponId, ...]:
        """Show the coupons that come with *basket*; return those that its order is to bind."""
        belong = self._belong.get(basket.basket_id, ())
        astray = () if extra else self._astray.pop((basket.household_id, basket.day), ())
        mark = EXTRA if extra else ""
        return tuple(_coupon(each, mark) for each in (*belong, *astray) if self._show(each, basket, mark, at=at))

    def _show(self, redemption: Redemption, basket: Basket, mark: str, *, at: DateTime) -> bool:
        """Tell whether a coupon was taken."""
        coupon = _coupon(redemption, mark)
        command = PresentCoupon(
            id=CommandId(f"show:{coupon}"),
            by=TILL,
            at=at,
            coupon_id=coupon,
            order_id=order_of(basket, mark),
            customer=customer(basket.household_id),
            basket=priced(basket, traits=True),
        )
        try:
            carry_out(partial(present_coupon, rulebook=self._rules), command, self._store.unit)
        except Refused as refused:
            self.refused[refused.code] += 1
            return False
        self.shown += 1
        return True


def _coupon(redemption: Redemption, mark: str = "") -> CouponId:
    return CouponId(f"{redemption.upc}:{redemption.number}{mark}")
