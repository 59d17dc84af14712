"""Stories of every use case: what comes before it and the command itself, whole or with a step left out, mixed up."""

from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ecomops.kernel import Command, CommandId
from ecomops.orders.aftersales import Kind, Reason
from ecomops.promotions import Claims, UseClaim, UseId
from ecomops.testing import NOON, a_taking, cny
from ecomops.testing.strategies import Step, Wait, commands
from ecomops.testing.strategies.days import DAY, order_lives
from tests.workflows.aftercare import AFTERCARE_CASES, AGREED, ARRIVAL, ASKED, RECEIVED, UNDER_WAY
from tests.workflows.bargains import BARGAIN_CASES
from tests.workflows.catalogue import CATALOGUE_CASES
from tests.workflows.flashing import FLASH_CASES
from tests.workflows.goods_back import a_loss_of, a_partial_cancellation, a_refund, a_rejection, a_request, an_approval
from tests.workflows.people import PEOPLE_CASES
from tests.workflows.sales import CAMPAIGN_CASES
from tests.workflows.shop import a_cancellation, a_shipment, units
from tests.workflows.test_claims import placing
from tests.workflows.test_returns import came_back
from tests.workflows.vouchers import ISSUED, VOUCHER_CASES
from tests.workflows.warehouse import WAREHOUSE_CASES

CLAIMED = (*ISSUED, placing())
FEWER = Claims(uses=(UseClaim(use=UseId("p"), money=cny("1.00"), most_uses=3),))
LOST = evolve(a_request(("l-1", 2), kind=Kind.REFUND), reason=Reason.LOST)
TABLES = (
    PEOPLE_CASES,
    VOUCHER_CASES,
    CAMPAIGN_CASES,
    FLASH_CASES,
    BARGAIN_CASES,
    CATALOGUE_CASES,
    WAREHOUSE_CASES,
    AFTERCARE_CASES,
)

TOLD: tuple[tuple[Command, ...], ...] = (
    *((*before, command) for table in TABLES for command, before in table.values()),
    (*CLAIMED, a_taking(), a_shipment()),
    (*CLAIMED, a_cancellation()),
    (*CLAIMED, a_taking(), a_cancellation()),
    (placing("o-2", claims=evolve(FEWER, uses=(evolve(FEWER.uses[0], most_uses=4),))), placing("o-3", claims=FEWER)),
    (*AGREED, came_back(units(2)), evolve(ARRIVAL, id=CommandId("c-judged"))),
    (*ASKED, a_rejection()),
    (*UNDER_WAY, a_loss_of(), LOST, an_approval(), a_refund()),
    (*RECEIVED, a_partial_cancellation(("l-1", 1))),
)
"""A story of every use case, and those that two of them make together."""


def paused(story: tuple[Command, ...]) -> list[Step]:
    """Return *story* with the time between its commands, which does what it asks."""
    steps: list[Step] = []
    for before, command in zip((NOON, *(each.at for each in story)), story, strict=False):
        pause = int((command.at - before).total_seconds()) // 60
        steps += [Wait(pause, due=True), command] if pause > 0 else [command]
    return steps


STORIES = tuple(
    paused(story)
    for story in TOLD
    if not any(len(other) > len(story) and other[: len(story)] == story for other in TOLD)
)
"""Those that are not the beginning of another one."""


@st.composite
def stories(draw: DrawFn) -> list[Step]:
    """Draw a story; every third one lacks a step."""
    story = list(draw(st.sampled_from(STORIES)))
    if draw(st.sampled_from([False, False, True])):
        del story[draw(st.integers(0, len(story) - 1))]
    return story


@st.composite
def far_days(draw: DrawFn) -> list[Step]:
    """Draw stories of a shop, lives of orders and single commands: what they meet is left to chance."""
    waits = st.builds(Wait, st.sampled_from([1, 31, 8 * DAY, 16 * DAY, 400 * DAY]), st.booleans())
    others: list[st.SearchStrategy[list[Any]]] = [
        order_lives(),
        st.lists(commands(), min_size=1, max_size=3),
        waits.map(lambda wait: [wait]),
    ]
    kinds: st.SearchStrategy[st.SearchStrategy[list[Any]]] = st.sampled_from([*[stories()] * 5, *others])
    return [step for _ in range(draw(st.integers(2, 7))) for step in draw(draw(kinds))]
