"""The product: what its decisions do, what they refuse, and how it stands afterwards."""

from collections.abc import Callable

import pytest
from attrs import evolve

from ecomops import products
from ecomops.kernel import CorruptHistory
from ecomops.products import (
    LIFECYCLE,
    PRODUCT,
    Attribute,
    Product,
    ProductAdopted,
    ProductDescribed,
    ProductPublished,
    ProductRetired,
    Status,
)
from ecomops.products.product import ProductDrafted
from ecomops.terms import CategoryId, Price, Sku
from ecomops.testing import NOON, a_product, cny, given
from tests.kernel.hostile import untyped

SKU = Sku("tea")
DRINKS = CategoryId("drinks")
PRICE = Price(amount=cny("10.00"))
LATER = NOON.add(hours=1)
PUBLISHED = ProductPublished(sku=SKU, at=LATER)
RETIRED = ProductRetired(sku=SKU, at=LATER)

Step = ProductPublished | ProductRetired
Decision = Callable[..., tuple[Step, ...]]


def adopted(status: Status) -> ProductAdopted:
    """Return the event that takes the product over in *status*."""
    return ProductAdopted(sku=SKU, status=status, category=DRINKS, list_price=PRICE, at=NOON)


def test_the_table_is_draft_active_retired() -> None:
    """A product is drafted or adopted, goes on sale once, and is retired from either state for good."""
    assert set(LIFECYCLE.edges()) == {
        (None, ProductDrafted, Status.DRAFT),
        (None, ProductAdopted, Status.DRAFT),
        (None, ProductAdopted, Status.ACTIVE),
        (None, ProductAdopted, Status.RETIRED),
        (Status.DRAFT, ProductDescribed, Status.DRAFT),
        (Status.DRAFT, ProductPublished, Status.ACTIVE),
        (Status.DRAFT, ProductRetired, Status.RETIRED),
        (Status.ACTIVE, ProductDescribed, Status.ACTIVE),
        (Status.ACTIVE, ProductRetired, Status.RETIRED),
    }
    assert [status for status in Status if LIFECYCLE.is_final(status)] == [Status.RETIRED]


@pytest.mark.parametrize(
    ("decision", "status", "events"),
    [
        (products.publish, Status.DRAFT, (PUBLISHED,)),
        (products.publish, Status.ACTIVE, ()),
        (products.retire, Status.DRAFT, (RETIRED,)),
        (products.retire, Status.ACTIVE, (RETIRED,)),
        (products.retire, Status.RETIRED, ()),
    ],
)
def test_a_decision_answers_in_every_state(decision: Decision, status: Status, events: tuple[Step, ...]) -> None:
    """What the table allows happens once; a repeat does nothing."""
    given(PRODUCT, adopted(status)).when(decision, at=LATER).then(*events)


def test_a_retired_product_never_comes_back() -> None:
    """Publishing it is refused, naming the product and its state."""
    given(PRODUCT, adopted(Status.RETIRED)).when(products.publish, at=LATER).then_refused(
        "product.illegal_move", machine="product", id="tea", state="retired", event="ProductPublished"
    )


@pytest.mark.parametrize(("category", "price"), [(DRINKS, PRICE), (None, None)])
def test_a_draft_keeps_what_was_entered(category: CategoryId | None, price: Price | None) -> None:
    """It has the SKU, category and list price that were given, and is not on sale."""
    drafted = products.draft(SKU, category=category, list_price=price, at=NOON)
    assert drafted == (ProductDrafted(sku=SKU, category=category, list_price=price, at=NOON),)
    assert PRODUCT.replay(drafted) == Product(sku=SKU, status=Status.DRAFT, category=category, list_price=price)


def test_a_draft_with_an_empty_category_is_refused() -> None:
    """None says that nobody knows the category; an empty text says nothing."""
    (empty,) = untyped("")
    given(PRODUCT, adopted(Status.DRAFT)).when(
        lambda product: products.draft(product.sku, category=empty, list_price=None, at=NOON)
    ).then_refused("value.wrong_kind", field="ProductDrafted.category", expected="CategoryId")


