"""Instants as numbers keep their order and differences."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import UTC

from ecomops.columns import NEVER, microseconds, moment
from ecomops.kernel import OutOfRange, instant

moments = st.datetimes().map(lambda each: instant(each.replace(tzinfo=UTC)))


@given(moments)
def test_number_is_the_microseconds_since_1970(at: dt.datetime) -> None:
    """The number is exact in every year, comes back as the instant, and lies before never."""
    elapsed = dt.datetime.__sub__(at, dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    number = microseconds(instant(at))
    assert number == elapsed // dt.timedelta(microseconds=1)
    assert moment(number) == at
    assert number < NEVER


def test_never_is_no_instant() -> None:
    """What stands for never is not taken for a year."""
    with pytest.raises(OutOfRange):
        moment(NEVER)
