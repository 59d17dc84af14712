"""The cookbook has a recipe for each name that the trade has, with baskets and refusals that were executed."""

import re
from pathlib import Path

import pytest

from ecomops.promotions import Reason

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promotions-cookbook.md").read_text(encoding="utf-8")
SECTIONS = {each.partition("\n")[0]: each for each in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
TRADE_NAMES = (
    "满减",
    "满折",
    "每满减",
    "N件M折",
    "第二件半价",
    "买二送一",
    "买A送B",
    "N元任选",
    "套装价",
    "第N件",
    "满赠",
    "换购",
    "包邮",
    "会员价",
    "新人礼",
    "积分翻倍",
    "红包",
    "跨店满减",
)
REASONS = {reason.value for reason in Reason}

_BASKET = re.compile(r"^(?:>>>|\.\.\.) .*(?:cart|both)\(.*$\n(?P<told>[^>\n].*)$", re.MULTILINE)
_CODE = re.compile(r"\b(?:promotion|coupon|code)\.[a-z_]+\b")


def refused(said: str) -> set[str]:
    """Return the reasons that stand in what was printed."""
    return {code for code in _CODE.findall(said) if code in REASONS}


@pytest.mark.parametrize("name", TRADE_NAMES)
def test_a_trade_name_is_a_recipe_with_baskets_and_refusals(name: str) -> None:
    """Two baskets that get it, at least, and one code with which it is refused."""
    (section,) = (text for title, text in SECTIONS.items() if f"({name})" in title)
    told = [each["told"] for each in _BASKET.finditer(section)]
    won = [each for each in told if not refused(each) and each != "[]"]
    assert "Promotion(" in section
    assert len(won) >= 2, told
    assert any(refused(each) for each in told), told


def test_the_table_names_the_sections() -> None:
    """In their order, each with its Chinese name; the last section is no recipe."""
    names = re.findall(r"^\| [^|]+ \| ([^|]+) \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)
    assert names == list(TRADE_NAMES)
    assert [title.partition("(")[2].rstrip(")") for title in list(SECTIONS)[:-1]] == names


def test_every_reason_has_its_row_and_its_example() -> None:
    """On the page of stacking: what it means to a buyer, what to do, and how it was got."""
    page = (ROOT / "docs" / "stacking.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z._]+)` \|", page, re.MULTILINE)
    examples = re.findall(r'^    "([a-z._]+)": ', page, re.MULTILINE)
    assert sorted(rows) == sorted(REASONS)
    assert sorted(examples) == sorted(REASONS)
