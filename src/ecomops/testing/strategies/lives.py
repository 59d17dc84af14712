"""Objects of every noun as they can be reached: histories drawn decision by decision, so that all of them are legal.

A noun joins by a `Life`: with which decisions it begins and which may follow. Their arguments are drawn by their
annotations; only what must fit the object (units that it holds, an amount that it owes) is said by name.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar, cast, get_type_hints

from attrs import field, frozen
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops import inventory, orders, products
from ecomops.inventory import (
    RESERVATION,
    RETURNED_GOODS,
    STOCK,
    TRANSFER,
    Finding,
    Goods,
    reservations,
    returns,
    transfers,
)
from ecomops.kernel import Currency, DomainError, Noun, later
from ecomops.kernel.checks import is_a, tuple_of
from ecomops.orders import DEFAULT_POLICY, ORDER, PAYMENT, LineUnits, Order
from ecomops.orders.payments import open_payment, take
from ecomops.products import PRODUCT
from ecomops.terms import StockUnits
from ecomops.testing.builders import NOON
from ecomops.testing.strategies.buying import checkouts, notices
from ecomops.testing.strategies.values import USUAL, Leaves, money, stock_keys, values_of

N = TypeVar("N")
Decision = Callable[..., Sequence[Any]]
Argument = Callable[[Any], SearchStrategy[Any]]
"""What is drawn for an argument, given the object; None when there is none yet."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (0, 0, 1, 31, 8 * 24 * 60, 11 * 24 * 60))
"""How long it takes until the next decision: the timers of the library lie between them."""


@frozen(kw_only=True)
class Life:
    """How objects of one noun live.

    Args:
        noun: The binding.
        begins: The decisions that make an object.
        follows: The decisions on an object, which they take as their first argument; one that stands there more
            than once is taken more often.
        arguments: What is drawn for arguments of these names; all others are drawn by their annotations, and those
            with a default are left out. `at` is the instant of the step.
        leaves: What is drawn where annotations end.
    """

    noun: Noun[Any, Any, Any] = field(validator=is_a(Noun))
    begins: tuple[Decision, ...] = field(validator=tuple_of(object, least=1))
    follows: tuple[Decision, ...] = field(default=(), validator=tuple_of(object))
    arguments: Mapping[str, Argument] = field(factory=dict[str, Argument], validator=is_a(Mapping))
    leaves: Leaves = USUAL


def _units(keys: Callable[[Any], Sequence[Any]], one: Callable[[Any, int], Any]) -> Argument:
    """Draw units of what an object holds: no key twice, now and then more than there is."""

    def drawn(value: Any) -> SearchStrategy[tuple[Any, ...]]:  # noqa: ANN401 - of any noun
        if not keys(value):
            return st.just(())
        chosen = st.dictionaries(st.sampled_from(keys(value)), st.sampled_from([1, 1, 2, 3]), min_size=1, max_size=2)
        return chosen.map(lambda found: tuple(one(key, found[key]) for key in sorted(found)))

    return drawn


def _or_all(units: Argument) -> Argument:
    return lambda value: st.none() | units(value)


def _stock_units(_: object) -> SearchStrategy[tuple[StockUnits, ...]]:
    """Draw units of two stocks at most, each once, in the order of their keys."""
    wanted = st.dictionaries(stock_keys(), st.integers(1, 3), min_size=1, max_size=2)
    return wanted.map(lambda found: tuple(StockUnits(stock=key, quantity=found[key]) for key in sorted(found)))


def _findings(goods: Any) -> SearchStrategy[tuple[Finding, ...]]:  # noqa: ANN401 - goods that came back
    """Draw what becomes of all that came back."""
    dispositions = st.sampled_from(list(inventory.Disposition))
    return st.tuples(
        *(
            st.builds(Finding, stock=st.just(each.stock), quantity=st.just(each.quantity), disposition=dispositions)
            for each in goods.units
        )
    )


ORDERED = _units(lambda order: [line.id for line in order.lines], lambda line, n: LineUnits(line=line, quantity=n))
HELD = _units(lambda claim: [hold.stock for hold in claim.holds], lambda key, n: StockUnits(stock=key, quantity=n))
SENT = _units(lambda transfer: [line.sku for line in transfer.lines], lambda sku, n: Goods(sku=sku, quantity=n))


def _captured(order: Order) -> SearchStrategy[Any]:
    """Draw what a gateway brought: all that is due, mostly."""
    return st.just(order.due) | st.just(order.due) | money(order.currency)


