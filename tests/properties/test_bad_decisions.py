"""Decisions on values of the right kinds and every sort: an answer or a refusal with a code; never another exception."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import process_time
from types import ModuleType
from typing import Any, get_type_hints

import pendulum
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops import terms
from ecomops.codec import CODEC, NOUNS
from ecomops.inventory import RESERVATION, STOCK, ReservationId, StockItem, reservations, stock
from ecomops.kernel import (
    Conflict,
    Currency,
    DomainError,
    Id,
    Invalid,
    Money,
    NotFound,
    Noun,
    Plan,
    Refused,
    StaleVersion,
    Versioned,
    ask,
)
from ecomops.kernel.checks import MOST_UNITS
from ecomops.kernel.money import MOST_MINOR
from ecomops.memory import MemoryStore
from ecomops.orders import ORDER, Status, balance, fulfilment, order, payments, rungs
from ecomops.products import product
from ecomops.terms import LocationId, Sku, StockKey
from ecomops.testing import NOON, TEA, a_checkout, a_delivery, a_line, a_placement, a_taking, cny
from ecomops.workflows import (
    cancellation,
    placement,
    publication,
    receipt,
    settlement,
    shipping,
    stocking,
    timers,
)
from ecomops.workflows.binding import Bound
from tests.properties.values import USUAL, Leaves, values_of
from tests.workflows.shop import (
    CUP,
    WORKS,
    a_cancellation,
    a_coupon,
    a_receipt,
    a_shipment,
    a_shop,
    a_shop_with,
    all_due,
    an_adjustment,
    do,
    dump,
    put,
    the_order,
    the_reservation,
    units,
)

# --- values of every sort -----------------------------------------------------------------------------------------

NUMBERS = st.sampled_from([1, 2, 0, -1, 3, 10, MOST_UNITS, -MOST_UNITS, MOST_UNITS - 1])
ODD_MONEY = st.builds(
    Money,
    st.sampled_from([0, 1, 100, 1_000, -1, -1_000, MOST_MINOR, -MOST_MINOR]),
    st.sampled_from([Currency.CNY, Currency.CNY, Currency.CNY, Currency.JPY]),
)
ODD_INSTANTS = st.sampled_from(
    [
        NOON,
        NOON.add(minutes=30),
        NOON.add(days=10),
        NOON.subtract(years=10),
        pendulum.datetime(1, 1, 1),
        pendulum.datetime(9999, 12, 31, 23, 59, 59, 999_999),
    ]
)
ENDS: Leaves = {
    **USUAL,
    int: NUMBERS,
    str: st.sampled_from(["tea", "x" * 500, "茶"]),
    pendulum.DateTime: ODD_INSTANTS,
    timedelta: st.sampled_from([timedelta(0), timedelta(days=7), timedelta(days=3650)]),
    Currency: st.sampled_from([Currency.CNY, Currency.CNY, Currency.CNY, Currency.JPY]),
    Money: ODD_MONEY,
    StockKey: st.sampled_from([TEA, CUP]),
    Id: st.sampled_from(["l-1", "l-2", "o-1", "o-1"]),
}
"""Right kinds and far ends: few ids, so that they meet; numbers and instants from one end to the other."""



def both_stocks(*, versioned: bool) -> SearchStrategy[Any]:
    """Return both stocks by their keys, as they are read: of every sort, with versions or without."""
    item = values_of(StockItem, ENDS)
    two = st.tuples(item, item).map(lambda pair: (evolve(pair[0], id=TEA), evolve(pair[1], id=CUP)))
    return two.map(lambda items: {each.id: Versioned(each, 1) if versioned else each for each in items})


ODD: Leaves = {
    **ENDS,
    Mapping[StockKey, StockItem]: both_stocks(versioned=False),
    Mapping[str, Versioned[StockItem]]: both_stocks(versioned=True),
}
"""With the stocks that a decision looks at; it is given all that it asks for."""

# --- decisions ----------------------------------------------------------------------------------------------------

ROOMS: tuple[ModuleType, ...] = (product, stock, reservations, order, payments, rungs, balance, fulfilment)
USE_CASES: tuple[ModuleType, ...] = (
    publication,
    stocking,
    placement,
    settlement,
    cancellation,
    shipping,
    receipt,
    timers,
)


def functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the public functions that *module* defines."""
    return {
        name: each
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }


DECISIONS: dict[str, Callable[..., Any]] = {
    f"{module.__name__.rpartition('.')[2]}.{name}": each
    for module in (*ROOMS, *USE_CASES, terms)
    for name, each in functions(module).items()
    if name not in {"begin", "evolve", "not_negative"}  # folds follow decisions; the last is a check of fields
    and not inspect.isgeneratorfunction(each)
}
"""Every public decision, calculation and plan."""

FOLDS: dict[type[Any], Noun[Any, Any, Any]] = {noun.model: noun for noun in NOUNS}
BRANCHES = (Invalid, Refused, NotFound, Conflict)


def test_no_decision_is_left_out() -> None:
    """The table holds the decisions of every room and the plan of every use case."""
    assert {"order.place", "order.elapse", "stock.reserve", "reservations.claim", "payments.take"} <= set(DECISIONS)
    assert sum(name.partition(".")[2].startswith("plan_") for name in DECISIONS) == len(WORKS)
    assert len(DECISIONS) > 50


@pytest.mark.parametrize("name", DECISIONS)
@settings(max_examples=max(settings().max_examples // 2, 1))
@given(data=st.data())
def test_a_decision_answers_or_refuses(name: str, data: st.DataObject) -> None:
    """Whatever the values, a decision gives its answer, which can be folded, or refuses in one of four branches."""
    decision = DECISIONS[name]
    kinds = get_type_hints(decision)
    kinds.pop("return")
    arguments = {each: data.draw(values_of(kind, ODD), each) for each, kind in kinds.items()}
    subject = next(iter(arguments.values()), None)
    try:
        answer = call(decision, arguments)
        noun = FOLDS.get(type(subject))
        if noun is not None and isinstance(answer, tuple) and {type(each) for each in answer} <= noun.later:
            noun.fold(subject, answer)
    except DomainError as refusal:
        branches = [branch for branch in BRANCHES if isinstance(refusal, branch)]
        told = (refusal.code, refusal.message("en"), refusal.message("zh"))
    else:
        branches, told = [Refused], ("answered",)
    assert len(branches) == 1
    assert all(told)


def call(decision: Callable[..., Any], arguments: dict[str, Any]) -> object:
    """Call *decision*, by position where it wants that, and take whatever it gives."""
    parameters = inspect.signature(decision).parameters.values()
    by_place = [arguments[each.name] for each in parameters if each.kind is not each.KEYWORD_ONLY]
    by_name = {each.name: arguments[each.name] for each in parameters if each.kind is each.KEYWORD_ONLY}
    return decision(*by_place, **by_name)
