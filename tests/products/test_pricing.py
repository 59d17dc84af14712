"""Which price holds: each step of the order by a table of cases, and the whole against a naive walk down the rules."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ecomops.kernel import Currency, Dated, Effective, Money
from ecomops.products import Asked, AudienceId, Layer, PriceEntry, PriceId, Terms, resolve
from ecomops.products.pricing import Passed, PassedOver
from ecomops.terms import ChannelId, Price, Sku
from ecomops.testing import NOON

TEA = Sku("tea")
SHOP, SITE, VIP = ChannelId("shop"), ChannelId("site"), AudienceId("vip")


def entry(
    id: str,
    minor: int | None,
    *,
    per: int = 1,
    currency: Currency = Currency.CNY,
    sku: Sku = TEA,
    layer: Layer = Layer.LIST,
    channel: ChannelId | None = None,
    audience: AudienceId | None = None,
    least: int = 1,
    most: int | None = None,
    priority: int = 0,
) -> PriceEntry:
    """Return an entry that has had this price since noon; None is no price any more."""
    price = None if minor is None else Price(amount=Money(minor, currency), per=per)
    terms = Terms(
        sku=sku,
        currency=currency,
        layer=layer,
        channel=channel,
        audience=audience,
        least=least,
        most=most,
        priority=priority,
    )
    return PriceEntry(id=PriceId(id), terms=terms, prices=Effective(entries=(Dated(since=NOON, value=price),)))


ASKED = Asked(sku=TEA, currency=Currency.CNY, at=NOON, quantity=5, channel=SHOP, audiences=(VIP,))
DEAR = entry("a", 900)
MEMBER, SALE = Layer.MEMBER, Layer.SALE

BEATEN = [
    # the winner, the other, and why the other does not give the price
    (entry("z", 999), entry("b", 1, sku=Sku("cup")), Passed.OTHER_SKU),
    (entry("z", 999), entry("b", 1, currency=Currency.JPY), Passed.OTHER_CURRENCY),
    (entry("z", 999), entry("b", 1, channel=SITE), Passed.OTHER_CHANNEL),
    (entry("z", 999), entry("b", 1, audience=AudienceId("c1")), Passed.OTHER_AUDIENCE),
    (entry("z", 999), entry("b", 1, least=6), Passed.OTHER_QUANTITY),
    (entry("z", 999), entry("b", 1, most=4), Passed.OTHER_QUANTITY),
    (entry("z", 999), entry("b", None), Passed.NOT_IN_FORCE),
    (entry("z", 999, layer=Layer.CONTRACT), entry("b", 1, layer=SALE), Passed.LAYER),
    (entry("z", 999, layer=Layer.OVERRIDE), entry("b", 1, layer=MEMBER), Passed.LAYER),
    (entry("z", 999, layer=Layer.OVERRIDE), entry("b", 1), Passed.LAYER),
    (entry("z", 999, layer=SALE), entry("b", 1, channel=SHOP, audience=VIP, priority=9), Passed.LAYER),
    (entry("z", 1, layer=SALE), entry("b", 2, layer=MEMBER, channel=SHOP, priority=9), Passed.DEARER),
    (entry("z", 1, layer=MEMBER), entry("b", 2, layer=SALE, channel=SHOP, priority=9), Passed.DEARER),
    (entry("z", 2, layer=MEMBER, channel=SHOP), entry("b", 2, layer=SALE, priority=9), Passed.CONDITIONS),
    (entry("a", 2, layer=MEMBER), entry("b", 2, layer=SALE), Passed.ID),
    (entry("z", 999, layer=Layer.OVERRIDE, channel=SHOP), entry("b", 1, layer=Layer.CONTRACT), Passed.CONDITIONS),
    (entry("z", 9, layer=Layer.OVERRIDE), entry("b", 10, layer=Layer.CONTRACT), Passed.DEARER),
    (entry("z", 999, channel=SHOP), entry("b", 1, priority=9, least=5), Passed.CONDITIONS),
    (entry("z", 999, channel=SHOP, audience=VIP), entry("b", 1, audience=VIP), Passed.CONDITIONS),
    (entry("z", 999, priority=1), entry("b", 1, least=5), Passed.PRIORITY),
    (entry("z", 999, least=5), entry("b", 1, least=4), Passed.MINIMUM),
    (entry("z", 1), entry("b", 2), Passed.DEARER),
    (entry("z", 10, per=3), entry("b", 4), Passed.DEARER),  # what one unit costs, exactly
    (entry("a", 2), entry("b", 2), Passed.ID),
]


@pytest.mark.parametrize(("winner", "other", "reason"), BEATEN)
def test_each_rule_decides_where_those_before_are_equal(winner: PriceEntry, other: PriceEntry, reason: Passed) -> None:
    """In the published order, whichever entry comes first; the one that is passed over says why."""
    for entries in ([winner, other], [other, winner]):
        found = resolve(entries, ASKED)
        assert (found.entry, found.layer) == (winner.id, winner.terms.layer)
        assert found.passed_over == (PassedOver(entry=other.id, reason=reason),)


@pytest.mark.parametrize(("least", "most", "holds"), [(5, 5, True), (1, None, True), (6, None, False), (1, 4, False)])
def test_a_quantity_counts_at_both_ends(least: int, most: int | None, *, holds: bool) -> None:
    """From the least up to the most, both included."""
    assert (resolve([entry("b", 1, least=least, most=most)], ASKED).entry is not None) is holds


def test_no_price_is_an_answer() -> None:
    """Nothing falls back to another currency or to a price that has ended; every entry says why."""
    found = resolve([entry("b", None), entry("a", 1, currency=Currency.USD)], ASKED)
    assert (found.price, found.entry, found.layer, found.original) == (None, None, None, None)
    assert [each.reason for each in found.passed_over] == [Passed.OTHER_CURRENCY, Passed.NOT_IN_FORCE]


@pytest.mark.parametrize(
    ("layer", "original"), [(SALE, 900), (MEMBER, 900), (Layer.LIST, 1), (Layer.OVERRIDE, 1), (Layer.CONTRACT, 1)]
)
def test_the_original_price_is_what_stands_beside_a_reduced_one(layer: Layer, original: int) -> None:
    """The list price beside a sale or member price; any other price stands for itself."""
    found = resolve([entry("z", 1, layer=layer), DEAR], ASKED)
    assert found.price is not None
    assert found.original is not None
    assert (found.price.amount.minor, found.original.amount.minor) == (1, original)


def test_a_reduced_price_without_a_list_price_stands_for_itself() -> None:
    """There is nothing to compare it with."""
    found = resolve([entry("z", 1, layer=SALE)], ASKED)
    assert found.price == found.original


@pytest.mark.parametrize(
    ("asked", "entry_of"),
    [
        (Asked(sku=TEA, currency=Currency.CNY, at=NOON), "all"),
        (Asked(sku=TEA, currency=Currency.CNY, at=NOON, channel=SHOP), "shop"),
        (Asked(sku=TEA, currency=Currency.CNY, at=NOON, channel=SITE), "all"),
        (Asked(sku=TEA, currency=Currency.CNY, at=NOON.subtract(seconds=1)), None),
    ],
)
def test_a_price_of_one_channel_holds_there_alone(asked: Asked, entry_of: str | None) -> None:
    """Who asks for nowhere in particular gets the price for everywhere; before its instant there is none."""
    assert resolve([entry("all", 2), entry("shop", 3, channel=SHOP)], asked).entry == entry_of


some = st.sampled_from
entries = st.lists(
    st.builds(
        entry,
        some("abcdef"),
        some([None, 1, 2, 3]),
        per=some([1, 2]),
        layer=some(Layer),
        channel=some([None, SHOP, SITE]),
        audience=some([None, VIP]),
        least=some([1, 5, 6]),
        priority=some([0, 1]),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


def by_hand(found: Sequence[PriceEntry]) -> str | None:
    """Return the id of the entry that gives the price, by walking down the rules one after the other."""
    left = [each for each in found if each.prices.entries[0].value is not None]
    left = [each for each in left if each.terms.channel != SITE and each.terms.least <= 5]
    for step in ({Layer.CONTRACT, Layer.OVERRIDE}, {Layer.MEMBER}, {Layer.SALE}, {Layer.LIST}):
        here = [each for each in left if each.terms.layer in step]
        if step == {Layer.MEMBER}:
            both = [best(here), best([each for each in left if each.terms.layer is Layer.SALE])]
            here = [each for each in both if each is not None]
            here = [each for each in here if unit(each) == min(unit(other) for other in here)]
        if here:
            found_best = best(here)
            return None if found_best is None else found_best.id
    return None


def unit(each: PriceEntry) -> Fraction:
    """Return what one unit costs."""
    price = each.prices.entries[0].value
    assert price is not None
    return Fraction(price.amount.minor, price.per)


def best(left: list[PriceEntry]) -> PriceEntry | None:
    """Return the entry that each rule in turn leaves."""
    if not left:
        return None
    left = [each for each in left if each.terms.conditions == max(other.terms.conditions for other in left)]
    left = [each for each in left if each.terms.priority == max(other.terms.priority for other in left)]
    left = [each for each in left if each.terms.least == max(other.terms.least for other in left)]
    left = [each for each in left if unit(each) == min(unit(other) for other in left)]
    return min(left, key=lambda each: each.id)


@drawn(found=entries, data=st.data())
def test_the_price_is_that_of_a_walk_down_the_rules(found: list[PriceEntry], data: st.DataObject) -> None:
    """In whatever order the entries are given; every other entry is passed over once."""
    answer = resolve(data.draw(st.permutations(found)), ASKED)
    assert answer.entry == by_hand(found)
    rest = sorted(each.id for each in found if each.id != answer.entry)
    assert [each.entry for each in answer.passed_over] == rest
