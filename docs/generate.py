"""Write what the pages say about the code from the code itself: `python -m docs.generate`.

A page marks the place with `<!-- generated: order lifecycle -->` and `<!-- end -->`; what stands between them is
replaced. A test regenerates every page and compares, so that no table, diagram or error text can go stale.
"""

# A tool for those who write the pages: it stands outside the package and outside its laws.
# ruff: noqa: INP001, TID251

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any, cast, get_args

import attrs
from attrs import frozen

import ecomops
from ecomops import orders, products, workflows
from ecomops.codec import NOUNS
from ecomops.inventory import COUNTERS, EFFECTS, RESERVATION, STOCK, reservations
from ecomops.kernel import Conflict, DomainError, Id, IllegalMove, Invalid, Lifecycle, NotFound, Noun, Refused, checks
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.queries import MOST_ROWS
from ecomops.orders import ORDER, PAYMENT, OrderPolicy, fulfilment, payments, policy
from ecomops.products import PRODUCT

PAGES = Path(__file__).parent
BRANCHES: tuple[type[DomainError], ...] = (Invalid, Refused, NotFound, Conflict)
LIFECYCLES: tuple[Lifecycle[Any, Any], ...] = (products.LIFECYCLE, reservations.LIFECYCLE, orders.LIFECYCLE)

