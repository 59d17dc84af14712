"""Pages in two languages say the same: the same code, headings, tables and lists, each with a link to the other."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TWINS = ("README", "docs/tutorial")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

_FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)
_ROW = re.compile(r"^ *(\||- |\d+\. )", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SPELT = re.compile(r"`[^`\n]+`")
_HALF_WIDTH = re.compile(r"[一-鿿][,;:?!()]|[,;:?!(][一-鿿]")

each_twin = pytest.mark.parametrize("name", TWINS)


def pages(name: str) -> tuple[str, str]:
    """Return the English page and the Chinese one."""
    english, chinese = ((ROOT / f"{name}{suffix}.md").read_text(encoding="utf-8") for suffix in ("", ".zh-CN"))
    return english, chinese


def prose(page: str) -> str:
    """Return a page without its code."""
    return _SPELT.sub("", _FENCE.sub("", page))


def linked(page: str) -> list[str]:
    """Return what a page links to, in order."""
    return [found[1] for found in _LINK.finditer(prose(page))]


def shape(page: str) -> list[str]:
    """Return the headings, table rows and list items of a page, as their marks."""
    plain = _FENCE.sub("", page)
    marks = sorted((found.start(), found[1]) for form in (_HEADING, _ROW) for found in form.finditer(plain))
    return [mark for _, mark in marks]


@each_twin
def test_the_code_is_the_same(name: str) -> None:
    """Every block of Python to the letter; what is no Python may be put into words of the language."""
    english, chinese = (_FENCE.findall(page) for page in pages(name))
    assert [kind for kind, _ in english] == [kind for kind, _ in chinese]
    assert [code for kind, code in english if kind == "python"] == [code for kind, code in chinese if kind == "python"]


@each_twin
def test_the_shape_is_the_same(name: str) -> None:
    """Heading by heading, row by row, item by item."""
    english, chinese = map(shape, pages(name))
    assert english == chinese


@each_twin
def test_the_links_are_the_same(name: str) -> None:
    """To the same pages, in Chinese where there is one."""
    chinese_of: dict[str, str] = {f"{twin}.md": f"{twin}.zh-CN.md" for twin in (*TWINS, "tutorial")}
    english, chinese = (linked(page) for page in pages(name))
    own, other = chinese_of[Path(name).name + ".md"], Path(name).name + ".md"
    assert english[0] == own
    assert chinese[0] == other
    assert sorted(chinese_of.get(link, link) for link in english[1:]) == sorted(chinese[1:])


@each_twin
def test_chinese_has_chinese_punctuation(name: str) -> None:
    """No comma, colon or bracket of another width beside a Chinese character."""
    _, chinese = pages(name)
    assert _HALF_WIDTH.findall(prose(chinese).replace("](", "").replace("*", "")) == []


def test_both_readmes_run() -> None:
    """As every page under docs does."""
    assert {"README.md", "README.zh-CN.md", "docs"} <= set(PROJECT["tool"]["pytest"]["ini_options"]["testpaths"])
