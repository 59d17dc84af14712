"""What sheets refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Text


@define(kw_only=True, slots=False, eq=False)
class NothingObserved(Invalid):
    """A sheet is asked for of a period of which nothing was observed."""

    code: ClassVar[str] = "sheets.nothing_observed"
    text: ClassVar[Text] = Text("nothing was observed of {period}", "{period} 未观测")

    period: str


@define(kw_only=True, slots=False, eq=False)
class WeighsNothing(Invalid):
    """Sources are to be ranked by nothing: no criterion has a weight."""

    code: ClassVar[str] = "sheets.weighs_nothing"
    text: ClassVar[Text] = Text("{field} gives no criterion a weight", "{field} 没有任何评价项的权重")

    field: str
