"""The after-sale case: what it is for, what was asked, decided and received."""

from datetime import timedelta
from enum import StrEnum

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Money
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders.order.nouns import LineUnits
from ecomops.orders.policy import a_wait
from ecomops.terms import CaseId, LineId, OrderId, not_negative


class Status(StrEnum):
    """Where a case stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    REFUNDED = "refunded"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Kind(StrEnum):
    """What a buyer asks for: goods against money (退货退款), or money alone (仅退款)."""

    RETURN = "return"
    REFUND = "refund"


class Reason(StrEnum):
    """Why a buyer asks: the shop's own words stand with the personal values."""

    NO_REASON = "no_reason"
    QUALITY = "quality"
    WRONG_GOODS = "wrong_goods"
    DAMAGED = "damaged"
    LOST = "lost"
    LATE = "late"
    OTHER = "other"


class Rejection(StrEnum):
    """Why the shop says no."""

    NOT_COVERED = "not_covered"
    USED = "used"
    NO_EVIDENCE = "no_evidence"
    OTHER = "other"


class Withdrawal(StrEnum):
    """Why a case ends without an answer: the buyer took it back, or the goods never came."""

    BUYER = "buyer"
    NOT_SENT = "not_sent"


@frozen(kw_only=True)
class AfterSalePolicy:
    """How long a case waits.

    Args:
        send_within: Goods of an approved return are to arrive within this time (15 days); else it is withdrawn.
    """

    send_within: timedelta = field(default=timedelta(days=15), validator=a_wait)


DEFAULT_POLICY = AfterSalePolicy()
"""What holds when a host says nothing: 15 days."""


@frozen(kw_only=True)
class AfterSale:
    """A case of after-sales.

    Args:
        id: Which case.
        order: Of which order.
        kind: What is asked for.
        status: Where it stands.
        reason: Why it is asked for.
        units: How many of which line or service; once goods have come, what came.
        lost: Of those, what never arrived, as the order told when it was asked.
        received: The goods that came.
        amount: What went back over the gateway; None before.
        fee: What the shop kept of it; None before.
        due_at: When it is withdrawn unless the goods have come; None when nothing is waited for.
    """

    id: CaseId = field(validator=is_a(CaseId))
    order: OrderId = field(validator=is_a(OrderId))
    kind: Kind = field(validator=is_a(Kind))
    status: Status = field(validator=is_a(Status))
    reason: Reason = field(validator=is_a(Reason))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    lost: tuple[LineUnits, ...] = field(default=(), validator=tuple_of(LineUnits))
    received: tuple[LineUnits, ...] = field(default=(), validator=tuple_of(LineUnits))
    amount: Money | None = field(default=None, validator=optional(not_negative))
    fee: Money | None = field(default=None, validator=optional(not_negative))
    due_at: DateTime | None = field(default=None, validator=optional(an_instant))


def units_of(quantities: dict[LineId, int]) -> tuple[LineUnits, ...]:
    """Return the units of lines of which there are any."""
    return tuple(LineUnits(line=line, quantity=quantity) for line, quantity in quantities.items() if quantity)
