"""What a rollup is made for: its calendar, dimensions, windows and amounts, and the names of its figures."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import Factory, field, frozen

from ecomops.kernel import Calendar, Currency, Grain, OutOfRange
from ecomops.kernel.checks import is_a, listed, mapped, require_kind, require_once, wrong_kind
from ecomops.metrics.assortment import MOST_SKUS
from ecomops.metrics.errors import NotAdditive
from ecomops.metrics.formulas import Measure
from ecomops.metrics.rollup.errors import NoSuchDimension, NoSuchFigure, NotOnWindow, WindowsNotKept
from ecomops.metrics.sales import Definition
from ecomops.metrics.units import Additivity

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
TAKEN = (*KEY_COLUMNS, "from", "until", "last_at", "flags", "partial", "period", *(grain.value for grain in Grain))
"""Names of columns that tables and rows have anyway."""
MOST_VALUES = 2**16 - 1
MOST_DIMENSIONS = 15
"""With the shop itself, one bit of 16 for each says whether an order brings a new buyer there."""


def _sums(spec: "Spec") -> tuple[str, ...]:
    return (*COUNTED, *spec.amounts, REFUNDS, *spec.refund_amounts, NEW, SLICE_NEW)


def _horizon(spec: "Spec") -> int:
    return spec.definition.new_after // timedelta(microseconds=1)


@frozen(kw_only=True, eq=False)
class Spec:
    """What a rollup is made for; checked where the rollup is made.

    Args:
        calendar: What cuts time into days, weeks and months.
        currency: The currency of all money.
        definition: What the host counts as a sale; when a buyer is new follows from it.
        dimensions: How many codes each dimension has.
        windows: The dimensions for which distinct buyers of any window are kept.
        amounts: The columns of orders that are added up over valid orders.
        refund_amounts: The columns of refunds that are added up.
        measures: The measures that columns are, by their names.
        skus: How many codes SKUs have; 0 keeps no goods.
        skus_by: The days or weeks by which goods are kept.
        seal_at: From how many points on the rollup says that it is due.
        sums: The figures that add up over any rows, in the order in which cubes hold them.
        horizon: How much further back the order before must lie for a buyer to be new, in microseconds.
    """

    calendar: Calendar = field(validator=is_a(Calendar))
    currency: Currency = field(validator=is_a(Currency))
    definition: Definition = field(validator=is_a(Definition))
    dimensions: Mapping[str, int]
    windows: tuple[str, ...]
    amounts: tuple[str, ...]
    refund_amounts: tuple[str, ...]
    measures: Mapping[str, Measure]
    skus: int
    skus_by: Grain = field(validator=is_a(Grain))
    seal_at: int
    sums: tuple[str, ...] = field(init=False, default=Factory(_sums, takes_self=True))
    horizon: int = field(init=False, default=Factory(_horizon, takes_self=True))

    @property
    def scopes(self) -> tuple[str, ...]:
        """The shop, then the dimensions: whatever has slices."""
        return (SHOP, *self.dimensions)

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
        if not isinstance(by, str) or by not in self.dimensions:  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise NoSuchDimension(dimension=str(by))
        return by

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures of a table."""
        return (*self.sums, *DISTINCT)

    def of_window(self, scope: str) -> tuple[str, ...]:
        """Return the figures that are legal on any window of a scope."""
        return (*self.sums, BUYERS) if self.windowed(scope) else self.sums

    def windowed(self, scope: str) -> bool:
        """Tell whether distinct buyers of any window are kept."""
        return scope == SHOP or scope in self.windows

    def require_on_window(self, figure: str, scope: str) -> None:
        """Refuse what is no figure of any window.

        Raises:
            NotOnWindow: It has no meaning there.
            WindowsNotKept: Distinct buyers by a dimension that is not among the windows.
        """
        if figure == NEW_TO_SHOP:
            raise NotOnWindow(figure=NEW_TO_SHOP)
        if figure == BUYERS and not self.windowed(scope):
            raise WindowsNotKept(figure=BUYERS, dimension=scope)

    def require_kept(self, figure: str) -> None:
        """Refuse a figure that is not kept.

        Raises:
            NoSuchFigure: It is not.
        """
        if figure not in self.figures:
            raise NoSuchFigure(figure=figure)


def spec_of(
    calendar: Calendar,
    *,
    currency: Currency,
    definition: Definition,
    dimensions: Mapping[str, int],
    windows: Iterable[str],
    amounts: Iterable[Measure | str],
    refund_amounts: Iterable[Measure | str],
    skus: int,
    skus_by: Grain,
    seal_at: int,
) -> Spec:
    """Return the checked spec of a rollup.

    Raises:
        WrongKind: A value of another kind.
        OutOfRange: Too many dimensions or codes, or nothing to seal.
        Repeated: Two columns or figures have one name.
        NoSuchDimension: A window is no dimension.
        NotAdditive: An amount is a measure that does not add up.
    """
    require_kind("Rollup.definition", Definition, definition)
    own, back = listed("Rollup.amounts", amounts), listed("Rollup.refund_amounts", refund_amounts)
    for each in (*own, *back):
        if isinstance(each, Measure) and each.additivity is not Additivity.SUM:
            raise NotAdditive(left=each.key, right=each.key)
    spec = Spec(
        calendar=calendar,
        currency=currency,
        definition=definition,
        dimensions=dict(mapped("Rollup.dimensions", dimensions)),
        windows=listed("Rollup.windows", windows),
        amounts=tuple(map(_name, own)),
        refund_amounts=tuple(map(_name, back)),
        measures={each.key: each for each in (*own, *back) if isinstance(each, Measure)},
        skus=skus,
        skus_by=skus_by,
        seal_at=seal_at,
    )
    _require_names(spec)
    _require_number(len(spec.dimensions), "dimensions", most=MOST_DIMENSIONS, least=0)
    for name, size in spec.dimensions.items():
        _require_number(size, f"dimensions.{name}", most=MOST_VALUES)
    _require_number(seal_at, "seal_at", most=2**31)
    _require_number(skus, "skus", most=MOST_SKUS, least=0)
    if skus_by is Grain.MONTH:
        raise wrong_kind("Rollup.skus_by", "day or week", skus_by)
    return spec


def _name(amount: Measure | str) -> str:
    return amount.key if isinstance(amount, Measure) else amount


def _require_names(spec: Spec) -> None:
    named = (*spec.dimensions, *spec.amounts, *spec.refund_amounts)
    for name in (*named, *spec.windows):
        if not isinstance(name, str) or not name:  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Rollup.columns", "name", name)
    require_once((*TAKEN, *COUNTED, REFUNDS, NEW, SLICE_NEW, *DISTINCT, *named), field="Rollup.columns")
    require_once(spec.windows, field="Rollup.windows")
    for name in spec.windows:
        spec.scope(name)


def _require_number(value: object, name: str, *, most: int, least: int = 1) -> None:
    if type(value) is not int:
        raise wrong_kind(f"Rollup.{name}", "int", value)
    if not least <= value <= most:
        raise OutOfRange(field=f"Rollup.{name}", least=str(least), most=str(most))
