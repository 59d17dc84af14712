"""What promotions refuse."""

from typing import ClassVar

from attrs import define, field, frozen

from ecomops.kernel import Invalid, Money, Refused, Text
from ecomops.kernel.checks import is_a
from ecomops.terms import LineId


@define(kw_only=True, slots=False, eq=False)
class UnknownLane(Invalid):
    """A promotion stands in a lane that the policy does not have: nobody would know its turn."""

    code: ClassVar[str] = "promotion.unknown_lane"
    text: ClassVar[Text] = Text("promotion {promotion}: there is no lane {lane}", "促销 {promotion}：没有通道 {lane}")

    promotion: str
    lane: str


@define(kw_only=True, slots=False, eq=False)
class LaneNotOfLines(Invalid):
    """A lane chooses for each line, and a promotion in it is not over lines alone."""

    code: ClassVar[str] = "promotion.lane_not_of_lines"
    text: ClassVar[Text] = Text(
        "promotion {promotion}: lane {lane} chooses for each line, and takes reductions over lines only",
        "促销 {promotion}：通道 {lane} 按行选择，只接受按行减免",
    )

    promotion: str
    lane: str


@define(kw_only=True, slots=False, eq=False)
class TiersNotRising(Invalid):
    """The bounds of a ladder do not rise: nobody would know which tier holds."""

    code: ClassVar[str] = "promotion.tiers_not_rising"
    text: ClassVar[Text] = Text("the bounds of a ladder must rise: {bounds}", "阶梯的门槛须逐级升高：{bounds}")

    bounds: tuple[int, ...]


@define(kw_only=True, slots=False, eq=False)
class PickedPrice(Invalid):
    """A price of sets is to pay for some of their units only."""

    code: ClassVar[str] = "promotion.picked_price"
    text: ClassVar[Text] = Text(
        "the price of a set is for all units of its parts: {parts} parts pick some of them",
        "套装价适用于各部分的全部件数：有 {parts} 个部分只选取了其中一些",
    )

    parts: int


@define(kw_only=True, slots=False, eq=False)
class StatedAlone(Invalid):
    """A stated discount stands beside what a quote computes: over the whole it stands alone, without a cap."""

    code: ClassVar[str] = "promotion.stated_alone"
    text: ClassVar[Text] = Text(
        "{field}: a stated discount is over the whole and stands alone: no cap, no other benefit, not exclusive",
        "{field}：给定优惠须针对整体且单独存在：无上限、无其他优惠、不可独占",
    )

    field: str


@define(kw_only=True, slots=False, eq=False)
class BadPoints(Invalid):
    """Points are given by a factor and by number, or by neither."""

    code: ClassVar[str] = "promotion.bad_points"
    text: ClassVar[Text] = Text(
        "points are given by a factor or by number: of {field} one is named",
        "积分须按倍数或按数量其一赠送：{field} 须指明一项",
    )

    field: str


@define(kw_only=True, slots=False, eq=False)
class TooManyReductions(Invalid):
    """A promotion reduces goods twice, or shipping twice: two promotions say in which order."""

    code: ClassVar[str] = "promotion.too_many_reductions"
    text: ClassVar[Text] = Text(
        "promotion {id}: one reduction of goods and one of shipping at most",
        "促销 {id}：商品减免与运费减免各至多一项",
    )

    id: str


@define(kw_only=True, slots=False, eq=False)
class UnknownMeasure(Invalid):
    """A value or a gift asks for measures that its promotion does not have."""

    code: ClassVar[str] = "promotion.unknown_measure"
    text: ClassVar[Text] = Text("promotion {id} has no measures {measures}", "促销 {id} 没有度量 {measures}")

    id: str
    measures: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class NegativeThreshold(Invalid):
    """A condition compares a measure with a number below zero: it would hold always, or never."""

    code: ClassVar[str] = "promotion.negative_threshold"
    text: ClassVar[Text] = Text(
        "promotion {id}: {measures} is never below 0, so its threshold cannot be",
        "促销 {id}：{measures} 不会小于 0，其门槛不能为负",
    )

    id: str
    measures: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class FundersUnequal(Invalid):
    """The shares of the funders of a promotion do not sum to one."""

    code: ClassVar[str] = "promotion.funders_unequal"
    text: ClassVar[Text] = Text(
        "the shares of the funders sum to {total}, not to 1", "出资份额之和为 {total}，不等于 1"
    )

    total: str


