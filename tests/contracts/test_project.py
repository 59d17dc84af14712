"""What the project declares: four requirements, pinned tools, and no word about the machine that it was written on."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.contracts.project import PYPROJECT, ROOT

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==[0-9][A-Za-z0-9.]*|-r [a-z]+\.txt|#.*|")

# Put together here, so that this file passes its own test.
UNSPEAKABLE = [
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("deb.", "debian.org"),
        ("../", "shared"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
    )
]


def test_four_requirements() -> None:
    """The library asks its hosts for attrs, cattrs, numpy and pendulum, with lower bounds only."""
    declared = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    bounds = [re.fullmatch(r"([a-z]+)>=[0-9.]+", requirement) for requirement in declared]
    assert [bound and bound[1] for bound in bounds] == ["attrs", "cattrs", "numpy", "pendulum"]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_names_and_versions(path: Path) -> None:
    """A requirements file pins names to versions, and says nothing about where they come from."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []


def test_no_file_names_a_registry_or_this_machine() -> None:
    """No file of the project names a registry's host or a path of the machine that it was written on."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 whichever git is there
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    texts = {path: path.read_bytes().decode(errors="replace") for path in paths if path.is_file()}
    assert texts
    assert [(path.name, word) for path, text in texts.items() for word in UNSPEAKABLE if word in text] == []
