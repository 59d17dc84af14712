"""Shared codes and what stands under them: made, limited, stopped with all under them, let go, taken out for good.

Single coupons under a code are given out in `ecomops.workflows.couponing`; orders count their uses in
`ecomops.workflows.quoting`.
"""

from typing import Any, ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Period, Plan, Versioned, Work, Write, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, whole
from ecomops.promotions import (
    PROMOTION_USE,
    SHARED_CODE,
    CodeExists,
    PromotionUse,
    SharedCode,
    UseId,
    WithoutParent,
    sharedcodes,
    usage,
)
from ecomops.promotions.sharedcodes import Status
from ecomops.terms import CodeId, PromotionId


@frozen(kw_only=True)
class OpenCode:
    """Make a shared code (通用码), by itself or under another.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        code_id: The code itself, as the shop compares it; see `promotions.codes.normal`.
        promotion: What it opens; None is what its parent opens.
        valid: When it may be used; None is when its parent may.
        parent: The code under which it stands; None when under none: then it states both itself.
        most_uses: The most orders with it, and with all under it; None is no limit.

    Raises:
        WithoutParent: It stands under no code, and does not state both.
    """

    code: ClassVar[str] = "open_code"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    code_id: CodeId = field(validator=is_a(CodeId))
    promotion: PromotionId | None = field(default=None, validator=optional(is_a(PromotionId)))
    valid: Period | None = field(default=None, validator=optional(is_a(Period)))
    parent: CodeId | None = field(default=None, validator=optional(is_a(CodeId)))
    most_uses: int | None = field(default=None, validator=optional(whole(0)))

    def __attrs_post_init__(self) -> None:
        """Refuse a code of which nobody says what it opens, and when."""
        if self.parent is None and (self.promotion is None or self.valid is None):
            raise WithoutParent(id=self.code_id)


@frozen(kw_only=True)
class FreezeCode:
    """Stop a shared code, and all under it, until somebody has looked at it (冻结).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        code_id: The code.
        reason: Why, in words that name no person.
    """

    code: ClassVar[str] = "freeze_code"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    code_id: CodeId = field(validator=is_a(CodeId))
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class ThawCode:
    """Let a frozen shared code go again, and all under it.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        code_id: The code.
    """

    code: ClassVar[str] = "thaw_code"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    code_id: CodeId = field(validator=is_a(CodeId))


@frozen(kw_only=True)
class InvalidateCode:
    """Take a shared code out for good, and all under it (作废).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        code_id: The code.
        reason: Why, in words that name no person.
    """

    code: ClassVar[str] = "invalidate_code"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    code_id: CodeId = field(validator=is_a(CodeId))
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class CodeStands:
    """The answer: the code, and where it stands now."""

    code: ClassVar[str] = "code_stands"

    code_id: CodeId = field(validator=is_a(CodeId))
    status: Status = field(validator=is_a(Status))


@frozen(kw_only=True)
class LimitCode:
    """Change how often a shared code, and all under it, may be used; what is used stays used.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        code_id: The code.
        most_uses: The most orders; None is no limit.
    """

    code: ClassVar[str] = "limit_code"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    code_id: CodeId = field(validator=is_a(CodeId))
    most_uses: int | None = field(validator=optional(whole(0)))


@frozen(kw_only=True)
class CodeLimited:
    """The answer: the code, and how many orders may use it."""

    code: ClassVar[str] = "code_limited"

    code_id: CodeId = field(validator=is_a(CodeId))
    most_uses: int | None = field(validator=optional(whole(0)))


