"""Transfers between locations: what is asked for, what leaves, what is counted, and what is under way meanwhile."""

from collections.abc import Callable

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ecomops.inventory import TRANSFER, Goods, Transfer, TransferId, transfers
from ecomops.inventory.transfers import (
    LIFECYCLE,
    Event,
    Status,
    TransferAdopted,
    TransferArrived,
    TransferCancelled,
    TransferDispatched,
    TransferLine,
    TransferRequested,
)
from ecomops.terms import LocationId, Sku, StockKey, StockUnits
from ecomops.testing import NOON, TEA, given

ID = TransferId("t-1")
HERE, THERE = LocationId("hangzhou"), LocationId("ningbo")
TEA_THERE = StockKey.of(Sku("tea"), THERE)
CUP_THERE = StockKey.of(Sku("cup"), THERE)


def goods(**quantities: int) -> tuple[Goods, ...]:
    """Return so many units of each SKU."""
    return tuple(Goods(sku=Sku(sku), quantity=quantity) for sku, quantity in quantities.items())


def line(sku: str, requested: int, dispatched: int = 0, arrived: int = 0) -> TransferLine:
    """Return a line of a transfer."""
    return TransferLine(sku=Sku(sku), requested=requested, dispatched=dispatched, arrived=arrived)


REQUESTED = TransferRequested(id=ID, origin=HERE, destination=THERE, goods=goods(cup=2, tea=5), at=NOON)
DISPATCHED = TransferDispatched(id=ID, goods=goods(cup=2, tea=4), at=NOON)
ARRIVED = TransferArrived(id=ID, goods=goods(cup=3, tea=1), at=NOON)
CANCELLED = TransferCancelled(id=ID, at=NOON)

HISTORIES: dict[Status, tuple[Event, ...]] = {
    Status.REQUESTED: (REQUESTED,),
    Status.IN_TRANSIT: (REQUESTED, DISPATCHED),
    Status.ARRIVED: (REQUESTED, DISPATCHED, ARRIVED),
    Status.CANCELLED: (REQUESTED, CANCELLED),
}


def transfer(*lines: TransferLine, status: Status) -> Transfer:
    """Return the transfer from here to there."""
    return Transfer(id=ID, status=status, origin=HERE, destination=THERE, lines=lines)


def test_the_table_is_requested_in_transit_arrived() -> None:
    """It can be called off until the goods have left; then they arrive somehow."""
    assert set(LIFECYCLE.edges()) == {
        (None, TransferRequested, Status.REQUESTED),
        *((None, TransferAdopted, status) for status in Status),
        (Status.REQUESTED, TransferDispatched, Status.IN_TRANSIT),
        (Status.REQUESTED, TransferCancelled, Status.CANCELLED),
        (Status.IN_TRANSIT, TransferArrived, Status.ARRIVED),
    }


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (Status.REQUESTED, (line("cup", 2), line("tea", 5))),
        (Status.IN_TRANSIT, (line("cup", 2, 2), line("tea", 5, 4))),
        (Status.ARRIVED, (line("cup", 2, 2, 3), line("tea", 5, 4, 1))),
        (Status.CANCELLED, (line("cup", 2), line("tea", 5))),
    ],
)
def test_each_step_writes_down_its_own_count(status: Status, lines: tuple[TransferLine, ...]) -> None:
    """What was asked for, what left and what was counted stand side by side; adopted ones enter in any state."""
    expected = transfer(*lines, status=status)
    assert TRANSFER.replay(HISTORIES[status]) == expected
    adopted = TransferAdopted(id=ID, status=status, origin=HERE, destination=THERE, lines=lines, at=NOON)
    assert TRANSFER.replay((adopted,)) == expected


def test_goods_are_asked_for_in_the_order_of_their_skus() -> None:
    """The same wish in another order is the same event."""
    wanted = reversed(goods(cup=2, tea=5))
    assert transfers.request(ID, origin=HERE, destination=THERE, goods=wanted, at=NOON) == (REQUESTED,)


@pytest.mark.parametrize(
    ("destination", "wanted", "code"),
    [
        (HERE, goods(tea=1), "transfer.same_location"),
        (THERE, (), "transfer.empty"),
        (THERE, goods(tea=1) + goods(tea=2), "value.repeated"),
    ],
)
def test_a_wish_that_cannot_be_one_is_refused(destination: LocationId, wanted: tuple[Goods, ...], code: str) -> None:
    """To the place where the goods are, of nothing, or of one SKU twice."""
    given(TRANSFER, REQUESTED).when(
        lambda old: transfers.request(old.id, origin=HERE, destination=destination, goods=wanted, at=NOON)
    ).then_refused(code)


