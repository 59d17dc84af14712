"""The goods of a case come and are judged; those that are fit to be sold go back on the shelves at once."""

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import orders
from ecomops.inventory import RETURNED_GOODS, STOCK, Disposition, Finding, ReturnedGoods, ReturnId, StockItem, returns
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, Write, get, get_many, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.orders import AFTERSALE, ORDER, AfterSale, LineUnits, Order, aftersales
from ecomops.terms import CaseId, LineId, LocationId, OrderId, Quantity, StockKey, StockUnits
from ecomops.workflows.binding import StockFound
from ecomops.workflows.shelving import restocked as restocked_at


@frozen(kw_only=True)
class Judged:
    """So many units of a line came back, and what becomes of them."""

    line: LineId = field(validator=is_a(LineId))
    quantity: Quantity = field(validator=whole(1))
    disposition: Disposition = field(validator=is_a(Disposition))


@frozen(kw_only=True)
class TakeReturn:
    """Take the goods of an approved return in and judge them; what was asked for and did not come stays out.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        case_id: The case.
        judged: What came, by line and by what becomes of it.
        location: Where it came; None is where each line was sold from.
    """

    code: ClassVar[str] = "take_return"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    case_id: CaseId = field(validator=is_a(CaseId))
    judged: tuple[Judged, ...] = field(validator=tuple_of(Judged))
    location: LocationId | None = field(default=None, validator=optional(is_a(LocationId)))


@frozen(kw_only=True)
class ReturnTaken:
    """The answer: what is on the shelves again, and what did not come."""

    code: ClassVar[str] = "return_taken"

    case_id: CaseId = field(validator=is_a(CaseId))
    order_id: OrderId = field(validator=is_a(OrderId))
    restocked: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    missing: tuple[LineUnits, ...] = field(validator=tuple_of(LineUnits))


@frozen(kw_only=True)
class TakeReturnNeeds:
    """What the plan looks at: the case, its order, the goods of it (None before they came), and the stock, by key."""

    case: Versioned[AfterSale] = field(validator=is_a(Versioned))
    order: Versioned[Order] = field(validator=is_a(Versioned))
    goods: Versioned[ReturnedGoods] | None = field(validator=optional(is_a(Versioned)))
    stock: StockFound = field(validator=is_a(Mapping))


def plan_take_return(command: TakeReturn, needs: TakeReturnNeeds) -> Plan[ReturnTaken]:
    """Decide the arrival: the case and the order count it, and what is fit to be sold is on hand again.

    Raises:
        Refused, Invalid: As `aftersales.receive`, `orders.take_back` and `inventory.returns.inspect` refuse.
    """
    case, order = AFTERSALE.draft(needs.case), ORDER.draft(needs.order)
    services = tuple(service.id for service in order.value.services)
    units = _by_line(command.judged)
    received = aftersales.receive(case.value, units=units, services=services, at=command.at)
    if not received:
        return Plan(answer=_taken(case.value, (), ()))
    (event,) = received
    case.add(received)
    order.add(orders.take_back(order.value, case=command.case_id, units=units, at=command.at))
    if event.missing:
        order.add(orders.drop_return(order.value, case=command.case_id, units=event.missing, at=command.at))
    findings = _findings(command, order.value)
    goods = _judged(command, findings, needs.goods)
    restocked = returns.fit_for_sale(findings) if goods else ()  # the stock room may have judged and shelved them
    writes: tuple[Write[Any], ...] = (
        *order.writes(),
        *case.writes(),
        *goods,
        *_restocked(command, restocked, needs.stock),
    )
    return Plan(answer=_taken(case.value, restocked, event.missing), writes=writes)


def _by_line(judged: tuple[Judged, ...]) -> tuple[LineUnits, ...]:
    """Return what came of each line, in the order in which the lines were first named."""
    came: dict[LineId, Quantity] = {}
    for each in judged:
        came[each.line] = came.get(each.line, 0) + each.quantity
    return tuple(LineUnits(line=line, quantity=quantity) for line, quantity in came.items())


def _taken(case: AfterSale, restocked: tuple[StockUnits, ...], missing: tuple[LineUnits, ...]) -> ReturnTaken:
    return ReturnTaken(case_id=case.id, order_id=case.order, restocked=restocked, missing=missing)


def _findings(command: TakeReturn, order: Order) -> tuple[Finding, ...]:
    """Return what becomes of the goods, by the stock that takes them."""
    stock = {line.id: line.stock for line in order.lines}
    return tuple(
        Finding(stock=_where(stock[each.line], command.location), quantity=each.quantity, disposition=each.disposition)
        for each in command.judged
    )


def _where(stock: StockKey, location: LocationId | None) -> StockKey:
    return stock if location is None else StockKey.of(stock.sku, location)


def _judged(
    command: TakeReturn, findings: tuple[Finding, ...], found: Versioned[ReturnedGoods] | None
) -> tuple[Write[ReturnedGoods], ...]:
    goods = RETURNED_GOODS.draft(found)
    if found is None:
        units = [StockUnits(stock=each.stock, quantity=each.quantity) for each in findings]
        id = ReturnId(command.case_id)
        goods.add(returns.arrive(id, case=command.case_id, units=units, at=command.at))
    goods.add(returns.inspect(goods.value, findings=findings, at=command.at))
    return goods.writes()


def _restocked(command: TakeReturn, units: tuple[StockUnits, ...], stock: StockFound) -> tuple[Write[StockItem], ...]:
    return tuple(
        write
        for each in units
        for write in restocked_at(each, stock.get(each.stock), case=command.case_id, at=command.at)
    )


def take_return(command: TakeReturn) -> Work[ReturnTaken]:
    """Read the case, its order and the stock, and take the goods in.

    Raises:
        Missing: There is no such case.
    """
    case = yield from get(AFTERSALE, command.case_id)
    order = yield from get(ORDER, case.value.order)
    goods = yield from lookup(RETURNED_GOODS, ReturnId(command.case_id))
    judged = {each.line for each in command.judged}
    keys = tuple(_where(line.stock, command.location) for line in order.value.lines if line.id in judged)
    stock = yield from get_many(STOCK, keys)
    return plan_take_return(command, TakeReturnNeeds(case=case, order=order, goods=goods, stock=stock))