@define(kw_only=True, slots=False, eq=False)
class UnknownStated(Invalid):
    """A discount is stated for promotions that are not in the rulebook, or that compute their own."""

    code: ClassVar[str] = "quote.unknown_promotion"
    text: ClassVar[Text] = Text(
        "no promotion of the rulebook takes stated discounts as {promotions}",
        "规则手册中没有可接受给定优惠的促销：{promotions}",
    )

    promotions: tuple[str, ...]


@frozen(kw_only=True)
class LineExcess:
    """A line of which more is taken off than there is room above its floor.

    Args:
        line: The line.
        stated: What is taken off.
        room: What there is.
    """

    line: LineId = field(validator=is_a(LineId))
    stated: Money = field(validator=is_a(Money))
    room: Money = field(validator=is_a(Money))

    def __str__(self) -> str:
        return f"{self.line} ({self.stated} > {self.room})"


@define(kw_only=True, slots=False, eq=False)
class StatedTooLarge(Refused):
    """The stated discounts of a line exceed its room; every such line is listed."""

    code: ClassVar[str] = "quote.stated_too_large"
    text: ClassVar[Text] = Text("stated discounts exceed the room of {lines}", "给定优惠超出行的可减金额：{lines}")

    lines: tuple[LineExcess, ...]


@define(kw_only=True, slots=False, eq=False)
class UnknownTraits(Invalid):
    """Facts or a floor are told of lines that the basket does not have."""

    code: ClassVar[str] = "basket.unknown_line"
    text: ClassVar[Text] = Text("the basket has no lines {lines}", "购物篮中没有行 {lines}")

    lines: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class OverUse(Refused):
    """More uses or money of a promotion, or more coupons of a batch, are given back or redeemed than are counted."""

    code: ClassVar[str] = "promotion.over_use"
    text: ClassVar[Text] = Text(
        "{id}: {wanted} of {counter} to take back, {counted} are counted",
        "{id}：要退回 {wanted}（{counter}），已计 {counted}",
    )

    id: str
    counter: str
    wanted: int
    counted: int


@define(kw_only=True, slots=False, eq=False)
class ClaimExists(Refused):
    """An order has claimed uses and coupons already: it is placed once."""

    code: ClassVar[str] = "promotion_claim.exists"
    text: ClassVar[Text] = Text("order {id} has claimed its promotions already", "订单 {id} 已占用其促销")

    id: str


@define(kw_only=True, slots=False, eq=False)
class ClaimNotYours(Refused):
    """An order claims uses that were quoted for another customer; every one is listed."""

    code: ClassVar[str] = "promotion_claim.not_owner"
    text: ClassVar[Text] = Text(
        "order {id} claims uses of another customer: {uses}", "订单 {id} 占用了其他顾客的次数：{uses}"
    )

    id: str
    uses: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class BadBatchCounters(Invalid):
    """The counters of a batch cannot be: more coupons are bound, used and gone than were issued."""

    code: ClassVar[str] = "coupon_batch.bad_counters"
    text: ClassVar[Text] = Text(
        "batch {id}: {issued} are issued, {gone} are reserved, redeemed, expired or invalidated",
        "批次 {id}：已发放 {issued}，已占用、已核销、已过期或已作废共 {gone}",
    )

    id: str
    issued: int
    gone: int


