"""No module of the library reads ambient state through a value or a builtin."""

import ast
from pathlib import Path

import pendulum
import pytest

from tests.contracts import hidden_clocks
from tests.contracts.project import SRC

PLANTED = """
at.age
at.is_past()
at.is_future()
at.is_local()
DateTime.now()
DateTime.utcnow()
Date.today()
at.diff()
at.diff(None)
at.diff(abs=False)
at.diff_for_humans(locale="en")
at.diff_for_humans(other)
at.is_anniversary()
at.is_birthday()
at.average()
at.astimezone()
Date.fromtimestamp(0)
interval.in_words()
duration.in_words(separator=", ")
at.start_of("week")
at.end_of(unit)
at.in_timezone("local")
pendulum.datetime(2026, 1, 1, tz="local")
pendulum.timezone("local")
pendulum.now()
pendulum.today("UTC")
pendulum.local(2026, 1, 1)
pendulum.local_timezone()
pendulum.parse("12:00", exact=True)
pendulum.from_format("1", "D")
pendulum.set_locale("zh")
pendulum.travel_to(at)
from pendulum import now
from pendulum.tz import local_timezone
import pendulum as p; p.parse("now")
at.format("dddd")
f"{at:DD MMM}"
f"{at:%A}"
at.strftime("%B")
at.to_rfc2822_string()
open("stock.csv")
read = open
input()
print(order)
exec("1")
eval("1")
compile("1", "", "eval")
__import__("os")
breakpoint()
id(order)
hash(order)
""".strip().splitlines()

HARMLESS = """
at.diff(other)
at.diff(dt=other).in_words(locale="en")
at.diff_for_humans(other, locale="zh")
at.astimezone(zone)
at.start_of("day")
at.in_timezone("Asia/Shanghai")
at.is_same_day(other)
DateTime.fromtimestamp(0, tz=UTC)
pendulum.instance(moment)
Money.parse("1.00", "CNY")
"{id} is {state}".format(id=1, state=2)
at.format("dddd", locale="en")
f"{share:.2f} {name:>10}"
re.compile("x")
Found(id=id)
""".strip().splitlines()

# Each function of pendulum that reads the clock, the local time zone, the language or the first day of the week in its
# own body, and the name by which hidden_clocks finds who calls it.
READERS = {
    "_check_parsed": "from_format",
    "_end_of_week": "end_of",
    "_get_parsed_values": "from_format",
    "_get_unix_timezone": "local_timezone",
    "_normalize": "parse",
    "_parse": "parse",
    "_safe_timezone": "in_timezone",
    "_start": "travel",
    "_start_of_week": "start_of",
    "age": "age",
    "average": "average",
    "diff": "diff",
    "diff_for_humans": "diff_for_humans",
    "format": "format",
    "format_diff": "format_diff",
    "freeze": "freeze",
    "from_format": "from_format",
    "get_local_timezone": "get_local_timezone",
    "get_locale": "get_locale",
    "in_words": "in_words",
    "is_anniversary": "is_anniversary",
    "is_future": "is_future",
    "is_local": "is_local",
    "is_past": "is_past",
    "local": "local",
    "local_timezone": "local_timezone",
    "now": "now",
    "parse": "parse",
    "set_local_timezone": "set_local_timezone",
    "set_locale": "set_locale",
    "today": "today",
    "tomorrow": "tomorrow",
    "travel": "travel",
    "utcnow": "utcnow",
    "week_ends_at": "week_ends_at",
    "week_starts_at": "week_starts_at",
    "yesterday": "yesterday",
}
SOURCES = frozenset(
    "_LOCALE _WEEK_ENDS_AT _WEEK_STARTS_AT _local_timezone _mock_local_timezone environ get_local_timezone get_locale"
    " local_timezone now today".split()
)
KNOWN = (
    hidden_clocks.NEVER
    | hidden_clocks.PENDULUM
    | hidden_clocks.ZONED
    | hidden_clocks.UNITS
    | hidden_clocks.ARGUMENTS.keys()
    | {"format"}
)


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: path.relative_to(SRC).as_posix())
def test_source_reads_no_ambient_state(path: Path) -> None:
    """No module reads a clock, a zone, a language, a file or a console behind the back of its caller."""
    assert hidden_clocks.findings(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_reading_is_found(planted: str) -> None:
    """Each kind of hidden reading is found where it is planted."""
    assert hidden_clocks.findings(f"import pendulum\n{planted}\n") != []


@pytest.mark.parametrize("harmless", HARMLESS)
def test_harmless_call_is_left_alone(harmless: str) -> None:
    """A call that is given all it needs is no finding."""
    assert hidden_clocks.findings(f"import pendulum\n{harmless}\n") == []


def test_every_clock_of_pendulum_is_known() -> None:
    """The installed pendulum reads ambient state in the functions that this check knows, and in no others."""
    assert set(READERS.values()) <= KNOWN
    assert _readers(Path(pendulum.__file__).parent) == READERS.keys()


def _readers(package: Path) -> set[str]:
    return {
        node.name
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and not SOURCES.isdisjoint(_names(node))
    }


def _names(function: ast.FunctionDef) -> set[str]:
    attributes = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
