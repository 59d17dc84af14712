"""Shared codes with orders: a use of a child counts under its parent, is redeemed, given back, and never too often."""

from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, DomainError, Missing, ask
from ecomops.memory import MemoryStore
from ecomops.promotions import (
    COUPON,
    PROMOTION_CLAIM,
    PROMOTION_USE,
    SHARED_CODE,
    Claims,
    CodeExists,
    CodeStopped,
    PromotionUse,
    Quote,
    SharedCode,
    UseClaim,
    UseId,
    quote,
    usage,
)
from ecomops.promotions.sharedcodes import SharedCodeAdopted, Status
from ecomops.terms import CodeId, CouponId, PromotionId
from ecomops.testing import NOON, a_checkout, a_discount, a_line, a_notice, a_placement, a_taking
from ecomops.testing.works import RULEBOOK
from ecomops.workflows.codekeeping import CodeLimited, CodeStands, limit_code, open_code
from ecomops.workflows.couponing import issue_coupons, present_coupon
from ecomops.workflows.placement import PlaceOrder, place_order
from ecomops.workflows.quoting import CodesRead, read_codes
from tests.promotions.kit import YEAR, a_basket, a_priced_line, fen
from tests.workflows.shop import Drive, a_cancellation, a_shop, codes, do, dump, put, value_of
from tests.workflows.vouchers import (
    UNDER,
    a_child,
    a_code,
    a_code_limit,
    a_code_removal,
    a_code_stop,
    a_code_thaw,
    a_showing,
    an_opening,
    coupons_under,
)

JUNE, ANNA, K = CodeId("JUNE"), CodeId("ANNA10"), CouponId("k-1")
VOUCHER = PromotionId("voucher")
show = partial(present_coupon, rulebook=RULEBOOK)


def used(store: MemoryStore, code: CodeId) -> tuple[int, int]:
    """Return how often a code is (reserved, redeemed)."""
    use = value_of(store, PROMOTION_USE, UseId.by_code(VOUCHER, code))
    return use.reserved, use.redeemed


def quoted(store: MemoryStore, *entered: str, coupon: str | None = None, at: DateTime = NOON) -> Quote:
    """Return the quote of a basket of which the host takes a yuan, with a code or a coupon as they stand."""
    shown = () if coupon is None else (value_of(store, COUPON, coupon),)
    read = ask(partial(read_codes, entered, shown), store.unit)
    basket = a_basket(evolve(a_priced_line(), discounts=(a_discount("1.00", promotion="voucher"),)))
    return quote(RULEBOOK, basket, at=at, codes=entered, coupons=shown, shared=read.shared, used=read.used)


def told(found: Quote) -> list[str]:
    """Return why what was presented did not apply."""
    return [each.reason.value for each in found.not_applied if each.given is not None]


def placing(claims: Claims, order_id: str = "o-1", *, at: DateTime = NOON) -> PlaceOrder:
    """Return the command that places an order with these claims."""
    placed = a_placement(a_checkout(a_line(), order_id=order_id), id=f"c-{order_id}")
    return evolve(placed, claims=claims, at=at)


def a_store(*commands: Command) -> MemoryStore:
    """Return a shop with a code that may be used twice, a child of it that may be once, and a coupon under it."""
    store = a_shop()
    do(store, *UNDER, a_child(), *commands)
    return store


def refused(store: MemoryStore, command: PlaceOrder, drive: Drive, code: str) -> None:
    """Require a refusal of a placement that leaves the store as it was."""
    before = dump(store)
    with pytest.raises(DomainError) as refusal:
        drive(place_order, command, store)
    assert refusal.value.code == code
    assert dump(store) == before


# --- the code itself ----------------------------------------------------------------------------------------------


