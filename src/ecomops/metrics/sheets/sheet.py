"""The form of a sheet: blocks of named lines, each with its figure, its baseline and what to think of it."""

from collections.abc import Iterator, Sequence
from html import escape

from attrs import field, frozen
from pendulum import Date

from ecomops.kernel import Currency, Language, Text
from ecomops.kernel.checks import is_a, optional, require_once, some_text, tuple_of
from ecomops.metrics.comparing import Partial, Show, Verdict, change_of, compare
from ecomops.metrics.comparing.changing import Baseline
from ecomops.metrics.counting import Better
from ecomops.metrics.errors import NotInTable
from ecomops.metrics.formulas import Formula
from ecomops.metrics.sales import Definition
from ecomops.metrics.sheets.fields import Figure, a_day, a_figure
from ecomops.metrics.tables import Column, Reason, Table, key_of
from ecomops.metrics.units import MONEY, Additivity, Unit

MISSING = "-"
EXACT = 2**53
"""Below this, a column with gaps holds whole numbers exactly."""


@frozen(kw_only=True)
class Line:
    """A figure of a sheet.

    Args:
        key: Its key, as the dictionary of metrics has it.
        name: What people call it.
        unit: What it is measured in.
        value: The figure; None where there is none.
        reason: Why there is none.
        baseline: What it is compared with; None where it is not.
        change: By how much it is more.
        growth: By which share of the baseline.
        verdict: Whether that is good news.
        unlike: Why it is not compared.
        better: Which direction is good news.
    """

    key: str = field(validator=some_text)
    name: Text = field(validator=is_a(Text))
    unit: Unit = field(validator=is_a(Unit))
    value: Figure = field(validator=a_figure)
    reason: Reason = field(default=Reason.NONE, validator=is_a(Reason))
    baseline: Figure = field(default=None, validator=a_figure)
    change: Figure = field(default=None, validator=a_figure)
    growth: Figure = field(default=None, validator=a_figure)
    verdict: Verdict | None = field(default=None, validator=optional(is_a(Verdict)))
    unlike: Reason = field(default=Reason.NO_BASELINE, validator=is_a(Reason))
    better: Better = field(default=Better.HIGHER, validator=is_a(Better))

    def row(self) -> dict[str, object]:
        """Return the line as a plain row."""
        return {
            "key": self.key,
            "name": self.name.en,
            "name_zh": self.name.zh,
            "unit": str(self.unit),
            "value": self.value,
            "baseline": self.baseline,
            "change": self.change,
            "growth": self.growth,
            "verdict": None if self.verdict is None else self.verdict.name.lower(),
        }


@frozen(kw_only=True)
class Block:
    """Some lines of a sheet that are looked at together.

    Args:
        key: Its name.
        title: What people call it.
        lines: The figures.
    """

    key: str = field(validator=some_text)
    title: Text = field(validator=is_a(Text))
    lines: tuple[Line, ...] = field(validator=tuple_of(Line))


