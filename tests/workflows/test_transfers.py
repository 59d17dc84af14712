"""Moving goods between locations through a store: both ends, what is under way, and that nothing is lost unseen."""

from typing import Any

import pytest

from ecomops.inventory import TRANSFER, Goods, Shortage, StockShort, TransferExists, TransferId, transfers
from ecomops.inventory.transfers import Status, TransferLine
from ecomops.kernel import CommandId, IllegalMove, Missing
from ecomops.memory import MemoryStore
from ecomops.terms import LocationId, Sku, StockKey
from ecomops.testing import NOON, TEA, a_checkout, a_delivery, a_line, a_placement
from ecomops.workflows.stocking import BoundStock
from ecomops.workflows.transfers import (
    CancelTransfer,
    CountTransfer,
    DispatchTransfer,
    RequestTransfer,
    TransferStands,
    cancel_transfer,
    count_transfer,
    dispatch_transfer,
    request_transfer,
)
from tests.workflows.shop import (
    CUP,
    STAFF,
    Drive,
    a_shop,
    codes,
    do,
    dump,
    the_stock,
    units,
    value_of,
)

ID = TransferId("t-1")
HERE, THERE = LocationId("hangzhou"), LocationId("ningbo")
TEA_THERE = StockKey.of(Sku("tea"), THERE)


def goods(**quantities: int) -> tuple[Goods, ...]:
    """Return so many units of each SKU."""
    return tuple(Goods(sku=Sku(sku), quantity=quantity) for sku, quantity in quantities.items())


def told(cls: type[Any], *, id: str = "", **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command about the transfer."""
    return cls(id=CommandId(id or cls.__name__), by=STAFF, at=NOON, transfer_id=ID, **words)


def requested(wanted: tuple[Goods, ...] = (), *, id: str = "c-request", origin: LocationId = HERE) -> RequestTransfer:
    """Return the command that asks for six units of tea, when nothing else is named."""
    command: RequestTransfer = told(
        RequestTransfer, id=id, origin=origin, destination=THERE, goods=wanted or goods(tea=6)
    )
    return command


def test_goods_travel_from_shelf_to_shelf(drive: Drive) -> None:
    """They leave one stock, are under way, and are counted into the other, which is opened for them."""
    store = a_shop(on_hand=10)
    assert drive(request_transfer, requested(), store) == TransferStands(transfer_id=ID, status=Status.REQUESTED)
    sent = drive(dispatch_transfer, told(DispatchTransfer), store)
    assert sent == TransferStands(transfer_id=ID, status=Status.IN_TRANSIT, moved=(units(6),))
    assert (the_stock(store).on_hand, the_stock(store).transferred) == (4, -6)
    assert transfers.in_transit(value_of(store, TRANSFER, ID)) == (units(6, TEA_THERE),)
    came = drive(count_transfer, told(CountTransfer), store)
    assert came == TransferStands(transfer_id=ID, status=Status.ARRIVED, moved=(units(6, TEA_THERE),))
    assert (the_stock(store, TEA_THERE).on_hand, the_stock(store, TEA_THERE).transferred) == (6, 6)


def test_what_is_missing_is_named(drive: Drive) -> None:
    """What was counted is on hand; a line that arrived short, or not at all, is a difference."""
    store = a_shop(on_hand=10)
    do(store, a_delivery(id="c-cup", stock=CUP), a_delivery(id="c-there", stock=TEA_THERE, quantity=1))
    do(store, requested(goods(cup=2, tea=6)), told(DispatchTransfer, goods=goods(cup=2, tea=5)))
    came = drive(count_transfer, told(CountTransfer, goods=goods(tea=4)), store)
    assert came.differences == (
        TransferLine(sku=Sku("cup"), requested=2, dispatched=2, arrived=0),
        TransferLine(sku=Sku("tea"), requested=6, dispatched=5, arrived=4),
    )
    assert the_stock(store, TEA_THERE).on_hand == 5


def test_no_more_leaves_than_lies_in_hand(drive: Drive) -> None:
    """What is reserved stays; every shortage is listed, and nothing leaves."""
    store = a_shop(on_hand=10)
    do(store, a_placement(a_checkout(a_line(quantity=7))), requested(goods(cup=1, tea=6)))
    before = dump(store)
    with pytest.raises(StockShort) as refusal:
        drive(dispatch_transfer, told(DispatchTransfer), store)
    assert refusal.value.shortages == (
        Shortage(stock=CUP, wanted=1, available=0),
        Shortage(stock=TEA, wanted=6, available=3),
    )
    assert dump(store) == before


def test_the_buffer_may_travel_and_what_is_yet_to_come_may_not(drive: Drive) -> None:
    """What is kept from the channels is the shop's own to move; a backorder limit puts nothing on the shelf."""
    store = a_shop(on_hand=6, backorder_limit=5)
    do(store, BoundStock(id=CommandId("c-b"), by=STAFF, at=NOON, stock=TEA, buffer=6, backorder_limit=5))
    do(store, requested(goods(tea=7)))
    with pytest.raises(StockShort) as refusal:
        drive(dispatch_transfer, told(DispatchTransfer), store)
    assert refusal.value.shortages == (Shortage(stock=TEA, wanted=7, available=6),)
    assert drive(dispatch_transfer, told(DispatchTransfer, goods=goods(tea=6)), store).moved == (units(6),)


def test_each_step_again_is_nothing(drive: Drive) -> None:
    """Under whatever command; the answer says how the transfer stands."""
    store = a_shop(on_hand=10)
    do(store, requested())
    assert drive(request_transfer, requested(id="c-2"), store).status is Status.REQUESTED
    do(store, told(DispatchTransfer))
    assert drive(dispatch_transfer, told(DispatchTransfer, id="c-3"), store).moved == ()
    do(store, told(CountTransfer))
    assert drive(count_transfer, told(CountTransfer, id="c-4"), store).moved == ()
    assert codes(store)[2:] == [
        *("transfer.requested", "transfer.dispatched", "stock.transferred_out"),
        *("transfer.arrived", "stock.opened", "stock.transferred_in"),
    ]


def test_a_transfer_is_called_off_before_its_goods_leave(drive: Drive) -> None:
    """Nothing has moved, and nothing will."""
    store = a_shop(on_hand=10)
    do(store, requested())
    assert drive(cancel_transfer, told(CancelTransfer), store).status is Status.CANCELLED
    assert drive(cancel_transfer, told(CancelTransfer, id="c-2"), store).status is Status.CANCELLED
    with pytest.raises(IllegalMove):
        drive(dispatch_transfer, told(DispatchTransfer), store)


@pytest.mark.parametrize("other", [requested(goods(tea=5), id="c-2"), requested(id="c-2", origin=LocationId("x"))])
def test_another_request_under_a_taken_id_is_refused(drive: Drive, other: RequestTransfer) -> None:
    """Other goods or other ends are another transfer."""
    store = a_shop()
    do(store, requested())
    with pytest.raises(TransferExists):
        drive(request_transfer, other, store)


@pytest.mark.parametrize(
    ("work", "command"),
    [(dispatch_transfer, DispatchTransfer), (count_transfer, CountTransfer), (cancel_transfer, CancelTransfer)],
)
def test_only_a_transfer_that_is_there_moves(drive: Drive, work: Any, command: type[Any]) -> None:  # noqa: ANN401 - any work
    """Others are refused by their id."""
    with pytest.raises(Missing) as refusal:
        drive(work, told(command), MemoryStore())
    assert refusal.value.context == {"kind": "transfer", "ids": (ID,)}
