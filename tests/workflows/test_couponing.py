"""Coupons of their own: batches, giving out, showing, taking back, lapsing; through plans and both drivers."""

from functools import partial
from typing import Any

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import CommandId, DomainError, IllegalMove, Missing, Period, Repeated
from ecomops.kernel.counters import LimitReached
from ecomops.memory import MemoryStore
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    Basket,
    BatchExists,
    CouponBatch,
    CouponBound,
    CouponExists,
    CouponNotValid,
    CouponNotYours,
    CouponUnmatched,
    NoPromotion,
    Rulebook,
    Stated,
)
from ecomops.promotions.coupons import CouponReserved, Status
from ecomops.terms import BatchId, CouponId, CustomerId, LineId, OrderId, PromotionId
from ecomops.testing import NOON
from ecomops.workflows.couponing import (
    BatchNeeds,
    BatchOpen,
    CouponDue,
    CouponDueNeeds,
    CouponNeeds,
    CouponShown,
    CouponsIssued,
    CouponStanding,
    IssueCoupons,
    IssueNeeds,
    NewCoupon,
    OpenBatch,
    PresentCoupon,
    ReleaseCoupon,
    coupon_due,
    expire_coupon,
    issue_coupons,
    open_batch,
    plan_coupon_due,
    plan_issue_coupons,
    plan_open_batch,
    plan_present_coupon,
    plan_release_coupon,
    present_coupon,
    release_coupon,
)
from tests.promotions.kit import ME, YEAR, YOU, a_basket, a_coupon, a_priced_line, a_promotion, sku
from tests.workflows.shop import STAFF, Drive, codes, dump, events_of, found, put, value_of

B, K = BatchId("b-1"), CouponId("k-1")
BOOK = Rulebook.of([a_promotion("p", Stated(), scope=sku("tea"), by_coupon=True), a_promotion("open")])
present = partial(present_coupon, rulebook=BOOK)
END = YEAR.end


def opening(*, most: int | None = None, id: str = "c-open") -> OpenBatch:
    """Return the command that makes a batch."""
    return OpenBatch(id=CommandId(id), by=STAFF, at=NOON, batch_id=B, most=most)


def issuing(*ids: str, owner: CustomerId | None = ME, promotion: str = "p", id: str = "c-issue") -> IssueCoupons:
    """Return the command that gives coupons out."""
    return IssueCoupons(
        id=CommandId(id),
        by=STAFF,
        at=NOON,
        batch_id=B,
        promotion=PromotionId(promotion),
        valid=YEAR,
        coupons=tuple(NewCoupon(id=CouponId(each), owner=owner) for each in ids or ("k-1",)),
    )


def showing(
    *, basket: Basket | None = None, customer: CustomerId | None = ME, order: str = "o-1", at: DateTime = NOON
) -> PresentCoupon:
    """Return the command that shows a coupon for an order to be."""
    return PresentCoupon(
        id=CommandId(f"c-show-{order}"),
        by=STAFF,
        at=at,
        coupon_id=K,
        order_id=OrderId(order),
        customer=customer,
        basket=basket or a_basket(a_priced_line("l-1", sku="cup"), a_priced_line("l-2")),
    )


def releasing(id: str = "c-release") -> ReleaseCoupon:
    """Return the command that takes a coupon back."""
    return ReleaseCoupon(id=CommandId(id), by=STAFF, at=NOON, coupon_id=K)


def a_shop(drive: Drive, *ids: str, **more: Any) -> MemoryStore:  # noqa: ANN401 - fields of the command
    """Return a store in which coupons were given out."""
    store = MemoryStore()
    drive(open_batch, opening(), store)
    drive(issue_coupons, issuing(*ids, **more), store)
    return store


def refused(attempt: Any, kind: type[DomainError], store: MemoryStore) -> dict[str, object]:  # noqa: ANN401 - a call
    """Return the facts of a refusal that leaves the store as it was."""
    before = dump(store)
    with pytest.raises(kind) as refusal:
        attempt()
    assert dump(store) == before
    return refusal.value.context


# --- plans --------------------------------------------------------------------------------------------------------


def test_a_plan_makes_a_batch_once() -> None:
    """One of that id is refused."""
    plan = plan_open_batch(opening(most=5), BatchNeeds(batch=None))
    assert plan.answer == BatchOpen(batch_id=B, most=5)
    assert events_of(plan.writes) == [("coupon_batch", "coupon_batch.opened")]
    with pytest.raises(BatchExists):
        plan_open_batch(opening(), BatchNeeds(batch=found(CouponBatch(id=B))))


