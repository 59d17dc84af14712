"""What flash sales refuse, each with its numbers."""

from typing import ClassVar

from attrs import define
from pendulum import DateTime

from ecomops.kernel import Invalid, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class FlashSaleExists(Refused):
    """A session of that id is planned already, or the order has its units already."""

    code: ClassVar[str] = "flash_sale.exists"
    text: ClassVar[Text] = Text("{kind} {id} is there already", "{kind} {id} 已存在")

    kind: str
    id: str


@define(kw_only=True, slots=False, eq=False)
class FlashSaleTooShort(Invalid):
    """A session ends at the instant at which it starts: nobody could buy."""

    code: ClassVar[str] = "flash_sale.too_short"
    text: ClassVar[Text] = Text("session {id} ends when it starts: {start}", "秒杀场次 {id} 开始即结束：{start}")

    id: str
    start: DateTime


@define(kw_only=True, slots=False, eq=False)
class FlashSaleNotOpen(Refused):
    """Somebody buys before the session starts."""

    code: ClassVar[str] = "flash_sale.not_open"
    text: ClassVar[Text] = Text(
        "session {id} starts at {start}, it is {at}", "秒杀场次 {id} 于 {start} 开始，现在是 {at}"
    )

    id: str
    start: DateTime
    at: DateTime


@define(kw_only=True, slots=False, eq=False)
class FlashSaleEnded(Refused):
    """Somebody buys when the session has ended or was closed, or plans one that would have ended."""

    code: ClassVar[str] = "flash_sale.ended"
    text: ClassVar[Text] = Text(
        "session {id} was planned until {end}: it has ended by {at}", "秒杀场次 {id} 计划至 {end}，于 {at} 已结束"
    )

    id: str
    end: DateTime
    at: DateTime


@define(kw_only=True, slots=False, eq=False)
class FlashSaleNotOffered(Refused):
    """No line of an order carries a price of the session, or one does so for another SKU than that of the price."""

    code: ClassVar[str] = "flash_sale.not_offered"
    text: ClassVar[Text] = Text(
        "session {id} has no price for these lines: {lines}", "秒杀场次 {id} 没有这些行的价格：{lines}"
    )

    id: str
    lines: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class FlashSaleSoldOut(Refused):
    """More units are wanted than are left of a session's own stock."""

    code: ClassVar[str] = "flash_sale.sold_out"
    text: ClassVar[Text] = Text("{id}: {wanted} are wanted, {left} are left", "{id}：需要 {wanted} 件，剩余 {left} 件")

    id: str
    wanted: int
    left: int


@define(kw_only=True, slots=False, eq=False)
class FlashSaleOverLimit(Refused):
    """A buyer wants more units than one buyer may have."""

    code: ClassVar[str] = "flash_sale.over_limit"
    text: ClassVar[Text] = Text(
        "{id}: {wanted} more are wanted, {bought} of {most} are bought",
        "{id}：再买 {wanted} 件，已买 {bought}，限购 {most}",
    )

    id: str
    wanted: int
    bought: int
    most: int


@define(kw_only=True, slots=False, eq=False)
class FlashSaleBuyerUnknown(Refused):
    """An unknown buyer wants units of which each buyer may have so many."""

    code: ClassVar[str] = "flash_sale.buyer_unknown"
    text: ClassVar[Text] = Text(
        "session {id} counts the units of each buyer, and the buyer is unknown", "秒杀场次 {id} 按买家限购，而买家未知"
    )

    id: str


@define(kw_only=True, slots=False, eq=False)
class FlashSaleOverUse(Refused):
    """More units are sold, released or taken back than are counted."""

    code: ClassVar[str] = "flash_sale.over_use"
    text: ClassVar[Text] = Text(
        "{id}: {wanted} of {counter}, {counted} are counted", "{id}：{counter} 需 {wanted}，已计 {counted}"
    )

    id: str
    counter: str
    wanted: int
    counted: int


@define(kw_only=True, slots=False, eq=False)
class BadFlashCounters(Invalid):
    """The counters of a session's stock cannot be: more is reserved, sold and returned than the quota."""

    code: ClassVar[str] = "flash_sale.bad_counters"
    text: ClassVar[Text] = Text(
        "{id}: the quota is {quota}, {gone} are reserved, sold or returned",
        "{id}：配额为 {quota}，已占用、已售或已退回共 {gone}",
    )

    id: str
    quota: int
    gone: int
