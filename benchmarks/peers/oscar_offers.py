"""Ten offers of django-oscar, on a database in memory, as its documentation sets a shop up.

Each offer has a range of two products of its own, so that both sides agree on what an offer may touch: a unit that
one offer has discounted is free for no other there. Amounts are such that no rounding shows.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import django
import oscar
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar import defaults

OFFERS = 10
PERCENT = Decimal(10)
OFF = Decimal(6)
BOUND = Decimal(50)


def goods() -> Iterator[tuple[int, int, int]]:
    """Yield product, price in yuan and units: both products of an offer cost the same altogether."""
    for offer in range(OFFERS):
        price = 20 + 10 * offer
        yield 2 * offer, 2 * price, 1
        yield 2 * offer + 1, price, 2


class Tables(dict[str, None]):
    """Names no migrations for any application: its tables are made as they stand today."""

    def __contains__(self, app: object) -> bool:
        """Know every application."""
        return True

    def __missing__(self, app: str) -> None:
        """Name none."""


def set_up() -> None:
    """Configure the framework, and make its tables."""
    settings.configure(
        **{name: value for name, value in vars(defaults).items() if name.isupper()},
        SECRET_KEY="none",  # noqa: S106 - nothing is signed
        SITE_ID=1,
        USE_TZ=True,
        INSTALLED_APPS=oscar.INSTALLED_APPS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIGRATION_MODULES=Tables(),
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


class Preloaded:
    """A range that knows its products."""

    def __init__(self, products: frozenset[int]) -> None:
        """Know them."""
        self._products = products

    def contains_product(self, product: Any) -> bool:  # noqa: ANN401 - of a package without types
        """Tell whether a product is in it."""
        return product.id in self._products


class Peer:
    """The shop with its ten offers and one basket of twenty lines."""

    def __init__(self) -> None:
        """Set everything up; once in a process."""
        set_up()
        from oscar.apps.offer.applicator import Applicator  # noqa: PLC0415 - not before the framework is set up
        from oscar.core.loading import get_class, get_model  # noqa: PLC0415

        self._applicator = Applicator()
        self._strategy = get_class("partner.strategy", "Default")()
        self._basket = get_model("basket", "Basket")
        products = self._products(get_model)
        offers = get_model("offer", "ConditionalOffer")
        for number in range(OFFERS):
            self._offer(get_model, offers, number, products[2 * number : 2 * number + 2])
        basket = self._basket.objects.create()
        basket.strategy = self._strategy
        for product, (_, _, units) in zip(products, goods(), strict=True):
            basket.add_product(product, units)
        self._id = basket.id
        self._offers, self._loaded = self._preloaded()

    @staticmethod
    def _products(get_model: Any) -> list[Any]:  # noqa: ANN401 - as above
        kind = get_model("catalogue", "ProductClass").objects.create(name="goods", track_stock=False)
        partner = get_model("partner", "Partner").objects.create(name="us")
        made: list[Any] = []
        for number, price, _ in goods():
            product = get_model("catalogue", "Product").objects.create(product_class=kind, title=f"p{number}")
            get_model("partner", "StockRecord").objects.create(
                product=product, partner=partner, partner_sku=f"s-{number}", price_currency="CNY", price=Decimal(price)
            )
            made.append(product)
        return made

    @staticmethod
    def _offer(get_model: Any, offers: Any, number: int, products: list[Any]) -> None:  # noqa: ANN401 - as above
        of = get_model("offer", "Range").objects.create(name=f"r{number}")
        for each in products:
            of.add_product(each)
        conditions, benefits = get_model("offer", "Condition"), get_model("offer", "Benefit")
        if number % 2:
            condition = conditions.objects.create(range=of, type=conditions.VALUE, value=BOUND)
            benefit = benefits.objects.create(range=of, type=benefits.FIXED, value=OFF)
        else:
            condition = conditions.objects.create(range=of, type=conditions.COUNT, value=1)
            benefit = benefits.objects.create(range=of, type=benefits.PERCENTAGE, value=PERCENT)
        offers.objects.create(name=f"o{number}", condition=condition, benefit=benefit, priority=OFFERS - number)

    def _preloaded(self) -> tuple[list[Any], Any]:
        """Return the offers and the basket with everything loaded of which an application asks."""
        loaded = list(self._applicator.get_site_offers().order_by("-priority"))
        for offer in loaded:
            condition, benefit = offer.condition.proxy(), offer.benefit.proxy()
            for each in (condition, benefit):
                each.range.__dict__["proxy"] = Preloaded(frozenset(p.id for p in each.range.all_products()))
                each.proxy = lambda each=each: each
            offer.condition, offer.benefit = condition, benefit
        basket = self._fresh()
        for line in basket.all_lines():
            line.product.get_is_discountable()
            assert line.purchase_info.price.exists
        return loaded, basket

    def _fresh(self) -> Any:  # noqa: ANN401 - as above
        basket = self._basket.objects.get(id=self._id)
        basket.strategy = self._strategy
        return basket

    def shipped(self) -> Any:  # noqa: ANN401 - as above
        """Apply the offers to the basket as a request does; return the basket."""
        basket = self._fresh()
        self._applicator.apply(basket)
        return basket

    def clear(self) -> None:
        """Make the preloaded basket ready for another time."""
        for line in self._loaded.all_lines():
            line.clear_discount()

    def loaded(self) -> Any:  # noqa: ANN401 - as above
        """Apply the preloaded offers to the preloaded basket; return it."""
        self._applicator.apply_offers(self._loaded, self._offers)
        return self._loaded

    @staticmethod
    def discounts(basket: Any) -> Mapping[str, int]:  # noqa: ANN401 - as above
        """Return what each SKU was discounted by, in minor units."""
        return {
            line.stockrecord.partner_sku: int(line.discount_value * 100)
            for line in basket.all_lines()
            if line.discount_value
        }

    @staticmethod
    def queries(work: Any) -> int:  # noqa: ANN401 - as above
        """Return how many queries *work* makes."""
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)
