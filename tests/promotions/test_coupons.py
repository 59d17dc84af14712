"""The single coupon: given out, taken, given on, shown, bound, used, free again, stopped, taken out, lapsed."""

from typing import Any

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Period
from ecomops.promotions import COUPON, BadCouponOrder, Coupon, coupons
from ecomops.promotions.coupons import (
    LIFECYCLE,
    CouponAdopted,
    CouponClaimed,
    CouponExpired,
    CouponFrozen,
    CouponInvalidated,
    CouponIssued,
    CouponPresented,
    CouponRedeemed,
    CouponReleased,
    CouponReserved,
    CouponThawed,
    CouponTransferred,
    Status,
)
from ecomops.terms import BatchId, CodeId, CouponId, CustomerId, LineId, OrderId, PromotionId
from ecomops.testing import NOON, given
from tests.promotions.kit import ME, YEAR, YOU

K, MINE, OTHER = CouponId("k-1"), OrderId("o-1"), OrderId("o-2")
LINES = (LineId("l-1"),)
END = YEAR.end


def issued(*, owner: CustomerId | None = ME, valid: Period = YEAR) -> CouponIssued:
    """Return the event that gives a coupon out."""
    return CouponIssued(
        coupon=K, batch=BatchId("b-1"), promotion=PromotionId("p"), owner=owner, valid=valid, at=NOON
    )  # fmt: skip


def presented(order: OrderId = MINE) -> CouponPresented:
    """Return the event that shows it for an order to be."""
    return CouponPresented(coupon=K, order=order, lines=LINES, at=NOON)


def reserved(order: OrderId = MINE) -> CouponReserved:
    """Return the event that binds it."""
    return CouponReserved(coupon=K, order=order, at=NOON)


def redeemed(order: OrderId = MINE) -> CouponRedeemed:
    """Return the event that uses it."""
    return CouponRedeemed(coupon=K, order=order, at=NOON)


RELEASED, EXPIRED = CouponReleased(coupon=K, at=NOON), CouponExpired(coupon=K, at=END)
FROZEN, THAWED = CouponFrozen(coupon=K, reason="stolen", at=NOON), CouponThawed(coupon=K, at=NOON)
INVALIDATED = CouponInvalidated(coupon=K, reason="misprint", at=NOON)

HISTORIES: dict[Status, tuple[Any, ...]] = {
    Status.ISSUED: (issued(),),
    Status.PRESENTED: (issued(), presented()),
    Status.RESERVED: (issued(), presented(), reserved()),
    Status.REDEEMED: (issued(), reserved(), redeemed()),
    Status.FROZEN: (issued(), FROZEN),
    Status.INVALIDATED: (issued(), INVALIDATED),
    Status.EXPIRED: (issued(), EXPIRED),
}
BOUND = (Status.RESERVED, Status.REDEEMED)
WITH_ORDER = (Status.PRESENTED, *BOUND)
TAKEN_OUT = (Status.INVALIDATED, Status.EXPIRED)
STOPPED = (Status.FROZEN, *TAKEN_OUT)


def a_life(status: Status) -> Coupon:
    """Return a coupon that came to that status by its own events."""
    return COUPON.replay(HISTORIES[status])


def test_the_table_comes_back_to_issued_and_ends_expired() -> None:
    """A coupon is shown, bound and used; cancelled orders free it; only an open one lapses."""
    adopted = {(None, CouponAdopted, status) for status in Status}
    assert set(LIFECYCLE.edges()) == adopted | {
        (None, CouponIssued, Status.ISSUED),
        (Status.ISSUED, CouponPresented, Status.PRESENTED),
        (Status.ISSUED, CouponReserved, Status.RESERVED),
        (Status.ISSUED, CouponClaimed, Status.ISSUED),
        (Status.ISSUED, CouponTransferred, Status.ISSUED),
        (Status.ISSUED, CouponFrozen, Status.FROZEN),
        (Status.ISSUED, CouponInvalidated, Status.INVALIDATED),
        (Status.ISSUED, CouponExpired, Status.EXPIRED),
        (Status.PRESENTED, CouponPresented, Status.PRESENTED),
        (Status.PRESENTED, CouponReserved, Status.RESERVED),
        (Status.PRESENTED, CouponReleased, Status.ISSUED),
        (Status.PRESENTED, CouponFrozen, Status.FROZEN),
        (Status.PRESENTED, CouponInvalidated, Status.INVALIDATED),
        (Status.PRESENTED, CouponExpired, Status.EXPIRED),
        (Status.FROZEN, CouponThawed, Status.ISSUED),
        (Status.FROZEN, CouponInvalidated, Status.INVALIDATED),
        (Status.FROZEN, CouponExpired, Status.EXPIRED),
        (Status.RESERVED, CouponRedeemed, Status.REDEEMED),
        (Status.RESERVED, CouponReleased, Status.ISSUED),
        (Status.REDEEMED, CouponReleased, Status.ISSUED),
    }


