"""Lots that expire: quantities with an opening and an end, used up in one stated order.

Whatever is spent comes from the lot that expires first, lots without an end last, then the one that was opened first;
lots of equal opening and end are one. The instant of expiry counts as expired. Time alone changes what is live, so
every decision takes lots as of its instant: doing so twice is the same as doing it once at the later instant.
"""

from bisect import bisect_left
from collections.abc import Iterable
from operator import lt
from typing import ClassVar

from attrs import define, field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import an_instant, is_instant, optional, whole, wrong_kind
from ecomops.kernel.errors import OutOfRange, Refused
from ecomops.kernel.text import Text


@define(kw_only=True, slots=False, eq=False)
class LotsShort(Refused):
    """More is taken than lots hold."""

    code: ClassVar[str] = "lots.short"
    text: ClassVar[Text] = Text("{wanted} are wanted, the lots hold {held}", "需要 {wanted}，批次仅有 {held}")

    wanted: int
    held: int


@frozen(kw_only=True)
class Lot:
    """A quantity that came at one instant and is lost at another.

    Args:
        quantity: How much, at least one.
        opened_at: When it came.
        expires_at: From when on it is lost; None for never.
    """

    quantity: int = field(validator=whole(1))
    opened_at: DateTime = field(validator=an_instant)
    expires_at: DateTime | None = field(validator=optional(an_instant))


Lots = tuple[Lot, ...]
"""Lots in burning order, as every function here returns them."""

_Key = tuple[bool, DateTime, DateTime]


def _key(lot: Lot) -> _Key:
    """Return the place of *lot* in the burning order, which tells it from every other one."""
    end = lot.expires_at
    return end is None, lot.opened_at if end is None else end, lot.opened_at


def merged(lots: Iterable[Lot]) -> Lots:
    """Return *lots* in burning order, those of equal opening and end as one.

    Example:
        >>> import pendulum
        >>> day = pendulum.datetime(2026, 6, 18)
        >>> one = Lot(quantity=2, opened_at=day, expires_at=None)
        >>> [lot.quantity for lot in merged([one, one])]
        [4]
    """
    every = tuple(lots)
    keys = [_key(lot) for lot in every]
    if all(map(lt, keys, keys[1:])):  # nearly always: they stand in this order already, and no two are equal
        return every
    one: list[Lot] = []
    for lot in sorted(every, key=_key):
        if one and _key(one[-1]) == _key(lot):
            one[-1] = _sized(lot, one[-1].quantity + lot.quantity)
        else:
            one.append(lot)
    return tuple(one)


def _sized(lot: Lot, quantity: int) -> Lot:
    return Lot(quantity=quantity, opened_at=lot.opened_at, expires_at=lot.expires_at)


def added(lots: Lots, lot: Lot) -> Lots:
    """Return *lots*, which stand in burning order, with one more: put in its place, or to its equal."""
    key = _key(lot)
    place = bisect_left(lots, key, key=_key)
    if place < len(lots) and _key(lots[place]) == key:
        return (*lots[:place], _sized(lot, lots[place].quantity + lot.quantity), *lots[place + 1 :])
    return (*lots[:place], lot, *lots[place:])


def ended(lots: Lots, at: DateTime) -> int:
    """Return how many of *lots*, which stand in burning order, have expired at the instant *at*: they are the first."""
    return bisect_left(lots, x=True, key=lambda lot: lot.expires_at is None or lot.expires_at > at)


def total(lots: Iterable[Lot]) -> int:
    """Return how much *lots* hold together."""
    return sum(lot.quantity for lot in lots)


def burn(lots: Iterable[Lot], quantity: int) -> tuple[Lots, Lots]:
    """Take *quantity* from *lots*: earliest expiry first, no expiry last, then earliest opening.

    Args:
        lots: What there is; take it `as_of` the instant first, for nothing here looks at a clock.
        quantity: How much is wanted, 0 or more.

    Returns:
        What is taken, and what is left; both in burning order.

    Raises:
        WrongKind: The quantity is no int.
        OutOfRange: It is negative.
        LotsShort: The lots hold less.

    Example:
        >>> import pendulum
        >>> day = pendulum.datetime(2026, 6, 18)
        >>> lots = [Lot(quantity=5, opened_at=day, expires_at=day.add(days=n)) for n in (30, 10)]
        >>> taken, rest = burn(lots, 7)
        >>> [lot.quantity for lot in taken], [lot.quantity for lot in rest]
        ([5, 2], [3])
    """
    if type(quantity) is not int:
        raise wrong_kind("burn.quantity", "int", quantity)
    if quantity < 0:
        raise OutOfRange(field="burn.quantity", least="0", most="∞")
    taken: list[Lot] = []
    rest: list[Lot] = []
    open_quantity = quantity
    for lot in merged(lots):
        part = min(lot.quantity, open_quantity)
        open_quantity -= part
        taken += _part(lot, part)
        rest += _part(lot, lot.quantity - part)
    if open_quantity:
        raise LotsShort(wanted=quantity, held=quantity - open_quantity)
    return tuple(taken), tuple(rest)


def _part(lot: Lot, quantity: int) -> tuple[Lot, ...]:
    if quantity in {0, lot.quantity}:
        return (lot,) if quantity else ()
    return (_sized(lot, quantity),)


def without(lots: Iterable[Lot], taken: Iterable[Lot]) -> Lots:
    """Return *lots* less what was *taken* from each of them.

    Raises:
        LotsShort: More is taken of a lot than it holds.
    """
    gone = {_key(lot): lot.quantity for lot in merged(taken)}
    left: list[Lot] = []
    for lot in merged(lots):
        part = gone.pop(_key(lot), 0)
        if part > lot.quantity:
            raise LotsShort(wanted=part, held=lot.quantity)
        left += _part(lot, lot.quantity - part)
    for quantity in gone.values():
        raise LotsShort(wanted=quantity, held=0)
    return tuple(left)


def as_of(lots: Iterable[Lot], at: DateTime) -> tuple[Lots, Lots]:
    """Return what of *lots* is live at the instant *at*, and what has expired; a lot's end counts as expired.

    Raises:
        WrongKind: *at* is no instant in UTC.

    Example:
        >>> import pendulum
        >>> day = pendulum.datetime(2026, 6, 18)
        >>> live, expired = as_of([Lot(quantity=5, opened_at=day, expires_at=day.add(days=30))], day.add(days=30))
        >>> len(live), len(expired)
        (0, 1)
    """
    if not is_instant(at):
        raise wrong_kind("as_of.at", "DateTime in UTC", at)
    every = merged(lots)
    place = ended(every, at)
    return every[place:], every[:place]
