"""A buyer asks for a return or a refund, the shop agrees or not, or the case is let go."""

from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import RETURNED_GOODS, ReturnedGoods, ReturnId, returns
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import AFTERSALE, ORDER, AfterSale, CaseExists, LineUnits, Order, Restocked, aftersales
from ecomops.orders.aftersales import AfterSalePolicy, CaseWithdrawn, Kind, Reason, Rejection, Status
from ecomops.orders.order import OrderClosed, OrderReturnDropped
from ecomops.terms import CaseId, OrderId
from ecomops.workflows.clock import CLOCK, due_id


@frozen(kw_only=True)
class RequestReturn:
    """Ask for a return or a refund.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds; the last instant of a return window counts.
        case_id: Names the case.
        order_id: The order.
        kind: Goods against money, or money alone.
        units: How many of which line; a service is one unit.
        reason: Why; money for what was lost (`lost`) is of lost units first, all other of units that arrived.
    """

    code: ClassVar[str] = "request_return"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    case_id: CaseId = field(validator=is_a(CaseId))
    order_id: OrderId = field(validator=is_a(OrderId))
    kind: Kind = field(default=Kind.RETURN, validator=is_a(Kind))
    units: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))
    reason: Reason = field(default=Reason.NO_REASON, validator=is_a(Reason))


@frozen(kw_only=True)
class ApproveReturn:
    """Agree to a case."""

    code: ClassVar[str] = "approve_return"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    case_id: CaseId = field(validator=is_a(CaseId))


@frozen(kw_only=True)
class RejectReturn:
    """Say no to a case; goods that have come go to the buyer again."""

    code: ClassVar[str] = "reject_return"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    case_id: CaseId = field(validator=is_a(CaseId))
    why: Rejection = field(validator=is_a(Rejection))


@frozen(kw_only=True)
class WithdrawReturn:
    """Let a case go: the buyer keeps the goods."""

    code: ClassVar[str] = "withdraw_return"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    case_id: CaseId = field(validator=is_a(CaseId))


@frozen(kw_only=True)
class CaseDue:
    """Withdraw a case whose goods have not come in time.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        case_id: The case.
    """

    code: ClassVar[str] = "case_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    case_id: CaseId = field(validator=is_a(CaseId))


@frozen(kw_only=True)
class CaseMoved:
    """The answer: where the case stands."""

    code: ClassVar[str] = "case_moved"

    case_id: CaseId = field(validator=is_a(CaseId))
    order_id: OrderId = field(validator=is_a(OrderId))
    status: Status = field(validator=is_a(Status))
    due_at: DateTime | None = field(validator=optional(an_instant))


@frozen(kw_only=True)
class RequestReturnNeeds:
    """What the plan looks at: the order, and a case of that id (there should be none)."""

    order: Versioned[Order] = field(validator=is_a(Versioned))
    case: Versioned[AfterSale] | None = field(validator=optional(is_a(Versioned)))


def plan_request_return(command: RequestReturn, needs: RequestReturnNeeds) -> Plan[CaseMoved]:
    """Decide whether the units may be asked for: while the case is open nobody else can, and the order stays open.

    Raises:
        CaseExists: There is a case of that id.
        Refused, Invalid: As `orders.ask_back` refuses.
    """
    if needs.case is not None:
        raise CaseExists(id=command.case_id)
    order, case = ORDER.draft(needs.order), AFTERSALE.draft(None)
    (asked,) = orders.ask_back(
        order.value,
        case=command.case_id,
        units=command.units,
        goods=command.kind is Kind.RETURN,
        lost=command.reason is Reason.LOST,
        at=command.at,
    )
    order.add((asked,))
    case.add(
        aftersales.request(
            command.case_id,
            order=order.value.id,
            kind=command.kind,
            units=command.units,
            lost=asked.lost,
            reason=command.reason,
            at=command.at,
        )
    )
    return Plan(answer=_moved(case.value), writes=(*order.writes(), *case.writes()))


def _moved(case: AfterSale) -> CaseMoved:
    return CaseMoved(case_id=case.id, order_id=case.order, status=case.status, due_at=case.due_at)


