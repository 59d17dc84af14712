"""What a column refuses."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Text


@define(kw_only=True, slots=False, eq=False, repr=False)
class WrongColumn(Invalid):
    """A column is no one-dimensional array of whole numbers that 64 bits hold."""

    code: ClassVar[str] = "column.wrong_kind"
    text: ClassVar[Text] = Text(
        "{column} must be an array of whole numbers of 64 bits, not {found}",
        "{column} 应为 64 位整数的一维数组，而不是 {found}",
    )

    column: str
    found: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class WrongWidth(Invalid):
    """A narrow column is no one-dimensional array of whole numbers of its width."""

    code: ClassVar[str] = "column.wrong_width"
    text: ClassVar[Text] = Text(
        "{column} must be an array of whole numbers of {bits} bits, not {found}",
        "{column} 应为 {bits} 位整数的一维数组，而不是 {found}",
    )

    column: str
    bits: str
    found: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class Uneven(Invalid):
    """A column is not as long as the others of its table."""

    code: ClassVar[str] = "column.uneven"
    text: ClassVar[Text] = Text(
        "{column} has {found} rows, its table has {expected}", "{column} 有 {found} 行，而其表有 {expected} 行"
    )

    column: str
    found: int
    expected: int


@define(kw_only=True, slots=False, eq=False, repr=False)
class OutOfColumn(Invalid):
    """A value that its column cannot hold; the first such row is named."""

    code: ClassVar[str] = "column.out_of_range"
    text: ClassVar[Text] = Text(
        "{column} must be from {least} to {most}: row {row} is not",
        "{column} 必须在 {least} 到 {most} 之间，第 {row} 行不符",
    )

    column: str
    row: int
    least: int
    most: int


@define(kw_only=True, slots=False, eq=False, repr=False)
class CannotHoldSum(Invalid):
    """So many rows of such size could add up to more than 64 bits hold: nothing was added."""

    code: ClassVar[str] = "column.sum_too_large"
    text: ClassVar[Text] = Text(
        "{rows} rows of {column} of up to {largest} may exceed what a sum can hold",
        "{column} 的 {rows} 行（最大 {largest}）之和可能超出可容纳的范围",
    )

    column: str
    rows: int
    largest: int


@define(kw_only=True, slots=False, eq=False, repr=False)
class NoThreads(Invalid):
    """Work on columns was to have fewer than one thread."""

    code: ClassVar[str] = "column.no_threads"
    text: ClassVar[Text] = Text("at least 1 thread must work, not {most}", "至少需要 1 个线程，而不是 {most}")

    most: int