@frozen(kw_only=True)
class OpenNeeds:
    """What the plan looks at: the code above, and a code of that text with its counter; there should be none."""

    shared: Versioned[SharedCode] | None = field(default=None, validator=optional(is_a(Versioned)))
    parent: Versioned[SharedCode] | None = field(default=None, validator=optional(is_a(Versioned)))
    use: Versioned[PromotionUse] | None = field(default=None, validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class CodeNeeds:
    """What the plans look at: a shared code."""

    shared: Versioned[SharedCode] = field(validator=is_a(Versioned))


@frozen(kw_only=True)
class LimitNeeds:
    """What the plan looks at: a shared code and its counter."""

    shared: Versioned[SharedCode] = field(validator=is_a(Versioned))
    use: Versioned[PromotionUse] | None = field(default=None, validator=optional(is_a(Versioned)))


def plan_open_code(command: OpenCode, needs: OpenNeeds) -> Plan[CodeStands]:
    """Decide a new shared code, and begin to count its uses.

    Raises:
        CodeExists: There is a code of that text.
        Refused: It does not go with the code above it, see `sharedcodes.narrowed`.
    """
    if needs.shared is not None:
        raise CodeExists(id=command.code_id)
    parent = None if needs.parent is None else needs.parent.value
    shared = SHARED_CODE.draft(None).add(
        sharedcodes.open_code(
            command.code_id, promotion=command.promotion, valid=command.valid, parent=parent, at=command.at
        )
    )
    counted = _limited(shared.value, needs.use, command.most_uses, at=command.at)
    answer = CodeStands(code_id=command.code_id, status=shared.value.status)
    return Plan(answer=answer, writes=(*shared.writes(), *counted))


def _limited(
    shared: SharedCode, use: Versioned[PromotionUse] | None, most: int | None, *, at: DateTime
) -> tuple[Write[Any], ...]:
    """Return the writes after which the uses of a code are counted up to *most*; money is limited by its promotion."""
    id = UseId.by_code(shared.promotion, shared.id)
    if use is None:
        return PROMOTION_USE.write(None, usage.open_use(id, most_uses=most, at=at))
    return PROMOTION_USE.write(use, usage.set_limits(use.value, most_uses=most, most_money=None, at=at))


def open_code(command: OpenCode) -> Work[CodeStands]:
    """Read whether there is such a code, and the one above, and make it.

    Raises:
        Missing: There is no such parent.
    """
    shared = yield from lookup(SHARED_CODE, command.code_id)
    parent = None if command.parent is None else (yield from get(SHARED_CODE, command.parent))
    promotion = command.promotion if parent is None else parent.value.promotion
    use = None if promotion is None else (yield from lookup(PROMOTION_USE, UseId.by_code(promotion, command.code_id)))
    return plan_open_code(command, OpenNeeds(shared=shared, parent=parent, use=use))


def plan_freeze_code(command: FreezeCode, needs: CodeNeeds) -> Plan[CodeStands]:
    """Decide that a code is stopped.

    Raises:
        IllegalMove: It is taken out.
    """
    shared = SHARED_CODE.draft(needs.shared)
    shared.add(sharedcodes.freeze(shared.value, reason=command.reason, at=command.at))
    return Plan(answer=CodeStands(code_id=command.code_id, status=shared.value.status), writes=shared.writes())


def freeze_code(command: FreezeCode) -> Work[CodeStands]:
    """Read a shared code and stop it.

    Raises:
        Missing: There is no such code.
    """
    shared = yield from get(SHARED_CODE, command.code_id)
    return plan_freeze_code(command, CodeNeeds(shared=shared))


def plan_thaw_code(command: ThawCode, needs: CodeNeeds) -> Plan[CodeStands]:
    """Decide that a frozen code goes again; one that is not frozen stays as it is."""
    shared = SHARED_CODE.draft(needs.shared)
    shared.add(sharedcodes.thaw(shared.value, at=command.at))
    return Plan(answer=CodeStands(code_id=command.code_id, status=shared.value.status), writes=shared.writes())


def thaw_code(command: ThawCode) -> Work[CodeStands]:
    """Read a shared code and let it go again.

    Raises:
        Missing: There is no such code.
    """
    shared = yield from get(SHARED_CODE, command.code_id)
    return plan_thaw_code(command, CodeNeeds(shared=shared))


def plan_invalidate_code(command: InvalidateCode, needs: CodeNeeds) -> Plan[CodeStands]:
    """Decide that a code is taken out for good; one that is out stays so."""
    shared = SHARED_CODE.draft(needs.shared)
    shared.add(sharedcodes.invalidate(shared.value, reason=command.reason, at=command.at))
    return Plan(answer=CodeStands(code_id=command.code_id, status=shared.value.status), writes=shared.writes())


def invalidate_code(command: InvalidateCode) -> Work[CodeStands]:
    """Read a shared code and take it out for good.

    Raises:
        Missing: There is no such code.
    """
    shared = yield from get(SHARED_CODE, command.code_id)
    return plan_invalidate_code(command, CodeNeeds(shared=shared))


def plan_limit_code(command: LimitCode, needs: LimitNeeds) -> Plan[CodeLimited]:
    """Decide how often a code, and all under it, may be used."""
    writes = _limited(needs.shared.value, needs.use, command.most_uses, at=command.at)
    return Plan(answer=CodeLimited(code_id=command.code_id, most_uses=command.most_uses), writes=writes)


def limit_code(command: LimitCode) -> Work[CodeLimited]:
    """Read a shared code with its counter, and change its limit.

    Raises:
        Missing: There is no such code.
    """
    shared = yield from get(SHARED_CODE, command.code_id)
    use = yield from lookup(PROMOTION_USE, UseId.by_code(shared.value.promotion, shared.value.id))
    return plan_limit_code(command, LimitNeeds(shared=shared, use=use))