def request_return(command: RequestReturn) -> Work[CaseMoved]:
    """Read the order and open a case.

    Raises:
        Missing: There is no such order.
    """
    order = yield from get(ORDER, command.order_id)
    case = yield from lookup(AFTERSALE, command.case_id)
    return plan_request_return(command, RequestReturnNeeds(order=order, case=case))


CaseCommand = ApproveReturn | RejectReturn | WithdrawReturn | CaseDue


@frozen(kw_only=True)
class CaseNeeds:
    """What the plans look at: the case, its order, and the goods that came for it; None before they came."""

    case: Versioned[AfterSale] = field(validator=is_a(Versioned))
    order: Versioned[Order] = field(validator=is_a(Versioned))
    goods: Versioned[ReturnedGoods] | None = field(default=None, validator=optional(is_a(Versioned)))


def plan_move_case(
    command: CaseCommand, needs: CaseNeeds, *, policy: AfterSalePolicy = aftersales.DEFAULT_POLICY
) -> Plan[CaseMoved]:
    """Decide a step of a case without goods and money; when it ends, its units can be asked for again.

    Raises:
        IllegalMove: The case is further on, or over; or it is withdrawn, and its goods are there.
        Restocked: It is rejected or withdrawn, and its goods are on the shelves already.
    """
    case, order = AFTERSALE.draft(needs.case), ORDER.draft(needs.order)
    before, at = case.value, command.at
    match command:
        case ApproveReturn():
            case.add(aftersales.approve(before, policy=policy, at=at))
            case.add(aftersales.arrive(case.value, at=at) if needs.goods else ())
        case RejectReturn(why=why):
            case.add(aftersales.reject(before, why=why, at=at))
            _require_there(before, case.value, needs.goods)
        case WithdrawReturn():
            case.add(aftersales.withdraw(before, at=at))
            _require_there(before, case.value, needs.goods)
            _require_away(before, case.value, needs.goods)
        case CaseDue():
            case.add(aftersales.arrive(before, at=at) if needs.goods else aftersales.elapse(before, at=at))
        case _:
            assert_never(command)
    if case.value.status in {Status.REJECTED, Status.WITHDRAWN} and before.status is not case.value.status:
        order.add(_dropped(order.value, before, at=at))
    return Plan(answer=_moved(case.value), writes=(*order.writes(), *case.writes()))


def _dropped(order: Order, case: AfterSale, *, at: DateTime) -> tuple[OrderReturnDropped | OrderClosed, ...]:
    return orders.drop_return(
        order, case=case.id, units=case.units, sent_back=case.received, lost=case.lost, at=at
    )  # fmt: skip


def _require_there(before: AfterSale, case: AfterSale, goods: Versioned[ReturnedGoods] | None) -> None:
    """Refuse to leave goods to the buyer that are on the shelves again, whether or not the case was told of them."""
    if case.status is not before.status and goods is not None and returns.fit_for_sale(goods.value.findings):
        raise Restocked(id=case.id)


def _require_away(before: AfterSale, case: AfterSale, goods: Versioned[ReturnedGoods] | None) -> None:
    """Refuse to withdraw a case whose goods are there, as if it had been told of them."""
    if case.status is not before.status and goods is not None:
        aftersales.LIFECYCLE.require(Status.RECEIVED, CaseWithdrawn, id=case.id)


def move_case(
    command: CaseCommand, *, policy: AfterSalePolicy = aftersales.DEFAULT_POLICY
) -> Work[CaseMoved]:  # fmt: skip
    """Read a case and its order, and approve, reject or withdraw it.

    Raises:
        Missing: There is no such case.
    """
    case = yield from get(AFTERSALE, command.case_id)
    order = yield from get(ORDER, case.value.order)
    goods = yield from lookup(RETURNED_GOODS, ReturnId(command.case_id))
    return plan_move_case(command, CaseNeeds(case=case, order=order, goods=goods), policy=policy)


def case_due(case: AfterSale, *, at: DateTime) -> CaseDue | None:
    """Return what time asks of *case* at the instant *at*; None when nothing has fallen due.

    Args:
        case: The case.
        at: Now.
    """
    if case.due_at is None or at < case.due_at:
        return None
    id = due_id(AFTERSALE.kind, case.id, case.due_at)
    return CaseDue(id=id, by=CLOCK, at=case.due_at, case_id=case.id)
