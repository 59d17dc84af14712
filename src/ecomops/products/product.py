"""The product: what the shop can sell, under one SKU, from draft to retired.

Everything that affects its state lives here. The price of an order line comes with its order; the list price is what
the catalogue shows.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import evolve as changed
from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Lifecycle, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, some_text
from ecomops.terms import Price, Sku


class Status(StrEnum):
    """Where a product stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


@frozen(kw_only=True)
class Product:
    """A product of the catalogue.

    Args:
        sku: Its id.
        status: Where it stands.
        category: The category under which it is listed; None when nobody knows.
        list_price: What the catalogue shows; None when the price is only known at the till.
    """

    sku: Sku = field(validator=is_a(Sku))
    status: Status = field(validator=is_a(Status))
    category: str | None = field(validator=optional(some_text))
    list_price: Price | None = field(validator=optional(is_a(Price)))


@frozen(kw_only=True)
class ProductDrafted:
    """A product was entered, not yet for sale."""

    code: ClassVar[str] = "product.drafted"

    sku: Sku = field(validator=is_a(Sku))
    category: str | None = field(validator=optional(some_text))
    list_price: Price | None = field(validator=optional(is_a(Price)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class ProductAdopted:
    """A product was taken over from another system in the middle of its life."""

    code: ClassVar[str] = "product.adopted"

    sku: Sku = field(validator=is_a(Sku))
    status: Status = field(validator=is_a(Status))
    category: str | None = field(validator=optional(some_text))
    list_price: Price | None = field(validator=optional(is_a(Price)))
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
Later = ProductPublished | ProductRetired
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "product",
    events=Event,
    table={
        None: {ProductDrafted: Status.DRAFT, ProductAdopted: ADOPTED},
        Status.DRAFT: {ProductPublished: Status.ACTIVE, ProductRetired: Status.RETIRED},
        Status.ACTIVE: {ProductRetired: Status.RETIRED},
        Status.RETIRED: {},
    },
)


def draft(sku: Sku, *, category: str | None, list_price: Price | None, at: DateTime) -> tuple[ProductDrafted]:
    """Enter a product that is not yet for sale.

    Raises:
        Invalid: A field is malformed.

    Example:
        >>> import pendulum
        >>> (drafted,) = draft(Sku("tea"), category="drinks", list_price=None, at=pendulum.datetime(2026, 6, 18))
        >>> begin(drafted).status
        <Status.DRAFT: 'draft'>
    """
    return (ProductDrafted(sku=sku, category=category, list_price=list_price, at=at),)


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
        sku=event.sku, status=LIFECYCLE.opened(event), category=event.category, list_price=event.list_price
    )  # fmt: skip


def evolve(product: Product, event: Later) -> Product:
    """Return the product as it stands after *event*."""
    match event:
        case ProductPublished() | ProductRetired():
            return changed(product, status=LIFECYCLE.after(product.status, type(event)))
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
