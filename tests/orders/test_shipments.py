"""The parcel: on its way until it is delivered or lost, once."""

import pytest
from attrs import evolve

from ecomops.kernel import CorruptHistory, Invalid
from ecomops.orders import SHIPMENT, LineUnits, Shipment, shipments
from ecomops.orders.shipments import (
    LIFECYCLE,
    ShipmentAdopted,
    ShipmentDelivered,
    ShipmentLost,
    ShipmentSent,
    ShipmentTracked,
    Status,
)
from ecomops.terms import LineId, OrderId, ShipmentId
from ecomops.testing import NOON, Given
from tests.kernel.hostile import untyped

S1, O1 = ShipmentId("s-1"), OrderId("o-1")
LATER = NOON.add(hours=1)
CONTENT = (LineUnits(line=LineId("tea"), quantity=2),)
SENT = ShipmentSent(id=S1, order=O1, units=CONTENT, carrier="sf", tracking="SF1", at=NOON)
DELIVERED = ShipmentDelivered(id=S1, at=LATER)
LOST = ShipmentLost(id=S1, at=LATER)
PARCEL = Shipment(
    id=S1, order=O1, status=Status.SHIPPED, units=CONTENT, carrier="sf", tracking="SF1", shipped_at=NOON
)  # fmt: skip


def test_the_table() -> None:
    """On its way, and then one of two ends."""
    assert set(LIFECYCLE.edges()) == {
        (None, ShipmentSent, Status.SHIPPED),
        *((None, ShipmentAdopted, status) for status in Status),
        (Status.SHIPPED, ShipmentTracked, Status.SHIPPED),
        (Status.SHIPPED, ShipmentDelivered, Status.DELIVERED),
        (Status.SHIPPED, ShipmentLost, Status.LOST),
    }


def test_a_parcel_is_sent() -> None:
    """With what is in it, who carries it and under which number."""
    sent = shipments.send(S1, order=O1, units=CONTENT, carrier="sf", tracking="SF1", at=NOON)
    assert sent == (SENT,)
    assert SHIPMENT.replay(sent) == PARCEL
    bare = shipments.send(S1, order=O1, units=CONTENT, at=NOON)
    assert (bare[0].carrier, bare[0].tracking) == (None, None)


def test_its_number_becomes_known() -> None:
    """Or another; the same again is nothing."""
    tracked = ShipmentTracked(id=S1, carrier="yto", tracking="Y2", at=LATER)
    Given(PARCEL).when(shipments.track, carrier="sf", tracking="SF1", at=LATER).then_nothing()
    Given(PARCEL).when(shipments.track, carrier="yto", tracking="Y2", at=LATER).then(tracked)
    for carrier, tracking in (("sf", "SF2"), ("yto", "SF1")):
        other = ShipmentTracked(id=S1, carrier=carrier, tracking=tracking, at=LATER)
        Given(PARCEL).when(shipments.track, carrier=carrier, tracking=tracking, at=LATER).then(other)
    assert SHIPMENT.fold(PARCEL, (tracked,)) == evolve(PARCEL, carrier="yto", tracking="Y2")


def test_it_arrives_once() -> None:
    """A repeat is nothing, and it cannot be lost any more."""
    Given(PARCEL).when(shipments.deliver, at=LATER).then(DELIVERED)
    there = SHIPMENT.fold(PARCEL, (DELIVERED,))
    assert there == evolve(PARCEL, status=Status.DELIVERED, arrived_at=LATER)
    Given(there).when(shipments.deliver, at=LATER.add(days=1)).then_nothing()
    Given(there).when(shipments.lose, at=LATER).then_refused(
        "shipment.illegal_move", machine="shipment", id="s-1", state="delivered", event="ShipmentLost"
    )


def test_it_is_lost_once() -> None:
    """A repeat is nothing, and it cannot arrive any more, nor be tracked."""
    Given(PARCEL).when(shipments.lose, at=LATER).then(LOST)
    gone = SHIPMENT.fold(PARCEL, (LOST,))
    assert gone == evolve(PARCEL, status=Status.LOST)
    Given(gone).when(shipments.lose, at=LATER).then_nothing()
    Given(gone).when(shipments.deliver, at=LATER).then_refused("shipment.illegal_move", state="lost")
    Given(gone).when(shipments.track, carrier="yto", tracking="Y2", at=LATER).then_refused("shipment.illegal_move")


@pytest.mark.parametrize("status", Status)
def test_a_parcel_is_taken_over_as_it_is(status: Status) -> None:
    """From another system, on its way or at its end."""
    adopted = ShipmentAdopted(
        id=S1,
        order=O1,
        status=status,
        units=CONTENT,
        carrier=None,
        tracking=None,
        shipped_at=NOON,
        arrived_at=LATER,
        at=LATER,
    )
    assert SHIPMENT.replay((adopted,)) == evolve(
        PARCEL, status=status, carrier=None, tracking=None, arrived_at=LATER
    )  # fmt: skip


def test_it_is_found_by_status_order_and_number() -> None:
    """It has no timer: its order has."""
    assert {name: SHIPMENT.key(name, PARCEL) for name in SHIPMENT.keys} == {
        "status": "shipped",
        "order": "o-1",
        "tracking": "SF1",
    }
    assert (SHIPMENT.id_of(PARCEL), SHIPMENT.key("due_at", PARCEL)) == ("s-1", None)


def test_what_is_malformed_is_refused() -> None:
    """Of a parcel as of anything else."""
    for value in untyped(None, 1, "", " a"):
        with pytest.raises(Invalid):
            shipments.track(PARCEL, carrier=value, tracking="x", at=NOON)
    with pytest.raises(CorruptHistory):
        SHIPMENT.replay((DELIVERED,))
