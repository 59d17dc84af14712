"""How long an order waits: the policy of the day, whose deadlines are written into the events."""

from datetime import timedelta
from typing import Any

from attrs import Attribute, field, frozen

from ecomops.kernel.checks import is_a
from ecomops.kernel.errors import OutOfRange

LONGEST_WAIT = timedelta(days=3650)
"""The longest deadline of a policy: ten years."""


def a_wait(instance: object, attribute: "Attribute[Any]", value: timedelta) -> None:
    """Check that the value is a time from none at all to ten years."""
    is_a(timedelta)(instance, attribute, value)
    if not timedelta(0) <= value <= LONGEST_WAIT:
        name = f"{type(instance).__name__}.{attribute.name}"
        raise OutOfRange(field=name, least="0 days", most=f"{LONGEST_WAIT.days} days")


@frozen(kw_only=True)
class OrderPolicy:
    """The timers of an order.

    Args:
        unpaid_after: An order that is not paid is cancelled after this time (30 minutes).
        confirm_after: Receipt is taken as confirmed this time after shipment (10 days).
        return_window: A received order closes after this time (7 days); zero closes it at once.

    Example:
        >>> from datetime import timedelta
        >>> OrderPolicy(return_window=timedelta(days=14)).unpaid_after
        datetime.timedelta(seconds=1800)
    """

    unpaid_after: timedelta = field(default=timedelta(minutes=30), validator=a_wait)
    confirm_after: timedelta = field(default=timedelta(days=10), validator=a_wait)
    return_window: timedelta = field(default=timedelta(days=7), validator=a_wait)


DEFAULT_POLICY = OrderPolicy()
"""What holds when a host says nothing: 30 minutes, 10 days, 7 days."""