@pytest.mark.parametrize(
    ("leaving", "event"),
    [
        (None, TransferDispatched(id=ID, goods=goods(cup=2, tea=5), at=NOON)),
        (goods(tea=4, cup=2), DISPATCHED),
        (goods(tea=1), TransferDispatched(id=ID, goods=goods(tea=1), at=NOON)),
    ],
)
def test_all_that_is_asked_for_leaves_or_less(leaving: tuple[Goods, ...] | None, event: TransferDispatched) -> None:
    """None is all of it; a SKU that is not named stays."""
    given(TRANSFER, REQUESTED).when(transfers.dispatch, goods=leaving, at=NOON).then(event)


@pytest.mark.parametrize(
    ("leaving", "code", "context"),
    [
        ((), "transfer.empty", {"id": ID}),
        (goods(tea=1) + goods(tea=1), "value.repeated", {"key": "tea"}),
        (goods(cup=3, tea=5), "transfer.not_requested", {"goods": ("3 x cup",)}),
        (goods(cup=3, pot=1, tea=6), "transfer.not_requested", {"goods": ("3 x cup", "1 x pot", "6 x tea")}),
    ],
)
def test_no_more_leaves_than_is_asked_for(leaving: tuple[Goods, ...], code: str, context: dict[str, object]) -> None:
    """Every excess is listed; to send nothing is to cancel."""
    given(TRANSFER, REQUESTED).when(transfers.dispatch, goods=leaving, at=NOON).then_refused(code, **context)


@pytest.mark.parametrize(
    ("counted", "event"),
    [
        (None, TransferArrived(id=ID, goods=DISPATCHED.goods, at=NOON)),
        (goods(tea=1, cup=3), ARRIVED),
        ((), TransferArrived(id=ID, goods=(), at=NOON)),
    ],
)
def test_whatever_is_counted_has_arrived(counted: tuple[Goods, ...] | None, event: TransferArrived) -> None:
    """Less, more or nothing at all: it is recorded as it is; None is exactly what left."""
    given(TRANSFER, *HISTORIES[Status.IN_TRANSIT]).when(transfers.arrive, goods=counted, at=NOON).then(event)


@pytest.mark.parametrize(
    ("counted", "code", "context"),
    [
        (goods(pot=1, tea=9), "transfer.not_requested", {"goods": ("1 x pot",)}),
        (goods(tea=1) + goods(tea=1), "value.repeated", {"key": "tea"}),
    ],
)
def test_what_nobody_sent_does_not_arrive_by_a_transfer(
    counted: tuple[Goods, ...], code: str, context: dict[str, object]
) -> None:
    """It is a find, and the stock is adjusted."""
    given(TRANSFER, *HISTORIES[Status.IN_TRANSIT]).when(transfers.arrive, goods=counted, at=NOON).then_refused(
        code, **context
    )


Step = TransferDispatched | TransferArrived | TransferCancelled
SEND: Callable[[Transfer], tuple[Step, ...]] = lambda each: transfers.dispatch(each, goods=DISPATCHED.goods, at=NOON)  # noqa: E731
COUNT: Callable[[Transfer], tuple[Step, ...]] = lambda each: transfers.arrive(each, goods=ARRIVED.goods, at=NOON)  # noqa: E731
CANCEL: Callable[[Transfer], tuple[Step, ...]] = lambda each: transfers.cancel(each, at=NOON)  # noqa: E731


@pytest.mark.parametrize(
    ("decision", "does", "repeats", "refuses"),
    [
        (SEND, Status.REQUESTED, Status.IN_TRANSIT, (Status.ARRIVED, Status.CANCELLED)),
        (COUNT, Status.IN_TRANSIT, Status.ARRIVED, (Status.REQUESTED, Status.CANCELLED)),
        (CANCEL, Status.REQUESTED, Status.CANCELLED, (Status.IN_TRANSIT, Status.ARRIVED)),
    ],
)
def test_a_step_answers_in_every_state(
    decision: Callable[[Transfer], tuple[Step, ...]], does: Status, repeats: Status, refuses: tuple[Status, ...]
) -> None:
    """Once it happens, again it is nothing, and otherwise it is refused by the table."""
    assert len(given(TRANSFER, *HISTORIES[does]).when(decision).events) == 1
    given(TRANSFER, *HISTORIES[repeats]).when(decision).then_nothing()
    for status in refuses:
        given(TRANSFER, *HISTORIES[status]).when(decision).then_refused("transfer.illegal_move", state=status.value)


