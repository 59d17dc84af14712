"""The promotion: a benefit over a scope, on conditions, as frozen values that can be stored and read back.

A scope is a rule over the facts of a line (`sku`, `price`, and what the host declares); conditions are a rule over the
facts of the basket (`at`, what the host declares, and the promotion's measures by name). A benefit says what is taken
off: a share of the amount, an amount, what exceeds a price, or what the host states.
"""

from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

from attrs import Attribute, field, frozen

from ecomops.kernel import Money, OutOfRange, Period
from ecomops.kernel.checks import MOST_UNITS, is_a, optional, require_once, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.counters import Excess
from ecomops.kernel.rules import ALWAYS, RULES, AtLeastFact, Rule
from ecomops.promotions.policy import MAIN
from ecomops.terms import Funder, PromotionId, not_negative

MOST_PRIORITY = 10**6
"""The highest priority; its negative is the lowest."""


class Over(StrEnum):
    """Over what a benefit is computed."""

    LINES = "lines"
    """Each line of the scope alone: a percentage of the line, an amount or a price for each unit."""
    WHOLE = "whole"
    """The scope together, once; the discount is shared by amount."""


def _a_share(instance: object, attribute: "Attribute[Any]", value: Fraction) -> None:
    name = f"{type(instance).__name__}.{attribute.name}"
    if type(value) is not Fraction:
        raise wrong_kind(name, "Fraction", value)
    if not 0 < value <= 1 or value.denominator > MOST_UNITS:
        raise OutOfRange(field=name, least="above 0", most="1")


@frozen(kw_only=True)
class Stated:
    """The host names the amount of each line; a quote checks its bounds and carries it."""

    code: ClassVar[str] = "benefit.stated"


@frozen(kw_only=True)
class Percent:
    """A share of the running amount is taken off, rounded once a line, or once for the whole.

    Args:
        share: Exact: `Fraction(15, 100)` is fifteen percent off (八五折).
        over: The lines, or the whole.
    """

    code: ClassVar[str] = "benefit.percent"

    share: Fraction = field(validator=_a_share)
    over: Over = field(default=Over.LINES, validator=is_a(Over))


@frozen(kw_only=True)
class AmountOff:
    """An amount is taken off: of each unit, or once of the whole (立减).

    Args:
        amount: How much.
        over: Each unit of the lines, or the whole once.
    """

    code: ClassVar[str] = "benefit.amount_off"

    amount: Money = field(validator=not_negative)
    over: Over = field(default=Over.WHOLE, validator=is_a(Over))


@frozen(kw_only=True)
class FixedPrice:
    """What exceeds a price is taken off (一口价); what is cheaper already stays.

    Args:
        price: Of each unit, or of the whole.
        over: Each unit of the lines, or the whole.
    """

    code: ClassVar[str] = "benefit.fixed_price"

    price: Money = field(validator=not_negative)
    over: Over = field(default=Over.LINES, validator=is_a(Over))


Benefit = Stated | Percent | AmountOff | FixedPrice


class MeasureKind(StrEnum):
    """What is measured of some lines."""

    AMOUNT = "amount"
    """Their amount, in minor units."""
    QUANTITY = "quantity"
    """Their units."""
    PRODUCTS = "products"
    """How many different SKUs they have."""


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
    """A number that conditions may ask for by name.

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
"""What the conditions of a promotion may ask for unless it says otherwise: amount and units of its scope."""


def spend(amount: Money) -> AtLeastFact:
    """Return the condition that the scope costs at least *amount* (满减门槛), the bound included.

    Raises:
        WrongKind: It is no money.
    """
    if type(amount) is not Money:
        raise wrong_kind("spend", "Money", amount)
    return AtLeastFact(fact=AMOUNT.fact, bound=amount.minor)


@frozen(kw_only=True)
class Limits:
    """How often, and for how much money, a promotion may be used; None is no limit.

    Args:
        uses: Orders in all.
        per_customer: Orders of one customer; an unknown buyer has none.
        money: Discounts in all.
        excess: What becomes of a discount that exceeds the money: refused, or cut to what is left.
    """

    uses: int | None = field(default=None, validator=optional(whole(0)))
    per_customer: int | None = field(default=None, validator=optional(whole(0)))
    money: Money | None = field(default=None, validator=optional(not_negative))
    excess: Excess = field(default=Excess.REFUSE, validator=is_a(Excess))

    @property
    def counted(self) -> bool:
        """Whether anything is to be counted."""
        return not (self.uses is None and self.per_customer is None and self.money is None)


UNLIMITED = Limits()


def _measures(instance: object, attribute: "Attribute[Any]", value: tuple[Measure, ...]) -> None:
    tuple_of(Measure)(instance, attribute, value)
    require_once((measure.fact for measure in value), field="Promotion.measures")


@frozen(kw_only=True)
class Promotion:
    """A promotion.

    Args:
        id: Its id: what a discount names.
        benefit: What is taken off.
        scope: Of which lines, as a rule over their facts; a line of which a fact is missing is out.
        conditions: When, as a rule over facts of the basket and *measures*; what is unknown does not apply.
        measures: What the conditions may ask for by name.
        lane: The lane of the policy in which it stands.
        priority: Higher ones come first in their lane; ties by id.
        valid: The period in which it may be used; None is always.
        promo_code: What a buyer enters to use it; None when nothing is to be entered.
        by_coupon: Whether it needs a single coupon.
        limits: How often, and for how much money.
        funder: Who bears what it computes; a stated discount names its own.
    """

    code: ClassVar[str] = "promotion"

    id: PromotionId = field(validator=is_a(PromotionId))
    benefit: Benefit = field(validator=is_a(Stated, Percent, AmountOff, FixedPrice))
    scope: Rule = field(default=ALWAYS, validator=is_a(*RULES))
    conditions: Rule = field(default=ALWAYS, validator=is_a(*RULES))
    measures: tuple[Measure, ...] = field(default=MEASURES, validator=_measures)
    lane: str = field(default=MAIN, validator=some_text)
    priority: int = field(default=0, validator=whole(-MOST_PRIORITY, MOST_PRIORITY))
    valid: Period | None = field(default=None, validator=optional(is_a(Period)))
    promo_code: str | None = field(default=None, validator=optional(some_text))
    by_coupon: bool = field(default=False, validator=is_a(bool))
    limits: Limits = field(default=UNLIMITED, validator=is_a(Limits))
    funder: Funder = field(default=Funder.SHOP, validator=is_a(Funder))
