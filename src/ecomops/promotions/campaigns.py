"""The campaign (活动): planned, approved, scheduled, running, paused, stopped or ended, reviewed; or withdrawn.

Everything that affects its state lives here. It starts and ends by time, is stopped by the rules of its plan with the
numbers that they found, and is reviewed with a stated baseline. What it is planned with is `ecomops.promotions.plans`.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Id, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.kernel.copies import changed
from ecomops.promotions.campaign_errors import CampaignOver, DutiesOpen, UnknownDuty
from ecomops.promotions.evaluation import Baseline, Results, Review, review_results
from ecomops.promotions.exact import require_currency
from ecomops.promotions.findings import Finding
from ecomops.promotions.plans import CampaignPlan, Duty
from ecomops.promotions.stopping import Standing, breaches


class CampaignId(Id):
    """Names a campaign."""

    __slots__ = ()


class Status(StrEnum):
    """Where a campaign stands."""

    PLANNED = "planned"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"


@frozen(kw_only=True)
class Campaign:
    """A campaign.

    Args:
        id: Its id.
        plan: What it is planned with.
        status: Where it stands.
        done: The names of the duties that are done, in the order in which they were.
        review: What it brought; None until it is reviewed.
    """

    id: CampaignId = field(validator=is_a(CampaignId))
    plan: CampaignPlan = field(validator=is_a(CampaignPlan))
    status: Status = field(validator=is_a(Status))
    done: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    review: Review | None = field(default=None, validator=optional(is_a(Review)))

    @property
    def due_at(self) -> DateTime | None:
        """When time starts or ends it; None when it does neither."""
        if self.status is Status.SCHEDULED:
            return self.plan.period.start
        return self.plan.period.end if self.status in {Status.RUNNING, Status.PAUSED} else None


@frozen(kw_only=True)
class CampaignPlanned:
    """The shop planned a campaign."""

    code: ClassVar[str] = "campaign.planned"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    plan: CampaignPlan = field(validator=is_a(CampaignPlan))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignAdopted:
    """A campaign was taken over from another system as it stood; a review of an earlier system is not."""

    code: ClassVar[str] = "campaign.adopted"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    plan: CampaignPlan = field(validator=is_a(CampaignPlan))
    status: Status = field(validator=is_a(Status))
    done: tuple[str, ...] = field(validator=tuple_of(str))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignReplanned:
    """The plan was changed; what was approved is to be approved again."""

    code: ClassVar[str] = "campaign.replanned"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    plan: CampaignPlan = field(validator=is_a(CampaignPlan))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class DutyDone:
    """Something that was to be done for the campaign is done."""

    code: ClassVar[str] = "campaign.duty_done"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    duty: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignApproved:
    """The plan was approved."""

    code: ClassVar[str] = "campaign.approved"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignScheduled:
    """The campaign will start by time."""

    code: ClassVar[str] = "campaign.scheduled"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignStarted:
    """The campaign began."""

    code: ClassVar[str] = "campaign.started"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignPaused:
    """Somebody halted the campaign for a while."""

    code: ClassVar[str] = "campaign.paused"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignResumed:
    """A halted campaign went on."""

    code: ClassVar[str] = "campaign.resumed"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignStopped:
    """The rules of the plan stopped the campaign, and with which numbers."""

    code: ClassVar[str] = "campaign.stopped"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    findings: tuple[Finding, ...] = field(validator=tuple_of(Finding, least=1))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignEnded:
    """The end of the campaign came."""

    code: ClassVar[str] = "campaign.ended"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignReviewed:
    """The shop looked at what the campaign brought."""

    code: ClassVar[str] = "campaign.reviewed"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    review: Review = field(validator=is_a(Review))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class CampaignWithdrawn:
    """The campaign was called off before it began."""

    code: ClassVar[str] = "campaign.withdrawn"

    campaign: CampaignId = field(validator=is_a(CampaignId))
    reason: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)


Opening = CampaignPlanned | CampaignAdopted
Later = (
    CampaignReplanned
    | DutyDone
    | CampaignApproved
    | CampaignScheduled
    | CampaignStarted
    | CampaignPaused
    | CampaignResumed
    | CampaignStopped
    | CampaignEnded
    | CampaignReviewed
    | CampaignWithdrawn
)
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "campaign",
    events=Event,
    table={
        None: {CampaignPlanned: Status.PLANNED, CampaignAdopted: ADOPTED},
        Status.PLANNED: {
            CampaignReplanned: Status.PLANNED,
            DutyDone: Status.PLANNED,
            CampaignApproved: Status.APPROVED,
            CampaignWithdrawn: Status.WITHDRAWN,
        },
        Status.APPROVED: {
            CampaignReplanned: Status.PLANNED,
            DutyDone: Status.APPROVED,
            CampaignScheduled: Status.SCHEDULED,
            CampaignWithdrawn: Status.WITHDRAWN,
        },
        Status.SCHEDULED: {
            DutyDone: Status.SCHEDULED,
            CampaignStarted: Status.RUNNING,
            CampaignWithdrawn: Status.WITHDRAWN,
        },
        Status.RUNNING: {
            DutyDone: Status.RUNNING,
            CampaignPaused: Status.PAUSED,
            CampaignStopped: Status.STOPPED,
            CampaignEnded: Status.ENDED,
        },
        Status.PAUSED: {
            DutyDone: Status.PAUSED,
            CampaignResumed: Status.RUNNING,
            CampaignStopped: Status.STOPPED,
            CampaignEnded: Status.ENDED,
        },
        Status.STOPPED: {CampaignReviewed: Status.REVIEWED},
        Status.ENDED: {CampaignReviewed: Status.REVIEWED},
        Status.REVIEWED: {},
        Status.WITHDRAWN: {},
    },
)


def plan(id: CampaignId, *, plan: CampaignPlan, at: DateTime) -> tuple[CampaignPlanned]:
    """Plan a campaign."""
    return (CampaignPlanned(campaign=id, plan=plan, at=at),)


def replan(campaign: Campaign, *, plan: CampaignPlan, at: DateTime) -> tuple[CampaignReplanned, ...]:
    """Change the plan; what was approved is to be approved again, and duties that are gone are not done. () if equal.

    Raises:
        IllegalMove: It is scheduled, or later.
    """
    if plan == campaign.plan:
        return ()
    LIFECYCLE.require(campaign.status, CampaignReplanned, id=campaign.id)
    return (CampaignReplanned(campaign=campaign.id, plan=plan, at=at),)


def do_duty(campaign: Campaign, *, duty: str, at: DateTime) -> tuple[DutyDone, ...]:
    """Record that a duty is done; () when it is already.

    Raises:
        UnknownDuty: The plan has none of that name.
        IllegalMove: The campaign is over or withdrawn.
    """
    if all(each.name != duty for each in campaign.plan.duties):
        raise UnknownDuty(id=campaign.id, duty=duty)
    if duty in campaign.done:
        return ()
    LIFECYCLE.require(campaign.status, DutyDone, id=campaign.id)
    return (DutyDone(campaign=campaign.id, duty=duty, at=at),)


def overdue_duties(campaign: Campaign, *, at: DateTime) -> tuple[Duty, ...]:
    """Return the duties that are due at the instant *at* and not done, by when they were due, then by name."""
    late = (each for each in campaign.plan.duties if each.due <= at and each.name not in campaign.done)
    return tuple(sorted(late, key=lambda each: (each.due, each.name)))


def approve(campaign: Campaign, *, at: DateTime) -> tuple[CampaignApproved, ...]:
    """Approve the plan; () when it is approved already.

    Raises:
        IllegalMove: It is scheduled, later, or withdrawn.
    """
    if campaign.status is Status.APPROVED:
        return ()
    LIFECYCLE.require(campaign.status, CampaignApproved, id=campaign.id)
    return (CampaignApproved(campaign=campaign.id, at=at),)


def schedule(campaign: Campaign, *, at: DateTime) -> tuple[CampaignScheduled | CampaignStarted, ...]:
    """Let an approved campaign start by time, at once when its start has come; () when it is scheduled already.

    Raises:
        IllegalMove: It is not approved, or is over.
        CampaignOver: Its end has come.
        DutiesOpen: What is to be done before it starts is not; every such duty is listed.
    """
    if campaign.status is Status.SCHEDULED:
        return ()
    LIFECYCLE.require(campaign.status, CampaignScheduled, id=campaign.id)
    _require_time(campaign, at)
    undone = tuple(each.name for each in campaign.plan.duties if each.before_start and each.name not in campaign.done)
    if undone:
        raise DutiesOpen(id=campaign.id, duties=undone)
    scheduled = CampaignScheduled(campaign=campaign.id, at=at)
    begun = at >= campaign.plan.period.start
    return (scheduled, CampaignStarted(campaign=campaign.id, at=at)) if begun else (scheduled,)


def _require_time(campaign: Campaign, at: DateTime) -> None:
    end = campaign.plan.period.end
    if at >= end:
        raise CampaignOver(id=campaign.id, end=end.isoformat())


def pause(campaign: Campaign, *, reason: str, at: DateTime) -> tuple[CampaignPaused, ...]:
    """Halt a running campaign for a while; () when it is halted already.

    Raises:
        IllegalMove: It is not running.
        CampaignOver: Its end has come.
    """
    if campaign.status is Status.PAUSED:
        return ()
    LIFECYCLE.require(campaign.status, CampaignPaused, id=campaign.id)
    _require_time(campaign, at)
    return (CampaignPaused(campaign=campaign.id, reason=reason, at=at),)


def resume(campaign: Campaign, *, at: DateTime) -> tuple[CampaignResumed, ...]:
    """Let a halted campaign go on; () when it is running.

    Raises:
        IllegalMove: It is not halted.
        CampaignOver: Its end has come.
    """
    if campaign.status is Status.RUNNING:
        return ()
    LIFECYCLE.require(campaign.status, CampaignResumed, id=campaign.id)
    _require_time(campaign, at)
    return (CampaignResumed(campaign=campaign.id, at=at),)


def monitor(campaign: Campaign, *, standing: Standing, at: DateTime) -> tuple[CampaignStopped, ...]:
    """Stop a campaign when a rule of its plan says so, with the numbers; () when none does, or it is stopped already.

    Args:
        campaign: The campaign.
        standing: How it stands, in numbers that the host reads.
        at: When.

    Raises:
        IllegalMove: It has not begun, or is over.
        CurrencyMismatch: The numbers are in another currency than its budget.
    """
    if campaign.status is Status.STOPPED:
        return ()
    LIFECYCLE.require(campaign.status, CampaignStopped, id=campaign.id)
    require_currency(campaign.plan.total.currency, standing.budget)
    found = breaches(campaign.plan.stops, standing)
    return (CampaignStopped(campaign=campaign.id, findings=found, at=at),) if found else ()


def elapse(campaign: Campaign, *, at: DateTime) -> tuple[CampaignStarted | CampaignEnded, ...]:
    """Do what time asks: start a scheduled campaign, end one that has begun; () before that."""
    period = campaign.plan.period
    starts = campaign.status is Status.SCHEDULED and at >= period.start
    begun = starts or campaign.status in {Status.RUNNING, Status.PAUSED}
    started = (CampaignStarted(campaign=campaign.id, at=at),) if starts else ()
    ended = (CampaignEnded(campaign=campaign.id, at=at),) if begun and at >= period.end else ()
    return (*started, *ended)


def review(
    campaign: Campaign, *, results: Results, baseline: Baseline, at: DateTime
) -> tuple[CampaignReviewed, ...]:  # fmt: skip
    """Compare what a campaign brought with its goal and a baseline; () when it is reviewed already.

    Args:
        campaign: The campaign; it has ended or was stopped.
        results: What it came to.
        baseline: What would have been sold without it.
        at: When.

    Raises:
        IllegalMove: It is not over.
        CurrencyMismatch: Results and baseline are of two currencies.
    """
    if campaign.status is Status.REVIEWED:
        return ()
    LIFECYCLE.require(campaign.status, CampaignReviewed, id=campaign.id)
    found = review_results(results, baseline=baseline, target=campaign.plan.goal.target)
    return (CampaignReviewed(campaign=campaign.id, review=found, at=at),)


def withdraw(campaign: Campaign, *, reason: str, at: DateTime) -> tuple[CampaignWithdrawn, ...]:
    """Call a campaign off that has not begun; () when it is called off already.

    Raises:
        IllegalMove: It has begun: pause it, or let a rule stop it.
    """
    if campaign.status is Status.WITHDRAWN:
        return ()
    LIFECYCLE.require(campaign.status, CampaignWithdrawn, id=campaign.id)
    return (CampaignWithdrawn(campaign=campaign.id, reason=reason, at=at),)


def begin(event: Opening) -> Campaign:
    """Return the campaign that *event* tells of."""
    done = event.done if isinstance(event, CampaignAdopted) else ()
    return Campaign(id=event.campaign, plan=event.plan, status=LIFECYCLE.opened(event), done=done)


def evolve(campaign: Campaign, event: Later) -> Campaign:
    """Return the campaign as it stands after *event*."""
    status = LIFECYCLE.after(campaign.status, type(event))
    match event:
        case CampaignReplanned(plan=plan):
            duties = {each.name for each in plan.duties}
            return changed(
                campaign, status=status, plan=plan, done=tuple(each for each in campaign.done if each in duties)
            )
        case DutyDone(duty=duty):
            return changed(campaign, status=status, done=(*campaign.done, duty))
        case CampaignReviewed(review=review):
            return changed(campaign, status=status, review=review)
        case (
            CampaignApproved()
            | CampaignScheduled()
            | CampaignStarted()
            | CampaignPaused()
            | CampaignResumed()
            | CampaignStopped()
            | CampaignEnded()
            | CampaignWithdrawn()
        ):
            return changed(campaign, status=status)
        case _:
            assert_never(event)


CAMPAIGN: Noun[Campaign, Opening, Later] = Noun(
    kind="campaign",
    model=Campaign,
    events=Event,
    opens=(CampaignPlanned, CampaignAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda campaign: campaign.id,
    due_at=lambda campaign: campaign.due_at,
    keys={"status": lambda campaign: campaign.status},
)
