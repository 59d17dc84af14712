"""Whatever speaks Arrow becomes columns: the same ones, whoever hands them out and however it keeps them."""

import datetime as dt
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import NEVER, UNKNOWN, Codes, OutOfColumn, microseconds
from ecomops.kernel import (
    Currency,
    DomainError,
    NaiveTime,
    NoMinorUnit,
    OutOfRange,
    Repeated,
    UnknownZone,
    WrongKind,
    instant,
)
from ecomops.metrics.arrow import (
    Arrived,
    BrokenStream,
    BrokenText,
    MissingValue,
    NoSuchField,
    NotATable,
    NotWhole,
    Reading,
    ReadingNeeded,
    UnknownText,
    UnreadableField,
    columns_from_arrow,
)
from ecomops.metrics.intake import Disputed
from ecomops.metrics.intake.errors import DisputedTime
from tests.metrics.arrow.engines import duckdb, pa, pd
from tests.metrics.arrow.producers import Producer, Sheet, Single, numbers, rows

CNY = Reading.money(Currency.CNY)
GAPS = Reading(empty=UNKNOWN)

Engine = Callable[[pl.DataFrame], Any]


def by_duckdb(frame: pl.DataFrame) -> Any:  # noqa: ANN401 - duckdb's relation
    """Return the frame as a query of duckdb."""
    return duckdb.connect().from_arrow(frame.to_arrow())


ENGINES: dict[str, Engine] = {
    "polars": lambda frame: frame,
    "polars in chunks": lambda frame: pl.concat([frame[:2], frame[2:]], rechunk=False),
    "polars, sliced": lambda frame: pl.concat([frame[:1], frame])[1:],
    "pyarrow": pa.table,
    "pyarrow, sliced": lambda frame: pa.concat_tables([pa.table(frame)] * 2).combine_chunks().slice(frame.height),
    "pyarrow, old strings": lambda frame: cast("Any", frame).to_arrow(compat_level=pl.CompatLevel.oldest()),
    "pyarrow, a reader": lambda frame: pa.table(frame).to_reader(max_chunksize=3),
    "pandas": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "duckdb": by_duckdb,
}
each_engine = pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES)

AT = dt.datetime(2026, 6, 15, 9, 30, 0, 123_456, tzinfo=dt.UTC)
FRAME = pl.DataFrame(
    {
        "customer": ["ann", None, "bo", "a customer of a very long name", "ann", "bó"],
        "gross": [Decimal("19.90"), Decimal("0.01"), Decimal(-5), Decimal("1e12"), Decimal(0), Decimal("0.50")],
        "units": pl.Series([1, 2, 3, 4, 5, 255], dtype=pl.UInt8),
        "net": [1, -(2**63), 2**63 - 1, 4, 5, 6],
        "at": [AT + dt.timedelta(days=day) for day in range(6)],
        "day": [dt.date(2026, 3, 28 + day) for day in range(3)] + [dt.date(1969, 12, 31)] * 3,
        "gift": [True, False, True, True, False, False],
        "channel": pl.Series(["web", "app", None, "app", "web", "till"], dtype=pl.Categorical),
    },
    schema_overrides={"gross": pl.Decimal(30, 4)},
)
READING = {
    "customer": GAPS,
    "gross": CNY,
    "day": Reading(zone="Asia/Shanghai"),
    "channel": GAPS,
}


@each_engine
def test_every_engine_brings_the_same_columns(engine: Engine) -> None:
    """Codes come in the order in which rows first name a text; decimals become cents, days the instants of a zone."""
    found = columns_from_arrow(engine(FRAME), reading=READING)
    east = 8 * 3_600_000_000
    assert {name: column.tolist() for name, column in found.columns.items()} == {
        "customer": [0, -1, 1, 2, 0, 3],
        "gross": [1990, 1, -500, 10**14, 0, 50],
        "units": [1, 2, 3, 4, 5, 255],
        "net": [1, -(2**63), 2**63 - 1, 4, 5, 6],
        "at": [microseconds(instant(AT)) + day * 86_400_000_000 for day in range(6)],
        "day": [(20_540 + day) * 86_400_000_000 - east for day in range(3)] + [-86_400_000_000 - east] * 3,
        "gift": [1, 0, 1, 1, 0, 0],
        "channel": [0, 1, -1, 1, 0, 2],
    }
    assert found.names == {
        "customer": ("ann", "bo", "a customer of a very long name", "bó"),
        "channel": ("web", "app", "till"),
    }
    assert all(column.dtype == np.int64 and not column.flags.writeable for column in found.columns.values())


