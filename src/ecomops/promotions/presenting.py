"""A desk is opened with what a buyer presents: which promotion a code or a coupon opens, or why it opens none.

What stands under a shared code needs its parent as well: that it goes on, is valid, and has a use left.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from pendulum import DateTime

from ecomops.kernel.checks import is_instant, require_once, wrong_kind
from ecomops.kernel.counters import Limit, room
from ecomops.kernel.money import CurrencyMismatch
from ecomops.kernel.rules import Facts
from ecomops.promotions.basket import Basket, require_asked, require_basket
from ecomops.promotions.coupons import Coupon
from ecomops.promotions.coupons import Status as CouponStatus
from ecomops.promotions.desk import Desk
from ecomops.promotions.refusals import Reason
from ecomops.promotions.rulebook import Rulebook
from ecomops.promotions.sharedcodes import SharedCode, Status
from ecomops.promotions.usage import PromotionUse, UseId
from ecomops.terms import CustomerId, PromotionId, Sku

Known = Mapping[str, SharedCode]
"""The shared codes that were read."""


class _Why(NamedTuple):
    """Why something opens nothing, and the numbers of it."""

    reason: Reason
    actual: int | None = None
    required: int | None = None


class _Reasons(NamedTuple):
    """What is said of a shared code that cannot be used."""

    stopped: Reason
    not_valid: Reason
    exhausted: Reason


_OWN = _Reasons(Reason.SHARED_STOPPED, Reason.SHARED_NOT_VALID, Reason.SHARED_EXHAUSTED)
_ABOVE = _Reasons(Reason.PARENT_STOPPED, Reason.PARENT_NOT_VALID, Reason.PARENT_EXHAUSTED)


def open_desk(
    rulebook: Rulebook,
    basket: Basket,
    *,
    at: DateTime,
    customer: CustomerId | None = None,
    facts: Facts | None = None,
    codes: tuple[str, ...] = (),
    coupons: tuple[Coupon, ...] = (),
    shared: tuple[SharedCode, ...] = (),
    used: Mapping[UseId, PromotionUse] | None = None,
    gift_stock: Mapping[Sku, int] | None = None,
) -> Desk:
    """Check what is asked (see `Asking`); return a desk where what is presented opened its promotions.

    Raises:
        WrongKind: Something is of another kind, or *at* is no instant in UTC.
        CurrencyMismatch: The basket is in another currency than the rulebook.
        UndeclaredFact: Facts are told that nobody declared.
        Repeated: A line, a coupon or a shared code is told twice.
    """
    require_asked(
        basket=basket,
        customer=customer,
        codes=codes,
        coupons=coupons,
        shared=shared,
        used=used,
        gift_stock=gift_stock,
    )
    if basket.currency is not rulebook.currency:
        raise CurrencyMismatch(left=rulebook.currency, right=basket.currency)
    require_basket(basket, rulebook.line_facts)
    if not is_instant(at):
        raise wrong_kind("quote.at", "DateTime in UTC", at)
    if facts:
        rulebook.require_facts(facts)
    desk = Desk(rulebook, basket, at=at, customer=customer, facts=facts, used=used, gift_stock=gift_stock)
    _invite(desk, codes, coupons, shared)
    return desk


def _invite(
    desk: Desk, codes: tuple[str, ...], coupons: tuple[Coupon, ...], shared: tuple[SharedCode, ...]
) -> None:  # fmt: skip
    """Note which promotions are asked for by a code or a coupon."""
    if shared:
        require_once((code.id for code in shared), field="quote.shared")
    known = {str(code.id): code for code in shared}
    for text, times in sorted(Counter(codes).items()) if codes else ():
        named = _enter(desk, text, known)
        if times > 1:
            desk.refuse(named, Reason.CODE_REPEATED, given=text)
    if not coupons:
        return
    require_once((coupon.id for coupon in coupons), field="quote.coupons")
    for coupon in sorted(coupons, key=lambda coupon: coupon.id):
        _show(desk, coupon, known)


def _enter(desk: Desk, text: str, known: Known) -> PromotionId | None:
    """Note what a code opens, and return the promotion that it names; None when it names none."""
    promotion = desk.book.by_code.get(text)
    if promotion is not None:
        desk.given[promotion.id] = text
        return promotion.id
    shared = known.get(text)
    if shared is None:
        desk.refuse(None, Reason.CODE_UNKNOWN, given=text)
        return None
    why = _barrier(desk, shared, known)
    if why is not None:
        desk.refuse(shared.promotion, why.reason, given=text, actual=why.actual, required=why.required)
    else:
        desk.given[shared.promotion] = text
        desk.families[shared.promotion] = (shared.id,) if shared.parent is None else (shared.id, shared.parent)
    return shared.promotion


def _barrier(desk: Desk, shared: SharedCode, known: Known) -> _Why | None:
    """Return why a shared code that was entered opens nothing; None when it opens its promotion."""
    promotion = desk.book.by_id.get(shared.promotion)
    if promotion is None or not promotion.by_coupon:
        return _Why(Reason.SHARED_UNKNOWN)
    why = _closed(desk, shared, _OWN)
    if why is None and shared.parent is not None:
        why = _under(desk, shared.parent, known)
    if why is None and shared.promotion in desk.given:
        return _Why(Reason.SHARED_SECOND)
    return why


def _under(desk: Desk, parent: str, known: Known) -> _Why | None:
    """Return why nothing under a shared code can be used; None when it can."""
    above = known.get(parent)
    return _Why(Reason.PARENT_UNKNOWN) if above is None else _closed(desk, above, _ABOVE)


def _closed(desk: Desk, shared: SharedCode, reasons: _Reasons) -> _Why | None:
    """Return why a shared code cannot be used once more now; None when it can."""
    if shared.status is not Status.ACTIVE:
        return _Why(reasons.stopped)
    if not shared.valid.holds(desk.at):
        return _Why(reasons.not_valid)
    use = desk.used.get(UseId.by_code(shared.promotion, shared.id))
    if use is not None and room(use.uses, Limit(use.most_uses)) == 0:
        return _Why(reasons.exhausted, actual=use.uses, required=use.most_uses)
    return None


def _show(desk: Desk, coupon: Coupon, known: Known) -> None:
    """Note what a coupon opens."""
    reason = _unusable(desk, coupon)
    why = None if reason is None else _Why(reason)
    if why is None and coupon.parent is not None:
        why = _under(desk, coupon.parent, known)
    if why is not None:
        desk.refuse(coupon.promotion, why.reason, given=coupon.id, actual=why.actual, required=why.required)
        return
    desk.given[coupon.promotion] = coupon.id
    desk.coupons[coupon.promotion] = coupon
    if coupon.parent is not None:
        desk.families[coupon.promotion] = (coupon.parent,)


def _unusable(desk: Desk, coupon: Coupon) -> Reason | None:
    """Return why *coupon* cannot be used by itself; None when it can."""
    promotion = desk.book.by_id.get(coupon.promotion)
    if promotion is None or not promotion.by_coupon:
        return Reason.COUPON_UNKNOWN
    if coupon.owner is not None and coupon.owner != desk.customer:
        return Reason.COUPON_NOT_OWNER
    if coupon.status not in {CouponStatus.ISSUED, CouponStatus.PRESENTED}:
        return Reason.COUPON_GONE
    if not coupon.valid.holds(desk.at):
        return Reason.COUPON_NOT_VALID
    second = coupon.promotion in desk.coupons or coupon.promotion in desk.families
    return Reason.COUPON_SECOND if second else None
