"""How products, categories, listings, prices, stock, reservations, goods that came back and transfers live."""

from datetime import timedelta
from typing import cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecomops import inventory, products
from ecomops.inventory import (
    RESERVATION,
    RETURNED_GOODS,
    STOCK,
    TRANSFER,
    Disposition,
    Finding,
    Goods,
    Reservation,
    ReturnedGoods,
    reservations,
    returns,
    transfers,
)
from ecomops.kernel import Text, later
from ecomops.products import CATEGORY_TREE, LISTING, PRICE, PRODUCT, Category, categories, listings, prices
from ecomops.products.categories import CategoryTree
from ecomops.products.prices import PriceEntry
from ecomops.terms import CategoryId, Price, StockKey, StockUnits
from ecomops.testing.builders import NOON
from ecomops.testing.strategies.life import STOCK_UNITS, Life, always, drawn, first_and_then, some_units
from ecomops.testing.strategies.values import money, values_of

NEW = tuple(map(CategoryId, ("food", "drinks", "tea", "茶")))
NAMES = tuple(Text(name, name) for name in ("food", "茶"))
TREES = tuple(
    tuple(Category(id=NEW[n], name=NAMES[0], parent=NEW[n - 1] if n else None) for n in range(most)) for most in (0, 3)
)
DAYS = tuple(later(NOON, timedelta(days=days)) for days in (1, 9, 20, 40))


def _a_category(tree: CategoryTree) -> SearchStrategy[CategoryId]:
    """Draw a category: one that is there, mostly."""
    there = [each.id for each in tree.categories]
    return st.sampled_from([*there, *NEW])


def _findings(goods: ReturnedGoods) -> SearchStrategy[tuple[Finding, ...]]:
    """Draw what becomes of all that came back."""
    dispositions = st.sampled_from(list(Disposition))
    return st.tuples(
        *(
            st.builds(Finding, stock=st.just(each.stock), quantity=st.just(each.quantity), disposition=dispositions)
            for each in goods.units
        )
    )


def _prices(entry: PriceEntry) -> SearchStrategy[Price | None]:
    return st.none() | money(entry.terms.currency).map(lambda amount: Price(amount=amount))


def _all_held(claim: Reservation) -> tuple[object, ...]:
    """Return all units that wait, and all that are allocated."""
    waiting = tuple(_units(hold.stock, hold.waiting) for hold in claim.holds if hold.waiting)
    return waiting, tuple(_units(hold.stock, hold.allocated) for hold in claim.holds if hold.allocated)


def _units(stock: StockKey, quantity: int) -> StockUnits:
    return StockUnits(stock=stock, quantity=quantity)


ASKED: SearchStrategy[tuple[Goods, ...]] = st.lists(
    cast("SearchStrategy[Goods]", values_of(Goods)), min_size=1, max_size=2, unique_by=lambda each: each.sku
).map(tuple)
HELD = some_units(lambda claim: [hold.stock for hold in claim.holds], _units, _all_held)
BACK = some_units(lambda goods: [each.stock for each in goods.units], _units)
SENT = some_units(
    lambda transfer: [line.sku for line in transfer.lines], lambda sku, n: Goods(sku=sku, quantity=n), lambda _: (None,)
)


GOODS: tuple[Life, ...] = (
    Life(
        noun=PRODUCT,
        begins=(products.draft,),
        follows=(products.retire, products.describe, products.publish),
    ),
    Life(
        noun=CATEGORY_TREE,
        begins=(categories.open_tree, categories.adopt_tree),
        follows=(categories.add, categories.add, categories.rename, categories.move, categories.close),
        arguments={
            "categories": always(*TREES),
            "category": _a_category,
            "parent": lambda tree: st.none() | _a_category(tree),
            "name": always(*NAMES),
        },
    ),
    Life(
        noun=LISTING,
        begins=(listings.open_listing,),
        follows=(
            *((listings.plan, listings.turn_on, listings.turn_off, listings.elapse) * 2),
            *(listings.bar, listings.lift_bar, listings.close),
        ),
        arguments={"on_at": always(None, *DAYS), "off_at": always(None, *DAYS)},
    ),
    Life(
        noun=PRICE,
        begins=(prices.enter,),
        follows=(prices.set_price,),
        arguments={"price": _prices, "since": always(NOON, *DAYS), "correcting": drawn(st.booleans())},
    ),
    Life(
        noun=STOCK,
        begins=(inventory.open_stock,),
        follows=(
            *(inventory.set_backorder_limit, inventory.set_buffer, inventory.transfer_out, inventory.transfer_in),
            *(inventory.restock, inventory.adjust, inventory.sell),
            *(inventory.release, inventory.ship, inventory.allocate, inventory.reserve, inventory.receive),
            *((inventory.deallocate, inventory.ship, inventory.allocate, inventory.reserve, inventory.receive) * 2),
        ),
        arguments={
            "quantity": always(1, 1, 2, 3, 12, -2),
            "limit": drawn(st.none() | st.integers(0, 3)),
            "backorder_limit": drawn(st.none() | st.integers(0, 3)),
            "buffer": drawn(st.integers(0, 3)),
        },
    ),
    Life(
        noun=RESERVATION,
        begins=(reservations.claim,),
        follows=(
            reservations.release,
            *((reservations.reduce, reservations.ship, reservations.allocate, reservations.ship) * 2),
        ),
        arguments={
            "wanted": drawn(STOCK_UNITS),
            "items": always({}),
            "expires_at": always(None, later(NOON, timedelta(minutes=30))),
            "units": HELD,
        },
    ),
    Life(
        noun=RETURNED_GOODS,
        begins=(returns.arrive,),
        follows=(returns.inspect, returns.mend),
        arguments={"units": first_and_then(STOCK_UNITS, BACK), "findings": _findings},
    ),
    Life(
        noun=TRANSFER,
        begins=(transfers.request,),
        follows=(transfers.cancel, *((transfers.arrive, transfers.dispatch) * 2)),
        arguments={"goods": first_and_then(ASKED, SENT)},
    ),
)
"""How the objects of products and inventory live."""