@define(kw_only=True, slots=False, eq=False)
class BatchExists(Refused):
    """A batch of that id has been opened already."""

    code: ClassVar[str] = "coupon_batch.exists"
    text: ClassVar[Text] = Text("batch {id} has been opened already", "批次 {id} 已开设")

    id: str


@define(kw_only=True, slots=False, eq=False)
class NoPromotion(Refused):
    """No promotion of the rulebook takes a coupon."""

    code: ClassVar[str] = "coupon.unknown_promotion"
    text: ClassVar[Text] = Text("no promotion {promotion} takes coupon {id}", "没有促销 {promotion} 接受优惠券 {id}")

    id: str
    promotion: str


@define(kw_only=True, slots=False, eq=False)
class BadPattern(Invalid):
    """A pattern of codes draws nothing, or has two check characters."""

    code: ClassVar[str] = "code.bad_pattern"
    text: ClassVar[Text] = Text(
        "a pattern needs a # for each drawn character and at most one *: {pattern}",
        "编码规则需以 # 表示随机字符，且至多一个 *：{pattern}",
    )

    pattern: str


@define(kw_only=True, slots=False, eq=False)
class BadAlphabet(Invalid):
    """The characters of codes have another meaning, or their number is no prime: no check character would be safe."""

    code: ClassVar[str] = "code.bad_alphabet"
    text: ClassVar[Text] = Text(
        "an alphabet is a prime number of capitals and digits without #, *, spaces and hyphens: {alphabet}",
        "字符集须为质数个大写字母或数字，且不含 #、*、空格与连字符：{alphabet}",
    )

    alphabet: str


@define(kw_only=True, slots=False, eq=False)
class BadDraw(Invalid):
    """A source of randomness drew outside the space of codes, or taken ones again and again."""

    code: ClassVar[str] = "code.bad_draw"
    text: ClassVar[Text] = Text(
        "{drawn} was drawn of {space} codes: no new code comes of it", "从 {space} 个编码中抽到 {drawn}：无法得到新编码"
    )

    drawn: int
    space: int


@define(kw_only=True, slots=False, eq=False)
class CodesExhausted(Refused):
    """More than half of all codes of a pattern would be in use: a guess would hit every second time."""

    code: ClassVar[str] = "code.exhausted"
    text: ClassVar[Text] = Text(
        "{pattern} has {space} codes, {taken} are taken: {wanted} more are not between 1 and half of them",
        "{pattern} 共有 {space} 个编码，已用 {taken} 个：再取 {wanted} 个不在 1 与半数之间",
    )

    pattern: str
    wanted: int
    taken: int
    space: int


@define(kw_only=True, slots=False, eq=False)
class BadGroup(Invalid):
    """A group has more members than places, or would be filled up when it is full."""

    code: ClassVar[str] = "group.bad_size"
    text: ClassVar[Text] = Text(
        "a group of {size} places cannot be told with {members} members", "{size} 人团不能有 {members} 名成员"
    )

    size: int
    members: int


@define(kw_only=True, slots=False, eq=False)
class GroupExists(Refused):
    """A group of that id has been opened already."""

    code: ClassVar[str] = "group.exists"
    text: ClassVar[Text] = Text("group {id} has been opened already", "拼团 {id} 已开团")

    id: str


@define(kw_only=True, slots=False, eq=False)
class GroupFull(Refused):
    """Every place of a group is taken."""

    code: ClassVar[str] = "group.full"
    text: ClassVar[Text] = Text("all {size} places of group {id} are taken", "拼团 {id} 的 {size} 个名额已满")

    id: str
    size: int


@define(kw_only=True, slots=False, eq=False)
class GroupClosed(Refused):
    """A group is over, or its deadline has come."""

    code: ClassVar[str] = "group.closed"
    text: ClassVar[Text] = Text("group {id} is closed; its deadline: {until}", "拼团 {id} 已结束，截止时间：{until}")

    id: str
    until: str


