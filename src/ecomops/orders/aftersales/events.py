"""What happens to an after-sale case, and in which status it may."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Money
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders.aftersales.nouns import Kind, Reason, Rejection, Status, Withdrawal
from ecomops.orders.order.nouns import LineUnits
from ecomops.orders.refunds import RefundedLine, Returned
from ecomops.terms import CaseId, OrderId, not_negative


@frozen(kw_only=True)
class CaseRequested:
    """A buyer asked."""

    code: ClassVar[str] = "aftersale.requested"

    case_id: CaseId = field(validator=is_a(CaseId))
    order_id: OrderId = field(validator=is_a(OrderId))
    kind: Kind = field(validator=is_a(Kind))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    lost: tuple[LineUnits, ...] = field(default=(), validator=tuple_of(LineUnits))
    reason: Reason = field(validator=is_a(Reason))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CaseAdopted:
    """A case was taken over from another system in the middle of its life."""

    code: ClassVar[str] = "aftersale.adopted"

    case_id: CaseId = field(validator=is_a(CaseId))
    order_id: OrderId = field(validator=is_a(OrderId))
    kind: Kind = field(validator=is_a(Kind))
    status: Status = field(validator=is_a(Status))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    lost: tuple[LineUnits, ...] = field(default=(), validator=tuple_of(LineUnits))
    reason: Reason = field(validator=is_a(Reason))
    received: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    amount: Money | None = field(validator=optional(not_negative))
    fee: Money | None = field(validator=optional(not_negative))
    send_by: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CaseApproved:
    """The shop agreed.

    Args:
        case_id: The case.
        send_by: When it is withdrawn unless the goods have come; None when no goods are to come.
        at: When.
    """

    code: ClassVar[str] = "aftersale.approved"

    case_id: CaseId = field(validator=is_a(CaseId))
    send_by: DateTime | None = field(validator=optional(an_instant))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CaseRejected:
    """The shop said no; goods that had come go to the buyer again."""

    code: ClassVar[str] = "aftersale.rejected"

    case_id: CaseId = field(validator=is_a(CaseId))
    why: Rejection = field(validator=is_a(Rejection))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CaseWithdrawn:
    """The case ended without an answer."""

    code: ClassVar[str] = "aftersale.withdrawn"

    case_id: CaseId = field(validator=is_a(CaseId))
    why: Withdrawal = field(validator=is_a(Withdrawal))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CaseArrived:
    """The goods are there and wait to be judged: no deadline is left."""

    code: ClassVar[str] = "aftersale.arrived"

    case_id: CaseId = field(validator=is_a(CaseId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CaseReceived:
    """The goods came and were looked at.

    Args:
        case_id: The case.
        units: How many of which line came.
        missing: What was asked for and did not come: it stays with the buyer.
        at: When.
    """

    code: ClassVar[str] = "aftersale.received"

    case_id: CaseId = field(validator=is_a(CaseId))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    missing: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CaseRefunded:
    """The money of the units goes back.

    Args:
        case_id: The case.
        order_id: The order.
        lines: The goods, with what their steps contributed and what the buyer had paid for them.
        services: The services, likewise.
        amount: What goes back over the gateway, the fee kept.
        fee: What the shop keeps.
        tenders: What goes back to tenders.
        at: When.
    """

    code: ClassVar[str] = "aftersale.refunded"

    case_id: CaseId = field(validator=is_a(CaseId))
    order_id: OrderId = field(validator=is_a(OrderId))
    lines: tuple[RefundedLine, ...] = field(validator=tuple_of(RefundedLine))
    services: tuple[RefundedLine, ...] = field(validator=tuple_of(RefundedLine))
    amount: Money = field(validator=not_negative)
    fee: Money = field(validator=not_negative)
    tenders: tuple[Returned, ...] = field(validator=tuple_of(Returned))
    at: DateTime = field(validator=an_instant)


Opening = CaseRequested | CaseAdopted
Later = CaseApproved | CaseArrived | CaseReceived | CaseRefunded | CaseRejected | CaseWithdrawn
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "aftersale",
    events=Event,
    table={
        None: {CaseRequested: Status.REQUESTED, CaseAdopted: ADOPTED},
        Status.REQUESTED: {
            CaseApproved: Status.APPROVED,
            CaseRejected: Status.REJECTED,
            CaseWithdrawn: Status.WITHDRAWN,
        },
        Status.APPROVED: {
            CaseArrived: Status.APPROVED,
            CaseReceived: Status.RECEIVED,
            CaseRefunded: Status.REFUNDED,
            CaseRejected: Status.REJECTED,
            CaseWithdrawn: Status.WITHDRAWN,
        },
        Status.RECEIVED: {CaseRefunded: Status.REFUNDED, CaseRejected: Status.REJECTED},
        Status.REFUNDED: {},
        Status.REJECTED: {},
        Status.WITHDRAWN: {},
    },
)
