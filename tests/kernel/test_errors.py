"""The tree of refusals and what each can do; the laws over all classes of the package stand with the properties."""

import copy
import pickle
from typing import ClassVar

import pytest
from attrs import define, frozen
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import (
    BadTemplate,
    BadText,
    Conflict,
    CorruptHistory,
    Currency,
    DomainError,
    Id,
    IllegalMove,
    Invalid,
    Language,
    NotFound,
    OutOfRange,
    Refused,
    Repeated,
    StaleVersion,
    Text,
    WrongKind,
    check_catalogue,
)
from tests.kernel.hostile import others


@define(kw_only=True, slots=False, eq=False)
class JarBroken(Refused):
    """A refusal of a host, with a list in it."""

    code: ClassVar[str] = "jar.broken"
    text: ClassVar[Text] = Text("jar {id}: {pieces}", "罐 {id}：{pieces}")

    id: str
    pieces: tuple[int, ...]


SENTENCES: list[tuple[DomainError, str, str, str]] = [
    # refusal, code, English, Chinese
    (
        WrongKind(field="Jar.id", expected="str", found="int"),
        "value.wrong_kind",
        "Jar.id must be str, not int",
        "Jar.id 应为 str，而不是 int",
    ),
    (
        OutOfRange(field="Jar.sweets", least="0", most="9"),
        "value.out_of_range",
        "Jar.sweets must be from 0 to 9",
        "Jar.sweets 必须在 0 到 9 之间",
    ),
    (
        BadText(field="Jar.id", longest=200),
        "value.bad_text",
        "Jar.id must be 1 to 200 printable characters without spaces around them",
        "Jar.id 应为 1 到 200 个可打印字符，首尾不含空格",
    ),
    (
        Repeated(field="labels", key="red"),
        "value.repeated",
        "labels names red more than once",
        "labels 中 red 重复出现",
    ),
    (
        IllegalMove(machine="jar", id="j-1", state="broken", event="JarFilled"),
        "jar.illegal_move",
        "jar j-1 is broken: JarFilled is not possible",
        "jar j-1 处于 broken 状态，不能 JarFilled",
    ),
    (
        StaleVersion(kind="jar", id="j-1"),
        "store.stale_version",
        "jar j-1 was changed meanwhile",
        "jar j-1 已被其他操作修改",
    ),
    (
        BadTemplate(error="jar.broken", language="zh", expected=("id", "pieces")),
        "catalogue.bad_template",
        "the template for jar.broken in zh must use exactly: id, pieces",
        "jar.broken 的 zh 模板必须恰好使用：id、pieces",
    ),
    (JarBroken(id="j-1", pieces=(3, 4)), "jar.broken", "jar j-1: 3, 4", "罐 j-1：3、4"),
    (JarBroken(id="j-1", pieces=()), "jar.broken", "jar j-1: ", "罐 j-1："),
]
REFUSALS = [refusal for refusal, *_ in SENTENCES]


@pytest.mark.parametrize(("refusal", "code", "english", "chinese"), SENTENCES, ids=range(len(SENTENCES)))
def test_refusal_says_what_it_knows(refusal: DomainError, code: str, english: str, chinese: str) -> None:
    """A refusal has a stable code and a sentence in both languages; its text is the English one."""
    assert refusal.code == code
    assert refusal.message() == refusal.message("en") == str(refusal) == english
    assert refusal.message("zh") == chinese


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_refusal_survives_pickle_and_copy(refusal: DomainError) -> None:
    """What comes back is of the same class, with the same context, code and sentence."""
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        same(refusal, pickle.loads(pickle.dumps(refusal, protocol)))  # noqa: S301
    same(refusal, copy.copy(refusal))
    same(refusal, copy.deepcopy(refusal))


def same(refusal: DomainError, back: DomainError) -> None:
    """Compare two refusals by all that they say."""
    assert type(back) is type(refusal)
    assert back is not refusal
    assert back.context == refusal.context
    assert (back.code, str(back), back.message("zh")) == (refusal.code, str(refusal), refusal.message("zh"))


def test_refusals_are_told_apart_by_identity() -> None:
    """Two refusals of one text are two events; they are hashable, as exceptions must be."""
    one, other = (WrongKind(field="a", expected="b", found="c") for _ in range(2))
    assert one != other
    assert len({one, other}) == 2


@frozen
class Piece:
    """A piece of a jar, with words of its own."""

    size: int

    def words(self, language: Language) -> str:
        """Return the words in *language*."""
        return f"{self.size} cm" if language == "en" else f"{self.size} 厘米"


@define(kw_only=True, slots=False, eq=False)
class JarInPieces(Refused):
    """A refusal whose facts have words of their own."""

    code: ClassVar[str] = "jar.in_pieces"
    text: ClassVar[Text] = Text("{largest}; {pieces}", "{largest}；{pieces}")

    largest: Piece
    pieces: tuple[Piece, ...]


def test_facts_with_words_speak_the_language_of_the_sentence() -> None:
    """A fact that has words in both languages gives those of the sentence; a list is joined as the language joins."""
    broken = JarInPieces(largest=Piece(9), pieces=(Piece(9), Piece(2)))
    assert str(broken) == "9 cm; 9 cm, 2 cm"
    assert broken.message("zh") == "9 厘米；9 厘米、2 厘米"


