"""Take goods back that a buyer sent, judge and mend them, and put back on the shelves what is fit to be sold."""

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import inventory
from ecomops.inventory import RETURNED_GOODS, STOCK, Finding, ReturnedGoods, ReturnId, returns
from ecomops.kernel import Actor, CommandId, Draft, Plan, Reading, Versioned, Work, Write, get, get_many, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.orders import AFTERSALE, ORDER, AfterSale, Order, aftersales
from ecomops.orders.aftersales import Kind, Status
from ecomops.terms import CaseId, Sku, StockUnits
from ecomops.workflows.binding import StockFound
from ecomops.workflows.shelving import restocked as restocked_at


@frozen(kw_only=True)
class TakeGoodsBack:
    """Take note of goods that a buyer sent back; nothing is on hand before somebody has looked at them.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        return_id: Names this arrival: by the id of its case.
        case: The after-sale case to which it belongs.
        units: What came, and at which location.
    """

    code: ClassVar[str] = "take_goods_back"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    return_id: ReturnId = field(validator=is_a(ReturnId))
    case: CaseId = field(validator=is_a(CaseId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


@frozen(kw_only=True)
class JudgeGoods:
    """Say what becomes of goods that came back; what is fit for sale is on hand at once.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        return_id: Which arrival.
        findings: Units by disposition; they add up to what arrived.
    """

    code: ClassVar[str] = "judge_goods"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    return_id: ReturnId = field(validator=is_a(ReturnId))
    findings: tuple[Finding, ...] = field(validator=tuple_of(Finding))


@frozen(kw_only=True)
class MendGoods:
    """Say that goods were repaired: they are on hand at once.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        return_id: Which arrival.
        units: What was repaired of it.
    """

    code: ClassVar[str] = "mend_goods"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    return_id: ReturnId = field(validator=is_a(ReturnId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


@frozen(kw_only=True)
class GoodsTakenBack:
    """The answer: what lies there and waits to be judged."""

    code: ClassVar[str] = "goods_taken_back"

    return_id: ReturnId = field(validator=is_a(ReturnId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


@frozen(kw_only=True)
class GoodsJudged:
    """The answer: what went back on the shelves."""

    code: ClassVar[str] = "goods_judged"

    return_id: ReturnId = field(validator=is_a(ReturnId))
    restocked: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))


@frozen(kw_only=True)
class CaseOfGoods:
    """The case of goods that came back, and its order."""

    case: Versioned[AfterSale] = field(validator=is_a(Versioned))
    order: Order = field(validator=is_a(Order))


@frozen(kw_only=True)
class TakeGoodsBackNeeds:
    """What the plan looks at: goods of that id (there should be none), and their case; None of which nobody knows."""

    goods: Versioned[ReturnedGoods] | None = field(default=None, validator=optional(is_a(Versioned)))
    case: CaseOfGoods | None = field(default=None, validator=optional(is_a(CaseOfGoods)))


@frozen(kw_only=True)
class JudgeGoodsNeeds:
    """What the plan looks at: the goods, the stock where they lie, by key, and their case; None of an unknown one."""

    goods: Versioned[ReturnedGoods] = field(validator=is_a(Versioned))
    stock: StockFound = field(validator=is_a(Mapping))
    case: CaseOfGoods | None = field(default=None, validator=optional(is_a(CaseOfGoods)))


def plan_take_goods_back(command: TakeGoodsBack, needs: TakeGoodsBackNeeds) -> Plan[GoodsTakenBack]:
    """Decide the arrival; nothing when the very same arrived under this id.

    Raises:
        NotOfCase: The id is not that of the case.
        NotAwaited: The case asks for less, or it is over; every excess is listed.
        ReturnExists: The id names another arrival.
        NothingArrived: There are no units.
    """
    if command.return_id != str(command.case):
        raise inventory.NotOfCase(id=command.return_id, case=command.case)
    found = needs.goods
    arrived = returns.arrive(command.return_id, case=command.case, units=command.units, at=command.at)
    goods = RETURNED_GOODS.replay(arrived)
    if found is not None and (found.value.case, found.value.units) != (goods.case, goods.units):
        raise inventory.ReturnExists(id=command.return_id)
    answer = GoodsTakenBack(return_id=goods.id, units=goods.units)
    if found is not None:
        return Plan(answer=answer)
    told = _awaited(goods, needs.case, at=command.at)
    return Plan(answer=answer, writes=(*RETURNED_GOODS.write(None, arrived), *told))


def _awaited(goods: ReturnedGoods, found: CaseOfGoods | None, *, at: DateTime) -> tuple[Write[AfterSale], ...]:
    """Return the write that tells the case of its *goods*: it waits no more, and does not end in the meantime.

    Raises:
        NotAwaited: The case asks for less, or it is over.
    """
    if found is None:  # the shop keeps its cases elsewhere
        return ()
    asked = _asked(found.case.value, found.order)
    came = Counter[Sku]()
    for each in goods.units:
        came[each.stock.sku] += each.quantity
    over = tuple(f"{came[sku] - asked[sku]} x {sku}" for sku in sorted(came) if came[sku] > asked[sku])
    if over:
        raise inventory.NotAwaited(case=goods.case, goods=over)
    return AFTERSALE.write(found.case, aftersales.arrive(found.case.value, at=at)) or AFTERSALE.check(found.case)


def _asked(case: AfterSale, order: Order) -> Counter[Sku]:
    """Return how many units of goods may come for *case*: what it asks for has left and is not back."""
    skus = {line.id: line.stock.sku for line in order.lines}
    asked = Counter[Sku]()
    if case.kind is Kind.RETURN and case.status not in {Status.REJECTED, Status.WITHDRAWN}:
        for each in case.units:
            if each.line in skus:
                asked[skus[each.line]] += each.quantity
    return asked


def plan_judge_goods(command: JudgeGoods, needs: JudgeGoodsNeeds) -> Plan[GoodsJudged]:
    """Decide what becomes of the goods: only what is fit to be sold moves the stock.

    Raises:
        Miscounted: The findings do not add up to what arrived; every stock that differs is listed.
        NotAwaited: The case is over, the goods are the buyer's again; or it asks for less; every excess is listed.
        IllegalMove: Something else was said before.
    """
    goods = RETURNED_GOODS.draft(needs.goods)
    events = returns.inspect(goods.value, findings=command.findings, at=command.at)
    goods.add(events)
    restocked = tuple(units for event in events for units in returns.fit_for_sale(event.findings))
    return _reshelved(command, goods, restocked, needs)


def plan_mend_goods(command: MendGoods, needs: JudgeGoodsNeeds) -> Plan[GoodsJudged]:
    """Decide what was repaired: the stock moves by it.

    Raises:
        NotInRepair: More was repaired than was to be; every excess is listed.
        NotAwaited: The case is over, the goods are the buyer's again; or it asks for less; every excess is listed.
        IllegalMove: Nobody has looked at the goods yet.
    """
    goods = RETURNED_GOODS.draft(needs.goods)
    events = returns.mend(goods.value, units=command.units, at=command.at)
    goods.add(events)
    return _reshelved(command, goods, tuple(units for event in events for units in event.units), needs)


def _reshelved(
    command: JudgeGoods | MendGoods,
    goods: Draft[ReturnedGoods, returns.Opening, returns.Later],
    restocked: tuple[StockUnits, ...],
    needs: JudgeGoodsNeeds,
) -> Plan[GoodsJudged]:
    moved = tuple(
        write
        for units in restocked
        for write in restocked_at(units, needs.stock.get(units.stock), case=goods.value.case, at=command.at)
    )
    answer = GoodsJudged(return_id=command.return_id, restocked=restocked)
    told = _awaited(goods.value, needs.case, at=command.at) if goods.writes() else ()
    return Plan(answer=answer, writes=(*goods.writes(), *moved, *told))


def take_goods_back(command: TakeGoodsBack) -> Work[GoodsTakenBack]:
    """Read whether the goods are there, and their case, and take note of them.

    Raises:
        Missing: The order of the case is not there.
    """
    found = yield from lookup(RETURNED_GOODS, command.return_id)
    case = yield from _case_of(command.case)
    return plan_take_goods_back(command, TakeGoodsBackNeeds(goods=found, case=case))


def _case_of(id: CaseId) -> Reading[CaseOfGoods | None]:
    case = yield from lookup(AFTERSALE, id)
    if case is None:
        return None
    order = yield from get(ORDER, case.value.order)
    return CaseOfGoods(case=case, order=order.value)


def judge_goods(command: JudgeGoods) -> Work[GoodsJudged]:
    """Read the goods and the stock where they lie, and judge them.

    Raises:
        Missing: There are no such goods.
    """
    goods = yield from get(RETURNED_GOODS, command.return_id)
    stock = yield from get_many(STOCK, (each.stock for each in goods.value.units))
    case = yield from _case_of(goods.value.case)
    return plan_judge_goods(command, JudgeGoodsNeeds(goods=goods, stock=stock, case=case))


def mend_goods(command: MendGoods) -> Work[GoodsJudged]:
    """Read the goods and the stock where they lie, and put back what was repaired.

    Raises:
        Missing: There are no such goods.
    """
    goods = yield from get(RETURNED_GOODS, command.return_id)
    stock = yield from get_many(STOCK, (each.stock for each in goods.value.units))
    case = yield from _case_of(goods.value.case)
    return plan_mend_goods(command, JudgeGoodsNeeds(goods=goods, stock=stock, case=case))
