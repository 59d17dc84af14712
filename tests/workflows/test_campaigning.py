"""A campaign from its plan to its review, through both drivers; its answers carry what the numbers said."""

from collections.abc import Callable
from typing import Any

import pytest

from ecomops.kernel import Missing
from ecomops.memory import MemoryStore
from ecomops.promotions import CAMPAIGN, CampaignExists
from ecomops.promotions.campaigns import Status
from ecomops.workflows.campaigning import CampaignStands, campaign_due, move_campaign, plan_campaign
from tests.workflows.sales import (
    END,
    GOING_WELL,
    ID,
    START,
    approving,
    doing,
    monitoring,
    pausing,
    planning,
    replanning,
    resuming,
    reviewing,
    scheduling,
    time_passing,
    withdrawing,
)
from tests.workflows.shop import Drive, codes, value_of


def mover(drive: Drive, store: MemoryStore) -> Callable[[Any], CampaignStands]:
    """Return what carries a command out on *store*."""
    return lambda command: drive(move_campaign, command, store)


def test_a_campaign_lives_through_all_commands(drive: Drive) -> None:
    """It is planned, approved, scheduled, started by time, halted, goes on, ends by time and is reviewed."""
    store = MemoryStore()
    do = mover(drive, store)
    assert drive(plan_campaign, planning(), store) == CampaignStands(
        campaign_id=ID, status=Status.PLANNED, happened=("campaign.planned",)
    )
    assert [do(each).status for each in (approving(), doing(), scheduling())] == [
        Status.APPROVED,
        Status.APPROVED,
        Status.SCHEDULED,
    ]
    assert do(time_passing(START, "c-start")).happened == ("campaign.started",)
    assert do(pausing()).status is Status.PAUSED
    assert do(resuming()).status is Status.RUNNING
    assert do(monitoring(GOING_WELL)).happened == ()
    assert do(time_passing(END)).status is Status.ENDED
    reviewed = do(reviewing())
    assert [each.message("en") for each in reviewed.findings] == [
        "the goal was missed: 45 of 50 (90.0%)",
        "after discounts of 100.00 CNY and spend of 80.00 CNY the campaign earned 30.00 CNY",
    ]
    assert value_of(store, CAMPAIGN, "618").status is Status.REVIEWED
    assert len(codes(store)) == 9


def test_a_campaign_is_stopped_by_its_rules(drive: Drive) -> None:
    """The answer says why; looking again changes nothing."""
    store = MemoryStore()
    do = mover(drive, store)
    drive(plan_campaign, planning(), store)
    for command in (approving(), doing(), scheduling(), time_passing(START)):
        do(command)
    stopped = do(monitoring())
    assert (stopped.status, [each.message("zh") for each in stopped.findings]) == (
        Status.STOPPED,
        ["进行 2 天后完成计划的 47.5%，低于 50.0%", "已花费 900.00 CNY，预算 900.00 CNY：100.0%，上限 100.0%"],
    )
    assert do(monitoring(id="c-2")).happened == ()


def test_a_campaign_is_changed_and_called_off(drive: Drive) -> None:
    """A changed plan waits for approval again; what is called off asks time for nothing."""
    store = MemoryStore()
    do = mover(drive, store)
    drive(plan_campaign, planning(), store)
    do(approving())
    assert do(replanning()).status is Status.PLANNED
    assert do(withdrawing()).status is Status.WITHDRAWN
    assert campaign_due(value_of(store, CAMPAIGN, "618"), at=END) is None


def test_a_campaign_is_planned_once(drive: Drive) -> None:
    """Another plan of its id is refused, and so is whatever is asked of one that nobody planned."""
    store = MemoryStore()
    with pytest.raises(Missing):
        mover(drive, store)(approving())
    drive(plan_campaign, planning(), store)
    told = codes(store)
    with pytest.raises(CampaignExists):
        drive(plan_campaign, planning("c-again"), store)
    assert codes(store) == told == ["campaign.planned"]
