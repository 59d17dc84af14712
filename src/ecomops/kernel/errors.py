"""What the library refuses, and how it says so: one tree, stable codes, typed context, two languages.

```text
DomainError            everything that the library refuses
├── Invalid            a malformed value: mend the input                    (a web host answers 422)
├── Refused            a rule of the shop says no: tell the user            (409)
│   └── IllegalMove    the lifecycle table has no such move
├── NotFound           the id names nothing                                 (404)
└── Conflict           somebody saved first: look again and retry           (503 once retries are used up)

CorruptHistory         outside the tree: a stored history that cannot be a history is a bug, not a refusal
```

After any of them nothing has changed: values are frozen and a unit that raises is rolled back.
"""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any, ClassVar, Protocol, Self, cast, runtime_checkable

from attrs import define, fields

from ecomops.kernel.text import Language, Text


@runtime_checkable
class Worded(Protocol):
    """A value that has words of its own in each language."""

    def words(self, language: Language) -> str:
        """Return the words in *language*."""
        ...


def _shown(value: object, language: Language) -> str:
    """Return *value* as it stands in a sentence; the members of a tuple are listed."""
    if isinstance(value, tuple):
        members = cast("tuple[object, ...]", value)
        return (", " if language == "en" else "、").join(_shown(member, language) for member in members)
    if not callable(getattr(value, "words", None)):  # what `isinstance` asks of a protocol, and a tenth of its price
        return str(value)
    return cast("Worded", value).words(language)


def _revive(error: type[Any], context: dict[str, object]) -> object:
    return error(**context)


@define(kw_only=True, slots=False, eq=False, repr=False)
class DomainError(Exception):
    """What the library refuses. Catch a branch (`Invalid`, `Refused`, `NotFound`, `Conflict`) or one class.

    Attributes:
        code: Stable dotted name of the refusal, the same in every release (`order.empty`).
        text: The sentence as a template over exactly the fields of the class.

    Example:
        >>> WrongKind(field="Money.minor", expected="int", found="str").message("en")
        'Money.minor must be int, not str'
    """

    code: ClassVar[str]
    text: ClassVar[Text]

    @property
    def context(self) -> dict[str, object]:
        """The typed facts behind the refusal, by field name."""
        return {field.name: getattr(self, field.name) for field in fields(type(self))}

    def message(self, language: Language = "en", catalogue: Mapping[str, Text] | None = None) -> str:
        """Return the refusal as a sentence.

        Args:
            language: `en` or `zh`.
            catalogue: A host's own templates by code (`*.illegal_move` words the illegal moves of all machines);
                check them once with `check_catalogue`.
        """
        own = catalogue or {}
        template = own.get(self.code) or own.get(type(self).code, self.text)
        shown = {name: _shown(value, language) for name, value in self.context.items()}
        return template.read(language).format(**shown)

    def __str__(self) -> str:
        return self.message()

    # One for all: made for each class it would be half of what the class takes.
    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.context.items())
        return f"{type(self).__qualname__.rsplit('>.', 1)[-1]}({told})"

    def __reduce__(self) -> tuple[Any, tuple[type[Self], dict[str, object]]]:
        return _revive, (type(self), self.context)


class Invalid(DomainError):
    """A malformed value: wrong kind, out of range, naive time, broken text."""


class Refused(DomainError):
    """A rule of the shop says no."""


class NotFound(DomainError):
    """An id names nothing."""


class Conflict(DomainError):
    """Somebody saved first; the only branch that is worth a retry."""


class CorruptHistory(Exception):
    """A stored history cannot be one (it does not begin with an opening event): a bug, never a refusal."""


@define(kw_only=True, slots=False, eq=False, repr=False)
class WrongKind(Invalid):
    """A value of another kind than the field holds. The value itself is not repeated: it may be personal."""

    code: ClassVar[str] = "value.wrong_kind"
    text: ClassVar[Text] = Text("{field} must be {expected}, not {found}", "{field} 应为 {expected}，而不是 {found}")

    field: str
    expected: str
    found: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class OutOfRange(Invalid):
    """A number, length or instant outside what the field can hold."""

    code: ClassVar[str] = "value.out_of_range"
    text: ClassVar[Text] = Text("{field} must be from {least} to {most}", "{field} 必须在 {least} 到 {most} 之间")

    field: str
    least: str
    most: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class BadText(Invalid):
    """A text that is empty, too long, not trimmed, or holds characters that do not print."""

    code: ClassVar[str] = "value.bad_text"
    text: ClassVar[Text] = Text(
        "{field} must be 1 to {longest} printable characters without spaces around them",
        "{field} 应为 1 到 {longest} 个可打印字符，首尾不含空格",
    )

    field: str
    longest: int


@define(kw_only=True, slots=False, eq=False, repr=False)
class Repeated(Invalid):
    """The same key stands twice where each may stand once."""

    code: ClassVar[str] = "value.repeated"
    text: ClassVar[Text] = Text("{field} names {key} more than once", "{field} 中 {key} 重复出现")

    field: str
    key: str


class _MachineCode:
    """The code of an illegal move, built from the name of its machine."""

    def __get__(self, error: "IllegalMove | None", owner: type) -> str:
        return "*.illegal_move" if error is None else f"{error.machine}.illegal_move"


@define(kw_only=True, slots=False, eq=False, repr=False)
class IllegalMove(Refused):
    """The lifecycle table of *machine* has no *event* in *state*.

    Its code is `<machine>.illegal_move`; `*.illegal_move` on the class.
    """

    code: ClassVar[str] = cast("str", _MachineCode())
    text: ClassVar[Text] = Text(
        "{machine} {id} is {state}: {event} is not possible", "{machine} {id} 处于 {state} 状态，不能 {event}"
    )

    machine: str
    id: str
    state: str
    event: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class StaleVersion(Conflict):
    """The row is not what was read: another commit came first."""

    code: ClassVar[str] = "store.stale_version"
    text: ClassVar[Text] = Text("{kind} {id} was changed meanwhile", "{kind} {id} 已被其他操作修改")

    kind: str
    id: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class BadTemplate(Invalid):
    """A host's template does not use exactly the fields of the error that it words."""

    code: ClassVar[str] = "catalogue.bad_template"
    text: ClassVar[Text] = Text(
        "the template for {error} in {language} must use exactly: {expected}",
        "{error} 的 {language} 模板必须恰好使用：{expected}",
    )

    error: str
    language: str
    expected: tuple[str, ...]


def check_catalogue(catalogue: Mapping[str, Text], *, errors: Iterable[type[DomainError]]) -> None:
    """Check a host's own templates against the fields of the errors that they word.

    Args:
        catalogue: Templates by code; a code that no error of *errors* has is refused too.
        errors: The error classes that the host words.

    Raises:
        BadTemplate: A placeholder is missing or unknown, or the code belongs to no error.
    """
    wanted = {error.code: tuple(sorted(field.name for field in fields(error))) for error in errors}
    for code, text in catalogue.items():
        expected = wanted.get(code, ())
        for language, template in (("en", text.en), ("zh", text.zh)):
            if code not in wanted or not _uses_exactly(template, frozenset(expected)):
                raise BadTemplate(error=code, language=language, expected=expected)


def _uses_exactly(template: str, expected: frozenset[str]) -> bool:
    """Tell whether *template* is a text that can be filled in with exactly the names that are *expected*."""
    try:
        parts = tuple(Formatter().parse(template))
    except (TypeError, ValueError):
        return False
    plain = all(name is None or not (spec or conversion) for _, name, spec, conversion in parts)
    return plain and frozenset(name for _, name, _, _ in parts if name is not None) == expected
