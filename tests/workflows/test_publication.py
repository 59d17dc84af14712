"""Publishing a product: entered when it is new, put on sale, and left alone when it is."""

import pytest
from attrs import evolve

from ecomops import products
from ecomops.kernel import CommandId, IllegalMove, Missing
from ecomops.memory import MemoryStore
from ecomops.products import LISTING, PRODUCT, Attribute, Product, Status, listings
from ecomops.terms import CategoryId, ChannelId, Price, Sku
from ecomops.testing import NOON, a_product, cny
from ecomops.workflows.listing import ListProduct, PlanListing
from ecomops.workflows.publication import (
    Described,
    DescribeProduct,
    Published,
    PublishProduct,
    PublishProductNeeds,
    Retired,
    RetireProduct,
    describe_product,
    plan_publish_product,
    publish_product,
    retire_product,
)
from tests.workflows.shop import STAFF, Drive, a_publication, codes, do, dump, events_of, found, put, value_of, values

NEW = PublishProductNeeds(product=None)


def drafted() -> Product:
    """Return a product that was entered and is not yet on sale."""
    return PRODUCT.replay(products.draft(Sku("tea"), category=CategoryId("food"), list_price=None, at=NOON))


def retired() -> Product:
    """Return a product that was taken off the catalogue."""
    return PRODUCT.fold(a_product(), products.retire(a_product(), at=NOON))


def test_a_new_product_is_entered_and_put_on_sale() -> None:
    """The plan for a product that nobody knows enters it and publishes it in one write."""
    plan = plan_publish_product(a_publication(), NEW)
    assert plan.answer == Published(sku=Sku("tea"), new=True)
    assert events_of(plan.writes) == [("product", "product.drafted"), ("product", "product.published")]
    assert [(write.expected, write.before) for write in plan.writes] == [(None, None)]
    assert plan.writes[0].after == Product(
        sku=Sku("tea"), status=Status.ACTIVE, category=CategoryId("drinks"), list_price=None
    )  # fmt: skip


def test_what_is_known_is_kept_as_it_is_told() -> None:
    """Category and list price of the command become those of a new product, unknown ones stay unknown."""
    price = Price(amount=cny("10.00"), per=50)
    told = PublishProduct(
        id=a_publication().id, by=STAFF, at=NOON, sku=Sku("tea"), category=CategoryId("food"), list_price=price
    )  # fmt: skip
    after = plan_publish_product(told, NEW).writes[0].after
    assert (after.category, after.list_price) == ("food", price)
    after = plan_publish_product(a_publication(category=None), NEW).writes[0].after
    assert (after.category, after.list_price) == (None, None)


def test_a_draft_is_only_put_on_sale() -> None:
    """The plan for a draft publishes it under the version that was read and leaves its category alone."""
    plan = plan_publish_product(a_publication(), PublishProductNeeds(product=found(drafted())))
    assert plan.answer == Published(sku=Sku("tea"), new=False)
    assert events_of(plan.writes) == [("product", "product.published")]
    assert (plan.writes[0].expected, plan.writes[0].after.category) == (7, "food")


def test_a_product_on_sale_is_left_alone() -> None:
    """Publishing what is on sale writes nothing and says that it is not new."""
    plan = plan_publish_product(a_publication(), PublishProductNeeds(product=found(a_product())))
    assert plan.answer == Published(sku=Sku("tea"), new=False)
    assert plan.writes == ()


def test_a_retired_product_stays_off_the_catalogue(drive: Drive) -> None:
    """A retired product is not published again, and nothing changes."""
    with pytest.raises(IllegalMove) as refusal:
        plan_publish_product(a_publication(), PublishProductNeeds(product=found(retired())))
    assert refusal.value.code == "product.illegal_move"
    store = MemoryStore()
    do(store, a_publication(id="c-1"))
    put(store, *PRODUCT.write(store.rows(PRODUCT)["tea"], products.retire(a_product(), at=NOON)))
    before = dump(store)
    with pytest.raises(IllegalMove, match="product tea is retired"):
        drive(publish_product, a_publication(), store)
    assert dump(store) == before


