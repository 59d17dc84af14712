"""Products in the cases that every use case is put through: a command of each, what came before, what it refuses."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from ecomops.kernel import Command, CommandId, Currency, Text
from ecomops.kernel.intake import rows_of
from ecomops.products import Layer, PriceId, Terms, TreeId, listing_id
from ecomops.terms import CategoryId, ChannelId, Price, Sku
from ecomops.testing import NOON, cny
from ecomops.workflows.categorisation import AddCategory, CloseCategory, MoveCategory, RenameCategory
from ecomops.workflows.clock import CLOCK
from ecomops.workflows.intake import TakeCustomers, TakeProducts
from ecomops.workflows.listing import BarListing, DelistProduct, LiftBar, ListingDue, ListProduct, PlanListing
from ecomops.workflows.pricing import StatePrice
from ecomops.workflows.publication import DescribeProduct, RetireProduct
from tests.workflows.shop import STAFF, a_publication

TOMORROW = NOON.add(days=1)
FOOD, DRINKS = CategoryId("food"), CategoryId("drinks")


def told(cls: type[Any], *, id: str = "", **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command of staff at noon."""
    return cls(**{"id": CommandId(id or f"c-{cls.__name__}"), "by": STAFF, "at": NOON, **words})


def of_tea(cls: type[Any], *, id: str = "", **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command about the listing of tea."""
    return told(cls, id=id, sku=Sku("tea"), channel=ChannelId("tmall"), **words)


def arranged(cls: type[Any], category: CategoryId = FOOD, *, id: str = "", **words: object) -> Any:  # noqa: ANN401 - of the class
    """Return a command about a category."""
    return told(cls, id=id, tree=TreeId("main"), category=category, **words)


def named(category: CategoryId = FOOD, parent: CategoryId | None = None, *, id: str = "") -> AddCategory:
    """Return the command that adds a category."""
    made: AddCategory = arranged(
        AddCategory, category, id=id or f"c-{category}", name=Text(category, category), parent=parent
    )
    return made


def a_statement(amount: str | None = "10.00", *, id: str = "c-price", sku: str = "tea") -> StatePrice:
    """Return the command that states a price."""
    made: StatePrice = told(
        StatePrice,
        id=id,
        entry=PriceId("p-1"),
        terms=Terms(sku=Sku(sku), currency=Currency.CNY),
        price=None if amount is None else Price(amount=cny(amount)),
        since=TOMORROW,
    )
    return made


def a_table(*rows: dict[str, str], id: str = "c-in") -> TakeProducts:
    """Return the command that takes products in."""
    made: TakeProducts = told(TakeProducts, id=id, rows=rows_of(rows), currency=Currency.CNY)
    return made


def customers(*rows: dict[str, str]) -> TakeCustomers:
    """Return the command that takes customers in."""
    made: TakeCustomers = told(TakeCustomers, rows=rows_of(rows))
    return made


MEMBER = {"customer_id": "c-8", "personal_id": "v-8", "personal.name": "Li"}
ON_SALE: tuple[Command, ...] = (a_publication(id="c-sale"),)
LISTED = (*ON_SALE, of_tea(ListProduct))
PLANNED = (*ON_SALE, of_tea(PlanListing, on_at=TOMORROW))
BARRED = (*LISTED, of_tea(BarListing, rule="no licence"))
ARRANGED: tuple[Command, ...] = (named(), named(DRINKS, FOOD))
SWITCH = told(ListingDue, by=CLOCK, at=TOMORROW, listing_id=listing_id(Sku("tea"), ChannelId("tmall")))
RETIRED = told(RetireProduct, sku=Sku("tea"))
DESCRIPTION = told(DescribeProduct, sku=Sku("tea"), category=FOOD, list_price=None)

CATALOGUE_CASES: Mapping[str, tuple[Command, tuple[Command, ...]]] = {
    "describe": (DESCRIPTION, ON_SALE),
    "describe as it is": (evolve(DESCRIPTION, id=CommandId("c-2")), (*ON_SALE, DESCRIPTION)),
    "retire": (RETIRED, LISTED),
    "retire again": (evolve(RETIRED, id=CommandId("c-2")), (*LISTED, RETIRED)),
    "add a category": (named(DRINKS), ARRANGED[:1]),
    "rename a category": (arranged(RenameCategory, name=Text("Food", "食品")), ARRANGED),
    "move a category": (arranged(MoveCategory, DRINKS, parent=None), ARRANGED),
    "close a category": (arranged(CloseCategory, DRINKS), ARRANGED),
    "list": (of_tea(ListProduct), ON_SALE),
    "list what is listed": (of_tea(ListProduct, id="c-2"), LISTED),
    "plan a listing": (of_tea(PlanListing, on_at=TOMORROW), ON_SALE),
    "take off": (of_tea(DelistProduct), LISTED),
    "bar": (of_tea(BarListing, rule="no licence"), LISTED),
    "lift a bar": (of_tea(LiftBar), BARRED),
    "a listing is switched": (SWITCH, PLANNED),
    "a listing is not switched yet": (evolve(SWITCH, at=NOON), PLANNED),
    "state a price": (a_statement(), ON_SALE),
    "state it again": (a_statement(id="c-2"), (*ON_SALE, a_statement())),
    "take products in": (a_table({"sku": "tea", "list_price": "9.00"}, {"sku": "cup"}), ON_SALE),
    "take customers in": (
        customers({"customer_id": "c-7", "personal_id": "v-7", "personal.name": "Li"}, {"customer_id": "c-8"}),
        (),
    ),
}
"""A command of every use case of products, and what came before it."""

CATALOGUE_REFUSED: Mapping[str, tuple[str, tuple[Command, ...], Command]] = {
    "describe unknown": ("noun.not_found", (), DESCRIPTION),
    "describe retired": ("product.retired_for_good", (*ON_SALE, RETIRED), DESCRIPTION),
    "retire unknown": ("noun.not_found", (), RETIRED),
    "add a category twice": ("category_tree.taken", ARRANGED, named(DRINKS, id="c-2")),
    "rename unknown": ("category_tree.unknown", (), arranged(RenameCategory, name=Text("x", "x"))),
    "move below itself": ("category_tree.cycle", ARRANGED, arranged(MoveCategory, parent=DRINKS)),
    "close what holds others": ("category_tree.in_use", ARRANGED, arranged(CloseCategory)),
    "list unknown": ("noun.not_found", (), of_tea(ListProduct)),
    "list retired": ("product.not_active", (*ON_SALE, RETIRED), of_tea(ListProduct)),
    "list barred": ("listing.illegal_move", BARRED, of_tea(ListProduct, id="c-2")),
    "plan backwards": ("listing.bad_schedule", ON_SALE, of_tea(PlanListing, on_at=TOMORROW, off_at=NOON)),
    "take off unknown": ("noun.not_found", (), of_tea(DelistProduct)),
    "bar unknown": ("noun.not_found", (), of_tea(BarListing, rule="no licence")),
    "lift what was not barred": ("listing.illegal_move", LISTED, of_tea(LiftBar)),
    "switch unlisted": ("noun.not_found", ON_SALE, SWITCH),
    "price unknown": ("noun.not_found", (), a_statement()),
    "price on other terms": (
        "price.other_terms",
        (*ON_SALE, a_statement()),
        evolve(a_statement(id="c-2"), terms=Terms(sku=Sku("tea"), currency=Currency.CNY, layer=Layer.SALE)),
    ),
    "products in bad rows": ("intake.bad_rows", (), a_table({"sku": "tea", "list_price": "?"})),
    "customers in bad rows": ("intake.bad_rows", (), customers({"customer_id": ""})),
}
"""A refusal of every use case of products: its code, what came before, the command."""
