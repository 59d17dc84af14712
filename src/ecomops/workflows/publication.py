"""Publish a product: enter it if it is new, and put it on sale."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import products
from ecomops.kernel import Actor, CommandId, Plan, Versioned, Work, lookup
from ecomops.kernel.checks import an_instant, is_a, optional
from ecomops.products import PRODUCT, Product
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
    """

    code: ClassVar[str] = "publish_product"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    sku: Sku = field(validator=is_a(Sku))
    category: CategoryId | None = field(default=None, validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(default=None, validator=optional(is_a(Price)))


@frozen(kw_only=True)
class Published:
    """The answer: which product, and whether it was new."""

    code: ClassVar[str] = "published"

    sku: Sku = field(validator=is_a(Sku))
    new: bool = field(validator=is_a(bool))


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
            products.draft(command.sku, category=command.category, list_price=command.list_price, at=command.at)
        )
    product.add(products.publish(product.value, at=command.at))
    return Plan(answer=Published(sku=command.sku, new=needs.product is None), writes=product.writes())


def publish_product(command: PublishProduct) -> Work[Published]:
    """Read the product and publish it."""
    product = yield from lookup(PRODUCT, command.sku)
    return plan_publish_product(command, PublishProductNeeds(product=product))
