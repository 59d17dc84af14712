"""What is taken over in the middle: events whose counters must fit each other."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops.kernel import Currency, Money
from ecomops.promotions.bargains import BargainId, BargainTerms, Cut
from ecomops.promotions.bargains.bargain import BargainAdopted
from ecomops.promotions.bargains.bargain import Status as BargainStatus
from ecomops.promotions.batches import BatchAdopted
from ecomops.promotions.flashsales import FlashQuotaId
from ecomops.promotions.flashsales.quotas import FlashQuotaAdopted
from ecomops.terms import BatchId, CustomerId, OrderId, PromotionId, Sku

Draw = Callable[[Any], SearchStrategy[Any]]
"""Draws values of an annotation."""


@st.composite
def adopted_batches(draw: DrawFn, values_of: Draw) -> BatchAdopted:
    """Draw a batch of which no more is bound, used and gone than was issued."""
    reserved, redeemed, expired, invalidated, free = (draw(st.integers(0, 9)) for _ in range(5))
    return BatchAdopted(
        batch=draw(values_of(BatchId)),
        issued=reserved + redeemed + expired + invalidated + free,
        reserved=reserved,
        redeemed=redeemed,
        expired=expired,
        invalidated=invalidated,
        most=draw(st.none() | st.integers(0, 99)),
        at=draw(values_of(DateTime)),
    )


@st.composite
def adopted_flash_quotas(draw: DrawFn, values_of: Draw) -> FlashQuotaAdopted:
    """Draw counters of which no more is reserved, sold and returned than the quota."""
    reserved, sold, returned, left = (draw(st.integers(0, 9)) for _ in range(4))
    return FlashQuotaAdopted(
        quota=draw(values_of(FlashQuotaId)),
        units=reserved + sold + returned + left,
        reserved=reserved,
        sold=sold,
        returned=returned,
        at=draw(values_of(DateTime)),
    )


def _yuan(minor: int) -> Money:
    return Money(minor, Currency.CNY)


@st.composite
def bargain_terms(draw: DrawFn, _: Draw) -> BargainTerms:
    """Draw terms that can be met exactly."""
    helpers, least, more, extra = (draw(st.integers(1, 5)) for _ in range(4))
    floor, total = draw(st.integers(0, 9)), helpers * (least + more)
    return BargainTerms(
        list_price=_yuan(floor + total), floor=_yuan(floor), helpers=helpers, least=least, most=least + more + extra
    )


@st.composite
def adopted_bargains(draw: DrawFn, values_of: Draw) -> BargainAdopted:
    """Draw a bargain whose cuts are equal and go with its status."""
    terms = draw(bargain_terms(values_of))
    status = draw(st.sampled_from(BargainStatus))
    helped = terms.helpers - 1 if status is BargainStatus.OPEN else terms.helpers
    each = _yuan(terms.total.minor // terms.helpers)
    return BargainAdopted(
        bargain=draw(values_of(BargainId)),
        buyer=draw(values_of(CustomerId)),
        sku=draw(values_of(Sku)),
        promotion=draw(values_of(PromotionId)),
        terms=terms,
        ends_at=draw(values_of(DateTime)),
        status=status,
        cuts=tuple(Cut(helper=CustomerId(f"helper-{n}"), amount=each) for n in range(helped)),
        order=draw(values_of(OrderId)) if status is BargainStatus.BOUGHT else None,
        at=draw(values_of(DateTime)),
    )


ADOPTIONS: Mapping[type, Callable[[Draw], SearchStrategy[Any]]] = {
    BatchAdopted: adopted_batches,
    FlashQuotaAdopted: adopted_flash_quotas,
    BargainTerms: bargain_terms,
    BargainAdopted: adopted_bargains,
}
"""What is drawn whole, since its fields must fit each other."""