@frozen(kw_only=True, repr=False)
class Sheet:
    """Figures of one period in blocks, beside those of a baseline.

    Args:
        title: What it is called.
        first_day: The first day of the period.
        blocks: The figures.
        definition: What counted as a sale.
        currency: The currency of all money, which stands in minor units.
        partial: Whether a part of the period was not observed.
        against: What it is compared with, in words; None is with nothing.
        notes: What else it was made with.
    """

    title: Text = field(validator=is_a(Text))
    first_day: Date = field(validator=a_day)
    blocks: tuple[Block, ...] = field(validator=tuple_of(Block))
    definition: Definition = field(validator=is_a(Definition))
    currency: Currency = field(validator=is_a(Currency))
    partial: bool = field(default=False, validator=is_a(bool))
    against: Text | None = field(default=None, validator=optional(is_a(Text)))
    notes: tuple[Text, ...] = field(default=(), validator=tuple_of(Text))

    def __attrs_post_init__(self) -> None:
        """Refuse blocks of one name."""
        require_once((block.key for block in self.blocks), field="Sheet.blocks")

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines; a figure that stands in two blocks stands here twice."""
        return tuple(line for block in self.blocks for line in block.lines)

    def __getitem__(self, kpi: Formula | str) -> Line:
        """Return the line of a figure.

        Raises:
            NotInTable: The sheet has none.
        """
        key = key_of(kpi)
        for line in self.lines:
            if line.key == key:
                return line
        raise NotInTable(kpi=key)

    def to_rows(self) -> list[dict[str, object]]:
        """Return plain rows: the block, the figure with its names, the baseline, the change, the verdict."""
        return [{"block": block.key, **line.row()} for block in self.blocks for line in block.lines]

    def words(self, language: Language = "en") -> str:
        """Return the sheet as text: money in major units, `-` where there is no figure, `*` of a partial period."""
        head = f"{self.title.read(language)} {self.first_day}{'*' if self.partial else ''}"
        if self.against is not None:
            head = _BESIDE.read(language).format(head=head, against=self.against.read(language))
        notes = [note.read(language) for note in (self.definition.text, *self.notes)]
        return "\n".join([head, *notes, *self._told(language)])

    def _told(self, language: Language) -> Iterator[str]:
        for block in self.blocks:
            yield block.title.read(language)
            for line in block.lines:
                yield "  " + "  ".join([line.name.read(language), *filter(None, _cells(line, self.currency, language))])

    def __repr__(self) -> str:
        """Return its English words."""
        return self.words()

    def _repr_html_(self) -> str:
        """Return the sheet as HTML, as notebooks show it."""
        lines = [
            f"<tr><th>{escape(text)}</th>{''.join(f'<td>{escape(each)}</td>' for each in cells)}</tr>"
            for block in self.blocks
            for text, cells in [
                (block.title.en, ["", "", "", ""]),
                *((line.name.en, _cells(line, self.currency, "en")) for line in block.lines),
            ]
        ]
        head = escape(f"{self.title.en} {self.first_day}: {self.definition.text.en}")
        return f"<table><caption>{head}</caption><tbody>{''.join(lines)}</tbody></table>"


_BESIDE = Text("{head}, beside {against}", "{head}，{against}")


def _cells(line: Line, currency: Currency, language: Language) -> list[str]:
    """Return the figure, its baseline, the growth and the verdict as texts."""
    value = shown(line.value, line.unit, currency)
    if line.value is None:
        value = f"{value} ({line.reason.text.read(language)})"
    baseline = "" if line.baseline is None else f"({shown(line.baseline, line.unit, currency)})"
    growth = "" if line.growth is None else f"{line.growth:+.1%}"
    return [value, baseline, growth, "" if line.verdict is None else line.verdict.text.read(language)]


def shown(value: float | None, unit: Unit, currency: Currency) -> str:
    """Return a figure for people: money in major units, `-` for none.

    Example:
        >>> shown(123456, MONEY, Currency.CNY), shown(0.25, Unit(), Currency.CNY), shown(None, MONEY, Currency.CNY)
        ('1,234.56', '0.2500', '-')
    """
    if value is None:
        return MISSING
    if dict(unit.powers).get("money") == dict(MONEY.powers)["money"]:
        digits = currency.minor_unit or 0
        return f"{value / 10**digits:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"


def lines_of(
    table: Table, kpis: Sequence[Formula | str], row: int, *, to: Baseline | None, even_partial: bool
) -> tuple[Line, ...]:
    """Return the figures of a row of a table as lines, compared with their baseline."""
    if to is None:
        return tuple(_line(table.column(kpi), row) for kpi in kpis)
    shows = (Show.BASELINE, Show.CHANGE, Show.GROWTH, Show.VERDICT)
    keys = [kpi if isinstance(kpi, str) else kpi.key for kpi in kpis]
    partial = Partial.COMPARED if even_partial else Partial.LEFT_OUT  # the sheet itself is refused by who makes it
    beside = compare(table, keys, to=to, shows=shows, partial=partial)
    return tuple(_beside(beside, key, row, to) for key in keys)


def _line(column: Column, row: int) -> Line:
    return Line(
        key=column.key,
        name=_name(column),
        unit=column.unit,
        value=_cell(column, row, whole=_is_whole(column)),
        reason=Reason(int(column.reasons[row])),
        better=column.better,
    )


def _beside(table: Table, key: str, row: int, to: Baseline) -> Line:
    column = table.column(key)
    found = {show: table.column(change_of(key, show, to)) for show in Show}
    verdict = _cell(found[Show.VERDICT], row)
    return Line(
        key=key,
        name=_name(column),
        unit=column.unit,
        value=_cell(column, row, whole=_is_whole(column)),
        reason=Reason(int(column.reasons[row])),
        baseline=_cell(found[Show.BASELINE], row, whole=_is_whole(column)),
        change=_cell(found[Show.CHANGE], row, whole=_is_whole(column)),
        growth=_cell(found[Show.GROWTH], row),
        verdict=None if verdict is None else Verdict(int(verdict)),
        unlike=Reason(int(found[Show.VERDICT].reasons[row])),
        better=column.better,
    )


def _is_whole(column: Column) -> bool:
    return column.additivity is not Additivity.RATIO


def _name(column: Column) -> Text:
    return column.name or Text(column.key, column.key)


def _cell(column: Column, row: int, *, whole: bool = False) -> Figure:
    """Return a figure; *whole* numbers stay whole, even in a column with gaps."""
    if column.reasons[row]:
        return None
    value: float = column.values[row].item()
    return int(value) if whole and abs(value) < EXACT else value
