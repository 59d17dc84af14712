"""How units of an order are named: each line once, all of them of the order, and how many are too many."""

from collections.abc import Callable, Mapping

from ecomops.kernel.checks import require_once
from ecomops.orders.errors import Excess, NothingNamed, UnknownLine
from ecomops.orders.order.nouns import LineUnits, Order
from ecomops.orders.rungs import Line, ServiceLine
from ecomops.terms import LineId, Quantity


def named(order: Order, units: tuple[LineUnits, ...]) -> Mapping[LineId, Line | ServiceLine]:
    """Return the lines and services of *order* by id, of which *units* must name some, each once.

    Raises:
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
    """
    if not units:
        raise NothingNamed(id=order.id)
    rows: dict[LineId, Line | ServiceLine] = {row.id: row for row in order.rows}
    unknown = tuple(each.line for each in units if each.line not in rows)
    if unknown:
        raise UnknownLine(id=order.id, lines=unknown)
    require_once((each.line for each in units), field="units")
    return rows


def exceeding(
    order: Order, units: tuple[LineUnits, ...], has: Callable[[Line | ServiceLine], Quantity]
) -> tuple[Excess, ...]:
    """Return every line of which more *units* are wanted than it *has*, in the order of *units*.

    Raises:
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
    """
    rows = named(order, units)
    wanted = ((each, max(has(rows[each.line]), 0)) for each in units)
    return tuple(
        Excess(line=each.line, wanted=each.quantity, open=most) for each, most in wanted if each.quantity > most
    )
