"""What customers, their personal data and their points refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Money, Refused, Text
from ecomops.terms import Quantity


@define(kw_only=True, slots=False, eq=False)
class CustomerErased(Refused):
    """A customer whose data were erased does not come back under the old id: the past would have a name again."""

    code: ClassVar[str] = "customer.erased"
    text: ClassVar[Text] = Text("the data of customer {id} were erased", "客户 {id} 的数据已删除")

    id: str


@define(kw_only=True, slots=False, eq=False)
class EraseInstead(Refused):
    """A customer is only noted as erased by the use case that erases the data."""

    code: ClassVar[str] = "customer.erase_instead"
    text: ClassVar[Text] = Text(
        "customer {id} is not deactivated as erased: erase the data", "客户 {id} 应通过删除数据注销，不能仅标记"
    )

    id: str


@define(kw_only=True, slots=False, eq=False)
class MergedIntoItself(Refused):
    """A customer cannot be merged into the same customer."""

    code: ClassVar[str] = "customer.merged_into_itself"
    text: ClassVar[Text] = Text("customer {id} cannot be merged into itself", "客户 {id} 不能并入自身")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NotAMember(Refused):
    """Only a registered customer earns and spends points."""

    code: ClassVar[str] = "customer.not_a_member"
    text: ClassVar[Text] = Text("customer {id} is {status}, not registered", "客户 {id} 处于 {status} 状态，尚未注册")

    id: str
    status: str


@define(kw_only=True, slots=False, eq=False)
class BadFieldName(Invalid):
    """A personal field is named by something else than small letters: a value may have slipped into its name."""

    code: ClassVar[str] = "personal.bad_field_name"
    text: ClassVar[Text] = Text(
        "a personal field has a name of 1 to {longest} small letters and underscores",
        "个人信息字段名应为 1 到 {longest} 个小写字母或下划线",
    )

    longest: int


@define(kw_only=True, slots=False, eq=False)
class BadPersonalValue(Invalid):
    """A personal value is empty, too long, or holds characters that cannot be stored; it is not repeated here."""

    code: ClassVar[str] = "personal.bad_value"
    text: ClassVar[Text] = Text(
        "{field} must be 1 to {longest} characters that can be stored", "{field} 应为 1 到 {longest} 个可存储字符"
    )

    field: str
    longest: int


@define(kw_only=True, slots=False, eq=False)
class PersonalEmpty(Refused):
    """A row of personal values without a value."""

    code: ClassVar[str] = "personal.empty"
    text: ClassVar[Text] = Text("personal data {id} hold no value", "个人信息 {id} 没有任何内容")

    id: str


@define(kw_only=True, slots=False, eq=False)
class PersonalGone(Refused):
    """The row was erased: its id names nobody any more and is not used again."""

    code: ClassVar[str] = "personal.gone"
    text: ClassVar[Text] = Text("personal data {id} were erased", "个人信息 {id} 已删除")

    id: str


@define(kw_only=True, slots=False, eq=False)
class PersonalOfAnother(Refused):
    """The row belongs to another customer, or is held for another purpose."""

    code: ClassVar[str] = "personal.of_another"
    text: ClassVar[Text] = Text(
        "personal data {id} are held of another customer or for another purpose", "个人信息 {id} 属于其他客户或其他用途"
    )

    id: str


@define(kw_only=True, slots=False, eq=False)
class PointsShort(Refused):
    """More points are spent than are available."""

    code: ClassVar[str] = "points.short"
    text: ClassVar[Text] = Text(
        "{wanted} points are wanted, {id} has {available}", "需要 {wanted} 积分，{id} 仅有 {available}"
    )

    id: str
    wanted: Quantity
    available: Quantity


@define(kw_only=True, slots=False, eq=False)
class AwardOfAnother(Refused):
    """The points of an order belong to one customer and one amount: another award of it is a mistake."""

    code: ClassVar[str] = "points_award.of_another"
    text: ClassVar[Text] = Text(
        "order {id} has earned points already, for another customer or amount", "订单 {id} 已为其他客户或金额累计积分"
    )

    id: str


@define(kw_only=True, slots=False, eq=False)
class OverRefunded(Refused):
    """More is taken back of an order than earned points."""

    code: ClassVar[str] = "points_award.over_refunded"
    text: ClassVar[Text] = Text(
        "{wanted} of order {id} are refunded, {left} of it still earn points",
        "订单 {id} 退款 {wanted}，仍计积分的金额为 {left}",
    )

    id: str
    wanted: Money
    left: Money


@define(kw_only=True, slots=False, eq=False)
class SpendingExists(Refused):
    """Points were spent on this order by another command."""

    code: ClassVar[str] = "points_spending.exists"
    text: ClassVar[Text] = Text("points were spent on order {id} already", "订单 {id} 已使用过积分")

    id: str


@define(kw_only=True, slots=False, eq=False)
class OverReturned(Refused):
    """More points are given back than were spent on the order and not yet given back."""

    code: ClassVar[str] = "points_spending.over_returned"
    text: ClassVar[Text] = Text(
        "{wanted} points of order {id} cannot come back, {left} can", "订单 {id} 无法退回 {wanted} 积分，可退 {left}"
    )

    id: str
    wanted: Quantity
    left: Quantity
