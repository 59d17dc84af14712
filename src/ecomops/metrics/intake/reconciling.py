"""Two sources tell of the same things: what both tell alike, what only one tells, where they differ, to the cent."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ecomops.columns import Ints, OutOfColumn, Uneven, require_whole, total
from ecomops.kernel import Text
from ecomops.kernel.checks import is_a, require_kind, wrong_kind
from ecomops.metrics.intake.errors import RepeatedKey


@frozen(kw_only=True, eq=False)
class Ledger:
    """What one source tells.

    Args:
        name: What people call it.
        keys: What each row is about, as codes of a dictionary that both sources share; each once.
        amounts: What it comes to, in minor units.

    Raises:
        WrongColumn: One of them is no array of 64 bits.
        Uneven: There are not as many amounts as keys.
    """

    name: Text = field(validator=is_a(Text))
    keys: Ints
    amounts: Ints

    def __attrs_post_init__(self) -> None:
        """Refuse what is no ledger."""
        for name, values in (("keys", self.keys), ("amounts", self.amounts)):
            require_whole(values, name=f"Ledger.{name}")
        if len(self.amounts) != len(self.keys):
            raise Uneven(column="Ledger.amounts", found=len(self.amounts), expected=len(self.keys))


def added(name: Text, keys: Ints, amounts: Ints) -> Ledger:
    """Return a ledger of rows of which several may have one key: their amounts are added.

    Raises:
        WrongColumn: One of them is no array of 64 bits.
        Uneven: There are not as many amounts as keys.
        CannotHoldSum: A sum might be more than 64 bits hold.

    Example:
        >>> import numpy as np
        >>> added(Text("gateway", "网关"), np.array([7, 7, 3]), np.array([1, 2, 5])).amounts
        array([5, 3])
    """
    rows = Ledger(name=name, keys=keys, amounts=amounts)
    total(amounts, name="Ledger.amounts")
    order = np.argsort(rows.keys, kind="stable")
    known = rows.keys[order]
    starts = np.flatnonzero(np.diff(known, prepend=known[:1] - 1)) if len(known) else np.zeros(0, dtype=np.int64)
    sums = np.add.reduceat(rows.amounts[order], starts) if len(known) else known
    return Ledger(name=name, keys=known[starts], amounts=sums)


class Tally(NamedTuple):
    """Some of the things, and what each side says of them; the other side says 0 of what it does not have.

    Attributes:
        name: What they have in common.
        keys: Which things, in rising order.
        left: What the left side says.
        right: What the right side says.
    """

    name: Text
    keys: Ints
    left: Ints
    right: Ints

    @property
    def size(self) -> int:
        """How many things they are."""
        return len(self.keys)

    @property
    def sums(self) -> tuple[int, int]:
        """What each side comes to."""
        return int(self.left.sum()), int(self.right.sum())

    @property
    def difference(self) -> int:
        """By how much the right side is more."""
        left, right = self.sums
        return right - left


class Reconciliation(NamedTuple):
    """Two ledgers, side by side; the four tallies add up to each of them, to the cent.

    Attributes:
        left: The one.
        right: The other.
        matched: What both tell alike.
        different: Where they differ.
        only_left: What only the left side tells.
        only_right: What only the right side tells.
    """

    left: Ledger
    right: Ledger
    matched: Tally
    different: Tally
    only_left: Tally
    only_right: Tally

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """The four of them."""
        return self.matched, self.different, self.only_left, self.only_right

    @property
    def difference(self) -> int:
        """By how much the right side is more."""
        return sum(tally.difference for tally in self.tallies)

    @property
    def text(self) -> Text:
        """A line for each tally; amounts in minor units."""
        one, other = self.left.name, self.right.name
        told = [(tally.name, tally.size, *tally.sums) for tally in self.tallies]
        return Text(
            "\n".join(f"{name.en}: {size}, {one.en} {left}, {other.en} {right}" for name, size, left, right in told),
            "\n".join(f"{name.zh}：{size} 笔，{one.zh} {left}，{other.zh} {right}" for name, size, left, right in told),
        )

    def to_rows(self, names: Sequence[str] | None = None) -> list[dict[str, object]]:
        """Return a plain row for each thing that does not match.

        Args:
            names: The names behind the keys; None shows the keys.

        Raises:
            OutOfColumn: A key has no name.
            WrongKind: The names are no sequence.
        """
        if names is not None and not isinstance(names, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Reconciliation.names", "sequence of str", names)
        rows: list[dict[str, object]] = []
        for tally in self.tallies[1:]:
            for key, left, right in zip(tally.keys.tolist(), tally.left.tolist(), tally.right.tolist(), strict=True):
                if names is not None and not 0 <= key < len(names):
                    raise OutOfColumn(column="Ledger.keys", row=len(rows), least=0, most=len(names) - 1)
                shown = key if names is None else names[key]
                rows.append(
                    {"what": tally.name.en, "key": shown, "left": left, "right": right, "difference": right - left}
                )
        return rows


def reconcile(left: Ledger, right: Ledger) -> Reconciliation:
    """Compare what two sources tell of the same things.

    Args:
        left: The one, such as the orders of the shop.
        right: The other, such as the settlement of a gateway.

    Raises:
        RepeatedKey: A key stands twice in one of them; `added` makes one row of several.
        CannotHoldSum: A sum might be more than 64 bits hold.

    Example:
        >>> import numpy as np
        >>> shop = Ledger(name=Text("shop", "店铺"), keys=np.array([1, 2, 3]), amounts=np.array([500, 700, 900]))
        >>> bank = Ledger(name=Text("bank", "银行"), keys=np.array([3, 2, 4]), amounts=np.array([900, 650, 100]))
        >>> found = reconcile(shop, bank)
        >>> [tally.size for tally in found.tallies], found.difference
        ([1, 1, 1, 1], -450)
        >>> found.to_rows()[0]
        {'what': 'different amounts', 'key': 2, 'left': 700, 'right': 650, 'difference': -50}
    """
    for side in (left, right):
        require_kind("reconcile", Ledger, side)
        total(side.amounts, name=f"{side.name.en}.amounts")
        _require_once(side)
    keys = np.sort(np.concatenate([left.keys, right.keys]))
    keys = keys[np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))]
    (there, one), (too, other) = _spread(left, keys), _spread(right, keys)
    both = there & too
    same = both & (one == other)

    def tally(name: Text, chosen: NDArray[np.bool_]) -> Tally:
        return Tally(name=name, keys=keys[chosen], left=one[chosen], right=other[chosen])

    return Reconciliation(
        left=left,
        right=right,
        matched=tally(Text("matched", "一致"), same),
        different=tally(Text("different amounts", "金额不符"), both & ~same),
        only_left=tally(Text(f"only in {left.name.en}", f"仅见于{left.name.zh}"), there & ~too),
        only_right=tally(Text(f"only in {right.name.en}", f"仅见于{right.name.zh}"), too & ~there),
    )


def _require_once(side: Ledger) -> None:
    order = np.argsort(side.keys, kind="stable")
    again = np.flatnonzero(np.diff(side.keys[order]) == 0)
    if len(again):
        place = again[np.argmin(order[again + 1])]
        raise RepeatedKey(source=side.name.en, first=int(order[place]), second=int(order[place + 1]))


def _spread(side: Ledger, keys: Ints) -> tuple[NDArray[np.bool_], Ints]:
    """Return which of all keys a side has, and what it says of each: 0 of the others."""
    there = np.zeros(len(keys), dtype=np.bool_)
    amounts = np.zeros(len(keys), dtype=np.int64)
    places = np.searchsorted(keys, side.keys)
    there[places], amounts[places] = True, side.amounts
    return there, amounts
