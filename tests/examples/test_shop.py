"""The shop: how a receipt reads as a checkout, and the baskets of the year that are unlike the others."""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date
from itertools import combinations
from types import FunctionType, ModuleType

import numpy as np
import pytest
from pendulum import DateTime

import completejourney
import from_columns
import from_files
import from_log
import from_nouns
from books import Books
from completejourney import Basket, Flags, Tape
from ecomops.kernel import CommandId, instant, run
from ecomops.orders import ORDER, PAYMENT, Order, OrderEmpty, Status
from ecomops.orders.fulfilment import Fulfilment, fulfilment
from ecomops.orders.payments import PaymentStatus, contradictions, status
from ecomops.terms import Discount, Funder, LineId, Price, PromotionId, Tender, TenderKind
from ecomops.workflows.placement import PlaceOrder, place_order
from faults import Fault, on_the_way
from receipts import checkout_of
from shop import Shop
from tests.examples.planted import NOON, a_basket, a_line, counted, empty, stocked, usd
from till import TILL, end_of
from totals import Totals


def test_ids_are_those_of_the_receipt() -> None:
    """An order is its basket, its customer the household, a stock the product at the store, a line its place."""
    checkout = checkout_of(a_basket(a_line(shelf=100), a_line(shelf=100)))
    assert (checkout.order_id, checkout.customer) == ("31", "7")
    assert [(line.id, line.stock) for line in checkout.lines] == [("1", "5@330"), ("2", "5@330")]


def test_both_discounts_are_borne_by_the_shop() -> None:
    """Loyalty and match come off the shelf amount in this order, and only if they take anything off."""
    (both, one, none) = checkout_of(
        a_basket(a_line(shelf=300, loyalty=50, match=20), a_line(shelf=300, match=20), a_line(shelf=300))
    ).lines
    loyalty = Discount(promotion=PromotionId("loyalty"), amount=usd(50), funder=Funder.SHOP)
    match = Discount(promotion=PromotionId("match"), amount=usd(20), funder=Funder.SHOP)
    assert (both.gross, both.discounts) == (usd(300), (loyalty, match))
    assert (one.discounts, none.discounts) == ((match,), ())


def test_a_coupon_of_goods_is_a_tender_of_its_line() -> None:
    """A manufacturer's coupon is money of the brand for its line, and no discount."""
    checkout = checkout_of(a_basket(a_line(shelf=300), a_line(shelf=300, coupon=100)))
    assert checkout.tenders == (
        Tender(
            kind=TenderKind.MANUFACTURER_COUPON,
            amount=usd(100),
            funder=Funder.BRAND,
            lines=(LineId("2"),),
        ),
    )
    assert not any(line.discounts for line in checkout.lines)


def test_a_coupon_without_goods_is_a_tender_of_the_order() -> None:
    """A coupon on a line of quantity 0 pays for whatever the coupons of the lines leave over."""
    checkout = checkout_of(a_basket(a_line(quantity=0, coupon=75), a_line(shelf=300, coupon=100)))
    assert [(tender.amount, tender.lines) for tender in checkout.tenders] == [(usd(100), (LineId("2"),)), (usd(75), ())]
    assert [line.id for line in checkout.lines] == ["2"]


def test_money_without_goods_is_a_service() -> None:
    """A line of quantity 0 that costs something is a service line, discounts and all."""
    checkout = checkout_of(a_basket(a_line(quantity=0, shelf=120, loyalty=61), a_line(quantity=0)))
    (service,) = checkout.services
    assert (service.id, service.gross, service.discounts[0].amount) == ("1", usd(120), usd(61))
    assert checkout.lines == ()


def test_fuel_is_priced_per_thousand() -> None:
    """The price shown is for 1,000 units, and the amount of the line stays what it was."""
    (line,) = checkout_of(a_basket(a_line(quantity=12_345, per=1_000, shelf=2_900))).lines
    assert (line.price, line.gross) == (Price(amount=usd(235), per=1_000), usd(2_900))


def test_a_day_ends_where_the_shops_are() -> None:
    """Time passes at midnight in New York, in summer too."""
    assert str(end_of(date(2017, 1, 1))) == "2017-01-02 05:00:00+00:00"
    assert str(end_of(date(2017, 7, 1))) == "2017-07-02 04:00:00+00:00"


def test_an_order_closes_at_the_end_of_the_day_on_which_its_return_window_ends() -> None:
    """Handed over at noon, an order is closed in the evening a week later, not in the one before."""
    shop = stocked(Shop(), p5=1)
    list(shop.trade([a_basket(a_line(shelf=100)), empty(date(2017, 1, 7))]))
    assert shop.store.rows(ORDER)["31"].value.status is Status.PAID
    list(shop.trade([empty(date(2017, 1, 8))]))
    assert shop.store.rows(ORDER)["31"].value.status is Status.CLOSED


