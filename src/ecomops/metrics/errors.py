"""What the metrics refuse."""

from typing import ClassVar

from attrs import define, field, frozen

from ecomops.kernel import DomainError, Invalid, Language, Text
from ecomops.kernel.checks import is_a


@define(kw_only=True, slots=False, eq=False, repr=False)
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


@define(kw_only=True, slots=False, eq=False, repr=False)
class WrongUnit(Invalid):
    """A measure says another unit than its column has, or goods are sold in what other figures are measured in."""

    code: ClassVar[str] = "measure.wrong_unit"
    text: ClassVar[Text] = Text("{measure} cannot be measured in {unit}", "{measure} 不能以 {unit} 计量")

    measure: str
    unit: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class TimelessCondition(Invalid):
    """A condition on any row of an entity, whenever that was, asks for the beginning or the end of a period."""

    code: ClassVar[str] = "condition.timeless"
    text: ClassVar[Text] = Text(
        "{condition}: any row, whenever it was, has no period that begins or ends",
        "{condition}：任意时间的行没有所属时段的起止",
    )

    condition: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class NotAdditive(Invalid):
    """Ratios are added or subtracted: what comes of it is the ratio of nothing."""

    code: ClassVar[str] = "kpi.not_additive"
    text: ClassVar[Text] = Text(
        "{left} and {right} cannot be added: a ratio is not additive", "{left} 与 {right} 不能相加减：比率不可加"
    )

    left: str
    right: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class NotInTable(Invalid):
    """A table was not made with this figure."""

    code: ClassVar[str] = "table.no_column"
    text: ClassVar[Text] = Text("the table has no column {kpi}", "表中没有列 {kpi}")

    kpi: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class RowMissing(Invalid):
    """A table has no such row."""

    code: ClassVar[str] = "table.no_row"
    text: ClassVar[Text] = Text("the table has no row {row}, it has {rows}", "表中没有第 {row} 行，共 {rows} 行")

    row: int
    rows: int


@define(kw_only=True, slots=False, eq=False, repr=False)
class NoSuchColumn(Invalid):
    """A measure looks for what the rows of its family do not have."""

    code: ClassVar[str] = "measure.no_column"
    text: ClassVar[Text] = Text("{measure}: {family} have no column {column}", "{measure}：{family} 没有列 {column}")

    measure: str
    family: str
    column: str


@frozen(kw_only=True)
class BadFact:
    """Why facts cannot be taken, in the words of its own refusal.

    Args:
        code: The code of the refusal.
        text: The words: they name the family, the column and, where there is one, the row.
    """

    code: str = field(validator=is_a(str))
    text: Text = field(validator=is_a(Text))

    @classmethod
    def of(cls, refusal: DomainError) -> "BadFact":
        """Tell of a *refusal* in its own words."""
        return cls(code=refusal.code, text=Text(refusal.message("en"), refusal.message("zh")))

    def words(self, language: Language) -> str:
        """Return the words in *language*."""
        return self.text.read(language)

    def __str__(self) -> str:
        return self.text.en


@define(kw_only=True, slots=False, eq=False, repr=False)
class BadFacts(Invalid):
    """Several columns or rows of facts cannot be taken; all columns and the first rows of each are listed."""

    code: ClassVar[str] = "facts.refused"
    text: ClassVar[Text] = Text("{problems}", "{problems}")

    problems: tuple[BadFact, ...]


@define(kw_only=True, slots=False, eq=False, repr=False)
class FamilyMissing(Invalid):
    """The facts do not hold a family that is asked for."""

    code: ClassVar[str] = "facts.no_family"
    text: ClassVar[Text] = Text("the facts hold no {family}", "事实中没有 {family}")

    family: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class NoWay(Invalid):
    """The rows of one family do not lead to those of another: they cannot be cut or chosen by it."""

    code: ClassVar[str] = "facts.no_way"
    text: ClassVar[Text] = Text("no key leads from {family} to {target}", "没有从 {family} 到 {target} 的键")

    family: str
    target: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class LeadsNowhere(Invalid):
    """A row is to be summed by a column of another family, in which nothing belongs to it."""

    code: ClassVar[str] = "facts.leads_nowhere"
    text: ClassVar[Text] = Text(
        "row {row} of {family} has nothing in {target}", "{family} 的第 {row} 行在 {target} 中没有对应的行"
    )

    family: str
    target: str
    row: int


@define(kw_only=True, slots=False, eq=False, repr=False)
class NeedsCalendar(Invalid):
    """A definition asks for business days, and no calendar was given."""

    code: ClassVar[str] = "definition.no_calendar"
    text: ClassVar[Text] = Text("{definition} needs a calendar", "{definition} 需要营业日历")

    definition: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class NotOfMeasure(Invalid):
    """A measure of such a kind does not take, or needs, a part of it."""

    code: ClassVar[str] = "measure.not_of_kind"
    text: ClassVar[Text] = Text(
        "{measure}: {field} does not go with {counted}", "{measure}：{field} 不适用于 {counted}"
    )

    measure: str
    field: str
    counted: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class NotComparable(Invalid):
    """A period that was observed in part is not compared with a whole one unless that is asked for."""

    code: ClassVar[str] = "table.partial"
    text: ClassVar[Text] = Text("{period} was observed in part", "{period} 未完整观测")

    period: str
