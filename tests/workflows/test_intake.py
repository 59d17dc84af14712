"""Many products and customers at once: taken in, edited, refused whole, or by their good rows."""

import pytest
from attrs import evolve

from ecomops.customers import (
    CUSTOMER,
    PERSONAL,
    DeactivationReason,
    FieldName,
    RegistrationPolicy,
    StepId,
)
from ecomops.customers import (
    Status as Standing,
)
from ecomops.kernel import CommandId, Currency, Missing, Text
from ecomops.kernel.intake import BadCell, BadRows, OnBad, rows_of
from ecomops.memory import MemoryStore
from ecomops.products import PRODUCT, Attribute, Product, Status, TreeId
from ecomops.terms import CategoryId, CustomerId, Price, Sku
from ecomops.testing import NOON, cny
from ecomops.workflows.categorisation import AddCategory, CloseCategory
from ecomops.workflows.intake import (
    CustomersTaken,
    ProductsTaken,
    TakeCustomers,
    TakeCustomersNeeds,
    TakeProducts,
    TakeProductsNeeds,
    plan_take_customers,
    plan_take_products,
    read_customers,
    read_products,
    take_customers,
    take_products,
)
from ecomops.workflows.publication import RetireProduct
from ecomops.workflows.registration import DeactivateCustomer
from tests.workflows.shop import STAFF, Drive, codes, do, dump, value_of

MAIN = TreeId("main")
RETIRE_OLD = RetireProduct(id=CommandId("c-2"), by=STAFF, at=NOON, sku=Sku("old"))
GOOD = {"sku": "tea", "category": "drinks", "list_price": "10.00", "per": "50", "attribute.brand": "Longjing"}
BAD = {"sku": " cup", "list_price": "1.234", "per": "x", "colour": "red", "attribute.": "v", "attribute.b": " "}


def products_of(
    *table: dict[str, str],
    id: str = "c-in",
    on_bad: OnBad = OnBad.REFUSE,
    publish: bool = True,
    tree: TreeId | None = None,
) -> TakeProducts:
    """Return the command that takes a table of products in."""
    return TakeProducts(
        id=CommandId(id),
        by=STAFF,
        at=NOON,
        rows=rows_of(table),
        currency=Currency.CNY,
        on_bad=on_bad,
        publish=publish,
        tree=tree,
    )


def told(bad: tuple[BadCell, ...]) -> list[tuple[int, str | None, str]]:
    """Return where what is bad stands, and its code."""
    return [(each.row, each.column, each.code) for each in bad]


def test_products_are_entered_and_put_on_sale(drive: Drive) -> None:
    """With all that a row says of them."""
    store = MemoryStore()
    answer = drive(take_products, products_of(GOOD, {"sku": "cup"}), store)
    assert answer == ProductsTaken(new=(Sku("tea"), Sku("cup")), changed=(), same=0, bad=())
    assert value_of(store, PRODUCT, "tea") == Product(
        sku=Sku("tea"),
        status=Status.ACTIVE,
        category=CategoryId("drinks"),
        list_price=Price(amount=cny("10.00"), per=50),
        attributes=(Attribute(name="brand", value="Longjing"),),
    )
    assert value_of(store, PRODUCT, "cup").list_price is None


def test_known_products_are_edited(drive: Drive) -> None:
    """A row is all that is known: what it leaves out is taken away; what is the same is counted."""
    store = MemoryStore()
    drive(take_products, products_of(GOOD, {"sku": "cup", "list_price": "3"}, publish=False), store)
    assert value_of(store, PRODUCT, "tea").status is Status.DRAFT
    answer = drive(
        take_products, products_of({"sku": "tea"}, {"sku": "cup", "list_price": "3"}, publish=False, id="c-2"), store
    )
    assert answer == ProductsTaken(new=(), changed=(Sku("tea"),), same=1, bad=())
    assert value_of(store, PRODUCT, "tea") == Product(
        sku=Sku("tea"), status=Status.DRAFT, category=None, list_price=None
    )  # fmt: skip
    assert drive(take_products, products_of(GOOD, id="c-3"), store).changed == (Sku("tea"),)
    assert codes(store)[-2:] == ["product.described", "product.published"]


