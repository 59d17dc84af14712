"""The glossary tells the truth: every word once, in its order, in both languages, and defined where it says."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "glossary.md"
FEWEST = 150

_ROW = re.compile(r"^\| (?P<word>.+?) \| (?P<zh>.+?) \| (?P<meaning>.+?) \| (?P<link>.+?) \|$", re.MULTILINE)
_LINK = re.compile(r"\[`(?P<shown>[\w.]+)`\]\[ecomops\.(?P<name>[\w.]+)\]")
_CHINESE = re.compile(r"[一-鿿]")

ROWS = [row for row in _ROW.finditer(PAGE.read_text(encoding="utf-8")) if row["word"] not in {"word", "---"}]


def defined(name: str) -> bool:
    """Tell whether *name*, dotted, is something that a module of the package has."""
    module, _, attribute = f"ecomops.{name}".rpartition(".")
    try:
        return hasattr(import_module(module), attribute)
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["word"])
def test_every_word_is_defined_in_code(row: "re.Match[str]") -> None:
    """Under the name that its link shows, which the site resolves."""
    link = _LINK.fullmatch(row["link"])
    assert link is not None
    assert link["shown"] == link["name"]
    assert defined(link["name"])


@pytest.mark.parametrize("name", ["orders.Odrer", "no_room.place"])
def test_a_name_that_is_gone_is_noticed(name: str) -> None:
    """A symbol, or the module that it stood in."""
    assert not defined(name)


def test_words_stand_once_and_in_their_order() -> None:
    """One table, by the alphabet, whatever the case."""
    words = [row["word"].casefold() for row in ROWS]
    assert words == sorted(set(words))
    assert len(words) >= FEWEST


def test_every_word_has_its_chinese() -> None:
    """And a meaning in English."""
    assert [row["word"] for row in ROWS if not _CHINESE.search(row["zh"])] == []
    assert [row["word"] for row in ROWS if _CHINESE.search(row["meaning"].replace("客单价", ""))] == []
