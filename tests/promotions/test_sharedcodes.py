"""Shared codes and what stands under them: made, stopped, let go, taken out; what a quote says of them."""

from typing import Any

import pytest
from attrs import evolve

from ecomops.kernel import Currency, DomainError, Period, Repeated, WrongKind
from ecomops.promotions import (
    PROMOTION_USE,
    SHARED_CODE,
    Basket,
    Coupon,
    PromotionUse,
    Quote,
    Rulebook,
    SharedCode,
    Stated,
    UseId,
    Whole,
    quote,
    sharedcodes,
    usage,
    why,
)
from ecomops.promotions.choosing import best_coupons
from ecomops.promotions.claims import Claim, ClaimId, UseClaim, UseHold
from ecomops.promotions.claims import Status as ClaimStatus
from ecomops.promotions.codefigures import CodeUse, attribute_codes
from ecomops.promotions.sharedcodes import (
    SharedCodeAdopted,
    SharedCodeFrozen,
    SharedCodeInvalidated,
    SharedCodeOpened,
    SharedCodeThawed,
    Status,
)
from ecomops.promotions.ucp import discounts_of
from ecomops.terms import CodeId, OrderId, PromotionId
from ecomops.testing import NOON, a_discount, given
from tests.promotions.kit import YEAR, a_basket, a_coupon, a_priced_line, a_promotion, fen

JUNE, ANNA, P = CodeId("JUNE"), CodeId("ANNA10"), PromotionId("p")
WEEK = Period(start=NOON, end=NOON.add(days=7))
PARENT = SharedCode(id=JUNE, promotion=P, valid=YEAR)
CHILD = SharedCode(id=ANNA, promotion=P, valid=WEEK, parent=JUNE)
OPENED = SharedCodeOpened(shared=JUNE, promotion=P, valid=YEAR, parent=None, at=NOON)
FROZEN = SharedCodeFrozen(shared=JUNE, reason="leaked", at=NOON)
THAWED = SharedCodeThawed(shared=JUNE, at=NOON)
OUT = SharedCodeInvalidated(shared=JUNE, reason="misprint", at=NOON)

# --- its life -----------------------------------------------------------------------------------------------------


def test_a_code_is_stopped_let_go_and_taken_out() -> None:
    """A repeat of each says nothing; what is out stays out."""
    freeze: dict[str, Any] = {"reason": "leaked", "at": NOON}
    invalidate: dict[str, Any] = {"reason": "misprint", "at": NOON}
    given(SHARED_CODE, OPENED).when(sharedcodes.freeze, **freeze).then(FROZEN)
    given(SHARED_CODE, OPENED, FROZEN).when(sharedcodes.freeze, **freeze).then()
    given(SHARED_CODE, OPENED, FROZEN).when(sharedcodes.thaw, at=NOON).then(THAWED)
    given(SHARED_CODE, OPENED).when(sharedcodes.thaw, at=NOON).then()
    for before in ((), (FROZEN,)):
        given(SHARED_CODE, OPENED, *before).when(sharedcodes.invalidate, **invalidate).then(OUT)
    given(SHARED_CODE, OPENED, OUT).when(sharedcodes.invalidate, **invalidate).then()
    given(SHARED_CODE, OPENED, OUT).when(sharedcodes.freeze, **freeze).then_refused("shared_code.illegal_move")


def test_a_code_is_what_its_events_tell() -> None:
    """Opened or taken over as it stood; it is found by where it stands, what it opens and what it stands under."""
    assert SHARED_CODE.replay((OPENED,)) == PARENT
    assert SHARED_CODE.replay((OPENED, FROZEN, THAWED)) == PARENT
    for status in Status:
        adopted = SharedCodeAdopted(shared=ANNA, promotion=P, valid=WEEK, parent=JUNE, status=status, at=NOON)
        code = SHARED_CODE.replay((adopted,))
        assert code == evolve(CHILD, status=status)
        assert [SHARED_CODE.key(key, code) for key in ("status", "promotion", "parent")] == [status, "p", "JUNE"]


def test_a_child_is_as_its_parent_unless_it_is_narrower() -> None:
    """It takes what its parent opens and when; it may state the same promotion and a shorter period."""
    inherited = sharedcodes.open_code(ANNA, parent=PARENT, at=NOON)
    assert inherited == (SharedCodeOpened(shared=ANNA, promotion=P, valid=YEAR, parent=JUNE, at=NOON),)
    assert SHARED_CODE.replay(sharedcodes.open_code(ANNA, promotion=P, valid=WEEK, parent=PARENT, at=NOON)) == CHILD
    assert SHARED_CODE.replay(sharedcodes.open_code(JUNE, promotion=P, valid=YEAR, at=NOON)) == PARENT


