"""What orders and payments refuse."""

from typing import ClassVar

from attrs import define, field, frozen
from pendulum import DateTime

from ecomops.kernel import Invalid, Money, Refused, Text
from ecomops.kernel.checks import is_a, whole
from ecomops.terms import LineId, Quantity


@define(kw_only=True, slots=False, eq=False)
class OrderEmpty(Refused):
    """An order without lines, services and tenders."""

    code: ClassVar[str] = "order.empty"
    text: ClassVar[Text] = Text("order {id} has no lines and no money", "订单 {id} 没有任何商品或金额")

    id: str


@define(kw_only=True, slots=False, eq=False)
class OrderExists(Refused):
    """Another command has placed an order under this id."""

    code: ClassVar[str] = "order.exists"
    text: ClassVar[Text] = Text("there is an order {id} already", "订单 {id} 已存在")

    id: str


@frozen(kw_only=True)
class Overdiscount:
    """The discounts of a line or service, and what it costs."""

    line: LineId = field(validator=is_a(LineId))
    gross: Money = field(validator=is_a(Money))
    discounts: Money = field(validator=is_a(Money))

    def __str__(self) -> str:
        return f"{self.line} ({self.discounts} > {self.gross})"


@define(kw_only=True, slots=False, eq=False)
class DiscountTooLarge(Refused):
    """The discounts of some lines exceed what they cost; every one is listed."""

    code: ClassVar[str] = "order.discount_too_large"
    text: ClassVar[Text] = Text("the discounts of lines exceed what they cost: {lines}", "行的折扣超过其金额：{lines}")

    lines: tuple[Overdiscount, ...]


@define(kw_only=True, slots=False, eq=False)
class UnknownLine(Invalid):
    """A tender, a shipment or a return names a line that the order does not have."""

    code: ClassVar[str] = "order.unknown_line"
    text: ClassVar[Text] = Text("order {id} has no lines {lines}", "订单 {id} 没有行 {lines}")

    id: str
    lines: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class BadCounters(Invalid):
    """The counters of a line cannot be: more arrived, came back or was given up than there ever was."""

    code: ClassVar[str] = "order.bad_counters"
    text: ClassVar[Text] = Text("the counters of line {line} cannot be", "行 {line} 的各项件数自相矛盾")

    line: str


@define(kw_only=True, slots=False, eq=False)
class WrongWay(Invalid):
    """A rung of a line is above the one before it, or a tax is below."""

    code: ClassVar[str] = "order.wrong_way"
    text: ClassVar[Text] = Text(
        "a {kind} cannot lead from {before} to {after}", "{kind} 不能使金额从 {before} 变为 {after}"
    )

    kind: str
    before: Money
    after: Money


@frozen(kw_only=True)
class Excess:
    """So many units of a line were wanted, and so many can be had."""

    line: LineId = field(validator=is_a(LineId))
    wanted: Quantity = field(validator=whole(0))
    open: Quantity = field(validator=whole(0))

    def __str__(self) -> str:
        return f"{self.line} ({self.wanted} > {self.open})"


@define(kw_only=True, slots=False, eq=False)
class OverShipped(Refused):
    """More of some lines is shipped than is still to go; every one is listed."""

    code: ClassVar[str] = "order.over_shipped"
    text: ClassVar[Text] = Text("more to ship than is still to go: {lines}", "发货件数超过待发件数：{lines}")

    lines: tuple[Excess, ...]


@define(kw_only=True, slots=False, eq=False)
class OverCancelled(Refused):
    """More of some lines is called off than has not left yet; every one is listed."""

    code: ClassVar[str] = "order.over_cancelled"
    text: ClassVar[Text] = Text("more to cancel than has not left yet: {lines}", "取消件数超过未发件数：{lines}")

    lines: tuple[Excess, ...]


@define(kw_only=True, slots=False, eq=False)
class OverDelivered(Refused):
    """More of some lines arrives or is lost than is on its way; every one is listed."""

    code: ClassVar[str] = "order.over_delivered"
    text: ClassVar[Text] = Text("more than is on its way: {lines}", "件数超过在途件数：{lines}")

    lines: tuple[Excess, ...]


@define(kw_only=True, slots=False, eq=False)
class NotReturnable(Refused):
    """More of some lines is asked back than may be; every one is listed, with how many may."""

    code: ClassVar[str] = "order.not_returnable"
    text: ClassVar[Text] = Text("not all of it can be returned: {lines}", "部分商品不能退回：{lines}")

    lines: tuple[Excess, ...]


@define(kw_only=True, slots=False, eq=False)
class ReturnTooLate(Refused):
    """Some lines could be asked back, had their return windows not ended; every one is listed."""

    code: ClassVar[str] = "order.return_too_late"
    text: ClassVar[Text] = Text("the return window has ended: {lines}", "已超过退货期限：{lines}")

    lines: tuple[Excess, ...]


@define(kw_only=True, slots=False, eq=False)
class NotRequested(Refused):
    """More of some lines comes back, is refunded or dropped than a case asked for; every one is listed."""

    code: ClassVar[str] = "order.not_requested"
    text: ClassVar[Text] = Text("more than was asked for: {lines}", "件数超过申请件数：{lines}")

    lines: tuple[Excess, ...]


