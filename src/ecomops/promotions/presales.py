"""Deposit pre-sale (定金膨胀): a deposit in one window, which counts as more, and the balance in a second one.

The pre-sale holds both instalments with their windows, and what becomes of the deposit. The deposit is a payment of its
own; the balance is what is due of the order that is placed in the second window, in which the deposit is a tender and
its expansion a discount of the shop. So deposit and balance together are what the buyer pays, to the cent.
"""

from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import evolve as with_
from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import ADOPTED, Id, Lifecycle, Money, Noun, Period
from ecomops.kernel.checks import an_instant, is_a, optional
from ecomops.kernel.copies import changed
from ecomops.promotions.deposits import Fate, PresaleTerms
from ecomops.promotions.errors import PresaleClosed, PresaleOrderedAlready, PresalePrice
from ecomops.terms import CustomerId, Discount, OrderId, PricedLine, PromotionId


class PresaleId(Id):
    """Names a pre-sale of one buyer."""

    __slots__ = ()


class Status(StrEnum):
    """Where a pre-sale stands."""

    RESERVED = "reserved"
    DEPOSIT_PAID = "deposit_paid"
    BALANCE_OPEN = "balance_open"
    BALANCE_PAID = "balance_paid"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """By whom a pre-sale comes to nothing: the buyer withdraws, or the shop cannot deliver."""

    BUYER = "buyer"
    SHOP = "shop"