TYPES = st.sampled_from(
    [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64(), pa.bool_()]
    + [pa.timestamp(unit, "UTC") for unit in ("s", "ms", "us", "ns")]
    + [pa.decimal128(20, 2), pa.decimal256(40, 2)]
    + [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
WORDS = st.text(max_size=3) | st.text(min_size=10, max_size=16)


@st.composite
def arrow_columns(draw: st.DrawFn) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Draw a column of chunks that are slices of longer arrays."""
    kind = draw(TYPES)
    chunks = draw(st.lists(st.lists(_values_of(kind) | st.none(), max_size=12), max_size=3))
    slices: list[Any] = []
    for chunk in chunks:
        start = draw(st.integers(0, len(chunk)))
        slices.append(pa.array(chunk, type=kind).slice(start, draw(st.integers(0, len(chunk) - start))))
    return pa.chunked_array(slices, type=kind)


def _values_of(kind: Any) -> st.SearchStrategy[object]:  # noqa: ANN401 - as above
    if pa.types.is_boolean(kind):
        return st.booleans()
    if pa.types.is_integer(kind):
        bits = kind.bit_width - (0 if str(kind).startswith("u") else 1)
        return st.integers(0 if str(kind).startswith("u") else -(2**bits), 2 ** min(bits, 63) - 1)
    if pa.types.is_timestamp(kind):
        return st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC)).map(  # noqa: DTZ001 - hypothesis adds the zone
            lambda at: at.replace(microsecond=0)
        )
    if pa.types.is_decimal(kind):
        return st.decimals(-(10**15), 10**15, places=2)
    return WORDS


@given(column=arrow_columns())
def test_columns_are_those_of_pyarrow(column: Any) -> None:  # noqa: ANN401 - as above
    """Chunks, slices, gaps and dictionaries of each kind come out as pyarrow's own plain values, with no warning."""
    money = Reading.money(Currency.CNY, empty=-1) if pa.types.is_decimal(column.type) else GAPS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = columns_from_arrow(pa.table({"x": column}), reading={"x": money})
    expected = [-1 if value is None else _plain(value) for value in column.to_pylist()]
    codes = found.columns["x"].tolist()
    if "x" in found.names:
        names = found.names["x"]
        assert [-1 if code == UNKNOWN else names[code] for code in codes] == expected
        assert list(names) == list(dict.fromkeys(text for text in expected if text != -1))
    else:
        assert codes == expected


def _plain(value: Any) -> object:  # noqa: ANN401 - any value of pyarrow
    """Return what a value becomes."""
    if isinstance(value, Decimal):
        return int(value.scaleb(2))
    if isinstance(value, dt.datetime):
        return microseconds(instant(value))
    return int(value) if isinstance(value, bool) else value


# --- memory ----------------------------------------------------------------------------------------------------------


def test_plain_column_is_looked_at_where_it_stands() -> None:
    """No byte is copied, nothing can be written, and the memory stays as long as somebody looks."""
    given = pa.array([1, 2, 3])
    found = columns_from_arrow(pa.table({"x": given, "y": given})).columns
    assert found["x"].ctypes.data == given.buffers()[1].address
    with pytest.raises(ValueError, match="read-only"):
        found["x"][0] = 5
    with pytest.raises(ValueError, match="WRITEABLE"):
        found["x"].flags.writeable = True


def test_what_is_handed_out_is_given_back_once() -> None:
    """A batch comes back when nobody looks at it any more, the stream and its schema at once."""
    shop = Producer([rows(numbers(1, 2)), rows(numbers(3, dtype="<i2", format="s"))][:1])
    column = columns_from_arrow(shop).columns["x"]
    assert shop.back == {"schema": 1, "array": 0, "stream": 1}
    part = column[1:]
    del column
    assert (shop.back["array"], part.tolist()) == (0, [2])
    del part
    assert shop.back == shop.given


def test_producer_that_forgets_is_not_called_twice() -> None:
    """Whether it marks what came back or not."""
    shop = Producer([rows(numbers(1))], forgets=True)
    columns_from_arrow(shop)
    assert shop.back == shop.given


def test_single_batch_is_moved_and_given_back_once() -> None:
    """What has no stream hands out one batch."""
    shop = Single([rows(numbers(1, 2))])
    assert columns_from_arrow(shop).columns["x"].tolist() == [1, 2]
    assert (shop.back["array"], shop.given["array"]) == (1, 1)
    wrong = Single([numbers(1)])
    assert code_of(lambda: columns_from_arrow(wrong)) == "arrow.not_a_table"
    assert wrong.back["array"] == 1


BREAKING: dict[str, tuple[Callable[[], Producer], str]] = {
    "no schema": (lambda: Producer([rows(numbers(1))], fails_at=-1), "arrow.broken_stream"),
    "no first batch": (lambda: Producer([rows(numbers(1))], fails_at=0), "arrow.broken_stream"),
    "no second batch": (lambda: Producer([rows(numbers(1)), rows(numbers(2))], fails_at=1), "arrow.broken_stream"),
    "too large in the second batch": (lambda: Producer([rows(wide(1)), rows(wide(2**63))]), "column.out_of_range"),
    "floats": (lambda: Producer([rows(numbers(1, dtype="<f8", format="g"))]), "arrow.unreadable"),
    "no table": (lambda: Producer([numbers(1)]), "arrow.not_a_table"),
    "a column too few": (lambda: Producer([rows(numbers(1)), rows()]), "arrow.broken_stream"),
    "a short column": (lambda: Producer([rows(numbers(1)), rows(numbers(1), length=2)]), "arrow.broken_stream"),
    "a negative offset": (lambda: Producer([rows(numbers(1, 2, offset=-1), length=1)]), "arrow.broken_stream"),
    "no buffer": (lambda: Producer([rows(Sheet("l", (None,), 1))]), "arrow.broken_stream"),
    "a row that is missing": (
        lambda: Producer([Sheet("+s", (np.array([1], dtype="<u1"),), 2, missing=1, children=[numbers(1, 2)])]),
        "arrow.missing_value",
    ),
    "no dictionary": (lambda: Producer([rows(coded(0)), rows(numbers(0, dtype="<i4"))]), "arrow.broken_stream"),
    "a place beyond its dictionary": (lambda: Producer([rows(coded(0, 2))]), "arrow.broken_stream"),
    "a place before its dictionary": (lambda: Producer([rows(coded(-1))]), "arrow.broken_stream"),
    "offsets that fall": (lambda: Producer([rows(words(b"tea", 0, 3, 1))]), "arrow.broken_text"),
    "offsets before the text": (lambda: Producer([rows(words(b"tea", -1, 1))]), "arrow.broken_text"),
    "no UTF-8": (lambda: Producer([rows(words(b"te\xff", 0, 1, 3))]), "arrow.broken_text"),
    "a view of no buffer": (
        lambda: Producer([rows(views((13, 0, 1, 0), long=b"a text of a shop"))]),
        "arrow.broken_text",
    ),
    "a view past its buffer": (
        lambda: Producer([rows(views((13, 0, 0, 4), long=b"a text of a shop"))]),
        "arrow.broken_text",
    ),
    "a view before its buffer": (
        lambda: Producer([rows(views((13, 0, 0, -1), long=b"a text of shops"))]),
        "arrow.broken_text",
    ),
    "a view of a negative length": (
        lambda: Producer([rows(views((-1, 0, 0, 0), long=b"a text"))]),
        "arrow.broken_text",
    ),
    "a view without buffers": (lambda: Producer([rows(views((13, 0, 0, 0)))]), "arrow.broken_text"),
}


def wide(*values: int) -> Sheet:
    """Return a column of unsigned numbers."""
    return numbers(*values, dtype="<u8", format="L")


def words(data: bytes, *offsets: int) -> Sheet:
    """Return a column of texts between offsets."""
    return Sheet("u", (None, np.array(offsets, dtype="<i4"), np.frombuffer(data, dtype="u1")), len(offsets) - 1)


def coded(*places: int) -> Sheet:
    """Return a column of places in a dictionary of two texts."""
    return numbers(*places, dtype="<i4", format="i", dictionary=words(b"teacup", 0, 3, 6))


def views(*each: tuple[int, int, int, int], long: bytes | None = None) -> Sheet:
    """Return a column of views of texts."""
    buffers = [None, np.array(each, dtype="<i4"), np.array([], dtype="<i8")]
    if long is not None:
        buffers[2:] = [np.frombuffer(long, dtype="u1"), np.array([len(long)], dtype="<i8")]
    return Sheet("vu", buffers, len(each))


def code_of(refused: Callable[[], object]) -> str:
    """Return the code with which something is refused, and let go of what the refusal holds."""
    try:
        refused()
    except DomainError as error:
        return error.code
    raise AssertionError("it was not refused")


@pytest.mark.parametrize("case", BREAKING)
def test_what_breaks_off_is_given_back_too(case: str) -> None:
    """However a stream ends, all that was handed out comes back, once."""
    make, code = BREAKING[case]
    shop = make()
    assert code_of(lambda: columns_from_arrow(shop)) == code
    assert shop.back == {**shop.given, "schema": shop.given["schema"]}
    assert shop.back["stream"] == 1


def test_last_words_of_a_producer_are_told() -> None:
    """In one line; a producer without a word is told of as well."""
    with pytest.raises(BrokenStream, match="the disk is full"):
        columns_from_arrow(Producer([rows(numbers(1))], fails_at=0))
    with pytest.raises(BrokenStream, match="no reason given"):
        columns_from_arrow(Producer([rows(numbers(1))], fails_at=0, says=None))


def test_offset_of_a_batch_counts_beside_those_of_its_columns() -> None:
    """Both say how many values stand before the first row."""
    batch = Sheet("+s", (None,), 2, offset=1, children=[Sheet("l", (None, np.arange(9)), 4, offset=3)])
    assert columns_from_arrow(Producer([batch])).columns["x"].tolist() == [4, 5]


def test_buffers_of_no_bytes_need_not_be_there() -> None:
    """A column of empty texts has none, a column without rows neither."""
    empty = Sheet("u", (None, np.zeros(3, dtype="<i4"), None), 2)
    assert columns_from_arrow(Producer([rows(empty)])).names == {"x": ("",)}
    for tag in ("u", "vu", "l", "b", "d:10,2,32"):
        reading = {"x": CNY} if tag.startswith("d") else {}
        none = Producer([rows(Sheet(tag, (None, None, None), 0))])
        assert columns_from_arrow(none, reading=reading).columns["x"].tolist() == []


def test_dictionary_may_change_miss_a_text_and_hold_one_twice() -> None:
    """Codes are those of the texts that rows name, as if there were no dictionary."""
    texts = words(b"cupteacup", 0, 3, 6, 9)
    gaps = evolved(words(b"teapot", 0, 3, 6), buffers=(np.array([0b10], dtype="u1"),), missing=1)
    first = numbers(2, 1, 0, dtype="<i4", format="i", dictionary=texts)
    second = numbers(1, 0, 1, dtype="<i4", format="i", dictionary=gaps)
    found = columns_from_arrow(Producer([rows(first), rows(second)]), reading={"x": GAPS})
    assert (found.columns["x"].tolist(), found.names["x"]) == ([0, 1, 0, 2, -1, 2], ("cup", "tea", "pot"))
    with pytest.raises(MissingValue, match="row 4"):
        columns_from_arrow(Producer([rows(first), rows(second)]))


def evolved(sheet: Sheet, *, buffers: tuple[Any, ...], missing: int) -> Sheet:
    """Return *sheet* with other first buffers."""
    sheet.buffers = (*buffers, *sheet.buffers[len(buffers) :])
    sheet.missing = missing
    return sheet


@pytest.mark.parametrize("thing", [None, 5, "table", {"x": [1]}, np.zeros(3), object, pl.DataFrame])
def test_what_speaks_no_arrow_is_refused(thing: object) -> None:
    """By the name of its kind."""
    with pytest.raises(NotATable, match=type(thing).__name__):
        columns_from_arrow(thing)


class Liar:
    """A host's own class with a method of the name."""

    def __arrow_c_stream__(self) -> object:
        """Return no capsule."""
        return "a stream"


@pytest.mark.parametrize(
    "thing",
    [pa.array([1]), pa.chunked_array([[1]]), pl.Series([1]), pd.Series([1]), Liar()],
    ids=lambda thing: type(thing).__name__,
)
def test_single_column_is_no_table(thing: object) -> None:
    """A column without a name is refused, and so is a capsule that is none."""
    with pytest.raises(NotATable):
        columns_from_arrow(thing)


# --- columns ---------------------------------------------------------------------------------------------------------


def test_wanted_columns_alone_are_read() -> None:
    """In the order in which they are named; what the others hold does not matter."""
    table = pa.table({"a": [1.5], "b": [2], "c": [3]})
    assert list(columns_from_arrow(table, "c", "b").columns) == ["c", "b"]
    assert columns_from_arrow(pa.table({}), reading={}).columns == {}


def test_column_that_is_not_there_once_is_named() -> None:
    """None, two of one name, one that is wanted twice, and a reading of one that is not read."""
    twice = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(NoSuchField, match="0 columns called b"):
        columns_from_arrow(twice, "b")
    with pytest.raises(NoSuchField, match="2 columns called a"):
        columns_from_arrow(twice)
    with pytest.raises(Repeated):
        columns_from_arrow(pa.table({"a": [1]}), "a", "a")
    with pytest.raises(NoSuchField, match="0 columns called b"):
        columns_from_arrow(pa.table({"a": [1], "b": [1]}), "a", reading={"b": GAPS})
    with pytest.raises(WrongKind):
        columns_from_arrow(pa.table({"a": [1]}), reading={"a": 5})  # type: ignore[dict-item]
    with pytest.raises(WrongKind, match="mapping"):
        columns_from_arrow(pa.table({"a": [1]}), reading=GAPS)  # type: ignore[arg-type]


UNREADABLE = {
    "float": (pa.array([1.5]), "floating-point numbers"),
    "float of 32 bits": (pa.array([1.5], pa.float32()), "floating-point numbers"),
    "float of 16 bits": (pa.array([1.5], pa.float16()), "floating-point numbers"),
    "binary": (pa.array([b"x"]), "binary values"),
    "large binary": (pa.array([b"x"], pa.large_binary()), "binary values"),
    "binary view": (pa.array([b"x"], pa.binary_view()), "binary values"),
    "fixed binary": (pa.array([b"x"], pa.binary(1)), "binary values"),
    "list": (pa.array([[1]]), "lists"),
    "large list": (pa.array([[1]], pa.large_list(pa.int64())), "lists"),
    "fixed list": (pa.array([[1]], pa.list_(pa.int64(), 1)), "lists"),
    "struct": (pa.array([{"a": 1}]), "structs"),
    "map": (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "maps"),
    "union": (pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])]), "unions"),
    "run-end encoded": (pa.RunEndEncodedArray.from_arrays([1], [5]), "run-end encoded values"),
    "time": (pa.array([dt.time(9)]), "times of a day"),
    "duration": (pa.array([dt.timedelta(9)]), "durations"),
    "interval": (pa.array([(1, 2, 3)], pa.month_day_nano_interval()), "intervals"),
    "dictionary of numbers": (pa.array([5]).dictionary_encode(), "dictionary-encoded numbers"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_does_not_become_whole_numbers_is_named(case: str) -> None:
    """Nothing is cast."""
    column, called = UNREADABLE[case]
    with pytest.raises(UnreadableField, match=f"x is a column of {called}"):
        columns_from_arrow(pa.table({"x": column}))


@pytest.mark.parametrize("tag", ["q", "", "d:x", "d:10,2,48", "tsz:", "vq"])
def test_format_that_nobody_knows_is_shown(tag: str) -> None:
    """It is refused as it stands."""
    with pytest.raises(UnreadableField, match="kind"):
        columns_from_arrow(Producer([rows(Sheet(tag, (None, None), 0))]))
    assert UnreadableField(column="x", found="kind").message("zh").startswith("x 列为")


READINGS: dict[str, tuple[Any, Reading, type[DomainError]]] = {
    "decimals without digits": (pa.array([Decimal("1.50")]), Reading(), ReadingNeeded),
    "days without a zone": (pa.array([dt.date(2026, 6, 15)]), Reading(), ReadingNeeded),
    "naive times without a zone": (pa.array([0], pa.timestamp("us")), Reading(), NaiveTime),
    "digits of a text": (pa.array(["19.90"]), CNY, UnreadableField),
    "digits of an instant": (pa.array([0], pa.timestamp("us", "UTC")), CNY, UnreadableField),
    "digits of a flag": (pa.array([True]), CNY, UnreadableField),
    "a dictionary for numbers": (pa.array([5]), Reading(codes=Codes()), UnreadableField),
    "another code for no text": (pa.array(["a"]), Reading(empty=-2), OutOfRange),
    "a missing number": (pa.array([1, None]), Reading(), MissingValue),
    "a missing text": (pa.array(["a", None]), Reading(), MissingValue),
    "a missing flag": (pa.array([True, None]), Reading(), MissingValue),
    "nothing at all": (pa.nulls(2), Reading(), MissingValue),
    "too many digits": (pa.array([Decimal("1.005")]), CNY, NotWhole),
    "far too many digits": (pa.array([Decimal(1).scaleb(-30)]), CNY, NotWhole),
    "too many digits of a large number": (pa.array([Decimal("10000000000000000000000000.001")]), CNY, NotWhole),
    "a decimal that is too large": (pa.array([Decimal(10**18)], pa.decimal128(38, 0)), CNY, OutOfColumn),
    "a decimal of more than 64 bits": (pa.array([Decimal(10**20)], pa.decimal128(38, 0)), CNY, OutOfColumn),
    "a decimal of hundreds": (pa.array([Decimal("1e18")], pa.decimal128(5, -17)), Reading(digits=18), OutOfColumn),
    "an amount that is too large": (pa.array([2**62]), CNY, OutOfColumn),
    "an amount that is too small": (pa.array([-(2**62)]), CNY, OutOfColumn),
    "an unsigned number that is too large": (pa.array([2**63], pa.uint64()), Reading(), OutOfColumn),
    "seconds that are too many": (pa.array([2**60], pa.timestamp("s", "UTC")), Reading(), OutOfColumn),
    "a day of no calendar": (pa.array([2**31 - 1], pa.int32()).cast(pa.date32()), Reading(zone="UTC"), OutOfColumn),
    "a day after the year 9999": (
        pa.array([2_932_897], pa.int32()).cast(pa.date32()),
        Reading(zone="UTC"),
        OutOfColumn,
    ),
    "a time that was skipped": (
        pa.array([dt.datetime(2026, 3, 29, 2, 30)]),  # noqa: DTZ001 - naive on purpose
        Reading(zone="Europe/Berlin"),
        DisputedTime,
    ),
}


@pytest.mark.parametrize("case", READINGS)
def test_what_a_reading_cannot_make_of_a_column_is_refused(case: str) -> None:
    """The column is named, and the row where there is one, counted through all chunks."""
    column, reading, refusal = READINGS[case]
    with pytest.raises(refusal) as refused:
        columns_from_arrow(pa.table({"x": column}), reading={"x": reading})
    assert "x" in {*refused.value.context.values()} or refusal is OutOfRange
    if "row" in refused.value.context and refusal is not MissingValue:
        gap = pa.chunked_array([pa.nulls(2, column.type), column])
        with pytest.raises(refusal) as later:
            columns_from_arrow(pa.table({"x": gap}), reading={"x": with_gaps(reading)})
        assert later.value.context["row"] == 2


def with_gaps(reading: Reading) -> Reading:
    """Return *reading*, and let values be missing."""
    return Reading(digits=reading.digits, zone=reading.zone, empty=-1)


def test_missing_value_is_named_by_its_row_in_the_whole_column() -> None:
    """Counted through all chunks."""
    with pytest.raises(MissingValue, match="row 3"):
        columns_from_arrow(pa.table({"x": pa.chunked_array([[1, 2], [3, None]])}))


def test_garbage_under_missing_values_is_never_looked_at() -> None:
    """Neither its range, nor its digits, nor its text."""
    missing = np.array([0b10], dtype="u1")
    large = np.array([2**63 - 1, 1] * 2, dtype="<i8")
    cases = [
        (Sheet("l", (missing, large), 2, missing=1), CNY, 100),
        (Sheet("L", (missing, np.array([2**64 - 1, 1], dtype="<u8")), 2, missing=-1), Reading(), 1),
        (Sheet("tss:UTC", (missing, large), 2, missing=1), Reading(), 1_000_000),
        (Sheet("tsu:", (missing, large), 2, missing=1), Reading(zone="UTC"), 1),
        (
            Sheet("tdD", (missing, np.array([2**31 - 1, 1], dtype="<i4")), 2, missing=1),
            Reading(zone="UTC"),
            86_400_000_000,
        ),
        (Sheet("d:10,3,64", (missing, np.array([5, 1000], dtype="<i8")), 2, missing=1), Reading(digits=2), 100),
        (Sheet("d:38,0", (missing, np.array([0, 5, 1, 0], dtype="<i8")), 2, missing=1), Reading(), 1),
        (Sheet("d:38,1", (missing, np.array([1, 5, 0, 10], dtype="<i8")), 2, missing=1), Reading(digits=0), 2**64),
        (
            Sheet("u", (missing, np.array([0, 1, 2], dtype="<i4"), np.array([255, 97], dtype="u1")), 2, missing=1),
            Reading(),
            0,
        ),
    ]
    for sheet, reading, value in cases:
        gaps = Reading(digits=reading.digits, zone=reading.zone, empty=-1)
        if value == 2**64:
            with pytest.raises(OutOfColumn, match="row 1"):
                columns_from_arrow(Producer([rows(sheet)]), reading={"x": gaps})
        else:
            found = columns_from_arrow(Producer([rows(sheet)]), reading={"x": gaps})
            assert found.columns["x"].tolist() == [-1, value], sheet.format


def test_decimals_are_exact_whatever_their_width() -> None:
    """Zeros behind the kept digits are cut off, also of numbers of more than 64 bits; nothing is rounded."""
    values = [Decimal("19.90"), Decimal("-0.01"), Decimal("92233720368547758.07"), None]
    for kind in (pa.decimal128(38, 2), pa.decimal128(38, 20), pa.decimal256(76, 40), pa.decimal64(18, 2)):
        kept = values if kind.precision > 18 else values[:2]
        found = columns_from_arrow(pa.table({"x": pa.array(kept, kind)}), reading={"x": Reading(digits=2, empty=-7)})
        assert found.columns["x"].tolist() == [1990, -1, 2**63 - 1, -7][: len(kept)]
    small = pa.array([Decimal("0.5")], pa.decimal32(5, 1))
    assert columns_from_arrow(pa.table({"x": small}), reading={"x": CNY}).columns["x"].tolist() == [50]
    hundreds = pa.array([Decimal(500)], pa.decimal128(5, -2))
    assert columns_from_arrow(pa.table({"x": hundreds})).columns["x"].tolist() == [500]
    assert columns_from_arrow(pa.table({"x": pa.array([5])}), reading={"x": CNY}).columns["x"].tolist() == [500]
    none = pa.array([Decimal(0)], pa.decimal128(38, 30))
    assert columns_from_arrow(pa.table({"x": none}), reading={"x": CNY}).columns["x"].tolist() == [0]


def test_instants_are_microseconds_whatever_their_unit() -> None:
    """What is finer has passed or not: it is cut off towards the past."""
    for unit, number, expected in (
        ("s", 3, 3_000_000),
        ("ms", -3, -3_000),
        ("us", 3, 3),
        ("ns", 3_999, 3),
        ("ns", -1, -1),
    ):
        column = pa.array([number], pa.timestamp(unit, "Asia/Shanghai"))
        assert columns_from_arrow(pa.table({"x": column})).columns["x"].tolist() == [expected]


def test_naive_times_and_days_are_those_of_a_zone() -> None:
    """A day begins at midnight on the wall; days may stay numbers; of a time that came twice one is chosen."""
    shown = pa.array([dt.datetime(2026, 10, 25, 2, 30)])  # noqa: DTZ001 - naive on purpose
    for disputed, hours in ((Disputed.EARLIER, 2), (Disputed.LATER, 1)):
        reading = Reading(zone="Europe/Berlin", disputed=disputed)
        (found,) = columns_from_arrow(pa.table({"x": shown}), reading={"x": reading}).columns["x"].tolist()
        assert found == microseconds(instant(dt.datetime(2026, 10, 25, 2, 30, tzinfo=dt.UTC))) - hours * 3_600_000_000
    for kind in (pa.date32(), pa.date64()):
        days = pa.table({"x": pa.array([dt.date(1970, 1, 2), None], kind)})
        assert columns_from_arrow(days, reading={"x": Reading(days=True, empty=-1)}).columns["x"].tolist() == [1, -1]
        begun = columns_from_arrow(days, reading={"x": Reading(zone="Asia/Shanghai", empty=NEVER)}).columns["x"]
        assert begun.tolist() == [57_600_000_000, NEVER]


def test_dictionary_of_the_host_is_shared_by_tables() -> None:
    """It grows in the order of rows, unless it is closed: then a new text is refused, and nothing has grown."""
    known = Codes()
    known.code("bo")
    table = pa.table({"x": ["ann", "bo"], "y": ["cy", "ann"]})
    reading = {"x": Reading(codes=known), "y": Reading(codes=known)}
    found = columns_from_arrow(table, reading=reading)
    assert ({name: each.tolist() for name, each in found.columns.items()}) == {"x": [1, 0], "y": [2, 1]}
    assert found.names == {"x": ("bo", "ann", "cy"), "y": ("bo", "ann", "cy")}
    wrong = pa.table({"x": ["new"], "y": ["new"]})
    closed = {"x": Reading(codes=known), "y": Reading(codes=known, closed=True)}
    with pytest.raises(UnknownText, match="row 0"):
        columns_from_arrow(wrong, reading=closed)
    assert known.names == ("bo", "ann", "cy")
    shut = columns_from_arrow(pa.table({"x": ["cy", None]}), reading={"x": Reading(codes=known, closed=True, empty=-1)})
    assert shut.columns["x"].tolist() == [2, -1]


def test_column_of_nothing_becomes_what_stands_for_it() -> None:
    """An engine without a value to go by gives a column no kind."""
    assert columns_from_arrow(pa.table({"x": pa.nulls(2)}), reading={"x": GAPS}).columns["x"].tolist() == [-1, -1]
    assert columns_from_arrow(pa.table({"x": pa.nulls(0)})).columns["x"].tolist() == []


def test_bad_readings_are_refused() -> None:
    """When they are made."""
    wrong: dict[str, Any]
    for wrong, refusal in (
        ({"digits": 19}, OutOfRange),
        ({"zone": "Mars/Base"}, UnknownZone),
        ({"zone": 5}, WrongKind),
        ({"disputed": "later"}, WrongKind),
        ({"codes": "ann"}, WrongKind),
        ({"empty": "none"}, WrongKind),
    ):
        with pytest.raises(refusal):
            Reading(**wrong)
    with pytest.raises(NoMinorUnit):
        Reading.money(Currency.XAU)


def test_stream_is_read_once() -> None:
    """A reader that has been read holds no more rows, as its engine has it."""
    reader = pa.table({"x": [1]}).to_reader()
    assert columns_from_arrow(reader).columns["x"].tolist() == [1]
    assert isinstance(columns_from_arrow(reader), Arrived)


def test_broken_text_is_named_by_its_row() -> None:
    """Of a plain column, one with gaps, and a dictionary."""
    bad = np.array([255, 97], dtype="u1")
    gaps = Sheet(
        "u", (np.array([0b110], dtype="u1"), np.array([0, 0, 1, 2], dtype="<i4"), bad[::-1].copy()), 3, missing=1
    )
    cases = [
        (rows(Sheet("u", (None, np.array([0, 1, 2], dtype="<i4"), bad[::-1].copy()), 2)), 1),
        (rows(gaps), 2),
        (rows(numbers(0, 1, dtype="<i4", format="i", dictionary=words(b"a\xff", 0, 1, 2))), 1),
    ]
    for batch, row in cases:
        with pytest.raises(BrokenText, match=f"row {row}"):
            columns_from_arrow(Producer([batch]), reading={"x": GAPS})
