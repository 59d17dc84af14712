"""What became of the units of a line, and which counters cannot be."""

import pytest
from attrs import evolve

from ecomops.kernel import Currency, CurrencyMismatch, Money, WrongKind
from ecomops.orders import Aftermath, BadCounters, Line, Rung, ServiceLine, WrongWay
from ecomops.orders.aftermath import UNTOUCHED, ReturnWindow, opened, without_ended
from ecomops.orders.rungs import StepKind
from ecomops.terms import Funder
from ecomops.testing import NOON, a_checkout, a_line, a_service, an_order, cny
from tests.kernel.hostile import untyped

WEEK = NOON.add(days=7)
LATE = NOON.add(microseconds=1)
ORDER = an_order(a_checkout(a_line(quantity=5), services=(a_service(),)))
LINE, SERVICE = ORDER.lines[0], ORDER.services[0]


def test_windows_of_one_instant_are_one() -> None:
    """The earliest stands first, whatever came first, and nothing else of the line changes."""
    before = Aftermath(cancelled=1, lost=2, lost_claimed=1, return_requested=1, returned=1, refunded=1)
    after = opened(opened(opened(before, units=2, until=WEEK), units=1, until=NOON), units=3, until=WEEK)
    windows = (ReturnWindow(units=1, until=NOON), ReturnWindow(units=5, until=WEEK))
    assert after == evolve(before, windows=windows)
    assert after.windowed == 6


def test_a_window_includes_its_last_instant() -> None:
    """And not the microsecond after it."""
    after = opened(opened(UNTOUCHED, units=2, until=NOON), units=1, until=WEEK)
    assert [after.within(at) for at in (NOON, NOON.add(microseconds=1), WEEK, WEEK.add(microseconds=1))] == [3, 1, 1, 0]


def test_an_ended_window_keeps_what_was_asked_back_in_time() -> None:
    """Its other units can never be asked back; those of later windows still can."""
    after = opened(opened(evolve(UNTOUCHED, refunded=1), units=2, until=NOON), units=3, until=WEEK)
    assert without_ended(after, at=NOON) is after
    assert without_ended(after, at=LATE).windows == (
        ReturnWindow(units=1, until=NOON),
        ReturnWindow(units=3, until=WEEK),
    )
    assert without_ended(evolve(after, lost=1, lost_claimed=1), at=LATE).windows == (ReturnWindow(units=3, until=WEEK),)
    assert without_ended(evolve(after, refunded=0), at=LATE).windows == (ReturnWindow(units=3, until=WEEK),)
    assert [after.unspent(at, spent=spent) for at, spent in ((NOON, 0), (NOON, 4), (LATE, 2), (LATE, 4))] == [
        5,
        1,
        3,
        1,
    ]


def line_with(*, shipped: int = 0, received: int = 0, windows: int = 0, **counters: int) -> Line:
    """Return a line of five units with these counters."""
    open_for = (ReturnWindow(units=windows, until=WEEK),) if windows else ()
    return evolve(LINE, shipped=shipped, received=received, aftermath=Aftermath(windows=open_for, **counters))


@pytest.mark.parametrize(
    "counters",
    [
        {"shipped": 5, "received": 5},
        {"shipped": 3, "cancelled": 2},
        {"shipped": 5, "received": 3, "lost": 2},
        {"shipped": 5, "received": 5, "return_requested": 3, "refunded": 2},
        {"shipped": 5, "received": 3, "lost": 2, "refunded": 5},
        {"shipped": 5, "received": 3, "lost": 2, "lost_claimed": 2, "return_requested": 1, "refunded": 1},
        {"shipped": 5, "received": 3, "lost": 2, "lost_claimed": 2, "refunded": 5, "returned": 3},
        {"shipped": 5, "received": 5, "return_requested": 1, "refunded": 2, "returned": 3},
        {"shipped": 5, "received": 5, "windows": 5},
    ],
)
def test_counters_at_their_bounds(counters: dict[str, int]) -> None:
    """Each inequality holds as an equality; one more of anything is refused."""
    line = line_with(**counters)
    assert (line.shipped, line.received) == (counters["shipped"], counters.get("received", 0))


