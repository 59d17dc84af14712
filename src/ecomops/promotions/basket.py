"""The basket that is quoted: priced lines, and what the host knows of them."""

from collections.abc import Mapping
from typing import Any, cast

from attrs import Attribute, field, frozen

from ecomops.kernel import Currency, Money
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.money import MOST_MINOR, CurrencyMismatch
from ecomops.kernel.rules import FactKind, Vocabulary
from ecomops.promotions.coupons import Coupon
from ecomops.promotions.errors import UnknownTraits
from ecomops.promotions.sharedcodes import SharedCode
from ecomops.terms import CustomerId, LineId, PricedLine, PricedService, not_negative

_NUMBER = whole(-MOST_MINOR, MOST_MINOR)


def _a_trait(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    if isinstance(value, str):
        some_text(instance, attribute, value)
    elif type(value) is int:
        _NUMBER(instance, attribute, value)
    elif type(value) is tuple:
        tuple_of(str)(instance, attribute, value)
    elif type(value) is not bool:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "bool, int, str or tuple", value)


@frozen(kw_only=True)
class Trait:
    """A fact of a line that the host knows: its category, its brand, whether it is reduced already."""

    name: str = field(validator=some_text)
    value: bool | int | str | tuple[str, ...] = field(validator=_a_trait)


@frozen(kw_only=True)
class LineTraits:
    """What the host knows of a line.

    Args:
        line: The line.
        facts: Its facts; the rulebook declares them.
        floor: The lowest amount that all its units together may reach; None is 0.
    """

    line: LineId = field(validator=is_a(LineId))
    facts: tuple[Trait, ...] = field(default=(), validator=tuple_of(Trait))
    floor: Money | None = field(default=None, validator=optional(not_negative))


@frozen(kw_only=True)
class Basket:
    """What is to be quoted.

    Args:
        currency: The one currency of all its amounts.
        lines: The goods; their discounts are the stated ones.
        services: Money without goods; they take stated discounts, and reductions of shipping.
        traits: What the host knows of some of the lines.
    """

    currency: Currency = field(validator=is_a(Currency))
    lines: tuple[PricedLine, ...] = field(default=(), validator=tuple_of(PricedLine))
    services: tuple[PricedService, ...] = field(default=(), validator=tuple_of(PricedService))
    traits: tuple[LineTraits, ...] = field(default=(), validator=tuple_of(LineTraits))


Entry = PricedLine | PricedService


def floors(basket: Basket) -> dict[str, int]:
    """Return the floors of the lines that have one, in minor units.

    Raises:
        CurrencyMismatch: A floor is in another currency.
    """
    found: dict[str, int] = {}
    for traits in basket.traits:
        if traits.floor is not None:
            found[traits.line] = minor(traits.floor, basket.currency)
    return found


def minor(money: Money, currency: Currency) -> int:
    """Return the minor units of *money*, which must be in *currency*.

    Raises:
        CurrencyMismatch: It is in another.
    """
    if money.currency is not currency:
        raise CurrencyMismatch(left=currency, right=money.currency)
    return money.minor


def require_asked(
    *,
    basket: object,
    customer: object,
    codes: object,
    coupons: object,
    shared: object,
    used: object,
    gift_stock: object = None,
) -> None:
    """Refuse what callers without types may ask a quote for: a code alone would be read letter by letter.

    Raises:
        WrongKind: It names the first that is of another kind.
    """
    _require_kind("basket", basket, Basket)
    _require_kind("customer", customer, CustomerId, type(None))
    _require_kind("used", used, Mapping, type(None))
    _require_kind("gift_stock", gift_stock, Mapping, type(None))
    presented = (("codes", codes, str), ("coupons", coupons, Coupon), ("shared", shared, SharedCode))
    for name, values, kind in presented:
        _require_kind(name, values, tuple)
        for each in cast("tuple[object, ...]", values):
            _require_kind(name, each, kind)


def _require_kind(name: str, value: object, *kinds: type) -> None:
    if not isinstance(value, kinds):
        raise wrong_kind(f"quote.{name}", kinds[0].__name__, value)


_OWN = frozenset(("sku", "price"))
"""What every line has: nobody tells it once more."""

_TYPES = {FactKind.FLAG: bool, FactKind.NUMBER: int, FactKind.TEXT: str, FactKind.TEXTS: tuple}
"""The types of the facts of a line, as `Trait` takes them."""


def require_basket(basket: Basket, line_facts: Vocabulary) -> None:
    """Refuse a basket that names lines twice, or tells facts that nobody declared.

    Raises:
        Repeated: Two lines have one id, or a fact is told twice.
        UnknownTraits: Facts are told of a line that is not there.
        UndeclaredFact: It lists every name that nobody declared.
        WrongKind: A fact is of another kind than it was declared as.
    """
    ids = [line.id for line in basket.lines]
    known = {*ids, *(service.id for service in basket.services)} if basket.services else set(ids)
    if len(known) < len(ids) + len(basket.services):
        require_once((*ids, *(service.id for service in basket.services)), field="Basket.lines")
    if basket.traits:
        _require_traits(basket.traits, set(ids), line_facts)


def _require_traits(traits: tuple[LineTraits, ...], lines: set[LineId], line_facts: Vocabulary) -> None:
    told = [each.line for each in traits]
    if len(set(told)) < len(told):
        require_once(told, field="Basket.traits")
    if not lines.issuperset(told):
        raise UnknownTraits(lines=tuple(line for line in told if line not in lines))
    kinds = {fact.name: _TYPES.get(fact.kind) for fact in line_facts.facts if fact.name not in _OWN}
    for each in traits:
        facts = each.facts
        for fact in facts:
            if type(fact.value) is not kinds.get(fact.name):
                break
        else:
            if len({fact.name for fact in facts}) == len(facts):
                continue  # nearly always
        require_once(("sku", "price", *(fact.name for fact in facts)), field="LineTraits.facts")
        line_facts.require_facts({fact.name: fact.value for fact in facts})
