"""Works beside each other answer as they do one after the other."""

from contextvars import ContextVar
from functools import partial
from threading import Barrier, get_ident

import pytest

from ecomops.columns import NoThreads, threads, together
from ecomops.columns.threads import shares

SAID: ContextVar[str] = ContextVar("said", default="nothing")


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("works", [0, 1, 2, 5])
def test_answers_stand_in_the_order_of_their_works(most: int, works: int) -> None:
    """However many threads there are."""
    with threads(most):
        assert together([partial(int, number) for number in range(works)]) == list(range(works))


def test_two_works_run_at_once() -> None:
    """Each waits for the other: one after the other they would never end."""
    met = Barrier(2, timeout=20)
    first, second = together([lambda: (met.wait(), get_ident()), lambda: (met.wait(), get_ident())])
    assert first[1] == get_ident() != second[1]


def test_one_thread_is_the_thread_of_the_caller() -> None:
    """A host whose workers fill the processors gets no thread more; afterwards there are two again."""
    with threads(1):
        assert together([get_ident, get_ident]) == [get_ident()] * 2
    assert together([get_ident, get_ident])[1] != get_ident()


def test_a_work_keeps_the_context_of_its_caller() -> None:
    """As numpy does with what it says of errors."""
    before = SAID.set("much")
    assert together([SAID.get, SAID.get]) == ["much", "much"]
    SAID.reset(before)


def test_the_first_work_that_fails_is_told_of() -> None:
    """When the others have ended."""
    ended: list[int] = []

    def fail(number: int) -> None:
        ended.append(number)
        raise ValueError(number)

    with pytest.raises(ValueError, match="1"):
        together([lambda: ended.append(0), lambda: fail(1), lambda: fail(2), lambda: ended.append(3)])
    assert sorted(ended) == [0, 1, 2]


def test_no_thread_at_all_is_refused() -> None:
    """Nobody would do the work."""
    with pytest.raises(NoThreads) as refusal, threads(0):
        raise AssertionError
    assert refusal.value.code == "column.no_threads"


def test_rows_that_take_long_are_shared_sooner() -> None:
    """A million of the usual rows makes two parts, fewer only where each is said to be worth more."""
    assert [len(shares(rows)) for rows in (1 << 19, (1 << 20) - 1, 1 << 20)] == [1, 1, 2]
    assert shares(600, unit=64, least=200) == [slice(0, 320), slice(320, 600)]
    with threads(1):
        assert len(shares(600, least=200)) == 1
