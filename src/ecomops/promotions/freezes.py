"""The freeze before a mega sale: inside its window no price, listing or promotion changes, but what it names."""

from collections.abc import Iterable
from enum import StrEnum

from attrs import field, frozen
from pendulum import DateTime

from ecomops.kernel import Period
from ecomops.kernel.checks import an_instant, is_a, some_text, tuple_of
from ecomops.promotions.campaign_errors import FreezeBroken


class ChangeKind(StrEnum):
    """What a freeze stops."""

    PRICE = "price"
    LISTING = "listing"
    PROMOTION = "promotion"


@frozen(kw_only=True)
class Change:
    """A change that somebody wants to make.

    Args:
        kind: Of what.
        name: Of which: a SKU, a listing, a promotion.
        at: When it would take effect.
    """

    kind: ChangeKind = field(validator=is_a(ChangeKind))
    name: str = field(validator=some_text)
    at: DateTime = field(validator=an_instant)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@frozen(kw_only=True)
class Freeze:
    """A window in which nothing changes.

    Args:
        name: What people call it: `Double 11`.
        window: When; its end is free again.
        kinds: What it stops, one of three at least: all, unless it says otherwise.
        but: Names that may change all the same.
    """

    name: str = field(validator=some_text)
    window: Period = field(validator=is_a(Period))
    kinds: tuple[ChangeKind, ...] = field(default=tuple(ChangeKind), validator=tuple_of(ChangeKind, least=1))
    but: tuple[str, ...] = field(default=(), validator=tuple_of(str))


def frozen_changes(freeze: Freeze, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return those of *changes* that a freeze stops, in their order."""
    return tuple(
        each
        for each in changes
        if freeze.window.holds(each.at) and each.kind in freeze.kinds and each.name not in freeze.but
    )


def require_unfrozen(freeze: Freeze, changes: Iterable[Change]) -> None:
    """Refuse *changes* of which a freeze stops any (大促封板).

    Raises:
        FreezeBroken: It names every change that falls into the window.

    Example:
        >>> import pendulum
        >>> from ecomops.kernel import DomainError
        >>> window = Period(start=pendulum.datetime(2026, 11, 8), end=pendulum.datetime(2026, 11, 12))
        >>> eleven = Freeze(name="Double 11", window=window, but=("cup",))
        >>> new = [Change(kind=ChangeKind.PRICE, name=sku, at=window.start) for sku in ("tea", "cup")]
        >>> try:
        ...     require_unfrozen(eleven, new)
        ... except DomainError as refusal:
        ...     print(refusal)
        Double 11 allows no change of price tea
    """
    stopped = frozen_changes(freeze, changes)
    if stopped:
        raise FreezeBroken(name=freeze.name, changes=tuple(map(str, stopped)))
