"""What stock and reservations refuse."""

from typing import ClassVar

from attrs import define, field, frozen

from ecomops.kernel import Invalid, Refused, Text
from ecomops.kernel.checks import is_a, whole
from ecomops.terms import Quantity, StockKey, StockUnits


@frozen(kw_only=True)
class Shortage:
    """So many units were wanted of one stock, and so many could be had."""

    stock: StockKey = field(validator=is_a(StockKey))
    wanted: Quantity = field(validator=whole(0))
    available: Quantity = field(validator=whole(0))

    def __str__(self) -> str:
        return f"{self.stock} ({self.wanted} > {self.available})"


@define(kw_only=True, slots=False, eq=False)
class StockShort(Refused):
    """More is wanted than is available, backorders included; every shortage is listed."""

    code: ClassVar[str] = "stock.short"
    text: ClassVar[Text] = Text("not enough stock: {shortages}", "库存不足：{shortages}")

    shortages: tuple[Shortage, ...]


@define(kw_only=True, slots=False, eq=False)
class OverRelease(Refused):
    """More is freed than is reserved or allocated."""

    code: ClassVar[str] = "stock.over_release"
    text: ClassVar[Text] = Text(
        "{stock}: {wanted} units to free, only {bound} are bound", "{stock}：要释放 {wanted} 件，仅占用 {bound} 件"
    )

    stock: StockKey
    wanted: Quantity
    bound: Quantity


@define(kw_only=True, slots=False, eq=False)
class OverAllocate(Refused):
    """More is allocated than is reserved, or than lies unallocated on hand."""

    code: ClassVar[str] = "stock.over_allocate"
    text: ClassVar[Text] = Text(
        "{stock}: {wanted} units to allocate, {reserved} are reserved and {free} lie free on hand",
        "{stock}：要分配 {wanted} 件，已预留 {reserved} 件，在库未分配 {free} 件",
    )

    stock: StockKey
    wanted: Quantity
    reserved: Quantity
    free: Quantity


@frozen(kw_only=True)
class Unshippable:
    """So many units of one stock were to leave, and so many are allocated and on hand."""

    stock: StockKey = field(validator=is_a(StockKey))
    wanted: Quantity = field(validator=whole(0))
    allocated: Quantity = field(validator=whole(0))
    on_hand: Quantity = field(validator=whole(0))

    def __str__(self) -> str:
        return f"{self.stock} ({self.wanted} > {min(self.allocated, self.on_hand)})"


@define(kw_only=True, slots=False, eq=False)
class OverShip(Refused):
    """More is shipped than is allocated and on hand; every stock is listed."""

    code: ClassVar[str] = "stock.over_ship"
    text: ClassVar[Text] = Text(
        "more to ship than is allocated and on hand: {goods}", "发货件数超过已分配且在库的件数：{goods}"
    )

    goods: tuple[Unshippable, ...]


@define(kw_only=True, slots=False, eq=False)
class BelowZero(Refused):
    """A loss is larger than what is on hand."""

    code: ClassVar[str] = "stock.below_zero"
    text: ClassVar[Text] = Text(
        "{stock}: cannot adjust by {quantity}, {on_hand} are on hand", "{stock}：在库 {on_hand} 件，不能调整 {quantity}"
    )

    stock: StockKey
    quantity: int
    on_hand: Quantity


@define(kw_only=True, slots=False, eq=False)
class NothingReserved(Invalid):
    """A reservation claims nothing."""

    code: ClassVar[str] = "reservation.empty"
    text: ClassVar[Text] = Text("reservation {id} claims nothing", "预留单 {id} 没有内容")

    id: str


@define(kw_only=True, slots=False, eq=False)
class ReservationExists(Refused):
    """There is a claim of this id already: another one under it could never be saved."""

    code: ClassVar[str] = "reservation.exists"
    text: ClassVar[Text] = Text("there is a reservation {id} already", "预留 {id} 已存在")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NotHeld(Refused):
    """A step takes more out of a reservation than it has; every excess is listed."""

    code: ClassVar[str] = "reservation.not_held"
    text: ClassVar[Text] = Text("reservation {id} does not hold {units}", "预留单 {id} 未占用 {units}")

    id: str
    units: tuple[StockUnits, ...]