def test_tree() -> None:
    """Four branches under one root; an illegal move is a refusal; a corrupt history is none."""
    assert [branch.__base__ for branch in (Invalid, Refused, NotFound, Conflict)] == [DomainError] * 4
    assert issubclass(IllegalMove, Refused)
    assert issubclass(StaleVersion, Conflict)
    for malformed in (WrongKind, OutOfRange, BadText, Repeated, BadTemplate):
        assert issubclass(malformed, Invalid)
    assert not issubclass(CorruptHistory, DomainError)


def test_code_of_an_illegal_move_names_its_machine() -> None:
    """The class speaks for all machines, a refusal for its own."""
    assert IllegalMove.code == "*.illegal_move"
    assert IllegalMove(machine="order", id="o", state="s", event="E").code == "order.illegal_move"


OWN = {"jar.broken": Text("{id} is in {pieces} pieces", "{id} 碎成 {pieces} 块")}


def test_host_words_a_refusal_itself() -> None:
    """A template of the host's catalogue goes before the shipped one, by code and language."""
    broken = JarBroken(id="j-1", pieces=(3, 4))
    check_catalogue(OWN, errors=[JarBroken])
    assert broken.message("en", OWN) == "j-1 is in 3, 4 pieces"
    assert broken.message("zh", OWN) == "j-1 碎成 3、4 块"
    assert REFUSALS[0].message("en", OWN) == "Jar.id must be str, not int"
    assert broken.message("en", {}) == str(broken)


def test_host_words_the_illegal_moves() -> None:
    """The template that the check takes for illegal moves is the one that words them."""
    own = {IllegalMove.code: Text("{id}: no {event} while {state} ({machine})", "{machine}{id}{state}{event}")}
    check_catalogue(own, errors=[IllegalMove])
    move = IllegalMove(machine="jar", id="j-1", state="broken", event="JarFilled")
    assert move.message("en", own) == "j-1: no JarFilled while broken (jar)"
    assert move.message("en", {**own, "jar.illegal_move": Text("{id}", "{id}")}) == "j-1"
    assert move.message("en", OWN) == str(move)


GOOD = "{id} {pieces}"
BAD_TEMPLATES = [
    "",
    "{id}",
    "{id} {pieces} {more}",
    "{ID} {pieces}",
    "{} {pieces}",
    "{0} {pieces}",
    "{id.upper} {pieces}",
    "{id[0]} {pieces}",
    "{{id}} {pieces}",
    "{id} {pieces",
    "{id} pieces}",
    "{id} {",
    "{id!z} {pieces}",
    "{id:d} {pieces}",
    "{id:{pieces}} {pieces}",
    "{id:{more}} {pieces}",
]


@pytest.mark.parametrize("bad", BAD_TEMPLATES)
def test_planted_template_is_refused(bad: str) -> None:
    """A field too few or too many, a broken brace and a format that cannot word a text are refused, by language."""
    for language, text in (("en", Text(bad, GOOD)), ("zh", Text(GOOD, bad)), ("en", Text(bad, bad))):
        with pytest.raises(BadTemplate) as refused:
            check_catalogue({"jar.broken": text}, errors=[WrongKind, JarBroken])
        assert refused.value.context == {"error": "jar.broken", "language": language, "expected": ("id", "pieces")}


def test_template_of_an_unknown_code_is_refused() -> None:
    """A code that no error has is a typing mistake, even with a template that uses no field."""
    for text in (Text(GOOD, GOOD), Text("no", "不")):
        with pytest.raises(BadTemplate) as refused:
            check_catalogue({"jar.brocken": text}, errors=[JarBroken])
        assert refused.value.context == {"error": "jar.brocken", "language": "en", "expected": ()}


def test_words_that_are_no_text_are_refused() -> None:
    """A template of another kind is refused when the catalogue is checked, not when somebody reads the refusal."""
    for words in others(str, Currency, Id):
        for text in (Text(words, GOOD), Text(GOOD, words)):
            with pytest.raises(BadTemplate):
                check_catalogue({"jar.broken": text}, errors=[JarBroken])


def test_empty_catalogue_is_good() -> None:
    """A host may word nothing."""
    check_catalogue({}, errors=[JarBroken])
    check_catalogue({}, errors=[])


pieces = st.sampled_from(["{", "}", "{id}", "{pieces}", "{{", "}}", "!r", ":>9", "id", " ", "{id!s}", "{pieces:d}"])


@given(st.lists(pieces, max_size=6).map("".join))
def test_template_that_passes_the_check_words_the_error(template: str) -> None:
    """A checked catalogue never fails at the moment when somebody reads the refusal."""
    catalogue = {"jar.broken": Text(template, template)}
    try:
        check_catalogue(catalogue, errors=[JarBroken])
    except BadTemplate:
        return
    assert "j-1" in JarBroken(id="j-1", pieces=(3,)).message("zh", catalogue)


def test_a_refusal_is_shown_as_it_is_made() -> None:
    """Its class by the name alone, and every field."""

    @define(kw_only=True, slots=False, eq=False, repr=False)
    class Sold(Refused):
        """Nothing is left."""

        code: ClassVar[str] = "test.sold"
        text: ClassVar[Text] = Text("{sku} is sold", "{sku} 已售罄")

        sku: str
        left: int

    assert repr(Sold(sku="tea", left=0)) == "Sold(sku='tea', left=0)"
