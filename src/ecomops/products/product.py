"""The product: what the shop can sell, under one SKU, from draft to retired.

Everything that affects its state lives here. The price of an order line comes with its order; the list price is what
the catalogue shows.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, require_once, some_text, tuple_of
from ecomops.kernel.copies import changed
from ecomops.products.errors import ProductRetiredForGood
from ecomops.terms import CategoryId, Price, Sku


class Status(StrEnum):
    """Where a product stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


@frozen(kw_only=True)
class Attribute:
    """One thing that is known of a product: its brand, its size, what it is made of."""

    name: str = field(validator=some_text)
    value: str = field(validator=some_text)


@frozen(kw_only=True)
class Product:
    """A product of the catalogue.

    Args:
        sku: Its id.
        status: Where it stands.
        category: The category under which it is listed; None when nobody knows.
        list_price: What the catalogue shows; None when the price is only known at the till.
        attributes: What else is known of it, each name once, in their order.
    """

    sku: Sku = field(validator=is_a(Sku))
    status: Status = field(validator=is_a(Status))
    category: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(validator=optional(is_a(Price)))
    attributes: tuple[Attribute, ...] = field(default=(), validator=tuple_of(Attribute))


@frozen(kw_only=True)
class ProductDrafted:
    """A product was entered, not yet for sale."""

    code: ClassVar[str] = "product.drafted"

    sku: Sku = field(validator=is_a(Sku))
    category: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(validator=optional(is_a(Price)))
    attributes: tuple[Attribute, ...] = field(default=(), validator=tuple_of(Attribute))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ProductAdopted:
    """A product was taken over from another system in the middle of its life."""

    code: ClassVar[str] = "product.adopted"

    sku: Sku = field(validator=is_a(Sku))
    status: Status = field(validator=is_a(Status))
    category: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(validator=optional(is_a(Price)))
    attributes: tuple[Attribute, ...] = field(default=(), validator=tuple_of(Attribute))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ProductDescribed:
    """What is known of a product was edited; the event holds all of it."""

    code: ClassVar[str] = "product.described"

    sku: Sku = field(validator=is_a(Sku))
    category: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(validator=optional(is_a(Price)))
    attributes: tuple[Attribute, ...] = field(validator=tuple_of(Attribute))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ProductPublished:
    """A product went on sale."""

    code: ClassVar[str] = "product.published"

    sku: Sku = field(validator=is_a(Sku))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ProductRetired:
    """A product was taken off the catalogue for good."""

    code: ClassVar[str] = "product.retired"

    sku: Sku = field(validator=is_a(Sku))
    at: DateTime = field(validator=an_instant)


Opening = ProductDrafted | ProductAdopted
Later = ProductDescribed | ProductPublished | ProductRetired
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "product",
    events=Event,
    table={
        None: {ProductDrafted: Status.DRAFT, ProductAdopted: ADOPTED},
        Status.DRAFT: {
            ProductDescribed: Status.DRAFT,
            ProductPublished: Status.ACTIVE,
            ProductRetired: Status.RETIRED,
        },
        Status.ACTIVE: {ProductDescribed: Status.ACTIVE, ProductRetired: Status.RETIRED},
        Status.RETIRED: {},
    },
)


def draft(
    sku: Sku,
    *,
    category: CategoryId | None,
    list_price: Price | None,
    attributes: Iterable[Attribute] = (),
    at: DateTime,
) -> tuple[ProductDrafted]:
    """Enter a product that is not yet for sale.

    Args:
        sku: Its id.
        category: Where it is listed; None when nobody knows.
        list_price: What the catalogue shows; None when it is only known at the till.
        attributes: What else is known of it.
        at: When.

    Raises:
        Invalid: A field is malformed, or an attribute stands twice.

    Example:
        >>> import pendulum
        >>> (drafted,) = draft(
        ...     Sku("tea"), category=CategoryId("drinks"), list_price=None, at=pendulum.datetime(2026, 6, 18)
        ... )
        >>> begin(drafted).status
        <Status.DRAFT: 'draft'>
    """
    known = _each_once(attributes)
    return (ProductDrafted(sku=sku, category=category, list_price=list_price, attributes=known, at=at),)


def _each_once(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """Return *attributes* in the order of their names, each of which stands once."""
    known = tuple(sorted(attributes, key=lambda each: each.name))
    require_once((each.name for each in known), field="Product.attributes")
    return known


def describe(
    product: Product,
    *,
    category: CategoryId | None,
    list_price: Price | None,
    attributes: Iterable[Attribute] = (),
    at: DateTime,
) -> tuple[ProductDescribed, ...]:
    """Edit what is known of *product*: all of it, in its new form; () when nothing differs.

    Raises:
        ProductRetiredForGood: It was taken off the catalogue.
        Invalid: A field is malformed, or an attribute stands twice.
    """
    known = _each_once(attributes)
    event = ProductDescribed(sku=product.sku, category=category, list_price=list_price, attributes=known, at=at)
    if (category, list_price, known) == (product.category, product.list_price, product.attributes):
        return ()
    if product.status is Status.RETIRED:
        raise ProductRetiredForGood(sku=product.sku)
    return (event,)


def publish(product: Product, *, at: DateTime) -> tuple[ProductPublished, ...]:
    """Put *product* on sale; () when it is.

    Raises:
        IllegalMove: It is retired.
    """
    if product.status is Status.ACTIVE:
        return ()
    LIFECYCLE.require(product.status, ProductPublished, id=product.sku)
    return (ProductPublished(sku=product.sku, at=at),)


def retire(product: Product, *, at: DateTime) -> tuple[ProductRetired, ...]:
    """Take *product* off the catalogue for good; () when it is."""
    if product.status is Status.RETIRED:
        return ()
    return (ProductRetired(sku=product.sku, at=at),)


def begin(event: Opening) -> Product:
    """Return the product that *event* tells of."""
    return Product(
        sku=event.sku,
        status=LIFECYCLE.opened(event),
        category=event.category,
        list_price=event.list_price,
        attributes=event.attributes,
    )


def evolve(product: Product, event: Later) -> Product:
    """Return the product as it stands after *event*."""
    status = LIFECYCLE.after(product.status, type(event))
    match event:
        case ProductDescribed(category=category, list_price=list_price, attributes=attributes):
            return changed(
                product, status=status, category=category, list_price=list_price, attributes=attributes
            )  # fmt: skip
        case ProductPublished() | ProductRetired():
            return changed(product, status=status)
        case _:
            assert_never(event)


PRODUCT: Noun[Product, Opening, Later] = Noun(
    kind="product",
    model=Product,
    events=Event,
    opens=(ProductDrafted, ProductAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda product: product.sku,
    keys={"status": lambda product: product.status, "category": lambda product: product.category},
)