_REGION = re.compile(r"(?<=^<!-- generated: )(?P<name>[^\n]+?) -->\n.*?(?=^<!-- end -->$)", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^(?P<title>[A-Z][a-z]+):\n(?P<body>(?:(?: {4}.*)?\n)+)", re.MULTILINE)
_ENTRY = re.compile(r"^(?P<names>[\w, ]+): (?P<words>.+(?:\n {4}.+)*)", re.MULTILINE)
_SAME_AS = re.compile(r"As `(.+?)` refuses")


# --- words and tables ------------------------------------------------------------------------------------------------


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table.

    Example:
        >>> print(table(("a", "b"), [("1", "2")]))
        | a | b |
        |---|---|
        | 1 | 2 |
    """
    names = tuple(head)
    lines = [_row(names), "|---" * len(names) + "|", *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def quoted(text: str) -> str:
    """Return *text* as code."""
    return f"`{text}`"


def listed(words: Iterable[str]) -> str:
    """Return *words* as code, one after the other; a dash for none."""
    return ", ".join(map(quoted, words)) or "—"


def in_words(elapsed: timedelta) -> str:
    """Return a waiting time as a person says it.

    Example:
        >>> in_words(timedelta(minutes=30)), in_words(timedelta(days=7))
        ('30 minutes', '7 days')
    """
    days, rest = divmod(elapsed, timedelta(days=1))
    return f"{elapsed // timedelta(minutes=1)} minutes" if rest else f"{days} days"


# --- docstrings ------------------------------------------------------------------------------------------------------


def first_line(thing: object) -> str:
    """Return the first line of the docstring of *thing*."""
    return _doc(thing).partition("\n")[0]


def arguments(thing: object) -> Mapping[str, str]:
    """Return what the docstring of *thing* says of each of its arguments."""
    return _entries(thing, "Args")


def raises(thing: object) -> Mapping[str, str]:
    """Return what the docstring of *thing* says of each error class that it raises."""
    return _entries(thing, "Raises")


def _doc(thing: object) -> str:
    return inspect.getdoc(thing) or ""


def _entries(thing: object, title: str) -> dict[str, str]:
    """Return the entries of one section of a docstring; one line may name several, between commas."""
    body = next((part["body"] for part in _SECTION.finditer(_doc(thing) + "\n") if part["title"] == title), "")
    return {
        name: " ".join(entry["words"].split())
        for entry in _ENTRY.finditer(inspect.cleandoc("\n" + body))
        for name in entry["names"].split(", ")
    }


# --- lifecycles, events, nouns ---------------------------------------------------------------------------------------


def diagram(lifecycle: Lifecycle[Any, Any]) -> str:
    """Return the table of a lifecycle as a Mermaid diagram."""
    return f"```mermaid\n{lifecycle.mermaid()}\n```"


def events(noun: Noun[Any, Any, Any]) -> str:
    """Return the events of *noun*: tag, class, what happened, and what they carry beside id and instant."""
    rows = (
        (quoted(cast("Any", event).code), quoted(event.__name__), first_line(event), listed(_carried(event)))
        for event in noun.all_events
    )
    return table(("tag", "event", "what happened", "carries"), rows)


def _carried(event: type[Any]) -> Iterator[str]:
    return (field.name for field in attrs.fields(event)[1:] if field.name != "at")


def nouns() -> str:
    """Return all nouns, and by which keys a store finds them."""
    rows = (
        (
            quoted(noun.kind),
            quoted(f"{noun.model.__module__}.{noun.model.__name__}"),
            listed(("id", *(("due_at",) if noun.due_at else ()), *noun.keys)),
            "yes" if noun.additive else "—",
        )
        for noun in NOUNS
    )
    return table(("kind", "model", "found by", "counters move by addition"), rows)


# --- derived statuses ------------------------------------------------------------------------------------------------


def precedence(module: ModuleType) -> str:
    """Return the published precedence of *module*, its conditions as they stand in the code."""
    conditions = map(_condition, _lambdas(module))
    statuses = (quoted(status.value) for status, _ in cast("Any", module).PRECEDENCE)
    return table(("status", "when"), zip(statuses, conditions, strict=True))


def _lambdas(module: ModuleType) -> Iterator[ast.Lambda]:
    """Yield the lambdas of PRECEDENCE in the source of *module*, from top to bottom."""
    tree = ast.parse(inspect.getsource(module))
    assigned = (node for node in tree.body if isinstance(node, ast.AnnAssign))
    (found,) = (node for node in assigned if ast.unparse(node.target) == "PRECEDENCE")
    rows = cast("ast.Tuple", found.value).elts
    return (cast("ast.Lambda", cast("ast.Tuple", row).elts[1]) for row in rows)


def _condition(row: ast.Lambda) -> str:
    words = ast.unparse(row.body).replace("sums.", "").replace("_", " ").strip()
    return "otherwise" if words == "True" else quoted(words)


# --- stock -----------------------------------------------------------------------------------------------------------


def effects() -> str:
    """Return what one unit of each movement does to the counters of a stock item."""
    rows = (
        (quoted(cast("Any", event).code), *(f"{effect:+}" if effect else "" for effect in row))
        for event, row in EFFECTS.items()
    )
    return table(("movement", *(name.replace("_", " ") for name in COUNTERS)), rows)


def bounds() -> str:
    """Return what may not fall below zero, and which movements are recorded all the same."""
    kept = () if STOCK.additive is None else STOCK.additive.keep
    rows = ((quoted(_linear(bound.weights)), listed(_codes(bound.spares))) for bound in kept)
    return table(("never below zero", "recorded all the same"), rows)


def _codes(classes: Iterable[type]) -> Iterator[str]:
    return (cast("Any", each).code for each in classes)


def _linear(weights: Mapping[str, int]) -> str:
    """Return a sum of whole weights as a person writes it."""
    terms = (f"{'-' if weight < 0 else '+'} {name}" for name, weight in weights.items())
    return " ".join(terms).removeprefix("+ ")


# --- policies and limits ---------------------------------------------------------------------------------------------


def order_policy() -> str:
    """Return the fields of the order policy with their defaults."""
    words = arguments(OrderPolicy)
    rows = (
        (quoted(field.name), in_words(cast("timedelta", field.default)), words[field.name])
        for field in attrs.fields(OrderPolicy)
    )
    return table(("field", "default", "meaning"), rows)


def limits() -> str:
    """Return the largest values that fields take."""
    rows = (
        ("an amount of money", f"{MOST_MINOR:,} minor units, of either sign"),
        ("a quantity", f"{checks.MOST_UNITS:,} units"),
        ("an id", f"{Id.longest} printable characters"),
        ("a free text", f"{checks.LONGEST_TEXT} printable characters"),
        ("a waiting time", in_words(policy.LONGEST_WAIT)),
        ("a page of a query", f"{MOST_ROWS:,} rows"),
    )
    return table(("field", "at most"), rows)


# --- use cases -------------------------------------------------------------------------------------------------------


@frozen
class UseCase:
    """One use case: its module, its command, its work and the class of its answer."""

    module: str
    command: type
    work: Callable[..., Any]
    answer: type


def use_cases() -> str:
    """Return the use cases of the library: what is asked, how it is carried out, what it answers."""
    rows = (
        (
            quoted(case.module),
            quoted(case.command.__name__),
            quoted(case.work.__name__),
            quoted(case.answer.__name__),
            first_line(case.command),
        )
        for module in _modules(workflows)
        for case in _cases(module)
    )
    return table(("file in `workflows`", "command", "work", "answer", "what it does"), rows)


def _cases(module: ModuleType) -> Iterator[UseCase]:
    """Yield the use cases of *module*: its functions of a command that return `Work[...]`."""
    for name, work in _public(module):
        asked = next(iter(getattr(work, "__annotations__", {}).values()), None)
        plan = get_args(inspect.signature(work).return_annotation)[-1:] if inspect.isfunction(work) else ()
        if not plan or not get_args(plan[0]) or name.startswith("plan_"):
            continue
        for command in get_args(asked) or (asked,):
            yield UseCase(module.__name__.rpartition(".")[2], cast("type", command), work, get_args(plan[0])[0])


# --- errors ----------------------------------------------------------------------------------------------------------


def refusals(branch: type[DomainError]) -> str:
    """Return all errors of one branch: code, class, fields, both texts, and who raises them."""
    return "\n\n".join(map(_refusal, sorted(_errors(branch), key=lambda error: error.code)))


def _errors(branch: type[DomainError]) -> Iterator[type[DomainError]]:
    """Yield every concrete error class of *branch*, wherever the library defines it."""
    _every_module()
    for error in branch.__subclasses__():
        if "code" in vars(error) and error.__module__.startswith("ecomops."):
            yield error
        yield from _errors(error)


def _refusal(error: type[DomainError]) -> str:
    codes = (f"{each.machine}.illegal_move" for each in LIFECYCLES) if error is IllegalMove else (error.code,)
    fields = ", ".join(f"{field.name}: {_type_name(field.type)}" for field in attrs.fields(error))
    raised = listed(sorted(_raisers().get(error.__name__, ())))
    return "\n".join(
        [
            f"### {listed(codes)}",
            "",
            first_line(error),
            "",
            f"- class: `{_home(error)}({fields})`",
            f"- en: {quoted(error.text.en)}",
            f"- zh: {quoted(error.text.zh)}",
            f"- raised by: {raised}",
        ]
    )


def _type_name(kind: object) -> str:
    """Return a type as a field declares it."""
    if get_args(kind):
        return re.sub(r"\b\w+\.", "", str(kind))
    return cast("type", kind).__name__


@cache
def _raisers() -> Mapping[str, frozenset[str]]:
    """Return who says that it raises an error, by the name of its class."""
    told = {_home(thing): raises(thing) for module in _every_module() for thing in _callables(module)}
    found: dict[str, set[str]] = {}
    for who, entries in told.items():
        for error in _with_borrowed(entries, told):
            found.setdefault(error, set()).add(who)
    return {error: frozenset(who) for error, who in found.items()}


def _with_borrowed(entries: Mapping[str, str], told: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the errors of *entries*; "As `orders.ship` refuses" stands for those of that decision."""
    yield from entries
    for words in entries.values():
        for other in _SAME_AS.findall(words):
            yield from told[other]


def _callables(module: ModuleType) -> Iterator[object]:
    """Yield the public functions and classes of *module*, and the public methods of these."""
    for _, thing in _public(module):
        yield thing
        if inspect.isclass(thing):
            yield from (getattr(thing, name) for name, member in vars(thing).items() if _is_method(name, member))


def _is_method(name: str, member: object) -> bool:
    return not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, classmethod))


