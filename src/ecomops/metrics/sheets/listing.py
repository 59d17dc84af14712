"""Lists of things with the same figures, as rows and as text: what sheets of sources, pages and cohorts share."""

from collections.abc import Iterable, Sequence

from ecomops.kernel import Currency, Language, Text
from ecomops.metrics.sheets.sheet import shown
from ecomops.metrics.units import NUMBER, Unit

Head = tuple[str, Text, Unit]
"""The key of a figure, what people call it, and its unit."""
UNKNOWN_NAME = Text("unknown", "未知")


def aligned(
    title: str,
    name: str,
    heads: Sequence[Head],
    rows: Iterable[tuple[str, Sequence[float | None]]],
    *,
    currency: Currency,
    language: Language,
) -> str:
    """Return a title and a list of named rows as text, a column for each figure."""
    lines = [[name, *(head.read(language) for _, head, _ in heads)]]
    for first, figures in rows:
        cells = zip(figures, heads, strict=True)
        lines.append([first, *(shown(value, unit, currency) for value, (_, _, unit) in cells)])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join([title, *("  ".join(map(str.rjust, line, widths)) for line in lines)])


def named(key: str, en: str, zh: str, unit: Unit = NUMBER) -> Head:
    """Return the head of a figure."""
    return key, Text(en, zh), unit
