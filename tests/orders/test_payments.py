"""The payment: which notices count, what they add up to, and which contradict each other."""

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import CorruptHistory, Currency, Money
from ecomops.orders import PAYMENT, Notice, Operation, Outcome, Payment, PaymentId, Reference
from ecomops.orders.payments import (
    PRECEDENCE,
    PaymentNoticed,
    PaymentOpened,
    PaymentStatus,
    Sums,
    contradictions,
    net,
    open_payment,
    results,
    status,
    sums,
    take,
    total,
)
from ecomops.terms import OrderId
from ecomops.testing import NOON, Given, a_notice, a_payment, cny, given

LATER = NOON.add(hours=1)
P1 = PaymentId("o-1")
DOLLAR = Notice(
    operation=Operation.CAPTURE,
    reference=Reference("r-1"),
    outcome=Outcome.SUCCEEDED,
    amount=Money(100, Currency.USD),
    at=NOON,
)


def told(
    operation: str, outcome: str = "succeeded", amount: str = "10.00", reference: str = "r-1", at: DateTime = NOON
) -> Notice:
    """Return a notice in the words of a gateway."""
    return a_notice(operation=Operation(operation), outcome=Outcome(outcome), amount=amount, reference=reference, at=at)


# --- taking notices


def test_a_payment_opens_with_its_first_notice() -> None:
    """Its id is the text of its order's."""
    notice = a_notice()
    opened = open_payment(OrderId("o-1"), currency=Currency.CNY, notices=(notice,), at=LATER)
    assert opened == (PaymentOpened(id=P1, currency=Currency.CNY, notices=(notice,), at=LATER),)
    assert PAYMENT.replay(opened) == Payment(id=P1, currency=Currency.CNY, notices=(notice,))


def test_a_payment_is_taken_over_with_all_its_notices() -> None:
    """Each once, in an order of their own: operation, reference, instant."""
    first, second, third = a_notice(), a_notice(at=LATER), told("refund", reference="a")
    authorised = told("authorise", reference="z")
    (opened,) = open_payment(
        OrderId("o-1"), currency=Currency.CNY, notices=(third, second, first, authorised, third), at=NOON
    )
    assert opened.notices == (authorised, first, second, third)


def test_a_new_notice_is_added() -> None:
    """The event carries it as the gateway told it."""
    first, second = a_notice(), told("refund", at=LATER)
    opened = open_payment(OrderId("o-1"), currency=Currency.CNY, notices=(first,), at=NOON)
    noticed = PaymentNoticed(id=P1, notice=second, at=LATER)
    given(PAYMENT, *opened).when(take, notice=second, at=LATER).then(noticed)
    assert PAYMENT.replay((*opened, noticed)).notices == (first, second)


def test_a_notice_that_has_been_told_is_told_already() -> None:
    """A webhook and a poll tell of the same capture: it counts once."""
    Given(a_payment(a_notice())).when(take, notice=a_notice(), at=LATER).then_nothing()


def test_a_notice_of_another_currency_is_refused() -> None:
    """Neither the first nor a later one."""
    mixed = {"left": Currency.CNY, "right": Currency.USD}
    Given(a_payment()).when(take, notice=DOLLAR, at=NOON).then_refused("money.currency_mismatch", **mixed)
    Given(OrderId("o-1")).when(open_payment, currency=Currency.CNY, notices=(a_notice(), DOLLAR), at=NOON).then_refused(
        "money.currency_mismatch", **mixed
    )


def test_a_history_begins_with_an_opening_event() -> None:
    """A notice for a payment that was never opened is a corrupt history."""
    with pytest.raises(CorruptHistory):
        PAYMENT.replay((PaymentNoticed(id=P1, notice=a_notice(), at=NOON),))


# --- which result stands


@pytest.mark.parametrize(
    ("notices", "stands"),
    [
        # the latest instant of the gateway decides, whatever came of it
        ([told("capture", "requested"), told("capture", at=LATER)], told("capture", at=LATER)),
        ([told("capture", at=LATER), told("capture", "requested")], told("capture", at=LATER)),
        ([told("capture"), told("capture", "failed", at=LATER)], told("capture", "failed", at=LATER)),
        ([told("capture"), told("capture", "reversed", at=LATER)], told("capture", "reversed", at=LATER)),
        # at one instant success, then reversal, failure, request
        ([told("capture"), told("capture", "reversed")], told("capture")),
        ([told("capture", "failed"), told("capture", "reversed")], told("capture", "reversed")),
        ([told("capture", "requested"), told("capture", "failed")], told("capture", "failed")),
        ([told("capture", amount="1.00"), told("capture", "reversed", "9.00")], told("capture", amount="1.00")),
        # then the larger amount
        ([told("capture", amount="9.00"), told("capture", amount="8.99")], told("capture", amount="9.00")),
        ([told("capture", amount="8.99"), told("capture", amount="9.00")], told("capture", amount="9.00")),
    ],
)
def test_one_reference_counts_once_by_its_latest_result(notices: list[Notice], stands: Notice) -> None:
    """In whatever order they were told."""
    assert results(a_payment(*notices)) == (stands,)
    assert results(a_payment(*reversed(notices))) == (stands,)


