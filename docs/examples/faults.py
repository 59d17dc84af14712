"""Faults that can be planted in a run, to see the checks catch them: on the way to the shop, or in its books.

A fault changes data and nothing else: one receipt before it is sold, one row or event as the checks find it, or one of
the promotions that are tried on past baskets.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from attrs import evolve

from books import Books
from completejourney import Basket
from ecomops.customers import PERSONAL, POINTS, Personal, PersonalValue, PointsAccount
from ecomops.customers.personal import FieldName
from ecomops.inventory import STOCK, StockItem
from ecomops.kernel import Money, Noun, Recorded, Versioned
from ecomops.orders import AFTERSALE, ORDER, PAYMENT, AfterSale, Order, Rung
from ecomops.promotions import COUPON_BATCH, CouponBatch
from members import NAME

N = TypeVar("N")


class Fault(StrEnum):
    """What can be broken."""

    EVENT = "event"
    STOCK = "stock"
    PRICE = "price"
    SHARE = "share"
    COUPON = "coupon"
    POINTS = "points"
    REFUND = "refund"
    ERASE = "erase"
    PROMOTION = "promotion"


PLANTED: Mapping[Fault, str] = {
    Fault.EVENT: "the first event of a payment is missing from the log",
    Fault.STOCK: "a stock has one unit more on hand than its log tells of",
    Fault.PRICE: "a receipt came to the shop with a line that costs one cent more than in the files",
    Fault.SHARE: "a discount leaves more of a line than there was before it",
    Fault.COUPON: "a batch counts a coupon as redeemed that is not",
    Fault.POINTS: "a member has a point that nobody earned",
    Fault.REFUND: "a case gave back one cent more than its units cost",
    Fault.ERASE: "the name of the erased household stands in its row again",
    Fault.PROMOTION: "a card price stands a cent too high in its promotion",
}
"""What each fault does."""


def on_the_way(baskets: Iterable[Basket], fault: Fault | None) -> Iterator[Basket]:
    """Yield *baskets*; if *fault* is `price`, the first that has goods comes with a line that costs a cent more."""
    whole = fault is not Fault.PRICE
    for basket in baskets:
        dearer = not whole and bool(basket.goods)
        whole = whole or dearer
        yield _dearer(basket) if dearer else basket


def _dearer(basket: Basket) -> Basket:
    line = basket.goods[0]
    lines = tuple(replace(each, shelf=each.shelf + 1) if each is line else each for each in basket.lines)
    return replace(basket, lines=lines)


def in_the_books(books: Books, fault: Fault | None) -> Books:
    """Return *books* with *fault*, if it is one of the books."""
    match fault:
        case Fault.EVENT:
            payment = next(iter(books.rows(PAYMENT)))
            return LostEvent(books, books.of(PAYMENT.kind, payment)[0].position)
        case Fault.STOCK:
            return ChangedRow.of_noun(books, STOCK, _more)
        case Fault.SHARE:
            return ChangedRow.of_noun(books, ORDER, _uneven)
        case Fault.COUPON:
            return ChangedRow.of_noun(books, COUPON_BATCH, _one_more_redeemed)
        case Fault.POINTS:
            return ChangedRow.of_noun(books, POINTS, _one_point_more)
        case Fault.REFUND:
            return ChangedRow.of_noun(books, AFTERSALE, _one_cent_more)
        case Fault.ERASE:
            return ChangedRow.of_noun(books, PERSONAL, _named_again)
        case Fault.PRICE | Fault.PROMOTION | None:
            return books


def _more(item: StockItem) -> StockItem:
    """Return *item* with a unit on hand that never came in."""
    return evolve(item, on_hand=item.on_hand + 1)


def _uneven(order: Order) -> Order:
    """Return *order* with a line whose last step leaves more than there was; as it is if no line has a step."""
    for line in order.lines:
        if len(line.rungs) > 1:
            changed = copy(line)  # past the constructor, which would refuse it: as a hand in a database does
            object.__setattr__(changed, "rungs", (*line.rungs[:-1], _above(line.rungs[-1], line.rungs[-2])))
            return evolve(order, lines=tuple(changed if each is line else each for each in order.lines))
    return order


def _one_more_redeemed(batch: CouponBatch) -> CouponBatch:
    return evolve(batch, redeemed=batch.redeemed + 1)


def _one_point_more(account: PointsAccount) -> PointsAccount:
    return evolve(account, spent=account.spent + 1)


def _one_cent_more(case: AfterSale) -> AfterSale:
    return case if case.amount is None else evolve(case, amount=case.amount + Money(1, case.amount.currency))


def _named_again(row: Personal) -> Personal:
    return evolve(row, values=(PersonalValue(name=FieldName("name"), value=NAME),), erased=False)


def _above(rung: Rung, other: Rung) -> Rung:
    return evolve(rung, left=other.left + Money(1, other.left.currency))


@dataclass(frozen=True)
class LostEvent:
    """Books of which the log lacks one event."""

    books: Books
    lost: int

    def rows(self, noun: Noun[N, Any, Any]) -> Mapping[str, Versioned[N]]:
        """Return the rows as they are."""
        return self.books.rows(noun)

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Return what is left of what happened to one object."""
        return [each for each in self.books.of(kind, id) if each.position != self.lost]

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Return what is left of the events that follow *position*."""
        return [each for each in self.books.after(position, limit) if each.position != self.lost]


@dataclass(frozen=True)
class ChangedRow:
    """Books of which one row is not what the log tells."""

    books: Books
    kind: str
    changed: Mapping[str, Versioned[Any]]

    @classmethod
    def of_noun(cls, books: Books, noun: Noun[N, Any, Any], change: Callable[[N], N]) -> "ChangedRow":
        """Return *books* with *change* made to the first row of *noun* that it makes a difference to."""
        rows = books.rows(noun)
        changes = ((id, Versioned(change(row.value), row.version)) for id, row in rows.items())
        id, changed = next((id, new) for id, new in changes if new.value != rows[id].value)
        return cls(books, noun.kind, {**rows, id: changed})

    def rows(self, noun: Noun[N, Any, Any]) -> Mapping[str, Versioned[N]]:
        """Return the rows, with the one that is changed among them."""
        return self.changed if noun.kind == self.kind else self.books.rows(noun)

    def of(self, kind: str, id: str) -> Sequence[Recorded]:
        """Return what happened to one object."""
        return self.books.of(kind, id)

    def after(self, position: int, limit: int) -> Sequence[Recorded]:
        """Return the events that follow *position*."""
        return self.books.after(position, limit)
