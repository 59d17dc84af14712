"""The laws of refusals, over every one of the package: codes, languages, copies; and of all that checks a field."""

import copy
import pickle
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from string import Formatter
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import attrs
import pytest
from pendulum import DateTime

import ecomops
from ecomops.kernel import (
    Conflict,
    Currency,
    DomainError,
    IllegalMove,
    Invalid,
    Language,
    Money,
    NotFound,
    Refused,
    Text,
    check_catalogue,
)
from ecomops.kernel.errors import Worded
from tests.kernel.hostile import VALUES
from tests.kernel.toys import NOON

MODULES = [import_module(found.name) for found in pkgutil.walk_packages(ecomops.__path__, "ecomops.")]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
BRANCHES: list[type[DomainError]] = [Invalid, Refused, NotFound, Conflict]


def below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    """Yield every class under *kind* that the package defines."""
    for each in kind.__subclasses__():
        if each.__module__.split(".")[0] == "ecomops":
            yield each
        yield from below(each)


REFUSALS = sorted(set(below(DomainError)) - set(BRANCHES), key=lambda kind: kind.__name__)
each_refusal = pytest.mark.parametrize("refusal", REFUSALS, ids=lambda kind: kind.__name__)


def sample(kind: Any) -> Any:  # noqa: ANN401 - any annotation of a field
    """Return a value of the annotated *kind*."""
    plain: dict[object, object] = {int: 3, DateTime: NOON, Money: Money(1999, Currency.CNY), Currency: Currency.CNY}
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in plain:
        return plain[kind]
    if origin is tuple:
        return (sample(arguments[0]), sample(arguments[0]))
    if origin in {Union, UnionType}:
        return sample(arguments[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, str):
        return kind("tea@hangzhou")
    hints = fields_of(cast("type[object]", kind))
    return kind(**{name: sample(hint) for name, hint in hints.items()})


def fields_of(kind: type[object]) -> dict[str, Any]:
    """Return the annotations of the fields of *kind*."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in attrs.fields(cast("type[attrs.AttrsInstance]", kind))}


def wanted(template: str) -> set[str | None]:
    """Return the placeholders of *template*; "" stands for one without a name, so that it is no field."""
    parsed = [(name, spec, how) for _, name, spec, how in Formatter().parse(template) if name is not None]
    assert all((spec, how) == ("", None) for _, spec, how in parsed)
    return {name for name, _, _ in parsed}


def test_package_was_walked() -> None:
    """Every branch has refusals below it, of the kernel and of the packages above."""
    assert all(any(issubclass(refusal, branch) for refusal in REFUSALS) for branch in BRANCHES)
    assert {"kernel", "terms", "inventory", "orders", "codec"} <= {kind.__module__.split(".")[1] for kind in REFUSALS}


@each_refusal
def test_refusal_stands_in_one_branch(refusal: type[DomainError]) -> None:
    """A host that maps the four branches has mapped every refusal once."""
    assert [branch for branch in BRANCHES if issubclass(refusal, branch)] == [
        base for base in refusal.__mro__ if base in BRANCHES
    ]
    assert sum(issubclass(refusal, branch) for branch in BRANCHES) == 1


def test_codes_are_unique() -> None:
    """No two refusals share a code, and each states its own."""
    codes = Counter(refusal.code for refusal in REFUSALS)
    assert [code for code, times in codes.items() if times > 1] == []
    assert all("code" in vars(refusal) and "text" in vars(refusal) for refusal in REFUSALS)


@each_refusal
def test_code_is_dotted(refusal: type[DomainError]) -> None:
    """A code is a noun, a dot, and what is wrong, in small letters; illegal moves alone leave the noun open."""
    if refusal is IllegalMove:
        assert refusal.code == "*.illegal_move"
        refused = cast("DomainError", sample(refusal))
        assert refused.code == f"{refused.context['machine']}.illegal_move"
    else:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", refusal.code)
        assert sample(refusal).code == refusal.code


@each_refusal
def test_both_languages_use_exactly_the_fields(refusal: type[DomainError]) -> None:
    """Every fact stands in both sentences, and every placeholder is a fact, without a format of its own."""
    facts = set(fields_of(refusal))
    assert type(refusal.text) is Text
    assert refusal.text.en.strip() == refusal.text.en != ""
    assert refusal.text.zh.strip() == refusal.text.zh != ""
    assert wanted(refusal.text.en) == wanted(refusal.text.zh) == facts
    assert facts


@each_refusal
def test_sentence_tells_every_fact(refusal: type[DomainError]) -> None:
    """The sentence can be read in both languages and has each fact in it, the members of a list one by one."""
    refused = cast("DomainError", sample(refusal))
    assert str(refused) == refused.message("en")
    for language in LANGUAGES:
        sentence = refused.message(language)
        for fact in refused.context.values():
            for member in cast("tuple[object, ...]", fact) if type(fact) is tuple else (fact,):
                assert (member.words(language) if isinstance(member, Worded) else str(member)) in sentence
        assert "{" not in sentence
        assert " object at 0x" not in sentence


@each_refusal
def test_copies_say_the_same(refusal: type[DomainError]) -> None:
    """Pickled, copied and copied deep, a refusal keeps its class, its facts and its sentences."""
    refused = cast("DomainError", sample(refusal))
    pickled = [pickle.loads(pickle.dumps(refused, n)) for n in range(2, pickle.HIGHEST_PROTOCOL + 1)]  # noqa: S301
    for back in (*pickled, copy.copy(refused), copy.deepcopy(refused)):
        assert type(back) is refusal
        assert back.context == refused.context
        assert (back.code, str(back), back.message("zh")) == (refused.code, str(refused), refused.message("zh"))


@each_refusal
def test_facts_are_typed_and_named(refusal: type[DomainError]) -> None:
    """The context holds every field under its name, none of them Any; a refusal is made by names, and is one event."""
    hints = fields_of(refusal)
    assert len({sample(refusal), sample(refusal)}) == 2
    assert list(sample(refusal).context) == list(hints)
    assert Any not in hints.values()
    with pytest.raises(TypeError):
        refusal(*hints)


@each_refusal
def test_refusal_is_explained(refusal: type[DomainError]) -> None:
    """Each class says in a sentence what it refuses."""
    assert (refusal.__doc__ or "").strip().split("\n")[0].endswith((".", ":"))


def test_shipped_sentences_are_a_good_catalogue() -> None:
    """What ships passes the check that a host's own templates must pass."""
    check_catalogue({refusal.code: refusal.text for refusal in REFUSALS}, errors=REFUSALS)


def checked_classes() -> list[type[attrs.AttrsInstance]]:
    """Return the classes of the package that have fields, refusals apart."""
    found = {
        kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and attrs.has(kind) and kind.__module__ == module.__name__
    }
    kinds = [kind for kind in found if not issubclass(kind, Exception)]
    return sorted(kinds, key=lambda kind: (kind.__qualname__, kind.__module__))  # two rooms have a Measure


@pytest.mark.parametrize("kind", checked_classes(), ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_checks_of_fields_never_raise_anything_but_refusals(kind: type[attrs.AttrsInstance]) -> None:
    """A check takes any value, also before there is an instance (as the codec asks it): it passes or refuses."""
    for field in attrs.fields(kind):
        if field.validator is not None:
            for value in VALUES.values():
                try:
                    field.validator(object.__new__(kind), field, cast("Any", value))
                except DomainError as refused:
                    length = len(str(refused))
                    assert length < 1000
