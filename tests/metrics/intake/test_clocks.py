"""What a clock showed becomes the instant that Python's own arithmetic finds, in every zone, at every change."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import NEVER, OutOfColumn, WrongColumn
from ecomops.kernel import UnknownZone, WrongKind
from ecomops.metrics.intake import Disputed, DisputedTime, localised
from tests.metrics.shops import ints

ZONES = [
    "UTC",
    "America/New_York",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Europe/Dublin",
]
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock
MICRO = dt.timedelta(microseconds=1)


def shown(*times: str) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return what clocks showed."""
    return ints(*((dt.datetime.fromisoformat(time) - EPOCH) // MICRO for time in times))


CHANGES = [
    dt.datetime(2026, 3, 29, 2),  # noqa: DTZ001 - a wall clock, as the others
    dt.datetime(2026, 10, 25, 2),  # noqa: DTZ001
    dt.datetime(2026, 3, 8, 2),  # noqa: DTZ001
    dt.datetime(2026, 11, 1, 1),  # noqa: DTZ001
    dt.datetime(2026, 4, 5, 1, 30),  # noqa: DTZ001
    dt.datetime(2026, 10, 4, 2),  # noqa: DTZ001
    dt.datetime(2011, 12, 30),  # noqa: DTZ001
    dt.datetime(1900, 1, 1),  # noqa: DTZ001
]


def near(change: dt.datetime, minutes: int) -> dt.datetime:
    """Return a time around a change of the clock."""
    return change + dt.timedelta(minutes=minutes)


TIMES = st.datetimes(dt.datetime(1850, 1, 1), dt.datetime(2060, 1, 1)) | st.builds(  # noqa: DTZ001
    near, st.sampled_from(CHANGES), st.integers(-1_500, 1_500)
)


@given(times=st.lists(TIMES, max_size=20), zone=st.sampled_from(ZONES))
def test_instants_are_those_of_python(times: list[dt.datetime], zone: str) -> None:
    """The earlier and the later of the two instants that a time can mean, and whether they are two."""
    column = ints(*((time - EPOCH) // MICRO for time in times))
    pairs = [[offset(time, zone, fold) for fold in (0, 1)] for time in times]
    for disputed, choose in ((Disputed.EARLIER, max), (Disputed.LATER, min)):
        found = localised(column, zone=zone, disputed=disputed)
        assert found.at.tolist() == [
            (time - EPOCH - choose(pair)) // MICRO for time, pair in zip(times, pairs, strict=True)
        ]
        assert found.twice.tolist() == [before > after for before, after in pairs]
        assert found.skipped.tolist() == [before < after for before, after in pairs]
    odd = [row for row, (before, after) in enumerate(pairs) if before != after]
    if odd:
        with pytest.raises(DisputedTime) as refused:
            localised(column, zone=zone, first=100)
        assert (refused.value.context["row"], refused.value.context["rows"]) == (100 + odd[0], len(odd))
    else:
        assert localised(column, zone=zone).at.tolist() == found.at.tolist()


def offset(time: dt.datetime, zone: str, fold: int) -> dt.timedelta:
    """Return the offset from UTC that a clock had."""
    return time.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() or dt.timedelta()


def test_never_stays_and_no_row_is_fine() -> None:
    """What has not come has no time on any wall."""
    assert localised(ints(NEVER), zone="Asia/Shanghai").at.tolist() == [NEVER]
    assert localised(ints(), zone="Asia/Shanghai").at.tolist() == []


def test_ends_of_time() -> None:
    """The first and the last microsecond have instants, what is beyond is refused."""
    ends = shown("0001-01-01T00:00:00", "9999-12-31T23:59:59.999999")
    assert localised(ends, zone="UTC").at.tolist() == ends.tolist()
    for row in (ends - 1, ends + 1):
        with pytest.raises(OutOfColumn, match="at must be"):
            localised(row, zone="UTC")


def test_bad_input_is_refused() -> None:
    """A zone that is none, and times that are no column."""
    with pytest.raises(UnknownZone):
        localised(ints(0), zone="Mars/Base")
    with pytest.raises(WrongKind):
        localised(ints(0), zone=5)  # type: ignore[arg-type]
    with pytest.raises(WrongColumn):
        localised(np.array([1.5]), zone="UTC")
