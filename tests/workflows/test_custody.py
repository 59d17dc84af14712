"""Coupons in hand: taken, given on, stopped, let go, taken out; the limit of a batch; through both drivers."""

from collections.abc import Callable
from typing import Any

import pytest

from ecomops.kernel import CommandId, DomainError, IllegalMove, Missing
from ecomops.kernel.counters import LimitReached
from ecomops.memory import MemoryStore
from ecomops.promotions import COUPON, COUPON_BATCH, CouponBatch, CouponBound, CouponNotValid, CouponNotYours
from ecomops.promotions.coupons import CouponReserved, Status
from ecomops.terms import BatchId, CouponId, CustomerId, OrderId, PromotionId
from ecomops.testing import NOON
from ecomops.workflows.couponing import (
    BatchOpen,
    CouponStanding,
    IssueCoupons,
    NewCoupon,
    OpenBatch,
    issue_coupons,
    open_batch,
)
from ecomops.workflows.custody import (
    ClaimCoupon,
    CouponOwned,
    FreezeCoupon,
    InvalidateCoupon,
    LimitBatch,
    ThawCoupon,
    TransferCoupon,
    claim_coupon,
    freeze_coupon,
    invalidate_coupon,
    limit_batch,
    thaw_coupon,
    transfer_coupon,
)
from tests.promotions.kit import ME, YEAR, YOU
from tests.workflows.shop import STAFF, Drive, codes, dump, put, value_of

B, MINE, NOBODYS = BatchId("b-1"), CouponId("k-1"), CouponId("k-2")
END = YEAR.end


def told(id: str = "c-1", at: Any = NOON) -> dict[str, Any]:  # noqa: ANN401 - an instant
    """Return the fields that every command has."""
    return {"id": CommandId(id), "by": STAFF, "at": at}


def claiming(customer: CustomerId = YOU, **more: Any) -> ClaimCoupon:  # noqa: ANN401 - fields of the command
    """Return the command that takes the coupon that is nobody's."""
    return ClaimCoupon(**told(**more), coupon_id=NOBODYS, customer=customer)


def giving(customer: CustomerId = ME, to: CustomerId = YOU, **more: Any) -> TransferCoupon:  # noqa: ANN401 - as above
    """Return the command that gives my coupon on."""
    return TransferCoupon(**told(**more), coupon_id=MINE, customer=customer, to=to)


def freezing(**more: Any) -> FreezeCoupon:  # noqa: ANN401 - as above
    """Return the command that stops my coupon."""
    return FreezeCoupon(**told(**more), coupon_id=MINE, reason="stolen")


def thawing(**more: Any) -> ThawCoupon:  # noqa: ANN401 - as above
    """Return the command that lets my coupon go."""
    return ThawCoupon(**told(**more), coupon_id=MINE)


def ending(**more: Any) -> InvalidateCoupon:  # noqa: ANN401 - as above
    """Return the command that takes my coupon out."""
    return InvalidateCoupon(**told(**more), coupon_id=MINE, reason="misprint")


def a_shop(drive: Drive) -> MemoryStore:
    """Return a store with a coupon of mine and one of nobody."""
    store = MemoryStore()
    drive(open_batch, OpenBatch(**told("c-open"), batch_id=B, most=2), store)
    new = (NewCoupon(id=MINE, owner=ME), NewCoupon(id=NOBODYS))
    issued = IssueCoupons(
        **told("c-issue"), batch_id=B, promotion=PromotionId("p"), valid=YEAR, coupons=new
    )  # fmt: skip
    drive(issue_coupons, issued, store)
    return store


def bound(store: MemoryStore) -> None:
    """Bind my coupon by an order."""
    reserved = CouponReserved(coupon=MINE, order=OrderId("o-1"), at=NOON)
    put(store, *COUPON.write(store.rows(COUPON)[MINE], (reserved,)))


def refused(attempt: Callable[[], object], kind: type[DomainError], store: MemoryStore) -> None:
    """Require a refusal that leaves the store as it was."""
    before = dump(store)
    with pytest.raises(kind):
        attempt()
    assert dump(store) == before


def test_a_coupon_is_taken_by_the_first(drive: Drive) -> None:
    """It is that customer's from then on; nobody else can take it, nor take one that has ended."""
    store = a_shop(drive)
    refused(lambda: drive(claim_coupon, claiming(at=END), store), CouponNotValid, store)
    assert drive(claim_coupon, claiming(), store) == CouponOwned(coupon_id=NOBODYS, owner=YOU)
    assert drive(claim_coupon, claiming(id="c-2"), store).owner == YOU
    assert codes(store).count("coupon.claimed") == 1
    refused(lambda: drive(claim_coupon, claiming(ME, id="c-3"), store), CouponNotYours, store)