@pytest.mark.parametrize(
    ("decision", "status"), [(transfers.dispatch, Status.IN_TRANSIT), (transfers.arrive, Status.ARRIVED)]
)
def test_another_count_is_no_repeat(decision: Callable[..., tuple[Step, ...]], status: Status) -> None:
    """What left and what was counted is said once."""
    given(TRANSFER, *HISTORIES[status]).when(decision, goods=goods(tea=2), at=NOON).then_refused(
        "transfer.illegal_move", state=status.value
    )


def test_goods_under_way_are_counted_where_they_go() -> None:
    """Neither before they leave nor after they were counted."""
    under_way = {status: transfers.in_transit(TRANSFER.replay(events)) for status, events in HISTORIES.items()}
    assert under_way == {
        Status.REQUESTED: (),
        Status.IN_TRANSIT: (StockUnits(stock=CUP_THERE, quantity=2), StockUnits(stock=TEA_THERE, quantity=4)),
        Status.ARRIVED: (),
        Status.CANCELLED: (),
    }


def test_events_name_the_stock_at_either_end() -> None:
    """What leaves is taken where it lies, what is counted is put where it arrived."""
    moving = TRANSFER.replay(HISTORIES[Status.IN_TRANSIT])
    assert transfers.leaving(moving, DISPATCHED)[1] == StockUnits(stock=TEA, quantity=4)
    assert transfers.arriving(moving, ARRIVED)[1] == StockUnits(stock=TEA_THERE, quantity=1)


def test_differences_are_known_once_the_goods_are_counted() -> None:
    """Missing ones and those too many; a line that agrees is none."""
    assert transfers.differences(TRANSFER.replay(HISTORIES[Status.IN_TRANSIT])) == ()
    short, over = transfers.differences(TRANSFER.replay(HISTORIES[Status.ARRIVED]))
    assert [(each.sku, each.missing) for each in (short, over)] == [("cup", -1), ("tea", 3)]
    counted = TransferArrived(id=ID, goods=goods(cup=2, tea=3), at=NOON)
    (tea,) = transfers.differences(TRANSFER.replay((REQUESTED, DISPATCHED, counted)))
    assert tea == line("tea", 5, 4, 3)


few = st.dictionaries(st.sampled_from(["cup", "tea"]), st.integers(1, 9))
some = st.dictionaries(st.sampled_from(["cup", "tea"]), st.integers(1, 9), min_size=1)


def of(sku: str, moved: tuple[StockUnits, ...]) -> int:
    """Return how many units of a SKU are among those *moved*."""
    return sum(each.quantity for each in moved if each.stock.sku == sku)


@drawn(wanted=some, sent=few, came=few)
def test_what_left_what_came_and_what_is_missing_add_up(
    wanted: dict[str, int], sent: dict[str, int], came: dict[str, int]
) -> None:
    """Moved out and in, in transit and missing are nothing together, for each SKU and after each step."""
    left = {sku: min(units, wanted[sku]) for sku, units in sent.items() if sku in wanted} or wanted
    counted = {sku: units for sku, units in came.items() if sku in wanted}
    asked = TRANSFER.replay(transfers.request(ID, origin=HERE, destination=THERE, goods=goods(**wanted), at=NOON))
    (dispatched,) = transfers.dispatch(asked, goods=goods(**left), at=NOON)
    moving = TRANSFER.fold(asked, (dispatched,))
    (arrived,) = transfers.arrive(moving, goods=goods(**counted), at=NOON)
    done = TRANSFER.fold(moving, (arrived,))
    for sku in wanted:
        out, back = of(sku, transfers.leaving(asked, dispatched)), of(sku, transfers.arriving(moving, arrived))
        missing = sum(each.missing for each in transfers.differences(done) if each.sku == sku)
        assert (out, of(sku, transfers.in_transit(moving))) == (left.get(sku, 0), out)
        assert back - out + of(sku, transfers.in_transit(done)) + missing == 0


def test_transfers_are_found_by_status_ends_and_skus() -> None:
    """What is on its way to a location is a query."""
    moving = TRANSFER.replay(HISTORIES[Status.IN_TRANSIT])
    assert {name: key(moving) for name, key in TRANSFER.keys.items()} == {
        "status": "in_transit",
        "origin": HERE,
        "destination": THERE,
        "sku": ("cup", "tea"),
    }
    assert TRANSFER.id_of(moving) == "t-1"
    assert TRANSFER.due_at is None