@frozen(kw_only=True)
class Presale:
    """A pre-sale of one buyer.

    Args:
        id: Its id.
        promotion: Of which promotion the expansion is a discount.
        customer: Who buys; None for an unknown buyer.
        terms: What was agreed.
        status: Where it stands.
        keeps: What the shop may keep of what came as deposit; negative is what it pays beyond.
        order: The order of the balance; None before it is placed.
        balance: What is due of that order; None before it is placed.
    """

    id: PresaleId = field(validator=is_a(PresaleId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    terms: PresaleTerms = field(validator=is_a(PresaleTerms))
    status: Status = field(validator=is_a(Status))
    keeps: Money = field(validator=is_a(Money))
    order: OrderId | None = field(default=None, validator=optional(is_a(OrderId)))
    balance: Money | None = field(default=None, validator=optional(is_a(Money)))


@frozen(kw_only=True)
class PresaleReserved:
    """A buyer agreed to a pre-sale; the deposit is due."""

    code: ClassVar[str] = "presale.reserved"

    presale: PresaleId = field(validator=is_a(PresaleId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    terms: PresaleTerms = field(validator=is_a(PresaleTerms))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PresaleAdopted:
    """A pre-sale was taken over from another system as it stood, with what the shop may keep of its deposit."""

    code: ClassVar[str] = "presale.adopted"

    presale: PresaleId = field(validator=is_a(PresaleId))
    promotion: PromotionId = field(validator=is_a(PromotionId))
    customer: CustomerId | None = field(validator=optional(is_a(CustomerId)))
    terms: PresaleTerms = field(validator=is_a(PresaleTerms))
    status: Status = field(validator=is_a(Status))
    keeps: Money = field(validator=is_a(Money))
    order: OrderId | None = field(validator=optional(is_a(OrderId)))
    balance: Money | None = field(validator=optional(is_a(Money)))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PresaleDepositPaid:
    """The deposit came in its window."""

    code: ClassVar[str] = "presale.deposit_paid"

    presale: PresaleId = field(validator=is_a(PresaleId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PresaleBalanceOpened:
    """The window of the balance opened."""

    code: ClassVar[str] = "presale.balance_opened"

    presale: PresaleId = field(validator=is_a(PresaleId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PresaleOrdered:
    """The order of the balance was placed: *balance* is due of it."""

    code: ClassVar[str] = "presale.ordered"

    presale: PresaleId = field(validator=is_a(PresaleId))
    order: OrderId = field(validator=is_a(OrderId))
    balance: Money = field(validator=is_a(Money))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PresaleBalancePaid:
    """The order of the balance is paid."""

    code: ClassVar[str] = "presale.balance_paid"

    presale: PresaleId = field(validator=is_a(PresaleId))
    order: OrderId = field(validator=is_a(OrderId))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PresaleLapsed:
    """Deposit or balance was not paid in its window; the shop keeps *keeps* of the deposit."""

    code: ClassVar[str] = "presale.lapsed"

    presale: PresaleId = field(validator=is_a(PresaleId))
    keeps: Money = field(validator=is_a(Money))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PresaleCancelled:
    """The buyer withdrew, or the shop cannot deliver; it keeps *keeps* of the deposit, or pays it when negative."""

    code: ClassVar[str] = "presale.cancelled"

    presale: PresaleId = field(validator=is_a(PresaleId))
    cause: Cause = field(validator=is_a(Cause))
    keeps: Money = field(validator=is_a(Money))
    at: DateTime = field(validator=an_instant)


Opening = PresaleReserved | PresaleAdopted
Later = (
    PresaleDepositPaid | PresaleBalanceOpened | PresaleOrdered | PresaleBalancePaid | PresaleLapsed | PresaleCancelled
)
Event = Opening | Later

LIFECYCLE: Lifecycle[Status, Event] = Lifecycle(
    "presale",
    events=Event,
    table={
        None: {PresaleReserved: Status.RESERVED, PresaleAdopted: ADOPTED},
        Status.RESERVED: {
            PresaleDepositPaid: Status.DEPOSIT_PAID,
            PresaleLapsed: Status.LAPSED,
            PresaleCancelled: Status.CANCELLED,
        },
        Status.DEPOSIT_PAID: {
            PresaleBalanceOpened: Status.BALANCE_OPEN,
            PresaleCancelled: Status.CANCELLED,
        },
        Status.BALANCE_OPEN: {
            PresaleOrdered: Status.BALANCE_OPEN,
            PresaleBalancePaid: Status.BALANCE_PAID,
            PresaleLapsed: Status.LAPSED,
            PresaleCancelled: Status.CANCELLED,
        },
        Status.BALANCE_PAID: {PresaleCancelled: Status.CANCELLED},
        Status.LAPSED: {},
        Status.CANCELLED: {},
    },
)


def reserve(
    id: PresaleId, *, promotion: PromotionId, customer: CustomerId | None, terms: PresaleTerms, at: DateTime
) -> tuple[PresaleReserved]:
    """Agree to a pre-sale: the deposit is due until the end of its window.

    Args:
        id: Its id.
        promotion: Of which promotion the expansion is a discount.
        customer: Who buys.
        terms: What is agreed.
        at: When.

    Raises:
        PresaleClosed: The window of the deposit is not open.
    """
    _require_window(id, terms.first, at)
    return (PresaleReserved(presale=id, promotion=promotion, customer=customer, terms=terms, at=at),)


def _require_window(id: PresaleId, window: Period, at: DateTime) -> None:
    if not window.holds(at):
        raise PresaleClosed(id=id, start=window.start.isoformat(), end=window.end.isoformat())


def pay_deposit(presale: Presale, *, captured: Money, at: DateTime) -> tuple[PresaleDepositPaid, ...]:
    """Mark the deposit as paid once *captured* covers it; () before that, on a repeat, and after its window.

    Money is never refused: what comes too late is to be paid back.
    """
    if presale.status is not Status.RESERVED or captured < presale.terms.deposit or at >= presale.terms.first.end:
        return ()
    return (PresaleDepositPaid(presale=presale.id, at=at),)


def expanded(presale: Presale, lines: tuple[PricedLine, ...]) -> tuple[PricedLine, ...]:
    """Return *lines* with the expansion of the deposit as their last discount, shared by what is left of each.

    A host prices them before tax is added.

    Raises:
        PresalePrice: They cost less than the deposit is worth.
    """
    left = tuple(line.gross.minor - sum(each.amount.minor for each in line.discounts) for line in lines)
    if sum(left) < presale.terms.worth.minor:
        raise PresalePrice(id=presale.id, expected=presale.terms.worth, found=Money(sum(left), presale.keeps.currency))
    shares = presale.terms.expansion.split(left)
    return tuple(
        with_(line, discounts=(*line.discounts, Discount(promotion=presale.promotion, amount=share)))
        if share.minor
        else line
        for line, share in zip(lines, shares, strict=True)
    )


def require_price(presale: Presale, lines: tuple[PricedLine, ...]) -> None:
    """Refuse lines that are not at the price that was agreed, with the whole expansion and no more.

    Raises:
        PresalePrice: They are not.
        CurrencyMismatch: They are in another currency.
    """
    currency = presale.terms.price.currency
    gross = Money.total((line.gross for line in lines), currency)
    ours = (each.amount for line in lines for each in line.discounts if each.promotion == presale.promotion)
    given = Money.total(ours, currency)
    for expected, found in ((presale.terms.price, gross), (presale.terms.expansion, given)):
        if expected != found:
            raise PresalePrice(id=presale.id, expected=expected, found=found)


def order(
    presale: Presale, *, order: OrderId, balance: Money, instead: bool = False, at: DateTime
) -> tuple[PresaleBalanceOpened | PresaleOrdered, ...]:
    """Note the order of the balance; () when it is noted already.

    Args:
        presale: The pre-sale.
        order: The order.
        balance: What is due of it.
        instead: Whether the order before it has been called off.
        at: When.

    Raises:
        IllegalMove: The deposit is not paid, or the pre-sale is over.
        PresaleClosed: The window of the balance is not open.
        PresaleOrderedAlready: Another order was placed for it.
    """
    if presale.order == order:
        return ()
    opened = _opened(presale, at)
    LIFECYCLE.require(Status.BALANCE_OPEN if opened else presale.status, PresaleOrdered, id=presale.id)
    _require_window(presale.id, presale.terms.second, at)
    if presale.order is not None and not instead:
        raise PresaleOrderedAlready(id=presale.id, order=presale.order)
    return (*opened, PresaleOrdered(presale=presale.id, order=order, balance=balance, at=at))


def _opened(presale: Presale, at: DateTime) -> tuple[PresaleBalanceOpened, ...]:
    """Return what time did to a pre-sale of which the deposit is paid: its second window opened."""
    if presale.status is not Status.DEPOSIT_PAID or at < presale.terms.second.start:
        return ()
    return (PresaleBalanceOpened(presale=presale.id, at=at),)


def settle(presale: Presale, *, order: OrderId, at: DateTime) -> tuple[PresaleBalancePaid, ...]:
    """Mark the balance as paid: *order* is; () on a repeat, when it is another's, and when the pre-sale is over."""
    if presale.status is not Status.BALANCE_OPEN or presale.order != order:
        return ()
    return (PresaleBalancePaid(presale=presale.id, order=order, at=at),)


def cancel(
    presale: Presale, *, cause: Cause, at: DateTime
) -> tuple[PresaleBalanceOpened | PresaleLapsed | PresaleCancelled, ...]:  # fmt: skip
    """Call *presale* off; () when it was already.

    A buyer who has paid the balance gets all back, as for any order. Before that the policy of the terms says what the
    shop keeps; who withdraws after the window has lapsed with it.

    Raises:
        IllegalMove: It has lapsed.
    """
    if presale.status is Status.CANCELLED:
        return ()
    lapsed = elapse(presale, at=at)
    now = PRESALE.fold(presale, lapsed)
    if now.status is Status.LAPSED and presale.status is not Status.LAPSED:
        return lapsed
    LIFECYCLE.require(now.status, PresaleCancelled, id=presale.id)
    keeps = now.terms.keeps(_fate(now, cause))
    return (*lapsed, PresaleCancelled(presale=presale.id, cause=cause, keeps=keeps, at=at))


def _fate(presale: Presale, cause: Cause) -> Fate:
    policy = presale.terms.policy
    match presale.status, cause:
        case Status.RESERVED, _:
            return Fate.RETURNED
        case _, Cause.SHOP:
            return policy.undelivered
        case Status.DEPOSIT_PAID, _:
            return policy.withdrawn_before
        case Status.BALANCE_OPEN, _:
            return policy.withdrawn_after
        case _:
            return Fate.RETURNED


def elapse(presale: Presale, *, at: DateTime) -> tuple[PresaleBalanceOpened | PresaleLapsed, ...]:
    """Do what time asks of *presale*: open the window of the balance, let it lapse unpaid; () when it asks nothing."""
    terms, opened = presale.terms, _opened(presale, at)
    if presale.status is Status.RESERVED and at >= terms.first.end:
        return (PresaleLapsed(presale=presale.id, keeps=terms.keeps(Fate.RETURNED), at=at),)
    if (opened or presale.status is Status.BALANCE_OPEN) and at >= terms.second.end:
        return (*opened, PresaleLapsed(presale=presale.id, keeps=terms.keeps(terms.policy.lapsed), at=at))
    return opened


def begin(event: Opening) -> Presale:
    """Return the pre-sale that *event* tells of."""
    told = (event.keeps, event.order, event.balance) if isinstance(event, PresaleAdopted) else None
    keeps, order, balance = told or (event.terms.deposit, None, None)
    return Presale(
        id=event.presale,
        promotion=event.promotion,
        customer=event.customer,
        terms=event.terms,
        status=LIFECYCLE.opened(event),
        keeps=keeps,
        order=order,
        balance=balance,
    )


def evolve(presale: Presale, event: Later) -> Presale:
    """Return the pre-sale as it stands after *event*."""
    status = LIFECYCLE.after(presale.status, type(event))
    match event:
        case PresaleOrdered(order=order, balance=balance):
            return changed(presale, status=status, order=order, balance=balance)
        case PresaleLapsed(keeps=keeps) | PresaleCancelled(keeps=keeps):
            return changed(presale, status=status, keeps=keeps)
        case PresaleDepositPaid() | PresaleBalanceOpened() | PresaleBalancePaid():
            return changed(presale, status=status)
        case _:
            assert_never(event)


def _due_at(presale: Presale) -> DateTime | None:
    match presale.status:
        case Status.RESERVED:
            return presale.terms.first.end
        case Status.DEPOSIT_PAID:
            return presale.terms.second.start
        case Status.BALANCE_OPEN:
            return presale.terms.second.end
        case _:
            return None


PRESALE: Noun[Presale, Opening, Later] = Noun(
    kind="presale",
    model=Presale,
    events=Event,
    opens=(PresaleReserved, PresaleAdopted),
    begin=begin,
    evolve=evolve,
    id_of=lambda presale: presale.id,
    due_at=_due_at,
    keys={
        "status": lambda presale: presale.status,
        "promotion": lambda presale: presale.promotion,
        "customer": lambda presale: presale.customer,
        "order": lambda presale: presale.order,
    },
)
