"""The public cases of prices: which of a set of prices holds.

Two words are translated throughout. A region is a channel; a company or a customer group is an audience. Their price
lists are layers: a list of type `sale` or `override`, and the default prices are the list layer.
"""

from collections.abc import Mapping
from typing import Any, cast

from ecomops.kernel import Currency, Dated, Effective, Money
from ecomops.products import Asked, AudienceId, Layer, PriceEntry, PriceId, Resolved, Terms, resolve
from ecomops.terms import ChannelId, Price, Sku
from ecomops.testing import NOON
from tests.conformance.case_files import Case, cases

V = Sku("v")
LAYERS = {"sale": Layer.SALE, "override": Layer.OVERRIDE}


def entries(case: Case) -> list[PriceEntry]:
    """Return the prices of *case*: one entry for each pair of a region and a group that a price names."""
    return [entry for price in case["prices"] for entry in _of_price(price)]


def _of_price(price: Mapping[str, Any]) -> list[PriceEntry]:
    listed = price.get("price_list", {})
    rules = {**price["rules"], **listed.get("rules", {})}
    groups = [rules[name] for name in ("company_id", "customer_group_id") if name in rules]
    audiences = "+".join(groups) if len(groups) > 1 else (groups or [None])[0]  # both at once are one audience
    money = Currency.of(price.get("currency", "PLN"))  # a price that names none is in the money of the source
    value = None if listed.get("window") == "expired" else Price(amount=Money(price["amount"], money))
    return [
        PriceEntry(
            id=PriceId(f"{price['id']}-{region}-{audience}"),
            terms=Terms(
                sku=V,
                currency=money,
                layer=LAYERS[listed["type"]] if listed else Layer.LIST,
                channel=None if region is None else ChannelId(region),
                audience=None if audience is None else AudienceId(audience),
                least=price.get("min_qty", 1),
                most=price.get("max_qty"),
            ),
            prices=Effective(entries=(Dated(since=NOON, value=value),)),
        )
        for region in _each(rules.get("region_id"))
        for audience in _each(audiences)
    ]


def _each(named: Any) -> list[str | None]:  # noqa: ANN401 - a text, several, or none
    return [*cast("list[str | None]", named)] if isinstance(named, list) else [named]


def answer(case: Case) -> Resolved:
    """Return the price that holds in *case*."""
    context = case["context"]
    groups = [context[name] for name in ("company_id", "customer_group_id") if name in context]
    region = context.get("region_id")
    asked = Asked(
        sku=V,
        currency=Currency.of(context.get("currency", case["currency"])),
        at=NOON,
        quantity=case["lines"][0]["qty"],
        channel=None if region is None else ChannelId(region),
        audiences=tuple(AudienceId(group) for group in groups),
    )
    return resolve(entries(case), asked)


@cases("MED-PRC-02", "MED-PRC-04", "MED-PRC-08")
def test_the_more_special_price_holds(case: Case) -> None:
    """A price for the region beats the one for all, the higher minimum beats the lower; an expired list is none."""
    found = answer(case).price
    assert found is not None
    assert found.amount.minor == case["expected"]["price"]


@cases("MED-PRC-05", "MED-PRC-06", "MED-PRC-10")
def test_a_list_that_matches_wins_over_the_default(case: Case) -> None:
    """A sale stands beside the original price, an override for itself; more conditions win over a lower price."""
    found = answer(case)
    assert found.price is not None
    assert found.original is not None
    expected = case["expected"]
    assert (found.price.amount.minor, found.original.amount.minor) == (expected["price"], expected["original_price"])
    assert found.layer is LAYERS[expected.get("price_list", "sale")]


@cases("MED-PRC-13")
def test_no_price_is_an_answer(case: Case) -> None:
    """When all prices of the currency want more than the buyer is, none of another currency stands in."""
    found = answer(case)
    assert (found.price, case["expected"]["price"]) == (None, None)
    assert len(found.passed_over) == len(case["prices"])
