"""The journal: every entry balances, and balances depend on nothing but the entries."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Currency, Entry, Money, OutOfRange, Posting, Unbalanced, WrongKind, balances
from tests.kernel.hostile import others
from tests.kernel.toys import NOON

ACCOUNTS = st.sampled_from(["receivable", "sales", "gateway"])
UNITS = st.integers(-1_000, 1_000)
AMOUNTS: st.SearchStrategy[Money | int] = UNITS | st.builds(Money, UNITS, st.sampled_from([Currency.CNY, Currency.JPY]))


def entry(*postings: tuple[str, Money | int]) -> Entry:
    """Return an entry of pairs of account and amount."""
    return Entry(
        postings=tuple(Posting(account=account, amount=amount) for account, amount in postings),
        at=NOON,
        source="o-1",
    )


def both_ways(moves: Iterable[tuple[str, str, Money | int]]) -> Entry:
    """Return an entry that moves each amount from one account to the other."""
    return entry(*(pair for giver, taker, amount in moves for pair in ((giver, -amount), (taker, amount))))


ENTRIES = st.lists(st.lists(st.tuples(ACCOUNTS, ACCOUNTS, AMOUNTS), max_size=3).map(both_ways), max_size=6)


def test_what_leaves_one_account_stands_in_another() -> None:
    """A sale stands with the buyer and in the sales; balances are told by account and unit, in order."""
    sold, paid = both_ways([("sales", "receivable", Money(900, Currency.CNY))]), entry(("receivable", 0))
    assert balances([sold, paid]) == {("receivable", Currency.CNY): 900, ("sales", Currency.CNY): -900}
    assert balances([]) == {}


UNBALANCED = [
    ((("a", Money(1, Currency.CNY)),), "CNY", 1),
    ((("a", 3), ("b", -2)), "1", 1),
    ((("a", 2), ("b", -3)), "1", -1),
    ((("a", Money(1, Currency.CNY)), ("b", Money(-1, Currency.JPY))), "CNY", 1),
    ((("a", Money(1, Currency.CNY)), ("b", -1)), "CNY", 1),
]


@pytest.mark.parametrize(("postings", "unit", "off"), UNBALANCED)
def test_an_entry_balances_in_every_unit(postings: tuple[tuple[str, Money | int], ...], unit: str, off: int) -> None:
    """One currency does not stand in for another, nor a count for money; the refusal says by how much it is off."""
    with pytest.raises(Unbalanced) as refusal:
        entry(*postings)
    assert refusal.value.code == "journal.unbalanced"
    assert refusal.value.context == {"source": "o-1", "unit": unit, "off": off}


@given(ENTRIES, st.randoms(use_true_random=False))
def test_balances_depend_on_no_order(entries: list[Entry], random: Random) -> None:
    """Entries in any order leave the same balances, told in the same order, and all of them sum to nothing."""
    shuffled = list(entries)
    random.shuffle(shuffled)
    found = balances(entries)
    assert list(found.items()) == list(balances(shuffled).items())
    units = {unit for _, unit in found}
    assert all(sum(left for (_, each), left in found.items() if each is unit) == 0 for unit in units)
    assert 0 not in found.values()


@given(ENTRIES, ENTRIES)
def test_balances_add_up(first: list[Entry], second: list[Entry]) -> None:
    """The balances of two parts of a journal are together those of the whole."""
    one, other, whole = balances(first), balances(second), balances([*first, *second])
    sums = {place: one.get(place, 0) + other.get(place, 0) for place in (*one, *other)}
    assert whole == {place: left for place, left in sums.items() if left}


def test_an_amount_is_money_or_a_count() -> None:
    """Nothing else is posted, and no count beyond all bounds."""
    for value in others(int):
        if not isinstance(value, Money):
            with pytest.raises(WrongKind):
                Posting(account="a", amount=value)
    with pytest.raises(OutOfRange):
        Posting(account="a", amount=10**13)
