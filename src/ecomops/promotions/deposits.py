"""The terms of a pre-sale with a deposit (定金): amounts, windows, and what becomes of it when it comes to nothing."""

from enum import StrEnum

from attrs import field, frozen

from ecomops.kernel import Money, Period
from ecomops.kernel.checks import is_a, whole
from ecomops.promotions.errors import BadPresale

HUNDRED = 100


class Fate(StrEnum):
    """What becomes of a deposit."""

    KEPT = "kept"
    RETURNED = "returned"
    DOUBLED = "doubled"


@frozen(kw_only=True)
class PresalePolicy:
    """What becomes of the deposit (定金) when a pre-sale comes to nothing.

    By article 587 of the Civil Code of the PRC who gave a deposit and does not perform cannot ask it back, and who took
    one and does not perform returns it twice. By article 586 what exceeds a fifth of the price is no deposit in law:
    that part is returned in any case, and never doubled.

    Args:
        lapsed: The balance is not paid in its window.
        withdrawn_before: The buyer withdraws before that window opens.
        withdrawn_after: The buyer withdraws in it, the balance unpaid.
        undelivered: The shop cannot deliver.
        legal_percent: The largest part of the price that is a deposit in law, in percent.

    Raises:
        BadPresale: A buyer would get more than the deposit, or a shop that cannot deliver would keep it.
    """

    lapsed: Fate = field(default=Fate.KEPT, validator=is_a(Fate))
    withdrawn_before: Fate = field(default=Fate.KEPT, validator=is_a(Fate))
    withdrawn_after: Fate = field(default=Fate.KEPT, validator=is_a(Fate))
    undelivered: Fate = field(default=Fate.DOUBLED, validator=is_a(Fate))
    legal_percent: int = field(default=20, validator=whole(0, HUNDRED))

    def __attrs_post_init__(self) -> None:
        """Refuse what turns the law around."""
        own = (self.lapsed, self.withdrawn_before, self.withdrawn_after)
        if Fate.DOUBLED in own or self.undelivered is Fate.KEPT:
            raise BadPresale(reason="policy")


DEFAULT_PRESALE_POLICY = PresalePolicy()
"""What articles 586 and 587 say when nothing else was agreed."""


@frozen(kw_only=True)
class PresaleTerms:
    """What buyer and shop agreed; it never changes.

    Args:
        price: What the goods cost without the expansion and later discounts.
        deposit: What is paid first.
        worth: What the deposit counts as: 50 that count as 100.
        first: When the deposit may be paid.
        second: When the balance may be paid; it starts at the end of the first window, or later.
        policy: What becomes of the deposit when it comes to nothing.

    Raises:
        CurrencyMismatch: The amounts are in several currencies.
        BadPresale: Deposit, worth and price do not rise, or the windows overlap.
    """

    price: Money = field(validator=is_a(Money))
    deposit: Money = field(validator=is_a(Money))
    worth: Money = field(validator=is_a(Money))
    first: Period = field(validator=is_a(Period))
    second: Period = field(validator=is_a(Period))
    policy: PresalePolicy = field(default=DEFAULT_PRESALE_POLICY, validator=is_a(PresalePolicy))

    def __attrs_post_init__(self) -> None:
        """Refuse amounts and windows that do not fit."""
        if not (self.deposit.minor > 0 and self.deposit <= self.worth <= self.price):
            raise BadPresale(reason="amounts")
        if self.second.start < self.first.end:
            raise BadPresale(reason="windows")

    @property
    def expansion(self) -> Money:
        """What the shop gives on the deposit: a discount that it bears."""
        return self.worth - self.deposit

    @property
    def legal(self) -> Money:
        """The part of the deposit that is one in law."""
        most = self.price.minor * self.policy.legal_percent // HUNDRED
        return Money(min(self.deposit.minor, most), self.deposit.currency)

    def keeps(self, fate: Fate) -> Money:
        """Return what the shop keeps of a paid deposit; negative is what it pays beyond giving it back.

        Example:
            >>> from ecomops.testing import NOON, cny
            >>> day = Period(start=NOON, end=NOON.add(days=1))
            >>> terms = PresaleTerms(
            ...     price=cny("300.00"), deposit=cny("100.00"), worth=cny("150.00"),
            ...     first=day, second=Period(start=day.end, end=day.end.add(days=1)),
            ... )
            >>> [str(terms.keeps(fate)) for fate in (Fate.KEPT, Fate.RETURNED, Fate.DOUBLED)]
            ['60.00 CNY', '0.00 CNY', '-60.00 CNY']
        """
        return self.legal * {Fate.KEPT: 1, Fate.RETURNED: 0, Fate.DOUBLED: -1}[fate]
