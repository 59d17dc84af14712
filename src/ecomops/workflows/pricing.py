"""State what a product costs, from when on and for whom; and read which price holds."""

from typing import ClassVar

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import (
    Actor,
    CommandId,
    Cursor,
    In,
    Missing,
    Plan,
    Query,
    Reading,
    Versioned,
    Work,
    lookup,
    page,
)
from ecomops.kernel.checks import an_instant, is_a, optional
from ecomops.products import PRICE, PRODUCT, Asked, OtherTerms, PriceEntry, PriceId, Product, Resolved, Terms, resolve
from ecomops.products.prices import enter, set_price
from ecomops.terms import Price


@frozen(kw_only=True)
class StatePrice:
    """Let a price hold from an instant on; an entry that is new is entered with its terms first.

    Args:
        id: The id of the command.
        by: Who gives it.
        at: When it is decided.
        entry: The price entry.
        terms: For what the price is given: those with which the entry was entered.
        price: What it costs; None is no price from then on (the end of a sale).
        since: From when.
        correcting: Rewrite what has begun: a wrong figure was entered.
    """

    code: ClassVar[str] = "state_price"

    id: CommandId = field(validator=is_a(CommandId))
    by: Actor = field(validator=is_a(Actor))
    at: DateTime = field(validator=an_instant)
    entry: PriceId = field(validator=is_a(PriceId))
    terms: Terms = field(validator=is_a(Terms))
    price: Price | None = field(validator=optional(is_a(Price)))
    since: DateTime = field(validator=an_instant)
    correcting: bool = field(default=False, validator=is_a(bool))


@frozen(kw_only=True)
class PriceStated:
    """The answer: which entry, and whether it was new."""

    code: ClassVar[str] = "price_stated"

    entry: PriceId = field(validator=is_a(PriceId))
    new: bool = field(validator=is_a(bool))


@frozen(kw_only=True)
class StatePriceNeeds:
    """What the plan looks at: the product and the entry, each None where there is none."""

    product: Versioned[Product] | None = field(validator=optional(is_a(Versioned)))
    entry: Versioned[PriceEntry] | None = field(validator=optional(is_a(Versioned)))


def plan_state_price(command: StatePrice, needs: StatePriceNeeds) -> Plan[PriceStated]:
    """Decide the price.

    Raises:
        Missing: There is no such product.
        OtherTerms: The entry was entered with other terms.
        OtherCurrency: The price is not in the money of its terms.
        AlreadyBegun: The instant has passed, and it is no correction.
    """
    if needs.product is None:
        raise Missing(kind=PRODUCT.kind, ids=(command.terms.sku,))
    entry = PRICE.draft(needs.entry)
    if needs.entry is None:
        entry.add(enter(command.entry, terms=command.terms, at=command.at))
    if entry.value.terms != command.terms:
        raise OtherTerms(id=command.entry)
    entry.add(
        set_price(entry.value, price=command.price, since=command.since, correcting=command.correcting, at=command.at)
    )
    return Plan(answer=PriceStated(entry=command.entry, new=needs.entry is None), writes=entry.writes())


def state_price(command: StatePrice) -> Work[PriceStated]:
    """Read the product and the entry, and state the price."""
    product = yield from lookup(PRODUCT, command.terms.sku)
    entry = yield from lookup(PRICE, command.entry)
    return plan_state_price(command, StatePriceNeeds(product=product, entry=entry))


def price_of(asked: Asked) -> Reading[Resolved]:
    """Read all price entries of a product and return the price that holds, with why no other does.

    Example:
        >>> from functools import partial
        >>> import pendulum
        >>> from ecomops.kernel import Currency, ask
        >>> from ecomops.memory import MemoryStore
        >>> from ecomops.terms import Sku
        >>> asked = Asked(sku=Sku("tea"), currency=Currency.CNY, at=pendulum.datetime(2026, 6, 18))
        >>> ask(partial(price_of, asked), MemoryStore().unit).price is None
        True
    """
    entries: list[PriceEntry] = []
    after: Cursor | None = None
    while True:
        found = yield from page(Query(noun=PRICE, terms=(In(key="sku", values=(asked.sku,)),), after=after))
        entries.extend(row.value for row in found.rows)
        after = found.next
        if after is None:
            return resolve(entries, asked)