LIVES: Mapping[str, Life] = {
    life.noun.kind: life
    for life in (
        Life(noun=PRODUCT, begins=(products.draft,), follows=(products.publish, products.retire)),
        Life(
            noun=STOCK,
            begins=(inventory.open_stock,),
            follows=(
                *((inventory.ship, inventory.allocate, inventory.reserve, inventory.receive) * 3),
                *(inventory.adjust, inventory.release, inventory.deallocate, inventory.sell, inventory.restock),
                *(inventory.transfer_out, inventory.transfer_in, inventory.set_backorder_limit, inventory.set_buffer),
            ),
            arguments={
                "quantity": lambda _: st.sampled_from([1, 1, 2, 3, 12, -2]),
                "limit": lambda _: st.none() | st.integers(0, 3),
                "backorder_limit": lambda _: st.none() | st.integers(0, 3),
                "units": lambda _: st.integers(0, 3),
            },
        ),
        Life(
            noun=RESERVATION,
            begins=(reservations.claim,),
            follows=(*((reservations.ship, reservations.allocate) * 3), reservations.release),
            arguments={
                "wanted": _stock_units,
                "items": lambda _: st.just({}),
                "expires_at": lambda _: st.none() | st.just(later(NOON, timedelta(minutes=30))),
                "units": HELD,
            },
        ),
        Life(
            noun=RETURNED_GOODS,
            begins=(returns.arrive,),
            follows=(returns.inspect,),
            arguments={"units": _stock_units, "findings": _findings},
        ),
        Life(
            noun=TRANSFER,
            begins=(transfers.request,),
            follows=(transfers.dispatch, transfers.arrive, transfers.cancel),
            arguments={"goods": lambda transfer: _requested() if transfer is None else _or_all(SENT)(transfer)},
        ),
        Life(
            noun=ORDER,
            begins=(orders.place,),
            follows=(*((orders.receive, orders.ship, orders.settle) * 3), orders.cancel, orders.elapse),
            arguments={
                "checkout": lambda _: checkouts(),
                "policy": lambda _: st.just(DEFAULT_POLICY),
                "captured": _captured,
                "units": _or_all(ORDERED),
            },
        ),
        Life(
            noun=PAYMENT,
            begins=(open_payment,),
            follows=(take,),
            arguments={
                "currency": lambda _: st.just(Currency.CNY),
                "notice": lambda _: notices(),
                "notices": lambda _: st.lists(notices(), max_size=2).map(tuple),
            },
        ),
    )
}
"""How the objects of each noun live, by kind."""


def _requested() -> SearchStrategy[tuple[Goods, ...]]:
    goods = cast("SearchStrategy[Goods]", values_of(Goods))
    return st.lists(goods, min_size=1, max_size=2, unique_by=lambda each: each.sku).map(tuple)


def life_of(noun: Noun[Any, Any, Any], lives: Mapping[str, Life] = LIVES) -> Life:
    """Return how objects of *noun* live, or raise `ValueError`."""
    if noun.kind not in lives:
        raise ValueError(f"nothing is known of the life of {noun.kind}: hand in a Life")
    return lives[noun.kind]


@st.composite
def histories(
    draw: DrawFn, noun: Noun[N, Any, Any], *, lives: Mapping[str, Life] = LIVES, most: int = 8
) -> tuple[Any, ...]:
    """Draw histories of *noun*: an opening, then what further decisions made of it, in the order of time.

    Args:
        draw: Given by hypothesis.
        noun: The binding.
        lives: How objects live, by kind; a host puts its own beside `LIVES`.
        most: How many decisions follow at most; where one refuses, the next one is tried.

    Example:
        >>> from hypothesis import find
        >>> from ecomops.products import PRODUCT
        >>> history = find(histories(PRODUCT), lambda events: len(events) > 2)
        >>> [event.code for event in history]
        ['product.drafted', 'product.published', 'product.retired']
    """
    life = life_of(noun, lives)
    events = tuple(_decided(draw, life, draw(st.sampled_from(life.begins)), None, NOON) or reject())
    value, at = noun.replay(events), NOON
    for _ in range(draw(st.integers(0, most)) if life.follows else 0):
        at = later(at, draw(st.sampled_from(WAITS)))
        more = _going_on(draw, life, value, at)
        value = noun.fold(value, more)
        events += more
    return events


def noun_values(
    noun: Noun[N, Any, Any], *, lives: Mapping[str, Life] = LIVES, most: int = 8
) -> SearchStrategy[N]:  # fmt: skip
    """Draw objects of *noun* in every state that `histories` reaches.

    Example:
        >>> from hypothesis import find
        >>> from ecomops.orders import ORDER, Status
        >>> find(noun_values(ORDER), lambda order: order.status is Status.PAID).status
        <Status.PAID: 'paid'>
    """
    return histories(noun, lives=lives, most=most).map(noun.replay)


def _going_on(draw: DrawFn, life: Life, value: object, at: DateTime) -> tuple[Any, ...]:
    """Take any decision or, where it does not come to anything, one of the following ones; () when none does."""
    first = draw(st.integers(0, len(life.follows) - 1))
    turns = (*life.follows[first:], *life.follows[:first])
    return next(filter(None, (_decided(draw, life, decision, value, at) for decision in turns)), ())


def _decided(draw: DrawFn, life: Life, decision: Decision, value: object, at: DateTime) -> tuple[Any, ...]:
    """Take one decision with drawn arguments; () when it refuses."""
    names = list(inspect.signature(decision).parameters.values())
    subject = () if value is None else (value,)
    hints = get_type_hints(decision)
    drawn: dict[str, object] = {}
    for parameter in names[len(subject) :]:
        name = parameter.name
        if name == "at":
            drawn[name] = at
        elif name in life.arguments:
            drawn[name] = draw(life.arguments[name](value))
        elif parameter.default is parameter.empty:
            drawn[name] = draw(values_of(hints[name], life.leaves))
    try:
        return tuple(decision(*subject, **drawn))
    except DomainError:
        return ()