def test_a_plan_gives_all_coupons_out_or_none() -> None:
    """The batch counts them in one movement."""
    plan = plan_issue_coupons(issuing("k-1", "k-2"), IssueNeeds(batch=found(CouponBatch(id=B, most=2))))
    assert plan.answer == CouponsIssued(batch_id=B, quantity=2)
    assert events_of(plan.writes) == [("coupon", "coupon.issued")] * 2 + [("coupon_batch", "coupon_batch.issued")]
    with pytest.raises(LimitReached):
        plan_issue_coupons(issuing("k-1", "k-2"), IssueNeeds(batch=found(CouponBatch(id=B, most=1))))
    there = {"k-2": found(a_coupon("k-2"))}
    with pytest.raises(CouponExists) as refusal:
        plan_issue_coupons(issuing("k-1", "k-2"), IssueNeeds(batch=found(CouponBatch(id=B)), coupons=there))
    assert refusal.value.coupons == ("k-2",)


def test_a_command_names_each_coupon_once() -> None:
    """The same coupon twice, or none at all, is no command."""
    with pytest.raises(Repeated):
        issuing("k-1", "k-1")
    with pytest.raises(DomainError):
        evolve(issuing(), coupons=())


def test_a_plan_shows_a_coupon_on_its_lines() -> None:
    """Only the lines of its products; a coupon that no promotion takes is refused by name."""
    needs = CouponNeeds(coupon=found(a_coupon()))
    plan = plan_present_coupon(showing(), needs, rulebook=BOOK)
    assert plan.answer == CouponShown(coupon_id=K, promotion=PromotionId("p"), lines=(LineId("l-2"),))
    assert events_of(plan.writes) == [("coupon", "coupon.presented")]
    for promotion in ("ghost", "open"):
        with pytest.raises(NoPromotion) as refusal:
            plan_present_coupon(
                showing(), CouponNeeds(coupon=found(a_coupon(promotion=promotion))), rulebook=BOOK
            )  # fmt: skip
        assert refusal.value.context == {"id": "k-1", "promotion": promotion}


def test_a_plan_takes_back_what_was_shown() -> None:
    """What was not shown stays as it is, with nothing written; what is bound stays bound."""
    shown = found(evolve(a_coupon(status=Status.PRESENTED), order=OrderId("o-1")))
    plan = plan_release_coupon(releasing(), CouponNeeds(coupon=shown))
    assert plan.answer == CouponStanding(coupon_id=K, status=Status.ISSUED)
    assert events_of(plan.writes) == [("coupon", "coupon.released")]
    assert plan_release_coupon(releasing(), CouponNeeds(coupon=found(a_coupon()))).writes == ()
    with pytest.raises(CouponBound):
        plan_release_coupon(releasing(), CouponNeeds(coupon=found(a_coupon(status=Status.RESERVED))))


def a_deadline(at: DateTime = END) -> CouponDue:
    """Return the command of time."""
    return CouponDue(id=CommandId("c-due"), by=STAFF, at=at, coupon_id=K)


def test_a_plan_lets_a_coupon_lapse_at_its_end() -> None:
    """With its batch; before the end, and when it is bound, nothing is written."""
    batch = found(CouponBatch(id=B, issued=1))
    plan = plan_coupon_due(a_deadline(), CouponDueNeeds(coupon=found(a_coupon()), batch=batch))
    assert plan.answer == CouponStanding(coupon_id=K, status=Status.EXPIRED)
    assert events_of(plan.writes) == [("coupon", "coupon.expired"), ("coupon_batch", "coupon_batch.expired")]
    early = plan_coupon_due(a_deadline(NOON), CouponDueNeeds(coupon=found(a_coupon()), batch=batch))
    assert (early.answer.status, early.writes) == (Status.ISSUED, ())
    bound = found(a_coupon(status=Status.RESERVED))
    assert plan_coupon_due(a_deadline(), CouponDueNeeds(coupon=bound, batch=batch)).writes == ()


# --- through a store ----------------------------------------------------------------------------------------------


def test_a_batch_and_its_coupons(drive: Drive) -> None:
    """Coupons are given out until the limit; what was refused leaves no trace."""
    store = MemoryStore()
    assert drive(open_batch, opening(most=3), store) == BatchOpen(batch_id=B, most=3)
    assert drive(issue_coupons, issuing("k-1", "k-2"), store) == CouponsIssued(batch_id=B, quantity=2)
    refused(lambda: drive(open_batch, opening(id="c-2"), store), BatchExists, store)
    context = refused(lambda: drive(issue_coupons, issuing("k-3", "k-4", id="c-2"), store), LimitReached, store)
    assert (context["wanted"], context["used"], context["most"]) == (2, 2, 3)
    refused(lambda: drive(issue_coupons, issuing("k-3", "k-1", id="c-3"), store), CouponExists, store)
    assert drive(issue_coupons, issuing("k-3", id="c-4"), store).quantity == 1
    assert value_of(store, COUPON_BATCH, "b-1") == CouponBatch(id=B, issued=3, most=3)
    assert value_of(store, COUPON, "k-3").owner == ME


