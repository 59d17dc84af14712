"""Till lines as past baskets: columns of the tape as `promotions.columnar` takes them."""

from collections.abc import Mapping, Sequence

import numpy as np

from completejourney import Ints, Tape
from ecomops.kernel import Currency, Text
from ecomops.kernel.rules import Fact, FactKind, FactValue
from ecomops.promotions.columnar import Baskets, Catalogue, Coded
from receipts import sku

WHERE = Fact(name="store", kind=FactKind.TEXT, words=Text("store", "门店"))
"""In which store a basket was bought."""


def past(
    tape: Tape,
    rows: Ints,
    amounts: Ints,
    *,
    told: Mapping[str, Sequence[FactValue | None]] | None = None,
    items: Ints | None = None,
    costs: Ints | None = None,
    coupons: Coded | None = None,
) -> Baskets:
    """Return the baskets that some lines make.

    Args:
        tape: The till lines.
        rows: Lines of goods, rising.
        amounts: What each costs before the promotions.
        told: What scopes may ask of an item besides its SKU, by name.
        items: The item of each line, from 0, each of one product; by default its product, in order.
        costs: What a unit of each item costs the shop.
        coupons: The coupons that are shown with each basket.

    Note:
        An item has one price, the dearest of its lines: no promotion here asks for the price.
    """
    first = np.flatnonzero(np.diff(tape.basket[rows], prepend=-1))
    of = np.unique(tape.product[rows], return_inverse=True)[1] if items is None else items
    size = int(of.max(initial=-1)) + 1
    prices, products = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.maximum.at(prices, of, amounts // tape.quantity[rows])
    products[of] = tape.product[rows]
    stores, where = np.unique(tape.store[rows[first]], return_inverse=True)
    return Baskets(
        currency=Currency.USD,
        catalogue=Catalogue(skus=tuple(map(sku, products.tolist())), prices=prices, facts=told or {}, costs=costs),
        starts=np.append(first, len(rows)),
        items=of,
        quantities=tape.quantity[rows],
        amounts=amounts,
        at=tape.instant[rows[first]] * 1_000_000,
        facts={WHERE.name: Coded(codes=where, values=tuple(map(str, stores.tolist())))},
        coupons=coupons,
    )