def test_time_passes_for_all_that_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little is read at once, all that is due at an instant is done."""
    monkeypatch.setattr("shop.DUE_AT_ONCE", 1)
    baskets = [replace(a_basket(a_line(shelf=100)), basket_id=number) for number in (41, 42, 43)]
    shop = stocked(Shop(), p5=3)
    list(shop.trade([*baskets, empty(date(2017, 1, 8))]))
    assert [row.value.status for row in shop.store.rows(ORDER).values()] == [Status.CLOSED] * 3


def test_closing_ends_though_an_order_does_not_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were time to ask in vain, closing would end all the same, and leave the order to the checks."""
    shop = stocked(Shop(), p5=1)
    shop.sell(a_basket(a_line(shelf=100)))

    def in_vain(at: DateTime) -> None:
        assert at.hour in {4, 5}

    monkeypatch.setattr(shop, "let_pass", in_vain)
    shop.close()
    assert shop.store.rows(ORDER)["31"].value.status is Status.PAID


def test_days_are_counted_as_they_are_sold() -> None:
    """Trading yields after each day how many baskets it had, refused ones with them."""
    tomorrow = empty(date(2017, 1, 2))
    shop = Shop()
    assert list(shop.trade([a_basket(), tomorrow, tomorrow])) == [1, 2]
    assert shop.refused == 3


def test_a_basket_that_holds_nothing_is_refused_asempty() -> None:
    """The library refuses it with `order.empty`, and nothing is kept."""
    shop = Shop()
    checkout = checkout_of(a_basket(a_line(quantity=0)))
    with pytest.raises(OrderEmpty) as refused:
        run(place_order, PlaceOrder(id=CommandId("c"), by=TILL, at=instant(NOON), checkout=checkout), shop.store.unit)
    assert refused.value.code == "order.empty"
    assert not shop.store.after(-1, 1)


def test_a_payout_counts_when_it_is_paid() -> None:
    """What coupons exceed is no money that moved before the till says so, neither by the rows nor by the log."""
    shop, checkout = Shop(), checkout_of(a_basket(a_line(quantity=0, coupon=75)))
    run(place_order, PlaceOrder(id=CommandId("c"), by=TILL, at=instant(NOON), checkout=checkout), shop.store.unit)
    for totals in (from_nouns.totals(shop.store), from_log.totals(shop.store)):
        assert (totals.coupons, totals.cash, totals.paid_out) == (75, 0, 0)


def _unlike(year: Tape) -> Flags:
    """Return which baskets of the year owe nothing or less, or have no goods."""
    due, units = (np.add.reduceat(column, year.starts) for column in (year.net - year.coupon, year.quantity))
    unlike: Flags = (due <= 0) | (units == 0)
    return unlike


@pytest.fixture(scope="module")
def tape(year: Tape) -> Tape:
    """The lines of these baskets."""
    chosen = np.repeat(_unlike(year), np.diff(year.starts, append=len(year.basket)))
    return Tape(**{field.name: getattr(year, field.name)[chosen] for field in fields(Tape)})


@pytest.fixture(scope="module")
def shop(tape: Tape) -> Shop:
    """A shop that has sold these baskets and no others, on days of their own."""
    shop, deliveries = Shop(), completejourney.deliveries(tape)
    shop.take_in(deliveries, at=instant(deliveries[0].before))
    for basket in completejourney.baskets(tape):
        shop.sell(basket)
    return shop


@pytest.fixture(scope="module")
def orders(shop: Shop) -> tuple[Order, ...]:
    """Their orders."""
    return tuple(row.value for row in shop.store.rows(ORDER).values())


def _codes(shop: Shop, order: Order) -> list[str]:
    """Return the codes of what happened to *order*."""
    return [getattr(recorded.event, "code", "") for recorded in shop.store.of(ORDER.kind, order.id)]


def test_empty_baskets_are_refused_and_counted(shop: Shop, tape: Tape) -> None:
    """320 baskets of the year hold nothing; all the others become orders."""
    assert shop.refused == 320
    assert len(shop.store.rows(ORDER)) == len(tape.starts) - 320


def test_orders_that_owe_nothing_are_settled_at_once(shop: Shop, orders: tuple[Order, ...]) -> None:
    """188 orders owe exactly nothing: paid by the command that places them, without any payment."""
    free = [order for order in orders if order.due.minor == 0]
    assert len(free) == 188
    for order in free:
        placed, paid = shop.store.of(ORDER.kind, order.id)[:2]
        assert [getattr(each.event, "code", "") for each in (placed, paid)] == ["order.placed", "order.paid"]
        assert placed.command_id == paid.command_id
        assert str(order.id) not in shop.store.rows(PAYMENT)


def test_what_tenders_exceed_is_paid_out(shop: Shop, orders: tuple[Order, ...]) -> None:
    """In 19 orders the coupons exceed what is due: 26.58 in all goes out, each payment without a finding."""
    payments = shop.store.rows(PAYMENT)
    exceeded = [order for order in orders if order.due.minor < 0]
    assert (len(exceeded), sum(order.due.minor for order in exceeded)) == (19, -26_58)
    for order in exceeded:
        payment = payments[order.id].value
        assert status(payment) is PaymentStatus.PAID_OUT
        assert [notice.outcome for notice in payment.notices] == ["requested", "succeeded"]
        assert {(notice.reference, notice.amount) for notice in payment.notices} == {(str(order.id), -order.due)}
        assert contradictions(payment) == ()


