"""The frozen amounts of a line: its rungs, and what they say of any of its units.

A placed line freezes its running amounts: gross, after each discount, with tax, after each tender. The first *j* of *q*
units of a rung are worth what the unit law says (`kernel.worth`); what a discount, a tax or a tender contributes is the
difference of neighbouring rungs. So every part of every unit is at least zero, any split adds up, and nothing is stored
per unit.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any

from attrs import Attribute, field, frozen

from ecomops.kernel import Currency, Money, OutOfRange, split, worth
from ecomops.kernel.checks import is_a, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.copies import maker
from ecomops.kernel.money import CurrencyMismatch
from ecomops.orders.aftermath import UNTOUCHED, Aftermath
from ecomops.orders.errors import BadCounters, DiscountTooLarge, Overdiscount, UnknownLine, WrongWay
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
    Tax,
    Tender,
    TenderKind,
    not_negative,
)


class StepKind(StrEnum):
    """What led from one rung to the next: all go down, and only the tax goes up.

    Where prices include the tax, `NET` takes it out and `TAX` puts it on again, so that it stands in a rung of its own.
    """

    GROSS = "gross"
    DISCOUNT = "discount"
    NET = "net"
    TAX = "tax"
    TENDER = "tender"


@frozen(kw_only=True, weakref_slot=False)
class Rung:
    """The running amount of a line after one step.

    Args:
        kind: What the step was.
        source: Its promotion id, class of tax or kind of tender; `gross` for the first.
        funder: Who bears the step; the shop for the first.
        left: What is left of the line after it.
    """

    kind: StepKind = field(validator=is_a(StepKind))
    source: str = field(validator=is_a(str))
    funder: Funder = field(validator=is_a(Funder))
    left: Money = field(validator=not_negative)


def _a_ladder(instance: object, attribute: "Attribute[Any]", value: tuple[Rung, ...]) -> None:
    """Check that the value is rungs of one currency, each at most the one before; only a tax goes up."""
    _rungs(instance, attribute, value)
    if len(value) == 1:
        return
    above = value[0].left
    for rung in value[1:]:
        left = rung.left
        if rung.kind is not _DISCOUNT or left.minor > above.minor or left.currency is not above.currency:
            _require_step(rung, above, f"{type(instance).__name__}.{attribute.name}")
        above = left


_rungs = tuple_of(Rung, least=1)
_GROSS, _DISCOUNT, _SHOP = StepKind.GROSS, StepKind.DISCOUNT, Funder.SHOP  # found faster than in their classes


def _require_step(rung: Rung, above: Money, name: str) -> None:
    """Refuse *rung* unless it can stand under *above*; one that is no discount, or does not go down, is looked at."""
    left = rung.left
    if left.currency is not above.currency:
        raise CurrencyMismatch(left=above.currency, right=left.currency)
    if left.minor > above.minor if rung.kind is not StepKind.TAX else left.minor < above.minor:
        raise WrongWay(kind=rung.kind.value, before=above, after=left)
    if rung.kind is StepKind.TENDER and rung.source not in _TENDERS:
        raise wrong_kind(name, "a kind of tender", rung.source)


_TENDERS = frozenset(kind.value for kind in TenderKind)


@frozen(kw_only=True, weakref_slot=False)
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
        aftermath: What became of its units beside that.

    Raises:
        BadCounters: More arrived than left, or more left, came back or was given up than there is.
        CurrencyMismatch: A rung is in another currency than the first.
        WrongWay: A rung is above the one before, or a tax below.
    """

    id: LineId = field(validator=is_a(LineId))
    stock: StockKey = field(validator=is_a(StockKey))
    quantity: Quantity = field(validator=whole(1))
    price: Price = field(validator=is_a(Price))
    rungs: tuple[Rung, ...] = field(validator=_a_ladder)
    shipped: Quantity = field(default=0, validator=whole(0))
    received: Quantity = field(default=0, validator=whole(0))
    aftermath: Aftermath = field(default=UNTOUCHED)

    def __attrs_post_init__(self) -> None:
        """Refuse counters that cannot be: each rule is one inequality."""
        after, received, shipped = self.aftermath, self.received, self.shipped
        if after is UNTOUCHED:
            sound = received <= shipped <= self.quantity
        elif type(after) is not Aftermath:  # pyright: ignore[reportUnnecessaryComparison] - checked here, once a line
            raise wrong_kind("Line.aftermath", "Aftermath", after)
        else:
            came = received + after.lost
            claimed = after.return_requested + after.refunded
            sound = (
                came <= shipped <= self.quantity - after.cancelled
                and after.returned + after.lost_claimed <= claimed <= came
                and after.returned <= received
                and after.lost_claimed <= after.lost
                and after.windowed <= received
            )
        if not sound:
            raise BadCounters(line=self.id)

    @property
    def sku(self) -> Sku:
        """What was bought."""
        return self.stock.sku

    @property
    def unshipped(self) -> Quantity:
        """Units still to go."""
        return self.quantity - self.shipped - self.aftermath.cancelled

    @property
    def on_the_way(self) -> Quantity:
        """Units that left and have neither arrived nor been lost."""
        return self.shipped - self.received - self.aftermath.lost

    @property
    def received_claimed(self) -> Quantity:
        """Units that arrived and are asked back or refunded; what was not told of lost ones is of these first."""
        return min(self.received, self.aftermath.claimed - self.aftermath.lost_claimed)

    @property
    def lost_unclaimed(self) -> Quantity:
        """Units that were lost, whose money nobody has asked for."""
        return self.aftermath.lost - (self.aftermath.claimed - self.received_claimed)

    @property
    def kept(self) -> Quantity:
        """Units whose money stays with the shop: neither called off nor refunded."""
        return self.quantity - self.aftermath.undone