def test_coupons_of_no_batch(drive: Drive) -> None:
    """A batch that nobody opened gives nothing out."""
    store = MemoryStore()
    refused(lambda: drive(issue_coupons, issuing(), store), Missing, store)


def test_a_coupon_is_shown(drive: Drive) -> None:
    """For an order to be, then for another; a repeat of the command changes nothing."""
    store = a_shop(drive)
    assert drive(present, showing(), store).lines == ("l-2",)
    assert drive(present, showing(), store).lines == ("l-2",)
    assert drive(present, showing(order="o-2"), store).lines == ("l-2",)
    assert codes(store)[-2:] == ["coupon.presented", "coupon.presented"]
    coupon = value_of(store, COUPON, "k-1")
    assert (coupon.status, coupon.order) == (Status.PRESENTED, "o-2")


REFUSALS: list[tuple[dict[str, Any], type[DomainError]]] = [
    ({"customer": YOU}, CouponNotYours),
    ({"customer": None}, CouponNotYours),
    ({"at": END}, CouponNotValid),
    ({"at": YEAR.start.subtract(days=1)}, CouponNotValid),
    ({"basket": a_basket(a_priced_line(sku="cup"))}, CouponUnmatched),
    ({"basket": a_basket(a_priced_line(), a_priced_line())}, Repeated),
]


@pytest.mark.parametrize(("fields", "kind"), REFUSALS, ids=[kind.__name__ for _, kind in REFUSALS])
def test_a_coupon_that_cannot_be_shown(drive: Drive, fields: dict[str, Any], kind: type[DomainError]) -> None:
    """Another's, out of time, for other goods, for a basket that is none: nothing changes."""
    store = a_shop(drive)
    refused(lambda: drive(present, showing(**fields), store), kind, store)


def test_a_coupon_nobody_gave_out(drive: Drive) -> None:
    """It is refused by its id, whatever is asked of it."""
    store = a_shop(drive, "k-9")
    for attempt in (
        lambda: drive(present, showing(), store),
        lambda: drive(release_coupon, releasing(), store),
        lambda: drive(expire_coupon, a_deadline(), store),
    ):
        assert refused(attempt, Missing, store)["ids"] == ("k-1",)


def test_a_coupon_is_taken_back(drive: Drive) -> None:
    """And can be shown again; one that an order has stays with it."""
    store = a_shop(drive)
    drive(present, showing(), store)
    assert drive(release_coupon, releasing(), store).status is Status.ISSUED
    assert drive(release_coupon, releasing("c-2"), store).status is Status.ISSUED
    assert codes(store).count("coupon.released") == 1
    row = store.rows(COUPON)["k-1"]
    put(store, *COUPON.write(row, (CouponReserved(coupon=K, order=OrderId("o-1"), at=NOON),)))
    context = refused(lambda: drive(release_coupon, releasing("c-3"), store), CouponBound, store)
    assert context == {"id": "k-1", "order": "o-1"}


def test_a_coupon_lapses(drive: Drive) -> None:
    """At its end, by the command that time gives; then nothing falls due, and nobody can show it."""
    store = a_shop(drive)
    coupon = value_of(store, COUPON, "k-1")
    assert coupon_due(coupon, at=END.subtract(microseconds=1)) is None
    due = coupon_due(coupon, at=END.add(days=9))
    assert due is not None
    assert (due.id, due.at) == (f"due:coupon:k-1:{END.isoformat()}", END)
    assert drive(expire_coupon, due, store).status is Status.EXPIRED
    assert drive(expire_coupon, evolve(due, id=CommandId("c-9")), store).status is Status.EXPIRED
    assert codes(store).count("coupon.expired") == 1
    assert value_of(store, COUPON_BATCH, "b-1") == CouponBatch(id=B, issued=1, expired=1)
    assert coupon_due(value_of(store, COUPON, "k-1"), at=END) is None
    refused(lambda: drive(present, showing(), store), IllegalMove, store)


def test_a_period_of_nothing_is_never_valid(drive: Drive) -> None:
    """A coupon whose validity is empty can be given out and never be used."""
    store = MemoryStore()
    drive(open_batch, opening(), store)
    drive(issue_coupons, evolve(issuing(), valid=Period(start=NOON, end=NOON)), store)
    refused(lambda: drive(present, showing(), store), CouponNotValid, store)
