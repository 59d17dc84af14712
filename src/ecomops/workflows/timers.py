"""Let time pass: list what has fallen due, a page at a time, and carry out what time asks of each object.

A host runs `due` as often as it likes (a cron job, several workers): each command is made of kind, id and deadline and
holds at that deadline, whenever it is run; so two workers give the same command, running it twice changes nothing, and
running it moves the deadline later or takes it away.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias, assert_never

from attrs import field, frozen
from pendulum import DateTime

from ecomops.customers import POINTS, PointsAccount
from ecomops.inventory import RESERVATION, Reservation
from ecomops.kernel import Between, Cursor, Noun, Query, Reading, Work, later, page
from ecomops.kernel.checks import is_a, optional, tuple_of, wrong_kind
from ecomops.orders import AFTERSALE, DEFAULT_POLICY, ORDER, AfterSale, Order, OrderPolicy
from ecomops.products import LISTING, Listing
from ecomops.promotions import CAMPAIGN, COUPON, Campaign, Coupon
from ecomops.promotions.bargains import BARGAIN, Bargain
from ecomops.promotions.flashsales import FLASH_HOLD, FLASH_SESSION, FlashHold, FlashSession
from ecomops.workflows.bargaining import BargainDue, BargainStands, bargain_due, move_bargain
from ecomops.workflows.campaigning import CampaignDue, CampaignStands, campaign_due, move_campaign
from ecomops.workflows.couponing import CouponDue, CouponStanding, coupon_due, expire_coupon
from ecomops.workflows.deadlines import Elapsed, OrderDue, ReservationDue, order_due, pass_order_time, reservation_due
from ecomops.workflows.flashorders import FlashHoldDue, FlashHoldStands, flash_hold_due, pass_flash_hold
from ecomops.workflows.flashsales import FlashSaleDue, FlashSaleStands, close_flash_sale, flash_sale_due
from ecomops.workflows.listing import ListingDue, ListingSwitched, listing_due, switch_listing
from ecomops.workflows.membership import PointsDue, PointsElapsed, pass_points_time, points_due
from ecomops.workflows.returns import CaseDue, CaseMoved, case_due, move_case

DueCommand: TypeAlias = (
    OrderDue
    | ReservationDue
    | CaseDue
    | CouponDue
    | PointsDue
    | ListingDue
    | CampaignDue
    | FlashHoldDue
    | FlashSaleDue
    | BargainDue
)
"""What time may ask."""

Passed: TypeAlias = (
    Elapsed
    | CaseMoved
    | CouponStanding
    | PointsElapsed
    | ListingSwitched
    | CampaignStands
    | FlashHoldStands
    | FlashSaleStands
    | BargainStands
)
"""What time did."""

Timed: TypeAlias = (
    Order | Reservation | AfterSale | Coupon | PointsAccount | Listing | Campaign | FlashHold | FlashSession | Bargain
)
"""Of what time may ask something."""


@frozen
class Timer:
    """A noun of which time asks something.

    Args:
        noun: Its binding.
        command_due: What time asks of a value of it at an instant; None when nothing has fallen due.
    """

    noun: Noun[Any, Any, Any] = field(validator=is_a(Noun))
    command_due: Callable[..., DueCommand | None]


TIMERS: tuple[Timer, ...] = (
    Timer(ORDER, order_due),
    Timer(RESERVATION, reservation_due),
    Timer(AFTERSALE, case_due),
    Timer(COUPON, coupon_due),
    Timer(POINTS, points_due),
    Timer(LISTING, listing_due),
    Timer(CAMPAIGN, campaign_due),
    Timer(FLASH_HOLD, flash_hold_due),
    Timer(FLASH_SESSION, flash_sale_due),
    Timer(BARGAIN, bargain_due),
)
"""All timers, in the order in which `due` asks: an unpaid order frees what it has bound itself, so it is first."""


def command_due(value: Timed, *, at: DateTime) -> DueCommand | None:
    """Return what time asks of *value* at the instant *at*; None when nothing has fallen due.

    The command holds at the deadline, not at *at*: it is the same whoever runs it, and when.

    Example:
        >>> import pendulum
        >>> from ecomops.testing import an_order
        >>> order = an_order(at=pendulum.datetime(2026, 6, 18))
        >>> command_due(order, at=order.due_at).id
        CommandId('due:order:o-1:2026-06-18T00:30:00+00:00')
    """
    return next(timer.command_due(value, at=at) for timer in TIMERS if timer.noun.model is type(value))


@frozen(kw_only=True)
class DueCursor:
    """Where a page of due commands ended: among which kind, and where there; None is before its first."""

    kind: str = field(validator=is_a(str))
    cursor: Cursor | None = field(validator=optional(is_a(Cursor)))


@frozen(kw_only=True)
class DuePage:
    """Commands that have fallen due, and where the next page starts; None when this was the last."""

    commands: tuple[DueCommand, ...] = field(
        validator=tuple_of(
            OrderDue,
            ReservationDue,
            CaseDue,
            CouponDue,
            PointsDue,
            ListingDue,
            CampaignDue,
            FlashHoldDue,
            FlashSaleDue,
            BargainDue,
        )
    )
    next: DueCursor | None = field(validator=optional(is_a(DueCursor)))


def due(
    *, at: DateTime, limit: int = 100, after: DueCursor | None = None, timers: tuple[Timer, ...] = TIMERS
) -> Reading[DuePage]:
    """Read what has fallen due at the instant *at*: kind by kind, each by (deadline, id).

    A page holds commands of one kind: those of the next are read when these have been carried out, and may have gone.

    Args:
        at: Now, as the host's clock says.
        limit: The most commands of one page, 1 to 10,000.
        after: Where the page before ended.
        timers: The nouns that the host keeps, in the order in which they are asked.

    Raises:
        WrongKind: None of the timers is of the kind at which the page before ended.
    """
    kinds = [timer.noun.kind for timer in timers]
    place = 0 if after is None else _place(kinds, after.kind)
    cursor = None if after is None else after.cursor
    until = Between(key="due_at", end=later(at, timedelta(microseconds=1)))
    for timer, following in zip(timers[place:], (*kinds[place + 1 :], None), strict=False):
        found = yield from page(Query(noun=timer.noun, terms=(until,), sort="due_at", after=cursor, limit=limit))
        asked = (timer.command_due(row.value, at=at) for row in found.rows)
        commands = tuple(each for each in asked if each is not None)
        kind = timer.noun.kind if found.next else following
        if found.rows:
            return DuePage(commands=commands, next=DueCursor(kind=kind, cursor=found.next) if kind else None)
        cursor = None
    return DuePage(commands=(), next=None)


def _place(kinds: list[str], kind: str) -> int:
    if kind not in kinds:
        raise wrong_kind("due.after", f"a cursor among {', '.join(kinds)}", kind)
    return kinds.index(kind)


def pass_time(command: DueCommand, *, policy: OrderPolicy = DEFAULT_POLICY) -> Work[Passed]:
    """Read the object that has fallen due with all that hangs on it, and do what time asks.

    Args:
        command: What time asks.
        policy: The timers of orders; bind another with `functools.partial`.

    Raises:
        Missing: There is no such object.
    """
    match command:
        case OrderDue() | ReservationDue():
            return (yield from pass_order_time(command, policy=policy))
        case CaseDue():
            return (yield from move_case(command))
        case CouponDue():
            return (yield from expire_coupon(command))
        case PointsDue():
            return (yield from pass_points_time(command))
        case ListingDue():
            return (yield from switch_listing(command))
        case CampaignDue():
            return (yield from move_campaign(command))
        case FlashHoldDue():
            return (yield from pass_flash_hold(command))
        case FlashSaleDue():
            return (yield from close_flash_sale(command))
        case BargainDue():
            return (yield from move_bargain(command))
        case _:
            assert_never(command)
