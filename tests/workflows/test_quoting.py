"""From a quote to an order: its checkout, and what it binds, redeems and gives back of coupons and counted uses."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops import orders
from ecomops.kernel import CommandId, Commit, DomainError, Missing, Write, ask
from ecomops.kernel.counters import LimitReached
from ecomops.memory import MemoryStore
from ecomops.orders import DEFAULT_POLICY, ORDER
from ecomops.promotions import (
    COUPON,
    COUPON_BATCH,
    NO_CLAIMS,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    ClaimExists,
    ClaimNotYours,
    Claims,
    CouponBatch,
    CouponBound,
    CouponNotValid,
    CouponNotYours,
    CouponPolicy,
    Limits,
    PromotionUse,
    Quote,
    Rulebook,
    UseClaim,
    UseId,
    batches,
    coupons,
    quote,
)
from ecomops.promotions.claims import Status as ClaimStatus
from ecomops.promotions.coupons import Status
from ecomops.terms import CouponId, CustomerId, OrderId
from ecomops.testing import BUYER, NOON, a_delivery, a_service
from ecomops.workflows.placement import PlaceOrder, placement_of
from ecomops.workflows.quoting import (
    NOTHING_CLAIMED,
    Claimable,
    checkout_of,
    promotional_needs,
    redeem_for,
    release_for,
    reserve_for,
)
from tests.promotions.kit import ME, YEAR, YOU, a_basket, a_coupon, a_promotion, baskets, fen, rulebooks
from tests.workflows.shop import a_coupon as a_tender
from tests.workflows.shop import codes, dump, events_of, put, value_of

MINE, OTHER = OrderId("o-1"), OrderId("o-2")
P, K, END = UseId("p"), CouponId("k-1"), YEAR.end


# --- the checkout -------------------------------------------------------------------------------------------------


@given(rulebooks(), baskets())
def test_an_order_of_a_quote_owes_what_was_quoted(book: Rulebook, basket: Any) -> None:  # noqa: ANN401 - a basket
    """Placed as it was quoted, its rungs freeze every discount and its due is the payable amount."""
    quoted = quote(book, basket, at=NOON)
    order = ORDER.replay(orders.place(checkout_of(quoted, order_id=MINE), policy=DEFAULT_POLICY, at=NOON))
    assert order.due == quoted.payable
    for line, priced in zip(order.lines, quoted.lines, strict=True):
        assert [rung.source for rung in line.rungs[1:]] == [each.promotion for each in priced.discounts]


def test_a_checkout_carries_all_of_the_quote() -> None:
    """Lines, services, currency; the buyer and what is tendered are the host's to say."""
    basket = evolve(a_basket(), services=(a_service(),))
    quoted = quote(Rulebook.of([a_promotion()]), basket, at=NOON)
    tender = a_tender("1.00")
    checkout = checkout_of(quoted, order_id=MINE, customer=ME, tenders=(tender,))
    assert (checkout.lines, checkout.services) == (quoted.lines, quoted.services)
    assert (checkout.order_id, checkout.customer, checkout.tenders) == (MINE, ME, (tender,))
    assert checkout.currency is quoted.currency
    asked = CommandId("c-1")
    command = placement_of(quoted, id=asked, by=BUYER, at=NOON, order_id=MINE, customer=ME, tenders=(tender,))
    assert command == PlaceOrder(id=asked, by=BUYER, at=NOON, checkout=checkout, claims=quoted.claims)


# --- what an order binds ------------------------------------------------------------------------------------------

LIMITED = a_promotion(by_coupon=True, limits=Limits(uses=2, per_customer=1, money=fen(150)))
BOOK = Rulebook.of([LIMITED])


def quoted(customer: CustomerId = ME, *, coupon: str = "k-1") -> Quote:
    """Return the quote of ten yuan with a coupon."""
    return quote(BOOK, a_basket(), at=NOON, customer=customer, coupons=(a_coupon(coupon),))


CLAIMS = quoted().claims


def a_store(*ids: str) -> MemoryStore:
    """Return a store in which coupons that anybody may use were given out."""
    store = MemoryStore()
    opened = batches.open_batch(a_coupon().batch, at=NOON)
    batch = COUPON_BATCH.replay(opened)
    new = [
        coupons.issue(
            CouponId(id), batch=batch.id, promotion=LIMITED.id, owner=None, valid=YEAR, at=NOON
        )
        for id in ids or ("k-1",)
    ]  # fmt: skip
    issued = batches.issue(batch, quantity=len(new), at=NOON)
    writes = [write for events in new for write in COUPON.write(None, events)]
    put(store, *COUPON_BATCH.write(None, (*opened, *issued)), *writes)
    return store