def test_a_code_is_made_with_its_counter(drive: Drive) -> None:
    """A child takes the promotion and the period of its parent, and has a limit of its own."""
    store = MemoryStore()
    assert drive(open_code, a_code(), store) == CodeStands(code_id=JUNE, status=Status.ACTIVE)
    drive(open_code, a_child(), store)
    assert value_of(store, SHARED_CODE, ANNA) == SharedCode(id=ANNA, promotion=VOUCHER, valid=YEAR, parent=JUNE)
    most = [value_of(store, PROMOTION_USE, UseId.by_code(VOUCHER, code)).most_uses for code in (JUNE, ANNA)]
    assert most == [2, 1]


def test_the_limit_of_a_code_is_changed(drive: Drive) -> None:
    """What is used stays used; a code that was taken over without a counter gets one."""
    store = a_shop()
    do(store, a_code())
    assert drive(limit_code, a_code_limit(), store) == CodeLimited(code_id=JUNE, most_uses=5)
    drive(limit_code, a_code_limit(id="c-2"), store)
    assert codes(store).count("promotion_use.limits_set") == 1
    adopted = SharedCodeAdopted(shared=ANNA, promotion=VOUCHER, valid=YEAR, parent=JUNE, status=Status.ACTIVE, at=NOON)
    put(store, *SHARED_CODE.write(None, (adopted,)))
    drive(limit_code, evolve(a_code_limit(3, id="c-3"), code_id=ANNA), store)
    assert value_of(store, PROMOTION_USE, UseId.by_code(VOUCHER, ANNA)).most_uses == 3


def test_a_code_takes_over_a_counter(drive: Drive) -> None:
    """Uses that were adopted before the code was made count under it."""
    store = MemoryStore()
    id = UseId.by_code(VOUCHER, JUNE)
    adopted = usage.UseAdopted(use=id, uses=1, money=fen(9), most_uses=None, most_money=None, at=NOON)
    put(store, *PROMOTION_USE.write(None, (adopted,)))
    drive(open_code, a_code(), store)
    assert value_of(store, PROMOTION_USE, id) == PromotionUse(id=id, redeemed=1, redeemed_money=9, most_uses=2)


@pytest.mark.parametrize("fields", [{"promotion": None}, {"valid": None}], ids=["no promotion", "no period"])
def test_without_a_parent_both_are_stated(fields: dict[str, Any]) -> None:
    """By a code, and by coupons."""
    for command in (a_code(), evolve(coupons_under(), promotion=VOUCHER, valid=YEAR, parent=None)):
        with pytest.raises(DomainError) as refusal:
            evolve(command, **fields)
        assert refusal.value.code == "shared_code.no_parent"


def test_coupons_under_a_code(drive: Drive) -> None:
    """They open what it opens, as long as it does, and name it."""
    store = MemoryStore()
    do(store, a_code(), an_opening())
    drive(issue_coupons, coupons_under(), store)
    coupon = value_of(store, COUPON, K)
    assert (coupon.promotion, coupon.valid, coupon.parent) == (VOUCHER, YEAR, JUNE)


def test_codes_are_read_for_a_quote() -> None:
    """What was entered, what stands above it, and their counters; what is no code is passed over."""
    store = a_store()
    found = ask(partial(read_codes, ("ANNA10", "", "GHOST", "two\nlines")), store.unit)
    assert [code.id for code in found.shared] == [ANNA, JUNE]
    assert sorted(found.used) == [UseId.by_code(VOUCHER, ANNA), UseId.by_code(VOUCHER, JUNE)]
    under = ask(partial(read_codes, coupons=(value_of(store, COUPON, K),)), store.unit)
    assert [code.id for code in under.shared] == [JUNE]
    assert ask(read_codes, store.unit) == CodesRead(shared=(), used={})


def test_a_code_is_made_once(drive: Drive) -> None:
    """A second one of the same text is refused, whatever it opens."""
    store = a_store()
    before = dump(store)
    with pytest.raises(CodeExists) as refusal:
        drive(open_code, a_code(id="c-2"), store)
    assert (refusal.value.context, dump(store)) == ({"id": "JUNE"}, before)