def _public(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the public functions and classes that *module* defines, in the order of its source."""
    for name, thing in vars(module).items():
        here = (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__ == module.__name__
        if here and not name.startswith("_"):
            yield name, thing


def _home(thing: object) -> str:
    """Return the shortest name under which *thing* is imported, without `ecomops`."""
    module, name = cast("Any", thing).__module__, cast("Any", thing).__qualname__
    outer = name.partition(".")[0]
    package = importlib.import_module(module.rpartition(".")[0])
    exported = getattr(package, outer, None) is getattr(sys.modules[module], outer)
    return f"{package.__name__ if exported else module}.{name}".removeprefix("ecomops.")


def _modules(package: ModuleType) -> tuple[ModuleType, ...]:
    return tuple(
        importlib.import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    )


@cache
def _every_module() -> tuple[ModuleType, ...]:
    """Return all modules of the library."""
    walked = pkgutil.walk_packages(ecomops.__path__, "ecomops.")
    return tuple(importlib.import_module(each.name) for each in walked)


# --- pages -----------------------------------------------------------------------------------------------------------

GENERATED: Mapping[str, Callable[[], str]] = {
    "product lifecycle": partial(diagram, products.LIFECYCLE),
    "product events": partial(events, PRODUCT),
    "stock events": partial(events, STOCK),
    "stock movements": effects,
    "stock bounds": bounds,
    "reservation lifecycle": partial(diagram, reservations.LIFECYCLE),
    "reservation events": partial(events, RESERVATION),
    "order lifecycle": partial(diagram, orders.LIFECYCLE),
    "order events": partial(events, ORDER),
    "fulfilment precedence": partial(precedence, fulfilment),
    "payment events": partial(events, PAYMENT),
    "payment precedence": partial(precedence, payments),
    "order policy": order_policy,
    "limits": limits,
    "nouns": nouns,
    "use cases": use_cases,
    **{f"refusals: {branch.__name__}": partial(refusals, branch) for branch in BRANCHES},
}
"""What a page can ask for."""


def regenerated(text: str) -> str:
    """Return the *text* of a page with everything generated that it marks.

    Raises:
        LookupError: It asks for something that is not generated, or marks a place that does not end.
    """
    made = _REGION.sub(lambda region: f"{region['name']} -->\n\n{_generated(region['name'])}\n\n", text)
    if len(_REGION.findall(text)) != text.count("<!-- generated: "):
        raise LookupError("a generated place does not end")
    return made


def _generated(name: str) -> str:
    if name not in GENERATED:
        raise LookupError(f"nothing is generated as {name!r}")
    return GENERATED[name]()


def main() -> None:
    """Write every page whose generated parts have changed."""
    for page in sorted(PAGES.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        made = regenerated(text)
        if made != text:
            page.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
