"""The checks: each holds for a week as it was, and is refused when what it looks into is changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from attrs import evolve

import checks
import from_files
import promises
from checks import PUBLISHED, Evidence, Untrue
from ecomops.inventory import RESERVATION, STOCK, Reservation, StockItem, reservations
from ecomops.kernel import Currency, Money, Noun
from ecomops.orders import ORDER, PAYMENT, Line, Order, Payment, Status
from ecomops.orders.rungs import Part, worth_of
from faults import ChangedRow, Fault, LostEvent, in_the_books
from tests.examples.conftest import Chain, Run
from tests.examples.planted import altered

CENT = Money(1, Currency.USD)


@pytest.fixture
def week(day: Run) -> Evidence:
    """The first week, as the script has sold it."""
    return day.evidence


@pytest.mark.parametrize("name", promises.checks(1))
def test_each_check_holds_for_the_households_year(name: str, chain: Chain) -> None:
    """A year of six households as it was passes every check, and each says what it found."""
    assert len(promises.checks(1)[name](replace(chain.evidence, weeks=promises.ALL_SEARCHED + 1))) > 20


def _dearer(order: Order) -> Order:
    return evolve(order, due=order.due + CENT)


def _reopened(order: Order) -> Order:
    return evolve(order, status=Status.PAID)


def _live(reservation: Reservation) -> Reservation:
    return evolve(reservation, status=reservations.Status.LIVE)


def _bound(item: StockItem) -> StockItem:
    return evolve(item, reserved=1)


def _adjusted(item: StockItem) -> StockItem:
    return evolve(item, adjusted=-1)


def _shipped_to_nobody(item: StockItem) -> StockItem:
    return evolve(item, received=item.received + 1, shipped=item.shipped + 1)


def _more_paid(payment: Payment) -> Payment:
    (notice,) = payment.notices
    return evolve(payment, notices=(evolve(notice, amount=notice.amount + CENT),))


def _nothing_paid(payment: Payment) -> Payment:
    return evolve(payment, notices=())


def _owed_back(order: Order) -> Order:
    return evolve(order, due=-CENT)


@pytest.mark.parametrize(
    ("name", "noun", "change", "finding"),
    [
        ("replay", ORDER, _dearer, "order .* is not what its events tell"),
        ("replay", RESERVATION, _live, "reservation .* is not what its events tell"),
        ("replay", PAYMENT, _more_paid, "payment .* is not what its events tell"),
        ("stock", STOCK, _adjusted, "received 1, adjusted -1 and restocked 0 are not on hand 0"),
        ("stock", STOCK, _shipped_to_nobody, "141,906 units left the stocks, but 141,905 left with orders"),
        ("cash", ORDER, _dearer, "order .* was due, .* was paid"),
        ("cash", PAYMENT, _more_paid, "order .* was due, .* was paid"),
        ("open", ORDER, _reopened, "order .* is paid"),
        ("open", RESERVATION, _live, "reservation .* is live"),
        ("open", STOCK, _bound, "stock .* has 1 units bound"),
    ],
)
def test_a_changed_row_is_found(
    name: str, noun: Noun[Any, Any, Any], change: Callable[[Any], Any], finding: str, week: Evidence
) -> None:
    """A row that is not as it should be is found by the check of its law, which names it."""
    with pytest.raises(Untrue, match=finding):
        promises.checks(1)[name](altered(week, noun, change))


def test_a_discount_that_adds_is_found(week: Evidence) -> None:
    """A line whose last step leaves more than there was, as a hand in a database makes it, does not add up."""
    with pytest.raises(Untrue, match=r"line .* of order .* do not add up"):
        checks.units_add_up(replace(week, books=in_the_books(week.books, Fault.SHARE)))


@pytest.mark.parametrize(
    ("kind", "event"), [("order", 0), ("order", 2), ("order", -1), ("reservation", -1), ("payment", 0)]
)
def test_a_lost_event_is_found(kind: str, event: int, week: Evidence) -> None:
    """A history that lacks its opening or a later event is not what its row tells."""
    order = next(iter(week.books.rows(ORDER)))
    lost = week.books.of(kind, order)[event].position
    with pytest.raises(Untrue, match=f"{kind} {order} is not what its events tell"):
        checks.orders_replay(replace(week, books=LostEvent(week.books, lost)))


def test_money_that_is_not_paid_out_is_found(week: Evidence) -> None:
    """An order that owes less than nothing, and whose payment moved nothing, is found too."""
    owed = altered(week, ORDER, _owed_back)
    with pytest.raises(Untrue, match=r"order .*: -0\.01 was due, 0\.00 was paid"):
        checks.payments_cover_what_is_due(altered(owed, PAYMENT, _nothing_paid))


def test_a_row_without_events_is_found(week: Evidence) -> None:
    """A row of which the log tells nothing is found, and so is a history without a row."""
    order = next(iter(week.books.rows(ORDER)))
    rows = {id: row for id, row in week.books.rows(PAYMENT).items() if id != order}
    with pytest.raises(Untrue, match=f"payment {order}"):
        checks.orders_replay(replace(week, books=ChangedRow(week.books, PAYMENT.kind, rows)))


def test_a_lost_basket_is_found(week: Evidence) -> None:
    """A basket that neither became an order nor was refused is missed."""
    with pytest.raises(Untrue, match="383 baskets are not 382 orders and 0 refused"):
        checks.baskets_became_orders(replace(week, baskets=week.baskets + 1))


@pytest.mark.parametrize("source", ["files", "nouns", "log", "columns"])
@pytest.mark.parametrize(("field", "told"), [("units", "141,906"), ("cash", "10,445.97")])
def test_a_cent_of_difference_is_found(source: str, field: str, told: str, week: Evidence) -> None:
    """Codes that differ by a cent or a unit in one figure are told with that figure."""
    wrong = replace(week.totals[source], **{field: getattr(week.totals[source], field) + 1})
    with pytest.raises(Untrue, match=f"{field} is .*{told} by {source}"):
        checks.totals_agree(replace(week, totals={**week.totals, source: wrong}))


def _backwards(line: Line, *, start: int, end: int) -> tuple[Part, ...]:
    """Count the units from the last one, so that other units get the odd cents."""
    return worth_of(line, start=line.quantity - end, end=line.quantity - start)


def _rounded(line: Line, *, start: int, end: int) -> tuple[Part, ...]:
    """Round each unit down, so that the odd cents get lost."""
    first = worth_of(line, start=line.quantity - 1, end=line.quantity)
    return tuple(evolve(part, amount=part.amount * (end - start)) for part in first)


@pytest.mark.parametrize("law", [_backwards, _rounded])
def test_another_unit_law_is_found(
    law: Callable[..., tuple[Part, ...]], week: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units that lose a cent, or get that of another unit, do not add up."""
    monkeypatch.setattr(checks, "worth_of", law)
    with pytest.raises(Untrue, match="do not add up"):
        checks.units_add_up(week)


