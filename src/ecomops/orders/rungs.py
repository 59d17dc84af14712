"""The frozen amounts of a line: its rungs, and what they say of any of its units.

A placed line freezes its running amounts: gross, after each discount, after each tender. The first *j* of *q* units of
a rung are worth what the unit law says (`kernel.worth`); what a discount or a tender contributes is the difference of
neighbouring rungs. So every part of every unit is at least zero, any split adds up, and nothing is stored per unit.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from attrs import field, frozen

from ecomops.kernel import Currency, Money, OutOfRange, split, worth
from ecomops.kernel.checks import is_a, require_once, some_text, tuple_of, whole
from ecomops.kernel.money import CurrencyMismatch
from ecomops.orders.errors import DiscountTooLarge, UnknownLine
from ecomops.terms import (
    Discount,
    Funder,
    LineId,
    OrderId,
    Price,
    PricedLine,
    PricedService,
    Quantity,
    Sku,
    StockKey,
    Tender,
    not_negative,
)


class StepKind(StrEnum):
    """What led from one rung to the next."""

    GROSS = "gross"
    DISCOUNT = "discount"
    TENDER = "tender"


@frozen(kw_only=True)
class Rung:
    """The running amount of a line after one step.

    Args:
        kind: What the step was.
        source: Its promotion id or kind of tender; `gross` for the first.
        funder: Who bears the step; the shop for the first.
        left: What is left of the line after it.
    """

    kind: StepKind = field(validator=is_a(StepKind))
    source: str = field(validator=is_a(str))
    funder: Funder = field(validator=is_a(Funder))
    left: Money = field(validator=not_negative)


@frozen(kw_only=True)
class Line:
    """A line of goods as it was placed, with its counters.

    Args:
        id: Names it within its order.
        stock: What was bought, and where it comes from.
        quantity: Units ordered.
        price: The price shown; the rungs are the truth.
        rungs: The frozen running amounts, gross first.
        shipped: Units that left.
        received: Units that arrived.
    """

    id: LineId = field(validator=is_a(LineId))
    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    price: Price = field(validator=is_a(Price))
    rungs: tuple[Rung, ...] = field(validator=tuple_of(Rung, least=1))
    shipped: Quantity = field(default=0, validator=whole(0))
    received: Quantity = field(default=0, validator=whole(0))

    @property
    def sku(self) -> Sku:
        """What was bought."""
        return self.stock.sku

    @property
    def unshipped(self) -> Quantity:
        """Units still to go."""
        return self.quantity - self.shipped


@frozen(kw_only=True)
class ServiceLine:
    """Money without goods: never reserved, never shipped."""

    id: LineId = field(validator=is_a(LineId))
    name: str = field(validator=some_text)
    rungs: tuple[Rung, ...] = field(validator=tuple_of(Rung, least=1))


@frozen(kw_only=True)
class Part:
    """What one step of a line contributes to a run of its units.

    Args:
        kind: What the step was.
        source: Its promotion id or kind of tender; `gross` for the amount before all steps.
        funder: Who bears it.
        amount: How much of the step falls on these units, never negative.
    """

    kind: StepKind = field(validator=is_a(StepKind))
    source: str = field(validator=some_text)
    funder: Funder = field(validator=is_a(Funder))
    amount: Money = field(validator=not_negative)


@frozen(kw_only=True)
class Frozen:
    """The lines of an order with their rungs.

    Args:
        lines: The goods, in the order in which they came.
        services: The services, likewise.
        excess: What tenders exceed the lines; it stands on the order, in no rung, and counts in what is due.
        due: What the buyer still owes: the last rungs of all lines less the excess; negative when tenders exceed.
    """

    lines: tuple[Line, ...] = field(validator=tuple_of(Line))
    services: tuple[ServiceLine, ...] = field(validator=tuple_of(ServiceLine))
    excess: Money = field(validator=not_negative)
    due: Money = field(validator=is_a(Money))


def freeze(
    lines: Sequence[PricedLine],
    services: Sequence[PricedService],
    tenders: Sequence[Tender],
    *,
    order_id: OrderId,
    currency: Currency,
) -> Frozen:
    """Freeze the rungs of all lines of an order.

    A tender pays for the lines that it names (for all, when it names none) up to what is left of them, shared by what
    is left, odd cents by the canonical place of a line (stock or name, amount, id), so that the order of the lines
    changes nothing; what exceeds them stands on the order.

    Raises:
        Repeated: Two lines have one id.
        CurrencyMismatch: An amount is not in the currency of the order.
        DiscountTooLarge: The discounts of a line exceed what it costs.
        UnknownLine: A tender names a line that is not there.
    """
    priced: tuple[PricedLine | PricedService, ...] = (*lines, *services)
    require_once([line.id for line in priced], field="order.lines")
    ladders = {line.id: _discounted(line, currency) for line in sorted(priced, key=_canonical)}
    excess = sum(_pay(ladders, tender, order_id=order_id, currency=currency) for tender in tenders)
    return Frozen(
        lines=tuple(
            Line(id=line.id, stock=line.stock, quantity=line.quantity, price=line.price, rungs=tuple(ladders[line.id]))
            for line in lines
        ),
        services=tuple(
            ServiceLine(id=service.id, name=service.name, rungs=tuple(ladders[service.id])) for service in services
        ),
        excess=Money(excess, currency),
        due=Money(sum(ladder[-1].left.minor for ladder in ladders.values()) - excess, currency),
    )


def _canonical(line: PricedLine | PricedService) -> tuple[str, int, str]:
    """Return the place of a line that does not depend on where it stands in the order: who gets the odd cent first."""
    return line.stock if isinstance(line, PricedLine) else line.name, line.gross.minor, line.id


def _discounted(line: PricedLine | PricedService, currency: Currency) -> list[Rung]:
    """Return the rungs of *line* down to its last discount."""
    ladder = [Rung(kind=StepKind.GROSS, source="gross", funder=Funder.SHOP, left=_in(line.gross, currency))]
    for discount in line.discounts:
        left = ladder[-1].left.minor - _in(discount.amount, currency).minor
        if left < 0:
            raise DiscountTooLarge(line=line.id, gross=line.gross, discounts=_total(line.discounts, currency))
        ladder.append(
            Rung(
                kind=StepKind.DISCOUNT,
                source=discount.promotion,
                funder=discount.funder,
                left=Money(left, currency),
            )
        )
    return ladder


def _in(amount: Money, currency: Currency) -> Money:
    """Return *amount*, which must be in *currency*."""
    if amount.currency is not currency:
        raise CurrencyMismatch(left=currency, right=amount.currency)
    return amount


def _total(discounts: Iterable[Discount], currency: Currency) -> Money:
    return Money.total((discount.amount for discount in discounts), currency)


def _pay(ladders: Mapping[LineId, list[Rung]], tender: Tender, *, order_id: OrderId, currency: Currency) -> int:
    """Let *tender* pay for its lines, adding a rung to each that it reaches; return what exceeds them."""
    unknown = tuple(line for line in tender.lines if line not in ladders)
    if unknown:
        raise UnknownLine(id=order_id, lines=unknown)
    reached = [ladder for line, ladder in ladders.items() if not tender.lines or line in tender.lines]
    left = [ladder[-1].left.minor for ladder in reached]
    paid = min(_in(tender.amount, currency).minor, sum(left))
    if paid:
        for ladder, part in zip(reached, split(paid, left), strict=True):
            if part:
                ladder.append(
                    Rung(
                        kind=StepKind.TENDER,
                        source=tender.kind.value,
                        funder=tender.funder,
                        left=Money(ladder[-1].left.minor - part, currency),
                    )
                )
    return tender.amount.minor - paid


def worth_of(line: Line, *, start: Quantity, end: Quantity) -> tuple[Part, ...]:
    """Return what each step of *line* contributes to its units from *start* up to, and not with, *end*.

    The first part is their gross amount, then what each discount took and each tender paid; gross less all others is
    what the buyer paid for them. Runs of units laid end to end add up to the line.

    Args:
        line: A placed line.
        start: The first unit, from 0.
        end: The unit after the last one, at most the quantity of the line.

    Raises:
        OutOfRange: The run is not within the units of the line.

    Example:
        >>> from ecomops.testing import a_line
        >>> line = freeze(
        ...     [a_line(quantity=3, gross="1.00")], [], [], order_id=OrderId("o"), currency=Currency.CNY
        ... ).lines[0]
        >>> [str(worth_of(line, start=n, end=n + 1)[0].amount) for n in range(3)]
        ['0.34 CNY', '0.33 CNY', '0.33 CNY']
    """
    if start > end:
        raise OutOfRange(field="worth_of.start", least="0", most=str(end))
    runs = [
        Money(
            worth(rung.left.minor, line.quantity, end) - worth(rung.left.minor, line.quantity, start),
            rung.left.currency,
        )
        for rung in line.rungs
    ]
    steps = zip(line.rungs[1:], pairwise(runs), strict=True)
    return (
        _part(line.rungs[0], runs[0]),
        *(_part(rung, above - below) for rung, (above, below) in steps),
    )


def _part(rung: Rung, amount: Money) -> Part:
    return Part(kind=rung.kind, source=rung.source, funder=rung.funder, amount=amount)
