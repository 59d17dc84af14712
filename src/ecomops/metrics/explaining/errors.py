"""What explanations refuse, each with the figure, factor or slice at fault."""

from enum import StrEnum
from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Language, Text


class Side(StrEnum):
    """One of the two sides that are compared."""

    BEFORE = "before"
    AFTER = "after"

    def words(self, language: Language) -> str:
        """Return the side in *language*."""
        return _SIDES[self].read(language)


_SIDES = {Side.BEFORE: Text("before", "变化前"), Side.AFTER: Text("after", "变化后")}


@define(kw_only=True, slots=False, eq=False)
class NotAChain(Invalid):
    """A formula to be explained is no product or quotient."""

    code: ClassVar[str] = "explaining.not_a_chain"
    text: ClassVar[Text] = Text("{kpi} is no product and no quotient", "{kpi} 既不是乘积也不是商")

    kpi: str


@define(kw_only=True, slots=False, eq=False)
class FigureMissing(Invalid):
    """A figure that the explanation needs was not given."""

    code: ClassVar[str] = "explaining.no_figure"
    text: ClassVar[Text] = Text("the side {side} has no figure {key}", "{side}缺少数值 {key}")

    side: Side
    key: str


@define(kw_only=True, slots=False, eq=False)
class NoValue(Invalid):
    """A factor has no value on either side, or on one where that is refused."""

    code: ClassVar[str] = "explaining.no_value"
    text: ClassVar[Text] = Text("{factor} has no value {sides}", "{factor} 在{sides}没有值")

    factor: str
    sides: tuple[Side, ...]


@define(kw_only=True, slots=False, eq=False)
class ZeroDenominator(Invalid):
    """Something stands over zero: that is no figure, and nothing can take its place."""

    code: ClassVar[str] = "explaining.zero_denominator"
    text: ClassVar[Text] = Text("{key} divides something by zero {side}", "{key} 在{side}以零为分母")

    key: str
    side: Side


@define(kw_only=True, slots=False, eq=False)
class NothingToCompare(Invalid):
    """All slices of one side weigh nothing: there is no rate to compare with."""

    code: ClassVar[str] = "explaining.nothing_to_compare"
    text: ClassVar[Text] = Text("all slices weigh nothing {side}", "{side}所有分组的权重均为零")

    side: Side


@define(kw_only=True, slots=False, eq=False)
class NegativeWeight(Invalid):
    """A slice weighs less than nothing."""

    code: ClassVar[str] = "explaining.negative_weight"
    text: ClassVar[Text] = Text("{slice} weighs less than nothing {side}", "{slice} 在{side}的权重为负")

    slice: str
    side: Side


@define(kw_only=True, slots=False, eq=False)
class UnevenPaths(Invalid):
    """Slices are named by different numbers of dimensions."""

    code: ClassVar[str] = "explaining.uneven_paths"
    text: ClassVar[Text] = Text(
        "{slice} is named by {found} dimensions, not by {expected}", "{slice} 有 {found} 个维度，应为 {expected} 个"
    )

    slice: str
    found: int
    expected: int


@define(kw_only=True, slots=False, eq=False)
class StepGrows(Invalid):
    """More come out of a step of a funnel than went in, or fewer than none."""

    code: ClassVar[str] = "explaining.step_grows"
    text: ClassVar[Text] = Text(
        "{step} lets through {found} of {entered}", "{step} 进入 {entered}，通过 {found}，不可能"
    )

    step: str
    found: int
    entered: int


@define(kw_only=True, slots=False, eq=False)
class PartialRow(Invalid):
    """A period that was observed in part is to be compared with another."""

    code: ClassVar[str] = "explaining.partial_period"
    text: ClassVar[Text] = Text("the period of row {row} was observed in part", "第 {row} 行的期间只观测到一部分")

    row: int
