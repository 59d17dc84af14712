"""Price entries: their terms stay, their price changes at stated instants, and the past stands."""

import pytest
from pendulum import DateTime

from ecomops.kernel import Currency, Dated, Effective, Money, in_force
from ecomops.products import PRICE, AudienceId, Layer, PriceEntry, PriceId, Terms, prices
from ecomops.products.prices import PriceAdopted, PriceEntered, PriceSet
from ecomops.terms import ChannelId, Price, Sku
from ecomops.testing import NOON, cny, given

ID = PriceId("p-1")
TERMS = Terms(sku=Sku("tea"), currency=Currency.CNY, layer=Layer.SALE, channel=ChannelId("tmall"))
ENTERED = PriceEntered(id=ID, terms=TERMS, at=NOON)
TEN, NINE = Price(amount=cny("10.00")), Price(amount=cny("9.00"))


def hour(n: int) -> DateTime:
    """Return the instant *n* hours after noon."""
    return NOON.add(hours=n)


def price_set(price: Price | None, since: int, *, at: int = 0, correcting: bool = False) -> PriceSet:
    """Return the event that states a price."""
    return PriceSet(id=ID, price=price, since=hour(since), correcting=correcting, at=hour(at))


def test_terms_are_entered_before_a_price() -> None:
    """Nothing costs anything until somebody says so."""
    assert prices.enter(ID, terms=TERMS, at=NOON) == (ENTERED,)
    assert PRICE.replay((ENTERED,)) == PriceEntry(id=ID, terms=TERMS, prices=Effective())


def test_a_price_holds_from_its_instant_until_the_next() -> None:
    """A sale begins, changes and ends; planned prices may be stated in any order."""
    entry = PRICE.replay((ENTERED, price_set(TEN, 1), price_set(None, 5), price_set(NINE, 3)))
    assert [in_force(entry.prices, at=hour(n)) for n in range(6)] == [None, TEN, TEN, NINE, NINE, None]


@pytest.mark.parametrize(("price", "since"), [(TEN, 0), (NINE, 4), (None, 2)])
def test_a_price_is_stated_for_now_or_later(price: Price | None, since: int) -> None:
    """The event holds what was stated and when it was decided; the same again is nothing."""
    event = price_set(price, since)
    given(PRICE, ENTERED).when(prices.set_price, price=price, since=hour(since), at=NOON).then(event)
    given(PRICE, ENTERED, event).when(prices.set_price, price=price, since=hour(since), at=hour(9)).then_nothing()


def test_what_has_begun_is_only_corrected() -> None:
    """A price of the past stays, unless the caller says that it was wrong."""
    entry = given(PRICE, ENTERED, price_set(TEN, 1))
    entry.when(prices.set_price, price=NINE, since=hour(1), at=hour(2)).then_refused(
        "effective.begun", since=hour(1), at=hour(2)
    )
    entry.when(prices.set_price, price=NINE, since=hour(1), correcting=True, at=hour(2)).then(
        price_set(NINE, 1, at=2, correcting=True)
    )
    corrected = PRICE.replay((ENTERED, price_set(TEN, 1), price_set(NINE, 1, at=2, correcting=True)))
    assert corrected.prices == Effective(entries=(Dated(since=hour(1), value=NINE),))


def test_a_price_is_in_the_money_of_its_entry() -> None:
    """The refusal names both."""
    yen = Price(amount=Money(100, Currency.JPY))
    given(PRICE, ENTERED).when(prices.set_price, price=yen, since=NOON, at=NOON).then_refused(
        "price.other_currency", id=ID, expected=Currency.CNY, found=Currency.JPY
    )


def test_an_adopted_entry_brings_its_timeline() -> None:
    """A shop that starts in the middle brings past and planned prices."""
    timeline = Effective[Price | None](entries=(Dated(since=hour(-9), value=TEN), Dated(since=hour(9), value=None)))
    adopted = PriceAdopted(id=ID, terms=TERMS, prices=timeline, at=NOON)
    assert PRICE.replay((adopted,)) == PriceEntry(id=ID, terms=TERMS, prices=timeline)


@pytest.mark.parametrize(
    ("channel", "audience", "conditions"), [(None, None, 0), ("a", None, 1), (None, "b", 1), ("a", "b", 2)]
)
def test_channel_and_audience_are_conditions(channel: str | None, audience: str | None, conditions: int) -> None:
    """An entry that names one is more special than one that holds for all."""
    terms = Terms(
        sku=Sku("tea"),
        currency=Currency.CNY,
        channel=None if channel is None else ChannelId(channel),
        audience=None if audience is None else AudienceId(audience),
    )
    assert terms.conditions == conditions


def test_prices_are_found_by_sku_layer_and_channel() -> None:
    """All entries of a SKU are a query; nothing about them is asked by time: `in_force` answers for any instant."""
    entry = PRICE.replay((ENTERED,))
    assert {name: key(entry) for name, key in PRICE.keys.items()} == {
        "sku": "tea",
        "layer": "sale",
        "channel": "tmall",
    }
    assert PRICE.id_of(entry) == "p-1"
    assert PRICE.due_at is None
