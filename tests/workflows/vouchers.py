"""Coupons in the cases that every use case is put through: a command of each, what came before it, what it refuses."""

from collections.abc import Mapping

from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, Period
from ecomops.terms import BatchId, CodeId, CouponId, CustomerId, OrderId, PromotionId
from ecomops.testing import BUYER, NOON
from ecomops.workflows.clock import CLOCK
from ecomops.workflows.codekeeping import FreezeCode, InvalidateCode, LimitCode, OpenCode, ThawCode
from ecomops.workflows.couponing import CouponDue, IssueCoupons, NewCoupon, OpenBatch, PresentCoupon, ReleaseCoupon
from ecomops.workflows.custody import (
    ClaimCoupon,
    FreezeCoupon,
    InvalidateCoupon,
    LimitBatch,
    ThawCoupon,
    TransferCoupon,
)
from tests.promotions.kit import ME, YEAR, YOU, a_basket
from tests.workflows.shop import STAFF

END: DateTime = YEAR.end


def an_opening(*, id: str = "c-batch", most: int | None = 2) -> OpenBatch:
    """Return the command that makes a batch of two coupons."""
    return OpenBatch(id=CommandId(id), by=STAFF, at=NOON, batch_id=BatchId("b-1"), most=most)


def an_issue(*coupons: str, id: str = "c-issue") -> IssueCoupons:
    """Return the command that gives coupons out that anybody may use."""
    new = tuple(NewCoupon(id=CouponId(each)) for each in coupons or ("k-1",))
    return IssueCoupons(
        id=CommandId(id),
        by=STAFF,
        at=NOON,
        batch_id=BatchId("b-1"),
        promotion=PromotionId("voucher"),
        valid=YEAR,
        coupons=new,
    )


def a_showing(*, id: str = "c-show", at: DateTime = NOON) -> PresentCoupon:
    """Return the command that shows a coupon for an order to be."""
    return PresentCoupon(
        id=CommandId(id), by=BUYER, at=at, coupon_id=CouponId("k-1"), order_id=OrderId("o-9"), basket=a_basket()
    )  # fmt: skip


def a_taking_back(*, id: str = "c-back") -> ReleaseCoupon:
    """Return the command that takes it back."""
    return ReleaseCoupon(id=CommandId(id), by=BUYER, at=NOON, coupon_id=CouponId("k-1"))


def an_end(at: DateTime = END) -> CouponDue:
    """Return the command that time gives at its end."""
    return CouponDue(id=CommandId("c-end"), by=CLOCK, at=at, coupon_id=CouponId("k-1"))


K = CouponId("k-1")


def a_claim(customer: CustomerId = ME, *, id: str = "c-claim") -> ClaimCoupon:
    """Return the command with which a customer takes it."""
    return ClaimCoupon(id=CommandId(id), by=BUYER, at=NOON, coupon_id=K, customer=customer)


def a_gift(customer: CustomerId = ME, *, id: str = "c-gift") -> TransferCoupon:
    """Return the command with which its owner gives it on."""
    return TransferCoupon(id=CommandId(id), by=BUYER, at=NOON, coupon_id=K, customer=customer, to=YOU)


def a_stop(*, id: str = "c-stop") -> FreezeCoupon:
    """Return the command that stops it."""
    return FreezeCoupon(id=CommandId(id), by=STAFF, at=NOON, coupon_id=K, reason="stolen")


def a_thaw(*, id: str = "c-thaw", at: DateTime = NOON) -> ThawCoupon:
    """Return the command that lets it go again."""
    return ThawCoupon(id=CommandId(id), by=STAFF, at=at, coupon_id=K)


def a_removal(*, id: str = "c-out") -> InvalidateCoupon:
    """Return the command that takes it out for good."""
    return InvalidateCoupon(id=CommandId(id), by=STAFF, at=NOON, coupon_id=K, reason="misprint")


def a_limit(most: int | None = 5, *, id: str = "c-limit") -> LimitBatch:
    """Return the command that changes how many coupons the batch may have."""
    return LimitBatch(id=CommandId(id), by=STAFF, at=NOON, batch_id=BatchId("b-1"), most=most)


JUNE = CodeId("JUNE")


def a_code(*, id: str = "c-code", most: int | None = 2) -> OpenCode:
    """Return the command that makes a shared code under which others may stand."""
    voucher = PromotionId("voucher")
    return OpenCode(
        id=CommandId(id), by=STAFF, at=NOON, code_id=JUNE, promotion=voucher, valid=YEAR, most_uses=most
    )  # fmt: skip


def a_child(name: str = "ANNA10", *, id: str = "c-child", parent: str = "JUNE", opens: str | None = None) -> OpenCode:
    """Return the command that makes one under it, for one use."""
    promotion = None if opens is None else PromotionId(opens)
    return OpenCode(
        id=CommandId(id),
        by=STAFF,
        at=NOON,
        code_id=CodeId(name),
        parent=CodeId(parent),
        promotion=promotion,
        most_uses=1,
    )


def coupons_under(*coupons: str, id: str = "c-under") -> IssueCoupons:
    """Return the command that gives single coupons out under it: they open what it opens, as long."""
    return evolve(an_issue(*coupons, id=id), promotion=None, valid=None, parent=JUNE)


def a_code_stop(*, id: str = "c-codestop") -> FreezeCode:
    """Return the command that stops it and all under it."""
    return FreezeCode(id=CommandId(id), by=STAFF, at=NOON, code_id=JUNE, reason="leaked")


