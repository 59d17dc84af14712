"""What must hold of members, coupons, returns and late payers, and of what was tried: checks as those of `checks`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, pairwise
from typing import Any, TypeVar

from attrs import fields, has

from books import Books
from checks import CHECKS, YEAR, Check, Evidence, Untrue, as_money, refuse, run_of, the_year_is_the_published_one
from ecomops.codec import NOUNS
from ecomops.customers import CUSTOMER, POINTS, POINTS_AWARD, PointsAccount
from ecomops.kernel import Noun
from ecomops.orders import AFTERSALE, ORDER, Order
from ecomops.orders.aftersales import CaseRefunded
from ecomops.promotions import COUPON, COUPON_BATCH, CouponUnmatched, coupons
from members import SECRETS

N = TypeVar("N")

FEW = frozenset({"aftersale", "consent", "coupon", "coupon_batch", "customer", "personal", "promotion_claim"})
"""The nouns of which even a year has few enough to search them all for the secrets of the erased household."""
ALL_SEARCHED = 1
"""Up to so many weeks everything is searched; of a longer run, of other nouns, what hangs on the household."""


def coupons_are_counted(evidence: Evidence) -> str:
    """Check that each redemption was redeemed or refused as it should be, and that the batches count their coupons."""
    books, found = evidence.books, evidence.found
    unmatched = evidence.shop.vouchers.refused[CouponUnmatched.code]
    statuses = Counter(row.value.status for row in books.rows(COUPON).values())
    belong = sum(1 for each in found.redemptions if each.basket_id is not None)
    astray = len(found.redemptions) - belong
    redeemed = statuses[coupons.Status.REDEEMED]
    if redeemed != belong:
        raise Untrue(f"{belong:,} redemptions have a basket, {redeemed:,} coupons are redeemed")
    if unmatched != astray:
        raise Untrue(f"{astray:,} redemptions have no basket, {unmatched:,} coupons were refused as unmatched")
    refuse(_batches(books))
    stand = ", ".join(f"{number:,} {status}" for status, number in sorted(statuses.items()))
    return (
        f"{belong:,} redeemed, {astray:,} refused as {CouponUnmatched.code},"
        f" {_released(books):,} released as their orders were cancelled; they stand as {stand}"
    )


def _released(books: Books) -> int:
    """Return how many coupons were free again when their order was cancelled."""
    events = chain.from_iterable(books.of(COUPON.kind, id) for id in books.rows(COUPON))
    return sum(1 for each in events if isinstance(each.event, coupons.CouponReleased))


def _batches(books: Books) -> Iterator[str]:
    """Yield a finding for each batch that counts something else than its coupons are."""
    there: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in books.rows(COUPON).values():
        there[row.value.batch][row.value.status] += 1
    for id, kept in books.rows(COUPON_BATCH).items():
        batch, own = kept.value, there[id]
        counted = (batch.issued, batch.reserved, batch.redeemed, batch.expired)
        status = coupons.Status
        are = (own.total(), own[status.RESERVED], own[status.REDEEMED], own[status.EXPIRED])
        if counted != are:
            yield f"batch {id} counts {counted} issued, reserved, redeemed and expired; its coupons are {are}"


def points_add_up(evidence: Evidence) -> str:
    """Check that the files earn what the awards say, that no account lost a point, and that each replays."""
    books = evidence.books
    earned = sum(row.value.earned for row in books.rows(POINTS_AWARD).values())
    clawed = sum(row.value.clawed_back for row in books.rows(POINTS_AWARD).values())
    if earned != evidence.points:
        raise Untrue(f"the files earn {evidence.points:,} points, the awards {earned:,}")
    accounts = [row.value for row in books.rows(POINTS).values()]
    odd = [each for each in accounts if _has(each) != _got(each)]
    refuse(f"account {each.id} has {_has(each):,} points of {_got(each):,}" for each in odd)
    told = sum(each.earned for each in accounts), sum(each.clawed_back for each in accounts)
    if told != (earned, clawed):
        raise Untrue(f"the awards gave {earned:,} points and took {clawed:,} back, the accounts say {told}")
    refuse(f"account {id} is not what its events tell" for id in books.rows(POINTS) if not _told(books, POINTS, id))
    expired = sum(each.expired for each in accounts)
    return f"{earned:,} earned by {len(accounts):,} members, {clawed:,} clawed back, {expired:,} expired, by replay"


def _got(account: PointsAccount) -> int:
    return account.earned + account.moved + account.debt


def _has(account: PointsAccount) -> int:
    waits = sum(each.lot.quantity for each in account.awaiting)
    live = sum(lot.quantity for lot in account.lots)
    return waits + live + account.spent + account.expired + account.clawed_back


def _told(books: Books, noun: Noun[N, Any, Any], id: str) -> bool:
    return bool(noun.replay([recorded.event for recorded in books.of(noun.kind, id)]) == books.rows(noun)[id].value)


def refunds_are_fair(evidence: Evidence) -> str:
    """Check of each case that it gave back what its units cost, by the rungs, and nobody more than was given."""
    books, refunded, units = evidence.books, 0, 0
    orders = books.rows(ORDER)
    for id, row in books.rows(AFTERSALE).items():
        order, case = orders[row.value.order].value, row.value
        event = next(each.event for each in books.of(AFTERSALE.kind, id) if isinstance(each.event, CaseRefunded))
        back = sum(_cost(order, each.line, each.quantity) for each in case.units)
        paid = max(sum(_last(order).values()) - _over(order), 0)
        amount = 0 if case.amount is None else case.amount.minor
        if not amount == event.amount.minor == min(back, paid):
            raise Untrue(f"case {id} gave {as_money(amount)} back for units that cost {as_money(back)}")
        _no_tender_gains(order, event)
        refunded, units = refunded + amount, units + sum(each.quantity for each in case.units)
    late = evidence.shop.aftercare.counted
    if late["came too late"] != late["given back"]:
        raise Untrue(f"{as_money(late['came too late'])} came too late, {as_money(late['given back'])} went back")
    return (
        f"{as_money(refunded)} for {units:,} units of {len(books.rows(AFTERSALE)):,} orders;"
        f" {as_money(late['came too late'])} came too late, for {late['paid too late']} cancelled orders, and went back"
    )


def _cost(order: Order, line: str, units: int) -> int:
    """Return what the first *units* of a line cost the buyer, by the unit law on its last rung."""
    own = next(each for each in order.lines if each.id == line)
    return run_of(own.rungs[-1].left.minor, own.quantity, 0, units)


def _last(order: Order) -> Mapping[str, int]:
    return {row.id: row.rungs[-1].left.minor for row in order.rows}


def _over(order: Order) -> int:
    """Return what the tenders exceed the lines, as it was when the order was placed."""
    steps = (row.rungs for row in order.rows)
    on_lines = sum(
        above.left.minor - below.left.minor
        for rungs in steps
        for above, below in pairwise(rungs)
        if below.kind == "tender"
    )
    return sum(tender.amount.minor for tender in order.tenders) - on_lines


def _no_tender_gains(order: Order, refunded: CaseRefunded) -> None:
    given: Counter[str] = Counter()
    for tender in order.tenders:
        given[tender.kind] += tender.amount.minor
    for back in refunded.tenders:
        if back.amount.minor > given[back.kind]:
            raise Untrue(f"case {refunded.case_id} gives {back.kind} {back.amount}, more than it gave")


def members_are_known(evidence: Evidence) -> str:
    """Check that each household is one customer, and that nothing of the erased one is left but ids."""
    books = evidence.books
    households = evidence.households
    if len(books.rows(CUSTOMER)) != households:
        raise Untrue(f"{households:,} households are {len(books.rows(CUSTOMER)):,} customers")
    seen: dict[int, object] = {}
    for where, thing in _searched(evidence):
        left = {secret for text in (*_texts(thing, seen), repr(thing)) for secret in SECRETS if secret in text}
        if left:
            raise Untrue(f"{len(left)} personal values of the erased household stand in {where}")
    return f"{households:,} households are customers; of the erased one {len(seen):,} values say nothing"


def _texts(thing: object, seen: dict[int, object]) -> Iterator[str]:
    """Yield every text in *thing*, however deep; what was *seen* before is passed over.

    What was seen is kept: a log makes what it tells anew, and another thing would get the place of one that is gone.
    """
    waiting: list[object] = [thing]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif id(value) not in seen:
            seen[id(value)] = value
            waiting.extend(_parts(value, type(value)))


def _parts(value: Any, kind: Any) -> Any:  # noqa: ANN401 - any value
    """Return what a tuple or an attrs object is made of; other values are made of nothing."""
    if issubclass(kind, tuple):
        return iter(value)
    return [getattr(value, name) for name in _names(kind)]


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind)) if has(kind) else ()


def _searched(evidence: Evidence) -> Iterator[tuple[str, object]]:
    """Yield what is searched for personal values, each with where it stands."""
    books, everything = evidence.books, evidence.weeks <= ALL_SEARCHED
    erased = evidence.shop.members.first
    own = {id for id, row in books.rows(ORDER).items() if row.value.customer == erased} | {str(erased)}
    for noun in NOUNS:
        for id, row in books.rows(noun).items():
            if everything or noun.kind in FEW or id in own:
                yield f"{noun.kind} {id}", row.value
                yield f"the log of {noun.kind} {id}", tuple(books.of(noun.kind, id))
    for command, answer in evidence.shop.store.carried_out():
        told = getattr(command, "order_id", None), getattr(command, "customer_id", None)
        if everything or own.intersection(told):
            yield f"what is kept of the command {command.id}", (command, answer)


def discounts_are_reproduced(evidence: Evidence) -> str:
    """Check that promotions take what the rules say, line by line, and that all parts are the totals of the files."""
    total = evidence.totals["files"]
    sums = {"loyalty": total.loyalty, "match": total.match, "coupons": total.coupons}
    for kind, found in evidence.trials.discounts.items():
        if found.odd or found.unequal:
            raise Untrue(
                f"{kind}: {found.odd:,} lines are not what the rules say,"
                f" {found.unequal:,} of {found.quoted:,} quotes differ"
            )
        if found.cents != sums[kind]:
            raise Untrue(f"{kind}: all parts are {as_money(found.cents)}, the files have {as_money(sums[kind])}")
    against = evidence.trials.discounts["loyalty"].against.lines
    if against:
        raise Untrue(f"{against:,} lines went against a card price")
    told = ", ".join(f"{as_money(each.reproduced.cents)} of {kind}" for kind, each in evidence.trials.discounts.items())
    return f"{told} are reproduced by promotions, to the cent"


def programmes_equal_quotes(evidence: Evidence) -> str:
    """Check that what programmes would have taken is what the quotes of the drawn baskets take."""
    found = evidence.trials.tried
    refuse([f"{found.unequal:,} of {found.quoted:,} quotes differ from the backtest"] if found.unequal else [])
    odd = [each.name for each in found.programmes if each.backtest.payable + each.backtest.discount != found.gross]
    refuse(f"the programme {name} does not add up to what the baskets brought" for name in odd)
    return (
        f"{len(found.programmes)} programmes on {found.baskets:,} baskets; {found.quoted:,} quotes equal the backtest"
    )


def checks(weeks: int) -> Mapping[str, Check]:
    """Return the checks of a run of *weeks* weeks, by a word for each."""
    return CHECKS | PROMISES | ({"year": the_year_is_the_published_one} if weeks == YEAR else {})


PROMISES: dict[str, Check] = {
    "coupons": coupons_are_counted,
    "points": points_add_up,
    "refunds": refunds_are_fair,
    "members": members_are_known,
    "discounts": discounts_are_reproduced,
    "programmes": programmes_equal_quotes,
}
"""The checks of every run on what hangs on orders, and on what was tried, by a word for each."""
