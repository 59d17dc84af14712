"""What is taken over in the middle: events whose counters must fit each other."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops.promotions.batches import BatchAdopted
from ecomops.promotions.flashsales import FlashQuotaId
from ecomops.promotions.flashsales.quotas import FlashQuotaAdopted
from ecomops.terms import BatchId

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


ADOPTIONS: Mapping[type, Callable[[Draw], SearchStrategy[Any]]] = {
    BatchAdopted: adopted_batches,
    FlashQuotaAdopted: adopted_flash_quotas,
}
"""What is drawn whole, since its fields must fit each other."""