@define(kw_only=True, slots=False, eq=False)
class NothingNamed(Invalid):
    """No units were named where some must be."""

    code: ClassVar[str] = "order.nothing_named"
    text: ClassVar[Text] = Text("no units of order {id} are named", "未指明订单 {id} 的任何商品")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NothingToShip(Refused):
    """Everything has been shipped, or there are no goods."""

    code: ClassVar[str] = "order.nothing_to_ship"
    text: ClassVar[Text] = Text("order {id} has nothing left to ship", "订单 {id} 没有待发商品")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NotShipped(Refused):
    """Receipt is confirmed before anything was shipped."""

    code: ClassVar[str] = "order.not_shipped"
    text: ClassVar[Text] = Text("nothing of order {id} has been shipped", "订单 {id} 尚未发货")

    id: str


@define(kw_only=True, slots=False, eq=False)
class AlreadyShipped(Refused):
    """An order of which goods have left cannot be cancelled: they come back as a return."""

    code: ClassVar[str] = "order.already_shipped"
    text: ClassVar[Text] = Text("goods of order {id} have left", "订单 {id} 的商品已发出")

    id: str


@define(kw_only=True, slots=False, eq=False)
class WrongOrder(Invalid):
    """An order and a payment that do not belong together."""

    code: ClassVar[str] = "payment.wrong_order"
    text: ClassVar[Text] = Text("payment {payment} is not of order {order}", "支付 {payment} 不属于订单 {order}")

    payment: str
    order: str


@define(kw_only=True, slots=False, eq=False)
class UnknownTaxClass(Invalid):
    """A class of tax is not in the table."""

    code: ClassVar[str] = "tax.unknown_class"
    text: ClassVar[Text] = Text("there is no tax class {tax}", "没有税类 {tax}")

    tax: str


@define(kw_only=True, slots=False, eq=False)
class NoTaxRate(Refused):
    """A class of tax has no rate yet."""

    code: ClassVar[str] = "tax.no_rate"
    text: ClassVar[Text] = Text("tax class {tax} has no rate at {at}", "税类 {tax} 在 {at} 尚无税率")

    tax: str
    at: DateTime


@define(kw_only=True, slots=False, eq=False)
class CaseExists(Refused):
    """Another command has opened a case under this id."""

    code: ClassVar[str] = "aftersale.exists"
    text: ClassVar[Text] = Text("there is a case {id} already", "售后单 {id} 已存在")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NoGoodsAsked(Refused):
    """Goods come for a case that asks for money alone."""

    code: ClassVar[str] = "aftersale.no_goods_asked"
    text: ClassVar[Text] = Text("case {id} asks for no goods", "售后单 {id} 无需退货")

    id: str


@define(kw_only=True, slots=False, eq=False)
class GoodsNotCome(Refused):
    """A return is refunded before its goods have come."""

    code: ClassVar[str] = "aftersale.goods_not_come"
    text: ClassVar[Text] = Text("the goods of case {id} have not come", "售后单 {id} 的退货尚未收到")

    id: str


@define(kw_only=True, slots=False, eq=False)
class Restocked(Refused):
    """A case is rejected whose goods are on the shelves again: they cannot go to the buyer any more."""

    code: ClassVar[str] = "aftersale.restocked"
    text: ClassVar[Text] = Text("the goods of case {id} are on the shelves again", "售后单 {id} 的退货已重新上架")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NoParcel(Invalid):
    """A carrier's number is given for goods that leave in no parcel: nothing could keep it."""

    code: ClassVar[str] = "shipment.no_parcel"
    text: ClassVar[Text] = Text(
        "the goods of order {id} leave in no parcel that could have a number", "订单 {id} 未指定包裹，无法记录运单号"
    )

    id: str


@define(kw_only=True, slots=False, eq=False)
class NotOnItsWay(Refused):
    """A parcel moves that its order does not have on its way, though it never arrived: the adopted order lacks it."""

    code: ClassVar[str] = "order.parcel_unknown"
    text: ClassVar[Text] = Text("order {id} has no parcel {shipment} on its way", "订单 {id} 没有在途包裹 {shipment}")

    id: str
    shipment: str


@define(kw_only=True, slots=False, eq=False)
class ShipmentExists(Refused):
    """Another command has sent a parcel under this id."""

    code: ClassVar[str] = "shipment.exists"
    text: ClassVar[Text] = Text("there is a shipment {id} already", "包裹 {id} 已存在")

    id: str


@define(kw_only=True, slots=False, eq=False)
class ReferenceUsed(Refused):
    """A refund of this reference was told of before: another one would be taken for it."""

    code: ClassVar[str] = "payment.reference_used"
    text: ClassVar[Text] = Text(
        "payment {payment} has a refund {reference} already", "支付 {payment} 已有退款 {reference}"
    )

    payment: str
    reference: str


@define(kw_only=True, slots=False, eq=False)
class NotPaid(Refused):
    """What is handed over at a counter is not paid."""

    code: ClassVar[str] = "order.not_paid"
    text: ClassVar[Text] = Text("order {id}: {due} is due, {paid} was paid", "订单 {id}：应付 {due}，已付 {paid}")

    id: str
    due: Money
    paid: Money