def test_published_through_a_store(drive: Drive) -> None:
    """A product is entered once, however many commands publish it."""
    store = MemoryStore()
    assert drive(publish_product, a_publication(), store) == Published(sku=Sku("tea"), new=True)
    assert drive(publish_product, a_publication(id="c-2", category="food"), store) == Published(
        sku=Sku("tea"), new=False
    )
    assert value_of(store, PRODUCT, "tea").category == "drinks"
    assert codes(store) == ["product.drafted", "product.published"]


BRAND = Attribute(name="brand", value="Longjing")


def an_edit(*attributes: Attribute, id: str = "c-edit", category: str = "food") -> DescribeProduct:
    """Return the command that edits tea."""
    return DescribeProduct(
        id=CommandId(id),
        by=STAFF,
        at=NOON,
        sku=Sku("tea"),
        category=CategoryId(category),
        list_price=None,
        attributes=attributes,
    )


def the_end(id: str = "c-retire") -> RetireProduct:
    """Return the command that retires tea."""
    return RetireProduct(id=CommandId(id), by=STAFF, at=NOON, sku=Sku("tea"))


def a_listing(n: int, sku: str) -> ListProduct:
    """Return the command that lists a product on the n-th channel."""
    return ListProduct(
        id=CommandId(f"c-{sku}-{n}"), by=STAFF, at=NOON, sku=Sku(sku), channel=ChannelId(f"ch-{n}")
    )  # fmt: skip


def test_a_product_is_entered_with_what_is_known_of_it() -> None:
    """Its attributes come with the first publication."""
    plan = plan_publish_product(evolve(a_publication(), attributes=(BRAND,)), NEW)
    assert plan.writes[0].after.attributes == (BRAND,)


def test_what_is_known_of_a_product_is_edited(drive: Drive) -> None:
    """As a whole; the same again changes nothing."""
    store = MemoryStore()
    do(store, a_publication())
    assert drive(describe_product, an_edit(BRAND), store) == Described(sku=Sku("tea"), changed=True)
    after = value_of(store, PRODUCT, "tea")
    assert (after.status, after.category, after.attributes) == (Status.ACTIVE, "food", (BRAND,))
    assert drive(describe_product, an_edit(BRAND, id="c-2"), store) == Described(sku=Sku("tea"), changed=False)
    assert codes(store)[2:] == ["product.described"]


def test_only_a_product_that_is_there_is_edited_or_retired(drive: Drive) -> None:
    """Others are refused by their SKU."""
    with pytest.raises(Missing):
        drive(describe_product, an_edit(), MemoryStore())
    with pytest.raises(Missing):
        drive(retire_product, the_end(), MemoryStore())


def test_a_retired_product_is_taken_off_every_channel(drive: Drive) -> None:
    """However many pages of listings it has; those of other products stay; again it is nothing."""
    store = MemoryStore()
    do(store, a_publication(), a_publication(id="c-cup", sku="cup"))
    for n in range(150):
        do(store, a_listing(n, "tea"))
    do(store, a_listing(1, "cup"))
    planned = PlanListing(
        id=CommandId("c-plan"), by=STAFF, at=NOON, sku=Sku("tea"), channel=ChannelId("ch-5"), off_at=NOON.add(days=1)
    )
    do(store, planned)
    answer = drive(retire_product, the_end(), store)
    assert answer.sku == "tea"
    assert sorted(answer.closed) == sorted(f"tea@ch-{n}" for n in range(150))
    assert value_of(store, PRODUCT, "tea").status is Status.RETIRED
    closed = [listing for listing in values(store, LISTING) if listing.status is listings.Status.CLOSED]
    assert {listing.sku for listing in closed} == {"tea"}
    assert len(closed) == 150
    assert drive(retire_product, the_end("c-2"), store) == Retired(sku=Sku("tea"), closed=())
