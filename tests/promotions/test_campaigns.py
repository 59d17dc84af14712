"""Campaigns: their table, each decision in each state, what time does, what a scope covers."""

from typing import Any

import pytest
from attrs import evolve

from ecomops.kernel import Currency, CurrencyMismatch, DomainError, Money, Period
from ecomops.promotions import CAMPAIGN, Campaign, campaigns
from ecomops.promotions.budgets import BudgetPart
from ecomops.promotions.campaigns import (
    LIFECYCLE,
    CampaignAdopted,
    CampaignApproved,
    CampaignEnded,
    CampaignPaused,
    CampaignPlanned,
    CampaignReplanned,
    CampaignResumed,
    CampaignReviewed,
    CampaignScheduled,
    CampaignStarted,
    CampaignStopped,
    CampaignWithdrawn,
    DutyDone,
    Status,
)
from ecomops.promotions.evaluation import review_results
from ecomops.promotions.plans import STORE, Clash, Duty, Scope, ScopeReach, clashes, covers
from ecomops.promotions.stopping import breaches
from ecomops.terms import CategoryId, ChannelId, Sku
from ecomops.testing import NOON, cny, given
from tests.workflows.sales import BASELINE, DURING, END, GOING_BADLY, GOING_WELL, ID, RESULTS, START, THE_PLAN

PLANNED = CampaignPlanned(campaign=ID, plan=THE_PLAN, at=NOON)
DONE = DutyDone(campaign=ID, duty="posters", at=NOON)
APPROVED = CampaignApproved(campaign=ID, at=NOON)
SCHEDULED = CampaignScheduled(campaign=ID, at=NOON)
STARTED = CampaignStarted(campaign=ID, at=START)
PAUSED = CampaignPaused(campaign=ID, reason="price error", at=DURING)
RESUMED = CampaignResumed(campaign=ID, at=DURING)
STOPPED = CampaignStopped(campaign=ID, findings=breaches(THE_PLAN.stops, GOING_BADLY), at=DURING)
FINISHED = CampaignEnded(campaign=ID, at=END)
REVIEW = review_results(RESULTS, baseline=BASELINE, target=50)
REVIEWED = CampaignReviewed(campaign=ID, review=REVIEW, at=END)
WITHDRAWN = CampaignWithdrawn(campaign=ID, reason="no stock", at=NOON)

HISTORIES: dict[Status, tuple[Any, ...]] = {
    Status.PLANNED: (PLANNED,),
    Status.APPROVED: (PLANNED, APPROVED),
    Status.SCHEDULED: (PLANNED, APPROVED, DONE, SCHEDULED),
    Status.RUNNING: (PLANNED, APPROVED, DONE, SCHEDULED, STARTED),
    Status.PAUSED: (PLANNED, APPROVED, DONE, SCHEDULED, STARTED, PAUSED),
    Status.STOPPED: (PLANNED, APPROVED, DONE, SCHEDULED, STARTED, STOPPED),
    Status.ENDED: (PLANNED, APPROVED, DONE, SCHEDULED, STARTED, FINISHED),
    Status.REVIEWED: (PLANNED, APPROVED, DONE, SCHEDULED, STARTED, FINISHED, REVIEWED),
    Status.WITHDRAWN: (PLANNED, WITHDRAWN),
}
BEGUN = (Status.RUNNING, Status.PAUSED)


def a_life(status: Status) -> Campaign:
    """Return a campaign that stands there."""
    return CAMPAIGN.replay(HISTORIES[status])


def only_from(
    decision: Any,  # noqa: ANN401 - a decision
    arguments: dict[str, Any],
    states: tuple[Status, ...],
    repeat: Status | None,
) -> None:
    """Require that a decision comes to something from these *states* alone, and is a repeat in one."""
    for status in Status:
        if status in states:
            assert decision(a_life(status), **arguments)
        elif status is repeat:
            assert decision(a_life(status), **arguments) == ()
        else:
            given(CAMPAIGN, *HISTORIES[status]).when(decision, **arguments).then_refused("campaign.illegal_move")


