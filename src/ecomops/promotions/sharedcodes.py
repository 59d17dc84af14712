"""The shared code: one that many buyers enter, and under which single coupons and other shared codes stand.

A parent (母码) gives its children (子码) its promotion and its validity, counts all their uses in its own limit, and
stops them when it is stopped. There are two storeys: a child has no children, so that nothing can run in a circle.
Everything that affects its state lives here; how often it is used stands in the counters of `usage`.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Noun, Period
from ecomops.kernel.checks import an_instant, is_a, optional, some_text
from ecomops.kernel.copies import changed
from ecomops.promotions.sharedcode_errors import (
    CodeNotValid,
    CodeOutlives,
    CodeStopped,
    OtherPromotion,
    ParentIsChild,
    WithoutParent,
)
from ecomops.terms import CodeId, PromotionId


class Status(StrEnum):
    """Where a shared code stands; whether it is valid is asked of its period."""

    ACTIVE = "active"
    FROZEN = "frozen"
    INVALIDATED = "invalidated"


@frozen(kw_only=True)
class SharedCode:
    """A code that many buyers may enter.

    Args:
        id: The code itself, as it is compared; see `codes.normal`.
        promotion: What it opens: a promotion that is used by coupon.
        valid: When it may be used.
        parent: The code under which it stands; None when under none.
        status: Where it stands.
    """

    id: CodeId = field(validator=is_a(CodeId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    valid: Period = field(validator=is_a(Period))
    parent: CodeId | None = field(default=None, validator=optional(is_a(CodeId)))
    status: Status = field(default=Status.ACTIVE, validator=is_a(Status))


@frozen(kw_only=True)
class SharedCodeOpened:
    """The shop made a shared code."""

    code: ClassVar[str] = "shared_code.opened"

    shared: CodeId = field(validator=is_a(CodeId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    valid: Period = field(validator=is_a(Period))
    parent: CodeId | None = field(validator=optional(is_a(CodeId)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class SharedCodeAdopted:
    """A running code was taken over from another system as it stood; its uses are adopted as counters."""

    code: ClassVar[str] = "shared_code.adopted"

    shared: CodeId = field(validator=is_a(CodeId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    valid: Period = field(validator=is_a(Period))
    parent: CodeId | None = field(validator=optional(is_a(CodeId)))
    status: Status = field(validator=is_a(Status))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class SharedCodeFrozen:
    """The shop stopped the code, and with it all under it, until somebody has looked at it (冻结)."""

    code: ClassVar[str] = "shared_code.frozen"

    shared: CodeId = field(validator=is_a(CodeId))
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class SharedCodeThawed:
    """The shop let a frozen code go again, and with it all under it."""

    code: ClassVar[str] = "shared_code.thawed"

    shared: CodeId = field(validator=is_a(CodeId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class SharedCodeInvalidated:
    """The shop took the code out for good, and with it all under it (作废)."""

    code: ClassVar[str] = "shared_code.invalidated"

    shared: CodeId = field(validator=is_a(CodeId))
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


Opening = SharedCodeOpened | SharedCodeAdopted
Later = SharedCodeFrozen | SharedCodeThawed | SharedCodeInvalidated
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "shared_code",
    events=Event,
    table={
        None: {SharedCodeOpened: Status.ACTIVE, SharedCodeAdopted: ADOPTED},
        Status.ACTIVE: {SharedCodeFrozen: Status.FROZEN, SharedCodeInvalidated: Status.INVALIDATED},
        Status.FROZEN: {SharedCodeThawed: Status.ACTIVE, SharedCodeInvalidated: Status.INVALIDATED},
        Status.INVALIDATED: {},
    },
)


def narrowed(
    parent: SharedCode | None, *, child: str, promotion: PromotionId | None, valid: Period | None
) -> tuple[PromotionId, Period]:
    """Return what a child opens and when: as its parent, unless it states less.

    Args:
        parent: The code under which it is to stand; None when under none: then it states both itself.
        child: The code, or the batch of coupons: a refusal names it.
        promotion: What it states that it opens; None is what its parent opens.
        valid: When it states that it may be used; None is when its parent may.

    Raises:
        WithoutParent: It states nothing, and has no parent.
        ParentIsChild: The parent stands under another code itself.
        CodeStopped: The parent is frozen or taken out.
        OtherPromotion: The parent opens another promotion.
        CodeOutlives: It would be valid when its parent is not.

    Example:
        >>> from ecomops.testing import NOON
        >>> week = Period(start=NOON, end=NOON.add(days=7))
        >>> anna = SharedCode(id=CodeId("ANNA10"), promotion=PromotionId("tenth"), valid=week)
        >>> narrowed(anna, child="b-1", promotion=None, valid=None) == (anna.promotion, week)
        True
    """
    if parent is None:
        if promotion is None or valid is None:
            raise WithoutParent(id=child)
        return promotion, valid
    if parent.parent is not None:
        raise ParentIsChild(id=parent.id, parent=parent.parent)
    _require_active(parent)
    own = parent.valid if valid is None else valid
    if promotion not in {None, parent.promotion}:
        raise OtherPromotion(id=child, promotion=str(promotion), parent=parent.id, opened=parent.promotion)
    if own.start < parent.valid.start or own.end > parent.valid.end:
        start, end = parent.valid.start.isoformat(), parent.valid.end.isoformat()
        raise CodeOutlives(id=child, parent=parent.id, start=start, end=end)
    return parent.promotion, own


def open_code(
    id: CodeId,
    *,
    promotion: PromotionId | None = None,
    valid: Period | None = None,
    parent: SharedCode | None = None,
    at: DateTime,
) -> tuple[SharedCodeOpened]:
    """Make a shared code.

    Args:
        id: The code itself, as it is compared.
        promotion: What it opens; None is what its parent opens.
        valid: When it may be used; None is when its parent may.
        parent: The code under which it is to stand; None when under none.
        at: When it is made.

    Raises:
        Invalid, Refused: It does not go with its parent, see `narrowed`.
    """
    opened, period = narrowed(parent, child=id, promotion=promotion, valid=valid)
    above = None if parent is None else parent.id
    return (SharedCodeOpened(shared=id, promotion=opened, valid=period, parent=above, at=at),)


def freeze(shared: SharedCode, *, reason: str, at: DateTime) -> tuple[SharedCodeFrozen, ...]:
    """Stop a code and all under it until somebody has looked at it; () when it is frozen already.

    What an order has bound stays bound: it is redeemed when the order is paid.

    Raises:
        IllegalMove: It is taken out.
    """
    if shared.status is Status.FROZEN:
        return ()
    LIFECYCLE.require(shared.status, SharedCodeFrozen, id=shared.id)
    return (SharedCodeFrozen(shared=shared.id, reason=reason, at=at),)


def thaw(shared: SharedCode, *, at: DateTime) -> tuple[SharedCodeThawed, ...]:
    """Let a frozen code go again, and with it all under it; () when it is not frozen."""
    return (SharedCodeThawed(shared=shared.id, at=at),) if shared.status is Status.FROZEN else ()


def invalidate(shared: SharedCode, *, reason: str, at: DateTime) -> tuple[SharedCodeInvalidated, ...]:
    """Take a code out for good, and with it all under it; () when it is out already."""
    if shared.status is Status.INVALIDATED:
        return ()
    return (SharedCodeInvalidated(shared=shared.id, reason=reason, at=at),)


def require_standing(shared: SharedCode, at: DateTime) -> None:
    """Refuse a code that cannot be used at the instant *at*.

    Raises:
        CodeStopped: It is frozen or taken out.
        CodeNotValid: It is not valid yet, or no more.
    """
    _require_active(shared)
    if not shared.valid.holds(at):
        start, end = shared.valid.start.isoformat(), shared.valid.end.isoformat()
        raise CodeNotValid(id=shared.id, start=start, end=end)


def _require_active(shared: SharedCode) -> None:
    if shared.status is not Status.ACTIVE:
        raise CodeStopped(id=shared.id, status=shared.status.value)


def begin(event: Opening) -> SharedCode:
    """Return the code that *event* tells of."""
    return SharedCode(
        id=event.shared,
        promotion=event.promotion,
        valid=event.valid,
        parent=event.parent,
        status=LIFECYCLE.opened(event),
    )


def evolve(shared: SharedCode, event: Later) -> SharedCode:
    """Return the code as it stands after *event*."""
    status = LIFECYCLE.after(shared.status, type(event))
    match event:
        case SharedCodeFrozen() | SharedCodeThawed() | SharedCodeInvalidated():
            return changed(shared, status=status)
        case _:
            assert_never(event)


SHARED_CODE: Noun[SharedCode, Opening, Later] = Noun(
    kind="shared_code",
    model=SharedCode,
    events=Event,
    opens=(SharedCodeOpened, SharedCodeAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda shared: shared.id,
    keys={
        "status": lambda shared: shared.status,
        "promotion": lambda shared: shared.promotion,
        "parent": lambda shared: shared.parent,
    },
)
