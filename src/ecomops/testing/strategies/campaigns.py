"""How coupons, their batches, the uses of promotions and the claims of orders live."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops.kernel import Currency, Period, later
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    Claims,
    batches,
    claims,
    coupons,
    usage,
)
from ecomops.terms import CustomerId, LineId, OrderId
from ecomops.testing.builders import NOON
from ecomops.testing.strategies.life import Life, always, drawn
from ecomops.testing.strategies.values import money, values_of

PERIODS = tuple(Period(start=NOON, end=later(NOON, timedelta(days=days))) for days in (1, 9, 365, 365))
LIMITS = always(None, 0, 5, 20)


def _claims() -> SearchStrategy[Claims]:
    claimed: SearchStrategy[Claims] = values_of(Claims)
    return claimed.filter(lambda each: each.any)


CAMPAIGNS: tuple[Life, ...] = (
    Life(
        noun=COUPON,
        begins=(coupons.issue,),
        follows=(
            *((coupons.redeem, coupons.reserve, coupons.present) * 2),
            *(coupons.release, coupons.withdraw, coupons.claim, coupons.transfer),
            *(coupons.freeze, coupons.thaw, coupons.invalidate, coupons.expire),
        ),
        arguments={
            "valid": always(*PERIODS),
            "order": always(*map(OrderId, ("o-1", "o-1", "o-1", "o-2"))),
            "customer": lambda coupon: st.just(coupon.owner or CustomerId("c-1")),
            "to": always(*map(CustomerId, ("c-1", "c-2"))),
            "lines": always((LineId("l-1"),), (LineId("l-1"), LineId("l-2"))),
        },
    ),
    Life(
        noun=COUPON_BATCH,
        begins=(batches.open_batch,),
        follows=(
            *((batches.redeem, batches.reserve, batches.issue) * 2),
            *(batches.release, batches.give_back, batches.expire, batches.invalidate, batches.set_limit),
        ),
        arguments={"most": LIMITS, "quantity": always(1, 2, 7)},
    ),
    Life(
        noun=PROMOTION_USE,
        begins=(usage.open_use,),
        follows=(
            *((usage.redeem, usage.reserve) * 2),
            *(usage.release, usage.give_back, usage.set_limits),
        ),
        arguments={
            "most_uses": LIMITS,
            "most_money": drawn(st.none() | money(Currency.CNY, most=9)),
            "money": drawn(money(Currency.CNY, most=2)),
        },
    ),
    Life(
        noun=PROMOTION_CLAIM,
        begins=(claims.open_claim,),
        follows=(claims.redeem, claims.release),
        arguments={"claims": drawn(_claims())},
    ),
)
"""How the objects of promotions live."""
