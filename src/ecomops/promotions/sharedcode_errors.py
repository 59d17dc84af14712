"""What shared codes refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class CodeExists(Refused):
    """There is a shared code of that text already."""

    code: ClassVar[str] = "shared_code.exists"
    text: ClassVar[Text] = Text("code {id} exists already", "优惠码 {id} 已存在")

    id: str


@define(kw_only=True, slots=False, eq=False)
class CodeStopped(Refused):
    """A shared code is frozen or taken out, and with it all under it."""

    code: ClassVar[str] = "shared_code.stopped"
    text: ClassVar[Text] = Text(
        "code {id} is {status}: nothing under it can be used", "优惠码 {id} 的状态为 {status}，其下各码均不可用"
    )

    id: str
    status: str


@define(kw_only=True, slots=False, eq=False)
class CodeNotValid(Refused):
    """A shared code is used before it is valid, or after."""

    code: ClassVar[str] = "shared_code.not_valid"
    text: ClassVar[Text] = Text(
        "code {id} is valid from {start} until {end}", "优惠码 {id} 的有效期为 {start} 至 {end}"
    )

    id: str
    start: str
    end: str


@define(kw_only=True, slots=False, eq=False)
class ParentIsChild(Refused):
    """A code is to stand under one that stands under another itself."""

    code: ClassVar[str] = "shared_code.parent_is_child"
    text: ClassVar[Text] = Text(
        "code {id} stands under {parent}: nothing can stand under it", "优惠码 {id} 是 {parent} 的子码，不能再有子码"
    )

    id: str
    parent: str


@define(kw_only=True, slots=False, eq=False)
class OtherPromotion(Refused):
    """A child is to open another promotion than its parent."""

    code: ClassVar[str] = "shared_code.other_promotion"
    text: ClassVar[Text] = Text(
        "{id} is to open {promotion}, but {parent} above it opens {opened}",
        "{id} 拟对应促销 {promotion}，而其母码 {parent} 对应 {opened}",
    )

    id: str
    promotion: str
    parent: str
    opened: str


@define(kw_only=True, slots=False, eq=False)
class CodeOutlives(Refused):
    """A child is to be valid when its parent is not."""

    code: ClassVar[str] = "shared_code.outlives"
    text: ClassVar[Text] = Text(
        "{id} is to be valid when {parent} above it is not: that is valid from {start} until {end}",
        "{id} 的有效期超出其母码 {parent} 的有效期（{start} 至 {end}）",
    )

    id: str
    parent: str
    start: str
    end: str


@define(kw_only=True, slots=False, eq=False)
class WithoutParent(Invalid):
    """What stands under no code states neither what it opens nor when, or only one of them."""

    code: ClassVar[str] = "shared_code.no_parent"
    text: ClassVar[Text] = Text(
        "{id} stands under no code: it states its promotion and its validity itself",
        "{id} 没有母码：须自行指明促销与有效期",
    )

    id: str


@define(kw_only=True, slots=False, eq=False)
class ParentUnclaimed(Refused):
    """An order claims what stands under a shared code without counting its use there; every such code is listed."""

    code: ClassVar[str] = "shared_code.unclaimed"
    text: ClassVar[Text] = Text(
        "order {id} claims what stands under {parents}, and does not count it there",
        "订单 {id} 使用了 {parents} 的子码，却未计入其母码",
    )

    id: str
    parents: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class SalesUntold(Refused):
    """The sales of orders that used a code are not told; every such order is listed."""

    code: ClassVar[str] = "shared_code.sales_untold"
    text: ClassVar[Text] = Text("what these orders sold is not told: {orders}", "未提供以下订单的销售额：{orders}")

    orders: tuple[str, ...]
