"""What a clock on the wall showed becomes an instant: each zone as the time-zone database has it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pendulum import Timezone

from ecomops.columns import NEVER, Ints, OutOfColumn, require_whole
from ecomops.kernel.checks import wrong_kind
from ecomops.kernel.instants import zone_named
from ecomops.metrics.intake.errors import DisputedTime

_SECOND = 1_000_000
_BLOCK = 12 * 3_600 * _SECOND
"""Within half a day no zone changes its clocks twice: what holds at both ends holds in between."""
EARLIEST, LATEST = -62_135_596_800 * _SECOND, 253_402_300_800 * _SECOND - 1
"""The years 1 to 9999."""


class Disputed(StrEnum):
    """What becomes of a time that the clocks showed twice, or never.

    `earlier` and `later` are the two instants that can be meant: of an hour that came twice its first and its second
    run; of an hour that was skipped what it would be by the clock after, and before the change.
    """

    REFUSED = "refused"
    EARLIER = "earlier"
    LATER = "later"


class Localised(NamedTuple):
    """Instants, and which rows were disputed.

    Attributes:
        at: The instants.
        twice: Which times the clocks showed twice.
        skipped: Which times they never showed.
    """

    at: Ints
    twice: NDArray[np.bool_]
    skipped: NDArray[np.bool_]


def localised(
    shown: Ints, *, zone: str, disputed: Disputed = Disputed.REFUSED, column: str = "at", first: int = 0
) -> Localised:
    """Return the instants at which the clocks of *zone* showed some times.

    Args:
        shown: Times on the wall, as the microseconds since 1970 that UTC would have there; `NEVER` stays.
        zone: A name of the time-zone database.
        disputed: What becomes of times that were shown twice or never.
        column: What a refusal calls them.
        first: The row of the first time, where they are a part of a column.

    Raises:
        UnknownZone: The database has no such zone.
        DisputedTime: A time was shown twice or never, and no choice was made; the first such row is named.
        WrongColumn: The times are no column.
        OutOfColumn: A time lies outside the years 1 to 9999.

    Example:
        >>> import numpy as np
        >>> half_past_two = 1_774_751_400_000_000  # 29 March 2026, 02:30: Berlin skipped it
        >>> found = localised(np.array([half_past_two]), zone="Europe/Berlin", disputed=Disputed.LATER)
        >>> found.at - half_past_two, found.skipped
        (array([-3600000000]), array([ True]))
    """
    if not isinstance(zone, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("localised.zone", "str", zone)
    require_whole(shown, name=column)
    clocks = zone_named(zone)
    told = shown != NEVER
    outside = told & ((shown < EARLIEST) | (shown > LATEST))
    if outside.any():
        raise OutOfColumn(column=column, row=first + int(outside.argmax()), least=EARLIEST, most=LATEST)
    before, after = _offsets(np.where(told, shown, 0), clocks)
    twice, skipped = told & (before > after), told & (before < after)
    odd = twice | skipped
    if disputed is Disputed.REFUSED and odd.any():
        raise DisputedTime(column=column, zone=zone, row=first + int(odd.argmax()), rows=int(odd.sum()))
    offset = np.maximum(before, after) if disputed is Disputed.EARLIER else np.minimum(before, after)
    return Localised(at=np.where(told, shown - offset * _SECOND, NEVER), twice=twice, skipped=skipped)


def _offsets(shown: Ints, clocks: Timezone) -> tuple[Ints, Ints]:
    """Return the two offsets from UTC, in seconds, that each time can have: nearly always the same."""
    blocks = shown // _BLOCK
    lowest = int(blocks.min()) if len(blocks) else 0
    places = blocks - lowest
    met = np.zeros(int(places.max()) + 1 if len(places) else 0, dtype=np.bool_)
    met[places] = True
    table, even = np.zeros(len(met), dtype=np.int64), np.ones(len(met), dtype=np.bool_)
    for place in np.flatnonzero(met).tolist():
        start = (lowest + place) * (_BLOCK // _SECOND)
        offsets = {*_both(start, clocks), *_both(start + _BLOCK // _SECOND - 1, clocks)}
        table[place], even[place] = min(offsets), len(offsets) == 1
    first = table[places]
    second = first.copy()
    rows = np.flatnonzero(~even[places])
    seconds, inverse = np.unique(shown[rows] // _SECOND, return_inverse=True)
    pairs = np.array([_both(second, clocks) for second in seconds.tolist()], dtype=np.int64).reshape(-1, 2)
    first[rows], second[rows] = pairs[inverse, 0], pairs[inverse, 1]
    return first, second


def _both(second: int, clocks: Timezone) -> tuple[int, int]:
    """Return the offsets that *clocks* had when they showed *second*, the first and the second time."""
    wall = datetime(1970, 1, 1, tzinfo=clocks) + timedelta(seconds=second)  # on the wall, as between aware ones
    return _seconds(wall.replace(fold=0)), _seconds(wall.replace(fold=1))


def _seconds(wall: datetime) -> int:
    return (wall.utcoffset() or timedelta()) // timedelta(seconds=1)
