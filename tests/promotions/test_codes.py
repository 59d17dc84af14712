"""Codes that people type: their space, their check character, and how they are drawn."""

from collections.abc import Callable
from itertools import count
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import DomainError
from ecomops.promotions.codes import LEGIBLE, MOST_DRAWS, CodePattern, Letters, draw_codes, normal

JUNE = CodePattern(pattern="JUNE-####-###*")
NUMBERS = st.integers(0, JUNE.space - 1)


def refused(work: Callable[[], object]) -> tuple[str, dict[str, Any]]:
    """Return code and context of the refusal."""
    with pytest.raises(DomainError) as refusal:
        work()
    return refusal.value.code, dict(refusal.value.context)


def test_the_alphabet_has_no_look_alikes() -> None:
    """Nobody mistakes one of its characters for another, and their number is a prime."""
    for pair in ("0O", "1I", "IL", "2Z", "5S", "8B", "UV"):
        assert not set(pair) <= set(LEGIBLE)
    assert (len(LEGIBLE), len(set(LEGIBLE))) == (23, 23)


@given(NUMBERS, NUMBERS)
def test_each_number_has_its_own_intact_code(one: int, other: int) -> None:
    """Codes are as different as their numbers, and each is intact however it is typed."""
    spelt = JUNE.spell(one)
    assert (spelt == JUNE.spell(other)) is (one == other)
    assert JUNE.is_intact(spelt)
    assert JUNE.is_intact(f" {spelt.lower().replace('-', ' ')} ")


@given(NUMBERS, st.data())
def test_one_wrong_character_is_noticed(number: int, data: st.DataObject) -> None:
    """Any one drawn character, or the check character, replaced by any other: the code is not intact."""
    spelt = JUNE.spell(number)
    place = data.draw(st.sampled_from([at for at, sign in enumerate(JUNE.pattern) if sign in "#*"]))
    wrong = data.draw(st.sampled_from([sign for sign in LEGIBLE if sign != spelt[place]]))
    assert not JUNE.is_intact(spelt[:place] + wrong + spelt[place + 1 :])


@given(NUMBERS, st.integers(0, 5))
def test_two_exchanged_neighbours_are_noticed(number: int, place: int) -> None:
    """Two different drawn neighbours exchanged: the code is not intact."""
    read = normal(JUNE.spell(number))
    at = 4 + place
    swapped = read[:at] + read[at + 1] + read[at] + read[at + 2 :]
    assert JUNE.is_intact(swapped) is (swapped == read)


