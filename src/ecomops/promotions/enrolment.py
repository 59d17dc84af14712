"""Campaigns of a platform in which a shop may take part: which are open, due, missed; what is to be done first."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Period
from ecomops.kernel.checks import an_instant, is_a, require_kind, require_once, some_text
from ecomops.kernel.errors import OutOfRange
from ecomops.promotions.campaign_errors import BadEnrolment, UnknownPlatformCampaign
from ecomops.terms import ChannelId


@frozen(kw_only=True)
class PlatformCampaign:
    """A campaign that a platform announces.

    Args:
        name: Its name there, once in a calendar.
        platform: The channel of the platform.
        opens: When enrolment opens.
        closes: When it has closed: the instant itself is too late.
        ends: When the campaign itself ends; not before enrolment has closed.

    Raises:
        BadEnrolment: Enrolment closes before it opens, or the campaign ends before that.
    """

    name: str = field(validator=some_text)
    platform: ChannelId = field(validator=is_a(ChannelId))
    opens: DateTime = field(validator=an_instant)
    closes: DateTime = field(validator=an_instant)
    ends: DateTime = field(validator=an_instant)

    def __attrs_post_init__(self) -> None:
        """Refuse dates that cannot be."""
        if not self.opens <= self.closes <= self.ends:
            raise BadEnrolment(campaign=self.name)


class Enrolment(StrEnum):
    """How a shop stands with a campaign of a platform."""

    DUE = "due"
    """Open, and soon to close."""
    OPEN = "open"
    """Open, with time left."""
    UPCOMING = "upcoming"
    """Not open yet."""
    MISSED = "missed"
    """Closed, and the shop is not in (未报名)."""
    ENROLLED = "enrolled"
    """The shop is in (已报名)."""
    OVER = "over"
    """The campaign has ended, and the shop was in."""


@frozen(kw_only=True)
class EnrolmentState:
    """How a shop stands with one campaign, and how long enrolment is still open; no time when it is not."""

    campaign: PlatformCampaign = field(validator=is_a(PlatformCampaign))
    state: Enrolment = field(validator=is_a(Enrolment))
    left: timedelta = field(validator=is_a(timedelta))


TWO_DAYS = timedelta(days=2)
"""How long before it closes an enrolment is due, unless the shop says otherwise."""


def enrolments(
    campaigns: Sequence[PlatformCampaign], *, enrolled: Iterable[str], at: DateTime, remind: timedelta = TWO_DAYS
) -> tuple[EnrolmentState, ...]:
    """Say how a shop stands with each campaign of a platform (活动报名): due first, then open, upcoming, missed.

    Args:
        campaigns: The calendar; each name once.
        enrolled: The names of those in which the shop is.
        at: Now.
        remind: How long before it closes an enrolment is due; at least no time.

    Returns:
        Every campaign, in the order of `Enrolment`, then by the end of enrolment, then by name.

    Raises:
        Repeated: A campaign stands twice.
        UnknownPlatformCampaign: The shop is in campaigns that the calendar does not have; all are listed.
        OutOfRange: *remind* is negative.
        WrongKind: It is no time, or a member of the calendar no campaign.

    Example:
        >>> import pendulum
        >>> june = PlatformCampaign(
        ...     name="618",
        ...     platform=ChannelId("tmall"),
        ...     opens=pendulum.datetime(2026, 5, 1),
        ...     closes=pendulum.datetime(2026, 5, 20),
        ...     ends=pendulum.datetime(2026, 6, 21),
        ... )
        >>> for day in (17, 18, 20):
        ...     (stand,) = enrolments([june], enrolled=(), at=pendulum.datetime(2026, 5, day))
        ...     print(stand.state.value, stand.left.days)
        open 3
        due 2
        missed 0
    """
    require_kind("enrolments.remind", timedelta, remind)
    for campaign in campaigns:
        require_kind("enrolments.campaigns", PlatformCampaign, campaign)
    if remind < timedelta(0):
        raise OutOfRange(field="enrolments.remind", least="0", most="∞")
    require_once((each.name for each in campaigns), field="enrolments.campaigns")
    inside = set(enrolled)
    unknown = inside - {each.name for each in campaigns}
    if unknown:
        raise UnknownPlatformCampaign(campaigns=tuple(sorted(unknown)))
    states = [_state(each, inside=each.name in inside, at=at, remind=remind) for each in campaigns]
    order = list(Enrolment)
    return tuple(sorted(states, key=lambda each: (order.index(each.state), each.campaign.closes, each.campaign.name)))


def _state(campaign: PlatformCampaign, *, inside: bool, at: DateTime, remind: timedelta) -> EnrolmentState:
    state = _told(campaign, inside=inside, at=at, remind=remind)
    left = Period(start=at, end=campaign.closes).elapsed if campaign.opens <= at < campaign.closes else timedelta(0)
    return EnrolmentState(campaign=campaign, state=state, left=left)


def _told(campaign: PlatformCampaign, *, inside: bool, at: DateTime, remind: timedelta) -> Enrolment:
    if inside:
        return Enrolment.ENROLLED if at < campaign.ends else Enrolment.OVER
    if at >= campaign.closes:
        return Enrolment.MISSED
    if at < campaign.opens:
        return Enrolment.UPCOMING
    left = Period(start=at, end=campaign.closes).elapsed
    return Enrolment.DUE if left <= remind else Enrolment.OPEN
