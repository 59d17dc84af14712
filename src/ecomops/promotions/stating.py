"""What the host states: bounded by the room of its line, and carried whole or not at all."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from ecomops.kernel import Money
from ecomops.kernel.copies import changed
from ecomops.kernel.money import CurrencyMismatch
from ecomops.kernel.rules import ALWAYS, Facts
from ecomops.promotions.admitting import admits, affords
from ecomops.promotions.basket import Entry, floors
from ecomops.promotions.canonical import goods_of, services_of
from ecomops.promotions.compiling import Compiled
from ecomops.promotions.desk import Desk
from ecomops.promotions.errors import LineExcess, StatedTooLarge, UnknownStated
from ecomops.promotions.refusals import Reason
from ecomops.terms import Discount, LineId, PricedLine, PricedService, PromotionId

E = TypeVar("E", PricedLine, PricedService)


def carry(desk: Desk) -> None:
    """Bound what is stated, and drop what does not hold today.

    Raises:
        StatedTooLarge: It exceeds the room of a line; every such line is listed.
        UnknownStated: A discount is stated for promotions that do not take any.
        CurrencyMismatch: An amount is not in the currency of the rulebook.
    """
    basket = desk.basket
    if basket.traits:
        desk.floors = floors(basket)
    excesses: list[LineExcess] = []
    plain = _bound(desk, basket.lines, desk.left, excesses)
    plain = _bound(desk, basket.services, desk.left_of_services, excesses) and plain
    if excesses:
        raise StatedTooLarge(lines=tuple(excesses))
    if not plain or any(desk.book.by_id[id].stated for id in desk.opened):
        _weigh(desk)
    if desk.book.wary:
        desk.carried |= desk.book.wary & {desk.book.places[each.promotion] for each in _discounts(desk)}


def _discounts(desk: Desk) -> list[Discount]:
    entries: tuple[Entry, ...] = (*desk.lines, *desk.service_lines)
    return [discount for entry in entries for discount in entry.discounts]


def _bound(desk: Desk, entries: Sequence[Entry], left: list[int], excesses: list[LineExcess]) -> bool:
    """Add what is *left* of each entry, and every excess; tell whether all that is stated always holds."""
    currency, plain, always = desk.currency, desk.book.plain, True
    for entry in entries:
        gross = entry.gross
        if gross.currency is not currency:
            raise CurrencyMismatch(left=currency, right=gross.currency)
        rest = gross.minor
        desk.gross += rest
        if entry.discounts:
            for discount in entry.discounts:
                amount = discount.amount
                if amount.currency is not currency:
                    raise CurrencyMismatch(left=currency, right=amount.currency)
                rest -= amount.minor
                if discount.promotion not in plain:
                    always = False
            if rest < 0 or (desk.floors and rest < _floor(desk, entry)):
                excesses.append(_excess(desk, entry, rest))
        left.append(rest)
    return always


def _floor(desk: Desk, entry: Entry) -> int:
    return min(desk.floors.get(entry.id, 0), entry.gross.minor)


def _excess(desk: Desk, entry: Entry, rest: int) -> LineExcess:
    return LineExcess(
        line=entry.id,
        stated=Money(entry.gross.minor - rest, desk.currency),
        room=Money(entry.gross.minor - _floor(desk, entry), desk.currency),
    )


def _weigh(desk: Desk) -> None:
    """Carry the stated promotions that hold today, whole or not at all."""
    book, basket = desk.book, desk.basket
    stated: dict[PromotionId, list[tuple[Entry, int]]] = {id: [] for id in desk.opened if book.by_id[id].stated}
    entries: tuple[Entry, ...] = (*desk.lines, *desk.service_lines)
    for entry in entries:
        for discount in entry.discounts:
            stated.setdefault(discount.promotion, []).append((entry, discount.amount.minor))
    unknown = tuple(sorted(id for id in stated if id not in book.by_id or not book.by_id[id].stated))
    if unknown:
        raise UnknownStated(promotions=unknown)
    goods = goods_of(basket, [line.gross.minor for line in desk.lines], desk.floors)
    desk.lay_out(goods, services_of(basket, desk.left_of_services))
    facts = {basket.lines[place].id: goods.facts[row] for row, parts in enumerate(goods.parts) for place, _ in parts}
    dropped = frozenset(
        id
        for id in sorted(stated, key=book.places.__getitem__)
        if id not in book.plain and not _carries(desk, book.compiled[book.places[id]], stated[id], facts)
    )
    desk.enter()
    if dropped:
        _drop(desk, dropped)


def _carries(
    desk: Desk, compiled: Compiled, parts: list[tuple[Entry, int]], facts: Mapping[LineId, Facts]
) -> bool:  # fmt: skip
    """Tell whether a stated promotion holds today, and claim its uses if it does."""
    promotion, scope = compiled.promotion, compiled.scope
    outside = scope.rule != ALWAYS and not all(scope.ask(facts.get(entry.id, {})) for entry, _ in parts)
    if outside or not (parts or desk.scoping.rows(scope)):
        desk.refuse(promotion.id, Reason.COUPON_UNMATCHED if promotion.by_coupon else Reason.OUT_OF_SCOPE)
        return False
    if compiled.presented and promotion.id not in desk.given:
        desk.refuse(promotion.id, Reason.NOT_PRESENTED)
        return False
    amount = sum(amount for _, amount in parts)
    if not admits(desk, compiled) or affords(desk, compiled, amount, cut=False) is None:
        return False
    desk.claim(compiled, amount)
    desk.carried.add(compiled.place)
    return True


def _drop(desk: Desk, dropped: frozenset[PromotionId]) -> None:
    """Take the discounts of these promotions away again."""
    desk.lines = tuple(_without(line, dropped) for line in desk.lines)
    desk.service_lines = tuple(_without(service, dropped) for service in desk.service_lines)
    desk.left = [_left(line) for line in desk.lines]
    desk.left_of_services = [_left(service) for service in desk.service_lines]


def _left(entry: Entry) -> int:
    return entry.gross.minor - sum(discount.amount.minor for discount in entry.discounts)


def _without(entry: E, dropped: frozenset[PromotionId]) -> E:
    """Return *entry* without the discounts of these promotions; itself when it has none of them."""
    kept = tuple(each for each in entry.discounts if each.promotion not in dropped)
    return entry if kept == entry.discounts else changed(entry, discounts=kept)