@pytest.mark.parametrize("status", Status)
def test_a_history_leads_to_its_status(status: Status) -> None:
    """Bound, used and shown coupons name their order, others none; only an open one has a timer."""
    coupon = a_life(status)
    assert coupon.status is status
    assert coupon.order == (MINE if status in WITH_ORDER else None)
    assert COUPON.key("due_at", coupon) == (END if status in {Status.ISSUED, Status.PRESENTED, Status.FROZEN} else None)
    assert [COUPON.key(name, coupon) for name in ("status", "batch", "owner", "order")] == [
        status,
        "b-1",
        "me",
        coupon.order,
    ]


@pytest.mark.parametrize("status", Status)
def test_a_coupon_is_taken_over_as_it_stands(status: Status) -> None:
    """A shop that starts in the middle brings used coupons too."""
    at_work = a_life(status)
    adopted = CouponAdopted(
        coupon=K,
        batch=at_work.batch,
        promotion=at_work.promotion,
        owner=ME,
        status=status,
        valid=YEAR,
        order=at_work.order,
        at=NOON,
    )
    assert COUPON.replay((adopted,)) == at_work
    child = COUPON.replay((evolve(adopted, parent=CodeId("JUNE")),))
    assert (child, COUPON.key("parent", child)) == (evolve(at_work, parent=CodeId("JUNE")), "JUNE")
    with pytest.raises(BadCouponOrder) as refusal:
        evolve(adopted, order=MINE if at_work.order is None else None)
    assert (refusal.value.code, refusal.value.context) == ("coupon.bad_order", {"id": "k-1", "status": status.value})


def test_giving_out() -> None:
    """A coupon begins issued, with what it opens and when it may be used."""
    events = coupons.issue(K, batch=BatchId("b-1"), promotion=PromotionId("p"), owner=ME, valid=YEAR, at=NOON)
    assert events == (issued(),)


def refused(status: Status) -> dict[str, Any]:
    """Return the refusal of the table for a coupon that cannot be bound."""
    return {"machine": "coupon", "id": "k-1", "state": status.value}


def test_showing() -> None:
    """An open coupon is shown, also again and for another order; one that is bound by this order already, no more."""
    when: dict[str, Any] = {"order": MINE, "customer": ME, "lines": LINES, "at": NOON}
    elsewhere: dict[str, Any] = {**when, "order": OTHER}
    for status in (Status.ISSUED, Status.PRESENTED):
        given(COUPON, *HISTORIES[status]).when(coupons.present, **when).then(presented())
    for status in BOUND:
        given(COUPON, *HISTORIES[status]).when(coupons.present, **when).then()
        given(COUPON, *HISTORIES[status]).when(coupons.present, **elsewhere).then_refused(
            "coupon.bound", id="k-1", order="o-1"
        )
    for status in STOPPED:
        given(COUPON, *HISTORIES[status]).when(coupons.present, **when).then_refused("coupon.illegal_move")
    nothing: dict[str, Any] = {**when, "lines": ()}
    given(COUPON, issued()).when(coupons.present, **nothing).then_refused("coupon.unmatched", id="k-1")


def test_binding() -> None:
    """An open coupon is bound, shown or not; for its own order again nothing happens."""
    when: dict[str, Any] = {"order": MINE, "customer": ME, "at": NOON}
    elsewhere: dict[str, Any] = {**when, "order": OTHER}
    for status in (Status.ISSUED, Status.PRESENTED):
        given(COUPON, *HISTORIES[status]).when(coupons.reserve, **when).then(reserved())
    given(COUPON, issued(), presented(OTHER)).when(coupons.reserve, **when).then(reserved())
    for status in BOUND:
        given(COUPON, *HISTORIES[status]).when(coupons.reserve, **when).then()
        given(COUPON, *HISTORIES[status]).when(coupons.reserve, **elsewhere).then_refused(
            "coupon.bound", id="k-1", order="o-1"
        )
    for status in STOPPED:
        given(COUPON, *HISTORIES[status]).when(coupons.reserve, **when).then_refused("coupon.illegal_move")


