"""What an array of numpy is to a type checker.

`numpy.typing.NDArray` is the same, but its package takes as long to import as all of our columns, and runs nothing.
"""

from typing import Any, TypeAlias, TypeVar

import numpy as np

Scalar = TypeVar("Scalar", bound=np.generic)
NDArray: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[Scalar]]
