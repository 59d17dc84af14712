"""Goods that buyers sent back: what arrived, and what becomes of it once somebody has looked at it.

Everything that affects them lives here. Goods that arrived lie apart until they are inspected; of those only what is
found fit to be sold, at once or after a repair, goes back on the shelves (`inventory.restock`); nothing else of it ever
moves what is on hand.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.inventory.errors import Miscount, Miscounted, NothingArrived, NotInRepair
from ecomops.kernel import ADOPTED, Id, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, tuple_of, whole
from ecomops.kernel.copies import changed
from ecomops.terms import CaseId, Quantity, StockKey, StockUnits, demand


class ReturnId(Id):
    """Names one arrival of goods that a buyer sent back: that of its case, but for goods that were taken over."""

    __slots__ = ()


class Status(StrEnum):
    """Whether somebody has looked at the goods."""

    ARRIVED = "arrived"
    INSPECTED = "inspected"


class Disposition(StrEnum):
    """What becomes of goods that came back."""

    RESTOCK = "restock"
    REPAIR = "repair"
    RETURN_TO_SUPPLIER = "return_to_supplier"
    SCRAP = "scrap"


@frozen(kw_only=True)
class Finding:
    """So many units of one stock were found fit for one disposition."""

    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    disposition: Disposition = field(validator=is_a(Disposition))


@frozen(kw_only=True)
class ReturnedGoods:
    """One arrival of goods that a buyer sent back.

    Args:
        id: Which arrival.
        case: The after-sale case to which it belongs.
        status: Whether somebody has looked at them.
        units: What arrived, and at which location; one entry per key, in their order.
        findings: What becomes of each unit; () before the inspection.
    """

    id: ReturnId = field(validator=is_a(ReturnId))
    case: CaseId = field(validator=is_a(CaseId))
    status: Status = field(validator=is_a(Status))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))


@frozen(kw_only=True)
class GoodsArrived:
    """Goods that a buyer sent back arrived."""

    code: ClassVar[str] = "returned_goods.arrived"

    id: ReturnId = field(validator=is_a(ReturnId))
    case: CaseId = field(validator=is_a(CaseId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GoodsAdopted:
    """Goods that a buyer sent back were taken over from another system, inspected or not."""

    code: ClassVar[str] = "returned_goods.adopted"

    id: ReturnId = field(validator=is_a(ReturnId))
    case: CaseId = field(validator=is_a(CaseId))
    status: Status = field(validator=is_a(Status))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GoodsInspected:
    """Somebody looked at the goods and said what becomes of each unit."""

    code: ClassVar[str] = "returned_goods.inspected"

    id: ReturnId = field(validator=is_a(ReturnId))
    findings: tuple[Finding, ...] = field(validator=tuple_of(Finding))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class GoodsMended:
    """Goods that were to be repaired are fit to be sold."""

    code: ClassVar[str] = "returned_goods.mended"

    id: ReturnId = field(validator=is_a(ReturnId))
    units: tuple[StockUnits, ...] = field(validator=tuple_of(StockUnits))
    at: DateTime = field(validator=an_instant)


Opening = GoodsArrived | GoodsAdopted
Later = GoodsInspected | GoodsMended
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "returned_goods",
    events=Event,
    table={
        None: {GoodsArrived: Status.ARRIVED, GoodsAdopted: ADOPTED},
        Status.ARRIVED: {GoodsInspected: Status.INSPECTED},
        Status.INSPECTED: {GoodsMended: Status.INSPECTED},
    },
    cyclic=True,  # a repair may take for ever
)


def arrive(id: ReturnId, *, case: CaseId, units: Iterable[StockUnits], at: DateTime) -> tuple[GoodsArrived]:
    """Take note of goods that came back; nothing is on hand yet.

    Args:
        id: Names this arrival.
        case: The after-sale case to which it belongs.
        units: What came, and where; equal keys are added up.
        at: When.

    Raises:
        NothingArrived: There are no units.
        Invalid: A field is malformed.
    """
    came = demand((each.stock, each.quantity) for each in units)
    if not came:
        raise NothingArrived(id=id)
    return (GoodsArrived(id=id, case=case, units=came, at=at),)


def inspect(goods: ReturnedGoods, *, findings: Iterable[Finding], at: DateTime) -> tuple[GoodsInspected, ...]:
    """Say what becomes of every unit that arrived; () when the same was said before.

    Args:
        goods: What arrived.
        findings: Units by disposition; they add up to what arrived, for each stock. Equal ones are merged.
        at: When.

    Raises:
        Miscounted: They do not add up; every stock that differs is listed.
        IllegalMove: Something else was said before.

    Example:
        >>> import pendulum
        >>> noon, tea = pendulum.datetime(2026, 6, 18, 12), StockKey("tea@hz")
        >>> goods = RETURNED_GOODS.replay(
        ...     arrive(ReturnId("b-1"), case=CaseId("r-1"), units=[StockUnits(stock=tea, quantity=3)], at=noon)
        ... )
        >>> fit = Finding(stock=tea, quantity=2, disposition=Disposition.RESTOCK)
        >>> broken = Finding(stock=tea, quantity=1, disposition=Disposition.SCRAP)
        >>> (inspected,) = inspect(goods, findings=[fit, broken], at=noon)
        >>> [str(each) for each in fit_for_sale(inspected.findings)]
        ['2 x tea@hz']
    """
    found = _merged(findings)
    if goods.status is Status.INSPECTED and found == goods.findings:
        return ()
    LIFECYCLE.require(goods.status, GoodsInspected, id=goods.id)
    _require_counted(goods, found)
    return (GoodsInspected(id=goods.id, findings=found, at=at),)


def _merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    counts: dict[tuple[StockKey, Disposition], Quantity] = {}
    for each in findings:
        key = (each.stock, each.disposition)
        counts[key] = counts.get(key, 0) + each.quantity
    return tuple(
        Finding(stock=stock, quantity=counts[stock, disposition], disposition=disposition)
        for stock, disposition in sorted(counts)
    )


def _require_counted(goods: ReturnedGoods, findings: tuple[Finding, ...]) -> None:
    arrived = {each.stock: each.quantity for each in goods.units}
    found = {each.stock: each.quantity for each in demand((each.stock, each.quantity) for each in findings)}
    odd = tuple(
        Miscount(stock=stock, arrived=arrived.get(stock, 0), found=found.get(stock, 0))
        for stock in sorted(arrived | found)
        if arrived.get(stock, 0) != found.get(stock, 0)
    )
    if odd:
        raise Miscounted(id=goods.id, stock=odd)


def mend(goods: ReturnedGoods, *, units: Iterable[StockUnits], at: DateTime) -> tuple[GoodsMended, ...]:
    """Say that goods were repaired and can be sold: units to `inventory.restock`; () for none.

    Raises:
        NotInRepair: More was repaired than was to be; each excess is listed.
        IllegalMove: Nobody has looked at the goods yet.
    """
    mended = demand((each.stock, each.quantity) for each in units)
    LIFECYCLE.require(goods.status, GoodsMended, id=goods.id)
    to_mend = {each.stock: each.quantity for each in goods.findings if each.disposition is Disposition.REPAIR}
    over = tuple(each for each in mended if each.quantity > to_mend.get(each.stock, 0))
    if over:
        raise NotInRepair(id=goods.id, units=over)
    return (GoodsMended(id=goods.id, units=mended, at=at),) if mended else ()


def fit_for_sale(findings: Iterable[Finding]) -> tuple[StockUnits, ...]:
    """Return what goes back on the shelves, per stock: the units to `inventory.restock`."""
    return demand((each.stock, each.quantity) for each in findings if each.disposition is Disposition.RESTOCK)


def begin(event: Opening) -> ReturnedGoods:
    """Return the goods that *event* tells of."""
    findings = event.findings if isinstance(event, GoodsAdopted) else ()
    return ReturnedGoods(
        id=event.id, case=event.case, status=LIFECYCLE.opened(event), units=event.units, findings=findings
    )


def evolve(goods: ReturnedGoods, event: Later) -> ReturnedGoods:
    """Return the goods as they stand after *event*."""
    status = LIFECYCLE.after(goods.status, type(event))
    match event:
        case GoodsInspected(findings=findings):
            return changed(goods, status=status, findings=findings)
        case GoodsMended(units=units):
            return changed(goods, status=status, findings=_mended(goods.findings, units))
        case _:
            assert_never(event)


def _mended(findings: tuple[Finding, ...], units: tuple[StockUnits, ...]) -> tuple[Finding, ...]:
    """Return *findings* with *units* no longer in repair but fit to be sold."""
    gone = {each.stock: each.quantity for each in units}
    left = tuple(
        Finding(stock=each.stock, quantity=each.quantity - gone.get(each.stock, 0), disposition=Disposition.REPAIR)
        for each in findings
        if each.disposition is Disposition.REPAIR and each.quantity > gone.get(each.stock, 0)
    )
    fit = (Finding(stock=each.stock, quantity=each.quantity, disposition=Disposition.RESTOCK) for each in units)
    other = (each for each in findings if each.disposition is not Disposition.REPAIR)
    return _merged((*other, *left, *fit))


RETURNED_GOODS: Noun[ReturnedGoods, Opening, Later] = Noun(
    kind="returned_goods",
    model=ReturnedGoods,
    events=Event,
    opens=(GoodsArrived, GoodsAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda goods: goods.id,
    keys={
        "status": lambda goods: goods.status,
        "case": lambda goods: goods.case,
        "stock": lambda goods: tuple(each.stock for each in goods.units),
    },
)
