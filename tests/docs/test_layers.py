"""The picture of the layers is drawn from the contract that the linter checks."""

from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from docs.layers import CHINESE, HEIGHT, PICTURE, PROJECT, layers, picture, rows

SVG = "{http://www.w3.org/2000/svg}"
OTHER = """
[[tool.importlinter.contracts]]
type = "forbidden"
[[tool.importlinter.contracts]]
type = "layers"
layers = ["codec | (report)", "kernel"]
"""


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Give another project, of two layers."""
    project = tmp_path / "pyproject.toml"
    project.write_text(OTHER, encoding="utf-8")
    return project


def test_the_picture_is_up_to_date() -> None:
    """`make docs` changes nothing."""
    assert PICTURE.read_text(encoding="utf-8") == picture(layers())


def test_everything_built_stands_in_it_and_nothing_else() -> None:
    """A package that is there is no plan any more, and one that is not is none yet; each has its Chinese name."""
    found = [package for layer in layers() for package in layer]
    assert {each.name for each in found if each.built} == {
        each.name for each in found if find_spec(f"ecomops.{each.name}")
    }
    assert set(CHINESE) == {each.name for each in found}


def test_another_contract_is_another_picture(other: Path) -> None:
    """A row for each layer, a box for each package with both its names, dashed when it is not built."""
    drawing = ET.fromstring(picture(layers(other)))  # noqa: S314 - our own drawing
    boxes = [box for box in drawing.iter(f"{SVG}rect") if "rx" in box.attrib]
    assert [text.text for text in drawing.iter(f"{SVG}text")] == ["codec 编解码", "report 报告", "kernel 内核"]
    assert [box.get("class") for box in boxes] == [None, "later", None]
    tops = [float(box.attrib["y"]) for box in boxes]
    assert tops[0] == tops[1]
    assert tops[2] - tops[0] > HEIGHT


def test_table_tells_layer_and_meaning(other: Path) -> None:
    """In the words of the package itself; of what is not built, nothing."""
    told = list(rows(layers(other)))
    assert [(layer, name) for layer, name, _ in told] == [("1", "`codec`"), ("1", "(report)"), ("2", "`kernel`")]
    assert told[1][2] == "—"
    assert told[2][2].startswith("What the library is built of")


def test_contract_is_the_projects() -> None:
    """The one that `lint-imports` reads."""
    assert Path(__file__).parents[2] / "pyproject.toml" == PROJECT