def test_a_coupon_is_given_on_by_its_owner(drive: Drive) -> None:
    """Once; then it is the other's, and only the other can give it on."""
    store = a_shop(drive)
    assert drive(transfer_coupon, giving(), store) == CouponOwned(coupon_id=MINE, owner=YOU)
    assert value_of(store, COUPON, "k-1").owner == YOU
    refused(lambda: drive(transfer_coupon, giving(to=CustomerId("c"), id="c-2"), store), CouponNotYours, store)
    assert drive(transfer_coupon, giving(YOU, ME, id="c-3"), store).owner == ME
    drive(freeze_coupon, freezing(id="c-4"), store)
    refused(lambda: drive(transfer_coupon, giving(id="c-5"), store), IllegalMove, store)


def test_a_coupon_is_stopped_and_let_go(drive: Drive) -> None:
    """A repeat of either writes nothing; a bound one cannot be stopped."""
    store = a_shop(drive)
    assert drive(thaw_coupon, thawing(id="c-0"), store) == CouponStanding(coupon_id=MINE, status=Status.ISSUED)
    assert drive(freeze_coupon, freezing(), store) == CouponStanding(coupon_id=MINE, status=Status.FROZEN)
    assert drive(freeze_coupon, freezing(id="c-2"), store).status is Status.FROZEN
    assert drive(thaw_coupon, thawing(id="c-3"), store).status is Status.ISSUED
    assert codes(store)[-2:] == ["coupon.frozen", "coupon.thawed"]
    bound(store)
    refused(lambda: drive(freeze_coupon, freezing(id="c-4"), store), CouponBound, store)


def test_a_coupon_that_is_let_go_too_late_lapses(drive: Drive) -> None:
    """With its batch, once."""
    store = a_shop(drive)
    drive(freeze_coupon, freezing(), store)
    assert drive(thaw_coupon, thawing(id="c-2", at=END), store).status is Status.EXPIRED
    assert value_of(store, COUPON_BATCH, "b-1") == CouponBatch(id=B, issued=2, expired=1, most=2)
    assert drive(thaw_coupon, thawing(id="c-3", at=END), store).status is Status.EXPIRED
    assert codes(store).count("coupon_batch.expired") == 1


def test_a_coupon_is_taken_out_for_good(drive: Drive) -> None:
    """Its batch counts it, once; one that an order has stays."""
    store = a_shop(drive)
    assert drive(invalidate_coupon, ending(), store) == CouponStanding(coupon_id=MINE, status=Status.INVALIDATED)
    assert drive(invalidate_coupon, ending(id="c-2"), store).status is Status.INVALIDATED
    batch = value_of(store, COUPON_BATCH, "b-1")
    assert (batch, batch.open) == (CouponBatch(id=B, issued=2, invalidated=1, most=2), 1)
    assert codes(store).count("coupon_batch.invalidated") == 1
    store = a_shop(drive)
    bound(store)
    refused(lambda: drive(invalidate_coupon, ending(), store), CouponBound, store)


def test_the_limit_of_a_batch_is_changed(drive: Drive) -> None:
    """More can be given out then, or no more; what is out stays out."""
    store = a_shop(drive)
    more = IssueCoupons(
        **told("c-more"), batch_id=B, promotion=PromotionId("p"), valid=YEAR, coupons=(NewCoupon(id=CouponId("k-3")),)
    )  # fmt: skip
    refused(lambda: drive(issue_coupons, more, store), LimitReached, store)
    assert drive(limit_batch, LimitBatch(**told(), batch_id=B, most=3), store) == BatchOpen(batch_id=B, most=3)
    drive(limit_batch, LimitBatch(**told("c-2"), batch_id=B, most=3), store)
    assert codes(store).count("coupon_batch.limit_set") == 1
    assert drive(issue_coupons, more, store).quantity == 1
    assert drive(limit_batch, LimitBatch(**told("c-3"), batch_id=B, most=None), store).most is None
    assert value_of(store, COUPON_BATCH, "b-1") == CouponBatch(id=B, issued=3)


@pytest.mark.parametrize(
    ("work", "command"),
    [
        (claim_coupon, claiming()),
        (transfer_coupon, giving()),
        (freeze_coupon, freezing()),
        (thaw_coupon, thawing()),
        (invalidate_coupon, ending()),
        (limit_batch, LimitBatch(**told(), batch_id=B, most=1)),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_what_nobody_gave_out(drive: Drive, work: Any, command: Any) -> None:  # noqa: ANN401 - a pair of the table
    """It is refused, whatever is asked of it."""
    store = MemoryStore()
    refused(lambda: drive(work, command, store), Missing, store)
