"""Which price holds: for one buyer, channel, quantity and instant, out of all entries of a SKU, and why no other.

First the hard filters (SKU, currency, channel, audience, quantity, validity), then the layer: contract or override,
else the lower of the best member price and the best sale price, else the list price. Within a layer: more named
conditions, higher priority, higher minimum quantity, lower price, id. Every entry that was passed over says why.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Currency, in_force
from ecomops.kernel.checks import an_instant, is_a, optional, tuple_of, whole
from ecomops.products.prices import AudienceId, Layer, PriceEntry, PriceId
from ecomops.terms import ChannelId, Price, Quantity, Sku


@frozen(kw_only=True)
class Asked:
    """What a price is asked for.

    Args:
        sku: The product.
        currency: In which money.
        at: When.
        quantity: How many units.
        channel: Where; None is nowhere in particular, and no price of one channel alone holds.
        audiences: To whom the buyer belongs.
    """

    sku: Sku = field(validator=is_a(Sku))
    currency: Currency = field(validator=is_a(Currency))
    at: DateTime = field(validator=an_instant)
    quantity: Quantity = field(default=1, validator=whole(1))
    channel: ChannelId | None = field(default=None, validator=optional(is_a(ChannelId)))
    audiences: tuple[AudienceId, ...] = field(default=(), validator=tuple_of(AudienceId))


class Passed(StrEnum):
    """Why an entry does not give the price."""

    OTHER_SKU = "other_sku"
    OTHER_CURRENCY = "other_currency"
    OTHER_CHANNEL = "other_channel"
    OTHER_AUDIENCE = "other_audience"
    OTHER_QUANTITY = "other_quantity"
    NOT_IN_FORCE = "not_in_force"
    LAYER = "layer"
    CONDITIONS = "conditions"
    PRIORITY = "priority"
    MINIMUM = "minimum"
    DEARER = "dearer"
    ID = "id"


@frozen(kw_only=True)
class PassedOver:
    """An entry that does not give the price, and the first reason for it."""

    entry: PriceId = field(validator=is_a(PriceId))
    reason: Passed = field(validator=is_a(Passed))


@frozen(kw_only=True)
class Resolved:
    """The answer.

    Args:
        price: What one unit, or the units that a price is for, cost; None when no entry gives a price.
        entry: Which entry gives it.
        layer: What sort of price it is.
        original: The list price that stands beside a member or sale price; the price itself in any other layer.
        passed_over: Every other entry with its reason, in the order of their ids.
    """

    price: Price | None = field(validator=optional(is_a(Price)))
    entry: PriceId | None = field(validator=optional(is_a(PriceId)))
    layer: Layer | None = field(validator=optional(is_a(Layer)))
    original: Price | None = field(validator=optional(is_a(Price)))
    passed_over: tuple[PassedOver, ...] = field(validator=tuple_of(PassedOver))


FILTERS: tuple[tuple[Passed, Callable[[PriceEntry, Asked], bool]], ...] = (
    (Passed.OTHER_SKU, lambda entry, asked: entry.terms.sku == asked.sku),
    (Passed.OTHER_CURRENCY, lambda entry, asked: entry.terms.currency is asked.currency),
    (Passed.OTHER_CHANNEL, lambda entry, asked: entry.terms.channel in (None, asked.channel)),
    (Passed.OTHER_AUDIENCE, lambda entry, asked: entry.terms.audience in (None, *asked.audiences)),
    (
        Passed.OTHER_QUANTITY,
        lambda entry, asked: entry.terms.least <= asked.quantity <= (entry.terms.most or asked.quantity),
    ),
    (Passed.NOT_IN_FORCE, lambda entry, asked: in_force(entry.prices, at=asked.at) is not None),
)
"""What an entry must fulfil, in the order in which it is asked; the first that it fails is its reason."""

LAYERS: dict[Layer, int] = {
    Layer.CONTRACT: 0,
    Layer.OVERRIDE: 0,
    Layer.MEMBER: 1,
    Layer.SALE: 1,
    Layer.LIST: 2,
}
"""The order of the layers; member and sale meet on one step, each with its best entry, and the lower one holds."""

RANK = (Passed.CONDITIONS, Passed.PRIORITY, Passed.MINIMUM, Passed.DEARER, Passed.ID)
"""What decides between two entries of a layer, in this order."""


@frozen
class _Candidate:
    """An entry that may give the price, and the price that it gives."""

    entry: PriceEntry
    price: Price

    @property
    def layer(self) -> Layer:
        """Its layer."""
        return self.entry.terms.layer

    @property
    def unit(self) -> Fraction:
        """What one unit costs, exactly."""
        return Fraction(self.price.amount.minor, self.price.per)

    @property
    def rank(self) -> tuple[int, int, int, Fraction, str]:
        """Its values for `RANK`; the least wins."""
        terms = self.entry.terms
        return (-terms.conditions, -terms.priority, -terms.least, self.unit, self.entry.id)


def resolve(entries: Iterable[PriceEntry], asked: Asked) -> Resolved:
    """Return the price that holds, and why no other does.

    Args:
        entries: The entries of the SKU, in any order, each once; others are passed over.
        asked: For what.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Dated, Effective, Money
        >>> from ecomops.products.prices import Terms
        >>> may, tea = pendulum.datetime(2026, 5, 1), Sku("tea")
        >>> def entry(id: str, amount: str, **terms) -> PriceEntry:
        ...     prices = Effective(entries=(Dated(since=may, value=Price(amount=Money.parse(amount, "CNY"))),))
        ...     return PriceEntry(id=PriceId(id), terms=Terms(sku=tea, currency=Currency.CNY, **terms), prices=prices)
        >>> entries = [entry("list", "10.00"), entry("bulk", "9.00", least=10), entry("sale", "8.50", layer=Layer.SALE)]
        >>> found = resolve(entries, Asked(sku=tea, currency=Currency.CNY, at=may, quantity=12))
        >>> str(found.price.amount), str(found.original.amount)
        ('8.50 CNY', '9.00 CNY')
        >>> [(str(each.entry), each.reason.value) for each in found.passed_over]
        [('bulk', 'layer'), ('list', 'layer')]
    """
    passed: list[PassedOver] = []
    fit: list[_Candidate] = []
    for entry in sorted(entries, key=lambda each: each.id):
        reason = next((reason for reason, holds in FILTERS if not holds(entry, asked)), None)
        price = in_force(entry.prices, at=asked.at)
        if reason is None and price is not None:
            fit.append(_Candidate(entry, price))
        else:
            passed.append(PassedOver(entry=entry.id, reason=reason or Passed.NOT_IN_FORCE))
    return _chosen(fit, passed)


def _chosen(fit: list[_Candidate], passed: list[PassedOver]) -> Resolved:
    """Choose among those that fulfil every filter, and say why the others were not chosen."""
    best = _best_of_layers(fit)
    if not best:
        return Resolved(price=None, entry=None, layer=None, original=None, passed_over=tuple(passed))
    first = min(LAYERS[layer] for layer in best)
    rivals = [each for layer, each in best.items() if LAYERS[layer] == first]
    winner = min(rivals, key=lambda each: (each.unit if first else 0, each.rank))
    listed = best.get(Layer.LIST)
    over = (
        PassedOver(entry=each.entry.id, reason=_reason(each, winner, best)) for each in fit if each is not winner
    )  # fmt: skip
    return Resolved(
        price=winner.price,
        entry=winner.entry.id,
        layer=winner.layer,
        original=winner.price if not first or listed is None else listed.price,
        passed_over=tuple(sorted((*passed, *over), key=lambda each: each.entry)),
    )


def _best_of_layers(fit: list[_Candidate]) -> dict[Layer, _Candidate]:
    """Return the best entry of each layer that has one."""
    best: dict[Layer, _Candidate] = {}
    for each in sorted(fit, key=lambda each: each.rank):
        best.setdefault(each.layer, each)
    return best


def _reason(loser: _Candidate, winner: _Candidate, best: dict[Layer, _Candidate]) -> Passed:
    """Return why *loser* does not give the price: its layer, a better entry of its layer, or a lower price."""
    if LAYERS[loser.layer] != LAYERS[winner.layer]:
        return Passed.LAYER
    rival = best[loser.layer]
    if rival is not loser:
        return _first_difference(loser, rival)
    return Passed.DEARER if loser.unit > winner.unit and LAYERS[winner.layer] else _first_difference(loser, winner)


def _first_difference(loser: _Candidate, rival: _Candidate) -> Passed:
    return next(
        name for name, mine, theirs in zip(RANK, loser.rank, rival.rank, strict=True) if mine != theirs
    )  # fmt: skip
