"""A day of the shop needs nothing from outside the process: not a file, not a socket, not a process."""

from pathlib import Path

import pytest

from tests.contracts.project import ROOT, python

SCRIPT = Path(__file__).with_name("audited_tutorial.py")
TUTORIAL = ROOT / "docs" / "tutorial.md"

PLANTED = {
    "open": "open(__import__('os').devnull).close()",
    "socket.__new__": "import socket\nsocket.socket().close()",
    "subprocess.Popen": "import subprocess, sys\nsubprocess.run([sys.executable, '-I', '-c', ''])",
    "os.system": "import os\nos.system('true')",
    "os.listdir": "import os\nos.listdir('.')",
    "os.putenv": "import os\nos.environ['SHOP'] = 'one'",
}


def test_second_run_of_the_tutorial_reaches_for_nothing() -> None:
    """All blocks of the tutorial run under the hook."""
    done = python("-I", SCRIPT, TUTORIAL)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("event", PLANTED)
def test_planted_reach_is_named(event: str, tmp_path: Path) -> None:
    """A block that reaches out of the process is refused and named, even if it swallows the refusal."""
    swallowed = f"try:\n    exec({PLANTED[event]!r})\nexcept Exception:\n    pass"
    done = python("-I", SCRIPT, _page(tmp_path, swallowed))
    assert done.returncode != 0
    assert event in done.stdout


def test_time_zones_may_be_read(tmp_path: Path) -> None:
    """The time-zone database is the one permitted reading."""
    zones = "from zoneinfo import ZoneInfo\nZoneInfo.no_cache('America/New_York')\nZoneInfo.no_cache('Asia/Shanghai')"
    done = python("-I", SCRIPT, _page(tmp_path, zones))
    assert done.returncode == 0, done.stdout


def test_page_without_blocks_is_refused(tmp_path: Path) -> None:
    """A page whose blocks are not found proves nothing."""
    page = tmp_path / "empty.md"
    page.write_text("No code here.\n", encoding="utf-8")
    assert python("-I", SCRIPT, page).returncode != 0


def _page(folder: Path, block: str) -> Path:
    page = folder / "page.md"
    page.write_text(f"# A page\n\n```python\n{block}\n```\n", encoding="utf-8")
    return page