@pytest.mark.parametrize(
    "counters",
    [
        {"shipped": 6},
        {"shipped": 4, "received": 5},
        {"shipped": 4, "cancelled": 2},
        {"shipped": 5, "received": 4, "lost": 2},
        {"shipped": 5, "received": 5, "return_requested": 3, "refunded": 3},
        {"shipped": 5, "return_requested": 1},
        {"shipped": 5, "received": 5, "return_requested": 1, "refunded": 1, "returned": 3},
        {"shipped": 5, "received": 1, "lost": 2, "refunded": 2, "returned": 2},
        {"shipped": 5, "received": 3, "lost": 1, "lost_claimed": 2, "refunded": 2},
        {"shipped": 5, "received": 3, "lost": 2, "lost_claimed": 2, "refunded": 1},
        {"shipped": 5, "received": 3, "lost": 2, "lost_claimed": 1, "refunded": 2, "returned": 2},
        {"shipped": 5, "received": 4, "windows": 5},
    ],
)
def test_counters_that_cannot_be_are_refused(counters: dict[str, int]) -> None:
    """More arrived, came back or was given up than there ever was."""
    with pytest.raises(BadCounters) as refusal:
        line_with(**counters)
    assert refusal.value.context == {"line": "l-1"}


def test_an_untouched_line_is_checked_too() -> None:
    """Although nothing ever became of it but leaving and arriving."""
    for shipped, received in ((6, 0), (2, 3)):
        with pytest.raises(BadCounters):
            evolve(LINE, shipped=shipped, received=received)


@pytest.mark.parametrize(
    "aftermath",
    [
        Aftermath(cancelled=1, refunded=1),
        Aftermath(return_requested=2),
        Aftermath(lost=1),
        Aftermath(lost_claimed=1),
        Aftermath(return_requested=1, returned=1),
        Aftermath(windows=(ReturnWindow(units=1, until=WEEK),)),
    ],
)
def test_a_service_is_given_up_once_and_never_travels(aftermath: Aftermath) -> None:
    """It is one unit that has no goods."""
    with pytest.raises(BadCounters):
        evolve(SERVICE, aftermath=aftermath)
    for fine in (Aftermath(cancelled=1), Aftermath(return_requested=1), Aftermath(refunded=1)):
        assert evolve(SERVICE, aftermath=fine).kept == 1 - fine.cancelled - fine.refunded


def test_what_is_no_aftermath_is_refused() -> None:
    """Of lines and of services."""
    for value in untyped(None, 1, "x"):
        with pytest.raises(WrongKind):
            evolve(LINE, aftermath=value)
        with pytest.raises(WrongKind):
            evolve(SERVICE, aftermath=value)


def ladder(*steps: tuple[str, Money], source: str = "x") -> tuple[Rung, ...]:
    """Return rungs of these kinds and amounts."""
    return tuple(Rung(kind=StepKind(kind), source=source, funder=Funder.SHOP, left=left) for kind, left in steps)


@pytest.mark.parametrize(
    ("rungs", "refusal"),
    [
        (ladder(("gross", cny("1.00")), ("discount", cny("1.01"))), WrongWay),
        (ladder(("gross", cny("1.00")), ("net", cny("1.01"))), WrongWay),
        (ladder(("gross", cny("1.00")), ("tender", cny("1.01")), source="balance"), WrongWay),
        (ladder(("gross", cny("1.00")), ("tax", cny("0.99"))), WrongWay),
        (ladder(("gross", cny("1.00")), ("tender", cny("0.50")), source="cowries"), WrongKind),
        (ladder(("gross", cny("1.00")), ("discount", Money(50, Currency.USD))), CurrencyMismatch),
        (ladder(("gross", cny("1.00")), ("tax", Money(5000, Currency.USD))), CurrencyMismatch),
    ],
)
def test_rungs_that_lead_the_wrong_way_are_refused(rungs: tuple[Rung, ...], refusal: type[Exception]) -> None:
    """All go down or stay, only a tax goes up; one currency; a tender is of a kind that is known."""
    with pytest.raises(refusal):
        evolve(LINE, rungs=rungs)
    with pytest.raises(refusal):
        evolve(SERVICE, rungs=rungs)


def test_rungs_that_stay_or_go_their_way() -> None:
    """A step of nothing is one."""
    level = [(kind, cny("1.00")) for kind in ("gross", "discount", "net", "tax", "tender")]
    up = ladder(("gross", cny("1.00")), ("tax", cny("1.13")))
    assert evolve(LINE, rungs=ladder(*level, source="balance")).rungs[-1].left == cny("1.00")
    assert ServiceLine(id=SERVICE.id, name="wrap", rungs=up).rungs == up
