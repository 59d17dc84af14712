"""The use of a promotion, as counters that many buyers touch at once: orders and money, reserved and redeemed.

Everything that moves them lives here: each event is a movement, never a total, and its effect on the counters is one
literal table. The law after every step: reserved and redeemed together are at most the limit, whoever counts.
"""

from collections.abc import Mapping
from typing import ClassVar, Self, assert_never

from attrs import field, frozen
from pendulum import Date, DateTime

from ecomops.kernel import Additive, AtLeast, Grain, Id, Money, Noun
from ecomops.kernel.checks import an_instant, is_a, optional, whole, wrong_kind
from ecomops.kernel.copies import changed
from ecomops.kernel.counters import Limit, bounded, require_room
from ecomops.kernel.money import MOST_MINOR
from ecomops.promotions.errors import OverUse
from ecomops.terms import CodeId, CustomerId, OrderId, PromotionId, not_negative

_COUNT = whole()
_MINOR = whole(-MOST_MINOR, MOST_MINOR)


class UseId(Id):
    """Names what is counted: a promotion, one with a customer (`promotion@customer`), in a day, or by a shared code.

    Example:
        >>> UseId.of(PromotionId("618"), CustomerId("c-1"))
        UseId('618@c-1')
    """

    __slots__ = ()

    longest: ClassVar[int] = 1206
    """Two ids of 200 characters, all of them escaped, and the signs between them."""

    @classmethod
    def of(cls, promotion: PromotionId, customer: CustomerId | None = None) -> Self:
        """Name the use of a promotion by all, or by one customer; each pair has exactly one spelling.

        Raises:
            WrongKind: One of them is another kind of text.
        """
        if not isinstance(promotion, PromotionId):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("UseId.promotion", "PromotionId", promotion)
        if customer is None:
            return cls(_spelt(promotion))
        if not isinstance(customer, CustomerId):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("UseId.customer", "CustomerId", customer)
        return cls(f"{_spelt(promotion)}@{_spelt(customer)}")

    @classmethod
    def within(cls, promotion: PromotionId, grain: Grain, first: Date) -> Self:
        """Name the use of a promotion by all in one day, week or month, by its first day.

        Raises:
            WrongKind: One of them is of another kind.

        Example:
            >>> from pendulum import Date
            >>> UseId.within(PromotionId("618"), Grain.DAY, Date(2026, 6, 18))
            UseId('618%day:2026-06-18')
        """
        if type(grain) is not Grain:
            raise wrong_kind("UseId.grain", "Grain", grain)
        if type(first) is not Date:
            raise wrong_kind("UseId.first", "Date", first)
        return cls(f"{cls.of(promotion)}%{grain}:{first.isoformat()}")

    @classmethod
    def by_code(cls, promotion: PromotionId, shared: CodeId) -> Self:
        """Name the use of a promotion by a shared code, and by all that stands under it.

        Raises:
            WrongKind: One of them is of another kind.

        Example:
            >>> UseId.by_code(PromotionId("tenth"), CodeId("ANNA10"))
            UseId('tenth%code:ANNA10')
        """
        if not isinstance(shared, CodeId):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("UseId.shared", "CodeId", shared)
        return cls(f"{cls.of(promotion)}{_BY_CODE}{_spelt(shared)}")

    @property
    def shared(self) -> CodeId | None:
        """The shared code of which this counts the use; None when it counts another.

        Example:
            >>> UseId("tenth%code:ANNA10").shared, UseId("tenth").shared
            (CodeId('ANNA10'), None)
        """
        _, of_code, spelt = self.partition(_BY_CODE)
        return CodeId(spelt.replace("%40", "@").replace("%25", "%")) if of_code else None

    def is_for(self, customer: CustomerId | None) -> bool:
        """Tell whether what *customer* buys (None: nobody known) counts here: use by all, or by that customer.

        Example:
            >>> own = UseId.of(PromotionId("618"), CustomerId("c-1"))
            >>> own.is_for(CustomerId("c-1")), own.is_for(CustomerId("c-2")), UseId("618").is_for(None)
            (True, False, True)
        """
        _, of_one, whose = self.partition("@")
        return not of_one or (customer is not None and whose == _spelt(customer))


_BY_CODE = "%code:"


def _spelt(part: str) -> str:
    return part.replace("%", "%25").replace("@", "%40")


