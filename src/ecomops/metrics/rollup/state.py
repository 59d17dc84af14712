"""All that a rollup holds: what it was told, and what follows from it."""

from ecomops.kernel import Grain
from ecomops.metrics.rollup.batches import Bounds
from ecomops.metrics.rollup.cubes import MOST_CELLS, Cube
from ecomops.metrics.rollup.days import Days
from ecomops.metrics.rollup.delta import Delta
from ecomops.metrics.rollup.errors import TooLarge
from ecomops.metrics.rollup.facts import TimeIndex, Told
from ecomops.metrics.rollup.linking import CustomerIndex
from ecomops.metrics.rollup.periods import Buyers, Timeline
from ecomops.metrics.rollup.sealed import SealedChains, no_chains
from ecomops.metrics.rollup.spec import SHOP, Spec


class State:
    """What a rollup holds.

    Attributes:
        spec: What it is made for.
        told: The orders and refunds.
        timeline: The periods.
        cubes: The sums of each scope.
        buyers: The distinct buyers of each scope by period.
        customers: The rows of each customer.
        orders_in_time: The orders by instant.
        refunds_in_time: The refunds by instant.
        chains: The sealed chains of the shop and of each windowed dimension.
        deltas: What changed in them since.
        order_bounds: How far the sums of orders may have come.
        refund_bounds: How far the sums of refunds may have come.
    """

    def __init__(self, spec: Spec) -> None:
        """Begin without a row."""
        self.spec = spec
        self.told = Told(spec)
        self.timeline = Timeline(Days.none(spec.calendar))
        figures = len(spec.sums)
        self.cubes = {scope: Cube(figures=figures, values=spec.values(scope)) for scope in spec.scopes}
        self.buyers = {scope: Buyers(spec.values(scope)) for scope in spec.scopes}
        self.customers = CustomerIndex(spec.dimensions)
        self.orders_in_time, self.refunds_in_time = TimeIndex(), TimeIndex()
        self.chains: dict[str, SealedChains] = {scope: no_chains(spec.values(scope)) for scope in (SHOP, *spec.windows)}
        self.deltas = {scope: Delta(spec.values(scope)) for scope in self.chains}
        self.order_bounds, self.refund_bounds = Bounds(), Bounds()

    @property
    def points(self) -> int:
        """How many points lie in all deltas."""
        return sum(len(delta) for delta in self.deltas.values())

    @property
    def nbytes(self) -> dict[str, int]:
        """The bytes that each part takes."""
        return {
            "rows": self.told.nbytes,
            "sums": sum(each.nbytes for each in self.cubes.values())
            + sum(each.nbytes for each in self.buyers.values()),
            "indexes": self.customers.nbytes + self.orders_in_time.nbytes + self.refunds_in_time.nbytes,
            "windows": sum(each.nbytes for each in self.chains.values())
            + sum(each.nbytes for each in self.deltas.values()),
        }

    def require_room(self, days: int) -> None:
        """Refuse so many days that a cube would grow too large.

        Raises:
            TooLarge: It names the dimension.
        """
        for scope in self.spec.scopes:
            cells = Cube.cells(days, figures=len(self.spec.sums), values=self.spec.values(scope))
            if cells > MOST_CELLS:
                raise TooLarge(dimension=scope, cells=cells, most=MOST_CELLS)

    def reach(self, days: Days) -> None:
        """Make room for *days*."""
        old = self.timeline
        if days is old.days:
            return
        new = self.timeline = Timeline(days)
        for cube in self.cubes.values():
            cube.fit(front=old.days.first - days.first if len(old.days) else 0, size=len(days))
        for grain in Grain:
            before, after = old.periods[grain], new.periods[grain]
            front = before.number - after.number if len(before) else 0
            for buyers in self.buyers.values():
                buyers.fit(grain, front=front, size=len(after))
