"""The journal: entries whose postings sum to nothing, so that whatever leaves one account stands in another.

A posting is money, or a plain count (points). Balances are sums, and depend on neither the order of entries nor on how
they were cut into pages.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from attrs import Attribute, define, field, frozen
from pendulum import DateTime

from ecomops.kernel.checks import an_instant, some_text, tuple_of, whole, wrong_kind
from ecomops.kernel.currency import Currency
from ecomops.kernel.errors import Invalid
from ecomops.kernel.money import Money
from ecomops.kernel.text import Text

Unit = Currency | None
"""In what a posting counts: minor units of a currency, or None for a plain count."""


@define(kw_only=True, slots=False, eq=False)
class Unbalanced(Invalid):
    """The postings of an entry do not sum to nothing in a unit."""

    code: ClassVar[str] = "journal.unbalanced"
    text: ClassVar[Text] = Text(
        "the entry of {source} is off by {off} ({unit})", "{source} 的分录不平，差额 {off}（{unit}）"
    )

    source: str
    unit: str
    off: int


def _an_amount(instance: object, attribute: "Attribute[Any]", value: Money | int) -> None:
    if type(value) is int:
        whole()(instance, attribute, value)
    elif type(value) is not Money:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "Money or int", value)


@frozen(kw_only=True)
class Posting:
    """What comes to one account (positive) or leaves it (negative).

    Args:
        account: The name of the account.
        amount: Money, or a plain count.
    """

    account: str = field(validator=some_text)
    amount: Money | int = field(validator=_an_amount)

    @property
    def unit(self) -> Unit:
        """In what it counts."""
        return self.amount.currency if isinstance(self.amount, Money) else None

    @property
    def units(self) -> int:
        """How many minor units, or how many pieces."""
        return self.amount.minor if isinstance(self.amount, Money) else self.amount


@frozen(kw_only=True)
class Entry:
    """What one happening did to the accounts.

    Args:
        postings: They sum to nothing in every unit.
        at: When it happened.
        source: What it came of: an id.

    Raises:
        Unbalanced: They do not.

    Example:
        >>> import pendulum
        >>> due = Money.parse("9.00", "CNY")
        >>> sale = (Posting(account="receivable", amount=due), Posting(account="sales", amount=-due))
        >>> entry = Entry(postings=sale, at=pendulum.datetime(2026, 6, 18), source="o-1")
        >>> balances([entry, entry])[("receivable", Currency.CNY)]
        1800
    """

    postings: tuple[Posting, ...] = field(validator=tuple_of(Posting))
    at: DateTime = field(validator=an_instant)
    source: str = field(validator=some_text)

    def __attrs_post_init__(self) -> None:
        """Refuse an entry that does not balance."""
        sums: dict[Unit, int] = {}
        for posting in self.postings:
            sums[posting.unit] = sums.get(posting.unit, 0) + posting.units
        for unit, off in sums.items():
            if off:
                raise Unbalanced(source=self.source, unit=str(unit or "1"), off=off)


def balances(entries: Iterable[Entry]) -> dict[tuple[str, Unit], int]:
    """Return what stands on each account, by its name and unit, in this order; accounts at nothing are left out.

    Returns:
        Minor units of the currency, or plain counts where the unit is None.
    """
    sums: dict[tuple[str, Unit], int] = {}
    for entry in entries:
        for posting in entry.postings:
            place = posting.account, posting.unit
            sums[place] = sums.get(place, 0) + posting.units
    return {place: sums[place] for place in sorted(sums, key=_order) if sums[place]}


def _order(place: tuple[str, Unit]) -> tuple[str, str]:
    account, unit = place
    return account, unit or ""
