"""The layers of the package, as its import contract in `pyproject.toml` has them: as a table, and as a picture.

The picture is SVG without a script, so that it shows wherever the page does.
"""

# A tool for those who write the pages: it stands outside the package and outside its laws.
# ruff: noqa: INP001, TID251

import importlib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast
from xml.sax.saxutils import escape

from attrs import frozen

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
PICTURE = Path(__file__).parent / "images" / "layers.svg"

WIDTH, HEIGHT, GAP = 960, 44, 10
CHINESE = {
    "testing": "测试工具",
    "memory": "内存存储",
    "report": "报告",
    "codec": "编解码",
    "workflows": "用例",
    "operations": "运营",
    "facts": "事实",
    "products": "商品",
    "inventory": "库存",
    "promotions": "促销",
    "customers": "顾客",
    "orders": "订单",
    "metrics": "指标",
    "columns": "列",
    "terms": "共用词汇",
    "kernel": "内核",
}
"""What each package is called in Chinese."""


@frozen
class Package:
    """A package or module of a layer, and whether it is built already."""

    name: str
    built: bool

    @property
    def meaning(self) -> str:
        """The first sentence of its docstring."""
        return str(importlib.import_module(f"ecomops.{self.name}").__doc__).partition("\n")[0] if self.built else "—"


def layers(project: Path = PROJECT) -> tuple[tuple[Package, ...], ...]:
    """Return the layers of the contract, top to bottom; what stands in parentheses there is not built yet."""
    settings: Any = tomllib.loads(project.read_text(encoding="utf-8"))
    (contract,) = (each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    return tuple(tuple(map(_package, line.split("|"))) for line in cast("list[str]", contract["layers"]))


def _package(said: str) -> Package:
    name = said.strip()
    return Package(name=name.strip("()"), built=not name.startswith("("))


def rows(found: Iterable[tuple[Package, ...]]) -> Iterator[tuple[str, str, str]]:
    """Yield each package from top to bottom: its layer, its name, and what it is."""
    for number, layer in enumerate(found, start=1):
        for package in layer:
            yield str(number), f"`{package.name}`" if package.built else f"({package.name})", package.meaning


def picture(found: Iterable[tuple[Package, ...]]) -> str:
    """Return the layers as SVG: a row for each, a box for each package, dashed when it is not built yet."""
    all_layers = tuple(found)
    height = len(all_layers) * (HEIGHT + GAP) + GAP
    boxes = "\n".join(box for number, layer in enumerate(all_layers) for box in _boxes(layer, number))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">
<title>The layers of ecomops: each imports only what lies below it</title>
<style>
rect {{ fill: #eef2f7; stroke: #47617f; }}
.later {{ fill: none; stroke-dasharray: 6 4; }}
text {{ font: 14px sans-serif; fill: #1d2b3a; text-anchor: middle; }}
</style>
<rect x="0" y="0" width="{WIDTH}" height="{height}" style="fill: #ffffff; stroke: none"/>
{boxes}
</svg>
"""


def _boxes(layer: tuple[Package, ...], number: int) -> Iterator[str]:
    """Yield the boxes of one layer, which share its width."""
    width = (WIDTH - GAP) / len(layer) - GAP
    y = GAP + number * (HEIGHT + GAP)
    for place, package in enumerate(layer):
        x = GAP + place * (width + GAP)
        kind = "" if package.built else ' class="later"'
        words = f"{package.name} {CHINESE[package.name]}"
        yield f'<rect{kind} x="{x:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT}" rx="4"/>'
        yield f'<text x="{x + width / 2:.1f}" y="{y + HEIGHT / 2 + 5:.0f}">{escape(words)}</text>'