_money, _rung, _line = maker(Money), maker(Rung), maker(Line)
"""What freezing makes of checked lines: rungs that go down from a gross amount, none below zero; nothing has left."""


def with_counters(line: Line, *, shipped: Quantity, received: Quantity, aftermath: Aftermath) -> Line:
    """Return *line* with other counters, none negative.

    Raises:
        BadCounters: They cannot be.
    """
    made = _line(line.id, line.stock, line.quantity, line.price, line.rungs, shipped, received, aftermath)
    made.__attrs_post_init__()
    return made


@frozen(kw_only=True, weakref_slot=False)
class ServiceLine:
    """Money without goods: never reserved, never shipped; called off or refunded whole, as a line of one unit.

    Raises:
        BadCounters: It was called off, asked back or refunded more than once, or goods are counted.
        CurrencyMismatch: A rung is in another currency than the first.
        WrongWay: A rung is above the one before, or a tax below.
    """

    id: LineId = field(validator=is_a(LineId))
    name: str = field(validator=some_text)
    rungs: tuple[Rung, ...] = field(validator=_a_ladder)
    aftermath: Aftermath = field(default=UNTOUCHED, validator=is_a(Aftermath))

    def __attrs_post_init__(self) -> None:
        """Refuse counters that cannot be."""
        after = self.aftermath
        if after.cancelled + after.claimed > 1 or after.lost or after.lost_claimed or after.returned or after.windows:
            raise BadCounters(line=self.id)

    @property
    def quantity(self) -> Quantity:
        """A service is one unit."""
        return 1

    @property
    def kept(self) -> Quantity:
        """Whether its money stays with the shop: 1, or 0 once it was called off or refunded."""
        return 1 - self.aftermath.undone


