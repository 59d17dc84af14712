"""What comparisons refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Text


@define(kw_only=True, slots=False, eq=False)
class NotAligned(Invalid):
    """Periods of such a length have no baseline of such a kind: a month has no same weekdays."""

    code: ClassVar[str] = "comparing.not_aligned"
    text: ClassVar[Text] = Text("a {period} has no baseline {against}", "{period} 没有 {against} 这样的基期")

    period: str
    against: str


@define(kw_only=True, slots=False, eq=False)
class NotOfOneKind(Invalid):
    """Two tables differ in what must be the same before figures are compared: definition, currency, calendar, rows."""

    code: ClassVar[str] = "comparing.not_of_one_kind"
    text: ClassVar[Text] = Text("the tables differ in {what}", "两张表的 {what} 不同")

    what: str


@define(kw_only=True, slots=False, eq=False)
class StepWidens(Invalid):
    """More come out of a step of a funnel than went in, or fewer than none: the steps do not count the same things."""

    code: ClassVar[str] = "comparing.step_widens"
    text: ClassVar[Text] = Text("{step}: {found} of {entered}", "{step}：进入 {entered}，通过 {found}")

    step: str
    found: int
    entered: int
