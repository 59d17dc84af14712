"""Dense codes: 0, 1, 2, ... in the order in which the texts are first met, with the texts beside them."""

UNKNOWN = -1
"""The code of what nobody named: an unknown buyer, the SKU of a line without goods."""


class Codes:
    """A dictionary that grows: each text has one code, and keeps it.

    Example:
        >>> seen = Codes()
        >>> seen.code("tea"), seen.code("cup"), seen.code("tea"), seen.names
        (0, 1, 0, ('tea', 'cup'))
    """

    __slots__ = ("_codes",)

    def __init__(self) -> None:
        """Begin without a text."""
        self._codes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def code(self, text: str) -> int:
        """Return the code of *text*, a new one when it is met for the first time."""
        return self._codes.setdefault(text, len(self._codes))

    def known(self, text: str) -> int:
        """Return the code of *text*; `UNKNOWN` when it was never met."""
        return self._codes.get(text, UNKNOWN)

    @property
    def names(self) -> tuple[str, ...]:
        """The texts, each at the place of its code."""
        return tuple(self._codes)
