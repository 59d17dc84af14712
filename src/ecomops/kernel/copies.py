"""Copies of frozen values: what a copy takes over was checked when it was made, what it changes is checked now.

A fold makes a new value at every step, and each step changes two or three fields of a dozen. `changed` says the same as
`attrs.evolve` and refuses the same: the checks of the changed fields run, and so does `__attrs_post_init__`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from attrs import NOTHING, Attribute, fields, make_class
from attrs import field as plain

N = TypeVar("N")

__all__ = ["changed", "maker", "many_maker", "refilled"]


def maker(model: type[N]) -> Callable[..., N]:
    """Return how a value of *model* is made of all its fields, in order, by a caller who has checked them.

    It is what the class would make, and nothing is checked. `__attrs_post_init__` does not run.

    Raises:
        TypeError: See `changed`.

    Example:
        >>> from ecomops.kernel import Currency, Money
        >>> maker(Money)(1990, Currency.CNY) == Money(1990, Currency.CNY)
        True
    """
    opened = _copier(cast("Any", model)).opened

    def make(*parts: Any) -> N:  # noqa: ANN401 - by the fields of its class
        made = opened(*parts)
        made.__class__ = model
        return made  # type: ignore[no-any-return]

    return make


def many_maker(model: type[N]) -> Callable[..., list[N]]:
    """Return how many values of *model* are made at once of columns of all their fields, by a caller who checked them.

    They are what the class would make, and nothing is checked: for thousands of values of numbers which the caller has
    computed. `__attrs_post_init__` does not run. The shortest column says how many there are.

    Raises:
        TypeError: See `changed`.

    Example:
        >>> from itertools import repeat
        >>> from ecomops.kernel import Currency, Money
        >>> many_maker(Money)((1990, 5), repeat(Currency.CNY)) == [Money(1990, Currency.CNY), Money(5, Currency.CNY)]
        True
    """
    opened = _copier(cast("Any", model)).opened

    def make(*columns: Iterable[Any]) -> list[N]:
        made = list(map(opened, *columns))
        for each in made:
            each.__class__ = model
        return made

    return make


def refilled(values: Sequence[N], name: str, column: Iterable[Any]) -> list[N]:
    """Return *values*, all of one class, each with another part; nothing is checked.

    Raises:
        TypeError: See `changed`.

    Example:
        >>> from ecomops.kernel import Currency, Money
        >>> refilled([Money(3, Currency.CNY)], "minor", [2]) == [Money(2, Currency.CNY)]
        True
    """
    if not values:
        return []
    model = type(values[0])
    parts = _copier(cast("Any", model)).parts
    columns: list[Iterable[Any]] = list(zip(*map(parts, values), strict=True))
    columns[[each.name for each in fields(cast("Any", model))].index(name)] = column
    return many_maker(model)(*columns)


if TYPE_CHECKING:  # both type checkers know how to look into the changes of this one
    from attrs import evolve as changed
else:

    def changed(value: N, /, **changes: Any) -> N:  # noqa: ANN401 - by the fields of its class
        """Return *value* with some of its fields changed, as `attrs.evolve` does.

        Args:
            value: An instance of a frozen class with slots, without converters.
            changes: The new values by the names of their fields.

        Raises:
            TypeError: It has no such field, or its class is of another kind.
            Invalid: A changed field is refused, or the fields do not fit together.

        Example:
            >>> from ecomops.testing import some_stock
            >>> changed(some_stock(on_hand=3), on_hand=2).on_hand
            2
        """
        model = type(value)
        opened, parts, checks, finish = _copier(model)
        copy = opened(*parts(value))
        for name, part in changes.items():
            attribute, check = checks.get(name, _UNKNOWN)
            if check is not None:
                check(value, attribute, part)
            elif attribute is None:
                raise TypeError(f"{model.__name__} has no field {name!r} that can be changed")
            setattr(copy, name, part)
        copy.__class__ = model
        if finish is not None:
            finish(copy)
        return copy


_UNKNOWN = (None, None)
"""What is known of a field that a class does not take."""


class _Copier(NamedTuple):
    """How values of one class are copied.

    Attributes:
        opened: A class of the same fields that checks nothing and can be assigned to: a frozen class pays for each
            field that it sets. Its instances become instances of the model when their class is assigned.
        parts: Gives all fields of a value, in their order.
        checks: The fields that can be changed, with their checks.
        finish: The `__attrs_post_init__` of the model.
    """

    opened: Callable[..., Any]
    parts: Callable[[Any], Iterable[Any]]
    checks: Mapping[str, tuple["Attribute[Any]", Callable[..., Any] | None]]
    finish: Callable[[Any], None] | None


_OPEN = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__, "__attrs_post_init__": None}
"""What opens a frozen class again; nothing is finished before all changes are made."""


@cache
def _copier(model: type[Any]) -> _Copier:
    """Return how values of *model* are copied.

    Raises:
        TypeError: It makes a field of what it is given: a part that is taken over would be another one.
    """
    attributes: Any = fields(model)
    made = [each.name for each in attributes if each.converter or not (each.init or each.default is NOTHING)]
    if made:
        raise TypeError(f"{model.__name__} makes {made} itself: it cannot be copied by its fields")
    names = [each.name for each in attributes]
    opened = make_class(
        model.__name__,
        {name: plain() for name in names},
        bases=(model,),
        class_body=_OPEN,
        slots=True,
        weakref_slot=False,
        eq=False,
    )
    return _Copier(
        opened=opened,
        parts=attrgetter(*names) if len(names) > 1 else partial(_only, names[0]),
        checks={each.name: (each, each.validator) for each in attributes if each.init},
        finish=getattr(model, "__attrs_post_init__", None),
    )


def _only(name: str, value: object) -> tuple[object]:
    return (getattr(value, name),)
