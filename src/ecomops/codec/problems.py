"""What is wrong with a payload: every failure with its place."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, cast

from attrs import define, field, frozen

from ecomops.kernel import DomainError, Invalid, Language, Text
from ecomops.kernel.checks import is_a, wrong_kind


@frozen
class Problem:
    """One failure of a payload: where, which, and in words.

    Args:
        path: The place, from the root: `$.lines[0].quantity`; the name of an unknown field may be personal, and stands
            as `?`.
        code: The code of the failure.
        text: The words.
    """

    path: str = field(validator=is_a(str))
    code: str = field(validator=is_a(str))
    text: Text = field(validator=is_a(Text))

    def words(self, language: Language) -> str:
        """Return the place and the words in *language*."""
        return f"{self.path}: {self.text.read(language)}"

    def __str__(self) -> str:
        return self.words("en")


@define(kw_only=True, slots=False, eq=False)
class Malformed(Invalid):
    """A payload cannot be read; every failure is listed with its path."""

    code: ClassVar[str] = "payload.malformed"
    text: ClassVar[Text] = Text("{problems}", "{problems}")

    problems: tuple[Problem, ...]


class Failures(Exception):
    """The failures below one place of a payload."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


UNKNOWN_TYPE = Text("no known type is named here", "未指明已知类型")


def _of(error: DomainError) -> Problem:
    return Problem("", error.code, Text(error.message("en"), error.message("zh")))


def below(place: str, error: Exception) -> Iterator[Problem]:
    """Yield the failures of *error*, which happened at *place*."""
    problems = error.problems if isinstance(error, Failures) else (_of(cast("DomainError", error)),)
    for problem in problems:
        yield Problem(place + problem.path, problem.code, problem.text)


def misfit(value: object, expected: str) -> Failures:
    """Return the failure of a value that is not what is expected."""
    return Failures((_of(wrong_kind("value", expected, value)),))
