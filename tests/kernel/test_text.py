"""Words in two languages."""

import pytest

from ecomops.kernel import Language, Text

LEFT = Text("{n} left", "还剩 {n}")


@pytest.mark.parametrize(("language", "words"), [("en", "{n} left"), ("zh", "还剩 {n}")])
def test_read_gives_the_words_of_the_language(language: Language, words: str) -> None:
    """English reads English, Chinese reads Chinese."""
    assert LEFT.read(language) == words


def test_texts_compare_by_their_words() -> None:
    """Two texts of the same words are one."""
    assert Text("a", "甲") == Text("a", "甲") != Text("a", "乙")
    assert len({Text("a", "甲"), Text("a", "甲")}) == 1