@frozen(kw_only=True)
class Part:
    """What one step of a line contributes to a run of its units.

    Args:
        kind: What the step was.
        source: Its promotion id, class of tax or kind of tender; `gross` for the amount before all steps.
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
        DiscountTooLarge: The discounts of lines exceed what they cost; every one is listed.
        UnknownLine: A tender names a line that is not there.
    """
    priced: tuple[PricedLine | PricedService, ...] = (*lines, *services)
    require_once([line.id for line in priced], field="order.lines")
    _require_room(priced, currency)
    ladders = {line.id: _discounted(line, currency) for line in sorted(priced, key=_canonical)}
    excess = sum(_pay(ladders, tender, order_id=order_id, currency=currency) for tender in tenders)
    return Frozen(
        lines=tuple(
            _line(line.id, line.stock, line.quantity, line.price, tuple(ladders[line.id]), 0, 0, UNTOUCHED)
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


def _require_room(priced: tuple[PricedLine | PricedService, ...], currency: Currency) -> None:
    over = tuple(
        Overdiscount(line=line.id, gross=line.gross, discounts=total)
        for line in priced
        if line.discounts and _in(line.gross, currency) < (total := _total(line.discounts, currency))
    )
    if over:
        raise DiscountTooLarge(lines=over)


def _discounted(line: PricedLine | PricedService, currency: Currency) -> list[Rung]:
    """Return the rungs of *line* down to its last discount."""
    left = _in(line.gross, currency)
    ladder = [_rung(_GROSS, "gross", _SHOP, left)]
    for discount in line.discounts:
        left = _money(left.minor - discount.amount.minor, currency)
        ladder.append(_rung(_DISCOUNT, discount.promotion, discount.funder, left))
    return ladder if line.tax is None else [*ladder, *_taxed(line.tax, ladder[-1].left)]


def _taxed(tax: Tax, left: Money) -> tuple[Rung, ...]:
    """Return the rungs of *tax* on what is *left* after the discounts."""
    amount = tax.of(left)
    if tax.included:
        return _tax_rung(StepKind.NET, tax, left - amount), _tax_rung(StepKind.TAX, tax, left)
    return (_tax_rung(StepKind.TAX, tax, left + amount),)


def _tax_rung(kind: StepKind, tax: Tax, left: Money) -> Rung:
    return Rung(kind=kind, source=tax.code, funder=Funder.SHOP, left=left)


def _in(amount: Money, currency: Currency) -> Money:
    """Return *amount*, which must be in *currency*."""
    if amount.currency is not currency:
        raise CurrencyMismatch(left=currency, right=amount.currency)
    return amount


def _total(discounts: Iterable[Discount], currency: Currency) -> Money:
    return Money.total((discount.amount for discount in discounts), currency)


def _pay(ladders: Mapping[LineId, list[Rung]], tender: Tender, *, order_id: OrderId, currency: Currency) -> int:
    """Let *tender* pay for its lines, adding a rung to each that it reaches; return what exceeds them."""
    named = frozenset(tender.lines)
    unknown = tuple(line for line in tender.lines if line not in ladders)
    if unknown:
        raise UnknownLine(id=order_id, lines=unknown)
    reached = [ladder for line, ladder in ladders.items() if not named or line in named]
    left = [ladder[-1].left.minor for ladder in reached]
    paid = min(_in(tender.amount, currency).minor, sum(left))
    if paid:
        for ladder, part in zip(reached, split(paid, left), strict=True):
            if part:
                ladder.append(
                    _rung(
                        StepKind.TENDER,
                        tender.kind.value,
                        tender.funder,
                        _money(ladder[-1].left.minor - part, currency),
                    )
                )
    return tender.amount.minor - paid


def worth_of(line: Line | ServiceLine, *, start: Quantity, end: Quantity) -> tuple[Part, ...]:
    """Return what each step of *line* contributes to its units from *start* up to, and not with, *end*.

    The first part is their gross amount, then what each discount took, the tax, and what each tender paid; gross less
    all others, a tax added, is what the buyer paid for them. Runs of units laid end to end add up to the line.

    Args:
        line: A placed line, or a service, which is one unit.
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
        *(_part(rung, below - above if rung.kind is StepKind.TAX else above - below) for rung, (above, below) in steps),
    )


def _part(rung: Rung, amount: Money) -> Part:
    return Part(kind=rung.kind, source=rung.source, funder=rung.funder, amount=amount)