def test_the_table() -> None:
    """From the plan to the review; a stopped one is reviewed as one that ended, a withdrawn one is not."""
    assert {status for status in Status if LIFECYCLE.is_final(status)} == {Status.REVIEWED, Status.WITHDRAWN}
    assert set(LIFECYCLE.may(Status.RUNNING)) == {DutyDone, CampaignPaused, CampaignStopped, CampaignEnded}


@pytest.mark.parametrize("status", Status)
def test_a_history_leads_to_its_status(status: Status) -> None:
    """Time asks a scheduled campaign to start, one that has begun to end, and no other anything."""
    campaign = a_life(status)
    due = {Status.SCHEDULED: START, Status.RUNNING: END, Status.PAUSED: END}
    assert (campaign.status, CAMPAIGN.key("due_at", campaign)) == (status, due.get(status))
    assert CAMPAIGN.key("status", campaign) == status
    assert (campaign.review is None) == (status is not Status.REVIEWED)


def test_an_adopted_campaign_stands_where_it_stood() -> None:
    """With the duties that were done."""
    taken = CampaignAdopted(campaign=ID, plan=THE_PLAN, status=Status.RUNNING, done=("posters",), at=DURING)
    assert CAMPAIGN.replay((taken,)) == a_life(Status.RUNNING)


def test_a_changed_plan_is_approved_again() -> None:
    """Duties that are gone are not done; the same plan changes nothing."""
    new = evolve(THE_PLAN, theme="autumn tea", duties=(Duty(name="thanks", due=END),))
    replanned = CampaignReplanned(campaign=ID, plan=new, at=NOON)
    given(CAMPAIGN, PLANNED, DONE, APPROVED).when(campaigns.replan, plan=new, at=NOON).then(replanned)
    campaign = CAMPAIGN.replay((PLANNED, DONE, APPROVED, replanned))
    assert (campaign.status, campaign.plan, campaign.done) == (Status.PLANNED, new, ())
    given(CAMPAIGN, PLANNED).when(campaigns.replan, plan=THE_PLAN, at=NOON).then()
    only_from(campaigns.replan, {"plan": new, "at": NOON}, (Status.PLANNED, Status.APPROVED), None)


def test_duties() -> None:
    """Done once, as long as the campaign is not over; late ones are listed by when they were due."""
    given(CAMPAIGN, PLANNED).when(campaigns.do_duty, duty="posters", at=NOON).then(DONE)
    given(CAMPAIGN, PLANNED, DONE).when(campaigns.do_duty, duty="posters", at=NOON).then()
    given(CAMPAIGN, PLANNED).when(campaigns.do_duty, duty="dance", at=NOON).then_refused("campaign.unknown_duty")
    open_states = (Status.PLANNED, Status.APPROVED, Status.SCHEDULED, *BEGUN)
    only_from(campaigns.do_duty, {"duty": "thanks", "at": NOON}, open_states, None)
    names = [[each.name for each in campaigns.overdue_duties(a_life(Status.PLANNED), at=at)] for at in (NOON, END)]
    assert names == [[], ["posters", "thanks"]]
    day = THE_PLAN.duties[0].due
    assert [each.name for each in campaigns.overdue_duties(a_life(Status.PLANNED), at=day)] == ["posters"]
    assert campaigns.overdue_duties(a_life(Status.RUNNING), at=day) == ()


