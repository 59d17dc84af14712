"""Taxes as data: which rate holds, what it is of an amount, and the rung in which it is frozen."""

import pytest
from attrs import evolve

from ecomops import orders
from ecomops.kernel import Dated, Effective, Repeated, WrongKind
from ecomops.orders import DEFAULT_POLICY, ORDER, NoTaxRate, Order, UnknownTaxClass
from ecomops.orders.rungs import StepKind, worth_of
from ecomops.orders.taxes import TaxClass, TaxTable, tax_of, taxed
from ecomops.terms import PricedLine, Tax, TaxRate
from ecomops.testing import NOON, a_checkout, a_discount, a_line, a_service, cny
from tests.kernel.hostile import untyped
from tests.workflows.shop import a_coupon

STANDARD = TaxClass(
    code="standard",
    rates=Effective(
        entries=(
            Dated(since=NOON, value=TaxRate(parts=16)),
            Dated(since=NOON.add(days=1), value=TaxRate(parts=13)),
        )
    ),
)
BOOKS = TaxClass(code="books", rates=Effective(entries=(Dated(since=NOON, value=TaxRate(parts=0)),)))
TABLE = TaxTable(classes=(STANDARD, BOOKS))


def of(percent: str, *, included: bool) -> Tax:
    """Return the tax at so many percent."""
    whole, _, part = percent.partition(".")
    return Tax(code="standard", rate=TaxRate(parts=int(whole + part), per=100 * 10 ** len(part)), included=included)


def placed(*lines: PricedLine, coupon: str | None = None) -> Order:
    """Return the order of *lines*."""
    tenders = () if coupon is None else (a_coupon(coupon),)
    return ORDER.replay(orders.place(a_checkout(*lines, tenders=tenders), policy=DEFAULT_POLICY, at=NOON))


def test_a_rate_holds_from_its_day() -> None:
    """The new one from its own instant on; zero is a rate."""
    days = [tax_of(TABLE, "standard", at=NOON.add(hours=hours)).rate.parts for hours in (0, 23, 24)]
    assert days == [16, 16, 13]
    assert tax_of(TABLE, "books", at=NOON) == Tax(code="books", rate=TaxRate(parts=0), included=True)


def test_prices_include_the_tax_or_not_as_the_table_says() -> None:
    """The default is that they do."""
    assert tax_of(evolve(TABLE, included=False), "standard", at=NOON).included is False
    assert TaxTable(classes=()).included is True


def test_a_class_that_is_not_there_is_refused() -> None:
    """And one that has no rate yet."""
    with pytest.raises(UnknownTaxClass) as unknown:
        tax_of(TABLE, "tobacco", at=NOON)
    assert unknown.value.context == {"tax": "tobacco"}
    with pytest.raises(NoTaxRate) as early:
        tax_of(TABLE, "standard", at=NOON.subtract(seconds=1))
    assert early.value.context == {"tax": "standard", "at": NOON.subtract(seconds=1)}


def test_a_table_is_sound() -> None:
    """No class stands twice, and rates are rates."""
    assert TaxClass(code=STANDARD.code, rates=STANDARD.rates) == STANDARD
    with pytest.raises(Repeated):
        TaxTable(classes=(BOOKS, BOOKS))
    for value in untyped(1, None, "13"):
        with pytest.raises(WrongKind):
            TaxClass(code="odd", rates=Effective(entries=(Dated(since=NOON, value=value),)))


@pytest.mark.parametrize(
    ("percent", "included", "amount", "tax"),
    [
        ("13", True, "113.00", "13.00"),
        ("13", False, "100.00", "13.00"),
        ("10", False, "45.94", "4.59"),
        ("10.5", False, "44.75", "4.70"),
        ("20", False, "0.02", "0.00"),
        ("20", False, "0.03", "0.01"),  # 0.6 of a cent
        ("25", False, "0.02", "0.01"),  # half a cent goes up
        ("19", True, "65.00", "10.38"),
        ("0", True, "9.99", "0.00"),
        ("0", False, "9.99", "0.00"),
        ("100", True, "1.01", "0.51"),
    ],
)
def test_the_tax_is_rounded_half_up_once(percent: str, *, included: bool, amount: str, tax: str) -> None:
    """Where the price includes it, the tax is rounded and the net amount is the rest."""
    assert of(percent, included=included).of(cny(amount)) == cny(tax)


def test_a_line_is_taxed_after_its_discounts_and_before_its_tenders() -> None:
    """On top of the price: the rung goes up, and the buyer owes more."""
    line = evolve(
        a_line(gross="56.04", discounts=(a_discount("10.10"),)), tax=of("10", included=False)
    )  # fmt: skip
    order = placed(line, coupon="0.53")
    steps = [(rung.kind, str(rung.left.minor)) for rung in order.lines[0].rungs]
    assert steps == [
        (StepKind.GROSS, "5604"),
        (StepKind.DISCOUNT, "4594"),
        (StepKind.TAX, "5053"),
        (StepKind.TENDER, "5000"),
    ]
    assert order.due == cny("50.00")


def test_an_included_tax_stands_in_its_own_rung_and_moves_no_money() -> None:
    """It is taken out and put on again."""
    order = placed(evolve(a_line(quantity=3, gross="10.00"), tax=of("13", included=True)))
    assert order.due == cny("10.00")
    assert [(rung.kind.value, rung.source, rung.left.minor) for rung in order.lines[0].rungs] == [
        ("gross", "gross", 1000),
        ("net", "standard", 885),
        ("tax", "standard", 1000),
    ]
    taxes = [worth_of(order.lines[0], start=unit, end=unit + 1)[2].amount.minor for unit in range(3)]
    assert (sum(taxes), min(taxes) >= 0) == (115, True)


def test_a_service_is_taxed_too() -> None:
    """Gift wrapping is a supply."""
    service = taxed(a_service(gross="5.00"), evolve(TABLE, included=False), code="standard", at=NOON)
    assert placed(taxed(a_line(), TABLE, code="books", at=NOON)).due == cny("10.00")
    order = ORDER.replay(orders.place(a_checkout(services=(service,)), policy=DEFAULT_POLICY, at=NOON))
    assert order.due == cny("5.80")


def test_a_discount_of_everything_leaves_no_tax() -> None:
    """Nothing is sold for nothing and a cent."""
    free = [
        evolve(a_line(id=f"l-{n}", gross=gross, discounts=(a_discount(gross),)), tax=of("15", included=False))
        for n, gross in enumerate(("5.60", "8.92", "44.91", "217.26", "2400.00"))
    ]
    assert placed(*free).due == cny("0.00")
