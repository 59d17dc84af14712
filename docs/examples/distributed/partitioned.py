"""A shop whose rows lie in eight parts, and what is kept of them: shared by the recipes for Dask, DuckDB and Spark.

Each recipe hands the rows of a part to `Summary.of` where they are, and brings nothing but bytes home. A customer lies
in one part, so that buyers add up and no customer's code travels.
"""

from collections.abc import Iterable

import numpy as np
import pendulum

from ecomops.columns import Ints, microseconds
from ecomops.kernel import Calendar, Currency, Period
from ecomops.metrics import AOV, BUYERS, NET, NEW_BUYERS, ORDERS, REFUNDS
from ecomops.metrics.summary import OF_ORDERS, OF_REFUNDS, Hashing, Partitioning, Rows, Summary, SummarySpec

SPRING = Period(start=pendulum.datetime(2026, 3, 1, 16), end=pendulum.datetime(2026, 5, 31, 16))
"""Thirteen weeks of Shanghai."""
SPEC = SummarySpec(
    calendar=Calendar(timezone="Asia/Shanghai"),
    observed=SPRING,
    measures=(*OF_ORDERS, *OF_REFUNDS),
    currency=Currency.CNY,
)
BY_CUSTOMER = Partitioning(column="customer", parts=8, hashing=Hashing.MODULO)
"""By the remainder of the customer's code: every engine can compute it."""
GUESTS = 10
"""One order of so many has an unknown customer."""
KPIS = (ORDERS, BUYERS, NEW_BUYERS, REFUNDS, NET, AOV)


def shop(size: int = 20_000) -> dict[str, dict[str, Ints]]:
    """Return valid orders and refunds as plain columns: some of guests, some before what was observed."""
    draw = np.random.default_rng(2026)
    first, last = microseconds(SPRING.start.subtract(days=60)), microseconds(SPRING.end)
    customer = np.where(draw.integers(0, GUESTS, size) == 0, -1, draw.integers(0, size // 5, size))
    gross = draw.integers(500, 50_000, size)
    orders = {
        "at": draw.integers(first, last, size),
        "customer": customer,
        "known": (customer >= 0).astype(np.int64),
        "gross": gross,
        "discount": gross // 10,
        "tax": gross // 20,
    }
    back = draw.choice(size, size // 20, replace=False)
    refunds = {
        "at": orders["at"][back] + draw.integers(0, 14 * 86_400_000_000, len(back)),
        "customer": customer[back],
        "gross": gross[back],
        "discount": orders["discount"][back],
        "amount": gross[back] - orders["discount"][back],
    }
    return {"orders": orders, "refunds": refunds}


def bytes_of(rows: Rows, part: int) -> bytes:
    """Return the summary of one part as bytes: what runs where the rows are."""
    return Summary.of(rows, SPEC, BY_CUSTOMER.part(part)).to_bytes()


def merged(sent: Iterable[bytes]) -> Summary:
    """Return the summary of all parts: what runs at home."""
    return Summary.empty(SPEC, BY_CUSTOMER.part()).merge(*(Summary.from_bytes(each, SPEC) for each in sent))


def at_once(rows: Rows) -> Summary:
    """Return the summary of all rows, as if there were no parts: the recipes give the same bytes."""
    return Summary.of(rows, SPEC, BY_CUSTOMER.whole)
