"""One column: how it is checked, and how it is summed without ever wrapping round."""

from typing import Any, TypeAlias, cast

import numpy as np

from ecomops.columns.arrays import NDArray
from ecomops.columns.errors import CannotHoldSum, OutOfColumn, WrongColumn, WrongWidth

Ints: TypeAlias = NDArray[np.int64]
AnyInts: TypeAlias = NDArray[np.int16 | np.int32 | np.int64]

MOST_OF_A_SUM = 2**62
"""What the sum of the magnitudes of a column may reach: half of what 64 bits hold, so that sums can be added."""

BLOCK = 1 << 15
"""Values that are looked at together: they stay near the processor."""

_LIMITS = np.iinfo(np.int64)


def column(values: object, *, name: str) -> Ints:
    """Return *values* as a column: a read-only copy in 64 bits.

    Args:
        values: A one-dimensional numpy array of any kind of whole numbers; floats, flags, and arrays with a mask are
            refused, never cast.
        name: What a refusal calls it.

    Raises:
        WrongColumn: It is no such array.
        OutOfColumn: An unsigned number is larger than 64 bits with a sign hold.

    Example:
        >>> import numpy as np
        >>> column(np.array([3, 1], dtype=np.uint8), name="units")
        array([3, 1])
    """
    given = _array(values, name=name)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise WrongColumn(column=name, found=f"{given.ndim}-d {given.dtype}")
    beyond = given > _LIMITS.max if given.dtype.kind == "u" else None
    if beyond is not None and beyond.any():
        row = int(beyond.argmax())
        raise OutOfColumn(column=name, row=row, least=int(_LIMITS.min), most=int(_LIMITS.max))
    copied = given.astype(np.int64)
    copied.flags.writeable = False
    return copied


def require_whole(values: object, *, name: str) -> None:
    """Refuse *values* that are no column.

    Raises:
        WrongColumn: They are no one-dimensional array of int64.
    """
    given = _array(values, name=name)
    if given.ndim != 1 or given.dtype != np.int64:
        raise WrongColumn(column=name, found=f"{given.ndim}-d {given.dtype}")


def require_narrow(values: object, *, name: str, bits: tuple[int, ...]) -> None:
    """Refuse *values* that are no column of numbers so many bits wide.

    Raises:
        WrongWidth: They are no one-dimensional array of whole numbers of any of these widths.

    Example:
        >>> import numpy as np
        >>> require_narrow(np.array([3, 1], dtype=np.int16), name="day", bits=(16, 32))
    """
    given = _unmasked(values)
    found = type(values).__name__ if given is None else f"{given.ndim}-d {given.dtype}"
    if given is None or given.ndim != 1 or given.dtype not in [np.dtype(f"i{each // 8}") for each in bits]:
        raise WrongWidth(column=name, bits=" or ".join(map(str, bits)), found=found)


def _array(values: object, *, name: str) -> "NDArray[Any]":
    given = _unmasked(values)
    if given is None:
        raise WrongColumn(column=name, found=type(values).__name__)
    return given


def _unmasked(values: object) -> "NDArray[Any] | None":
    """Return *values* when they are an array; one that hides some of them would be summed with what it hides."""
    if not isinstance(values, np.ndarray):
        return None
    given = cast("NDArray[Any]", values)
    return None if hasattr(given, "mask") else given


def require_range(values: AnyInts, *, name: str, least: int, most: int) -> None:
    """Refuse a value of a column outside *least* to *most*, both included.

    Raises:
        OutOfColumn: It names the first row that is.
    """
    if not len(values) or _within(values, least, most):
        return
    row = int(((values < least) | (values > most)).argmax())
    raise OutOfColumn(column=name, row=row, least=least, most=most)


def _within(values: AnyInts, least: int, most: int) -> bool:
    lowest, highest = extremes(values)
    return least <= lowest and highest <= most


def extremes(values: AnyInts) -> tuple[int, int]:
    """Return the least and the largest of some values, block by block: memory is read once.

    Example:
        >>> import numpy as np
        >>> extremes(np.array([3, -1, 2]))
        (-1, 3)
    """
    pieces = [values[start : start + BLOCK] for start in range(0, len(values), BLOCK)]
    told = [(int(piece.min()), int(piece.max())) for piece in pieces]
    return min(least for least, _ in told), max(most for _, most in told)


def require_sum(values: Ints, *, name: str) -> None:
    """Refuse a column whose sum, or that of any of its rows, 64 bits might not hold.

    Raises:
        CannotHoldSum: The number of rows times the largest magnitude is beyond 2^62.
    """
    largest = max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0
    if len(values) * largest > MOST_OF_A_SUM:
        raise CannotHoldSum(column=name, rows=len(values), largest=largest)


def total(values: Ints, *, name: str) -> int:
    """Return the exact sum of a column.

    Raises:
        CannotHoldSum: It might be more than 64 bits hold.
    """
    require_sum(values, name=name)
    return int(values.sum())


def grouped(values: Ints, groups: Ints, *, size: int, name: str) -> Ints:
    """Return the exact sum of *values* for each group.

    Args:
        values: What is summed.
        groups: The group of each row, from 0 to below *size*; a row of a negative group is left out.
        size: How many groups there are.
        name: What a refusal calls the values.

    Raises:
        CannotHoldSum: A sum might be more than 64 bits hold.
        OutOfColumn: A group is none of them.

    Example:
        >>> import numpy as np
        >>> grouped(np.array([5, 7, 9]), np.array([1, -1, 1]), size=3, name="net")
        array([ 0, 14,  0])
    """
    require_sum(values, name=name)
    require_range(groups, name=f"groups of {name}", least=int(_LIMITS.min), most=size - 1)
    sums = np.zeros(size + 1, dtype=np.int64)  # the last one takes what is left out: cheaper than sorting that out
    np.add.at(sums, np.maximum(groups, -1), values)
    return sums[:size]
