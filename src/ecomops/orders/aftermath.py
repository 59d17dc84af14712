"""What became of the units of a line beside leaving and arriving: called off, lost, asked back, returned, refunded.

One frozen value of counters, shared by all the lines of which the same is true; so a line that nobody ever complained
of carries one reference. Each rule of after-sales is one inequality over them, and `Line` checks them all.
"""

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import an_instant, tuple_of, whole
from ecomops.kernel.copies import changed
from ecomops.terms import Quantity


@frozen(kw_only=True, weakref_slot=False)
class ReturnWindow:
    """Until when so many units that arrived together may be asked back; the last instant counts."""

    units: Quantity = field(validator=whole(1))
    until: DateTime = field(validator=an_instant)


@frozen(kw_only=True, weakref_slot=False)
class Aftermath:
    """What became of the units of a line.

    Args:
        cancelled: Units called off before they left.
        lost: Units that left and never arrived.
        lost_claimed: Of those, units of open cases and units whose money was given back.
        return_requested: Units of open cases.
        returned: Units that came back and stayed.
        refunded: Units whose money was given back.
        windows: Until when how many may be asked back, one for each instant, the earliest first.
    """

    cancelled: Quantity = field(default=0, validator=whole(0))
    lost: Quantity = field(default=0, validator=whole(0))
    lost_claimed: Quantity = field(default=0, validator=whole(0))
    return_requested: Quantity = field(default=0, validator=whole(0))
    returned: Quantity = field(default=0, validator=whole(0))
    refunded: Quantity = field(default=0, validator=whole(0))
    windows: tuple[ReturnWindow, ...] = field(default=(), validator=tuple_of(ReturnWindow))
    windowed: Quantity = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Add the units of the windows up once: every line that shares them asks for the sum."""
        object.__setattr__(self, "windowed", sum(window.units for window in self.windows))

    @property
    def claimed(self) -> Quantity:
        """Units that are asked back or refunded: none of them can be asked back once more."""
        return self.return_requested + self.refunded

    @property
    def undone(self) -> Quantity:
        """Units whose money is out of the order: the first ones of the line, by the unit law."""
        return self.cancelled + self.refunded

    def within(self, at: DateTime) -> Quantity:
        """Return how many of the units that arrived may still be asked back at the instant *at*, by their windows."""
        return sum(window.units for window in self.windows if at <= window.until)

    def unspent(self, at: DateTime, *, spent: Quantity) -> Quantity:
        """Return how many of those are left when *spent* units were asked back, of the windows that end first."""
        within = self.within(at)
        return max(0, within - max(0, spent - (self.windowed - within)))


UNTOUCHED = Aftermath()
"""Of a line of which nothing was called off, lost or asked back, and that no return window is open for."""


def without_ended(aftermath: Aftermath, *, at: DateTime) -> Aftermath:
    """Return *aftermath* without the units of ended windows that were not asked back in time: they never can be.

    So what is asked back after the end of a window is of a later one, and no unit of the ended one makes room for it.
    """
    if all(at <= window.until for window in aftermath.windows):
        return aftermath
    spent, windows = aftermath.claimed - aftermath.lost_claimed, list[ReturnWindow]()
    for window in aftermath.windows:
        units = window.units if at <= window.until else min(spent, window.units)
        spent -= min(spent, window.units)
        if units:
            windows.append(ReturnWindow(units=units, until=window.until))
    return changed(aftermath, windows=tuple(windows))


def opened(aftermath: Aftermath, *, units: Quantity, until: DateTime) -> Aftermath:
    """Return *aftermath* with a return window for *units* that arrived; one that ends then already grows.

    Example:
        >>> import pendulum
        >>> week = pendulum.datetime(2026, 6, 25)
        >>> both = opened(opened(UNTOUCHED, units=2, until=week), units=1, until=week)
        >>> [window.units for window in both.windows], both.within(week)
        ([3], 3)
    """
    ends = {window.until: window.units for window in aftermath.windows}
    ends[until] = ends.get(until, 0) + units
    return Aftermath(
        cancelled=aftermath.cancelled,
        lost=aftermath.lost,
        lost_claimed=aftermath.lost_claimed,
        return_requested=aftermath.return_requested,
        returned=aftermath.returned,
        refunded=aftermath.refunded,
        windows=tuple(ReturnWindow(units=ends[end], until=end) for end in sorted(ends)),
    )