def test_two_references_and_two_operations_count_beside_each_other() -> None:
    """A reference names one operation: a refund may carry the reference of its capture."""
    notices = (told("authorise"), told("capture"), told("capture", reference="r-2"), told("refund", amount="1.00"))
    assert results(a_payment(*notices)) == notices


# --- sums


def test_each_operation_has_its_sum() -> None:
    """Only what succeeded, unless another outcome is asked for."""
    payment = a_payment(
        told("authorise", amount="10.00"),
        told("capture", amount="6.00", reference="c-1"),
        told("capture", amount="5.00", reference="c-2"),
        told("capture", "failed", amount="5.00", reference="c-3"),
        told("capture", "requested", amount="0.30", reference="c-4"),
        told("refund", amount="3.00", reference="f-1"),
        told("refund", "requested", amount="0.25", reference="f-2"),
        told("refund", "reversed", amount="0.40", reference="f-3"),
        told("chargeback", amount="2.00"),
        told("void", amount="4.00"),
    )
    assert sums(payment) == Sums(
        authorised=1000, captured=1100, refunded=300, charged_back=200, voided=400, refunding=25, requested=55
    )
    assert net(payment) == cny("6.00")
    assert sums(payment).net == 600
    assert total(payment, Operation.CAPTURE) == cny("11.00")
    assert total(payment, Operation.CAPTURE, Outcome.FAILED) == cny("5.00")
    assert total(payment, Operation.REFUND, Outcome.REVERSED) == cny("0.40")
    assert total(payment, Operation.VOID, Outcome.REQUESTED) == cny("0.00")


@pytest.mark.parametrize(
    ("notices", "brought"),
    [
        ((), "0.00"),
        ((told("authorise"), told("void")), "0.00"),
        ((told("capture"),), "10.00"),
        ((told("capture"), told("refund", "requested")), "10.00"),
        ((told("capture"), told("refund")), "0.00"),
        ((told("capture"), told("refund", "reversed")), "10.00"),
        ((told("capture"), told("chargeback")), "0.00"),
        ((told("capture"), told("chargeback", "reversed")), "10.00"),
        ((told("capture"), told("refund", amount="4.00"), told("chargeback")), "-4.00"),
        ((told("refund", amount="3.00"),), "-3.00"),
    ],
)
def test_a_payment_brought_what_was_captured_less_what_was_given_back(
    notices: tuple[Notice, ...], brought: str
) -> None:
    """Negative when more was paid out than came in; never clipped."""
    assert net(a_payment(*notices)) == cny(brought)


# --- contradictions


@pytest.mark.parametrize(
    "notices",
    [
        (told("capture", "requested"), told("capture", at=LATER)),
        (told("capture"), told("capture", at=LATER)),
        (told("capture"), told("capture", "failed", at=LATER), told("capture", at=LATER.add(hours=1))),
        (told("capture", amount="9.00"), told("capture", amount="8.00", reference="r-2")),
        (told("capture", amount="9.00"), told("refund", amount="8.00")),
        (told("capture", "requested", "9.00"), told("capture", "succeeded", "8.00", at=LATER)),
        (told("capture", "requested"), told("capture")),
    ],
)
def test_results_that_can_all_be_true_are_no_finding(notices: tuple[Notice, ...]) -> None:
    """A request that succeeded, one success told twice, two references, two operations."""
    assert contradictions(a_payment(*notices)) == ()


@pytest.mark.parametrize(
    "notices",
    [
        (told("capture", amount="8.00"), told("capture", amount="9.00", at=LATER)),
        (told("capture", amount="8.00"), told("capture", amount="9.00")),
        (told("capture", "failed"), told("capture")),
        (told("capture", "requested", "8.00"), told("capture", "requested", "9.00")),
    ],
)
def test_results_that_cannot_all_be_true_are_found(notices: tuple[Notice, ...]) -> None:
    """Two successes of different amounts, or two different results at one instant; other references are not named."""
    others = (told("capture", reference="r-2"), told("capture", "failed", reference="r-2", at=LATER))
    assert contradictions(a_payment(*notices, *others)) == (notices,)


def test_every_contradiction_is_found() -> None:
    """One finding for each reference, with all that was told of it."""
    first = (told("capture", "failed"), told("capture"))
    second = (told("refund", amount="1.00"), told("refund", amount="2.00", at=LATER), told("refund", at=LATER))
    assert contradictions(a_payment(*second, *first)) == (first, second)


# --- the derived status