def test_a_coupon_is_not_shown_under_a_stopped_code(drive: Drive) -> None:
    """It is refused by what stands above it, and stays as it is."""
    store = a_store()
    assert drive(show, a_showing(), store).promotion == VOUCHER
    do(store, a_code_stop())
    before = dump(store)
    with pytest.raises(CodeStopped):
        drive(show, a_showing(id="c-2"), store)
    assert dump(store) == before


# --- with an order ------------------------------------------------------------------------------------------------

WAYS: dict[str, tuple[tuple[str, ...], str | None, dict[CodeId, int]]] = {
    "the parent": (("JUNE",), None, {JUNE: 1, ANNA: 0}),
    "a child": (("ANNA10",), None, {JUNE: 1, ANNA: 1}),
    "a coupon under it": ((), "k-1", {JUNE: 1, ANNA: 0}),
}


@pytest.mark.parametrize("name", WAYS)
def test_a_use_is_bound_redeemed_and_given_back(drive: Drive, name: str) -> None:
    """In every counter above it, once for each order, whatever is repeated."""
    entered, coupon, counts = WAYS[name]
    store = a_store()
    claims = quoted(store, *entered, coupon=coupon).claims
    for _ in range(2):
        drive(place_order, placing(claims), store)
    assert {code: used(store, code) for code in counts} == {code: (n, 0) for code, n in counts.items()}
    for command in (a_taking(a_notice(amount="10.00")), a_taking(a_notice(amount="10.00"), id="c-again")):
        do(store, command)
    assert {code: used(store, code) for code in counts} == {code: (0, n) for code, n in counts.items()}
    do(store, a_cancellation(), a_cancellation(id="c-2"))
    assert {used(store, code) for code in counts} == {(0, 0)}


def test_an_unpaid_order_releases_its_uses() -> None:
    """Release after reserve is the identity."""
    store = a_store()
    before = [value_of(store, PROMOTION_USE, UseId.by_code(VOUCHER, code)) for code in (JUNE, ANNA)]
    do(store, placing(quoted(store, "ANNA10").claims), a_cancellation())
    assert [value_of(store, PROMOTION_USE, UseId.by_code(VOUCHER, code)) for code in (JUNE, ANNA)] == before


def test_a_stopped_parent_stops_all_under_it(drive: Drive) -> None:
    """A quote says so, a placement on an older quote is refused; let go again, it counts; what is bound is redeemed."""
    store = a_store(coupons_under("k-2", id="c-more"))
    older = {"k-1": quoted(store, coupon="k-1").claims, "ANNA10": quoted(store, "ANNA10").claims}
    do(store, placing(quoted(store, coupon="k-2").claims, "o-0"), a_code_stop())
    for found in (quoted(store, coupon="k-1"), quoted(store, "ANNA10")):
        assert told(found) == ["shared_code.parent_stopped"]
        assert (found.discount, found.claims.any) == (fen(0), False)
    for claims in older.values():
        refused(store, placing(claims), drive, "shared_code.stopped")
    do(store, a_taking(a_notice(amount="10.00"), order_id="o-0"))
    assert used(store, JUNE) == (0, 1)
    do(store, a_code_thaw())
    drive(place_order, placing(older["k-1"]), store)
    do(store, a_code_removal())
    refused(store, placing(older["ANNA10"], "o-2"), drive, "shared_code.stopped")


def test_a_parent_that_is_over_ends_all_under_it(drive: Drive) -> None:
    """From its end on, for a quote and for a placement on an older one."""
    store = a_store()
    claims = quoted(store, "ANNA10").claims
    assert told(quoted(store, "ANNA10", at=YEAR.end)) == ["shared_code.not_valid"]
    refused(store, placing(claims, at=YEAR.end), drive, "shared_code.not_valid")


