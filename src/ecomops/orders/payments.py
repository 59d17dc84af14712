"""The payment of an order: no table, but the set of its notices.

Its sums and its status do not depend on the order in which a gateway tells, nor on how often. One reference of one
operation counts once, by its latest result; results that contradict each other are findings, never lost.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import ClassVar, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Currency, Id, Money, Noun
from ecomops.kernel.checks import an_instant, is_a, tuple_of, whole
from ecomops.kernel.money import MOST_MINOR, CurrencyMismatch
from ecomops.terms import OrderId, not_negative


class PaymentId(Id):
    """Names a payment: the text of its order's id."""

    __slots__ = ()


class Reference(Id):
    """What the gateway calls one operation: the same in a webhook and in a poll, never the id of a delivery."""

    __slots__ = ()


class Operation(StrEnum):
    """What a gateway does with money."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    CHARGEBACK = "chargeback"


class Outcome(StrEnum):
    """What came of it."""

    REQUESTED = "requested"
    FAILED = "failed"
    REVERSED = "reversed"
    SUCCEEDED = "succeeded"


@frozen(kw_only=True)
class Notice:
    """What a gateway says of one operation.

    Args:
        operation: What it did.
        reference: What it calls that.
        outcome: What came of it.
        amount: How much, not negative.
        at: The gateway's own instant.
    """

    operation: Operation = field(validator=is_a(Operation))
    reference: Reference = field(validator=is_a(Reference))
    outcome: Outcome = field(validator=is_a(Outcome))
    amount: Money = field(validator=not_negative)
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class Payment:
    """The payment of one order.

    Args:
        id: Whose it is.
        currency: The currency of all its notices.
        notices: Every distinct notice, in a fixed order that is not that of their arrival.
    """

    id: PaymentId = field(validator=is_a(PaymentId))
    currency: Currency = field(validator=is_a(Currency))
    notices: tuple[Notice, ...] = field(validator=tuple_of(Notice))


@frozen(kw_only=True)
class PaymentOpened:
    """The payment of an order began: with its first notice, or with all that an earlier system had."""

    code: ClassVar[str] = "payment.opened"

    id: PaymentId = field(validator=is_a(PaymentId))
    currency: Currency = field(validator=is_a(Currency))
    notices: tuple[Notice, ...] = field(validator=tuple_of(Notice))
    at: DateTime = field(validator=an_instant)


@frozen(kw_only=True)
class PaymentNoticed:
    """A gateway told something new."""

    code: ClassVar[str] = "payment.noticed"

    id: PaymentId = field(validator=is_a(PaymentId))
    notice: Notice = field(validator=is_a(Notice))
    at: DateTime = field(validator=an_instant)


Opening = PaymentOpened
Later = PaymentNoticed
Event = Opening | Later


def open_payment(
    order: OrderId, *, currency: Currency, notices: tuple[Notice, ...], at: DateTime
) -> tuple[PaymentOpened]:
    """Begin the payment of an order.

    Raises:
        CurrencyMismatch: A notice is in another currency.
    """
    for notice in notices:
        _require_currency(notice, currency)
    return (PaymentOpened(id=PaymentId(order), currency=currency, notices=_set(notices), at=at),)


def take(payment: Payment, *, notice: Notice, at: DateTime) -> tuple[PaymentNoticed, ...]:
    """Add a notice to *payment*; () when it has been told before.

    Raises:
        CurrencyMismatch: The notice is in another currency.
    """
    _require_currency(notice, payment.currency)
    known = _stands(payment.notices, notice, _find(payment.notices, notice))
    return () if known else (PaymentNoticed(id=payment.id, notice=notice, at=at),)


def _require_currency(notice: Notice, currency: Currency) -> None:
    if notice.amount.currency is not currency:
        raise CurrencyMismatch(left=currency, right=notice.amount.currency)


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


def _weight(notice: Notice) -> tuple[bool, DateTime, int, int]:
    """Return what decides between notices of one reference.

    An answer outweighs the request, whatever the two clocks say; then the later instant, success before all, the
    larger amount.
    """
    answered = notice.outcome is not Outcome.REQUESTED
    return answered, notice.at, _RANK[notice.outcome], notice.amount.minor


def _place(notice: Notice) -> tuple[str, str, tuple[bool, DateTime, int, int]]:
    """Return where a notice stands among others: a place that depends on nothing but itself."""
    return notice.operation, notice.reference, _weight(notice)


def _set(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return *notices* each once, in an order that depends on nothing but themselves."""
    every = tuple(notices)
    return every if len(every) < 2 else tuple(sorted(set(every), key=_place))  # noqa: PLR2004 - one is in order


