"""Tables of other engines become columns: whatever speaks Arrow, without a copy where that is possible."""

from collections.abc import Mapping
from typing import NamedTuple, Self, assert_never

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ecomops.columns import UNKNOWN, Codes, Ints, OutOfColumn
from ecomops.kernel import Currency, NaiveTime, NoMinorUnit, OutOfRange
from ecomops.kernel.checks import is_a, mapped, optional, require_once, whole, wrong_kind
from ecomops.kernel.instants import zone_named
from ecomops.metrics.arrow import texts, values
from ecomops.metrics.arrow.errors import MissingValue, NoSuchField, ReadingNeeded, UnreadableField
from ecomops.metrics.arrow.formats import (
    Coded,
    Days,
    Decimals,
    Instants,
    Kind,
    Nothing,
    Texts,
    Whole,
    Yes,
    kind_of,
)
from ecomops.metrics.arrow.memory import Field, Piece, Source
from ecomops.metrics.arrow.values import Span, Valid
from ecomops.metrics.intake.clocks import Disputed, localised

_DAY = 86_400_000_000
MOST_DAYS = 10_000_000
"""More days than a calendar has: what is beyond is refused before it is multiplied."""
MOST_DIGITS = 18
"""How many digits behind the point a column may keep: 64 bits have no more."""


def _a_zone(_: object, __: object, value: str | None) -> None:
    if value is not None:
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
            raise wrong_kind("Reading.zone", "str", value)
        zone_named(value)


@frozen(kw_only=True, eq=False)
class Reading:
    """How a column is read whose kind alone does not say what it means.

    Args:
        digits: How many digits behind the point are kept: 19.90 with 2 becomes 1990. Needed for decimals; whole numbers
            are multiplied too, as 5 is 5.00. None leaves whole numbers as they are.
        zone: On whose clocks naive times are shown, or days begin.
        disputed: What becomes of times that those clocks showed twice or never.
        days: Days stay numbers, counted from 1970; else they become the instants at which they begin.
        empty: What stands where there is no value, such as `UNKNOWN` or `NEVER`; None refuses the row.
        codes: The dictionary of texts, which grows by those that are new; None begins one.
        closed: The dictionary does not grow: a text that it does not have is refused.

    Raises:
        UnknownZone: The database has no such zone.
        WrongKind: A value of another kind.
        OutOfRange: More than 18 digits.

    Example:
        >>> Reading.money(Currency.JPY).digits
        0
    """

    digits: int | None = field(default=None, validator=optional(whole(0, MOST_DIGITS)))
    zone: str | None = field(default=None, validator=_a_zone)
    disputed: Disputed = field(default=Disputed.REFUSED, validator=is_a(Disputed))
    days: bool = field(default=False, validator=is_a(bool))
    empty: int | None = field(default=None, validator=optional(whole(-(2**63), 2**63 - 1)))
    codes: Codes | None = field(default=None, validator=optional(is_a(Codes)))
    closed: bool = field(default=False, validator=is_a(bool))

    @classmethod
    def money(cls, currency: Currency, *, empty: int | None = None) -> Self:
        """Return the reading of amounts in major units of *currency*: 19.90 becomes 1990 of its minor units.

        Raises:
            NoMinorUnit: The currency has none.
        """
        if currency.minor_unit is None:
            raise NoMinorUnit(currency=currency)
        return cls(digits=currency.minor_unit, empty=empty)


class Arrived(NamedTuple):
    """Columns out of another engine.

    Attributes:
        columns: Read-only columns of one length, by name.
        names: The texts behind the codes of each column that held texts, each at the place of its code.
    """

    columns: dict[str, Ints]
    names: dict[str, tuple[str, ...]]