@define(kw_only=True, slots=False, eq=False)
class JoinedAlready(Refused):
    """A buyer has a place in the group already, or an order stands in another group."""

    code: ClassVar[str] = "group.joined_already"
    text: ClassVar[Text] = Text(
        "order {order} has a place in group {id} already", "订单 {order} 已在拼团 {id} 中占有名额"
    )

    id: str
    order: str


@define(kw_only=True, slots=False, eq=False)
class NotANewBuyer(Refused):
    """A group takes new buyers only."""

    code: ClassVar[str] = "group.not_new"
    text: ClassVar[Text] = Text(
        "group {id} is for new buyers; that of order {order} is none", "拼团 {id} 仅限新客，订单 {order} 的买家不是新客"
    )

    id: str
    order: str


@define(kw_only=True, slots=False, eq=False)
class NotPaid(Refused):
    """An order must be paid before it takes a place in a group."""

    code: ClassVar[str] = "group.not_paid"
    text: ClassVar[Text] = Text(
        "order {order} must be paid to stand in group {id}", "订单 {order} 须付款后方可加入拼团 {id}"
    )

    id: str
    order: str


@define(kw_only=True, slots=False, eq=False)
class WrongGroupOrder(Refused):
    """An order has no line at the group's price, or no known buyer."""

    code: ClassVar[str] = "group.wrong_order"
    text: ClassVar[Text] = Text(
        "order {order} has no known buyer or no line of promotion {promotion}",
        "订单 {order} 没有已知买家，或没有促销 {promotion} 的商品行",
    )

    order: str
    promotion: str


@define(kw_only=True, slots=False, eq=False)
class BadPresale(Invalid):
    """Terms of a pre-sale do not fit: `amounts` that do not rise, `windows` that overlap, a `policy` against law."""

    code: ClassVar[str] = "presale.bad_terms"
    text: ClassVar[Text] = Text("the terms of a pre-sale do not fit: {reason}", "预售条款不成立：{reason}")

    reason: str


@define(kw_only=True, slots=False, eq=False)
class PresaleExists(Refused):
    """A pre-sale of that id has been agreed already."""

    code: ClassVar[str] = "presale.exists"
    text: ClassVar[Text] = Text("pre-sale {id} has been agreed already", "预售 {id} 已存在")

    id: str


@define(kw_only=True, slots=False, eq=False)
class PresaleClosed(Refused):
    """An instalment of a pre-sale is asked for outside its window."""

    code: ClassVar[str] = "presale.closed"
    text: ClassVar[Text] = Text(
        "the window of pre-sale {id} is from {start} until {end}", "预售 {id} 的支付期为 {start} 至 {end}"
    )

    id: str
    start: str
    end: str


@define(kw_only=True, slots=False, eq=False)
class PresaleOrderedAlready(Refused):
    """The balance of a pre-sale is due of another order."""

    code: ClassVar[str] = "presale.ordered_already"
    text: ClassVar[Text] = Text("order {order} has been placed for pre-sale {id}", "预售 {id} 已生成订单 {order}")

    id: str
    order: str


@define(kw_only=True, slots=False, eq=False)
class PresaleNotOrdered(Refused):
    """The balance of a pre-sale is paid before its order is placed."""

    code: ClassVar[str] = "presale.not_ordered"
    text: ClassVar[Text] = Text("no order has been placed for pre-sale {id}", "预售 {id} 尚未生成尾款订单")

    id: str


@define(kw_only=True, slots=False, eq=False)
class PresalePrice(Refused):
    """Goods of a pre-sale are not at the price, the expansion or the worth that was agreed."""

    code: ClassVar[str] = "presale.wrong_price"
    text: ClassVar[Text] = Text(
        "pre-sale {id}: {expected} was agreed, {found} is stated", "预售 {id}：约定 {expected}，实际 {found}"
    )

    id: str
    expected: Money
    found: Money
