"""What the benchmarks of growth do: each work is the one that its name says, and can be done again."""

import pytest

from benchmarks import linear
from benchmarks.linear import GROWTHS, Growth
from ecomops.kernel import Money
from ecomops.orders.payments import results
from ecomops.testing import cny


@pytest.mark.parametrize("growth", GROWTHS, ids=[growth.bench for growth in GROWTHS])
def test_every_work_can_be_done_again(growth: Growth) -> None:
    """The first time costs what every time does: nothing is used up, and nothing is done already."""
    work = growth.prepare(3)
    assert work() == work() or growth.bench == "facts"


def test_a_refund_is_of_two_thirds_of_the_order() -> None:
    """Each of its lines, with its discounts and its part of the gift card; as is the return, which ends in the same."""
    back = linear.refunding(4)()
    order = linear.returning(4)()
    assert [line.quantity for line in back.lines] == [2] * 4
    assert [len(line.parts) for line in back.lines] == [4] * 4
    assert sum((each.amount for each in back.tenders), Money.zero(back.amount.currency)) > cny("0.00")
    assert [line.aftermath.refunded for line in order.lines] == [2] * 4


def test_notices_are_folded_taken_and_summed() -> None:
    """Of six, two are told twice; the payment that takes them knows the first three."""
    payment = linear.folding_notices(6)()
    assert len(payment.notices) == len(results(payment)) == 4
    assert linear.summing_notices(6)().captured == 4
    known = len(set(linear.told(6)[:3]))
    news = [notice for notice in linear.told(6) if notice not in linear.told(6)[:3]]
    assert linear.taking_notices(6)() == len(news)
    assert known + len(set(news)) == 4


def test_points_mature_and_expire_while_they_are_replayed() -> None:
    """After two years of three orders a week an account holds the lots of one."""
    account = linear.replaying_points(900)()
    assert (account.pending > 0, account.expired > 0, account.debt) == (True, True, 0)
    assert 150 < len(account.lots) < 160


def test_facts_are_those_of_all_orders() -> None:
    """Three lines each, and all of them paid."""
    facts = linear.reading(2)()
    assert (len(facts.orders), len(facts.lines), len(facts.payments)) == (2, 6, 2)


def test_quotes_carry_what_is_stated() -> None:
    """A discount on every line."""
    assert linear.quoting(3)().discount == cny("0.30")


def test_every_size_is_told_with_the_exponent(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line a size, compared with the first."""
    quick = Growth(bench="refund", of="lines", sizes=(1, 2), prepare=linear.refunding)
    monkeypatch.setattr(linear, "GROWTHS", (quick,))
    first, last = linear.lines()
    assert (first["n"], last["n"], first["ratio"]) == (1, 2, 1.0)
    assert last["peer"] == "1 lines"
    assert last["note"].startswith("n lines; exponent ")
