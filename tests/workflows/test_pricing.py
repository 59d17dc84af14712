"""Stating a price, and reading which one holds."""

from functools import partial
from typing import Any

import pytest
from attrs import evolve
from pendulum import DateTime

from ecomops.kernel import AlreadyBegun, CommandId, Currency, Missing, ask
from ecomops.memory import MemoryStore
from ecomops.products import PRICE, Asked, Layer, OtherCurrency, OtherTerms, PriceId, Terms
from ecomops.terms import Price, Sku
from ecomops.testing import NOON, a_product, cny
from ecomops.workflows.pricing import PriceStated, StatePrice, StatePriceNeeds, plan_state_price, price_of, state_price
from tests.workflows.shop import STAFF, Drive, a_publication, codes, do, dump, events_of, found, value_of

TERMS = Terms(sku=Sku("tea"), currency=Currency.CNY)


def a_price(
    amount: str | None = "10.00",
    *,
    id: str = "c-price",
    entry: str = "p-1",
    terms: Terms = TERMS,
    since: DateTime = NOON,
    at: DateTime = NOON,
    correcting: bool = False,
) -> StatePrice:
    """Return the command that states a price of tea."""
    price = None if amount is None else Price(amount=cny(amount))
    return StatePrice(
        id=CommandId(id),
        by=STAFF,
        at=at,
        entry=PriceId(entry),
        terms=terms,
        price=price,
        since=since,
        correcting=correcting,
    )


def a_catalogue(*commands: Any) -> MemoryStore:  # noqa: ANN401 - any command
    """Return a store in which tea is on sale."""
    store = MemoryStore()
    do(store, a_publication(), *commands)
    return store


def holds(store: MemoryStore, at: DateTime = NOON, quantity: int = 1) -> str | None:
    """Return the price that holds."""
    asked = Asked(sku=Sku("tea"), currency=Currency.CNY, at=at, quantity=quantity)
    price = ask(partial(price_of, asked), store.unit).price
    return None if price is None else str(price.amount)


def test_a_new_entry_is_entered_with_its_price() -> None:
    """In one write."""
    plan = plan_state_price(a_price(), StatePriceNeeds(product=found(a_product()), entry=None))
    assert plan.answer == PriceStated(entry=PriceId("p-1"), new=True)
    assert events_of(plan.writes) == [("price", "price.entered"), ("price", "price.set")]


def test_prices_are_stated_ahead(drive: Drive) -> None:
    """A sale with its end is two prices; the same again is nothing."""
    store = a_catalogue()
    sale = evolve(TERMS, layer=Layer.SALE)
    assert drive(state_price, a_price(), store) == PriceStated(entry=PriceId("p-1"), new=True)
    for n, (amount, day) in enumerate([("8.00", 1), (None, 3), ("8.00", 1)]):
        command = a_price(amount, id=f"c-{n}", entry="p-2", terms=sale, since=NOON.add(days=day))
        assert drive(state_price, command, store).new is (n == 0)
    assert [holds(store, NOON.add(days=day)) for day in range(4)] == ["10.00 CNY", "8.00 CNY", "8.00 CNY", "10.00 CNY"]
    assert codes(store).count("price.set") == 3


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (a_price(terms=evolve(TERMS, least=2)), OtherTerms),
        (a_price(terms=evolve(TERMS, currency=Currency.JPY), entry="p-9"), OtherCurrency),
        (a_price("9.00", at=NOON.add(hours=1)), AlreadyBegun),
        (a_price(terms=evolve(TERMS, sku=Sku("no"))), Missing),
    ],
)
def test_a_price_that_cannot_be_stated_leaves_no_trace(
    drive: Drive, command: StatePrice, refusal: type[Exception]
) -> None:
    """Other terms, other money, the past, or no such product."""
    store = a_catalogue(a_price(id="c-first"))
    before = dump(store)
    with pytest.raises(refusal):
        drive(state_price, command, store)
    assert dump(store) == before


def test_a_wrong_figure_is_corrected(drive: Drive) -> None:
    """When the command says so."""
    store = a_catalogue(a_price(id="c-first"))
    drive(state_price, a_price("9.00", at=NOON.add(hours=1), correcting=True), store)
    assert holds(store) == "9.00 CNY"
    assert len(value_of(store, PRICE, "p-1").prices.entries) == 1


def test_the_price_is_found_among_any_number_of_entries() -> None:
    """However many pages of them there are; those of other products do not count."""
    store = a_catalogue()
    do(store, a_publication(id="c-cup", sku="cup"))
    for n in range(1, 151):
        do(store, a_price(f"{n}.00", id=f"c-{n}", entry=f"p-{n}", terms=evolve(TERMS, least=n)))
    do(store, a_price("0.01", id="c-x", entry="p-x", terms=evolve(TERMS, sku=Sku("cup"))))
    assert [holds(store, quantity=n) for n in (1, 2, 120, 999)] == ["1.00 CNY", "2.00 CNY", "120.00 CNY", "150.00 CNY"]
