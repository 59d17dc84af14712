"""Campaigns: plan, replan, tick duties off, approve, schedule, pause, resume, monitor, review, withdraw; and time."""

from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, get, lookup
from ecomops.kernel.checks import an_instant, is_a, optional, some_text, tuple_of
from ecomops.promotions import CAMPAIGN, Campaign, CampaignExists, CampaignId, campaigns
from ecomops.promotions.campaigns import Later, Status
from ecomops.promotions.evaluation import Baseline, Results
from ecomops.promotions.findings import Finding
from ecomops.promotions.plans import CampaignPlan
from ecomops.promotions.stopping import Standing
from ecomops.workflows.clock import CLOCK, due_id


@frozen(kw_only=True)
class PlanCampaign:
    """Plan a campaign (活动策划).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The id of the campaign.
        plan: What it is planned with.
    """

    code: ClassVar[str] = "plan_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    plan: CampaignPlan = field(validator=is_a(CampaignPlan))


@frozen(kw_only=True)
class ReplanCampaign:
    """Change the plan of a campaign; what was approved is to be approved again.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
        plan: What it is planned with from now on.
    """

    code: ClassVar[str] = "replan_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    plan: CampaignPlan = field(validator=is_a(CampaignPlan))


@frozen(kw_only=True)
class DoDuty:
    """Record that a duty of a campaign is done.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
        duty: Its name in the plan.
    """

    code: ClassVar[str] = "do_duty"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    duty: str = field(validator=some_text)


@frozen(kw_only=True)
class ApproveCampaign:
    """Approve the plan of a campaign.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
    """

    code: ClassVar[str] = "approve_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))


@frozen(kw_only=True)
class ScheduleCampaign:
    """Let an approved campaign start by time.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
    """

    code: ClassVar[str] = "schedule_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))


@frozen(kw_only=True)
class PauseCampaign:
    """Halt a running campaign for a while.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
        reason: Why.
    """

    code: ClassVar[str] = "pause_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class ResumeCampaign:
    """Let a halted campaign go on.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
    """

    code: ClassVar[str] = "resume_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))


@frozen(kw_only=True)
class MonitorCampaign:
    """Look how a campaign stands, and stop it when a rule of its plan says so (活动监控).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
        standing: How it stands, in numbers that the host reads.
    """

    code: ClassVar[str] = "monitor_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    standing: Standing = field(validator=is_a(Standing))


@frozen(kw_only=True)
class ReviewCampaign:
    """Compare what a campaign brought with its goal and a baseline (活动效果评估).

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
        results: What it came to.
        baseline: What would have been sold without it.
    """

    code: ClassVar[str] = "review_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    results: Results = field(validator=is_a(Results))
    baseline: Baseline = field(validator=is_a(Baseline))


@frozen(kw_only=True)
class WithdrawCampaign:
    """Call a campaign off that has not begun.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        campaign_id: The campaign.
        reason: Why.
    """

    code: ClassVar[str] = "withdraw_campaign"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    reason: str = field(validator=some_text)


@frozen(kw_only=True)
class CampaignDue:
    """Do what time asks of a campaign: start it, end it.

    Args:
        id: Made of the kind, the id and the deadline.
        by: Who gives it.
        at: The deadline.
        campaign_id: The campaign.
    """

    code: ClassVar[str] = "campaign_due"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    campaign_id: CampaignId = field(validator=is_a(CampaignId))


CampaignCommand = (
    ReplanCampaign
    | DoDuty
    | ApproveCampaign
    | ScheduleCampaign
    | PauseCampaign
    | ResumeCampaign
    | MonitorCampaign
    | ReviewCampaign
    | WithdrawCampaign
    | CampaignDue
)


@frozen(kw_only=True)
class CampaignStands:
    """The answer: how the campaign stands, what happened to it, and what the numbers said, when any were looked at."""

    code: ClassVar[str] = "campaign_stands"

    campaign_id: CampaignId = field(validator=is_a(CampaignId))
    status: Status = field(validator=is_a(Status))
    happened: tuple[str, ...] = field(validator=tuple_of(str))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))


@frozen(kw_only=True)
class NewCampaignNeeds:
    """What the plan looks at: a campaign of that id; there should be none."""

    campaign: Versioned[Campaign] | None = field(validator=optional(is_a(Versioned)))


