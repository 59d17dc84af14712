"""What customers owe: the journal of what was due and paid tells every open order, in any order of entries."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ecomops.customers.receivables import GATEWAY, SALES, open_items, owe, pay, receivable, release
from ecomops.kernel import Currency, Entry, Money, Posting, balances
from ecomops.terms import OrderId
from ecomops.testing import NOON, cny

ONE, OTHER = OrderId("o-1"), OrderId("o-2")
CNY = Currency.CNY


def test_an_order_is_owed_for_until_it_is_paid() -> None:
    """What is due stands with the order and in the sales; money that comes stands at the gateway."""
    journal = owe(ONE, due=cny("9.00"), at=NOON) + pay(ONE, amount=cny("5.00"), at=NOON)
    assert balances(journal) == {
        (GATEWAY, CNY): 500,
        (receivable(ONE), CNY): 400,
        (SALES, CNY): -900,
    }
    assert open_items(journal) == {(ONE, CNY): cny("4.00")}
    journal += pay(ONE, amount=cny("4.00"), at=NOON)
    assert open_items(journal) == {}


def test_money_for_an_order_that_was_called_off_is_owed_by_the_shop() -> None:
    """Until it has gone back."""
    journal = owe(ONE, due=cny("9.00"), at=NOON) + pay(ONE, amount=cny("9.00"), at=NOON)
    journal += release(ONE, due=cny("9.00"), at=NOON)
    assert open_items(journal) == {(ONE, CNY): cny("-9.00")}
    journal += pay(ONE, amount=cny("-9.00"), at=NOON)
    assert balances(journal) == {}


def test_nothing_posts_nothing() -> None:
    """An order with nothing to pay is no item; counts and other accounts are none either."""
    nothing = cny("0.00")
    assert owe(ONE, due=nothing, at=NOON) + release(ONE, due=nothing, at=NOON) + pay(ONE, amount=nothing, at=NOON) == ()
    points = (Posting(account=receivable(ONE), amount=1), Posting(account="receivables", amount=-1))
    assert open_items([Entry(postings=points, at=NOON, source=ONE)]) == {}


HAPPENINGS = st.lists(
    st.tuples(st.sampled_from([owe, release]), st.sampled_from([ONE, OTHER]), st.integers(-500, 500)), max_size=8
)


@given(HAPPENINGS, HAPPENINGS, st.randoms(use_true_random=False))
def test_what_is_open_is_what_was_due_less_what_was_paid(
    due: list[tuple[object, OrderId, int]], paid: list[tuple[object, OrderId, int]], random: Random
) -> None:
    """For every order on its own, whatever the order in which entries are posted."""
    journal = [entry for step, order, minor in due for entry in _entries(step, order, minor)]
    journal += [entry for _, order, minor in paid for entry in pay(order, amount=Money(minor, CNY), at=NOON)]
    random.shuffle(journal)
    wanted = {
        order: sum(minor if step is owe else -minor for step, each, minor in due if each == order)
        - sum(minor for _, each, minor in paid if each == order)
        for order in (ONE, OTHER)
    }
    assert open_items(journal) == {(order, CNY): Money(wanted[order], CNY) for order in wanted if wanted[order]}


def _entries(step: object, order: OrderId, minor: int) -> tuple[Entry, ...]:
    happens = owe if step is owe else release
    return happens(order, due=Money(minor, CNY), at=NOON)
