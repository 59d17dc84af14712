"""What a rollup is made for: its calendar, dimensions, windows and amounts, and the names of its figures."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import field, frozen

from ecomops.kernel import Calendar, OutOfRange
from ecomops.kernel.checks import is_a, require_once, wrong_kind
from ecomops.metrics.rollup.errors import NoSuchDimension, NoSuchFigure, NotOnWindow, WindowsNotKept
from ecomops.metrics.sales import LONGEST

SHOP = ""
"""The name of the one slice that holds every order."""

ORDERS, VALID, IDENTIFIED = "orders", "orders_valid", "orders_identified"
REFUNDS = "refunds"
NEW, SLICE_NEW = "new_buyers", "slice_new_buyers"
BUYERS, NEW_TO_SHOP = "buyers", "new_to_shop_buyers"
DISTINCT = (BUYERS, NEW_TO_SHOP)
"""The figures that are counted anew for each period."""
COUNTED = (ORDERS, VALID, IDENTIFIED)

KEY_COLUMNS = ("id", "at", "customer", "valid", "order")
MOST_VALUES = 2**16 - 1
MOST_DIMENSIONS = 15
"""With the shop itself, one bit of 16 for each says whether an order brings a new buyer there."""


@frozen(kw_only=True, eq=False)
class Spec:
    """What a rollup is made for; checked where the rollup is made.

    Args:
        calendar: What cuts time into days, weeks and months.
        dimensions: How many codes each dimension has.
        windows: The dimensions for which distinct buyers of any window are kept.
        amounts: The columns of orders that are added up over valid orders.
        refund_amounts: The columns of refunds that are added up.
        new_after: How much further back the order before must lie for a buyer to be new.
        seal_at: From how many points on the rollup says that it is due.
    """

    calendar: Calendar = field(validator=is_a(Calendar))
    dimensions: Mapping[str, int]
    windows: tuple[str, ...]
    amounts: tuple[str, ...]
    refund_amounts: tuple[str, ...]
    new_after: timedelta
    seal_at: int

    @property
    def scopes(self) -> tuple[str, ...]:
        """The shop, then the dimensions: whatever has slices."""
        return (SHOP, *self.dimensions)

    @property
    def sums(self) -> tuple[str, ...]:
        """The figures that add up over any rows, in the order in which cubes hold them."""
        return (*COUNTED, *self.amounts, REFUNDS, *self.refund_amounts, NEW, SLICE_NEW)

    @property
    def horizon(self) -> int:
        """`new_after` in microseconds."""
        return self.new_after // timedelta(microseconds=1)

    def values(self, scope: str) -> int:
        """How many slices *scope* has."""
        return self.dimensions[scope] if scope else 1

    def scope(self, by: str | None) -> str:
        """Return the scope of a question *by* a dimension, or of the shop.

        Raises:
            NoSuchDimension: There is none of that name.
        """
        if by is None:
            return SHOP
        if by not in self.dimensions:
            raise NoSuchDimension(dimension=str(by))
        return by

    def of_table(self, figures: Iterable[str] | None) -> tuple[str, ...]:
        """Return the figures of a table, all of them when none are named.

        Raises:
            NoSuchFigure: One is not kept.
            Repeated: One is named twice.
        """
        return self._known((*self.sums, *DISTINCT) if figures is None else figures)

    def of_window(self, figures: Iterable[str] | None, scope: str) -> tuple[str, ...]:
        """Return the figures of a window, all that are legal when none are named.

        Raises:
            NoSuchFigure: One is not kept.
            NotOnWindow: One has no meaning there.
            WindowsNotKept: Distinct buyers by a dimension that is not among the windows.
            Repeated: One is named twice.
        """
        kept = scope == SHOP or scope in self.windows
        if figures is None:
            return (*self.sums, BUYERS) if kept else self.sums
        wanted = self._known(figures)
        if NEW_TO_SHOP in wanted:
            raise NotOnWindow(figure=NEW_TO_SHOP)
        if BUYERS in wanted and not kept:
            raise WindowsNotKept(figure=BUYERS, dimension=scope)
        return wanted

    def _known(self, figures: Iterable[str]) -> tuple[str, ...]:
        wanted = tuple(figures)
        for figure in wanted:
            if figure not in self.sums and figure not in DISTINCT:
                raise NoSuchFigure(figure=str(figure))
        require_once(wanted, field="Rollup.figures")
        return wanted


def spec_of(
    calendar: Calendar,
    *,
    dimensions: Mapping[str, int],
    windows: Iterable[str],
    amounts: Iterable[str],
    refund_amounts: Iterable[str],
    new_after: timedelta,
    seal_at: int,
) -> Spec:
    """Return the checked spec of a rollup.

    Raises:
        WrongKind: A value of another kind.
        OutOfRange: Too many dimensions or codes, no positive horizon, or nothing to seal.
        Repeated: Two columns or figures have one name.
        NoSuchDimension: A window is no dimension.
    """
    spec = Spec(
        calendar=calendar,
        dimensions=dict(dimensions),
        windows=tuple(windows),
        amounts=tuple(amounts),
        refund_amounts=tuple(refund_amounts),
        new_after=new_after,
        seal_at=seal_at,
    )
    _require_names(spec)
    _require_number(len(spec.dimensions), "dimensions", most=MOST_DIMENSIONS, least=0)
    for name, size in spec.dimensions.items():
        _require_number(size, f"dimensions.{name}", most=MOST_VALUES)
    _require_number(seal_at, "seal_at", most=2**31)
    if not isinstance(new_after, timedelta):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("Rollup.new_after", "timedelta", new_after)
    if not timedelta(0) < new_after <= LONGEST:
        raise OutOfRange(field="Rollup.new_after", least="0:00:00.000001", most=str(LONGEST))
    return spec


def _require_names(spec: Spec) -> None:
    named = (*spec.dimensions, *spec.amounts, *spec.refund_amounts)
    for name in named:
        if not isinstance(name, str) or not name:  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Rollup.columns", "name", name)
    require_once(
        (*KEY_COLUMNS, *COUNTED, REFUNDS, NEW, SLICE_NEW, *DISTINCT, "from", "until", *named), field="Rollup.columns"
    )
    require_once(spec.windows, field="Rollup.windows")
    for name in spec.windows:
        spec.scope(name)


def _require_number(value: object, name: str, *, most: int, least: int = 1) -> None:
    if type(value) is not int:
        raise wrong_kind(f"Rollup.{name}", "int", value)
    if not least <= value <= most:
        raise OutOfRange(field=f"Rollup.{name}", least=str(least), most=str(most))