EARLIER, LONGER = (
    Period(start=YEAR.start.subtract(seconds=1), end=NOON),
    Period(start=NOON, end=YEAR.end.add(seconds=1)),
)
MISFITS: dict[str, tuple[str, dict[str, Any]]] = {
    "no parent, no promotion": ("shared_code.no_parent", {"valid": WEEK}),
    "no parent, no period": ("shared_code.no_parent", {"promotion": P}),
    "a parent that is a child": ("shared_code.parent_is_child", {"parent": CHILD}),
    "a frozen parent": ("shared_code.stopped", {"parent": evolve(PARENT, status=Status.FROZEN)}),
    "a parent that is out": ("shared_code.stopped", {"parent": evolve(PARENT, status=Status.INVALIDATED)}),
    "another promotion": ("shared_code.other_promotion", {"parent": PARENT, "promotion": PromotionId("q")}),
    "before its parent": ("shared_code.outlives", {"parent": PARENT, "valid": EARLIER}),
    "after its parent": ("shared_code.outlives", {"parent": PARENT, "valid": LONGER}),
}


@pytest.mark.parametrize("name", MISFITS)
def test_a_child_that_does_not_go_with_its_parent(name: str) -> None:
    """There are two storeys, one promotion, and no child outlives its parent."""
    code, fields = MISFITS[name]
    with pytest.raises(DomainError) as refusal:
        sharedcodes.open_code(ANNA, **fields, at=NOON)
    assert refusal.value.code == code


def test_a_code_stands_from_its_start_until_its_end() -> None:
    """The start is in it, the end is not; a stopped one does not stand."""
    sharedcodes.require_standing(CHILD, WEEK.start)
    for code, at in ((CHILD, WEEK.end), (CHILD, WEEK.start.subtract(microseconds=1))):
        with pytest.raises(DomainError) as refusal:
            sharedcodes.require_standing(code, at)
        assert refusal.value.code == "shared_code.not_valid"
    with pytest.raises(DomainError) as refusal:
        sharedcodes.require_standing(evolve(CHILD, status=Status.FROZEN), WEEK.start)
    assert refusal.value.context == {"id": "ANNA10", "status": "frozen"}


@pytest.mark.parametrize("code", ["ANNA10", "a%b", "a@b", "%40", "%25code:x", "code:", "安娜"])
def test_a_use_by_a_code_names_it(code: str) -> None:
    """Whatever stands in it; and no other use does."""
    use = UseId.by_code(PromotionId("p%code:@"), CodeId(code))
    assert use.shared == CodeId(code)
    assert use.is_for(None)
    assert UseId.of(PromotionId("p%code:x")).shared is None
    assert UseId.of(PromotionId("p"), None).shared is None
    with pytest.raises(WrongKind):
        UseId.by_code(P, code)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - the wrong kind is the point


# --- what a quote says of it --------------------------------------------------------------------------------------

BOOK = Rulebook.of([a_promotion("p", by_coupon=True), a_promotion("open"), a_promotion("r", promo_code="ROOT")])
UNDER = evolve(a_coupon(), parent=JUNE)


def counted(code: SharedCode, *, most: int | None, uses: int = 1) -> PromotionUse:
    """Return the counter of a code with so many uses."""
    adopted = usage.UseAdopted(
        use=UseId.by_code(P, code.id), uses=uses, money=fen(9), most_uses=most, most_money=None, at=NOON
    )
    return PROMOTION_USE.replay((adopted,))


def quoted(
    *codes: str,
    coupons: tuple[Coupon, ...] = (),
    shared: tuple[SharedCode, ...] = (PARENT, CHILD),
    used: tuple[PromotionUse, ...] = (),
) -> Quote:
    """Return the quote of a basket for 10.00, with what is presented."""
    told = {use.id: use for use in used}
    return quote(BOOK, a_basket(), at=NOON, codes=codes, coupons=coupons, shared=shared, used=told)


def used_of(found: Quote) -> list[str]:
    """Return what an order would count."""
    return [str(each.use) for each in found.claims.uses]


OPENINGS: dict[str, tuple[tuple[str, ...], tuple[Coupon, ...], list[str]]] = {
    "a parent": (("JUNE",), (), ["p%code:JUNE"]),
    "a child": (("ANNA10",), (), ["p%code:ANNA10", "p%code:JUNE"]),
    "a coupon under a parent": ((), (UNDER,), ["p%code:JUNE"]),
    "a coupon by itself": ((), (a_coupon(),), []),
}


