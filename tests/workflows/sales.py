"""Campaigns in the cases that every use case is put through: a command of each, what came before, what it refuses."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import Command, CommandId, Period
from ecomops.promotions import CampaignId
from ecomops.promotions.budgets import BudgetPart
from ecomops.promotions.evaluation import Baseline, BaselineSource, Results
from ecomops.promotions.plans import CampaignPlan, Duty, Goal
from ecomops.promotions.stopping import Standing, StopBehind, StopOverspent
from ecomops.terms import ChannelId
from ecomops.testing import NOON, cny
from ecomops.workflows.campaigning import (
    ApproveCampaign,
    CampaignDue,
    DoDuty,
    MonitorCampaign,
    PauseCampaign,
    PlanCampaign,
    ReplanCampaign,
    ResumeCampaign,
    ReviewCampaign,
    ScheduleCampaign,
    WithdrawCampaign,
)
from ecomops.workflows.clock import CLOCK
from tests.workflows.shop import STAFF

START, END = NOON.add(days=2), NOON.add(days=5)
DURING = START.add(hours=1)
ID = CampaignId("618")

THE_PLAN = CampaignPlan(
    theme="summer tea",
    goal=Goal(kpi="orders", target=50),
    budget=(BudgetPart(channel=ChannelId("search"), goal="new buyers", amount=cny("900.00")),),
    period=Period(start=START, end=END),
    duties=(Duty(name="posters", due=NOON.add(days=1), before_start=True), Duty(name="thanks", due=END)),
    stops=(StopBehind(below=Fraction(1, 2), after=2), StopOverspent()),
)
"""Three days of tea; the posters hang before it starts."""

GOING_WELL = Standing(
    days=2,
    planned=40,
    actual=20,
    budget=cny("900.00"),
    spent=cny("899.99"),
    sales=cny("800.00"),
    margin=cny("-1.00"),
)
"""At both bounds: half of the plan will do, and a cent of the budget is left."""

GOING_BADLY = evolve(GOING_WELL, actual=19, spent=cny("900.00"))

RESULTS = Results(
    list_sales=cny("1000.00"),
    discount=cny("100.00"),
    goods_cost=cny("550.00"),
    spend=cny("80.00"),
    reached=45,
)
BASELINE = Baseline(
    sales=cny("600.00"), margin=cny("240.00"), source=BaselineSource.WEEKDAYS, observations=12
)  # fmt: skip


def told(id: str, at: DateTime = NOON) -> dict[str, Any]:
    """Return the fields that every command has."""
    return {"id": CommandId(id), "by": STAFF, "at": at, "campaign_id": ID}


def planning(id: str = "c-sale-plan") -> PlanCampaign:
    """Return the command that plans it."""
    return PlanCampaign(**told(id), plan=THE_PLAN)


def replanning(id: str = "c-sale-replan") -> ReplanCampaign:
    """Return the command that changes its theme, and takes its duties away."""
    return ReplanCampaign(**told(id), plan=evolve(THE_PLAN, theme="autumn tea", duties=()))


def doing(duty: str = "posters", id: str = "c-sale-duty") -> DoDuty:
    """Return the command that ticks a duty off."""
    return DoDuty(**told(id), duty=duty)


def approving(id: str = "c-sale-approve") -> ApproveCampaign:
    """Return the command that approves it."""
    return ApproveCampaign(**told(id))


def scheduling(id: str = "c-sale-schedule", at: DateTime = NOON) -> ScheduleCampaign:
    """Return the command that schedules it."""
    return ScheduleCampaign(**told(id, at))


def pausing(id: str = "c-sale-pause", at: DateTime = DURING) -> PauseCampaign:
    """Return the command that halts it."""
    return PauseCampaign(**told(id, at), reason="price error")


def resuming(id: str = "c-sale-resume", at: DateTime = DURING) -> ResumeCampaign:
    """Return the command that lets it go on."""
    return ResumeCampaign(**told(id, at))


def monitoring(standing: Standing = GOING_BADLY, id: str = "c-sale-look", at: DateTime = DURING) -> MonitorCampaign:
    """Return the command that looks how it stands."""
    return MonitorCampaign(**told(id, at), standing=standing)


def reviewing(id: str = "c-sale-review", at: DateTime = END) -> ReviewCampaign:
    """Return the command that compares it with its baseline."""
    return ReviewCampaign(**told(id, at), results=RESULTS, baseline=BASELINE)


def withdrawing(id: str = "c-sale-off", at: DateTime = NOON) -> WithdrawCampaign:
    """Return the command that calls it off."""
    return WithdrawCampaign(**told(id, at), reason="no stock")


def time_passing(at: DateTime, id: str = "c-sale-time") -> CampaignDue:
    """Return the command that time gives."""
    return CampaignDue(id=CommandId(id), by=CLOCK, at=at, campaign_id=ID)


PLANNED: tuple[Command, ...] = (planning(),)
APPROVED = (*PLANNED, approving())
SCHEDULED = (*APPROVED, doing(), scheduling())
RUNNING = (*SCHEDULED, time_passing(START, "c-sale-start"))
PAUSED = (*RUNNING, pausing())
ENDED = (*RUNNING, time_passing(END, "c-sale-end"))

CAMPAIGN_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "plan a campaign": (planning(), ()),
    "change a plan": (replanning(), APPROVED),
    "do a duty": (doing(), PLANNED),
    "do a duty again": (doing(id="c-sale-2"), (*PLANNED, doing())),
    "approve a campaign": (approving(), PLANNED),
    "schedule a campaign": (scheduling(), (*APPROVED, doing())),
    "schedule a campaign late": (scheduling(at=DURING), (*APPROVED, doing())),
    "a campaign starts": (time_passing(START), SCHEDULED),
    "a campaign does not start": (time_passing(NOON), SCHEDULED),
    "pause a campaign": (pausing(), RUNNING),
    "resume a campaign": (resuming(), PAUSED),
    "a campaign goes on": (monitoring(GOING_WELL), RUNNING),
    "a campaign is stopped": (monitoring(), RUNNING),
    "a campaign ends": (time_passing(END), RUNNING),
    "review a campaign": (reviewing(), ENDED),
    "withdraw a campaign": (withdrawing(), SCHEDULED),
}
"""A command of every use case, and what came before it."""

CAMPAIGN_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "plan a campaign twice": ("campaign.exists", PLANNED, planning("c-sale-2")),
    "change the plan of a running campaign": ("campaign.illegal_move", RUNNING, replanning()),
    "do an unknown duty": ("campaign.unknown_duty", PLANNED, doing("dance")),
    "approve what runs": ("campaign.illegal_move", RUNNING, approving("c-sale-2")),
    "schedule without posters": ("campaign.duties_open", APPROVED, scheduling()),
    "schedule what is not approved": ("campaign.illegal_move", PLANNED, scheduling()),
    "schedule what is over": ("campaign.over", (*APPROVED, doing()), scheduling(at=END)),
    "pause what does not run": ("campaign.illegal_move", SCHEDULED, pausing()),
    "pause what is over": ("campaign.over", RUNNING, pausing(at=END)),
    "resume what is over": ("campaign.over", PAUSED, resuming(at=END)),
    "look at what has not begun": ("campaign.illegal_move", SCHEDULED, monitoring()),
    "review what runs": ("campaign.illegal_move", RUNNING, reviewing()),
    "withdraw what runs": ("campaign.illegal_move", RUNNING, withdrawing()),
    "time for an unknown campaign": ("noun.not_found", (), time_passing(START)),
}
"""A refusal of every use case: its code, what came before, the command."""
