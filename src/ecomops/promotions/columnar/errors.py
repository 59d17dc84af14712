"""What a backtest refuses."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class NotColumnar(Refused):
    """Some promotions, or some baskets, have no form in columns, and nobody wants them quoted one by one."""

    code: ClassVar[str] = "backtest.not_columnar"
    text: ClassVar[Text] = Text(
        "{baskets} baskets can only be quoted one by one; promotions without a form in columns: {promotions}",
        "{baskets} 个购物篮只能逐个报价；没有列式形式的促销：{promotions}",
    )

    promotions: tuple[str, ...]
    baskets: int


@define(kw_only=True, slots=False, eq=False)
class OtherBaskets(Invalid):
    """Results are compared that were not made of the same baskets."""

    code: ClassVar[str] = "backtest.other_baskets"
    text: ClassVar[Text] = Text(
        "a response names {found} baskets, the backtest has {expected}",
        "响应涉及 {found} 个购物篮，而回测有 {expected} 个",
    )

    found: int
    expected: int


@define(kw_only=True, slots=False, eq=False)
class BadTold(Invalid):
    """A value of a column is none that its fact, or its set of codes, can have."""

    code: ClassVar[str] = "backtest.bad_value"
    text: ClassVar[Text] = Text("{column}: value {place} is no {expected}", "{column}：第 {place} 个值不是 {expected}")

    column: str
    place: int
    expected: str


@define(kw_only=True, slots=False, eq=False)
class BadUse(Invalid):
    """A counter that is told of before the first basket is none that a backtest can go on counting."""

    code: ClassVar[str] = "backtest.bad_use"
    text: ClassVar[Text] = Text("use {use}: there is no {expected}", "计数 {use}：没有 {expected}")

    use: str
    expected: str


@define(kw_only=True, slots=False, eq=False)
class StatedBeyondRoom(Refused):
    """The stated discounts of some lines exceed their room; the first of these are named."""

    code: ClassVar[str] = "backtest.stated_too_large"
    text: ClassVar[Text] = Text(
        "{column}: stated discounts exceed the room of {count} rows, first {rows}",
        "{column}：给定优惠超出 {count} 行的可减金额，最先是第 {rows} 行",
    )

    column: str
    count: int
    rows: tuple[int, ...]
