"""What campaigns and the numbers around them refuse."""

from typing import ClassVar

from attrs import define

from ecomops.kernel import Invalid, Refused, Text


@define(kw_only=True, slots=False, eq=False)
class BadShares(Invalid):
    """Shares that divide a whole do not sum to one: a part of it would be nobody's, or spent twice."""

    code: ClassVar[str] = "budget.bad_shares"
    text: ClassVar[Text] = Text("the shares sum to {total}, not to 1", "份额之和为 {total}，而不是 1")

    total: str


@define(kw_only=True, slots=False, eq=False)
class NothingToAnswer(Invalid):
    """A question about rows is asked of none."""

    code: ClassVar[str] = "figures.no_rows"
    text: ClassVar[Text] = Text("{field} has no rows", "{field} 没有数据行")

    field: str


@define(kw_only=True, slots=False, eq=False)
class ImpossibleRow(Invalid):
    """A row says more than can be: more clicks than impressions, orders without a click."""

    code: ClassVar[str] = "advertising.impossible_row"
    text: ClassVar[Text] = Text(
        "{row}: {more} cannot be {found} of {most} {of}", "{row}：{more} 为 {found}，不能超过 {of} 的 {most}"
    )

    row: str
    more: str
    found: int
    of: str
    most: int


@define(kw_only=True, slots=False, eq=False)
class OutsideBudget(Refused):
    """Advertising rows lie outside the period of their budget, or on a channel without one."""

    code: ClassVar[str] = "advertising.outside_budget"
    text: ClassVar[Text] = Text("no budget covers {rows}", "没有预算覆盖 {rows}")

    rows: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class UnplannedDays(Invalid):
    """Results are told of days that the plan does not have."""

    code: ClassVar[str] = "pace.unplanned_days"
    text: ClassVar[Text] = Text("the plan has no days {days}", "计划中没有日期 {days}")

    days: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class NoBaseline(Refused):
    """Days of which the baseline is made are not told: an average of the others would be another baseline."""

    code: ClassVar[str] = "baseline.missing_days"
    text: ClassVar[Text] = Text("the baseline needs the days {days}", "基线缺少日期 {days}")

    days: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class UnknownPlatformCampaign(Invalid):
    """The shop says that it has enrolled in campaigns that the calendar does not have."""

    code: ClassVar[str] = "enrolment.unknown_campaign"
    text: ClassVar[Text] = Text("the calendar has no campaigns {campaigns}", "日历中没有活动 {campaigns}")

    campaigns: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class BadEnrolment(Invalid):
    """Enrolment ends before it begins, or the campaign is over before it begins."""

    code: ClassVar[str] = "enrolment.bad_dates"
    text: ClassVar[Text] = Text(
        "{campaign}: enrolment opens before it closes, and closes before the campaign ends",
        "{campaign}：报名须先开始后截止，并在活动结束前截止",
    )

    campaign: str


@define(kw_only=True, slots=False, eq=False)
class UnknownYear(Refused):
    """The festival calendar does not have the year: its lunar days are data, and are not guessed."""

    code: ClassVar[str] = "festival.unknown_year"
    text: ClassVar[Text] = Text(
        "the festival calendar has the years {first} to {last}, not {year}",
        "节日日历包含 {first} 至 {last} 年，不含 {year} 年",
    )

    year: int
    first: int
    last: int


@define(kw_only=True, slots=False, eq=False)
class UnknownFestival(Invalid):
    """Actions are planned for festivals that the calendar does not have."""

    code: ClassVar[str] = "festival.unknown"
    text: ClassVar[Text] = Text("the calendar has no festivals {festivals}", "日历中没有节日 {festivals}")

    festivals: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class FreezeBroken(Refused):
    """Changes of prices, listings or promotions fall into a freeze; every one is listed."""

    code: ClassVar[str] = "freeze.broken"
    text: ClassVar[Text] = Text("{name} allows no change of {changes}", "{name} 期间不允许变更 {changes}")

    name: str
    changes: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class CampaignExists(Refused):
    """A campaign of that id has been planned already."""

    code: ClassVar[str] = "campaign.exists"
    text: ClassVar[Text] = Text("campaign {id} has been planned already", "活动 {id} 已存在")

    id: str


@define(kw_only=True, slots=False, eq=False)
class EmptyCampaign(Invalid):
    """A campaign has no day: it ends when it begins."""

    code: ClassVar[str] = "campaign.empty"
    text: ClassVar[Text] = Text("{theme}: it ends when it begins", "{theme}：开始即结束")

    theme: str


@define(kw_only=True, slots=False, eq=False)
class CampaignOver(Refused):
    """The end of a campaign has come: it can no more be scheduled, paused or resumed."""

    code: ClassVar[str] = "campaign.over"
    text: ClassVar[Text] = Text("campaign {id} ended at {end}", "活动 {id} 已于 {end} 结束")

    id: str
    end: str


@define(kw_only=True, slots=False, eq=False)
class DutiesOpen(Refused):
    """Duties that are to be done before a campaign starts are not."""

    code: ClassVar[str] = "campaign.duties_open"
    text: ClassVar[Text] = Text("campaign {id}: still to do: {duties}", "活动 {id} 尚未完成：{duties}")

    id: str
    duties: tuple[str, ...]


@define(kw_only=True, slots=False, eq=False)
class UnknownDuty(Invalid):
    """A campaign has no duty of that name."""

    code: ClassVar[str] = "campaign.unknown_duty"
    text: ClassVar[Text] = Text("campaign {id} has no duty {duty}", "活动 {id} 没有任务 {duty}")

    id: str
    duty: str


@define(kw_only=True, slots=False, eq=False)
class BadScope(Invalid):
    """A campaign for categories or products names none, or one for the whole store names some."""

    code: ClassVar[str] = "campaign.bad_scope"
    text: ClassVar[Text] = Text(
        "a scope of {reach} names {expected}, and nothing else", "范围为 {reach} 时只应指定：{expected}"
    )

    reach: str
    expected: str


@define(kw_only=True, slots=False, eq=False)
class WrongForm(Invalid):
    """A column of customers is of another form than the rule compares."""

    code: ClassVar[str] = "audience.wrong_form"
    text: ClassVar[Text] = Text(
        "the rule reads {fact} as {read}, its column holds {found}", "规则将 {fact} 读作 {read}，而其列为 {found}"
    )

    fact: str
    read: str
    found: str
