"""Given, when, then: events or a refusal are compared with what is expected, and a wrong expectation is an error."""

from collections.abc import Callable
from typing import Any

import pytest

from ecomops import inventory, products
from ecomops.inventory import STOCK, StockItem
from ecomops.inventory.stock import StockAdjusted, StockReceived
from ecomops.kernel import CorruptHistory
from ecomops.products import PRODUCT
from ecomops.terms import Sku
from ecomops.testing import NOON, TEA, Given, Outcome, given

OPENED = inventory.open_stock(TEA, at=NOON)
RECEIVED = StockReceived(stock=TEA, quantity=3, at=NOON)
LOST = StockAdjusted(stock=TEA, quantity=-2, reason="lost", at=NOON)


def stock() -> Given[StockItem]:
    """Return a stock of three units."""
    return given(STOCK, *OPENED, RECEIVED)


def lose(units: int) -> Outcome[StockAdjusted]:
    """Return what comes of losing so many of three units."""
    return stock().when(inventory.adjust, quantity=-units, reason="lost", at=NOON)


def test_events_are_folded_before_the_decision() -> None:
    """What is given is the object that its events tell of."""
    assert stock().value == StockItem(id=TEA, on_hand=3, received=3)


def test_what_is_expected_happens() -> None:
    """The events that came of the decision are the ones expected, and nothing is said."""
    outcome = lose(2)
    outcome.then(LOST)
    assert (outcome.events, outcome.refusal) == ((LOST,), None)


def test_nothing_is_expected_of_a_repeat() -> None:
    """A decision that comes to nothing is told apart from one that does not."""
    lose(0).then_nothing()
    with pytest.raises(AssertionError, match="expected"):
        lose(1).then_nothing()


def test_a_refusal_is_expected_by_its_code() -> None:
    """A refusal is known by its code and as much of its context as is named."""
    outcome = lose(4)
    outcome.then_refused("stock.below_zero")
    outcome.then_refused("stock.below_zero", on_hand=3)
    outcome.then_refused("stock.below_zero", stock=TEA, quantity=-4, on_hand=3)
    assert outcome.events == ()


WRONG: dict[str, Callable[[], Any]] = {
    "other events": lambda: lose(1).then(LOST),
    "fewer events": lambda: lose(2).then(),
    "more events": lambda: lose(2).then(LOST, LOST),
    "events, and it was refused": lambda: lose(4).then(LOST),
    "nothing, and it was refused": lambda: lose(4).then_nothing(),
    "a refusal, and it happened": lambda: lose(2).then_refused("stock.below_zero"),
    "a refusal, and nothing happened": lambda: lose(0).then_refused("stock.below_zero"),
    "another refusal": lambda: lose(4).then_refused("stock.short"),
    "another context": lambda: lose(4).then_refused("stock.below_zero", on_hand=4),
    "a context that it lacks": lambda: lose(4).then_refused("stock.below_zero", colour="red"),
    "no such context": lambda: lose(4).then_refused("stock.below_zero", colour=None),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_expectation_is_an_error(name: str) -> None:
    """Whatever differs from what came of the decision fails the test of a host, and says what came."""
    with pytest.raises(AssertionError, match=r"expected .*, got "):
        WRONG[name]()


def test_what_is_no_refusal_is_not_kept() -> None:
    """A mistake in the decision itself is not taken for a refusal."""

    def broken(item: StockItem) -> tuple[StockReceived, ...]:
        raise LookupError(item.id)

    with pytest.raises(LookupError):
        stock().when(broken)


def test_a_decision_may_return_any_sequence() -> None:
    """A host's own decision may give its events as a list, and take arguments by position."""

    def host(item: StockItem, units: int) -> list[StockReceived]:
        return [StockReceived(stock=item.id, quantity=units, at=NOON)]

    stock().when(host, 3).then(RECEIVED)


def test_a_history_begins_at_its_beginning() -> None:
    """Events that cannot be a history are a mistake of the test."""
    with pytest.raises(CorruptHistory):
        given(STOCK, RECEIVED)
    with pytest.raises(CorruptHistory):
        given(STOCK)


def test_any_noun_will_do() -> None:
    """The words are the same for every noun."""
    drafted = products.draft(Sku("tea"), category=None, list_price=None, at=NOON)
    published = given(PRODUCT, *drafted).when(products.publish, at=NOON)
    assert [event.code for event in published.events] == ["product.published"]
    given(PRODUCT, *drafted, *published.events).when(products.publish, at=NOON).then_nothing()
