"""Run the Python blocks of a page twice, the second time under a hook that refuses files, processes and the network.

The first run may load what Python and pendulum import late. In the second nothing may be read but the time-zone
database; what is refused is refused by an exception, and named at the end even when somebody swallowed that. A process
of its own, because an audit hook cannot be taken off again.
"""

import doctest
import re
import sys
import zoneinfo
from importlib.util import find_spec
from pathlib import Path
from types import CodeType

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)

# Names of audit events, or how they begin.
REFUSED = (
    "open",
    "socket.",
    "subprocess.",
    "os.",
    "pty.",
    "shutil.",
    "tempfile.",
    "glob.",
    "pathlib.",
    "sqlite3.",
    "ctypes.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
    "mmap.",
    "fcntl.",
    "syslog.",
)


class Refused(RuntimeError):
    """What a refused event meets."""


def blocks(page: Path) -> list[CodeType]:
    """Return the compiled Python blocks of *page*; their line numbers are those of the page."""
    text = page.read_text(encoding="utf-8")
    return [compile(_source(text, block), str(page), "exec") for block in BLOCK.finditer(text)]


def _source(text: str, block: re.Match[str]) -> str:
    code = block[1]
    script = doctest.script_from_examples(code) if ">>> " in code else code
    return "\n" * text.count("\n", 0, block.start(1)) + script


def run(page: list[CodeType]) -> None:
    """Run the blocks of *page* one after the other; they share their names."""
    names: dict[str, object] = {"__name__": "__main__"}
    for block in page:
        exec(block, names)  # noqa: S102 the project's own page


def refuse(refusals: list[str]) -> None:
    """From now on refuse every event that reaches out of the process, and note it in *refusals*."""
    tzdata = find_spec("tzdata")
    database = (*zoneinfo.TZPATH, *((tzdata and tzdata.submodule_search_locations) or ()))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not event.startswith(REFUSED):
            return
        if arguments and str(arguments[0]).startswith(database):
            return
        refusals.append(f"{event} {arguments}")
        raise Refused(refusals[-1])

    sys.addaudithook(hook)


def main(path: str) -> None:
    """Run the page at *path* twice; exit with the refused events, if any."""
    page = blocks(Path(path))
    if not page:
        sys.exit(f"{path} has no Python block")
    run(page)
    refusals: list[str] = []
    refuse(refusals)
    failure = ""
    try:
        run(page)
    except BaseException as error:  # noqa: BLE001 whatever it is: its traceback would read files
        failure = repr(error)
    if refusals or failure:
        sys.exit("\n".join(["the second run was refused:", *refusals, failure]))


if __name__ == "__main__":
    main(sys.argv[1])
