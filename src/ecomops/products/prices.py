"""Price entries: what one SKU costs on which channel, for whom, from how many units on, and since when.

Everything that changes an entry lives here; which of them holds for a buyer is decided in `ecomops.products.pricing`.
An entry has one timeline (`kernel.Effective`): a price since each instant, or None where it gives none.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Currency, Effective, Id, Noun, effective_of
from ecomops.kernel.checks import an_instant, is_a, optional, whole
from ecomops.kernel.copies import changed
from ecomops.products.errors import OtherCurrency
from ecomops.terms import ChannelId, Price, Quantity, Sku


class PriceId(Id):
    """Names a price entry."""

    __slots__ = ()


class AudienceId(Id):
    """Names those to whom a price is given: a company with a contract, a tier of members."""

    __slots__ = ()


class Layer(StrEnum):
    """What sort of price an entry gives; the first layer that has one decides (`ecomops.products.pricing`)."""

    CONTRACT = "contract"
    OVERRIDE = "override"
    MEMBER = "member"
    SALE = "sale"
    LIST = "list"


@frozen(kw_only=True)
class Terms:
    """For what a price is given.

    Args:
        sku: The product.
        currency: In which money.
        layer: What sort of price.
        channel: On which channel alone; None is any.
        audience: To whom alone; None is anybody.
        least: From how many units on.
        most: Up to how many units; None is no limit.
        priority: The higher one wins among entries that are otherwise as good.
    """

    sku: Sku = field(validator=is_a(Sku))
    currency: Currency = field(validator=is_a(Currency))
    layer: Layer = field(default=Layer.LIST, validator=is_a(Layer))
    channel: ChannelId | None = field(default=None, validator=optional(is_a(ChannelId)))
    audience: AudienceId | None = field(default=None, validator=optional(is_a(AudienceId)))
    least: Quantity = field(default=1, validator=whole(1))
    most: Quantity | None = field(default=None, validator=optional(whole(1)))
    priority: int = field(default=0, validator=whole())

    @property
    def conditions(self) -> int:
        """How many named conditions it has: an entry for one channel or audience is more special than one for all."""
        return (self.channel is not None) + (self.audience is not None)


@frozen(kw_only=True)
class PriceEntry:
    """What a SKU costs under some terms, over time."""

    id: PriceId = field(validator=is_a(PriceId))
    terms: Terms = field(validator=is_a(Terms))
    prices: Effective[Price | None] = field(default=Effective(), validator=effective_of(Price, type(None)))


@frozen(kw_only=True)
class PriceEntered:
    """Terms were entered, for which nothing costs anything yet."""

    code: ClassVar[str] = "price.entered"

    id: PriceId = field(validator=is_a(PriceId))
    terms: Terms = field(validator=is_a(Terms))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PriceAdopted:
    """A price entry was taken over from another system with its timeline."""

    code: ClassVar[str] = "price.adopted"

    id: PriceId = field(validator=is_a(PriceId))
    terms: Terms = field(validator=is_a(Terms))
    prices: Effective[Price | None] = field(validator=effective_of(Price, type(None)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PriceSet:
    """A price holds from a stated instant on, until the next one that is stated; None is no price from then on.

    Args:
        id: Of which entry.
        price: What it costs.
        since: From when.
        correcting: It rewrites what had begun: a wrong figure was entered.
        at: When it was decided.
    """

    code: ClassVar[str] = "price.set"

    id: PriceId = field(validator=is_a(PriceId))
    price: Price | None = field(validator=optional(is_a(Price)))
    since: DateTime = field(validator=an_instant)
    correcting: bool = field(validator=is_a(bool))
    at: DateTime = field(validator=an_instant)


Opening = PriceEntered | PriceAdopted
Later = PriceSet
Event = Opening | Later


def enter(id: PriceId, *, terms: Terms, at: DateTime) -> tuple[PriceEntered]:
    """Enter the terms of a price; `set_price` says what it is."""
    return (PriceEntered(id=id, terms=terms, at=at),)


def set_price(
    entry: PriceEntry, *, price: Price | None, since: DateTime, correcting: bool = False, at: DateTime
) -> tuple[PriceSet, ...]:
    """Let a price hold from *since* on, until the next one that is planned; () when the same is stated.

    Args:
        entry: Which terms.
        price: What one buys for; None for no price from then on (the end of a sale).
        since: From when; the same instant again replaces what was planned for it.
        correcting: Rewrite what has begun all the same.
        at: Now.

    Raises:
        OtherCurrency: The price is not in the money of the entry.
        AlreadyBegun: *since* has passed, and it is no correction.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Money, in_force
        >>> may, june = pendulum.datetime(2026, 5, 1), pendulum.datetime(2026, 6, 1)
        >>> entry = PRICE.replay(enter(PriceId("p-1"), terms=Terms(sku=Sku("tea"), currency=Currency.CNY), at=may))
        >>> for amount, since in (("10.00", may), ("12.00", june)):
        ...     price = Price(amount=Money.parse(amount, "CNY"))
        ...     entry = PRICE.fold(entry, set_price(entry, price=price, since=since, at=may))
        >>> str(in_force(entry.prices, at=may).amount), str(in_force(entry.prices, at=june).amount)
        ('10.00 CNY', '12.00 CNY')
    """
    event = PriceSet(id=entry.id, price=price, since=since, correcting=correcting, at=at)
    if price is not None and price.amount.currency is not entry.terms.currency:
        raise OtherCurrency(id=entry.id, expected=entry.terms.currency, found=price.amount.currency)
    after = entry.prices.changed(price, since=since, at=at, correcting=correcting)
    return () if after == entry.prices else (event,)


def begin(event: Opening) -> PriceEntry:
    """Return the entry that *event* tells of."""
    prices: Effective[Price | None] = event.prices if isinstance(event, PriceAdopted) else Effective()
    return PriceEntry(id=event.id, terms=event.terms, prices=prices)


def evolve(entry: PriceEntry, event: Later) -> PriceEntry:
    """Return the entry as it stands after *event*; what the decision let pass is not asked again."""
    match event:
        case PriceSet(price=price, since=since, at=at):
            return changed(entry, prices=entry.prices.changed(price, since=since, at=at, correcting=True))
        case _:
            assert_never(event)


PRICE: Noun[PriceEntry, Opening, Later] = Noun(
    kind="price",
    model=PriceEntry,
    events=Event,
    opens=(PriceEntered, PriceAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda entry: entry.id,
    keys={
        "sku": lambda entry: entry.terms.sku,
        "layer": lambda entry: entry.terms.layer,
        "channel": lambda entry: entry.terms.channel,
    },
)