BRAND, SIZE = Attribute(name="brand", value="Longjing"), Attribute(name="size", value="50 g")


def described(*attributes: Attribute, category: CategoryId | None = DRINKS) -> ProductDescribed:
    """Return the event that edits the product."""
    return ProductDescribed(sku=SKU, category=category, list_price=PRICE, attributes=attributes, at=LATER)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ACTIVE])
def test_what_is_known_of_a_product_is_edited_as_a_whole(status: Status) -> None:
    """The event holds all of it, attributes in the order of their names; the status stays."""
    edited = described(BRAND, SIZE, category=None)
    given(PRODUCT, adopted(status)).when(
        products.describe, category=None, list_price=PRICE, attributes=[SIZE, BRAND], at=LATER
    ).then(edited)
    after = PRODUCT.replay((adopted(status), edited))
    assert after == Product(sku=SKU, status=status, category=None, list_price=PRICE, attributes=(BRAND, SIZE))


@pytest.mark.parametrize("status", Status)
def test_the_same_description_again_is_nothing(status: Status) -> None:
    """Even of a product that is retired."""
    given(PRODUCT, adopted(status)).when(products.describe, category=DRINKS, list_price=PRICE, at=LATER).then_nothing()


def test_a_retired_product_is_not_edited() -> None:
    """It stays as it was sold."""
    given(PRODUCT, adopted(Status.RETIRED)).when(
        products.describe, category=DRINKS, list_price=None, at=LATER
    ).then_refused("product.retired_for_good", sku="tea")


def test_an_attribute_stands_once() -> None:
    """Two values of one name would contradict each other, in a draft and in an edit."""
    twice = (BRAND, SIZE, Attribute(name="brand", value="other"))
    product = given(PRODUCT, adopted(Status.DRAFT))
    product.when(products.describe, category=None, list_price=None, attributes=twice, at=LATER).then_refused(
        "value.repeated", field="Product.attributes", key="brand"
    )
    product.when(
        lambda each: products.draft(each.sku, category=None, list_price=None, attributes=twice, at=NOON)
    ).then_refused("value.repeated", key="brand")


@pytest.mark.parametrize("status", Status)
def test_an_adopted_product_enters_in_the_state_that_its_event_names(status: Status) -> None:
    """A shop that starts in the middle brings its products as they are."""
    assert PRODUCT.replay((adopted(status),)) == Product(sku=SKU, status=status, category=DRINKS, list_price=PRICE)


def test_events_change_nothing_but_the_status() -> None:
    """SKU, category and list price outlive publication and retirement."""
    (drafted,) = products.draft(SKU, category=DRINKS, list_price=PRICE, at=NOON)
    draft = PRODUCT.replay((drafted,))
    assert PRODUCT.replay((drafted, PUBLISHED)) == evolve(draft, status=Status.ACTIVE) == a_product()
    assert PRODUCT.replay((drafted, PUBLISHED, RETIRED)) == evolve(draft, status=Status.RETIRED)


def test_a_history_begins_with_an_opening_event() -> None:
    """A product that was published before it was entered is a corrupt history."""
    with pytest.raises(CorruptHistory):
        PRODUCT.replay((PUBLISHED,))


def test_products_are_found_by_status_and_category() -> None:
    """The binding names the SKU as id, two keys and no timer."""
    product = a_product()
    assert PRODUCT.id_of(product) == "tea"
    assert {name: key(product) for name, key in PRODUCT.keys.items()} == {"status": "active", "category": "drinks"}
    assert PRODUCT.due_at is None


def test_a_history_that_cannot_have_happened_is_corrupt() -> None:
    """A stored move that the table does not have is a fault of the store, told in words, and no refusal."""
    drafted = products.draft(Sku("tea"), category=None, list_price=None, at=NOON)
    retired = ProductRetired(sku=Sku("tea"), at=NOON)
    with pytest.raises(CorruptHistory, match="product is retired: ProductPublished cannot have happened"):
        PRODUCT.replay((*drafted, retired, ProductPublished(sku=Sku("tea"), at=NOON)))
