"""The laws of payments: the set of notices decides, never the order or the number of their deliveries."""

from collections.abc import Iterable
from datetime import timedelta
from functools import reduce
from itertools import combinations, product
from random import Random

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ecomops import orders
from ecomops.kernel import Currency, Money
from ecomops.orders import ORDER, PAYMENT, CancelReason, Notice, Operation, Order, Outcome, Payment, Reference
from ecomops.orders.balance import balance, owed, refund_due
from ecomops.orders.order import OrderAdopted, Status
from ecomops.orders.payments import (
    PaymentNoticed,
    Sums,
    contradictions,
    net,
    open_payment,
    results,
    status,
    status_of,
    sums,
    take,
    total,
)
from ecomops.terms import OrderId
from ecomops.testing import NOON, a_payment, an_order

CNY = Currency.CNY
O1 = OrderId("o-1")
SUCCESS_WINS = {"succeeded": 4, "reversed": 3, "failed": 2, "requested": 1}

instants = st.sampled_from([NOON + timedelta(minutes=minutes) for minutes in range(3)])
amounts = st.one_of(st.integers(0, 3), st.integers(0, 10**9)).map(lambda minor: Money(minor, CNY))
notices = st.builds(
    Notice,
    operation=st.sampled_from(Operation),
    reference=st.sampled_from([Reference("r-1"), Reference("r-2")]),
    outcome=st.sampled_from(Outcome),
    amount=amounts,
    at=instants,
)
told = st.lists(notices, max_size=12)


def paid(told: Iterable[Notice]) -> Payment:
    """Return the payment of the order after these deliveries, one by one."""
    return a_payment(*told, order=O1)


def standing(told: Iterable[Notice]) -> dict[tuple[str, str], Notice]:
    """Return what stands of each operation and reference: the latest, then success, then the larger amount."""
    latest: dict[tuple[str, str], Notice] = {}
    for notice in told:
        name = (notice.operation.value, str(notice.reference))
        best = latest.get(name)
        if best is None or weight(notice) > weight(best):
            latest[name] = notice
    return latest


def weight(notice: Notice) -> tuple[int, float, int, int]:
    """Return what decides between two notices of one reference: an answer outweighs its request."""
    answered = 0 if notice.outcome.value == "requested" else 1
    return answered, notice.at.timestamp(), SUCCESS_WINS[notice.outcome.value], notice.amount.minor


def brought(told: Iterable[Notice], operation: str, outcome: str = "succeeded") -> int:
    """Add up what stands of one operation at one outcome, in fen."""
    return sum(
        notice.amount.minor
        for (name, _), notice in standing(told).items()
        if name == operation and notice.outcome.value == outcome
    )


# --- the set of notices