Step = Callable[[OrderId, Claimable], tuple[Write[Any], ...]]


def save(store: MemoryStore, order: OrderId, step: Step, *, wanted: Claims = NO_CLAIMS) -> list[str]:
    """Read what an order claims, take a step, save it; return the codes of what happened."""
    needs = ask(lambda: promotional_needs(order, wanted), store.unit)
    writes = step(order, needs)
    if writes:
        with store.unit() as unit:
            command = a_delivery(id=f"c-{store.commits}")
            assert unit.save(Commit(command=command, answer=None, writes=writes))
    return [code for _, code in events_of(writes)]


def place(
    store: MemoryStore,
    order: OrderId = MINE,
    *,
    wanted: Claims = CLAIMS,
    customer: CustomerId | None = ME,
    at: DateTime = NOON,
) -> list[str]:
    """Bind what a quote claims."""
    return save(
        store, order, lambda id, needs: reserve_for(id, wanted, needs, customer=customer, at=at), wanted=wanted
    )  # fmt: skip


def pay(store: MemoryStore, order: OrderId = MINE) -> list[str]:
    """Redeem what an order has."""
    return save(store, order, lambda id, needs: redeem_for(id, needs, at=NOON))


def cancel(
    store: MemoryStore, order: OrderId = MINE, *, at: DateTime = NOON, policy: CouponPolicy | None = None
) -> list[str]:
    """Give back what an order has."""
    return save(
        store, order, lambda id, needs: release_for(id, needs, policy=policy or CouponPolicy(), at=at)
    )  # fmt: skip


def counts(store: MemoryStore, id: str = "p") -> tuple[int, int, int, int]:
    """Return reserved and redeemed orders and money."""
    use = value_of(store, PROMOTION_USE, id)
    return use.reserved, use.redeemed, use.reserved_money, use.redeemed_money


def the_batch(store: MemoryStore) -> tuple[int, int, int, int]:
    """Return the counters of the batch."""
    batch: CouponBatch = value_of(store, COUPON_BATCH, "b-1")
    return batch.issued, batch.reserved, batch.redeemed, batch.expired


def test_a_quote_claims_its_coupon_and_its_counted_uses() -> None:
    """In all and by customer, with the limits of the day."""
    assert (
        Claims(
            uses=(
                UseClaim(use=P, money=fen(100), most_uses=2, most_money=fen(150)),
                UseClaim(use=UseId("p@me"), money=fen(100), most_uses=1),
            ),
            coupons=(K,),
        )
        == CLAIMS
    )


def test_placing_binds_paying_redeems() -> None:
    """Coupon, batch, both counters and the claim of the order, each in one step; a repeat changes nothing."""
    store = a_store()
    assert place(store) == [
        "promotion_claim.opened",
        "coupon.reserved",
        "coupon_batch.reserved",
        "promotion_use.opened",
        "promotion_use.reserved",
        "promotion_use.opened",
        "promotion_use.reserved",
    ]
    assert (counts(store), counts(store, "p@me"), the_batch(store)) == ((1, 0, 100, 0), (1, 0, 100, 0), (1, 1, 0, 0))
    use: PromotionUse = value_of(store, PROMOTION_USE, "p")
    assert (use.most_uses, use.most_money) == (2, 150)
    assert pay(store) == [
        "promotion_claim.redeemed",
        "coupon.redeemed",
        "coupon_batch.redeemed",
        "promotion_use.redeemed",
        "promotion_use.redeemed",
    ]
    assert (counts(store), counts(store, "p@me"), the_batch(store)) == ((0, 1, 0, 100), (0, 1, 0, 100), (1, 0, 1, 0))
    coupon = value_of(store, COUPON, "k-1")
    assert (coupon.status, coupon.order) == (Status.REDEEMED, MINE)
    assert pay(store) == []