def test_orders_of_tenders_alone_close_at_once(shop: Shop, orders: tuple[Order, ...]) -> None:
    """8 baskets are coupons without goods or money: their orders are paid out, and close as they are placed."""
    tenders = [order for order in orders if not order.lines and not order.services]
    assert len(tenders) == 8
    assert all(_codes(shop, order) == ["order.placed", "order.paid", "order.closed"] for order in tenders)
    assert all(order.due == -order.excess and order.excess.minor > 0 for order in tenders)


def test_orders_of_money_alone_close_when_they_are_paid(shop: Shop, orders: tuple[Order, ...]) -> None:
    """2 baskets are money without goods: service lines, which are paid and never shipped."""
    money = [order for order in orders if order.services and not order.lines]
    assert len(money) == 2
    assert all(_codes(shop, order) == ["order.placed", "order.paid", "order.closed"] for order in money)
    assert all(len(shop.store.of(ORDER.kind, order.id)) == 3 and order.due.minor > 0 for order in money)


def test_goods_are_handed_over(orders: tuple[Order, ...]) -> None:
    """Whatever is owed, goods are received as they are sold, and no order without goods stays open."""
    for order in orders:
        wanted = (Fulfilment.RECEIVED, Status.PAID) if order.lines else (Fulfilment.NO_GOODS, Status.CLOSED)
        assert (fulfilment(order), order.status) == wanted


def test_nothing_stays_open(tape: Tape) -> None:
    """Closing goes on from day to day until time asks nothing of any order."""
    shop, deliveries = Shop(), completejourney.deliveries(tape)
    shop.take_in(deliveries, at=instant(deliveries[0].before))
    for basket in _first(40, tape):
        shop.sell(basket)
    shop.close()
    assert {row.value.status for row in shop.store.rows(ORDER).values()} == {Status.CLOSED}


def _first(number: int, tape: Tape) -> Iterator[Basket]:
    return (basket for basket, _ in zip(completejourney.baskets(tape), range(number), strict=False))


def _by_columns(books: Books) -> Totals:
    return from_columns.totals(from_columns.facts(books, frozenset()))


BY_CODE: dict[str, Callable[[Books], Totals]] = {
    "nouns": from_nouns.totals,
    "log": from_log.totals,
    "columns": _by_columns,
}


@pytest.mark.parametrize("code", BY_CODE)
def test_the_books_tell_what_was_sold(code: str, shop: Shop, tape: Tape) -> None:
    """Rows, log and columns each come to the totals of these baskets, payouts and coupons in excess with them."""
    wanted = counted(tape)
    assert (wanted.paid_out, wanted.service_lines > 0) == (26_58, True)
    assert BY_CODE[code](shop.store) == wanted


def test_the_price_fault_changes_one_cent_of_one_basket() -> None:
    """Every basket still comes, in order, and the first with goods costs a cent more."""
    baskets = [empty(date(2017, 1, 1)), a_basket(a_line(shelf=100)), a_basket(a_line(shelf=200))]
    assert list(on_the_way(baskets, None)) == baskets
    assert list(on_the_way(baskets, Fault.PRICE)) == [baskets[0], a_basket(a_line(shelf=101)), baskets[2]]


CODES = (from_files, from_nouns, from_log, from_columns)


def _functions(code: ModuleType) -> set[FunctionType]:
    """Return the functions that *code* has: its own, and those that it takes from elsewhere."""
    return {each for each in vars(code).values() if inspect.isfunction(each)}


def _imports(code: ModuleType) -> set[str]:
    """Return the modules that *code* imports something from."""
    tree = ast.walk(ast.parse(inspect.getsource(code)))
    return {node.module for node in tree if isinstance(node, ast.ImportFrom) and node.module}


def test_the_reconciliations_share_no_function() -> None:
    """No two of the four codes use one function, their own or the library's, so no error of one is another's."""
    used = [_functions(code) for code in CODES]
    assert all(used)
    assert not any(one & other for one, other in combinations(used, 2))


def test_the_reconciliations_read_different_things() -> None:
    """Files: no library; rows: no event; log: no row; columns: facts, which are built of events alone."""
    files, nouns, log, columns = map(_imports, CODES)
    assert not any(name.startswith(("ecomops", "completejourney")) for name in files)
    assert not any("books" in names for names in (files, log, columns))
    assert not {"ecomops.facts", "ecomops.metrics", "ecomops.columns"} & (nouns | log | files)
    assert not any(name.startswith(("ecomops.orders", "ecomops.inventory")) for name in columns)
    assert not any(hasattr(from_log, noun) for noun in ("ORDER", "PAYMENT", "STOCK", "AFTERSALE"))