WHO: list[tuple[CustomerId | None, CustomerId | None, bool]] = [
    (ME, ME, True),
    (ME, YOU, False),
    (ME, None, False),
    (None, YOU, True),
    (None, None, True),
]


@pytest.mark.parametrize(("owner", "customer", "may"), WHO)
@pytest.mark.parametrize("verb", ["present", "reserve"])
def test_a_coupon_is_its_owners(verb: str, owner: CustomerId | None, customer: CustomerId | None, may: bool) -> None:  # noqa: FBT001 - the answer of the example
    """One without an owner is whoever's brings it."""
    decide = getattr(coupons, verb)
    more: dict[str, Any] = {"lines": LINES} if verb == "present" else {}
    outcome = given(COUPON, issued(owner=owner)).when(decide, order=MINE, customer=customer, at=NOON, **more)
    if may:
        outcome.then(presented() if verb == "present" else reserved())
    else:
        outcome.then_refused("coupon.not_owner", id="k-1")


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (YEAR.start.subtract(microseconds=1), False),
        (YEAR.start, True),
        (END.subtract(microseconds=1), True),
        (END, False),
    ],
)
def test_a_coupon_is_used_while_it_is_valid(at: DateTime, may: bool) -> None:  # noqa: FBT001 - the answer of the example
    """From its start; its end is too late."""
    outcome = given(COUPON, issued()).when(coupons.reserve, order=MINE, customer=ME, at=at)
    if may:
        outcome.then(CouponReserved(coupon=K, order=MINE, at=at))
    else:
        outcome.then_refused("coupon.not_valid", id="k-1", start=YEAR.start.isoformat(), end=END.isoformat())
    shown = given(COUPON, issued()).when(coupons.present, order=MINE, customer=ME, lines=LINES, at=at)
    if not may:
        shown.then_refused("coupon.not_valid")


def test_using() -> None:
    """A bound coupon is used by its order, once."""
    given(COUPON, *HISTORIES[Status.RESERVED]).when(coupons.redeem, order=MINE, at=NOON).then(redeemed())
    given(COUPON, *HISTORIES[Status.REDEEMED]).when(coupons.redeem, order=MINE, at=NOON).then()
    for status in BOUND:
        given(COUPON, *HISTORIES[status]).when(coupons.redeem, order=OTHER, at=NOON).then_refused("coupon.bound")
    for status in (Status.ISSUED, Status.PRESENTED, *STOPPED):
        given(COUPON, *HISTORIES[status]).when(coupons.redeem, order=MINE, at=NOON).then_refused("coupon.illegal_move")


def test_freeing() -> None:
    """What its own order has is free again; another order frees nothing; past its end it lapses with it."""
    for status in (Status.PRESENTED, *BOUND):
        given(COUPON, *HISTORIES[status]).when(coupons.release, order=MINE, at=NOON).then(RELEASED)
        given(COUPON, *HISTORIES[status]).when(coupons.release, order=OTHER, at=NOON).then()
        given(COUPON, *HISTORIES[status]).when(coupons.release, order=MINE, at=END).then(
            CouponReleased(coupon=K, at=END), EXPIRED
        )
    for status in (Status.ISSUED, *STOPPED):
        given(COUPON, *HISTORIES[status]).when(coupons.release, order=MINE, at=NOON).then()


def test_withdrawing() -> None:
    """Only a shown one comes back; a bound one names its order."""
    given(COUPON, *HISTORIES[Status.PRESENTED]).when(coupons.withdraw, at=NOON).then(RELEASED)
    for status in (Status.ISSUED, *STOPPED):
        given(COUPON, *HISTORIES[status]).when(coupons.withdraw, at=NOON).then()
    for status in BOUND:
        given(COUPON, *HISTORIES[status]).when(coupons.withdraw, at=NOON).then_refused("coupon.bound", order="o-1")


def test_lapsing() -> None:
    """An open coupon lapses at its end, not before; a bound, used or lapsed one never."""
    for status in (Status.ISSUED, Status.PRESENTED, Status.FROZEN):
        given(COUPON, *HISTORIES[status]).when(coupons.expire, at=END).then(EXPIRED)
        given(COUPON, *HISTORIES[status]).when(coupons.expire, at=END.subtract(microseconds=1)).then()
    for status in (*BOUND, *TAKEN_OUT):
        given(COUPON, *HISTORIES[status]).when(coupons.expire, at=END).then()


BEFORE = YEAR.start.subtract(days=1)