@pytest.mark.parametrize("paid", [False, True], ids=["unpaid", "paid"])
def test_cancelling_gives_everything_back(paid: bool) -> None:  # noqa: FBT001 - the case
    """What was reserved or redeemed counts no more, and the coupon can be used again; a repeat changes nothing."""
    store = a_store()
    place(store)
    if paid:
        pay(store)
    assert cancel(store)[:2] == ["promotion_claim.released", "coupon.released"]
    assert (counts(store), counts(store, "p@me"), the_batch(store)) == ((0, 0, 0, 0), (0, 0, 0, 0), (1, 0, 0, 0))
    assert value_of(store, COUPON, "k-1").status is Status.ISSUED
    assert value_of(store, PROMOTION_CLAIM, MINE).status is ClaimStatus.RELEASED
    assert (cancel(store), pay(store)) == ([], [])
    assert place(store, OTHER)[0] == "promotion_claim.opened"


def test_a_policy_may_keep_what_was_redeemed() -> None:
    """Then a paid order that is cancelled gives nothing back; an unpaid one still does."""
    keep = CouponPolicy(back_when_paid=False)
    store = a_store()
    place(store)
    assert cancel(store, policy=keep) != []
    place(store, OTHER)
    pay(store, OTHER)
    before = dump(store)
    assert cancel(store, OTHER, policy=keep) == []
    assert dump(store) == before


@pytest.mark.parametrize("paid", [False, True], ids=["unpaid", "paid"])
def test_a_coupon_that_comes_back_too_late_lapses(paid: bool) -> None:  # noqa: FBT001 - the case
    """With its batch, in the same step."""
    store = a_store()
    place(store)
    if paid:
        pay(store)
    happened = cancel(store, at=END)
    assert happened[1:3] == ["coupon.released", "coupon.expired"]
    assert the_batch(store) == (1, 0, 0, 1)
    assert value_of(store, COUPON, "k-1").status is Status.EXPIRED


def test_an_order_that_owes_nothing_redeems_at_once() -> None:
    """What it binds is used in the same step."""
    store = a_store()
    needs = ask(lambda: promotional_needs(MINE, CLAIMS), store.unit)
    put(store, *reserve_for(MINE, CLAIMS, needs, customer=ME, settled=True, at=NOON), id="c-settled")
    assert (counts(store), the_batch(store)) == ((0, 1, 0, 100), (1, 0, 1, 0))
    assert value_of(store, PROMOTION_CLAIM, MINE).status is ClaimStatus.REDEEMED


def test_an_order_that_claims_nothing_costs_nothing() -> None:
    """No claim, no counter, no write: at placement, payment and cancellation."""
    store = MemoryStore()
    assert [place(store, wanted=NO_CLAIMS), pay(store), cancel(store)] == [[], [], []]
    assert codes(store) == []
    assert ask(lambda: promotional_needs(MINE), store.unit) == NOTHING_CLAIMED


def test_a_limit_refuses_the_next_order() -> None:
    """The last use and the last cent are taken by who comes first; what is refused leaves no trace."""
    store = a_store("k-1", "k-2")
    place(store)
    before = dump(store)
    with pytest.raises(LimitReached) as refusal:
        place(store, OTHER, wanted=quoted(YOU, coupon="k-2").claims, customer=YOU)
    assert refusal.value.context == {"counter": "p money", "wanted": 100, "used": 100, "most": 150}
    mine = Claims(uses=CLAIMS.uses[1:])
    with pytest.raises(LimitReached):
        place(store, OTHER, wanted=mine)
    assert dump(store) == before


def test_a_claim_lowers_limits_and_never_raises_them() -> None:
    """A quote that is older than a limit does not undo it; the lower one holds, of orders and of money."""
    store = a_store()
    place(store)
    wider, narrower = (
        Claims(uses=(UseClaim(use=P, money=fen(10), most_uses=uses, most_money=most),))
        for uses, most in ((None, fen(500)), (2, fen(110)))
    )
    assert place(store, OTHER, wanted=wider) == ["promotion_claim.opened", "promotion_use.reserved"]
    assert limits(store) == (2, 150)
    cancel(store, OTHER)
    assert place(store, OrderId("o-3"), wanted=narrower) == [
        "promotion_claim.opened",
        "promotion_use.limits_set",
        "promotion_use.reserved",
    ]
    assert (limits(store), counts(store)) == ((2, 110), (2, 0, 110, 0))


def limits(store: MemoryStore) -> tuple[int | None, int | None]:
    """Return the limits of the promotion."""
    use = value_of(store, PROMOTION_USE, "p")
    return use.most_uses, use.most_money


