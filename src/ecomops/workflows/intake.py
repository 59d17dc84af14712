"""Take many products or customers in at once, from rows of texts: every bad row and field is told, in both languages.

A batch is refused whole, or its good rows are taken and the bad ones are listed (`OnBad`); either way all that is wrong
with it, with its texts and by the rules of the shop, is told in one answer.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops import products
from ecomops.customers import (
    CUSTOMER,
    DEFAULT_REGISTRATION,
    PERSONAL,
    Customer,
    FieldName,
    Personal,
    PersonalValue,
    Purpose,
    RegistrationPolicy,
    StepId,
)
from ecomops.kernel import (
    Actor,
    CommandId,
    Currency,
    Missing,
    Money,
    Plan,
    Versioned,
    Work,
    Write,
    get,
    get_many,
)
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.kernel.intake import (
    BadCell,
    Batch,
    NoValue,
    OnBad,
    Row,
    TextColumn,
    decided,
    read_batch,
    require_good,
    whole_number,
)
from ecomops.products import CATEGORY_TREE, PRODUCT, Attribute, CategoryTree, Product, TreeId
from ecomops.products.categories import require_open
from ecomops.terms import CategoryId, CustomerId, PersonalId, Price, Sku
from ecomops.workflows.membership import member
from ecomops.workflows.profiles import RecordNeeds, RecordPersonal, plan_record_personal
from ecomops.workflows.registration import (
    CustomerNeeds,
    MeetCustomer,
    RegisterCustomer,
    plan_meet_customer,
    plan_register_customer,
)

# --- products -----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class TakeProducts:
    """Enter many products, or edit those that are known.

    The columns are `sku`, `category`, `list_price` (an amount in major units), `per` (for how many units it is), and
    `attribute.` with a name; only `sku` is required. A row is all that is known: what it leaves out is taken away.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        rows: The rows (`kernel.intake.rows_of` makes them of what a CSV reader gives).
        currency: The money of the prices.
        on_bad: What becomes of a batch with bad rows.
        publish: Whether the products go on sale.
        tree: The catalogue whose open categories may be named; None takes any.
    """

    code: ClassVar[str] = "take_products"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    rows: tuple[Row, ...] = field(validator=tuple_of(Row))
    currency: Currency = field(validator=is_a(Currency))
    on_bad: OnBad = field(default=OnBad.REFUSE, validator=is_a(OnBad))
    publish: bool = field(default=True, validator=is_a(bool))
    tree: TreeId | None = field(default=None, validator=optional(is_a(TreeId)))


@frozen(kw_only=True)
class ProductsTaken:
    """The answer.

    Args:
        new: Products that were entered.
        changed: Products that were known and differ now.
        same: How many rows said what was known.
        bad: Every bad cell of the rows that were left out.
    """

    code: ClassVar[str] = "products_taken"

    new: tuple[Sku, ...] = field(validator=tuple_of(Sku))
    changed: tuple[Sku, ...] = field(validator=tuple_of(Sku))
    same: int = field(validator=whole(0))
    bad: tuple[BadCell, ...] = field(validator=tuple_of(BadCell))


@frozen(kw_only=True)
class ProductRow:
    """What one row says of a product."""

    sku: Sku = field(validator=is_a(Sku))
    category: CategoryId | None = field(validator=optional(is_a(CategoryId)))
    list_price: Price | None = field(validator=optional(is_a(Price)))
    attributes: tuple[Attribute, ...] = field(validator=tuple_of(Attribute))


@frozen(kw_only=True)
class TakeProductsNeeds:
    """What the plan looks at: what was read of the rows, the products that are known, and the catalogue, if named."""

    batch: Batch[ProductRow] = field(validator=is_a(Batch))
    products: Mapping[str, Versioned[Product]] = field(validator=is_a(Mapping))
    tree: Versioned[CategoryTree] | None = field(default=None, validator=optional(is_a(Versioned)))


def read_products(rows: tuple[Row, ...], *, currency: Currency) -> Batch[ProductRow]:
    """Read rows of products, and tell every bad cell.

    Example:
        >>> from ecomops.kernel.intake import rows_of
        >>> table = [{"sku": "tea", "list_price": "10.00"}, {"sku": "", "list_price": "ten"}]
        >>> for each in read_products(rows_of(table), currency=Currency.CNY).bad:
        ...     print(each)
        row 2, sku: sku has no value
        row 2, list_price: an amount in CNY is written with digits and at most 2 decimals
    """

    def price(text: str) -> Price:
        return Price(amount=Money.parse(text, currency))

    columns = (
        TextColumn(name="sku", read=Sku, required=True, unique=True),
        TextColumn(name="category", read=CategoryId),
        TextColumn(name="list_price", read=price),
        TextColumn(name="per", read=whole_number("per")),
        TextColumn(name="attribute.", read=_attribute),
    )
    return read_batch(rows, columns=columns, make=_product_row)


def _attribute(name: str, text: str) -> Attribute:
    return Attribute(name=name, value=text)


def _product_row(
    *,
    sku: Sku,
    category: CategoryId | None,
    list_price: Price | None,
    per: int | None,
    attribute: tuple[Attribute, ...],
) -> ProductRow:
    if per is not None and list_price is None:
        raise NoValue(column="list_price")
    price = list_price if list_price is None or per is None else Price(amount=list_price.amount, per=per)
    return ProductRow(sku=sku, category=category, list_price=price, attributes=attribute)


def plan_take_products(command: TakeProducts, needs: TakeProductsNeeds) -> Plan[ProductsTaken]:
    """Decide what is taken in.

    Raises:
        BadRows: Rows are bad, by their texts or by the rules of the shop, and the batch is taken whole or not at all.
        Missing: There is no such catalogue.
    """
    if command.tree is not None and needs.tree is None:
        raise Missing(kind=CATEGORY_TREE.kind, ids=(command.tree,))
    batch = decided(needs.batch, partial(_product_taken, command, needs))
    taken = require_good(batch, on_bad=command.on_bad)
    writes = tuple(write for each in taken for write in each)
    answer = ProductsTaken(
        new=tuple(write.after.sku for write in writes if write.before is None),
        changed=tuple(write.after.sku for write in writes if write.before is not None),
        same=sum(not each for each in taken),
        bad=batch.bad,
    )
    return Plan(answer=answer, writes=writes)


def _product_taken(command: TakeProducts, needs: TakeProductsNeeds, row: ProductRow) -> tuple[Write[Product], ...]:
    found = needs.products.get(row.sku)
    product = PRODUCT.draft(found)
    if needs.tree is not None and row.category is not None and (found is None or found.value.category != row.category):
        require_open(needs.tree.value, row.category)
    product.add(
        products.draft(
            row.sku,
            category=row.category,
            list_price=row.list_price,
            attributes=row.attributes,
            at=command.at,
        )
        if found is None
        else products.describe(
            found.value,
            category=row.category,
            list_price=row.list_price,
            attributes=row.attributes,
            at=command.at,
        )
    )
    if command.publish:
        product.add(products.publish(product.value, at=command.at))
    return product.writes()


def take_products(command: TakeProducts) -> Work[ProductsTaken]:
    """Read the rows and the products that they name, and take them in."""
    tree = None if command.tree is None else (yield from get(CATEGORY_TREE, command.tree))
    batch = read_products(command.rows, currency=command.currency)
    known = yield from get_many(PRODUCT, (each.value.sku for each in batch.good))
    return plan_take_products(command, TakeProductsNeeds(batch=batch, products=known, tree=tree))


# --- customers ----------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class TakeCustomers:
    """Register many customers, with their personal values; those who are known keep what they have.

    The columns are `customer_id`, `done` (steps of the registration that are done, with `;` between them),
    `personal_id`, and `personal.` with the name of a field; only `customer_id` is required, and personal values want a
    `personal_id`, which then names all values of that row.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it holds.
        rows: The rows (`kernel.intake.rows_of` makes them of what a CSV reader gives).
        on_bad: What becomes of a batch with bad rows.
        register: Whether they become members; else they are entered as guests.
    """

    code: ClassVar[str] = "take_customers"
    personal: ClassVar[bool] = True

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    rows: tuple[Row, ...] = field(validator=tuple_of(Row))
    on_bad: OnBad = field(default=OnBad.REFUSE, validator=is_a(OnBad))
    register: bool = field(default=True, validator=is_a(bool))


@frozen(kw_only=True)
class CustomersTaken:
    """The answer: who was entered, who was known, and every bad cell of the rows that were left out; no value."""

    code: ClassVar[str] = "customers_taken"

    new: tuple[CustomerId, ...] = field(validator=tuple_of(CustomerId))
    known: int = field(validator=whole(0))
    bad: tuple[BadCell, ...] = field(validator=tuple_of(BadCell))


@frozen(kw_only=True)
class CustomerRow:
    """What one row says of a customer."""

    customer_id: CustomerId = field(validator=is_a(CustomerId))
    done: tuple[StepId, ...] = field(validator=tuple_of(StepId))
    personal_id: PersonalId | None = field(validator=optional(is_a(PersonalId)))
    values: tuple[PersonalValue, ...] = field(validator=tuple_of(PersonalValue))


@frozen(kw_only=True)
class TakeCustomersNeeds:
    """What the plan looks at.

    Args:
        batch: What was read of the rows.
        customers: The customers that are known.
        personal: The personal rows that are known.
        heads: Of those who were merged into another: under whom they go on, by their own ids.
    """

    batch: Batch[CustomerRow] = field(validator=is_a(Batch))
    customers: Mapping[str, Versioned[Customer]] = field(validator=is_a(Mapping))
    personal: Mapping[str, Versioned[Personal]] = field(validator=is_a(Mapping))
    heads: Mapping[str, Versioned[Customer]] = field(factory=lambda: {}, validator=is_a(Mapping))  # noqa: PIE807 - `dict` is partly unknown to pyright


def _steps(text: str) -> tuple[StepId, ...]:
    return tuple(StepId(each) for each in text.split(";"))


def _personal_value(name: str, text: str) -> PersonalValue:
    return PersonalValue(name=FieldName(name), value=text)


CUSTOMER_COLUMNS = (
    TextColumn(name="customer_id", read=CustomerId, required=True, unique=True),
    TextColumn(name="done", read=_steps),
    TextColumn(name="personal_id", read=PersonalId, unique=True),
    TextColumn(name="personal.", read=_personal_value),
)
"""How rows of customers are read."""


def read_customers(rows: tuple[Row, ...]) -> Batch[CustomerRow]:
    """Read rows of customers, and tell every bad cell, without repeating what it holds."""
    return read_batch(rows, columns=CUSTOMER_COLUMNS, make=_customer_row)


def _customer_row(
    *,
    customer_id: CustomerId,
    done: tuple[StepId, ...] | None,
    personal_id: PersonalId | None,
    personal: tuple[PersonalValue, ...],
) -> CustomerRow:
    if personal and personal_id is None:
        raise NoValue(column="personal_id")
    if personal_id is not None and not personal:
        raise NoValue(column="personal.")
    return CustomerRow(customer_id=customer_id, done=done or (), personal_id=personal_id, values=personal)


Taken = tuple[Write[Customer] | Write[Personal], ...]


def plan_take_customers(
    command: TakeCustomers, needs: TakeCustomersNeeds, *, policy: RegistrationPolicy = DEFAULT_REGISTRATION
) -> Plan[CustomersTaken]:
    """Decide who is taken in.

    Raises:
        BadRows: Rows are bad, by their texts or by the rules of the shop, and the batch is taken whole or not at all.
    """
    batch = decided(needs.batch, partial(_customer_taken, command, needs, policy))
    taken = require_good(batch, on_bad=command.on_bad)
    rows = {each.row for each in batch.good}
    told = [each.value.customer_id for each in needs.batch.good if each.row in rows]
    new = tuple(id for id in told if id not in needs.customers)
    answer = CustomersTaken(new=new, known=len(told) - len(new), bad=batch.bad)
    return Plan(answer=answer, writes=_once(write for each in taken for write in each))


def _once(writes: Iterable[Write[Customer] | Write[Personal]]) -> Taken:
    """Return the *writes* without the checks of what is written or checked anyway."""
    every = tuple(writes)
    kept = {(write.kind, write.id): write for write in every}
    kept |= {(write.kind, write.id): write for write in every if write.events}
    return tuple(kept.values())


def _customer_taken(
    command: TakeCustomers, needs: TakeCustomersNeeds, policy: RegistrationPolicy, row: CustomerRow
) -> Taken:
    entered = _entered(command, row, needs.customers.get(row.customer_id), policy)
    if row.personal_id is None:
        return entered
    known = needs.heads.get(row.customer_id) or needs.customers.get(row.customer_id)
    customer = Versioned(entered[0].after, 0) if entered else known
    recording = RecordPersonal(
        id=command.id,
        by=command.by,
        at=command.at,
        personal_id=row.personal_id,
        customer_id=row.customer_id,
        purpose=Purpose.PROFILE,
        values=row.values,
    )
    found = needs.personal.get(row.personal_id)
    return (*entered, *plan_record_personal(recording, RecordNeeds(row=found, customer=customer)).writes)


def _entered(
    command: TakeCustomers, row: CustomerRow, found: Versioned[Customer] | None, policy: RegistrationPolicy
) -> tuple[Write[Customer], ...]:
    if not command.register:
        meeting = MeetCustomer(id=command.id, by=command.by, at=command.at, customer_id=row.customer_id)
        return plan_meet_customer(meeting, CustomerNeeds(customer=found)).writes
    registering = RegisterCustomer(
        id=command.id, by=command.by, at=command.at, customer_id=row.customer_id, done=row.done
    )
    return plan_register_customer(registering, CustomerNeeds(customer=found), policy=policy).writes


def take_customers(
    command: TakeCustomers, *, policy: RegistrationPolicy = DEFAULT_REGISTRATION
) -> Work[CustomersTaken]:
    """Read the rows and the customers that they name, and take them in.

    Args:
        command: Who.
        policy: What a registration takes on that day; bind another with `functools.partial`.
    """
    batch = read_customers(command.rows)
    known = yield from get_many(CUSTOMER, (each.value.customer_id for each in batch.good))
    ids = (each.value.personal_id for each in batch.good)
    personal = yield from get_many(PERSONAL, (id for id in ids if id is not None))
    heads: dict[str, Versioned[Customer]] = {}
    for id, found in known.items():
        if found.value.into is not None:
            heads[id] = yield from member(found.value.into)
    needs = TakeCustomersNeeds(batch=batch, customers=known, personal=personal, heads=heads)
    return plan_take_customers(command, needs, policy=policy)