@define(kw_only=True, slots=False, eq=False)
class NothingArrived(Invalid):
    """Goods came back, and there are none."""

    code: ClassVar[str] = "returned_goods.empty"
    text: ClassVar[Text] = Text("nothing arrived under {id}", "退回批次 {id} 没有内容")

    id: str


@frozen(kw_only=True)
class Miscount:
    """So many units of one stock arrived, and something was said of another number."""

    stock: StockKey = field(validator=is_a(StockKey))
    arrived: Quantity = field(validator=whole(0))
    found: Quantity = field(validator=whole(0))

    def __str__(self) -> str:
        return f"{self.stock} ({self.found} / {self.arrived})"


@define(kw_only=True, slots=False, eq=False)
class Miscounted(Refused):
    """An inspection does not speak of exactly the units that arrived; every stock that differs is listed."""

    code: ClassVar[str] = "returned_goods.miscounted"
    text: ClassVar[Text] = Text(
        "the inspection of {id} does not match what arrived: {stock}", "退回批次 {id} 的验收数量与到货不符：{stock}"
    )

    id: str
    stock: tuple[Miscount, ...]


@define(kw_only=True, slots=False, eq=False)
class NotInRepair(Refused):
    """More is said to be repaired than was to be; every excess is listed."""

    code: ClassVar[str] = "returned_goods.not_in_repair"
    text: ClassVar[Text] = Text("{units} of {id} were not to be repaired", "退回批次 {id} 中 {units} 不在维修中")

    id: str
    units: tuple[StockUnits, ...]


@define(kw_only=True, slots=False, eq=False)
class NotOfCase(Invalid):
    """Goods of a case arrive under another id than that of the case: they could be counted twice."""

    code: ClassVar[str] = "returned_goods.not_of_case"
    text: ClassVar[Text] = Text(
        "goods of case {case} stand under its own id, not under {id}", "售后单 {case} 的退货须以该单号登记，而非 {id}"
    )

    id: str
    case: str


@define(kw_only=True, slots=False, eq=False)
class NotAwaited(Refused):
    """More goods came back than their case waits for, or it is over; every excess is listed."""

    code: ClassVar[str] = "returned_goods.not_awaited"
    text: ClassVar[Text] = Text("case {case} does not wait for {goods}", "售后单 {case} 无需退回 {goods}")

    case: str
    goods: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class ReturnExists(Refused):
    """Goods arrive under an id that names another arrival."""

    code: ClassVar[str] = "returned_goods.exists"
    text: ClassVar[Text] = Text("{id} names other goods that came back", "退回批次 {id} 已存在且内容不同")

    id: str


@define(kw_only=True, slots=False, eq=False)
class TransferExists(Refused):
    """A transfer is asked for under an id that names another one."""

    code: ClassVar[str] = "transfer.exists"
    text: ClassVar[Text] = Text("transfer {id} exists with another content", "调拨单 {id} 已存在且内容不同")

    id: str


@define(kw_only=True, slots=False, eq=False)
class SameLocation(Invalid):
    """A transfer would end where it begins."""

    code: ClassVar[str] = "transfer.same_location"
    text: ClassVar[Text] = Text(
        "transfer {id} would end where it begins: {location}", "调拨单 {id} 的起止仓库相同：{location}"
    )

    id: str
    location: str


@define(kw_only=True, slots=False, eq=False)
class EmptyTransfer(Invalid):
    """A transfer moves nothing."""

    code: ClassVar[str] = "transfer.empty"
    text: ClassVar[Text] = Text("transfer {id} moves nothing", "调拨单 {id} 没有内容")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NotRequested(Refused):
    """Goods move that a transfer does not hold, or more than were asked for; each is listed."""

    code: ClassVar[str] = "transfer.not_requested"
    text: ClassVar[Text] = Text("transfer {id} does not ask for {goods}", "调拨单 {id} 未申请 {goods}")

    id: str
    goods: tuple[str, ...]
