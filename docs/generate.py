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
from enum import Enum
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, cast, get_args

import attrs
from attrs import frozen

import ecomops
from docs import defaults, layers, measured
from ecomops import customers, inventory, orders, products, workflows
from ecomops.codec import NOUNS
from ecomops.inventory import STOCK, reservations, returns, transfers
from ecomops.kernel import (
    Conflict,
    DomainError,
    Id,
    IllegalMove,
    Invalid,
    Language,
    Lifecycle,
    NotFound,
    Noun,
    Refused,
    Text,
    checks,
)
from ecomops.kernel.money import MOST_MINOR
from ecomops.kernel.queries import MOST_ROWS
from ecomops.metrics.counting import Better
from ecomops.metrics.dictionary import basic as dictionary
from ecomops.metrics.dictionary import catalogue
from ecomops.metrics.formulas import Kpi, Measure
from ecomops.orders import aftersales, fulfilment, payments, policy, shipments, statuses
from ecomops.products import listings
from ecomops.promotions import (
    COUPON_BATCH,
    PROMOTION_USE,
    batches,
    campaigns,
    claims,
    coupons,
    groups,
    presales,
    sharedcodes,
    usage,
)
from ecomops.promotions.bargains import bargain
from ecomops.promotions.flashsales import FLASH_QUOTA, holds, quotas, sessions
from ecomops.promotions.refusals import REASONS as QUOTE_REASONS

PAGES = Path(__file__).parent
BRANCHES: tuple[type[DomainError], ...] = (Invalid, Refused, NotFound, Conflict)
LIFECYCLES: tuple[Lifecycle[Any, Any], ...] = (
    products.LIFECYCLE,
    listings.LIFECYCLE,
    reservations.LIFECYCLE,
    returns.LIFECYCLE,
    transfers.LIFECYCLE,
    orders.LIFECYCLE,
    shipments.LIFECYCLE,
    aftersales.LIFECYCLE,
    customers.LIFECYCLE,
    coupons.LIFECYCLE,
    sharedcodes.LIFECYCLE,
    claims.LIFECYCLE,
    campaigns.LIFECYCLE,
    sessions.LIFECYCLE,
    holds.LIFECYCLE,
    bargain.LIFECYCLE,
    groups.LIFECYCLE,
    presales.LIFECYCLE,
)

