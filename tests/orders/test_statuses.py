"""Where money and returns of an order stand: three published precedences."""

import pytest
from attrs import evolve

from ecomops.orders import Aftermath, Notice, Operation, Order, Outcome, Status
from ecomops.orders.aftermath import UNTOUCHED
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.orders.statuses import (
    PAYMENT_PRECEDENCE,
    REFUND_PRECEDENCE,
    RETURN_PRECEDENCE,
    PaymentState,
    RefundState,
    ReturnState,
    payment_state,
    refund_state,
    return_state,
)
from ecomops.testing import (
    a_checkout,
    a_line,
    a_notice,
    a_payment,
    a_received_order,
    a_service,
    an_order,
    cny,
)


def told(operation: str, amount: str = "10.00", outcome: str = "succeeded") -> Notice:
    """Return a notice in the words of a gateway."""
    return a_notice(
        operation=Operation(operation), outcome=Outcome(outcome), amount=amount, reference=f"{operation}-{outcome}"
    )


FREE = an_order(a_checkout(a_line(gross="0.00")))
CALLED_OFF = evolve(an_order(), status=Status.CANCELLED)
KEPT = evolve(an_order(), due=cny("0.00"), fees=cny("2.00"))


@pytest.mark.parametrize(
    ("order", "notices", "state"),
    [
        (an_order(), (), PaymentState.UNPAID),
        (an_order(), (told("capture", outcome="requested"),), PaymentState.UNPAID),
        (an_order(), (told("authorise"),), PaymentState.AUTHORISED),
        (an_order(), (told("authorise"), told("void")), PaymentState.UNPAID),
        (an_order(), (told("capture", "4.00"),), PaymentState.PARTLY_PAID),
        (an_order(), (told("capture"),), PaymentState.PAID),
        (an_order(), (told("capture", "0.01"),), PaymentState.PARTLY_PAID),
        (an_order(), (told("capture", "10.01"),), PaymentState.REFUND_DUE),
        (an_order(), (told("capture", "11.00"),), PaymentState.REFUND_DUE),
        (an_order(), (told("capture", "11.00"), told("refund", "1.00", "requested")), PaymentState.REFUNDING),
        (an_order(), (told("capture", "11.00"), told("refund", "1.00")), PaymentState.PAID),
        (an_order(), (told("capture"), told("chargeback")), PaymentState.CHARGED_BACK),
        (FREE, (), PaymentState.NOTHING_DUE),
        (CALLED_OFF, (), PaymentState.NOTHING_DUE),
        (CALLED_OFF, (told("capture"),), PaymentState.REFUND_DUE),
        (CALLED_OFF, (told("capture"), told("refund")), PaymentState.NOTHING_DUE),
        (KEPT, (told("capture"), told("refund", "8.00")), PaymentState.PAID),
        (KEPT, (told("capture"),), PaymentState.REFUND_DUE),
    ],
)
def test_how_far_the_money_has_come(order: Order, notices: tuple[Notice, ...], state: PaymentState) -> None:
    """By what is owed, what of it is open, and the sums of the payment."""
    assert payment_state(order, a_payment(*notices) if notices else None) is state


BASKET = a_received_order(a_checkout(a_line(id="tea", quantity=3), a_line(id="cup"), services=(a_service(),)))


def with_(tea: Aftermath, cup: Aftermath = UNTOUCHED, wrap: Aftermath = UNTOUCHED) -> Order:
    """Return the order of three teas, a cup and the wrapping of which so much became."""
    lines = tuple(evolve(line, aftermath=each) for line, each in zip(BASKET.lines, (tea, cup), strict=True))
    return evolve(BASKET, lines=lines, services=(evolve(BASKET.services[0], aftermath=wrap),))


ONE = Aftermath(refunded=1)


@pytest.mark.parametrize(
    ("order", "state"),
    [
        (with_(Aftermath()), RefundState.NONE),
        (with_(Aftermath(return_requested=1)), RefundState.REQUESTED),
        (with_(Aftermath(return_requested=1, refunded=1)), RefundState.REQUESTED),
        (with_(ONE), RefundState.PARTLY_REFUNDED),
        (with_(Aftermath(refunded=3), ONE), RefundState.PARTLY_REFUNDED),
        (with_(Aftermath(refunded=3), ONE, ONE), RefundState.REFUNDED),
        (with_(Aftermath(refunded=3), ONE, Aftermath(cancelled=1)), RefundState.REFUNDED),
    ],
)
def test_how_much_was_refunded(order: Order, state: RefundState) -> None:
    """Of what was sold; what was called off before it left was not."""
    assert refund_state(order) is state


@pytest.mark.parametrize(
    ("order", "state"),
    [
        (with_(Aftermath(refunded=3)), ReturnState.NONE),
        (with_(Aftermath(refunded=3, returned=3)), ReturnState.PARTLY_RETURNED),
        (with_(Aftermath(refunded=3, returned=3), Aftermath(return_requested=1, returned=1)), ReturnState.RETURNED),
        (an_order(), ReturnState.NONE),
    ],
)
def test_how_much_came_back(order: Order, state: ReturnState) -> None:
    """Of what arrived, refunded or not."""
    assert return_state(order) is state


def test_what_was_called_off_or_lost_is_not_waited_for() -> None:
    """Two of three teas arrived, the third was called off; the cup was lost."""
    tea, cup = BASKET.lines
    order = evolve(
        BASKET,
        lines=(
            evolve(tea, shipped=2, received=2, aftermath=Aftermath(cancelled=1)),
            evolve(cup, received=0, aftermath=Aftermath(lost=1)),
        ),
    )
    assert fulfilment(order) is Fulfilment.RECEIVED
    gone = evolve(tea, shipped=0, received=0, aftermath=Aftermath(cancelled=3))
    assert fulfilment(evolve(order, lines=(gone,))) is Fulfilment.NO_GOODS


def test_the_published_precedences() -> None:
    """Their rows stand in this order, each answer once."""
    assert [state.value for state, _ in PAYMENT_PRECEDENCE] == [state.value for state in PaymentState]
    assert [state.value for state, _ in REFUND_PRECEDENCE] == [state.value for state in RefundState]
    assert [state.value for state, _ in RETURN_PRECEDENCE] == [state.value for state in ReturnState]