def _find(notices: tuple[Notice, ...], notice: Notice) -> int:
    """Return the place of *notice* in the set *notices*: where it stands, or is to be put."""
    return bisect_left(notices, _place(notice), key=_place)


def _stands(notices: tuple[Notice, ...], notice: Notice, place: int) -> bool:
    return notice in notices[place : place + 1]


def _with(notices: tuple[Notice, ...], notice: Notice) -> tuple[Notice, ...]:
    """Return the set *notices* with one more, put in its place."""
    place = _find(notices, notice)
    return notices if _stands(notices, notice, place) else (*notices[:place], notice, *notices[place:])


def _latest(payment: Payment) -> dict[tuple[Operation, Reference], Notice]:
    """Return the latest result of each operation and reference."""
    latest: dict[tuple[Operation, Reference], Notice] = {}
    for notice in payment.notices:
        key = (notice.operation, notice.reference)
        before = latest.get(key)
        if before is None or _weight(before) < _weight(notice):
            latest[key] = notice
    return latest


def results(payment: Payment) -> tuple[Notice, ...]:
    """Return the latest result of each operation and reference, in a fixed order.

    Any answer outweighs the request for it. At one instant success wins, then reversal and failure; between equals the
    larger amount.
    """
    return tuple(sorted(_latest(payment).values(), key=_place))


def contradictions(payment: Payment) -> tuple[tuple[Notice, ...], ...]:
    """Return the findings: results of one reference that cannot all be true.

    They contradict when two succeeded with different amounts, or two different ones carry the same instant. A request
    and what came of it may carry the same instant: a till asks and pays at once. A capture after a void is a finding
    too, with the voids, when nothing is authorised any more that covers it.
    """
    told: dict[tuple[Operation, Reference], list[Notice]] = {}
    for notice in payment.notices:
        told.setdefault((notice.operation, notice.reference), []).append(notice)
    return (*(tuple(notices) for notices in told.values() if _contradict(notices)), *_captured_after_void(payment))


def _captured_after_void(payment: Payment) -> tuple[tuple[Notice, ...], ...]:
    """Return the voids and the captures after them that no authorisation covers any more; () when there are none."""
    done = [notice for notice in results(payment) if notice.outcome is Outcome.SUCCEEDED]
    live = sum(notice.amount.minor for notice in done if notice.operation is Operation.AUTHORISE)
    voids: list[Notice] = []
    late: list[Notice] = []
    for notice in sorted(done, key=lambda each: (each.at, each.operation is Operation.VOID)):
        if notice.operation is Operation.VOID:
            voids.append(notice)
            live -= notice.amount.minor
        elif notice.operation is Operation.CAPTURE:
            live -= notice.amount.minor
            late.extend([notice] if voids and live < 0 else [])
    return ((*voids, *late),) if late else ()


def _contradict(notices: list[Notice]) -> bool:
    amounts = {notice.amount for notice in notices if notice.outcome is Outcome.SUCCEEDED}
    moments = {(notice.at, notice.outcome is Outcome.REQUESTED) for notice in notices}
    return len(amounts) > 1 or len(moments) < len(notices)


def total(payment: Payment, operation: Operation, outcome: Outcome = Outcome.SUCCEEDED) -> Money:
    """Return the sum of the results of *operation* that stand at *outcome*.

    Example:
        >>> from ecomops.testing import a_notice, a_payment
        >>> str(total(a_payment(a_notice(amount="5.00"), a_notice(amount="5.00")), Operation.CAPTURE))
        '5.00 CNY'
    """
    amounts = (
        notice.amount for notice in results(payment) if notice.operation is operation and notice.outcome is outcome
    )  # fmt: skip
    return Money.total(amounts, payment.currency)


class PaymentStatus(StrEnum):
    """Where a payment stands, derived from its results."""

    CHARGED_BACK = "charged_back"
    PAID_OUT = "paid_out"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    CAPTURED = "captured"
    VOIDED = "voided"
    AUTHORISED = "authorised"
    PENDING = "pending"
    FAILED = "failed"


