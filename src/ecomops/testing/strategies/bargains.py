"""How bargains live: helped, reached, bought, free again, over."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops.kernel import Money, later
from ecomops.promotions.bargains import BARGAIN, Bargain, bargain, cut_bounds
from ecomops.terms import CustomerId, OrderId
from ecomops.testing.builders import NOON
from ecomops.testing.strategies.life import Life, always


def _amounts(found: Bargain) -> SearchStrategy[Money]:
    """Draw what can be cut now; the least of all when nothing can."""
    left, currency = found.helpers_left, found.terms.floor.currency
    if left < 1:
        return st.just(Money(found.terms.least, currency))
    least, most = cut_bounds(found.terms, remaining=found.remaining.minor, helpers_left=left)
    return st.integers(least, most).map(lambda minor: Money(minor, currency))


BARGAINS: tuple[Life, ...] = (
    Life(
        noun=BARGAIN,
        begins=(bargain.start,),
        follows=(bargain.buy, bargain.buy, *((bargain.cut,) * 4), bargain.release, bargain.cancel, bargain.expire),
        arguments={
            "ends_at": always(later(NOON, timedelta(days=9)), later(NOON, timedelta(days=60))),
            "helper": always(*(CustomerId(f"helper-{n}") for n in range(9))),
            "amount": _amounts,
            "customer": lambda found: st.just(found.buyer),
            "order": always(*map(OrderId, ("o-1", "o-1", "o-1", "o-2"))),
        },
    ),
)
"""How bargains live."""
