"""What a buyer confirms and what a gateway tells: lines with their discounts, tenders, checkouts, notices.

All of it can be placed: no discount exceeds its line, no id stands twice, and something is bought.
"""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from pendulum import DateTime

from ecomops.kernel import Currency, Money
from ecomops.orders import Checkout, Notice, Operation, Outcome, Reference
from ecomops.terms import (
    CustomerId,
    Discount,
    Funder,
    LineId,
    OrderId,
    Price,
    PricedLine,
    PricedService,
    PromotionId,
    StockKey,
    Tender,
    TenderKind,
)
from ecomops.testing.builders import NOON
from ecomops.testing.strategies.values import ids, money, quantities, stock_keys

MOST_GROSS = 1_000_000
"""The largest amount of a line, in minor units."""

MINOR = st.sampled_from([0, 1, 333, 1_000, 2_500]) | st.integers(0, MOST_GROSS)
"""Amounts at which shares have odd cents, and any others."""


# made once: to make a strategy takes longer than to draw of it
FUNDERS = st.sampled_from(list(Funder))
PROMOTIONS = ids(PromotionId)
LINE_IDS = ids(LineId)
ORDER_IDS = ids(OrderId)
STOCKS = stock_keys()
KINDS = st.sampled_from(list(TenderKind))
CUSTOMERS = st.none() | st.sampled_from([CustomerId("c-1"), CustomerId("c-2")])
TENDERED = st.sampled_from([0, 0, 0, 1, 2])
OPERATIONS = st.sampled_from([Operation.CAPTURE, Operation.CAPTURE, *Operation])
OUTCOMES = st.sampled_from([Outcome.SUCCEEDED, Outcome.SUCCEEDED, *Outcome])
REFERENCES = st.sampled_from([Reference("r-1"), Reference("r-2"), Reference("r-3"), Reference("o-1")])


@st.composite
def discounts_of(draw: DrawFn, gross: Money, *, most: int = 3) -> tuple[Discount, ...]:
    """Draw discounts that together take no more than *gross*, each of a promotion of its own."""
    found: list[Discount] = []
    left = gross.minor
    for n in range(draw(st.integers(0, most))):
        amount = draw(st.integers(0, left))
        left -= amount
        promotion = PromotionId(f"{draw(PROMOTIONS)}-{n}")
        found.append(Discount(promotion=promotion, amount=Money(amount, gross.currency), funder=draw(FUNDERS)))
    return tuple(found)


@st.composite
def priced_lines(
    draw: DrawFn,
    *,
    id: str | None = None,
    stocks: st.SearchStrategy[StockKey] | None = None,
    currency: Currency = Currency.CNY,
    most: int = 12,
) -> PricedLine:
    """Draw a line of goods with discounts that fit it.

    Args:
        draw: Given by hypothesis.
        id: Its id; left out, any.
        stocks: Of which stock; left out, of any.
        currency: In which currency it is priced.
        most: The largest quantity.
    """
    quantity = draw(quantities(most))
    gross = Money(draw(MINOR), currency)
    return PricedLine(
        id=draw(LINE_IDS) if id is None else LineId(id),
        stock=draw(STOCKS if stocks is None else stocks),
        quantity=quantity,
        price=Price(amount=gross, per=quantity),
        gross=gross,
        discounts=draw(discounts_of(gross)),
    )


@st.composite
def priced_services(draw: DrawFn, *, id: str | None = None, currency: Currency = Currency.CNY) -> PricedService:
    """Draw a service with discounts that fit it."""
    gross = Money(draw(MINOR), currency)
    line = draw(LINE_IDS) if id is None else LineId(id)
    return PricedService(id=line, name="gift wrap", gross=gross, discounts=draw(discounts_of(gross)))


@st.composite
def checkouts(
    draw: DrawFn,
    *,
    order_ids: st.SearchStrategy[OrderId] | None = None,
    stocks: st.SearchStrategy[StockKey] | None = None,
    currency: Currency = Currency.CNY,
    most_lines: int = 3,
) -> Checkout:
    """Draw a checkout that can be placed, where its stock can be had.

    Args:
        draw: Given by hypothesis.
        order_ids: The id of the order; left out, any.
        stocks: The stock of each line; left out, any.
        currency: In which currency it is priced.
        most_lines: How many lines of goods it has at most.

    Example:
        >>> from hypothesis import Phase, find, settings
        >>> any_of_them = settings(phases=[Phase.generate], database=None)
        >>> len(find(checkouts(), lambda checkout: len(checkout.lines) == 2, settings=any_of_them).lines)
        2
    """
    count = draw(st.integers(0, most_lines))
    lines = tuple(draw(priced_lines(id=f"l-{n + 1}", stocks=stocks, currency=currency)) for n in range(count))
    least = 0 if lines else 1
    services = tuple(
        draw(priced_services(id=f"s-{n + 1}", currency=currency)) for n in range(draw(st.integers(least, least + 1)))
    )
    names = [*(line.id for line in lines), *(service.id for service in services)]
    return Checkout(
        order_id=draw(ORDER_IDS if order_ids is None else order_ids),
        customer=draw(CUSTOMERS),
        currency=currency,
        lines=lines,
        services=services,
        tenders=tuple(draw(tenders(names, currency=currency)) for _ in range(draw(TENDERED))),
    )


@st.composite
def tenders(draw: DrawFn, lines: list[LineId], *, currency: Currency = Currency.CNY) -> Tender:
    """Draw a tender for some of *lines*, or for all of them."""
    return Tender(
        kind=draw(KINDS),
        amount=Money(draw(MINOR), currency),
        lines=tuple(draw(st.lists(st.sampled_from(lines), max_size=2, unique=True))),
    )


@st.composite
def notices(
    draw: DrawFn, *, currency: Currency = Currency.CNY, amounts: st.SearchStrategy[Money] | None = None
) -> Notice:
    """Draw a notice of any operation and outcome, captures that succeeded most of all; references meet.

    Args:
        draw: Given by hypothesis.
        currency: In which currency it is.
        amounts: How much it tells of; left out, up to 1,000.00.
    """
    amount = money(currency, most=100_000) if amounts is None else amounts
    return Notice(
        operation=draw(OPERATIONS),
        outcome=draw(OUTCOMES),
        amount=draw(amount),
        reference=draw(REFERENCES),
        at=draw(ANY_MOMENT),
    )


MOMENTS: tuple[DateTime, ...] = tuple(NOON.add(seconds=seconds) for seconds in range(3))
"""Instants of a gateway, few, so that they meet."""

ANY_MOMENT = st.sampled_from(MOMENTS)
