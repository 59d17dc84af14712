"""What the catalogue, its categories, listings and prices refuse."""

from typing import ClassVar

from attrs import define
from pendulum import DateTime

from ecomops.kernel import Currency, Invalid, NotFound, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class ProductRetiredForGood(Refused):
    """A product that was taken off the catalogue is edited or listed."""

    code: ClassVar[str] = "product.retired_for_good"
    text: ClassVar[Text] = Text("product {sku} is retired", "商品 {sku} 已下架停售")

    sku: str


@define(kw_only=True, slots=False, eq=False)
class ProductNotActive(Refused):
    """A product that is not on sale is listed on a channel."""

    code: ClassVar[str] = "product.not_active"
    text: ClassVar[Text] = Text("product {sku} is not on sale", "商品 {sku} 未在售")

    sku: str


@define(kw_only=True, slots=False, eq=False)
class UnknownCategory(NotFound):
    """A category that the tree does not have."""

    code: ClassVar[str] = "category_tree.unknown"
    text: ClassVar[Text] = Text("{tree} has no category {category}", "{tree} 中没有类目 {category}")

    tree: str
    category: str


@define(kw_only=True, slots=False, eq=False)
class CategoryTaken(Refused):
    """A category is entered whose id names another one already."""

    code: ClassVar[str] = "category_tree.taken"
    text: ClassVar[Text] = Text("{tree} has another category {category}", "{tree} 中类目 {category} 已存在且内容不同")

    tree: str
    category: str


@define(kw_only=True, slots=False, eq=False)
class CategoryClosed(Refused):
    """A closed category is given children, a place or a name."""

    code: ClassVar[str] = "category_tree.closed"
    text: ClassVar[Text] = Text("category {category} of {tree} is closed", "{tree} 的类目 {category} 已关闭")

    tree: str
    category: str


@define(kw_only=True, slots=False, eq=False)
class CategoryCycle(Refused):
    """A category would stand below itself."""

    code: ClassVar[str] = "category_tree.cycle"
    text: ClassVar[Text] = Text(
        "in {tree}, {parent} stands under {category} itself", "{tree} 中 {parent} 本身位于 {category} 之下"
    )

    tree: str
    category: str
    parent: str


@define(kw_only=True, slots=False, eq=False)
class CategoryInUse(Refused):
    """A category is closed while open ones stand under it; each is listed."""

    code: ClassVar[str] = "category_tree.in_use"
    text: ClassVar[Text] = Text(
        "category {category} of {tree} has open categories under it: {children}",
        "{tree} 的类目 {category} 下仍有未关闭的子类目：{children}",
    )

    tree: str
    category: str
    children: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class BadTree(Invalid):
    """Categories that are no tree: each of those listed has no parent among them, or stands below itself."""

    code: ClassVar[str] = "category_tree.no_tree"
    text: ClassVar[Text] = Text(
        "these categories lead to no root: {categories}", "以下类目无法追溯到根类目：{categories}"
    )

    categories: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class BadSchedule(Invalid):
    """A listing is planned to begin and to end at one instant, or at one that has passed."""

    code: ClassVar[str] = "listing.bad_schedule"
    text: ClassVar[Text] = Text(
        "listing {id} can only be planned for different instants after {at}",
        "刊登 {id} 的计划时间必须晚于 {at} 且互不相同",
    )

    id: str
    at: DateTime


@define(kw_only=True, slots=False, eq=False)
class OtherTerms(Refused):
    """A price entry is named with other terms than it was entered with: they are those of another entry."""

    code: ClassVar[str] = "price.other_terms"
    text: ClassVar[Text] = Text("price entry {id} has other terms", "价格条目 {id} 的适用条件不同")

    id: str


@define(kw_only=True, slots=False, eq=False)
class OtherCurrency(Invalid):
    """A price is given to an entry of another currency."""

    code: ClassVar[str] = "price.other_currency"
    text: ClassVar[Text] = Text(
        "price entry {id} is in {expected}, not {found}", "价格条目 {id} 的币种为 {expected}，而不是 {found}"
    )

    id: str
    expected: Currency
    found: Currency
