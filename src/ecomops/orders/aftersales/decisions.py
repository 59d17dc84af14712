"""What is decided about an after-sale case."""

from collections.abc import Mapping

from pendulum import DateTime

from ecomops.kernel import later
from ecomops.kernel.checks import require_once
from ecomops.orders.aftersales.events import (
    LIFECYCLE,
    CaseApproved,
    CaseArrived,
    CaseReceived,
    CaseRefunded,
    CaseRejected,
    CaseRequested,
    CaseWithdrawn,
)
from ecomops.orders.aftersales.nouns import (
    DEFAULT_POLICY,
    AfterSale,
    AfterSalePolicy,
    Kind,
    Reason,
    Rejection,
    Status,
    Withdrawal,
    units_of,
)
from ecomops.orders.errors import Excess, GoodsNotCome, NoGoodsAsked, NothingNamed, NotRequested
from ecomops.orders.order.nouns import LineUnits
from ecomops.orders.refunds import Refund
from ecomops.terms import CaseId, LineId, OrderId, Quantity


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
    missing = units_of({line: quantity - came.get(line, 0) for line, quantity in asked.items()})
    return (CaseReceived(case_id=case.id, units=units, missing=missing, at=at),)


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
