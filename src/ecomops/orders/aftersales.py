"""The after-sale case: a buyer asks for a return or a refund, until it is refunded, rejected or withdrawn.

The case says what was decided; the counters of the order keep anything from being asked for twice, and a use case moves
both (`ecomops.workflows.returns`). Goods that come back are counted here and judged in `inventory.returns`.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Money, Noun, later
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, tuple_of
from ecomops.kernel.copies import changed
from ecomops.orders.errors import Excess, GoodsNotCome, NoGoodsAsked, NothingNamed, NotRequested
from ecomops.orders.order.nouns import LineUnits
from ecomops.orders.policy import a_wait
from ecomops.orders.refunds import Refund, RefundedLine, Returned
from ecomops.terms import CaseId, LineId, OrderId, Quantity, not_negative


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


def request(
    id: CaseId,
    *,
    order: OrderId,
    kind: Kind,
    units: tuple[LineUnits, ...],
    lost: tuple[LineUnits, ...] = (),
    reason: Reason = Reason.NO_REASON,
    at: DateTime,
) -> tuple[CaseRequested]:
    """Open a case; whether the units may come back is for the order to say (`orders.ask_back`).

    Args:
        id: Names the case.
        order: Of which order.
        kind: What is asked for.
        units: How many of which line; a service is one unit.
        lost: Of those, what never arrived, as the order told.
        reason: Why.
        at: When.

    Raises:
        NothingNamed: There are no units.
        Repeated: A line stands twice.
        NotRequested: More is lost than is asked for; every line is listed.
    """
    if not units:
        raise NothingNamed(id=order)
    require_once((each.line for each in units), field="units")
    _require_asked(lost, {each.line: each.quantity for each in units})
    return (CaseRequested(case_id=id, order_id=order, kind=kind, units=units, lost=lost, reason=reason, at=at),)


def _require_asked(units: tuple[LineUnits, ...], asked: Mapping[LineId, Quantity]) -> None:
    require_once((each.line for each in units), field="units")
    over = tuple(
        Excess(line=each.line, wanted=each.quantity, open=asked.get(each.line, 0))
        for each in units
        if each.quantity > asked.get(each.line, 0)
    )
    if over:
        raise NotRequested(lines=over)


def approve(
    case: AfterSale, *, policy: AfterSalePolicy = DEFAULT_POLICY, at: DateTime
) -> tuple[CaseApproved, ...]:  # fmt: skip
    """Agree to *case*; () when the shop had.

    Raises:
        IllegalMove: It is further on, or over.
        OutOfRange: The deadline is later than can be kept.
    """
    if case.status is Status.APPROVED:
        return ()
    LIFECYCLE.require(case.status, CaseApproved, id=case.id)
    send_by = later(at, policy.send_within) if case.kind is Kind.RETURN else None
    return (CaseApproved(case_id=case.id, send_by=send_by, at=at),)


def reject(case: AfterSale, *, why: Rejection, at: DateTime) -> tuple[CaseRejected, ...]:
    """Say no to *case*, also after its goods have come; () when the shop had.

    Raises:
        IllegalMove: It was refunded or withdrawn.
    """
    if case.status is Status.REJECTED:
        return ()
    LIFECYCLE.require(case.status, CaseRejected, id=case.id)
    return (CaseRejected(case_id=case.id, why=why, at=at),)


def withdraw(
    case: AfterSale, *, why: Withdrawal = Withdrawal.BUYER, at: DateTime
) -> tuple[CaseWithdrawn, ...]:  # fmt: skip
    """Let *case* go; () when it was.

    Raises:
        IllegalMove: Its goods have come, or it is over.
    """
    if case.status is Status.WITHDRAWN:
        return ()
    LIFECYCLE.require(case.status, CaseWithdrawn, id=case.id)
    return (CaseWithdrawn(case_id=case.id, why=why, at=at),)


def arrive(case: AfterSale, *, at: DateTime) -> tuple[CaseArrived, ...]:
    """Record that the goods of *case* are there, before somebody has judged them; () when nothing is waited for."""
    waits = case.status is Status.APPROVED and case.due_at is not None
    return (CaseArrived(case_id=case.id, at=at),) if waits else ()


def receive(
    case: AfterSale, *, units: tuple[LineUnits, ...], services: tuple[LineId, ...] = (), at: DateTime
) -> tuple[CaseReceived, ...]:
    """Take the goods of *case* in: what was asked for and does not come stays with the buyer; () on a repeat.

    Args:
        case: An approved return.
        units: How many of which line came.
        services: Those of its lines that are services: they have nothing that could come.
        at: When.

    Raises:
        IllegalMove: It is not approved, or it is over.
        NoGoodsAsked: It asks for money alone.
        NothingNamed: Nothing came.
        Repeated: A line stands twice.
        NotRequested: More came than was asked for; every line is listed.
    """
    if case.status is Status.RECEIVED and units == case.received:
        return ()
    LIFECYCLE.require(case.status, CaseReceived, id=case.id)
    if case.kind is not Kind.RETURN:
        raise NoGoodsAsked(id=case.id)
    if not units:
        raise NothingNamed(id=case.order)
    bodiless = frozenset(services)
    asked = {each.line: each.quantity for each in case.units if each.line not in bodiless}
    _require_asked(units, asked)
    came = {each.line: each.quantity for each in units}
    missing = _units({line: quantity - came.get(line, 0) for line, quantity in asked.items()})
    return (CaseReceived(case_id=case.id, units=units, missing=missing, at=at),)


def _units(quantities: dict[LineId, int]) -> tuple[LineUnits, ...]:
    return tuple(LineUnits(line=line, quantity=quantity) for line, quantity in quantities.items() if quantity)


def refund(case: AfterSale, *, refund: Refund, at: DateTime) -> tuple[CaseRefunded, ...]:
    """Give the money of *case* back as `refunds.refund_of` says; () when it had gone.

    Args:
        case: A return whose goods have come, or one that was approved of money or of services alone.
        refund: What goes back.
        at: When.

    Raises:
        IllegalMove: It is not approved, or it is over.
        GoodsNotCome: Its goods have not come.
    """
    if case.status is Status.REFUNDED:
        return ()
    LIFECYCLE.require(case.status, CaseRefunded, id=case.id)
    if case.kind is Kind.RETURN and case.status is Status.APPROVED and refund.lines:
        raise GoodsNotCome(id=case.id)
    return (
        CaseRefunded(
            case_id=case.id,
            order_id=case.order,
            lines=refund.lines,
            services=refund.services,
            amount=refund.amount,
            fee=refund.fee,
            tenders=refund.tenders,
            at=at,
        ),
    )


def elapse(case: AfterSale, *, at: DateTime) -> tuple[CaseWithdrawn, ...]:
    """Withdraw *case* when its goods have not come in time; () before, and when nothing is waited for."""
    if case.due_at is None or at < case.due_at:
        return ()
    return withdraw(case, why=Withdrawal.NOT_SENT, at=at)


def begin(event: Opening) -> AfterSale:
    """Return the case that *event* tells of."""
    match event:
        case CaseRequested():
            return AfterSale(
                id=event.case_id,
                order=event.order_id,
                kind=event.kind,
                status=LIFECYCLE.opened(event),
                reason=event.reason,
                units=event.units,
                lost=event.lost,
            )
        case CaseAdopted():
            return AfterSale(
                id=event.case_id,
                order=event.order_id,
                kind=event.kind,
                status=LIFECYCLE.opened(event),
                reason=event.reason,
                units=event.units,
                lost=event.lost,
                received=event.received,
                amount=event.amount,
                fee=event.fee,
                due_at=event.send_by if event.status is Status.APPROVED else None,
            )
        case _:
            assert_never(event)


def evolve(case: AfterSale, event: Later) -> AfterSale:
    """Return the case as it stands after *event*."""
    status = LIFECYCLE.after(case.status, type(event))
    match event:
        case CaseApproved(send_by=send_by):
            return changed(case, status=status, due_at=send_by)
        case CaseReceived(units=units, missing=missing):
            gone = {each.line: each.quantity for each in missing}
            kept = _units({each.line: each.quantity - gone.get(each.line, 0) for each in case.units})
            return changed(case, status=status, units=kept, received=units, due_at=None)
        case CaseRefunded(amount=amount, fee=fee):
            return changed(case, status=status, amount=amount, fee=fee, due_at=None)
        case CaseArrived() | CaseRejected() | CaseWithdrawn():
            return changed(case, status=status, due_at=None)
        case _:
            assert_never(event)


AFTERSALE: Noun[AfterSale, Opening, Later] = Noun(
    kind="aftersale",
    model=AfterSale,
    events=Event,
    opens=(CaseRequested, CaseAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda case: case.id,
    due_at=lambda case: case.due_at,
    keys={"status": lambda case: case.status, "order": lambda case: case.order},
)
