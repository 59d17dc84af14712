"""What the reader of Arrow tables refuses."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Text


@define(kw_only=True, slots=False, eq=False)
class NotATable(Invalid):
    """What is given does not hand out a table through the Arrow interface: a single column, or no Arrow at all."""

    code: ClassVar[str] = "arrow.not_a_table"
    text: ClassVar[Text] = Text(
        "{found} hands out no table through the Arrow interface", "{found} 未通过 Arrow 接口提供表"
    )

    found: str


@define(kw_only=True, slots=False, eq=False)
class BrokenStream(Invalid):
    """The producer of a stream stopped with an error, or handed out what contradicts its own schema."""

    code: ClassVar[str] = "arrow.broken_stream"
    text: ClassVar[Text] = Text("the Arrow stream broke off: {reason}", "Arrow 数据流中断：{reason}")

    reason: str


@define(kw_only=True, slots=False, eq=False)
class NoSuchField(Invalid):
    """A table has no column of that name, or several of them."""

    code: ClassVar[str] = "arrow.no_column"
    text: ClassVar[Text] = Text(
        "the table has {found} columns called {column}, not one", "表中名为 {column} 的列有 {found} 个，应恰有一个"
    )

    column: str
    found: int


@define(kw_only=True, slots=False, eq=False)
class UnreadableField(Invalid):
    """A column of a kind that does not become whole numbers: floats, lists, structs, binary values and more."""

    code: ClassVar[str] = "arrow.unreadable"
    text: ClassVar[Text] = Text(
        "{column} is a column of {found}: it does not become whole numbers", "{column} 列为 {found}，无法转为整数"
    )

    column: str
    found: str


@define(kw_only=True, slots=False, eq=False)
class ReadingNeeded(Invalid):
    """A column has several meanings, and its `Reading` does not say which: the argument that would is named."""

    code: ClassVar[str] = "arrow.reading_needed"
    text: ClassVar[Text] = Text(
        "{column} is a column of {found}: its Reading must say {argument}",
        "{column} 列为 {found}，须在 Reading 中指明 {argument}",
    )

    column: str
    found: str
    argument: str


@define(kw_only=True, slots=False, eq=False)
class MissingValue(Invalid):
    """A column has no value in a row, and nothing was said to stand for that."""

    code: ClassVar[str] = "arrow.missing_value"
    text: ClassVar[Text] = Text("{column} has no value in row {row}", "{column} 的第 {row} 行没有值")

    column: str
    row: int


@define(kw_only=True, slots=False, eq=False)
class NotWhole(Invalid):
    """A number has more digits behind the point than are kept: nothing is rounded while it is read."""

    code: ClassVar[str] = "arrow.not_whole"
    text: ClassVar[Text] = Text(
        "{column} has more than {digits} digits behind the point in row {row}",
        "{column} 的第 {row} 行小数位数超过 {digits} 位",
    )

    column: str
    row: int
    digits: int


@define(kw_only=True, slots=False, eq=False)
class BrokenText(Invalid):
    """The bytes of a text are no UTF-8, or lie outside of their column."""

    code: ClassVar[str] = "arrow.broken_text"
    text: ClassVar[Text] = Text("{column} holds no text in row {row}", "{column} 的第 {row} 行不是有效文本")

    column: str
    row: int


@define(kw_only=True, slots=False, eq=False)
class UnknownText(Invalid):
    """A text that is none of the known ones, in a column that may bring no new ones."""

    code: ClassVar[str] = "arrow.unknown_text"
    text: ClassVar[Text] = Text("{column} names something unknown in row {row}", "{column} 的第 {row} 行所指的名称未知")

    column: str
    row: int
