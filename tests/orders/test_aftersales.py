"""The case of after-sales: what each step does in every state, and what it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from ecomops.kernel import OutOfRange
from ecomops.orders import AFTERSALE, AfterSale, Excess, LineUnits, Refund, aftersales
from ecomops.orders.aftersales import (
    LIFECYCLE,
    AfterSalePolicy,
    CaseAdopted,
    CaseApproved,
    CaseArrived,
    CaseReceived,
    CaseRefunded,
    CaseRejected,
    CaseRequested,
    CaseWithdrawn,
    Kind,
    Later,
    Reason,
    Rejection,
    Status,
    Withdrawal,
)
from ecomops.orders.refunds import refund_of
from ecomops.terms import CaseId, LineId, OrderId
from ecomops.testing import NOON, Given, Outcome, a_checkout, a_line, a_received_order, cny
from tests.orders.order.kit import units

K1, O1 = CaseId("k-1"), OrderId("o-1")
LATER = NOON.add(hours=1)
SEND_BY = NOON.add(days=15)
ASKED = units(tea=2, cup=1, wrap=1)
SERVICES = (LineId("wrap"),)
REQUESTED = CaseRequested(case_id=K1, order_id=O1, kind=Kind.RETURN, units=ASKED, reason=Reason.QUALITY, at=NOON)
FOR_MONEY = evolve(REQUESTED, kind=Kind.REFUND)
APPROVED = CaseApproved(case_id=K1, send_by=SEND_BY, at=NOON)
AGREED = evolve(APPROVED, send_by=None)
CAME = CaseReceived(case_id=K1, units=units(tea=2, cup=1), missing=(), at=LATER)
REJECTED = CaseRejected(case_id=K1, why=Rejection.USED, at=LATER)
WITHDRAWN = CaseWithdrawn(case_id=K1, why=Withdrawal.BUYER, at=LATER)
BACK: Refund = refund_of(
    a_received_order(a_checkout(a_line(id="tea", quantity=3))), units=units(tea=2), fee=cny("1.00")
)
REFUNDED = CaseRefunded(
    case_id=K1,
    order_id=O1,
    lines=BACK.lines,
    services=(),
    amount=cny("5.67"),
    fee=cny("1.00"),
    tenders=(),
    at=LATER,
)
CASE = AfterSale(id=K1, order=O1, kind=Kind.RETURN, status=Status.REQUESTED, reason=Reason.QUALITY, units=ASKED)


def case(*later: Later, opening: CaseRequested = REQUESTED) -> AfterSale:
    """Return the case after these events."""
    return AFTERSALE.replay((opening, *later))


def test_the_table() -> None:
    """A case ends refunded, rejected or withdrawn; goods that have come are not withdrawn any more."""
    assert set(LIFECYCLE.edges()) == {
        (None, CaseRequested, Status.REQUESTED),
        *((None, CaseAdopted, status) for status in Status),
        (Status.REQUESTED, CaseApproved, Status.APPROVED),
        (Status.REQUESTED, CaseRejected, Status.REJECTED),
        (Status.REQUESTED, CaseWithdrawn, Status.WITHDRAWN),
        (Status.APPROVED, CaseArrived, Status.APPROVED),
        (Status.APPROVED, CaseReceived, Status.RECEIVED),
        (Status.APPROVED, CaseRefunded, Status.REFUNDED),
        (Status.APPROVED, CaseRejected, Status.REJECTED),
        (Status.APPROVED, CaseWithdrawn, Status.WITHDRAWN),
        (Status.RECEIVED, CaseRefunded, Status.REFUNDED),
        (Status.RECEIVED, CaseRejected, Status.REJECTED),
    }


def test_a_case_is_opened() -> None:
    """It says what is asked for and why."""
    opened = aftersales.request(K1, order=O1, kind=Kind.RETURN, units=ASKED, reason=Reason.QUALITY, at=NOON)
    assert opened == (REQUESTED,)
    assert AFTERSALE.replay(opened) == CASE
    (bare,) = aftersales.request(K1, order=O1, kind=Kind.REFUND, units=ASKED, at=NOON)
    assert (bare.reason, bare.lost) == (Reason.NO_REASON, ())
    gone = aftersales.request(K1, order=O1, kind=Kind.REFUND, units=ASKED, lost=units(tea=1), at=NOON)
    assert AFTERSALE.replay(gone).lost == units(tea=1)


@pytest.mark.parametrize(
    ("named", "code"), [((), "order.nothing_named"), ((*units(tea=1), *units(tea=1)), "value.repeated")]
)
def test_a_case_asks_for_something_each_line_once(named: tuple[LineUnits, ...], code: str) -> None:
    """Whether it may is for the order to say."""
    Given(K1).when(aftersales.request, order=O1, kind=Kind.RETURN, units=named, at=NOON).then_refused(code)


@pytest.mark.parametrize(
    ("lost", "code"), [(units(milk=1), "order.not_requested"), (units(tea=1) * 2, "value.repeated")]
)
def test_a_case_tells_of_no_more_losses_than_it_asks_for(lost: tuple[LineUnits, ...], code: str) -> None:
    """Each line once."""
    Given(K1).when(aftersales.request, order=O1, kind=Kind.REFUND, units=ASKED, lost=lost, at=NOON).then_refused(code)


def test_the_shop_agrees_and_waits_for_the_goods() -> None:
    """Fifteen days by default; for money alone nothing is waited for."""
    Given(CASE).when(aftersales.approve, at=NOON).then(APPROVED)
    assert case(APPROVED) == evolve(CASE, status=Status.APPROVED, due_at=SEND_BY)
    Given(case(APPROVED)).when(aftersales.approve, at=LATER).then_nothing()
    policy = AfterSalePolicy(send_within=timedelta(days=3))
    Given(CASE).when(aftersales.approve, policy=policy, at=NOON).then(evolve(APPROVED, send_by=NOON.add(days=3)))
    Given(case(opening=FOR_MONEY)).when(aftersales.approve, at=NOON).then(AGREED)
    with pytest.raises(OutOfRange):
        AfterSalePolicy(send_within=timedelta(days=4000))


def test_time_withdraws_a_case_whose_goods_never_come() -> None:
    """At the deadline, and not a microsecond before."""
    waiting = Given(case(APPROVED))
    waiting.when(aftersales.elapse, at=SEND_BY - timedelta(microseconds=1)).then_nothing()
    gone = CaseWithdrawn(case_id=K1, why=Withdrawal.NOT_SENT, at=SEND_BY)
    waiting.when(aftersales.elapse, at=SEND_BY).then(gone)
    assert AFTERSALE.key("due_at", case(APPROVED)) == SEND_BY
    for over in (case(APPROVED, gone), case(APPROVED, CAME), CASE):
        assert AFTERSALE.key("due_at", over) is None
        Given(over).when(aftersales.elapse, at=SEND_BY).then_nothing()


def test_goods_that_are_there_are_waited_for_no_more() -> None:
    """Time withdraws nothing that lies in the stock room; a case that waits for nothing is told nothing."""
    there = CaseArrived(case_id=K1, at=LATER)
    Given(case(APPROVED)).when(aftersales.arrive, at=LATER).then(there)
    assert case(APPROVED, there) == evolve(CASE, status=Status.APPROVED)
    for told in (case(APPROVED, there), CASE, case(APPROVED, CAME)):
        Given(told).when(aftersales.arrive, at=LATER).then_nothing()
        Given(told).when(aftersales.elapse, at=SEND_BY).then_nothing()


def test_goods_come_and_are_counted() -> None:
    """Services have nothing that could come, and stay in the case."""
    waiting = Given(case(APPROVED))
    waiting.when(aftersales.receive, units=units(tea=2, cup=1), services=SERVICES, at=LATER).then(CAME)
    assert case(APPROVED, CAME) == evolve(CASE, status=Status.RECEIVED, received=units(tea=2, cup=1))
    Given(case(APPROVED, CAME)).when(
        aftersales.receive, units=units(tea=2, cup=1), services=SERVICES, at=LATER
    ).then_nothing()


def test_what_does_not_come_stays_with_the_buyer() -> None:
    """The case is about what came, and the services."""
    partly = CaseReceived(case_id=K1, units=units(tea=1), missing=units(tea=1, cup=1), at=LATER)
    Given(case(APPROVED)).when(aftersales.receive, units=units(tea=1), services=SERVICES, at=LATER).then(partly)
    assert case(APPROVED, partly).units == units(tea=1, wrap=1)


@pytest.mark.parametrize(
    ("named", "code", "context"),
    [
        ((), "order.nothing_named", {"id": "o-1"}),
        ((*units(tea=1), *units(tea=1)), "value.repeated", {"field": "units", "key": "tea"}),
        (
            units(tea=3, wrap=1, milk=1),
            "order.not_requested",
            {
                "lines": tuple(
                    Excess(line=LineId(line), wanted=wanted, open=left)
                    for line, wanted, left in (("tea", 3, 2), ("wrap", 1, 0), ("milk", 1, 0))
                )
            },
        ),
    ],
)
def test_only_what_was_asked_for_comes(named: tuple[LineUnits, ...], code: str, context: dict[str, object]) -> None:
    """Every line of which more comes is listed; a service never comes."""
    Given(case(APPROVED)).when(aftersales.receive, units=named, services=SERVICES, at=LATER).then_refused(
        code, **context
    )


def test_a_case_for_money_alone_takes_no_goods() -> None:
    """Nobody was to send any."""
    Given(case(AGREED, opening=FOR_MONEY)).when(aftersales.receive, units=units(tea=1), at=LATER).then_refused(
        "aftersale.no_goods_asked", id="k-1"
    )


def test_the_money_goes_back_once() -> None:
    """For a return when its goods have come, for money alone when the shop agreed."""
    for ready in (case(APPROVED, CAME), case(AGREED, opening=FOR_MONEY)):
        Given(ready).when(aftersales.refund, refund=BACK, at=LATER).then(REFUNDED)
    over = case(APPROVED, CAME, REFUNDED)
    assert (over.status, over.amount, over.fee, over.due_at) == (Status.REFUNDED, cny("5.67"), cny("1.00"), None)
    Given(over).when(aftersales.refund, refund=BACK, at=LATER).then_nothing()


def test_no_money_before_the_goods() -> None:
    """Nor before the shop agreed."""
    Given(case(APPROVED)).when(aftersales.refund, refund=BACK, at=LATER).then_refused(
        "aftersale.goods_not_come", id="k-1"
    )
    Given(CASE).when(aftersales.refund, refund=BACK, at=LATER).then_refused(
        "aftersale.illegal_move", state="requested", event="CaseRefunded"
    )


@pytest.mark.parametrize("history", [(), (APPROVED,), (APPROVED, CAME)])
def test_the_shop_says_no(history: tuple[Later, ...]) -> None:
    """Also when it has seen the goods; a repeat is nothing."""
    Given(case(*history)).when(aftersales.reject, why=Rejection.USED, at=LATER).then(REJECTED)
    over = case(*history, REJECTED)
    assert (over.status, over.due_at) == (Status.REJECTED, None)
    Given(over).when(aftersales.reject, why=Rejection.OTHER, at=LATER).then_nothing()


@pytest.mark.parametrize("history", [(), (APPROVED,)])
def test_the_buyer_lets_it_go(history: tuple[Later, ...]) -> None:
    """Until the goods have come; a repeat is nothing."""
    Given(case(*history)).when(aftersales.withdraw, at=LATER).then(WITHDRAWN)
    over = case(*history, WITHDRAWN)
    assert (over.status, over.due_at) == (Status.WITHDRAWN, None)
    Given(over).when(aftersales.withdraw, at=LATER).then_nothing()
    Given(case(APPROVED, CAME)).when(aftersales.withdraw, at=LATER).then_refused("aftersale.illegal_move")


@pytest.mark.parametrize("end", [(APPROVED, CAME, REFUNDED), (REJECTED,), (WITHDRAWN,)])
def test_a_case_that_is_over_is_over(end: tuple[Later, ...]) -> None:
    """Every other step is refused by the table."""
    over = case(*end)
    outcomes: dict[Status, Outcome[Any]] = {
        Status.APPROVED: Given(over).when(aftersales.approve, at=LATER),
        Status.RECEIVED: Given(over).when(aftersales.receive, units=units(tea=1), at=LATER),
        Status.REFUNDED: Given(over).when(aftersales.refund, refund=BACK, at=LATER),
        Status.REJECTED: Given(over).when(aftersales.reject, why=Rejection.OTHER, at=LATER),
        Status.WITHDRAWN: Given(over).when(aftersales.withdraw, at=LATER),
    }
    for status, outcome in outcomes.items():
        if status is not over.status:
            outcome.then_refused("aftersale.illegal_move", state=over.status.value)


@pytest.mark.parametrize("status", Status)
def test_a_case_is_taken_over_as_it_is(status: Status) -> None:
    """Its deadline holds only while its goods are waited for."""
    adopted = CaseAdopted(
        case_id=K1,
        order_id=O1,
        kind=Kind.RETURN,
        status=status,
        units=ASKED,
        reason=Reason.LATE,
        received=units(tea=1),
        amount=cny("1.00"),
        fee=None,
        send_by=SEND_BY,
        at=NOON,
    )
    assert AFTERSALE.replay((adopted,)) == evolve(
        CASE,
        status=status,
        reason=Reason.LATE,
        received=units(tea=1),
        amount=cny("1.00"),
        due_at=SEND_BY if status is Status.APPROVED else None,
    )


def test_it_is_found_by_status_and_order() -> None:
    """Its deadline is its timer."""
    assert {name: AFTERSALE.key(name, CASE) for name in AFTERSALE.keys} == {"status": "requested", "order": "o-1"}
    assert AFTERSALE.id_of(CASE) == "k-1"


def test_names_stand_in_stored_events() -> None:
    """So they stay."""
    assert [each.value for each in Kind] == ["return", "refund"]
    assert [each.value for each in Status] == [
        "requested",
        "approved",
        "received",
        "refunded",
        "rejected",
        "withdrawn",
    ]
    assert [each.value for each in Reason] == [
        "no_reason",
        "quality",
        "wrong_goods",
        "damaged",
        "lost",
        "late",
        "other",
    ]
    assert [each.value for each in Rejection] == ["not_covered", "used", "no_evidence", "other"]
    assert [each.value for each in Withdrawal] == ["buyer", "not_sent"]
