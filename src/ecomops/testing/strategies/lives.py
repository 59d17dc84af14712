"""Objects of every noun as they can be reached: histories drawn decision by decision, so that all of them are legal.

A noun joins by a `Life`: with which decisions it begins and which may follow. Their arguments are drawn by their
annotations; only what must fit the object (units that it holds, an amount that it owes) is said by name.
"""

import inspect
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar, get_type_hints

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from pendulum import DateTime

from ecomops.kernel import DomainError, Noun, later
from ecomops.testing.builders import NOON
from ecomops.testing.strategies.bargains import BARGAINS
from ecomops.testing.strategies.campaigns import CAMPAIGNS
from ecomops.testing.strategies.flashsales import FLASH_SALES
from ecomops.testing.strategies.goods import GOODS
from ecomops.testing.strategies.life import Decision, Life
from ecomops.testing.strategies.people import PEOPLE
from ecomops.testing.strategies.selling import SELLING
from ecomops.testing.strategies.values import values_of

N = TypeVar("N")

WAITS = st.sampled_from([timedelta(minutes=minutes) for minutes in (0, 0, 1, 31, 8 * 24 * 60, 11 * 24 * 60)])
"""How long it takes until the next decision: the timers of the library lie between them."""

LIVES: Mapping[str, Life] = {
    life.noun.kind: life for life in (*GOODS, *SELLING, *PEOPLE, *CAMPAIGNS, *FLASH_SALES, *BARGAINS)
}
"""How the objects of each noun live, by kind."""


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
        at = later(at, draw(WAITS))
        more = _going_on(draw, life, value, at)
        value = noun.fold(value, more)
        events += more
    return events


def noun_values(
    noun: Noun[N, Any, Any], *, lives: Mapping[str, Life] = LIVES, most: int = 8
) -> SearchStrategy[N]:  # fmt: skip
    """Draw objects of *noun* in every state that `histories` reaches.

    Example:
        >>> from hypothesis import Phase, find, settings
        >>> from ecomops.orders import ORDER, Status
        >>> any_of_them = settings(phases=[Phase.generate], database=None)
        >>> find(noun_values(ORDER), lambda order: order.status is Status.PAID, settings=any_of_them).status
        <Status.PAID: 'paid'>
    """
    told = histories(noun, lives=lives, most=most).map(noun.replay)
    row = life_of(noun, lives).row
    return told if row is None else told.flatmap(row)


def _going_on(draw: DrawFn, life: Life, value: object, at: DateTime) -> tuple[Any, ...]:
    """Take any decision or, where it does not come to anything, one of the following ones; () when none does."""
    first = draw(st.integers(0, len(life.follows) - 1))
    turns = (*life.follows[first:], *life.follows[:first])
    return next(filter(None, (_decided(draw, life, decision, value, at) for decision in turns)), ())


@cache
def _parameters(decision: Decision) -> tuple[tuple[str, object, bool], ...]:
    """Return name and annotation of each parameter of a decision, and whether it must be given."""
    hints = get_type_hints(decision)
    return tuple(
        (name, hints[name], parameter.default is parameter.empty)
        for name, parameter in inspect.signature(decision).parameters.items()
    )


def _decided(draw: DrawFn, life: Life, decision: Decision, value: object, at: DateTime) -> tuple[Any, ...]:
    """Take one decision with drawn arguments; () when it refuses."""
    subject = () if value is None else (value,)
    drawn: dict[str, object] = {}
    for name, hint, needed in _parameters(decision)[len(subject) :]:
        if name == "at":
            drawn[name] = at
        elif name in life.arguments:
            drawn[name] = draw(life.arguments[name](value))
        elif needed:
            drawn[name] = draw(values_of(hint, life.leaves))
    try:
        return tuple(decision(*subject, **drawn))
    except DomainError:
        return ()
