"""What is taken over in the middle: events whose counters must fit each other."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops.kernel import Currency, Money, Period, later
from ecomops.promotions import GroupId, GroupPolicy, PresaleId, PresalePolicy, PresaleTerms
from ecomops.promotions.bargains import BargainId, BargainTerms, Cut
from ecomops.promotions.bargains.bargain import BargainAdopted
from ecomops.promotions.bargains.bargain import Status as BargainStatus
from ecomops.promotions.batches import BatchAdopted
from ecomops.promotions.deposits import Fate
from ecomops.promotions.flashsales import FlashQuotaId
from ecomops.promotions.flashsales.quotas import FlashQuotaAdopted
from ecomops.promotions.groups import GroupAdopted, Member, Status
from ecomops.promotions.presales import PresaleAdopted
from ecomops.promotions.presales import Status as PresaleStatus
from ecomops.terms import BatchId, CustomerId, OrderId, PromotionId, Sku
from ecomops.testing.builders import NOON

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


@st.composite
def group_policies(draw: DrawFn, _: Draw) -> GroupPolicy:
    """Draw what is asked of a small group."""
    size = draw(st.integers(2, 5))
    return GroupPolicy(
        size=size,
        leader_pays_first=draw(st.booleans()),
        once_each=draw(st.booleans()),
        new_only=draw(st.booleans()),
        fill_from=draw(st.none() | st.integers(1, size - 1)),
    )


@st.composite
def adopted_groups(draw: DrawFn, values_of: Draw) -> GroupAdopted:
    """Draw a group with no more members than places, each of an order of its own."""
    policy = draw(group_policies(values_of))
    members = tuple(
        Member(order=OrderId(f"o-{n}"), customer=draw(values_of(CustomerId)), paid=draw(st.booleans()))
        for n in range(draw(st.integers(0, policy.size)))
    )
    return GroupAdopted(
        group=draw(values_of(GroupId)),
        promotion=draw(values_of(PromotionId)),
        policy=policy,
        status=draw(st.sampled_from(Status)),
        until=draw(values_of(DateTime)),
        members=members,
        at=draw(values_of(DateTime)),
    )


@st.composite
def presale_policies(draw: DrawFn, _: Draw) -> PresalePolicy:
    """Draw what may become of a deposit."""
    own = st.sampled_from([Fate.KEPT, Fate.RETURNED])
    return PresalePolicy(
        lapsed=draw(own),
        withdrawn_before=draw(own),
        withdrawn_after=draw(own),
        undelivered=draw(st.sampled_from([Fate.RETURNED, Fate.DOUBLED])),
        legal_percent=draw(st.sampled_from([0, 20, 100])),
    )


@st.composite
def presale_terms(draw: DrawFn, values_of: Draw) -> PresaleTerms:
    """Draw terms: a day for the deposit, a day of waiting, and a day for the balance."""
    deposit, more, rest = draw(st.integers(1, 9_999)), draw(st.integers(0, 9_999)), draw(st.integers(0, 99_999))
    start = draw(st.integers(0, 9))
    days = [later(NOON, timedelta(days=start + n)) for n in range(4)]
    return PresaleTerms(
        price=Money(deposit + more + rest, Currency.CNY),
        deposit=Money(deposit, Currency.CNY),
        worth=Money(deposit + more, Currency.CNY),
        first=Period(start=days[0], end=days[1]),
        second=Period(start=days[2], end=days[3]),
        policy=draw(presale_policies(values_of)),
    )


@st.composite
def adopted_presales(draw: DrawFn, values_of: Draw) -> PresaleAdopted:
    """Draw a pre-sale of which all amounts are in one currency."""
    terms = draw(presale_terms(values_of))
    return PresaleAdopted(
        presale=draw(values_of(PresaleId)),
        promotion=draw(values_of(PromotionId)),
        customer=draw(st.none() | values_of(CustomerId)),
        terms=terms,
        status=draw(st.sampled_from(PresaleStatus)),
        keeps=terms.keeps(draw(st.sampled_from(Fate))),
        order=draw(st.none() | values_of(OrderId)),
        balance=draw(st.none() | st.just(terms.price)),
        at=draw(values_of(DateTime)),
    )


ADOPTIONS: Mapping[type, Callable[[Draw], SearchStrategy[Any]]] = {
    BatchAdopted: adopted_batches,
    FlashQuotaAdopted: adopted_flash_quotas,
    BargainTerms: bargain_terms,
    BargainAdopted: adopted_bargains,
    GroupPolicy: group_policies,
    GroupAdopted: adopted_groups,
    PresalePolicy: presale_policies,
    PresaleTerms: presale_terms,
    PresaleAdopted: adopted_presales,
}
"""What is drawn whole, since its fields must fit each other."""
