"""Where the project stands on disk, and how its contracts run a program on it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
PYPROJECT = ROOT / "pyproject.toml"


def python(*arguments: object, cwd: Path = ROOT, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run this interpreter on *arguments*; its standard error is part of its output."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        input=given,
        check=False,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
