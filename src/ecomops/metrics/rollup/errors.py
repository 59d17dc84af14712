"""What a rollup refuses; after any of them nothing in it has changed."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, NotFound, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class DuplicateId(Invalid):
    """An id stands twice in a batch, or the rollup holds it already."""

    code: ClassVar[str] = "rollup.duplicate_id"
    text: ClassVar[Text] = Text("{column}: {id} in row {row} was told before", "{column}：第 {row} 行的 {id} 已存在")

    column: str
    row: int
    id: int


@define(kw_only=True, slots=False, eq=False)
class UnknownOrder(NotFound):
    """An id names no order of the rollup."""

    code: ClassVar[str] = "rollup.unknown_order"
    text: ClassVar[Text] = Text("{column}: row {row} names no order: {id}", "{column}：第 {row} 行的订单 {id} 不存在")

    column: str
    row: int
    id: int


@define(kw_only=True, slots=False, eq=False)
class NoSuchDimension(Invalid):
    """A rollup is asked by a dimension that it was not made with."""

    code: ClassVar[str] = "rollup.no_dimension"
    text: ClassVar[Text] = Text("the rollup has no dimension {dimension}", "汇总中没有维度 {dimension}")

    dimension: str


@define(kw_only=True, slots=False, eq=False)
class NoSuchFigure(Invalid):
    """A rollup is asked for a figure that it does not keep."""

    code: ClassVar[str] = "rollup.no_figure"
    text: ClassVar[Text] = Text("the rollup has no figure {figure}", "汇总中没有指标 {figure}")

    figure: str


@define(kw_only=True, slots=False, eq=False)
class NotOnWindow(Refused):
    """A figure means something for days, weeks and months only, not for any two instants."""

    code: ClassVar[str] = "rollup.not_on_window"
    text: ClassVar[Text] = Text(
        "{figure} is a figure of days, weeks and months, not of a window",
        "{figure} 只适用于日、周、月表，不适用于任意时间窗口",
    )

    figure: str


@define(kw_only=True, slots=False, eq=False)
class WindowsNotKept(Refused):
    """Distinct buyers of any window are kept for the dimensions that were named as windows only."""

    code: ClassVar[str] = "rollup.windows_not_kept"
    text: ClassVar[Text] = Text(
        "{figure} of a window by {dimension} is not kept: name it under windows",
        "未保留按 {dimension} 的任意窗口 {figure}：请在 windows 中声明该维度",
    )

    figure: str
    dimension: str


@define(kw_only=True, slots=False, eq=False)
class TooLong(Invalid):
    """The orders of a rollup would lie too many days apart."""

    code: ClassVar[str] = "rollup.too_long"
    text: ClassVar[Text] = Text(
        "the orders would span {days} days, a rollup holds {most} at most",
        "订单将跨越 {days} 天，汇总最多容纳 {most} 天",
    )

    days: int
    most: int


@define(kw_only=True, slots=False, eq=False)
class TooLarge(Invalid):
    """The hours of a dimension would be more cells than a rollup holds."""

    code: ClassVar[str] = "rollup.too_large"
    text: ClassVar[Text] = Text(
        "{dimension} would need {cells} cells, a rollup holds {most} at most",
        "{dimension} 需要 {cells} 个单元，汇总最多容纳 {most} 个",
    )

    dimension: str
    cells: int
    most: int


@define(kw_only=True, slots=False, eq=False)
class LineAlone(Invalid):
    """A line did not come with the order, or the refund, that it belongs to."""

    code: ClassVar[str] = "rollup.line_alone"
    text: ClassVar[Text] = Text(
        "{column}: {id} in row {row} did not come in the same batch",
        "{column}：第 {row} 行的 {id} 不在同一批次中",
    )

    column: str
    row: int
    id: int


@define(kw_only=True, slots=False, eq=False)
class GoodsNotKept(Refused):
    """What each SKU came to is kept only where the rollup was made with the number of their codes."""

    code: ClassVar[str] = "rollup.goods_not_kept"
    text: ClassVar[Text] = Text(
        "{asked}: the rollup keeps no goods; say under skus how many codes they have",
        "{asked}：汇总未保留商品数据；请在 skus 中声明商品编码数量",
    )

    asked: str


@define(kw_only=True, slots=False, eq=False)
class NotWholePeriods(Refused):
    """Goods are kept by whole days or weeks, and asked for from or to an instant inside of one."""

    code: ClassVar[str] = "rollup.not_whole_periods"
    text: ClassVar[Text] = Text(
        "goods are kept by {grain}: a period has to begin and end where one does",
        "商品数据按{grain}保留：时间段的起止必须与其边界一致",
    )

    grain: str
