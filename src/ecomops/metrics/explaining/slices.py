"""Slices: for each value of a dimension, or of several, how much lies there and what it weighs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import TypeAlias, TypeVar, cast

from attrs import Attribute  # noqa: TC002 - read by the type checkers in quotes only, kept real for hosts

from ecomops.columns import Ints, Uneven, column
from ecomops.kernel.checks import is_plain, listed, require_once, wrong_kind
from ecomops.kernel.errors import BadText, OutOfRange
from ecomops.metrics.explaining.errors import NegativeWeight, Side, UnevenPaths, ZeroDenominator
from ecomops.metrics.explaining.exact import two_ints

Path: TypeAlias = tuple[str, ...]
"""A slice by its value in each dimension, the outermost first."""
Name = TypeVar("Name", bound=str | Path)
"""How a slice is named: by a text, or by its path."""
Held: TypeAlias = tuple[int, int]
"""How much lies in a slice, and what it weighs: paid amount and orders, orders and visits."""
Pairs: TypeAlias = dict[Path, tuple[Held, Held]]
"""For each path: amount and weight before, amount and weight after."""

ABSENT: Held = (0, 0)
LONGEST_NAME = 200
BETWEEN = " / "
"""What stands between the values of a path where it is read."""


def by_slice(names: Sequence[Name], amounts: Ints, weights: Ints) -> dict[Name, Held]:
    """Return columns as slices: one row for each.

    Raises:
        WrongColumn: A column holds no whole numbers.
        Uneven: The columns differ in length.
        Repeated: A slice has two rows.

    Example:
        >>> import numpy as np
        >>> by_slice(["web", "app"], np.array([300, 500]), np.array([3, 4]))
        {'web': (300, 3), 'app': (500, 4)}
    """
    names = listed("by_slice.names", names)
    columns = [column(values, name=name).tolist() for name, values in (("amounts", amounts), ("weights", weights))]
    for name, values in zip(("amounts", "weights"), columns, strict=True):
        if len(values) != len(names):
            raise Uneven(column=name, found=len(values), expected=len(names))
    require_once((told(_path(each, "by_slice")) for each in names), field="by_slice.names")
    return dict(zip(names, zip(*columns, strict=True), strict=True))


def told(name: str | Path) -> str:
    """Return the name of a slice as it is read."""
    return name if isinstance(name, str) else BETWEEN.join(name)


def paired(before: Mapping[Name, Held], after: Mapping[Name, Held], *, field: str) -> Pairs:
    """Return all slices of both sides by path, in the order of their names: the order given does not matter.

    Raises:
        WrongKind: A side is no mapping, or a slice no pair of ints under a name or a path.
        BadText: A name is no plain text.
        UnevenPaths: Slices are named by different numbers of dimensions.
        NegativeWeight: One weighs less than nothing.
        ZeroDenominator: Something lies in a slice that weighs nothing.
        OutOfRange: There is no slice at all.
    """
    if isinstance(before, dict) and isinstance(after, dict) and (found := _at_once(before, after)) is not None:
        return found
    sides = [
        {_path(name, field): _held(value, name, field) for name, value in _items(given, f"{field}.{side}")}
        for side, given in ((Side.BEFORE, before), (Side.AFTER, after))
    ]
    paths = sorted({**sides[0], **sides[1]})
    if not paths:
        raise OutOfRange(field=field, least="1", most="∞")
    found = {path: (sides[0].get(path, ABSENT), sides[1].get(path, ABSENT)) for path in paths}
    for path, held in found.items():
        _require_usable(path, held, dimensions=len(paths[0]))
    return found


def _at_once(before: dict[Name, Held], after: dict[Name, Held]) -> Pairs | None:
    """Return the slices of sides without any fault, looked at column by column; None where one has to be named."""
    names = sorted({**before, **after}) if _are_texts((*before, *after)) else []
    both = (*before.values(), *after.values())
    if not names or set(map(type, both)) != {tuple} or set(map(len, both)) != {2}:
        return None
    amounts, weights = [each[0] for each in both], [each[1] for each in both]
    if {*map(type, amounts), *map(type, weights)} != {int} or min(weights) < 0:
        return None
    if not all(weights) and any(amount and not weight for amount, weight in both):
        return None
    sides = (map(side.get, names, repeat(ABSENT)) for side in (before, after))
    return cast("Pairs", dict(zip(zip(names, strict=True), zip(*sides, strict=True), strict=True)))


def _are_texts(names: tuple[object, ...]) -> bool:
    """Tell whether all names are plain texts: what all together are, and each by itself."""
    if set(map(type, names)) != {str}:
        return False
    texts = cast("tuple[str, ...]", names)
    lengths = set(map(len, texts))
    printable = 0 not in lengths and max(lengths) <= LONGEST_NAME and "".join(texts).isprintable()
    return printable and tuple(map(str.strip, texts)) == texts


def _items(given: object, field: str) -> list[tuple[object, object]]:
    if not isinstance(given, Mapping):
        raise wrong_kind(field, "mapping", given)
    return list(cast("Mapping[object, object]", given).items())


def _path(name: object, field: str) -> Path:
    path = _texts((name,) if isinstance(name, str) else name)
    if path is None:
        raise wrong_kind(f"{field}.slice", "str or tuple of str", name)
    if not all(is_plain(part, longest=LONGEST_NAME) for part in path):
        raise BadText(field=f"{field}.slice", longest=LONGEST_NAME)
    return path


def _texts(value: object) -> Path | None:
    """Return *value* if it is a tuple of one text or more, None if not."""
    members = cast("tuple[object, ...]", value)
    if type(value) is not tuple or not members or not all(isinstance(each, str) for each in members):
        return None
    return cast("Path", members)


def _held(value: object, name: object, field: str) -> Held:
    pair = two_ints(value)
    if pair is None:
        raise wrong_kind(f"{field}[{name}]", "pair of int", value)
    return pair


def _require_usable(path: Path, held: tuple[Held, Held], *, dimensions: int) -> None:
    if len(path) != dimensions:
        raise UnevenPaths(slice=told(path), found=len(path), expected=dimensions)
    for side, (amount, weight) in zip((Side.BEFORE, Side.AFTER), held, strict=True):
        if weight < 0:
            raise NegativeWeight(slice=told(path), side=side)
        if amount and not weight:
            raise ZeroDenominator(key=told(path), side=side)


def merged(pairs: Pairs, depth: int) -> Pairs:
    """Return the sums over all slices whose paths begin alike, by these beginnings of *depth* names."""
    sums: defaultdict[Path, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for path, (before, after) in pairs.items():
        into = sums[path[:depth]]
        for at, value in enumerate((*before, *after)):
            into[at] += value
    return {path: ((a, b), (c, d)) for path, (a, b, c, d) in sums.items()}


def a_path(instance: object, attribute: "Attribute[Path]", value: object) -> None:
    """Check that the value is a path of one text or more."""
    if _texts(value) is None:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "tuple of str", value)


def held(instance: object, attribute: "Attribute[Held]", value: object) -> None:
    """Check that the value is an amount with its weight."""
    pair = two_ints(value)
    if pair is None or pair[1] < 0:
        raise wrong_kind(f"{type(instance).__name__}.{attribute.name}", "pair of int", value)
