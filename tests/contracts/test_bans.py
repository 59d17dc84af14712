"""The linter keeps clocks, random draws, settings, files, processes and the network out of the library alone."""

import json
import tomllib

import pytest

from tests.contracts.project import PYPROJECT, python

PLANTED = {
    "clock": "import datetime as dt\n\nAT = dt.datetime.now(tz=dt.UTC)",
    "clock of pendulum": "import pendulum\n\nAT = pendulum.now()",
    "clock of the system": "from time import monotonic",
    "day": "from datetime import date\n\nDAY = date.today()",
    "environment": "import os\n\nHOME = os.environ['HOME']",
    "file": "from pathlib import Path",
    "file without an import": "with open('stock.csv') as rows:\n    pass",
    "file by its module": "import io",
    "language": "import locale",
    "language of pendulum": "from pendulum import set_locale",
    "log": "import logging",
    "time zone": "import pendulum\n\nZONE = pendulum.local_timezone()",
    "network": "from socket import create_connection",
    "network by its client": "from urllib.request import urlopen",
    "process": "import subprocess",
    "random draw": "import random",
    "random draw of numpy": "import numpy as np\n\nDRAW = np.random.default_rng()",
    "random id": "from uuid import uuid4",
    "secret": "import secrets",
    "temporary file": "import tempfile",
}
BANS = {"TID251", "PTH123"}  # PTH123 alone sees the builtin `open`


@pytest.mark.parametrize("kind", PLANTED)
def test_planted_reading_is_reported(kind: str) -> None:
    """Each kind of I/O or ambient state is reported where it is planted in the library."""
    assert BANS & _reported(PLANTED[kind], "src/ecomops/orders/planted.py").keys()


def test_every_ban_holds() -> None:
    """Each name on the list of bans is spelt as ruff resolves it: an import of it is reported."""
    settings = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    names = [name.rpartition(".") for name in settings["flake8-tidy-imports"]["banned-api"]]
    imports = [f"from {module} import {name}" if module else f"import {name}" for module, _, name in names]
    reported = _reported("\n".join(imports), "src/ecomops/planted.py")
    assert sorted(set(reported["TID251"])) == list(range(1, len(imports) + 1))


@pytest.mark.parametrize("folder", ["tests", "docs/examples", "benchmarks"])
def test_bans_hold_for_the_library_alone(folder: str) -> None:
    """What stands around the library may read a clock and a file."""
    assert "TID251" not in _reported("import time\nfrom pathlib import Path", f"{folder}/planted.py")


def _reported(source: str, path: str) -> dict[str, list[int]]:
    """Return the lines on which ruff, set up as in the project, reports each rule for *source* at *path*."""
    ruff = python(
        "-m", "ruff", "check", "--no-cache", "--output-format=json", f"--stdin-filename={path}", "-", given=source
    )
    lines: dict[str, list[int]] = {}
    for finding in json.loads(ruff.stdout):
        lines.setdefault(finding["code"], []).append(finding["location"]["row"])
    return lines
