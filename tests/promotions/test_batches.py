"""The batch of coupons: issued within the limit; bound, used and gone within what is issued."""

from collections.abc import Callable
from itertools import permutations, product
from typing import Any, cast

import pytest
from attrs import evolve
from hypothesis import given as drawn
from hypothesis import strategies as st

from ecomops.kernel import BoundBroken, DomainError, OutOfRange
from ecomops.promotions import COUPON_BATCH, BadBatchCounters, CouponBatch, batches
from ecomops.promotions.batches import (
    COUNTERS,
    EFFECTS,
    BatchAdopted,
    BatchExpired,
    BatchInvalidated,
    BatchIssued,
    BatchLimitSet,
    BatchOpened,
    BatchRedeemed,
    BatchReleased,
    BatchReserved,
    BatchReturned,
)
from ecomops.terms import BatchId, CouponId
from ecomops.testing import NOON, given

B, K = BatchId("b-1"), CouponId("k-1")

Decide = Callable[[CouponBatch], tuple[Any, ...]]
DECISIONS: dict[str, Decide] = {
    "issue": lambda batch: batches.issue(batch, quantity=1, at=NOON),
    "reserve": lambda batch: batches.reserve(batch, coupon=K, at=NOON),
    "redeem": lambda batch: batches.redeem(batch, coupon=K, at=NOON),
    "release": lambda batch: batches.release(batch, coupon=K, at=NOON),
    "give back": lambda batch: batches.give_back(batch, coupon=K, at=NOON),
    "expire": lambda batch: batches.expire(batch, coupon=K, at=NOON),
    "invalidate": lambda batch: batches.invalidate(batch, coupon=K, at=NOON),
}
LEDGER: dict[str, tuple[type[Any], tuple[int, int, int, int, int]]] = {
    # what a clerk would write down: issued, reserved, redeemed, expired, invalidated
    "issue": (BatchIssued, (1, 0, 0, 0, 0)),
    "reserve": (BatchReserved, (0, 1, 0, 0, 0)),
    "redeem": (BatchRedeemed, (0, -1, 1, 0, 0)),
    "release": (BatchReleased, (0, -1, 0, 0, 0)),
    "give back": (BatchReturned, (0, 0, -1, 0, 0)),
    "expire": (BatchExpired, (0, 0, 0, 1, 0)),
    "invalidate": (BatchInvalidated, (0, 0, 0, 0, 1)),
}


def an_event(name: str) -> Any:  # noqa: ANN401 - one of seven
    """Return the event of a movement."""
    kind = LEDGER[name][0]
    return kind(batch=B, quantity=1, at=NOON) if kind is BatchIssued else kind(batch=B, coupon=K, at=NOON)


def moved(batch: CouponBatch, name: str) -> CouponBatch:
    """Return what the clerk makes of a movement."""
    added = zip(COUNTERS, LEDGER[name][1], strict=True)
    return evolve(batch, **{counter: getattr(batch, counter) + by for counter, by in added})


def accepts(batch: CouponBatch, name: str) -> bool:
    """Tell whether the decision lets a movement through."""
    try:
        DECISIONS[name](batch)
    except DomainError:
        return False
    return True


def test_a_batch_opens_with_its_limit() -> None:
    """Nothing is issued; one that was taken over stands as it stood."""
    opened = batches.open_batch(B, most=3, at=NOON)
    assert opened == (BatchOpened(batch=B, most=3, at=NOON),)
    assert COUPON_BATCH.replay(opened) == CouponBatch(id=B, most=3)
    sums = {"reserved": 1, "redeemed": 2, "expired": 3, "invalidated": 1}
    batch = COUPON_BATCH.replay((BatchAdopted(batch=B, issued=9, most=None, at=NOON, **sums),))
    assert (batch, batch.open) == (CouponBatch(id=B, issued=9, **sums), 2)


@pytest.mark.parametrize("gone", [(10, 0, 0, 0), (0, 10, 0, 0), (0, 0, 10, 0), (0, 0, 0, 10), (3, 3, 3, 1)])
def test_a_batch_is_taken_over_with_counters_that_can_be(gone: tuple[int, int, int, int]) -> None:
    """What is bound, used and gone together is at most what was issued."""
    sums = dict(zip(COUNTERS[1:], gone, strict=True))
    with pytest.raises(BadBatchCounters) as refusal:
        BatchAdopted(batch=B, issued=9, most=None, at=NOON, **sums)
    assert (refusal.value.code, refusal.value.context) == (
        "coupon_batch.bad_counters",
        {"id": "b-1", "issued": 9, "gone": 10},
    )
    full = BatchAdopted(batch=B, issued=10, most=None, at=NOON, **sums)
    assert COUPON_BATCH.replay((full,)).open == 0