@pytest.mark.parametrize(
    ("pattern", "alphabet"),
    [
        ("#" * 22 + "*", LEGIBLE),
        ("######*", "2345679"),
        ("####*", "ABCDE"),
        ("*####", "ABCDE"),
        ("##########*", "ABCDE"),
    ],
    ids=["longest_round", "seven", "five", "check_first", "five_twice_round"],
)
def test_no_place_is_blind_to_an_exchange(pattern: str, alphabet: str) -> None:
    """Wherever the neighbours stand, the check character among them."""
    looks = CodePattern(pattern=pattern, alphabet=alphabet)
    for number in range(0, looks.space, looks.space // 200 or 1):
        code = looks.spell(number)
        for at in range(len(code) - 1):
            swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert looks.is_intact(swapped) is (swapped == code), (code, swapped)


@pytest.mark.parametrize("alphabet", ["AB", "ABC"])
def test_the_smallest_alphabets_notice_a_wrong_character(alphabet: str) -> None:
    """They have too few weights for exchanges."""
    looks = CodePattern(pattern="####*", alphabet=alphabet)
    for code in map(looks.spell, range(looks.space)):
        for at, sign in enumerate(code):
            wrong = [code[:at] + other + code[at + 1 :] for other in alphabet if other != sign]
            assert looks.is_intact(code)
            assert not any(map(looks.is_intact, wrong))


@pytest.mark.parametrize(
    ("code", "intact"),
    [
        ("JUNE-3333-3333", True),
        ("JULY-3333-3333", False),
        ("JUNE-3333-333", False),
        ("JUNE-3330-3333", False),
        ("", False),
    ],
)
def test_a_code_of_another_look_is_not_intact(code: str, intact: bool) -> None:  # noqa: FBT001 - a table of cases
    """Fixed characters, length and alphabet are read too."""
    assert JUNE.is_intact(code) is intact


def test_a_pattern_without_a_check_character_reads_its_look_only() -> None:
    """Any drawn character will do."""
    plain = CodePattern(pattern="A-##")
    assert (plain.space, plain.spell(24), plain.is_intact("a44"), plain.is_intact("b44")) == (529, "A-44", True, False)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"pattern": "JUNE"}, "code.bad_pattern"),
        ({"pattern": "##**"}, "code.bad_pattern"),
        ({"pattern": ""}, "value.bad_text"),
        ({"pattern": "##", "alphabet": "ABCD"}, "code.bad_alphabet"),
        ({"pattern": "##", "alphabet": "ab"}, "code.bad_alphabet"),
        ({"pattern": "##", "alphabet": "A#B"}, "code.bad_alphabet"),
        ({"pattern": "##", "alphabet": "A"}, "code.bad_alphabet"),
        ({"pattern": "##", "alphabet": "AAB"}, "value.repeated"),
        ({"pattern": 7}, "value.wrong_kind"),
    ],
)
def test_a_bad_pattern_is_refused(values: dict[str, Any], code: str) -> None:
    """Nothing drawn, two check characters, an alphabet without a safe check character."""
    assert refused(lambda: CodePattern(**values))[0] == code


@pytest.mark.parametrize(
    ("number", "code"), [(-1, "code.bad_draw"), (529, "code.bad_draw"), (True, "value.wrong_kind")]
)
def test_a_number_outside_the_space_has_no_code(number: int, code: str) -> None:
    """The first and the last have one."""
    plain = CodePattern(pattern="A-##")
    assert (plain.spell(0), plain.spell(528)) == ("A-33", "A-YY")
    assert refused(lambda: plain.spell(number))[0] == code


def test_codes_are_drawn_once_each() -> None:
    """What was drawn, or given out before, is drawn again; the order is that of the draws."""
    numbers = iter((1, 1, 0, 2))
    made = draw_codes(CodePattern(pattern="A-##"), quantity=2, draw=lambda _: next(numbers), taken=("a33",))
    assert made == ("A-34", "A-36")


def test_half_of_the_space_may_be_used_and_no_code_more() -> None:
    """Beyond it a guess would hit every second time."""
    small = CodePattern(pattern="A#")
    numbers = count()
    assert len(draw_codes(small, quantity=11, draw=lambda _: next(numbers))) == 11
    context = {"pattern": "A#", "wanted": 2, "taken": 10, "space": 23}
    taken = tuple(f"A{sign}" for sign in LEGIBLE[:10])
    assert refused(lambda: draw_codes(small, quantity=2, draw=int, taken=taken)) == ("code.exhausted", context)
    assert refused(lambda: draw_codes(small, quantity=0, draw=int))[0] == "code.exhausted"
    assert refused(lambda: draw_codes(small, quantity=cast("int", "2"), draw=int))[0] == "value.wrong_kind"


def test_a_source_that_repeats_itself_is_refused() -> None:
    """It never ends in a loop."""
    asked: list[int] = []

    def stuck(below: int) -> int:
        asked.append(below)
        return 0

    assert refused(lambda: draw_codes(CodePattern(pattern="A#"), quantity=2, draw=stuck))[0] == "code.bad_draw"
    assert asked == [23] * (MOST_DRAWS + 1)


def test_letters_are_one_or_two() -> None:
    """The case rule is the shop's."""
    assert (normal("Save-10"), normal("Save 10", letters=Letters.EXACT)) == ("SAVE10", "Save10")
    assert refused(lambda: normal(cast("str", 10)))[0] == "value.wrong_kind"
