"""What the intake of rows refuses."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Text


@define(kw_only=True, slots=False, eq=False)
class DisputedTime(Invalid):
    """A wall clock showed this twice, or never: nobody said which instant is meant."""

    code: ClassVar[str] = "intake.disputed_time"
    text: ClassVar[Text] = Text(
        "{column}: the clocks of {zone} showed the time of row {row} twice or never ({rows} such rows)",
        "{column}：{zone} 的时钟两次显示或从未显示第 {row} 行的时间（共 {rows} 行）",
    )

    column: str
    zone: str
    row: int
    rows: int


@define(kw_only=True, slots=False, eq=False)
class NoSuchColumn(Invalid):
    """A step looks for a column that the rows do not have."""

    code: ClassVar[str] = "intake.no_column"
    text: ClassVar[Text] = Text("{step}: the rows have no column {column}", "{step}：数据行没有列 {column}")

    step: str
    column: str


@define(kw_only=True, slots=False, eq=False)
class Contradicting(Invalid):
    """Rows of one key say different things."""

    code: ClassVar[str] = "intake.contradicting_rows"
    text: ClassVar[Text] = Text(
        "rows {first} and {second} have the same {key} and differ ({rows} rows are at odds with an earlier one)",
        "第 {first} 行与第 {second} 行的 {key} 相同而内容不同（共 {rows} 行与先前的行矛盾）",
    )

    key: str
    first: int
    second: int
    rows: int


@define(kw_only=True, slots=False, eq=False)
class NotExact(Invalid):
    """A number does not come out whole in the other unit, and no rounding was named."""

    code: ClassVar[str] = "intake.not_exact"
    text: ClassVar[Text] = Text(
        "{column} of row {row} is no whole number in the other unit", "{column} 的第 {row} 行换算后不是整数"
    )

    column: str
    row: int


@define(kw_only=True, slots=False, eq=False)
class RateMissing(Invalid):
    """There is no rate for a currency on a day that has rows in it."""

    code: ClassVar[str] = "intake.rate_missing"
    text: ClassVar[Text] = Text(
        "there is no rate of {currency} on {day} (row {row})", "缺少 {currency} 在 {day} 的汇率（第 {row} 行）"
    )

    currency: str
    day: str
    row: int


@define(kw_only=True, slots=False, eq=False)
class MixedCurrencies(Invalid):
    """Rows of several currencies are taken as if they were of one."""

    code: ClassVar[str] = "intake.mixed_currencies"
    text: ClassVar[Text] = Text(
        "row {row} is in {found}, not in {expected}: convert it first",
        "第 {row} 行的货币是 {found}，不是 {expected}，请先换算",
    )

    row: int
    found: str
    expected: str


@define(kw_only=True, slots=False, eq=False)
class ArrivedBefore(Invalid):
    """A row arrived before what it tells of happened."""

    code: ClassVar[str] = "intake.arrived_before"
    text: ClassVar[Text] = Text(
        "row {row} arrived before it happened ({rows} such rows)", "第 {row} 行的到达早于发生（共 {rows} 行）"
    )

    row: int
    rows: int


@define(kw_only=True, slots=False, eq=False)
class UnknownFeed(Invalid):
    """Something arrived from a source that nobody expects."""

    code: ClassVar[str] = "intake.unknown_feed"
    text: ClassVar[Text] = Text("no source is called {feed}", "没有名为 {feed} 的数据源")

    feed: str


@define(kw_only=True, slots=False, eq=False)
class RepeatedKey(Invalid):
    """A key stands in several rows of one source, where each may stand once."""

    code: ClassVar[str] = "intake.repeated_key"
    text: ClassVar[Text] = Text(
        "{source} has the key of row {first} again in row {second}", "{source} 中第 {first} 行的键在第 {second} 行重复"
    )

    source: str
    first: int
    second: int
