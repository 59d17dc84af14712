"""Price, volume, mix, new and lost: every product adds up to its own change, to the minor unit."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Currency, DomainError, OutOfRange, Text, WrongKind
from ecomops.metrics.explaining import Kind, NegativeWeight, PriceVolumeMix, ZeroDenominator, price_volume_mix
from ecomops.metrics.explaining.exact import apportion

Held = tuple[int, int]
HELD = st.tuples(st.integers(-500, 5_000), st.integers(1, 40))
SIDES = st.dictionaries(st.sampled_from("abcdef"), HELD, max_size=5)
BEFORE: dict[str, Held] = {"tea": (1000, 10), "cup": (2000, 4), "old": (700, 7)}
AFTER: dict[str, Held] = {"tea": (1800, 15), "cup": (1500, 3), "new": (900, 1)}


def by_definition(before: dict[str, Held], after: dict[str, Held]) -> dict[Kind, Fraction]:
    """Return the parts from their definition: means of both sides, product by product."""
    zero = Fraction(0)
    both = [name for name in before if name in after]
    prices = [{name: Fraction(*side[name]) for name in both} for side in (before, after)]
    pieces = [{name: side[name][1] for name in both} for side in (before, after)]
    sold = [Fraction(sum(side[name][0] for name in both)) for side in (before, after)]
    mean = sum((all_ / sum(n.values()) for all_, n in zip(sold, pieces, strict=True)), zero) / 2 if both else zero
    more = {name: pieces[1][name] - pieces[0][name] for name in both}
    change = {name: prices[1][name] - prices[0][name] for name in both}
    usual = {name: (prices[1][name] + prices[0][name]) / 2 for name in both}
    return {
        Kind.PRICE: sum((change[name] * (pieces[0][name] + pieces[1][name]) / 2 for name in both), zero),
        Kind.VOLUME: sum((more[name] * mean for name in both), zero),
        Kind.MIX: sum((more[name] * (usual[name] - mean) for name in both), zero),
        Kind.NEW: Fraction(sum(held[0] for name, held in after.items() if name not in before)),
        Kind.LOST: Fraction(-sum(held[0] for name, held in before.items() if name not in after)),
    }


@given(SIDES.filter(bool), SIDES)
def test_parts_add_up(before: dict[str, Held], after: dict[str, Held]) -> None:
    """Each product to its change, all of them to the whole; exactly what the definition says, off by rounding only."""
    found = price_volume_mix(before, after)
    assert found.exact == by_definition(before, after)
    assert all(sum(each.part(kind) for kind in Kind) == each.change for each in found.sellers)
    assert sum(found.parts.values()) == found.change == sum(found.exact.values())
    assert all(abs(found.parts[kind] - found.exact[kind]) < max(len(found.sellers), 1) for kind in Kind)


@given(SIDES.filter(bool), SIDES, st.randoms(use_true_random=False))
def test_neither_the_order_nor_the_way_of_time_matters(
    before: dict[str, Held], after: dict[str, Held], random: Random
) -> None:
    """Swapped sides swap every sign, and what was new is lost."""
    there = price_volume_mix(before, after)
    rows = list(before.items())
    random.shuffle(rows)
    assert price_volume_mix(dict(rows), after) == there
    for one, other in zip(there.sellers, price_volume_mix(after, before).sellers, strict=True):
        assert (one.path, one.price, one.volume, one.mix, one.new, one.lost) == (
            other.path,
            -other.price,
            -other.volume,
            -other.mix,
            -other.lost,
            -other.new,
        )


SALES = st.integers(-500, 5_000) | st.integers(-(10**9), 10**9) | st.integers(-(10**19), 10**19)
PIECES = st.integers(1, 40) | st.integers(1, 10**6) | st.integers(1, 10**12)
SOLD = st.lists(st.tuples(SALES, PIECES, SALES, PIECES), min_size=1, max_size=8)


def one_by_one(found: PriceVolumeMix) -> list[tuple[int, ...]]:
    """Return price, volume and mix of products that were sold on both sides, by exact numbers alone."""
    both = list(found.pairs.values())
    sums = [[sum(each[side][at] for each in both) for at in (0, 1)] for side in (0, 1)]
    mean = sum((Fraction(*side) for side in sums), Fraction(0)) / 2
    parts: list[tuple[int, ...]] = []
    for was, now in both:
        price = (Fraction(*now) - Fraction(*was)) * (was[1] + now[1]) / 2
        volume = (now[1] - was[1]) * mean
        exact = (price, volume, now[0] - was[0] - price - volume)
        pairs = [(each.numerator, each.denominator) for each in exact]
        parts.append(tuple(apportion(pairs, ("price", "volume", "mix"), now[0] - was[0])))
    return parts


def require_exact(rows: list[tuple[int, int, int, int]]) -> None:
    """Check that the parts of some products are those of each alone."""
    names = [f"sku-{place}" for place in range(len(rows))]
    before = {name: (row[0], row[1]) for name, row in zip(names, rows, strict=True)}
    after = {name: (row[2], row[3]) for name, row in zip(names, rows, strict=True)}
    found = price_volume_mix(before, after)
    assert [parts[:3] for parts in found.steps] == one_by_one(found)


@given(SOLD)
def test_columns_tell_what_exact_numbers_tell(rows: list[tuple[int, int, int, int]]) -> None:
    """Small figures, halves and ties, figures that 64 bits do not hold: the parts are those of each product alone."""
    require_exact(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [(10**19, 3, 5, 2)],  # no column of 64 bits
        [(10**17, 1, 10**17, 1), (5, 7, 6, 9 * 10**12)],  # a volume that none holds
        [(1, 2, 2, 4), (3, 2, 1, 2)],  # halves
        [(7, 10, 9, 11), (8, 3, 6, 5)],
    ],
    ids=["beyond", "volume beyond", "halves", "thirds"],
)
def test_columns_leave_to_exact_numbers_what_they_cannot_tell(rows: list[tuple[int, int, int, int]]) -> None:
    """What is too large, and what lies at a half."""
    require_exact(rows)


def kinds(found: PriceVolumeMix) -> dict[str, dict[str, int]]:
    """Return what each product did, without what is zero."""
    return {each.path[0]: {kind.value: each.part(kind) for kind in Kind if each.part(kind)} for each in found.sellers}


def test_products_by_kind() -> None:
    """Tea became dearer and sold more; fewer cups, at the same price, were sold."""
    assert kinds(price_volume_mix(BEFORE, AFTER)) == {
        "tea": {"price": 250, "volume": 994, "mix": -444},
        "cup": {"volume": -199, "mix": -301},
        "new": {"new": 900},
        "old": {"lost": -700},
    }


def test_alike_products_have_no_mix() -> None:
    """Where all cost the same, more of one is volume alone; a new price of it is price alone."""
    assert kinds(price_volume_mix({"a": (100, 10), "b": (50, 5)}, {"a": (150, 15), "b": (20, 2)})) == {
        "a": {"volume": 50},
        "b": {"volume": -30},
    }
    assert kinds(price_volume_mix({"a": (100, 10), "b": (50, 5)}, {"a": (130, 10), "b": (50, 5)})) == {
        "a": {"price": 30},
        "b": {},
    }


def test_all_new_and_all_lost() -> None:
    """Without a product on both sides there is no mean."""
    assert kinds(price_volume_mix({"a": (100, 10)}, {"b": (130, 10)})) == {"a": {"lost": -100}, "b": {"new": 130}}
    assert price_volume_mix({"a": (0, 0)}, {"a": (5, 1)}).parts[Kind.NEW] == 5


def test_best_and_worst_sellers() -> None:
    """By the change of their sales, ties by name; what did not move is neither."""
    found = price_volume_mix(
        {"a": (5, 1), "b": (5, 1), "c": (9, 3), "d": (4, 4)}, {"a": (9, 1), "b": (9, 1), "d": (4, 4)}
    )
    assert [each.path for each in found.best()] == [("a",), ("b",)]
    assert [each.path for each in found.worst()] == [("c",)]
    assert (len(found.best(1)), found.best(0), found.worst(-1)) == (1, (), ())


def test_words_in_both_languages() -> None:
    """Each kind that did something, then the best and the worst products."""
    found = price_volume_mix(BEFORE, AFTER, currency=Currency.CNY, name=Text("revenue", "收入"))
    assert repr(found).splitlines() == [
        "revenue: 37.00 -> 42.00, +5.00 (13.5 %)",
        "  +2.50  price",
        "  +7.95  volume",
        "  -7.45  mix",
        "  +9.00  new products",
        "  -7.00  lost products",
        "    +9.00  new (new products +9.00)",
        "    +8.00  tea (price +2.50, volume +9.94, mix -4.44)",
        "    -5.00  cup (volume -1.99, mix -3.01)",
        "    -7.00  old (lost products -7.00)",
    ]
    assert found.words("zh", number=1).splitlines()[-2:] == [
        "    +9.00  new（新品 +9.00）",
        "    -7.00  old（停售品 -7.00）",
    ]
    assert found.to_rows()[2] == {
        "path": ["old"],
        "units_before": 7,
        "units_after": 0,
        "before": 700,
        "after": 0,
        "price": 0,
        "volume": 0,
        "mix": 0,
        "new": 0,
        "lost": -700,
    }


REFUSED: dict[str, tuple[dict[str, object], type[DomainError], str]] = {
    "no mapping": ({"before": 3}, WrongKind, "price_volume_mix.before"),
    "nothing": ({"before": {}, "after": {}}, OutOfRange, "price_volume_mix"),
    "fewer than none": ({"before": {"a": (3, -1)}}, NegativeWeight, "a weighs less than nothing before"),
    "money for nothing": ({"after": {"a": (3, 0)}}, ZeroDenominator, "a divides something by zero after"),
    "no currency": ({"currency": "CNY"}, WrongKind, "PriceVolumeMix.currency"),
    "no name": ({"name": "sales"}, WrongKind, "PriceVolumeMix.name"),
}


@pytest.mark.parametrize(("given", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(given: dict[str, object], kind: type[DomainError], words: str) -> None:
    """With the product and the side at fault."""
    sides = {"before": {"a": (1, 1)}, "after": {"a": (1, 1)}} | given
    with pytest.raises(kind, match=words):
        price_volume_mix(**sides)  # type: ignore[arg-type]