@pytest.mark.parametrize("name", OPENINGS)
def test_a_code_opens_the_promotion_of_its_parent(name: str) -> None:
    """And names every counter that the order moves, with what the promotion takes off."""
    codes, coupons, counters = OPENINGS[name]
    found = quoted(*codes, coupons=coupons)
    assert "p" in found.applied
    assert [each for each in found.not_applied if each.promotion == "p"] == []
    assert used_of(found) == counters
    taken = next(each.amount for each in found.applications if each.promotion == "p")
    assert found.claims.uses == tuple(UseClaim(use=UseId(each), money=taken) for each in counters)
    assert found.claims.coupons == tuple(each.id for each in coupons)


STOPPED, OVER = Status.INVALIDATED, Period(start=YEAR.start, end=NOON)
REFUSED: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "no such code": ("code.unknown", {"shared": ()}, ("JUNE",)),
    "entered twice": ("code.repeated", {}, ("ANNA10", "ANNA10")),
    "no such promotion": (
        "shared_code.unknown_promotion",
        {"shared": (evolve(PARENT, promotion=PromotionId("ghost")),)},
        ("JUNE",),
    ),
    "a promotion without coupons": (
        "shared_code.unknown_promotion",
        {"shared": (evolve(PARENT, promotion=PromotionId("open")),)},
        ("JUNE",),
    ),
    "frozen": ("shared_code.stopped", {"shared": (evolve(PARENT, status=Status.FROZEN),)}, ("JUNE",)),
    "taken out": ("shared_code.stopped", {"shared": (evolve(PARENT, status=STOPPED),)}, ("JUNE",)),
    "over": ("shared_code.not_valid", {"shared": (evolve(PARENT, valid=OVER),)}, ("JUNE",)),
    "used up": ("shared_code.exhausted", {"used": (counted(PARENT, most=1),)}, ("JUNE",)),
    "a child used up": ("shared_code.exhausted", {"used": (counted(CHILD, most=1),)}, ("ANNA10",)),
    "no such parent": ("shared_code.parent_unknown", {"shared": (CHILD,)}, ("ANNA10",)),
    "parent frozen": (
        "shared_code.parent_stopped",
        {"shared": (CHILD, evolve(PARENT, status=Status.FROZEN))},
        ("ANNA10",),
    ),
    "parent over": ("shared_code.parent_not_valid", {"shared": (CHILD, evolve(PARENT, valid=OVER))}, ("ANNA10",)),
    "parent used up": ("shared_code.parent_exhausted", {"used": (counted(PARENT, most=1),)}, ("ANNA10",)),
    "a second code": ("shared_code.second", {}, ("ANNA10", "JUNE")),
    "no parent of a coupon": ("shared_code.parent_unknown", {"coupons": (UNDER,), "shared": ()}, ()),
    "coupon, parent frozen": (
        "shared_code.parent_stopped",
        {"coupons": (UNDER,), "shared": (evolve(PARENT, status=Status.FROZEN),)},
        (),
    ),
    "coupon, parent over": (
        "shared_code.parent_not_valid",
        {"coupons": (UNDER,), "shared": (evolve(PARENT, valid=OVER),)},
        (),
    ),
    "coupon, parent used up": (
        "shared_code.parent_exhausted",
        {"coupons": (UNDER,), "used": (counted(PARENT, most=1),)},
        (),
    ),
    "a coupon beside a code": ("coupon.second", {"coupons": (a_coupon(),)}, ("JUNE",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_code_that_opens_nothing_says_why(name: str) -> None:
    """Its own reason, or that of its parent; used up ones say how often, of how many."""
    reason, told, codes = REFUSED[name]
    found = quoted(*codes, **told)
    (refusal,) = [each for each in found.not_applied if each.given is not None]
    assert refusal.reason.value == reason
    assert (refusal.actual, refusal.required) == ((1, 1) if reason.endswith("exhausted") else (None, None))
    if reason not in {"code.repeated", "shared_code.second", "coupon.second"}:
        assert "p" not in found.applied
        assert used_of(found) == []


def test_a_code_opens_what_the_host_states() -> None:
    """A stated discount needs the code as it would need a coupon, and is counted under it; without goods it is none."""
    book = Rulebook.of([a_promotion("p", Stated(), target=Whole(), by_coupon=True)])
    line = evolve(a_priced_line(), discounts=(a_discount("1.00", promotion="p"),))
    asked: dict[str, Any] = {"at": NOON, "codes": ("ANNA10",), "shared": (PARENT, CHILD)}
    found = quote(book, a_basket(line), **asked)
    assert (found.discount, used_of(found)) == (fen(100), ["p%code:ANNA10", "p%code:JUNE"])
    assert quote(book, a_basket(line), at=NOON, codes=("ANNA10",)).discount == fen(0)
    (refusal,) = quote(book, Basket(currency=Currency.CNY), **asked).not_applied
    assert (refusal.given, refusal.reason.value) == ("ANNA10", "coupon.unmatched")


def test_a_code_with_uses_left_opens() -> None:
    """One below the limit, and without one."""
    for most in (2, None):
        assert "p" in quoted("JUNE", used=(counted(PARENT, most=most),)).applied


def test_why_a_promotion_behind_a_code_does_not_apply() -> None:
    """It tells the reason of the code."""
    frozen = evolve(PARENT, status=Status.FROZEN)
    found = why(BOOK, a_basket(), P, at=NOON, codes=("JUNE",), shared=(frozen,))
    assert found is not None
    assert (found.given, found.reason.value) == ("JUNE", "shared_code.stopped")


def test_a_code_of_the_rulebook_goes_before() -> None:
    """A text that a promotion names itself opens that one, whatever shared code is spelt alike."""
    found = quoted("ROOT", shared=(evolve(PARENT, id=CodeId("ROOT")),))
    assert ("r" in found.applied, "p" in found.applied, used_of(found)) == (True, False, [])


def test_codes_told_twice_or_of_another_kind() -> None:
    """They are refused before anything is quoted."""
    with pytest.raises(Repeated):
        quoted("JUNE", shared=(PARENT, PARENT))
    with pytest.raises(WrongKind):
        quoted("JUNE", shared=("JUNE",))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - the wrong kind is the point


def test_the_best_choice_takes_shared_codes() -> None:
    """It enters a code rather than spend a coupon, and none that cannot be used."""
    asked: dict[str, Any] = {"at": NOON, "codes": ("ANNA10",), "coupons": (a_coupon(),)}
    best = best_coupons(BOOK, a_basket(), **asked, shared=(PARENT, CHILD))
    assert (best.codes, best.coupons, best.proved) == (("ANNA10",), (), True)
    best = best_coupons(BOOK, a_basket(), **asked, shared=(evolve(PARENT, status=STOPPED), CHILD))
    assert (best.codes, best.coupons) == ((), ("k-1",))


def test_the_wire_form_names_the_code() -> None:
    """That was entered, not its parent; a refused one has the word of the protocol."""
    codes, shared = ("ANNA10",), (PARENT, CHILD)
    told = discounts_of(quoted(*codes), BOOK, codes=codes, shared=shared)
    assert [each.code for each in told.applied] == [None, "ANNA10"]
    over = quoted(*codes, used=(counted(PARENT, most=1),))
    told = discounts_of(over, BOOK, codes=codes, shared=shared)
    assert [(each.path, each.code) for each in told.messages] == [("$.discounts.codes[0]", "discount_code_expired")]


# --- in numbers ---------------------------------------------------------------------------------------------------


def a_claim(order: str, *codes: SharedCode, status: ClaimStatus = ClaimStatus.REDEEMED) -> Claim:
    """Return what an order claimed, a yuan of each code."""
    uses = tuple(UseHold(use=UseId.by_code(P, code.id), money=fen(100)) for code in codes)
    return Claim(id=ClaimId(order), status=status, uses=uses, coupons=())


def test_a_parent_counts_what_came_under_it() -> None:
    """A paid order of a child stands in both rows, a coupon under the parent in its row alone; the rest nowhere."""
    other = SharedCode(id=CodeId("APRIL"), promotion=P, valid=YEAR)
    claims = [
        a_claim("o-1", CHILD, PARENT),
        a_claim("o-2", PARENT),
        a_claim("o-3", PARENT, status=ClaimStatus.RESERVED),
        a_claim("o-4", PARENT, status=ClaimStatus.RELEASED),
        evolve(a_claim("o-5"), uses=(UseHold(use=UseId("p"), money=fen(1)),)),
    ]
    sales = {OrderId("o-1"): fen(900), OrderId("o-2"): fen(500)}
    assert attribute_codes([CHILD, PARENT, other], claims, sales, currency=Currency.CNY) == (
        CodeUse(shared=other.id, parent=None, orders=0, cost=fen(0), sales=fen(0)),
        CodeUse(shared=JUNE, parent=None, orders=2, cost=fen(200), sales=fen(1400)),
        CodeUse(shared=ANNA, parent=JUNE, orders=1, cost=fen(100), sales=fen(900)),
    )
    wrong: tuple[tuple[Any, str], ...] = (
        (([PARENT, PARENT], claims, sales), "value.repeated"),
        (([PARENT], claims + claims, sales), "value.repeated"),
        (([PARENT, CHILD], claims, {}), "shared_code.sales_untold"),
    )
    for told, code in wrong:
        with pytest.raises(DomainError) as refusal:
            attribute_codes(*told, currency=Currency.CNY)
        assert refusal.value.code == code