def test_a_parent_that_is_used_up_ends_all_under_it(drive: Drive) -> None:
    """Its limit counts the parent itself, its children and coupons; a child has its own limit too."""
    store = a_store()
    own, child, under = (quoted(store, *each, coupon=k).claims for each, k, _ in WAYS.values())
    do(store, placing(child, "o-1"))
    refused(store, placing(child, "o-2"), drive, "limit.reached")
    assert told(quoted(store, "ANNA10")) == ["shared_code.exhausted"]
    do(store, placing(own, "o-2"))
    refused(store, placing(under, "o-3"), drive, "limit.reached")
    assert told(quoted(store, coupon="k-1")) == ["shared_code.parent_exhausted"]
    do(store, a_cancellation(order_id="o-2"))
    drive(place_order, placing(under, "o-3"), store)
    assert used(store, JUNE) == (2, 0)


def by_code(*ids: CodeId) -> tuple[UseClaim, ...]:
    """Return uses of codes."""
    return tuple(UseClaim(use=UseId.by_code(VOUCHER, id), money=fen(100)) for id in ids)


FORGED: dict[str, tuple[str, Claims]] = {
    "a child that spares its parent": ("shared_code.unclaimed", Claims(uses=by_code(ANNA))),
    "a coupon that spares its parent": ("shared_code.unclaimed", Claims(coupons=(K,))),
    "another promotion's counter": (
        "shared_code.unclaimed",
        Claims(uses=(UseClaim(use=UseId.by_code(PromotionId("q"), JUNE), money=fen(1)),)),
    ),
    "no such code": ("noun.not_found", Claims(uses=by_code(CodeId("GHOST")))),
}


@pytest.mark.parametrize("name", FORGED)
def test_an_order_counts_under_every_code_above(drive: Drive, name: str) -> None:
    """Claims that no quote made are refused whole."""
    code, claims = FORGED[name]
    refused(a_store(), placing(claims), drive, code)


def test_a_parent_that_is_gone_refuses_its_child(drive: Drive) -> None:
    """A child that was taken over without its parent cannot be used."""
    store = a_shop()
    adopted = SharedCodeAdopted(shared=ANNA, promotion=VOUCHER, valid=YEAR, parent=JUNE, status=Status.ACTIVE, at=NOON)
    put(store, *SHARED_CODE.write(None, (adopted,)))
    with pytest.raises(Missing) as refusal:
        drive(place_order, placing(Claims(uses=by_code(ANNA, JUNE))), store)
    assert refusal.value.context == {"kind": "shared_code", "ids": ("JUNE",)}


MOVES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["place", "pay", "cancel"])), min_size=4, max_size=12)


@given(MOVES)
def test_no_interleaving_uses_a_parent_too_often(moves: list[tuple[int, str]]) -> None:
    """Placed, paid and cancelled in any order, twice or not at all: the limit holds, and each order counts once."""
    store = a_store(coupons_under("k-2", id="c-more"))
    ways = [quoted(store, "JUNE"), quoted(store, "ANNA10"), quoted(store, coupon="k-1"), quoted(store, coupon="k-2")]
    for turn, (way, move) in enumerate(moves):
        id, command_id = f"o-{way}", CommandId(f"c-{turn}")
        commands: dict[str, Command] = {
            "place": evolve(placing(ways[way].claims, id), id=command_id),
            "pay": a_taking(a_notice(amount="10.00"), order_id=id, id=command_id),
            "cancel": a_cancellation(order_id=id, id=command_id),
        }
        before = dump(store)
        try:
            do(store, commands[move])
        except DomainError:
            assert dump(store) == before
        held = [claim.value for claim in store.rows(PROMOTION_CLAIM).values() if claim.value.status != "released"]
        counts = [sum(use.use.shared == code for claim in held for use in claim.uses) for code in (JUNE, ANNA)]
        assert [sum(used(store, code)) for code in (JUNE, ANNA)] == counts
        assert (counts[0] <= 2, counts[1] <= 1) == (True, True)
