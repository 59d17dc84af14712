"""The shipped strategies draw what is legal, reach every state, and let new nouns and classes join."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeVar, cast

import pytest
from attrs import field, fields_dict, frozen
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops import codec, orders
from ecomops.codec import CODEC
from ecomops.customers import PERSONAL
from ecomops.kernel import Calendar, Command, Currency, Id, Money, Noun, Versioned
from ecomops.kernel.checks import whole
from ecomops.orders import DEFAULT_POLICY, ORDER, PAYMENT
from ecomops.orders.payments import PaymentStatus, status
from ecomops.promotions.advertisements import AdvertisingDay
from ecomops.promotions.refusals import Refusals
from ecomops.terms import OrderId, PricedLine, Quantity, Sku, StockKey
from ecomops.testing import NOON, TEA
from ecomops.testing.strategies import (
    COMMANDS,
    LIVES,
    USUAL,
    Life,
    checkouts,
    commands,
    histories,
    ids,
    instants,
    money,
    noun_values,
    priced_lines,
    quantities,
    stock_keys,
    texts,
    values_of,
)
from ecomops.testing.strategies.lives import life_of
from ecomops.testing.works import WORKS
from tests.kernel.toys import JAR, Jar, JarFilled, JarPainted, Opening, SweetsAdded

T = TypeVar("T")
SOME = settings(max_examples=max(settings().max_examples // 2, 1), phases=[Phase.generate])
ROUNDS = 12
"""How often histories are drawn until all that can happen has happened: twice, mostly."""

NOUNS = [life.noun for life in LIVES.values()]


def drawn(values: SearchStrategy[Any]) -> list[Any]:
    """Return some of *values*."""
    found: list[Any] = []

    @SOME
    @given(values)
    def look(value: object) -> None:
        found.append(value)

    look()
    return found


# --- values -------------------------------------------------------------------------------------------------------


def test_values_are_of_their_kind() -> None:
    """Ids, keys, amounts, quantities, texts and instants are drawn as a shop would have them."""
    assert {type(id) for id in drawn(ids(OrderId))} == {OrderId}
    assert all(StockKey.of(key.sku, key.location) == key for key in drawn(stock_keys()))
    assert all(1 <= units <= 7 for units in drawn(quantities(7)))
    assert all(text.strip() == text and text for text in drawn(texts()))
    assert len(set(drawn(instants()))) > 1


def test_money_is_drawn_within_bounds() -> None:
    """An amount lies between its bounds, in the currency that is asked for, or in one of several."""
    assert {amount.currency for amount in drawn(money())} > {Currency.CNY}
    some = drawn(money(Currency.JPY, least=-5, most=5))
    assert {amount.currency for amount in some} == {Currency.JPY}
    assert {-5, 0, 5} <= {amount.minor for amount in some} <= set(range(-5, 6))


@frozen
class Even:
    """A class that refuses what its fields would take."""

    number: int = field(validator=whole(0, 8))

    def __attrs_post_init__(self) -> None:
        """Refuse odd numbers."""
        Money(self.number // 2, Currency.CNY if self.number % 2 == 0 else cast("Any", "odd"))


@frozen
class Box(Generic[T]):
    """A generic class, which holds boxes of its own kind."""

    value: T
    more: "tuple[Box[T], ...]" = ()
    anything: Any = None


def test_a_class_is_drawn_by_its_fields() -> None:
    """What a class refuses is not drawn, and a generic class holds what it is a class of."""
    assert {even.number for even in drawn(values_of(Even, {**USUAL, int: st.integers(-3, 12)}))} <= {0, 2, 4, 6, 8}
    boxes = drawn(values_of(Box[Sku]))
    assert {type(box.value) for box in boxes} == {Sku}
    assert {type(inner.value) for box in boxes for inner in box.more} == {Sku}


ANNOTATED: list[tuple[Any, Callable[[Any], bool]]] = [
    (int | None, lambda value: value is None or type(value) is int),
    (tuple[int, str], lambda value: type(value[0]) is int and type(value[1]) is str),
    (tuple[Sku, ...], lambda value: all(type(each) is Sku for each in value)),
    (Currency, lambda value: type(value) is Currency),
    (Mapping[Sku, int], lambda value: all(type(key) is Sku for key in value)),
    (Versioned[PricedLine], lambda value: type(value.value) is PricedLine),
    (Fraction, lambda value: value > 0),
    (timedelta, lambda value: value >= timedelta(0)),
    (Id, lambda value: type(value) is str),
]


@pytest.mark.parametrize(("kind", "fits"), ANNOTATED, ids=[str(kind) for kind, _ in ANNOTATED])
def test_annotations_say_what_is_drawn(kind: Any, fits: Callable[[Any], bool]) -> None:  # noqa: ANN401 - an annotation
    """Unions, tuples, enumerations and what stands at their ends are drawn by their annotations."""
    assert all(map(fits, drawn(values_of(kind))))


# --- what is bought -----------------------------------------------------------------------------------------------


@given(checkouts())
def test_every_checkout_can_be_placed(checkout: orders.Checkout) -> None:
    """A drawn checkout is refused by nothing but stock: it can be placed."""
    (placed, *_) = orders.place(checkout, policy=DEFAULT_POLICY, at=NOON)
    assert ORDER.replay((placed,)).id == checkout.order_id


@given(priced_lines(stocks=st.just(TEA), currency=Currency.KWD, most=3))
def test_lines_are_drawn_as_asked(line: PricedLine) -> None:
    """Stock, currency and the largest quantity are as they are asked for; discounts never exceed the line."""
    most: Quantity = 3
    assert (line.stock, line.gross.currency) == (TEA, Currency.KWD)
    assert line.quantity <= most
    assert sum(discount.amount.minor for discount in line.discounts) <= line.gross.minor


# --- lives --------------------------------------------------------------------------------------------------------


ADOPTED = {"category_tree.adopted", "points.adopted"}
"""What was taken over comes of a decision here; of other nouns nobody decides it, and a host writes it as it stood."""


def states_of(noun: Noun[Any, Any, Any], events: tuple[Any, ...]) -> set[StrEnum]:
    """Return the statuses that an object went through."""
    passed = (noun.replay(events[: n + 1]) for n in range(len(events)))
    return {value.status for value in passed if hasattr(value, "status")}


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.kind)
def test_histories_are_legal_and_reach_far(noun: Noun[Any, Any, Any]) -> None:
    """A drawn history replays and its object travels as JSON; some of them reach every event and every status."""
    seen: set[object] = set()

    @settings(SOME, derandomize=False)
    @given(histories(noun, most=12))
    def look(events: tuple[Any, ...]) -> None:
        value = noun.replay(events)
        assert CODEC.load(CODEC.dump(value), noun.model) == value
        assert isinstance(events[0], noun.opens)
        seen.update(event.code for event in events)
        seen.update(states_of(noun, events))

    status = fields_dict(noun.model).get("status")
    codes = {cast("Any", event).code for event in noun.all_events}
    every = {code for code in codes if not code.endswith(".adopted") or code in ADOPTED}
    every.update(() if status is None else cast("Any", status.type))
    for turn in range(ROUNDS):
        if seen != every:
            seed(turn)(look)()
    assert seen == every


def test_every_noun_has_a_life() -> None:
    """Objects of each noun of the library can be drawn."""
    assert set(LIVES) == {noun.kind for noun in codec.NOUNS}


def test_rows_that_events_do_not_tell_are_drawn() -> None:
    """Personal rows are drawn with their values, which no event holds, or erased."""
    rows = drawn(noun_values(PERSONAL))
    assert {row.erased for row in rows} == {True, False}
    assert all(bool(row.values) is not row.erased for row in rows)


def test_payments_are_drawn_in_several_states() -> None:
    """Histories reach payments that are captured, and some that are not."""
    seen = {status(payment) for payment in drawn(noun_values(PAYMENT))}
    assert {PaymentStatus.CAPTURED} < seen


def fill(id: Sku, *, sweets: int) -> tuple[JarFilled]:
    """Fill a new jar."""
    return (JarFilled(id=id, sweets=sweets),)


def add(jar: Jar, *, sweets: int) -> tuple[SweetsAdded, ...]:
    """Put sweets into a jar that is not full."""
    return (SweetsAdded(sweets=sweets),) if jar.sweets < 5 else ()


def paint(jar: Jar, *, colour: str) -> tuple[JarPainted, ...]:
    """Paint a jar that has no colour."""
    return () if jar.colour else (JarPainted(colour=colour),)


JARS = Life(noun=JAR, begins=(fill,), follows=(add, paint), arguments={"sweets": lambda _: st.integers(1, 3)})


def test_a_noun_of_a_host_joins_by_its_life() -> None:
    """A host names the decisions of its noun; their arguments are drawn by name or by annotation."""
    found = drawn(histories(JAR, lives={**LIVES, JAR.kind: JARS}, most=6))
    assert {type(event) for events in found for event in events} == {JarFilled, SweetsAdded, JarPainted}
    assert all(JAR.replay(events).sweets < 8 for events in found)
    assert any(len(events) == 1 for events in found)


def test_life_without_further_decisions() -> None:
    """A noun that only begins has histories of one opening."""
    only = Life(noun=JAR, begins=(fill,), arguments={"sweets": lambda _: st.just(1)})
    found: list[tuple[Opening, ...]] = drawn(histories(JAR, lives={JAR.kind: only}))
    assert {len(events) for events in found} == {1}


def test_unknown_life_is_refused() -> None:
    """A noun of which nothing is known is refused by its name."""
    with pytest.raises(ValueError, match="nothing is known of the life of jar"):
        life_of(JAR)


# --- days ---------------------------------------------------------------------------------------------------------


def test_commands_of_every_use_case_are_drawn() -> None:
    """No command that the strategies know is left out, and each has its use case."""
    assert set(COMMANDS) <= set(WORKS)
    for kind, strategy in COMMANDS.items():
        assert type(find(strategy, lambda _: True, settings=SOME)) is kind
    some: list[Command] = drawn(commands())
    assert len({type(command) for command in some} & set(COMMANDS)) > 5


@given(st.data())
def test_values_whose_fields_fit_each_other_are_drawn_whole(data: st.DataObject) -> None:
    """No more clicks than impressions, no more orders than clicks; calendars of zones that there are."""
    day = data.draw(values_of(AdvertisingDay))
    assert day.impressions >= day.clicks >= day.orders
    assert data.draw(values_of(Calendar)).timezone in {"Asia/Shanghai", "Europe/Berlin", "UTC"}
    assert data.draw(values_of(Refusals)).read() == ()