def test_the_limit_is_changed_and_takes_nothing_back() -> None:
    """() when it is as it was."""
    opened, issued = BatchOpened(batch=B, most=3, at=NOON), BatchIssued(batch=B, quantity=3, at=NOON)
    given(COUPON_BATCH, opened, issued).when(batches.set_limit, most=3, at=NOON).then()
    lower = BatchLimitSet(batch=B, most=1, at=NOON)
    given(COUPON_BATCH, opened, issued).when(batches.set_limit, most=1, at=NOON).then(lower)
    assert COUPON_BATCH.replay((opened, issued, lower)) == CouponBatch(id=B, issued=3, most=1)


def test_coupons_are_issued_up_to_the_limit() -> None:
    """Several at once; the last will do, one more is refused with the numbers."""
    opened = BatchOpened(batch=B, most=5, at=NOON)
    given(COUPON_BATCH, opened).when(batches.issue, quantity=5, at=NOON).then(
        BatchIssued(batch=B, quantity=5, at=NOON)
    )  # fmt: skip
    given(COUPON_BATCH, opened, BatchIssued(batch=B, quantity=3, at=NOON)).when(
        batches.issue, quantity=3, at=NOON
    ).then_refused("limit.reached", counter="b-1 issued", wanted=3, used=3, most=5)
    with pytest.raises(OutOfRange):
        batches.issue(CouponBatch(id=B), quantity=0, at=NOON)


@pytest.mark.parametrize(
    ("name", "counter"),
    [
        ("reserve", "open"),
        ("redeem", "reserved"),
        ("release", "reserved"),
        ("give back", "redeemed"),
        ("expire", "open"),
        ("invalidate", "open"),
    ],
)
def test_what_is_not_counted_cannot_move(name: str, counter: str) -> None:
    """The refusal names what there is none of."""
    with pytest.raises(DomainError) as refusal:
        DECISIONS[name](CouponBatch(id=B, issued=0))
    assert refusal.value.code == "promotion.over_use"
    assert refusal.value.context == {"id": B, "counter": counter, "wanted": 1, "counted": 0}


def test_the_effects_are_those_of_the_ledger() -> None:
    """The table of the room says what a clerk would write down."""
    assert dict(LEDGER.values()) == EFFECTS


@pytest.mark.parametrize("name", LEDGER)
def test_decisions_and_bounds_agree_in_every_small_batch(name: str) -> None:
    """Every batch of up to two of each: the fold moves what it says, and a store that adds accepts what is decided."""
    additive = COUPON_BATCH.additive
    assert additive is not None
    few = range(3)
    for issued, reserved, redeemed, (expired, invalidated), most in product(
        range(5), few, few, ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0)), (None, 0, 2, 5)
    ):
        batch = CouponBatch(
            id=B,
            issued=issued,
            reserved=reserved,
            redeemed=redeemed,
            expired=expired,
            invalidated=invalidated,
            most=most,
        )
        event = an_event(name)
        read = evolve(batch, issued=500, reserved=50, redeemed=50, expired=50, invalidated=50)
        assert COUPON_BATCH.fold(batch, (event,)) == moved(batch, name)
        deltas = additive.deltas(read, moved(read, name))
        assert deltas is not None
        try:
            kept = additive.add(batch, deltas, (event,), kind="coupon_batch", id=B) == moved(batch, name)
        except BoundBroken:
            kept = False
        assert kept is accepts(batch, name)


@drawn(st.lists(st.sampled_from(sorted(LEDGER)), max_size=5))
def test_movements_commute(names: list[str]) -> None:
    """They are movements and never totals."""
    batch = CouponBatch(id=B, issued=50, reserved=9, redeemed=9)
    events = [an_event(name) for name in names]
    assert len({COUPON_BATCH.fold(batch, cast("Any", order)) for order in permutations(events)}) == 1


@drawn(st.lists(st.sampled_from(sorted(LEDGER)), max_size=12), st.none() | st.integers(0, 6))
def test_any_row_of_movements_stays_within_bounds(names: list[str], most: int | None) -> None:
    """Those that are refused leave the batch as it was."""
    batch = CouponBatch(id=B, most=most)
    for name in names:
        batch = COUPON_BATCH.fold(batch, DECISIONS[name](batch)) if accepts(batch, name) else batch
        assert min(getattr(batch, counter) for counter in COUNTERS) >= 0
        assert batch.open >= 0
        assert most is None or batch.issued <= most