@frozen(kw_only=True)
class Sums:
    """The sums of the results of a payment, in minor units of its currency.

    Args:
        authorised: Authorisations that succeeded.
        captured: Captures that succeeded.
        refunded: Refunds that succeeded.
        charged_back: Chargebacks that succeeded.
        voided: Voids that succeeded.
        refunding: Refunds that are requested and not yet answered.
        requested: All that is requested and not yet answered, refunds included.
    """

    authorised: int = field(default=0, validator=whole(0, MOST_MINOR))
    captured: int = field(default=0, validator=whole(0, MOST_MINOR))
    refunded: int = field(default=0, validator=whole(0, MOST_MINOR))
    charged_back: int = field(default=0, validator=whole(0, MOST_MINOR))
    voided: int = field(default=0, validator=whole(0, MOST_MINOR))
    refunding: int = field(default=0, validator=whole(0, MOST_MINOR))
    requested: int = field(default=0, validator=whole(0, MOST_MINOR))

    @property
    def net(self) -> int:
        """What the payment brought: captured less refunded less charged back; negative when more was paid out."""
        return self.captured - self.refunded - self.charged_back


SUMMED: Mapping[tuple[Operation, Outcome], tuple[str, ...]] = {
    (Operation.AUTHORISE, Outcome.SUCCEEDED): ("authorised",),
    (Operation.CAPTURE, Outcome.SUCCEEDED): ("captured",),
    (Operation.REFUND, Outcome.SUCCEEDED): ("refunded",),
    (Operation.CHARGEBACK, Outcome.SUCCEEDED): ("charged_back",),
    (Operation.VOID, Outcome.SUCCEEDED): ("voided",),
    (Operation.REFUND, Outcome.REQUESTED): ("refunding", "requested"),
    (Operation.AUTHORISE, Outcome.REQUESTED): ("requested",),
    (Operation.CAPTURE, Outcome.REQUESTED): ("requested",),
    (Operation.VOID, Outcome.REQUESTED): ("requested",),
    (Operation.CHARGEBACK, Outcome.REQUESTED): ("requested",),
}
"""Which results count in which sums; failed and reversed ones count in none."""


PRECEDENCE: tuple[tuple[PaymentStatus, Callable[[Sums], bool]], ...] = (
    (PaymentStatus.CHARGED_BACK, lambda sums: sums.charged_back > 0),
    (PaymentStatus.PAID_OUT, lambda sums: sums.refunded > sums.captured),
    (PaymentStatus.REFUNDED, lambda sums: sums.refunded == sums.captured > 0),
    (PaymentStatus.PARTLY_REFUNDED, lambda sums: sums.refunded > 0),
    (PaymentStatus.CAPTURED, lambda sums: sums.captured > 0),
    (PaymentStatus.VOIDED, lambda sums: 0 < sums.voided >= sums.authorised + sums.requested),
    (PaymentStatus.AUTHORISED, lambda sums: sums.authorised > sums.voided),
    (PaymentStatus.PENDING, lambda sums: sums.requested > 0),
    (PaymentStatus.FAILED, lambda _: True),
)
"""The published precedence: the first row that holds is the status."""


def sums(payment: Payment) -> Sums:
    """Return the sums of the results of *payment*.

    Raises:
        OutOfRange: A sum is larger than can be kept.
    """
    found: dict[str, int] = {}
    for notice in _latest(payment).values():
        for name in SUMMED.get((notice.operation, notice.outcome), ()):
            found[name] = found.get(name, 0) + notice.amount.minor
    return Sums(**found)


def net(payment: Payment) -> Money:
    """Return what the payment brought: captured less refunded less charged back; negative when more was paid out."""
    return Money(sums(payment).net, payment.currency)


def status(payment: Payment) -> PaymentStatus:
    """Return where *payment* stands, by the published precedence."""
    return status_of(sums(payment))


def status_of(found: Sums) -> PaymentStatus:
    """Return where a payment with these sums stands, by the published precedence."""
    return next(each for each, holds in PRECEDENCE if holds(found))


def begin(event: Opening) -> Payment:
    """Return the payment that *event* tells of."""
    return Payment(id=event.id, currency=event.currency, notices=_set(event.notices))


def evolve(payment: Payment, event: Later) -> Payment:
    """Return the payment as it stands after *event*."""
    match event:
        case PaymentNoticed(notice=notice):
            return Payment(id=payment.id, currency=payment.currency, notices=_with(payment.notices, notice))
        case _:
            assert_never(event)


def evolve_all(payment: Payment, events: tuple[Later, ...]) -> Payment:
    """Return the payment as it stands after all *events*: its notices are a set, so they can come together."""
    notices = _set((*payment.notices, *(event.notice for event in events)))
    return Payment(id=payment.id, currency=payment.currency, notices=notices)


PAYMENT: Noun[Payment, Opening, Later] = Noun(
    kind="payment",
    model=Payment,
    events=Event,
    opens=(PaymentOpened,),
    begin=begin,
    evolve=evolve,
    evolve_all=evolve_all,
    id_of=lambda payment: payment.id,
)
