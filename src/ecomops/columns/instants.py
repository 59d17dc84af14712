"""Instants as whole numbers: the microseconds since 1970 in UTC."""

from datetime import timedelta

from pendulum import UTC, DateTime

from ecomops.kernel import later

NEVER = 2**63 - 1
"""What stands for an instant that has not come: after every other."""

_EPOCH = DateTime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.toordinal()


def microseconds(at: DateTime) -> int:
    """Return the instant *at* (in UTC) as a number; order and differences are kept.

    Example:
        >>> import pendulum
        >>> microseconds(pendulum.datetime(1970, 1, 2, 0, 0, 1))
        86401000000
    """
    minutes = ((at.toordinal() - _FIRST_DAY) * 24 + at.hour) * 60 + at.minute
    return (minutes * 60 + at.second) * 1_000_000 + at.microsecond


def moment(number: int) -> DateTime:
    """Return the instant of which `microseconds` made *number*.

    Raises:
        OutOfRange: It lies outside the years 1 to 9999.
    """
    days, rest = divmod(number, 86_400_000_000)
    return later(_EPOCH, timedelta(days=days, microseconds=rest))