def columns_from_arrow(table: object, *names: str, reading: Mapping[str, Reading] | None = None) -> Arrived:
    """Read columns of a table of another engine: polars, pyarrow, duckdb, pandas, or any that speaks Arrow.

    Whole numbers of 64 bits and instants in microseconds are looked at where they stand, when they come in one chunk:
    do not change the table while its columns are in use (`family_from_arrow` copies). Texts become codes in the order
    in which the rows first name them, flags 1 and 0, instants the microseconds since 1970 in UTC (what is finer is cut
    off), days and naive times the instants of a zone, decimals whole numbers of the digits that are kept.

    Args:
        table: What has `__arrow_c_stream__` or `__arrow_c_array__`. A stream is read once, to its end.
        names: The columns that are read; none for all of them.
        reading: How columns are read whose kind does not say everything, by name.

    Raises:
        NotATable: It hands out no table.
        BrokenStream: Its producer stops with an error.
        NoSuchField: The table has no such column, or two of them.
        UnreadableField: A column of floats, lists, structs and others that do not become whole numbers.
        ReadingNeeded, NaiveTime: A column of decimals, days or naive times whose reading does not say enough.
        MissingValue: There is no value in a row, and nothing stands for that.
        NotWhole: A number has more digits than are kept.
        OutOfColumn: A value that 64 bits do not hold, or a time outside the years 1 to 9999.
        DisputedTime: A naive time that was shown twice or never.
        BrokenText: A text is no UTF-8.
        UnknownText: A text that a closed dictionary does not have.
        WrongKind: *reading* is no mapping, or holds something else than readings.

    Example:
        >>> import polars as pl
        >>> frame = pl.DataFrame({"customer": ["ann", None, "bo", "ann"], "gross": [500, 700, 900, 200]})
        >>> orders = columns_from_arrow(frame, reading={"customer": Reading(empty=-1)})
        >>> orders.columns["customer"], orders.names["customer"], orders.columns["gross"].sum()
        (array([ 0, -1,  1,  0]), ('ann', 'bo'), np.int64(2300))
    """
    readings = mapped("columns_from_arrow.reading", {} if reading is None else reading)
    source = Source(table)
    try:
        readers = _readers(source.fields, names, readings)
        row = 0
        for batch in source:
            pieces = batch.children(len(source.fields))
            _require_rows(batch)
            for place, reader in readers:
                reader.take(pieces[place], start=batch.offset, count=batch.length, row=row)
            row += batch.length
    finally:
        source.close()
    read = [(reader, reader.column()) for _, reader in readers]
    for reader, values_ in read:
        reader.check(values_)
    columns = {reader.name: reader.named(values_) for reader, values_ in read}
    for each in columns.values():
        each.flags.writeable = False
    return Arrived(columns=columns, names={each.name: each.names for _, each in readers if each.holds_texts})


def _require_rows(batch: Piece) -> None:
    """Refuse rows that are missing as a whole."""
    span = Span(column="row", piece=batch, start=batch.offset, size=batch.length, row=0)
    there = values.valid_of(span)
    if there is not None:
        raise MissingValue(column="row", row=int((~there).argmax()))


def _readers(
    fields: tuple[Field, ...], names: tuple[str, ...], reading: Mapping[str, Reading]
) -> "list[tuple[int, _Reader]]":
    """Return the reader of each wanted column, with the place of its field."""
    places: dict[str, list[int]] = {}
    for place, each in enumerate(fields):
        places.setdefault(each.name, []).append(place)
    require_once(names, field="columns_from_arrow.names")
    wanted = names or tuple(each.name for each in fields)
    for name in (*wanted, *reading):
        if len(places.get(name, ())) != 1 or name not in wanted:
            raise NoSuchField(column=name, found=len(places.get(name, ())) if name in wanted else 0)
    return [
        (places[name][0], _Reader(fields[places[name][0]], _a_reading(reading.get(name, _USUAL)))) for name in wanted
    ]


def _a_reading(given: Reading) -> Reading:
    if not isinstance(given, Reading):  # pyright: ignore[reportUnnecessaryIsInstance] - the check is for callers without types
        raise wrong_kind("columns_from_arrow.reading", "Reading", given)
    return given


_USUAL = Reading()


