"""Numbers of some lines that conditions, ladders and steps ask for by name: what they cost, how many they are."""

from enum import StrEnum

from attrs import field, frozen

from ecomops.kernel import Money
from ecomops.kernel.checks import is_a, optional, some_text, wrong_kind
from ecomops.kernel.rules import RULES, AtLeastFact, Rule
from ecomops.terms import NegativeAmount


class MeasureKind(StrEnum):
    """What is measured of some lines."""

    AMOUNT = "amount"
    """Their amount, in minor units."""
    QUANTITY = "quantity"
    """Their units."""
    PRODUCTS = "products"
    """How many different SKUs they have."""
    LINE_QUANTITY = "line_quantity"
    """The units of one line, equal lines together: of the longest, or of each alone where a value is over lines."""


class Reading(StrEnum):
    """At which amounts a measure is read; it is read once."""

    ENTRY = "entry"
    """What is left when the lane begins: the default of the shop."""
    LIST = "list"
    """Before all discounts."""
    RUNNING = "running"
    """What is left at the promotion's turn."""


@frozen(kw_only=True)
class Measure:
    """A number that conditions and values may ask for by name.

    Args:
        fact: The name.
        of: What is measured.
        over: Of which lines; None is the scope of the promotion.
        read: At which amounts.
    """

    fact: str = field(validator=some_text)
    of: MeasureKind = field(validator=is_a(MeasureKind))
    over: Rule | None = field(default=None, validator=optional(is_a(*RULES)))
    read: Reading = field(default=Reading.ENTRY, validator=is_a(Reading))


AMOUNT = Measure(fact="amount", of=MeasureKind.AMOUNT)
QUANTITY = Measure(fact="quantity", of=MeasureKind.QUANTITY)
MEASURES = (AMOUNT, QUANTITY)
"""What a promotion may ask for unless it says otherwise: amount and units of its scope."""


def spend(amount: Money) -> AtLeastFact:
    """Return the condition that the scope costs at least *amount* (满减门槛), the bound included.

    Raises:
        WrongKind: It is no money.
        NegativeAmount: It is below zero.
    """
    if type(amount) is not Money:
        raise wrong_kind("spend", "Money", amount)
    if amount.minor < 0:
        raise NegativeAmount(field="spend", amount=amount)
    return AtLeastFact(fact=AMOUNT.fact, bound=amount.minor)