def test_approving_and_scheduling() -> None:
    """Nothing is scheduled that is not approved, or whose duties before the start are open; a late one starts."""
    only_from(campaigns.approve, {"at": NOON}, (Status.PLANNED,), Status.APPROVED)
    when: dict[str, Any] = {"at": NOON}
    ready = (PLANNED, APPROVED, DONE)
    given(CAMPAIGN, *ready).when(campaigns.schedule, **when).then(SCHEDULED)
    given(CAMPAIGN, *ready, SCHEDULED).when(campaigns.schedule, **when).then()
    given(CAMPAIGN, PLANNED).when(campaigns.schedule, **when).then_refused("campaign.illegal_move")
    given(CAMPAIGN, PLANNED, APPROVED).when(campaigns.schedule, **when).then_refused(
        "campaign.duties_open", id="618", duties=("posters",)
    )
    given(CAMPAIGN, *ready).when(campaigns.schedule, at=START).then(
        CampaignScheduled(campaign=ID, at=START), CampaignStarted(campaign=ID, at=START)
    )
    given(CAMPAIGN, *ready).when(campaigns.schedule, at=END).then_refused("campaign.over", id="618")


def test_halting() -> None:
    """A running campaign is halted and goes on, until its end."""
    when: dict[str, Any] = {"reason": "price error", "at": DURING}
    given(CAMPAIGN, *HISTORIES[Status.RUNNING]).when(campaigns.pause, **when).then(PAUSED)
    only_from(campaigns.pause, when, (Status.RUNNING,), Status.PAUSED)
    given(CAMPAIGN, *HISTORIES[Status.PAUSED]).when(campaigns.resume, at=DURING).then(RESUMED)
    only_from(campaigns.resume, {"at": DURING}, (Status.PAUSED,), Status.RUNNING)
    assert CAMPAIGN.replay((*HISTORIES[Status.PAUSED], RESUMED)).status is Status.RUNNING
    late: dict[str, Any] = {"reason": "late", "at": END}
    given(CAMPAIGN, *HISTORIES[Status.RUNNING]).when(campaigns.pause, **late).then_refused("campaign.over")
    given(CAMPAIGN, *HISTORIES[Status.PAUSED]).when(campaigns.resume, at=END).then_refused("campaign.over")


def test_a_rule_of_the_plan_stops_it() -> None:
    """With what it found; at its bounds a campaign goes on, and one that is halted can be stopped too."""
    for status in BEGUN:
        given(CAMPAIGN, *HISTORIES[status]).when(campaigns.monitor, standing=GOING_BADLY, at=DURING).then(STOPPED)
        given(CAMPAIGN, *HISTORIES[status]).when(campaigns.monitor, standing=GOING_WELL, at=DURING).then()
    only_from(campaigns.monitor, {"standing": GOING_BADLY, "at": DURING}, BEGUN, Status.STOPPED)
    assert [each.remark.value for each in STOPPED.findings] == ["campaign.behind_plan", "campaign.overspent"]
    yen: dict[str, Any] = {name: Money(1, Currency.JPY) for name in ("budget", "spent", "sales", "margin")}
    with pytest.raises(CurrencyMismatch):
        campaigns.monitor(a_life(Status.RUNNING), standing=evolve(GOING_WELL, **yen), at=DURING)


def test_time_starts_and_ends_it() -> None:
    """At its instants, not before; one that nobody looked at in between does both."""
    given(CAMPAIGN, *HISTORIES[Status.SCHEDULED]).when(campaigns.elapse, at=START).then(STARTED)
    given(CAMPAIGN, *HISTORIES[Status.SCHEDULED]).when(campaigns.elapse, at=START.subtract(microseconds=1)).then()
    given(CAMPAIGN, *HISTORIES[Status.SCHEDULED]).when(campaigns.elapse, at=END).then(evolve(STARTED, at=END), FINISHED)
    for status in BEGUN:
        given(CAMPAIGN, *HISTORIES[status]).when(campaigns.elapse, at=END).then(FINISHED)
        given(CAMPAIGN, *HISTORIES[status]).when(campaigns.elapse, at=END.subtract(microseconds=1)).then()
    for status in set(Status) - {Status.SCHEDULED, *BEGUN}:
        assert campaigns.elapse(a_life(status), at=END) == ()


