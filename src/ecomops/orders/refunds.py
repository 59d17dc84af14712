"""What goes back for units of an order: read off the frozen rungs, for any sequence of partial returns.

The units whose money went back before are the first ones of their line, by the unit law; so the next ones are worth the
difference of neighbouring rungs, no part is negative, nobody gets back more than was given, and when everything has
come back exactly what was paid has gone back.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from attrs import field, frozen

from ecomops.kernel import Money
from ecomops.kernel.checks import is_a, tuple_of, whole
from ecomops.orders.order.naming import named
from ecomops.orders.order.nouns import LineUnits, Order
from ecomops.orders.rungs import Line, Part, ServiceLine, StepKind, worth_of
from ecomops.terms import Funder, LineId, Quantity, TenderKind, not_negative


@frozen(kw_only=True)
class RefundedLine:
    """What goes back for units of one line.

    Args:
        line: Which line or service.
        quantity: How many of its units.
        parts: What each of its steps contributed to them: their gross amount, then discounts, tax, tenders.
        refund: What the buyer paid for them, tenders apart.
    """

    line: LineId = field(validator=is_a(LineId))
    quantity: Quantity = field(validator=whole(1))
    parts: tuple[Part, ...] = field(validator=tuple_of(Part, least=1))
    refund: Money = field(validator=not_negative)


@frozen(kw_only=True)
class Returned:
    """What goes back to whoever gave a tender: onto the gift card, to the brand behind a coupon."""

    kind: TenderKind = field(validator=is_a(TenderKind))
    funder: Funder = field(validator=is_a(Funder))
    amount: Money = field(validator=not_negative)


@frozen(kw_only=True)
class Refund:
    """What goes back for units of an order, and what that leaves.

    Args:
        lines: The goods, in the order in which they were named.
        services: The services, likewise.
        amount: What goes back to the buyer over the gateway, the fee kept.
        fee: What the shop keeps of it.
        tenders: What goes back to tenders, by kind and funder.
        due: What the gateway is to have brought from now on, fees apart.
        excess: What tenders exceed the lines from now on.
    """

    lines: tuple[RefundedLine, ...] = field(validator=tuple_of(RefundedLine))
    services: tuple[RefundedLine, ...] = field(validator=tuple_of(RefundedLine))
    amount: Money = field(validator=not_negative)
    fee: Money = field(validator=not_negative)
    tenders: tuple[Returned, ...] = field(validator=tuple_of(Returned))
    due: Money = field(validator=is_a(Money))
    excess: Money = field(validator=not_negative)


def refund_line(line: Line | ServiceLine, *, quantity: Quantity) -> RefundedLine:
    """Return what goes back for the next *quantity* units of *line*.

    Raises:
        OutOfRange: So many of its units are not left.

    Example:
        >>> from ecomops.testing import a_discount, a_line, a_checkout, an_order
        >>> cents = a_discount("0.01", promotion="a"), a_discount("0.01", promotion="b")
        >>> line = an_order(a_checkout(a_line(quantity=2, gross="0.02", discounts=cents))).lines[0]
        >>> str(refund_line(line, quantity=1).refund)
        '0.00 CNY'
    """
    start = line.aftermath.undone
    parts = worth_of(line, start=start, end=start + quantity)
    left = sum(part.amount.minor if _adds(part) else -part.amount.minor for part in parts)
    return RefundedLine(line=line.id, quantity=quantity, parts=parts, refund=Money(left, parts[0].amount.currency))


def _adds(part: Part) -> bool:
    return part.kind in {StepKind.GROSS, StepKind.TAX}


def refund_of(order: Order, *, units: tuple[LineUnits, ...], fee: Money | None = None) -> Refund:
    """Return what goes back for *units* of *order*, and what that leaves; whether they may come back is not asked.

    What tenders had exceeded their lines has paid for others; it goes back to them when the money of those others is
    more than the gateway was to bring.

    Args:
        order: The order as it stands, with what went back before.
        units: How many of which line; a service is one unit.
        fee: What the shop keeps (restocking), at most what goes back over the gateway.

    Raises:
        NothingNamed: There are no units.
        UnknownLine: A line is not there.
        Repeated: A line stands twice.
        OutOfRange: More units than are left of a line.
        CurrencyMismatch: The fee is in another currency.
        NegativeAmount: The fee is negative.

    Example:
        >>> from ecomops.testing import a_checkout, a_line, a_received_order
        >>> order = a_received_order(a_checkout(a_line(quantity=3, gross="1.00")))
        >>> str(refund_of(order, units=(LineUnits(line=LineId("l-1"), quantity=2),)).amount)
        '0.67 CNY'
    """
    rows = named(order, units)
    refunded = [(refund_line(rows[each.line], quantity=each.quantity), rows[each.line]) for each in units]
    left = Money.total((line.refund for line, _ in refunded), order.currency)
    money = min(left, max(order.due, Money.zero(order.currency)))
    kept = _clipped(fee, money)
    beyond = left - money
    return Refund(
        lines=tuple(line for line, row in refunded if isinstance(row, Line)),
        services=tuple(line for line, row in refunded if isinstance(row, ServiceLine)),
        amount=money - kept,
        fee=kept,
        tenders=_to_tenders(order, [line for line, _ in refunded], beyond),
        due=order.due - money,
        excess=order.excess - beyond,
    )


def tenders_left(order: Order) -> tuple[Returned, ...]:
    """Return what goes back to tenders when *order* is called off: all that they gave and have not got back before.

    What they had exceeded the order goes back too, though it was paid out: the buyer owes that (`balance`).

    Example:
        >>> from ecomops.terms import Tender
        >>> from ecomops.testing import a_checkout, a_line, an_order, cny
        >>> card = Tender(kind=TenderKind.GIFT_CARD, amount=cny("12.00"))
        >>> [str(each.amount) for each in tenders_left(an_order(a_checkout(a_line(gross="10.00"), tenders=(card,))))]
        ['12.00 CNY']
    """
    return _to_tenders(order, [refund_line(row, quantity=row.kept) for row in order.rows if row.kept], order.excess)


def _clipped(fee: Money | None, most: Money) -> Money:
    """Return *fee*, at most what goes back: a case never costs the buyer more than it brings."""
    return Money.zero(most.currency) if fee is None else min(fee, most)


def _to_tenders(order: Order, refunded: Iterable[RefundedLine], beyond: Money) -> tuple[Returned, ...]:
    """Return what the refunded units give back to tenders, with what is *beyond* the gateway out of the excess."""
    back: dict[tuple[TenderKind, Funder], int] = {}
    for line in refunded:
        for part in line.parts:
            if part.kind is StepKind.TENDER:
                payer = (TenderKind(part.source), part.funder)
                back[payer] = back.get(payer, 0) + part.amount.minor
    for payer, amount in _out_of_excess(order, beyond).items():
        back[payer] = back.get(payer, 0) + amount
    return tuple(
        Returned(kind=kind, funder=funder, amount=Money(back[kind, funder], order.currency))
        for kind, funder in sorted(back)
        if back[kind, funder]
    )


def _out_of_excess(order: Order, beyond: Money) -> Mapping[tuple[TenderKind, Funder], int]:
    """Return which tenders get what is *beyond* the gateway: those that exceed their lines, in their order."""
    if not beyond.minor:
        return {}
    over = _exceeding(order)
    gone = sum(over.values()) - order.excess.minor
    wanted = beyond.minor
    back: dict[tuple[TenderKind, Funder], int] = {}
    for payer, amount in over.items():
        before = min(gone, amount)
        back[payer] = min(wanted, amount - before)
        gone, wanted = gone - before, wanted - back[payer]
    return back


def _exceeding(order: Order) -> dict[tuple[TenderKind, Funder], int]:
    """Return by how much each tender exceeded its lines when the order was placed."""
    over: dict[tuple[TenderKind, Funder], int] = {}
    for tender in order.tenders:
        over[tender.kind, tender.funder] = over.get((tender.kind, tender.funder), 0) + tender.amount.minor
    for row in order.rows:
        for above, rung in pairwise(row.rungs):
            if rung.kind is StepKind.TENDER:
                payer = (TenderKind(rung.source), rung.funder)
                over[payer] = over.get(payer, 0) - (above.left.minor - rung.left.minor)
    return over