def test_a_bad_batch_is_refused_with_all_that_is_bad(drive: Drive) -> None:
    """Texts and rules together, in the order of rows and columns; nothing of it is taken."""
    store = MemoryStore()
    do(
        store,
        products_of({"sku": "old"}, id="c-1"),
        RETIRE_OLD,
    )
    before = dump(store)
    with pytest.raises(BadRows) as refusal:
        drive(
            take_products,
            products_of({"sku": "old", "category": "new"}, GOOD, BAD, GOOD, {"sku": "x", "per": "2"}, {"sku": "old"}),
            store,
        )
    assert told(refusal.value.problems) == [
        (1, None, "product.retired_for_good"),
        (3, "sku", "value.bad_text"),
        (3, "list_price", "money.not_an_amount"),
        (3, "per", "intake.not_a_whole_number"),
        (3, "attribute.", "value.bad_text"),
        (3, "attribute.b", "value.bad_text"),
        (3, "colour", "intake.unknown_column"),
        (4, "sku", "value.repeated"),
        (5, None, "intake.no_value"),
        (6, "sku", "value.repeated"),
    ]
    for language, words in (
        ("en", "row 4, sku: sku names ? more than once"),
        ("zh", "第 4 行 sku：sku 中 ? 重复出现"),
    ):
        assert words in refusal.value.message("en" if language == "en" else "zh")
    assert dump(store) == before


def test_the_good_rows_are_taken_when_the_policy_says_so(drive: Drive) -> None:
    """The answer lists all that is bad of the others."""
    store = MemoryStore()
    answer = drive(take_products, products_of(BAD, GOOD, {"list_price": "1"}, on_bad=OnBad.TAKE_GOOD), store)
    assert answer.new == (Sku("tea"),)
    assert [each.row for each in answer.bad] == [1, 1, 1, 1, 1, 1, 3]
    assert list(store.rows(PRODUCT)) == ["tea"]


def test_a_retired_product_is_not_put_on_sale_again(drive: Drive) -> None:
    """The rule of the product speaks for its row, even when nothing else differs."""
    store = MemoryStore()
    do(
        store,
        products_of({"sku": "old"}, id="c-1"),
        RETIRE_OLD,
    )
    answer = drive(take_products, products_of({"sku": "old"}, on_bad=OnBad.TAKE_GOOD), store)
    assert told(answer.bad) == [(1, None, "product.illegal_move")]
    assert drive(take_products, products_of({"sku": "old"}, publish=False, id="c-4"), store).same == 1


def test_a_named_catalogue_must_have_the_categories(drive: Drive) -> None:
    """Open ones; a product that stands in a category that was closed since may stay there."""
    store = MemoryStore()
    drinks = CategoryId("drinks")
    name = Text("drinks", "饮料")
    with pytest.raises(Missing):
        drive(take_products, products_of(GOOD, tree=MAIN), store)
    needs = TakeProductsNeeds(batch=read_products((), currency=Currency.CNY), products={})
    with pytest.raises(Missing):
        plan_take_products(products_of(GOOD, tree=MAIN), needs)
    do(store, AddCategory(id=CommandId("c-1"), by=STAFF, at=NOON, tree=MAIN, category=drinks, name=name))
    assert drive(take_products, products_of(GOOD, {"sku": "x"}, tree=MAIN, id="c-2"), store).new == ("tea", "x")
    do(store, CloseCategory(id=CommandId("c-3"), by=STAFF, at=NOON, tree=MAIN, category=drinks))
    table = (
        GOOD,
        {"sku": "cup", "category": "drinks"},
        {"sku": "pot", "category": "pots"},
        {"sku": "x", "category": "drinks"},
    )
    answer = drive(take_products, products_of(*table, tree=MAIN, on_bad=OnBad.TAKE_GOOD, id="c-4"), store)
    assert told(answer.bad) == [
        (2, None, "category_tree.closed"),
        (3, None, "category_tree.unknown"),
        (4, None, "category_tree.closed"),
    ]
    assert (answer.new, answer.same) == ((), 1)


def test_an_empty_batch_takes_nothing(drive: Drive) -> None:
    """It is answered and leaves no trace in the log."""
    store = MemoryStore()
    assert drive(take_products, products_of(), store) == ProductsTaken(new=(), changed=(), same=0, bad=())
    assert codes(store) == []


# --- customers ----------------------------------------------------------------------------------------------------

ANNE = {"customer_id": "c-1", "personal_id": "p-1", "personal.name": "Anne Lister", "personal.phone": "13800000000"}
SECRETS = ("Anne", "Lister", "13800000000")


def customers_of(
    *table: dict[str, str], id: str = "c-in", on_bad: OnBad = OnBad.REFUSE, register: bool = True
) -> TakeCustomers:  # fmt: skip
    """Return the command that takes a table of customers in."""
    return TakeCustomers(id=CommandId(id), by=STAFF, at=NOON, rows=rows_of(table), on_bad=on_bad, register=register)