@frozen(kw_only=True)
class PromotionUse:
    """How often, and for how much money, a promotion is used.

    Args:
        id: What is counted.
        reserved: Orders that were placed with it and are not paid.
        redeemed: Orders that were paid.
        reserved_money: Discounts of the reserved ones, in minor units.
        redeemed_money: Discounts of the redeemed ones.
        most_uses: The most orders; None is no limit.
        most_money: The most discounts; None is no limit.
    """

    id: UseId = field(validator=is_a(UseId))
    reserved: int = field(default=0, validator=_COUNT)
    redeemed: int = field(default=0, validator=_COUNT)
    reserved_money: int = field(default=0, validator=_MINOR)
    redeemed_money: int = field(default=0, validator=_MINOR)
    most_uses: int | None = field(default=None, validator=optional(whole(0)))
    most_money: int | None = field(default=None, validator=optional(whole(0, MOST_MINOR)))

    @property
    def uses(self) -> int:
        """Orders that count against the limit."""
        return self.reserved + self.redeemed

    @property
    def money(self) -> int:
        """Discounts that count against the limit, in minor units."""
        return self.reserved_money + self.redeemed_money


@frozen(kw_only=True)
class UseOpened:
    """The shop began to count the use of a promotion."""

    code: ClassVar[str] = "promotion_use.opened"

    use: UseId = field(validator=is_a(UseId))
    most_uses: int | None = field(validator=optional(whole(0)))
    most_money: Money | None = field(validator=optional(not_negative))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class UseAdopted:
    """A running promotion was taken over in the middle: what was used before counts as redeemed."""

    code: ClassVar[str] = "promotion_use.adopted"

    use: UseId = field(validator=is_a(UseId))
    uses: int = field(validator=whole(0))
    money: Money = field(validator=not_negative)
    most_uses: int | None = field(validator=optional(whole(0)))
    most_money: Money | None = field(validator=optional(not_negative))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class UseReserved:
    """An order was placed with the promotion."""

    code: ClassVar[str] = "promotion_use.reserved"

    use: UseId = field(validator=is_a(UseId))
    order: OrderId = field(validator=is_a(OrderId))
    money: Money = field(validator=not_negative)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class UseRedeemed:
    """An order with the promotion was paid."""

    code: ClassVar[str] = "promotion_use.redeemed"

    use: UseId = field(validator=is_a(UseId))
    order: OrderId = field(validator=is_a(OrderId))
    money: Money = field(validator=not_negative)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class UseReleased:
    """An unpaid order with the promotion was cancelled."""

    code: ClassVar[str] = "promotion_use.released"

    use: UseId = field(validator=is_a(UseId))
    order: OrderId = field(validator=is_a(OrderId))
    money: Money = field(validator=not_negative)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class UseReturned:
    """A paid order with the promotion was cancelled."""

    code: ClassVar[str] = "promotion_use.returned"

    use: UseId = field(validator=is_a(UseId))
    order: OrderId = field(validator=is_a(OrderId))
    money: Money = field(validator=not_negative)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class UseLimitsSet:
    """The shop changed how often, and for how much money, the promotion may be used."""

    code: ClassVar[str] = "promotion_use.limits_set"

    use: UseId = field(validator=is_a(UseId))
    most_uses: int | None = field(validator=optional(whole(0)))
    most_money: Money | None = field(validator=optional(not_negative))
    at: DateTime = field(validator=an_instant)


Movement = UseReserved | UseRedeemed | UseReleased | UseReturned
Opening = UseOpened | UseAdopted
Later = Movement | UseLimitsSet
Event = Opening | Later

# fmt: off
EFFECTS: Mapping[type[Movement], tuple[int, int]] = {
    #            reserved  redeemed
    UseReserved: (+1,        0),
    UseRedeemed: (-1,       +1),
    UseReleased: (-1,        0),
    UseReturned: ( 0,       -1),
}
# fmt: on
"""What each movement does to the counters: once to the orders, and by its amount to the money."""


def open_use(
    id: UseId, *, most_uses: int | None = None, most_money: Money | None = None, at: DateTime
) -> tuple[UseOpened]:  # fmt: skip
    """Begin to count the use of a promotion.

    Args:
        id: What is counted.
        most_uses: The most orders; None is no limit.
        most_money: The most discounts; None is no limit.
        at: When.
    """
    return (UseOpened(use=id, most_uses=most_uses, most_money=most_money, at=at),)


