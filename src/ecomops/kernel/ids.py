"""Typed ids: a text that knows what it names. Ids are made by the host, once, and shared."""

from typing import ClassVar, Self

from ecomops.kernel.checks import is_plain, wrong_kind
from ecomops.kernel.errors import BadText


class Id(str):
    """A text that names one object: 1 to 200 printable characters without spaces around them.

    It compares, sorts and hashes as the text that it is. Make a subclass for each kind of object.

    Raises:
        WrongKind: It is no text.
        BadText: It is empty, too long, not trimmed, or holds characters that do not print.

    Example:
        >>> CommandId("c-1")
        CommandId('c-1')
    """

    __slots__ = ()

    longest: ClassVar[int] = 200
    """The most characters of an id of this class."""

    def __new__(cls, text: str) -> Self:
        """Make the id of *text*."""
        if isinstance(text, Id) and text.longest <= cls.longest:  # it was looked at when it was made
            return str.__new__(cls, text)
        if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind(cls.__name__, "str", text)
        if not is_plain(text, longest=cls.longest):
            raise BadText(field=cls.__name__, longest=cls.longest)
        return str.__new__(cls, text)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class CommandId(Id):
    """Names one intention of one actor; giving the same id again repeats nothing."""

    __slots__ = ()

    longest: ClassVar[int] = 400
    """Long enough to be made of a kind, an id and an instant."""


class ActorId(Id):
    """Names who gave a command, within its kind of actor. Never a name or an address of a person."""

    __slots__ = ()