def test_customers_are_registered_with_their_personal_values(drive: Drive) -> None:
    """The values stand in their row and nowhere else: not in the log, an answer, or what a store keeps of a command."""
    store = MemoryStore()
    answer = drive(take_customers, customers_of(ANNE, {"customer_id": "c-2"}), store)
    assert answer == CustomersTaken(new=(CustomerId("c-1"), CustomerId("c-2")), known=0, bad=())
    assert value_of(store, CUSTOMER, "c-2").status is Standing.REGISTERED
    row = value_of(store, PERSONAL, "p-1")
    assert (row.customer, row.read(FieldName("name"))) == ("c-1", "Anne Lister")
    log = repr(list(store.after(-1, 1_000)))
    assert not any(secret in log + repr(answer) + repr(customers_of(ANNE)) for secret in SECRETS)
    assert drive(take_customers, customers_of(ANNE, {"customer_id": "c-2"}), store) == answer


def test_steps_that_are_done_are_not_missing() -> None:
    """The policy says what a registration takes; the row what of it is done."""
    policy = RegistrationPolicy(steps=(StepId("phone"), StepId("mail"), StepId("age")))
    command = customers_of({"customer_id": "c-1", "done": "phone;age"})
    needs = TakeCustomersNeeds(batch=read_customers(command.rows), customers={}, personal={})
    plan = plan_take_customers(command, needs, policy=policy)
    assert plan.writes[0].after.missing == ("mail",)


def test_guests_are_entered_without_a_registration(drive: Drive) -> None:
    """And those who are known stay as they are."""
    store = MemoryStore()
    drive(take_customers, customers_of({"customer_id": "c-1"}, register=False), store)
    assert value_of(store, CUSTOMER, "c-1").status is Standing.GUEST
    again = drive(
        take_customers,
        customers_of({"customer_id": "c-1"}, ANNE | {"customer_id": "c-2"}, register=False, id="c-2"),
        store,
    )
    assert again == CustomersTaken(new=(CustomerId("c-2"),), known=1, bad=())
    drive(take_customers, customers_of({"customer_id": "c-1"}, id="c-3"), store)
    assert value_of(store, CUSTOMER, "c-1").status is Standing.REGISTERED


def test_values_of_a_known_customer_are_written_anew(drive: Drive) -> None:
    """Also when nothing about the customer is new."""
    store = MemoryStore()
    drive(take_customers, customers_of(ANNE), store)
    answer = drive(take_customers, customers_of(ANNE | {"personal.name": "Anne L."}, id="c-2"), store)
    assert (answer.new, answer.known) == ((), 1)
    assert value_of(store, PERSONAL, "p-1").read(FieldName("name")) == "Anne L."


def test_bad_rows_of_customers_are_told_without_their_values(drive: Drive) -> None:
    """Texts and rules together; the refusal shows no value, and nothing is taken."""
    store = MemoryStore()
    drive(take_customers, customers_of(ANNE, {"customer_id": "c-9"}, id="c-1"), store)
    gone = DeactivateCustomer(
        id=CommandId("c-gone"), by=STAFF, at=NOON, customer_id=CustomerId("c-9"), reason=DeactivationReason.SHOP
    )
    do(store, gone)
    before = dump(store)
    table = (
        {"customer_id": "c-9"},
        {"customer_id": "c-3", "personal.name": "Anne Lister"},
        {"customer_id": "c-4", "personal_id": "p-4"},
        {"customer_id": "c-5", "personal_id": "p-1", "personal.name": "Anne Lister"},
        {"customer_id": "c-6", "personal_id": "p-6", "personal.Anne": "Anne", "personal.phone": "\0", "done": "a;;b"},
        {"customer_id": "c-6", "personal_id": "p-6", "personal.name": "Anne", "13800000000": "Anne"},
    )
    with pytest.raises(BadRows) as refusal:
        drive(take_customers, customers_of(*table), store)
    assert told(refusal.value.problems) == [
        (1, None, "customer.illegal_move"),
        (2, None, "intake.no_value"),
        (3, None, "intake.no_value"),
        (4, None, "personal.of_another"),
        (5, "done", "value.bad_text"),
        (5, "?", "personal.bad_field_name"),
        (5, "personal.phone", "personal.bad_value"),
        (6, "customer_id", "value.repeated"),
        (6, "personal_id", "value.repeated"),
        (6, "?", "intake.unknown_column"),
    ]
    assert not any(secret in str(refusal.value) + repr(refusal.value.problems) for secret in SECRETS)
    assert dump(store) == before
    some = drive(take_customers, evolve(customers_of(*table, {"customer_id": "c-7"}), on_bad=OnBad.TAKE_GOOD), store)
    assert (some.new, some.known, len(some.bad)) == (("c-7",), 0, 10)