def test_lines_are_cut_whole(week: Evidence, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each different line is cut from its first to its last unit: singly up to 200, else into 12 runs."""
    cuts: dict[int, list[tuple[int, int]]] = {}

    def watched(line: Line, *, start: int, end: int) -> tuple[Part, ...]:
        cuts.setdefault(id(line), []).append((start, end))
        lines[id(line)] = line
        return worth_of(line, start=start, end=end)

    lines: dict[int, Line] = {}
    monkeypatch.setattr(checks, "worth_of", watched)
    checks.units_add_up(week)
    for key, runs in cuts.items():
        quantity = lines[key].quantity
        assert len(runs) == (quantity if quantity <= 200 else 12)
        assert [0, *(end for _, end in runs)] == [*(start for start, _ in runs), quantity]
    assert max(line.quantity for line in lines.values()) > 200


def test_the_year_must_be_the_published_one(week: Evidence) -> None:
    """Only a run of the whole year is held against the published totals, and one cent breaks it."""
    year = replace(week, weeks=53, totals={"files": from_files.totals(53)})
    assert "year" not in promises.checks(52)
    assert promises.checks(53)["year"](year) == "the totals are the published ones of the year"
    with pytest.raises(Untrue, match=r"gross is 5,392,232.87 by published, 5,392,232.88 by files"):
        promises.checks(53)["year"](replace(year, totals={"files": replace(PUBLISHED, gross=PUBLISHED.gross + 1)}))


def test_weeks_that_lack_an_order_are_found(week: Evidence) -> None:
    """The weekly table must hold each order and each cent of the files."""
    total = replace(week.totals["files"], orders=383, gross=12_397_22)
    with pytest.raises(Untrue, match=r"the weeks have 382 orders and 12,397\.21 gross, the files 383 and 12,397\.22"):
        checks.weeks_add_up(replace(week, totals={**week.totals, "files": total}))
