"""What the script does with categories, listings, prices, goods that came back, and transfers."""

from datetime import timedelta
from typing import Any

from ecomops.inventory import (
    RETURNED_GOODS,
    TRANSFER,
    Disposition,
    Finding,
    Goods,
    ReturnedGoods,
    ReturnId,
    Transfer,
    TransferId,
    returns,
    transfers,
)
from ecomops.kernel import CommandId, Currency, Text, later
from ecomops.products import (
    CATEGORY_TREE,
    LISTING,
    PRICE,
    Layer,
    OffReason,
    PriceEntry,
    PriceId,
    Terms,
    TreeId,
    categories,
    listing_id,
    listings,
    prices,
)
from ecomops.terms import CaseId, CategoryId, ChannelId, LocationId, Price, Sku, StockKey, StockUnits
from ecomops.testing.builders import BUYER, NOON, TEA, cny
from ecomops.testing.contract.sample import Events, Sample, Step
from ecomops.workflows import categorisation, listing, pricing, reshelving
from ecomops.workflows import transfers as moving

TOLD: dict[str, Any] = {"id": CommandId("contract"), "by": BUYER, "at": NOON}
UNITS = (StockUnits(stock=TEA, quantity=2),)
MAIN, DRINKS = TreeId("main"), CategoryId("drinks")
HERE, THERE = LocationId("hangzhou"), LocationId("Hall 2")
CHANNELS = (ChannelId("tmall"), ChannelId("Tmall"), ChannelId("店"))


def _named(name: str) -> Step:
    text = Text(name, name)
    return lambda tree: categories.add(tree, category=CategoryId(name), name=text, at=NOON)


def _listing(name: str, turn: int) -> Events:
    opened = listings.open_listing(Sku(name), CHANNELS[turn % 3], at=NOON)
    on_at = None if turn % 4 == 0 else later(NOON, timedelta(microseconds=turn % 4))
    return *opened, *listings.plan(LISTING.replay(opened), on_at=on_at, off_at=None, at=NOON)


def _price(name: str, turn: int) -> Events:
    channel = None if turn % 4 == 0 else CHANNELS[turn % 3]
    layer = (Layer.LIST, Layer.SALE)[turn % 2]
    terms = Terms(sku=Sku(NAMED[turn % 3]), currency=Currency.CNY, layer=layer, channel=channel)
    return prices.enter(PriceId(name), terms=terms, at=NOON)


NAMED = ("tea", "TEA", "茶")


def _priced(amount: str) -> Step:
    def step(entry: PriceEntry) -> Events:
        return prices.set_price(entry, price=Price(amount=cny(amount)), since=NOON, correcting=True, at=NOON)

    return step


def _came_back(name: str, turn: int) -> Events:
    keys = (TEA, StockKey("TEA@Hall 2"), StockKey("茶@hangzhou"))[turn % 3 :]
    units = tuple(StockUnits(stock=key, quantity=2) for key in keys)
    return returns.arrive(ReturnId(name), case=CaseId(NAMED[turn % 3]), units=units, at=NOON)


def _judged(goods: ReturnedGoods, disposition: Disposition) -> Events:
    findings = tuple(Finding(stock=each.stock, quantity=each.quantity, disposition=disposition) for each in goods.units)
    return returns.inspect(goods, findings=findings, at=NOON)


def _scrapped_or_mended(goods: ReturnedGoods) -> Events:
    if goods.status is returns.Status.ARRIVED:
        return _judged(goods, Disposition.SCRAP)
    return returns.mend(goods, units=goods.units[:1], at=NOON)


def _transfer(name: str, turn: int) -> Events:
    goods = tuple(Goods(sku=Sku(sku), quantity=2) for sku in NAMED[turn % 3 :])
    origin, destination = ((HERE, THERE), (THERE, HERE))[turn % 2]
    return transfers.request(TransferId(name), origin=origin, destination=destination, goods=goods, at=NOON)


def _cancelled_or_arrived(transfer: Transfer) -> Events:
    if transfer.status is transfers.Status.REQUESTED:
        return transfers.cancel(transfer, at=NOON)
    return transfers.arrive(transfer, goods=(), at=NOON)


CATALOGUE: tuple[Sample, ...] = (
    Sample(
        noun=CATEGORY_TREE,
        command=categorisation.AddCategory(tree=MAIN, category=DRINKS, name=Text("drinks", "饮料"), **TOLD),
        answer=categorisation.CategoryStands(tree=MAIN, category=DRINKS, ancestors=(CategoryId("food"),)),
        opened=lambda name, _: categories.open_tree(TreeId(name), at=NOON),
        first=_named("food"),
        second=_named("home"),
    ),
    Sample(
        noun=LISTING,
        command=listing.ListProduct(sku=Sku("tea"), channel=CHANNELS[0], **TOLD),
        answer=listing.ListingStands(
            listing=listing_id(Sku("tea"), CHANNELS[0]), status=listings.Status.OFF, reason=OffReason.SOLD_OUT
        ),
        opened=_listing,
        first=lambda each: listings.turn_on(each, at=NOON),
        second=lambda each: listings.bar(each, rule="no licence", at=NOON),
    ),
    Sample(
        noun=PRICE,
        command=pricing.StatePrice(
            entry=PriceId("p-1"),
            terms=Terms(sku=Sku("tea"), currency=Currency.CNY),
            price=Price(amount=cny("10.00")),
            since=NOON,
            **TOLD,
        ),
        answer=pricing.PriceStated(entry=PriceId("p-1"), new=True),
        opened=_price,
        first=_priced("10.00"),
        second=_priced("9.00"),
    ),
)
"""Beside the product: where it stands, where it is listed, and what it costs."""

GOODS: tuple[Sample, ...] = (
    Sample(
        noun=RETURNED_GOODS,
        command=reshelving.TakeGoodsBack(return_id=ReturnId("r-1"), case=CaseId("r-1"), units=UNITS, **TOLD),
        answer=reshelving.GoodsTakenBack(return_id=ReturnId("r-1"), units=UNITS),
        opened=_came_back,
        first=lambda goods: _judged(goods, Disposition.REPAIR),
        second=_scrapped_or_mended,
    ),
    Sample(
        noun=TRANSFER,
        command=moving.RequestTransfer(
            transfer_id=TransferId("t-1"),
            origin=HERE,
            destination=THERE,
            goods=(Goods(sku=Sku("tea"), quantity=2),),
            **TOLD,
        ),
        answer=moving.TransferStands(transfer_id=TransferId("t-1"), status=transfers.Status.IN_TRANSIT, moved=UNITS),
        opened=_transfer,
        first=lambda transfer: transfers.dispatch(transfer, at=NOON),
        second=_cancelled_or_arrived,
    ),
)
"""Beside the stock: what came back, and what is on its way."""
