"""What bargains refuse, each with its numbers."""

from typing import ClassVar

from attrs import define
from pendulum import DateTime

from ecomops.kernel import Invalid, Money, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class BargainExists(Refused):
    """A bargain of that id has been started already."""

    code: ClassVar[str] = "bargain.exists"
    text: ClassVar[Text] = Text("bargain {id} has been started already", "砍价 {id} 已发起")

    id: str


@define(kw_only=True, slots=False, eq=False)
class BadBargainTerms(Invalid):
    """The helpers cannot bring the price to the floor exactly: the least cuts exceed the way, or the most fail."""

    code: ClassVar[str] = "bargain.bad_terms"
    text: ClassVar[Text] = Text(
        "{helpers} helpers who cut {least} to {most} cannot cut exactly {total}",
        "{helpers} 位帮砍者每人砍 {least} 至 {most}，无法恰好砍去 {total}",
    )

    helpers: int
    least: int
    most: int
    total: int


@define(kw_only=True, slots=False, eq=False)
class BadBargainCuts(Invalid):
    """A bargain is taken over with cuts, a status or an order that cannot be."""

    code: ClassVar[str] = "bargain.bad_cuts"
    text: ClassVar[Text] = Text(
        "bargain {id} is {status}: {remaining} remain for {helpers_left} helpers, order {order}",
        "砍价 {id} 的状态为 {status}：剩余 {remaining}，还需 {helpers_left} 人，订单 {order}",
    )

    id: str
    status: str
    remaining: int
    helpers_left: int
    order: str


@define(kw_only=True, slots=False, eq=False)
class BadBargainDraw(Invalid):
    """A source of randomness drew outside the numbers that it was asked for."""

    code: ClassVar[str] = "bargain.bad_draw"
    text: ClassVar[Text] = Text("{drawn} was drawn of {below} numbers from 0", "从 0 起的 {below} 个数中抽到 {drawn}")

    drawn: int
    below: int


@define(kw_only=True, slots=False, eq=False)
class BargainCutOutside(Invalid):
    """A cut lies outside what may be cut now."""

    code: ClassVar[str] = "bargain.cut_outside"
    text: ClassVar[Text] = Text(
        "bargain {id}: a cut of {amount} is not within {least} to {most}",
        "砍价 {id}：砍 {amount} 不在 {least} 至 {most} 之内",
    )

    id: str
    amount: Money
    least: Money
    most: Money


@define(kw_only=True, slots=False, eq=False)
class BargainHelpedAlready(Refused):
    """Somebody has helped in the bargain before: a person helps once."""

    code: ClassVar[str] = "bargain.helped_already"
    text: ClassVar[Text] = Text(
        "this customer has cut {amount} of bargain {id} already", "该顾客已帮砍价 {id} 砍去 {amount}"
    )

    id: str
    amount: Money


@define(kw_only=True, slots=False, eq=False)
class BargainOwnHelp(Refused):
    """The buyer helps in the own bargain."""

    code: ClassVar[str] = "bargain.own_help"
    text: ClassVar[Text] = Text("the buyer of bargain {id} cannot help in it", "砍价 {id} 的发起人不能为自己砍价")

    id: str


@define(kw_only=True, slots=False, eq=False)
class BargainTooOften(Refused):
    """Somebody has helped in as many bargains of a day as anybody may."""

    code: ClassVar[str] = "bargain.too_often"
    text: ClassVar[Text] = Text(
        "this customer has helped {helped} times on {day}, {most} are allowed",
        "该顾客在 {day} 已帮砍 {helped} 次，上限 {most} 次",
    )

    day: str
    helped: int
    most: int


@define(kw_only=True, slots=False, eq=False)
class BargainEnded(Refused):
    """The time of a bargain has passed."""

    code: ClassVar[str] = "bargain.ended"
    text: ClassVar[Text] = Text("bargain {id} ended at {end}, it is {at}", "砍价 {id} 已于 {end} 结束，现在是 {at}")

    id: str
    end: DateTime
    at: DateTime


@define(kw_only=True, slots=False, eq=False)
class BargainNotReached(Refused):
    """Somebody buys while the price is above the floor."""

    code: ClassVar[str] = "bargain.not_reached"
    text: ClassVar[Text] = Text(
        "bargain {id}: {remaining} remain for {helpers_left} helpers",
        "砍价 {id}：还差 {remaining}，还需 {helpers_left} 人",
    )

    id: str
    remaining: Money
    helpers_left: int


@define(kw_only=True, slots=False, eq=False)
class BargainNotYours(Refused):
    """Somebody else than the buyer buys at the price of a bargain."""

    code: ClassVar[str] = "bargain.not_owner"
    text: ClassVar[Text] = Text("bargain {id} belongs to another customer", "砍价 {id} 属于其他顾客")

    id: str


@define(kw_only=True, slots=False, eq=False)
class BargainTaken(Refused):
    """Another order has the price of a bargain."""

    code: ClassVar[str] = "bargain.taken"
    text: ClassVar[Text] = Text("bargain {id} is bought with order {order}", "砍价 {id} 已由订单 {order} 购买")

    id: str
    order: str


@define(kw_only=True, slots=False, eq=False)
class BargainNotPriced(Refused):
    """An order does not have one unit of the SKU at exactly the price of a bargain."""

    code: ClassVar[str] = "bargain.not_priced"
    text: ClassVar[Text] = Text(
        "an order of bargain {id} has one line with one {sku} for {price}",
        "砍价 {id} 的订单须有一行一件 {sku}，价格为 {price}",
    )

    id: str
    sku: str
    price: Money