@given(told, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_deliveries_counts(told: list[Notice], random: Random) -> None:
    """The payments are equal, and so is all that is derived from them."""
    again = [*told, *random.choices(told, k=5)] if told else []
    random.shuffle(again)
    assert paid(again) == paid(told)


@given(told, st.integers(0, 12))
def test_a_payment_taken_over_is_one_that_was_told(told: list[Notice], first: int) -> None:
    """Whether its notices came at once, when it was opened, or one by one."""
    payment = PAYMENT.replay(open_payment(O1, currency=CNY, notices=tuple(told[:first]), at=NOON))
    for notice in told[first:]:
        payment = PAYMENT.fold(payment, take(payment, notice=notice, at=NOON))
    assert payment == paid(told)


@given(told, st.integers(0, 12))
def test_notices_folded_together_are_those_folded_one_by_one(told: list[Notice], first: int) -> None:
    """Whatever came before them, and however often the same one comes."""
    payment = paid(told[:first])
    events = tuple(PaymentNoticed(id=payment.id, notice=notice, at=NOON) for notice in told)
    assert PAYMENT.fold(payment, events) == reduce(PAYMENT.evolve, events, payment)


@given(told, notices)
def test_a_notice_is_news_once(told: list[Notice], notice: Notice) -> None:
    """It leaves one event unless it has been told, and none afterwards; nothing else in the payment changes."""
    payment = paid(told)
    events = take(payment, notice=notice, at=NOON)
    assert len(events) == (0 if notice in told else 1)
    after = PAYMENT.fold(payment, events)
    assert set(after.notices) == {*told, notice}
    assert len(after.notices) == len(set(after.notices))
    assert take(after, notice=notice, at=NOON) == ()


@given(told)
def test_one_reference_of_one_operation_counts_once(told: list[Notice]) -> None:
    """By its latest result; of equal instants success, then the larger amount."""
    found = results(paid(told))
    assert {(each.operation.value, str(each.reference)): each for each in found} == standing(told)
    assert len(found) == len(standing(told))
    for operation in Operation:
        for outcome in Outcome:
            assert total(paid(told), operation, outcome).minor == brought(told, operation.value, outcome.value)


@given(told)
def test_what_cannot_all_be_true_is_found(told: list[Notice]) -> None:
    """A finding for each reference of which two results contradict each other, with all that was told of it."""
    distinct = sorted(set(told), key=lambda notice: (notice.operation, notice.reference, weight(notice)))
    wrong: set[tuple[str, str]] = set()
    for one, two in combinations(distinct, 2):
        succeeded = one.outcome is two.outcome is Outcome.SUCCEEDED
        if (one.operation, one.reference) == (two.operation, two.reference) and (
            (one.at == two.at and (one.outcome is Outcome.REQUESTED) == (two.outcome is Outcome.REQUESTED))
            or (succeeded and one.amount != two.amount)
        ):
            wrong.add((one.operation, one.reference))
    assert contradictions(paid(told)) == tuple(
        tuple(notice for notice in distinct if (notice.operation, notice.reference) == name) for name in sorted(wrong)
    )


@given(told)
def test_every_sum_adds_up_what_stands(told: list[Notice]) -> None:
    """Successes by operation, requests of refunds, and requests of all; failed and reversed results count nowhere."""
    assert sums(paid(told)) == Sums(
        authorised=brought(told, "authorise"),
        captured=brought(told, "capture"),
        refunded=brought(told, "refund"),
        charged_back=brought(told, "chargeback"),
        voided=brought(told, "void"),
        refunding=brought(told, "refund", "requested"),
        requested=sum(brought(told, operation.value, "requested") for operation in Operation),
    )


# --- the derived status


def in_words(found: Sums) -> str:
    """Say where a payment with these sums stands, row by row as the documentation publishes it."""
    if found.charged_back:
        return "charged_back"
    if found.refunded:
        words = ("partly_refunded", "refunded", "paid_out")
        return words[(found.refunded >= found.captured) + (found.refunded > found.captured)]
    if found.captured:
        return "captured"
    live = found.authorised - found.voided
    if live > 0:
        return "authorised"
    if found.voided and live + found.requested <= 0:
        return "voided"
    return "pending" if found.requested else "failed"


@given(told)
def test_the_status_is_derived_from_what_stands(told: list[Notice]) -> None:
    """By the published precedence over its sums."""
    payment = paid(told)
    assert status(payment).value == in_words(sums(payment))


def test_the_published_precedence_answers_for_all_sums() -> None:
    """Every payment of up to two fen of each."""
    for authorised, captured, refunded, charged_back, voided, requested in product(range(3), repeat=6):
        found = Sums(
            authorised=authorised,
            captured=captured,
            refunded=refunded,
            charged_back=charged_back,
            voided=voided,
            requested=requested,
        )
        assert status_of(found).value == in_words(found)


# --- the balance


@st.composite
def some_orders(draw: st.DrawFn) -> Order:
    """Draw an order in any state that owes any amount, also less than nothing."""
    order = an_order()
    due = Money(draw(st.integers(-3, 3) | st.integers(-(10**9), 10**9)), CNY)
    event = OrderAdopted(
        order_id=O1,
        customer=None,
        status=draw(st.sampled_from(Status)),
        currency=CNY,
        lines=order.lines,
        services=(),
        tenders=(),
        excess=Money.zero(CNY),
        due=due,
        placed_at=NOON,
        due_at=None,
        at=NOON,
    )
    return ORDER.replay((event,))


@given(some_orders(), st.none() | told)
def test_the_balance_is_what_is_owed_less_what_was_given_net(order: Order, told: list[Notice] | None) -> None:
    """Captured less refunded less charged back; a refund under way counts as given; only the refund is clipped."""
    payment = None if told is None else paid(told)
    known = told or []
    worth = 0 if order.status is Status.CANCELLED else order.due.minor
    given_net = brought(known, "capture") - brought(known, "refund") - brought(known, "chargeback")
    open_balance = worth - given_net + brought(known, "refund", "requested")
    assert owed(order).minor == worth
    assert balance(order, payment).minor == open_balance
    assert refund_due(order, payment).minor == (-open_balance if open_balance < 0 else 0)
    assert payment is None or net(payment).minor == given_net


@given(some_orders(), told, amounts)
def test_a_refund_counts_as_given_until_it_fails(order: Order, told: list[Notice], amount: Money) -> None:
    """Requested or done it closes the balance by its amount; failed or reversed it is due again."""
    before = balance(order, paid(told))
    request = Notice(
        operation=Operation.REFUND, reference=Reference("mine"), outcome=Outcome.REQUESTED, amount=amount, at=NOON
    )
    under_way = [*told, request]
    assert balance(order, paid(under_way)) == before + amount
    for outcome, closed in ((Outcome.FAILED, False), (Outcome.REVERSED, False), (Outcome.SUCCEEDED, True)):
        ended = evolve(request, outcome=outcome, at=NOON.add(minutes=1))
        assert balance(order, paid([*under_way, ended])) == (before + amount if closed else before)


@given(some_orders(), told)
def test_paying_back_what_is_due_leaves_nothing_to_pay_back(order: Order, told: list[Notice]) -> None:
    """Whatever was told before: one refund of that amount, and the shop owes nothing."""
    payment = paid(told)
    refund = Notice(
        operation=Operation.REFUND,
        reference=Reference("mine"),
        outcome=Outcome.REQUESTED,
        amount=refund_due(order, payment),
        at=NOON,
    )
    assert refund_due(order, paid([*told, refund])).minor == 0


@given(st.integers(1, 5), st.lists(notices, max_size=4))
def test_an_order_is_settled_exactly_when_its_payment_brought_what_is_due(due: int, told: list[Notice]) -> None:
    """Money comes in whatever parts and turns; calling the order off makes all of it due back."""
    order = an_order(gross=f"0.0{due}")
    captured = net(paid(told))
    settled = orders.settle(order, captured=captured, at=NOON)
    assert bool(settled) is (captured.minor >= due)
    cancelled = ORDER.fold(order, orders.cancel(order, reason=CancelReason.CUSTOMER, at=NOON))
    assert orders.settle(cancelled, captured=captured, at=NOON) == ()
    assert balance(cancelled, paid(told)).minor == balance(order, paid(told)).minor - due