def a_code_thaw(*, id: str = "c-codethaw") -> ThawCode:
    """Return the command that lets it go again."""
    return ThawCode(id=CommandId(id), by=STAFF, at=NOON, code_id=JUNE)


def a_code_removal(*, id: str = "c-codeout") -> InvalidateCode:
    """Return the command that takes it out for good."""
    return InvalidateCode(id=CommandId(id), by=STAFF, at=NOON, code_id=JUNE, reason="misprint")


def a_code_limit(most: int | None = 5, *, id: str = "c-codelimit") -> LimitCode:
    """Return the command that changes how often it may be used."""
    return LimitCode(id=CommandId(id), by=STAFF, at=NOON, code_id=JUNE, most_uses=most)


UNDER: tuple[Command, ...] = (a_code(), an_opening(), coupons_under())
ISSUED: tuple[Command, ...] = (an_opening(), an_issue())

VOUCHER_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "open a batch": (an_opening(), ()),
    "issue coupons": (an_issue(), (an_opening(),)),
    "show a coupon": (a_showing(), ISSUED),
    "show it again": (a_showing(id="c-2"), (*ISSUED, a_showing())),
    "take a coupon back": (a_taking_back(), (*ISSUED, a_showing())),
    "take nothing back": (a_taking_back(), ISSUED),
    "a coupon lapses": (an_end(), ISSUED),
    "a coupon does not lapse": (an_end(NOON), ISSUED),
    "claim a coupon": (a_claim(), ISSUED),
    "give a coupon on": (a_gift(), (*ISSUED, a_claim())),
    "stop a coupon": (a_stop(), ISSUED),
    "let a coupon go": (a_thaw(), (*ISSUED, a_stop())),
    "let a coupon go too late": (a_thaw(at=END), (*ISSUED, a_stop())),
    "take a coupon out": (a_removal(), ISSUED),
    "limit a batch": (a_limit(), ISSUED),
    "make a code": (a_code(), ()),
    "make a code under it": (a_child(), (a_code(),)),
    "issue under a code": (coupons_under(), UNDER[:2]),
    "show a coupon under a code": (a_showing(), UNDER),
    "stop a code": (a_code_stop(), (a_code(),)),
    "let a code go": (a_code_thaw(), (a_code(), a_code_stop())),
    "take a code out": (a_code_removal(), (a_code(),)),
    "limit a code": (a_code_limit(), (a_code(),)),
}
"""A command of every use case, and what came before it."""

VOUCHER_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "open a batch twice": ("coupon_batch.exists", (an_opening(),), an_opening(id="c-2")),
    "issue of no batch": ("noun.not_found", (), an_issue()),
    "issue too many": ("limit.reached", ISSUED, an_issue("k-2", "k-3", id="c-2")),
    "issue twice": ("coupon.exists", ISSUED, an_issue(id="c-2")),
    "show an unknown coupon": ("noun.not_found", (), a_showing()),
    "show a coupon too late": ("coupon.not_valid", ISSUED, a_showing(at=END)),
    "show a lapsed coupon": ("coupon.illegal_move", (*ISSUED, an_end()), a_showing()),
    "show a coupon for nothing": ("coupon.unmatched", ISSUED, evolve(a_showing(), basket=evolve(a_basket(), lines=()))),
    "take an unknown coupon back": ("noun.not_found", (), a_taking_back()),
    "time for an unknown coupon": ("noun.not_found", (), an_end()),
    "claim another's coupon": ("coupon.not_owner", (*ISSUED, a_claim(YOU)), a_claim(id="c-2")),
    "give nobody's coupon on": ("coupon.not_owner", ISSUED, a_gift()),
    "stop a coupon that is out": ("coupon.illegal_move", (*ISSUED, a_removal()), a_stop()),
    "let an unknown coupon go": ("noun.not_found", (), a_thaw()),
    "take a lapsed coupon out": ("coupon.illegal_move", (*ISSUED, an_end()), a_removal()),
    "make a code twice": ("shared_code.exists", (a_code(),), a_code(id="c-2")),
    "make a code under none": ("noun.not_found", (), a_child()),
    "make a code under a child": (
        "shared_code.parent_is_child",
        (a_code(), a_child()),
        a_child("X", id="c-2", parent="ANNA10"),
    ),
    "make a code for another promotion": ("shared_code.other_promotion", (a_code(),), a_child(opens="q")),
    "issue under a stopped code": ("shared_code.stopped", (*UNDER[:2], a_code_stop()), coupons_under()),
    "issue longer than its code": (
        "shared_code.outlives",
        UNDER[:2],
        evolve(coupons_under(), valid=Period(start=NOON, end=END.add(seconds=1))),
    ),
    "show a coupon under a stopped code": ("shared_code.stopped", (*UNDER, a_code_stop()), a_showing()),
    "show a coupon after its code": ("shared_code.not_valid", UNDER, a_showing(at=END)),
    "stop a code that is out": ("shared_code.illegal_move", (a_code(), a_code_removal()), a_code_stop()),
    "let no code go": ("noun.not_found", (), a_code_thaw()),
    "take no code out": ("noun.not_found", (), a_code_removal()),
    "limit no code": ("noun.not_found", (), a_code_limit()),
    "limit no batch": ("noun.not_found", (), a_limit()),
}
"""A refusal of every use case: its code, what came before, the command."""