@pytest.mark.parametrize(
    ("notices", "answer"),
    [
        ((told("capture", "failed"),), "failed"),
        ((told("capture", "reversed"),), "failed"),
        ((told("capture", "requested"),), "pending"),
        ((told("authorise", "requested"),), "pending"),
        ((told("authorise"),), "authorised"),
        ((told("authorise"), told("capture", "requested")), "authorised"),
        ((told("authorise"), told("void", "requested")), "authorised"),
        ((told("authorise"), told("void")), "voided"),
        ((told("void"),), "voided"),
        # a live authorisation outweighs a voided one, and so does what is still under way
        ((told("authorise"), told("void", amount="9.99")), "authorised"),
        ((told("authorise"), told("authorise", reference="r-2"), told("void")), "authorised"),
        ((told("authorise"), told("void", amount="10.01")), "voided"),
        ((told("authorise"), told("void"), told("authorise", "requested", "0.01", reference="r-2")), "pending"),
        ((told("authorise"), told("void"), told("authorise", "failed", reference="r-2")), "voided"),
        ((told("authorise"), told("void", amount="4.00"), told("capture", amount="6.00")), "captured"),
        ((told("authorise"), told("capture")), "captured"),
        ((told("capture", amount="0.01"),), "captured"),
        ((told("capture"), told("refund", "requested")), "captured"),
        ((told("capture"), told("refund", "failed")), "captured"),
        ((told("capture"), told("refund", amount="0.01")), "partly_refunded"),
        ((told("capture"), told("refund", amount="9.99")), "partly_refunded"),
        ((told("capture"), told("refund")), "refunded"),
        ((told("capture"), told("refund", amount="10.01")), "paid_out"),
        ((told("refund", amount="0.01"),), "paid_out"),
        ((told("capture"), told("refund"), told("chargeback", amount="0.01")), "charged_back"),
        ((told("capture"), told("chargeback")), "charged_back"),
        ((told("capture"), told("chargeback", "reversed")), "captured"),
        ((told("capture"), told("chargeback", "requested")), "captured"),
    ],
)
def test_the_status_is_derived_from_the_sums(notices: tuple[Notice, ...], answer: str) -> None:
    """By the published precedence, and never set by hand."""
    assert status(a_payment(*notices)).value == answer


def test_the_published_precedence() -> None:
    """Its rows stand in this order, each answer once."""
    order = "charged_back paid_out refunded partly_refunded captured voided authorised pending failed"
    assert [answer.value for answer, _ in PRECEDENCE] == order.split()
    assert {answer for answer, _ in PRECEDENCE} == set(PaymentStatus)


def test_a_payment_is_found_by_its_id_alone() -> None:
    """It has no timer and no further keys."""
    payment = a_payment(a_notice())
    assert PAYMENT.id_of(payment) == "o-1"
    assert (PAYMENT.due_at, dict(PAYMENT.keys)) == (None, {})


def test_the_words_of_a_gateway_keep_their_names() -> None:
    """They stand in stored events, and the outcomes in the order in which they win at one instant."""
    assert [each.value for each in Operation] == ["authorise", "capture", "void", "refund", "chargeback"]
    assert [each.value for each in Outcome] == ["requested", "failed", "reversed", "succeeded"]


# --- a capture after a void


def done(operation: str, amount: str, hours: int) -> Notice:
    """Return what a gateway did so many hours after noon."""
    return a_notice(
        operation=Operation(operation), amount=amount, reference=f"{operation}-{hours}", at=NOON.add(hours=hours)
    )


HELD, VOIDED = done("authorise", "10.00", 0), done("void", "10.00", 1)
LATE = done("capture", "10.00", 2)


@pytest.mark.parametrize(
    ("notices", "found"),
    [
        ((HELD, VOIDED, LATE), ((VOIDED, LATE),)),
        ((VOIDED, LATE), ((VOIDED, LATE),)),
        ((HELD, VOIDED, done("capture", "10.00", 0)), ()),  # it came before the void
        ((HELD, done("void", "10.00", 2), done("capture", "10.00", 2)), ()),  # at one instant nobody knows
        ((HELD, done("void", "4.00", 1), done("capture", "6.00", 2)), ()),  # what was not voided covers it
        (
            (HELD, done("void", "4.00", 1), done("capture", "6.01", 2)),
            ((done("void", "4.00", 1), done("capture", "6.01", 2)),),
        ),
        ((HELD, VOIDED, done("authorise", "10.00", 3), LATE), ()),  # another authorisation covers it
        ((HELD, done("capture", "11.00", 1)), ()),  # more than was authorised, and nothing was voided
        ((HELD, evolve(VOIDED, outcome=Outcome.FAILED), LATE), ()),
        ((HELD, VOIDED, evolve(LATE, outcome=Outcome.REVERSED)), ()),
        (
            (HELD, VOIDED, LATE, done("capture", "1.00", 3)),
            ((VOIDED, LATE, done("capture", "1.00", 3)),),
        ),
    ],
)
def test_a_capture_after_a_void_is_a_finding(
    notices: tuple[Notice, ...], found: tuple[tuple[Notice, ...], ...]
) -> None:
    """When no live authorisation covers it, in whatever order the gateway tells."""
    assert contradictions(a_payment(*notices)) == found
    assert contradictions(a_payment(*reversed(notices))) == found