_REGION = re.compile(r"(?<=^<!-- generated: )(?P<name>[^\n]+?) -->\n.*?(?=^<!-- end -->$)", re.DOTALL | re.MULTILINE)
_SECTION = re.compile(r"^(?P<title>[A-Z][a-z]+):\n(?P<body>(?:(?: {4}.*)?\n)+)", re.MULTILINE)
_ENTRY = re.compile(r"^(?P<names>[\w, ]+): (?P<words>.+(?:\n {4}.+)*)", re.MULTILINE)
_SAME_AS = re.compile(r"[Aa]s ((?:`[\w.]+`(?:, | and )?)+) refuses?\b")
_NAMED = re.compile(r"`([\w.]+)`")


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
    number, unit = (elapsed // timedelta(minutes=1), "minute") if rest else (days, "day")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


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
    """Yield the names of what *event* carries beside the id of its object and its instant."""
    first, *others = attrs.fields(event)
    own = inspect.isclass(first.type) and issubclass(first.type, Id)
    return (field.name for field in (others if own else (first, *others)) if field.name != "at")


def openings() -> str:
    """Return by which event each noun begins here, and by which one it is taken over from another system."""
    rows = ((quoted(noun.kind), *_opened(noun)) for noun in NOUNS)
    return table(("kind", "begins with", "is taken over by", "which carries"), rows)


def _opened(noun: Noun[Any, Any, Any]) -> tuple[str, str, str]:
    """Return the names of the events that open *noun*; one that only begins is told of an older system too."""
    adopted = [event for event in noun.opens if event.__name__.endswith("Adopted")]
    begun = [event for event in noun.opens if event not in adopted]
    taken = adopted or begun
    return (
        listed(event.__name__ for event in begun),
        listed(event.__name__ for event in taken),
        listed(field for event in taken for field in _carried(event)),
    )


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


def precedence(module: ModuleType, name: str = "PRECEDENCE") -> str:
    """Return the published precedence *name* of *module*, its conditions as they stand in the code."""
    conditions = map(_condition, _lambdas(module, name))
    found = (quoted(status.value) for status, _ in getattr(module, name))
    return table(("status", "when"), zip(found, conditions, strict=True))


def _lambdas(module: ModuleType, name: str) -> Iterator[ast.Lambda]:
    """Yield the lambdas of the precedence *name* in the source of *module*, from top to bottom."""
    tree = ast.parse(inspect.getsource(module))
    assigned = (node for node in tree.body if isinstance(node, ast.AnnAssign))
    (found,) = (node for node in assigned if ast.unparse(node.target) == name)
    rows = cast("ast.Tuple", found.value).elts
    return (cast("ast.Lambda", cast("ast.Tuple", row).elts[1]) for row in rows)


def _condition(row: ast.Lambda) -> str:
    words = ast.unparse(row.body).replace("sums.", "").replace("_", " ").strip()
    return "otherwise" if words == "True" else quoted(words)


# --- counters ---------------------------------------------------------------------------------------------------------

Effects = Mapping[type, tuple[int, ...]]


def effects(moves: Effects, counters: Iterable[str]) -> str:
    """Return what one unit of each movement does to *counters*."""
    rows = (
        (quoted(cast("Any", event).code), *(f"{effect:+}" if effect else "" for effect in row))
        for event, row in moves.items()
    )
    return table(("movement", *(name.replace("_", " ") for name in counters)), rows)


def bounds(noun: Noun[Any, Any, Any]) -> str:
    """Return what may not fall below zero, and which movements are recorded all the same."""
    kept = () if noun.additive is None else noun.additive.keep
    rows = ((quoted(_linear(bound.weights)), listed(_codes(bound.spares))) for bound in kept)
    return table(("never below zero", "recorded all the same"), rows)


def _codes(classes: Iterable[type]) -> Iterator[str]:
    return (cast("Any", each).code for each in classes)


def _linear(weights: Mapping[str, int]) -> str:
    """Return a sum of whole weights as a person writes it."""
    terms = (f"{'-' if weight < 0 else '+'} {name}" for name, weight in weights.items())
    return " ".join(terms).removeprefix("+ ")


# --- policies and limits ---------------------------------------------------------------------------------------------


def fields(owner: type) -> str:
    """Return the fields of a policy with their defaults."""
    words = arguments(owner)
    rows = ((quoted(field.name), shown(field.default), words[field.name]) for field in attrs.fields(owner))
    return table(("field", "default", "meaning"), rows)


def shown(value: object) -> str:
    """Return the default of a field as a person says it; a dash where the host must name it.

    Example:
        >>> shown(timedelta(days=7)), shown(True), shown(None), shown(())
        ('7 days', 'yes', 'none', 'none')
    """
    match value:
        case timedelta():
            return in_words(value)
        case bool():
            return "yes" if value else "no"
        case None | ():
            return "none"
        case _ if value is attrs.NOTHING:
            return "—"
        case Enum():
            return quoted(str(value.value))
        case tuple():
            return ", ".join(map(shown, cast("tuple[object, ...]", value)))
        case _:
            return quoted(getattr(value, "name", None) or str(value))


def disputed() -> str:
    """Return the rules about which shops disagree: the default, the alternatives, how to change it, and since when."""
    rows = ((each.question, _default(each), each.others, each.how, each.since) for each in defaults.DEFAULTS)
    return table(("question", "default", "alternatives", "how to change it", "since"), rows)


def _default(row: "defaults.Default") -> str:
    """Return the default of a row, with the value of its field where it has one."""
    if row.owner is None:
        return row.words
    value = getattr(attrs.fields(row.owner), row.field).default
    between = " " if isinstance(value, timedelta) else ": "
    return f"{shown(value)}{between}{row.words}".removesuffix(between)


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


# --- quotes and figures ----------------------------------------------------------------------------------------------


def reasons() -> str:
    """Return why a promotion, a code or a coupon did not apply, in both languages."""
    rows = ((quoted(reason.value), text.en, text.zh) for reason, text in QUOTE_REASONS.items())
    return table(("reason", "en", "zh"), rows)


def figures() -> str:
    """Return the measures and KPIs that ship: key, names, unit, whether they add up, and what they are made of."""
    rows = (
        (
            quoted(name),
            quoted(figure.key),
            f"{figure.name.en} · {figure.name.zh}" if figure.name else "—",
            str(figure.unit) or "number",
            figure.additivity.value,
            " ".join(_DOC_OF[name].split()) if name in _DOC_OF else "—",
        )
        for name, figure in vars(dictionary).items()
        if isinstance(figure, (Measure, Kpi))
    )
    return table(("name", "key", "what people call it", "unit", "over periods", "meaning"), rows)


def kpis(language: Language) -> str:
    """Return the dictionary of KPIs as one table: what each is called, how it is computed, in what, and its trap."""
    names = {"en": ("key", "name", "here", "dictionary", "unit", "better", "grain", "trap", "source")}
    heads = names | {"zh": ("键", "名称", "本库公式", "词典公式", "单位", "好的方向", "粒度", "陷阱", "来源")}
    return table(heads[language], (_kpi(each, language) for each in catalogue.ENTRIES.values()))


def _kpi(entry: catalogue.KpiEntry, language: Language) -> Iterable[str]:
    told, other = entry.told, _OTHER[language]
    parameters = ", ".join(f"{name}={value!r}" for name, value in entry.parameters.items() if value is not None)
    formula = f"`{entry.formula}`" + (f" ({parameters})" if parameters and told.key not in catalogue.OF_FIGURES else "")
    return (
        quoted(told.key),
        f"{told.name.read(language)} · {told.name.read(other)}",
        formula,
        _plain(told.formula),
        told.unit,
        BETTER[told.better].read(language),
        _plain(told.grain),
        _plain(told.trap) or "—",
        _plain(told.source),
    )


_OTHER: Mapping[Language, Language] = {"en": "zh", "zh": "en"}
BETTER = {
    Better.HIGHER: Text("higher", "越高越好"),
    Better.LOWER: Text("lower", "越低越好"),
    Better.NEUTRAL: Text("neither", "中性"),
}


def _plain(text: str) -> str:
    """Return *text* without what Markdown would read as signs."""
    return text.replace("*", "×").replace("<", "&lt;").replace("[", "(").replace("]", ")")


def _docs_of(module: ModuleType) -> Mapping[str, str]:
    """Return the text under each constant of *module*."""
    body = ast.parse(inspect.getsource(module)).body
    return {
        ast.unparse(node.targets[0]): str(cast("ast.Constant", following.value).value)
        for node, following in pairwise(body)
        if isinstance(node, ast.Assign) and isinstance(following, ast.Expr)
    }


_DOC_OF = _docs_of(dictionary)


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
        if not plan or not get_args(plan[0]) or get_args(get_args(plan[0])[0]) or name.startswith("plan_"):
            continue  # no use case, or one that only hands its commands on to others
        for command in filter(_is_command, get_args(asked) or (asked,)):
            file = module.__name__.removeprefix(f"{workflows.__name__}.")
            yield UseCase(file, cast("type", command), work, get_args(plan[0])[0])


def _is_command(asked: object) -> bool:
    return (
        inspect.isclass(asked)
        and attrs.has(asked)
        and {"id", "by", "at"} <= {each.name for each in attrs.fields(asked)}
    )


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
    raised = listed(sorted(_raisers().get(error, ())))
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
def _raisers() -> Mapping[type[DomainError], frozenset[str]]:
    """Return who says that it raises an error."""
    told = {_home(thing): thing for module in _every_module() for thing in _callables(module)}
    found: dict[type[DomainError], set[str]] = {}
    for who, thing in told.items():
        for error in _raised(thing, told):
            found.setdefault(error, set()).add(who)
    return {error: frozenset(who) for error, who in found.items()}


def _raised(thing: object, told: Mapping[str, object]) -> Iterator[type[DomainError]]:
    """Yield what *thing* says that it raises; "As `orders.ship` refuses" stands for what that decision raises."""
    for name, words in raises(thing).items():
        yield from _error_called(name, thing)
        for others in _SAME_AS.findall(words):
            for other in _NAMED.findall(others):
                yield from _raised(told[_full(other, told)], told)


def _error_called(name: str, thing: object) -> Iterator[type[DomainError]]:
    """Yield the error that *thing* calls *name*: that of its own module, else the only one of that name."""
    here = vars(sys.modules[cast("Any", thing).__module__]).get(name)
    same = [each for branch in BRANCHES for each in _errors(branch) if each.__name__ == name]
    if here in same:
        yield here
    elif len(same) == 1:
        yield from same


def _full(name: str, told: Iterable[str]) -> str:
    """Return the one name of *told* that *name* is short for.

    Raises:
        LookupError: There is none, or more than one.
    """
    found = [each for each in told if each == name or each.endswith(f".{name}")]
    if len(found) != 1:
        raise LookupError(f"{name} stands for {found}")
    return found[0]


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
        if here and thing.__qualname__ == name and not name.startswith("_"):
            yield name, thing


def _home(thing: object) -> str:
    """Return the shortest name under which *thing* is imported, without `ecomops`."""
    module, name = cast("Any", thing).__module__, cast("Any", thing).__qualname__
    outer = name.partition(".")[0]
    own = getattr(sys.modules[module], outer)
    homes = (each for each in _packages(module) if getattr(sys.modules[each], outer, None) is own)
    return f"{next(homes, module)}.{name}".removeprefix("ecomops.")


def _packages(module: str) -> Iterator[str]:
    """Yield the packages around *module*, the widest first."""
    parts = module.split(".")
    return (".".join(parts[:size]) for size in range(1, len(parts)))


def _modules(package: ModuleType) -> tuple[ModuleType, ...]:
    walked = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return tuple(importlib.import_module(each.name) for each in walked)


@cache
def _every_module() -> tuple[ModuleType, ...]:
    """Return all modules of the library."""
    walked = pkgutil.walk_packages(ecomops.__path__, "ecomops.")
    return tuple(importlib.import_module(each.name) for each in walked)


# --- layers ----------------------------------------------------------------------------------------------------------


def layered() -> str:
    """Return the packages by layer, top to bottom."""
    return table(("layer", "package", "what it is"), layers.rows(layers.layers()))


# --- pages -----------------------------------------------------------------------------------------------------------


def _measured(*, compared: bool) -> str:
    """Return what was measured, beside something else or alone."""
    head = [cell for cell in measured.HEAD if compared or cell not in {"beside", "theirs", "times as fast"}]
    kept = [measured.HEAD.index(cell) for cell in head]
    return table(head, ([row[place] for place in kept] for row in measured.rows(compared=compared)))


def lost() -> str:
    """Return where what stands beside us is faster."""
    return "\n".join(f"- {each}" for each in measured.losses()) or "Nowhere in what was measured."


IN_SHORT: Mapping[Language, Iterable[str]] = {
    "en": ("benchmark", "rows", "ours", "beside", "times as fast"),
    "zh": ("基准", "行数", "本库", "对比", "快几倍"),
}


def in_short(language: Language) -> str:
    """Return the largest comparison of each task that the README shows."""
    return table(IN_SHORT[language], measured.best(measured.SHORT))


def _spaced(name: str) -> str:
    return name.replace("_", " ")


GENERATED: Mapping[str, Callable[[], str]] = {
    **{f"{_spaced(each.machine)} lifecycle": partial(diagram, each) for each in LIFECYCLES},
    **{f"{_spaced(noun.kind)} events": partial(events, noun) for noun in NOUNS},
    "stock movements": partial(effects, inventory.EFFECTS, inventory.COUNTERS),
    "stock bounds": partial(bounds, STOCK),
    "coupon batch movements": partial(effects, batches.EFFECTS, batches.COUNTERS),
    "coupon batch bounds": partial(bounds, COUPON_BATCH),
    "flash sale movements": partial(effects, quotas.EFFECTS, quotas.COUNTERS),
    "flash sale bounds": partial(bounds, FLASH_QUOTA),
    "promotion use movements": partial(effects, usage.EFFECTS, ("reserved", "redeemed")),
    "promotion use bounds": partial(bounds, PROMOTION_USE),
    "fulfilment precedence": partial(precedence, fulfilment),
    "payment precedence": partial(precedence, payments),
    "payment state precedence": partial(precedence, statuses, "PAYMENT_PRECEDENCE"),
    "refund state precedence": partial(precedence, statuses, "REFUND_PRECEDENCE"),
    "return state precedence": partial(precedence, statuses, "RETURN_PRECEDENCE"),
    "reasons": reasons,
    "figures": figures,
    "kpis": partial(kpis, "en"),
    "kpis zh": partial(kpis, "zh"),
    **{f"policy: {owner.__name__}": partial(fields, owner) for owner in defaults.POLICIES},
    "disputed defaults": disputed,
    "limits": limits,
    "nouns": nouns,
    "opening events": openings,
    "layers": layered,
    "measured": partial(_measured, compared=True),
    "measured alone": partial(_measured, compared=False),
    "where we lose": lost,
    "lost in short": lost,
    "lost in short zh": lost,
    "measured in short": partial(in_short, "en"),
    "measured in short zh": partial(in_short, "zh"),
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


def pages() -> list[Path]:
    """Return every page, both READMEs among them."""
    return [PAGES.parent / "README.md", PAGES.parent / "README.zh-CN.md", *sorted(PAGES.rglob("*.md"))]


def main() -> None:
    """Write every page whose generated parts have changed, and the picture of the layers."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        made = regenerated(text)
        if made != text:
            page.write_text(made, encoding="utf-8")
    layers.PICTURE.write_text(layers.picture(layers.layers()), encoding="utf-8")


if __name__ == "__main__":
    main()
