"""The growth between two quarters of the real year is explained to the cent, from the files and from facts alike."""

from contextlib import redirect_stdout
from io import StringIO

import numpy as np

import completejourney
import growth
from completejourney import Tape
from ecomops.columns import NEVER
from ecomops.kernel import Currency
from ecomops.metrics import Facts, Lines, Names, Orders, Payments, RefundedLines, Refunds, Steps
from ecomops.terms import Sku
from tests.examples.conftest import Chain
from tests.metrics.shops import ints, nothing


def test_quarters_of_the_year_are_explained_to_the_cent(
    year: Tape, products: tuple[completejourney.Product, ...]
) -> None:
    """More orders per buyer, smaller baskets; fuel grew, goods hardly did; all of it adds up."""
    out = StringIO()
    with redirect_stdout(out):
        assert growth.explain(growth.of_tape(year), growth.departments(products))
    lines = out.getvalue().splitlines()
    assert lines[2:6] == [
        "paid amount: 1,123,709.97 -> 1,148,906.04, +25,196.07 (2.2 %)",
        "  +32,787.16  orders per buyer: 16.6385 -> 17.1256 (130.1 % of the change)",
        "  -15,520.28  average order value: 29.5565 -> 29.1556 (-61.6 % of the change)",
        "  +7,929.19  paying buyers: 2,285 -> 2,301 (31.5 % of the change)",
    ]
    assert lines[-1] == "goods +165,455 and fuel +2,353,711 and services +441 cents: +2,519,607"


def test_facts_tell_what_the_files_tell() -> None:
    """Valid orders only, fuel by its unit; a shop without goods by the piece has none."""
    facts = Facts(
        currency=Currency.USD,
        names=Names(units=("gallon_thousandth", "piece"), skus=(Sku("f"), Sku("t")), lines=("l",)),
        orders=Orders(
            **dict.fromkeys(("placed_at", "location", "tax", "tendered", "due"), ints(0, 0, 0)),
            closed_at=ints(NEVER, NEVER, NEVER),
            paid_at=ints(5, NEVER, 7),
            cancelled_at=ints(NEVER, NEVER, 9),
            customer=ints(3, 1, 2),
            gross=ints(900, 5, 5),
            discount=ints(100, 0, 0),
        ),
        lines=Lines(
            **dict.fromkeys(("line", "location", "tax", "tendered"), ints(0, 0, 0, 0)),
            order=ints(0, 0, 1, 2),
            sku=ints(0, 1, 1, 1),
            unit=ints(0, 1, 1, 1),
            quantity=ints(1000, 2, 1, 1),
            gross=ints(500, 400, 5, 5),
            discount=ints(0, 100, 0, 0),
        ),
        steps=nothing(Steps),
        payments=nothing(Payments),
        refunds=nothing(Refunds),
        refunded_lines=nothing(RefundedLines),
    )
    sold = growth.of_facts(facts)
    assert (sold.paid.tolist(), sold.fuel.tolist(), sold.customer.tolist()) == ([500, 300], [True, False], [3, 3])
    assert (sold.at.tolist(), sold.quantity.tolist(), list(sold.names)) == ([5, 5], [1000, 2], ["f", "t"])
    assert np.array_equal(sold.order, ints(0, 0))


def test_the_growth_of_a_shop_adds_up_from_what_it_recorded(chain: Chain) -> None:
    """Six households, with late payers and goods that came back: the two quarters differ by the parts that are told."""
    sold = chain.evidence.sold
    assert sold is not None
    with redirect_stdout(StringIO()) as out:
        assert growth.explain(sold, {})
    assert "paid amount: " in out.getvalue()