@frozen(kw_only=True)
class CampaignNeeds:
    """What the plan looks at: the campaign."""

    campaign: Versioned[Campaign] = field(validator=is_a(Versioned))


def plan_plan_campaign(command: PlanCampaign, needs: NewCampaignNeeds) -> Plan[CampaignStands]:
    """Decide a new campaign.

    Raises:
        CampaignExists: There is a campaign of that id.
    """
    if needs.campaign is not None:
        raise CampaignExists(id=command.campaign_id)
    planned = campaigns.plan(command.campaign_id, plan=command.plan, at=command.at)
    answer = CampaignStands(
        campaign_id=command.campaign_id, status=Status.PLANNED, happened=tuple(each.code for each in planned)
    )
    return Plan(answer=answer, writes=CAMPAIGN.write(None, planned))


def plan_campaign(command: PlanCampaign) -> Work[CampaignStands]:
    """Read whether there is such a campaign, and plan it."""
    campaign = yield from lookup(CAMPAIGN, command.campaign_id)
    return plan_plan_campaign(command, NewCampaignNeeds(campaign=campaign))


def plan_campaign_command(command: CampaignCommand, needs: CampaignNeeds) -> Plan[CampaignStands]:
    """Decide what happens to a campaign; a repeat changes nothing.

    Raises:
        IllegalMove: It does not stand where that can happen.
        UnknownDuty: Its plan has no such duty.
        DutiesOpen: What is to be done before it starts is not.
        CampaignOver: Its end has come.
        CurrencyMismatch: Numbers are in another currency than its budget, or results in another than the baseline.
    """
    campaign = CAMPAIGN.draft(needs.campaign)
    events = _decided(command, campaign.value)
    value = campaign.add(events).value
    answer = CampaignStands(
        campaign_id=value.id,
        status=value.status,
        happened=tuple(each.code for each in events),
        findings=tuple(found for each in events for found in _found(each)),
    )
    return Plan(answer=answer, writes=campaign.writes())


def _decided(command: CampaignCommand, campaign: Campaign) -> tuple[Later, ...]:
    match command:
        case ReplanCampaign():
            return campaigns.replan(campaign, plan=command.plan, at=command.at)
        case DoDuty():
            return campaigns.do_duty(campaign, duty=command.duty, at=command.at)
        case ApproveCampaign():
            return campaigns.approve(campaign, at=command.at)
        case ScheduleCampaign():
            return campaigns.schedule(campaign, at=command.at)
        case PauseCampaign():
            return campaigns.pause(campaign, reason=command.reason, at=command.at)
        case ResumeCampaign():
            return campaigns.resume(campaign, at=command.at)
        case MonitorCampaign():
            return campaigns.monitor(campaign, standing=command.standing, at=command.at)
        case ReviewCampaign():
            return campaigns.review(campaign, results=command.results, baseline=command.baseline, at=command.at)
        case WithdrawCampaign():
            return campaigns.withdraw(campaign, reason=command.reason, at=command.at)
        case CampaignDue():
            return campaigns.elapse(campaign, at=command.at)
        case _:
            assert_never(command)


def _found(event: Later) -> tuple[Finding, ...]:
    """Return what the numbers of an event say."""
    if isinstance(event, campaigns.CampaignReviewed):
        return event.review.findings
    return event.findings if isinstance(event, campaigns.CampaignStopped) else ()


def move_campaign(command: CampaignCommand) -> Work[CampaignStands]:
    """Read a campaign, and do what the command says: one use case for all ten.

    Raises:
        Missing: There is no such campaign.
    """
    campaign = yield from get(CAMPAIGN, command.campaign_id)
    return plan_campaign_command(command, CampaignNeeds(campaign=campaign))


def campaign_due(campaign: Campaign, *, at: DateTime) -> CampaignDue | None:
    """Return what time asks of *campaign* at the instant *at*; None when nothing has fallen due.

    The command holds at the deadline, not at *at*: it is the same whoever runs it, and when.
    """
    deadline = campaign.due_at
    if deadline is None or at < deadline:
        return None
    id = due_id(CAMPAIGN.kind, campaign.id, deadline)
    return CampaignDue(id=id, by=CLOCK, at=deadline, campaign_id=campaign.id)