class _Reader:
    """One column, chunk by chunk."""

    __slots__ = ("_chunks", "_kind", "_met", "_reading", "name")

    def __init__(self, field: Field, reading: Reading) -> None:
        self.name, self._kind, self._reading = field.name, kind_of(field), reading
        self._met, self._chunks = texts.Met(), list[Ints]()
        _require_meaning(field.name, self._kind, reading)

    @property
    def holds_texts(self) -> bool:
        """Whether it becomes codes."""
        return isinstance(self._kind, Texts | Coded)

    def take(self, piece: Piece, *, start: int, count: int, row: int) -> None:
        """Read *count* rows of a chunk; the first is *row* of the column."""
        span = Span(column=self.name, piece=piece, start=piece.offset + start, size=count, row=row)
        if isinstance(self._kind, Nothing):
            valid: Valid = np.zeros(count, dtype=np.bool_) if count else None
        else:
            valid = values.valid_of(span)
        found = self._read(span, valid)
        if isinstance(self._kind, Coded):  # a text of the dictionary may be missing as well
            valid = None if bool((found != UNKNOWN).all()) else found != UNKNOWN
        if valid is not None:
            found = self._filled(found, valid, row)
        self._chunks.append(found)

    def _filled(self, found: Ints, valid: NDArray[np.bool_], row: int) -> Ints:
        """Put what stands for no value where there is none."""
        if self._reading.empty is None:
            raise MissingValue(column=self.name, row=row + int((~valid).argmax()))
        return np.where(valid, found, np.int64(self._reading.empty))

    def _read(self, span: Span, valid: Valid) -> Ints:
        kind, digits = self._kind, self._reading.digits or 0
        match kind:
            case Whole():
                return values.scaled(values.whole(span, kind, valid), digits, span, valid)
            case Yes():
                return values.flags(span)
            case Nothing():
                return np.zeros(span.size, dtype=np.int64)
            case Decimals():
                return values.decimals(span, kind, digits, valid)
            case Instants():
                found = values.instants(span, kind, valid)
                return found if kind.zoned else self._on_the_wall(found, span, valid)
            case Days():
                found = values.days(span, kind)
                return found if self._reading.days else self._begun(found, span, valid)
            case Texts():
                return texts.plain(span, kind, valid, self._met)
            case Coded():
                return texts.coded(span, kind, valid, self._met)
            case _:
                assert_never(kind)

    def _begun(self, found: Ints, span: Span, valid: Valid) -> Ints:
        """Return the instants at which days begin."""
        there = found if valid is None else np.where(valid, found, 0)
        beyond = np.abs(there) > MOST_DAYS
        if beyond.any():
            row = span.row + int(beyond.argmax())
            raise OutOfColumn(column=self.name, row=row, least=-MOST_DAYS, most=MOST_DAYS)
        return self._on_the_wall(there * np.int64(_DAY), span, None)

    def _on_the_wall(self, shown: Ints, span: Span, valid: Valid) -> Ints:
        """Return the instants at which the clocks of the zone showed *shown*."""
        there = shown if valid is None else np.where(valid, shown, 0)
        zone, disputed = self._reading.zone or "UTC", self._reading.disputed
        return localised(there, zone=zone, disputed=disputed, column=self.name, first=span.row).at

    def column(self) -> Ints:
        """Return the whole column: that of a single chunk as it stands."""
        if len(self._chunks) == 1:
            return self._chunks[0].view()
        return np.concatenate([np.zeros(0, dtype=np.int64), *self._chunks])

    def check(self, codes: Ints) -> None:
        """Refuse a text that a closed dictionary does not have."""
        if self._reading.codes is not None and self._reading.closed:
            texts.shared(codes, self._met.texts, self._reading.codes, closed=True, column=self.name)

    def named(self, codes: Ints) -> Ints:
        """Return the column by the codes of the host's dictionary, if there is one: nothing is refused any more."""
        if self._reading.codes is None:
            return codes
        return texts.shared(codes, self._met.texts, self._reading.codes, closed=False, column=self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The texts behind its codes."""
        return tuple(self._met.texts) if self._reading.codes is None else self._reading.codes.names


def _require_meaning(name: str, kind: Kind, reading: Reading) -> None:
    """Refuse a reading that says too little for a kind of values, or what makes no sense of it."""
    texts_ = isinstance(kind, Texts | Coded)
    if reading.digits is not None and not isinstance(kind, Whole | Decimals | Nothing):
        raise UnreadableField(column=name, found="texts" if texts_ else "times or flags")
    if reading.codes is not None and not (texts_ or isinstance(kind, Nothing)):
        raise UnreadableField(column=name, found="values without a dictionary")
    if texts_ and reading.empty not in {None, UNKNOWN}:
        raise OutOfRange(field="Reading.empty", least=str(UNKNOWN), most=str(UNKNOWN))
    if isinstance(kind, Decimals) and kind.scale > 0 and reading.digits is None:
        raise ReadingNeeded(column=name, found="decimals", argument="digits")
    if isinstance(kind, Instants) and not kind.zoned and reading.zone is None:
        raise NaiveTime(field=name)
    if isinstance(kind, Days) and not reading.days and reading.zone is None:
        raise ReadingNeeded(column=name, found="days", argument="zone, days")
