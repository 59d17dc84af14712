"""The part of a row is the same on every machine, and every row has exactly one."""

import subprocess
import sys
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecomops.columns import OutOfColumn, WrongColumn
from ecomops.kernel import OutOfRange, WrongKind
from ecomops.metrics.summary import Hashing, Partitioning, Parts

WIDE = 100_000
PUBLISHED = [
    # the first output of splitmix64 for a seed, and the check value of CRC-32
    (Hashing.SPLITMIX64, np.array([0, 1234567]), [0xE220A8397B1DCDAF % WIDE, 6457827717110365317 % WIDE]),
    (Hashing.CRC32, ["123456789"], [0xCBF43926 % WIDE]),
    (Hashing.MODULO, np.array([-1, 0, 99_999, 100_001]), [99_999, 0, 99_999, 1]),
]


@pytest.mark.parametrize(("hashing", "values", "parts"), PUBLISHED, ids=lambda value: str(value)[:10])
def test_functions_are_the_published_ones(hashing: Hashing, values: object, parts: list[int]) -> None:
    """Known values, so that another engine can compute them."""
    assert Partitioning(column="id", parts=WIDE, hashing=hashing).part_of(values).tolist() == parts


def test_part_does_not_depend_on_the_process() -> None:
    """Two interpreters with different seeds of their own hash agree."""
    code = (
        "from ecomops.metrics.summary import Hashing, Partitioning;"
        "print(Partitioning(column='m', parts=97, hashing=Hashing.CRC32).part_of(['ann', 'bo', '客']).tolist())"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1] != b""


@given(st.lists(st.integers(-1, 2**62), max_size=30), st.sampled_from([Hashing.MODULO, Hashing.SPLITMIX64]))
def test_every_row_has_one_part(ids: list[int], hashing: Hashing) -> None:
    """Splitting loses no row and doubles none, keeps their order, and puts each where `part_of` says."""
    by = Partitioning(column="id", parts=4, hashing=hashing)
    column = np.array(ids, dtype=np.int64)
    split = by.split({"orders": {"id": column, "row": np.arange(len(ids))}})
    rows: list[list[int]] = [np.asarray(part["orders"]["row"]).tolist() for part in split]
    assert sorted(chain(*rows)) == list(range(len(ids)))
    assert all(own == sorted(own) for own in rows)
    assert [by.part_of(part["orders"]["id"]).tolist() for part in split] == [
        [n] * len(own) for n, own in enumerate(rows)
    ]


def test_ids_given_out_in_steps_are_spread() -> None:
    """A hundred thousand ids, each the eighth, fill eight parts evenly but by modulo, which puts them into one."""
    ids = np.arange(100_000) * 8
    sizes = np.bincount(Partitioning(column="id", parts=8).part_of(ids), minlength=8)
    assert sizes.min() > 12_000
    assert set(Partitioning(column="id", parts=8, hashing=Hashing.MODULO).part_of(ids).tolist()) == {0}


def test_parts_are_numbers_in_order() -> None:
    """What is no part, stands twice or is no number is refused."""
    by = Partitioning(column="id", parts=4)
    assert (by.part(2, 0).numbers, by.part(2, 0).missing, by.whole.missing) == ((0, 2), (1, 3), ())
    for numbers in ((4,), (-1,), (1, 1)):
        with pytest.raises(OutOfRange):
            by.part(*numbers)
    with pytest.raises(OutOfRange):
        Parts(partitioning=by, numbers=(1, 0))
    wrongs: list[Any] = ["1", 1.0, True, None, [0]]
    for wrong in wrongs:
        with pytest.raises(WrongKind):
            by.part(wrong)
        with pytest.raises(WrongKind):
            Parts(partitioning=by, numbers=(wrong,))
        with pytest.raises(WrongKind):
            Parts(partitioning=by, numbers=wrong)
    with pytest.raises(OutOfRange):
        Partitioning(column="id", parts=0)


def test_what_is_no_id_is_refused() -> None:
    """Ids are whole numbers from -1, or texts where parts are made of texts."""
    codes, texts = Partitioning(column="id", parts=4), Partitioning(column="id", parts=4, hashing=Hashing.CRC32)
    for wrong in ([1], np.array([0.5]), "ab", None):
        with pytest.raises(WrongColumn):
            codes.part_of(wrong)
    for bad in ([1], np.array([1]), "ab", None, [b"a"]):
        with pytest.raises(WrongColumn):
            texts.part_of(bad)
    for ids in ([-2], [2**62 + 1]):
        with pytest.raises(OutOfColumn):
            codes.part_of(np.array(ids))
    with pytest.raises(WrongColumn, match=r"orders\.id"):
        codes.split({"orders": {"at": np.array([1])}})