def claimed(at: DateTime = NOON, owner: CustomerId = YOU) -> CouponClaimed:
    """Return the event that takes a coupon that was nobody's."""
    return CouponClaimed(coupon=K, owner=owner, at=at)


def test_taking() -> None:
    """A coupon that is nobody's becomes the customer's who takes it first, also before it is valid, never after."""
    nobodys = issued(owner=None)
    given(COUPON, nobodys).when(coupons.claim, customer=YOU, at=NOON).then(claimed())
    given(COUPON, nobodys).when(coupons.claim, customer=YOU, at=BEFORE).then(claimed(BEFORE))
    given(COUPON, nobodys).when(coupons.claim, customer=YOU, at=END).then_refused("coupon.not_valid", id="k-1")
    assert COUPON.replay((nobodys, claimed())).owner == YOU
    given(COUPON, nobodys, claimed()).when(coupons.claim, customer=YOU, at=END).then()
    given(COUPON, nobodys, claimed()).when(coupons.claim, customer=ME, at=NOON).then_refused("coupon.not_owner")
    given(COUPON, nobodys, FROZEN).when(coupons.claim, customer=YOU, at=NOON).then_refused("coupon.illegal_move")


def test_giving_on() -> None:
    """The owner gives a free coupon to another; nobody else does, and the other has it once."""
    on = CouponTransferred(coupon=K, owner=YOU, at=NOON)
    gift: dict[str, Any] = {"customer": ME, "to": YOU, "at": NOON}
    too_late: dict[str, Any] = {**gift, "at": END}
    early: dict[str, Any] = {**gift, "at": BEFORE}
    given(COUPON, issued()).when(coupons.transfer, **gift).then(on)
    assert COUPON.replay((issued(), on)).owner == YOU
    given(COUPON, issued(), on).when(coupons.transfer, **gift).then()
    given(COUPON, issued()).when(coupons.transfer, customer=YOU, to=CustomerId("c"), at=NOON).then_refused(
        "coupon.not_owner", id="k-1"
    )
    given(COUPON, issued(owner=None)).when(coupons.transfer, **gift).then_refused("coupon.not_owner")
    given(COUPON, issued()).when(coupons.transfer, **too_late).then_refused("coupon.not_valid")
    given(COUPON, issued()).when(coupons.transfer, **early).then(evolve(on, at=BEFORE))
    for status in (*WITH_ORDER, *STOPPED):
        given(COUPON, *HISTORIES[status]).when(coupons.transfer, **gift).then_refused("coupon.illegal_move")


def test_stopping() -> None:
    """A free or shown coupon is stopped until it is let go; past its end it lapses instead."""
    for status in (Status.ISSUED, Status.PRESENTED):
        given(COUPON, *HISTORIES[status]).when(coupons.freeze, reason="stolen", at=NOON).then(FROZEN)
        assert COUPON.replay((*HISTORIES[status], FROZEN)).order is None
    given(COUPON, issued(), FROZEN).when(coupons.freeze, reason="again", at=NOON).then()
    for status in BOUND:
        given(COUPON, *HISTORIES[status]).when(coupons.freeze, reason="stolen", at=NOON).then_refused(
            "coupon.bound", id="k-1", order="o-1"
        )
    for status in TAKEN_OUT:
        given(COUPON, *HISTORIES[status]).when(coupons.freeze, reason="stolen", at=NOON).then_refused(
            "coupon.illegal_move"
        )
    given(COUPON, issued(), FROZEN).when(coupons.thaw, at=NOON).then(THAWED)
    given(COUPON, issued(), FROZEN).when(coupons.thaw, at=END).then(evolve(THAWED, at=END), EXPIRED)
    for status in set(Status) - {Status.FROZEN}:
        given(COUPON, *HISTORIES[status]).when(coupons.thaw, at=NOON).then()


def test_taking_out() -> None:
    """A free, shown or stopped coupon is taken out for good, once; a bound one names its order."""
    for status in (Status.ISSUED, Status.PRESENTED, Status.FROZEN):
        given(COUPON, *HISTORIES[status]).when(coupons.invalidate, reason="misprint", at=NOON).then(INVALIDATED)
    given(COUPON, issued(), INVALIDATED).when(coupons.invalidate, reason="again", at=NOON).then()
    for status in BOUND:
        given(COUPON, *HISTORIES[status]).when(coupons.invalidate, reason="misprint", at=NOON).then_refused(
            "coupon.bound", id="k-1", order="o-1"
        )
    given(COUPON, issued(), EXPIRED).when(coupons.invalidate, reason="misprint", at=NOON).then_refused(
        "coupon.illegal_move"
    )
