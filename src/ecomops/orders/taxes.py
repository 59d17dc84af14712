"""Taxes as data: classes with rates that change on stated days, and prices that include them or not.

The law of a line: its tax is its rate of what is left after the discounts, rounded half up once; where the price
includes the tax, the tax is rounded and the net amount is the rest. It is frozen in a rung when the order is placed, so
that a later rate changes no order and a refund gives back the tax that was charged.
"""

from typing import Any, TypeVar

from attrs import Attribute, field, frozen
from pendulum import DateTime

from ecomops.kernel import Effective, in_force
from ecomops.kernel.checks import is_a, require_once, some_text, tuple_of, wrong_kind
from ecomops.kernel.copies import changed
from ecomops.orders.errors import NoTaxRate, UnknownTaxClass
from ecomops.terms import PricedLine, PricedService, Tax, TaxRate

P = TypeVar("P", PricedLine, PricedService)


def _rates(instance: object, attribute: "Attribute[Any]", value: Effective[TaxRate]) -> None:
    is_a(Effective)(instance, attribute, value)
    for entry in value.entries:
        if type(entry.value) is not TaxRate:
            raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "TaxRate", entry.value)


@frozen(kw_only=True)
class TaxClass:
    """One class of goods and its rates.

    Args:
        code: What the shop calls it: `standard`, `food`.
        rates: Its rate, and from when each holds.
    """

    code: str = field(validator=some_text)
    rates: Effective[TaxRate] = field(validator=_rates)


@frozen(kw_only=True)
class TaxTable:
    """The taxes of a shop: a policy value.

    Args:
        classes: Each with its rates; no code stands twice.
        included: Whether prices include the tax (the default, as shops show prices to consumers).

    Raises:
        Repeated: Two classes have one code.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import Dated
        >>> vat = Effective(entries=(
        ...     Dated(since=pendulum.datetime(2018, 5, 1), value=TaxRate(parts=16)),
        ...     Dated(since=pendulum.datetime(2019, 4, 1), value=TaxRate(parts=13)),
        ... ))
        >>> table = TaxTable(classes=(TaxClass(code="standard", rates=vat),))
        >>> tax_of(table, "standard", at=pendulum.datetime(2026, 6, 18)).rate
        TaxRate(parts=13, per=100)
    """

    classes: tuple[TaxClass, ...] = field(validator=tuple_of(TaxClass))
    included: bool = field(default=True, validator=is_a(bool))

    def __attrs_post_init__(self) -> None:
        """Refuse two classes of one code."""
        require_once((each.code for each in self.classes), field="TaxTable.classes")


def tax_of(table: TaxTable, code: str, *, at: DateTime) -> Tax:
    """Return the tax of goods of the class *code* at the instant *at*.

    Args:
        table: The taxes of the shop.
        code: The class.
        at: When the goods are sold.

    Raises:
        UnknownTaxClass: The table does not have it.
        NoTaxRate: It has no rate yet at that instant.
    """
    found = next((each for each in table.classes if each.code == code), None)
    if found is None:
        raise UnknownTaxClass(tax=code)
    rate = in_force(found.rates, at=at)
    if rate is None:
        raise NoTaxRate(tax=code, at=at)
    return Tax(code=code, rate=rate, included=table.included)


def taxed(line: P, table: TaxTable, *, code: str, at: DateTime) -> P:
    """Return *line* with the tax of its class: `place` freezes it.

    Args:
        line: A line or a service, priced.
        table: The taxes of the shop.
        code: The class of its goods.
        at: When they are sold.

    Raises:
        UnknownTaxClass: The table does not have the class.
        NoTaxRate: It has no rate yet at that instant.
    """
    return changed(line, tax=tax_of(table, code, at=at))
