"""Listing a product on a channel: switched by hand, planned, barred by the channel, and switched by time."""

from typing import Any

import pytest
from pendulum import DateTime

from ecomops.kernel import CommandId, Commit, IllegalMove, Missing, StaleVersion, ask
from ecomops.memory import MemoryStore
from ecomops.products import LISTING, OffReason, ProductNotActive, listing_id
from ecomops.products.listings import Status
from ecomops.terms import ChannelId, Sku
from ecomops.testing import NOON, a_product
from ecomops.workflows.listing import (
    BarListing,
    DelistProduct,
    LiftBar,
    ListingNeeds,
    ListingStands,
    ListingSwitched,
    ListProduct,
    PlanListing,
    change_listing,
    listing_due,
    plan_listing_command,
    switch_listing,
)
from ecomops.workflows.publication import RetireProduct, retire_product
from tests.workflows.shop import STAFF, Drive, a_publication, codes, do, dump, events_of, found, value_of

TEA, TMALL = Sku("tea"), ChannelId("tmall")
ID = listing_id(TEA, TMALL)


def told(cls: type[Any], *, id: str = "c-list", at: DateTime = NOON, **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command about the listing of tea."""
    return cls(id=CommandId(id), by=STAFF, at=at, sku=TEA, channel=TMALL, **words)


def stands(status: Status, reason: OffReason | None = None) -> ListingStands:
    """Return the answer."""
    return ListingStands(listing=ID, status=status, reason=reason)


def a_catalogue() -> MemoryStore:
    """Return a store in which tea is on sale."""
    store = MemoryStore()
    do(store, a_publication())
    return store


def test_a_new_listing_is_entered_and_turned_on() -> None:
    """In one write."""
    plan = plan_listing_command(told(ListProduct), ListingNeeds(product=found(a_product()), listing=None))
    assert plan.answer == stands(Status.ON)
    assert events_of(plan.writes) == [("listing", "listing.opened"), ("listing", "listing.turned_on")]


def test_a_listing_lives_through_all_commands(drive: Drive) -> None:
    """On, off, on again, barred, lifted, and on at last."""
    store = a_catalogue()
    steps: list[tuple[Any, ListingStands]] = [
        (told(ListProduct, id="c-1"), stands(Status.ON)),
        (told(DelistProduct, id="c-2", reason=OffReason.SOLD_OUT), stands(Status.OFF, OffReason.SOLD_OUT)),
        (told(ListProduct, id="c-3"), stands(Status.ON)),
        (told(BarListing, id="c-4", rule="no licence"), stands(Status.BARRED, OffReason.RULE_BROKEN)),
        (told(LiftBar, id="c-5"), stands(Status.OFF, OffReason.BAR_LIFTED)),
        (told(ListProduct, id="c-6"), stands(Status.ON)),
        (told(ListProduct, id="c-7"), stands(Status.ON)),
    ]
    for command, answer in steps:
        assert drive(change_listing, command, store) == answer
    assert len(codes(store)) == 2 + 7  # a repeat leaves no event


def test_the_plan_is_kept_and_time_switches(drive: Drive) -> None:
    """Each switch at its own instant, whenever the job comes by; then nothing is due any more."""
    store = a_catalogue()
    on, off = NOON.add(hours=1), NOON.add(hours=9)
    assert drive(change_listing, told(PlanListing, on_at=on, off_at=off), store) == stands(
        Status.OFF, OffReason.NEVER_LISTED
    )
    assert listing_due(value_of(store, LISTING, ID), at=on.subtract(seconds=1)) is None
    late = off.add(days=3)
    for deadline, happened in ((on, "listing.turned_on"), (off, "listing.turned_off")):
        command = listing_due(value_of(store, LISTING, ID), at=late)
        assert command is not None
        assert (command.id, command.at) == (f"due:listing:tea@tmall:{deadline.isoformat()}", deadline)
        assert drive(switch_listing, command, store) == ListingSwitched(happened=(happened,))
    assert listing_due(value_of(store, LISTING, ID), at=late) is None
    assert (value_of(store, LISTING, ID).status, value_of(store, LISTING, ID).reason) == (
        Status.OFF,
        OffReason.SCHEDULED,
    )


def test_a_due_command_that_comes_too_late_does_nothing(drive: Drive) -> None:
    """The plan has changed since; the deadline has moved."""
    store = a_catalogue()
    drive(change_listing, told(PlanListing, on_at=NOON.add(hours=1)), store)
    command = listing_due(value_of(store, LISTING, ID), at=NOON.add(hours=2))
    assert command is not None
    drive(change_listing, told(PlanListing, id="c-2", on_at=NOON.add(days=1)), store)
    assert drive(switch_listing, command, store) == ListingSwitched(happened=())


@pytest.mark.parametrize("words", [{"cls": ListProduct}, {"cls": PlanListing, "on_at": NOON.add(hours=1)}])
def test_only_a_product_on_sale_is_listed(drive: Drive, words: dict[str, Any]) -> None:
    """Neither now nor later; nothing changes."""
    store = a_catalogue()
    do(store, RetireProduct(id=CommandId("c-r"), by=STAFF, at=NOON, sku=TEA))
    before = dump(store)
    with pytest.raises(ProductNotActive) as refusal:
        drive(change_listing, told(**words), store)
    assert refusal.value.context == {"sku": TEA}
    assert dump(store) == before


THE_END = RetireProduct(id=CommandId("c-r"), by=STAFF, at=NOON, sku=TEA)
LISTED = [told(ListProduct), told(PlanListing, on_at=NOON.add(hours=1))]


@pytest.mark.parametrize("listed", LISTED)
def test_a_product_that_is_retired_meanwhile_is_not_listed(listed: Any) -> None:  # noqa: ANN401 - of two classes
    """Both read the product: one of them is saved, whoever was first."""
    store = a_catalogue()
    listing, end = ask(lambda: change_listing(listed), store.unit), ask(lambda: retire_product(THE_END), store.unit)
    for command, first, other in ((listed, listing, end), (THE_END, end, listing)):
        store = a_catalogue()
        with store.unit() as unit:
            unit.save(Commit(command=command, answer=first.answer, writes=first.writes))
        with pytest.raises(StaleVersion), store.unit() as unit:
            unit.save(Commit(command=a_publication(id="c-other"), answer=other.answer, writes=other.writes))


def test_a_product_is_taken_off_whatever_it_is(drive: Drive) -> None:
    """To plan its end, or to bar it, it need not be on sale."""
    store = a_catalogue()
    drive(change_listing, told(ListProduct), store)
    answer = drive(change_listing, told(PlanListing, id="c-2", off_at=NOON.add(hours=1)), store)
    assert answer == stands(Status.ON)
    do(store, RetireProduct(id=CommandId("c-r"), by=STAFF, at=NOON, sku=TEA))
    with pytest.raises(IllegalMove):  # a retired product's listings are closed
        drive(change_listing, told(DelistProduct, id="c-3"), store)


@pytest.mark.parametrize("cls", [ListProduct, DelistProduct, LiftBar])
def test_only_what_the_catalogue_has_is_listed(drive: Drive, cls: type[Any]) -> None:
    """An unknown product is named."""
    with pytest.raises(Missing) as refusal:
        drive(change_listing, told(cls), MemoryStore())
    assert refusal.value.context == {"kind": "product", "ids": (TEA,)}


def test_only_a_listing_that_is_there_falls_due(drive: Drive) -> None:
    """A due command of another store is refused."""
    store = a_catalogue()
    drive(change_listing, told(PlanListing, on_at=NOON.add(hours=1)), store)
    command = listing_due(value_of(store, LISTING, ID), at=NOON.add(hours=1))
    assert command is not None
    with pytest.raises(Missing):
        drive(switch_listing, command, MemoryStore())
