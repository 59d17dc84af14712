"""What orders and payments refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Money, Refused, Text
from ecomops.terms import Quantity


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


@define(kw_only=True, slots=False, eq=False)
class DiscountTooLarge(Refused):
    """The discounts of a line exceed what it costs."""

    code: ClassVar[str] = "order.discount_too_large"
    text: ClassVar[Text] = Text(
        "the discounts of line {line} ({discounts}) exceed its {gross}",
        "行 {line} 的折扣 {discounts} 超过其金额 {gross}",
    )

    line: str
    gross: Money
    discounts: Money


@define(kw_only=True, slots=False, eq=False)
class UnknownLine(Invalid):
    """A tender, a shipment or a return names a line that the order does not have."""

    code: ClassVar[str] = "order.unknown_line"
    text: ClassVar[Text] = Text("order {id} has no lines {lines}", "订单 {id} 没有行 {lines}")

    id: str
    lines: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class OverShipped(Refused):
    """More of a line is shipped than is still to go."""

    code: ClassVar[str] = "order.over_shipped"
    text: ClassVar[Text] = Text(
        "line {line}: {wanted} units to ship, {open} are still to go", "行 {line}：要发货 {wanted} 件，待发 {open} 件"
    )

    line: str
    wanted: Quantity
    open: Quantity


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
