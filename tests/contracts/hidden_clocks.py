"""What ruff's bans cannot see: ambient state that is read through a value, or without an import.

A `DateTime` asks the clock in a dozen innocent methods (`at.is_past()`, `at.diff()`), and the machine's time zone,
language or first day of the week in others. The check goes by name, whatever the object is: a name that means a hidden
clock on an instant should mean nothing else in this library. The tables were read off pendulum's source, and a test
compares them with it.

It cannot see a format or a unit of time that is no literal.
"""

import ast
import re
from collections.abc import Iterator

# Reading these is enough: properties, methods without arguments, and formats in the language of the machine.
NEVER = frozenset(
    "age is_future is_local is_past now strftime strptime to_formatted_date_string to_rfc1036_string to_rfc1123_string"
    " to_rfc2822_string to_rfc822_string to_rfc850_string to_rss_string today tomorrow utcnow yesterday".split()
)

# Functions of pendulum itself that read, set or mock the clock or a global setting. `parse` takes "now" and "12:00".
PENDULUM = frozenset(
    "Traveller _LOCALE _WEEK_ENDS_AT _WEEK_STARTS_AT _safe_timezone format_diff freeze from_format get_local_timezone"
    " get_locale local local_timezone now parse set_local_timezone set_locale test_local_timezone testing today"
    " tomorrow travel travel_back travel_to week_ends_at week_starts_at yesterday".split()
)

# Without these arguments (position and keyword; any of None is as good as none) they help themselves.
ARGUMENTS: dict[str, tuple[tuple[int, str], ...]] = {
    "astimezone": ((0, "tz"),),
    "average": ((0, "dt"),),
    "diff": ((0, "dt"),),
    "diff_for_humans": ((0, "other"), (2, "locale")),
    "fromtimestamp": ((1, "tz"),),
    "in_words": ((0, "locale"),),
    "is_anniversary": ((0, "dt"),),
    "is_birthday": ((0, "dt"),),
}

# pendulum understands the word "local" as a time zone here.
ZONED = frozenset("create datetime from_timestamp fromtimestamp in_timezone in_tz instance set timezone".split())

# The first day of a week is a global of pendulum.
UNITS = frozenset({"start_of", "end_of"})
WEEKLESS = frozenset({"second", "minute", "hour", "day", "month", "year", "decade", "century"})

# pendulum's tokens and strftime's in a format: month and day names come in the language of the process.
TOKENS = re.compile(r"YY|MM|DD|HH|hh|mm|dd|%[a-zA-Z]")

# No import gives these away. The numbers of `id` and `hash` differ from process to process.
BUILTINS = frozenset("__import__ breakpoint compile eval exec input open print".split())
PER_PROCESS = frozenset({"hash", "id"})


def findings(source: str) -> list[str]:
    """Return one sentence for each reading of ambient state in *source*, in the order of its lines."""
    tree = ast.parse(source)
    aliases = _aliases(tree)
    hashing = set(_hashing(tree))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr | ast.stmt) and node not in hashing]
    found = [(node.lineno, what) for node in nodes for what in _ambient(node, aliases)]
    return [f"line {line}: {what}" for line, what in sorted(found)]


def _aliases(tree: ast.AST) -> frozenset[str]:
    """Return the names under which *tree* imports pendulum or a module of it."""
    imported = (alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names)
    return frozenset(alias.asname or "pendulum" for alias in imported if alias.name.partition(".")[0] == "pendulum")


def _hashing(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the calls of `hash` in `__hash__`: what is hashed there is looked up in the same process."""
    methods = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "__hash__")
    for method in methods:
        for node in ast.walk(method):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "hash":
                yield node


def _ambient(node: ast.AST, aliases: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.ImportFrom(module=str(module), names=names) if module.partition(".")[0] == "pendulum":
            yield from (f"pendulum's {alias.name}" for alias in names if alias.name in PENDULUM)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in aliases and name in PENDULUM:
            yield f"pendulum's {name}"
        case ast.Attribute(attr=name) if name in NEVER:
            yield f".{name} reads the clock or the language of the machine"
        case ast.Name(id=name, ctx=ast.Load()) if name in BUILTINS:
            yield f"{name} is no business of a library without I/O"
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=text)])):
            yield from _format(text)
        case ast.Call(func=ast.Name(id=name)) if name in PER_PROCESS:
            yield f"{name}() differs from process to process"
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            yield from _call(name, node)
        case _:
            pass


def _call(name: str, call: ast.Call) -> Iterator[str]:
    """Judge the arguments of the method or function called *name*."""
    literals = [_literal(argument) for argument in (*call.args, *(keyword.value for keyword in call.keywords))]
    for position, keyword in ARGUMENTS.get(name, ()):
        if not _given(call, position, keyword):
            yield f".{name}() without {keyword} reads the clock or a global setting"
    if name in ZONED and "local" in literals:
        yield f".{name}() takes the time zone of the machine"
    if name in UNITS and WEEKLESS.isdisjoint(literals):
        yield f".{name}() of a week, or of what may be one, reads a global first day"
    if name == "format" and not _given(call, 1, "locale"):
        yield from _format(*literals[:1])


def _format(text: object = None) -> Iterator[str]:
    if isinstance(text, str) and TOKENS.search(text):
        yield f"the format {text!r} takes its words from a global language"


def _given(call: ast.Call, position: int, keyword: str) -> bool:
    values = call.args[position : position + 1] + [given.value for given in call.keywords if given.arg == keyword]
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in values)


def _literal(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None
