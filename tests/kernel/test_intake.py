"""Bulk intake in its plain form: every bad cell at once, in both languages, and never what it holds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.kernel import Id, OutOfRange, WrongKind
from ecomops.kernel.intake import (
    BadCell,
    BadRows,
    Batch,
    Cell,
    NotAWholeNumber,
    Numbered,
    OnBad,
    Row,
    TextColumn,
    decided,
    read_batch,
    require_good,
    rows_of,
    whole_number,
)
from tests.kernel.hostile import TEXTS, untyped


def an_extra(name: str, text: str) -> tuple[str, Id]:
    """Read an extra column."""
    return name, Id(text)


COLUMNS = (
    TextColumn(name="id", read=Id, required=True, unique=True),
    TextColumn(name="size", read=whole_number("size")),
    TextColumn(name="also.", read=an_extra),
)


def a_thing(*, id: Id, size: int | None, also: tuple[tuple[str, Id], ...]) -> tuple[object, ...]:
    """Make a thing; one as large as a house is none."""
    if size == 999:
        raise OutOfRange(field="size", least="0", most="998")
    return (id, size, also)


def read(*table: dict[str, str | None]) -> Batch[tuple[object, ...]]:
    """Return what is read of a table."""
    return read_batch(rows_of(table), columns=COLUMNS, make=a_thing)


def told(batch: Batch[Any]) -> list[tuple[int, str | None, str]]:
    """Return where what is bad stands, and its code."""
    return [(each.row, each.column, each.code) for each in batch.bad]


def test_good_rows_are_read_by_their_columns() -> None:
    """What is missing, empty or None says nothing; columns with a dot are gathered."""
    batch = read(
        {"id": "a", "size": "12", "also.x": "1", "also.y": "2"},
        {"id": "b", "size": "", "also.x": "", "colour": ""},
        {"id": "c", "size": None},
    )
    assert batch.bad == ()
    assert batch.good == (
        Numbered(row=1, value=("a", 12, (("x", "1"), ("y", "2")))),
        Numbered(row=2, value=("b", None, ())),
        Numbered(row=3, value=("c", None, ())),
    )


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        ({}, [("id", "intake.no_value")]),
        ({"id": ""}, [("id", "intake.no_value")]),
        ({"id": " a"}, [("id", "value.bad_text")]),
        ({"id": "a", "size": "x"}, [("size", "intake.not_a_whole_number")]),
        ({"id": "a", "size": "-1"}, [("size", "intake.not_a_whole_number")]),
        ({"id": "a", "size": "١"}, [("size", "intake.not_a_whole_number")]),
        ({"id": "a", "size": "1" * 13}, [("size", "intake.not_a_whole_number")]),
        ({"id": "a", "also.x": "\n"}, [("also.x", "value.bad_text")]),
        ({"id": "a", "colour": "red"}, [("colour", "intake.unknown_column")]),
        ({"id": "a", "+86 138": "red"}, [("?", "intake.unknown_column")]),
        ({"id": "a", "size": "999"}, [(None, "value.out_of_range")]),
        (
            {"colour": "red", "size": "x", "id": "\0"},
            [
                ("id", "value.bad_text"),
                ("size", "intake.not_a_whole_number"),
                ("colour", "intake.unknown_column"),
            ],
        ),
    ],
)
def test_every_bad_cell_is_told_with_its_place(
    row: dict[str, str | None], bad: list[tuple[str | None, str]]
) -> None:  # fmt: skip
    """In the order of the columns; a heading that may be a value is not repeated; the other rows are good."""
    batch = read({"id": "first"}, row, {"id": "last"})
    assert told(batch) == [(2, column, code) for column, code in bad]
    assert [each.row for each in batch.good] == [1, 3]


def test_a_whole_number_has_up_to_twelve_digits() -> None:
    """Noughts in front count as digits."""
    size = whole_number("size")
    assert [size("9" * 12), size("0" * 12), size("007")] == [999_999_999_999, 0, 7]
    with pytest.raises(NotAWholeNumber):
        size("0" * 13)


def test_a_column_stands_once_in_a_row() -> None:
    """Two texts under one name contradict each other."""
    twice = Row(cells=(Cell(column="id", text="a"), Cell(column="id", text="b")))
    batch = read_batch([twice], columns=COLUMNS, make=a_thing)
    assert told(batch) == [(1, "id", "value.repeated")]


def test_a_key_stands_once_in_a_batch() -> None:
    """The first row has it; the second is told, good or bad otherwise."""
    batch = read({"id": "a"}, {"id": "a", "size": "x"}, {"id": "b"})
    assert told(batch) == [(2, "id", "value.repeated"), (2, "size", "intake.not_a_whole_number")]
    assert [each.row for each in batch.good] == [1, 3]


def test_a_bad_cell_reads_in_both_languages() -> None:
    """Row, column and the words of the refusal."""
    (bad,) = read({"id": "a", "size": "x"}).bad
    assert bad.words("en") == str(bad) == "row 1, size: size wants a whole number"
    assert bad.words("zh") == "第 1 行 size：size 应为整数"
    (house,) = read({"id": "a", "size": "999"}).bad
    assert house.words("en") == "row 1: size must be from 0 to 998"
    assert house.words("zh") == "第 1 行：size 必须在 0 到 998 之间"


PHONE = "13800000000x"


@pytest.mark.parametrize("row", [{"id": f" {PHONE}"}, {"id": "a", "size": PHONE}, {"id": "a", PHONE: PHONE}])
def test_what_a_bad_cell_holds_is_never_told(row: dict[str, str | None]) -> None:
    """It may be a person's; nor does the row itself show it."""
    batch = read(row)
    (bad,) = batch.bad
    refusal = BadRows(problems=batch.bad)
    assert PHONE not in repr(bad) + str(bad) + bad.words("zh") + str(refusal) + repr(refusal)
    assert PHONE not in repr(rows_of([{"id": PHONE}]))
    assert PHONE not in repr(rows_of([{PHONE: "a file without headings"}]))