def set_limits(
    use: PromotionUse, *, most_uses: int | None, most_money: Money | None, at: DateTime
) -> tuple[UseLimitsSet, ...]:
    """Change the limits; what is used already stays used. () if unchanged."""
    event = UseLimitsSet(use=use.id, most_uses=most_uses, most_money=most_money, at=at)
    same = (use.most_uses, use.most_money) == (most_uses, _minor(most_money))
    return () if same else (event,)


def reserve(use: PromotionUse, *, order: OrderId, money: Money, at: DateTime) -> tuple[UseReserved]:
    """Count an order that is placed with the promotion.

    Args:
        use: The counters.
        order: The order.
        money: What the promotion takes off it.
        at: When.

    Raises:
        LimitReached: One order more, or its money, would exceed a limit.
    """
    event = UseReserved(use=use.id, order=order, money=money, at=at)
    require_room(use.uses, 1, Limit(use.most_uses), counter=f"{use.id} uses")
    require_room(use.money, money.minor, Limit(use.most_money), counter=f"{use.id} money")
    return (event,)


def redeem(use: PromotionUse, *, order: OrderId, money: Money, at: DateTime) -> tuple[UseRedeemed]:
    """Count a reserved order as paid.

    Raises:
        OverUse: Fewer orders, or less money, are reserved.
    """
    event = UseRedeemed(use=use.id, order=order, money=money, at=at)
    _require(use, "reserved", 1, use.reserved)
    _require(use, "reserved_money", money.minor, use.reserved_money)
    return (event,)


def release(use: PromotionUse, *, order: OrderId, money: Money, at: DateTime) -> tuple[UseReleased]:
    """Take back a reserved order that was cancelled.

    Raises:
        OverUse: Fewer orders, or less money, are reserved.
    """
    event = UseReleased(use=use.id, order=order, money=money, at=at)
    _require(use, "reserved", 1, use.reserved)
    _require(use, "reserved_money", money.minor, use.reserved_money)
    return (event,)


def give_back(use: PromotionUse, *, order: OrderId, money: Money, at: DateTime) -> tuple[UseReturned]:
    """Take back a paid order that was cancelled.

    Raises:
        OverUse: Fewer orders, or less money, are redeemed.
    """
    event = UseReturned(use=use.id, order=order, money=money, at=at)
    _require(use, "redeemed", 1, use.redeemed)
    _require(use, "redeemed_money", money.minor, use.redeemed_money)
    return (event,)


def _require(use: PromotionUse, counter: str, wanted: int, counted: int) -> None:
    if wanted > counted:
        raise OverUse(id=use.id, counter=counter, wanted=wanted, counted=counted)


def _minor(money: Money | None) -> int | None:
    return None if money is None else money.minor


def begin(event: Opening) -> PromotionUse:
    """Return the counters that *event* tells of."""
    most_money = _minor(event.most_money)
    match event:
        case UseOpened():
            return PromotionUse(id=event.use, most_uses=event.most_uses, most_money=most_money)
        case UseAdopted():
            return PromotionUse(
                id=event.use,
                redeemed=event.uses,
                redeemed_money=event.money.minor,
                most_uses=event.most_uses,
                most_money=most_money,
            )
        case _:
            assert_never(event)


def evolve(use: PromotionUse, event: Later) -> PromotionUse:
    """Return the counters as they stand after *event*."""
    if isinstance(event, UseLimitsSet):
        return changed(use, most_uses=event.most_uses, most_money=_minor(event.most_money))
    reserved, redeemed = EFFECTS[type(event)]
    return changed(
        use,
        reserved=use.reserved + reserved,
        redeemed=use.redeemed + redeemed,
        reserved_money=use.reserved_money + reserved * event.money.minor,
        redeemed_money=use.redeemed_money + redeemed * event.money.minor,
    )


COUNTERS = ("reserved", "redeemed", "reserved_money", "redeemed_money")

PROMOTION_USE: Noun[PromotionUse, Opening, Later] = Noun(
    kind="promotion_use",
    model=PromotionUse,
    events=Event,
    opens=(UseOpened, UseAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda use: use.id,
    additive=Additive(
        fields=COUNTERS,
        keep=(
            bounded("most_uses", "reserved", "redeemed"),
            bounded("most_money", "reserved_money", "redeemed_money"),
            *(AtLeast(weights={counter: 1}) for counter in COUNTERS),
        ),
    ),
)