@pytest.mark.parametrize("buyer", [YOU, None], ids=["another", "nobody"])
def test_a_claim_is_of_the_customer_for_whom_it_was_quoted(buyer: CustomerId | None) -> None:
    """Else the order of one would count against the other; the use that is another's is named."""
    store = a_store()
    before = dump(store)
    with pytest.raises(ClaimNotYours) as refusal:
        place(store, customer=buyer)
    assert refusal.value.context == {"id": "o-1", "uses": ("p@me",)}
    assert dump(store) == before


REFUSED: list[tuple[dict[str, Any], type[DomainError]]] = [
    ({"customer": YOU, "wanted": Claims(coupons=(CouponId("k-me"),))}, CouponNotYours),
    ({"at": END}, CouponNotValid),
    ({"wanted": Claims(coupons=(CouponId("ghost"),))}, Missing),
]


@pytest.mark.parametrize(("fields", "kind"), REFUSED, ids=[kind.__name__ for _, kind in REFUSED])
def test_a_coupon_that_cannot_be_bound_refuses_the_order(fields: dict[str, Any], kind: type[DomainError]) -> None:
    """Whole: no counter moves."""
    store = a_store()
    put(store, *COUPON.write(None, coupons.issue(
        CouponId("k-me"), batch=a_coupon().batch, promotion=LIMITED.id, owner=ME, valid=YEAR, at=NOON
    )), id="c-me")  # fmt: skip
    before = dump(store)
    asked: dict[str, Any] = {"wanted": evolve(CLAIMS, coupons=(CouponId("k-me"),)), **fields}
    with pytest.raises(kind):
        place(store, **asked)
    assert dump(store) == before


def test_an_order_claims_once() -> None:
    """A second claim of one order is refused, whatever became of the first."""
    store = a_store()
    place(store)
    for _ in range(2):
        before = dump(store)
        with pytest.raises(ClaimExists):
            place(store)
        assert dump(store) == before
        cancel(store)


def test_a_coupon_is_bound_by_one_order() -> None:
    """The second order that brings it is refused."""
    store = a_store()
    place(store)
    with pytest.raises(CouponBound):
        place(store, OTHER, wanted=Claims(coupons=(K,)))


def test_what_is_gone_is_named() -> None:
    """A claim whose counter, coupon or batch the store lost is refused by kind and id."""
    store = a_store()
    place(store)
    needs = ask(lambda: promotional_needs(MINE), store.unit)
    for name, kind, ids in (
        ("uses", "promotion_use", ("p", "p@me")),
        ("coupons", "coupon", ("k-1",)),
        ("batches", "coupon_batch", ("b-1",)),
    ):
        without: dict[str, Any] = {name: {}}
        for step in (redeem_for, release_for):
            with pytest.raises(Missing) as refusal:
                step(MINE, evolve(needs, **without), at=NOON)
            assert refusal.value.context == {"kind": kind, "ids": ids}


@given(
    st.lists(
        st.tuples(st.sampled_from(["place", "pay", "cancel"]), st.sampled_from(["o-1", "o-2", "o-3"])), max_size=10
    )
)
def test_counters_are_the_sums_over_the_orders(steps: list[tuple[str, str]]) -> None:
    """Whatever is placed, paid and cancelled in whatever order: never beyond a limit, and what comes back is whole."""
    store = a_store("k-o-1", "k-o-2", "k-o-3")
    live: dict[str, str] = {}
    claim = UseClaim(use=P, money=fen(60), most_uses=2, most_money=fen(150))
    for verb, order in steps:
        wanted = Claims(uses=(claim,), coupons=(CouponId(f"k-{order}"),))
        if verb == "place" and order not in live:
            full = sum(state in {"placed", "paid"} for state in live.values()) >= 2
            if full:
                with pytest.raises(LimitReached):
                    place(store, OrderId(order), wanted=wanted)
            else:
                place(store, OrderId(order), wanted=wanted)
                live[order] = "placed"
        elif verb == "pay":
            assert bool(pay(store, OrderId(order))) is (live.get(order) == "placed")
            live |= {order: "paid"} if live.get(order) == "placed" else {}
        elif verb == "cancel":
            assert bool(cancel(store, OrderId(order))) is (live.get(order) in {"placed", "paid"})
            live |= {order: "cancelled"} if order in live else {}
    placed, paid = (sum(state == each for state in live.values()) for each in ("placed", "paid"))
    if live:
        assert counts(store) == (placed, paid, 60 * placed, 60 * paid)
    assert the_batch(store) == (3, placed, paid, 0)