def test_a_table_holds_texts() -> None:
    """As a CSV reader gives them; anything else is refused at once."""
    for odd in untyped(None, "id", [("id", "a")], 1):
        with pytest.raises(WrongKind):
            rows_of([odd])
    for odd in untyped(1, b"a", ["a"]):
        with pytest.raises(WrongKind):
            rows_of([{"id": odd}])
    for odd in untyped(None, 1):
        with pytest.raises(WrongKind):
            rows_of([{odd: "a"}])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_read_or_told(text: str) -> None:
    """Whatever stands in a cell or a heading."""
    batch = read({"id": text, "size": text, "also.x": text, text: "a", f"also.{text}": "a"})
    assert len(batch.good) + bool(batch.bad) == 1
    assert all(len(str(each)) < 500 for each in batch.bad)


def odd_ones_refused(value: int) -> int:
    """Double even numbers; odd ones are out of range."""
    if value % 2:
        raise OutOfRange(field="value", least="0", most="0")
    return 2 * value


@given(numbers=st.lists(st.integers(0, 9), max_size=6), bad=st.lists(st.integers(1, 6), max_size=3))
def test_rules_decide_what_was_read(numbers: list[int], bad: list[int]) -> None:
    """A refusal makes a good row a bad one; what was bad stays; all that is bad stands in the order of the rows."""
    unread = tuple(
        BadCell.of(row, "x", OutOfRange(field="x", least="0", most="0")) for row in sorted(bad)
    )  # fmt: skip
    batch = Batch(good=tuple(Numbered(row=n, value=value) for n, value in enumerate(numbers, 1)), bad=unread)
    after = decided(batch, odd_ones_refused)
    assert [each.value for each in after.good] == [2 * value for value in numbers if value % 2 == 0]
    odd = [n for n, value in enumerate(numbers, 1) if value % 2]
    assert [each.row for each in after.bad] == sorted([*odd, *bad])
    assert sum(each.column is None for each in after.bad) == len(odd)


def test_a_batch_is_taken_whole_or_by_its_good_rows() -> None:
    """By the policy that was named; a batch without fault is taken either way."""
    faulty, fine = read({"id": "a"}, {}), read({"id": "a"})
    with pytest.raises(BadRows) as refusal:
        require_good(faulty, on_bad=OnBad.REFUSE)
    assert refusal.value.context == {"problems": faulty.bad}
    assert refusal.value.message("zh") == "第 2 行 id：id 没有值"
    assert require_good(faulty, on_bad=OnBad.TAKE_GOOD) == (("a", None, ()),)
    assert require_good(fine, on_bad=OnBad.REFUSE) == (("a", None, ()),)


def test_a_repeated_value_is_not_repeated() -> None:
    """Neither in the words of the refusal nor in what it holds: an id may be a phone number."""
    batch = read({"id": "13800138000"}, {"id": "13800138000"})
    assert told(batch) == [(2, "id", "value.repeated")]
    assert "13800138000" not in repr(batch.bad) + str(batch.bad[0])
