"""Publish a product, edit what is known of it, and retire it with all its listings."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import products
from ecomops.kernel import (
    Actor,
    CommandId,
    Cursor,
    In,
    Plan,
    Query,
    Reading,
    Versioned,
    Work,
    get,
    lookup,
    page,
)
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of
from ecomops.products import LISTING, PRODUCT, Attribute, Listing, ListingId, Product, listings
from ecomops.terms import CategoryId, Price, Sku


@frozen(kw_only=True)
class PublishProduct:
    """Put a product on sale, entering it first when it is new.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product.
        category: Its category when it is new; None when nobody knows.
        list_price: Its list price when it is new; None when it is only known at the till.
        attributes: What else is known of it when it is new.
    """

    code: ClassVar[str] = "publish_product"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    category: CategoryId | None = field(default=None, validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(default=None, validator=optional(is_a(Price)))
    attributes: tuple[Attribute, ...] = field(default=(), validator=tuple_of(Attribute))


@frozen(kw_only=True)
class DescribeProduct:
    """Edit what is known of a product: all of it, in its new form.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product.
        category: Where it is listed; None when nobody knows.
        list_price: What the catalogue shows; None when it is only known at the till.
        attributes: What else is known of it.
    """

    code: ClassVar[str] = "describe_product"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    category: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(validator=optional(is_a(Price)))
    attributes: tuple[Attribute, ...] = field(default=(), validator=tuple_of(Attribute))


@frozen(kw_only=True)
class RetireProduct:
    """Take a product off the catalogue for good, and off every channel.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        sku: The product.
    """

    code: ClassVar[str] = "retire_product"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))


@frozen(kw_only=True)
class Published:
    """The answer: which product, and whether it was new."""

    code: ClassVar[str] = "published"

    sku: Sku = field(validator=is_a(Sku))
    new: bool = field(validator=is_a(bool))


@frozen(kw_only=True)
class Described:
    """The answer: which product, and whether anything was new."""

    code: ClassVar[str] = "described"

    sku: Sku = field(validator=is_a(Sku))
    changed: bool = field(validator=is_a(bool))


@frozen(kw_only=True)
class Retired:
    """The answer: which product, and which of its listings were closed."""

    code: ClassVar[str] = "retired"

    sku: Sku = field(validator=is_a(Sku))
    closed: tuple[ListingId, ...] = field(validator=tuple_of(ListingId))


@frozen(kw_only=True)
class RetireProductNeeds:
    """What the plan looks at: the product and all its listings."""

    product: Versioned[Product] = field(validator=is_a(Versioned))
    listings: tuple[Versioned[Listing], ...] = field(validator=tuple_of(Versioned))


@frozen(kw_only=True)
class PublishProductNeeds:
    """What the plan looks at: the product, None when it is new."""

    product: Versioned[Product] | None = field(validator=optional(is_a(Versioned)))


def plan_publish_product(command: PublishProduct, needs: PublishProductNeeds) -> Plan[Published]:
    """Decide the publication.

    Raises:
        IllegalMove: The product is retired.
    """
    product = PRODUCT.draft(needs.product)
    if needs.product is None:
        product.add(
            products.draft(
                command.sku,
                category=command.category,
                list_price=command.list_price,
                attributes=command.attributes,
                at=command.at,
            )
        )
    product.add(products.publish(product.value, at=command.at))
    return Plan(answer=Published(sku=command.sku, new=needs.product is None), writes=product.writes())


def publish_product(command: PublishProduct) -> Work[Published]:
    """Read the product and publish it."""
    product = yield from lookup(PRODUCT, command.sku)
    return plan_publish_product(command, PublishProductNeeds(product=product))


def plan_describe_product(command: DescribeProduct, product: Versioned[Product]) -> Plan[Described]:
    """Decide the edit.

    Raises:
        ProductRetiredForGood: It was taken off the catalogue.
        Repeated: An attribute stands twice.
    """
    events = products.describe(
        product.value,
        category=command.category,
        list_price=command.list_price,
        attributes=command.attributes,
        at=command.at,
    )
    return Plan(
        answer=Described(sku=command.sku, changed=bool(events)), writes=PRODUCT.write(product, events)
    )  # fmt: skip


def describe_product(command: DescribeProduct) -> Work[Described]:
    """Read the product and edit it.

    Raises:
        Missing: There is no such product.
    """
    product = yield from get(PRODUCT, command.sku)
    return plan_describe_product(command, product)


def plan_retire_product(command: RetireProduct, needs: RetireProductNeeds) -> Plan[Retired]:
    """Decide the end of a product: every listing of it is closed with it."""
    retired = PRODUCT.write(needs.product, products.retire(needs.product.value, at=command.at))
    closed = tuple(
        write
        for listing in needs.listings
        for write in LISTING.write(listing, listings.close(listing.value, at=command.at))
    )
    answer = Retired(sku=command.sku, closed=tuple(write.after.id for write in closed))
    return Plan(answer=answer, writes=(*retired, *closed))


def retire_product(command: RetireProduct) -> Work[Retired]:
    """Read the product and all its listings, and retire it.

    Raises:
        Missing: There is no such product.
    """
    product = yield from get(PRODUCT, command.sku)
    found = yield from _listings_of(command.sku)
    return plan_retire_product(command, RetireProductNeeds(product=product, listings=found))


def _listings_of(sku: Sku) -> Reading[tuple[Versioned[Listing], ...]]:
    found: list[Versioned[Listing]] = []
    after: Cursor | None = None
    while True:
        some = yield from page(Query(noun=LISTING, terms=(In(key="sku", values=(sku,)),), after=after))
        found.extend(some.rows)
        after = some.next
        if after is None:
            return tuple(found)