def test_reviewing_and_withdrawing() -> None:
    """What is over is reviewed once, against the target of its plan; what has not begun is withdrawn."""
    when: dict[str, Any] = {"results": RESULTS, "baseline": BASELINE, "at": END}
    given(CAMPAIGN, *HISTORIES[Status.ENDED]).when(campaigns.review, **when).then(REVIEWED)
    only_from(campaigns.review, when, (Status.ENDED, Status.STOPPED), Status.REVIEWED)
    assert a_life(Status.REVIEWED).review == REVIEW
    before = (Status.PLANNED, Status.APPROVED, Status.SCHEDULED)
    only_from(campaigns.withdraw, {"reason": "no stock", "at": NOON}, before, Status.WITHDRAWN)


TEA, CUP, DRINKS = Sku("tea"), Sku("cup"), CategoryId("drinks")
OF_DRINKS = Scope(reach=ScopeReach.CATEGORY, categories=(DRINKS,))
OF_TEA = Scope(reach=ScopeReach.PRODUCT, skus=(TEA,))


@pytest.mark.parametrize(
    ("scope", "tea", "cup"),
    [(STORE, True, True), (OF_DRINKS, True, False), (OF_TEA, True, False)],
    ids=["store", "category", "product"],
)
def test_a_scope_covers_products(scope: Scope, tea: bool, cup: bool) -> None:  # noqa: FBT001 - cells of the table
    """The store covers all, a category what stands under it, a product itself."""
    assert covers(scope, sku=TEA, categories=(CategoryId("green"), DRINKS)) is tea
    assert covers(scope, sku=CUP, categories=(CategoryId("ware"),)) is cup


def test_campaigns_that_meet() -> None:
    """At the same time, for the same products; one that begins when another ends does not meet it."""
    half = evolve(THE_PLAN, period=Period(start=DURING, end=END), scope=OF_DRINKS)
    then = evolve(THE_PLAN, period=Period(start=END, end=END.add(days=1)))
    met = clashes((THE_PLAN, half, then))
    assert met == (Clash(first=0, second=1, period=Period(start=DURING, end=END)),)
    tea = evolve(half, scope=OF_TEA)
    assert clashes((half, tea)) == ()
    assert len(clashes((half, half))) == len(clashes((tea, tea))) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"period": Period(start=NOON, end=NOON)}, "campaign.empty"),
        ({"budget": ()}, "value.out_of_range"),
        ({"budget": THE_PLAN.budget * 2}, "value.repeated"),
        ({"duties": THE_PLAN.duties * 2}, "value.repeated"),
        ({"duties": tuple(Duty(name=f"d {n}", due=NOON) for n in range(201))}, "value.out_of_range"),
        (
            {
                "budget": (
                    *THE_PLAN.budget,
                    BudgetPart(channel=ChannelId("a"), goal="b", amount=Money(1, Currency.JPY)),
                )
            },
            "money.currency_mismatch",
        ),
    ],
    ids=["no day", "no budget", "a part twice", "a duty twice", "too many duties", "two currencies"],
)
def test_plans_that_cannot_be(change: dict[str, Any], code: str) -> None:
    """They are refused as they are made."""
    with pytest.raises(DomainError) as refusal:
        evolve(THE_PLAN, **change)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "scope",
    [{"skus": (TEA,)}, {"reach": ScopeReach.PRODUCT}, {"reach": ScopeReach.CATEGORY, "skus": (TEA,)}],
    ids=["a store of tea", "no product", "a category of tea"],
)
def test_scopes_that_cannot_be(scope: dict[str, Any]) -> None:
    """A scope names what its reach asks for, and nothing else."""
    with pytest.raises(DomainError) as refusal:
        Scope(**scope)
    assert refusal.value.code == "campaign.bad_scope"


def test_the_budget_is_the_sum_of_its_parts() -> None:
    """In its currency."""
    more = BudgetPart(channel=ChannelId("live"), goal="clearance", amount=cny("0.01"))
    assert evolve(THE_PLAN, budget=(*THE_PLAN.budget, more)).total == cny("900.01")
