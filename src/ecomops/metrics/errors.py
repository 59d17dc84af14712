"""What the metrics refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Text


@define(kw_only=True, slots=False, eq=False)
class UnitMismatch(Invalid):
    """Figures of different units are added or subtracted."""

    code: ClassVar[str] = "kpi.unit_mismatch"
    text: ClassVar[Text] = Text(
        "{left} and {right} cannot be added: {left_unit} is not {right_unit}",
        "{left} 与 {right} 不能相加减：单位 {left_unit} 与 {right_unit} 不同",
    )

    left: str
    right: str
    left_unit: str
    right_unit: str


@define(kw_only=True, slots=False, eq=False)
class WrongUnit(Invalid):
    """A measure says another unit than its column has, or goods are sold in what other figures are measured in."""

    code: ClassVar[str] = "measure.wrong_unit"
    text: ClassVar[Text] = Text("{measure} cannot be measured in {unit}", "{measure} 不能以 {unit} 计量")

    measure: str
    unit: str


@define(kw_only=True, slots=False, eq=False)
class NotAdditive(Invalid):
    """Ratios are added or subtracted: what comes of it is the ratio of nothing."""

    code: ClassVar[str] = "kpi.not_additive"
    text: ClassVar[Text] = Text(
        "{left} and {right} cannot be added: a ratio is not additive", "{left} 与 {right} 不能相加减：比率不可加"
    )

    left: str
    right: str


@define(kw_only=True, slots=False, eq=False)
class NotInTable(Invalid):
    """A table was not made with this figure."""

    code: ClassVar[str] = "table.no_column"
    text: ClassVar[Text] = Text("the table has no column {kpi}", "表中没有列 {kpi}")

    kpi: str


@define(kw_only=True, slots=False, eq=False)
class RowMissing(Invalid):
    """A table has no such row."""

    code: ClassVar[str] = "table.no_row"
    text: ClassVar[Text] = Text("the table has no row {row}, it has {rows}", "表中没有第 {row} 行，共 {rows} 行")

    row: int
    rows: int


@define(kw_only=True, slots=False, eq=False)
class NoSuchColumn(Invalid):
    """A measure looks for what the rows of its family do not have."""

    code: ClassVar[str] = "measure.no_column"
    text: ClassVar[Text] = Text("{measure}: {family} have no column {column}", "{measure}：{family} 没有列 {column}")

    measure: str
    family: str
    column: str
